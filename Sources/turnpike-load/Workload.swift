import Glibc
import WireProtocol

/// What a connection says and how its replies are counted. One value drives all connections of a run; nothing is allocated once
/// the run has begun.
protocol Workload {
  /// Bytes of the longest request.
  var requestByteCountMax: Int { get }
  /// What a connection sends first.
  func greeting(of connection: Int) -> [UInt8]
  /// Takes what has come in answer to the greeting: nil when more must come, else whether all is well.
  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> Bool?
  /// Writes the next request of a connection and gives its byte count; 0: there are no more.
  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int
  /// Counts the replies in bytes as they were received, and gives how many there are.
  mutating func countReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into tally: borrowing Tally) -> Int
}

/// Replies by status. Status 0 is done.
@safe struct Tally: ~Copyable {
  static let statusCountMax = 256
  private let counts: UnsafeMutablePointer<UInt64>

  init() {
    unsafe counts = .allocate(capacity: Self.statusCountMax)
    unsafe counts.initialize(repeating: 0, count: Self.statusCountMax)
  }

  deinit { unsafe counts.deallocate() }

  @inline(__always)
  func add(_ status: Int) { unsafe counts[min(status, Self.statusCountMax - 1)] &+= 1 }

  func count(of status: Int) -> UInt64 { unsafe counts[status] }

  /// Every status but 0 that came.
  var refusals: [(status: Int, count: UInt64)] {
    (1..<Self.statusCountMax).compactMap { status in
      let count = count(of: status)
      return count == 0 ? nil : (status, count)
    }
  }
}

/// Counts Turnpike's frames in a stream of bytes. Keeps at most a header that was cut.
struct FrameCounter {
  /// Stands for GOODBYE among the statuses.
  static let goodbye = Tally.statusCountMax - 1

  private var bodyLeft = 0
  private var headerCount = 0
  private var header = (UInt64(0), UInt64(0))

  mutating func count(_ bytes: UnsafeRawBufferPointer, into tally: borrowing Tally) -> Int {
    var offset = 0
    var replies = 0
    while offset < bytes.count {
      if bodyLeft > 0 {
        let step = min(bodyLeft, bytes.count - offset)
        bodyLeft -= step
        offset += step
        continue
      }
      if headerCount == 0, bytes.count - offset >= 16 {
        let word = unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        offset += 16
        replies += begin(word, tally)
        continue
      }
      let step = min(16 - headerCount, bytes.count - offset)
      unsafe withUnsafeMutableBytes(of: &header) { header in
        for index in 0..<step { unsafe header[headerCount + index] = unsafe bytes[offset + index] }
      }
      headerCount += step
      offset += step
      if headerCount == 16 {
        headerCount = 0
        replies += begin(header.0, tally)
      }
    }
    return replies
  }

  /// The first word of a header: length, opcode, flags, status.
  @inline(__always)
  private mutating func begin(_ word: UInt64, _ tally: borrowing Tally) -> Int {
    let word = UInt64(littleEndian: word)
    bodyLeft = max(0, Int(UInt32(truncatingIfNeeded: word)) - 16)
    let opcode = UInt8(truncatingIfNeeded: word >> 32)
    if opcode >= 0x80 {
      if opcode == PushCode.goodbye.rawValue { tally.add(Self.goodbye) }
      return 0
    }
    tally.add(Int(word >> 48))
    return 1
  }
}

/// A request that was built once: copied, then given its numbers.
@safe struct FrameTemplate {
  let byteCount: Int
  private let bytes: UnsafeMutableRawPointer

  /// Lives as long as the program: there are a handful.
  init(_ opcode: Opcode, word: UInt16, _ fixed: some WireLayout, tokens: [NoteToken] = []) {
    var buffer = [UInt8](repeating: 0, count: 512 + tokens.count * NoteToken.byteCount)
    var tokenBytes = [UInt8](repeating: 0, count: NoteToken.byteCount)
    var builder = FrameBuilder()
    var storage = buffer.mutableSpan
    var raw = unsafe storage.mutableBytes
    builder.append(fixed, to: &raw)
    for token in tokens {
      var tokenStorage = tokenBytes.mutableSpan
      var tokenRaw = unsafe tokenStorage.mutableBytes
      token.write(to: &tokenRaw, at: 0)
      builder.append(token: tokenRaw.bytes, to: &raw)
    }
    byteCount = builder.finish(opcode: opcode.rawValue, word: word, number: 1, in: &raw) ?? 0
    unsafe bytes = .allocate(byteCount: max(byteCount, 1), alignment: 8)
    for index in 0..<byteCount {
      unsafe bytes.storeBytes(of: raw.bytes.uint8(at: index), toByteOffset: index, as: UInt8.self)
    }
  }

  @inline(__always)
  func copy(to destination: UnsafeMutableRawPointer) {
    unsafe destination.copyMemory(from: bytes, byteCount: byteCount)
  }

  /// The template's bytes with a number of its own.
  func frame(number: UInt64) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      guard let base = buffer.baseAddress else { return }
      unsafe copy(to: UnsafeMutableRawPointer(base))
      unsafe UnsafeMutableRawPointer(base).storeBytes(
        of: number.littleEndian, toByteOffset: FrameHeader.numberOffset, as: UInt64.self)
      count = byteCount
    }
  }

  /// HELLO without a role.
  static func hello(session: Bytes16) -> FrameTemplate {
    FrameTemplate(
      .hello, word: 0,
      HelloRequest(
        versionMin: WireLimits.version, versionMax: WireLimits.version, role: .none, generation: 0, roleID: 0,
        session: session, nonce: Bytes16()))
  }
}

/// Whole frames at the beginning of some bytes.
func wholeFrames(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
  var frames: [ArraySlice<UInt8>] = []
  var offset = 0
  while bytes.count - offset >= FrameHeader.byteCount {
    let length = Int(unsafe bytes.span.bytes.uint32(at: offset))
    guard length >= FrameHeader.byteCount, bytes.count - offset >= length else { break }
    frames.append(bytes[offset..<offset + length])
    offset += length
  }
  return frames
}

extension UnsafeMutableRawPointer {
  @inline(__always)
  func put(_ value: UInt64, at offset: Int) {
    unsafe storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
  }

  @inline(__always)
  func put(_ value: UInt32, at offset: Int) {
    unsafe storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
  }
}
