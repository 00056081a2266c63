// What passed through gates: which reports are made, when, and what settles them.

#include "counting.h"

static void setups_are_judged(void) {
  struct bench bench;
  bench_init(&bench, 8, 0, 100000);
  CHECK(turnpike_agent_count(&bench.agent, 1, 1, 1) == TURNPIKE_RESULT_NOT_NOW);
  CHECK(turnpike_agent_meter(&bench.agent, NULL, bench.usage, 0) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_agent_meter(&bench.agent, &bench.meter, NULL, 0) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_agent_meter(&bench.agent, &bench.meter, bench.usage, 0) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_meter(&bench.agent, &bench.meter, bench.usage, 0) == TURNPIKE_RESULT_NOT_NOW);
  bench_init(&bench, 8, 0, 100000);
  bench_connect(&bench, 10, 5000);
  CHECK(turnpike_agent_meter(&bench.agent, &bench.meter, bench.usage, 0) == TURNPIKE_RESULT_NOT_NOW);
}

/// The very bytes of the example.
static void the_example_is_made(void) {
  struct bench bench;
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  // Slot 1, counter 42 and 43.
  const struct lease known = running((UINT64_C(1) << 52) + 42, 6, 100000, 109999);
  const struct lease later[2] = {running((UINT64_C(1) << 52) + 42, 6, 113000, 200000), running((UINT64_C(1) << 52) + 43, 7, 113000, 200000)};
  bench.report_number = 3;
  reconnect(&bench, 100000);
  list(&bench, &known, 1);
  expect_report(&bench, 4, 1, 1);
  take(&bench);
  count(&bench, known.lease, 4096, 65536);
  reconnect(&bench, 113000);
  list(&bench, later, 2);
  expect_report(&bench, 5, 2, 1);
  CHECK(memcmp(bench.request + 16, REPORT_REQUEST, 96) == 0);
}

static void bytes_are_told_every_so_often(void) {
  struct bench bench;
  begin(&bench, 0);
  reconnect(&bench, 100000);
  const struct lease leases[2] = {running(1, 11, 100000, 900000), running(2, 12, 100000, 900000)};
  list(&bench, leases, 2);
  CHECK(!bench_read(&bench));
  count(&bench, 1, 5, 7);
  count(&bench, 1, 6, 8);
  CHECK(turnpike_agent_count(&bench.agent, 3, 1, 1) == TURNPIKE_RESULT_LEASE_UNKNOWN);
  bench.now = 109999;
  CHECK(!bench_read(&bench));
  bench.now = 110000;
  expect_report(&bench, 1, 1, 0);
  expect_usage(&bench, 0, 1, 11, 0, 11, 15);
  // One at a time; what comes meanwhile is in the next one.
  count(&bench, 1, 1, 0);
  count(&bench, 2, 0, 2);
  bench.now = 125000;
  CHECK(!bench_read(&bench));
  take(&bench);
  expect_report(&bench, 2, 2, 0);
  expect_usage(&bench, 0, 1, 11, 0, 1, 0);
  expect_usage(&bench, 1, 2, 12, 0, 0, 2);
  take(&bench);
  bench.now = 200000;
  CHECK(!bench_read(&bench));
  // What is too much for a report, and for a counter.
  count(&bench, 1, UINT64_C(0x100000005), UINT64_MAX);
  count(&bench, 1, 0, UINT64_MAX);
  bench.now = 210000;
  expect_report(&bench, 3, 1, 0);
  expect_usage(&bench, 0, 1, 11, 0, UINT32_MAX, UINT32_MAX);
  take(&bench);
  bench.now = 220000;
  expect_report(&bench, 4, 1, 0);
  expect_usage(&bench, 0, 1, 11, 0, 6, UINT32_MAX);
  CHECK(bench.usage[0].sent == UINT64_MAX - UINT32_MAX);
}

/// Before the program ends nothing waits for its time.
static void what_was_counted_is_told_at_once(void) {
  struct bench bench;
  bench_init(&bench, 8, 0, 100000);
  CHECK(turnpike_agent_flush(&bench.agent));
  begin(&bench, 0);
  reconnect(&bench, 100000);
  const struct lease lease = running(1, 11, 100000, 900000);
  list(&bench, &lease, 1);
  CHECK(!bench_read(&bench) && turnpike_agent_flush(&bench.agent));
  count(&bench, 1, 5, 7);
  CHECK(!bench_read(&bench) && !turnpike_agent_flush(&bench.agent));
  expect_report(&bench, 1, 1, 0);
  expect_usage(&bench, 0, 1, 11, 0, 5, 7);
  CHECK(!turnpike_agent_flush(&bench.agent));
  take(&bench);
  CHECK(turnpike_agent_flush(&bench.agent) && !bench_read(&bench));
}

static void a_small_buffer_takes_more_reports(void) {
  struct bench bench;
  begin(&bench, TURNPIKE_AGENT_FLAGS_REPORTS);
  bench.agent.setup.sent.capacity = TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN;
  reconnect(&bench, 100000);
  struct lease leases[5];
  for (unsigned i = 0; i < 5; i++) leases[i] = running(i + 1, 11 + i, 100000, 900000);
  list(&bench, leases, 5);
  for (unsigned i = 0; i < 3; i++) {
    expect_report(&bench, i + 1, i < 2 ? 2 : 1, i == 2);
    expect_usage(&bench, 0, 2 * i + 1, 11 + 2 * i, all, 0, 0);
    CHECK(!bench_read(&bench));
    take(&bench);
  }
  CHECK(!bench_read(&bench));
  CHECK(!bench.meter.has_round);
}

