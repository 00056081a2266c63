// The leases of hook mode: what is known of each, and what waits for its script.

#include "hook.h"

#include <signal.h>
#include <string.h>

struct hooks hooks;

void hook_report(enum report_kind kind, const struct lease *lease, uint32_t value, const char *text) {
  // An agent that reads nothing learns of it when it lists; what waits for it is only the log's, and who is told of READY waits for that.
  if (!control_report(&hooks.sources->control, kind, lease->id, value, text)) say("a report is lost", text);
}

bool is_closing(enum order_kind reason) { return reason == ORDER_SHUT || reason == ORDER_LEASE_END; }

static bool next_noted(unsigned *at, struct open_lease *open) {
  for (; *at < hooks.lease_count; ++*at) {
    const struct lease *const lease = &hooks.leases[*at];
    if (lease->id == 0 || !lease->is_noted) continue;
    *open = (struct open_lease){.lease = lease->id, .epoch = lease->newest.epoch, .units = lease->newest.units};
    ++*at;
    return true;
  }
  return false;
}

bool lease_note(struct lease *lease, bool is_noted) {
  if (lease->is_noted == is_noted) return true;
  lease->is_noted = is_noted;
  if (state_write(hooks.options->state_path, next_noted)) return true;
  say("the state file cannot be written", hooks.options->state_path);
  return false;
}

// ---- what waits ----

struct lease *lease_find(uint64_t id, bool may_add) {
  struct lease *free = NULL;
  for (unsigned i = 0; i < hooks.lease_count; i++) {
    if (hooks.leases[i].id == id) return &hooks.leases[i];
    if (hooks.leases[i].id == 0 && free == NULL) free = &hooks.leases[i];
  }
  if (!may_add) return NULL;
  if (free == NULL && hooks.lease_count < LEASE_COUNT_MAX) free = &hooks.leases[hooks.lease_count++];
  if (free == NULL) return NULL;
  memset(free, 0, sizeof *free);
  free->id = id;
  return free;
}

struct run *lease_run(const struct lease *lease) {
  for (unsigned i = 0; i < RUN_COUNT_MAX; i++) {
    if (hooks.runs[i].process != 0 && hooks.runs[i].lease == lease) return &hooks.runs[i];
  }
  return NULL;
}

void lease_put(struct lease *lease, enum order_kind reason, bool is_first) {
  struct change change = lease->newest;
  change.reason = reason;
  if (lease->count == QUEUE_COUNT_MAX) {
    say("too many changes of a lease wait: it is ended", NULL);
    hook_report(REPORT_FAILED, lease, 0, "too many changes wait for its script");
    struct run *const run = lease_run(lease);
    if (run != NULL) (void)kill(-run->process, SIGKILL);
    lease->count = 0;
    lease->is_open = false;
    lease->is_ending = true;
    change.reason = ORDER_SHUT;
    lease->queue[lease->count++] = change;
    change.reason = ORDER_LEASE_END;
    lease->queue[lease->count++] = change;
    return;
  }
  if (is_first) {
    memmove(&lease->queue[1], &lease->queue[0], lease->count * sizeof change);
    lease->queue[0] = change;
  } else {
    lease->queue[lease->count] = change;
  }
  lease->count++;
}

void lease_shut(struct lease *lease) {
  if (!lease->is_open) return;
  lease->is_open = false;
  lease_put(lease, ORDER_SHUT, false);
}

void lease_keep_closings(struct lease *lease) {
  unsigned kept = 0;
  for (unsigned i = 0; i < lease->count; i++) {
    if (is_closing(lease->queue[i].reason)) lease->queue[kept++] = lease->queue[i];
  }
  lease->count = kept;
}

void lease_move(struct lease *lease) {
  struct change *const last = lease->count > 0 ? &lease->queue[lease->count - 1] : NULL;
  if (last != NULL && last->reason == ORDER_MOVE) {
    *last = lease->newest;
    last->reason = ORDER_MOVE;
  } else {
    lease_put(lease, ORDER_MOVE, false);
  }
}
