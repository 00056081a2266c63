// Tickets: the numbers of the specification, each rule, and every single bit.

#include "tests.h"

static const uint64_t resource = UINT64_C(4503599627370497), lease_id = UINT64_C(4503599627370498);

struct shown {
  uint64_t resource, lease, epoch, stamp, until;
  uint32_t agent;
  uint8_t state, nonce;
};

static void make_ticket(uint8_t ticket[96], struct shown shown) {
  uint8_t key[32], tag[32];
  memset(ticket, 0, 96);
  turnpike_store(ticket, 8, shown.resource);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_LEASE_OFFSET, 8, shown.lease);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_EPOCH_OFFSET, 8, shown.epoch);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_SEQUENCE_OFFSET, 8, 1);
  for (unsigned i = 0; i < 16; i++) ticket[TURNPIKE_LEASE_TICKET_BOOT_NONCE_OFFSET + i] = (uint8_t)(shown.nonce + i);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_STAMP_OFFSET, 8, shown.stamp);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_UNTIL_OFFSET, 8, shown.until);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_AGENT_OFFSET, 4, shown.agent);
  turnpike_store(ticket + TURNPIKE_LEASE_TICKET_UNITS_OFFSET, 4, 2);
  ticket[TURNPIKE_LEASE_TICKET_STATE_OFFSET] = shown.state;
  turnpike_hmac_of_label(role_key, "turnpike ticket v1", NULL, 0, key);
  turnpike_hmac_of_label(key, "tag", ticket, 80, tag);
  memcpy(ticket + 80, tag, 16);
}

static const struct shown example = {UINT64_C(4503599627370497), UINT64_C(4503599627370498), 7, 1000, 61000, 1,
                                     TURNPIKE_LEASE_STATE_ACTIVE, 0xa0};

/// At 2000, attached with this floor.
static void begin(struct bench *bench, uint64_t epoch_floor) {
  bench_init(bench, 4, 0, 2000);
  bench_connect(bench, epoch_floor, 5000);
  bench_list(bench, NULL, 0);
}

