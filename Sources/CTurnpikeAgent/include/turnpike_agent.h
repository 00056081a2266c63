/// The enforcing part of a Turnpike agent: it knows which leases of its resource are open now, and proves who says so.
///
/// It does no I/O and has no clock, no memory, no thread and no random numbers of its own. The caller owns all of that: it
/// gives received bytes to `turnpike_agent_receive`, sends what `turnpike_agent_output` has for it, and says what time it is.
///
///     while bytes arrive, or at the deadline that tick gave:
///       turnpike_agent_receive(bytes)            what the broker said
///       turnpike_agent_next_event() until NONE   act on it: open, reduce, shut
///       turnpike_agent_tick(now, &deadline)      makes frames, says when it has to be called again
///       turnpike_agent_output(), _sent()         to the connection
///
/// `turnpike_agent_access` may be asked at any time. All instants are milliseconds of the caller's clock: one that never goes
/// back, counts on while the device sleeps, and is at least 1. It may begin anywhere when the program starts.
///
/// Rules that are cited by name ("Fences") are those of the chapter Agents of proto-spec/specification.md.
#ifndef TURNPIKE_AGENT_H
#define TURNPIKE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes of the buffers that the caller must give at least: the longest frames in either direction fit, a page of one lease.
#define TURNPIKE_AGENT_RECEIVED_BYTE_COUNT_MIN 112
#define TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN 152
/// A page of `count` leases fits a buffer for received bytes of this size.
#define TURNPIKE_AGENT_RECEIVED_BYTE_COUNT(count) (40 + 56 * (count))
#define TURNPIKE_AGENT_TICKET_BYTE_COUNT 96
#define TURNPIKE_AGENT_VOUCHER_BYTE_COUNT 96
/// Bytes of the text of a report, without a terminator.
#define TURNPIKE_AGENT_TEXT_BYTE_COUNT_MAX 95
/// Leases of one table at most.
#define TURNPIKE_AGENT_LEASE_CAPACITY_MAX 65534

/// Places for requests under way: one of each kind, by the low bits of its opcode, which of those of one phase are different ones.
#define TURNPIKE_AGENT_PENDING_COUNT_MAX 8
/// How long nothing may be answered before the link is given up.
#ifndef TURNPIKE_AGENT_REPLY_MILLIS
#define TURNPIKE_AGENT_REPLY_MILLIS 30000
#endif
/// Heartbeats are never sent more often, whatever the broker says.
#ifndef TURNPIKE_AGENT_HEARTBEAT_MILLIS_MIN
#define TURNPIKE_AGENT_HEARTBEAT_MILLIS_MIN 100
#endif
/// By how much a `now` may be below one that was given before, as of a caller that reads its clock in two places. In between
/// the agent takes the later one. Beyond that the clock is broken, and every gate is shut for good.
#ifndef TURNPIKE_AGENT_CLOCK_SKEW_MILLIS
#define TURNPIKE_AGENT_CLOCK_SKEW_MILLIS 1000
#endif

/// A deadline that never comes.
#define TURNPIKE_NEVER UINT64_MAX

/// What a call came to. Those from FRAME_LENGTH to GOODBYE end the link: close the connection, call `turnpike_agent_link_down`,
/// and connect again after a while. Gates stay as the clock says.
enum turnpike_result {
  TURNPIKE_RESULT_OK,
  /// A mistake of the caller; nothing was done.
  TURNPIKE_RESULT_ARGUMENT_WRONG,
  /// Not in this state; nothing was done.
  TURNPIKE_RESULT_NOT_NOW,
  TURNPIKE_RESULT_LEASE_UNKNOWN,
  /// `now` was 0, or went back: every gate is shut until the agent is set up anew, with another boot nonce.
  TURNPIKE_RESULT_CLOCK_WRONG,

