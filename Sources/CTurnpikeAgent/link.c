// The agent's connection: the handshake, one listing of all leases after the other, and heartbeats.
//
// Frames are made only in `turnpike_link_tick`, so a stamp is as old as the call. Every request that was made is in `pending` until
// its reply came. During the handshake there is one at a time.

#include <string.h>

#include "agent.h"
#include "leases.h"
#include "sha256.h"
#include "wire.h"

/// Where the listing is. A connection begins with one that is wanted.
enum { listing_wanted, listing_asked, listing_done };

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
  memset(&agent->link, 0, sizeof agent->link);
  memcpy(agent->link.nonce, nonce, sizeof agent->link.nonce);
  agent->broker_status = 0;
  agent->phase = TURNPIKE_PHASE_GREETING;
}

void turnpike_link_end(struct turnpike_agent *agent, enum turnpike_result result) {
  if (agent->phase == TURNPIKE_PHASE_DOWN || agent->phase == TURNPIKE_PHASE_ENDED) return;
  agent->phase = TURNPIKE_PHASE_ENDED;
  agent->ended_by = (uint8_t)result;
  agent->setup.received.count = agent->setup.sent.count = 0;
}

// ---- requests ----

bool turnpike_link_send(struct turnpike_agent *agent, uint8_t opcode, const uint8_t *body, uint32_t body_byte_count) {
  struct turnpike_buffer *sent = &agent->setup.sent;
  uint8_t *frame = sent->bytes + sent->count;
  const bool is_sealed = agent->phase >= TURNPIKE_PHASE_ATTACHING;
  const uint32_t covered = TURNPIKE_FRAME_HEADER_BYTE_COUNT + body_byte_count;
  const uint32_t byte_count = covered + (is_sealed ? TURNPIKE_MAC_BYTE_COUNT : 0);
  if (agent->link.pending_count == TURNPIKE_AGENT_PENDING_COUNT_MAX || sent->capacity - sent->count < byte_count) return false;
  if (agent->link.pending_count == 0) agent->link.waiting_since = agent->clock;
  struct turnpike_pending *pending = &agent->link.pending[agent->link.pending_count++];
  pending->number = ++agent->link.request_number;
  pending->opcode = opcode;
  turnpike_frame_begin(frame, byte_count, opcode, pending->number);
  memcpy(frame + TURNPIKE_FRAME_HEADER_BYTE_COUNT, body, body_byte_count);
  if (is_sealed) {
    frame[TURNPIKE_FRAME_HEADER_FLAGS_OFFSET] = TURNPIKE_FRAME_FLAGS_AUTHENTICATED;
    turnpike_mac(agent->link.key, 0, agent->link.sent_count++, frame, covered, frame + covered);
  }
  sent->count += byte_count;
  return true;
}

/// HELLO, the same bytes however often: the keys are made of them when its reply came.
static void write_hello(const struct turnpike_agent *agent, uint8_t frame[hello_byte_count]) {
  turnpike_frame_begin(frame, hello_byte_count, TURNPIKE_OPCODE_HELLO, 1);
  frame[TURNPIKE_AT(HELLO_REQUEST, VERSION_MIN)] = TURNPIKE_VERSION;
  frame[TURNPIKE_AT(HELLO_REQUEST, VERSION_MAX)] = TURNPIKE_VERSION;
  frame[TURNPIKE_AT(HELLO_REQUEST, ROLE)] = TURNPIKE_ROLE_AGENT;
  turnpike_store(frame + TURNPIKE_AT(HELLO_REQUEST, GENERATION), 4, agent->setup.generation);
  turnpike_store(frame + TURNPIKE_AT(HELLO_REQUEST, ROLE_ID), 8, agent->setup.resource);
  memcpy(frame + TURNPIKE_AT(HELLO_REQUEST, NONCE), agent->link.nonce, sizeof agent->link.nonce);
}

static void send_hello(struct turnpike_agent *agent) {
  uint8_t frame[hello_byte_count];
  write_hello(agent, frame);
  turnpike_link_send(agent, TURNPIKE_OPCODE_HELLO, frame + TURNPIKE_FRAME_HEADER_BYTE_COUNT, TURNPIKE_HELLO_REQUEST_BYTE_COUNT);
}

static void send_proof(struct turnpike_agent *agent) {
  uint8_t proof[32];
  turnpike_hmac_of_label(agent->link.key, "client proof", NULL, 0, proof);
  turnpike_link_send(agent, TURNPIKE_OPCODE_AUTHENTICATE, proof, TURNPIKE_AUTHENTICATE_REQUEST_BYTE_COUNT);
}

