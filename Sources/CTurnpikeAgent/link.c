// The agent's connection: the handshake, one listing of all leases after the other, heartbeats and reports.
//
// Frames are made only in `turnpike_link_tick`, so a stamp is as old as the call. Every request that was made is in `pending` until
// its reply came. During the handshake there is one at a time.

#include <string.h>

#include "agent.h"
#include "leases.h"
#include "sha256.h"
#include "wire.h"

/// Where the listing is.
enum { listing_done, listing_wanted, listing_asked };

enum {
  hello_byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_HELLO_REQUEST_BYTE_COUNT,
  page_head_byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + TURNPIKE_AGENT_LEASES_REPLY_BYTE_COUNT + TURNPIKE_MAC_BYTE_COUNT
};

static const struct turnpike_layout layouts[] = {
  {TURNPIKE_OPCODE_HELLO, TURNPIKE_HELLO_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_OPCODE_AUTHENTICATE, TURNPIKE_AUTHENTICATE_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_OPCODE_ATTACH, TURNPIKE_ATTACH_REPLY_BYTE_COUNT, 20, 4, 0, 0, 0},
  {TURNPIKE_OPCODE_HEARTBEAT, TURNPIKE_HEARTBEAT_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_OPCODE_AGENT_LEASES, TURNPIKE_AGENT_LEASES_REPLY_BYTE_COUNT, 3, 5, TURNPIKE_AGENT_LEASES_REPLY_COUNT_OFFSET,
   TURNPIKE_AGENT_LEASE_BYTE_COUNT, TURNPIKE_AGENT_LEASE_COUNT_MAX},
  {TURNPIKE_OPCODE_PROVISION, TURNPIKE_PROVISION_REPLY_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_PUSH_CODE_LAGGED, TURNPIKE_LAGGED_PUSH_BYTE_COUNT, 0, 0, 0, 0, 0},
  {TURNPIKE_PUSH_CODE_GOODBYE, TURNPIKE_GOODBYE_PUSH_BYTE_COUNT, 2, 6, 0, 0, 0},
  {TURNPIKE_PUSH_CODE_AGENT_LEASE_CHANGED, TURNPIKE_AGENT_LEASE_CHANGED_PUSH_BYTE_COUNT, 54, 2, 0, 0, 0},
};

void turnpike_link_begin(struct turnpike_agent *agent, const uint8_t nonce[16]) {
  memcpy(agent->nonce, nonce, sizeof agent->nonce);
  agent->setup.received.count = agent->setup.sent.count = 0;
  agent->sent_count = agent->received_count = agent->push_count = agent->heard_count = 0;
  agent->request_number = 0;
  agent->pending_count = 0;
  agent->broker_status = 0;
  agent->phase = TURNPIKE_PHASE_GREETING;
}

void turnpike_link_end(struct turnpike_agent *agent, enum turnpike_result result, uint16_t broker_status) {
  if (agent->phase == TURNPIKE_PHASE_DOWN || agent->phase == TURNPIKE_PHASE_ENDED) return;
  agent->phase = TURNPIKE_PHASE_ENDED;
  agent->ended_by = (uint8_t)result;
  agent->broker_status = broker_status;
  agent->setup.received.count = agent->setup.sent.count = 0;
}

// ---- requests ----

/// A request without its MAC, counted as under way; NULL when there is no room for it.
static uint8_t *begin(struct turnpike_agent *agent, uint8_t opcode, uint32_t fixed_byte_count, uint64_t lease) {
  struct turnpike_buffer *sent = &agent->setup.sent;
  const uint32_t byte_count = TURNPIKE_FRAME_HEADER_BYTE_COUNT + fixed_byte_count;
  if (agent->pending_count == TURNPIKE_AGENT_PENDING_COUNT_MAX || agent->request_number == UINT32_MAX ||
      sent->capacity - sent->count < byte_count + TURNPIKE_MAC_BYTE_COUNT)
    return NULL;
  if (agent->pending_count == 0) agent->waiting_since = agent->clock;
  struct turnpike_pending *pending = &agent->pending[agent->pending_count++];
  pending->lease = lease;
  pending->number = ++agent->request_number;
  pending->opcode = opcode;
  uint8_t *frame = sent->bytes + sent->count;
  turnpike_frame_begin(frame, byte_count, opcode, pending->number);
  sent->count += byte_count;
  return frame;
}

