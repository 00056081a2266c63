// Shared by the files of turnpike-guardian, the process that stands between an agent and what it enforces.
//
// The agent may be stopped or killed; the guardian still knows the deadline. It sleeps until its timer (CLOCK_BOOTTIME, absolute), a
// child or its control socket has something, takes no memory after it has started, and trusts nothing that it reads.
#ifndef TURNPIKE_GUARDIAN_H
#define TURNPIKE_GUARDIAN_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
  /// An endpoint or a reason, with its final zero.
  TEXT_BYTES = 96,
  /// Of a line of a command's output, what is looked at. The rest of the line is dropped.
  LINE_BYTES = 256,
  /// Of a command's output, what is read in one turn: more waits in its pipe.
  READ_BYTES = 4096,
  /// Of a list of processes, read at a time, on the stack of each generation.
  LIST_BYTES = 512,
  FAMILY_DEPTH_MAX = 32,
  FREEZE_ROUNDS_MAX = 16,
  /// Variables that a command can be given.
  VARIABLE_COUNT_MAX = 256,
  /// Where the agent's socket is when the guardian starts.
  CONTROL_DESCRIPTOR = 3,
  /// Scripts of a resource at once, other than those that shut: these have as many places of their own.
  PARALLEL_MAX = 32,
  /// Leases of a resource with hooks.
  LEASE_COUNT_MAX = 1024,
  /// After SIGKILL: how often it is looked whether all is gone.
  KILL_CHECK_MILLISECONDS = 10,
};

#define NEVER UINT64_MAX
/// No deadline is further away: 100 years, as in the protocol.
#define LONGEST_MILLISECONDS (UINT64_C(100) * 366 * 86400 * 1000)

// ---- the clock (main.c) ----

/// Milliseconds of CLOCK_BOOTTIME, which nobody sets, and which goes on while the machine sleeps.
uint64_t now_milliseconds(void);
/// The timer fires at `at` (at once when that is past), or never.
void timer_set(int timer, uint64_t at);

// ---- control.c: what is said over the socket ----

/// What the agent orders. In exec mode: RUN, FREEZE, END, KILL. In hook mode: the reasons of a script.
enum order_kind {
  ORDER_RUN = 1,
  ORDER_FREEZE = 2,
  ORDER_END = 3,
  ORDER_KILL = 4,
  ORDER_PROVISION = 16,
  ORDER_OPEN = 17,
  ORDER_REDUCE = 18,
  ORDER_MOVE = 19,
  ORDER_SHUT = 20,
  ORDER_LEASE_END = 21,
};

/// 72 bytes, in the byte order of the machine: it never leaves it.
struct order {
  uint32_t magic;
  uint16_t kind;
  /// Always 0.
  uint16_t flags;
  /// 1, 2, 3, ...: an order that is lost or repeated is a fault.
  uint64_t sequence;
  uint64_t lease;
  uint64_t epoch;
  uint64_t units;
  /// The last millisecond of access.
  uint64_t until;
  /// From then on access is reduced; 0: it is not.
  uint64_t throttle_at;
  /// From then on the lease is over, unless another order comes; 0: it is not known when. After `until`.
  uint64_t end;
  uint32_t reserved;
  uint32_t check;
};

enum report_kind {
  REPORT_STARTED = 1,   // of a command: `value` is its process
  REPORT_READY = 2,     // `text` is the endpoint
  REPORT_FAILED = 3,    // `text` is the reason; what there was is being ended
  REPORT_SHUT = 4,      // no access any more; `value` is 1 when the deadline passed without an order
  REPORT_REDUCED = 5,
  REPORT_OPENED = 6,
  REPORT_ENDED = 7,     // nothing is left. `value` is the command's wait status
  REPORT_TROUBLE = 8,   // for the log alone
};

/// 128 bytes.
struct report {
  uint32_t magic;
  uint16_t kind;
  uint16_t text_length;
  uint64_t lease;
  /// Milliseconds of CLOCK_BOOTTIME.
  uint64_t at;
  uint32_t value;
  char text[TEXT_BYTES];
  uint32_t check;
};

enum control_state { CONTROL_OPEN, CONTROL_IS_OVER };

/// The agent's socket. `state` becomes CONTROL_IS_OVER, for good, when the agent is gone or said anything that is wrong.
struct control {
  int descriptor;
  enum control_state state;
  uint64_t sequence;
  size_t filled;
  union {
    struct order order;
    unsigned char bytes[sizeof(struct order)];
  } in;
};

