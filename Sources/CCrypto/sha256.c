// SHA-256 and HMAC-SHA256 on OpenSSL's compression function (SHA-NI where the processor has it).
//
// A message of up to 55 bytes fits one padded block: it is laid out here and compressed once, which skips the bookkeeping
// of SHA256_Update and SHA256_Final. Longer messages go through those.

// The low-level functions are deprecated in favour of EVP; CCrypto.h says why they are used.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "CCrypto.h"

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/sha.h>

enum {
  block_byte_count = 64,
  length_byte_count = 8,
  one_block_byte_count_max = TP_SHA256_ONE_BLOCK_BYTE_COUNT_MAX
};

// C99 has no _Static_assert: an array of negative size does it.
typedef char one_block_message_leaves_room_for_its_padding
    [one_block_byte_count_max + 1 + length_byte_count == block_byte_count ? 1 : -1];
typedef char digest_is_as_large_as_openssl_writes[TP_SHA256_BYTE_COUNT == SHA256_DIGEST_LENGTH ? 1 : -1];
typedef char state_word_has_32_bits[sizeof(SHA_LONG) == sizeof(uint32_t) ? 1 : -1];
typedef char key_is_one_cache_line[sizeof(tp_hmac_key) == 64 ? 1 : -1];

/// What every step of a hash chain begins with.
static const char chain_label[] = "turnpike hash chain v1";
typedef char chain_label_has_22_bytes[sizeof(chain_label) - 1 == 22 ? 1 : -1];

/// The state SHA-256 starts from (FIPS 180-4, 5.3.3).
static const uint32_t initial_state[8] = {
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};

static void store_big_endian(uint8_t *out, uint32_t word) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  word = __builtin_bswap32(word);
#endif
  memcpy(out, &word, sizeof(word));
}

/// memcpy that accepts NULL for nothing.
static void append(uint8_t *out, const void *bytes, size_t byte_count) {
  if (byte_count != 0) memcpy(out, bytes, byte_count);
}

/// 16 bytes that are written at once. The compression reads its block in such pieces, and what was written just before in smaller
/// ones it has to wait for: until all that is written is in the cache.
typedef uint64_t word_pair __attribute__((vector_size(16)));

/// The number whose bytes in memory are those of `word`, little-endian.
static inline uint64_t little_endian(uint64_t word) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  return word;
#else
  return __builtin_bswap64(word);
#endif
}

/// The number whose eight bytes in memory are words `index` and `index` + 1 of a digest.
static inline uint64_t digest_word(const SHA256_CTX *context, int index) {
  return little_endian((uint64_t)__builtin_bswap32(context->h[index + 1]) << 32 | __builtin_bswap32(context->h[index]));
}

/// The 16 last bytes of a padded block: zeros, and the length in bits.
static inline word_pair length_pair(size_t byte_count) {
  return (word_pair){0, little_endian(__builtin_bswap64((uint64_t)byte_count * 8))};
}

/// Finishes a digest whose `state` has absorbed one block and which 32 bytes follow.
static inline void finish_32(const uint32_t state[8], word_pair first, word_pair second, SHA256_CTX *context) {
  const word_pair block[4] = {first, second, {little_endian(0x80), 0}, length_pair(block_byte_count + 32)};
  memcpy(context->h, state, sizeof(context->h));
  SHA256_Transform(context, (const uint8_t *)block);
}

/// The first 16 bytes of the HMAC of a message of 32 bytes, as a note has.
static void hmac128_of_32(const tp_hmac_key *key, const void *message, void *out) {
  SHA256_CTX context;
  word_pair pairs[2];
  memcpy(pairs, message, sizeof(pairs));
  finish_32(key->inner, pairs[0], pairs[1], &context);
  const word_pair first = {digest_word(&context, 0), digest_word(&context, 2)};
  const word_pair second = {digest_word(&context, 4), digest_word(&context, 6)};
  finish_32(key->outer, first, second, &context);
  const word_pair tag = {digest_word(&context, 0), digest_word(&context, 2)};
  memcpy(out, &tag, sizeof(tag));
}

