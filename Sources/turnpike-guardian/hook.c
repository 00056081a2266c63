// Leases whose gate is a script: each change of a lease runs it once, in order, one at a time for a lease.
//
// The guardian runs all of them, so there is one order and nobody to agree with about it. What the agent orders is put behind what waits;
// what the clock brings (the deadline passed, reduced access begins) is put there by the guardian, whether the agent says it too or not:
// a lease that is shut already is not shut again, and one that is shut by the clock is opened again by what moves its deadline.
//
//   planned: what the lease is when all that waits has run        noted: it stands in the state file, from before the first script that
//   opens it until the end of one that shut it
//
// Rules. Nothing that waits is dropped, but: of deadlines that moved twice in a row the second one is told, and of less than
// MOVE_MILLISECONDS nothing, since each word of the broker moves a deadline by the way it took; an opening whose deadline has
// passed is not run; after a script that failed to open, or with the agent gone, nothing is opened any more. More than QUEUE_COUNT_MAX
// changes: what runs is killed, and the lease is shut and ended. A script that shuts is tried CLOSING_COUNT_MAX times.

#include "hook.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/// Open with this access, whatever it was before.
static void open_or_reduce(struct lease *lease, const struct change *before, bool reduced) {
  const uint64_t now = now_milliseconds();
  // Another epoch is another holder: what was open for the one before is shut first.
  if (lease->newest.epoch != before->epoch || now > lease->newest.until) lease_shut(lease);
  if (now > lease->newest.until || lease->is_ending) return;
  if (lease->newest.throttle_at != 0 && now >= lease->newest.throttle_at) reduced = true;
  const uint64_t until = lease->newest.until;
  const uint64_t moved = until > lease->told_until ? until - lease->told_until : lease->told_until - until;
  const bool is_same = lease->is_open && lease->is_reduced == reduced;
  if (is_same && moved < MOVE_MILLISECONDS) return;
  lease->told_until = until;
  if (is_same) {
    lease_move(lease);
    return;
  }
  lease->is_open = true;
  lease->is_reduced = reduced;
  lease_put(lease, reduced ? ORDER_REDUCE : ORDER_OPEN, false);
}

static void obey(const struct order *order) {
  struct lease *const lease = lease_find(order->lease, order->kind != ORDER_SHUT);
  if (lease == NULL) {
    const struct lease unknown = {.id = order->lease};
    if (order->kind != ORDER_SHUT) hook_report(REPORT_FAILED, &unknown, 0, "too many leases");
    return;
  }
  if (lease->is_ending) return;
  const struct change before = lease->newest;
  // What closes needs no word of what is closed, where that is known.
  if (!is_closing((enum order_kind)order->kind) || before.epoch == 0) {
    lease->newest = (struct change){.epoch = order->epoch, .units = order->units, .until = order->until, .throttle_at = order->throttle_at};
  }
  switch (order->kind) {
    case ORDER_PROVISION: lease_put(lease, ORDER_PROVISION, false); break;
    case ORDER_OPEN: open_or_reduce(lease, &before, false); break;
    case ORDER_REDUCE: open_or_reduce(lease, &before, true); break;
    // Of a lease that the clock shut meanwhile: it opens again as it was.
    case ORDER_MOVE: open_or_reduce(lease, &before, lease->is_reduced); break;
    case ORDER_SHUT: lease_shut(lease); break;
    default:
      lease_shut(lease);
      if (lease->is_ending) break;
      lease->is_ending = true;
      lease_put(lease, ORDER_LEASE_END, false);
      break;
  }
}

static void look_at_clock(uint64_t now) {
  for (unsigned i = 0; i < hooks.lease_count; i++) {
    struct lease *const lease = &hooks.leases[i];
    if (lease->id == 0 || !lease->is_open) continue;
    if (now > lease->newest.until) {
      lease_shut(lease);
      hook_report(REPORT_SHUT, lease, 1, NULL);
    } else if (!lease->is_reduced && lease->newest.throttle_at != 0 && now >= lease->newest.throttle_at) {
      lease->is_reduced = true;
      lease_put(lease, ORDER_REDUCE, false);
    }
  }
  scripts_look_at_clock(now);
}

