// The file of the hook leases that are open: what has to be shut when guardian and agent were both killed.
//
//   turnpike hook leases 1
//   LEASE EPOCH UNITS          one line each
//   end CHECKSUM               of all before this line
//
// It is replaced whole. A file without its last line, or with another sum, is damaged.

#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char head[] = "turnpike hook leases 1\n";
enum {
  PATH_BYTES = 4096,
  /// Three numbers of 20 digits at most.
  ENTRY_BYTES = 64,
};

static char text[LEASE_COUNT_MAX * ENTRY_BYTES + 2 * ENTRY_BYTES];

static bool beside(char path[PATH_BYTES], const char *state, const char *suffix) {
  const int length = snprintf(path, PATH_BYTES, "%s%s", state, suffix);
  return length > 0 && length < PATH_BYTES;
}

bool state_lock(const char *state, uint64_t milliseconds) {
  char path[PATH_BYTES];
  if (!beside(path, state, ".lock")) return false;
  const int descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return false;
  const uint64_t end = now_milliseconds() + milliseconds;
  // The descriptor stays open: the lock is this process's until it ends, however it ends.
  while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if ((errno != EWOULDBLOCK && errno != EINTR) || now_milliseconds() >= end) {
      close(descriptor);
      return false;
    }
    (void)poll(NULL, 0, 20);
  }
  return true;
}

int state_read(const char *state, struct open_lease *leases, unsigned count_max) {
  const int descriptor = open(state, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return errno == ENOENT ? 0 : -1;
  size_t length = 0;
  ssize_t count;
  while ((count = read(descriptor, text + length, sizeof text - 1 - length)) > 0) length += (size_t)count;
  close(descriptor);
  text[length] = '\0';
  if (count < 0 || strlen(text) != length || strncmp(text, head, sizeof head - 1) != 0) return -1;
  unsigned found = 0;
  const char *at = text + sizeof head - 1;
  while (strncmp(at, "end ", 4) != 0) {
    struct open_lease lease;
    int used = 0;
    if (sscanf(at, "%20" SCNu64 " %20" SCNu64 " %20" SCNu64 "%n", &lease.lease, &lease.epoch, &lease.units, &used) != 3) return -1;
    if (at[used] != '\n' || lease.lease == 0 || found == count_max) return -1;
    leases[found++] = lease;
    at += used + 1;
  }
  uint32_t sum = 0;
  if (sscanf(at, "end %" SCNx32, &sum) != 1 || sum != checksum(text, (size_t)(at - text))) return -1;
  return (int)found;
}

static bool write_all(int descriptor, const char *bytes, size_t count) {
  while (count > 0) {
    const ssize_t taken = write(descriptor, bytes, count);
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return false;
    bytes += taken;
    count -= (size_t)taken;
  }
  return true;
}

static bool sync_folder(const char *state) {
  char path[PATH_BYTES];
  if (!beside(path, state, "")) return false;
  char *const slash = strrchr(path, '/');
  if (slash == NULL) return false;
  slash[slash == path ? 1 : 0] = '\0';
  const int descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_good = fsync(descriptor) == 0;
  close(descriptor);
  return is_good;
}

bool state_write(const char *state, bool (*next)(unsigned *at, struct open_lease *lease)) {
  char path[PATH_BYTES];
  struct open_lease lease;
  unsigned at = 0;
  size_t length = sizeof head - 1;
  memcpy(text, head, length);
  while (next(&at, &lease) && length + 2 * ENTRY_BYTES < sizeof text) {
    length += (size_t)snprintf(text + length, ENTRY_BYTES, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", lease.lease, lease.epoch, lease.units);
  }
  length += (size_t)snprintf(text + length, ENTRY_BYTES, "end %08" PRIx32 "\n", checksum(text, length));
  if (!beside(path, state, ".new")) return false;
  const int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return false;
  const bool is_written = write_all(descriptor, text, length) && fsync(descriptor) == 0;
  close(descriptor);
  return is_written && rename(path, state) == 0 && sync_folder(state);
}
