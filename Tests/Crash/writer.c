/// What shims_test.py kills: two threads that change a directory in the ways of a journal, and tell on standard output what is
/// durable.
///
/// usage: writer DIRECTORY [early | nosync | nodirsync]
///
/// "J n": records 0 to n of `journal` are durable. "S k": `segment-k` is, made under another name, `segment-(k-3)` is gone, and
/// `head` says k or more. The second argument makes a liar of it: it tells before the sync, syncs no content, or no directory.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { SECTOR = 512, JOURNAL_SECTOR_COUNT = 1024, SEGMENT_SECTOR_COUNT = 8 };

static int directory;
static bool is_early, skips_sync, skips_directory_sync;

static void check(bool is_right, const char *what) {
  if (!is_right) err(1, "%s", what);
}

static void tell(char letter, uint64_t number) {
  char line[32];
  int length = snprintf(line, sizeof line, "%c %lu\n", letter, number);
  check(write(STDOUT_FILENO, line, length) == length, "tell");
}

static void sync_content(int file) {
  if (!skips_sync) check(fdatasync(file) == 0, "fdatasync");
}

static void sync_directory(void) {
  if (!skips_directory_sync) check(fsync(directory) == 0, "fsync");
}

/// A sector full of its own number.
static void fill(uint64_t *sector, uint64_t number) {
  for (int index = 0; index < SECTOR / 8; index++) sector[index] = number;
}

/// Record n has 1 + n % 3 sectors, all of them n + 1.
static void *write_journal(void *argument) {
  int file = *(int *)argument;
  uint64_t sectors[3][SECTOR / 8];
  int at = 0;
  for (uint64_t number = 0; at + 3 <= JOURNAL_SECTOR_COUNT; number++) {
    int count = 1 + number % 3;
    for (int index = 0; index < count; index++) fill(sectors[index], number + 1);
    check(pwrite(file, sectors, count * SECTOR, at * SECTOR) == count * SECTOR, "pwrite");
    if (is_early) tell('J', number);
    sync_content(file);
    if (!is_early) tell('J', number);
    at += count;
  }
  return NULL;
}

/// Makes `name` of `count` sectors full of a number, under another name first.
static void make(const char *temporary, const char *name, int count, uint64_t number) {
  uint64_t sector[SECTOR / 8];
  struct iovec vectors[SEGMENT_SECTOR_COUNT];
  fill(sector, number);
  for (int index = 0; index < count; index++) vectors[index] = (struct iovec){sector, SECTOR};
  int file = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  check(file >= 0, temporary);
  check(writev(file, vectors, count) == count * SECTOR, "writev");
  sync_content(file);
  close(file);
  check(renameat(directory, temporary, directory, name) == 0, "rename");
}

static void make_segments(void) {
  char temporary[32], name[32];
  for (uint64_t number = 0;; number++) {
    snprintf(temporary, sizeof temporary, "reserve-%lu", number % 2);
    snprintf(name, sizeof name, "segment-%lu", number);
    make(temporary, name, SEGMENT_SECTOR_COUNT, number + 1);
    make("head.tmp", "head", 1, number + 1);
    snprintf(name, sizeof name, "segment-%lu", number - 3);
    if (number >= 3) check(unlinkat(directory, name, 0) == 0, "unlink");
    if (is_early) tell('S', number);
    sync_directory();
    if (!is_early) tell('S', number);
  }
}

int main(int count, char **arguments) {
  if (count < 2) errx(2, "usage: writer DIRECTORY [early | nosync | nodirsync]");
  is_early = count > 2 && strcmp(arguments[2], "early") == 0;
  skips_sync = count > 2 && strcmp(arguments[2], "nosync") == 0;
  skips_directory_sync = count > 2 && strcmp(arguments[2], "nodirsync") == 0;
  directory = open(arguments[1], O_RDONLY | O_DIRECTORY);
  check(directory >= 0, arguments[1]);
  int file = openat(directory, "journal", O_RDWR | O_CREAT | O_EXCL, 0600);
  static char zeros[JOURNAL_SECTOR_COUNT * SECTOR];
  check(file >= 0 && write(file, zeros, sizeof zeros) == sizeof zeros, "journal");
  // These are what the test begins with, not what it tests.
  check(fdatasync(file) == 0 && fsync(directory) == 0, "sync");
  pthread_t thread;
  check(pthread_create(&thread, NULL, write_journal, &file) == 0, "thread");
  make_segments();
}
