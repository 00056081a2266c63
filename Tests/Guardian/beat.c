// A command to be guarded. Every few milliseconds it writes the time of CLOCK_BOOTTIME, in milliseconds, into a file that is shared memory:
// when that stands still, it does not run.
//
//   beat FILE [MILLISECONDS] [ignore] [handle] [daemon] [server] [fork]

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/// Last beat; last polite signal; the process; beats since the signal.
struct page {
  volatile uint64_t at, signalled_at, process, beats_after;
};

static struct page *page;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_BOOTTIME, &t);
  return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void handle(int number) {
  (void)number;
  page->signalled_at = now();
}

int main(int count, char **arguments) {
  if (count < 2) return 2;
  const int descriptor = open(arguments[1], O_RDWR | O_CREAT, 0600);
  if (descriptor < 0 || ftruncate(descriptor, sizeof *page) != 0) return 3;
  page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (page == MAP_FAILED) return 4;
  const long milliseconds = count > 2 && atol(arguments[2]) > 0 ? atol(arguments[2]) : 1;
  for (int i = 2; i < count; i++) {
    if (strcmp(arguments[i], "ignore") == 0) signal(SIGTERM, SIG_IGN);
    if (strcmp(arguments[i], "handle") == 0) signal(SIGTERM, handle);
    // A child that stays in the group, whose parent waits for it.
    if (strcmp(arguments[i], "fork") == 0 && fork() > 0) pause();
    // A child of a session of its own, whose parent does not wait for it: what serves connections of PostgreSQL.
    if (strcmp(arguments[i], "server") == 0) {
      if (fork() > 0) break;
      setsid();
      char path[4096];
      snprintf(path, sizeof path, "%s.server", arguments[1]);
      char *again[] = {arguments[0], path, arguments[2], NULL};
      execv(arguments[0], again);
      _exit(5);
    }
    // A daemon as of old: its own session, its parent gone, and the command stays.
    if (strcmp(arguments[i], "daemon") == 0) {
      if (fork() > 0) break;
      setsid();
      if (fork() > 0) _exit(0);
      char path[4096];
      snprintf(path, sizeof path, "%s.daemon", arguments[1]);
      char *again[] = {arguments[0], path, arguments[2], "ignore", NULL};
      execv(arguments[0], again);
      _exit(5);
    }
  }
  page->process = (uint64_t)getpid();
  printf("hello\nendpoint=beat:%s\n", arguments[count - 1]);
  fflush(stdout);
  for (;;) {
    page->at = now();
    if (page->signalled_at != 0) page->beats_after++;
    const struct timespec rest = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&rest, NULL);
  }
}
