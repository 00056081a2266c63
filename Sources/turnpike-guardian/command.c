// Processes: how one is started, and how those are found that nobody waits for.

#include "guardian.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/// As `struct clone_args` of the kernel, whose headers may be older.
struct clone_arguments {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};
#define INTO_CGROUP UINT64_C(0x200000000)

/// fork, into the cgroup if there is one. `is_inside` tells whether the child is in it already.
static pid_t fork_into(int cgroup, bool *is_inside) {
  *is_inside = false;
#ifdef SYS_clone3
  if (cgroup >= 0) {
    struct clone_arguments arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.flags = INTO_CGROUP;
    arguments.exit_signal = SIGCHLD;
    arguments.cgroup = (uint64_t)cgroup;
    const long child = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (child >= 0) {
      *is_inside = true;
      return (pid_t)child;
    }
    // An old kernel, or a filter of system calls: the child moves itself.
  }
#endif
  return fork();
}

static void reset_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < 65; number++) (void)sigaction(number, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/// In the child: never returns. What fails is written to `failure` as an errno.
static void become(const struct launch *launch, const char *const *variables, const int out[2], const int error[2], int failure, pid_t guardian, bool is_inside) {
  char *all[VARIABLE_COUNT_MAX + 1];
  size_t count = 0;
  for (char **at = environ; *at != NULL && count < VARIABLE_COUNT_MAX; at++) all[count++] = *at;
  // execve takes them as `char *const *` and leaves them as they are.
  for (; variables != NULL && *variables != NULL && count < VARIABLE_COUNT_MAX; variables++) memcpy(&all[count++], variables, sizeof *variables);
  all[count] = NULL;

  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  bool is_good = null >= 0 && setsid() >= 0;
  if (is_good && launch->cgroup >= 0 && !is_inside) {
    const struct cgroup cgroup = {.path = NULL, .folder = launch->cgroup};
    is_good = cgroup_write(&cgroup, "cgroup.procs", "0");
  }
  is_good = is_good && dup2(null, 0) == 0 && dup2(out[1], 1) == 1 && dup2(error[1], 2) == 2;
  if (is_good && launch->has_user) is_good = setgroups(0, NULL) == 0 && setgid(launch->group) == 0 && setuid(launch->user) == 0;
  if (is_good && launch->directory != NULL) is_good = chdir(launch->directory) == 0;
  // After setuid, which clears it. A guardian that died before is noticed by the parent that there is now.
  is_good = is_good && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0;
  if (is_good && getppid() != guardian) _exit(127);
  if (is_good) {
    reset_signals();
    (void)execve(launch->arguments[0], launch->arguments, all);
  }
  const int why = errno;
  const ssize_t told = write(failure, &why, sizeof why);
  (void)told;
  _exit(127);
}

static void close_pair(const int pair[2]) {
  if (pair[0] >= 0) close(pair[0]);
  if (pair[1] >= 0) close(pair[1]);
}

pid_t command_start(const struct launch *launch, const char *const *variables, struct output *output) {
  int out[2] = {-1, -1}, error[2] = {-1, -1}, failure[2] = {-1, -1};
  pid_t child = -1;
  const pid_t guardian = getpid();
  output_clear(output);
  if (pipe2(out, O_CLOEXEC) == 0 && pipe2(error, O_CLOEXEC) == 0 && pipe2(failure, O_CLOEXEC) == 0) {
    bool is_inside;
    child = fork_into(launch->cgroup, &is_inside);
    if (child == 0) become(launch, variables, out, error, failure[1], guardian, is_inside);
  }
  int why = errno;
  if (child > 0) {
    // Until the child's exec, which closes it: a moment, in which the child does nothing that waits.
    close(failure[1]);
    failure[1] = -1;
    int told = 0;
    ssize_t count;
    do count = read(failure[0], &told, sizeof told);
    while (count < 0 && errno == EINTR);
    if (count == (ssize_t)sizeof told) {
      (void)waitpid(child, NULL, 0);
      child = -1;
      why = told;
    }
  }
  close_pair(failure);
  if (child < 0) {
    close_pair(out);
    close_pair(error);
    errno = why;
    return -1;
  }
  close(out[1]);
  close(error[1]);
  (void)fcntl(out[0], F_SETFL, O_NONBLOCK);
  (void)fcntl(error[0], F_SETFL, O_NONBLOCK);
  output->out.descriptor = out[0];
  output->error.descriptor = error[0];
  return child;
}

/// A child that is not waited for yet keeps its number, and the group it is in keeps its own: neither can mean anybody else.
static void signal_one(pid_t process, int signal, bool with_group) {
  if (process <= 1) return;
  const pid_t group = with_group ? getpgid(process) : -1;
  (void)kill(group > 1 && group != getpgrp() ? -group : process, signal);
}

static unsigned signal_below(pid_t process, int signal, unsigned depth);

static unsigned signal_found(pid_t process, int signal, unsigned depth) {
  if (process <= 0) return 0;
  signal_one(process, signal, depth > 0);
  // What it starts before the signal comes to it is found by whoever asks again.
  return 1 + (depth > 1 ? signal_below(process, signal, depth - 1) : 0);
}

unsigned signal_listed(int folder, const char *path, int signal, unsigned depth) {
  char bytes[LIST_BYTES];
  unsigned found = 0;
  pid_t process = 0;
  const int descriptor = openat(folder, path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  for (;;) {
    const ssize_t count = read(descriptor, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    for (ssize_t i = 0; i < count; i++) {
      if (bytes[i] >= '0' && bytes[i] <= '9') {
        process = process > 100000000 ? 0 : (pid_t)(process * 10 + (bytes[i] - '0'));
        continue;
      }
      found += signal_found(process, signal, depth);
      process = 0;
    }
  }
  found += signal_found(process, signal, depth);
  close(descriptor);
  return found;
}

/// To the children of each thread of a process.
static unsigned signal_below(pid_t process, int signal, unsigned depth) {
  // As `struct linux_dirent64` of the kernel: the length of an entry at 16, its name from 19 on.
  char bytes[LIST_BYTES], path[64];
  unsigned found = 0;
  snprintf(path, sizeof path, "/proc/%d/task", (int)process);
  const int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return 0;
  long count;
  while ((count = syscall(SYS_getdents64, folder, bytes, sizeof bytes)) > 0) {
    for (long at = 0; at < count;) {
      const char *const name = bytes + at + 19;
      uint16_t length;
      memcpy(&length, bytes + at + 16, sizeof length);
      at += length;
      if (name[0] == '.') continue;
      snprintf(path, sizeof path, "%.20s/children", name);
      found += signal_listed(folder, path, signal, depth);
    }
  }
  close(folder);
  return found;
}

unsigned signal_children(int signal) { return signal_listed(AT_FDCWD, "/proc/thread-self/children", signal, FAMILY_DEPTH_MAX); }
