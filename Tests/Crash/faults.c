/// Lets chosen calls on files below FAULTS_DIR fail: LD_PRELOAD this with FAULTS, rules with spaces between them.
///
///     call:fault@first        fdatasync:EIO@37
///     call:fault@first-       pwrite:ENOSPC@100-
///     call:fault@first-last   fdatasync:stall=5000ms@20-22
///
/// call   open (that may make a file) write pwrite writev pwritev ftruncate fallocate fdatasync fsync rename
///        each with its variants (pwrite64, openat, renameat, posix_fallocate), each counted from 1 by itself
/// fault  EIO ENOSPC EDQUOT EINTR EROFS: the call does nothing and fails
///        short: a write writes half, rounded down, and says so; writes of one byte are left alone
///        stall=Nms: the call is made after that time
///
/// FAULTS_REPORT names a file that has, from the start on and when a call has got its fault (a stall: when it begins), each rule
/// with the number of its faults so far. The first rule that fits a call is used.
#include "shim.h"

#include <time.h>

#define RULE_COUNT_MAX 32

enum call { OPEN, WRITE, PWRITE, WRITEV, PWRITEV, FTRUNCATE, FALLOCATE, FDATASYNC, FSYNC, RENAME, CALL_COUNT };

static const char *const call_names[CALL_COUNT] = {
  "open", "write", "pwrite", "writev", "pwritev", "ftruncate", "fallocate", "fdatasync", "fsync", "rename"};

static const struct {
  const char *name;
  int error;
} errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR}, {"EROFS", EROFS}};

