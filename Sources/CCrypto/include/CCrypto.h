/// The few cryptographic primitives of Turnpike, over OpenSSL's libcrypto.
///
/// Nothing here keeps global state, allocates, or needs an initialisation call (`tp_hmac512` and what follows it do
/// allocate); every function may be called from any thread as long as two calls do not write to the same memory. Sizes are
/// in bytes. A message of size 0 may be NULL; no other pointer may be. Outputs may be unaligned; none may overlap an input
/// unless the function says so.
///
/// Why the low-level SHA-256 functions and not EVP: a one-shot `SHA256()` or `HMAC()` of OpenSSL 3 looks its provider up
/// on every call, which costs 5 to 20 times the hash of a short message.
#ifndef TURNPIKE_CCRYPTO_H
#define TURNPIKE_CCRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__clang__)
#define TP_NONNULL _Nonnull
#define TP_NULLABLE _Nullable
#else
#define TP_NONNULL
#define TP_NULLABLE
#endif

#if defined(__cplusplus)
extern "C" {
#endif

/// Size of a SHA-256 digest and of an HMAC-SHA256.
#define TP_SHA256_BYTE_COUNT 32
/// Size of a truncated HMAC, of a SipHash and of its key.
#define TP_TAG_BYTE_COUNT 16
/// Size of an HMAC-SHA512.
#define TP_SHA512_BYTE_COUNT 64
/// Size of the key of AES-256-SIV, which is two of AES-256.
#define TP_SIV_KEY_BYTE_COUNT 64
/// What AES-SIV adds to a plaintext: its tag, which is the synthetic nonce too.
#define TP_SIV_TAG_BYTE_COUNT 16
/// The longest message that `tp_sha256` and the HMACs process with a single compression of SHA-256 each.
#define TP_SHA256_ONE_BLOCK_BYTE_COUNT_MAX 55

/// Writes the 32-byte SHA-256 of `bytes` to `out`. `out` may be the same memory as `bytes` (a step of a hash chain).
void tp_sha256(const void *TP_NULLABLE bytes, size_t byte_count, void *TP_NONNULL out);

/// As `tp_sha256`, of `prefix` followed by `bytes`, without the caller joining them.
void tp_sha256_prefixed(const void *TP_NULLABLE prefix, size_t prefix_byte_count, const void *TP_NULLABLE bytes,
                        size_t byte_count, void *TP_NONNULL out);

/// The 16 bytes of a word of a hash chain, as two little-endian numbers.
typedef struct tp_chain_word {
  uint64_t low;
  uint64_t high;
} tp_chain_word;

/// Goes back in a hash chain: from word number `index` gives word number `index` - `step_count`, which is at least 0. One step back from
/// word i is the first 16 bytes of SHA-256("turnpike hash chain v1" || lease, 8 bytes || chain, 4 || i, 4 || word i, 16), numbers
/// little-endian: a single compression.
tp_chain_word tp_chain_back(uint64_t lease, uint32_t chain, uint32_t index, uint32_t step_count, tp_chain_word word);

/// A key of HMAC-SHA256 as the two SHA-256 states after the padded key: one cache line, secret, copyable as plain memory.
typedef struct tp_hmac_key {
  uint32_t inner[8];
  uint32_t outer[8];
} tp_hmac_key;

/// Makes `key` from a secret of any size (RFC 2104: a secret over 64 bytes is hashed first).
void tp_hmac_init(tp_hmac_key *TP_NONNULL key, const void *TP_NULLABLE secret, size_t byte_count);

/// Writes the 32-byte HMAC-SHA256 of `prefix` followed by `message`, without the caller joining them, to `out`.
void tp_hmac_prefixed(const tp_hmac_key *TP_NONNULL key, const void *TP_NULLABLE prefix, size_t prefix_byte_count,
                      const void *TP_NULLABLE message, size_t byte_count, void *TP_NONNULL out);

/// Writes the first 16 bytes of the HMAC-SHA256 of `message` to `out`.
void tp_hmac128(const tp_hmac_key *TP_NONNULL key, const void *TP_NULLABLE message, size_t byte_count,
                void *TP_NONNULL out);

/// As `tp_hmac128`, of `prefix` followed by `message`.
void tp_hmac128_prefixed(const tp_hmac_key *TP_NONNULL key, const void *TP_NULLABLE prefix, size_t prefix_byte_count,
                         const void *TP_NULLABLE message, size_t byte_count, void *TP_NONNULL out);

/// Writes the 16-byte SipHash-2-4-128 of `message` under the 16-byte key at `key` to `out`.
void tp_siphash128(const void *TP_NONNULL key, const void *TP_NULLABLE message, size_t byte_count,
                   void *TP_NONNULL out);

/// Fills `out` from the operating system's generator. False when it has none: nothing of `out` may be used then.
bool tp_random(void *TP_NULLABLE out, size_t byte_count) __attribute__((warn_unused_result));

/// Whether two blocks of the same size are equal, in a time that depends on the size only.
bool tp_equal(const void *TP_NULLABLE a, const void *TP_NULLABLE b, size_t byte_count);

/// Overwrites a secret with zeros in a way the compiler can't remove.
void tp_cleanse(void *TP_NULLABLE bytes, size_t byte_count);

/// Writes the 64-byte HMAC-SHA512 of `message` to `out`. False: no memory, or a key over 2 GB.
bool tp_hmac512(const void *TP_NULLABLE key, size_t key_byte_count, const void *TP_NULLABLE message, size_t byte_count,
                void *TP_NONNULL out) __attribute__((warn_unused_result));

/// Writes 64 bytes of PBKDF2-HMAC-SHA512 (RFC 8018) to `out`. False: no memory, a size over 2 GB, or no round.
bool tp_pbkdf2_sha512(const void *TP_NULLABLE password, size_t password_byte_count, const void *TP_NULLABLE salt,
                      size_t salt_byte_count, uint32_t round_count, void *TP_NONNULL out)
    __attribute__((warn_unused_result));

/// AES-256-SIV (RFC 5297) with one string of associated data and the key of 64 bytes at `key`: writes the tag of 16
/// bytes and the ciphertext, of `byte_count` bytes, to `out`. False: no memory, or one of both sizes is 0 or over 2
/// GB. (OpenSSL takes empty associated data for none up to 3.0.9, and for a string later: so there must be some.)
bool tp_siv_seal(const void *TP_NONNULL key, const void *TP_NONNULL associated, size_t associated_byte_count,
                 const void *TP_NONNULL plaintext, size_t byte_count, void *TP_NONNULL out)
    __attribute__((warn_unused_result));

/// Opens the `byte_count` bytes that `tp_siv_seal` wrote, and writes the plaintext, 16 bytes less, to `out`. False:
/// they are not what that key and associated data made; `out` has zeros then.
bool tp_siv_open(const void *TP_NONNULL key, const void *TP_NONNULL associated, size_t associated_byte_count,
                 const void *TP_NONNULL sealed, size_t byte_count, void *TP_NONNULL out)
    __attribute__((warn_unused_result));

#if defined(__cplusplus)
}
#endif

#endif
