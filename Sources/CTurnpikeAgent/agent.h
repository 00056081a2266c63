/// What the files of the agent share: its connection, and its clock.
#ifndef TURNPIKE_AGENT_INTERNAL_H
#define TURNPIKE_AGENT_INTERNAL_H

#include "turnpike_agent.h"

#ifdef __cplusplus
extern "C" {
#endif

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
/// room for it now.
bool turnpike_link_send(struct turnpike_agent *agent, uint8_t opcode, const uint8_t *body, uint32_t body_byte_count);

/// What the connection calls of reports.c, once there was a report.
struct turnpike_reporting {
  /// Makes the requests that are due, as far as there is room.
  void (*send)(struct turnpike_agent *agent);
  /// The broker answered what was reported of `lease`.
  void (*take)(struct turnpike_agent *agent, uint64_t lease, uint16_t status);
};

#ifdef __cplusplus
}
#endif

#endif
