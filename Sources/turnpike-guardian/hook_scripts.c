// The scripts of hook mode: started one at a time for a lease, waited for, killed when they take too long.

#include "hook.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *word(enum order_kind reason) {
  switch (reason) {
    case ORDER_PROVISION: return "PROVISION";
    case ORDER_OPEN: return "OPEN";
    case ORDER_REDUCE: return "REDUCE";
    case ORDER_MOVE: return "MOVE";
    case ORDER_SHUT: return "SHUT";
    default: return "END";
  }
}

/// It did not open: whatever it did of that is undone, and the broker hears why.
static void failed(struct lease *lease, const char *reason) {
  say("a script failed", reason);
  hook_report(REPORT_FAILED, lease, 0, reason);
  lease_keep_closings(lease);
  lease->is_open = false;
  if (lease->is_noted && (lease->count == 0 || lease->queue[0].reason != ORDER_SHUT)) lease_put(lease, ORDER_SHUT, true);
}

static void closed(struct lease *lease, enum order_kind reason, bool is_good, const char *why) {
  if (!is_good && ++lease->closings < CLOSING_COUNT_MAX) {
    say("a script that shuts failed and is tried again", why);
    lease_put(lease, reason, true);
    return;
  }
  lease->closings = 0;
  if (!is_good) {
    hooks.has_trouble = true;
    say("a script that shuts failed for good", why);
    hook_report(REPORT_TROUBLE, lease, 0, why);
  }
  // What could not be shut stays in the file, for the next who tries.
  if (is_good) (void)lease_note(lease, false);
  if (reason == ORDER_LEASE_END) {
    hook_report(REPORT_ENDED, lease, 0, NULL);
    (void)lease_note(lease, false);
    lease->id = 0;
  }
}

static void script_ended(struct run *run, int status) {
  struct lease *const lease = run->lease;
  (void)waitpid(run->process, NULL, 0);
  output_finish(&run->output);
  run->process = 0;
  lease->is_running = false;
  char why[TEXT_BYTES];
  describe_end(why, status, run->output.last_line);
  if (run->is_late) snprintf(why, sizeof why, "%s took too long", word(run->change.reason));
  bool is_good = !run->is_late && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (is_closing(run->change.reason)) {
    closed(lease, run->change.reason, is_good, why);
    return;
  }
  if (is_good && run->output.is_endpoint_bad) {
    is_good = false;
    snprintf(why, sizeof why, "its endpoint is not 1 to 95 printable bytes");
  }
  if (run->change.reason == ORDER_MOVE) {
    if (!is_good) hook_report(REPORT_TROUBLE, lease, 0, why);
  } else if (lease->is_ending) {
    // What was killed for the lease's end has failed no more.
  } else if (!is_good) {
    failed(lease, why);
  } else {
    if (run->change.reason == ORDER_PROVISION || run->output.has_endpoint) hook_report(REPORT_READY, lease, 0, run->output.endpoint);
    if (run->change.reason != ORDER_PROVISION) hook_report(run->change.reason == ORDER_OPEN ? REPORT_OPENED : REPORT_REDUCED, lease, 0, NULL);
  }
}

void scripts_reap(void) {
  for (;;) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    struct run *ended = NULL;
    for (unsigned i = 0; i < RUN_COUNT_MAX; i++) {
      if (hooks.runs[i].process == info.si_pid) ended = &hooks.runs[i];
    }
    if (ended != NULL) {
      script_ended(ended, info.si_code == CLD_EXITED ? (info.si_status & 0xff) << 8 : info.si_status & 0x7f);
    } else {
      (void)waitpid(info.si_pid, NULL, 0);
    }
  }
}

