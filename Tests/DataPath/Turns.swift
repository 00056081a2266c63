import Journal
import Sessions

/// The engine in its turns, as `Broker` runs them: without sockets, whose bytes lie in memory, and with a journal in which every
/// batch is durable at once. Nothing in it reads a clock.
///
/// Requests are added for some turns, then the turns run. Each connection has a place for those of one turn, behind the headroom that
/// the engine asks for; `connectionCountMax` places are a turn's, turn after turn:
///
///     |  headroom: the longest frame  |  requests of connection 0  |  headroom  |  requests of connection 1  | ...
@safe struct Turns: ~Copyable {
  static let connectionCountMax = 64
  static let turnCountMax = 24
  static let requestByteCountMax = 32 * 1024
  private static let headroomByteCount = 64 * 1024
  private static let placeByteCount = headroomByteCount + requestByteCountMax

  var engine: SessionEngine
  private(set) var now: UInt64
  private var storage = MemoryStorage()
  private let memory: UnsafeMutableRawBufferPointer
  /// Of each place, as far as it is filled.
  private var byteCounts = [Int](repeating: 0, count: turnCountMax * connectionCountMax)
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
    unsafe memory = .allocate(byteCount: byteCounts.count * Self.placeByteCount, alignment: 4096)
  }

  deinit {
    unsafe memory.deallocate()
  }

  /// Adds to what a connection sends in the turn number `turn` of those that run next: `write` fills the room and gives how much it
  /// used.
  mutating func add(to connection: Int, turn: Int = 0, _ write: (UnsafeMutableRawBufferPointer) -> Int) {
    let place = turn * Self.connectionCountMax + connection
    let at = place * Self.placeByteCount + Self.headroomByteCount
    let room = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[at + byteCounts[place]..<at + Self.requestByteCountMax])
    byteCounts[place] += unsafe write(room)
  }

  /// Runs turns a millisecond apart, with all that was added; `run`, under the name that callgrind is told to count.
  @inline(never) mutating func runCounted(_ count: Int) { run(count) }

  mutating func run(_ count: Int) {
    for turn in 0..<count {
      now += 1
      run(turn: turn)
    }
  }

  /// One turn, and those that follow at the same instant.
  mutating func run(turn: Int = 0) {
    engine.beginTurn(now: now)
    for connection in 0..<Self.connectionCountMax {
      let place = turn * Self.connectionCountMax + connection
      if byteCounts[place] > 0 { receive(connection, place) }
    }
    end()
    while let deadline = engine.nextDeadline(), deadline <= now {
      engine.beginTurn(now: now)
      engine.goOn()
      end()
    }
  }

  private mutating func receive(_ connection: Int, _ place: Int) {
    let at = place * Self.placeByteCount
    let begin = at + Self.headroomByteCount
    let headroom = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[at..<begin])
    let bytes = unsafe UnsafeRawBufferPointer(rebasing: memory[begin..<begin + byteCounts[place]])
    byteCounts[place] = 0
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
