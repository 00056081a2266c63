// A command that runs while its lease has access.
//
//   WAITING --RUN--> RUNNING <--RUN / FREEZE, deadline--> FROZEN
//      |                \------- END, failed, agent gone -------/--> ENDING --grace--> KILLING --nothing is left--> (exits)
//      \--- END, agent gone --> (exits)
//
// The order of an end: all is frozen, the polite signal is sent, and only then is it thawed. Whoever serves must stop at once, but a
// frozen process can do nothing politely. A signal that waits is delivered before the process goes on in its program: it dies, or the
// first that it runs is its handler. So a command that handles no signal never runs again, and one that does has the grace that the
// configuration gives it, and no instant more. A grace of 0 kills what is frozen.

#include "guardian.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum phase { WAITING, RUNNING, FROZEN, ENDING, KILLING };

enum {
  /// After this many looks what does not die (waiting for a disk) is looked at once a second only.
  KILL_CHECK_COUNT_MAX = 200,
};

static const struct options *options;
static struct sources *sources;
static struct launch launch;
static struct cgroup cgroup = {.path = NULL, .folder = -1};
static struct output output;
static enum phase phase = WAITING;
/// 0 before it started and after it was waited for.
static pid_t command;
static int status;
static bool is_ready, has_failed, is_reduced, is_cpu_set;
static uint64_t until, throttle_at, end_at, ready_at = NEVER, kill_at;
static unsigned kill_checks;

static void report(enum report_kind kind, uint32_t value, const char *text) {
  // The agent gets few reports. One that takes none of them is as good as gone.
  if (!control_report(&sources->control, kind, 0, value, text)) sources->control.state = CONTROL_IS_OVER;
}

static void fail(const char *reason) {
  if (has_failed) return;
  has_failed = true;
  say("the command failed", reason);
  report(REPORT_FAILED, 0, reason);
}

static unsigned signal_all(int number) {
  return cgroup.folder >= 0 ? signal_listed(cgroup.folder, "cgroup.procs", number, 0) : signal_children(number);
}

static bool freeze(void) {
  if (cgroup.folder >= 0) return cgroup_write(&cgroup, "cgroup.freeze", "1");
  // Until nobody is new: who was not stopped yet may have started another one.
  unsigned before = 0, count = signal_all(SIGSTOP);
  for (unsigned rounds = 0; count > before && rounds < FREEZE_ROUNDS_MAX; rounds++) {
    before = count;
    count = signal_all(SIGSTOP);
  }
  return true;
}

static bool thaw(void) {
  if (cgroup.folder >= 0) return cgroup_write(&cgroup, "cgroup.freeze", "0");
  (void)signal_all(SIGCONT);
  return true;
}

static void kill_all(void) {
  phase = KILLING;
  cgroup_kill(&cgroup);
  // Those that were orphaned are children of the guardian, whatever session they made for themselves; theirs are after them.
  (void)signal_children(SIGKILL);
}

static void end(void) {
  if (phase == WAITING || phase == KILLING) {
    phase = KILLING;
    return;
  }
  if (phase == ENDING) return;
  if (phase == RUNNING && !freeze()) {
    kill_all();
    return;
  }
  if (options->grace_milliseconds == 0) {
    kill_all();
    return;
  }
  (void)signal_all(options->polite_signal);
  if (!thaw()) {
    kill_all();
    return;
  }
  phase = ENDING;
  kill_at = now_milliseconds() + options->grace_milliseconds;
}

static void shut(bool is_late) {
  if (phase != RUNNING) return;
  if (!freeze()) {
    fail("cgroup.freeze cannot be written");
    kill_all();
    return;
  }
  phase = FROZEN;
  report(REPORT_SHUT, is_late, NULL);
}

/// Reduced or full. A quota that cannot be set is no access.
static bool set_cpu(bool reduced) {
  if (is_cpu_set && reduced == is_reduced) return true;
  const char *const quota = reduced ? options->cpu_reduced : options->cpu_full;
  if (quota != NULL && !cgroup_write(&cgroup, "cpu.max", quota)) {
    fail("cpu.max cannot be written");
    kill_all();
    return false;
  }
  if (is_cpu_set && reduced) report(REPORT_REDUCED, 0, NULL);
  is_cpu_set = true;
  is_reduced = reduced;
  return true;
}

static void start(void) {
  launch = options->launch;
  phase = RUNNING;
  if (options->cgroup != NULL && !cgroup_make(&cgroup, options->cgroup)) {
    fail("its cgroup cannot be made");
    kill_all();
    return;
  }
  launch.cgroup = cgroup.folder;
  if (!set_cpu(throttle_at != 0 && now_milliseconds() >= throttle_at)) return;
  command = command_start(&launch, NULL, &output);
  if (command < 0) {
    char reason[TEXT_BYTES];
    command = 0;
    snprintf(reason, sizeof reason, "it cannot be started: %s", strerror(errno));
    fail(reason);
    kill_all();
    return;
  }
  report(REPORT_STARTED, (uint32_t)command, NULL);
  if (options->is_ready_when_started) {
    is_ready = true;
    report(REPORT_READY, 0, NULL);
  } else {
    ready_at = now_milliseconds() + options->ready_milliseconds;
  }
}

