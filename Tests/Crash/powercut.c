/// Keeps what a power failure would leave of the files below POWERCUT_DIR: LD_PRELOAD this, kill the process, and
/// `powercut.py restore` produces such a state. README.md says what is modelled.
///
/// What is kept is a log in POWERCUT_SHADOW, a directory on the same file system. Before each call that changes something, a
/// record goes there with what the change overwrites; after each sync, one that says up to where it reached. Since the log has a
/// record before its call is made, and the page cache survives the process, the process may be killed between any two
/// instructions: a record may be of a call that was not made, or that failed. Undoing such a one changes nothing.
///
/// A file whose name is removed or replaced is kept by a link in the shadow, so that it can come back; that also keeps its inode
/// number, by which the log names files, from being used again as long as the log speaks of it.
///
/// One lock, held from the record to the end of its call: what the log says first happened first. Syncs run outside it.
#include "shim.h"

#include <dirent.h>
#include <sys/file.h>
#include <sys/mman.h>

#define SECTOR 512
/// The log starts anew when nothing is unsynced and it is longer than this, so that not every commit pays for it.
#define LOG_BYTE_COUNT_MAX (1 << 20)
#define UNSYNCED_COUNT_MAX 4096
#define FOR_EVER UINT64_MAX

/// powercut.py reads the same numbers and the same layout.
enum kind { WRITE = 1, CUT, CREATE, MKDIR, UNLINK, RENAME, SYNC, SYNC_FAILED };

