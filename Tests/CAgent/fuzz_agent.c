// What a broker could say that has the key, and what a caller could do meanwhile. Each byte that is drawn is an action; the bytes after it are
// its content. Beside the agent runs a model of one thing: the last until that was told of each lease under its highest epoch.

#include "peer.h"

struct input {
  const uint8_t *bytes;
  size_t byte_count;
};

static uint64_t draw(struct input *input, unsigned byte_count) {
  uint64_t value = 0;
  for (; byte_count > 0 && input->byte_count > 0; byte_count--, input->byte_count--) value = value << 8 | *input->bytes++;
  return value;
}

enum { lease_count = 8 };

struct model {
  uint64_t epoch, until;
};

/// Ids, epochs and instants near each other, so that they meet.
static struct lease draw_lease(struct input *input, uint64_t now) {
  struct lease lease;
  memset(&lease, 0, sizeof lease);
  lease.lease = draw(input, 1) % lease_count;
  lease.epoch = draw(input, 1) % 8;
  lease.stamp = now + 1 - draw(input, 1) % 4;
  lease.until = now + draw(input, 2) - 100;
  lease.throttle_at = draw(input, 1) % 2 == 0 ? 0 : now + draw(input, 1);
  lease.end = lease.until + draw(input, 1);
  lease.state = (uint8_t)(draw(input, 1) % 11);
  lease.is_yours = (uint8_t)(draw(input, 1) % 2);
  return lease;
}

static void note(struct model *models, struct lease lease, uint64_t now) {
  struct model *model = &models[lease.lease];
  if (lease.lease == 0 || lease.stamp > now || lease.epoch < model->epoch) return;
  model->epoch = lease.epoch;
  model->until = lease.until;
}

static void reconnect(struct bench *bench) {
  CHECK(turnpike_agent_link_down(&bench->agent) == TURNPIKE_RESULT_OK);
  bench_connect(bench, 3, 200);
}

static void page(struct bench *bench, struct input *input, struct model *models) {
  uint8_t body[8 + 4 * TURNPIKE_AGENT_LEASE_BYTE_COUNT] = {0};
  const uint32_t count = (uint32_t)draw(input, 1) % 5;
  body[0] = (uint8_t)count;
  body[2] = (uint8_t)(draw(input, 1) % 2);
  struct lease leases[4];
  for (uint32_t i = 0; i < count; i++) {
    leases[i] = draw_lease(input, bench->now);
    record_of(body + 8 + i * TURNPIKE_AGENT_LEASE_BYTE_COUNT, leases[i]);
  }
  uint64_t before = bench->agent.link.listing_after;
  const bool is_asked = bench->opcode == TURNPIKE_OPCODE_AGENT_LEASES && bench->agent.phase == TURNPIKE_PHASE_SERVING;
  (void)bench_reply(bench, 0, body, 8 + count * TURNPIKE_AGENT_LEASE_BYTE_COUNT);
  // As far as it was right, it was told.
  for (uint32_t i = 0; is_asked && i < count && leases[i].lease > before; before = leases[i++].lease) {
    if (leases[i].state < 1 || leases[i].state > 9 || leases[i].stamp > bench->now) break;
    note(models, leases[i], bench->now);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count) {
  static struct bench bench;
  struct input input = {bytes, byte_count};
  struct model models[lease_count] = {{0, 0}};
  struct turnpike_event event;
  bench_init(&bench, 5, 4, 1000);
  // The first bytes come from whoever is on the wire; then there is a broker.
  if (draw(&input, 1) % 4 == 0) {
    uint8_t nonce[16] = {1};
    CHECK(turnpike_agent_link_up(&bench.agent, nonce, bench.now) == TURNPIKE_RESULT_OK);
    (void)bench_read(&bench);
    (void)turnpike_agent_receive(&bench.agent, input.bytes, input.byte_count, bench.now);
    CHECK(bench.agent.phase <= TURNPIKE_PHASE_AUTHENTICATING || bench.agent.phase == TURNPIKE_PHASE_ENDED);
    return 0;
  }
  bench_connect(&bench, 3, 200);
  while (input.byte_count > 0) {
    uint8_t body[300];
    switch (draw(&input, 1) % 12) {
      case 0: bench.now += draw(&input, 1); break;
      case 1: bench.now += draw(&input, 2); break;
      case 2: (void)bench_read(&bench); break;
      case 3: page(&bench, &input, models); break;
      case 4:
      case 5: {
        const struct lease lease = draw_lease(&input, bench.now);
        if (bench.agent.phase == TURNPIKE_PHASE_SERVING && bench_tell(&bench, lease) == TURNPIKE_RESULT_OK) note(models, lease, bench.now);
        break;
      }
      case 6: (void)turnpike_agent_next_event(&bench.agent, bench.now, &event); break;
      case 7: (void)turnpike_agent_report(&bench.agent, draw(&input, 1) % lease_count, draw(&input, 1) % 2, "somewhere"); break;
      case 8: {
        // Any frame at all, rightly sealed.
        const uint8_t opcode = (uint8_t)draw(&input, 1);
        const uint16_t status = (uint16_t)draw(&input, 1);
        const uint32_t length = (uint32_t)draw(&input, 1);
        for (uint32_t i = 0; i < length; i++) body[i] = (uint8_t)draw(&input, 1);
        if (bench.agent.phase == TURNPIKE_PHASE_SERVING && opcode != TURNPIKE_PUSH_CODE_AGENT_LEASE_CHANGED &&
            (opcode != TURNPIKE_OPCODE_AGENT_LEASES || status != 0))
          (void)bench_send(&bench, opcode, status, draw(&input, 1) % 2 ? bench.number : ++bench.push_count, body, length);
        break;
      }
      case 9: (void)bench_reply(&bench, (uint16_t)draw(&input, 1), body, 0); break;
      case 10: reconnect(&bench); break;
      default: {
        const uint8_t zero[8] = {0};
        if (bench.opcode == TURNPIKE_OPCODE_HEARTBEAT || bench.opcode == TURNPIKE_OPCODE_PROVISION) (void)bench_reply(&bench, 0, zero, 8);
        break;
      }
    }
    check_table(&bench.agent.leases);
    for (uint64_t i = 0; i < lease_count; i++)
      if (turnpike_agent_access(&bench.agent, i, bench.now) != TURNPIKE_ACCESS_CLOSED) CHECK(bench.now <= models[i].until);
    if (bench.agent.phase == TURNPIKE_PHASE_ENDED) reconnect(&bench);
  }
  // Drained, it comes to rest.
  for (unsigned i = 0; i < 200; i++) {
    CHECK(turnpike_agent_next_event(&bench.agent, bench.now, &event) == TURNPIKE_RESULT_OK);
    if (event.kind == TURNPIKE_EVENT_NONE) return 0;
  }
  CHECK(false);
  return 0;
}