/// Finishes a digest: `state` has absorbed `absorbed_byte_count` bytes (whole blocks), `a` and then `b` follow.
static void finish(const uint32_t state[8], size_t absorbed_byte_count, const void *a, size_t a_byte_count,
                   const void *b, size_t b_byte_count, uint8_t out[TP_SHA256_BYTE_COUNT]) {
  SHA256_CTX context;
  memcpy(context.h, state, sizeof(context.h));

  // Two comparisons, so that the sum can't wrap.
  if (a_byte_count <= one_block_byte_count_max && b_byte_count <= one_block_byte_count_max - a_byte_count) {
    uint8_t block[block_byte_count] = {0};
    const size_t byte_count = a_byte_count + b_byte_count;
    append(block, a, a_byte_count);
    append(block + a_byte_count, b, b_byte_count);
    block[byte_count] = 0x80;
    // At most 64 + 55 bytes are hashed on this path: the length in bits fits the last two bytes.
    const size_t bit_count = (absorbed_byte_count + byte_count) * 8;
    block[62] = (uint8_t)(bit_count >> 8);
    block[63] = (uint8_t)bit_count;
    SHA256_Transform(&context, block);
    for (int i = 0; i < 8; i++) store_big_endian(out + 4 * i, context.h[i]);
    return;
  }
  context.Nl = (SHA_LONG)(absorbed_byte_count * 8);
  context.Nh = 0;
  context.num = 0;
  context.md_len = SHA256_DIGEST_LENGTH;
  if (a_byte_count != 0) SHA256_Update(&context, a, a_byte_count);
  if (b_byte_count != 0) SHA256_Update(&context, b, b_byte_count);
  SHA256_Final(out, &context);
}

void tp_sha256(const void *bytes, size_t byte_count, void *out) {
  finish(initial_state, 0, bytes, byte_count, NULL, 0, out);
}

void tp_sha256_prefixed(const void *prefix, size_t prefix_byte_count, const void *bytes, size_t byte_count, void *out) {
  finish(initial_state, 0, prefix, prefix_byte_count, bytes, byte_count, out);
}

tp_chain_word tp_chain_back(uint64_t lease, uint32_t chain, uint32_t index, uint32_t step_count, tp_chain_word word) {
  // 54 bytes: label 22 | lease 8 | chain 4 | index 4 | word 16, laid out in eight numbers.
  uint64_t labels[3] = {0};
  memcpy(labels, chain_label, sizeof(chain_label) - 1);
  const word_pair first = {labels[0], labels[1]};
  const word_pair second = {
    little_endian(little_endian(labels[2]) | lease << 48), little_endian(lease >> 16 | (uint64_t)chain << 48)};
  for (; step_count != 0; step_count--, index--) {
    const word_pair third = {
      little_endian(chain >> 16 | (uint64_t)index << 16 | word.low << 48),
      little_endian(word.low >> 16 | word.high << 48)};
    word_pair fourth = length_pair(54);
    fourth[0] = little_endian(word.high >> 16 | UINT64_C(0x80) << 48);
    const word_pair block[4] = {first, second, third, fourth};
    SHA256_CTX context;
    memcpy(context.h, initial_state, sizeof(context.h));
    SHA256_Transform(&context, (const uint8_t *)block);
    word.low = little_endian(digest_word(&context, 0));
    word.high = little_endian(digest_word(&context, 2));
  }
  return word;
}

/// The state after one block of the padded secret, each byte combined with `pad`.
static void midstate(uint32_t state[8], const uint8_t padded_secret[block_byte_count], uint8_t pad) {
  SHA256_CTX context;
  uint8_t block[block_byte_count];
  for (int i = 0; i < block_byte_count; i++) block[i] = padded_secret[i] ^ pad;
  memcpy(context.h, initial_state, sizeof(context.h));
  SHA256_Transform(&context, block);
  memcpy(state, context.h, sizeof(context.h));
  OPENSSL_cleanse(block, sizeof(block));
  OPENSSL_cleanse(&context, sizeof(context));
}

void tp_hmac_init(tp_hmac_key *key, const void *secret, size_t byte_count) {
  uint8_t padded[block_byte_count] = {0};
  if (byte_count > block_byte_count) {
    tp_sha256(secret, byte_count, padded);
  } else {
    append(padded, secret, byte_count);
  }
  midstate(key->inner, padded, 0x36);
  midstate(key->outer, padded, 0x5c);
  OPENSSL_cleanse(padded, sizeof(padded));
}

void tp_hmac_prefixed(const tp_hmac_key *key, const void *prefix, size_t prefix_byte_count, const void *message,
                      size_t byte_count, void *out) {
  uint8_t inner[TP_SHA256_BYTE_COUNT];
  finish(key->inner, block_byte_count, prefix, prefix_byte_count, message, byte_count, inner);
  finish(key->outer, block_byte_count, inner, sizeof(inner), NULL, 0, out);
}

void tp_hmac128(const tp_hmac_key *key, const void *message, size_t byte_count, void *out) {
  if (byte_count == 32) {
    hmac128_of_32(key, message, out);
    return;
  }
  tp_hmac128_prefixed(key, NULL, 0, message, byte_count, out);
}

void tp_hmac128_prefixed(const tp_hmac_key *key, const void *prefix, size_t prefix_byte_count, const void *message,
                         size_t byte_count, void *out) {
  uint8_t whole[TP_SHA256_BYTE_COUNT];
  tp_hmac_prefixed(key, prefix, prefix_byte_count, message, byte_count, whole);
  memcpy(out, whole, TP_TAG_BYTE_COUNT);
}
