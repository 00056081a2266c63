// turnpike-guardian: started by turnpike-agent, one for each lease of a command, one for each resource with hooks.
//
//   turnpike-guardian exec [NAME=TEXT]... -- PROGRAM [ARGUMENT]...
//   turnpike-guardian hook [NAME=TEXT]... -- PROGRAM [ARGUMENT]...   and `stop` in the place of `hook`: shuts what the state file has
//
// Descriptor 3 is the agent's socket. Its environment is that of the command. It does not end by any signal but SIGKILL: it ends when
// what it guards has ended, and the end of the agent's socket makes it end that.

#include "guardian.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

uint64_t now_milliseconds(void) {
  struct timespec now;
  // Fails for a clock that does not exist. Then no deadline is in the future.
  if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) return LONGEST_MILLISECONDS;
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void timer_set(int timer, uint64_t at) {
  struct itimerspec when;
  memset(&when, 0, sizeof when);
  if (at != NEVER) {
    when.it_value.tv_sec = (time_t)(at / 1000);
    when.it_value.tv_nsec = (long)(at % 1000) * 1000000;
    if (at == 0) when.it_value.tv_nsec = 1;
  }
  (void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
}

void sources_drain(const struct sources *sources) {
  uint64_t count;
  struct signalfd_siginfo info;
  (void)!read(sources->timer, &count, sizeof count);
  while (read(sources->signals, &info, sizeof info) == (ssize_t)sizeof info) {}
}

// ---- the start ----

static bool number(const char *text, uint64_t *value) {
  if (*text == '\0' || strlen(text) > 15) return false;
  *value = 0;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    *value = *value * 10 + (uint64_t)(*text - '0');
  }
  return true;
}

static bool set_option(struct options *options, const char *name, size_t length, const char *text) {
  static bool has_group;
  uint64_t value = 0;
  const bool is_number = number(text, &value);
#define IS(word) (length == sizeof word - 1 && memcmp(name, word, length) == 0)
  if (IS("cgroup")) return (options->cgroup = text)[0] == '/';
  if (IS("cpu-full")) return (options->cpu_full = text)[0] != '\0';
  if (IS("cpu-reduced")) return (options->cpu_reduced = text)[0] != '\0';
  if (IS("directory")) return (options->launch.directory = text)[0] == '/';
  if (IS("state")) return (options->state_path = text)[0] == '/';
  if (IS("ready")) {
    options->is_ready_when_started = strcmp(text, "started") == 0;
    return options->is_ready_when_started || strcmp(text, "endpoint") == 0;
  }
  if (!is_number) return false;
  if (IS("signal")) return options->polite_signal = (int)value, value >= 1 && value <= 64;
  if (IS("grace")) return options->grace_milliseconds = value, value <= 86400000;
  if (IS("ready-within")) return options->ready_milliseconds = value, value <= 86400000;
  if (IS("script-within")) return options->script_milliseconds = value, value >= 1 && value <= 86400000;
  if (IS("parallel")) return options->parallel = (unsigned)value, value >= 1 && value <= PARALLEL_MAX;
  if (IS("user")) return options->launch.has_user = true, options->launch.user = (uid_t)value, has_group && value < UINT32_MAX;
  if (IS("group")) return has_group = true, options->launch.group = (gid_t)value, value < UINT32_MAX;
#undef IS
  return false;
}

static bool parse(struct options *options, char **arguments) {
  for (; *arguments != NULL; arguments++) {
    if (strcmp(*arguments, "--") == 0) {
      options->launch.arguments = arguments + 1;
      return arguments[1] != NULL && arguments[1][0] == '/';
    }
    const char *const sign = strchr(*arguments, '=');
    if (sign == NULL || !set_option(options, *arguments, (size_t)(sign - *arguments), sign + 1)) return false;
  }
  return false;
}

/// Of what was inherited only stderr and the agent's socket are left.
static bool close_inherited(void) {
  const int null = open("/dev/null", O_RDWR);
  if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0) return false;
  if (fcntl(STDERR_FILENO, F_GETFD) < 0 && dup2(null, STDERR_FILENO) < 0) return false;
  if (null > STDERR_FILENO && null != CONTROL_DESCRIPTOR) close(null);
#ifdef SYS_close_range
  if (syscall(SYS_close_range, (unsigned)CONTROL_DESCRIPTOR + 1, ~0u, 0u) == 0) return true;
#endif
  // Before Linux 5.9.
  DIR *const folder = opendir("/proc/self/fd");
  if (folder == NULL) return false;
  for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
    const int descriptor = atoi(entry->d_name);
    if (descriptor > CONTROL_DESCRIPTOR && descriptor != dirfd(folder)) close(descriptor);
  }
  return closedir(folder) == 0;
}

static bool open_sources(struct sources *sources, bool has_agent) {
  struct stat status;
  sigset_t all;
  sources->control.descriptor = -1;
  sources->control.state = CONTROL_IS_OVER;
  if (has_agent) {
    if (fstat(CONTROL_DESCRIPTOR, &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
    if (fcntl(CONTROL_DESCRIPTOR, F_SETFD, FD_CLOEXEC) != 0) return false;
    sources->control.descriptor = CONTROL_DESCRIPTOR;
    sources->control.state = CONTROL_OPEN;
  }
  sources->timer = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
  // All are taken, so that none ends it: SIGTERM to the agent's whole group or cgroup is to let it do its work.
  sigfillset(&all);
  // Of ignored children nothing would be told.
  if (signal(SIGCHLD, SIG_DFL) == SIG_ERR) return false;
  if (sigprocmask(SIG_SETMASK, &all, NULL) != 0) return false;
  sources->signals = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
  return sources->timer >= 0 && sources->signals >= 0;
}

int main(int count, char **arguments) {
  static struct options options = {.polite_signal = SIGTERM, .grace_milliseconds = 2000, .ready_milliseconds = 30000, .script_milliseconds = 10000, .parallel = 4};
  static struct sources sources;
  options.launch.cgroup = -1;
  const char *const mode = count > 1 ? arguments[1] : "";
  const bool is_exec = strcmp(mode, "exec") == 0, is_hook = strcmp(mode, "hook") == 0, is_stop = strcmp(mode, "stop") == 0;
  if ((!is_exec && !is_hook && !is_stop) || !parse(&options, arguments + 2) || (!is_exec && options.state_path == NULL)) {
    fputs("usage: turnpike-guardian exec|hook|stop [NAME=TEXT]... -- PROGRAM [ARGUMENT]...\nturnpike-agent starts it.\n", stderr);
    return 64;
  }
  (void)setsid();
  if (!close_inherited() || !open_sources(&sources, !is_stop) || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) {
    fprintf(stderr, "turnpike-guardian: it cannot start: %s\n", strerror(errno));
    return 71;
  }
  log_open();
  return is_exec ? exec_run(&options, &sources) : hook_run(&options, &sources, is_stop);
}
