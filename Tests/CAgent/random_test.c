// An agent in a world that breaks, beside a model that knows one thing: until when, by the last word that came, each lease may be
// open. However bytes, times and connections come, the agent never opens more; and when all has come, it opens all.

#include "tests.h"

enum { lease_count = 24, step_count = 20000 };

static uint64_t state;

static uint64_t draw(uint64_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state % below;
}

struct world {
  struct bench bench;
  /// As the broker has them.
  struct lease truth[lease_count];
  /// As they were told last.
  struct lease told[lease_count];
  /// What the caller made of the events, of the latest lease of each gate.
  enum turnpike_access gates[lease_count];
  uint64_t latest[lease_count];
  /// Until when, as the events said it.
  uint64_t untils[lease_count];
  uint64_t epoch;
};

static enum turnpike_access model_access(const struct lease *lease, uint64_t now) {
  const bool runs = lease->state >= TURNPIKE_LEASE_STATE_ACTIVE && lease->state <= TURNPIKE_LEASE_STATE_THROTTLED;
  if (!runs || now > lease->until || now >= lease->end) return TURNPIKE_ACCESS_CLOSED;
  const bool is_full = lease->state != TURNPIKE_LEASE_STATE_THROTTLED && (lease->throttle_at == 0 || now < lease->throttle_at);
  return is_full ? TURNPIKE_ACCESS_FULL : TURNPIKE_ACCESS_REDUCED;
}

/// Something happens at the broker; `is_heard`: the agent is told.
static void change(struct world *world, uint64_t i, bool is_heard) {
  struct lease *lease = &world->truth[i];
  const uint64_t now = world->bench.now;
  const bool ended = lease->state >= TURNPIKE_LEASE_STATE_EXPIRED;
  if (ended) lease->lease += lease_count;
  if (ended || draw(4) == 0) lease->epoch = ++world->epoch;
  lease->stamp = now - draw(50);
  lease->until = lease->stamp + draw(400);
  lease->end = lease->until + 1 + draw(100);
  lease->throttle_at = draw(2) == 0 ? 0 : lease->stamp + draw(400);
  lease->units = 1;
  lease->state = (uint8_t)(1 + draw(draw(3) == 0 ? 9 : 4));
  lease->is_yours = (uint8_t)draw(2);
  if (!is_heard) return;
  CHECK(bench_tell(&world->bench, *lease) == TURNPIKE_RESULT_OK);
  world->told[i] = *lease;
}

static void list(struct world *world) {
  uint8_t body[8 + lease_count * TURNPIKE_AGENT_LEASE_BYTE_COUNT] = {0};
  struct bench *bench = &world->bench;
  const uint64_t after = turnpike_load(bench->request + 16, 8), count_max = turnpike_load(bench->request + 24, 2);
  uint64_t count = 0, last = after;
  for (;;) {
    // In the order of ids.
    struct lease *next = NULL;
    for (int i = 0; i < lease_count; i++) {
      struct lease *lease = &world->truth[i];
      if (lease->lease > last && lease->state < TURNPIKE_LEASE_STATE_EXPIRED && (next == NULL || lease->lease < next->lease)) next = lease;
    }
    body[2] = next != NULL;
    if (next == NULL || count == count_max) break;
    record_of(body + 8 + count * TURNPIKE_AGENT_LEASE_BYTE_COUNT, *next);
    world->told[next - world->truth] = *next;
    last = next->lease;
    count++;
  }
  body[0] = (uint8_t)count;
  CHECK(bench_reply(bench, 0, body, 8 + (uint32_t)count * TURNPIKE_AGENT_LEASE_BYTE_COUNT) == TURNPIKE_RESULT_OK);
}

/// The broker answers all that was asked.
static void serve(struct world *world) {
  struct bench *bench = &world->bench;
  const uint8_t zero[8] = {0};
  while (bench->agent.phase == TURNPIKE_PHASE_SERVING && bench_read(bench)) {
    if (bench->opcode == TURNPIKE_OPCODE_AGENT_LEASES) list(world);
    else CHECK(bench_reply(bench, draw(3) == 0 ? TURNPIKE_STATUS_NO_SPACE : 0, zero, 8) == TURNPIKE_RESULT_OK || bench->opcode != TURNPIKE_OPCODE_PROVISION);
  }
}

