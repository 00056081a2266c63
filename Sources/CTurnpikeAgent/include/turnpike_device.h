/// The paying part: a device that takes a lease, pays for it, and gives it back. It stands on its own beside the enforcing part,
/// and is used in the same way: no I/O, no clock, no memory of its own.
///
///     turnpike_device_acquire(), _fund_notes(), _fund_tick(), _release(), _bind()      one at a time, with a connection or without
///     turnpike_device_receive(bytes)                                                   what the broker said
///     turnpike_device_outcome()                                                        what became of it, and where the money is
///     turnpike_device_output(), _sent()                                                to the connection
///
/// A request is kept until it was answered, and repeated under its number on every new connection: the broker does it once. When no
/// answer comes for 30 s or so, close the connection and make another.
#ifndef TURNPIKE_DEVICE_H
#define TURNPIKE_DEVICE_H

#include "turnpike_agent.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A reply with all the options that it can have; they are skipped.
#define TURNPIKE_DEVICE_RECEIVED_BYTE_COUNT_MIN 1100
/// A request that pays with `count` notes.
#define TURNPIKE_DEVICE_REQUEST_BYTE_COUNT(count) (60 + 48 * (count))
#define TURNPIKE_DEVICE_REQUEST_BYTE_COUNT_MIN TURNPIKE_DEVICE_REQUEST_BYTE_COUNT(1)
/// A note, as NoteToken of proto-spec/tables.md: what a wallet keeps.
#define TURNPIKE_NOTE_BYTE_COUNT 48

/// What became of a request. `money` says where its money is:
///
/// - TAKEN: take the notes out of the wallet. Put `notes` in before the next request: their receipt goes with it.
/// - NOT_TAKEN: nothing was done, the notes are as good as before.
/// - NOT_KNOWN: it is kept; `turnpike_device_repeat` asks again, `turnpike_device_abandon` gives up. OUTCOME_UNKNOWN: the broker was
///   restored from a backup, the request must not be repeated, and is not kept.
/// - NONE: of BIND.
struct turnpike_outcome {
  /// TURNPIKE_OPCODE_*, TURNPIKE_STATUS_*, TURNPIKE_MONEY_* of turnpike.h.
  uint8_t opcode, money;
  uint16_t status;
  /// Number of the token to blame; 255: none.
  uint8_t token;
  /// It was done when an earlier copy came.
  bool is_replayed;
  /// Notes that RELEASE paid out, in the buffer for received bytes: until the next call.
  uint16_t note_count;
  const uint8_t *notes;
  /// Of a refusal, as its status says.
  uint64_t detail;
  uint64_t number;
  /// Of OK: the lease that ACQUIRE made; its epoch; the broker's instant until which it is funded; what is in it.
  uint64_t lease, epoch, deadline, balance;
  /// RELEASE: what came back, in notes; and what had been given by others.
  uint64_t change, given;
};

/// What the caller decides, and what it kept of the life before: a device that may lose power stores `number`, `incarnation` and
/// `request` of turnpike_device.setup when a call has changed them, before it sends anything.
struct turnpike_device_setup {
  struct turnpike_buffer received;
  /// A request that was made and not answered, in its first `count` bytes; else 0.
  struct turnpike_buffer request;
  /// The number used last; 0 with a new session.
  uint64_t number;
  /// The broker's, as HELLO told it last; 0 with a new session.
  uint64_t incarnation;
  /// 16 secret random bytes, as good as money.
  uint8_t session[16];
};

/// A device. Its connection goes DOWN -> GREETING -> SERVING -> ENDED, as an agent's, without the steps between. Only `phase`,
/// `ended_by`, `broker_status` and `setup` are of interest outside.
struct turnpike_device {
  uint8_t phase, ended_by;
  uint16_t broker_status;
  /// The operation whose reply is awaited; 0: none.
  uint8_t awaited;
  bool was_sent, is_held, sends_request, has_key, tells_bind, has_outcome;
  uint32_t handle;
  uint32_t output_at, output_count;
  uint64_t awaited_number, push_count;
  uint64_t lease;
  uint8_t key[16];
  /// HELLO or BIND on its way.
  uint8_t control[64];
  struct turnpike_outcome outcome;
  struct turnpike_device_setup setup;
};

enum turnpike_result turnpike_device_init(struct turnpike_device *device, const struct turnpike_device_setup *setup);
enum turnpike_result turnpike_device_link_up(struct turnpike_device *device);
enum turnpike_result turnpike_device_link_down(struct turnpike_device *device);

/// Takes `*byte_count` bytes at `*bytes`, up to an outcome: take that, then call again with what is left.
enum turnpike_result turnpike_device_receive(struct turnpike_device *device, const uint8_t **bytes, size_t *byte_count);
enum turnpike_result turnpike_device_output(const struct turnpike_device *device, const uint8_t **bytes, size_t *byte_count);
enum turnpike_result turnpike_device_sent(struct turnpike_device *device, size_t byte_count);

/// True once for each outcome. Until it was taken nothing is received, and nothing can be asked for.
bool turnpike_device_outcome(struct turnpike_device *device, struct turnpike_outcome *outcome);

/// Shows the owner key of a lease, on this connection and on every later one. The outcome has its epoch. After a restart bind
/// first: a request that was kept may wait for it.
enum turnpike_result turnpike_device_bind(struct turnpike_device *device, uint64_t lease, const uint8_t key[16]);

/// Takes a lease under an owner key: 16 random bytes, never used before. `flags` are TURNPIKE_ACQUIRE_FLAGS_*; `minimum` is the
/// shortest time, in milliseconds, that the notes must buy.
enum turnpike_result turnpike_device_acquire(struct turnpike_device *device, uint64_t resource, uint32_t units, uint32_t flags,
                                             uint64_t minimum, const uint8_t key[16], const uint8_t *notes, unsigned note_count);

/// Pays for any lease. For the one that is bound it is the owner's money, for another a gift.
enum turnpike_result turnpike_device_fund_notes(struct turnpike_device *device, uint64_t lease, const uint8_t *notes, unsigned note_count);

/// Pays with word `index` of one of the lease's chains.
enum turnpike_result turnpike_device_fund_tick(struct turnpike_device *device, uint64_t lease, uint32_t chain, uint32_t index,
                                               const uint8_t word[16]);

/// Ends the lease that is bound; what is left comes back in notes.
enum turnpike_result turnpike_device_release(struct turnpike_device *device);

/// Sends the request again whose outcome was NOT_KNOWN, or forgets it.
enum turnpike_result turnpike_device_repeat(struct turnpike_device *device);
enum turnpike_result turnpike_device_abandon(struct turnpike_device *device);

/// Goes back in a hash chain: from word `index` to word `index` - `step_count`. `word` may be `out`.
enum turnpike_result turnpike_chain_back(uint64_t lease, uint32_t chain, uint32_t index, uint32_t step_count, const uint8_t word[16],
                                         uint8_t out[16]);

/// What the broker is given of a key.
void turnpike_key_hash(const uint8_t key[16], uint8_t hash[16]);

/// The answer to an agent's challenge, with the holder key that came with the ticket.
void turnpike_ticket_prove(const uint8_t holder_key[16], const uint8_t challenge[16], uint8_t proof[16]);

#ifdef __cplusplus
}
#endif

#endif
