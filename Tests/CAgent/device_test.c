// The paying part: what it sends, what it makes of the answers, and what it repeats.

#include "tests.h"

enum { note_count_max = 2 };

struct desk {
  struct turnpike_device device;
  uint8_t received[TURNPIKE_DEVICE_RECEIVED_BYTE_COUNT_MIN], request[TURNPIKE_DEVICE_REQUEST_BYTE_COUNT(note_count_max)];
  uint8_t notes[note_count_max * TURNPIKE_NOTE_BYTE_COUNT], key[16];
  /// The last request that was read.
  uint8_t frame[256];
  uint32_t frame_byte_count;
};

static void desk_init(struct desk *desk) {
  struct turnpike_device_setup setup;
  memset(desk, 0, sizeof *desk);
  memset(&setup, 0, sizeof setup);
  memset(setup.session, 0x30, 16);
  setup.received.bytes = desk->received;
  setup.received.capacity = sizeof desk->received;
  setup.request.bytes = desk->request;
  setup.request.capacity = sizeof desk->request;
  for (unsigned i = 0; i < note_count_max; i++) {
    desk->notes[i * TURNPIKE_NOTE_BYTE_COUNT] = TURNPIKE_RAIL_NOTE;
    desk->notes[i * TURNPIKE_NOTE_BYTE_COUNT + 2] = TURNPIKE_NOTE_BYTE_COUNT;
    desk->notes[i * TURNPIKE_NOTE_BYTE_COUNT + 8] = (uint8_t)(i + 1);
  }
  for (unsigned i = 0; i < 16; i++) desk->key[i] = (uint8_t)i;
  CHECK(turnpike_device_init(&desk->device, &setup) == TURNPIKE_RESULT_OK);
}

static bool desk_read(struct desk *desk) {
  const uint8_t *bytes;
  size_t byte_count;
  turnpike_device_output(&desk->device, &bytes, &byte_count);
  if (byte_count == 0) return false;
  CHECK(turnpike_load(bytes, 4) == byte_count && byte_count <= sizeof desk->frame);
  memcpy(desk->frame, bytes, byte_count);
  desk->frame_byte_count = (uint32_t)byte_count;
  CHECK(turnpike_device_sent(&desk->device, byte_count + 1) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_device_sent(&desk->device, byte_count) == TURNPIKE_RESULT_OK);
  return true;
}

/// Answers the last request.
static enum turnpike_result desk_reply(struct desk *desk, uint16_t status, unsigned money, const uint8_t *body, uint32_t byte_count) {
  uint8_t frame[256];
  turnpike_frame_begin(frame, 16 + byte_count, desk->frame[4], turnpike_load(desk->frame + 8, 8));
  frame[5] = (uint8_t)(money << 1);
  turnpike_store(frame + 6, 2, status);
  if (byte_count > 0) memcpy(frame + 16, body, byte_count);
  const uint8_t *bytes = frame;
  size_t left = 16 + byte_count;
  const enum turnpike_result result = turnpike_device_receive(&desk->device, &bytes, &left);
  if (result == TURNPIKE_RESULT_OK) CHECK(left == 0);
  return result;
}

static void desk_connect(struct desk *desk, uint64_t incarnation, bool resumed) {
  uint8_t body[80] = {1, 0};
  body[1] = resumed;
  turnpike_store(body + TURNPIKE_HELLO_REPLY_INCARNATION_OFFSET, 8, incarnation);
  CHECK(turnpike_device_link_up(&desk->device) == TURNPIKE_RESULT_OK);
  CHECK(desk_read(desk) && desk->frame[4] == TURNPIKE_OPCODE_HELLO && desk->frame_byte_count == 64);
  CHECK(desk->frame[TURNPIKE_AT(HELLO_REQUEST, ROLE)] == TURNPIKE_ROLE_NONE && desk->frame[TURNPIKE_AT(HELLO_REQUEST, SESSION)] == 0x30);
  CHECK(desk_reply(desk, 0, 0, body, 80) == TURNPIKE_RESULT_OK);
}

