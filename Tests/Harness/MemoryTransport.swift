internal import BrokerCore
public import Journal
internal import Payments
public import Sessions
public import TurnpikeCrypto
public import WireProtocol

/// The engine without sockets: bytes go in and out directly, time stands still until it is moved, nothing runs by itself.
@safe public final class MemoryTransport: TestTransport {
  /// The engine under test.
  public var engine: SessionEngine
  /// What was appended since it began, or began anew.
  public private(set) var storage = MemoryStorage(byteCountMax: 1 << 26)
  /// The commands before these.
  private var past: [UInt8] = []
  /// The broker's clock.
  public private(set) var now: UInt64
  /// Appends stay under way until `completeAppend()`.
  public var holdsAppends = false
  /// Turns that may follow one at the same instant: a broker that is too busy for all that it wants.
  public var followingTurnCountMax = Int.max
  /// Turns since it began.
  public private(set) var turnCount = 0
  private var heldBatch: JournalBatch?
  private var connections: [Int: MemoryConnection] = [:]
  private let memory: UnsafeMutableRawBufferPointer
  private static let bufferByteCount = 64 * 1024

  /// Seed of the master key and of the nonces.
  private let seed: UInt8
  private let limits: SessionLimits
  private let earlier: [RestoreCommand]

  /// A broker with small tables, and the master key of a seed, which was restored before as `earlier` says.
  public init(
    limits: SessionLimits = SessionLimits(), now: UInt64 = 1_700_000_000_000, seed: UInt8 = 7,
    earlier: [RestoreCommand] = [],
    change: (inout GenesisCommand) -> Void = { _ in }
  ) {
    self.now = now
    (self.seed, self.limits, self.earlier) = (seed, limits, earlier)
    unsafe memory = .allocate(byteCount: 2 * Self.bufferByteCount, alignment: 64)
    let keys = Self.keys(seed)
    var genesis = GenesisCommand(
      coreVersion: CoreLimits.coreVersion, slot: 0, incarnation: 1, now: now, hashSeed: keys.value(.tableSeed),
      resourceCountMax: 64, leaseCountMax: 4_096, sessionCountMax: 1_024, receiptCountMax: 16_384,
      debitKeyCountMax: 256, reservationCountMax: 256, noteCountMax: 1 << 20, feePerMillion: 0, providerCountMax: 64,
      algorithm: .hmacSha256_128, chainCountMax: 256, claimCountMax: 64, fundingCountMax: 8, agentCountMax: 8,
      serviceCountMax: 64, ecashCountMax: 64, proofCountMax: 512, pieceCountMax: 1_024, treasuryCountMax: 512,
      unit: Name32("msat") ?? Name32())
    change(&genesis)
    guard var machine = StateMachine(genesis: genesis) else { preconditionFailure("the harness asks too much") }
    for command in earlier { Self.apply(command, to: &machine) }
    engine = Self.engine(machine, isNew: true, seed, limits, now)
    turn {}
  }

  private static func engine(
    _ machine: consuming StateMachine, isNew: Bool, _ seed: UInt8, _ limits: SessionLimits, _ now: UInt64
  ) -> SessionEngine {
    var counter: UInt64 = 0
    return SessionEngine(
      machine: machine, isNew: isNew, keys: keys(seed), generations: [:], startedAt: now, limits: limits
    ) {
      counter += 1
      return Bytes16(low: counter, high: UInt64(seed))
    }
  }

  // MARK: Lives

  /// Bytes of all commands that were appended: what a backup has.
  public var journalByteCount: Int { past.count + storage.bytes.count }

  /// The broker ends where it is, and another one begins from what was appended. Connections are gone.
  ///
  /// - Parameters:
  ///   - byteCount: As from a backup, from the first commands only; nil: from all of them.
  ///   - restore: What it begins with.
  public func beginAnew(from byteCount: Int? = nil, with restore: RestoreCommand? = nil) {
    past = Array((past + storage.bytes).prefix(byteCount ?? .max))
    guard var machine = replay() else { preconditionFailure("the harness appended no journal") }
    if let restore { past += Self.apply(restore, to: &machine) }
    storage = MemoryStorage(
      byteCountMax: 1 << 26, after: JournalPosition(batch: 0, sequence: machine.sequence, hash: 0))
    connections = [:]
    heldBatch = nil
    engine = Self.engine(machine, isNew: false, seed, limits, now)
    turn {}
  }

