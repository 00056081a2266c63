// Random bytes, comparison in constant time, and wiping of secrets.

// getentropy is not in C99.
#define _DEFAULT_SOURCE

#include "CCrypto.h"

#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include <openssl/crypto.h>

/// The most that one call of getentropy gives.
enum { entropy_byte_count_max = 256 };

bool tp_random(void *out, size_t byte_count) {
  uint8_t *bytes = out;
  while (byte_count > 0) {
    const size_t part = byte_count < entropy_byte_count_max ? byte_count : entropy_byte_count_max;
    if (getentropy(bytes, part) != 0) return false;
    bytes += part;
    byte_count -= part;
  }
  return true;
}

bool tp_equal(const void *a, const void *b, size_t byte_count) {
  return byte_count == 0 || CRYPTO_memcmp(a, b, byte_count) == 0;
}

void tp_cleanse(void *bytes, size_t byte_count) {
  if (byte_count != 0) OPENSSL_cleanse(bytes, byte_count);
}