static void desk_bind_reply(struct desk *desk, uint32_t handle) {
  uint8_t body[24] = {0};
  CHECK(desk_read(desk) && desk->frame[4] == TURNPIKE_OPCODE_BIND && turnpike_load(desk->frame + 16, 8) == 7);
  turnpike_store(body, 4, handle);
  body[4] = TURNPIKE_AUTHORITY_OWNER;
  body[5] = TURNPIKE_LEASE_STATE_ACTIVE;
  body[8] = 3;
  CHECK(desk_reply(desk, 0, 0, body, 24) == TURNPIKE_RESULT_OK);
}

static struct turnpike_outcome outcome_of(struct desk *desk) {
  struct turnpike_outcome outcome;
  CHECK(turnpike_device_outcome(&desk->device, &outcome));
  return outcome;
}

static void a_life_of_a_lease(void) {
  struct desk desk;
  uint8_t body[80] = {0}, hash[16];
  desk_init(&desk);
  // Asked for without a connection: it waits.
  CHECK(turnpike_device_acquire(&desk.device, 5, 2, 0, 1000, desk.key, desk.notes, 2) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_device_acquire(&desk.device, 5, 2, 0, 1000, desk.key, desk.notes, 2) == TURNPIKE_RESULT_NOT_NOW);
  CHECK(!desk_read(&desk));
  desk_connect(&desk, 1, false);
  CHECK(desk_read(&desk) && desk.frame[4] == TURNPIKE_OPCODE_ACQUIRE && desk.frame_byte_count == 156);
  CHECK(desk.frame[5] == TURNPIKE_FRAME_FLAGS_PAYMENT && desk.frame[6] == 1 && turnpike_load(desk.frame + 8, 8) == 1);
  bytes_of("5a4b2938b91e411b1d6efafdc837d6cf", hash);
  CHECK(memcmp(desk.frame + TURNPIKE_AT(ACQUIRE_REQUEST, KEY_HASH), hash, 16) == 0);
  CHECK(turnpike_load(desk.frame + 56, 2) == 96 && desk.frame[58] == 2 && memcmp(desk.frame + 60, desk.notes, 96) == 0);
  turnpike_store(body, 8, 7);
  turnpike_store(body + 8, 8, 3);
  turnpike_store(body + 16, 8, 99);
  turnpike_store(body + 24, 8, 55);
  CHECK(desk_reply(&desk, 0, TURNPIKE_MONEY_TAKEN, body, 40) == TURNPIKE_RESULT_OK);
  struct turnpike_outcome outcome = outcome_of(&desk);
  CHECK(outcome.opcode == TURNPIKE_OPCODE_ACQUIRE && outcome.money == TURNPIKE_MONEY_TAKEN && outcome.status == 0 && outcome.number == 1);
  CHECK(outcome.lease == 7 && outcome.epoch == 3 && outcome.deadline == 99 && outcome.balance == 55);
  CHECK(!turnpike_device_outcome(&desk.device, &outcome));

  CHECK(turnpike_device_release(&desk.device) == TURNPIKE_RESULT_NOT_NOW);
  CHECK(turnpike_device_bind(&desk.device, 7, desk.key) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_device_bind(&desk.device, 7, desk.key) == TURNPIKE_RESULT_NOT_NOW);
  desk_bind_reply(&desk, 77);
  outcome = outcome_of(&desk);
  CHECK(outcome.opcode == TURNPIKE_OPCODE_BIND && outcome.lease == 7 && outcome.epoch == 3);

  // Own money with the handle, a gift without one.
  for (uint64_t lease = 7; lease <= 8; lease++) {
    CHECK(turnpike_device_fund_notes(&desk.device, lease, desk.notes, 1) == TURNPIKE_RESULT_OK);
    CHECK(desk_read(&desk) && desk.frame[4] == TURNPIKE_OPCODE_FUND && desk.frame_byte_count == 84);
    CHECK(turnpike_load(desk.frame + 24, 4) == (lease == 7 ? 77 : 0));
    CHECK(desk_reply(&desk, 0, TURNPIKE_MONEY_TAKEN, body, 40) == TURNPIKE_RESULT_OK);
    outcome = outcome_of(&desk);
    CHECK(outcome.lease == lease && outcome.balance == 7 && outcome.deadline == 3);
  }
  const uint8_t word[16] = {9};
  CHECK(turnpike_device_fund_tick(&desk.device, 7, 1, 100, word) == TURNPIKE_RESULT_OK);
  CHECK(desk_read(&desk) && desk.frame_byte_count == 68 && desk.frame[36] == 2 && desk.frame[38] == 32 && desk.frame[40] == 1 && desk.frame[44] == 100);
  CHECK(desk.frame[52] == 9 && turnpike_load(desk.frame + 24, 4) == 0);
  uint8_t refusal[16] = {99, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};
  CHECK(desk_reply(&desk, TURNPIKE_STATUS_TICK_AHEAD, TURNPIKE_MONEY_NOT_TAKEN, refusal, 16) == TURNPIKE_RESULT_OK);
  outcome = outcome_of(&desk);
  CHECK(outcome.status == TURNPIKE_STATUS_TICK_AHEAD && outcome.money == TURNPIKE_MONEY_NOT_TAKEN && outcome.detail == 99 && outcome.token == 0);

  // RELEASE pays out; a GOODBYE in the same piece waits until the note was taken.
  CHECK(turnpike_device_release(&desk.device) == TURNPIKE_RESULT_OK);
  CHECK(desk_read(&desk) && desk.frame[4] == TURNPIKE_OPCODE_RELEASE && turnpike_load(desk.frame + 16, 4) == 77 && desk.frame_byte_count == 24);
  uint8_t both[96 + 32];
  turnpike_frame_begin(both, 96, TURNPIKE_OPCODE_RELEASE, turnpike_load(desk.frame + 8, 8));
  both[5] = TURNPIKE_MONEY_TAKEN << 1;
  both[16] = 50;
  both[16 + 28] = 1;
  memcpy(both + 48, desk.notes, 48);
  turnpike_frame_begin(both + 96, 32, TURNPIKE_PUSH_CODE_GOODBYE, 1);
  both[96 + 16] = TURNPIKE_STATUS_DRAINING;
  const uint8_t *bytes = both;
  size_t left = sizeof both;
  CHECK(turnpike_device_receive(&desk.device, &bytes, &left) == TURNPIKE_RESULT_OK && left == 32);
  CHECK(turnpike_device_receive(&desk.device, &bytes, &left) == TURNPIKE_RESULT_NOT_NOW && left == 32);
  outcome = outcome_of(&desk);
  CHECK(outcome.change == 50 && outcome.note_count == 1 && memcmp(outcome.notes, desk.notes, 48) == 0);
  CHECK(turnpike_device_receive(&desk.device, &bytes, &left) == TURNPIKE_RESULT_GOODBYE && desk.device.broker_status == TURNPIKE_STATUS_DRAINING);
}