struct rule {
  const char *text;
  enum call call;
  int error;  // or 0
  bool is_short;
  long stall_milliseconds;
  unsigned long first, last, fault_count;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *root;
static int report;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
// Below the lock, once they are read.
static struct rule rules[RULE_COUNT_MAX];
static int rule_count;
static unsigned long call_counts[CALL_COUNT];

// Rules.

static bool read_rule(const char *text, struct rule *rule) {
  char call[16], fault[32], dash = 0, extra;
  *rule = (struct rule){.text = text, .last = ULONG_MAX};
  int count = sscanf(text, "%15[a-z]:%31[^@]@%lu%c%lu%c", call, fault, &rule->first, &dash, &rule->last, &extra);
  if (count < 3 || count > 5 || (count > 3 && dash != '-') || rule->first == 0) return false;
  if (count == 3) rule->last = rule->first;
  while (rule->call < CALL_COUNT && strcmp(call, call_names[rule->call]) != 0) rule->call++;
  for (size_t index = 0; index < sizeof errors / sizeof *errors; index++) {
    if (strcmp(fault, errors[index].name) == 0) rule->error = errors[index].error;
  }
  rule->is_short = strcmp(fault, "short") == 0 && rule->call >= WRITE && rule->call <= PWRITEV;
  char unit = 0;
  if (sscanf(fault, "stall=%ldm%c%c", &rule->stall_milliseconds, &unit, &extra) != 2 || unit != 's') rule->stall_milliseconds = 0;
  return rule->call < CALL_COUNT && (rule->error || rule->is_short || rule->stall_milliseconds > 0);
}

static void write_report(void) {
  char text[4096];
  int length = 0;
  for (struct rule *rule = rules; rule < rules + rule_count; rule++) {
    length += snprintf(text + length, sizeof text - length, "%s %lu\n", rule->text, rule->fault_count);
    if (length >= (int)sizeof text) die("faults: the rules are too long\n");
  }
  // In one call: whoever reads it sees whole lines, and numbers only grow longer.
  if (REAL(pwrite)(report, text, length, 0) != length) die("faults: cannot write the report\n");
}

static void begin(void) {
  root = directory_of("FAULTS_DIR");
  const char *text = getenv("FAULTS"), *path = getenv("FAULTS_REPORT");
  report = path ? REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;
  if (!text || report < 0) die("faults: FAULTS and FAULTS_REPORT must be set\n");
  char *rest = strdup(text);
  for (char *word; (word = strsep(&rest, " "));) {
    if (!*word) continue;
    if (rule_count == RULE_COUNT_MAX || !read_rule(word, &rules[rule_count++])) die("faults: not a rule: %s\n", word);
  }
  write_report();
}

/// Counts a call on a watched file: what is to happen to it. `byte_count` is 0 for what writes none.
static struct rule count_call(enum call call, size_t byte_count) {
  struct rule fault = {.error = 0};
  pthread_mutex_lock(&mutex);
  unsigned long number = ++call_counts[call];
  for (struct rule *rule = rules; rule < rules + rule_count; rule++) {
    bool fits = rule->call == call && rule->first <= number && number <= rule->last && (!rule->is_short || byte_count > 1);
    if (!fits) continue;
    rule->fault_count++;
    fault = *rule;
    write_report();
    break;
  }
  pthread_mutex_unlock(&mutex);
  // Not below the lock: others go on meanwhile.
  if (fault.stall_milliseconds) {
    struct timespec left = {fault.stall_milliseconds / 1000, fault.stall_milliseconds % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) continue;
  }
  if (fault.error) errno = fault.error;
  return fault;
}

static struct rule fault_of(enum call call, int file, size_t byte_count) {
  char path[PATH_MAX];
  struct stat status;
  // A socket costs no more than this.
  if (fstat(file, &status) != 0 || !(S_ISREG(status.st_mode) || S_ISDIR(status.st_mode))) return (struct rule){.error = 0};
  pthread_once(&once, begin);
  return path_below(root, file, true, path) ? count_call(call, byte_count) : (struct rule){.error = 0};
}

static struct rule fault_at(enum call call, int at, const char *path) {
  struct place place;
  pthread_once(&once, begin);
  if (!find_place(root, &place, at, path)) return (struct rule){.error = 0};
  close(place.parent);
  return count_call(call, 0);
}

// Writes.

ssize_t write(int file, const void *bytes, size_t count) {
  struct rule fault = fault_of(WRITE, file, count);
  return fault.error ? -1 : REAL(write)(file, bytes, fault.is_short ? count / 2 : count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  struct rule fault = fault_of(PWRITE, file, count);
  return fault.error ? -1 : REAL(pwrite)(file, bytes, fault.is_short ? count / 2 : count, offset);
}

/// Halves what is written: the vectors that are left, the last of them cut, in `some`.
static int halve(struct iovec *some, const struct iovec *vectors, size_t byte_count) {
  size_t left = byte_count / 2;
  int count = 0;
  for (; left > 0; count++) {
    some[count] = vectors[count];
    if (some[count].iov_len > left) some[count].iov_len = left;
    left -= some[count].iov_len;
  }
  return count;
}

ssize_t writev(int file, const struct iovec *vectors, int count) {
  struct iovec some[IOV_MAX];
  size_t byte_count = total(vectors, count);
  struct rule fault = fault_of(WRITEV, file, byte_count);
  if (fault.error) return -1;
  return fault.is_short ? REAL(writev)(file, some, halve(some, vectors, byte_count)) : REAL(writev)(file, vectors, count);
}

ssize_t pwritev2(int file, const struct iovec *vectors, int count, off_t offset, int flags) {
  struct iovec some[IOV_MAX];
  size_t byte_count = total(vectors, count);
  struct rule fault = fault_of(PWRITEV, file, byte_count);
  if (fault.error) return -1;
  return fault.is_short ? REAL(pwritev2)(file, some, halve(some, vectors, byte_count), offset, flags)
                        : REAL(pwritev2)(file, vectors, count, offset, flags);
}

ssize_t pwritev(int file, const struct iovec *vectors, int count, off_t offset) {
  return pwritev2(file, vectors, count, offset, 0);
}

// The others.

int ftruncate(int file, off_t size) { return fault_of(FTRUNCATE, file, 0).error ? -1 : REAL(ftruncate)(file, size); }

int fallocate(int file, int mode, off_t offset, off_t length) {
  return fault_of(FALLOCATE, file, 0).error ? -1 : REAL(fallocate)(file, mode, offset, length);
}

/// The one that returns its error.
int posix_fallocate(int file, off_t offset, off_t length) {
  int error = fault_of(FALLOCATE, file, 0).error;
  return error ? error : REAL(posix_fallocate)(file, offset, length);
}

int fsync(int file) { return fault_of(FSYNC, file, 0).error ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return fault_of(FDATASYNC, file, 0).error ? -1 : REAL(fdatasync)(file); }

int openat(int at, const char *path, int flags, ...) {
  if ((flags & O_CREAT) && fault_at(OPEN, at, path).error) return -1;
  return REAL(openat)(at, path, flags, OPEN_MODE(flags));
}

int open(const char *path, int flags, ...) { return openat(AT_FDCWD, path, flags, OPEN_MODE(flags)); }
int creat(const char *path, mode_t mode) { return openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int renameat2(int at, const char *path, int at_to, const char *path_to, unsigned flags) {
  return fault_at(RENAME, at_to, path_to).error ? -1 : REAL(renameat2)(at, path, at_to, path_to, flags);
}

int renameat(int at, const char *path, int at_to, const char *path_to) { return renameat2(at, path, at_to, path_to, 0); }
int rename(const char *path, const char *path_to) { return renameat2(AT_FDCWD, path, AT_FDCWD, path_to, 0); }

// The same functions under the names that programs with 64-bit offsets call.

int open64(const char *path, int flags, ...) SAME_AS("open");
int openat64(int at, const char *path, int flags, ...) SAME_AS("openat");
int creat64(const char *path, mode_t mode) SAME_AS("creat");
ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) SAME_AS("pwrite");
ssize_t pwritev64(int file, const struct iovec *vectors, int count, off64_t offset) SAME_AS("pwritev");
ssize_t pwritev64v2(int file, const struct iovec *vectors, int count, off64_t offset, int flags) SAME_AS("pwritev2");
int ftruncate64(int file, off64_t size) SAME_AS("ftruncate");
int fallocate64(int file, int mode, off64_t offset, off64_t length) SAME_AS("fallocate");
int posix_fallocate64(int file, off64_t offset, off64_t length) SAME_AS("posix_fallocate");
