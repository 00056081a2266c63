/// Frames of the bare server (`Benchmarks/bare`), which answers with as many bytes as it is asked for, and does nothing else:
/// u32 byte count, u32 byte count of the reply, u64 number, filler; the reply: u32 byte count, u32 zero, u64 number, filler.
@safe public struct BareWorkload: Workload, ~Copyable {
  /// What a connection is at: its number, and what is left of a reply that has begun.
  private struct Lane {
    var number: UInt64 = 0
    var left = 0
  }

  /// As `Workload` says.
  public let name: String
  /// As `Workload` says.
  public let requestByteCountMax: Int
  private let replyByteCount: Int
  private let template: FrameTemplate
  private let lanes: Fixed<Lane>

  /// The bare server's smallest frame.
  public static let byteCountMin = 16

  /// - Parameters: Bytes of each request and of each reply, from `byteCountMin`.
  public init(name: String, request: Int, reply: Int, connections: Int) {
    self.name = name
    requestByteCountMax = request
    replyByteCount = reply
    template = FrameTemplate(Array(repeating: 0, count: request))
    lanes = Fixed(repeating: Lane(), count: connections)
  }

  /// As `Workload` says.
  public func greeting(of connection: Int) -> [UInt8] { [] }

  /// As `Workload` says.
  public mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict { .accepted }

  /// As `Workload` says.
  @inline(__always)
  public mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    unsafe template.copy(to: bytes)
    lanes[connection].number &+= 1
    unsafe bytes.put(UInt32(truncatingIfNeeded: requestByteCountMax), at: 0)
    unsafe bytes.put(UInt32(truncatingIfNeeded: replyByteCount), at: 4)
    unsafe bytes.put(lanes[connection].number, at: 8)
    return requestByteCountMax
  }

  /// As `Workload` says.
  @inline(__always)
  public mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    var received = bytes.count
    var replies = 0
    if lanes[connection].left > 0 {
      guard received >= lanes[connection].left else {
        lanes[connection].left -= received
        return 0
      }
      received -= lanes[connection].left
      meter.replied(connection, 0)
      replies += 1
    }
    while received >= replyByteCount {
      received -= replyByteCount
      meter.replied(connection, 0)
      replies += 1
    }
    lanes[connection].left = received > 0 ? replyByteCount - received : 0
    return replies
  }

  /// As `Workload` says.
  public func statusName(_ status: Int) -> String { "\(status)" }
}
