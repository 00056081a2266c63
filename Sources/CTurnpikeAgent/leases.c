// The lease table: three structures in one array of rows, none of which moves.
//
// - A hash table: `bucket` of row i is the first row of chain i, `next` the row after it in the chain. Both are an index + 1; 0 is none.
// - A heap: `heap` of row i is the row at place i of a permutation of all rows, and `place` of a row is where it stands there. The first
//   `count` places are the rows in use, as a binary heap with the row at its top that has something to tell first; the others are free.
// - Nothing waits in a queue of events. `told` is the access that the caller was told last, and what he has to hear follows from the
//   difference between that and how things are. So no event can be lost, and no memory runs out for one.

#include "leases.h"

#include <string.h>

#include "wire.h"

// ---- access ----

static bool runs(unsigned state) { return state >= TURNPIKE_LEASE_STATE_ACTIVE && state <= TURNPIKE_LEASE_STATE_THROTTLED; }
static bool ended(unsigned state) { return state >= TURNPIKE_LEASE_STATE_EXPIRED; }

enum turnpike_access turnpike_lease_access(const struct turnpike_lease *row, uint64_t now) {
  if ((row->flags & TURNPIKE_ROW_IS_OVER) || !runs(row->state) || now > row->until || now >= row->end) return TURNPIKE_ACCESS_CLOSED;
  if (row->state == TURNPIKE_LEASE_STATE_THROTTLED || (row->throttle_at != 0 && now >= row->throttle_at)) return TURNPIKE_ACCESS_REDUCED;
  return TURNPIKE_ACCESS_FULL;
}

/// When the row has something to tell: now (0), or when the clock alone makes its access another one than was told.
static uint64_t due(const struct turnpike_lease *row) {
  if (row->flags & TURNPIKE_ROW_IS_DIRTY) return 0;
  if (row->told == TURNPIKE_ACCESS_CLOSED) return TURNPIKE_NEVER;
  uint64_t at = row->until < row->end ? row->until + 1 : row->end;
  if (row->told == TURNPIKE_ACCESS_FULL && row->throttle_at != 0 && row->throttle_at < at) at = row->throttle_at;
  return at;
}

// ---- the heap ----

static struct turnpike_lease *at(const struct turnpike_leases *leases, unsigned place) {
  return &leases->rows[leases->rows[place].heap];
}

static void swap(struct turnpike_leases *leases, unsigned a, unsigned b) {
  struct turnpike_lease *rows = leases->rows;
  const uint16_t row = rows[a].heap;
  rows[a].heap = rows[b].heap;
  rows[b].heap = row;
  rows[rows[a].heap].place = (uint16_t)a;
  rows[rows[b].heap].place = (uint16_t)b;
}

/// Whether the row at place `a` is due before that at `b`.
static bool precedes(const struct turnpike_leases *leases, unsigned a, unsigned b) {
  return due(at(leases, a)) < due(at(leases, b));
}

/// Puts the row at `place` where it belongs, after its due time changed.
static void settle(struct turnpike_leases *leases, unsigned place) {
  while (place > 0) {
    const unsigned parent = (place - 1) / 2;
    if (!precedes(leases, place, parent)) break;
    swap(leases, place, parent);
    place = parent;
  }
  for (;;) {
    unsigned child = 2 * place + 1;
    if (child >= leases->count) return;
    if (child + 1 < leases->count && precedes(leases, child + 1, child)) child++;
    if (!precedes(leases, child, place)) return;
    swap(leases, place, child);
    place = child;
  }
}

void turnpike_leases_mark(struct turnpike_leases *leases, struct turnpike_lease *row) {
  turnpike_row_set(row, TURNPIKE_ROW_IS_DIRTY);
  settle(leases, row->place);
}

uint64_t turnpike_leases_due(const struct turnpike_leases *leases) {
  return leases->count == 0 ? TURNPIKE_NEVER : due(at(leases, 0));
}

// ---- the hash table ----

void turnpike_leases_init(struct turnpike_leases *leases, struct turnpike_lease *rows, uint16_t capacity) {
  memset(leases, 0, sizeof *leases);
  memset(rows, 0, capacity * sizeof rows[0]);
  leases->rows = rows;
  leases->capacity = capacity;
  for (unsigned i = 0; i < capacity; i++) rows[i].heap = rows[i].place = (uint16_t)i;
}

/// What leads to the row of the lease, or the end of its chain: a place for it. Ids count up, so their low bits spread by themselves.
static uint16_t *link_to(const struct turnpike_leases *leases, uint64_t lease) {
  uint16_t *link = &leases->rows[(uint32_t)lease % leases->capacity].bucket;
  while (*link != 0 && leases->rows[*link - 1].lease != lease) link = &leases->rows[*link - 1].next;
  return link;
}

