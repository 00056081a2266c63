// What leases give access to: the clock, fences, reboots, and listings.

#include "tests.h"

enum {
  pending = TURNPIKE_LEASE_STATE_PENDING,
  active = TURNPIKE_LEASE_STATE_ACTIVE,
  low = TURNPIKE_LEASE_STATE_LOW,
  throttled = TURNPIKE_LEASE_STATE_THROTTLED,
  suspended = TURNPIKE_LEASE_STATE_SUSPENDED,
  revoked = TURNPIKE_LEASE_STATE_REVOKED,
  closed = TURNPIKE_ACCESS_CLOSED,
  reduced = TURNPIKE_ACCESS_REDUCED,
  full = TURNPIKE_ACCESS_FULL
};

static enum turnpike_access access_of(const struct bench *bench, uint64_t lease, uint64_t now) {
  return turnpike_agent_access(&bench->agent, lease, now);
}

/// An agent that serves, at 100,000, and knows no lease.
static void begin(struct bench *bench, uint16_t capacity) {
  bench_init(bench, capacity, 0, 100000);
  bench_connect(bench, 10, 5000);
  bench_list(bench, NULL, 0);
  expect_event(bench, TURNPIKE_EVENT_LISTED, 0);
}

static void the_clock_decides(void) {
  static const struct {
    uint64_t until, throttle_at, end;
    uint8_t state;
    uint64_t now;
    int access;
  } rows[] = {
    {161000, 0, 170000, active, 100000, full},
    {161000, 0, 170000, low, 161000, full},
    {161000, 0, 170000, active, 161001, closed},
    {161000, 150000, 170000, active, 149999, full},
    {161000, 150000, 170000, active, 150000, reduced},
    {161000, 150000, 170000, low, 161000, reduced},
    {161000, 150000, 170000, low, 161001, closed},
    {161000, 0, 170000, throttled, 100000, reduced},
    {161000, 0, 170000, throttled, 161001, closed},
    // It is past when the message comes: an hour on the way, or in a buffer that was not read.
    {99999, 0, 170000, active, 100000, closed},
    {1, 0, 2, active, 100000, closed},
    {0, 0, 170000, active, 100000, closed},
    // Nothing else than these three states gives access, and no lease does that is over.
    {161000, 0, 170000, pending, 100000, closed},
    {161000, 0, 170000, suspended, 100000, closed},
    {161000, 0, 0, active, 100000, closed},
    {161000, 0, 120000, active, 120000, closed},
    {UINT64_MAX, 0, UINT64_MAX, active, UINT64_MAX - 1, full},
  };
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct bench bench;
    begin(&bench, 4);
    const struct lease lease = {7, 11, 100000, rows[i].until, rows[i].throttle_at, rows[i].end, 1, rows[i].state, 0};
    CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
    CHECK((int)access_of(&bench, 7, rows[i].now) == rows[i].access);
    CHECK(access_of(&bench, 8, rows[i].now) == closed);
  }
}

