#include "peer.h"

unsigned long check_count;

const uint8_t role_key[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                              16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

size_t bytes_of(const char *hex, uint8_t *out) {
  size_t count = 0;
  for (; *hex != 0; hex++) {
    if (*hex == ' ') continue;
    const char pair[3] = {hex[0], hex[1], 0};
    out[count++] = (uint8_t)strtoul(pair, NULL, 16);
    hex++;
  }
  return count;
}

void bench_init(struct bench *bench, uint16_t capacity, unsigned page_count, uint64_t now) {
  struct turnpike_agent_setup setup;
  memset(bench, 0, sizeof *bench);
  memset(&setup, 0, sizeof setup);
  memcpy(setup.role_key, role_key, 32);
  memset(setup.boot_nonce, 0xa0, 16);
  for (unsigned i = 0; i < 16; i++) setup.boot_nonce[i] = (uint8_t)(0xa0 + i);
  setup.resource = UINT64_C(4503599627370497);
  setup.agent = 1;
  setup.flags = TURNPIKE_AGENT_FLAGS_PROVISIONS;
  setup.leases = bench->leases;
  setup.lease_capacity = capacity;
  setup.received.bytes = bench->received;
  setup.received.capacity = page_count == 0 ? sizeof bench->received : TURNPIKE_AGENT_RECEIVED_BYTE_COUNT(page_count);
  setup.sent.bytes = bench->sent;
  setup.sent.capacity = sizeof bench->sent;
  bench->now = now;
  CHECK(turnpike_agent_init(&bench->agent, &setup, now) == TURNPIKE_RESULT_OK);
}

bool bench_read(struct bench *bench) {
  uint64_t deadline;
  const uint8_t *bytes;
  size_t byte_count;
  turnpike_agent_tick(&bench->agent, bench->now, &deadline);
  turnpike_agent_output(&bench->agent, &bytes, &byte_count);
  if (byte_count < 16) return false;
  const uint32_t length = (uint32_t)turnpike_load(bytes, 4);
  CHECK(length <= byte_count && length <= sizeof bench->request);
  memcpy(bench->request, bytes, length);
  bench->request_byte_count = length;
  bench->opcode = bytes[4];
  bench->number = turnpike_load(bytes + 8, 8);
  if (bytes[5] & TURNPIKE_FRAME_FLAGS_AUTHENTICATED) {
    uint8_t mac[32];
    turnpike_mac(bench->key, 0, (uint32_t)bench->heard_frame_count++, bytes, length - 16, mac);
    CHECK(memcmp(mac, bytes + length - 16, 16) == 0);
  }
  CHECK(turnpike_agent_sent(&bench->agent, length) == TURNPIKE_RESULT_OK);
  return true;
}

enum turnpike_result bench_send(struct bench *bench, uint8_t opcode, uint16_t status, uint64_t number, const uint8_t *body, uint32_t byte_count) {
  uint8_t frame[4096], mac[32];
  uint32_t length = 16 + byte_count;
  const bool is_sealed = opcode != TURNPIKE_OPCODE_HELLO && bench->agent.phase != TURNPIKE_PHASE_GREETING;
  turnpike_frame_begin(frame, length, opcode, number);
  turnpike_store(frame + 6, 2, status);
  if (byte_count > 0) memcpy(frame + 16, body, byte_count);
  if (is_sealed) {
    turnpike_store(frame, 4, length + 16);
    frame[5] = TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
    turnpike_mac(bench->key, 1, (uint32_t)bench->frame_count++, frame, length, mac);
    memcpy(frame + length, mac, 16);
    length += 16;
  }
  if (opcode == TURNPIKE_OPCODE_HELLO && status == 0) {
    struct turnpike_sha256 hash;
    uint8_t digest[32];
    turnpike_sha256_begin(&hash);
    turnpike_sha256_add(&hash, bench->request, bench->request_byte_count);
    turnpike_sha256_add(&hash, frame, length);
    turnpike_sha256_end(&hash, digest);
    turnpike_hmac_of_label(role_key, "turnpike role connection v1", digest, 32, bench->key);
  }
  // In pieces, as a connection has them.
  const uint32_t half = length / 3;
  const enum turnpike_result result = turnpike_agent_receive(&bench->agent, frame, half, bench->now);
  return result != TURNPIKE_RESULT_OK ? result : turnpike_agent_receive(&bench->agent, frame + half, length - half, bench->now);
}

enum turnpike_result bench_reply(struct bench *bench, uint16_t status, const uint8_t *body, uint32_t byte_count) {
  uint8_t refusal[16] = {0, 0, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 0, 0, 0, 0};
  if (status != 0) return bench_send(bench, bench->opcode, status, bench->number, refusal, 16);
  return bench_send(bench, bench->opcode, 0, bench->number, body, byte_count);
}

enum turnpike_result bench_push(struct bench *bench, uint8_t opcode, const uint8_t *body, uint32_t byte_count) {
  return bench_send(bench, opcode, 0, ++bench->push_count, body, byte_count);
}

void bench_connect(struct bench *bench, uint64_t epoch_floor, uint32_t heartbeat_millis) {
  uint8_t nonce[16], body[80] = {0};
  memset(nonce, (int)(bench->now & 0xff), sizeof nonce);
  bench->frame_count = bench->push_count = bench->heard_frame_count = 0;
  CHECK(turnpike_agent_link_up(&bench->agent, nonce, bench->now) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_HELLO);
  CHECK(!bench_read(bench));
  body[0] = 1;
  CHECK(bench_reply(bench, 0, body, 80) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_AUTHENTICATE);
  CHECK(!bench_read(bench));
  CHECK(bench_reply(bench, 0, NULL, 0) == TURNPIKE_RESULT_OK);
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_ATTACH);
  CHECK(turnpike_load(bench->request + TURNPIKE_AT(ATTACH_REQUEST, STAMP), 8) == bench->now);
  CHECK(!bench_read(bench));
  memset(body, 0, sizeof body);
  turnpike_store(body + TURNPIKE_ATTACH_REPLY_EPOCH_FLOOR_OFFSET, 8, epoch_floor);
  turnpike_store(body + TURNPIKE_ATTACH_REPLY_HEARTBEAT_MILLIS_OFFSET, 4, heartbeat_millis);
  CHECK(bench_reply(bench, 0, body, TURNPIKE_ATTACH_REPLY_BYTE_COUNT) == TURNPIKE_RESULT_OK);
  CHECK(bench->agent.phase == TURNPIKE_PHASE_SERVING);
}

