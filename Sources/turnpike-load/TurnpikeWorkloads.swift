import Glibc
import TurnpikeClient
import WireProtocol

/// Debits of leases that live: no cryptography, no session.
struct UseWorkload: Workload {
  /// Leases of each connection, used in turn.
  private let keys: [[LeaseKey]]
  private let template: FrameTemplate
  private var handles: [[UInt32]]
  private var useNumbers: [[UInt64]]
  private var next: [Int]
  private var numbers: [UInt64]
  private var counters: [FrameCounter]

  init(keys: [[LeaseKey]]) {
    self.keys = keys
    template = FrameTemplate(.use, word: 0, UseRequest(handle: 1, meter: 0, quantity: 1, useNumber: 1, lease: 0))
    handles = keys.map { $0.map { _ in 0 } }
    useNumbers = keys.map { $0.map { _ in 0 } }
    next = keys.map { _ in 0 }
    numbers = keys.map { _ in 1000 }
    counters = keys.map { _ in FrameCounter() }
  }

  var requestByteCountMax: Int { template.byteCount }

  func greeting(of connection: Int) -> [UInt8] {
    var bytes = FrameTemplate.hello(session: Bytes16()).frame(number: 1)
    for (index, key) in keys[connection].enumerated() {
      let bind = FrameTemplate(.bind, word: 0, BindRequest(lease: key.lease, key: key.key))
      bytes += bind.frame(number: UInt64(index) + 2)
    }
    return bytes
  }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> Bool? {
    let frames = wholeFrames(bytes)
    guard frames.count > keys[connection].count else { return nil }
    for (index, frame) in frames.dropFirst().enumerated() {
      let frame = Array(frame)
      guard unsafe frame.span.bytes.uint16(at: FrameHeader.wordOffset) == Status.ok.rawValue,
        let bound = unsafe BindReply(frame.span.bytes, at: FrameHeader.byteCount)
      else { return false }
      handles[connection][index] = bound.handle
      useNumbers[connection][index] = bound.useNumber
    }
    return true
  }

  @inline(__always)
  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    let index = next[connection]
    next[connection] = index + 1 == handles[connection].count ? 0 : index + 1
    numbers[connection] &+= 1
    useNumbers[connection][index] &+= 1
    unsafe template.copy(to: bytes)
    unsafe bytes.put(numbers[connection], at: 8)
    unsafe bytes.put(handles[connection][index], at: 16)
    unsafe bytes.put(useNumbers[connection][index], at: 32)
    return template.byteCount
  }

  @inline(__always)
  mutating func countReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into tally: borrowing Tally) -> Int {
    unsafe counters[connection].count(bytes, into: tally)
  }
}

/// Requests that are paid with fresh notes, each with as many: ACQUIRE, or FUND of leases that live.
@safe struct PaidWorkload: Workload {
  /// The notes of one run, as tokens; each is paid once.
  @safe final class Notes {
    let count: Int
    fileprivate let bytes: UnsafeMutableRawPointer

    init(count: Int) {
      self.count = count
      unsafe bytes = .allocate(byteCount: max(1, count) * NoteToken.byteCount, alignment: 8)
    }

    deinit { unsafe bytes.deallocate() }

    func put(_ note: NoteToken, at index: Int) {
      guard index >= 0, index < count else { return }
      let buffer = unsafe UnsafeMutableRawBufferPointer(start: bytes, count: count * NoteToken.byteCount)
      var raw = unsafe buffer.mutableBytes
      note.write(to: &raw, at: index * NoteToken.byteCount)
    }
  }

  private let notes: Notes
  private let template: FrameTemplate
  private let sessions: [Bytes16]
  /// Leases to fund in turn; none: ACQUIRE.
  private let leases: [UInt64]
  private var nextNote = 0
  private var nextLease = 0
  private var keyHash: UInt64
  private var numbers: [UInt64]
  private var counters: [FrameCounter]
  private let depth: UInt64
  private let tokenCount: Int

  init(
    acquiring resource: UInt64, notes: Notes, tokenCount: Int, connections: Int, depth: Int
  ) throws(TurnpikeError) {
    let fixed = AcquireRequest(resource: resource, units: 1, flags: [], keyHash: Bytes16(), minimum: 0)
    try self.init(
      FrameTemplate(.acquire, word: 1, fixed, tokens: Array(repeating: Self.sampleNote, count: tokenCount)), [], notes,
      tokenCount, connections, depth)
  }

  init(
    funding leases: [UInt64], notes: Notes, tokenCount: Int, connections: Int, depth: Int
  ) throws(TurnpikeError) {
    let fixed = FundRequest(lease: 1, handle: 0)
    try self.init(
      FrameTemplate(.fund, word: 1, fixed, tokens: Array(repeating: Self.sampleNote, count: tokenCount)), leases, notes,
      tokenCount, connections, depth)
  }

  private init(
    _ template: FrameTemplate, _ leases: [UInt64], _ notes: Notes, _ tokenCount: Int, _ connections: Int, _ depth: Int
  ) throws(TurnpikeError) {
    self.template = template
    self.leases = leases
    self.notes = notes
    self.tokenCount = tokenCount
    self.depth = UInt64(depth)
    var sessions: [Bytes16] = []
    for _ in 0..<connections { sessions.append(try .secret()) }
    self.sessions = sessions
    keyHash = try Bytes16.secret().low
    numbers = Array(repeating: 0, count: connections)
    counters = Array(repeating: FrameCounter(), count: connections)
  }

  private static var sampleNote: NoteToken {
    NoteToken(
      rail: .note, byteCount: UInt16(NoteToken.byteCount), keyEpoch: 0, serial: 0, amount: 1, binding: 0, tag: Bytes16()
    )
  }

  var requestByteCountMax: Int { template.byteCount }

  func greeting(of connection: Int) -> [UInt8] {
    FrameTemplate.hello(session: sessions[connection]).frame(number: 1 << 62)
  }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> Bool? {
    guard let frame = wholeFrames(bytes).first else { return nil }
    return unsafe Array(frame).span.bytes.uint16(at: FrameHeader.wordOffset) == Status.ok.rawValue
  }

  @inline(__always)
  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    guard notes.count - nextNote >= tokenCount else { return 0 }
    let number = numbers[connection] &+ 1
    numbers[connection] = number
    unsafe template.copy(to: bytes)
    unsafe bytes.storeBytes(
      of: UInt16(truncatingIfNeeded: min(number, depth)).littleEndian, toByteOffset: 6, as: UInt16.self)
    unsafe bytes.put(number, at: 8)
    if leases.isEmpty {
      keyHash &+= 0x9E37_79B9_7F4A_7C15
      unsafe bytes.put(keyHash, at: 32)
    } else {
      nextLease = nextLease + 1 == leases.count ? 0 : nextLease + 1
      unsafe bytes.put(leases[nextLease], at: 16)
    }
    let byteCount = tokenCount * NoteToken.byteCount
    unsafe (bytes + (template.byteCount - byteCount)).copyMemory(
      from: notes.bytes + nextNote * NoteToken.byteCount, byteCount: byteCount)
    nextNote += tokenCount
    return template.byteCount
  }

  @inline(__always)
  mutating func countReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into tally: borrowing Tally) -> Int {
    unsafe counters[connection].count(bytes, into: tally)
  }
}