/// Takes all events, as a caller does.
static void act(struct world *world) {
  struct turnpike_event event;
  for (;;) {
    CHECK(turnpike_agent_next_event(&world->bench.agent, world->bench.now, &event) == TURNPIKE_RESULT_OK);
    enum turnpike_access past = TURNPIKE_ACCESS_CLOSED, *gate = &past;
    if (event.lease >= world->latest[event.lease % lease_count]) {
      gate = &world->gates[event.lease % lease_count];
      if (event.lease > world->latest[event.lease % lease_count]) *gate = TURNPIKE_ACCESS_CLOSED;
      world->latest[event.lease % lease_count] = event.lease;
    }
    if (gate != &past) world->untils[event.lease % lease_count] = event.until;
    switch (event.kind) {
      case TURNPIKE_EVENT_NONE: return;
      case TURNPIKE_EVENT_OPENED: CHECK(*gate != TURNPIKE_ACCESS_FULL); *gate = TURNPIKE_ACCESS_FULL; break;
      case TURNPIKE_EVENT_REDUCED: CHECK(*gate != TURNPIKE_ACCESS_REDUCED); *gate = TURNPIKE_ACCESS_REDUCED; break;
      case TURNPIKE_EVENT_CLOSED: CHECK(gate == &past || *gate != TURNPIKE_ACCESS_CLOSED); *gate = TURNPIKE_ACCESS_CLOSED; break;
      case TURNPIKE_EVENT_MOVED: CHECK(TURNPIKE_AGENT_TELLS_MOVES && *gate != TURNPIKE_ACCESS_CLOSED); break;
      case TURNPIKE_EVENT_ENDED: *gate = TURNPIKE_ACCESS_CLOSED; break;
      case TURNPIKE_EVENT_PROVISION: CHECK(turnpike_agent_report(&world->bench.agent, event.lease, draw(2) == 0, "x") == TURNPIKE_RESULT_OK); break;
      default: break;
    }
  }
}

static void judge(struct world *world, bool is_in_step) {
  check_table(&world->bench.agent.leases);
  for (int i = 0; i < lease_count; i++) {
    const struct lease *told = &world->told[i];
    if (told->lease == 0) continue;
    const enum turnpike_access access = turnpike_agent_access(&world->bench.agent, told->lease, world->bench.now);
    CHECK(access == TURNPIKE_ACCESS_CLOSED || access == model_access(told, world->bench.now));
    if (!is_in_step || world->latest[i] != told->lease) continue;
    CHECK(world->gates[i] == access);
    // Whoever only ever heard the events knows the deadline.
    if (TURNPIKE_AGENT_TELLS_MOVES && access != TURNPIKE_ACCESS_CLOSED) CHECK(world->untils[i] == told->until);
  }
}

void test_random(void) {
  for (uint64_t seed = 1; seed <= 4; seed++) {
    static struct world world;
    state = seed * UINT64_C(0x9e3779b97f4a7c15);
    memset(&world, 0, sizeof world);
    bench_init(&world.bench, seed % 2 == 0 ? 16 : 5, 3, 1000);
    for (uint64_t i = 0; i < lease_count; i++) {
      world.truth[i].lease = i == 0 ? lease_count : i;
      world.truth[i].state = TURNPIKE_LEASE_STATE_EXPIRED;
    }
    for (int step = 0; step < step_count; step++) {
      struct bench *bench = &world.bench;
      const bool serves = bench->agent.phase == TURNPIKE_PHASE_SERVING;
      const uint8_t lost[8] = {1};
      switch (draw(12)) {
        case 0: bench->now += draw(20); break;
        case 1: bench->now += draw(10) == 0 ? draw(2000) : 0; break;
        case 2: if (serves && draw(20) == 0) CHECK(turnpike_agent_link_down(&bench->agent) == TURNPIKE_RESULT_OK); break;
        case 3: if (serves && draw(10) == 0) CHECK(bench_push(bench, TURNPIKE_PUSH_CODE_LAGGED, lost, 8) == TURNPIKE_RESULT_OK); break;
        case 4: serve(&world); break;
        case 5: act(&world); break;
        default: change(&world, draw(lease_count), serves); break;
      }
      if (bench->agent.phase == TURNPIKE_PHASE_ENDED) CHECK(turnpike_agent_link_down(&bench->agent) == TURNPIKE_RESULT_OK);
      if (bench->agent.phase == TURNPIKE_PHASE_DOWN && draw(5) == 0) bench_connect(bench, world.epoch, 100);
      judge(&world, false);
      if (draw(50) != 0) continue;
      serve(&world);
      act(&world);
      judge(&world, true);
    }
  }
}
