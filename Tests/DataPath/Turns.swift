import Journal
import Sessions

/// The engine in its turns, as `Broker` runs them: without sockets, whose bytes lie in memory, and with a journal in which every
/// batch is durable at once. Nothing in it reads a clock.
///
/// Each connection has a place for its requests of one turn, behind the headroom that the engine asks for:
///
///     |  headroom: the longest frame  |  requests of connection 0  |  headroom  |  requests of connection 1  | ...
@safe struct Turns: ~Copyable {
  static let connectionCountMax = 64
  static let requestByteCountMax = 32 * 1024
  private static let headroomByteCount = 64 * 1024
  private static let placeByteCount = headroomByteCount + requestByteCountMax

  var engine: SessionEngine
  private(set) var now: UInt64
  private var storage = MemoryStorage()
  private let memory: UnsafeMutableRawBufferPointer
  private var byteCounts = [Int](repeating: 0, count: connectionCountMax)
  /// What was replied, by connection, while it is kept.
  var replies = [[UInt8]](repeating: [], count: connectionCountMax)
  var keepsReplies = true
  private(set) var replyByteCount = 0

  /// Requests accepted and refused since the broker began.
  var acceptedCount: UInt64 { engine.acceptedCount }
  var refusedCount: UInt64 { engine.refusedCount }

  init(_ engine: consuming SessionEngine, now: UInt64) {
    self.engine = engine
    self.now = now
    unsafe memory = .allocate(byteCount: Self.connectionCountMax * Self.placeByteCount, alignment: 4096)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Adds to what a connection sends in the next turn: `write` fills the room and gives how much it used.
  mutating func add(to connection: Int, _ write: (UnsafeMutableRawBufferPointer) -> Int) {
    let at = connection * Self.placeByteCount + Self.headroomByteCount
    let room = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[at + byteCounts[connection]..<at + Self.requestByteCountMax])
    byteCounts[connection] += unsafe write(room)
  }

  /// Moves the clock.
  mutating func advance(_ milliseconds: UInt64) { now += milliseconds }

  /// One turn with all that was added, and those that follow at the same instant.
  mutating func run() {
    engine.beginTurn(now: now)
    for connection in 0..<Self.connectionCountMax where byteCounts[connection] > 0 { receive(connection) }
    end()
    while let deadline = engine.nextDeadline(), deadline <= now {
      engine.beginTurn(now: now)
      engine.goOn()
      end()
    }
  }

  /// `run`, under the name that callgrind is told to count.
  @inline(never) mutating func runCounted() { run() }

  private mutating func receive(_ connection: Int) {
    let at = connection * Self.placeByteCount
    let begin = at + Self.headroomByteCount
    let headroom = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[at..<begin])
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: memory[begin..<begin + byteCounts[connection]])
    byteCounts[connection] = 0
    unsafe engine.receive(connection, bytes, headroom: headroom)
  }

  private mutating func end() {
    engine.endTurn()
    while let batch = engine.nextBatch() {
      precondition(storage.append(batch) == .durable, "memory refuses nothing")
      engine.appended()
    }
    while let action = engine.nextAction() { perform(action) }
  }

  private mutating func perform(_ action: SessionAction) {
    switch action {
    case .write(let connection):
      let bytes = unsafe engine.output(of: connection)
      if keepsReplies { unsafe replies[connection] += bytes }
      replyByteCount += bytes.count
      engine.sent(connection, byteCount: bytes.count)
    // All that a connection sends is there before its turn begins.
    case .pauseReading, .resumeReading: return
    case .finishWriting, .close: preconditionFailure("the broker ends a connection: a request is wrong")
    }
  }
}