static void numbers_of_the_specification(void) {
  struct bench bench;
  struct turnpike_pass pass;
  uint8_t ticket[96], key[32], holder[32], right[32], challenge[16], proof[16];
  make_ticket(ticket, example);
  bytes_of("9bdb9c4dff0358f806d13a9fb9cf1b6a", right);
  CHECK(memcmp(ticket + 80, right, 16) == 0);
  turnpike_hmac_of_label(role_key, "turnpike ticket v1", NULL, 0, key);
  bytes_of("807f5939d63d1ce50f09a5497d7efa15a92e5f5dd4cd9b3c60c87ac67b46fc57", right);
  CHECK(memcmp(key, right, 32) == 0);
  turnpike_hmac_of_label(key, "holder", ticket, 96, holder);
  bytes_of("635a732d52e7985790c06ba3d21e3ae2", right);
  CHECK(memcmp(holder, right, 16) == 0);
  for (unsigned i = 0; i < 16; i++) challenge[i] = (uint8_t)(0x10 + i);
  turnpike_ticket_prove(holder, challenge, proof);
  bytes_of("a6687a59098f5e58c1b787c60b982c77", right);
  CHECK(memcmp(proof, right, 16) == 0);

  begin(&bench, 6);
  CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 2000, &pass) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_check_proof(&bench.agent, ticket, challenge, proof, 2000, &pass) == TURNPIKE_RESULT_OK);
  CHECK(pass.lease == lease_id && pass.epoch == 7 && pass.until == 61000 && pass.units == 2);
  CHECK(turnpike_agent_pass_access(&bench.agent, &pass, 61000) == TURNPIKE_ACCESS_FULL);
  CHECK(turnpike_agent_pass_access(&bench.agent, &pass, 61001) == TURNPIKE_ACCESS_CLOSED);
  // Each bit of each of them.
  for (unsigned bit = 0; bit < 96 * 8; bit++) {
    ticket[bit / 8] ^= (uint8_t)(1u << bit % 8);
    CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 2000, &pass) == TURNPIKE_RESULT_TICKET_FORGED && pass.lease == 0);
    CHECK(turnpike_agent_check_proof(&bench.agent, ticket, challenge, proof, 2000, &pass) == TURNPIKE_RESULT_TICKET_FORGED);
    ticket[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  for (unsigned bit = 0; bit < 16 * 8; bit++) {
    proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
    CHECK(turnpike_agent_check_proof(&bench.agent, ticket, challenge, proof, 2000, &pass) == TURNPIKE_RESULT_PROOF_WRONG && pass.lease == 0);
    proof[bit / 8] ^= (uint8_t)(1u << bit % 8);
    challenge[bit / 8] ^= (uint8_t)(1u << bit % 8);
    CHECK(turnpike_agent_check_proof(&bench.agent, ticket, challenge, proof, 2000, &pass) == TURNPIKE_RESULT_PROOF_WRONG);
    challenge[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
}

static void each_rule(void) {
  static const struct {
    uint64_t epoch, stamp, until;
    uint32_t agent;
    uint8_t state, nonce;
    bool is_other_resource;
    uint64_t now;
    enum turnpike_result result;
  } rows[] = {
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 2000, TURNPIKE_RESULT_OK},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_LOW, 0xa0, false, 61000, TURNPIKE_RESULT_OK},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_THROTTLED, 0xa0, false, 61001, TURNPIKE_RESULT_TICKET_OVER},
    {7, 1000, 0, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_OVER},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_PENDING, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_OVER},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_SUSPENDED, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_OVER},
    {7, 1000, 61000, 1, 200, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_OVER},
    {7, 1000, 61000, 2, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_NOT_OURS},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa1, false, 2000, TURNPIKE_RESULT_TICKET_NOT_OURS},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, true, 2000, TURNPIKE_RESULT_TICKET_NOT_OURS},
    {7, 2000, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 2000, TURNPIKE_RESULT_OK},
    {7, 2001, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_STAMP},
    {7, 1000, 9000000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 3601000, TURNPIKE_RESULT_OK},
    {7, 1000, 9000000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 3601001, TURNPIKE_RESULT_TICKET_STAMP},
    // The floor is 6.
    {6, 1000, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 2000, TURNPIKE_RESULT_TICKET_FENCED},
    {7, 0, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 0, TURNPIKE_RESULT_TICKET_OVER},
    {7, 1000, 61000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0xa0, false, 999, TURNPIKE_RESULT_TICKET_STAMP},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    struct turnpike_pass pass;
    uint8_t ticket[96];
    const struct shown shown = {rows[i].is_other_resource ? resource + 2 : resource, lease_id, rows[i].epoch, rows[i].stamp, rows[i].until,
                                rows[i].agent, rows[i].state, rows[i].nonce};
    make_ticket(ticket, shown);
    begin(&bench, 6);
    CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, rows[i].now, &pass) == rows[i].result);
  }
}