static void a_lost_reply_is_asked_for_again(void) {
  struct desk desk;
  uint8_t body[40] = {0}, first[256];
  desk_init(&desk);
  desk_connect(&desk, 1, false);
  CHECK(turnpike_device_bind(&desk.device, 7, desk.key) == TURNPIKE_RESULT_OK);
  desk_bind_reply(&desk, 77);
  outcome_of(&desk);
  CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 1) == TURNPIKE_RESULT_OK && desk_read(&desk));
  memcpy(first, desk.frame, desk.frame_byte_count);
  CHECK(turnpike_device_link_down(&desk.device) == TURNPIKE_RESULT_OK);
  // On a new connection: BIND, then the very same request with the new handle.
  desk_connect(&desk, 1, true);
  desk_bind_reply(&desk, 78);
  CHECK(desk_read(&desk) && turnpike_load(desk.frame + 24, 4) == 78);
  turnpike_store(desk.frame + 24, 4, 77);
  CHECK(memcmp(desk.frame, first, desk.frame_byte_count) == 0);
  // Power is lost. What was stored is enough.
  struct turnpike_device_setup kept = desk.device.setup;
  CHECK(turnpike_device_init(&desk.device, &kept) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_device_bind(&desk.device, 7, desk.key) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_device_bind(&desk.device, 8, desk.key) == TURNPIKE_RESULT_NOT_NOW);
  desk_connect(&desk, 1, true);
  desk_bind_reply(&desk, 79);
  outcome_of(&desk);
  CHECK(desk_read(&desk) && turnpike_load(desk.frame + 24, 4) == 79 && turnpike_load(desk.frame + 8, 8) == turnpike_load(first + 8, 8));
  CHECK(desk_reply(&desk, 0, TURNPIKE_MONEY_TAKEN, body, 40) == TURNPIKE_RESULT_OK);
  CHECK(outcome_of(&desk).money == TURNPIKE_MONEY_TAKEN);
  CHECK(!desk_read(&desk) && desk.device.setup.request.count == 0);
}