  /// The state after the commands of the past.
  private func replay() -> StateMachine? {
    var machine: StateMachine?
    var offset = 0
    let past = past
    let commands = unsafe past.span.bytes
    while let view = CommandView(commands, at: offset) {
      let command = commands.extracting(offset..<offset + view.byteCount)
      offset += view.byteCount
      guard machine != nil else {
        guard let genesis = GenesisCommand(command, at: view.fixedOffset), var begun = StateMachine(genesis: genesis)
        else { return nil }
        for command in earlier { Self.apply(command, to: &begun) }
        machine = consume begun
        continue
      }
      unsafe withUnsafeTemporaryAllocation(byteCount: CoreLimits.replyByteCountMax, alignment: 8) { room in
        var reply = unsafe room.mutableBytes
        _ = machine?.apply(command, reply: &reply)
      }
    }
    guard offset == commands.byteCount else { return nil }
    return machine
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Gives its bytes.
  @discardableResult
  private static func apply(_ command: RestoreCommand, to machine: inout StateMachine) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 128)
    var span = bytes.mutableSpan
    var room = unsafe span.mutableBytes
    var builder = CommandBuilder(command, in: &room)
    let byteCount = builder.finish(in: &room) ?? 0
    var reply = [UInt8](repeating: 0, count: 64)
    var replySpan = reply.mutableSpan
    var replyRoom = unsafe replySpan.mutableBytes
    let outcome = machine.apply(room.bytes.extracting(first: byteCount), reply: &replyRoom)
    precondition(outcome.status == .ok, "the harness asks for what no broker does")
    return Array(bytes.prefix(byteCount))
  }

  private static func keys(_ seed: UInt8) -> KeyDerivation {
    let bytes = [UInt8](repeating: seed, count: SecretKey.byteCount)
    guard let key = unsafe SecretKey(bytes.span.bytes) else { preconditionFailure("a key has 32 bytes") }
    return KeyDerivation(masterKey: key)
  }

  /// A credential of the master key.
  public func credential(of role: Role, id: UInt64, generation: UInt32) -> RoleCredential {
    Self.keys(seed).credential(RoleIdentity(role: role, id: id, generation: generation))
  }

  /// A key of the master key.
  public func roleKey(of role: Role, id: UInt64) -> [UInt8] {
    Self.keys(seed).roleKey(RoleIdentity(role: role, id: id, generation: 0)).withBytes { bytes in
      (0..<bytes.byteCount).map { bytes.uint8(at: $0) }
    }
  }

  /// A new connection.
  public func connect() throws -> any TestConnection { open() }

  /// A new connection; one that is refused is closed from the start.
  public func open() -> MemoryConnection {
    var connection = MemoryConnection(index: -1, transport: self)
    turn {
      if let index = engine.open() {
        connection = MemoryConnection(index: index, transport: self)
        connections[index] = connection
      } else {
        connection.received = engine.refusalFrame
        connection.isEnded = true
      }
    }
    return connection
  }

  /// Nothing runs by itself, so there is nothing to end.
  public func stop() {}

  // MARK: Time and durability

  /// Moves the clock, and gives the broker its turn.
  public func advance(_ milliseconds: UInt64) {
    now += milliseconds
    turn {}
  }

  /// Sets the clock back: the broker was off.
  public func setBack(_ milliseconds: UInt64) { now -= milliseconds }

  /// Moves the clock alone: the broker was off.
  public func advanceWithoutTurn(_ milliseconds: UInt64) { now += milliseconds }

  /// The append that is held is durable now.
  public func completeAppend() {
    guard let batch = heldBatch.take() else { return }
    turn {
      _ = storage.append(batch)
      engine.appended()
    }
  }

  /// Whether an append is held.
  public var isAppendHeld: Bool { heldBatch != nil }

  // MARK: Turns

  /// One turn of the broker, and all that follow at the same instant.
  public func turn(_ body: () -> Void) {
    engine.beginTurn(now: now)
    body()
    endTurn()
    var left = followingTurnCountMax
    while left > 0, isTurnDue {
      left -= 1
      engine.beginTurn(now: now)
      engine.goOn()
      endTurn()
    }
  }

  private func endTurn() {
    turnCount += 1
    for connection in connections.values { deliverUnread(connection) }
    engine.endTurn()
    pump()
  }

  private var isTurnDue: Bool {
    if heldBatch == nil, let deadline = engine.nextDeadline(), deadline <= now { return true }
    return connections.values.contains { !$0.isPaused && !$0.unread.isEmpty }
  }

  private func pump() {
    while heldBatch == nil, let batch = engine.nextBatch() {
      if holdsAppends {
        heldBatch = batch
        break
      }
      _ = storage.append(batch)
      engine.appended()
    }
    while let action = engine.nextAction() { perform(action) }
  }

  private func perform(_ action: SessionAction) {
    switch action {
    case .write(let index): flush(index)
    case .pauseReading(let index): connections[index]?.isPaused = true
    case .resumeReading(let index): connections[index]?.isPaused = false
    case .finishWriting(let index): connections[index]?.isEnded = true
    case .close(let index):
      connections[index]?.isEnded = true
      connections[index]?.isClosed = true
      connections[index] = nil
      engine.closed(index)
    }
  }

  func flush(_ index: Int) {
    guard let connection = connections[index], !connection.isStalled else { return }
    let bytes = unsafe Array(engine.output(of: index).prefix(connection.readByteCountMax))
    connection.received += bytes
    if !bytes.isEmpty { connection.turnOfLastBytes = turnCount }
    engine.sent(index, byteCount: bytes.count)
  }

  // MARK: For the connections

  func send(_ bytes: [UInt8], from connection: MemoryConnection) {
    connection.unread += bytes
    turn {}
  }

  /// One read of at most a receive buffer.
  private func deliverUnread(_ connection: MemoryConnection) {
    guard !connection.isPaused, !connection.unread.isEmpty, !connection.isClosed else { return }
    let count = min(connection.unread.count, Self.bufferByteCount)
    let headroom = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<Self.bufferByteCount])
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[Self.bufferByteCount..<Self.bufferByteCount + count])
    unsafe buffer.copyBytes(from: connection.unread[..<count])
    connection.unread.removeFirst(count)
    unsafe engine.receive(connection.index, UnsafeRawBufferPointer(buffer), headroom: headroom)
  }

  func close(_ connection: MemoryConnection) {
    guard connections[connection.index] === connection else { return }
    connections[connection.index] = nil
    turn { engine.closed(connection.index) }
  }

  func endInput(_ connection: MemoryConnection) {
    turn { engine.inputEnded(connection.index) }
  }
}

