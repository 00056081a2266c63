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
void turnpike_link_end(struct turnpike_agent *agent, enum turnpike_result result, uint16_t broker_status);

/// Asks for all leases as soon as that can be.
void turnpike_link_list_again(struct turnpike_agent *agent);

/// An answer to what was reported of the lease until now means nothing any more.
void turnpike_link_forget_report(struct turnpike_agent *agent, uint64_t lease);

#ifdef __cplusplus
}
#endif

#endif