/// What was counted at ENDED is told, and then the row is free.
static void what_ended_is_told(void) {
  for (int is_cut = 0; is_cut < 2; is_cut++) {
    struct bench bench;
    begin(&bench, 0);
    reconnect(&bench, 100000);
    struct lease lease = running(1, 11, 100000, 900000);
    list(&bench, &lease, 1);
    count(&bench, 1, 5, 7);
    lease.state = revoked;
    CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
    CHECK(!bench_read(&bench));
    expect_event(&bench, TURNPIKE_EVENT_ENDED, 1);
    expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
    CHECK(turnpike_agent_access(&bench.agent, 1, bench.now) == TURNPIKE_ACCESS_CLOSED);
    count(&bench, 1, 1, 1);
    expect_report(&bench, 1, 1, 0);
    expect_usage(&bench, 0, 1, 11, 0, 6, 8);
    if (is_cut) {
      // It is kept until it is known to be taken.
      reconnect(&bench, 101000);
      list(&bench, NULL, 0);
      CHECK(bench.agent.leases.count == 1);
      expect_report(&bench, 1, 1, 0);
      expect_usage(&bench, 0, 1, 11, 0, 6, 8);
    }
    CHECK(bench.agent.leases.count == 1);
    take(&bench);
    CHECK(!bench_read(&bench));
    expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
    CHECK(bench.agent.leases.count == 0 && turnpike_agent_count(&bench.agent, 1, 1, 1) == TURNPIKE_RESULT_LEASE_UNKNOWN);
    for (unsigned i = 0; i < 8; i++) CHECK(turnpike_is_zero((const uint8_t *)&bench.usage[i], sizeof bench.usage[i]));
  }
}

static void what_was_taken_is_told_by_attach(void) {
  for (uint64_t taken = 0; taken < 2; taken++) {
    struct bench bench;
    begin(&bench, 0);
    bench.report_number = 40;
    reconnect(&bench, 100000);
    const struct lease lease = running(1, 11, 100000, 900000);
    list(&bench, &lease, 1);
    count(&bench, 1, 5, 7);
    bench.now = 110000;
    expect_report(&bench, 41, 1, 0);
    count(&bench, 1, 100, 0);
    bench.report_number += taken;
    reconnect(&bench, 120000);
    list(&bench, &lease, 1);
    expect_report(&bench, 41 + taken, 1, 0);
    expect_usage(&bench, 0, 1, 11, 0, taken ? 100 : 105, taken ? 0 : 7);
  }
}

static void refusals(void) {
  static const struct {
    uint16_t status;
    bool is_repeated;
  } rows[] = {
    {TURNPIKE_STATUS_NO_SPACE, true}, {TURNPIKE_STATUS_DRAINING, true}, {TURNPIKE_STATUS_OUTCOME_UNKNOWN, true},
    {TURNPIKE_STATUS_QUANTITY_INVALID, false}, {TURNPIKE_STATUS_AGENT_ABSENT, false}, {TURNPIKE_STATUS_MALFORMED, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    begin(&bench, 0);
    reconnect(&bench, 100000);
    const struct lease lease = running(1, 11, 100000, 900000);
    list(&bench, &lease, 1);
    count(&bench, 1, 5, 7);
    bench.now = 110000;
    expect_report(&bench, 1, 1, 0);
    CHECK(bench_reply(&bench, rows[i].status, NULL, 0) == (rows[i].is_repeated ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_REFUSED));
    if (!rows[i].is_repeated) continue;
    // As it was, whatever came meanwhile, and not at once.
    count(&bench, 1, 100, 100);
    bench.now = 119999;
    CHECK(!bench_read(&bench));
    bench.now = 120000;
    expect_report(&bench, 1, 1, 0);
    expect_usage(&bench, 0, 1, 11, 0, 5, 7);
    take(&bench);
    bench.now = 130000;
    expect_report(&bench, 2, 1, 0);
    expect_usage(&bench, 0, 1, 11, 0, 100, 100);
  }
}

/// Of a lease that ended nothing is said of where it is: the caller may have dropped the text.
static void what_ended_is_not_provided(void) {
  struct bench bench;
  char text[] = "there";
  begin(&bench, 0);
  struct lease lease = {1, 11, 100000, 160000, 0, 160001, 1, pending, 1};
  reconnect(&bench, 100000);
  list(&bench, &lease, 1);
  CHECK(turnpike_agent_report(&bench.agent, 1, true, text) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_PROVISION);
  count(&bench, 1, 1, 0);
  lease.state = revoked;
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_ENDED, 1);
  memset(text, 'x', sizeof text);
  reconnect(&bench, 101000);
  list(&bench, NULL, 0);
  CHECK(bench.agent.leases.count == 1);
  expect_report(&bench, 1, 1, 0);
  CHECK(!bench_read(&bench));
}

void test_usage(void) {
  setups_are_judged();
  the_example_is_made();
  bytes_are_told_every_so_often();
  what_was_counted_is_told_at_once();
  a_small_buffer_takes_more_reports();
  what_ended_is_told();
  what_was_taken_is_told_by_attach();
  refusals();
  what_ended_is_not_provided();
}
