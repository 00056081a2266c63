// For how long gates were shut while the agent was lost, and what becomes of a round that breaks.

#include "counting.h"

/// An outage from 200,000 to 300,000: what was known of a lease, what is listed, and for how long it was shut.
static void outages_are_measured(void) {
  static const struct {
    uint64_t known_until;
    uint8_t known_state, state;
    uint64_t epoch, until, shut;
    uint8_t is_yours;
  } rows[] = {
    // Paid meanwhile: shut from the millisecond after its deadline on.
    {249999, active, active, 11, 400000, 50000, 1},
    {298999, active, active, 11, 400000, 1000, 1},
    {150000, active, active, 11, 400000, 149999, 1},
    // It was open all the time.
    {350000, active, active, 11, 400000, 0, 1},
    {299999, active, active, 11, 400000, 0, 1},
    // Revived, or another's: the gate was open as long as it was.
    {249999, active, active, 12, 400000, 50000, 1},
    {350000, active, active, 12, 400000, 0, 1},
    // It was shut when the outage began.
    {0, suspended, active, 12, 400000, UINT64_MAX, 1},
    {240000, pending, active, 11, 400000, UINT64_MAX, 1},
    // Not known.
    {0, 0, active, 11, 400000, UINT64_MAX, 1},
    {0, 0, suspended, 11, 0, UINT64_MAX, 1},
    // Suspended by now; it may have run until then.
    {249999, active, suspended, 11, 0, 50000, 1},
    {350000, active, suspended, 11, 0, 0, 1},
    {249999, active, suspended, 12, 0, 50000, 1},
    {0, suspended, suspended, 11, 0, 0, 1},
    {0, suspended, suspended, 12, 0, UINT64_MAX, 1},
    {240000, pending, suspended, 11, 0, UINT64_MAX, 1},
    // It has not begun, or is another agent's.
    {240000, pending, pending, 11, 400000, 0, 1},
    {0, 0, pending, 11, 400000, 0, 1},
    {249999, active, active, 11, 400000, 0, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
    for (int is_pushed = 0; is_pushed < 2; is_pushed++) {
      struct bench bench;
      begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
      struct lease lease = {1, 11, 100000, rows[i].known_until, 0, 900000, 1, rows[i].known_state, rows[i].is_yours};
      reconnect(&bench, 100000);
      list(&bench, &lease, rows[i].known_state != 0);
      CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_REPORT);
      take(&bench);
      bench.now = 200000;
      CHECK(!bench.meter.has_round);
      reconnect(&bench, 300000);
      lease.epoch = rows[i].epoch;
      lease.until = rows[i].until;
      lease.state = rows[i].state;
      if (is_pushed) CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
      list(&bench, &lease, 1);
      expect_report(&bench, 2, rows[i].shut != 0, 1);
      if (rows[i].shut != 0) expect_usage(&bench, 0, 1, rows[i].epoch, rows[i].shut, 0, 0);
      take(&bench);
      CHECK(!bench_read(&bench));
      // It was told, and is not told again: not after LAGGED, and not with the next lease.
      const uint8_t lost[8] = {1};
      CHECK(bench_push(&bench, TURNPIKE_PUSH_CODE_LAGGED, lost, 8) == TURNPIKE_RESULT_OK);
      list(&bench, &lease, 1);
      CHECK(bench_tell(&bench, running(2, 20, 300000, 900000)) == TURNPIKE_RESULT_OK);
      bench.now = 320000;
      CHECK(!bench_read(&bench));
      // The next outage is another one.
      reconnect(&bench, 350000);
      const struct lease both[2] = {lease, running(2, 20, 300000, 900000)};
      list(&bench, both, 2);
      expect_report(&bench, 3, 0, 1);
    }
}

/// What is reported of leases waits for the end of the round, since it can give them other epochs.
static void ready_waits_for_the_round(void) {
  struct bench bench;
  const uint8_t epoch[8] = {12};
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  const struct lease lease = running(1, 11, 100000, 900000);
  reconnect(&bench, 100000);
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_report(&bench.agent, 1, true, "there") == TURNPIKE_RESULT_OK);
  list(&bench, &lease, 1);
  expect_report(&bench, 1, 1, 1);
  expect_usage(&bench, 0, 1, 11, all, 0, 0);
  CHECK(!bench_read(&bench));
  take(&bench);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_PROVISION);
  CHECK(bench_reply(&bench, 0, epoch, 8) == TURNPIKE_RESULT_OK);
  CHECK(!bench_read(&bench));
}