static uint64_t next_instant(void) {
  uint64_t at = scripts_next_instant();
  for (unsigned i = 0; i < hooks.lease_count; i++) {
    const struct lease *const lease = &hooks.leases[i];
    if (lease->id == 0 || !lease->is_open) continue;
    if (lease->newest.until + 1 < at) at = lease->newest.until + 1;
    if (!lease->is_reduced && lease->newest.throttle_at != 0 && lease->newest.throttle_at < at) at = lease->newest.throttle_at;
  }
  return at;
}

/// The agent is gone: all that is open is shut, once.
static void agent_is_gone(void) {
  if (hooks.is_over) return;
  hooks.is_over = true;
  for (unsigned i = 0; i < hooks.lease_count; i++) {
    struct lease *const lease = &hooks.leases[i];
    if (lease->id == 0) continue;
    lease_keep_closings(lease);
    lease->is_open = false;
    const struct run *const run = lease_run(lease);
    if (!lease->is_noted || lease->count > 0 || (run != NULL && is_closing(run->change.reason))) continue;
    lease_put(lease, ORDER_SHUT, false);
  }
}

static bool is_idle(void) {
  for (unsigned i = 0; i < hooks.lease_count; i++) {
    if (hooks.leases[i].id != 0 && (hooks.leases[i].is_running || hooks.leases[i].count > 0)) return false;
  }
  return true;
}

static void turn(void) {
  struct pollfd polled[3 + 2 * RUN_COUNT_MAX];
  timer_set(hooks.sources->timer, next_instant());
  polled[0] = (struct pollfd){.fd = hooks.sources->control.state == CONTROL_OPEN ? hooks.sources->control.descriptor : -1, .events = POLLIN};
  polled[1] = (struct pollfd){.fd = hooks.sources->timer, .events = POLLIN};
  polled[2] = (struct pollfd){.fd = hooks.sources->signals, .events = POLLIN};
  for (unsigned i = 0; i < RUN_COUNT_MAX; i++) {
    const bool runs_now = hooks.runs[i].process != 0;
    polled[3 + 2 * i] = (struct pollfd){.fd = runs_now ? hooks.runs[i].output.out.descriptor : -1, .events = POLLIN};
    polled[4 + 2 * i] = (struct pollfd){.fd = runs_now ? hooks.runs[i].output.error.descriptor : -1, .events = POLLIN};
  }
  if (poll(polled, sizeof polled / sizeof *polled, -1) < 0 && errno != EINTR) hooks.sources->control.state = CONTROL_IS_OVER;
  sources_drain(hooks.sources);
  look_at_clock(now_milliseconds());
  struct order order;
  while (control_next(&hooks.sources->control, &order, true)) obey(&order);
  for (unsigned i = 0; i < RUN_COUNT_MAX; i++) {
    if (polled[3 + 2 * i].revents != 0) output_read(&hooks.runs[i].output, &hooks.runs[i].output.out);
    if (polled[4 + 2 * i].revents != 0) output_read(&hooks.runs[i].output, &hooks.runs[i].output.error);
  }
  scripts_reap();
}

int hook_run(const struct options *given, struct sources *given_sources, bool is_stopping) {
  static struct open_lease left[LEASE_COUNT_MAX];
  hooks.options = given;
  hooks.sources = given_sources;
  // No lease was ever open.
  if (is_stopping && access(hooks.options->state_path, F_OK) != 0 && errno == ENOENT) return 0;
  if (!state_lock(hooks.options->state_path, hooks.options->script_milliseconds * CLOSING_COUNT_MAX + LOCK_MILLISECONDS)) {
    say("the state file is in use, or cannot be locked", hooks.options->state_path);
    return 75;
  }
  const int count = state_read(hooks.options->state_path, left, LEASE_COUNT_MAX);
  if (count < 0) {
    say("the state file is damaged: leases that are open cannot be told", hooks.options->state_path);
    hooks.has_trouble = true;
  }
  for (int i = 0; i < count; i++) {
    struct lease *const lease = lease_find(left[i].lease, true);
    if (lease == NULL) continue;
    lease->newest = (struct change){.epoch = left[i].epoch, .units = left[i].units};
    lease->is_noted = true;
    lease_put(lease, ORDER_SHUT, false);
  }
  if (is_stopping) hooks.is_over = true;
  for (;;) {
    if (hooks.sources->control.state == CONTROL_IS_OVER) agent_is_gone();
    scripts_start();
    if (hooks.is_over && is_idle()) break;
    turn();
  }
  return hooks.has_trouble ? 1 : 0;
}
