// An agent that counts, and a broker that adds up, with a connection between them that breaks at every place: before a report, with it on
// its way, with its reply on its way. Nothing counts twice, and nothing is missing in the end.

#include "tests.h"

enum { lease_count = 12, step_count = 20000 };

static uint64_t state;

static uint64_t draw(uint64_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state % below;
}

struct world {
  struct bench bench;
  /// The lease of each place, as the broker has it; what passed through its gate, and what the broker added up.
  struct lease leases[lease_count];
  uint64_t counted[lease_count][2], told[lease_count][2];
  uint64_t epoch;
  /// Rounds that ended, and connections; whether this connection's did.
  unsigned long last_count, lost_count;
  bool is_last;
};

static bool lives(const struct lease *lease) { return lease->lease != 0 && lease->state < TURNPIKE_LEASE_STATE_EXPIRED; }

/// Adds a report up, unless its number says that it was taken before.
static void add_up(struct world *world) {
  struct bench *bench = &world->bench;
  const uint64_t number = turnpike_load(bench->request + TURNPIKE_AT(REPORT_REQUEST, NUMBER), 8);
  const unsigned count = bench->request[TURNPIKE_AT(REPORT_REQUEST, COUNT)];
  if (number <= bench->report_number) return;
  CHECK(number == bench->report_number + 1);
  uint64_t before = 0;
  for (unsigned i = 0; i < count; i++) {
    uint64_t words[5];
    turnpike_load_words(words, bench->request + 32 + i * TURNPIKE_AGENT_USAGE_BYTE_COUNT, 5);
    const uint64_t place = words[0] % lease_count;
    // What ended is told before its place is another lease's: here that waits for it.
    CHECK(world->leases[place].lease == words[0] && words[1] <= world->leases[place].epoch);
    CHECK((before & UINT64_C(1) << place) == 0);
    before |= UINT64_C(1) << place;
    world->told[place][0] += words[3];
    world->told[place][1] += words[4];
    CHECK(world->told[place][0] <= world->counted[place][0] && world->told[place][1] <= world->counted[place][1]);
    CHECK(words[2] == 0 || words[2] == UINT64_MAX || words[2] < bench->now);
  }
  bench->report_number = number;
  if (bench->request[TURNPIKE_AT(REPORT_REQUEST, LAST)]) {
    CHECK(!world->is_last);
    world->is_last = true;
    world->last_count++;
  }
}

static void list(struct world *world) {
  uint8_t body[8 + lease_count * TURNPIKE_AGENT_LEASE_BYTE_COUNT] = {0};
  uint64_t last = turnpike_load(world->bench.request + 16, 8);
  const uint64_t count_max = turnpike_load(world->bench.request + 24, 2);
  uint32_t count = 0;
  for (;;) {
    const struct lease *next = NULL;
    for (unsigned i = 0; i < lease_count; i++)
      if (lives(&world->leases[i]) && world->leases[i].lease > last && (next == NULL || world->leases[i].lease < next->lease)) next = &world->leases[i];
    body[2] = next != NULL;
    if (next == NULL || count == count_max) break;
    record_of(body + 8 + count++ * TURNPIKE_AGENT_LEASE_BYTE_COUNT, *next);
    last = next->lease;
  }
  body[0] = (uint8_t)count;
  CHECK(bench_reply(&world->bench, 0, body, 8 + count * TURNPIKE_AGENT_LEASE_BYTE_COUNT) == TURNPIKE_RESULT_OK);
}

static void cut(struct world *world) {
  CHECK(turnpike_agent_link_down(&world->bench.agent) == TURNPIKE_RESULT_OK);
  world->is_last = false;
}

/// Answers what was asked, up to `count` requests. `breaks`: the connection may break at each of them.
static void serve(struct world *world, unsigned count, bool breaks) {
  struct bench *bench = &world->bench;
  uint8_t body[16] = {0};
  while (count-- > 0 && bench->agent.phase == TURNPIKE_PHASE_SERVING && bench_read(bench)) {
    if (breaks && draw(8) == 0) {
      cut(world);
      return;
    }
    if (bench->opcode == TURNPIKE_OPCODE_AGENT_LEASES) {
      list(world);
    } else if (bench->opcode == TURNPIKE_OPCODE_REPORT) {
      const uint64_t fate = breaks ? draw(8) : 7;
      // Refused, and nobody may know whether it was taken.
      if (fate <= 1) {
        if (fate == 0) add_up(world);
        CHECK(bench_reply(bench, TURNPIKE_STATUS_OUTCOME_UNKNOWN, NULL, 0) == TURNPIKE_RESULT_OK);
        continue;
      }
      add_up(world);
      world->lost_count += fate == 2;
      if (fate == 2) {
        cut(world);
        return;
      }
      turnpike_store(body, 8, bench->report_number);
      CHECK(bench_reply(bench, 0, body, 16) == TURNPIKE_RESULT_OK);
    } else {
      CHECK(bench_reply(bench, 0, body, 8) == TURNPIKE_RESULT_OK);
    }
  }
}