struct turnpike_lease *turnpike_leases_find(const struct turnpike_leases *leases, uint64_t lease) {
  const uint16_t link = *link_to(leases, lease);
  return link != 0 ? &leases->rows[link - 1] : NULL;
}

/// A fresh row of a lease that has none; there is room.
static struct turnpike_lease *insert(struct turnpike_leases *leases, uint64_t lease) {
  const uint16_t index = leases->rows[leases->count++].heap;
  struct turnpike_lease *row = &leases->rows[index];
  *link_to(leases, lease) = (uint16_t)(index + 1);
  row->lease = lease;
  row->flags = leases->row_flags;
  row->told = TURNPIKE_ACCESS_CLOSED;
  row->next = 0;
  return row;
}

/// Forgets the row at the top of the heap, or lets it wait, never due, until it is no longer held. Another one stands there then, to be
/// settled.
static void forget_top(struct turnpike_leases *leases) {
  struct turnpike_lease *row = at(leases, 0);
  if (row->flags & TURNPIKE_ROW_IS_HELD) {
    row->told = TURNPIKE_ACCESS_CLOSED;
    // The text of what was reported of it is the caller's again.
    turnpike_row_clear(row, TURNPIKE_ROW_IS_DIRTY | TURNPIKE_ROW_IS_KNOWN | TURNPIKE_ROW_HAS_REPORT);
    leases->has_held = true;
    return;
  }
  turnpike_leases_raise_floor(leases, row->epoch);
  *link_to(leases, row->lease) = row->next;
  leases->count--;
  swap(leases, 0, leases->count);
}

void turnpike_leases_raise_floor(struct turnpike_leases *leases, uint64_t epoch) {
  if (epoch > leases->epoch_floor) leases->epoch_floor = epoch;
}

// ---- what the broker tells ----

/// The first words of an AgentLease: integers of 8 bytes, and two of 4 in the last.
enum { word_lease, word_epoch, word_stamp, word_until, word_throttle_at, word_end, word_units, word_count };

/// Makes the row what the record says. Its epoch is at most the record's.
static void update(struct turnpike_lease *row, const uint64_t words[word_count]) {
  const unsigned state = (words[word_units] >> 32) & 0xff;
  const bool is_yours = (words[word_units] >> 40) != 0;
  unsigned flags = row->flags & ~(unsigned)TURNPIKE_ROW_IS_YOURS;
  if (is_yours) flags |= TURNPIKE_ROW_IS_YOURS;
  if (ended(state)) flags |= TURNPIKE_ROW_IS_OVER;
  if (words[word_epoch] > row->epoch) {
    if (row->told != TURNPIKE_ACCESS_CLOSED) flags |= TURNPIKE_ROW_IS_FENCED;
    if (flags & TURNPIKE_ROW_HAS_REPORT) {
      // It was about what is no more: whether it holds for the new epoch too only the caller knows.
      row->answer = TURNPIKE_STATUS_EPOCH_STALE;
      flags |= TURNPIKE_ROW_HAS_ANSWER;
    }
    flags &= ~(unsigned)(TURNPIKE_ROW_WAS_ASKED | TURNPIKE_ROW_HAS_REPORT);
  }
  if (TURNPIKE_AGENT_TELLS_MOVES &&
      (words[word_until] != row->until || words[word_throttle_at] != row->throttle_at || words[word_end] != row->end))
    flags |= TURNPIKE_ROW_HAS_MOVED;
  row->flags = (uint16_t)flags;
  // They are in the row in the order of the record.
  memcpy((uint8_t *)row + offsetof(struct turnpike_lease, lease), words, word_units * sizeof words[0]);
  row->units = (uint32_t)words[word_units];
  row->state = (uint8_t)state;
}

enum turnpike_result turnpike_leases_tell(struct turnpike_leases *leases, const uint8_t *record, uint64_t now) {
  uint64_t words[word_count];
  turnpike_load_words(words, record, word_count);
  const unsigned state = record[TURNPIKE_AGENT_LEASE_STATE_OFFSET];
  if (state < TURNPIKE_LEASE_STATE_PENDING || state > TURNPIKE_LEASE_STATE_FAILED || words[word_units] >> 48 != 0)
    return TURNPIKE_RESULT_FRAME_WRONG;
  if (words[word_lease] == 0 || words[word_stamp] > now) return TURNPIKE_RESULT_REPLY_WRONG;
  struct turnpike_lease *row = turnpike_leases_find(leases, words[word_lease]);
  if (row == NULL) {
    if (ended(state)) {
      turnpike_leases_raise_floor(leases, words[word_epoch]);
      return TURNPIKE_RESULT_OK;
    }
    if (leases->count == leases->capacity) {
      leases->refused = words[word_lease];
      leases->is_short = true;
      return TURNPIKE_RESULT_OK;
    }
    row = insert(leases, words[word_lease]);
    row->epoch = words[word_epoch];
  }
  turnpike_row_set(row, TURNPIKE_ROW_WAS_LISTED);
  // An old epoch changes nothing. What ended never runs again: IS_OVER stays.
  if (words[word_epoch] >= row->epoch) update(row, words);
  turnpike_leases_mark(leases, row);
  return TURNPIKE_RESULT_OK;
}

