// HMAC-SHA512 and PBKDF2: what the keys of wallets are made with. Off the data path, so by EVP, which allocates.

#include "CCrypto.h"

#include <limits.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

bool tp_hmac512(const void *key, size_t key_byte_count, const void *message, size_t byte_count, void *out) {
  unsigned int written = 0;
  if (key_byte_count > INT_MAX) return false;
  // HMAC() takes a key that is NULL for the one of the call before.
  if (key_byte_count == 0) key = "";
  return HMAC(EVP_sha512(), key, (int)key_byte_count, message, byte_count, out, &written) != NULL
         && written == TP_SHA512_BYTE_COUNT;
}

bool tp_pbkdf2_sha512(const void *password, size_t password_byte_count, const void *salt, size_t salt_byte_count,
                      uint32_t round_count, void *out) {
  if (password_byte_count > INT_MAX || salt_byte_count > INT_MAX || round_count == 0 || round_count > INT_MAX) {
    return false;
  }
  return PKCS5_PBKDF2_HMAC(password, (int)password_byte_count, salt, (int)salt_byte_count, (int)round_count,
                           EVP_sha512(), TP_SHA512_BYTE_COUNT, out)
         == 1;
}
