// The paying part. One request at a time, so every window is 1: whatever is below it was answered.

#include <string.h>

#include "device.h"
#include "wire.h"

static const struct turnpike_layout layouts[] = {
  {TURNPIKE_OPCODE_HELLO, TURNPIKE_HELLO_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_OPCODE_ACQUIRE, TURNPIKE_ACQUIRE_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_OPCODE_FUND, TURNPIKE_FUND_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_OPCODE_BIND, TURNPIKE_BIND_REPLY_BYTE_COUNT, 6, 2, 0, 0, 0},
  {TURNPIKE_OPCODE_RELEASE, TURNPIKE_RELEASE_REPLY_BYTE_COUNT, 30, 2, TURNPIKE_RELEASE_REPLY_COUNT_OFFSET,
   TURNPIKE_NOTE_TOKEN_BYTE_COUNT, TURNPIKE_TOKEN_COUNT_MAX},
  {TURNPIKE_PUSH_CODE_GOODBYE, TURNPIKE_GOODBYE_PUSH_BYTE_COUNT, 2, 6, 0, 0, 0},
};

uint8_t *turnpike_device_handle(const struct turnpike_device *device) {
  uint8_t *request = device->setup.request.bytes;
  if (device->setup.request.count == 0) return NULL;
  switch (request[TURNPIKE_FRAME_HEADER_OPCODE_OFFSET]) {
    case TURNPIKE_OPCODE_RELEASE: return request + TURNPIKE_AT(RELEASE_REQUEST, HANDLE);
    case TURNPIKE_OPCODE_FUND: {
      uint8_t *handle = request + TURNPIKE_AT(FUND_REQUEST, HANDLE);
      return turnpike_load(handle, 4) != 0 ? handle : NULL;
    }
    default: return NULL;
  }
}

// ---- what is sent ----

static void await(struct turnpike_device *device, uint8_t opcode, uint64_t number, bool is_request, uint32_t byte_count) {
  device->awaited = opcode;
  device->awaited_number = number;
  device->sends_request = is_request;
  device->output_at = 0;
  device->output_count = byte_count;
}

static void send_hello(struct turnpike_device *device) {
  const uint32_t byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_HELLO_REQUEST_BYTE_COUNT;
  uint8_t *frame = device->control;
  turnpike_frame_begin(frame, byte_count, TURNPIKE_OPCODE_HELLO, 1);
  frame[TURNPIKE_AT(HELLO_REQUEST, VERSION_MIN)] = TURNPIKE_VERSION;
  frame[TURNPIKE_AT(HELLO_REQUEST, VERSION_MAX)] = TURNPIKE_VERSION;
  memcpy(frame + TURNPIKE_AT(HELLO_REQUEST, SESSION), device->setup.session, 16);
  await(device, TURNPIKE_OPCODE_HELLO, 1, false, byte_count);
}

static void send_bind(struct turnpike_device *device) {
  const uint32_t byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_BIND_REQUEST_BYTE_COUNT;
  turnpike_frame_begin(device->control, byte_count, TURNPIKE_OPCODE_BIND, ++device->setup.number);
  turnpike_store(device->control + TURNPIKE_AT(BIND_REQUEST, LEASE), 8, device->lease);
  memcpy(device->control + TURNPIKE_AT(BIND_REQUEST, KEY), device->key, 16);
  await(device, TURNPIKE_OPCODE_BIND, device->setup.number, false, byte_count);
}

void turnpike_device_go_on(struct turnpike_device *device) {
  if (device->phase != TURNPIKE_PHASE_SERVING || device->awaited != 0 || device->has_outcome) return;
  uint8_t *handle = turnpike_device_handle(device), *request = device->setup.request.bytes;
  const bool wants_handle = device->tells_bind || (handle != NULL && !device->is_held);
  if (wants_handle && device->handle == 0) {
    if (device->has_key) send_bind(device);
  } else if (device->setup.request.count > 0 && !device->is_held) {
    if (handle != NULL) turnpike_store(handle, 4, device->handle);
    device->was_sent = true;
    const uint64_t number = turnpike_load(request + TURNPIKE_FRAME_HEADER_NUMBER_OFFSET, 8);
    await(device, request[TURNPIKE_FRAME_HEADER_OPCODE_OFFSET], number, true, device->setup.request.count);
  }
}

