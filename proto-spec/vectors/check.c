/* Decodes the golden vectors with nothing but turnpike.h.
 *
 * c_include.py turns the vectors into vectors.inc: one call of a function below for each thing that they state. The walk of a
 * frame and the judgement of its fields are made from the macros of turnpike.h; they are also an example of how to use it. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "turnpike.h"

/* ---- fields of every layout, from the header's lists ---- */

#define TYPE(name) TYPE_##name,
enum type {
  TYPE_END, TYPE_U8, TYPE_U16, TYPE_U32, TYPE_U64, TYPE_I64, TYPE_BYTES16, TYPE_NAME32, TYPE_TEXT96, TYPE_ZERO,
  TURNPIKE_ENUMERATIONS(TYPE) TURNPIKE_FLAG_SETS(TYPE) TYPE_COUNT
};

struct field {
  uint16_t offset, byte_count, type;
};

#define FIELD(layout, name, offset, byte_count, type) {offset, byte_count, TYPE_##type},
#define LAYOUT(layout) \
  static const struct field fields_##layout[] = {TURNPIKE_##layout##_FIELDS(FIELD){0, 0, TYPE_END}};
#define RECORD_FIELDS(name, byte_count) LAYOUT(name)
#define OPERATION_FIELDS(name, opcode, request, reply) LAYOUT(request) LAYOUT(reply)
#define PUSH_FIELDS(name, opcode, body) LAYOUT(body)
#define COMMAND_FIELDS(name, kind, layout, bytes, record, record_bytes, count, most, receipt, payment) LAYOUT(layout)
static const struct field fields_NONE[] = {{0, 0, TYPE_END}};
TURNPIKE_RECORDS(RECORD_FIELDS)
TURNPIKE_OPERATIONS(OPERATION_FIELDS)
TURNPIKE_PUSHES(PUSH_FIELDS)
TURNPIKE_COMMANDS(COMMAND_FIELDS)

/* What may follow a header: a fixed part, and records counted by a 16-bit field of it. */
struct body {
  uint32_t code, byte_count, record_byte_count, count_offset, count_max;
  const struct field *fields, *record_fields;
  int payment, has_receipt;
};

