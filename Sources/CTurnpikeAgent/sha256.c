// SHA-256 for places where every byte of code counts: one loop for all rounds, a schedule of 16 words that is made anew in place.

#include "sha256.h"

#include <string.h>

#include "wire.h"

#ifndef TURNPIKE_SHA256_HEADER

static const uint32_t round_constants[64] = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
  0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
  0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
  0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
  0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
  0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static const uint32_t initial_state[8] = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static uint32_t rotate(uint32_t word, unsigned bits) { return word >> bits | word << (32 - bits); }

/// Takes the 16 words into the state, and uses them up.
static void compress(struct turnpike_sha256 *hash) {
  uint32_t *w = hash->words, v[8];
  memcpy(v, hash->state, sizeof v);
  for (unsigned i = 0; i < 64; i++) {
    const uint32_t first = v[7] + (rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25)) + (v[6] ^ (v[4] & (v[5] ^ v[6]))) +
                           round_constants[i] + w[i % 16];
    const uint32_t second = (rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22)) + ((v[0] & v[1]) | (v[2] & (v[0] | v[1])));
    memmove(v + 1, v, 7 * sizeof v[0]);
    v[4] += first;
    v[0] = first + second;
    // The word of the round after the next 15. Those of the last rounds are of no use, and do no harm.
    const uint32_t a = w[(i + 1) % 16], b = w[(i + 14) % 16];
    w[i % 16] += (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[(i + 9) % 16] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
  }
  for (unsigned i = 0; i < 8; i++) hash->state[i] += v[i];
}

void turnpike_sha256_begin(struct turnpike_sha256 *hash) {
  memcpy(hash->state, initial_state, sizeof initial_state);
  hash->byte_count = 0;
}

static void add(struct turnpike_sha256 *hash, uint8_t byte) {
  uint32_t *word = &hash->words[hash->byte_count / 4 % 16];
  *word = *word << 8 | byte;
  hash->byte_count++;
  if (hash->byte_count % 64 == 0) compress(hash);
}

void turnpike_sha256_add(struct turnpike_sha256 *hash, const void *bytes, size_t byte_count) {
  const uint8_t *from = (const uint8_t *)bytes;
  for (size_t i = 0; i < byte_count; i++) add(hash, from[i]);
}

void turnpike_sha256_end(struct turnpike_sha256 *hash, uint8_t digest[32]) {
  // Nothing that is hashed here reaches 2^29 bytes: a frame has 65,536 at most.
  const uint32_t bit_count = hash->byte_count * 8;
  add(hash, 0x80);
  while (hash->byte_count % 64 != 56) add(hash, 0);
  hash->words[14] = 0;
  hash->words[15] = bit_count;
  compress(hash);
  for (unsigned i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}

#endif

/// Begins with the key, made a block, each byte of it changed by `pad`.
static void begin_with_key(struct turnpike_sha256 *hash, const uint8_t key[32], uint8_t pad) {
  uint8_t block[64];
  memset(block, pad, sizeof block);
  for (unsigned i = 0; i < 32; i++) block[i] = (uint8_t)(key[i] ^ pad);
  turnpike_sha256_begin(hash);
  turnpike_sha256_add(hash, block, sizeof block);
}

static void hmac(const uint8_t key[32], const void *head, size_t head_byte_count, const void *bytes, size_t byte_count, uint8_t out[32]) {
  struct turnpike_sha256 hash;
  uint8_t inner[32];
  begin_with_key(&hash, key, 0x36);
  turnpike_sha256_add(&hash, head, head_byte_count);
  turnpike_sha256_add(&hash, bytes, byte_count);
  turnpike_sha256_end(&hash, inner);
  begin_with_key(&hash, key, 0x5c);
  turnpike_sha256_add(&hash, inner, sizeof inner);
  turnpike_sha256_end(&hash, out);
}

void turnpike_hmac_of_label(const uint8_t key[32], const char *label, const void *bytes, size_t byte_count, uint8_t out[32]) {
  hmac(key, label, strlen(label), bytes, byte_count, out);
}

void turnpike_mac(const uint8_t key[32], uint8_t direction, uint32_t counter, const uint8_t *bytes, size_t byte_count, uint8_t out[16]) {
  uint8_t head[9], mac[32];
  head[0] = direction;
  turnpike_store(head + 1, 8, counter);
  hmac(key, head, sizeof head, bytes, byte_count, mac);
  memcpy(out, mac, 16);
}

int turnpike_equal16(const uint8_t *a, const uint8_t *b) {
  // Volatile: a compiler that saw through it could stop at the first difference.
  const volatile uint8_t *first = a, *second = b;
  unsigned difference = 0;
  for (unsigned i = 0; i < 16; i++) difference |= (unsigned)(first[i] ^ second[i]);
  return difference == 0;
}