  /// A length that no frame has. Whoever speaks there is no broker.
  TURNPIKE_RESULT_FRAME_LENGTH,
  /// A frame does not fit the caller's buffer.
  TURNPIKE_RESULT_FRAME_TOO_LONG,
  /// A frame is not as the specification says.
  TURNPIKE_RESULT_FRAME_WRONG,
  /// A frame has no MAC, or a wrong one.
  TURNPIKE_RESULT_MAC_WRONG,
  /// A reply to nothing that was asked, a push out of its order, a lease counted from a stamp that was never told.
  TURNPIKE_RESULT_REPLY_WRONG,
  TURNPIKE_RESULT_REPLY_LATE,
  /// The broker refused what an agent cannot do without; why is in `broker_status`.
  TURNPIKE_RESULT_REFUSED,
  /// The broker ended the connection; why is in `broker_status`.
  TURNPIKE_RESULT_GOODBYE,

  /// A ticket, or a voucher, of another resource or agent, or of a boot before this one.
  TURNPIKE_RESULT_TICKET_NOT_OURS,
  TURNPIKE_RESULT_TICKET_FORGED,
  /// Given longer ago than is allowed, or after what the clock says.
  TURNPIKE_RESULT_TICKET_STAMP,
  /// Its time is over, or it gives none.
  TURNPIKE_RESULT_TICKET_OVER,
  /// The agent knows better: a higher epoch, or that the lease was suspended or ended.
  TURNPIKE_RESULT_TICKET_FENCED,
  TURNPIKE_RESULT_PROOF_WRONG,
  /// The voucher was taken before.
  TURNPIKE_RESULT_VOUCHER_TAKEN,
  /// There is no room for its serial: it may be taken later.
  TURNPIKE_RESULT_VOUCHERS_FULL
};

/// What a lease gives access to now.
enum turnpike_access { TURNPIKE_ACCESS_CLOSED, TURNPIKE_ACCESS_REDUCED, TURNPIKE_ACCESS_FULL };

/// Bytes of the caller, used from the first one on.
struct turnpike_buffer {
  uint8_t *bytes;
  uint32_t capacity, count;
};

/// Of the `flags` of a lease, for callers: this agent provides it.
enum { TURNPIKE_ROW_IS_YOURS = 1 };

/// A lease as the broker told of it, and what the caller was told. Only the fields from `units` on are of interest outside; see
/// leases.c for the others, which make one array of these a hash table and a heap too. (Small fields come first in all that
/// lives on a device: there they are reached with shorter instructions.)
struct turnpike_lease {
  uint16_t flags, answer;
  uint8_t told;
  /// TURNPIKE_LEASE_STATE_* of turnpike.h.
  uint8_t state;
  uint16_t heap, place, bucket, next;
  uint32_t units;
  /// What was reported of it, until the broker answers.
  const char *text;
  uint64_t lease, epoch;
  /// The agent's stamp from which the broker counted those that follow.
  uint64_t stamp;
  /// Last stamp with access. PENDING: last one at which it can be reported ready.
  uint64_t until;
  /// First stamp with reduced access; 0: never, or it is.
  uint64_t throttle_at;
  /// First stamp at which the lease is over if nothing is paid until then.
  uint64_t end;
};

/// All leases that the agent knows: at most `capacity`, in the caller's memory.
struct turnpike_leases {
  struct turnpike_lease *rows;
  uint16_t capacity, count;
  bool has_floor, is_short;
  /// Flags of a row when it begins. `has_held`: one waits only for what is to be reported of it.
  uint16_t row_flags;
  bool has_held;
  /// Leases that were forgotten, or never known, have epochs up to this; no ticket of such a one is taken.
  uint64_t epoch_floor;
  /// The last lease for which there was no room, if the caller was not told of it yet.
  uint64_t refused;
};

