/// Frames: integers, the walk of one that was received, and the pieces of the bytes of a connection. Offsets are those of turnpike.h.
#ifndef TURNPIKE_WIRE_H
#define TURNPIKE_WIRE_H

#include "turnpike.h"
#include "turnpike_agent.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Where field `field` of `layout` is, in a frame.
#define TURNPIKE_AT(layout, field) (TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_##layout##_##field##_OFFSET)

/// Little-endian integers of 1 to 8 bytes.
uint64_t turnpike_load(const uint8_t *bytes, unsigned byte_count);
void turnpike_store(uint8_t *bytes, unsigned byte_count, uint64_t value);

bool turnpike_is_zero(const uint8_t *bytes, uint32_t byte_count);

/// `count` integers of 8 bytes.
void turnpike_load_words(uint64_t *words, const uint8_t *bytes, unsigned count);

/// What is in a reply or a push that a reader takes: the fixed part, in it a run of reserved bytes, a count of records (of
/// `record_byte_count` bytes, none if that is 0).
struct turnpike_layout {
  uint8_t opcode, fixed_byte_count, zero_at, zero_byte_count, count_at, record_byte_count, record_count_max;
};

/// A reply or a push. `fixed` and `records` point into the bytes that were read.
struct turnpike_frame {
  const uint8_t *fixed, *records;
  uint64_t number;
  uint16_t status, record_count;
  uint8_t opcode, flags;
  /// An operation or push that the reader has no layout of.
  bool is_unknown;
};

/// Takes one whole frame apart: `byte_count` is the length that it states. FRAME_WRONG if it is not as the specification says.
enum turnpike_result turnpike_frame_read(const uint8_t *bytes, uint32_t byte_count, const struct turnpike_layout *layouts,
                                         unsigned layout_count, struct turnpike_frame *frame);

/// Puts a byte into `buffer`, which is emptied after each frame. The length of the frame that is whole now, or 0; `result` becomes what
/// is wrong, and then nothing more is to be put there.
uint32_t turnpike_frame_gather(struct turnpike_buffer *buffer, uint8_t byte, enum turnpike_result *result);

/// Begins a request of `byte_count` bytes, all zero but its header.
void turnpike_frame_begin(uint8_t *bytes, uint32_t byte_count, uint8_t opcode, uint64_t number);

#ifdef __cplusplus
}
#endif

#endif
