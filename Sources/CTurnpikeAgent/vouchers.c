// Vouchers: what the holder of a lease shows for a use that he paid before.

#include <string.h>

#include "agent.h"
#include "sha256.h"
#include "tickets.h"

enum { covered_byte_count = TURNPIKE_USE_VOUCHER_TAG_OFFSET };

/// A voucher up to its tag, as integers of 8 bytes: the boot nonce is two of them, agent and meter share the last.
enum { word_resource, word_lease, word_serial, word_nonce, word_stamp = 5, word_until, word_quantity, word_charged, word_agent, word_count };

enum turnpike_result turnpike_agent_check_voucher(const struct turnpike_agent *agent, const uint8_t voucher[TURNPIKE_AGENT_VOUCHER_BYTE_COUNT],
                                                  uint64_t now, struct turnpike_use *use) {
  uint8_t tag[32];
  uint64_t words[word_count];
  memset(use, 0, sizeof *use);
  turnpike_ticket_key(agent, tag);
  turnpike_hmac_of_label(tag, "voucher tag", voucher, covered_byte_count, tag);
  if (!turnpike_equal16(tag, voucher + TURNPIKE_USE_VOUCHER_TAG_OFFSET)) return TURNPIKE_RESULT_TICKET_FORGED;
  turnpike_load_words(words, voucher, word_count);
  if (words[word_resource] != agent->setup.resource || (uint32_t)words[word_agent] != agent->setup.agent ||
      !turnpike_equal16(voucher + TURNPIKE_USE_VOUCHER_BOOT_NONCE_OFFSET, agent->setup.boot_nonce))
    return TURNPIKE_RESULT_TICKET_NOT_OURS;
  const uint64_t clock = turnpike_agent_clock(agent, now);
  // A clock that broke (0) is before every stamp.
  if (clock == 0 || clock < words[word_stamp]) return TURNPIKE_RESULT_TICKET_STAMP;
  if (clock > words[word_until]) return TURNPIKE_RESULT_TICKET_OVER;
  use->lease = words[word_lease];
  use->serial = words[word_serial];
  use->until = words[word_until];
  use->quantity = words[word_quantity];
  use->charged = words[word_charged];
  use->meter = voucher[TURNPIKE_USE_VOUCHER_METER_OFFSET];
  return TURNPIKE_RESULT_OK;
}

/// Notes that the serial was taken, unless it was before, or there is no room for it.
static enum turnpike_result note(const struct turnpike_vouchers *vouchers, const struct turnpike_use *use, uint64_t clock) {
  struct turnpike_taken *room = NULL;
  for (unsigned i = 0; i < vouchers->capacity; i++) {
    struct turnpike_taken *row = &vouchers->rows[i];
    if (row->until < clock) room = row;
    else if (row->serial == use->serial) return TURNPIKE_RESULT_VOUCHER_TAKEN;
  }
  if (room == NULL) return TURNPIKE_RESULT_VOUCHERS_FULL;
  room->serial = use->serial;
  room->until = use->until;
  return TURNPIKE_RESULT_OK;
}

enum turnpike_result turnpike_agent_take_voucher(struct turnpike_agent *agent, struct turnpike_vouchers *vouchers,
                                                 const uint8_t voucher[TURNPIKE_AGENT_VOUCHER_BYTE_COUNT], const uint8_t challenge[16],
                                                 const uint8_t proof[16], uint64_t now, struct turnpike_use *use) {
  uint8_t key[32];
  enum turnpike_result result = turnpike_agent_check_voucher(agent, voucher, now, use);
  if (result != TURNPIKE_RESULT_OK) return result;
  turnpike_ticket_key(agent, key);
  turnpike_ticket_proof(key, "voucher holder", voucher, challenge);
  // It is this time from now on: a serial that was dropped by it must not be taken by an earlier one.
  agent->clock = turnpike_agent_clock(agent, now);
  result = turnpike_equal16(key, proof) ? note(vouchers, use, agent->clock) : TURNPIKE_RESULT_PROOF_WRONG;
  if (result != TURNPIKE_RESULT_OK) memset(use, 0, sizeof *use);
  return result;
}
