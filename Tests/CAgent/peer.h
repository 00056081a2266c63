/// A broker, as far as an agent can tell: it answers in frames that are sealed with the right key. And the checks of these tests.
#ifndef PEER_H
#define PEER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../Sources/CTurnpikeAgent/leases.h"
#include "../../Sources/CTurnpikeAgent/sha256.h"
#include "../../Sources/CTurnpikeAgent/wire.h"

extern unsigned long check_count;

#define CHECK(condition) \
  do { \
    check_count++; \
    if (!(condition)) { \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      abort(); \
    } \
  } while (0)

/// An agent on a bench: its memory, and the broker at the other end.
struct bench {
  struct turnpike_agent agent;
  struct turnpike_lease leases[16];
  /// Of an agent that counts.
  struct turnpike_meter meter;
  struct turnpike_usage usage[16];
  uint8_t received[4096], sent[512];
  uint64_t now;
  /// What ATTACH's reply tells.
  uint64_t report_number;
  /// The broker's side of the connection.
  uint8_t key[32];
  uint64_t frame_count, push_count, heard_frame_count;
  /// The last request that was read, and its bytes.
  uint8_t request[512];
  uint32_t request_byte_count;
  uint64_t number;
  uint8_t opcode;
};

/// The role key 00..1f of the specification's examples.
extern const uint8_t role_key[32];

/// Bytes of hexadecimal digits; spaces are skipped.
size_t bytes_of(const char *hex, uint8_t *out);

/// `capacity` leases; buffers for pages of `page_count` leases.
void bench_init(struct bench *bench, uint16_t capacity, unsigned page_count, uint64_t now);

/// Makes the agent's frames that are due and reads the next one. False: there is none.
bool bench_read(struct bench *bench);

/// Seals a frame and has the agent take it.
enum turnpike_result bench_send(struct bench *bench, uint8_t opcode, uint16_t status, uint64_t number, const uint8_t *body, uint32_t byte_count);
enum turnpike_result bench_reply(struct bench *bench, uint16_t status, const uint8_t *body, uint32_t byte_count);
enum turnpike_result bench_push(struct bench *bench, uint8_t opcode, const uint8_t *body, uint32_t byte_count);

/// From no connection to ATTACH's reply.
void bench_connect(struct bench *bench, uint64_t epoch_floor, uint32_t heartbeat_millis);

/// Reads AGENT_LEASES and answers with these records, as one page.
void bench_list(struct bench *bench, const uint8_t *records, unsigned count);

struct lease {
  uint64_t lease, epoch, stamp, until, throttle_at, end;
  uint32_t units;
  uint8_t state, is_yours;
};

/// Writes an AgentLease.
void record_of(uint8_t record[TURNPIKE_AGENT_LEASE_BYTE_COUNT], struct lease lease);
enum turnpike_result bench_tell(struct bench *bench, struct lease lease);

/// The next event is this, of this lease.
void expect_event(struct bench *bench, enum turnpike_event_kind kind, uint64_t lease);

/// The heap is one, chains lead to their rows, and every count is right.
void check_table(const struct turnpike_leases *leases);

#endif