static void send_attach(struct turnpike_agent *agent) {
  uint8_t body[TURNPIKE_ATTACH_REQUEST_BYTE_COUNT];
  turnpike_store(body + TURNPIKE_ATTACH_REQUEST_AGENT_OFFSET, 4, agent->setup.agent);
  turnpike_store(body + TURNPIKE_ATTACH_REQUEST_FLAGS_OFFSET, 4, agent->setup.flags);
  memcpy(body + TURNPIKE_ATTACH_REQUEST_BOOT_NONCE_OFFSET, agent->setup.boot_nonce, 16);
  turnpike_store(body + TURNPIKE_ATTACH_REQUEST_STAMP_OFFSET, 8, agent->clock);
  if (turnpike_link_send(agent, TURNPIKE_OPCODE_ATTACH, body, sizeof body)) agent->link.heartbeat_at = agent->clock;
}

static void send_heartbeat(struct turnpike_agent *agent) {
  uint8_t body[TURNPIKE_HEARTBEAT_REQUEST_BYTE_COUNT];
  turnpike_store(body + TURNPIKE_HEARTBEAT_REQUEST_STAMP_OFFSET, 8, agent->clock);
  turnpike_store(body + TURNPIKE_HEARTBEAT_REQUEST_HEARD_OFFSET, 8, agent->link.heard_count);
  if (!turnpike_link_send(agent, TURNPIKE_OPCODE_HEARTBEAT, body, sizeof body)) return;
  agent->link.has_heartbeat = true;
  agent->link.heartbeat_at = agent->clock + agent->link.heartbeat_millis;
  // What the broker could not take just then it may take now.
  if (agent->reports_again) agent->reports_all = true;
}

static uint32_t page_count_max(const struct turnpike_agent *agent) {
  const uint32_t fits = (agent->setup.received.capacity - page_head_byte_count) / TURNPIKE_AGENT_LEASE_BYTE_COUNT;
  return fits < TURNPIKE_AGENT_LEASE_COUNT_MAX ? fits : TURNPIKE_AGENT_LEASE_COUNT_MAX;
}

static void send_listing(struct turnpike_agent *agent) {
  uint8_t body[TURNPIKE_AGENT_LEASES_REQUEST_BYTE_COUNT];
  turnpike_store(body + TURNPIKE_AGENT_LEASES_REQUEST_AFTER_OFFSET, 8, agent->link.listing_after);
  // Its two bytes, and the zeros after them.
  turnpike_store(body + TURNPIKE_AGENT_LEASES_REQUEST_COUNT_MAX_OFFSET, 8, page_count_max(agent));
  if (!turnpike_link_send(agent, TURNPIKE_OPCODE_AGENT_LEASES, body, sizeof body)) return;
  if (agent->link.listing_after == 0) turnpike_leases_clear(&agent->leases, TURNPIKE_ROW_WAS_LISTED);
  agent->link.listing = listing_asked;
}

void turnpike_link_list_again(struct turnpike_agent *agent) {
  if (agent->link.listing == listing_asked) {
    agent->link.lists_again = true;
  } else {
    agent->link.listing = listing_wanted;
    agent->link.listing_after = 0;
  }
}

static uint64_t earlier(uint64_t a, uint64_t b) { return a < b ? a : b; }

uint64_t turnpike_link_tick(struct turnpike_agent *agent) {
  if (agent->phase == TURNPIKE_PHASE_DOWN || agent->phase == TURNPIKE_PHASE_ENDED) return TURNPIKE_NEVER;
  if (agent->link.pending_count > 0 && agent->clock - agent->link.waiting_since >= TURNPIKE_AGENT_REPLY_MILLIS) {
    turnpike_link_end(agent, TURNPIKE_RESULT_REPLY_LATE);
    return TURNPIKE_NEVER;
  }
  uint64_t at = TURNPIKE_NEVER;
  if (agent->phase == TURNPIKE_PHASE_SERVING) {
    if (agent->clock >= agent->link.heartbeat_at && !agent->link.has_heartbeat) send_heartbeat(agent);
    if (agent->link.listing == listing_done && agent->clock >= agent->link.listing_at) turnpike_link_list_again(agent);
    if (agent->link.listing == listing_wanted) send_listing(agent);
    if (agent->reporting != NULL) agent->reporting->send(agent);
    // What could not be made now waits for a reply, and there is a time for that.
    if (agent->link.heartbeat_at > agent->clock) at = earlier(at, agent->link.heartbeat_at);
    if (agent->link.listing == listing_done) at = earlier(at, agent->link.listing_at);
  } else if (agent->link.pending_count == 0) {
    if (agent->phase == TURNPIKE_PHASE_GREETING) send_hello(agent);
    else if (agent->phase == TURNPIKE_PHASE_AUTHENTICATING) send_proof(agent);
    else send_attach(agent);
  }
  return agent->link.pending_count > 0 ? earlier(at, agent->link.waiting_since + TURNPIKE_AGENT_REPLY_MILLIS) : at;
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
  turnpike_hmac_of_label(agent->setup.role_key, "turnpike role connection v1", digest, sizeof digest, agent->link.key);
  agent->phase = TURNPIKE_PHASE_AUTHENTICATING;
  return TURNPIKE_RESULT_OK;
}