void turnpike_leases_clear(struct turnpike_leases *leases, unsigned flags) {
  for (unsigned i = 0; i < leases->capacity; i++) turnpike_row_clear(&leases->rows[i], flags);
}

void turnpike_leases_end_listing(struct turnpike_leases *leases) {
  // By rows, not by places: marking one moves others in the heap.
  for (unsigned i = 0; i < leases->capacity; i++) {
    struct turnpike_lease *row = &leases->rows[i];
    if (row->place >= leases->count || (row->flags & TURNPIKE_ROW_WAS_LISTED)) continue;
    turnpike_row_set(row, TURNPIKE_ROW_IS_OVER);
    turnpike_leases_mark(leases, row);
  }
}

// ---- what the caller is told ----

/// The three events that tell of access, in the opposite order of that; and which access it is that the event tells of.
static enum turnpike_event_kind event_of(enum turnpike_access access) { return (enum turnpike_event_kind)(TURNPIKE_EVENT_CLOSED - (int)access); }
static uint8_t access_of(enum turnpike_event_kind kind) { return (uint8_t)(TURNPIKE_EVENT_CLOSED - (int)kind); }

/// What is next for this row; NONE when he knows all.
static enum turnpike_event_kind difference(const struct turnpike_lease *row, uint64_t now) {
  if (row->flags & TURNPIKE_ROW_IS_OVER) return row->flags & TURNPIKE_ROW_IS_KNOWN ? TURNPIKE_EVENT_ENDED : TURNPIKE_EVENT_NONE;
  if (row->flags & TURNPIKE_ROW_IS_FENCED) return TURNPIKE_EVENT_CLOSED;
  if (row->flags & TURNPIKE_ROW_HAS_ANSWER) return TURNPIKE_EVENT_ANSWERED;
  if (row->state == TURNPIKE_LEASE_STATE_PENDING && (row->flags & TURNPIKE_ROW_IS_YOURS) && !(row->flags & TURNPIKE_ROW_WAS_ASKED) &&
      now <= row->until)
    return TURNPIKE_EVENT_PROVISION;
  const enum turnpike_access access = turnpike_lease_access(row, now);
  if (access != row->told) return event_of(access);
  const bool has_moved = access != TURNPIKE_ACCESS_CLOSED && (row->flags & TURNPIKE_ROW_HAS_MOVED);
  return TURNPIKE_AGENT_TELLS_MOVES && has_moved ? TURNPIKE_EVENT_MOVED : TURNPIKE_EVENT_NONE;
}

/// Notes that he was told.
static void note(struct turnpike_lease *row, enum turnpike_event_kind kind) {
  // More may be to tell of the same row.
  turnpike_row_set(row, TURNPIKE_ROW_IS_KNOWN | TURNPIKE_ROW_IS_DIRTY);
  if (kind == TURNPIKE_EVENT_PROVISION) turnpike_row_set(row, TURNPIKE_ROW_WAS_ASKED);
  if (kind == TURNPIKE_EVENT_ANSWERED) turnpike_row_clear(row, TURNPIKE_ROW_HAS_ANSWER);
  // What is told of access tells until when, too. A fence is told first.
  if (kind <= TURNPIKE_EVENT_MOVED) turnpike_row_clear(row, TURNPIKE_ROW_HAS_MOVED | TURNPIKE_ROW_IS_FENCED);
  if (kind <= TURNPIKE_EVENT_CLOSED) row->told = access_of(kind);
}

bool turnpike_leases_next_event(struct turnpike_leases *leases, uint64_t now, struct turnpike_event *event) {
  // Each turn tells something, or ends with one row less that is due.
  while (turnpike_leases_due(leases) != TURNPIKE_NEVER && turnpike_leases_due(leases) <= now) {
    struct turnpike_lease *row = at(leases, 0);
    const enum turnpike_event_kind kind = difference(row, now);
    if (row->flags & TURNPIKE_ROW_IS_OVER) forget_top(leases);
    else if (kind == TURNPIKE_EVENT_NONE) turnpike_row_clear(row, TURNPIKE_ROW_IS_DIRTY);
    else note(row, kind);
    settle(leases, 0);
    if (kind == TURNPIKE_EVENT_NONE) continue;
    // A row that was forgotten is what it was until it is used again.
    event->kind = kind;
    event->lease = row->lease;
    event->epoch = row->epoch;
    event->until = row->until;
    event->units = row->units;
    event->state = row->state;
    event->status = row->answer;
    return true;
  }
  return false;
}
