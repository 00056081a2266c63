// The connection: the numbers of the specification, MACs and their counters, pages, heartbeats, and what ends it.

#include "tests.h"

/// The two frames of the HELLO example in examples.md, for the operator's provider 1: only the digest is of interest here.
static const char hello_request[] = "40000000 01 00 0000 0100000000000000 01 01 02 00 00000000 0100000000000000"
                                    "303132333435363738393a3b3c3d3e3f 404142434445464748494a4b4c4d4e4f";
static const char hello_reply[] = "60000000 01 00 0000 0100000000000000 01 00 0004 00000100 00000100 00040000 0068e5cf8b010000"
                                  "0100000000000000 505152535455565758595a5b5c5d5e5f 6d736174"
                                  "00000000000000000000000000000000000000000000000000000000";

static void expect_hex(const uint8_t *bytes, const char *hex) {
  uint8_t right[64];
  const size_t byte_count = bytes_of(hex, right);
  CHECK(memcmp(bytes, right, byte_count) == 0);
}

static void keys_of_the_specification(void) {
  uint8_t request[64], reply[96], digest[32], key[32], proof[32], frame[64];
  struct turnpike_sha256 hash;
  CHECK(bytes_of(hello_request, request) == 64 && bytes_of(hello_reply, reply) == 96);
  turnpike_sha256_begin(&hash);
  turnpike_sha256_add(&hash, request, 64);
  turnpike_sha256_add(&hash, reply, 96);
  turnpike_sha256_end(&hash, digest);
  expect_hex(digest, "221bb6e208f3c9b00dfbcb9f7b665b1f8fe16c19fd819a3e95c92a50f2cfbbe4");
  turnpike_hmac_of_label(role_key, "turnpike role connection v1", digest, 32, key);
  expect_hex(key, "96930f8afb4e68b55c488b46f4ef96a202e08ef2ca461277e2a25724c47906a9");
  turnpike_hmac_of_label(key, "client proof", NULL, 0, proof);
  expect_hex(proof, "7339a9250923cb44770c934239ba4a5e");
  CHECK(bytes_of("20000000 02 80 0000 0200000000000000", frame) == 16);
  turnpike_mac(key, 1, 0, frame, 16, proof);
  expect_hex(proof, "6173f933b4241b3c19f37bd4d80ebd67");
}

/// SHA-256 of texts of every length around a block, as another implementation has it (tests.inc).
static void hashes(void) {
  static const uint8_t right[][32] = {SHA256_OF_COUNTING};
  uint8_t text[200], digest[32];
  for (unsigned i = 0; i < sizeof text; i++) text[i] = (uint8_t)i;
  for (unsigned length = 0; length < sizeof right / sizeof right[0]; length++) {
    struct turnpike_sha256 hash;
    turnpike_sha256_begin(&hash);
    turnpike_sha256_add(&hash, text, length / 3);
    turnpike_sha256_add(&hash, text + length / 3, length - length / 3);
    turnpike_sha256_end(&hash, digest);
    CHECK(memcmp(digest, right[length], 32) == 0);
  }
}

static void hello_names_the_agent(void) {
  struct bench bench;
  uint8_t nonce[16] = {7};
  bench_init(&bench, 4, 0, 1000);
  CHECK(turnpike_agent_link_up(&bench.agent, nonce, 1000) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(&bench) && bench.request_byte_count == 64);
  expect_hex(bench.request, "40000000 01 00 0000 0100000000000000 01 01 03 00 00000000 0100000000001000"
                            "00000000000000000000000000000000 07");
  CHECK(turnpike_agent_link_up(&bench.agent, nonce, 1000) == TURNPIKE_RESULT_NOT_NOW);
}

