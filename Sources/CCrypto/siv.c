// AES-256-SIV: for what must be sealed the same way again. Off the data path, so by EVP, which allocates.

#include "CCrypto.h"

#include <limits.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

/// Encrypts or decrypts `byte_count` bytes, the tag standing at `tag`: read when decrypting, written when encrypting.
static bool siv(bool encrypts, const void *key, const void *associated, size_t associated_byte_count, const void *in,
                size_t byte_count, void *out, void *tag) {
  if (byte_count == 0 || byte_count > INT_MAX || associated_byte_count == 0 || associated_byte_count > INT_MAX) {
    return false;
  }
  bool succeeded = false;
  int written = 0;
  EVP_CIPHER *const cipher = EVP_CIPHER_fetch(NULL, "AES-256-SIV", NULL);
  EVP_CIPHER_CTX *const context = EVP_CIPHER_CTX_new();
  if (cipher == NULL || context == NULL) goto end;
  if (EVP_CipherInit_ex2(context, cipher, key, NULL, encrypts ? 1 : 0, NULL) != 1) goto end;
  if (!encrypts && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, TP_SIV_TAG_BYTE_COUNT, tag) != 1) goto end;
  if (EVP_CipherUpdate(context, NULL, &written, associated, (int)associated_byte_count) != 1) goto end;
  if (EVP_CipherUpdate(context, out, &written, in, (int)byte_count) != 1 || written != (int)byte_count) goto end;
  if (EVP_CipherFinal_ex(context, out, &written) != 1 || written != 0) goto end;
  if (encrypts && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, TP_SIV_TAG_BYTE_COUNT, tag) != 1) goto end;
  succeeded = true;
end:
  EVP_CIPHER_CTX_free(context);
  EVP_CIPHER_free(cipher);
  if (!succeeded) OPENSSL_cleanse(out, byte_count);
  return succeeded;
}

bool tp_siv_seal(const void *key, const void *associated, size_t associated_byte_count, const void *plaintext,
                 size_t byte_count, void *out) {
  uint8_t *const bytes = out;
  return siv(true, key, associated, associated_byte_count, plaintext, byte_count, bytes + TP_SIV_TAG_BYTE_COUNT, bytes);
}

bool tp_siv_open(const void *key, const void *associated, size_t associated_byte_count, const void *sealed,
                 size_t byte_count, void *out) {
  uint8_t tag[TP_SIV_TAG_BYTE_COUNT];
  const uint8_t *const bytes = sealed;
  if (byte_count < sizeof(tag)) return false;
  memcpy(tag, bytes, sizeof(tag));
  return siv(false, key, associated, associated_byte_count, bytes + sizeof(tag), byte_count - sizeof(tag), out, tag);
}
