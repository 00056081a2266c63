// The agent: what the caller calls, and its clock. The connection is in link.c, the leases in leases.c; reports and tickets, which not every
// agent has, in files of their own.

#include "agent.h"

#include <string.h>

#include "leases.h"
#include "wire.h"

enum { ticket_age_millis = 60 * 60 * 1000, listing_millis = 5 * 60 * 1000 };

enum turnpike_result turnpike_agent_init(struct turnpike_agent *agent, const struct turnpike_agent_setup *setup, uint64_t now) {
  if (now == 0 || turnpike_is_zero(setup->boot_nonce, sizeof setup->boot_nonce) || setup->resource == 0 || setup->agent == 0 || setup->agent > TURNPIKE_AGENT_COUNT_MAX_PER_RESOURCE ||
      setup->leases == NULL || setup->lease_capacity == 0 || setup->lease_capacity > TURNPIKE_AGENT_LEASE_CAPACITY_MAX ||
      setup->received.bytes == NULL || setup->received.capacity < TURNPIKE_AGENT_RECEIVED_BYTE_COUNT_MIN ||
      setup->sent.bytes == NULL || setup->sent.capacity < TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN)
    return TURNPIKE_RESULT_ARGUMENT_WRONG;
  memset(agent, 0, sizeof *agent);
  agent->setup = *setup;
  agent->setup.received.count = agent->setup.sent.count = 0;
  if (agent->setup.ticket_age_millis == 0) agent->setup.ticket_age_millis = ticket_age_millis;
  if (agent->setup.listing_millis == 0) agent->setup.listing_millis = listing_millis;
  agent->clock = now;
  turnpike_leases_init(&agent->leases, setup->leases, setup->lease_capacity);
  return TURNPIKE_RESULT_OK;
}

uint64_t turnpike_agent_clock(const struct turnpike_agent *agent, uint64_t now) {
  if (agent->is_stopped || now == 0) return 0;
  if (now >= agent->clock) return now;
  return agent->clock - now > TURNPIKE_AGENT_CLOCK_SKEW_MILLIS ? 0 : agent->clock;
}

/// Takes `now` as the time.
static enum turnpike_result advance(struct turnpike_agent *agent, uint64_t now) {
  const uint64_t clock = turnpike_agent_clock(agent, now);
  if (clock == 0) {
    agent->is_stopped = true;
    turnpike_link_end(agent, TURNPIKE_RESULT_CLOCK_WRONG);
    return TURNPIKE_RESULT_CLOCK_WRONG;
  }
  agent->clock = clock;
  return TURNPIKE_RESULT_OK;
}

// ---- the connection ----

enum turnpike_result turnpike_agent_link_up(struct turnpike_agent *agent, const uint8_t nonce[16], uint64_t now) {
  const enum turnpike_result result = advance(agent, now);
  if (result != TURNPIKE_RESULT_OK) return result;
  if (agent->phase != TURNPIKE_PHASE_DOWN) return TURNPIKE_RESULT_NOT_NOW;
  turnpike_link_begin(agent, nonce);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_link_down(struct turnpike_agent *agent) {
  agent->phase = TURNPIKE_PHASE_DOWN;
  agent->setup.received.count = agent->setup.sent.count = 0;
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_receive(struct turnpike_agent *agent, const uint8_t *bytes, size_t byte_count, uint64_t now) {
  enum turnpike_result result = advance(agent, now);
  if (result != TURNPIKE_RESULT_OK) return result;
  if (bytes == NULL && byte_count > 0) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  if (agent->phase == TURNPIKE_PHASE_DOWN) return TURNPIKE_RESULT_NOT_NOW;
  for (; byte_count > 0 && agent->phase != TURNPIKE_PHASE_ENDED; bytes++, byte_count--) {
    const uint32_t frame_byte_count = turnpike_frame_gather(&agent->setup.received, *bytes, &result);
    if (result != TURNPIKE_RESULT_OK) turnpike_link_end(agent, result);
    if (frame_byte_count == 0) continue;
    turnpike_link_take(agent, agent->setup.received.bytes, frame_byte_count);
    agent->setup.received.count = 0;
  }
  return agent->phase == TURNPIKE_PHASE_ENDED ? (enum turnpike_result)agent->ended_by : TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_output(const struct turnpike_agent *agent, const uint8_t **bytes, size_t *byte_count) {
  *bytes = agent->setup.sent.bytes;
  *byte_count = agent->setup.sent.count;
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_sent(struct turnpike_agent *agent, size_t byte_count) {
  struct turnpike_buffer *sent = &agent->setup.sent;
  if (byte_count > sent->count) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  sent->count -= (uint32_t)byte_count;
  memmove(sent->bytes, sent->bytes + byte_count, sent->count);
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_tick(struct turnpike_agent *agent, uint64_t now, uint64_t *deadline) {
  const enum turnpike_result result = advance(agent, now);
  *deadline = TURNPIKE_NEVER;
  if (result != TURNPIKE_RESULT_OK) return result;
  uint64_t at = turnpike_link_tick(agent);
  const uint64_t event_at = agent->leases.refused != 0 || agent->was_listed ? 0 : turnpike_leases_due(&agent->leases);
  if (event_at < at) at = event_at;
  *deadline = at < agent->clock ? agent->clock : at;
  return agent->phase == TURNPIKE_PHASE_ENDED ? (enum turnpike_result)agent->ended_by : TURNPIKE_RESULT_OK;
}

// ---- the leases ----

enum turnpike_result turnpike_agent_next_event(struct turnpike_agent *agent, uint64_t now, struct turnpike_event *event) {
  memset(event, 0, sizeof *event);
  // A clock that broke shuts every gate: with the time at its end the table says so, lease by lease.
  const enum turnpike_result result = advance(agent, now);
  const uint64_t clock = result == TURNPIKE_RESULT_OK ? agent->clock : TURNPIKE_NEVER - 1;
  const uint16_t count = agent->leases.count;
  if (turnpike_leases_next_event(&agent->leases, clock, event)) {
  } else if (agent->leases.refused != 0) {
    event->kind = TURNPIKE_EVENT_NO_ROOM;
    event->lease = agent->leases.refused;
    agent->leases.refused = 0;
  } else if (agent->was_listed) {
    event->kind = TURNPIKE_EVENT_LISTED;
    agent->was_listed = false;
  } else {
    agent->link.heard_count = agent->link.push_count;
  }
  if (agent->leases.is_short && agent->leases.count < count) {
    agent->leases.is_short = false;
    turnpike_link_list_again(agent);
  }
  return result;
}

enum turnpike_access turnpike_agent_access(const struct turnpike_agent *agent, uint64_t lease, uint64_t now) {
  const struct turnpike_lease *row = turnpike_leases_find(&agent->leases, lease);
  const uint64_t clock = turnpike_agent_clock(agent, now);
  return row == NULL || clock == 0 ? TURNPIKE_ACCESS_CLOSED : turnpike_lease_access(row, clock);
}

enum turnpike_result turnpike_agent_find(const struct turnpike_agent *agent, uint64_t lease, const struct turnpike_lease **found) {
  *found = turnpike_leases_find(&agent->leases, lease);
  return *found != NULL ? TURNPIKE_RESULT_OK : TURNPIKE_RESULT_LEASE_UNKNOWN;
}