static void every_mac_counts(void) {
  // A frame sealed with the counter before, or after, or a bit of which changed, ends the link.
  for (int wrong = 0; wrong < 4; wrong++) {
    struct bench bench;
    uint8_t stamp[8] = {0};
    bench_init(&bench, 4, 0, 1000);
    bench_connect(&bench, 0, 5000);
    bench_list(&bench, NULL, 0);
    bench.now += 5000;
    CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
    if (wrong == 1) bench.frame_count--;
    if (wrong == 2) bench.frame_count++;
    if (wrong == 3) bench.key[31] ^= 1;
    CHECK(bench_reply(&bench, 0, stamp, 8) == (wrong == 0 ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_MAC_WRONG));
    CHECK(bench.agent.phase == (wrong == 0 ? TURNPIKE_PHASE_SERVING : TURNPIKE_PHASE_ENDED));
  }
}

static void a_frame_without_a_mac_ends_the_link(void) {
  struct bench bench;
  uint8_t frame[32];
  bench_init(&bench, 4, 0, 1000);
  bench_connect(&bench, 0, 5000);
  turnpike_frame_begin(frame, 24, TURNPIKE_PUSH_CODE_LAGGED, 1);
  CHECK(turnpike_agent_receive(&bench.agent, frame, 24, 1000) == TURNPIKE_RESULT_MAC_WRONG);
  CHECK(turnpike_agent_receive(&bench.agent, frame, 24, 1000) == TURNPIKE_RESULT_MAC_WRONG);
  CHECK(turnpike_agent_link_down(&bench.agent) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_receive(&bench.agent, frame, 24, 1000) == TURNPIKE_RESULT_NOT_NOW);
}

static void the_handshake_refuses(void) {
  static const struct {
    uint8_t opcode, flags;
    uint16_t status;
    uint64_t number;
    uint32_t body_byte_count;
    enum turnpike_result result;
  } rows[] = {
    {TURNPIKE_OPCODE_HELLO, 0, TURNPIKE_STATUS_NOT_AUTHORIZED, 1, 16, TURNPIKE_RESULT_REFUSED},
    {TURNPIKE_OPCODE_HELLO, 0, 0, 2, 80, TURNPIKE_RESULT_REPLY_WRONG},
    {TURNPIKE_OPCODE_AUTHENTICATE, 0, 0, 1, 0, TURNPIKE_RESULT_REPLY_WRONG},
    // Version 0 is none.
    {TURNPIKE_OPCODE_HELLO, 0, 0, 1, 80, TURNPIKE_RESULT_REPLY_WRONG},
    {TURNPIKE_OPCODE_HELLO, 0, 0, 1, 79, TURNPIKE_RESULT_FRAME_WRONG},
    {TURNPIKE_OPCODE_HELLO, 0x20, 0, 1, 80, TURNPIKE_RESULT_FRAME_WRONG},
    {TURNPIKE_OPCODE_HELLO, 0x80, 0, 1, 96, TURNPIKE_RESULT_MAC_WRONG},
    {TURNPIKE_PUSH_CODE_GOODBYE, 0, 0, 1, 16, TURNPIKE_RESULT_GOODBYE},
    {TURNPIKE_PUSH_CODE_GOODBYE, 0, 0, 2, 16, TURNPIKE_RESULT_REPLY_WRONG},
    // Unknown pushes are skipped; a lease before ATTACH is none.
    {0xfe, 0, 0, 1, 33, TURNPIKE_RESULT_OK},
    {TURNPIKE_PUSH_CODE_AGENT_LEASE_CHANGED, 0, 0, 1, 56, TURNPIKE_RESULT_OK},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    uint8_t nonce[16] = {1}, frame[256];
    bench_init(&bench, 4, 0, 1000);
    turnpike_agent_link_up(&bench.agent, nonce, 1000);
    CHECK(bench_read(&bench));
    turnpike_frame_begin(frame, 16 + rows[i].body_byte_count, rows[i].opcode, rows[i].number);
    frame[5] = rows[i].flags;
    turnpike_store(frame + 6, 2, rows[i].status);
    CHECK(turnpike_agent_receive(&bench.agent, frame, 16 + rows[i].body_byte_count, 1000) == rows[i].result);
    CHECK(bench.agent.leases.count == 0);
    if (rows[i].result == TURNPIKE_RESULT_REFUSED) CHECK(bench.agent.broker_status == rows[i].status);
  }
}

