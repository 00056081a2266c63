// SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012) with 128-bit output.

#include "CCrypto.h"

/// The four words of the paper's internal state.
typedef struct sip_state {
  uint64_t v0, v1, v2, v3;
} sip_state;

static uint64_t load_little_endian(const uint8_t *bytes) {
  return (uint64_t)bytes[0] | (uint64_t)bytes[1] << 8 | (uint64_t)bytes[2] << 16 | (uint64_t)bytes[3] << 24
         | (uint64_t)bytes[4] << 32 | (uint64_t)bytes[5] << 40 | (uint64_t)bytes[6] << 48 | (uint64_t)bytes[7] << 56;
}

static void store_little_endian(uint8_t *out, uint64_t word) {
  for (int i = 0; i < 8; i++) out[i] = (uint8_t)(word >> (8 * i));
}

static uint64_t rotate_left(uint64_t word, int bits) { return word << bits | word >> (64 - bits); }

static void sip_rounds(sip_state *s, int count) {
  for (int i = 0; i < count; i++) {
    s->v0 += s->v1;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v2 = rotate_left(s->v2, 32);
  }
}

static void absorb(sip_state *s, uint64_t word) {
  s->v3 ^= word;
  sip_rounds(s, 2);
  s->v0 ^= word;
}

void tp_siphash128(const void *key, const void *message, size_t byte_count, void *out) {
  const uint8_t *const key_bytes = key, *const bytes = message;
  uint8_t *const out_bytes = out;
  const uint64_t k0 = load_little_endian(key_bytes);
  const uint64_t k1 = load_little_endian(key_bytes + 8);
  sip_state s = {
    .v0 = k0 ^ UINT64_C(0x736f6d6570736575),
    .v1 = k1 ^ UINT64_C(0x646f72616e646f6d) ^ 0xee,
    .v2 = k0 ^ UINT64_C(0x6c7967656e657261),
    .v3 = k1 ^ UINT64_C(0x7465646279746573),
  };
  const size_t word_count = byte_count / 8;
  for (size_t i = 0; i < word_count; i++) absorb(&s, load_little_endian(bytes + 8 * i));

  // The last word: the bytes left over, and the size modulo 256 in its top byte.
  uint64_t last = (uint64_t)byte_count << 56;
  for (size_t i = 0; i < byte_count % 8; i++) last |= (uint64_t)bytes[8 * word_count + i] << (8 * i);
  absorb(&s, last);
  s.v2 ^= 0xee;
  sip_rounds(&s, 4);
  store_little_endian(out_bytes, s.v0 ^ s.v1 ^ s.v2 ^ s.v3);
  s.v1 ^= 0xdd;
  sip_rounds(&s, 4);
  store_little_endian(out_bytes + 8, s.v0 ^ s.v1 ^ s.v2 ^ s.v3);
}
