/// The leases that an agent knows: what they give access to, what the caller has to be told, and when.
#ifndef TURNPIKE_LEASES_H
#define TURNPIKE_LEASES_H

#include "turnpike_agent.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Whether the caller is told when the deadline of an open lease moves. A device that shuts its gates itself need not know. No
/// type depends on it: only what leases.c does.
#ifndef TURNPIKE_AGENT_TELLS_MOVES
#define TURNPIKE_AGENT_TELLS_MOVES 0
#endif

/// Facts of a row that are not in its other fields. (1 is TURNPIKE_ROW_IS_YOURS.)
enum {
  /// The broker said that it is over, or did not tell of it.
  TURNPIKE_ROW_IS_OVER = 2,
  /// There may be something to tell the caller.
  TURNPIKE_ROW_IS_DIRTY = 4,
  /// It has another epoch than the one that was told open: that one has to be told shut.
  TURNPIKE_ROW_IS_FENCED = 8,
  /// The broker told of it since the listing began.
  TURNPIKE_ROW_WAS_LISTED = 16,
  /// The caller was told of it.
  TURNPIKE_ROW_IS_KNOWN = 32,
  /// The caller was told to provide it.
  TURNPIKE_ROW_WAS_ASKED = 64,
  /// A report waits for the broker's answer; it says READY; it was sent on this connection.
  TURNPIKE_ROW_HAS_REPORT = 128,
  TURNPIKE_ROW_IS_READY = 256,
  TURNPIKE_ROW_WAS_SENT = 512,
  /// `answer` waits to be told.
  TURNPIKE_ROW_HAS_ANSWER = 1024,
  /// Its deadlines are others than those that were told.
  TURNPIKE_ROW_HAS_MOVED = 2048,
  /// It is not to be forgotten: what passed through its gate is still to be reported. It is not in the report under way, or it is.
  TURNPIKE_ROW_IS_HELD = 4096,
  TURNPIKE_ROW_IS_REPORTED = 8192,
  /// What of its outage is to be reported is known.
  TURNPIKE_ROW_IS_SETTLED = 16384,
  /// Its report is one of those that are sent before any that came later.
  TURNPIKE_ROW_IS_NEXT = 32768
};

static inline void turnpike_row_set(struct turnpike_lease *row, unsigned flags) { row->flags = (uint16_t)(row->flags | flags); }
static inline void turnpike_row_clear(struct turnpike_lease *row, unsigned flags) { row->flags = (uint16_t)(row->flags & ~flags); }

void turnpike_leases_init(struct turnpike_leases *leases, struct turnpike_lease *rows, uint16_t capacity);
struct turnpike_lease *turnpike_leases_find(const struct turnpike_leases *leases, uint64_t lease);

/// Access by the clock and what the broker said, nothing else.
enum turnpike_access turnpike_lease_access(const struct turnpike_lease *row, uint64_t now);

/// Takes an AgentLease (56 bytes) that came on the connection. FRAME_WRONG when it is none, REPLY_WRONG when it
/// counts from after `now`.
enum turnpike_result turnpike_leases_tell(struct turnpike_leases *leases, const uint8_t *record, uint64_t now);

/// Has the caller told what is new of the row.
void turnpike_leases_mark(struct turnpike_leases *leases, struct turnpike_lease *row);

/// No lease with an epoch up to this is to be believed in unless the broker told of it.
void turnpike_leases_raise_floor(struct turnpike_leases *leases, uint64_t epoch);

/// Clears flags of all rows. Not IS_DIRTY, which has its place in the heap.
void turnpike_leases_clear(struct turnpike_leases *leases, unsigned flags);

/// What was not told of since WAS_LISTED was cleared is over.
void turnpike_leases_end_listing(struct turnpike_leases *leases);

/// The next event of a lease at `now`, or false. Leases that ended are forgotten when that was told.
bool turnpike_leases_next_event(struct turnpike_leases *leases, uint64_t now, struct turnpike_event *event);

/// When there will be an event, if the broker says nothing until then. TURNPIKE_NEVER: never.
uint64_t turnpike_leases_due(const struct turnpike_leases *leases);

#ifdef __cplusplus
}
#endif

#endif