struct record {
  uint32_t kind;
  uint32_t byte_count;   // of what follows: old content from the sector of `offset` on, or the paths of an operation
  uint64_t sequence;     // counts records, over all lives since the last restore
  uint64_t inode;        // what is written, synced, renamed, unlinked
  uint64_t offset;       // WRITE, CUT: where it begins
  uint64_t length;       // WRITE, CUT: and how far it goes
  uint64_t size;         // WRITE, CUT: of the file before
  uint64_t upto;         // SYNC: the last record that it may cover
  uint64_t directory;    // CREATE to RENAME: the inode of the directory
  uint64_t directory_to; // RENAME
  uint64_t replaced;     // RENAME: the inode that the new name had before, or 0
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static const char *root;

// Below the lock.
static int shadow, log_file = -1;
static uint64_t sequence, log_byte_count;
/// Files and directories with unsynced changes, and the last record about each.
static struct unsynced {
  uint64_t inode, last;
} unsynced[UNSYNCED_COUNT_MAX];
static int unsynced_count;

// The log.

static struct unsynced *find_unsynced(uint64_t inode) {
  for (int index = 0; index < unsynced_count; index++) {
    if (unsynced[index].inode == inode) return &unsynced[index];
  }
  return NULL;
}

static void mark(uint64_t inode, uint64_t last) {
  struct unsynced *entry = find_unsynced(inode);
  if (!entry) {
    if (unsynced_count == UNSYNCED_COUNT_MAX) die("powercut: more than %d unsynced files\n", UNSYNCED_COUNT_MAX);
    entry = &unsynced[unsynced_count++];
    *entry = (struct unsynced){inode, 0};
  }
  if (entry->last < last) entry->last = last;
}

/// Keeps `unsynced` what the log says. An unlinked file stays in it, since its unlink may be lost; the log then just grows.
static void account(const struct record *record) {
  struct unsynced *entry;
  switch (record->kind) {
    case WRITE:
    case CUT: mark(record->inode, record->sequence); break;
    case RENAME: mark(record->directory_to, record->sequence); __attribute__((fallthrough));
    case CREATE:
    case MKDIR:
    case UNLINK: mark(record->directory, record->sequence); break;
    case SYNC:
      entry = find_unsynced(record->inode);
      if (entry && entry->last <= record->upto) *entry = unsynced[--unsynced_count];
      break;
    case SYNC_FAILED:
      // The kernel has dropped the pages: a later sync succeeds and covers nothing of them.
      if (find_unsynced(record->inode)) mark(record->inode, FOR_EVER);
      break;
  }
}

/// Continues the log of an earlier life: what that one left unsynced is still so. A record that is not whole was killed before
/// its call.
static void continue_log(void) {
  struct record record;
  off_t size = lseek(log_file, 0, SEEK_END);
  while (pread(log_file, &record, sizeof record, log_byte_count) == sizeof record) {
    if ((off_t)(log_byte_count + sizeof record + record.byte_count) > size) break;
    log_byte_count += sizeof record + record.byte_count;
    sequence = record.sequence;
    account(&record);
  }
  if (REAL(ftruncate)(log_file, log_byte_count) != 0) die("powercut: cannot cut the log\n");
}

static void find_root(void) { root = directory_of("POWERCUT_DIR"); }

/// Opened by the first change and not before: a program that starts the one under test, or only reads, leaves it alone.
static void open_log(void) {
  struct stat of_root, of_shadow;
  shadow = REAL(open)(directory_of("POWERCUT_SHADOW"), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (shadow < 0 || fstat(shadow, &of_shadow) != 0 || stat(root, &of_root) != 0 || of_root.st_dev != of_shadow.st_dev) {
    die("powercut: POWERCUT_SHADOW must be on the file system of POWERCUT_DIR\n");
  }
  log_file = REAL(openat)(shadow, "log", O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0 || flock(log_file, LOCK_EX | LOCK_NB) != 0) die("powercut: another process changes files below POWERCUT_DIR\n");
  continue_log();
}

static void lock(void) {
  pthread_mutex_lock(&mutex);
  if (log_file < 0) open_log();
}

static void unlock(void) { pthread_mutex_unlock(&mutex); }

static void append_bytes(const void *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = REAL(write)(log_file, bytes, count);
    if (written <= 0) die("powercut: cannot write the log: %s\n", strerror(errno));
    bytes = (const char *)bytes + written;
    count -= written;
    log_byte_count += written;
  }
}

/// Appends a record; the bytes that follow it come after it in `buffer`.
static void append(struct record *record) {
  record->sequence = ++sequence;
  append_bytes(record, sizeof *record + record->byte_count);
  account(record);
}

/// Empties the shadow. The log first: without it the links mean nothing, and no inode number is used again before they are gone.
static void start_anew(void) {
  if (REAL(ftruncate)(log_file, 0) != 0) die("powercut: cannot cut the log\n");
  log_byte_count = 0;
  DIR *directory = fdopendir(REAL(openat)(shadow, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory) die("powercut: cannot read the shadow\n");
  for (struct dirent *entry; (entry = readdir(directory));) {
    if (strncmp(entry->d_name, "held-", 5) == 0) REAL(unlinkat)(shadow, entry->d_name, 0);
  }
  closedir(directory);
}

// Content.

/// True, with its status, when an open file's changes are kept.
static bool is_watched(int file, bool or_directory, struct stat *status) {
  char path[PATH_MAX];
  // The type first: a socket costs no more than this.
  if (fstat(file, status) != 0 || !(S_ISREG(status->st_mode) || (or_directory && S_ISDIR(status->st_mode)))) return false;
  pthread_once(&once, find_root);
  return path_below(root, file, or_directory, path) != NULL;
}

/// Notes that content from `offset` to `end` is about to change.
static void note_content(enum kind kind, int file, const struct stat *status, off_t offset, off_t end) {
  static struct record *buffer;
  static size_t capacity;
  off_t from = offset / SECTOR * SECTOR;
  off_t to = (end + SECTOR - 1) / SECTOR * SECTOR;
  if (to > status->st_size) to = status->st_size;
  size_t count = to > from ? to - from : 0;
  if (!buffer || capacity < count) {
    free(buffer);
    capacity = count;
    buffer = malloc(sizeof *buffer + capacity);
    if (!buffer) die("powercut: no memory\n");
  }
  *buffer = (struct record){
    .kind = kind, .byte_count = count, .inode = status->st_ino, .offset = offset, .length = end - offset, .size = status->st_size};
  for (size_t done = 0; done < count;) {
    ssize_t got = pread(file, (char *)(buffer + 1) + done, count - done, from + done);
    if (got <= 0) die("powercut: cannot read what is overwritten: %s\n", got < 0 ? strerror(errno) : "it ends too early");
    done += got;
  }
  append(buffer);
}

/// Locks and notes a write, when the file is watched. -1 as offset: where the file stands.
static bool begin_write(int file, off_t offset, size_t count) {
  struct stat status;
  if (!is_watched(file, false, &status)) return false;
  lock();
  if (fstat(file, &status) != 0) die("powercut: cannot see what is written\n");
  if (fcntl(file, F_GETFL) & O_APPEND) {
    offset = status.st_size;
  } else if (offset < 0) {
    offset = lseek(file, 0, SEEK_CUR);
  }
  note_content(WRITE, file, &status, offset, offset + count);
  return true;
}

#define WATCHED_WRITE(file, offset, count, call) \
  bool is_locked = begin_write(file, offset, count); \
  ssize_t written = call; \
  if (is_locked) unlock(); \
  return written

ssize_t write(int file, const void *bytes, size_t count) { WATCHED_WRITE(file, -1, count, REAL(write)(file, bytes, count)); }

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  WATCHED_WRITE(file, offset, count, REAL(pwrite)(file, bytes, count, offset));
}

ssize_t writev(int file, const struct iovec *vectors, int count) {
  WATCHED_WRITE(file, -1, total(vectors, count), REAL(writev)(file, vectors, count));
}

ssize_t pwritev2(int file, const struct iovec *vectors, int count, off_t offset, int flags) {
  if (flags & (RWF_DSYNC | RWF_SYNC | RWF_APPEND)) die("powercut: pwritev2 with flags %d is not modelled\n", flags);
  WATCHED_WRITE(file, offset, total(vectors, count), REAL(pwritev2)(file, vectors, count, offset, flags));
}

ssize_t pwritev(int file, const struct iovec *vectors, int count, off_t offset) {
  return pwritev2(file, vectors, count, offset, 0);
}

int ftruncate(int file, off_t size) {
  struct stat status;
  if (!is_watched(file, false, &status)) return REAL(ftruncate)(file, size);
  lock();
  if (fstat(file, &status) != 0) die("powercut: cannot see what is cut\n");
  if (size < status.st_size) {
    note_content(CUT, file, &status, size, status.st_size);
  } else {
    note_content(WRITE, file, &status, status.st_size, status.st_size);
  }
  int result = REAL(ftruncate)(file, size);
  unlock();
  return result;
}

/// Only a file's size can change: what is allocated is not part of what can be lost.
static bool begin_allocation(int file, int mode) {
  struct stat status;
  if (!is_watched(file, false, &status)) return false;
  if (mode & ~FALLOC_FL_KEEP_SIZE) die("powercut: fallocate with mode %d is not modelled\n", mode);
  return begin_write(file, status.st_size, 0);
}

int fallocate(int file, int mode, off_t offset, off_t length) {
  bool is_locked = begin_allocation(file, mode);
  int result = REAL(fallocate)(file, mode, offset, length);
  if (is_locked) unlock();
  return result;
}

int posix_fallocate(int file, off_t offset, off_t length) {
  bool is_locked = begin_allocation(file, 0);
  int result = REAL(posix_fallocate)(file, offset, length);
  if (is_locked) unlock();
  return result;
}

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset) {
  struct stat status;
  bool writes = (flags & MAP_SHARED) && (protection & PROT_WRITE) && file >= 0;
  if (writes && is_watched(file, false, &status)) die("powercut: a shared writable mapping is not modelled\n");
  return REAL(mmap)(address, length, protection, flags, file, offset);
}

