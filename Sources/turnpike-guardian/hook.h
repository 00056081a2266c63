// What the files of hook mode share: the leases, and the scripts that run.
#ifndef TURNPIKE_GUARDIAN_HOOK_H
#define TURNPIKE_GUARDIAN_HOOK_H

#include "guardian.h"

enum {
  /// Changes of one lease that wait.
  QUEUE_COUNT_MAX = 16,
  RUN_COUNT_MAX = 2 * PARALLEL_MAX,
  CLOSING_COUNT_MAX = 3,
  VARIABLE_BYTES = 48,
  /// A deadline that moved by less than this since a script was told of it is not told.
  MOVE_MILLISECONDS = 1000,
  /// How long a guardian waits for the one before it, beyond what its scripts may take.
  LOCK_MILLISECONDS = 5000,
};

struct change {
  enum order_kind reason;
  uint64_t epoch, units, until, throttle_at;
};

/// A lease that the guardian knows. `id` 0: none.
struct lease {
  uint64_t id;
  struct change newest;
  bool is_open, is_reduced, is_ending;
  bool is_noted;
  bool is_running;
  /// The deadline that a script was told last, or will be.
  uint64_t told_until;
  /// Runs that were to close it and failed, one after the other.
  unsigned closings;
  unsigned count;
  struct change queue[QUEUE_COUNT_MAX];
};

/// A script that runs. `process` 0: none.
struct run {
  pid_t process;
  struct lease *lease;
  struct change change;
  uint64_t kill_at;
  bool is_late;
  struct output output;
};

/// All of hook mode's state.
struct hooks {
  const struct options *options;
  struct sources *sources;
  struct lease leases[LEASE_COUNT_MAX];
  /// Places of `leases` that were ever used.
  unsigned lease_count;
  struct run runs[RUN_COUNT_MAX];
  /// The agent is gone: nothing is opened any more.
  bool is_over;
  /// Something could not be shut.
  bool has_trouble;
};
extern struct hooks hooks;

// ---- hook_leases.c: what waits ----

void hook_report(enum report_kind kind, const struct lease *lease, uint32_t value, const char *text);
bool is_closing(enum order_kind reason);
/// Whether the file says now whether the lease is open.
bool lease_note(struct lease *lease, bool is_noted);
/// NULL: it is not known, or there is no room for it.
struct lease *lease_find(uint64_t id, bool may_add);
/// The script that runs for a lease; NULL: none.
struct run *lease_run(const struct lease *lease);
/// Puts a change with the newest values behind what waits, or before it. Too many: the lease is ended.
void lease_put(struct lease *lease, enum order_kind reason, bool is_first);
/// Shuts it when all that waits has run; what is shut stays as it is.
void lease_shut(struct lease *lease);
/// The deadline moved.
void lease_move(struct lease *lease);
/// Nothing that waits opens it any more.
void lease_keep_closings(struct lease *lease);

// ---- hook_scripts.c: what runs ----

/// Waits for what ended, and does what follows from it.
void scripts_reap(void);
/// Starts what can be started: first what shuts, which has places that nothing else takes.
void scripts_start(void);
/// Kills what takes too long.
void scripts_look_at_clock(uint64_t now);
uint64_t scripts_next_instant(void);

#endif