enum turnpike_event_kind {
  TURNPIKE_EVENT_NONE,
  /// Full access from now on.
  TURNPIKE_EVENT_OPENED,
  /// Reduced access from now on.
  TURNPIKE_EVENT_REDUCED,
  /// No access from now on. The lease may come back. When it changes hands CLOSED comes first, and then OPENED with its new epoch.
  TURNPIKE_EVENT_CLOSED,
  /// The lease is open as before, but its `until`, or when it is reduced or over, is another instant now: for a caller that handed
  /// the deadline to somebody else. Only a library that was compiled with TURNPIKE_AGENT_TELLS_MOVES as 1 tells it.
  TURNPIKE_EVENT_MOVED,
  /// Provide what is leased until `until`, then `turnpike_agent_report`.
  TURNPIKE_EVENT_PROVISION,
  /// The broker answered a report; `status` is TURNPIKE_STATUS_* of turnpike.h. EPOCH_STALE: it is another lease by now; report
  /// again if that is still true of it.
  TURNPIKE_EVENT_ANSWERED,
  /// The lease is over: shut it, and take down what was provided for it. Nothing more comes of it.
  TURNPIKE_EVENT_ENDED,
  /// There was no room for `lease`, and perhaps for others: they stay shut. They are asked for again when there is room.
  TURNPIKE_EVENT_NO_ROOM,
  /// The broker told of all leases: what the caller still runs for any other is over.
  TURNPIKE_EVENT_LISTED
};

/// One thing to do. Of NO_ROOM only `lease` is set, of LISTED nothing.
struct turnpike_event {
  enum turnpike_event_kind kind;
  uint32_t units;
  uint64_t lease, epoch, until;
  uint16_t status;
  uint8_t state;
};

/// Where a connection is.
///
///     DOWN -> GREETING -> AUTHENTICATING -> ATTACHING -> SERVING
///       ^         any of them -> ENDED         |
///       +--------- link_down of any -----------+
enum turnpike_phase {
  TURNPIKE_PHASE_DOWN,
  TURNPIKE_PHASE_GREETING,
  TURNPIKE_PHASE_AUTHENTICATING,
  TURNPIKE_PHASE_ATTACHING,
  TURNPIKE_PHASE_SERVING,
  /// It ended with `ended_by`; nothing is read or written any more.
  TURNPIKE_PHASE_ENDED
};

/// What the caller decides. It is copied; buffers and leases are used where they are, and stay the caller's.
struct turnpike_agent_setup {
  struct turnpike_lease *leases;
  struct turnpike_buffer received, sent;
  uint16_t lease_capacity;
  /// Which of the resource's agents this is, from 1.
  uint32_t agent;
  /// TURNPIKE_AGENT_FLAGS_* of turnpike.h.
  uint32_t flags;
  /// Of the credential that `turnpiked key --role agent` prints.
  uint32_t generation;
  uint64_t resource;
  uint8_t role_key[32];
  /// 16 random bytes, drawn when the program starts and never again.
  uint8_t boot_nonce[16];
  /// How old a ticket may be, and how often all leases are asked for. 0: an hour; five minutes.
  uint64_t ticket_age_millis, listing_millis;
};

/// A request that was not answered yet.
struct turnpike_pending {
  uint32_t number;
  uint8_t opcode;
};

/// What an agent knows of its connection, all 0 when one begins. Each frame and push is counted; one more than 2^32 - 1 of a kind has a
/// number that is not expected, and ends the connection.
struct turnpike_link {
  uint8_t pending_count, listing;
  bool lists_again, has_heartbeat;
  uint32_t request_number, sent_count, received_count, push_count, heard_count;
  uint32_t heartbeat_millis;
  uint64_t waiting_since, heartbeat_at, listing_at, listing_after;
  struct turnpike_pending pending[TURNPIKE_AGENT_PENDING_COUNT_MAX];
  uint8_t key[32], nonce[16];
};

struct turnpike_part;

/// What passed through the gate of a lease, and how long it was shut in outages: all that no report told of that was taken. `_told` of it
/// are in the report under way; what a report has no place for is in the next one. All 0 where no lease is.
struct turnpike_usage {
  uint64_t received, sent, shut;
  uint32_t received_told, sent_told;
  /// As they were known before the outage: its epoch, and when its gate was shut first.
  uint64_t epoch, shut_at;
};

