// What a device asks for, and what it proves things with.

#include <string.h>

#include "device.h"
#include "sha256.h"
#include "wire.h"

enum {
  acquire_payment_at = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_ACQUIRE_REQUEST_BYTE_COUNT,
  fund_payment_at = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_FUND_REQUEST_BYTE_COUNT,
  release_byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_RELEASE_REQUEST_BYTE_COUNT
};

/// Whether a request can be made that pays with `note_count` notes from `payment_at` on.
static enum turnpike_result judge(const struct turnpike_device *device, uint32_t payment_at, const uint8_t *notes, unsigned note_count) {
  if (device->setup.request.count > 0 || device->has_outcome) return TURNPIKE_RESULT_NOT_NOW;
  if (notes == NULL || note_count == 0 || note_count > TURNPIKE_TOKEN_COUNT_MAX ||
      payment_at + TURNPIKE_BLOCK_HEAD_BYTE_COUNT + note_count * TURNPIKE_NOTE_BYTE_COUNT > device->setup.request.capacity)
    return TURNPIKE_RESULT_ARGUMENT_WRONG;
  return TURNPIKE_RESULT_OK;
}

/// A request under the next number. It is not sent before `go_on`.
static uint8_t *begin(struct turnpike_device *device, uint8_t opcode, uint32_t byte_count) {
  uint8_t *frame = device->setup.request.bytes;
  turnpike_frame_begin(frame, byte_count, opcode, ++device->setup.number);
  turnpike_store(frame + TURNPIKE_FRAME_HEADER_WINDOW_OFFSET, 2, 1);
  device->setup.request.count = byte_count;
  device->was_sent = device->is_held = false;
  return frame;
}

/// A request that ends in a payment block.
static uint8_t *begin_paid(struct turnpike_device *device, uint8_t opcode, uint32_t payment_at, unsigned token_count,
                           uint32_t token_byte_count) {
  const uint32_t tokens = token_count * token_byte_count;
  uint8_t *frame = begin(device, opcode, payment_at + TURNPIKE_BLOCK_HEAD_BYTE_COUNT + tokens);
  frame[TURNPIKE_FRAME_HEADER_FLAGS_OFFSET] = TURNPIKE_FRAME_FLAGS_PAYMENT;
  turnpike_store(frame + payment_at, 2, tokens);
  frame[payment_at + 2] = (uint8_t)token_count;
  return frame;
}

