// Tickets: what the holder of a lease shows when the broker cannot be asked.

#include <string.h>

#include "agent.h"
#include "leases.h"
#include "sha256.h"
#include "wire.h"

enum { covered_byte_count = TURNPIKE_LEASE_TICKET_TAG_OFFSET };

/// A ticket up to its state, as integers of 8 bytes: the boot nonce is two of them, agent and units share the last.
enum { word_resource, word_lease, word_epoch, word_sequence, word_nonce, word_stamp = 6, word_until, word_agent, word_count };

static void make_ticket_key(const struct turnpike_agent *agent, uint8_t key[32]) {
  turnpike_hmac_of_label(agent->setup.role_key, "turnpike ticket v1", NULL, 0, key);
}

/// What of the rules depends on the time and on what the broker said, and what access they leave: they hold as long as the pass is
/// used. That it is not too old is not among them, for it was not when it was shown.
static enum turnpike_result judge(const struct turnpike_agent *agent, const struct turnpike_pass *pass, uint64_t clock,
                                  enum turnpike_access *access) {
  const struct turnpike_lease *row = turnpike_leases_find(&agent->leases, pass->lease);
  const bool runs = pass->state >= TURNPIKE_LEASE_STATE_ACTIVE && pass->state <= TURNPIKE_LEASE_STATE_THROTTLED;
  uint64_t until = pass->until;
  *access = pass->state == TURNPIKE_LEASE_STATE_THROTTLED ? TURNPIKE_ACCESS_REDUCED : TURNPIKE_ACCESS_FULL;
  if (row == NULL) {
    if (!agent->leases.has_floor || pass->epoch <= agent->leases.epoch_floor) return TURNPIKE_RESULT_TICKET_FENCED;
  } else {
    if (pass->epoch < row->epoch || (row->flags & TURNPIKE_ROW_IS_OVER) || row->state == TURNPIKE_LEASE_STATE_SUSPENDED)
      return TURNPIKE_RESULT_TICKET_FENCED;
    if (pass->epoch == row->epoch) {
      // What the broker pushed may be newer, and less; of one stamp nobody knows which came last.
      if (pass->stamp <= row->stamp && row->until < until) until = row->until;
      if (turnpike_lease_access(row, clock) == TURNPIKE_ACCESS_REDUCED) *access = TURNPIKE_ACCESS_REDUCED;
    }
  }
  return !runs || clock == 0 || clock > until ? TURNPIKE_RESULT_TICKET_OVER : TURNPIKE_RESULT_OK;
}

/// What the ticket is worth; `pass` is what it says, whatever that is.
static enum turnpike_result examine(const struct turnpike_agent *agent, const uint8_t *ticket, uint64_t now, struct turnpike_pass *pass) {
  uint8_t key[32], tag[32];
  uint64_t words[word_count];
  enum turnpike_access access;
  make_ticket_key(agent, key);
  turnpike_hmac_of_label(key, "tag", ticket, covered_byte_count, tag);
  if (!turnpike_equal16(tag, ticket + TURNPIKE_LEASE_TICKET_TAG_OFFSET)) return TURNPIKE_RESULT_TICKET_FORGED;
  turnpike_load_words(words, ticket, word_count);
  pass->lease = words[word_lease];
  pass->epoch = words[word_epoch];
  pass->stamp = words[word_stamp];
  pass->until = words[word_until];
  pass->units = (uint32_t)(words[word_agent] >> 32);
  pass->state = ticket[TURNPIKE_LEASE_TICKET_STATE_OFFSET];
  if (words[word_resource] != agent->setup.resource || (uint32_t)words[word_agent] != agent->setup.agent ||
      !turnpike_equal16(ticket + TURNPIKE_LEASE_TICKET_BOOT_NONCE_OFFSET, agent->setup.boot_nonce))
    return TURNPIKE_RESULT_TICKET_NOT_OURS;
  const uint64_t clock = turnpike_agent_clock(agent, now);
  // A clock that broke (0) is before every stamp.
  if (clock < pass->stamp || clock - pass->stamp > agent->setup.ticket_age_millis) return TURNPIKE_RESULT_TICKET_STAMP;
  return judge(agent, pass, clock, &access);
}

enum turnpike_result turnpike_agent_check_ticket(const struct turnpike_agent *agent, const uint8_t ticket[TURNPIKE_AGENT_TICKET_BYTE_COUNT],
                                                 uint64_t now, struct turnpike_pass *pass) {
  const enum turnpike_result result = examine(agent, ticket, now, pass);
  if (result != TURNPIKE_RESULT_OK) memset(pass, 0, sizeof *pass);
  return result;
}

enum turnpike_result turnpike_agent_check_proof(const struct turnpike_agent *agent, const uint8_t ticket[TURNPIKE_AGENT_TICKET_BYTE_COUNT],
                                                const uint8_t challenge[16], const uint8_t proof[16], uint64_t now,
                                                struct turnpike_pass *pass) {
  uint8_t key[32];
  const enum turnpike_result result = turnpike_agent_check_ticket(agent, ticket, now, pass);
  if (result != TURNPIKE_RESULT_OK) return result;
  make_ticket_key(agent, key);
  turnpike_hmac_of_label(key, "holder", ticket, TURNPIKE_AGENT_TICKET_BYTE_COUNT, key);
  // A holder key is the first half.
  memset(key + 16, 0, 16);
  turnpike_hmac_of_label(key, TURNPIKE_PROOF_LABEL, challenge, 16, key);
  if (turnpike_equal16(key, proof)) return TURNPIKE_RESULT_OK;
  memset(pass, 0, sizeof *pass);
  return TURNPIKE_RESULT_PROOF_WRONG;
}

enum turnpike_access turnpike_agent_pass_access(const struct turnpike_agent *agent, const struct turnpike_pass *pass, uint64_t now) {
  enum turnpike_access access;
  return judge(agent, pass, turnpike_agent_clock(agent, now), &access) == TURNPIKE_RESULT_OK ? access : TURNPIKE_ACCESS_CLOSED;
}