static void another_life_is_not_asked(void) {
  static const struct {
    uint64_t incarnation;
    bool resumed, is_repeated;
  } rows[] = {{5, false, true}, {5, true, true}, {6, true, true}, {6, false, false}, {4, false, false}, {4, true, false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int was_sent = 0; was_sent < 3; was_sent++) {
      struct desk desk;
      desk_init(&desk);
      desk_connect(&desk, 5, false);
      if (was_sent != 1) CHECK(turnpike_device_link_down(&desk.device) == TURNPIKE_RESULT_OK);
      CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 1) == TURNPIKE_RESULT_OK);
      CHECK(desk_read(&desk) == (was_sent == 1));
      CHECK(turnpike_device_link_down(&desk.device) == TURNPIKE_RESULT_OK);
      // Of what it kept over a restart it does not know either.
      const struct turnpike_device_setup kept = desk.device.setup;
      if (was_sent == 2) CHECK(turnpike_device_init(&desk.device, &kept) == TURNPIKE_RESULT_OK);
      desk_connect(&desk, rows[i].incarnation, rows[i].resumed);
      const bool is_sent = was_sent == 0 || rows[i].is_repeated;
      CHECK(desk_read(&desk) == is_sent);
      if (is_sent) continue;
      const struct turnpike_outcome outcome = outcome_of(&desk);
      CHECK(outcome.money == TURNPIKE_MONEY_NOT_KNOWN && outcome.status == TURNPIKE_STATUS_OUTCOME_UNKNOWN);
      CHECK(turnpike_device_repeat(&desk.device) == TURNPIKE_RESULT_NOT_NOW);
    }
}

static void not_known_is_kept(void) {
  struct desk desk;
  uint8_t refusal[16] = {0}, body[40] = {0};
  desk_init(&desk);
  desk_connect(&desk, 1, false);
  CHECK(turnpike_device_bind(&desk.device, 7, desk.key) == TURNPIKE_RESULT_OK);
  desk_bind_reply(&desk, 77);
  outcome_of(&desk);
  CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 1) == TURNPIKE_RESULT_OK && desk_read(&desk));
  CHECK(desk_reply(&desk, TURNPIKE_STATUS_HANDLE_UNKNOWN, TURNPIKE_MONEY_NOT_KNOWN, refusal, 16) == TURNPIKE_RESULT_OK);
  CHECK(outcome_of(&desk).money == TURNPIKE_MONEY_NOT_KNOWN && !desk_read(&desk));
  CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 1) == TURNPIKE_RESULT_NOT_NOW);
  CHECK(turnpike_device_repeat(&desk.device) == TURNPIKE_RESULT_OK);
  desk_bind_reply(&desk, 78);
  CHECK(desk_read(&desk) && turnpike_load(desk.frame + 24, 4) == 78);
  CHECK(turnpike_device_abandon(&desk.device) == TURNPIKE_RESULT_NOT_NOW);
  CHECK(desk_reply(&desk, 0, TURNPIKE_MONEY_TAKEN, body, 40) == TURNPIKE_RESULT_OK);
  CHECK(outcome_of(&desk).money == TURNPIKE_MONEY_TAKEN);
  // A key that is right no more: what was sent before is not known, what was not is not taken.
  CHECK(turnpike_device_link_down(&desk.device) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_device_release(&desk.device) == TURNPIKE_RESULT_OK);
  desk_connect(&desk, 1, true);
  CHECK(desk_read(&desk) && desk.frame[4] == TURNPIKE_OPCODE_BIND);
  CHECK(desk_reply(&desk, TURNPIKE_STATUS_KEY_WRONG, 0, refusal, 16) == TURNPIKE_RESULT_OK);
  const struct turnpike_outcome outcome = outcome_of(&desk);
  CHECK(outcome.opcode == TURNPIKE_OPCODE_RELEASE && outcome.money == TURNPIKE_MONEY_NOT_TAKEN && outcome.status == TURNPIKE_STATUS_KEY_WRONG);
}