enum turnpike_result turnpike_device_bind(struct turnpike_device *device, uint64_t lease, const uint8_t key[16]) {
  // A request that waits for the handle of one lease must not get that of another.
  const bool is_other = device->has_key && device->lease != lease && turnpike_device_handle(device) != NULL;
  if (device->awaited == TURNPIKE_OPCODE_BIND || device->has_outcome || is_other) return TURNPIKE_RESULT_NOT_NOW;
  device->lease = lease;
  memcpy(device->key, key, sizeof device->key);
  device->has_key = device->tells_bind = true;
  device->handle = 0;
  turnpike_device_go_on(device);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_acquire(struct turnpike_device *device, uint64_t resource, uint32_t units, uint32_t flags,
                                             uint64_t minimum, const uint8_t key[16], const uint8_t *notes, unsigned note_count) {
  const enum turnpike_result result = judge(device, acquire_payment_at, notes, note_count);
  if (result != TURNPIKE_RESULT_OK) return result;
  uint8_t *frame = begin_paid(device, TURNPIKE_OPCODE_ACQUIRE, acquire_payment_at, note_count, TURNPIKE_NOTE_BYTE_COUNT);
  turnpike_store(frame + TURNPIKE_AT(ACQUIRE_REQUEST, RESOURCE), 8, resource);
  turnpike_store(frame + TURNPIKE_AT(ACQUIRE_REQUEST, UNITS), 4, units);
  turnpike_store(frame + TURNPIKE_AT(ACQUIRE_REQUEST, FLAGS), 4, flags);
  turnpike_key_hash(key, frame + TURNPIKE_AT(ACQUIRE_REQUEST, KEY_HASH));
  turnpike_store(frame + TURNPIKE_AT(ACQUIRE_REQUEST, MINIMUM), 8, minimum);
  memcpy(frame + acquire_payment_at + TURNPIKE_BLOCK_HEAD_BYTE_COUNT, notes, note_count * (size_t)TURNPIKE_NOTE_BYTE_COUNT);
  turnpike_device_go_on(device);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_fund_notes(struct turnpike_device *device, uint64_t lease, const uint8_t *notes, unsigned note_count) {
  const enum turnpike_result result = judge(device, fund_payment_at, notes, note_count);
  if (result != TURNPIKE_RESULT_OK) return result;
  uint8_t *frame = begin_paid(device, TURNPIKE_OPCODE_FUND, fund_payment_at, note_count, TURNPIKE_NOTE_BYTE_COUNT);
  turnpike_store(frame + TURNPIKE_AT(FUND_REQUEST, LEASE), 8, lease);
  if (device->has_key && device->lease == lease) turnpike_store(frame + TURNPIKE_AT(FUND_REQUEST, HANDLE), 4, turnpike_some_handle);
  memcpy(frame + fund_payment_at + TURNPIKE_BLOCK_HEAD_BYTE_COUNT, notes, note_count * (size_t)TURNPIKE_NOTE_BYTE_COUNT);
  turnpike_device_go_on(device);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_fund_tick(struct turnpike_device *device, uint64_t lease, uint32_t chain, uint32_t index,
                                               const uint8_t word[16]) {
  // A tick is shorter than a note: the buffer holds it.
  if (device->setup.request.count > 0 || device->has_outcome) return TURNPIKE_RESULT_NOT_NOW;
  uint8_t *frame = begin_paid(device, TURNPIKE_OPCODE_FUND, fund_payment_at, 1, TURNPIKE_TICK_TOKEN_BYTE_COUNT);
  uint8_t *token = frame + fund_payment_at + TURNPIKE_BLOCK_HEAD_BYTE_COUNT;
  turnpike_store(frame + TURNPIKE_AT(FUND_REQUEST, LEASE), 8, lease);
  token[TURNPIKE_TICK_TOKEN_RAIL_OFFSET] = TURNPIKE_RAIL_CHAIN;
  turnpike_store(token + TURNPIKE_TICK_TOKEN_BYTE_COUNT_OFFSET, 2, TURNPIKE_TICK_TOKEN_BYTE_COUNT);
  turnpike_store(token + TURNPIKE_TICK_TOKEN_CHAIN_OFFSET, 4, chain);
  turnpike_store(token + TURNPIKE_TICK_TOKEN_INDEX_OFFSET, 4, index);
  memcpy(token + TURNPIKE_TICK_TOKEN_WORD_OFFSET, word, 16);
  turnpike_device_go_on(device);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_release(struct turnpike_device *device) {
  if (device->setup.request.count > 0 || device->has_outcome || !device->has_key) return TURNPIKE_RESULT_NOT_NOW;
  begin(device, TURNPIKE_OPCODE_RELEASE, release_byte_count);
  turnpike_device_go_on(device);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_repeat(struct turnpike_device *device) {
  if (device->setup.request.count == 0 || !device->is_held || device->has_outcome) return TURNPIKE_RESULT_NOT_NOW;
  device->is_held = false;
  turnpike_device_go_on(device);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_abandon(struct turnpike_device *device) {
  // Of one that is on its way the reply would have nothing to belong to.
  if (device->awaited != 0 && device->sends_request) return TURNPIKE_RESULT_NOT_NOW;
  device->setup.request.count = 0;
  return TURNPIKE_RESULT_OK;
}

void turnpike_key_hash(const uint8_t key[16], uint8_t hash[16]) {
  static const char label[] = "turnpike key hash v1";
  struct turnpike_sha256 sha256;
  uint8_t digest[32];
  turnpike_sha256_begin(&sha256);
  turnpike_sha256_add(&sha256, label, sizeof label - 1);
  turnpike_sha256_add(&sha256, key, 16);
  turnpike_sha256_end(&sha256, digest);
  memcpy(hash, digest, 16);
}

enum turnpike_result turnpike_chain_back(uint64_t lease, uint32_t chain, uint32_t index, uint32_t step_count, const uint8_t word[16],
                                         uint8_t out[16]) {
  static const char label[] = "turnpike hash chain v1";
  struct turnpike_sha256 hash;
  uint8_t step[32], digest[32];
  if (step_count > index) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  turnpike_store(step, 8, lease);
  turnpike_store(step + 8, 4, chain);
  memcpy(step + 16, word, 16);
  for (; step_count > 0; step_count--, index--) {
    turnpike_store(step + 12, 4, index);
    turnpike_sha256_begin(&hash);
    turnpike_sha256_add(&hash, label, sizeof label - 1);
    turnpike_sha256_add(&hash, step, sizeof step);
    turnpike_sha256_end(&hash, digest);
    memcpy(step + 16, digest, 16);
  }
  memcpy(out, step + 16, 16);
  return TURNPIKE_RESULT_OK;
}

void turnpike_ticket_prove(const uint8_t holder_key[16], const uint8_t challenge[16], uint8_t proof[16]) {
  uint8_t key[32] = {0}, mac[32];
  memcpy(key, holder_key, 16);
  turnpike_hmac_of_label(key, TURNPIKE_PROOF_LABEL, challenge, 16, mac);
  memcpy(proof, mac, 16);
}
