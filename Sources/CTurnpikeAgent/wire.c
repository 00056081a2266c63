// Frames.

#include "wire.h"

#include <string.h>

uint64_t turnpike_load(const uint8_t *bytes, unsigned byte_count) {
  uint64_t value = 0;
  while (byte_count > 0) value = value << 8 | bytes[--byte_count];
  return value;
}

void turnpike_store(uint8_t *bytes, unsigned byte_count, uint64_t value) {
  for (unsigned i = 0; i < byte_count; i++, value >>= 8) bytes[i] = (uint8_t)value;
}

void turnpike_load_words(uint64_t *words, const uint8_t *bytes, unsigned count) {
  for (unsigned i = 0; i < count; i++) words[i] = turnpike_load(bytes + 8 * i, 8);
}

bool turnpike_is_zero(const uint8_t *bytes, uint32_t byte_count) {
  for (uint32_t i = 0; i < byte_count; i++)
    if (bytes[i] != 0) return false;
  return true;
}

static const struct turnpike_layout *find_layout(const struct turnpike_layout *layouts, unsigned count, uint8_t opcode) {
  for (unsigned i = 0; i < count; i++)
    if (layouts[i].opcode == opcode) return &layouts[i];
  return NULL;
}

/// Whether the options block at `at` ends at `end`. Its options are skipped: version 1 has none for agents.
static bool is_options_block(const uint8_t *bytes, uint32_t at, uint32_t end) {
  if (end - at < TURNPIKE_BLOCK_HEAD_BYTE_COUNT) return false;
  // Two bytes, and two that are zero.
  const uint32_t byte_count = (uint32_t)turnpike_load(bytes + at, 4);
  if (byte_count > TURNPIKE_OPTION_BYTE_COUNT_MAX) return false;
  at += TURNPIKE_BLOCK_HEAD_BYTE_COUNT;
  if (end - at != byte_count) return false;
  while (end - at >= 4) {
    const uint32_t value_byte_count = (uint32_t)turnpike_load(bytes + at + 2, 2);
    if (bytes[at + 1] != 0 || value_byte_count > end - at - 4) return false;
    at += 4 + value_byte_count;
  }
  return at == end;
}

/// What a frame's header says, as far as it can be wrong.
static bool is_header(const struct turnpike_frame *frame) {
  unsigned allowed = TURNPIKE_FRAME_FLAGS_OPTIONS | TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
  if (frame->opcode < 0x80)
    allowed |= TURNPIKE_FRAME_FLAGS_MONEY_LOW | TURNPIKE_FRAME_FLAGS_MONEY_HIGH | TURNPIKE_FRAME_FLAGS_REPLAYED;
  else if (frame->status != 0)
    return false;
  return (frame->flags & ~allowed) == 0 && frame->number != 0;
}

enum turnpike_result turnpike_frame_read(const uint8_t *bytes, uint32_t byte_count, const struct turnpike_layout *layouts,
                                         unsigned layout_count, struct turnpike_frame *frame) {
  static const struct turnpike_layout refusal = {0, TURNPIKE_REFUSAL_BYTE_COUNT, 12, 4, 0, 0, 0};
  frame->opcode = bytes[TURNPIKE_FRAME_HEADER_OPCODE_OFFSET];
  frame->flags = bytes[TURNPIKE_FRAME_HEADER_FLAGS_OFFSET];
  frame->status = (uint16_t)turnpike_load(bytes + TURNPIKE_FRAME_HEADER_STATUS_OFFSET, 2);
  frame->number = turnpike_load(bytes + TURNPIKE_FRAME_HEADER_NUMBER_OFFSET, 8);
  frame->fixed = frame->records = bytes + TURNPIKE_FRAME_HEADER_BYTE_COUNT;
  frame->record_count = 0;
  frame->is_unknown = false;
  if (!is_header(frame)) return TURNPIKE_RESULT_FRAME_WRONG;

  uint32_t end = byte_count, at = TURNPIKE_FRAME_HEADER_BYTE_COUNT;
  if (frame->flags & TURNPIKE_FRAME_FLAGS_AUTHENTICATED) {
    if (end - at < TURNPIKE_MAC_BYTE_COUNT) return TURNPIKE_RESULT_FRAME_WRONG;
    end -= TURNPIKE_MAC_BYTE_COUNT;
  }
  const struct turnpike_layout *layout = frame->status != 0 ? &refusal : find_layout(layouts, layout_count, frame->opcode);
  if (layout == NULL) {
    frame->is_unknown = true;
    return TURNPIKE_RESULT_OK;
  }
  if (end - at < layout->fixed_byte_count || !turnpike_is_zero(frame->fixed + layout->zero_at, layout->zero_byte_count))
    return TURNPIKE_RESULT_FRAME_WRONG;
  if (layout == &refusal && frame->fixed[TURNPIKE_REFUSAL_TOKEN_OFFSET + 1] != 0) return TURNPIKE_RESULT_FRAME_WRONG;
  at += layout->fixed_byte_count;
  frame->records = bytes + at;
  if (layout->record_byte_count > 0) {
    const uint32_t count = (uint32_t)turnpike_load(frame->fixed + layout->count_at, 2);
    if (count > layout->record_count_max || count * layout->record_byte_count > end - at) return TURNPIKE_RESULT_FRAME_WRONG;
    frame->record_count = (uint16_t)count;
    at += count * layout->record_byte_count;
  }
  const bool fills = frame->flags & TURNPIKE_FRAME_FLAGS_OPTIONS ? is_options_block(bytes, at, end) : at == end;
  return fills ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_FRAME_WRONG;
}

uint32_t turnpike_frame_gather(struct turnpike_buffer *buffer, uint8_t byte, enum turnpike_result *result) {
  buffer->bytes[buffer->count++] = byte;
  if (buffer->count < 4) return 0;
  const uint32_t wanted = (uint32_t)turnpike_load(buffer->bytes, 4);
  if (wanted < TURNPIKE_FRAME_HEADER_BYTE_COUNT || wanted > TURNPIKE_FRAME_BYTE_COUNT_MAX) *result = TURNPIKE_RESULT_FRAME_LENGTH;
  else if (wanted > buffer->capacity) *result = TURNPIKE_RESULT_FRAME_TOO_LONG;
  return buffer->count == wanted ? wanted : 0;
}

void turnpike_frame_begin(uint8_t *bytes, uint32_t byte_count, uint8_t opcode, uint64_t number) {
  memset(bytes, 0, byte_count);
  turnpike_store(bytes, 4, byte_count);
  bytes[TURNPIKE_FRAME_HEADER_OPCODE_OFFSET] = opcode;
  turnpike_store(bytes + TURNPIKE_FRAME_HEADER_NUMBER_OFFSET, 8, number);
}