// Syncs.

static int note_sync(int file, int (*sync)(int)) {
  struct stat status;
  if (!is_watched(file, true, &status)) return sync(file);
  // It covers what was complete before it was called. What comes while it runs may be covered, so it may not.
  lock();
  uint64_t upto = sequence;
  unlock();
  int result = sync(file), error = errno;
  lock();
  append(&(struct record){.kind = result == 0 ? SYNC : SYNC_FAILED, .inode = status.st_ino, .upto = upto});
  if (unsynced_count == 0 && log_byte_count > LOG_BYTE_COUNT_MAX) start_anew();
  unlock();
  errno = error;
  return result;
}

int fsync(int file) { return note_sync(file, REAL(fsync)); }
int fdatasync(int file) { return note_sync(file, REAL(fdatasync)); }

// Operations on directories.

static bool find(struct place *place, int at, const char *path) {
  pthread_once(&once, find_root);
  return find_place(root, place, at, path);
}

/// Notes an operation about one place or two.
static void note_operation(struct record record, const struct place *place, const struct place *to) {
  struct {
    struct record record;
    char paths[2 * PATH_MAX];
  } whole = {.record = record};
  char *end = stpcpy(whole.paths, place->path) + 1;
  whole.record.directory = place->directory;
  if (to) {
    end = stpcpy(end, to->path) + 1;
    whole.record.directory_to = to->directory;
  }
  whole.record.byte_count = end - whole.paths;
  append(&whole.record);
}

/// Ends what was done at a place.
static int end_operation(struct place *place, int result) {
  int error = errno;
  close(place->parent);
  unlock();
  errno = error;
  return result;
}

