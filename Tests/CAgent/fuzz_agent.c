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

enum { lease_count = 8, serial_count = 8, voucher_capacity = 3 };

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

static void reconnect(struct bench *bench, uint64_t report_number) {
  CHECK(turnpike_agent_link_down(&bench->agent) == TURNPIKE_RESULT_OK);
  bench->report_number = report_number;
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

/// A row that is in use tells no more than was counted, and one that is not has nothing of its lease.
static void check_usage(const struct bench *bench) {
  for (unsigned i = 0; bench->agent.meter != NULL && i < bench->agent.setup.lease_capacity; i++) {
    const struct turnpike_usage *usage = &bench->usage[i];
    CHECK(usage->received_told <= usage->received && usage->sent_told <= usage->sent);
    if (bench->leases[i].place >= bench->agent.leases.count) CHECK(turnpike_is_zero((const uint8_t *)usage, sizeof *usage));
  }
}

/// Shows a voucher with the right proof. Each serial has one `until`, as vouchers do; none is served twice until then.
static void show_voucher(struct bench *bench, struct input *input, struct turnpike_vouchers *vouchers, uint64_t untils[serial_count], bool served[serial_count]) {
  uint8_t voucher[TURNPIKE_AGENT_VOUCHER_BYTE_COUNT] = {0}, key[32], mac[32];
  const uint8_t challenge[16] = {1};
  struct turnpike_use use;
  const unsigned serial = (unsigned)draw(input, 1) % serial_count;
  if (untils[serial] == 0) untils[serial] = bench->now + draw(input, 1);
  const uint64_t now = bench->now + draw(input, 1) - 100;
  turnpike_store(voucher, 8, bench->agent.setup.resource);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_SERIAL_OFFSET, 8, 1 + serial);
  memcpy(voucher + TURNPIKE_USE_VOUCHER_BOOT_NONCE_OFFSET, bench->agent.setup.boot_nonce, 16);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_UNTIL_OFFSET, 8, untils[serial]);
  turnpike_store(voucher + TURNPIKE_USE_VOUCHER_AGENT_OFFSET, 4, 1);
  turnpike_hmac_of_label(role_key, "turnpike ticket v1", NULL, 0, key);
  turnpike_hmac_of_label(key, "voucher tag", voucher, 80, mac);
  memcpy(voucher + TURNPIKE_USE_VOUCHER_TAG_OFFSET, mac, 16);
  turnpike_hmac_of_label(key, "voucher holder", voucher, 96, mac);
  memset(mac + 16, 0, 16);
  turnpike_hmac_of_label(mac, TURNPIKE_PROOF_LABEL, challenge, 16, mac);
  const enum turnpike_result result = turnpike_agent_take_voucher(&bench->agent, vouchers, voucher, challenge, mac, now, &use);
  if (bench->agent.clock > bench->now) bench->now = bench->agent.clock;
  if (result != TURNPIKE_RESULT_OK) return;
  CHECK(!served[serial] && bench->agent.clock <= untils[serial] && use.serial == 1 + serial);
  served[serial] = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byte_count) {
  static struct bench bench;
  struct input input = {bytes, byte_count};
  struct model models[lease_count] = {{0, 0}};
  struct turnpike_event event;
  struct turnpike_taken taken[voucher_capacity];
  struct turnpike_vouchers vouchers = {taken, voucher_capacity};
  uint64_t untils[serial_count] = {0};
  bool served[serial_count] = {false};
  memset(taken, 0, sizeof taken);
  bench_init(&bench, 5, 4, 1000);
  const uint64_t kind = draw(&input, 1);
  if (kind % 2 != 0) bench.agent.setup.flags |= TURNPIKE_AGENT_FLAGS_REPORTS;
  if (kind % 4 != 0) CHECK(turnpike_agent_meter(&bench.agent, &bench.meter, bench.usage, 100) == TURNPIKE_RESULT_OK);
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
    switch (draw(&input, 1) % 16) {
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
      case 10: reconnect(&bench, draw(&input, 1) % 8); break;
      case 11:
      case 12: (void)turnpike_agent_count(&bench.agent, draw(&input, 1) % lease_count, draw(&input, 5), draw(&input, 1)); break;
      case 13: {
        const uint8_t number[16] = {0};
        if (bench.opcode == TURNPIKE_OPCODE_REPORT) (void)bench_reply(&bench, 0, number, 16);
        break;
      }
      case 14: show_voucher(&bench, &input, &vouchers, untils, served); break;
      default: {
        const uint8_t zero[8] = {0};
        if (bench.opcode == TURNPIKE_OPCODE_HEARTBEAT || bench.opcode == TURNPIKE_OPCODE_PROVISION) (void)bench_reply(&bench, 0, zero, 8);
        break;
      }
    }
    check_table(&bench.agent.leases);
    check_usage(&bench);
    for (uint64_t i = 0; i < lease_count; i++) {
      const struct turnpike_lease *row;
      // An epoch is kept as long as the lease is known.
      if (turnpike_agent_find(&bench.agent, i, &row) != TURNPIKE_RESULT_OK) models[i].epoch = 0;
      if (turnpike_agent_access(&bench.agent, i, bench.now) != TURNPIKE_ACCESS_CLOSED) CHECK(bench.now <= models[i].until);
    }
    if (bench.agent.phase == TURNPIKE_PHASE_ENDED) reconnect(&bench, bench.report_number);
  }
  // Drained, it comes to rest.
  for (unsigned i = 0; i < 200; i++) {
    CHECK(turnpike_agent_next_event(&bench.agent, bench.now, &event) == TURNPIKE_RESULT_OK);
    if (event.kind == TURNPIKE_EVENT_NONE) return 0;
  }
  CHECK(false);
  return 0;
}
