/// LeaseGrant of etcd: gRPC in frames of HTTP/2 over plain TCP, one stream per request, nothing compressed.
///
///     request   HEADERS (static and literal fields, no table) + DATA (5 bytes of gRPC, then LeaseGrantRequest { TTL = 60 })
///     reply     HEADERS, DATA, HEADERS with END_STREAM, which carries grpc-status
///
/// RFC 9113 (frames), RFC 7541 (header fields), gRPC over HTTP2 (message prefix, trailers).
@safe public struct EtcdWorkload: Workload, ~Copyable {
  private struct Lane {
    var stream: UInt32 = 1
    /// A frame that has begun: its header so far, and what is left of it.
    var headerCount = 0
    var header: (UInt64, UInt8) = (0, 0)
    var left = 0
    /// Payload since the last WINDOW_UPDATE.
    var received: UInt32 = 0
  }

  /// As `Workload` says.
  public let name = "etcd-lease"
  private let template: FrameTemplate
  private let dataOffset: Int
  private let lanes: Fixed<Lane>
  /// Requests of a connection: its streams are odd numbers of 31 bits.
  private static let streamMax: UInt32 = 0x7FFF_FFFE

  /// - Parameter host: The name that requests carry as `:authority`.
  public init(host: String, connections: Int) {
    let headers = Self.fields(host: host)
    let message: [UInt8] = [0, 0, 0, 0, 2, 0x08, 60]
    dataOffset = 9 + headers.count
    template = FrameTemplate(
      Self.frame(headers.count, type: 1, flags: 0x4) + headers + Self.frame(message.count, type: 0, flags: 0x1)
        + message
        // The window of the connection is what a reply's DATA takes; this gives each time more than that back.
        + Self.frame(4, type: 8, flags: 0) + [0, 0, 0x01, 0])
    lanes = Fixed(repeating: Lane(), count: connections)
  }

  private static func frame(_ byteCount: Int, type: UInt8, flags: UInt8) -> [UInt8] {
    [0, UInt8(byteCount >> 8), UInt8(byteCount & 255), type, flags, 0, 0, 0, 0]
  }

  /// `:method POST`, `:scheme http` by their static numbers; the rest literally, never indexed.
  private static func fields(host: String) -> [UInt8] {
    func literal(_ index: UInt8, _ value: String) -> [UInt8] { [index, UInt8(value.utf8.count)] + value.utf8 }
    func named(_ name: String, _ value: String) -> [UInt8] {
      [0, UInt8(name.utf8.count)] + name.utf8 + [UInt8(value.utf8.count)] + value.utf8
    }
    return [0x83, 0x86] + literal(0x04, "/etcdserverpb.Lease/LeaseGrant") + literal(0x01, host)
      + named("content-type", "application/grpc") + named("te", "trailers")
  }

  /// As `Workload` says.
  public var requestByteCountMax: Int { template.byteCount }

  /// As `Workload` says.
  public func greeting(of connection: Int) -> [UInt8] {
    Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(0, type: 4, flags: 0)
  }

  /// The server's SETTINGS. They are acknowledged in front of the first request.
  public mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict {
    guard bytes.count >= 9 else { return .unfinished }
    guard bytes[3] == 4 else { return .refused("no SETTINGS of HTTP/2") }
    // What follows it is read as any other frame.
    let byteCount = 9 + Int(bytes[1]) << 8 + Int(bytes[2])
    guard bytes.count >= byteCount else { return .unfinished }
    unsafe bytes[byteCount...].withUnsafeBytes { rest in _ = unsafe skip(rest, of: connection, into: nil) }
    return .accepted
  }

  /// As `Workload` says.
  @inline(__always)
  public mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    let stream = lanes[connection].stream
    guard stream < Self.streamMax else { return 0 }
    lanes[connection].stream = stream + 2
    unsafe template.copy(to: bytes)
    unsafe bytes.storeBytes(of: stream.bigEndian, toByteOffset: 5, as: UInt32.self)
    unsafe bytes.storeBytes(of: stream.bigEndian, toByteOffset: dataOffset + 5, as: UInt32.self)
    return template.byteCount
  }

  /// As `Workload` says.
  public mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    unsafe skip(bytes, of: connection, into: meter)
  }

  /// Goes from frame to frame. HEADERS with END_STREAM end a reply; RST_STREAM and GOAWAY are errors.
  private mutating func skip(_ bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter?) -> Int {
    var lane = lanes[connection]
    var replies = 0
    var offset = 0
    while offset < bytes.count {
      if lane.left > 0 {
        let step = min(lane.left, bytes.count - offset)
        lane.left -= step
        offset += step
        continue
      }
      // Nine bytes, of which the first eight are kept as a number, most significant first.
      let byte = unsafe bytes[offset]
      offset += 1
      lane.header.0 = lane.header.0 << 8 | UInt64(byte)
      lane.headerCount += 1
      guard lane.headerCount == 9 else { continue }
      lane.headerCount = 0
      let header = lane.header.0
      // The ninth byte has pushed the first, which is zero in frames as short as these, out.
      lane.left = Int(header >> 48 & 0xFFFF)
      let (type, flags) = (UInt8(truncatingIfNeeded: header >> 40), UInt8(truncatingIfNeeded: header >> 32))
      if type == 1, flags & 1 != 0 {
        meter?.replied(connection, 0)
        replies += 1
      } else if type == 3 || type == 7 {
        meter?.replied(connection, 1)
        replies += 1
      }
    }
    lanes[connection] = lane
    return replies
  }

  /// As `Workload` says.
  public func statusName(_ status: Int) -> String { "error" }
}
