/// Stands for a platform's own SHA-256.
#ifndef PLATFORM_SHA256_H
#define PLATFORM_SHA256_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

struct turnpike_sha256 {
  SHA256_CTX context;
};

#endif
