/// What both shims need: the next function of a name, and whether a call is about a file below the directory that is watched.
///
/// Nothing is remembered per descriptor. /proc tells the path of each one when it is asked, so that duplicates, descriptors that
/// were opened by an unusual function, and numbers that are used again are all seen right, for about a microsecond a call.
#pragma once
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/// The function that this one stands in front of: the next shim's, or the C library's.
#define REAL(name) \
  ({ \
    static typeof(&name) real; \
    if (!real) real = (typeof(&name))dlsym(RTLD_NEXT, #name); \
    real; \
  })

/// The mode of an open, which is only passed when a file may be made.
#define OPEN_MODE(flags) \
  ({ \
    mode_t mode = 0; \
    if (__OPEN_NEEDS_MODE(flags)) { \
      va_list rest; \
      va_start(rest, flags); \
      mode = va_arg(rest, mode_t); \
      va_end(rest); \
    } \
    mode; \
  })

/// A function under a second name.
#define SAME_AS(name) __attribute__((alias(name)))

/// A test whose shim does not know what happened must not go on.
__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vdprintf(STDERR_FILENO, format, arguments);
  va_end(arguments);
  abort();
}

/// How many bytes a vectored write is to write.
static size_t total(const struct iovec *vectors, int count) {
  size_t sum = 0;
  for (int index = 0; index < count; index++) sum += vectors[index].iov_len;
  return sum;
}

/// The path that an environment variable names, without symbolic links.
static const char *directory_of(const char *variable) {
  const char *value = getenv(variable);
  char *path = value ? realpath(value, NULL) : NULL;
  if (!path) die("shim: %s must name a directory\n", variable);
  return path;
}

/// The path of an open file below `root` (without the root itself, unless `or_root`), relative to it; NULL for all else.
static const char *path_below(const char *root, int file, bool or_root, char path[PATH_MAX]) {
  char link[32];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  size_t root_length = strlen(root);
  if (length < (ssize_t)root_length || memcmp(path, root, root_length) != 0) return NULL;
  path[length] = 0;
  if (path[root_length] == '/') return path + root_length + 1;
  return or_root && path[root_length] == 0 ? path + root_length : NULL;
}

/// A name in a directory below the root, which may not exist. `parent` is open while the place is in use.
struct place {
  int parent;
  ino_t directory;
  char name[NAME_MAX + 1];
  char path[PATH_MAX];  // relative to the root
};

/// Finds the place that a path names. False, and nothing is open, when it is not below the root, or when its directory does not
/// exist: the real call then says so.
static bool find_place(const char *root, struct place *place, int at, const char *path) {
  char copy[PATH_MAX], parent_path[PATH_MAX];
  if (snprintf(copy, sizeof copy, "%s", path) >= (int)sizeof copy) return false;
  for (char *end = copy + strlen(copy); end > copy + 1 && end[-1] == '/';) *--end = 0;
  char *slash = strrchr(copy, '/');
  const char *name = slash ? slash + 1 : copy;
  if (snprintf(place->name, sizeof place->name, "%s", name) >= (int)sizeof place->name) return false;
  if (slash) slash[slash == copy] = 0;
  place->parent = REAL(openat)(at, slash ? copy : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (place->parent < 0) return false;
  struct stat status;
  const char *parent = path_below(root, place->parent, true, parent_path);
  if (!parent || fstat(place->parent, &status) != 0) {
    close(place->parent);
    return false;
  }
  place->directory = status.st_ino;
  int length = snprintf(place->path, PATH_MAX, "%s%s%s", parent, *parent ? "/" : "", place->name);
  if (length >= PATH_MAX) die("shim: a path too long\n");
  return true;
}