static void a_wrong_proof_ends_with_its_status(void) {
  struct bench bench;
  uint8_t nonce[16] = {1}, body[80] = {1}, frame[32] = {0};
  bench_init(&bench, 4, 0, 1000);
  turnpike_agent_link_up(&bench.agent, nonce, 1000);
  CHECK(bench_read(&bench) && bench_reply(&bench, 0, body, 80) == TURNPIKE_RESULT_OK && bench_read(&bench));
  turnpike_frame_begin(frame, 32, TURNPIKE_OPCODE_AUTHENTICATE, 2);
  turnpike_store(frame + 6, 2, TURNPIKE_STATUS_AUTHENTICATION_FAILED);
  CHECK(turnpike_agent_receive(&bench.agent, frame, 32, 1000) == TURNPIKE_RESULT_REFUSED);
  CHECK(bench.agent.broker_status == TURNPIKE_STATUS_AUTHENTICATION_FAILED);
  // Its OK without a MAC proves nothing.
  bench_init(&bench, 4, 0, 1000);
  turnpike_agent_link_up(&bench.agent, nonce, 1000);
  CHECK(bench_read(&bench) && bench_reply(&bench, 0, body, 80) == TURNPIKE_RESULT_OK && bench_read(&bench));
  turnpike_frame_begin(frame, 16, TURNPIKE_OPCODE_AUTHENTICATE, 2);
  CHECK(turnpike_agent_receive(&bench.agent, frame, 16, 1000) == TURNPIKE_RESULT_MAC_WRONG);
}

static void lengths_are_judged_first(void) {
  static const struct {
    uint32_t length;
    enum turnpike_result result;
  } rows[] = {{0, TURNPIKE_RESULT_FRAME_LENGTH},      {15, TURNPIKE_RESULT_FRAME_LENGTH},        {65537, TURNPIKE_RESULT_FRAME_LENGTH},
              {UINT32_MAX, TURNPIKE_RESULT_FRAME_LENGTH}, {4097, TURNPIKE_RESULT_FRAME_TOO_LONG}, {4096, TURNPIKE_RESULT_OK}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    uint8_t nonce[16] = {1}, bytes[4];
    bench_init(&bench, 4, 0, 1000);
    turnpike_agent_link_up(&bench.agent, nonce, 1000);
    turnpike_store(bytes, 4, rows[i].length);
    for (int at = 0; at < 3; at++) CHECK(turnpike_agent_receive(&bench.agent, bytes + at, 1, 1000) == TURNPIKE_RESULT_OK);
    CHECK(turnpike_agent_receive(&bench.agent, bytes + 3, 1, 1000) == rows[i].result);
  }
}