static void events_follow_the_clock(void) {
  struct bench bench;
  uint64_t deadline;
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100000, 103000, 102000, 110000, 3, active, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_tick(&bench.agent, bench.now, &deadline) == TURNPIKE_RESULT_OK && deadline == bench.now);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(turnpike_agent_tick(&bench.agent, bench.now, &deadline) == TURNPIKE_RESULT_OK && deadline == 102000);
  bench.now = 101999;
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  bench.now = 102000;
  expect_event(&bench, TURNPIKE_EVENT_REDUCED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(turnpike_agent_tick(&bench.agent, bench.now, &deadline) == TURNPIKE_RESULT_OK && deadline == 103001);
  bench.now = 103001;
  expect_event(&bench, TURNPIKE_EVENT_CLOSED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  // Paid in the meantime, told late.
  const struct lease later = {7, 11, 100000, 200000, 0, 210000, 3, active, 0};
  CHECK(bench_tell(&bench, later) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  // Without a connection it ends by itself.
  CHECK(turnpike_agent_link_down(&bench.agent) == TURNPIKE_RESULT_OK);
  CHECK(turnpike_agent_tick(&bench.agent, bench.now, &deadline) == TURNPIKE_RESULT_OK && deadline == 200001);
  bench.now = 200000;
  CHECK(access_of(&bench, 7, bench.now) == full);
  bench.now = 200001;
  CHECK(access_of(&bench, 7, bench.now) == closed);
  expect_event(&bench, TURNPIKE_EVENT_CLOSED, 7);
}

/// Told where a library does that, and nowhere else.
static void expect_move(struct bench *bench, uint64_t until) {
  struct turnpike_event event;
  if (TURNPIKE_AGENT_TELLS_MOVES) {
    CHECK(turnpike_agent_next_event(&bench->agent, bench->now, &event) == TURNPIKE_RESULT_OK);
    CHECK(event.kind == TURNPIKE_EVENT_MOVED && event.lease == 7 && event.until == until);
  }
  expect_event(bench, TURNPIKE_EVENT_NONE, 0);
}

static void moved_deadlines_are_told(void) {
  struct bench bench;
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100000, 150000, 0, 160000, 1, active, 0}, later = {7, 11, 100000, 170000, 0, 180000, 1, active, 0};
  const struct lease sooner = {7, 11, 100000, 120000, 0, 160000, 1, low, 0}, narrowed = {7, 11, 100000, 120000, 110000, 160000, 1, low, 0};
  const struct lease cut = {7, 11, 100000, 120000, 110000, 115000, 1, low, 0}, limited = {7, 11, 100000, 130000, 99000, 160000, 1, low, 0};
  const struct lease extended = {7, 11, 100000, 140000, 99000, 160000, 1, low, 0}, old = {7, 10, 100000, 190000, 0, 200000, 1, active, 0};
  // Before it was told to be open there is nothing that it moved from.
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK && bench_tell(&bench, later) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  // Two moves are one event, with what is so now. The same again is none, and neither is what an old epoch says.
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK && bench_tell(&bench, sooner) == TURNPIKE_RESULT_OK);
  expect_move(&bench, 120000);
  CHECK(bench_tell(&bench, sooner) == TURNPIKE_RESULT_OK && bench_tell(&bench, old) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(bench_tell(&bench, narrowed) == TURNPIKE_RESULT_OK);
  expect_move(&bench, 120000);
  CHECK(bench_tell(&bench, cut) == TURNPIKE_RESULT_OK);
  expect_move(&bench, 120000);
  // What tells of another access tells of the move as well.
  CHECK(bench_tell(&bench, limited) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_REDUCED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(bench_tell(&bench, extended) == TURNPIKE_RESULT_OK);
  expect_move(&bench, 140000);
  // One that moved while it was shut is only opened.
  bench.now = 140001;
  expect_event(&bench, TURNPIKE_EVENT_CLOSED, 7);
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  // A move that came too late for an event is none.
  CHECK(bench_tell(&bench, later) == TURNPIKE_RESULT_OK);
  bench.now = 170001;
  expect_event(&bench, TURNPIKE_EVENT_CLOSED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
}

static void old_epochs_change_nothing(void) {
  struct bench bench;
  begin(&bench, 4);
  const struct lease new_owner = {7, 12, 100000, 150000, 0, 160000, 1, active, 0};
  const struct lease old_owner = {7, 11, 100000, 900000, 0, 910000, 1, active, 0};
  const struct lease next_owner = {7, 13, 100000, 170000, 0, 180000, 1, active, 0};
  const struct lease gone = {7, 13, 100000, 0, 0, 0, 1, revoked, 0};
  CHECK(bench_tell(&bench, new_owner) == TURNPIKE_RESULT_OK && bench_tell(&bench, old_owner) == TURNPIKE_RESULT_OK);
  CHECK(access_of(&bench, 7, 150000) == full && access_of(&bench, 7, 150001) == closed);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  // Another epoch: it is shut for the one, then opened for the other.
  CHECK(bench_tell(&bench, next_owner) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_CLOSED, 7);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  // What ended never runs again, with whatever epoch.
  CHECK(bench_tell(&bench, gone) == TURNPIKE_RESULT_OK);
  CHECK(bench_tell(&bench, next_owner) == TURNPIKE_RESULT_OK);
  CHECK(access_of(&bench, 7, bench.now) == closed);
  expect_event(&bench, TURNPIKE_EVENT_ENDED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(bench.agent.leases.count == 0 && bench.agent.leases.epoch_floor == 13);
}

static void suspension_shuts_and_revival_opens(void) {
  struct bench bench;
  begin(&bench, 4);
  const struct lease running = {7, 11, 100000, 150000, 0, 160000, 1, active, 0};
  const struct lease stopped = {7, 11, 100000, 0, 0, 160000, 1, suspended, 0};
  const struct lease revived = {7, 12, 100000, 250000, 0, 260000, 1, low, 0};
  CHECK(bench_tell(&bench, running) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  CHECK(bench_tell(&bench, stopped) == TURNPIKE_RESULT_OK && access_of(&bench, 7, bench.now) == closed);
  expect_event(&bench, TURNPIKE_EVENT_CLOSED, 7);
  CHECK(bench_tell(&bench, revived) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
}

static void stamps_that_were_never_told_are_wrong(void) {
  struct bench bench;
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100001, 150000, 0, 160000, 1, active, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_REPLY_WRONG && bench.agent.leases.count == 0);
}

static void a_reboot_shuts_every_gate(void) {
  struct bench bench;
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100000, 150000, 0, 160000, 1, active, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK && access_of(&bench, 7, bench.now) == full);
  const struct turnpike_agent_setup setup = bench.agent.setup;
  CHECK(turnpike_agent_init(&bench.agent, &setup, 5) == TURNPIKE_RESULT_OK);
  CHECK(access_of(&bench, 7, 5) == closed && access_of(&bench, 7, 150000) == closed);
}

static void a_clock_that_goes_back_shuts_every_gate(void) {
  struct bench bench;
  struct turnpike_event event;
  uint64_t deadline;
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100000, 900000, 0, 960000, 1, active, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 7);
  // Two readings that crossed are no harm: the later one counts.
  CHECK(turnpike_agent_tick(&bench.agent, 99000, &deadline) == TURNPIKE_RESULT_OK && access_of(&bench, 7, 99000) == full);
  CHECK(access_of(&bench, 7, 98999) == closed && access_of(&bench, 7, 0) == closed && access_of(&bench, 7, 100000) == full);
  CHECK(turnpike_agent_tick(&bench.agent, 98999, &deadline) == TURNPIKE_RESULT_CLOCK_WRONG);
  CHECK(access_of(&bench, 7, 100000) == closed && bench.agent.phase == TURNPIKE_PHASE_ENDED);
  CHECK(turnpike_agent_next_event(&bench.agent, 100000, &event) == TURNPIKE_RESULT_CLOCK_WRONG);
  CHECK(event.kind == TURNPIKE_EVENT_CLOSED && event.lease == 7);
  CHECK(turnpike_agent_tick(&bench.agent, 200000, &deadline) == TURNPIKE_RESULT_CLOCK_WRONG);
}

static void pages_follow_each_other(void) {
  struct bench bench;
  uint8_t body[8 + 2 * 56];
  bench_init(&bench, 4, 2, 100000);
  bench_connect(&bench, 10, 5000);
  for (uint64_t page = 0; page < 2; page++) {
    CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_AGENT_LEASES);
    CHECK(turnpike_load(bench.request + 16, 8) == 2 * page && turnpike_load(bench.request + 24, 2) == 2);
    memset(body, 0, sizeof body);
    body[0] = (uint8_t)(2 - page);
    body[2] = page == 0;
    for (uint64_t i = 0; i < 2 - page; i++) {
      const struct lease lease = {2 * page + i + 1, 5, 100000, 150000, 0, 160000, 1, active, 0};
      record_of(body + 8 + 56 * i, lease);
    }
    CHECK(bench_reply(&bench, 0, body, 8 + 56 * (2 - (uint32_t)page)) == TURNPIKE_RESULT_OK);
  }
  CHECK(!bench_read(&bench) && bench.agent.leases.count == 3);
  for (uint64_t lease = 1; lease <= 3; lease++) CHECK(access_of(&bench, lease, bench.now) == full);
}

static void pages_that_do_not_go_on_end_the_link(void) {
  for (int wrong = 0; wrong < 4; wrong++) {
    struct bench bench;
    uint8_t body[8 + 3 * 56] = {0};
    uint32_t count = wrong == 1 ? 0 : wrong == 3 ? 3 : 2;
    bench_init(&bench, 4, 2, 100000);
    // A buffer of the same page, and a little more.
    if (wrong == 3) bench.agent.setup.received.capacity += 55;
    bench_connect(&bench, 10, 5000);
    CHECK(bench_read(&bench));
    body[0] = (uint8_t)count;
    body[2] = 1;
    for (uint64_t i = 0; i < count; i++) {
      const struct lease lease = {wrong == 2 ? 9 : i + 1, 5, 100000, 150000, 0, 160000, 1, active, 0};
      record_of(body + 8 + 56 * i, lease);
    }
    static const enum turnpike_result results[] = {TURNPIKE_RESULT_OK, TURNPIKE_RESULT_REPLY_WRONG, TURNPIKE_RESULT_REPLY_WRONG,
                                                   TURNPIKE_RESULT_FRAME_TOO_LONG};
    CHECK(bench_reply(&bench, 0, body, 8 + 56 * count) == results[wrong]);
  }
}

static void no_page_has_more_than_the_limit(void) {
  for (uint32_t count = 64; count <= 65; count++) {
    struct bench bench;
    uint8_t body[8 + 65 * 56] = {0};
    bench_init(&bench, 4, 0, 100000);
    bench_connect(&bench, 10, 5000);
    CHECK(bench_read(&bench) && turnpike_load(bench.request + 24, 2) == 64);
    body[0] = (uint8_t)count;
    for (uint64_t i = 0; i < count; i++) {
      const struct lease lease = {i + 1, 5, 100000, 150000, 0, 160000, 1, active, 0};
      record_of(body + 8 + 56 * i, lease);
    }
    CHECK(bench_reply(&bench, 0, body, 8 + 56 * count) == (count == 64 ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_FRAME_WRONG));
  }
}

static void what_is_not_listed_is_over(void) {
  struct bench bench;
  begin(&bench, 4);
  for (uint64_t i = 1; i <= 3; i++) {
    const struct lease lease = {i, 10 + i, 100000, 900000, 0, 910000, 1, active, 0};
    CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
    expect_event(&bench, TURNPIKE_EVENT_OPENED, i);
  }
  // The connection ends and comes back; 1 is told of, 2 was pushed meanwhile, 3 not at all.
  CHECK(turnpike_agent_link_down(&bench.agent) == TURNPIKE_RESULT_OK);
  bench_connect(&bench, 13, 5000);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_AGENT_LEASES);
  const struct lease first = {1, 11, 100000, 900000, 0, 910000, 1, active, 0}, second = {2, 12, 100000, 900000, 0, 910000, 1, active, 0};
  uint8_t body[8 + 56] = {1};
  record_of(body + 8, first);
  const uint64_t number = bench.number;
  CHECK(bench_tell(&bench, second) == TURNPIKE_RESULT_OK);
  CHECK(bench_send(&bench, TURNPIKE_OPCODE_AGENT_LEASES, 0, number, body, sizeof body) == TURNPIKE_RESULT_OK);
  CHECK(access_of(&bench, 1, bench.now) == full && access_of(&bench, 2, bench.now) == full && access_of(&bench, 3, bench.now) == closed);
  expect_event(&bench, TURNPIKE_EVENT_ENDED, 3);
  expect_event(&bench, TURNPIKE_EVENT_LISTED, 0);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
}

static void lagging_lists_again(void) {
  struct bench bench;
  const uint8_t lost[8] = {1};
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100000, 900000, 0, 960000, 1, active, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
  CHECK(bench_push(&bench, TURNPIKE_PUSH_CODE_LAGGED, lost, 8) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_AGENT_LEASES);
  const uint64_t number = bench.number;
  // Another one while the page is under way: that page proves nothing, and 7 survives it.
  CHECK(bench_push(&bench, TURNPIKE_PUSH_CODE_LAGGED, lost, 8) == TURNPIKE_RESULT_OK);
  const uint8_t none[8] = {0};
  uint8_t body[8 + 56] = {1};
  const struct lease other = {5, 9, 100000, 900000, 0, 960000, 1, active, 0};
  record_of(body + 8, other);
  CHECK(bench_send(&bench, TURNPIKE_OPCODE_AGENT_LEASES, 0, number, body, sizeof body) == TURNPIKE_RESULT_OK);
  CHECK(access_of(&bench, 7, bench.now) == full);
  bench_list(&bench, NULL, 0);
  CHECK(turnpike_load(bench.request + 16, 8) == 0);
  CHECK(access_of(&bench, 7, bench.now) == closed);
  // And every five minutes.
  for (uint64_t passed = 0; passed < 300000 - 5000; passed += 5000) {
    bench.now += 5000;
    CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
    CHECK(bench_reply(&bench, 0, none, 8) == TURNPIKE_RESULT_OK);
  }
  bench.now += 5000;
  CHECK(bench_read(&bench) && bench.opcode == TURNPIKE_OPCODE_HEARTBEAT);
  bench_list(&bench, NULL, 0);
}

static void a_full_table_refuses(void) {
  struct bench bench;
  begin(&bench, 2);
  for (uint64_t i = 1; i <= 4; i++) {
    const struct lease lease = {i, 10 + i, 100000, 900000, 0, 910000, 1, active, 0};
    CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK);
    CHECK((access_of(&bench, i, bench.now) == full) == (i <= 2));
  }
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 1);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 2);
  expect_event(&bench, TURNPIKE_EVENT_NO_ROOM, 4);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  // There is room again: all are asked for.
  const struct lease gone = {1, 11, 100000, 0, 0, 0, 1, revoked, 0};
  CHECK(bench_tell(&bench, gone) == TURNPIKE_RESULT_OK);
  CHECK(!bench_read(&bench));
  expect_event(&bench, TURNPIKE_EVENT_ENDED, 1);
  uint8_t records[3 * 56];
  for (uint64_t i = 2; i <= 4; i++) {
    const struct lease lease = {i, 10 + i, 100000, 900000, 0, 910000, 1, active, 0};
    record_of(records + 56 * (i - 2), lease);
  }
  bench_list(&bench, records, 3);
  expect_event(&bench, TURNPIKE_EVENT_OPENED, 3);
  expect_event(&bench, TURNPIKE_EVENT_NO_ROOM, 4);
}

