/// Commands of Redis, in its own protocol (RESP), with keys that are new or drawn each time.
@safe public struct RedisWorkload: Workload, ~Copyable {
  /// What is measured.
  public enum Command: Sendable {
    /// `SET key value PX 60000 NX` of a new key: a lock that expires, the usual way to lease something with Redis.
    case set
    /// EVALSHA of a script that takes a lease's key and a number that was never used, and does what USE or FUND do.
    case script(source: String, name: String)
  }

  /// What a connection is at: the kind of a reply that has begun, and how many lines of it are to come.
  private struct Lane {
    var kind: UInt8 = 0
    var digits = 0
    var isCounting = false
    var lines = 0
  }

  /// As `Workload` says.
  public let name: String
  private let template: FrameTemplate
  private let load: [UInt8]
  private let leaseOffset: Int?
  private let numberOffset: Int
  private let lanes: Fixed<Lane>
  private let leaseCount: Int
  private var keys: KeySequence
  private var nextNumber: UInt64

  private static let digitCount = 16
  private static let digestByteCount = 40
  private static let call = "*5\r\n$7\r\nEVALSHA\r\n$40\r\n"

  /// - Parameter firstNumber: Above all that were used on this server.
  public init(_ command: Command, leases: Int, keys: KeyChoice, connections: Int, firstNumber: UInt64) {
    let number = String(repeating: "0", count: Self.digitCount)
    switch command {
    case .set:
      name = "redis-set"
      let head = "*6\r\n$3\r\nSET\r\n$20\r\nkey:"
      template = FrameTemplate(
        Array((head + number + "\r\n$8\r\nxxxxxxxx\r\n$2\r\nPX\r\n$5\r\n60000\r\n$2\r\nNX\r\n").utf8))
      (leaseOffset, numberOffset, load) = (nil, head.utf8.count, [])
    case .script(let source, let name):
      self.name = name
      // The script's digest takes the place of the 40 zeros when the server has told it.
      let digest = String(repeating: "0", count: Self.digestByteCount)
      let lease = Self.call + digest + "\r\n$1\r\n1\r\n$22\r\nlease:"
      let head = lease + number + "\r\n$16\r\n"
      template = FrameTemplate(Array((head + number + "\r\n").utf8))
      (leaseOffset, numberOffset) = (lease.utf8.count, head.utf8.count)
      load = Array("*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$\(source.utf8.count)\r\n\(source)\r\n".utf8)
    }
    lanes = Fixed(repeating: Lane(), count: connections)
    // Each connection has leases of its own, so that their numbers grow.
    leaseCount = max(leases / connections, 1)
    self.keys = KeySequence(keys, of: leaseCount, seed: firstNumber)
    nextNumber = firstNumber
  }

  /// As `Workload` says.
  public var requestByteCountMax: Int { template.byteCount }

  /// As `Workload` says.
  public func greeting(of connection: Int) -> [UInt8] { load.isEmpty ? Array("PING\r\n".utf8) : load }

  /// `+PONG`, or the digest of the script that was loaded.
  public mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict {
    guard bytes.last == UInt8(ascii: "\n") else { return .unfinished }
    if bytes.first == UInt8(ascii: "-") { return .refused(String(decoding: bytes.dropLast(2), as: UTF8.self)) }
    if load.isEmpty { return bytes.starts(with: "+PONG".utf8) ? .accepted : .refused("no PONG") }
    let head = Array("$40\r\n".utf8)
    guard bytes.starts(with: head) else { return .refused("no digest of the script") }
    guard bytes.count == head.count + Self.digestByteCount + 2 else { return .unfinished }
    for index in 0..<Self.digestByteCount { template.set(bytes[head.count + index], at: Self.call.utf8.count + index) }
    return .accepted
  }

  /// As `Workload` says.
  @inline(__always)
  public mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe template.copy(to: bytes)
    nextNumber &+= 1
    unsafe Self.putDigits(nextNumber, to: bytes + numberOffset)
    if let leaseOffset {
      unsafe Self.putDigits(UInt64(connection * leaseCount + keys.key(of: connection)), to: bytes + leaseOffset)
    }
    return template.byteCount
  }

  @inline(__always)
  private static func putDigits(_ number: UInt64, to bytes: UnsafeMutableRawPointer) {
    var rest = number
    for index in stride(from: digitCount - 1, through: 0, by: -1) {
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      unsafe bytes.storeBytes(of: digit < 10 ? 48 + digit : 87 + digit, toByteOffset: index, as: UInt8.self)
      rest >>= 4
    }
  }

  /// A simple string, an integer or an array of integers is done; a null (the key was there) is status 1, an error status 2. Scripts
  /// answer with an array of lines, or with an error.
  @inline(__always)
  public mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    var replies = 0
    var lane = lanes[connection]
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if lane.kind == 0 {
        lane.kind = byte
        lane.isCounting = byte == UInt8(ascii: "*")
        lane.digits = 0
      } else if lane.isCounting, byte >= 48, byte < 58 {
        lane.digits = lane.digits * 10 + Int(byte) - 48
      }
      guard byte == UInt8(ascii: "\n") else { continue }
      if lane.isCounting {
        (lane.isCounting, lane.lines) = (false, lane.digits)
        if lane.lines > 0 { continue }
      } else if lane.lines > 1 {
        lane.lines -= 1
        continue
      }
      meter.replied(
        connection,
        lane.kind == UInt8(ascii: "$") || lane.kind == UInt8(ascii: "_") ? 1 : lane.kind == UInt8(ascii: "-") ? 2 : 0)
      replies += 1
      (lane.kind, lane.lines) = (0, 0)
    }
    lanes[connection] = lane
    return replies
  }

  /// As `Workload` says.
  public func statusName(_ status: Int) -> String { status == 1 ? "present" : "error" }
}