static void options_are_skipped(void) {
  static const struct {
    const char *options;
    enum turnpike_result result;
  } rows[] = {
    {"0000 0000", TURNPIKE_RESULT_OK},
    {"0c00 0000 07 00 0000 08 00 0400 01020304", TURNPIKE_RESULT_OK},
    {"0c00 0000 07 00 0000 08 00 0400 010203", TURNPIKE_RESULT_FRAME_WRONG},
    {"0c00 0000 07 00 0000 08 00 0500 01020304", TURNPIKE_RESULT_FRAME_WRONG},
    {"0c00 0000 07 00 0000 08 01 0400 01020304", TURNPIKE_RESULT_FRAME_WRONG},
    {"0c00 0001 07 00 0000 08 00 0400 01020304", TURNPIKE_RESULT_FRAME_WRONG},
    {"0600 0000 07 00 0000 0800", TURNPIKE_RESULT_FRAME_WRONG},
    {"0000", TURNPIKE_RESULT_FRAME_WRONG},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0] + 2; i++) {
    struct bench bench;
    uint8_t nonce[16] = {1}, frame[1200] = {0};
    enum turnpike_result result = i == sizeof rows / sizeof rows[0] ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_FRAME_WRONG;
    // The last two have as much as is allowed, and one byte more.
    uint32_t byte_count = 96 + 4 + 1024 + (uint32_t)(i % 2);
    bench_init(&bench, 4, 0, 1000);
    turnpike_agent_link_up(&bench.agent, nonce, 1000);
    CHECK(bench_read(&bench));
    if (i < sizeof rows / sizeof rows[0]) {
      result = rows[i].result;
      byte_count = 96 + (uint32_t)bytes_of(rows[i].options, frame + 96);
    } else {
      turnpike_store(frame + 96, 2, byte_count - 100);
      turnpike_store(frame + 102, 2, byte_count - 104);
    }
    turnpike_store(frame, 4, byte_count);
    frame[4] = TURNPIKE_OPCODE_HELLO;
    frame[5] = TURNPIKE_FRAME_FLAGS_OPTIONS;
    frame[8] = 1;
    frame[16] = 1;
    CHECK(turnpike_agent_receive(&bench.agent, frame, byte_count, 1000) == result);
  }
}

/// Half a minute without any answer ends the link; each one begins it anew.
static void answers_are_waited_for(void) {
  struct bench bench;
  uint64_t deadline;
  uint8_t stamp[8] = {0};
  bench_init(&bench, 4, 0, 1000);
  bench_connect(&bench, 0, 5000);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_AGENT_LEASES);
  bench.now = 20000;
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
  CHECK(bench_reply(&bench, 0, stamp, 8) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_tick(&bench.agent, 24999, &deadline) == TURNPIKE_RESULT_OK && deadline == 25000);
  bench.now = 49999;
  CHECK(turnpike_agent_tick(&bench.agent, bench.now, &deadline) == TURNPIKE_RESULT_OK && deadline == 50000);
  CHECK(turnpike_agent_tick(&bench.agent, 50000, &deadline) == TURNPIKE_RESULT_REPLY_LATE);
}

static void heartbeats_are_on_time(void) {
  struct bench bench;
  uint64_t deadline;
  uint8_t stamp[8] = {0};
  bench_init(&bench, 4, 0, 1000);
  bench_connect(&bench, 0, 5000);
  bench_list(&bench, NULL, 0);
  expect_event(&bench, TURNPIKE_EVENT_LISTED, 0);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(turnpike_agent_tick(&bench.agent, 1000, &deadline) == TURNPIKE_RESULT_OK && deadline == 6000);
  CHECK(turnpike_agent_tick(&bench.agent, 5999, &deadline) == TURNPIKE_RESULT_OK && deadline == 6000);
  bench.now = 5999;
  CHECK(!bench_read(&bench));
  // Late by a while: the stamp is when the frame is made.
  bench.now = 6100;
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
  CHECK(turnpike_load(bench.request + 16, 8) == 6100 && turnpike_load(bench.request + 24, 8) == 0);
  // Not another one before that is answered, and half a minute for that.
  CHECK(turnpike_agent_tick(&bench.agent, 11100, &deadline) == TURNPIKE_RESULT_OK && deadline == 36100);
  bench.now = 11100;
  CHECK(bench_reply(&bench, 0, stamp, 8) == TURNPIKE_RESULT_OK);
  bench.now = 11200;
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
  CHECK(turnpike_agent_tick(&bench.agent, 41199, &deadline) == TURNPIKE_RESULT_OK && deadline == 41200);
  CHECK(turnpike_agent_tick(&bench.agent, 41200, &deadline) == TURNPIKE_RESULT_REPLY_LATE && deadline == TURNPIKE_NEVER);
}