enum turnpike_result turnpike_device_output(const struct turnpike_device *device, const uint8_t **bytes, size_t *byte_count) {
  *bytes = (device->sends_request ? device->setup.request.bytes : device->control) + device->output_at;
  *byte_count = device->output_count - device->output_at;
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_sent(struct turnpike_device *device, size_t byte_count) {
  if (byte_count > device->output_count - device->output_at) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  device->output_at += (uint32_t)byte_count;
  return TURNPIKE_RESULT_OK;
}

// ---- the connection ----

enum turnpike_result turnpike_device_init(struct turnpike_device *device, const struct turnpike_device_setup *setup) {
  const struct turnpike_buffer *request = &setup->request;
  if (setup->received.bytes == NULL || setup->received.capacity < TURNPIKE_DEVICE_RECEIVED_BYTE_COUNT_MIN || request->bytes == NULL ||
      request->capacity < TURNPIKE_DEVICE_REQUEST_BYTE_COUNT_MIN || request->count > request->capacity ||
      (request->count > 0 && (request->count < TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_RELEASE_REQUEST_BYTE_COUNT ||
                              turnpike_load(request->bytes, 4) != request->count)))
    return TURNPIKE_RESULT_ARGUMENT_WRONG;
  memset(device, 0, sizeof *device);
  device->setup = *setup;
  device->setup.received.count = 0;
  // Nobody knows how far it got in the life before.
  device->was_sent = request->count > 0;
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_device_link_up(struct turnpike_device *device) {
  if (device->phase != TURNPIKE_PHASE_DOWN) return TURNPIKE_RESULT_NOT_NOW;
  device->phase = TURNPIKE_PHASE_GREETING;
  device->push_count = 0;
  send_hello(device);
  return TURNPIKE_RESULT_OK;
}

/// Nothing of this connection holds any more.
static void leave(struct turnpike_device *device, uint8_t phase) {
  device->phase = phase;
  device->handle = 0;
  device->setup.received.count = 0;
  await(device, 0, 0, false, 0);
}

enum turnpike_result turnpike_device_link_down(struct turnpike_device *device) {
  leave(device, TURNPIKE_PHASE_DOWN);
  return TURNPIKE_RESULT_OK;
}

static void tell(struct turnpike_device *device, uint8_t opcode, uint16_t status, uint8_t money) {
  struct turnpike_outcome *outcome = &device->outcome;
  memset(outcome, 0, sizeof *outcome);
  outcome->opcode = opcode;
  outcome->status = status;
  outcome->money = money;
  outcome->token = 255;
  device->has_outcome = true;
}

/// Tells what became of the request that is kept, and forgets it when there is nothing to repeat.
static void tell_request(struct turnpike_device *device, uint16_t status, uint8_t money, bool is_kept) {
  const uint8_t *request = device->setup.request.bytes;
  tell(device, request[TURNPIKE_FRAME_HEADER_OPCODE_OFFSET], status, money);
  device->outcome.number = turnpike_load(request + TURNPIKE_FRAME_HEADER_NUMBER_OFFSET, 8);
  device->is_held = is_kept;
  if (!is_kept) device->setup.request.count = 0;
}

// ---- replies ----

static enum turnpike_result take_hello(struct turnpike_device *device, const struct turnpike_frame *frame) {
  if (frame->status != TURNPIKE_STATUS_OK) return TURNPIKE_RESULT_REFUSED;
  if (frame->fixed[TURNPIKE_HELLO_REPLY_VERSION_OFFSET] != TURNPIKE_VERSION) return TURNPIKE_RESULT_REPLY_WRONG;
  const uint64_t before = device->setup.incarnation;
  const uint64_t incarnation = turnpike_load(frame->fixed + TURNPIKE_HELLO_REPLY_INCARNATION_OFFSET, 8);
  const bool resumed = frame->fixed[TURNPIKE_HELLO_REPLY_RESUMED_OFFSET] != 0;
  device->setup.incarnation = incarnation;
  device->phase = TURNPIKE_PHASE_SERVING;
  // Another broker, or one that forgot: under the same number the request would be done again.
  if (device->setup.request.count > 0 && device->was_sent && before != incarnation && (before > incarnation || !resumed))
    tell_request(device, TURNPIKE_STATUS_OUTCOME_UNKNOWN, TURNPIKE_MONEY_NOT_KNOWN, false);
  return TURNPIKE_RESULT_OK;
}

static enum turnpike_result take_bind(struct turnpike_device *device, const struct turnpike_frame *frame) {
  const bool is_right = frame->status == TURNPIKE_STATUS_OK;
  if (is_right) {
    const unsigned authority = frame->fixed[TURNPIKE_BIND_REPLY_AUTHORITY_OFFSET];
    const unsigned state = frame->fixed[TURNPIKE_BIND_REPLY_STATE_OFFSET];
    if (authority > TURNPIKE_AUTHORITY_OPERATOR || state < TURNPIKE_LEASE_STATE_PENDING || state > TURNPIKE_LEASE_STATE_FAILED)
      return TURNPIKE_RESULT_FRAME_WRONG;
  }
  if (is_right) device->handle = (uint32_t)turnpike_load(frame->fixed + TURNPIKE_BIND_REPLY_HANDLE_OFFSET, 4);
  else device->has_key = false;
  if (device->tells_bind) {
    tell(device, TURNPIKE_OPCODE_BIND, frame->status, TURNPIKE_MONEY_NONE);
    device->tells_bind = false;
    device->outcome.number = frame->number;
    device->outcome.lease = device->lease;
    if (is_right) device->outcome.epoch = turnpike_load(frame->fixed + TURNPIKE_BIND_REPLY_EPOCH_OFFSET, 8);
  } else if (!is_right) {
    tell_request(device, frame->status, device->was_sent ? TURNPIKE_MONEY_NOT_KNOWN : TURNPIKE_MONEY_NOT_TAKEN, device->was_sent);
  }
  if (!is_right) device->outcome.detail = turnpike_load(frame->fixed + TURNPIKE_REFUSAL_DETAIL_OFFSET, 8);
  return TURNPIKE_RESULT_OK;
}

/// By their form. What they are worth the broker says, and who would refuse them would be asked no more.
static bool are_tokens(const struct turnpike_frame *frame) {
  for (unsigned i = 0; i < frame->record_count; i++) {
    const uint8_t *note = frame->records + i * (size_t)TURNPIKE_NOTE_BYTE_COUNT;
    const unsigned rail = note[TURNPIKE_NOTE_TOKEN_RAIL_OFFSET];
    if (rail < TURNPIKE_RAIL_NOTE || rail > TURNPIKE_RAIL_CASHU || note[1] != 0) return false;
  }
  return true;
}

static enum turnpike_result take_request(struct turnpike_device *device, const struct turnpike_frame *frame) {
  uint64_t words[5];
  const uint8_t money = TURNPIKE_MONEY_OF_FLAGS(frame->flags);
  const bool is_ok = frame->status == TURNPIKE_STATUS_OK;
  if (frame->opcode == TURNPIKE_OPCODE_RELEASE && is_ok && !are_tokens(frame)) return TURNPIKE_RESULT_FRAME_WRONG;
  tell_request(device, frame->status, money, !is_ok && money == TURNPIKE_MONEY_NOT_KNOWN);
  struct turnpike_outcome *outcome = &device->outcome;
  outcome->is_replayed = (frame->flags & TURNPIKE_FRAME_FLAGS_REPLAYED) != 0;
  if (!is_ok) {
    outcome->detail = turnpike_load(frame->fixed + TURNPIKE_REFUSAL_DETAIL_OFFSET, 8);
    outcome->token = frame->fixed[TURNPIKE_REFUSAL_TOKEN_OFFSET];
    if (frame->status == TURNPIKE_STATUS_HANDLE_UNKNOWN) device->handle = 0;
    return TURNPIKE_RESULT_OK;
  }
  turnpike_load_words(words, frame->fixed, frame->opcode == TURNPIKE_OPCODE_RELEASE ? 4 : 5);
  switch (frame->opcode) {
    case TURNPIKE_OPCODE_ACQUIRE:
      outcome->lease = words[0];
      outcome->epoch = words[1];
      outcome->deadline = words[2];
      outcome->balance = words[3];
      break;
    case TURNPIKE_OPCODE_FUND:
      outcome->lease = turnpike_load(device->setup.request.bytes + TURNPIKE_AT(FUND_REQUEST, LEASE), 8);
      outcome->balance = words[0];
      outcome->deadline = words[1];
      outcome->epoch = words[4];
      break;
    default:
      outcome->lease = device->lease;
      outcome->change = words[0];
      outcome->given = words[1];
      outcome->notes = frame->records;
      outcome->note_count = frame->record_count;
      break;
  }
  return TURNPIKE_RESULT_OK;
}

static enum turnpike_result take(struct turnpike_device *device, const struct turnpike_frame *frame) {
  if (frame->flags & TURNPIKE_FRAME_FLAGS_AUTHENTICATED) return TURNPIKE_RESULT_MAC_WRONG;
  if (frame->opcode >= 0x80) {
    if (frame->number != ++device->push_count) return TURNPIKE_RESULT_REPLY_WRONG;
    return !frame->is_unknown ? TURNPIKE_RESULT_GOODBYE : TURNPIKE_RESULT_OK;
  }
  // A reply before its request was sent is none.
  if (device->awaited == 0 || frame->opcode != device->awaited || frame->number != device->awaited_number ||
      device->output_at < device->output_count)
    return TURNPIKE_RESULT_REPLY_WRONG;
  const bool is_request = device->sends_request;
  await(device, 0, 0, false, 0);
  if (is_request) return take_request(device, frame);
  if (frame->opcode == TURNPIKE_OPCODE_HELLO) return take_hello(device, frame);
  return take_bind(device, frame);
}

bool turnpike_device_outcome(struct turnpike_device *device, struct turnpike_outcome *outcome) {
  *outcome = device->outcome;
  if (!device->has_outcome) return false;
  device->has_outcome = false;
  turnpike_device_go_on(device);
  return true;
}

enum turnpike_result turnpike_device_receive(struct turnpike_device *device, const uint8_t **bytes, size_t *byte_count) {
  enum turnpike_result result = TURNPIKE_RESULT_OK;
  if (*bytes == NULL && *byte_count > 0) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  if (device->phase == TURNPIKE_PHASE_ENDED) return (enum turnpike_result)device->ended_by;
  if (device->phase == TURNPIKE_PHASE_DOWN || device->has_outcome) return TURNPIKE_RESULT_NOT_NOW;
  // The bytes after a reply wait until its outcome was taken: its notes are still in the buffer.
  while (*byte_count > 0 && !device->has_outcome) {
    struct turnpike_frame frame;
    const uint32_t frame_byte_count = turnpike_frame_gather(&device->setup.received, **bytes, &result);
    ++*bytes;
    --*byte_count;
    if (frame_byte_count == 0 && result == TURNPIKE_RESULT_OK) continue;
    memset(&frame, 0, sizeof frame);
    if (result == TURNPIKE_RESULT_OK)
      result = turnpike_frame_read(device->setup.received.bytes, frame_byte_count, layouts, sizeof layouts / sizeof layouts[0], &frame);
    if (result == TURNPIKE_RESULT_OK) result = take(device, &frame);
    if (result != TURNPIKE_RESULT_OK) {
      if (result == TURNPIKE_RESULT_REFUSED) device->broker_status = frame.status;
      if (result == TURNPIKE_RESULT_GOODBYE) device->broker_status = (uint16_t)turnpike_load(frame.fixed, 2);
      device->ended_by = (uint8_t)result;
      leave(device, TURNPIKE_PHASE_ENDED);
      return result;
    }
    device->setup.received.count = 0;
    turnpike_device_go_on(device);
  }
  return TURNPIKE_RESULT_OK;
}