/// What was counted for the broker, in the caller's memory. At most one report is under way. See usage.c.
struct turnpike_meter {
  /// Reports of what was provided, unless nothing was ever.
  const struct turnpike_part *part;
  struct turnpike_usage *rows;
  uint32_t millis;
  /// The row where the turn is; leases in the report under way.
  uint16_t at;
  uint8_t count;
  bool has_round, is_under_way, was_sent, is_last;
  /// Of the last report that was taken.
  uint64_t number;
  /// When the next turn begins, or what was refused is sent again.
  uint64_t due_at;
};

/// An agent. It outlives connections, and is set up once in the life of the program: leases go on without a connection until
/// their time is over. Only `phase`, `ended_by`, `broker_status` and `setup` are of interest outside.
struct turnpike_agent {
  /// enum turnpike_phase; enum turnpike_result; TURNPIKE_STATUS_* of turnpike.h.
  uint8_t phase, ended_by;
  uint16_t broker_status;

  bool is_stopped, was_listed;
  /// Of reports, unless nothing was ever reported. `reports_again`: some that the broker could not take are due after the next
  /// heartbeat; `reports_all`: all without an answer are due now.
  bool has_reports, reports_again, reports_all;
  uint16_t report_at;
  /// Reports, or usage; NULL: neither.
  const struct turnpike_part *part;

  struct turnpike_link link;
  struct turnpike_leases leases;
  /// The latest `now`.
  uint64_t clock;
  struct turnpike_agent_setup setup;
  /// The lease of the report under way; TURNPIKE_NEVER: its answer means nothing any more; 0: none is.
  uint64_t reported;
  /// Of usage, unless that was not set up.
  struct turnpike_meter *meter;
};

/// Sets an agent up, with no lease and no connection. `setup->received` and `setup->sent` are emptied.
enum turnpike_result turnpike_agent_init(struct turnpike_agent *agent, const struct turnpike_agent_setup *setup, uint64_t now);

/// A connection was made; `nonce` is 16 random bytes, others each time.
enum turnpike_result turnpike_agent_link_up(struct turnpike_agent *agent, const uint8_t nonce[16], uint64_t now);

/// The connection is closed, by whom ever.
enum turnpike_result turnpike_agent_link_down(struct turnpike_agent *agent);

/// Takes all of `bytes`.
enum turnpike_result turnpike_agent_receive(struct turnpike_agent *agent, const uint8_t *bytes, size_t byte_count, uint64_t now);

/// Makes what frames are due, and tells when it has to be called again at the latest: `now` when an event waits. Stamps are `now`.
enum turnpike_result turnpike_agent_tick(struct turnpike_agent *agent, uint64_t now, uint64_t *deadline);

/// What is to be sent, and how much of it was. The bytes move with every other call.
enum turnpike_result turnpike_agent_output(const struct turnpike_agent *agent, const uint8_t **bytes, size_t *byte_count);
enum turnpike_result turnpike_agent_sent(struct turnpike_agent *agent, size_t byte_count);

/// What to do next; NONE when all is done, which the next heartbeat tells the broker. Call it until then: what ended is
/// forgotten by that, and makes room. No event is lost, however late it is taken; of what came and went meanwhile there is none.
enum turnpike_result turnpike_agent_next_event(struct turnpike_agent *agent, uint64_t now, struct turnpike_event *event);

/// What `lease` gives access to. CLOSED of any that is not known.
enum turnpike_access turnpike_agent_access(const struct turnpike_agent *agent, uint64_t lease, uint64_t now);

/// The lease as it is known, until the next call that is not const.
enum turnpike_result turnpike_agent_find(const struct turnpike_agent *agent, uint64_t lease, const struct turnpike_lease **found);