static void start(struct lease *lease, struct run *run) {
  char variables[6][VARIABLE_BYTES];
  const char *list[7] = {NULL};
  struct change change = lease->queue[0];
  const uint64_t now = now_milliseconds();
  memmove(&lease->queue[0], &lease->queue[1], (lease->count - 1) * sizeof change);
  lease->count--;
  const bool opens = !is_closing(change.reason) && change.reason != ORDER_PROVISION;
  // The deadline may have moved while it waited. What comes too late to be run is followed by what shuts it.
  if (change.epoch == lease->newest.epoch) change.until = lease->newest.until;
  if (opens && (hooks.is_over || now > change.until)) return;
  if (opens && !lease_note(lease, true)) {
    failed(lease, "the state file cannot be written");
    return;
  }
  const uint64_t left = is_closing(change.reason) || change.until < now ? 0 : change.until - now;
  snprintf(variables[0], VARIABLE_BYTES, "TURNPIKE_REASON=%s", word(change.reason));
  snprintf(variables[1], VARIABLE_BYTES, "TURNPIKE_LEASE=%" PRIu64, lease->id);
  snprintf(variables[2], VARIABLE_BYTES, "TURNPIKE_EPOCH=%" PRIu64, change.epoch);
  snprintf(variables[3], VARIABLE_BYTES, "TURNPIKE_UNITS=%" PRIu64, change.units);
  snprintf(variables[4], VARIABLE_BYTES, "TURNPIKE_UNTIL=%" PRIu64, change.until);
  snprintf(variables[5], VARIABLE_BYTES, "TURNPIKE_LEFT=%" PRIu64, left);
  for (unsigned i = 0; i < 6; i++) list[i] = variables[i];
  run->lease = lease;
  run->change = change;
  run->is_late = false;
  run->kill_at = now + hooks.options->script_milliseconds;
  run->process = command_start(&hooks.options->launch, list, &run->output);
  if (run->process > 0) {
    lease->is_running = true;
    return;
  }
  run->process = 0;
  char why[TEXT_BYTES];
  snprintf(why, sizeof why, "the script cannot be started: %s", strerror(errno));
  if (is_closing(change.reason)) {
    closed(lease, change.reason, false, why);
  } else {
    failed(lease, why);
  }
}

void scripts_start(void) {
  static unsigned first;
  unsigned openings = 0;
  for (unsigned i = 0; i < RUN_COUNT_MAX; i++) openings += hooks.runs[i].process != 0 && !is_closing(hooks.runs[i].change.reason);
  // Then once more what shuts: what stood behind an opening that came too late.
  for (unsigned pass = 0; pass < 3; pass++) {
    for (unsigned i = 0; i < hooks.lease_count; i++) {
      struct lease *const lease = &hooks.leases[(first + i) % hooks.lease_count];
      while (lease->id != 0 && !lease->is_running && lease->count > 0) {
        const bool closing = is_closing(lease->queue[0].reason);
        if (closing != (pass != 1) || (!closing && openings >= hooks.options->parallel)) break;
        struct run *run = NULL;
        for (unsigned at = 0; at < RUN_COUNT_MAX && run == NULL; at++) run = hooks.runs[at].process == 0 ? &hooks.runs[at] : NULL;
        if (run == NULL) return;
        start(lease, run);
        openings += lease->is_running && !closing;
      }
    }
  }
  if (hooks.lease_count > 0) first = (first + 1) % hooks.lease_count;
}

void scripts_look_at_clock(uint64_t now) {
  for (unsigned i = 0; i < RUN_COUNT_MAX; i++) {
    struct run *const run = &hooks.runs[i];
    if (run->process == 0 || run->is_late || now < run->kill_at) continue;
    run->is_late = true;
    (void)kill(-run->process, SIGKILL);
  }
}

uint64_t scripts_next_instant(void) {
  uint64_t at = NEVER;
  for (unsigned i = 0; i < RUN_COUNT_MAX; i++) {
    const struct run *const run = &hooks.runs[i];
    if (run->process != 0 && !run->is_late && run->kill_at < at) at = run->kill_at;
  }
  return at;
}
