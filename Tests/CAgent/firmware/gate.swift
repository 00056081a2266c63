// The application of gate.c in Embedded Swift, on the same board and the same library; see there what the console takes.

import Board
import CTurnpikeAgent

let leaseCount = 4
let settingsByteCount = 4 + 8 + 32 + 16
let nonceByteCount = 16

// What the library is given must stay where it is: globals do. Structures of C are in memory of words: Swift 6.3 makes a global of one
// too small, by what lies unused between its fields.
var agentMemory = InlineArray<46, UInt64>(repeating: 0)
var leaseMemory = InlineArray<36, UInt64>(repeating: 0)
var received = InlineArray<264, UInt8>(repeating: 0)  // 40 + 56 of each lease.
var sent = InlineArray<152, UInt8>(repeating: 0)
var gates = InlineArray<4, UInt64>(repeating: 0)
var command = InlineArray<61, UInt8>(repeating: 0)
var commandByteCount = 0
var isSetUp = false
var phase: UInt8 = 0

/// Of a global.
func address<Value>(of value: inout Value) -> UnsafeMutableRawPointer {
  withUnsafeMutablePointer(to: &value) { UnsafeMutableRawPointer($0) }
}

var agent: UnsafeMutablePointer<turnpike_agent> {
  address(of: &agentMemory).assumingMemoryBound(to: turnpike_agent.self)
}

func fitsMemory() -> Bool {
  MemoryLayout<turnpike_agent>.stride <= 8 * agentMemory.count
    && leaseCount * MemoryLayout<turnpike_lease>.stride <= 8 * leaseMemory.count
}

func say(_ text: StaticString) {
  text.utf8Start.withMemoryRebound(to: CChar.self, capacity: text.utf8CodeUnitCount + 1) { board_log($0) }
}

func say(_ text: StaticString, _ number: UInt64) {
  say(text)
  board_log_number(number)
  say("\n")
}

/// `UInt64.init` of a shorter integer is generic where a word has 32 bits, and would bring an array into the firmware.
func wide(_ number: UInt32) -> UInt64 { unsafeBitCast((number, 0 as UInt32), to: UInt64.self) }

func isPhase(_ wanted: turnpike_phase) -> Bool { agent.pointee.phase == UInt8(truncatingIfNeeded: wanted.rawValue) }

// MARK: - Gates

func openGateCount() -> UInt64 {
  var count: UInt64 = 0
  for index in 0..<leaseCount where gates[index] != 0 { count += 1 }
  return count
}

func setGate(of lease: UInt64, open: Bool) {
  for index in 0..<leaseCount where gates[index] == (open ? 0 : lease) {
    gates[index] = open ? lease : 0
    board_set_pin(openGateCount() > 0)
    say(open ? "gate open " : "gate closed ", lease)
    return
  }
}

let endpoint: StaticString = "gate of the board"

func act(on event: turnpike_event) {
  switch event.kind {
  case TURNPIKE_EVENT_OPENED: setGate(of: event.lease, open: true)
  case TURNPIKE_EVENT_REDUCED: say("gate reduced ", event.lease)
  case TURNPIKE_EVENT_CLOSED: setGate(of: event.lease, open: false)
  case TURNPIKE_EVENT_PROVISION:
    say("provision ", event.lease)
    endpoint.utf8Start.withMemoryRebound(to: CChar.self, capacity: endpoint.utf8CodeUnitCount + 1) {
      _ = turnpike_agent_report(agent, event.lease, true, $0)
    }
  case TURNPIKE_EVENT_ENDED:
    setGate(of: event.lease, open: false)
    say("ended ", event.lease)
  case TURNPIKE_EVENT_NO_ROOM: say("no room ", event.lease)
  case TURNPIKE_EVENT_LISTED: say("listed\n")
  default: break
  }
}

// MARK: - Console

func copyCommand<Value>(from offset: Int, to value: inout Value) {
  withUnsafeMutablePointer(to: &value) {
    let bytes = UnsafeMutableRawPointer($0)
    var index = 0
    while index < MemoryLayout<Value>.size {
      bytes.storeBytes(of: command[offset + index], toByteOffset: index, as: UInt8.self)
      index += 1
    }
  }
}

