// Reports of what passed through gates, and for how long they were shut in outages. Only an agent that is set up to has these functions linked.
//
// What was counted of a lease is reported in turns over all rows: one every so often, and one when a lease ended, whose row is held until
// then. A turn is as many reports as it takes, one after the other, and a report that is under way is settled before there is another:
//
//     counted -> told in the report under way -> taken away, when it was taken (by its reply, or by the number in that to ATTACH)
//                                             -> counted as before, when the number in ATTACH's reply says that it was not
//
// A round of an outage begins with each connection, from what was known of the rows by then, and ends when a report with `last` was taken.
// In between each row is settled once, after the broker told of it.

#include <string.h>

#include "agent.h"
#include "leases.h"
#include "sha256.h"
#include "wire.h"

enum {
  report_millis = 10 * 1000,
  head_byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_REPORT_REQUEST_BYTE_COUNT
};

/// The lease in a row, or NULL.
static struct turnpike_lease *lease_at(const struct turnpike_agent *agent, unsigned i) {
  struct turnpike_lease *row = &agent->setup.leases[i];
  return row->place < agent->leases.count ? row : NULL;
}

static uint64_t sum(uint64_t a, uint64_t b) { return a > UINT64_MAX - b ? UINT64_MAX : a + b; }
static uint32_t part_of(uint64_t count) { return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX; }

// ---- outages ----

/// Keeps what is known of each lease, unless what is kept of it is from before and still needed. Once or more often in a handshake.
static void begin_round(struct turnpike_agent *agent) {
  agent->meter->is_last = false;
  agent->meter->has_round = (agent->setup.flags & TURNPIKE_AGENT_FLAGS_REPORTS) != 0;
  if (!agent->meter->has_round) return;
  agent->leases.row_flags = TURNPIKE_ROW_IS_HELD;
  for (unsigned i = 0; i < agent->setup.lease_capacity; i++) {
    struct turnpike_lease *row = lease_at(agent, i);
    struct turnpike_usage *usage = &agent->meter->rows[i];
    if (row == NULL || !(row->flags & TURNPIKE_ROW_IS_SETTLED)) continue;
    turnpike_row_clear(row, TURNPIKE_ROW_IS_SETTLED | TURNPIKE_ROW_WAS_LISTED);
    usage->epoch = row->epoch;
    // Up to when it was settled is settled, whatever was told then.
    const uint64_t shut_at = row->until < row->end ? row->until + 1 : row->end;
    if (shut_at > usage->shut_at) usage->shut_at = shut_at;
    // It was shut all the time if it runs now: PENDING by the same epoch, or SUSPENDED by another one.
    if (row->state == TURNPIKE_LEASE_STATE_PENDING) usage->shut_at = 0;
    if (row->state == TURNPIKE_LEASE_STATE_SUSPENDED) usage->shut_at = TURNPIKE_NEVER;
  }
}

/// Settles the rows that the broker told of: for how long each was shut that runs now, or did meanwhile.
static void settle_outages(struct turnpike_agent *agent) {
  for (unsigned i = 0; i < agent->setup.lease_capacity; i++) {
    struct turnpike_lease *row = lease_at(agent, i);
    struct turnpike_usage *usage = &agent->meter->rows[i];
    if (row == NULL || (row->flags & (TURNPIKE_ROW_IS_SETTLED | TURNPIKE_ROW_WAS_LISTED)) != TURNPIKE_ROW_WAS_LISTED) continue;
    turnpike_row_set(row, TURNPIKE_ROW_IS_SETTLED);
    if ((row->flags & TURNPIKE_ROW_IS_OVER) || !(row->flags & TURNPIKE_ROW_IS_YOURS) || row->state == TURNPIKE_LEASE_STATE_PENDING) continue;
    // Whoever holds it now: before `shut_at` the gate may have been open. One that was shut before has run meanwhile if its epoch is another.
    if (usage->shut_at == 0 || (usage->shut_at == TURNPIKE_NEVER && usage->epoch != row->epoch)) usage->shut = UINT64_MAX;
    else if (usage->shut_at < agent->clock) usage->shut = sum(usage->shut, agent->clock - usage->shut_at);
    usage->shut_at = agent->clock;
    // The turn begins anew, for it may be past this row.
    if (usage->shut > 0) agent->meter->at = 0;
  }
}

// ---- reports ----

