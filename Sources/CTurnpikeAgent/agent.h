/// What the files of the agent share: its connection, and its clock.
#ifndef TURNPIKE_AGENT_INTERNAL_H
#define TURNPIKE_AGENT_INTERNAL_H

#include "turnpike_agent.h"
#include "wire.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Where the listing of a connection is. It begins with one that is wanted.
enum { TURNPIKE_LISTING_WANTED, TURNPIKE_LISTING_ASKED, TURNPIKE_LISTING_DONE };

/// The time by which to judge at `now`, or 0: the clock is broken, and nothing is open.
uint64_t turnpike_agent_clock(const struct turnpike_agent *agent, uint64_t now);

/// A connection was made. DOWN -> GREETING.
void turnpike_link_begin(struct turnpike_agent *agent, const uint8_t nonce[16]);

/// Takes one whole frame. Any phase but DOWN and ENDED -> the next one, or ENDED.
void turnpike_link_take(struct turnpike_agent *agent, const uint8_t *bytes, uint32_t byte_count);

/// Makes the frames that are due, as far as there is room. Returns when it has to be called again.
uint64_t turnpike_link_tick(struct turnpike_agent *agent);

/// Any phase but DOWN -> ENDED.
void turnpike_link_end(struct turnpike_agent *agent, enum turnpike_result result);

/// Asks for all leases as soon as that can be.
void turnpike_link_list_again(struct turnpike_agent *agent);

/// Makes a request of this body, with a MAC where one belongs, and counts it as under way, the last of `pending`. False: there is no
/// room for it now. Without a body (NULL) it is all zero, for the caller to fill and to seal.
bool turnpike_link_send(struct turnpike_agent *agent, uint8_t opcode, const uint8_t *body, uint32_t body_byte_count);

/// What the connection calls of a part that not every agent has: reports.c, once there was a report, or usage.c, which calls the other one.
struct turnpike_part {
  /// At each tick of a connection, in all its phases: makes the requests that are due, as far as there is room.
  void (*send)(struct turnpike_agent *agent);
  /// A reply, before it is judged. True: it is one that the part asked for, and does not end the link.
  bool (*take)(struct turnpike_agent *agent, const struct turnpike_frame *reply);
};

/// Whether a report that was refused is to be sent again as it is.
static inline bool turnpike_status_passes(uint16_t status) {
  return status == TURNPIKE_STATUS_NO_SPACE || status == TURNPIKE_STATUS_DRAINING || status == TURNPIKE_STATUS_NOT_LEADER ||
         status == TURNPIKE_STATUS_MOVED || status == TURNPIKE_STATUS_OUTCOME_UNKNOWN;
}

#ifdef __cplusplus
}
#endif

#endif
