import Glibc

/// `SET key value PX 60000 NX` of keys that are new each time.
@safe struct RedisWorkload: Workload {
  private static let digitCount = 16
  private let template: [UInt8]
  private let digitsOffset: Int
  private var nextKey: UInt64
  /// Whether a reply has begun, of each connection, and with which character.
  private var replyKinds: [UInt8]

  init(connections: Int, firstKey: UInt64) {
    let head = "*6\r\n$3\r\nSET\r\n$20\r\nkey:"
    let tail = "\r\n$8\r\nxxxxxxxx\r\n$2\r\nPX\r\n$5\r\n60000\r\n$2\r\nNX\r\n"
    template = Array(head.utf8) + Array(repeating: UInt8(ascii: "0"), count: Self.digitCount) + Array(tail.utf8)
    digitsOffset = head.utf8.count
    nextKey = firstKey
    replyKinds = Array(repeating: 0, count: connections)
  }

  var requestByteCountMax: Int { template.count }

  func greeting(of connection: Int) -> [UInt8] { Array("PING\r\n".utf8) }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> Bool? {
    bytes.last == UInt8(ascii: "\n") ? bytes.starts(with: "+PONG".utf8) : nil
  }

  @inline(__always)
  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe template.withUnsafeBytes { template in
      guard let base = template.baseAddress else { return }
      unsafe bytes.copyMemory(from: base, byteCount: template.count)
    }
    nextKey &+= 1
    var rest = nextKey
    for index in stride(from: Self.digitCount - 1, through: 0, by: -1) {
      let digit = UInt8(truncatingIfNeeded: rest & 15)
      unsafe bytes.storeBytes(
        of: digit < 10 ? 48 + digit : 87 + digit, toByteOffset: digitsOffset + index, as: UInt8.self)
      rest >>= 4
    }
    return template.count
  }

  /// `+OK` is done, `$-1` (the key was there) status 1, an error status 2.
  @inline(__always)
  mutating func countReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into tally: borrowing Tally) -> Int {
    var replies = 0
    var kind = replyKinds[connection]
    for index in 0..<bytes.count {
      let byte = unsafe bytes[index]
      if kind == 0 { kind = byte }
      if byte == UInt8(ascii: "\n") {
        tally.add(kind == UInt8(ascii: "+") ? 0 : kind == UInt8(ascii: "$") ? 1 : 2)
        kind = 0
        replies += 1
      }
    }
    replyKinds[connection] = kind
    return replies
  }
}