static void what_came_and_went_is_not_told(void) {
  struct bench bench;
  begin(&bench, 4);
  const struct lease lease = {7, 11, 100000, 900000, 0, 910000, 1, active, 0}, gone = {7, 11, 100000, 0, 0, 0, 1, revoked, 0};
  CHECK(bench_tell(&bench, lease) == TURNPIKE_RESULT_OK && bench_tell(&bench, gone) == TURNPIKE_RESULT_OK);
  expect_event(&bench, TURNPIKE_EVENT_NONE, 0);
  CHECK(bench.agent.leases.count == 0);
}

/// As many as a table can have, each told, opened and shut in the order of time.
static void a_host_has_many(void) {
  enum { count = TURNPIKE_AGENT_LEASE_CAPACITY_MAX };
  static struct turnpike_lease rows[count];
  struct turnpike_leases leases;
  struct turnpike_event event;
  uint8_t record[56];
  turnpike_leases_init(&leases, rows, count);
  for (uint64_t i = 0; i < count; i++) {
    const uint64_t until = 1000 + i * 7919 % count;
    const struct lease lease = {i + 1, 1, 1000, until, 0, until + 1, 1, active, 0};
    record_of(record, lease);
    CHECK(turnpike_leases_tell(&leases, record, 1000) == TURNPIKE_RESULT_OK);
  }
  for (uint64_t i = 0; i < count; i++) CHECK(turnpike_leases_next_event(&leases, 1000, &event) && event.kind == TURNPIKE_EVENT_OPENED);
  CHECK(!turnpike_leases_next_event(&leases, 1000, &event));
  check_table(&leases);
  for (uint64_t now = 1001; now <= 1000 + count; now++) {
    CHECK(turnpike_leases_due(&leases) == now);
    CHECK(turnpike_leases_next_event(&leases, now, &event) && event.kind == TURNPIKE_EVENT_CLOSED && event.until == now - 1);
    CHECK(!turnpike_leases_next_event(&leases, now, &event));
  }
  CHECK(turnpike_leases_due(&leases) == TURNPIKE_NEVER);
  turnpike_leases_end_listing(&leases);
  turnpike_leases_clear(&leases, TURNPIKE_ROW_WAS_LISTED);
  turnpike_leases_end_listing(&leases);
  for (uint64_t i = 0; i < count; i++) CHECK(turnpike_leases_next_event(&leases, 1000 + count, &event) && event.kind == TURNPIKE_EVENT_ENDED);
  CHECK(!turnpike_leases_next_event(&leases, 1000 + count, &event) && leases.count == 0);
  check_table(&leases);
}

void test_leases(void) {
  the_clock_decides();
  events_follow_the_clock();
  moved_deadlines_are_told();
  old_epochs_change_nothing();
  suspension_shuts_and_revival_opens();
  stamps_that_were_never_told_are_wrong();
  a_reboot_shuts_every_gate();
  a_clock_that_goes_back_shuts_every_gate();
  pages_follow_each_other();
  pages_that_do_not_go_on_end_the_link();
  no_page_has_more_than_the_limit();
  what_is_not_listed_is_over();
  lagging_lists_again();
  a_full_table_refuses();
  what_came_and_went_is_not_told();
  a_host_has_many();
}
