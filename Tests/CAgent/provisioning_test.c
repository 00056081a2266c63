// Leases that this agent provides: what it is told, what it reports, and how long that is repeated.

#include "tests.h"

static const struct lease wanted = {7, 11, 100000, 160000, 0, 160001, 2, TURNPIKE_LEASE_STATE_PENDING, 1};

static void begin(struct bench *bench) {
  bench_init(bench, 4, 0, 100000);
  bench_connect(bench, 10, 5000);
  bench_list(bench, NULL, 0);
  expect_event(bench, TURNPIKE_EVENT_LISTED, 0);
  CHECK(bench_tell(bench, wanted) == TURNPIKE_RESULT_OK);
  expect_event(bench, TURNPIKE_EVENT_PROVISION, 7);
  expect_event(bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(turnpike_agent_access(&bench->agent, 7, bench->now) == TURNPIKE_ACCESS_CLOSED);
}

static void expect_report(struct bench *bench, uint64_t epoch, int ready, const char *text) {
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_PROVISION);
  CHECK(bench->request_byte_count == 152);
  CHECK(turnpike_load(bench->request + 16, 8) == 7 && turnpike_load(bench->request + 24, 8) == epoch && bench->request[32] == ready);
  CHECK(strcmp((const char *)bench->request + 40, text) == 0);
}

static void expect_answer(struct bench *bench, uint16_t status) {
  struct turnpike_event event;
  CHECK(turnpike_agent_next_event(&bench->agent, bench->now, &event) == TURNPIKE_RESULT_OK);
  CHECK(event.kind == TURNPIKE_EVENT_ANSWERED && event.lease == 7 && event.status == status);
}

