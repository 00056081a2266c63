// Reports of what was provided. Only an agent that reports has these functions linked.

#include <string.h>

#include "agent.h"
#include "leases.h"
#include "wire.h"

static void send_report(struct turnpike_agent *agent, struct turnpike_lease *row) {
  uint8_t body[TURNPIKE_PROVISION_REQUEST_BYTE_COUNT] = {0};
  turnpike_store(body + TURNPIKE_PROVISION_REQUEST_LEASE_OFFSET, 8, row->lease);
  turnpike_store(body + TURNPIKE_PROVISION_REQUEST_EPOCH_OFFSET, 8, row->epoch);
  body[TURNPIKE_PROVISION_REQUEST_READY_OFFSET] = row->flags & TURNPIKE_ROW_IS_READY ? 1 : 0;
  // The length was checked when it was reported; a caller that changed the text since cannot make it longer than its field.
  for (unsigned i = 0; row->text != NULL && i < TURNPIKE_AGENT_TEXT_BYTE_COUNT_MAX && row->text[i] != 0; i++)
    body[TURNPIKE_PROVISION_REQUEST_ENDPOINT_OFFSET + i] = (uint8_t)row->text[i];
  if (!turnpike_link_send(agent, TURNPIKE_OPCODE_PROVISION, body, sizeof body)) return;
  agent->reported = row->lease;
  turnpike_row_set(row, TURNPIKE_ROW_WAS_SENT);
}

static bool waits(const struct turnpike_lease *row, unsigned also) {
  return (row->flags & (TURNPIKE_ROW_HAS_REPORT | TURNPIKE_ROW_WAS_SENT | also)) == (TURNPIKE_ROW_HAS_REPORT | also);
}

/// A round has the reports that wait now. What comes later is for the next one: else new leases, whose rows may always be the next, could
/// keep an old one waiting for as long as there are any.
static void begin_round(struct turnpike_agent *agent) {
  agent->report_at = 0;
  agent->has_reports = false;
  for (uint16_t i = 0; i < agent->setup.lease_capacity; i++) {
    struct turnpike_lease *row = &agent->setup.leases[i];
    turnpike_row_clear(row, TURNPIKE_ROW_IS_NEXT);
    if (row->place >= agent->leases.count || !waits(row, 0)) continue;
    turnpike_row_set(row, TURNPIKE_ROW_IS_NEXT);
    agent->has_reports = true;
  }
}

/// Sends one report of this round, if none is under way, and then of the next.
static void send_reports(struct turnpike_agent *agent) {
  if (agent->phase != TURNPIKE_PHASE_SERVING) return;
  if (agent->reports_all) {
    turnpike_leases_clear(&agent->leases, TURNPIKE_ROW_WAS_SENT);
    agent->reports_all = agent->reports_again = false;
    agent->has_reports = true;
  }
  while (agent->has_reports && agent->reported == 0) {
    for (; agent->report_at < agent->setup.lease_capacity; agent->report_at++) {
      struct turnpike_lease *row = &agent->setup.leases[agent->report_at];
      if (row->place >= agent->leases.count || !waits(row, TURNPIKE_ROW_IS_NEXT)) continue;
      send_report(agent, row);
      return;
    }
    begin_round(agent);
  }
}

static bool take_answer(struct turnpike_agent *agent, const struct turnpike_frame *reply) {
  // What the broker could not take just then it may take after the next heartbeat.
  if (reply->opcode == TURNPIKE_OPCODE_ATTACH || (reply->opcode == TURNPIKE_OPCODE_HEARTBEAT && agent->reports_again))
    agent->reports_all = true;
  if (reply->opcode == TURNPIKE_OPCODE_ATTACH) agent->reported = 0;
  if (reply->opcode != TURNPIKE_OPCODE_PROVISION || reply->status == TURNPIKE_STATUS_AGENT_ABSENT) return false;
  struct turnpike_lease *row = turnpike_leases_find(&agent->leases, agent->reported);
  agent->reported = 0;
  if (row == NULL || !(row->flags & TURNPIKE_ROW_HAS_REPORT)) return true;
  if (turnpike_status_passes(reply->status)) {
    agent->reports_again = true;
    return true;
  }
  turnpike_row_clear(row, TURNPIKE_ROW_HAS_REPORT);
  turnpike_row_set(row, TURNPIKE_ROW_HAS_ANSWER);
  row->answer = reply->status;
  turnpike_leases_mark(&agent->leases, row);
  return true;
}

enum turnpike_result turnpike_agent_report(struct turnpike_agent *agent, uint64_t lease, bool is_ready, const char *text) {
  static const struct turnpike_part reporting = {send_reports, take_answer};
  if (text != NULL && strlen(text) > TURNPIKE_AGENT_TEXT_BYTE_COUNT_MAX) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  struct turnpike_lease *row = turnpike_leases_find(&agent->leases, lease);
  if (row == NULL) return TURNPIKE_RESULT_LEASE_UNKNOWN;
  if ((row->flags & TURNPIKE_ROW_IS_OVER) || !(row->flags & TURNPIKE_ROW_IS_YOURS)) return TURNPIKE_RESULT_NOT_NOW;
  // An answer to what was reported of the lease until now means nothing any more.
  if (agent->reported == lease) agent->reported = TURNPIKE_NEVER;
  row->text = text;
  turnpike_row_clear(row, TURNPIKE_ROW_IS_READY | TURNPIKE_ROW_WAS_SENT | TURNPIKE_ROW_HAS_ANSWER);
  turnpike_row_set(row, TURNPIKE_ROW_HAS_REPORT);
  if (is_ready) turnpike_row_set(row, TURNPIKE_ROW_IS_READY);
  agent->has_reports = true;
  if (agent->meter != NULL) agent->meter->part = &reporting;
  else agent->part = &reporting;
  return TURNPIKE_RESULT_OK;
}
