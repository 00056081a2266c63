/// What tickets and vouchers share: the keys that are made of the role key.
#ifndef TURNPIKE_TICKETS_H
#define TURNPIKE_TICKETS_H

#include "turnpike_agent.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The ticket key.
void turnpike_ticket_key(const struct turnpike_agent *agent, uint8_t key[32]);

/// Makes of the ticket key what the holder of a ticket or a voucher answers the challenge with: the first half. His own key is made under
/// `label`.
void turnpike_ticket_proof(uint8_t key[32], const char *label, const uint8_t ticket[TURNPIKE_AGENT_TICKET_BYTE_COUNT],
                           const uint8_t challenge[16]);

#ifdef __cplusplus
}
#endif

#endif