#define REQUEST_BODY(name, bytes, record, record_bytes, count, most) \
  {TURNPIKE_OPCODE_##name, bytes, record_bytes, count, most, fields_##name##_REQUEST, fields_##record, 0, 0},
#define REPLY_BODY(name, bytes, record, record_bytes, count, most) \
  {TURNPIKE_OPCODE_##name, bytes, record_bytes, count, most, fields_##name##_REPLY, fields_##record, 0, 0},
#define PUSH_BODY(name, opcode, body) {opcode, TURNPIKE_##body##_BYTE_COUNT, 0, 0, 0, fields_##body, fields_NONE, 0, 0},
#define COMMAND_BODY(name, kind, layout, bytes, record, record_bytes, count, most, receipt, payment) \
  {kind, bytes, record_bytes, count, most, fields_##layout, fields_##record, TURNPIKE_PAYMENT_RULE_##payment, receipt},
#define RULE(name, role, receipt, payment) {TURNPIKE_OPCODE_##name, receipt, TURNPIKE_PAYMENT_RULE_##payment},
static const struct body request_bodies[] = {TURNPIKE_REQUEST_LAYOUTS(REQUEST_BODY)};
static const struct body reply_bodies[] = {TURNPIKE_REPLY_LAYOUTS(REPLY_BODY)};
static const struct body push_bodies[] = {TURNPIKE_PUSHES(PUSH_BODY)};
static const struct body command_bodies[] = {TURNPIKE_COMMANDS(COMMAND_BODY)};
static const struct body refusal_body = {0, TURNPIKE_REFUSAL_BYTE_COUNT, 0, 0, 0, fields_REFUSAL, fields_NONE, 0, 0};
static const struct { uint32_t code; int receipt, payment; } rules[] = {TURNPIKE_OPERATION_RULES(RULE)};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct body *find(const struct body *bodies, size_t count, uint32_t code) {
  for (size_t i = 0; i < count; i++)
    if (bodies[i].code == code) return &bodies[i];
  return NULL;
}

/* ---- reading ---- */

static uint64_t load(const uint8_t *bytes, size_t byte_count) {
  uint64_t value = 0;
  for (size_t i = byte_count; i > 0; i--) value = value << 8 | bytes[i - 1];
  return value;
}

#define VALUE(name, value) case value:
#define KNOWN(name) \
  case TYPE_##name: switch (value) { TURNPIKE_##name##_VALUES(VALUE) return 1; default: return 0; }
#define KNOWN_FLAGS(name) \
  case TYPE_##name: return (value & ~(uint64_t)TURNPIKE_##name##_KNOWN) == 0;

static int is_allowed(unsigned type, uint64_t value) {
  switch (type) {
    case TYPE_ZERO: return value == 0;
    TURNPIKE_ENUMERATIONS(KNOWN)
    TURNPIKE_FLAG_SETS(KNOWN_FLAGS)
    default: return 1;
  }
}

/* Offset of the first wrong field, or -1. */
static long fault(const struct field *fields, const uint8_t *bytes) {
  for (; fields->type != TYPE_END; fields++)
    if (fields->byte_count <= 8 && !is_allowed(fields->type, load(bytes + fields->offset, fields->byte_count)))
      return fields->offset;
  return -1;
}

/* ---- the walk of a frame ---- */

enum kind { REQUEST, REPLY, PUSH, COMMAND };

static struct {
  const uint8_t *bytes;
  size_t byte_count, fixed, records, record_count, record_byte_count, payment, token_count, options, options_byte_count, end;
  size_t receipt, notes;
  long field;
} frame;

static unsigned refuse(unsigned status, long field) {
  frame.field = field;
  return status;
}

static unsigned walk_body(const struct body *body) {
  frame.fixed = TURNPIKE_FRAME_HEADER_BYTE_COUNT;
  frame.records = frame.fixed + body->byte_count;
  if (frame.records > frame.end) return refuse(TURNPIKE_STATUS_MALFORMED, -1);
  frame.record_byte_count = body->record_byte_count;
  if (body->record_byte_count > 0) {
    frame.record_count = (size_t)load(frame.bytes + frame.fixed + body->count_offset, 2);
    if (frame.record_count > body->count_max ||
        frame.record_count * body->record_byte_count > frame.end - frame.records)
      return refuse(TURNPIKE_STATUS_MALFORMED, (long)(frame.fixed + body->count_offset));
  }
  frame.payment = frame.records + frame.record_count * frame.record_byte_count;
  return TURNPIKE_STATUS_OK;
}

static unsigned walk_payment(unsigned flags, size_t *at) {
  *at = frame.payment;
  if (!(flags & TURNPIKE_FRAME_FLAGS_PAYMENT)) return TURNPIKE_STATUS_OK;
  size_t room = frame.end - frame.payment, head = TURNPIKE_BLOCK_HEAD_BYTE_COUNT;
  if (room < head || room - head < load(frame.bytes + frame.payment, 2))
    return refuse(TURNPIKE_STATUS_MALFORMED, (long)frame.payment);
  frame.token_count = frame.bytes[frame.payment + 2];
  if (frame.token_count == 0 || frame.token_count > TURNPIKE_TOKEN_COUNT_MAX || frame.bytes[frame.payment + 3] != 0)
    return refuse(TURNPIKE_STATUS_PAYMENT_MALFORMED, (long)frame.payment + 2);
  *at += head + (size_t)load(frame.bytes + frame.payment, 2);
  return TURNPIKE_STATUS_OK;
}

static unsigned walk_options(unsigned flags, size_t at) {
  size_t head = TURNPIKE_BLOCK_HEAD_BYTE_COUNT, block = at;
  if (flags & TURNPIKE_FRAME_FLAGS_OPTIONS) {
    if (frame.end - at < head) return refuse(TURNPIKE_STATUS_MALFORMED, (long)at);
    frame.options = at + head;
    frame.options_byte_count = (size_t)load(frame.bytes + at, 2);
    at = frame.options + frame.options_byte_count;
  }
  if (at != frame.end || frame.options_byte_count > TURNPIKE_OPTION_BYTE_COUNT_MAX)
    return refuse(TURNPIKE_STATUS_MALFORMED, -1);
  if (!(flags & TURNPIKE_FRAME_FLAGS_OPTIONS)) return TURNPIKE_STATUS_OK;
  if (load(frame.bytes + block + 2, 2) != 0) return refuse(TURNPIKE_STATUS_RESERVED_BITS, (long)block + 2);
  for (size_t option = frame.options; option < at;) {
    if (at - option < head) return refuse(TURNPIKE_STATUS_MALFORMED, (long)option);
    if (frame.bytes[option + 1] != 0) return refuse(TURNPIKE_STATUS_RESERVED_BITS, (long)option + 1);
    if (at - option - head < load(frame.bytes + option + 2, 2)) return refuse(TURNPIKE_STATUS_MALFORMED, (long)option);
    option += head + (size_t)load(frame.bytes + option + 2, 2);
  }
  return TURNPIKE_STATUS_OK;
}

static unsigned walk_fields(const struct body *body) {
  long wrong = fault(body->fields, frame.bytes + frame.fixed);
  if (wrong >= 0) return refuse(TURNPIKE_STATUS_RESERVED_BITS, (long)frame.fixed + wrong);
  for (size_t i = 0; i < frame.record_count; i++) {
    size_t at = frame.records + i * frame.record_byte_count;
    wrong = fault(body->record_fields, frame.bytes + at);
    if (wrong >= 0) return refuse(TURNPIKE_STATUS_RESERVED_BITS, (long)at + wrong);
  }
  return TURNPIKE_STATUS_OK;
}

/* A frame whose length was judged already. */
static unsigned walk_frame(enum kind kind, const uint8_t *bytes, size_t byte_count) {
  unsigned opcode = bytes[TURNPIKE_FRAME_HEADER_OPCODE_OFFSET], flags = bytes[TURNPIKE_FRAME_HEADER_FLAGS_OFFSET];
  unsigned word = (unsigned)load(bytes + TURNPIKE_FRAME_HEADER_STATUS_OFFSET, 2), status;
  unsigned known = TURNPIKE_FRAME_FLAGS_OPTIONS | TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
  const struct body *body;
  size_t at;
  frame.bytes = bytes;
  frame.byte_count = byte_count;
  if (kind == REQUEST) {
    body = find(request_bodies, COUNT(request_bodies), opcode);
    known |= TURNPIKE_FRAME_FLAGS_PAYMENT;
  } else if (kind == REPLY) {
    body = word != 0 ? &refusal_body : find(reply_bodies, COUNT(reply_bodies), opcode);
    known |= TURNPIKE_FRAME_FLAGS_MONEY_LOW | TURNPIKE_FRAME_FLAGS_MONEY_HIGH | TURNPIKE_FRAME_FLAGS_REPLAYED;
  } else {
    body = find(push_bodies, COUNT(push_bodies), opcode);
  }
  if (body == NULL) return refuse(TURNPIKE_STATUS_UNKNOWN_OPCODE, 4);
  if (flags & ~known) return refuse(TURNPIKE_STATUS_RESERVED_BITS, 5);
  if (load(bytes + TURNPIKE_FRAME_HEADER_NUMBER_OFFSET, 8) == 0) return refuse(TURNPIKE_STATUS_RESERVED_BITS, 8);
  if (kind == PUSH && word != 0) return refuse(TURNPIKE_STATUS_RESERVED_BITS, 6);
  int payment = TURNPIKE_PAYMENT_RULE_OPTIONAL, receipt = 0;
  for (size_t i = 0; kind == REQUEST && i < COUNT(rules); i++)
    if (rules[i].code == opcode) payment = rules[i].payment, receipt = rules[i].receipt;
  if (kind == REQUEST && (word > TURNPIKE_WINDOW_MAX || (receipt && word == 0)))
    return refuse(TURNPIKE_STATUS_WINDOW_EXCEEDED, 6);
  size_t mac = flags & TURNPIKE_FRAME_FLAGS_AUTHENTICATED ? TURNPIKE_MAC_BYTE_COUNT : 0;
  if (byte_count < TURNPIKE_FRAME_HEADER_BYTE_COUNT + mac) return refuse(TURNPIKE_STATUS_MALFORMED, -1);
  frame.end = byte_count - mac;
  if ((status = walk_body(body)) || (status = walk_payment(flags, &at)) || (status = walk_options(flags, at)) ||
      (status = walk_fields(body)))
    return status;
  if (payment == TURNPIKE_PAYMENT_RULE_NONE && frame.token_count > 0)
    return refuse(TURNPIKE_STATUS_PAYMENT_NOT_ALLOWED, 5);
  if (payment == TURNPIKE_PAYMENT_RULE_REQUIRED && frame.token_count == 0)
    return refuse(TURNPIKE_STATUS_PAYMENT_REQUIRED, 5);
  return TURNPIKE_STATUS_OK;
}

static unsigned walk_command(const uint8_t *bytes, size_t byte_count) {
  const unsigned bad = TURNPIKE_STATUS_MALFORMED;
  frame.bytes = bytes;
  if (byte_count < TURNPIKE_COMMAND_HEADER_BYTE_COUNT || fault(fields_COMMAND_HEADER, bytes) >= 0 ||
      load(bytes + TURNPIKE_COMMAND_HEADER_BYTE_COUNT_OFFSET, 4) != byte_count)
    return bad;
  const struct body *body =
      find(command_bodies, COUNT(command_bodies), bytes[TURNPIKE_COMMAND_HEADER_KIND_OFFSET]);
  size_t notes = bytes[TURNPIKE_COMMAND_HEADER_NOTE_COUNT_OFFSET], at = TURNPIKE_COMMAND_HEADER_BYTE_COUNT;
  int receipt = (bytes[TURNPIKE_COMMAND_HEADER_FLAGS_OFFSET] & TURNPIKE_COMMAND_FLAGS_RECEIPT) != 0;
  int tick = (bytes[TURNPIKE_COMMAND_HEADER_FLAGS_OFFSET] & TURNPIKE_COMMAND_FLAGS_TICK) != 0;
  if (body == NULL || notes > TURNPIKE_TOKEN_COUNT_MAX) return bad;
  if (tick) {
    unsigned kind = bytes[TURNPIKE_COMMAND_HEADER_KIND_OFFSET];
    if ((kind != TURNPIKE_COMMAND_KIND_FUND && kind != TURNPIKE_COMMAND_KIND_USE) || notes > 0 || receipt != body->has_receipt)
      return bad;
  } else if (body->payment == TURNPIKE_PAYMENT_RULE_OPTIONAL) {
    if (receipt != (body->has_receipt || notes > 0)) return bad;
  } else if (receipt != body->has_receipt || (body->payment == TURNPIKE_PAYMENT_RULE_NONE) != (notes == 0)) {
    return bad;
  }
  frame.receipt = at;
  if (receipt) {
    if (byte_count - at < TURNPIKE_RECEIPT_KEY_BYTE_COUNT || fault(fields_RECEIPT_KEY, bytes + at) >= 0) return bad;
    at += TURNPIKE_RECEIPT_KEY_BYTE_COUNT;
  }
  if (byte_count - at < body->byte_count || fault(body->fields, bytes + at) >= 0) return bad;
  frame.fixed = at;
  at += body->byte_count;
  frame.records = at;
  frame.record_byte_count = body->record_byte_count;
  if (body->record_byte_count > 0) frame.record_count = (size_t)load(bytes + frame.fixed + body->count_offset, 2);
  if (frame.record_count > body->count_max) return bad;
  frame.notes = at += frame.record_count * frame.record_byte_count;
  frame.token_count = notes;
  if (at + (tick ? TURNPIKE_VERIFIED_TICK_BYTE_COUNT : notes * TURNPIKE_VERIFIED_NOTE_BYTE_COUNT) != byte_count) return bad;
  for (size_t i = 0; i < notes; i++)
    if (fault(fields_VERIFIED_NOTE, bytes + frame.notes + i * TURNPIKE_VERIFIED_NOTE_BYTE_COUNT) >= 0) return bad;
  return TURNPIKE_STATUS_OK;
}

/* The status of a frame as it would be read from a connection. */
static unsigned walk(enum kind kind, const uint8_t *bytes, size_t byte_count) {
  memset(&frame, 0, sizeof frame);
  frame.field = -1;
  if (kind == COMMAND) return walk_command(bytes, byte_count);
  uint64_t length = load(bytes + TURNPIKE_FRAME_HEADER_LENGTH_OFFSET, 4);
  if (length < TURNPIKE_FRAME_HEADER_BYTE_COUNT || length > TURNPIKE_FRAME_BYTE_COUNT_MAX)
    return TURNPIKE_STATUS_FRAME_LENGTH;
  if (length != byte_count) return refuse(TURNPIKE_STATUS_MALFORMED, 0);
  return walk_frame(kind, bytes, byte_count);
}

/* ---- what vectors.inc calls ---- */

static unsigned long checks, failures;
static const char *vector_name;
static size_t next_option;
static uint8_t copy[TURNPIKE_FRAME_BYTE_COUNT_MAX + 16];

static void expect(int is_true, const char *what) {
  checks++;
  if (is_true) return;
  failures++;
  printf("%s: %s\n", vector_name, what);
}

static void accept(const char *name, enum kind kind, const uint8_t *bytes, size_t byte_count) {
  vector_name = name;
  next_option = 0;
  expect(walk(kind, bytes, byte_count) == TURNPIKE_STATUS_OK, "is refused");
}

static void number(size_t at, size_t byte_count, uint64_t value, const char *what) {
  expect(load(frame.bytes + at, byte_count) == value, what);
}

static void octets(size_t at, const char *value, size_t byte_count, const char *what) {
  expect(memcmp(frame.bytes + at, value, byte_count) == 0, what);
}

static void option(unsigned type, const char *value, size_t byte_count) {
  size_t at = frame.options + next_option;
  expect(frame.bytes[at] == type && load(frame.bytes + at + 2, 2) == byte_count, "option");
  octets(at + 4, value, byte_count, "value of the option");
  next_option += 4 + byte_count;
}

static void judge(enum kind kind, size_t byte_count, unsigned status, long field, const char *what) {
  expect(walk(kind, copy, byte_count) == status, what);
  expect(field < 0 || frame.field == field, what);
}

static void reject(enum kind kind, const uint8_t *bytes, size_t byte_count, size_t at, const char *edit, size_t edit_count,
                   unsigned status, long field, const char *what) {
  memcpy(copy, bytes, byte_count);
  memcpy(copy + at, edit, edit_count);
  judge(kind, byte_count, status, field, what);
}

static void set_length(size_t byte_count) {
  for (size_t i = 0; i < 4; i++) copy[i] = (uint8_t)(byte_count >> (8 * i));
}

static void truncate_everywhere(enum kind kind, const uint8_t *bytes, size_t byte_count, unsigned status) {
  size_t least = kind == COMMAND ? TURNPIKE_COMMAND_HEADER_BYTE_COUNT : TURNPIKE_FRAME_HEADER_BYTE_COUNT;
  for (size_t length = least; length < byte_count; length++) {
    memcpy(copy, bytes, length);
    set_length(length);
    judge(kind, length, status, -1, "is accepted when cut short");
  }
}

static void extend(enum kind kind, const uint8_t *bytes, size_t byte_count, size_t more, unsigned status) {
  memcpy(copy, bytes, byte_count);
  memset(copy + byte_count, 0, more);
  set_length(byte_count + more);
  judge(kind, byte_count + more, status, -1, "is accepted with bytes appended");
}

#include "vectors.inc"

/* The fields of every record fill it without a hole. */
static void check_records(void) {
#define RECORD(name, byte_count) {#name, byte_count, fields_##name},
  static const struct { const char *name; size_t byte_count; const struct field *fields; } records[] = {
      TURNPIKE_RECORDS(RECORD)};
  for (size_t i = 0; i < COUNT(records); i++) {
    size_t end = 0;
    vector_name = records[i].name;
    for (const struct field *f = records[i].fields; f->type != TYPE_END; f++) {
      expect(f->offset == end, "has a hole");
      end += f->byte_count;
    }
    expect(end == records[i].byte_count, "has another size");
  }
}

int main(void) {
  check_records();
  run();
  printf("shown: c99_vectors=%lu c99_checks=%lu failures=%lu\n", (unsigned long)VECTOR_COUNT, checks, failures);
  return failures > 0 || checks == 0;
}