static void a_round_begins_anew(void) {
  struct bench bench;
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  bench.agent.setup.received.capacity = TURNPIKE_AGENT_RECEIVED_BYTE_COUNT(8);
  struct lease leases[2] = {running(1, 11, 100000, 149999), running(2, 12, 100000, 159999)};
  reconnect(&bench, 100000);
  list(&bench, leases, 2);
  expect_report(&bench, 1, 2, 1);
  take(&bench);
  // The first page came, then the connection went: of that lease its shut time is known.
  reconnect(&bench, 200000);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_AGENT_LEASES);
  uint8_t page[8 + TURNPIKE_AGENT_LEASE_BYTE_COUNT] = {1, 0, 1};
  leases[0] = running(1, 11, 200000, 249999);
  record_of(page + 8, leases[0]);
  CHECK(bench_reply(&bench, 0, page, sizeof page) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_AGENT_LEASES);
  CHECK(!bench_read(&bench));
  // It was shut again, and so was the other, all along.
  reconnect(&bench, 300000);
  leases[0] = running(1, 11, 300000, 900000);
  leases[1] = running(2, 12, 300000, 900000);
  list(&bench, leases, 2);
  expect_report(&bench, 2, 2, 1);
  expect_usage(&bench, 0, 1, 11, 100000, 0, 0);
  expect_usage(&bench, 1, 2, 12, 140000, 0, 0);
  // The reply is lost, and it was not taken: told again, with what came to it.
  reconnect(&bench, 400000);
  list(&bench, leases, 2);
  expect_report(&bench, 2, 2, 1);
  expect_usage(&bench, 0, 1, 11, 100000, 0, 0);
  // It was taken this time: nothing but the end of the round is left to tell.
  bench.report_number++;
  reconnect(&bench, 500000);
  list(&bench, leases, 2);
  expect_report(&bench, 3, 0, 1);
  take(&bench);
  CHECK(!bench_read(&bench));
}

/// What was told before the connection went, and not looked at until then, changes nothing of what was known before.
static void what_was_known_is_kept(void) {
  struct bench bench;
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  struct lease lease = running(1, 11, 100000, 149999);
  reconnect(&bench, 100000);
  list(&bench, &lease, 1);
  expect_report(&bench, 1, 1, 1);
  take(&bench);
  reconnect(&bench, 200000);
  CHECK(bench_tell(&bench, running(1, 11, 200000, 249999)) == TURNPIKE_RESULT_OK);
  reconnect(&bench, 300000);
  lease = running(1, 11, 300000, 900000);
  list(&bench, &lease, 1);
  expect_report(&bench, 2, 1, 1);
  expect_usage(&bench, 0, 1, 11, 150000, 0, 0);
}

/// A lease that takes a row which the turn has passed is not left out of the round.
static void a_turn_begins_anew(void) {
  struct bench bench;
  struct lease leases[5];
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  reconnect(&bench, 100000);
  for (unsigned i = 0; i < 5; i++) leases[i] = running(i + 1, 11, 100000, 149999);
  list(&bench, leases, 5);
  expect_report(&bench, 1, 5, 1);
  take(&bench);
  leases[0].state = revoked;
  CHECK(bench_tell(&bench, leases[0]) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_ENDED, 1);
  CHECK(!bench_read(&bench));
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(bench.agent.leases.count == 4);
  bench.agent.setup.sent.capacity = TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN;
  reconnect(&bench, 200000);
  for (unsigned i = 0; i < 5; i++) leases[i] = running(i + 1, 12, 200000, 900000);
  list(&bench, leases + 1, 4);
  expect_report(&bench, 2, 2, 0);
  CHECK(bench_tell(&bench, running(9, 13, 200000, 900000)) == TURNPIKE_RESULT_OK);
  take(&bench);
  expect_report(&bench, 3, 2, 0);
  expect_usage(&bench, 0, 9, 13, all, 0, 0);
  expect_usage(&bench, 1, 4, 12, 50000, 0, 0);
  take(&bench);
  expect_report(&bench, 4, 1, 1);
  expect_usage(&bench, 0, 5, 12, 50000, 0, 0);
}

/// As long as there was no room for a lease the outage is not over for it.
static void no_room_is_no_end(void) {
  struct bench bench;
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  bench.agent.leases.capacity = bench.agent.setup.lease_capacity = 2;
  for (unsigned i = 0; i < 2; i++) bench.leases[i].heap = bench.leases[i].place = (uint16_t)i;
  reconnect(&bench, 100000);
  struct lease leases[3] = {running(1, 11, 100000, 900000), running(3, 12, 100000, 900000), running(5, 13, 100000, 900000)};
  uint8_t page[8 + 3 * TURNPIKE_AGENT_LEASE_BYTE_COUNT] = {3};
  for (unsigned i = 0; i < 3; i++) record_of(page + 8 + i * TURNPIKE_AGENT_LEASE_BYTE_COUNT, leases[i]);
  CHECK(bench_read(&bench) && bench_reply(&bench, 0, page, sizeof page) == TURNPIKE_RESULT_OK);
  expect_report(&bench, 1, 2, 0);
  take(&bench);
  CHECK(!bench_read(&bench) && bench.meter.has_round);
  leases[0].state = revoked;
  CHECK(bench_tell(&bench, leases[0]) == TURNPIKE_RESULT_OK);
  struct turnpike_event event;
  do CHECK(turnpike_agent_next_event(&bench.agent, bench.now, &event) == TURNPIKE_RESULT_OK);
  while (event.kind != TURNPIKE_EVENT_NONE);
  CHECK(!bench_read(&bench));
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  list(&bench, leases + 1, 2);
  expect_report(&bench, 2, 1, 1);
  expect_usage(&bench, 0, 5, 13, all, 0, 0);
}

void test_outages(void) {
  outages_are_measured();
  ready_waits_for_the_round();
  a_round_begins_anew();
  what_was_known_is_kept();
  a_turn_begins_anew();
  no_room_is_no_end();
}