/// Reports that a lease is provided (`text`: where its holder finds it) or that it cannot be (`text`: why), again on every
/// connection until the broker answers. `text` may be NULL for none; it is the caller's, and must stay until ANSWERED or ENDED, or
/// another report.
/// NOT_NOW: another agent provides it.
enum turnpike_result turnpike_agent_report(struct turnpike_agent *agent, uint64_t lease, bool is_ready, const char *text);

/// Has an agent count what passes through its gates, in as many `rows` as it has leases, and report it every so many milliseconds (0: ten
/// seconds), at the next tick. With the flag REPORTS it also tells for how long gates were shut in outages: without this function
/// nothing does, so that flag is for agents that call it. After `init`, before the first connection, once.
enum turnpike_result turnpike_agent_meter(struct turnpike_agent *agent, struct turnpike_meter *meter, struct turnpike_usage *rows,
                                          uint32_t millis);

/// So many bytes came from the holder of `lease`, or went to him, since the call before. What is counted at ENDED is still reported; a
/// tick after that the lease is unknown. Until its report was taken a lease that ended has a row in the table.
enum turnpike_result turnpike_agent_count(struct turnpike_agent *agent, uint64_t lease, uint64_t received, uint64_t sent);

/// Has what was counted reported at the next ticks, before it is time, for a program that is about to end. True: all was.
bool turnpike_agent_flush(struct turnpike_agent *agent);

/// What a ticket that was taken gives: access to `lease` until `until`, as long as the broker says nothing else.
struct turnpike_pass {
  uint32_t units;
  uint8_t state;
  uint64_t lease, epoch, stamp, until;
};

/// Whether a ticket is one to be taken; then draw a challenge of 16 random bytes for whoever showed it.
enum turnpike_result turnpike_agent_check_ticket(const struct turnpike_agent *agent, const uint8_t ticket[TURNPIKE_AGENT_TICKET_BYTE_COUNT],
                                                 uint64_t now, struct turnpike_pass *pass);

/// Whether the ticket is one to be taken, and the answer to the challenge is right: only then let him in. Take each challenge once.
enum turnpike_result turnpike_agent_check_proof(const struct turnpike_agent *agent, const uint8_t ticket[TURNPIKE_AGENT_TICKET_BYTE_COUNT],
                                                const uint8_t challenge[16], const uint8_t proof[16], uint64_t now,
                                                struct turnpike_pass *pass);

/// What the pass gives access to now. What the broker said since it was given beats it.
enum turnpike_access turnpike_agent_pass_access(const struct turnpike_agent *agent, const struct turnpike_pass *pass, uint64_t now);

/// What a voucher pays for: `quantity` of `meter`, whatever becomes of the lease.
struct turnpike_use {
  uint8_t meter;
  uint64_t lease, serial, until, quantity, charged;
};

/// A serial that was taken; its row is free after `until`.
struct turnpike_taken {
  uint64_t serial, until;
};

/// All serials that were taken since the program started, as long as they could be shown again: rows of the caller, all 0 at first. As many
/// vouchers as there are rows can be taken in the time that one is good for.
struct turnpike_vouchers {
  struct turnpike_taken *rows;
  uint16_t capacity;
};

/// Whether a voucher is one to be taken, if it was not before; then draw a challenge of 16 random bytes for whoever showed it. Neither this
/// nor `take_voucher` needs a connection, before or now.
enum turnpike_result turnpike_agent_check_voucher(const struct turnpike_agent *agent, const uint8_t voucher[TURNPIKE_AGENT_VOUCHER_BYTE_COUNT],
                                                  uint64_t now, struct turnpike_use *use);

/// Takes a voucher, once, if it is one to be taken and the answer to the challenge is right: only then serve the use. Take each challenge once.
enum turnpike_result turnpike_agent_take_voucher(struct turnpike_agent *agent, struct turnpike_vouchers *vouchers,
                                                 const uint8_t voucher[TURNPIKE_AGENT_VOUCHER_BYTE_COUNT], const uint8_t challenge[16],
                                                 const uint8_t proof[16], uint64_t now, struct turnpike_use *use);

#ifdef __cplusplus
}
#endif

#endif
