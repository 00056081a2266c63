#include "../../Sources/CTurnpikeAgent/sha256.h"

void turnpike_sha256_begin(struct turnpike_sha256 *hash) { SHA256_Init(&hash->context); }
void turnpike_sha256_add(struct turnpike_sha256 *hash, const void *bytes, size_t byte_count) {
  SHA256_Update(&hash->context, bytes, byte_count);
}
void turnpike_sha256_end(struct turnpike_sha256 *hash, uint8_t digest[32]) { SHA256_Final(digest, &hash->context); }
