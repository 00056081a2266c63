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
  agent->link.pending[agent->link.pending_count - 1].lease = row->lease;
  turnpike_row_set(row, TURNPIKE_ROW_WAS_SENT);
}

/// Sends what was reported and not sent, from where it stopped the last time: a full turn without a find ends the search.
static void send_reports(struct turnpike_agent *agent) {
  if (agent->reports_all) {
    turnpike_leases_clear(&agent->leases, TURNPIKE_ROW_WAS_SENT);
    agent->reports_all = agent->reports_again = false;
    agent->has_reports = true;
  }
  if (!agent->has_reports) return;
  for (uint16_t i = 0; i < agent->setup.lease_capacity; i++, agent->report_at++) {
    if (agent->report_at >= agent->setup.lease_capacity) agent->report_at = 0;
    struct turnpike_lease *row = &agent->setup.leases[agent->report_at];
    if (row->place >= agent->leases.count || (row->flags & (TURNPIKE_ROW_HAS_REPORT | TURNPIKE_ROW_WAS_SENT)) != TURNPIKE_ROW_HAS_REPORT)
      continue;
    send_report(agent, row);
    if (!(row->flags & TURNPIKE_ROW_WAS_SENT)) return;
  }
  agent->has_reports = false;
}

/// Whether a report that was refused is to be sent again as it is.
static bool passes(uint16_t status) {
  return status == TURNPIKE_STATUS_NO_SPACE || status == TURNPIKE_STATUS_DRAINING || status == TURNPIKE_STATUS_NOT_LEADER ||
         status == TURNPIKE_STATUS_MOVED || status == TURNPIKE_STATUS_OUTCOME_UNKNOWN;
}

static void take_answer(struct turnpike_agent *agent, uint64_t lease, uint16_t status) {
  struct turnpike_lease *row = turnpike_leases_find(&agent->leases, lease);
  if (row == NULL || !(row->flags & TURNPIKE_ROW_HAS_REPORT)) return;
  if (passes(status)) {
    agent->reports_again = true;
    return;
  }
  turnpike_row_clear(row, TURNPIKE_ROW_HAS_REPORT);
  turnpike_row_set(row, TURNPIKE_ROW_HAS_ANSWER);
  row->answer = status;
  turnpike_leases_mark(&agent->leases, row);
}

enum turnpike_result turnpike_agent_report(struct turnpike_agent *agent, uint64_t lease, bool is_ready, const char *text) {
  static const struct turnpike_reporting reporting = {send_reports, take_answer};
  if (text != NULL && strlen(text) > TURNPIKE_AGENT_TEXT_BYTE_COUNT_MAX) return TURNPIKE_RESULT_ARGUMENT_WRONG;
  struct turnpike_lease *row = turnpike_leases_find(&agent->leases, lease);
  if (row == NULL) return TURNPIKE_RESULT_LEASE_UNKNOWN;
  if ((row->flags & TURNPIKE_ROW_IS_OVER) || !(row->flags & TURNPIKE_ROW_IS_YOURS)) return TURNPIKE_RESULT_NOT_NOW;
  // An answer to what was reported of the lease until now means nothing any more.
  for (unsigned i = 0; i < agent->link.pending_count; i++)
    if (agent->link.pending[i].lease == lease) agent->link.pending[i].lease = 0;
  row->text = text;
  turnpike_row_clear(row, TURNPIKE_ROW_IS_READY | TURNPIKE_ROW_WAS_SENT | TURNPIKE_ROW_HAS_ANSWER);
  turnpike_row_set(row, TURNPIKE_ROW_HAS_REPORT);
  if (is_ready) turnpike_row_set(row, TURNPIKE_ROW_IS_READY);
  agent->has_reports = true;
  agent->reporting = &reporting;
  return TURNPIKE_RESULT_OK;
}
