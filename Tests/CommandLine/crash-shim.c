/// Ends the process at its n-th call that could leave a trace outside: LD_PRELOAD this, with CRASH_AT=n. Without CRASH_AT it
/// only counts. With CRASH_HALF=1 a write that is the n-th is done by half first, as a full disk or a kill in the middle would.
/// The number of calls goes to the file CRASH_COUNT names, when the process ends by itself.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_long calls;

static long limit(void) {
  const char *text = getenv("CRASH_AT");
  return text ? atol(text) : 0;
}

/// True when this call is the one to die in.
static int is_last(void) {
  long number = atomic_fetch_add(&calls, 1) + 1;
  return limit() > 0 && number == limit();
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))
#define DIE_IF_LAST() \
  do { \
    if (is_last()) _exit(137); \
  } while (0)

ssize_t write(int file, const void *bytes, size_t count) {
  if (is_last()) {
    if (getenv("CRASH_HALF")) REAL(write)(file, bytes, count / 2);
    _exit(137);
  }
  return REAL(write)(file, bytes, count);
}

ssize_t writev(int file, const struct iovec *vectors, int count) {
  DIE_IF_LAST();
  return REAL(writev)(file, vectors, count);
}

ssize_t send(int file, const void *bytes, size_t count, int flags) {
  DIE_IF_LAST();
  return REAL(send)(file, bytes, count, flags);
}

ssize_t sendto(int file, const void *bytes, size_t count, int flags, const struct sockaddr *to, socklen_t length) {
  DIE_IF_LAST();
  return REAL(sendto)(file, bytes, count, flags, to, length);
}

ssize_t sendmsg(int file, const struct msghdr *message, int flags) {
  DIE_IF_LAST();
  return REAL(sendmsg)(file, message, flags);
}

int fsync(int file) {
  DIE_IF_LAST();
  return REAL(fsync)(file);
}

int fdatasync(int file) {
  DIE_IF_LAST();
  return REAL(fdatasync)(file);
}

int rename(const char *from, const char *to) {
  DIE_IF_LAST();
  return REAL(rename)(from, to);
}

int unlink(const char *path) {
  DIE_IF_LAST();
  return REAL(unlink)(path);
}

__attribute__((destructor)) static void tell(void) {
  const char *path = getenv("CRASH_COUNT");
  FILE *file = path ? fopen(path, "w") : NULL;
  if (!file) return;
  fprintf(file, "%ld\n", atomic_load(&calls));
  fclose(file);
}
