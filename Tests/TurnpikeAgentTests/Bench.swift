import Harness
import Testing
import TurnpikeAgent
import WireProtocol

/// An engine and a broker in memory: its clock and the broker's move as the test says, and are far from each other.
final class Bench {
  let station: Station<MemoryTransport>
  private(set) var engine: AgentEngine
  private let setup: AgentSetup
  private var connection: MemoryConnection?
  private(set) var now: UInt64 = 5_000
  /// Changes what the broker sends.
  var spoil: ([UInt8]) -> [UInt8] = { $0 }

  /// `beside` another one it has the same broker.
  init(leaseCapacity: Int = 16, beside other: Bench? = nil, _ change: (inout AgentSetup) -> Void = { _ in }) throws {
    station = try other?.station ?? Station(MemoryTransport())
    var setup = try station.setup(leaseCapacity: leaseCapacity)
    change(&setup)
    self.setup = setup
    engine = try AgentEngine(setup, now: now)
  }

  /// The agent is started anew.
  func restart() throws {
    disconnect()
    engine = try AgentEngine(setup, now: now)
  }

  func connect() throws {
    connection = station.transport.open()
    try engine.linkUp(now: now)
    try talk()
    #expect(engine.isServing)
  }

  func disconnect() {
    connection?.close()
    connection = nil
    engine.linkDown()
  }

  /// Carries bytes both ways until there are none.
  func talk() throws {
    while let connection {
      _ = try engine.tick(now: now)
      var sent: [UInt8] = []
      engine.sendOutput { bytes in
        // In two pieces: what was not taken is kept.
        for offset in 0..<(bytes.byteCount + 1) / 2 { sent.append(bytes.uint8(at: offset)) }
        return sent.count
      }
      if !sent.isEmpty { connection.send(sent) }
      let received = spoil(connection.receive())
      if !received.isEmpty { try unsafe engine.receive(received.span.bytes, now: now) }
      if sent.isEmpty, received.isEmpty { return }
    }
  }

  func advance(_ milliseconds: UInt64) {
    now += milliseconds
    station.transport.advance(milliseconds)
  }

  func events() throws -> [AgentEvent] {
    try talk()
    var events: [AgentEvent] = []
    while let event = engine.nextEvent(now: now) { events.append(event) }
    return events
  }

  /// A lease that is open, at `here:1`.
  func open(paying amount: UInt64 = 20_000) throws -> (id: UInt64, handle: UInt32) {
    let lease = try station.lease(paying: amount)
    _ = try events()
    try engine.report(lease.id, isReady: true, text: "here:1")
    let told = try events()
    #expect(told.contains { if case .opened(let opened) = $0 { opened.id == lease.id } else { false } })
    return lease
  }
}

/// The bytes of a ticket or a voucher.
func bytes(of statement: some WireLayout) -> [UInt8] {
  var bytes = [UInt8](repeating: 0, count: type(of: statement).byteCount)
  var span = bytes.mutableSpan
  var raw = unsafe span.mutableBytes
  statement.write(to: &raw, at: 0)
  return bytes
}

/// What a test waited for in vain.
struct Expected: Error, CustomStringConvertible {
  let description: String

  init(_ what: String) { description = what }
}
