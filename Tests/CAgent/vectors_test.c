// Golden vectors: every reply and push that an agent or a device reads, and every spoilt form of it (tests.inc, by vectors.py).
//
// A vector has a number and a MAC of its own. They are made those that the reader waits for, so that all else of it is judged.

#include "tests.h"

static const struct {
  const char *bytes;
  uint32_t byte_count;
  /// Of the message, which the spoilt opcode may not be.
  uint8_t opcode;
  bool is_right, is_of_device;
  const char *name;
} vectors[] = {VECTORS};

/// Gives the leases of a frame ids that go up, and a stamp that was told: form is judged here, not sense.
static void number_leases(uint8_t *frame, uint32_t byte_count, uint8_t opcode) {
  const bool is_page = opcode == TURNPIKE_OPCODE_AGENT_LEASES;
  if (!is_page && opcode != TURNPIKE_PUSH_CODE_AGENT_LEASE_CHANGED) return;
  uint64_t lease = 1;
  for (uint32_t at = is_page ? 24 : 16; at + TURNPIKE_AGENT_LEASE_BYTE_COUNT <= byte_count && lease <= 64; at += TURNPIKE_AGENT_LEASE_BYTE_COUNT) {
    turnpike_store(frame + at, 8, lease++);
    turnpike_store(frame + at + TURNPIKE_AGENT_LEASE_STAMP_OFFSET, 8, 1);
    if (!is_page) break;
  }
}

static enum turnpike_result read_as_agent(uint8_t *frame, uint32_t byte_count, uint8_t opcode) {
  static uint8_t received[8192];
  struct bench bench;
  uint8_t nonce[16] = {1}, mac[32];
  const bool has_number = turnpike_load(frame + 8, 8) != 0, has_length = turnpike_load(frame, 4) == byte_count;
  bench_init(&bench, 16, 0, 1000);
  bench.agent.setup.received.bytes = received;
  bench.agent.setup.received.capacity = sizeof received;
  number_leases(frame, byte_count, opcode);
  if (opcode == TURNPIKE_OPCODE_HELLO) {
    turnpike_agent_link_up(&bench.agent, nonce, 1000);
    CHECK(bench_read(&bench));
  } else {
    bench_connect(&bench, 0, 5000);
    CHECK(bench_read(&bench));
    bench.agent.link.pending[0].opcode = opcode;
    if (opcode == TURNPIKE_OPCODE_AUTHENTICATE) bench.agent.phase = TURNPIKE_PHASE_AUTHENTICATING;
  }
  if (has_number) turnpike_store(frame + 8, 8, opcode < 0x80 ? bench.agent.link.pending[0].number : 1);
  if (opcode == TURNPIKE_OPCODE_HELLO) {
    // No key before it: a MAC is wrong there, whatever it is.
    if (has_length && byte_count >= 32 && (frame[5] & TURNPIKE_FRAME_FLAGS_AUTHENTICATED)) {
      frame[5] ^= TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
      byte_count -= 16;
      turnpike_store(frame, 4, byte_count);
    }
  } else if (has_length) {
    if (!(frame[5] & TURNPIKE_FRAME_FLAGS_AUTHENTICATED)) byte_count += 16;
    frame[5] |= TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
    turnpike_store(frame, 4, byte_count);
    if (byte_count >= 32) {
      turnpike_mac(bench.key, 1, (uint32_t)bench.frame_count, frame, byte_count - 16, mac);
      memcpy(frame + byte_count - 16, mac, 16);
    }
  }
  return turnpike_agent_receive(&bench.agent, frame, byte_count, 1000);
}

static enum turnpike_result read_as_device(uint8_t *frame, uint32_t byte_count, uint8_t opcode) {
  static uint8_t received[8192], request[TURNPIKE_DEVICE_REQUEST_BYTE_COUNT_MIN];
  struct turnpike_device device;
  struct turnpike_device_setup setup;
  memset(&setup, 0, sizeof setup);
  setup.received.bytes = received;
  setup.received.capacity = sizeof received;
  setup.request.bytes = request;
  setup.request.capacity = sizeof request;
  CHECK(turnpike_device_init(&device, &setup) == TURNPIKE_RESULT_OK && turnpike_device_link_up(&device) == TURNPIKE_RESULT_OK);
  device.phase = TURNPIKE_PHASE_SERVING;
  device.awaited = opcode;
  device.output_at = device.output_count;
  device.sends_request = opcode != TURNPIKE_OPCODE_BIND && opcode != TURNPIKE_OPCODE_HELLO;
  device.tells_bind = opcode == TURNPIKE_OPCODE_BIND;
  if (turnpike_load(frame + 8, 8) != 0) turnpike_store(frame + 8, 8, 1);
  // There are no MACs without a role.
  if (turnpike_load(frame, 4) == byte_count && byte_count >= 32 && (frame[5] & TURNPIKE_FRAME_FLAGS_AUTHENTICATED)) {
    frame[5] ^= TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
    byte_count -= 16;
    turnpike_store(frame, 4, byte_count);
  }
  const uint8_t *bytes = frame;
  size_t left = byte_count;
  return turnpike_device_receive(&device, &bytes, &left);
}

void test_vectors(void) {
  static uint8_t frame[8192];
  for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
    memset(frame, 0, sizeof frame);
    memcpy(frame, vectors[i].bytes, vectors[i].byte_count);
    const enum turnpike_result result = (vectors[i].is_of_device ? read_as_device : read_as_agent)(frame, vectors[i].byte_count, vectors[i].opcode);
    const bool is_taken = result == TURNPIKE_RESULT_OK || result == TURNPIKE_RESULT_GOODBYE || result == TURNPIKE_RESULT_REFUSED;
    // Right in form, of a version or with a page that nobody asked for.
    const bool is_read = is_taken || (vectors[i].is_right && result == TURNPIKE_RESULT_REPLY_WRONG);
    if (is_read != vectors[i].is_right) fprintf(stderr, "%s: %d\n", vectors[i].name, (int)result);
    CHECK(is_read == vectors[i].is_right);
  }
}