static bool exists(const struct place *place, struct stat *status) {
  return fstatat(place->parent, place->name, status, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Lets a file outlive its name.
static void hold(const struct place *place, uint64_t inode) {
  char name[32];
  snprintf(name, sizeof name, "held-%lu", inode);
  // It exists when an earlier life was killed between this and its record.
  int result = REAL(linkat)(place->parent, place->name, shadow, name, 0);
  if (result != 0 && errno != EEXIST) die("powercut: cannot keep %s\n", place->path);
}

int openat(int at, const char *path, int flags, ...) {
  mode_t mode = OPEN_MODE(flags);
  struct place place;
  struct stat status;
  bool changes = flags & (O_CREAT | O_TRUNC | O_ACCMODE);
  if (!changes || !find(&place, at, path)) return REAL(openat)(at, path, flags, mode);
  if (flags & (O_DSYNC | (O_TMPFILE & ~O_DIRECTORY))) die("powercut: O_DSYNC, O_SYNC and O_TMPFILE are not modelled\n");
  // What is overwritten must be readable.
  if ((flags & O_ACCMODE) == O_WRONLY) flags = (flags & ~O_ACCMODE) | O_RDWR;
  lock();
  bool is_new = (flags & O_CREAT) && !exists(&place, &status);
  if (is_new) note_operation((struct record){.kind = CREATE}, &place, NULL);
  int file = REAL(openat)(at, path, flags & ~O_TRUNC, mode);
  end_operation(&place, file);
  // Emptying is a change of content like another.
  if (file >= 0 && (flags & O_TRUNC) && !is_new) ftruncate(file, 0);
  return file;
}

int open(const char *path, int flags, ...) { return openat(AT_FDCWD, path, flags, OPEN_MODE(flags)); }

int creat(const char *path, mode_t mode) { return openat(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int mkdirat(int at, const char *path, mode_t mode) {
  struct place place;
  struct stat status;
  if (!find(&place, at, path)) return REAL(mkdirat)(at, path, mode);
  lock();
  // One that is there already must not be undone.
  if (!exists(&place, &status)) note_operation((struct record){.kind = MKDIR}, &place, NULL);
  return end_operation(&place, REAL(mkdirat)(at, path, mode));
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int unlinkat(int at, const char *path, int flags) {
  struct place place;
  struct stat status;
  if (!find(&place, at, path)) return REAL(unlinkat)(at, path, flags);
  if (flags & AT_REMOVEDIR) die("powercut: removing a directory is not modelled\n");
  lock();
  bool is_there = exists(&place, &status) && !S_ISDIR(status.st_mode);
  if (is_there) {
    hold(&place, status.st_ino);
    note_operation((struct record){.kind = UNLINK, .inode = status.st_ino}, &place, NULL);
  }
  return end_operation(&place, REAL(unlinkat)(at, path, flags));
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int linkat(int at, const char *path, int at_to, const char *path_to, int flags) {
  struct place to;
  struct stat status;
  if (!find(&to, at_to, path_to)) return REAL(linkat)(at, path, at_to, path_to, flags);
  lock();
  // A name comes to be, as with a new file.
  if (!exists(&to, &status)) note_operation((struct record){.kind = CREATE}, &to, NULL);
  return end_operation(&to, REAL(linkat)(at, path, at_to, path_to, flags));
}

int link(const char *path, const char *path_to) { return linkat(AT_FDCWD, path, AT_FDCWD, path_to, 0); }

int renameat2(int at, const char *path, int at_to, const char *path_to, unsigned flags) {
  struct place place, to;
  struct stat status, replaced = {.st_ino = 0};
  bool is_inside = find(&place, at, path);
  if (is_inside != find(&to, at_to, path_to)) die("powercut: a rename into or out of POWERCUT_DIR is not modelled\n");
  if (!is_inside) return REAL(renameat2)(at, path, at_to, path_to, flags);
  lock();
  bool is_there = exists(&place, &status);
  if (is_there && (S_ISDIR(status.st_mode) || flags)) die("powercut: renaming a directory, or with flags, is not modelled\n");
  bool replaces = exists(&to, &replaced);
  // A directory in the way makes it fail.
  is_there = is_there && !(replaces && S_ISDIR(replaced.st_mode));
  if (is_there) {
    if (replaces) hold(&to, replaced.st_ino);
    note_operation((struct record){.kind = RENAME, .inode = status.st_ino, .replaced = replaced.st_ino}, &place, &to);
  }
  close(to.parent);
  return end_operation(&place, REAL(renameat2)(at, path, at_to, path_to, flags));
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
void *mmap64(void *address, size_t length, int protection, int flags, int file, off64_t offset) SAME_AS("mmap");