static void what_was_pushed_beats_it(void) {
  static const struct {
    uint64_t epoch, stamp, until;
    uint8_t state;
    enum turnpike_result result;
    uint64_t ends_at;
  } rows[] = {
    {6, 1500, 30000, TURNPIKE_LEASE_STATE_ACTIVE, TURNPIKE_RESULT_OK, 61000},
    // Of one stamp nobody knows which came last.
    {7, 1000, 30000, TURNPIKE_LEASE_STATE_ACTIVE, TURNPIKE_RESULT_OK, 30000},
    // Told after the ticket was given, and less than it.
    {7, 1001, 30000, TURNPIKE_LEASE_STATE_THROTTLED, TURNPIKE_RESULT_OK, 30000},
    {7, 1001, 30000, TURNPIKE_LEASE_STATE_ACTIVE, TURNPIKE_RESULT_OK, 30000},
    {7, 1001, 90000, TURNPIKE_LEASE_STATE_ACTIVE, TURNPIKE_RESULT_OK, 61000},
    {8, 1000, 90000, TURNPIKE_LEASE_STATE_ACTIVE, TURNPIKE_RESULT_TICKET_FENCED, 0},
    {7, 1000, 0, TURNPIKE_LEASE_STATE_SUSPENDED, TURNPIKE_RESULT_TICKET_FENCED, 0},
    {6, 1000, 0, TURNPIKE_LEASE_STATE_SUSPENDED, TURNPIKE_RESULT_TICKET_FENCED, 0},
    // Ended, and forgotten by then: its epoch is in the floor.
    {7, 1000, 0, TURNPIKE_LEASE_STATE_EXPIRED, TURNPIKE_RESULT_TICKET_FENCED, 0},
    {7, 1000, 0, TURNPIKE_LEASE_STATE_REVOKED, TURNPIKE_RESULT_TICKET_FENCED, 0},
    {9, 1000, 0, TURNPIKE_LEASE_STATE_RELEASED, TURNPIKE_RESULT_TICKET_FENCED, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int round = 0; round < 4; round++) {
      struct bench bench;
      struct turnpike_pass pass, before;
      uint8_t ticket[96];
      make_ticket(ticket, example);
      begin(&bench, 5);
      CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 2000, &before) == TURNPIKE_RESULT_OK);
      // Known before, in every second round.
      const struct lease known = {lease_id, 6, 500, 90000, 0, 100000, 1, TURNPIKE_LEASE_STATE_ACTIVE, 0};
      if (round % 2 == 1) CHECK(bench_tell(&bench, known) == TURNPIKE_RESULT_OK);
      const struct lease lease = {lease_id, rows[i].epoch, rows[i].stamp, rows[i].until, 0, 100000, 1, rows[i].state, 0};
      CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
      struct turnpike_event event;
      event.kind = TURNPIKE_EVENT_LISTED;
      while (round >= 2 && event.kind != TURNPIKE_EVENT_NONE)
        CHECK(turnpike_agent_next_event(&bench.agent, 2000, &event) == TURNPIKE_RESULT_OK);
      CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 2000, &pass) == rows[i].result);
      // The pass that was given before goes the same way.
      CHECK((turnpike_agent_pass_access(&bench.agent, &before, 2000) != TURNPIKE_ACCESS_CLOSED) == (rows[i].result == TURNPIKE_RESULT_OK));
      if (rows[i].result != TURNPIKE_RESULT_OK) continue;
      const bool is_reduced = rows[i].state == TURNPIKE_LEASE_STATE_THROTTLED;
      CHECK(turnpike_agent_pass_access(&bench.agent, &pass, rows[i].ends_at) == (is_reduced ? TURNPIKE_ACCESS_REDUCED : TURNPIKE_ACCESS_FULL));
      CHECK(turnpike_agent_pass_access(&bench.agent, &pass, rows[i].ends_at + 1) == TURNPIKE_ACCESS_CLOSED);
    }
}

static void none_before_the_floor_is_known(void) {
  struct bench bench;
  struct turnpike_pass pass;
  uint8_t ticket[96];
  make_ticket(ticket, example);
  bench_init(&bench, 4, 0, 2000);
  CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 2000, &pass) == TURNPIKE_RESULT_TICKET_FENCED);
  bench_connect(&bench, 6, 5000);
  CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 2000, &pass) == TURNPIKE_RESULT_OK);
  // Without a connection they are what they are for.
  CHECK(turnpike_agent_link_down(&bench.agent) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 60000, &pass) == TURNPIKE_RESULT_OK);
  // What is told anew at the next one fences it, though the lease was never known.
  bench.now = 60000;
  bench_connect(&bench, 7, 5000);
  CHECK(turnpike_agent_check_ticket(&bench.agent, ticket, 60000, &pass) == TURNPIKE_RESULT_TICKET_FENCED);
}

void test_tickets(void) {
  numbers_of_the_specification();
  each_rule();
  what_was_pushed_beats_it();
  none_before_the_floor_is_known();
}
