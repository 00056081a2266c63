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

void turnpike_row_set(struct turnpike_lease *row, unsigned flags) { row->flags = (uint16_t)(row->flags | flags); }
void turnpike_row_clear(struct turnpike_lease *row, unsigned flags) { row->flags = (uint16_t)(row->flags & ~flags); }

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
  uint64_t at = row->until == TURNPIKE_NEVER ? TURNPIKE_NEVER : row->until + 1;
  if (row->end < at) at = row->end;
  if (row->told == TURNPIKE_ACCESS_FULL && row->throttle_at != 0 && row->throttle_at < at) at = row->throttle_at;
  return at;
}

// ---- the heap ----

static struct turnpike_lease *at(const struct turnpike_leases *leases, uint16_t index) {
  return &leases->rows[leases->rows[index].heap];
}

static void swap(struct turnpike_leases *leases, uint16_t a, uint16_t b) {
  struct turnpike_lease *rows = leases->rows;
  const uint16_t row = rows[a].heap;
  rows[a].heap = rows[b].heap;
  rows[b].heap = row;
  rows[rows[a].heap].place = a;
  rows[rows[b].heap].place = b;
}

/// Puts the row at `place` where it belongs, after its due time changed.
static void settle(struct turnpike_leases *leases, uint16_t place) {
  while (place > 0) {
    const uint16_t parent = (uint16_t)((place - 1) / 2);
    if (due(at(leases, parent)) <= due(at(leases, place))) break;
    swap(leases, place, parent);
    place = parent;
  }
  for (;;) {
    uint32_t child = 2u * place + 1;
    if (child >= leases->count) return;
    if (child + 1 < leases->count && due(at(leases, (uint16_t)(child + 1))) < due(at(leases, (uint16_t)child)))
      child++;
    if (due(at(leases, place)) <= due(at(leases, (uint16_t)child))) return;
    swap(leases, place, (uint16_t)child);
    place = (uint16_t)child;
  }
}

static void mark_dirty(struct turnpike_leases *leases, struct turnpike_lease *row) {
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
  for (uint16_t i = 0; i < capacity; i++) rows[i].heap = rows[i].place = i;
}

/// Ids count up, so their low bits spread by themselves.
static uint16_t *chain_of(const struct turnpike_leases *leases, uint64_t lease) {
  return &leases->rows[(uint32_t)lease % leases->capacity].bucket;
}

struct turnpike_lease *turnpike_leases_find(const struct turnpike_leases *leases, uint64_t lease) {
  uint16_t link = *chain_of(leases, lease);
  while (link != 0 && leases->rows[link - 1].lease != lease) link = leases->rows[link - 1].next;
  return link != 0 ? &leases->rows[link - 1] : NULL;
}

/// A fresh row; there is room.
static struct turnpike_lease *insert(struct turnpike_leases *leases, uint64_t lease) {
  uint16_t *chain = chain_of(leases, lease);
  struct turnpike_lease *row = at(leases, leases->count);
  leases->count++;
  row->lease = lease;
  row->flags = 0;
  row->told = TURNPIKE_ACCESS_CLOSED;
  row->next = *chain;
  *chain = (uint16_t)(row - leases->rows + 1);
  return row;
}

static void forget(struct turnpike_leases *leases, struct turnpike_lease *row) {
  turnpike_leases_raise_floor(leases, row->epoch);
  uint16_t *link = chain_of(leases, row->lease);
  while (&leases->rows[*link - 1] != row) link = &leases->rows[*link - 1].next;
  *link = row->next;
  const uint16_t place = row->place;
  leases->count--;
  swap(leases, place, leases->count);
  if (place < leases->count) settle(leases, place);
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
  if (words[word_epoch] > row->epoch) {
    if (row->told != TURNPIKE_ACCESS_CLOSED) turnpike_row_set(row, TURNPIKE_ROW_IS_FENCED);
    if (row->flags & TURNPIKE_ROW_HAS_REPORT) {
      // It was about what is no more: whether it holds for the new epoch too only the caller knows.
      row->answer = TURNPIKE_STATUS_EPOCH_STALE;
      turnpike_row_set(row, TURNPIKE_ROW_HAS_ANSWER);
    }
    turnpike_row_clear(row, TURNPIKE_ROW_WAS_ASKED | TURNPIKE_ROW_HAS_REPORT);
  }
  if (TURNPIKE_AGENT_TELLS_MOVES &&
      (words[word_until] != row->until || words[word_throttle_at] != row->throttle_at || words[word_end] != row->end))
    turnpike_row_set(row, TURNPIKE_ROW_HAS_MOVED);
  row->epoch = words[word_epoch];
  row->stamp = words[word_stamp];
  row->until = words[word_until];
  row->throttle_at = words[word_throttle_at];
  row->end = words[word_end];
  row->units = (uint32_t)words[word_units];
  row->state = (uint8_t)state;
  turnpike_row_clear(row, TURNPIKE_ROW_IS_YOURS);
  turnpike_row_set(row, (is_yours ? TURNPIKE_ROW_IS_YOURS : 0) | (ended(state) ? TURNPIKE_ROW_IS_OVER : 0));
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
  mark_dirty(leases, row);
  return TURNPIKE_RESULT_OK;
}