/// What was told is settled, one way or the other.
static void settle_report(struct turnpike_agent *agent, bool is_taken) {
  struct turnpike_meter *meter = agent->meter;
  for (unsigned i = 0; i < agent->setup.lease_capacity; i++) {
    struct turnpike_lease *row = lease_at(agent, i);
    struct turnpike_usage *usage = &meter->rows[i];
    if (row == NULL || !(row->flags & TURNPIKE_ROW_IS_REPORTED)) continue;
    turnpike_row_clear(row, TURNPIKE_ROW_IS_REPORTED);
    if (is_taken) {
      usage->received -= usage->received_told;
      usage->sent -= usage->sent_told;
      // Nothing came to it meanwhile: a row is settled once on a connection, and before it is reported there.
      usage->shut = 0;
    }
    usage->received_told = usage->sent_told = 0;
    if (row->flags & TURNPIKE_ROW_IS_OVER) agent->leases.has_held = true;
  }
  meter->is_under_way = false;
  if (!is_taken || !meter->is_last) return;
  meter->has_round = meter->is_last = false;
  agent->leases.row_flags = TURNPIKE_ROW_IS_HELD | TURNPIKE_ROW_IS_SETTLED;
}

/// Lets a row go of whose lease all was told, the caller too. True: there is something to report of it.
static bool has_report(struct turnpike_agent *agent, struct turnpike_lease *row, struct turnpike_usage *usage) {
  if ((usage->received | usage->sent | usage->shut) != 0) return true;
  if ((row->flags & (TURNPIKE_ROW_IS_OVER | TURNPIKE_ROW_IS_DIRTY | TURNPIKE_ROW_IS_HELD)) == (TURNPIKE_ROW_IS_OVER | TURNPIKE_ROW_IS_HELD)) {
    memset(usage, 0, sizeof *usage);
    turnpike_row_clear(row, TURNPIKE_ROW_IS_HELD);
    turnpike_leases_mark(&agent->leases, row);
  }
  return false;
}

/// Takes what is in the next report of this turn, up to `count_max` leases. False: nothing.
static bool gather(struct turnpike_agent *agent, uint32_t count_max) {
  struct turnpike_meter *meter = agent->meter;
  if (meter->at == 0) agent->leases.has_held = false;
  meter->count = 0;
  for (; meter->count < count_max && meter->at < agent->setup.lease_capacity; meter->at++) {
    struct turnpike_lease *row = lease_at(agent, meter->at);
    struct turnpike_usage *usage = &meter->rows[meter->at];
    if (row == NULL || !has_report(agent, row, usage)) continue;
    turnpike_row_set(row, TURNPIKE_ROW_IS_REPORTED);
    usage->received_told = part_of(usage->received);
    usage->sent_told = part_of(usage->sent);
    meter->count++;
  }
  const bool is_whole = meter->at == agent->setup.lease_capacity;
  // While there was no room for some leases they are not told of yet.
  meter->is_last = is_whole && meter->has_round && !agent->leases.is_short;
  if (is_whole) {
    meter->at = 0;
    meter->due_at = agent->clock + meter->millis;
  }
  meter->is_under_way = meter->count > 0 || meter->is_last;
  return meter->is_under_way;
}

static void send_report(struct turnpike_agent *agent) {
  struct turnpike_meter *meter = agent->meter;
  const struct turnpike_buffer *sent = &agent->setup.sent;
  uint8_t *frame = sent->bytes + sent->count, *record = frame + head_byte_count;
  const uint32_t room = sent->capacity - sent->count, least = head_byte_count + TURNPIKE_MAC_BYTE_COUNT + TURNPIKE_AGENT_USAGE_BYTE_COUNT;
  if (room < least) return;
  uint32_t count_max = 1 + (room - least) / TURNPIKE_AGENT_USAGE_BYTE_COUNT;
  if (count_max > TURNPIKE_AGENT_USAGE_COUNT_MAX) count_max = TURNPIKE_AGENT_USAGE_COUNT_MAX;
  if (meter->is_under_way ? meter->count > count_max : !gather(agent, count_max)) return;
  const uint32_t record_byte_count = meter->count * (uint32_t)TURNPIKE_AGENT_USAGE_BYTE_COUNT;
  meter->was_sent = turnpike_link_send(agent, TURNPIKE_OPCODE_REPORT, NULL, TURNPIKE_REPORT_REQUEST_BYTE_COUNT + record_byte_count);
  turnpike_store(frame + TURNPIKE_AT(REPORT_REQUEST, NUMBER), 8, meter->number + 1);
  frame[TURNPIKE_AT(REPORT_REQUEST, COUNT)] = meter->count;
  frame[TURNPIKE_AT(REPORT_REQUEST, LAST)] = meter->is_last;
  for (unsigned i = 0; i < agent->setup.lease_capacity; i++) {
    const struct turnpike_lease *row = lease_at(agent, i);
    const struct turnpike_usage *usage = &meter->rows[i];
    if (row == NULL || !(row->flags & TURNPIKE_ROW_IS_REPORTED)) continue;
    turnpike_store(record + TURNPIKE_AGENT_USAGE_LEASE_OFFSET, 8, row->lease);
    turnpike_store(record + TURNPIKE_AGENT_USAGE_EPOCH_OFFSET, 8, row->epoch);
    turnpike_store(record + TURNPIKE_AGENT_USAGE_SHUT_OFFSET, 8, usage->shut);
    turnpike_store(record + TURNPIKE_AGENT_USAGE_RECEIVED_OFFSET, 8, usage->received_told);
    turnpike_store(record + TURNPIKE_AGENT_USAGE_SENT_OFFSET, 8, usage->sent_told);
    record += TURNPIKE_AGENT_USAGE_BYTE_COUNT;
  }
  frame[TURNPIKE_FRAME_HEADER_FLAGS_OFFSET] = TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
  turnpike_mac(agent->link.key, 0, agent->link.sent_count++, frame, (size_t)(record - frame), record);
}