static void frames_are_judged(void) {
  struct desk desk;
  uint8_t body[48] = {0};
  for (int wrong = 0; wrong < 5; wrong++) {
    desk_init(&desk);
    desk_connect(&desk, 1, false);
    CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 1) == TURNPIKE_RESULT_OK);
    if (wrong != 1) CHECK(desk_read(&desk));
    if (wrong == 1) memcpy(desk.frame, desk.device.setup.request.bytes, 16);
    if (wrong == 2) desk.frame[8]++;
    if (wrong == 3) desk.frame[4] = TURNPIKE_OPCODE_ACQUIRE;
    static const enum turnpike_result results[] = {TURNPIKE_RESULT_OK, TURNPIKE_RESULT_REPLY_WRONG, TURNPIKE_RESULT_REPLY_WRONG,
                                                   TURNPIKE_RESULT_REPLY_WRONG, TURNPIKE_RESULT_FRAME_WRONG};
    CHECK(desk_reply(&desk, 0, TURNPIKE_MONEY_TAKEN, body, wrong == 4 ? 48 : 40) == results[wrong]);
    if (wrong == 0) continue;
    // The request stays what it was.
    CHECK(desk.device.phase == TURNPIKE_PHASE_ENDED && desk.device.setup.request.count == 84);
    CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 1) == TURNPIKE_RESULT_NOT_NOW);
  }
  // Nothing is awaited: not even operation 0 is an answer.
  desk_init(&desk);
  desk_connect(&desk, 1, false);
  desk.frame[4] = 0;
  CHECK(desk_reply(&desk, TURNPIKE_STATUS_DRAINING, 0, body, 16) == TURNPIKE_RESULT_REPLY_WRONG);
  CHECK(turnpike_device_abandon(&desk.device) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 0) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 3) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_device_fund_notes(&desk.device, 7, NULL, 1) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_device_fund_notes(&desk.device, 7, desk.notes, 0xffffffffu) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  struct turnpike_device_setup setup = desk.device.setup;
  setup.request.count = 20;
  CHECK(turnpike_device_init(&desk.device, &setup) == TURNPIKE_RESULT_ARGUMENT_WRONG);
}

/// The words of vectors/chains.json, from the last one of each chain.
static void hash_chains(void) {
  static const struct {
    uint64_t lease;
    uint32_t chain, from, to;
    const char *last, *word;
  } rows[] = {CHAIN_WORDS};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    uint8_t last[16], word[16], right[16];
    bytes_of(rows[i].last, last);
    bytes_of(rows[i].word, right);
    CHECK(turnpike_chain_back(rows[i].lease, rows[i].chain, rows[i].from, rows[i].from - rows[i].to, last, word) == TURNPIKE_RESULT_OK);
    CHECK(memcmp(word, right, 16) == 0);
    CHECK(turnpike_chain_back(rows[i].lease, rows[i].chain, rows[i].from, rows[i].from + 1, last, word) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  }
}

void test_device(void) {
  a_life_of_a_lease();
  a_lost_reply_is_asked_for_again();
  another_life_is_not_asked();
  not_known_is_kept();
  frames_are_judged();
  hash_chains();
}