/// Puts the MAC at the end of the frame that was begun last.
static void seal(struct turnpike_agent *agent, uint8_t *frame) {
  struct turnpike_buffer *sent = &agent->setup.sent;
  const uint32_t byte_count = (uint32_t)(sent->bytes + sent->count - frame);
  uint8_t mac[32];
  turnpike_store(frame, 4, byte_count + TURNPIKE_MAC_BYTE_COUNT);
  frame[TURNPIKE_FRAME_HEADER_FLAGS_OFFSET] = TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
  turnpike_mac(agent->key, 0, agent->sent_count++, frame, byte_count, mac);
  memcpy(frame + byte_count, mac, TURNPIKE_MAC_BYTE_COUNT);
  sent->count += TURNPIKE_MAC_BYTE_COUNT;
}

/// HELLO, the same bytes however often: the keys are made of them when its reply came.
static void write_hello(const struct turnpike_agent *agent, uint8_t frame[hello_byte_count]) {
  turnpike_frame_begin(frame, hello_byte_count, TURNPIKE_OPCODE_HELLO, 1);
  frame[TURNPIKE_AT(HELLO_REQUEST, VERSION_MIN)] = TURNPIKE_VERSION;
  frame[TURNPIKE_AT(HELLO_REQUEST, VERSION_MAX)] = TURNPIKE_VERSION;
  frame[TURNPIKE_AT(HELLO_REQUEST, ROLE)] = TURNPIKE_ROLE_AGENT;
  turnpike_store(frame + TURNPIKE_AT(HELLO_REQUEST, GENERATION), 4, agent->setup.generation);
  turnpike_store(frame + TURNPIKE_AT(HELLO_REQUEST, ROLE_ID), 8, agent->setup.resource);
  memcpy(frame + TURNPIKE_AT(HELLO_REQUEST, NONCE), agent->nonce, sizeof agent->nonce);
}

static void send_hello(struct turnpike_agent *agent) {
  uint8_t *frame = begin(agent, TURNPIKE_OPCODE_HELLO, TURNPIKE_HELLO_REQUEST_BYTE_COUNT, 0);
  if (frame != NULL) write_hello(agent, frame);
}

static void send_proof(struct turnpike_agent *agent) {
  uint8_t *frame = begin(agent, TURNPIKE_OPCODE_AUTHENTICATE, TURNPIKE_AUTHENTICATE_REQUEST_BYTE_COUNT, 0);
  uint8_t proof[32];
  if (frame == NULL) return;
  turnpike_hmac_of_label(agent->key, sizeof agent->key, "client proof", NULL, 0, proof);
  memcpy(frame + TURNPIKE_AT(AUTHENTICATE_REQUEST, PROOF), proof, 16);
}

static void send_attach(struct turnpike_agent *agent) {
  uint8_t *frame = begin(agent, TURNPIKE_OPCODE_ATTACH, TURNPIKE_ATTACH_REQUEST_BYTE_COUNT, 0);
  if (frame == NULL) return;
  turnpike_store(frame + TURNPIKE_AT(ATTACH_REQUEST, AGENT), 4, agent->setup.agent);
  turnpike_store(frame + TURNPIKE_AT(ATTACH_REQUEST, FLAGS), 4, agent->setup.flags);
  memcpy(frame + TURNPIKE_AT(ATTACH_REQUEST, BOOT_NONCE), agent->setup.boot_nonce, 16);
  turnpike_store(frame + TURNPIKE_AT(ATTACH_REQUEST, STAMP), 8, agent->clock);
  seal(agent, frame);
  agent->heartbeat_at = agent->clock;
}

/// Sends again all reports without an answer.
static void report_again(struct turnpike_agent *agent) {
  turnpike_leases_clear(&agent->leases, TURNPIKE_ROW_WAS_SENT);
  agent->reports_again = false;
  agent->has_reports = true;
}

static void send_heartbeat(struct turnpike_agent *agent) {
  uint8_t *frame = begin(agent, TURNPIKE_OPCODE_HEARTBEAT, TURNPIKE_HEARTBEAT_REQUEST_BYTE_COUNT, 0);
  if (frame == NULL) return;
  turnpike_store(frame + TURNPIKE_AT(HEARTBEAT_REQUEST, STAMP), 8, agent->clock);
  turnpike_store(frame + TURNPIKE_AT(HEARTBEAT_REQUEST, HEARD), 8, agent->heard_count);
  seal(agent, frame);
  agent->heartbeat_at = agent->clock + agent->heartbeat_millis;
  // What the broker could not take just then it may take now.
  if (agent->reports_again) report_again(agent);
}