static void ready_is_repeated_until_answered(void) {
  struct bench bench;
  const uint8_t epoch[8] = {11};
  begin(&bench);
  CHECK(turnpike_agent_report(&bench.agent, 7, true, "10.0.0.7:22") == TURNPIKE_RESULT_OK);
  expect_report(&bench, 11, 1, "10.0.0.7:22");
  CHECK(!bench_read(&bench));
  // The reply is lost with the connection. It is not asked for again, and sent again.
  for (int i = 0; i < 2; i++) {
    CHECK(turnpike_agent_link_down(&bench.agent) == TURNPIKE_RESULT_OK);
    bench_connect(&bench, 11, 5000);
    uint8_t record[56];
    record_of(record, wanted);
    bench_list(&bench, record, 1);
    expect_event(&bench, TURNPIKE_EVENT_LISTED, 0);
    expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
    expect_report(&bench, 11, 1, "10.0.0.7:22");
  }
  CHECK(bench_reply(&bench, 0, epoch, 8) == TURNPIKE_RESULT_OK);
  expect_answer(&bench, TURNPIKE_STATUS_OK);
  const struct lease runs = {7, 11, 100000, 160000, 0, 170000, 2, TURNPIKE_LEASE_STATE_ACTIVE, 1};
  CHECK(bench_tell(&bench, runs) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  CHECK(!bench_read(&bench));
}

static void refusals_are_told(void) {
  static const struct {
    uint16_t status;
    bool is_repeated, ends;
  } rows[] = {{TURNPIKE_STATUS_LEASE_ENDED, false, false}, {TURNPIKE_STATUS_EPOCH_STALE, false, false},
              {TURNPIKE_STATUS_NAME_INVALID, false, false}, {TURNPIKE_STATUS_NO_SPACE, true, false},
              {TURNPIKE_STATUS_DRAINING, true, false},      {TURNPIKE_STATUS_AGENT_ABSENT, false, true},
              {999, false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    const uint8_t stamp[8] = {0};
    begin(&bench);
    CHECK(turnpike_agent_report(&bench.agent, 7, false, NULL) == TURNPIKE_RESULT_OK);
    expect_report(&bench, 11, 0, "");
    CHECK(bench_reply(&bench, rows[i].status, NULL, 0) == (rows[i].ends ? TURNPIKE_RESULT_REFUSED : TURNPIKE_RESULT_OK));
    if (rows[i].ends) continue;
    if (!rows[i].is_repeated) {
      expect_answer(&bench, rows[i].status);
      continue;
    }
    // After the next heartbeat.
    CHECK(!bench_read(&bench));
    bench.now += 5000;
    CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
    CHECK(!bench_read(&bench));
    CHECK(bench_reply(&bench, 0, stamp, 8) == TURNPIKE_RESULT_OK);
    expect_report(&bench, 11, 0, "");
  }
}

static void another_epoch_asks_again(void) {
  struct bench bench;
  const uint8_t epoch[8] = {11};
  begin(&bench);
  CHECK(turnpike_agent_report(&bench.agent, 7, true, "here") == TURNPIKE_RESULT_OK);
  expect_report(&bench, 11, 1, "here");
  struct lease other = wanted;
  other.epoch = 12;
  CHECK(bench_tell(&bench, other) == TURNPIKE_RESULT_OK);
  expect_answer(&bench, TURNPIKE_STATUS_EPOCH_STALE);
  expect_event(&bench, TURNPIKE_EVENT_PROVISION, 7);
  CHECK(turnpike_agent_report(&bench.agent, 7, true, "there") == TURNPIKE_RESULT_OK);
  // One is under way at a time, and the answer to the first one says nothing of the second.
  CHECK(!bench_read(&bench));
  CHECK(bench_reply(&bench, 0, epoch, 8) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  expect_report(&bench, 12, 1, "there");
  CHECK(bench_reply(&bench, 0, epoch, 8) == TURNPIKE_RESULT_OK);
  expect_answer(&bench, TURNPIKE_STATUS_OK);
}

static void reports_are_judged(void) {
  struct bench bench;
  char text[97];
  begin(&bench);
  memset(text, 'x', 96);
  text[96] = 0;
  CHECK(turnpike_agent_report(&bench.agent, 7, true, text) == TURNPIKE_RESULT_ARGUMENT_WRONG);
  CHECK(turnpike_agent_report(&bench.agent, 8, true, NULL) == TURNPIKE_RESULT_LEASE_UNKNOWN);
  text[95] = 0;
  CHECK(turnpike_agent_report(&bench.agent, 7, true, text) == TURNPIKE_RESULT_OK);
  expect_report(&bench, 11, 1, text);
  const struct lease theirs = {8, 12, 100000, 160000, 0, 160001, 2, TURNPIKE_LEASE_STATE_PENDING, 0};
  CHECK(bench_tell(&bench, theirs) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(turnpike_agent_report(&bench.agent, 8, true, NULL) == TURNPIKE_RESULT_NOT_NOW);
}

static void too_late_is_not_asked(void) {
  struct bench bench;
  bench_init(&bench, 4, 0, 100000);
  bench_connect(&bench, 10, 5000);
  bench_list(&bench, NULL, 0);
  expect_event(&bench, TURNPIKE_EVENT_LISTED, 0);
  CHECK(bench_tell(&bench, wanted) == TURNPIKE_RESULT_OK);
  bench.now = 160001;
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
}

/// More reports than the one that may be under way, in a buffer for one frame.
static void many_reports_take_turns(void) {
  struct bench bench;
  const uint8_t epoch[8] = {11};
  bench_init(&bench, 16, 0, 100000);
  bench.agent.setup.sent.capacity = TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN;
  bench_connect(&bench, 10, 5000);
  bench_list(&bench, NULL, 0);
  for (uint64_t i = 1; i <= 16; i++) {
    struct lease lease = wanted;
    lease.lease = i;
    CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
    CHECK(turnpike_agent_report(&bench.agent, i, true, "x") == TURNPIKE_RESULT_OK);
  }
  unsigned answered = 0;
  while (bench_read(&bench)) {
    CHECK(bench.opcode == TURNPIKE_OPCODE_PROVISION && bench_reply(&bench, 0, epoch, 8) == TURNPIKE_RESULT_OK);
    answered++;
  }
  CHECK(answered == 16);
}

static void want(struct bench *bench, uint64_t id) {
  struct lease lease = wanted;
  lease.lease = id;
  CHECK(bench_tell(bench, lease) == TURNPIKE_RESULT_OK);
}

/// New leases, whose rows come one after the other, do not keep an older report waiting.
static void no_report_waits_for_all_that_come_later(void) {
  struct bench bench;
  const uint8_t epoch[8] = {11};
  bench_init(&bench, 16, 0, 100000);
  bench_connect(&bench, 10, 5000);
  bench_list(&bench, NULL, 0);
  want(&bench, 1);
  want(&bench, 2);
  CHECK(turnpike_agent_report(&bench.agent, 2, true, "x") == TURNPIKE_RESULT_OK);
  unsigned place = 0;
  for (uint64_t i = 3; i <= 16 && place == 0; i++) {
    CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_PROVISION);
    if (turnpike_load(bench.request + 16, 8) == 1) place = (unsigned)i;
    // Behind the one that is under way, and one ahead of it.
    if (i == 3) CHECK(turnpike_agent_report(&bench.agent, 1, true, "x") == TURNPIKE_RESULT_OK);
    want(&bench, i);
    CHECK(turnpike_agent_report(&bench.agent, i, true, "x") == TURNPIKE_RESULT_OK);
    CHECK(bench_reply(&bench, 0, epoch, 8) == TURNPIKE_RESULT_OK);
  }
  CHECK(place == 4);
}

void test_provisioning(void) {
  ready_is_repeated_until_answered();
  refusals_are_told();
  another_epoch_asks_again();
  reports_are_judged();
  too_late_is_not_asked();
  many_reports_take_turns();
  no_report_waits_for_all_that_come_later();
}