static void run(const struct order *order) {
  until = order->until;
  throttle_at = order->throttle_at;
  end_at = order->end;
  const uint64_t now = now_milliseconds();
  if (now > until) {
    shut(true);
    return;
  }
  if (phase == WAITING) {
    start();
    return;
  }
  if (phase != RUNNING && phase != FROZEN) return;
  if (!set_cpu(throttle_at != 0 && now >= throttle_at) || phase == RUNNING) return;
  if (!thaw()) {
    kill_all();
    return;
  }
  phase = RUNNING;
  report(REPORT_OPENED, 0, NULL);
}

static void obey(const struct order *order) {
  switch (order->kind) {
    case ORDER_RUN: run(order); break;
    case ORDER_FREEZE:
      if (order->end != 0) end_at = order->end;
      shut(false);
      break;
    case ORDER_END: end(); break;
    default: kill_all(); break;
  }
}

/// The command's own end is that of the lease, whatever it left running.
static void command_ended(void) {
  if (phase == RUNNING || phase == FROZEN) {
    // Before it is waited for: the number of the group is still its own.
    (void)kill(-command, SIGKILL);
  }
  (void)waitpid(command, &status, 0);
  command = 0;
  output_finish(&output);
  if (phase != RUNNING && phase != FROZEN) return;
  if (output.has_endpoint && !is_ready) {
    is_ready = true;
    report(REPORT_READY, 0, output.endpoint);
  }
  char reason[TEXT_BYTES];
  describe_end(reason, status, output.last_line);
  fail(reason);
  kill_all();
}

/// Whether the guardian has any child left.
static bool reap(void) {
  for (;;) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno != ECHILD;
    if (info.si_pid == 0) return true;
    if (info.si_pid == command) {
      command_ended();
    } else {
      (void)waitpid(info.si_pid, NULL, 0);
    }
  }
}

static void look_at_output(void) {
  if (is_ready || (phase != RUNNING && phase != FROZEN)) return;
  if (output.has_endpoint) {
    is_ready = true;
    ready_at = NEVER;
    report(REPORT_READY, 0, output.endpoint);
  } else if (output.is_endpoint_bad) {
    fail("its endpoint is not 1 to 95 printable bytes");
    end();
  } else if (now_milliseconds() >= ready_at) {
    char reason[TEXT_BYTES * 2];
    snprintf(reason, sizeof reason, "no endpoint in time%s%s", output.last_line[0] ? ": " : "", output.last_line);
    reason[TEXT_BYTES - 1] = '\0';
    fail(reason);
    end();
  }
}

/// What the clock alone does.
static void look_at_clock(void) {
  const uint64_t now = now_milliseconds();
  if (phase == RUNNING && now > until) shut(true);
  if (phase == RUNNING && throttle_at != 0 && now >= throttle_at) (void)set_cpu(true);
  if (phase == FROZEN && end_at != 0 && now >= end_at) end();
  if (phase == ENDING && now >= kill_at) kill_all();
}

static uint64_t next_instant(void) {
  uint64_t at = NEVER;
  if (phase == RUNNING) {
    at = until + 1;
    if (!is_reduced && throttle_at != 0 && throttle_at < at) at = throttle_at;
  }
  if (phase == FROZEN && end_at != 0) at = end_at;
  if ((phase == RUNNING || phase == FROZEN) && !is_ready && ready_at < at) at = ready_at;
  if (phase == ENDING) at = kill_at;
  if (phase == KILLING) at = now_milliseconds() + (kill_checks < KILL_CHECK_COUNT_MAX ? KILL_CHECK_MILLISECONDS : 1000);
  return at;
}

/// Whether nothing is left of the lease. While killing, kills what is left once more.
static bool is_over(bool has_children) {
  if (phase != ENDING && phase != KILLING) return false;
  if (!has_children && (cgroup.folder < 0 || cgroup_event(&cgroup, "populated 0"))) {
    if (cgroup_remove(&cgroup)) return true;
    // A cgroup that the command made inside: the agent removes it with the others that are left.
    if (phase == ENDING) kill_all();
    if (++kill_checks < KILL_CHECK_COUNT_MAX) return false;
    report(REPORT_TROUBLE, 0, "the lease's cgroup cannot be removed");
    return true;
  }
  if (phase == KILLING) {
    kill_checks++;
    kill_all();
  }
  return false;
}

int exec_run(const struct options *given, struct sources *given_sources) {
  options = given;
  sources = given_sources;
  output_clear(&output);
  for (;;) {
    timer_set(sources->timer, next_instant());
    struct pollfd polled[] = {
      {.fd = sources->control.state == CONTROL_OPEN ? sources->control.descriptor : -1, .events = POLLIN},
      {.fd = sources->timer, .events = POLLIN},
      {.fd = sources->signals, .events = POLLIN},
      {.fd = output.out.descriptor, .events = POLLIN},
      {.fd = output.error.descriptor, .events = POLLIN},
    };
    if (poll(polled, sizeof polled / sizeof *polled, -1) < 0 && errno != EINTR) sources->control.state = CONTROL_IS_OVER;
    sources_drain(sources);
    // The clock first: an order that came late cannot bring back what was over, only begin it anew.
    look_at_clock();
    struct order order;
    while (control_next(&sources->control, &order, false)) obey(&order);
    if (polled[3].revents != 0) output_read(&output, &output.out);
    if (polled[4].revents != 0) output_read(&output, &output.error);
    look_at_output();
    const bool has_children = reap();
    if (sources->control.state == CONTROL_IS_OVER) end();
    if (is_over(has_children)) break;
  }
  (void)control_report(&sources->control, REPORT_ENDED, 0, (uint32_t)status, NULL);
  return 0;
}