static uint32_t page_count_max(const struct turnpike_agent *agent) {
  const uint32_t fits = (agent->setup.received.capacity - page_head_byte_count) / TURNPIKE_AGENT_LEASE_BYTE_COUNT;
  return fits < TURNPIKE_AGENT_LEASE_COUNT_MAX ? fits : TURNPIKE_AGENT_LEASE_COUNT_MAX;
}

static void send_listing(struct turnpike_agent *agent) {
  uint8_t *frame = begin(agent, TURNPIKE_OPCODE_AGENT_LEASES, TURNPIKE_AGENT_LEASES_REQUEST_BYTE_COUNT, 0);
  if (frame == NULL) return;
  if (agent->listing_after == 0) turnpike_leases_clear(&agent->leases, TURNPIKE_ROW_WAS_LISTED);
  turnpike_store(frame + TURNPIKE_AT(AGENT_LEASES_REQUEST, AFTER), 8, agent->listing_after);
  turnpike_store(frame + TURNPIKE_AT(AGENT_LEASES_REQUEST, COUNT_MAX), 2, page_count_max(agent));
  seal(agent, frame);
  agent->listing = listing_asked;
}

static void send_report(struct turnpike_agent *agent, struct turnpike_lease *row) {
  uint8_t *frame = begin(agent, TURNPIKE_OPCODE_PROVISION, TURNPIKE_PROVISION_REQUEST_BYTE_COUNT, row->lease);
  if (frame == NULL) return;
  turnpike_store(frame + TURNPIKE_AT(PROVISION_REQUEST, LEASE), 8, row->lease);
  turnpike_store(frame + TURNPIKE_AT(PROVISION_REQUEST, EPOCH), 8, row->epoch);
  frame[TURNPIKE_AT(PROVISION_REQUEST, READY)] = row->flags & TURNPIKE_ROW_IS_READY ? 1 : 0;
  // The length was checked when it was reported; a caller that changed the text since cannot make it longer than its field.
  for (unsigned i = 0; row->text != NULL && i < TURNPIKE_AGENT_TEXT_BYTE_COUNT_MAX && row->text[i] != 0; i++)
    frame[TURNPIKE_AT(PROVISION_REQUEST, ENDPOINT) + i] = (uint8_t)row->text[i];
  seal(agent, frame);
  turnpike_row_set(row, TURNPIKE_ROW_WAS_SENT);
}