static void pass(struct world *world, uint64_t lease) {
  const uint64_t place = lease % lease_count, received = draw(1000), sent = draw(50) == 0 ? UINT64_C(0x180000000) : draw(1000);
  if (turnpike_agent_count(&world->bench.agent, lease, received, sent) != TURNPIKE_RESULT_OK) return;
  world->counted[place][0] += received;
  world->counted[place][1] += sent;
}

static void act(struct world *world) {
  struct turnpike_event event;
  for (;;) {
    CHECK(turnpike_agent_next_event(&world->bench.agent, world->bench.now, &event) == TURNPIKE_RESULT_OK);
    if (event.kind == TURNPIKE_EVENT_NONE) return;
    if (event.kind == TURNPIKE_EVENT_PROVISION)
      CHECK(turnpike_agent_report(&world->bench.agent, event.lease, true, "x") == TURNPIKE_RESULT_OK);
    if (event.kind != TURNPIKE_EVENT_ENDED) continue;
    // The last bytes are known when the gate is shut.
    const uint64_t before = world->counted[event.lease % lease_count][0];
    CHECK(turnpike_agent_count(&world->bench.agent, event.lease, 1, 0) == TURNPIKE_RESULT_OK);
    world->counted[event.lease % lease_count][0] = before + 1;
  }
}

static void change(struct world *world, uint64_t place) {
  struct bench *bench = &world->bench;
  struct lease *lease = &world->leases[place];
  if (!lives(lease)) {
    const struct turnpike_lease *row;
    if (turnpike_agent_find(&bench->agent, lease->lease, &row) == TURNPIKE_RESULT_OK) return;
    // Forgotten: all was told.
    for (unsigned i = 0; i < 2; i++) CHECK(world->told[place][i] == world->counted[place][i]);
    memset(world->counted[place], 0, sizeof world->counted[place]);
    memset(world->told[place], 0, sizeof world->told[place]);
    lease->lease = lease->lease == 0 ? lease_count + place : lease->lease + lease_count;
    lease->epoch = ++world->epoch;
    lease->is_yours = 1;
  } else if (draw(6) == 0) {
    lease->epoch = ++world->epoch;
  }
  lease->stamp = bench->now;
  lease->until = bench->now + draw(20000);
  lease->end = lease->until + 1 + draw(1000);
  lease->state = (uint8_t)(draw(8) == 0 ? TURNPIKE_LEASE_STATE_RELEASED : 1 + draw(5));
  if (bench->agent.phase == TURNPIKE_PHASE_SERVING) CHECK(bench_tell(bench, *lease) == TURNPIKE_RESULT_OK);
}

void test_usage_random(void) {
  for (uint64_t seed = 1; seed <= 6; seed++) {
    static struct world world;
    struct bench *bench = &world.bench;
    memset(&world, 0, sizeof world);
    state = seed * UINT64_C(0x9e3779b97f4a7c15);
    bench_init(bench, 16, 3, 1000);
    if (seed % 2 == 0) bench->agent.setup.flags |= TURNPIKE_AGENT_FLAGS_REPORTS;
    if (seed % 3 == 0) bench->agent.setup.sent.capacity = TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN;
    CHECK(turnpike_agent_meter(&bench->agent, &bench->meter, bench->usage, 500) == TURNPIKE_RESULT_OK);
    for (int step = 0; step < step_count; step++) {
      const bool serves = bench->agent.phase == TURNPIKE_PHASE_SERVING;
      switch (draw(10)) {
        case 0: bench->now += draw(700); break;
        case 1: if (serves && draw(10) == 0) cut(&world); break;
        case 2: serve(&world, 1 + (unsigned)draw(3), true); break;
        case 3: act(&world); break;
        case 4: change(&world, draw(lease_count)); break;
        default: pass(&world, world.leases[draw(lease_count)].lease); break;
      }
      if (bench->agent.phase == TURNPIKE_PHASE_ENDED) cut(&world);
      if (bench->agent.phase == TURNPIKE_PHASE_DOWN && draw(3) == 0) bench_connect(bench, world.epoch, 300);
      check_table(&bench->agent.leases);
      if (draw(200) != 0) continue;
      // When all comes through, nothing is missing.
      if (bench->agent.phase == TURNPIKE_PHASE_DOWN) bench_connect(bench, world.epoch, 300);
      for (int round = 0; round < 12; round++) {
        act(&world);
        serve(&world, 100, false);
        bench->now += 500;
      }
      CHECK(bench->agent.phase == TURNPIKE_PHASE_SERVING && !bench->meter.is_under_way);
      for (unsigned i = 0; i < lease_count; i++)
        for (unsigned k = 0; k < 2; k++) CHECK(world.told[i][k] == world.counted[i][k]);
      CHECK(bench->meter.has_round == false && (seed % 2 == 1 || world.is_last));
    }
    CHECK(world.lost_count > 20 && (seed % 2 == 1 || world.last_count > 50));
  }
}
