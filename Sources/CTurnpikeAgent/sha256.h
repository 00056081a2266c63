/// SHA-256 and HMAC-SHA256.
///
/// A platform with an engine for SHA-256 puts its own in place: TURNPIKE_SHA256_HEADER names a header (quotes included) that
/// defines `struct turnpike_sha256`, and the three functions below are then the platform's. One such struct lives on the
/// stack at a time, from `begin` to `end`; two never alternate.
#ifndef TURNPIKE_SHA256_H
#define TURNPIKE_SHA256_H

#include <stddef.h>
#include <stdint.h>

/// What the holder of a ticket answers a challenge with is made under this label.
#define TURNPIKE_PROOF_LABEL "turnpike ticket proof v1"

#ifdef TURNPIKE_SHA256_HEADER
#include TURNPIKE_SHA256_HEADER
#else
struct turnpike_sha256 {
  uint32_t state[8], words[16];
  uint32_t byte_count;
};
#endif

#ifdef __cplusplus
extern "C" {
#endif

void turnpike_sha256_begin(struct turnpike_sha256 *hash);
void turnpike_sha256_add(struct turnpike_sha256 *hash, const void *bytes, size_t byte_count);
void turnpike_sha256_end(struct turnpike_sha256 *hash, uint8_t digest[32]);

/// HMAC of `label` (ASCII, without its terminator) followed by `bytes`. A shorter key has zeros at its end, as HMAC itself would
/// have it; `out` may be `key`.
void turnpike_hmac_of_label(const uint8_t key[32], const char *label, const void *bytes, size_t byte_count, uint8_t out[32]);

/// The MAC of a frame: `direction` is 0 from the client, 1 from the broker.
void turnpike_mac(const uint8_t key[32], uint8_t direction, uint32_t counter, const uint8_t *bytes, size_t byte_count, uint8_t out[16]);

/// Whether 16 bytes are the same, in a time that says nothing of where they differ.
int turnpike_equal16(const uint8_t *a, const uint8_t *b);

#ifdef __cplusplus
}
#endif

#endif