void bench_list(struct bench *bench, const uint8_t *records, unsigned count) {
  uint8_t body[8 + 64 * TURNPIKE_AGENT_LEASE_BYTE_COUNT] = {0};
  CHECK(bench_read(bench) && bench->opcode == TURNPIKE_OPCODE_AGENT_LEASES);
  body[0] = (uint8_t)count;
  if (count > 0) memcpy(body + 8, records, count * (size_t)TURNPIKE_AGENT_LEASE_BYTE_COUNT);
  CHECK(bench_reply(bench, 0, body, 8 + count * (uint32_t)TURNPIKE_AGENT_LEASE_BYTE_COUNT) == TURNPIKE_RESULT_OK);
}

void record_of(uint8_t record[TURNPIKE_AGENT_LEASE_BYTE_COUNT], struct lease lease) {
  memset(record, 0, TURNPIKE_AGENT_LEASE_BYTE_COUNT);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_LEASE_OFFSET, 8, lease.lease);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_EPOCH_OFFSET, 8, lease.epoch);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_STAMP_OFFSET, 8, lease.stamp);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_UNTIL_OFFSET, 8, lease.until);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_THROTTLE_AT_OFFSET, 8, lease.throttle_at);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_END_OFFSET, 8, lease.end);
  turnpike_store(record + TURNPIKE_AGENT_LEASE_UNITS_OFFSET, 4, lease.units);
  record[TURNPIKE_AGENT_LEASE_STATE_OFFSET] = lease.state;
  record[TURNPIKE_AGENT_LEASE_IS_YOURS_OFFSET] = lease.is_yours;
}

enum turnpike_result bench_tell(struct bench *bench, struct lease lease) {
  uint8_t record[TURNPIKE_AGENT_LEASE_BYTE_COUNT];
  record_of(record, lease);
  return bench_push(bench, TURNPIKE_PUSH_CODE_AGENT_LEASE_CHANGED, record, sizeof record);
}

void expect_event(struct bench *bench, enum turnpike_event_kind kind, uint64_t lease) {
  struct turnpike_event event;
  CHECK(turnpike_agent_next_event(&bench->agent, bench->now, &event) == TURNPIKE_RESULT_OK);
  if (event.kind != kind || event.lease != lease) {
    fprintf(stderr, "event %d of %llu, not %d of %llu\n", (int)event.kind, (unsigned long long)event.lease, (int)kind, (unsigned long long)lease);
    CHECK(false);
  }
  check_table(&bench->agent.leases);
}

static uint64_t due_of(const struct turnpike_lease *row) {
  if (row->flags & TURNPIKE_ROW_IS_DIRTY) return 0;
  if (row->told == TURNPIKE_ACCESS_CLOSED) return TURNPIKE_NEVER;
  uint64_t at = row->until == TURNPIKE_NEVER ? TURNPIKE_NEVER : row->until + 1;
  if (row->end < at) at = row->end;
  return row->told == TURNPIKE_ACCESS_FULL && row->throttle_at != 0 && row->throttle_at < at ? row->throttle_at : at;
}

void check_table(const struct turnpike_leases *leases) {
  CHECK(leases->count <= leases->capacity);
  for (uint16_t i = 0; i < leases->capacity; i++) {
    const struct turnpike_lease *row = &leases->rows[i];
    CHECK(row->heap < leases->capacity && leases->rows[row->heap].place == i);
    if (i >= leases->count) continue;
    const struct turnpike_lease *used = &leases->rows[leases->rows[i].heap];
    CHECK(turnpike_leases_find(leases, used->lease) == used);
    if (i > 0) CHECK(due_of(&leases->rows[leases->rows[(i - 1) / 2].heap]) <= due_of(used));
  }
}
