// A gate that leases open, on a serial line to the broker.
//
// What it is told on the console, each a letter and bytes:
//   B agent (4) resource (8) role key (32) boot nonce (16)     who it is; on a device these are in flash, and the nonce is drawn
//   U nonce (16)                                               the line carries a new connection: as a modem's CONNECT
//   D                                                          it carries none: NO CARRIER
//   S                                                          asks for its clock, open gates and bytes of stack
// In a simulation there is nothing to draw random numbers from, so whoever simulates gives them: others at each start and connection.

#include <string.h>

#include "board.h"
#include "turnpike.h"
#include "turnpike_agent.h"

enum { lease_count = 4, settings_byte_count = 4 + 8 + 32 + 16, nonce_byte_count = 16 };

static struct turnpike_agent agent;
static struct turnpike_lease leases[lease_count];
static uint8_t received[TURNPIKE_AGENT_RECEIVED_BYTE_COUNT(lease_count)], sent[TURNPIKE_AGENT_SENT_BYTE_COUNT_MIN];
static uint64_t gates[lease_count];
static bool is_set_up;
static uint8_t phase;

static void say(const char *what, uint64_t number) {
  board_log(what);
  board_log_number(number);
  board_log("\n");
}

static uint64_t little_endian(const uint8_t *bytes, unsigned count) {
  uint64_t number = 0;
  while (count-- > 0) number = number << 8 | bytes[count];
  return number;
}

// ---- gates ----

static unsigned open_gate_count(void) {
  unsigned count = 0;
  for (unsigned i = 0; i < lease_count; i++) count += gates[i] != 0;
  return count;
}

static void set_gate(uint64_t lease, bool is_open) {
  const uint64_t from = is_open ? 0 : lease, to = is_open ? lease : 0;
  for (unsigned i = 0; i < lease_count; i++) {
    if (gates[i] != from) continue;
    gates[i] = to;
    board_set_pin(open_gate_count() > 0);
    say(is_open ? "gate open " : "gate closed ", lease);
    return;
  }
}

static void act(const struct turnpike_event *event) {
  switch (event->kind) {
    case TURNPIKE_EVENT_OPENED: set_gate(event->lease, true); break;
    case TURNPIKE_EVENT_REDUCED: say("gate reduced ", event->lease); break;
    case TURNPIKE_EVENT_CLOSED: set_gate(event->lease, false); break;
    case TURNPIKE_EVENT_PROVISION:
      say("provision ", event->lease);
      turnpike_agent_report(&agent, event->lease, true, "gate of the board");
      break;
    case TURNPIKE_EVENT_ENDED:
      set_gate(event->lease, false);
      say("ended ", event->lease);
      break;
    case TURNPIKE_EVENT_NO_ROOM: say("no room ", event->lease); break;
    case TURNPIKE_EVENT_LISTED: board_log("listed\n"); break;
    default: break;
  }
}

// ---- console ----

static void set_up(const uint8_t *settings) {
  struct turnpike_agent_setup setup;
  memset(&setup, 0, sizeof setup);
  setup.flags = TURNPIKE_AGENT_FLAGS_PROVISIONS;
  setup.agent = (uint32_t)little_endian(settings, 4);
  setup.resource = little_endian(settings + 4, 8);
  memcpy(setup.role_key, settings + 12, sizeof setup.role_key);
  memcpy(setup.boot_nonce, settings + 44, sizeof setup.boot_nonce);
  setup.leases = leases;
  setup.lease_capacity = lease_count;
  setup.received.bytes = received;
  setup.received.capacity = sizeof received;
  setup.sent.bytes = sent;
  setup.sent.capacity = sizeof sent;
  is_set_up = turnpike_agent_init(&agent, &setup, board_milliseconds()) == TURNPIKE_RESULT_OK;
  board_log(is_set_up ? "ready\n" : "settings are wrong\n");
}

static void begin_link(const uint8_t *nonce) {
  uint8_t rest;
  while (board_receive(board_line, &rest)) {
    // What is left of the connection before.
  }
  turnpike_agent_link_down(&agent);
  if (turnpike_agent_link_up(&agent, nonce, board_milliseconds()) == TURNPIKE_RESULT_OK) board_log("link up\n");
}

static void take_command(uint8_t byte) {
  static uint8_t command[1 + settings_byte_count];
  static uint32_t count;
  command[count++] = byte;
  const uint32_t needed = 1 + (command[0] == 'B' ? settings_byte_count : command[0] == 'U' ? nonce_byte_count : 0u);
  if (count < needed) return;
  count = 0;
  if (command[0] == 'B' && !is_set_up) set_up(command + 1);
  if (command[0] == 'U' && is_set_up) begin_link(command + 1);
  if (command[0] == 'D' && is_set_up) {
    turnpike_agent_link_down(&agent);
    board_log("link down\n");
  }
  if (command[0] == 'S') {
    board_log("status ");
    board_log_number(board_milliseconds());
    board_log(" ");
    board_log_number(open_gate_count());
    say(" ", board_stack_byte_count());
  }
}

// ---- the agent ----

static void send_output(void) {
  const uint8_t *output;
  size_t byte_count, done = 0;
  turnpike_agent_output(&agent, &output, &byte_count);
  while (done < byte_count && board_send(board_line, output[done])) done++;
  turnpike_agent_sent(&agent, done);
}

static void receive_input(void) {
  uint8_t byte;
  while (board_receive(board_line, &byte)) turnpike_agent_receive(&agent, &byte, 1, board_milliseconds());
}

static void tell_phase(void) {
  if (agent.phase == phase) return;
  phase = agent.phase;
  if (phase == TURNPIKE_PHASE_SERVING) board_log("serving\n");
  if (phase == TURNPIKE_PHASE_ENDED) say("link ended ", agent.ended_by);
}

void application(void) {
  board_log("boot\n");
  for (;;) {
    uint8_t byte;
    while (board_receive(board_console, &byte)) take_command(byte);
    if (is_set_up) {
      struct turnpike_event event;
      uint64_t deadline;
      receive_input();
      do {
        turnpike_agent_next_event(&agent, board_milliseconds(), &event);
        act(&event);
      } while (event.kind != TURNPIKE_EVENT_NONE);
      // It is called at its deadline because it is called each millisecond.
      turnpike_agent_tick(&agent, board_milliseconds(), &deadline);
      send_output();
      tell_phase();
    }
    board_wait();
  }
}