/// A connection in memory.
public final class MemoryConnection: TestConnection {
  let index: Int
  private unowned let transport: MemoryTransport
  /// Sent and not looked at yet.
  var unread: [UInt8] = []
  var isPaused = false
  /// What arrived and was not fetched.
  public internal(set) var received: [UInt8] = []
  /// The turn, as `MemoryTransport` counts them, in which something arrived last.
  public internal(set) var turnOfLastBytes = 0
  /// The broker sends no more.
  public internal(set) var isEnded = false
  /// The broker has closed it.
  public internal(set) var isClosed = false
  /// The client does not read.
  public var isStalled = false
  /// Most that the client takes at a time.
  public var readByteCountMax = Int.max

  init(index: Int, transport: MemoryTransport) {
    self.index = index
    self.transport = transport
  }

  /// Whether the broker leaves what is sent in the kernel.
  public var isReadingPaused: Bool { isPaused }

  /// Sends bytes, and gives the broker the turns it wants.
  public func send(_ bytes: [UInt8]) { transport.send(bytes, from: self) }

  /// Sends bytes that the broker finds in its next turn.
  public func put(_ bytes: [UInt8]) { unread += bytes }

  /// What there is.
  public func receive() -> [UInt8] {
    if received.isEmpty, !isStalled, index >= 0 { transport.turn { transport.flush(index) } }
    defer { received = [] }
    return received
  }

  /// Takes what waits for it, in one turn.
  public func read() {
    transport.turn { transport.flush(index) }
  }

  /// Ends the client's direction.
  public func endInput() { transport.endInput(self) }

  /// Closes it at once.
  public func close() { transport.close(self) }
}