/// Sends what was reported and not sent, from where it stopped the last time: a full turn without a find ends the search.
static void send_reports(struct turnpike_agent *agent) {
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

void turnpike_link_forget_report(struct turnpike_agent *agent, uint64_t lease) {
  for (unsigned i = 0; i < agent->pending_count; i++)
    if (agent->pending[i].lease == lease) agent->pending[i].lease = 0;
}

void turnpike_link_list_again(struct turnpike_agent *agent) {
  if (agent->listing == listing_asked) {
    agent->lists_again = true;
  } else {
    agent->listing = listing_wanted;
    agent->listing_after = 0;
  }
}

static bool is_pending(const struct turnpike_agent *agent, uint8_t opcode) {
  for (unsigned i = 0; i < agent->pending_count; i++)
    if (agent->pending[i].opcode == opcode) return true;
  return false;
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

uint64_t turnpike_link_tick(struct turnpike_agent *agent) {
  if (agent->phase == TURNPIKE_PHASE_DOWN || agent->phase == TURNPIKE_PHASE_ENDED) return TURNPIKE_NEVER;
  if (agent->pending_count > 0 && agent->clock - agent->waiting_since >= TURNPIKE_AGENT_REPLY_MILLIS) {
    turnpike_link_end(agent, TURNPIKE_RESULT_REPLY_LATE, 0);
    return TURNPIKE_NEVER;
  }
  uint64_t at = TURNPIKE_NEVER;
  if (agent->phase == TURNPIKE_PHASE_SERVING) {
    if (agent->clock >= agent->heartbeat_at && !is_pending(agent, TURNPIKE_OPCODE_HEARTBEAT)) send_heartbeat(agent);
    if (agent->listing == listing_done && agent->clock >= agent->listing_at) turnpike_link_list_again(agent);
    if (agent->listing == listing_wanted) send_listing(agent);
    if (agent->has_reports) send_reports(agent);
    // What could not be made now waits for a reply, and there is a time for that.
    if (agent->heartbeat_at > agent->clock) at = earlier(at, agent->heartbeat_at);
    if (agent->listing == listing_done) at = earlier(at, agent->listing_at);
  } else if (agent->pending_count == 0) {
    if (agent->phase == TURNPIKE_PHASE_GREETING) send_hello(agent);
    else if (agent->phase == TURNPIKE_PHASE_AUTHENTICATING) send_proof(agent);
    else send_attach(agent);
  }
  return agent->pending_count > 0 ? earlier(at, agent->waiting_since + TURNPIKE_AGENT_REPLY_MILLIS) : at;
}

// ---- replies ----

static enum turnpike_result take_hello(struct turnpike_agent *agent, const struct turnpike_frame *frame, const uint8_t *bytes,
                                       uint32_t byte_count) {
  struct turnpike_sha256 hash;
  uint8_t hello[hello_byte_count], digest[32];
  if (frame->fixed[TURNPIKE_HELLO_REPLY_VERSION_OFFSET] != TURNPIKE_VERSION) return TURNPIKE_RESULT_REPLY_WRONG;
  write_hello(agent, hello);
  turnpike_sha256_begin(&hash);
  turnpike_sha256_add(&hash, hello, sizeof hello);
  turnpike_sha256_add(&hash, bytes, byte_count);
  turnpike_sha256_end(&hash, digest);
  turnpike_hmac_of_label(agent->setup.role_key, 32, "turnpike role connection v1", digest, sizeof digest, agent->key);
  agent->phase = TURNPIKE_PHASE_AUTHENTICATING;
  return TURNPIKE_RESULT_OK;
}

static void take_attach(struct turnpike_agent *agent, const uint8_t *fixed) {
  turnpike_leases_raise_floor(&agent->leases, turnpike_load(fixed + TURNPIKE_ATTACH_REPLY_EPOCH_FLOOR_OFFSET, 8));
  agent->leases.has_floor = true;
  agent->heartbeat_millis = (uint32_t)turnpike_load(fixed + TURNPIKE_ATTACH_REPLY_HEARTBEAT_MILLIS_OFFSET, 4);
  if (agent->heartbeat_millis < TURNPIKE_AGENT_HEARTBEAT_MILLIS_MIN) agent->heartbeat_millis = TURNPIKE_AGENT_HEARTBEAT_MILLIS_MIN;
  agent->heartbeat_at += agent->heartbeat_millis;
  agent->listing = listing_done;
  agent->lists_again = false;
  turnpike_link_list_again(agent);
  report_again(agent);
  agent->phase = TURNPIKE_PHASE_SERVING;
}

static enum turnpike_result take_listing(struct turnpike_agent *agent, const struct turnpike_frame *frame) {
  const bool has_more = frame->fixed[TURNPIKE_AGENT_LEASES_REPLY_MORE_OFFSET] != 0;
  if (has_more && frame->record_count == 0) return TURNPIKE_RESULT_REPLY_WRONG;
  for (uint16_t i = 0; i < frame->record_count; i++) {
    const uint8_t *record = frame->records + i * (size_t)TURNPIKE_AGENT_LEASE_BYTE_COUNT;
    const uint64_t lease = turnpike_load(record, 8);
    // Pages go up, or they could go on for ever.
    if (lease <= agent->listing_after) return TURNPIKE_RESULT_REPLY_WRONG;
    agent->listing_after = lease;
    const enum turnpike_result result = turnpike_leases_tell(&agent->leases, record, agent->clock);
    if (result != TURNPIKE_RESULT_OK) return result;
  }
  agent->listing = listing_wanted;
  if (agent->lists_again) {
    agent->lists_again = false;
    agent->listing_after = 0;
  } else if (!has_more) {
    turnpike_leases_end_listing(&agent->leases);
    agent->listing = listing_done;
    agent->listing_at = agent->clock + agent->setup.listing_millis;
    agent->was_listed = true;
  }
  return TURNPIKE_RESULT_OK;
}

/// Whether a report that was refused is to be sent again as it is.
static bool passes(uint16_t status) {
  return status == TURNPIKE_STATUS_NO_SPACE || status == TURNPIKE_STATUS_DRAINING || status == TURNPIKE_STATUS_NOT_LEADER ||
         status == TURNPIKE_STATUS_MOVED || status == TURNPIKE_STATUS_OUTCOME_UNKNOWN;
}

static void take_report(struct turnpike_agent *agent, uint64_t lease, uint16_t status) {
  struct turnpike_lease *row = turnpike_leases_find(&agent->leases, lease);
  if (row == NULL || !(row->flags & TURNPIKE_ROW_HAS_REPORT)) return;
  if (passes(status)) agent->reports_again = true;
  else turnpike_leases_answer(&agent->leases, row, status);
}

static enum turnpike_result take_reply(struct turnpike_agent *agent, const struct turnpike_frame *frame, const uint8_t *bytes,
                                       uint32_t byte_count) {
  unsigned i = 0;
  while (i < agent->pending_count && agent->pending[i].number != frame->number) i++;
  if (i == agent->pending_count || agent->pending[i].opcode != frame->opcode) return TURNPIKE_RESULT_REPLY_WRONG;
  const uint64_t lease = agent->pending[i].lease;
  agent->pending[i] = agent->pending[--agent->pending_count];
  agent->waiting_since = agent->clock;
  if (frame->opcode == TURNPIKE_OPCODE_PROVISION && frame->status != TURNPIKE_STATUS_AGENT_ABSENT) {
    take_report(agent, lease, frame->status);
    return TURNPIKE_RESULT_OK;
  }
  if (frame->status != TURNPIKE_STATUS_OK) return TURNPIKE_RESULT_REFUSED;
  switch (frame->opcode) {
    case TURNPIKE_OPCODE_HELLO: return take_hello(agent, frame, bytes, byte_count);
    case TURNPIKE_OPCODE_AUTHENTICATE: agent->phase = TURNPIKE_PHASE_ATTACHING; break;
    case TURNPIKE_OPCODE_ATTACH: take_attach(agent, frame->fixed); break;
    case TURNPIKE_OPCODE_AGENT_LEASES: return take_listing(agent, frame);
    default: break;
  }
  return TURNPIKE_RESULT_OK;
}

static enum turnpike_result take_push(struct turnpike_agent *agent, const struct turnpike_frame *frame) {
  if (frame->number != ++agent->push_count) return TURNPIKE_RESULT_REPLY_WRONG;
  if (frame->is_unknown) return TURNPIKE_RESULT_OK;
  if (frame->opcode == TURNPIKE_PUSH_CODE_GOODBYE) return TURNPIKE_RESULT_GOODBYE;
  // What comes before ATTACH's reply is told again by the listing after it.
  if (agent->phase != TURNPIKE_PHASE_SERVING) return TURNPIKE_RESULT_OK;
  if (frame->opcode == TURNPIKE_PUSH_CODE_AGENT_LEASE_CHANGED) return turnpike_leases_tell(&agent->leases, frame->fixed, agent->clock);
  turnpike_link_list_again(agent);
  return TURNPIKE_RESULT_OK;
}

/// Whether the frame is what the broker sealed. Its first MAC is that of AUTHENTICATE's OK reply: a refusal of that, and what came
/// before, can only end the connection, so it needs none.
static bool is_sealed(struct turnpike_agent *agent, const struct turnpike_frame *frame, const uint8_t *bytes, uint32_t byte_count) {
  const bool is_before = agent->phase == TURNPIKE_PHASE_GREETING ||
                         (agent->phase == TURNPIKE_PHASE_AUTHENTICATING &&
                          (frame->opcode == TURNPIKE_PUSH_CODE_GOODBYE || frame->status != TURNPIKE_STATUS_OK));
  if (!(frame->flags & TURNPIKE_FRAME_FLAGS_AUTHENTICATED)) return is_before;
  if (agent->phase == TURNPIKE_PHASE_GREETING) return false;
  uint8_t mac[32];
  const uint32_t covered = byte_count - TURNPIKE_MAC_BYTE_COUNT;
  turnpike_mac(agent->key, 1, agent->received_count++, bytes, covered, mac);
  return turnpike_equal16(mac, bytes + covered);
}

void turnpike_link_take(struct turnpike_agent *agent, const uint8_t *bytes, uint32_t byte_count) {
  struct turnpike_frame frame;
  enum turnpike_result result = turnpike_frame_read(bytes, byte_count, layouts, sizeof layouts / sizeof layouts[0], &frame);
  // A frame that is wrong may be a forged one too: which of both comes to the same.
  if (result == TURNPIKE_RESULT_OK && !is_sealed(agent, &frame, bytes, byte_count)) result = TURNPIKE_RESULT_MAC_WRONG;
  if (result == TURNPIKE_RESULT_OK)
    result = frame.opcode < 0x80 ? take_reply(agent, &frame, bytes, byte_count) : take_push(agent, &frame);
  if (result == TURNPIKE_RESULT_OK) return;
  uint16_t broker_status = 0;
  if (result == TURNPIKE_RESULT_REFUSED) broker_status = frame.status;
  if (result == TURNPIKE_RESULT_GOODBYE) broker_status = (uint16_t)turnpike_load(frame.fixed + TURNPIKE_GOODBYE_PUSH_REASON_OFFSET, 2);
  turnpike_link_end(agent, result, broker_status);
}