uint32_t checksum(const void *bytes, size_t count);
/// Whether an order came whole; call it until it says no.
bool control_next(struct control *control, struct order *order, bool is_hook);
/// Whether the report was taken. An agent that reads nothing any more loses reports, and the guardian does not wait for it.
bool control_report(struct control *control, enum report_kind kind, uint64_t lease, uint32_t value, const char *text);
/// A line on stderr, dropped when it would have to wait.
void say(const char *text, const char *detail);
void log_open(void);
void log_bytes(const char *bytes, size_t count);

// ---- output.c: what a command writes ----

/// One pipe of a command: the line that is being read.
struct reader {
  int descriptor;
  size_t length;
  char line[LINE_BYTES];
};

/// What is looked for in the output of a command, both pipes of it.
struct output {
  struct reader out, error;
  bool has_endpoint;
  bool is_endpoint_bad;
  char endpoint[TEXT_BYTES];
  char last_line[TEXT_BYTES];
};

void output_clear(struct output *output);
/// Reads some of what is there; a pipe that ended is closed.
void output_read(struct output *output, struct reader *reader);
/// The command ended: reads what it left (bounded), and takes unfinished lines for whole.
void output_finish(struct output *output);
/// What happened to a process, in words, with its last line.
void describe_end(char text[TEXT_BYTES], int status, const char *last_line);

// ---- command.c: processes ----

/// How a command is started, and a script is run: the same for each.
struct launch {
  char *const *arguments;
  const char *directory;
  bool has_user;
  uid_t user;
  gid_t group;
  /// Of the cgroup it is to start in; -1: none.
  int cgroup;
};

/// Starts it as the leader of a session and a process group of its own, with nothing open but its output, to die with the guardian.
/// Its environment is the guardian's and `variables` (NAME=TEXT, ended by NULL). Returns its process, or -1 and why in `errno`.
pid_t command_start(const struct launch *launch, const char *const *variables, struct output *output);
/// To each process that `path` lists (cgroup.procs, or somebody's children): how many there were. `depth` 0: to nobody else; 1: to their groups
/// too; and more: to what they started, so many generations less one.
unsigned signal_listed(int folder, const char *path, int signal, unsigned depth);
/// To the processes that have the guardian as their parent, which includes all that outlived theirs, and to theirs: whatever sessions they
/// made.
unsigned signal_children(int signal);

// ---- cgroup.c ----

/// A lease's cgroup (version 2), made and removed by the guardian. `folder` is -1 when there is none.
struct cgroup {
  const char *path;
  int folder;
};

bool cgroup_make(struct cgroup *cgroup, const char *path);
bool cgroup_write(const struct cgroup *cgroup, const char *file, const char *text);
/// Whether the kernel says of it `key value`, in cgroup.events.
bool cgroup_event(const struct cgroup *cgroup, const char *line);
void cgroup_kill(const struct cgroup *cgroup);
/// Whether it is gone.
bool cgroup_remove(struct cgroup *cgroup);

// ---- the two modes ----

struct options {
  struct launch launch;
  // exec
  const char *cgroup;
  const char *cpu_full, *cpu_reduced;
  int polite_signal;
  bool is_ready_when_started;
  uint64_t ready_milliseconds;
  uint64_t grace_milliseconds;
  // hook
  const char *state_path;
  uint64_t script_milliseconds;
  unsigned parallel;
};

/// What the loop of either mode waits for.
struct sources {
  struct control control;
  int timer, signals;
};

/// Forgets that the timer fired and signals came: the loops look at the clock and at their children every time.
void sources_drain(const struct sources *sources);

int exec_run(const struct options *options, struct sources *sources);
int hook_run(const struct options *options, struct sources *sources, bool is_stopping);

// ---- state.c: the hook leases that are open ----

struct open_lease {
  uint64_t lease, epoch, units;
};

/// Waits for whoever holds the file (a guardian that still shuts) and holds it from then on, until this process ends. Not longer than
/// `milliseconds`.
bool state_lock(const char *path, uint64_t milliseconds);
/// Returns how many there are, or -1 when the file is damaged.
int state_read(const char *path, struct open_lease *leases, unsigned count_max);
/// Replaces the file whole, and waits until it is on the disk. `next` gives one after another, from 0.
bool state_write(const char *path, bool (*next)(unsigned *at, struct open_lease *lease));

#endif