static void what_was_heard_is_what_was_done(void) {
  struct bench bench;
  bench_init(&bench, 4, 0, 1000);
  bench_connect(&bench, 0, 5000);
  bench_list(&bench, NULL, 0);
  const struct lease lease = {1, 1, 1000, 90000, 0, 95000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  bench.now = 6000;
  CHECK(bench_read(&bench) && turnpike_load(bench.request + 24, 8) == 0);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 1);
  expect_event(&bench, TURNPIKE_EVENT_LISTED, 0);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  uint8_t stamp[8] = {0};
  CHECK(bench_reply(&bench, 0, stamp, 8) == TURNPIKE_RESULT_OK);
  bench.now = 11000;
  CHECK(bench_read(&bench) && turnpike_load(bench.request + 24, 8) == 1);
}

static void pushes_come_in_order(void) {
  struct bench bench;
  const uint8_t lost[8] = {3};
  bench_init(&bench, 4, 0, 1000);
  bench_connect(&bench, 0, 5000);
  bench_list(&bench, NULL, 0);
  CHECK(bench_push(&bench, 0x90, lost, 8) == TURNPIKE_RESULT_OK);
  CHECK(bench_push(&bench, TURNPIKE_PUSH_CODE_LAGGED, lost, 8) == TURNPIKE_RESULT_OK);
  bench_list(&bench, NULL, 0);
  bench.push_count++;
  CHECK(bench_push(&bench, TURNPIKE_PUSH_CODE_LAGGED, lost, 8) == TURNPIKE_RESULT_REPLY_WRONG);
}

static void goodbye_tells_why(void) {
  struct bench bench;
  const uint8_t body[16] = {TURNPIKE_STATUS_AGENT_TAKEN_OVER};
  bench_init(&bench, 4, 0, 1000);
  bench_connect(&bench, 0, 5000);
  CHECK(bench_push(&bench, TURNPIKE_PUSH_CODE_GOODBYE, body, 16) == TURNPIKE_RESULT_GOODBYE);
  CHECK(bench.agent.broker_status == TURNPIKE_STATUS_AGENT_TAKEN_OVER && bench.agent.ended_by == TURNPIKE_RESULT_GOODBYE);
}

static void setups_are_judged(void) {
  struct bench bench;
  bench_init(&bench, 4, 0, 1000);
  const struct turnpike_agent_setup right = bench.agent.setup;
  struct turnpike_agent agent;
  for (int wrong = 0; wrong < 9; wrong++) {
    struct turnpike_agent_setup setup = right;
    if (wrong == 1) memset(setup.boot_nonce, 0, 16);
    if (wrong == 2) setup.agent = 0;
    if (wrong == 3) setup.agent = 9;
    if (wrong == 4) setup.lease_capacity = 0;
    if (wrong == 5) setup.received.capacity = TURNPIKE_AGENT_RECEIVED_BYTE_COUNT_MIN - 1;
    if (wrong == 6) setup.sent.capacity = TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN - 1;
    if (wrong == 7) setup.resource = 0;
    if (wrong == 8) setup.leases = NULL;
    CHECK(turnpike_agent_init(&agent, &setup, 1) == (wrong == 0 ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_ARGUMENT_WRONG));
  }
  CHECK(turnpike_agent_init(&agent, &right, 0) == TURNPIKE_RESULT_ARGUMENT_WRONG);
}

void test_link(void) {
  keys_of_the_specification();
  hashes();
  hello_names_the_agent();
  every_mac_counts();
  a_frame_without_a_mac_ends_the_link();
  the_handshake_refuses();
  a_wrong_proof_ends_with_its_status();
  lengths_are_judged_first();
  options_are_skipped();
  answers_are_waited_for();
  heartbeats_are_on_time();
  what_was_heard_is_what_was_done();
  pushes_come_in_order();
  goodbye_tells_why();
  setups_are_judged();
}
