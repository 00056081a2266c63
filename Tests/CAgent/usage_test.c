// What passed through gates, and for how long they were shut: which reports are made, when, and what settles them.

#include "tests.h"

enum {
  pending = TURNPIKE_LEASE_STATE_PENDING,
  active = TURNPIKE_LEASE_STATE_ACTIVE,
  suspended = TURNPIKE_LEASE_STATE_SUSPENDED,
  revoked = TURNPIKE_LEASE_STATE_REVOKED
};

static const uint64_t all = UINT64_MAX;

/// An agent that counts, at 100,000, not connected.
static void begin(struct bench *bench, uint32_t flags) {
  bench_init(bench, 8, 0, 100000);
  bench->agent.setup.flags |= flags;
  CHECK(turnpike_agent_meter(&bench->agent, &bench->meter, bench->usage, 0) == TURNPIKE_RESULT_OK);
}

static struct lease running(uint64_t lease, uint64_t epoch, uint64_t stamp, uint64_t until) {
  const struct lease made = {lease, epoch, stamp, until, 0, until + 1000, 1, active, 1};
  return made;
}

/// The listing of a connection.
static void list(struct bench *bench, const struct lease *leases, unsigned count) {
  uint8_t records[8 * TURNPIKE_AGENT_LEASE_BYTE_COUNT];
  struct turnpike_event event;
  for (unsigned i = 0; i < count; i++) record_of(records + i * TURNPIKE_AGENT_LEASE_BYTE_COUNT, leases[i]);
  bench_list(bench, records, count);
  do CHECK(turnpike_agent_next_event(&bench->agent, bench->now, &event) == TURNPIKE_RESULT_OK);
  while (event.kind != TURNPIKE_EVENT_NONE);
}

static void reconnect(struct bench *bench, uint64_t now) {
  CHECK(turnpike_agent_link_down(&bench->agent) == TURNPIKE_RESULT_OK);
  bench->now = now;
  bench_connect(bench, 10, 1000000);
}

/// The next request is this REPORT.
static void expect_report(struct bench *bench, uint64_t number, unsigned count, unsigned last) {
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_REPORT);
  CHECK(bench->request_byte_count == 48 + count * TURNPIKE_AGENT_USAGE_BYTE_COUNT);
  CHECK(turnpike_load(bench->request + TURNPIKE_AT(REPORT_REQUEST, NUMBER), 8) == number);
  CHECK(turnpike_load(bench->request + TURNPIKE_AT(REPORT_REQUEST, COUNT), 8) == (count | last << 16));
}

static void expect_usage(const struct bench *bench, unsigned place, uint64_t lease, uint64_t epoch, uint64_t shut, uint64_t received, uint64_t sent) {
  const uint64_t right[5] = {lease, epoch, shut, received, sent};
  uint64_t words[5];
  turnpike_load_words(words, bench->request + 32 + place * TURNPIKE_AGENT_USAGE_BYTE_COUNT, 5);
  for (unsigned i = 0; i < 5; i++) CHECK(words[i] == right[i]);
}

static void take(struct bench *bench) {
  uint8_t body[TURNPIKE_REPORT_REPLY_BYTE_COUNT] = {0};
  turnpike_store(body, 8, ++bench->report_number);
  CHECK(bench_reply(bench, 0, body, sizeof body) == TURNPIKE_RESULT_OK);
}

static void count(struct bench *bench, uint64_t lease, uint64_t received, uint64_t sent) {
  CHECK(turnpike_agent_count(&bench->agent, lease, received, sent) == TURNPIKE_RESULT_OK);
}

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

void test_usage(void) {
  setups_are_judged();
  the_example_is_made();
  bytes_are_told_every_so_often();
  what_was_counted_is_told_at_once();
  a_small_buffer_takes_more_reports();
  what_ended_is_told();
  what_was_taken_is_told_by_attach();
  refusals();
  outages_are_measured();
  ready_waits_for_the_round();
  what_ended_is_not_provided();
  a_round_begins_anew();
  what_was_known_is_kept();
  a_turn_begins_anew();
  no_room_is_no_end();
}