void turnpike_leases_answer(struct turnpike_leases *leases, struct turnpike_lease *row, uint16_t status) {
  turnpike_row_clear(row, TURNPIKE_ROW_HAS_REPORT);
  turnpike_row_set(row, TURNPIKE_ROW_HAS_ANSWER);
  row->answer = status;
  mark_dirty(leases, row);
}

void turnpike_leases_clear(struct turnpike_leases *leases, unsigned flags) {
  for (uint16_t i = 0; i < leases->capacity; i++) turnpike_row_clear(&leases->rows[i], flags);
}

void turnpike_leases_end_listing(struct turnpike_leases *leases) {
  // By rows, not by places: marking one moves others in the heap.
  for (uint16_t i = 0; i < leases->capacity; i++) {
    struct turnpike_lease *row = &leases->rows[i];
    if (row->place >= leases->count || (row->flags & TURNPIKE_ROW_WAS_LISTED)) continue;
    turnpike_row_set(row, TURNPIKE_ROW_IS_OVER);
    mark_dirty(leases, row);
  }
}

// ---- what the caller is told ----

/// What is next for this row; NONE when he knows all.
static enum turnpike_event_kind difference(const struct turnpike_lease *row, uint64_t now) {
  static const uint8_t kinds[] = {TURNPIKE_EVENT_CLOSED, TURNPIKE_EVENT_REDUCED, TURNPIKE_EVENT_OPENED};
  if (row->flags & TURNPIKE_ROW_IS_OVER) return row->flags & TURNPIKE_ROW_IS_KNOWN ? TURNPIKE_EVENT_ENDED : TURNPIKE_EVENT_NONE;
  if (row->flags & TURNPIKE_ROW_IS_FENCED) return TURNPIKE_EVENT_CLOSED;
  if (row->flags & TURNPIKE_ROW_HAS_ANSWER) return TURNPIKE_EVENT_ANSWERED;
  if (row->state == TURNPIKE_LEASE_STATE_PENDING && (row->flags & TURNPIKE_ROW_IS_YOURS) && !(row->flags & TURNPIKE_ROW_WAS_ASKED) &&
      now <= row->until)
    return TURNPIKE_EVENT_PROVISION;
  const enum turnpike_access access = turnpike_lease_access(row, now);
  if (access != row->told) return (enum turnpike_event_kind)kinds[access];
  const bool has_moved = access != TURNPIKE_ACCESS_CLOSED && (row->flags & TURNPIKE_ROW_HAS_MOVED);
  return TURNPIKE_AGENT_TELLS_MOVES && has_moved ? TURNPIKE_EVENT_MOVED : TURNPIKE_EVENT_NONE;
}

/// Notes that he was told.
static void note(struct turnpike_lease *row, enum turnpike_event_kind kind) {
  turnpike_row_set(row, TURNPIKE_ROW_IS_KNOWN);
  switch (kind) {
    case TURNPIKE_EVENT_OPENED: row->told = TURNPIKE_ACCESS_FULL; break;
    case TURNPIKE_EVENT_REDUCED: row->told = TURNPIKE_ACCESS_REDUCED; break;
    case TURNPIKE_EVENT_CLOSED:
      row->told = TURNPIKE_ACCESS_CLOSED;
      turnpike_row_clear(row, TURNPIKE_ROW_IS_FENCED);
      break;
    case TURNPIKE_EVENT_ANSWERED: turnpike_row_clear(row, TURNPIKE_ROW_HAS_ANSWER); break;
    case TURNPIKE_EVENT_PROVISION: turnpike_row_set(row, TURNPIKE_ROW_WAS_ASKED); break;
    default: break;
  }
  // All these tell of a lease that is open, and until when.
  if (kind == TURNPIKE_EVENT_OPENED || kind == TURNPIKE_EVENT_REDUCED || kind == TURNPIKE_EVENT_MOVED)
    turnpike_row_clear(row, TURNPIKE_ROW_HAS_MOVED);
}

bool turnpike_leases_next_event(struct turnpike_leases *leases, uint64_t now, struct turnpike_event *event) {
  // Each turn tells something, or ends with one row less that is due.
  while (turnpike_leases_due(leases) != TURNPIKE_NEVER && turnpike_leases_due(leases) <= now) {
    struct turnpike_lease *row = at(leases, 0);
    const enum turnpike_event_kind kind = difference(row, now);
    if (row->flags & TURNPIKE_ROW_IS_OVER) {
      forget(leases, row);
    } else if (kind == TURNPIKE_EVENT_NONE) {
      turnpike_row_clear(row, TURNPIKE_ROW_IS_DIRTY);
      settle(leases, row->place);
    } else {
      note(row, kind);
      // More may be to tell of the same row.
      mark_dirty(leases, row);
    }
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