static void take_attach(struct turnpike_agent *agent, const uint8_t *fixed) {
  turnpike_leases_raise_floor(&agent->leases, turnpike_load(fixed + TURNPIKE_ATTACH_REPLY_EPOCH_FLOOR_OFFSET, 8));
  agent->leases.has_floor = true;
  agent->link.heartbeat_millis = (uint32_t)turnpike_load(fixed + TURNPIKE_ATTACH_REPLY_HEARTBEAT_MILLIS_OFFSET, 4);
  if (agent->link.heartbeat_millis < TURNPIKE_AGENT_HEARTBEAT_MILLIS_MIN) agent->link.heartbeat_millis = TURNPIKE_AGENT_HEARTBEAT_MILLIS_MIN;
  agent->link.heartbeat_at += agent->link.heartbeat_millis;
  agent->reports_all = true;
  agent->phase = TURNPIKE_PHASE_SERVING;
}

static enum turnpike_result take_listing(struct turnpike_agent *agent, const struct turnpike_frame *frame) {
  const bool has_more = frame->fixed[TURNPIKE_AGENT_LEASES_REPLY_MORE_OFFSET] != 0;
  if (has_more && frame->record_count == 0) return TURNPIKE_RESULT_REPLY_WRONG;
  const uint8_t *record = frame->records;
  for (unsigned left = frame->record_count; left > 0; left--, record += TURNPIKE_AGENT_LEASE_BYTE_COUNT) {
    const uint64_t lease = turnpike_load(record, 8);
    // Pages go up, or they could go on for ever.
    if (lease <= agent->link.listing_after) return TURNPIKE_RESULT_REPLY_WRONG;
    agent->link.listing_after = lease;
    const enum turnpike_result result = turnpike_leases_tell(&agent->leases, record, agent->clock);
    if (result != TURNPIKE_RESULT_OK) return result;
  }
  agent->link.listing = listing_wanted;
  if (agent->link.lists_again) {
    agent->link.lists_again = false;
    agent->link.listing_after = 0;
  } else if (!has_more) {
    turnpike_leases_end_listing(&agent->leases);
    agent->link.listing = listing_done;
    agent->link.listing_at = agent->clock + agent->setup.listing_millis;
    agent->was_listed = true;
  }
  return TURNPIKE_RESULT_OK;
}

static enum turnpike_result take_reply(struct turnpike_agent *agent, const struct turnpike_frame *frame, const uint8_t *bytes,
                                       uint32_t byte_count) {
  unsigned i = 0;
  while (i < agent->link.pending_count && agent->link.pending[i].number != frame->number) i++;
  if (i == agent->link.pending_count || agent->link.pending[i].opcode != frame->opcode) return TURNPIKE_RESULT_REPLY_WRONG;
  const uint64_t lease = agent->link.pending[i].lease;
  agent->link.pending[i] = agent->link.pending[--agent->link.pending_count];
  agent->link.waiting_since = agent->clock;
  if (frame->opcode == TURNPIKE_OPCODE_PROVISION && frame->status != TURNPIKE_STATUS_AGENT_ABSENT) {
    if (agent->reporting != NULL) agent->reporting->take(agent, lease, frame->status);
    return TURNPIKE_RESULT_OK;
  }
  if (frame->status != TURNPIKE_STATUS_OK) return TURNPIKE_RESULT_REFUSED;
  switch (frame->opcode) {
    case TURNPIKE_OPCODE_HELLO: return take_hello(agent, frame, bytes, byte_count);
    case TURNPIKE_OPCODE_AUTHENTICATE: agent->phase = TURNPIKE_PHASE_ATTACHING; break;
    case TURNPIKE_OPCODE_ATTACH: take_attach(agent, frame->fixed); break;
    case TURNPIKE_OPCODE_HEARTBEAT: agent->link.has_heartbeat = false; break;
    case TURNPIKE_OPCODE_AGENT_LEASES: return take_listing(agent, frame);
    default: break;
  }
  return TURNPIKE_RESULT_OK;
}

static enum turnpike_result take_push(struct turnpike_agent *agent, const struct turnpike_frame *frame) {
  if (frame->number != ++agent->link.push_count) return TURNPIKE_RESULT_REPLY_WRONG;
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
  uint8_t mac[TURNPIKE_MAC_BYTE_COUNT];
  const uint32_t covered = byte_count - TURNPIKE_MAC_BYTE_COUNT;
  turnpike_mac(agent->link.key, 1, agent->link.received_count++, bytes, covered, mac);
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
  if (result == TURNPIKE_RESULT_REFUSED) agent->broker_status = frame.status;
  if (result == TURNPIKE_RESULT_GOODBYE)
    agent->broker_status = (uint16_t)turnpike_load(frame.fixed + TURNPIKE_GOODBYE_PUSH_REASON_OFFSET, 2);
  turnpike_link_end(agent, result);
}