func setUp() {
  var setup = turnpike_agent_setup()
  setup.flags = TURNPIKE_AGENT_FLAGS_PROVISIONS
  // Numbers come as this processor has them.
  copyCommand(from: 1, to: &setup.agent)
  copyCommand(from: 5, to: &setup.resource)
  copyCommand(from: 13, to: &setup.role_key)
  copyCommand(from: 45, to: &setup.boot_nonce)
  setup.leases = address(of: &leaseMemory).assumingMemoryBound(to: turnpike_lease.self)
  setup.lease_capacity = UInt16(truncatingIfNeeded: leaseCount)
  setup.received.bytes = address(of: &received).assumingMemoryBound(to: UInt8.self)
  setup.received.capacity = UInt32(truncatingIfNeeded: received.count)
  setup.sent.bytes = address(of: &sent).assumingMemoryBound(to: UInt8.self)
  setup.sent.capacity = UInt32(truncatingIfNeeded: sent.count)
  isSetUp = fitsMemory() && turnpike_agent_init(agent, &setup, board_milliseconds()) == TURNPIKE_RESULT_OK
  say(isSetUp ? "ready\n" : "settings are wrong\n")
}

func beginLink() {
  var rest: UInt8 = 0
  while board_receive(board_line, &rest) {}  // What is left of the connection before.
  turnpike_agent_link_down(agent)
  // The command is its letter and the nonce.
  let nonce = UnsafeRawPointer(address(of: &command) + 1).assumingMemoryBound(to: UInt8.self)
  if turnpike_agent_link_up(agent, nonce, board_milliseconds()) == TURNPIKE_RESULT_OK { say("link up\n") }
}

func take(_ byte: UInt8) {
  command[commandByteCount] = byte
  commandByteCount += 1
  let letter = command[0]
  let needed = letter == UInt8(ascii: "B") ? settingsByteCount : letter == UInt8(ascii: "U") ? nonceByteCount : 0
  if commandByteCount < 1 + needed { return }
  commandByteCount = 0
  if letter == UInt8(ascii: "B"), !isSetUp { setUp() }
  if letter == UInt8(ascii: "U"), isSetUp { beginLink() }
  if letter == UInt8(ascii: "D"), isSetUp {
    turnpike_agent_link_down(agent)
    say("link down\n")
  }
  if letter == UInt8(ascii: "S") {
    say("status ")
    board_log_number(board_milliseconds())
    say(" ")
    board_log_number(openGateCount())
    say(" ", wide(board_stack_byte_count()))
  }
}

// MARK: - The agent

func sendOutput() {
  var output: UnsafePointer<UInt8>?
  var (byteCount, done) = (0, 0)
  turnpike_agent_output(agent, &output, &byteCount)
  guard let output else { return }
  while done < byteCount, board_send(board_line, output[done]) { done += 1 }
  turnpike_agent_sent(agent, done)
}

func turn() {
  var byte: UInt8 = 0
  while board_receive(board_line, &byte) { turnpike_agent_receive(agent, &byte, 1, board_milliseconds()) }
  var event = turnpike_event()
  repeat {
    turnpike_agent_next_event(agent, board_milliseconds(), &event)
    act(on: event)
  } while event.kind != TURNPIKE_EVENT_NONE
  // It is called at its deadline because it is called each millisecond.
  var deadline: UInt64 = 0
  turnpike_agent_tick(agent, board_milliseconds(), &deadline)
  sendOutput()
  if agent.pointee.phase == phase { return }
  phase = agent.pointee.phase
  if isPhase(TURNPIKE_PHASE_SERVING) { say("serving\n") }
  if isPhase(TURNPIKE_PHASE_ENDED) { say("link ended ", wide(UInt32(agent.pointee.ended_by))) }
}

/// What `board.c` calls.
@_cdecl("application")
public func application() {
  say("boot\n")
  while true {
    var byte: UInt8 = 0
    while board_receive(board_console, &byte) { take(byte) }
    if isSetUp { turn() }
    board_wait()
  }
}
