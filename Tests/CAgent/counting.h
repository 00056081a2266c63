/// An agent on a bench that counts, and what its reports say.
#ifndef COUNTING_H
#define COUNTING_H

#include "tests.h"

static const uint64_t all = UINT64_MAX;

enum {
  pending = TURNPIKE_LEASE_STATE_PENDING,
  active = TURNPIKE_LEASE_STATE_ACTIVE,
  suspended = TURNPIKE_LEASE_STATE_SUSPENDED,
  revoked = TURNPIKE_LEASE_STATE_REVOKED
};

/// An agent that counts, at 100,000, not connected.
static inline void begin(struct bench *bench, uint32_t flags) {
  bench_init(bench, 8, 0, 100000);
  bench->agent.setup.flags |= flags;
  CHECK(turnpike_agent_meter(&bench->agent, &bench->meter, bench->usage, 0) == TURNPIKE_RESULT_OK);
}

static inline struct lease running(uint64_t lease, uint64_t epoch, uint64_t stamp, uint64_t until) {
  const struct lease made = {lease, epoch, stamp, until, 0, until + 1000, 1, active, 1};
  return made;
}

/// The listing of a connection.
static inline void list(struct bench *bench, const struct lease *leases, unsigned count) {
  uint8_t records[8 * TURNPIKE_AGENT_LEASE_BYTE_COUNT];
  struct turnpike_event event;
  for (unsigned i = 0; i < count; i++) record_of(records + i * TURNPIKE_AGENT_LEASE_BYTE_COUNT, leases[i]);
  bench_list(bench, records, count);
  do CHECK(turnpike_agent_next_event(&bench->agent, bench->now, &event) == TURNPIKE_RESULT_OK);
  while (event.kind != TURNPIKE_EVENT_NONE);
}

static inline void reconnect(struct bench *bench, uint64_t now) {
  CHECK(turnpike_agent_link_down(&bench->agent) == TURNPIKE_RESULT_OK);
  bench->now = now;
  bench_connect(bench, 10, 1000000);
}

/// The next request is this REPORT.
static inline void expect_report(struct bench *bench, uint64_t number, unsigned count, unsigned last) {
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_REPORT);
  CHECK(bench->request_byte_count == 48 + count * TURNPIKE_AGENT_USAGE_BYTE_COUNT);
  CHECK(turnpike_load(bench->request + TURNPIKE_AT(REPORT_REQUEST, NUMBER), 8) == number);
  CHECK(turnpike_load(bench->request + TURNPIKE_AT(REPORT_REQUEST, COUNT), 8) == (count | last << 16));
}

static inline void expect_usage(const struct bench *bench, unsigned place, uint64_t lease, uint64_t epoch, uint64_t shut, uint64_t received, uint64_t sent) {
  const uint64_t right[5] = {lease, epoch, shut, received, sent};
  uint64_t words[5];
  turnpike_load_words(words, bench->request + 32 + place * TURNPIKE_AGENT_USAGE_BYTE_COUNT, 5);
  for (unsigned i = 0; i < 5; i++) CHECK(words[i] == right[i]);
}

static inline void take(struct bench *bench) {
  uint8_t body[TURNPIKE_REPORT_REPLY_BYTE_COUNT] = {0};
  turnpike_store(body, 8, ++bench->report_number);
  CHECK(bench_reply(bench, 0, body, sizeof body) == TURNPIKE_RESULT_OK);
}

static inline void count(struct bench *bench, uint64_t lease, uint64_t received, uint64_t sent) {
  CHECK(turnpike_agent_count(&bench->agent, lease, received, sent) == TURNPIKE_RESULT_OK);
}

#endif