/// Whether there is a report to be made, or made again.
static bool is_due(const struct turnpike_agent *agent) {
  const struct turnpike_meter *meter = agent->meter;
  const bool is_time = agent->clock >= meter->due_at;
  if (meter->is_under_way) return !meter->was_sent && is_time;
  // In a round all rows are settled before any is reported.
  if (meter->has_round && agent->link.listing != TURNPIKE_LISTING_DONE) return false;
  return is_time || meter->at > 0 || agent->leases.has_held || (meter->has_round && !agent->leases.is_short);
}

static void send_usage(struct turnpike_agent *agent) {
  struct turnpike_meter *meter = agent->meter;
  // What was provided is told of after the outage: READY of a lease that runs can give it another epoch.
  if (meter->part != NULL && (!meter->has_round || agent->leases.is_short)) meter->part->send(agent);
  if (agent->phase != TURNPIKE_PHASE_SERVING) {
    begin_round(agent);
    return;
  }
  if (meter->has_round) settle_outages(agent);
  if (is_due(agent)) send_report(agent);
}

static bool take_answer(struct turnpike_agent *agent, const struct turnpike_frame *reply) {
  struct turnpike_meter *meter = agent->meter;
  const bool is_ok = reply->status == TURNPIKE_STATUS_OK;
  if (reply->opcode == TURNPIKE_OPCODE_ATTACH && is_ok) {
    const uint64_t number = turnpike_load(reply->fixed + TURNPIKE_ATTACH_REPLY_REPORT_NUMBER_OFFSET, 8);
    settle_report(agent, number > meter->number);
    meter->number = number;
    meter->at = 0;
  }
  if (reply->opcode != TURNPIKE_OPCODE_REPORT) return meter->part != NULL && meter->part->take(agent, reply);
  if (is_ok) {
    meter->number++;
    settle_report(agent, true);
    return true;
  }
  if (!turnpike_status_passes(reply->status)) return false;
  // The very same is sent again: whether it was taken nobody may know.
  meter->was_sent = false;
  meter->due_at = agent->clock + meter->millis;
  return true;
}

// ---- what the caller calls ----

enum turnpike_result turnpike_agent_meter(struct turnpike_agent *agent, struct turnpike_meter *meter, struct turnpike_usage *rows,
                                          uint32_t millis) {
  static const struct turnpike_part metering = {send_usage, take_answer};
  if (meter == NULL || rows == NULL) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  if (agent->meter != NULL || agent->phase != TURNPIKE_PHASE_DOWN || agent->leases.count > 0) return TURNPIKE_RESULT_NOT_NOW;
  memset(meter, 0, sizeof *meter);
  memset(rows, 0, agent->setup.lease_capacity * sizeof rows[0]);
  meter->rows = rows;
  meter->millis = millis != 0 ? millis : (uint32_t)report_millis;
  agent->leases.row_flags = TURNPIKE_ROW_IS_HELD;
  agent->meter = meter;
  agent->part = &metering;
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_count(struct turnpike_agent *agent, uint64_t lease, uint64_t received, uint64_t sent) {
  const struct turnpike_lease *row = turnpike_leases_find(&agent->leases, lease);
  if (agent->meter == NULL) return TURNPIKE_RESULT_NOT_NOW;
  // What was let go is only still to be forgotten.
  if (row == NULL || !(row->flags & TURNPIKE_ROW_IS_HELD)) return TURNPIKE_RESULT_LEASE_UNKNOWN;
  struct turnpike_usage *usage = &agent->meter->rows[row - agent->setup.leases];
  usage->received = sum(usage->received, received);
  usage->sent = sum(usage->sent, sent);
  return TURNPIKE_RESULT_OK;
}

bool turnpike_agent_flush(struct turnpike_agent *agent) {
  struct turnpike_meter *meter = agent->meter;
  if (meter == NULL) return true;
  // What was refused is not sent sooner for that.
  if (meter->is_under_way) return false;
  for (unsigned i = 0; i < agent->setup.lease_capacity; i++)
    if (lease_at(agent, i) != NULL && (meter->rows[i].received | meter->rows[i].sent) != 0) {
      meter->due_at = agent->clock;
      return false;
    }
  return true;
}
