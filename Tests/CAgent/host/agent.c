// An agent on a host that does as it is told, for host_test: it provides each lease at once, and counts what it is told to count.
//
//   agent SOCKET RESOURCE ROLE_KEY
//
// What it is told on its standard input, a line each:   dial   cut   count LEASE RECEIVED SENT   take VOUCHER HOLDER_KEY
// What it says, a line each:                            open LEASE   shut LEASE   ended LEASE   listed   reported   beat   link RESULT   took RESULT

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "turnpike.h"
#include "turnpike_agent.h"
#include "turnpike_device.h"

enum { lease_count = 8, taken_count = 4 };

static struct turnpike_agent agent;
static struct turnpike_lease leases[lease_count];
static struct turnpike_meter meter;
static struct turnpike_usage usage[lease_count];
static struct turnpike_taken taken[taken_count];
static struct turnpike_vouchers vouchers = {taken, taken_count};
static uint8_t received[TURNPIKE_AGENT_RECEIVED_BYTE_COUNT(lease_count)], sent[TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN];
static const char *path;
static int link_socket = -1;
static bool was_in_round;

static uint64_t milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_BOOTTIME, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void bytes_of(const char *hex, uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char pair[3] = {hex[2 * i], hex[2 * i + 1], 0};
    bytes[i] = (uint8_t)strtoul(pair, NULL, 16);
  }
}

static void cut(int result) {
  if (link_socket < 0) return;
  close(link_socket);
  link_socket = -1;
  turnpike_agent_link_down(&agent);
  printf("link %d\n", result);
}

static void dial(void) {
  struct sockaddr_un address;
  uint8_t nonce[16];
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  cut(0);
  link_socket = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(link_socket, (struct sockaddr *)&address, sizeof address) != 0 || getentropy(nonce, sizeof nonce) != 0) exit(1);
  turnpike_agent_link_up(&agent, nonce, milliseconds());
  was_in_round = true;
}

static void take(const char *voucher_hex, const char *holder_hex) {
  uint8_t voucher[TURNPIKE_AGENT_VOUCHER_BYTE_COUNT], holder[16], challenge[16], proof[16];
  struct turnpike_use use;
  bytes_of(voucher_hex, voucher, sizeof voucher);
  bytes_of(holder_hex, holder, sizeof holder);
  if (getentropy(challenge, sizeof challenge) != 0) exit(1);
  turnpike_ticket_prove(holder, challenge, proof);
  printf("took %d\n", (int)turnpike_agent_take_voucher(&agent, &vouchers, voucher, challenge, proof, milliseconds(), &use));
}

static void obey(const char *line) {
  unsigned long long lease, in, out;
  char voucher[193], holder[33];
  if (strcmp(line, "dial") == 0) dial();
  if (strcmp(line, "cut") == 0) cut(0);
  if (sscanf(line, "count %llu %llu %llu", &lease, &in, &out) == 3) turnpike_agent_count(&agent, lease, in, out);
  if (sscanf(line, "take %192s %32s", voucher, holder) == 2) take(voucher, holder);
}

static void act(void) {
  struct turnpike_event event;
  for (;;) {
    turnpike_agent_next_event(&agent, milliseconds(), &event);
    const unsigned long long lease = event.lease;
    switch (event.kind) {
      case TURNPIKE_EVENT_NONE: return;
      case TURNPIKE_EVENT_OPENED: printf("open %llu\n", lease); break;
      case TURNPIKE_EVENT_CLOSED: printf("shut %llu\n", lease); break;
      case TURNPIKE_EVENT_PROVISION: turnpike_agent_report(&agent, event.lease, true, "here"); break;
      case TURNPIKE_EVENT_ENDED:
        // What passed last is known only when the gate is shut.
        turnpike_agent_count(&agent, event.lease, 7, 9);
        printf("ended %llu\n", lease);
        break;
      case TURNPIKE_EVENT_LISTED: printf("listed\n"); break;
      default: break;
    }
  }
}

/// Makes frames and sends them; when to be called again.
static uint64_t tick(void) {
  uint64_t deadline;
  const uint8_t *output;
  size_t count;
  enum turnpike_result result = turnpike_agent_tick(&agent, milliseconds(), &deadline);
  turnpike_agent_output(&agent, &output, &count);
  if (count > 0 && write(link_socket, output, count) != (ssize_t)count) result = TURNPIKE_RESULT_GOODBYE;
  turnpike_agent_sent(&agent, count);
  if (result != TURNPIKE_RESULT_OK) cut(result);
  if (link_socket >= 0 && agent.phase == TURNPIKE_PHASE_SERVING && was_in_round && !meter.has_round) {
    was_in_round = false;
    printf("reported\n");
  }
  return count > 0 ? 0 : deadline;
}

int main(int argument_count, char **arguments) {
  struct turnpike_agent_setup setup;
  char line[512];
  size_t line_count = 0;
  if (argument_count != 4 || strlen(arguments[3]) != 64) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  path = arguments[1];
  memset(&setup, 0, sizeof setup);
  setup.resource = strtoull(arguments[2], NULL, 10);
  bytes_of(arguments[3], setup.role_key, sizeof setup.role_key);
  setup.agent = 1;
  setup.flags = TURNPIKE_AGENT_FLAGS_PROVISIONS | TURNPIKE_AGENT_FLAGS_REPORTS;
  setup.leases = leases;
  setup.lease_capacity = lease_count;
  setup.received.bytes = received;
  setup.received.capacity = sizeof received;
  setup.sent.bytes = sent;
  setup.sent.capacity = sizeof sent;
  if (getentropy(setup.boot_nonce, sizeof setup.boot_nonce) != 0) return 1;
  if (turnpike_agent_init(&agent, &setup, milliseconds()) != TURNPIKE_RESULT_OK) return 1;
  if (turnpike_agent_meter(&agent, &meter, usage, 200) != TURNPIKE_RESULT_OK) return 1;
  for (;;) {
    struct pollfd waiting[2] = {{STDIN_FILENO, POLLIN, 0}, {link_socket, POLLIN, 0}};
    uint8_t bytes[512];
    act();
    const uint64_t deadline = tick(), now = milliseconds(), left = deadline > now ? deadline - now : 0;
    if (poll(waiting, 2, left < 100 ? (int)left : 100) < 0) return 1;
    if (link_socket >= 0 && waiting[1].revents != 0) {
      const ssize_t count = read(link_socket, bytes, sizeof bytes);
      const bool was_beating = agent.link.has_heartbeat;
      const enum turnpike_result result =
        count <= 0 ? TURNPIKE_RESULT_GOODBYE : turnpike_agent_receive(&agent, bytes, (size_t)count, milliseconds());
      if (was_beating && !agent.link.has_heartbeat) printf("beat\n");
      if (result != TURNPIKE_RESULT_OK) cut(result);
    }
    if (waiting[0].revents == 0) continue;
    char byte;
    if (read(STDIN_FILENO, &byte, 1) != 1) return 0;
    if (byte != '\n' && line_count < sizeof line - 1) {
      line[line_count++] = byte;
    } else {
      line[line_count] = 0;
      line_count = 0;
      obey(line);
    }
  }
}
