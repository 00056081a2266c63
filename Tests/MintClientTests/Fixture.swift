import Cashu
import EventLoop
import Glibc
import MintClient
import Testing

/// All suites of the target are its children and run one after the other: they share descriptors and the environment.
@Suite(.serialized) enum MintClientTests {}

/// A loop with a server on it that does what a test says, and a transport to it.
final class World {
  let loop: Loop
  let server: HostileServer
  let transport: MintTransport

  init(loop: Loop, limits: MintTransportLimits = MintTransportLimits()) throws {
    self.loop = loop
    server = try HostileServer(on: loop)
    transport = try MintTransport(on: loop, limits: limits)
  }

  /// Gives the body a world, and takes everything down. A test that is not through in time fails.
  static func with(
    seconds: UInt64 = 60, limits: MintTransportLimits = MintTransportLimits(), _ body: (World) throws -> Void
  ) throws {
    let loop = try Loop()
    defer { loop.close() }
    let world = try World(loop: loop, limits: limits)
    let limit = LoopTimer(on: loop) {
      Issue.record("not finished in \(seconds) s")
      loop.stop()
    }
    limit.start(afterMilliseconds: seconds * 1000)
    try body(world)
    world.transport.close()
    #expect(world.transport.count == 0)
    world.server.close()
  }

  /// A request to the server; a GET when there is no body.
  func request(
    _ path: String = "/v1/swap", _ body: String? = "{}", at origin: MintOrigin? = nil,
    answerByteCountMax: Int = MintClientLimits.answerByteCount
  ) throws -> HTTPRequest {
    try HTTPRequest(
      origin ?? server.origin, path: path, body: body.map { Array($0.utf8) }, answerByteCountMax: answerByteCountMax)
  }

  /// Sends and runs the loop until there is the result.
  func result(of request: HTTPRequest, timeoutMilliseconds: UInt64 = 30_000) -> HTTPResult? {
    var result: HTTPResult?
    let admission = transport.send(request, timeoutMilliseconds: timeoutMilliseconds) {
      result = $0
      self.loop.stop()
    }
    #expect(admission == .accepted)
    #expect(result == nil, "called from within send")
    if admission == .accepted { loop.run() }
    return result
  }

  /// The result of a POST to a server that answers each request with these bytes, and then goes on as told.
  func result(ofAnswer bytes: [UInt8], then next: HostileServer.Next = .keep) throws -> HTTPResult? {
    server.onRequest = { exchange in
      exchange.send(bytes)
      exchange.go(next)
    }
    return result(of: try request())
  }
}

extension World {
  func expect(
    _ expected: HTTPResult, of request: HTTPRequest, timeoutMilliseconds: UInt64 = 30_000,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let result = result(of: request, timeoutMilliseconds: timeoutMilliseconds)
    #expect(result == expected, sourceLocation: sourceLocation)
  }

  func expect(
    _ expected: HTTPResult, ofAnswer bytes: [UInt8], then next: HostileServer.Next = .keep,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let result = try result(ofAnswer: bytes, then: next)
    #expect(result == expected, sourceLocation: sourceLocation)
  }
}

/// An answer with its length.
func answer(_ status: Int, _ body: String = "{}", headers: String = "") -> [UInt8] {
  Array("HTTP/1.1 \(status) Whatever\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
}

func answered(_ status: Int, _ body: String) -> HTTPResult { .answered(status: status, body: Array(body.utf8)) }

/// Numbers that look like chance and are the same at every run.
struct Chance {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func below(_ limit: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % limit
  }
}

/// Descriptors the process has open.
func openDescriptorCount() -> Int {
  (0..<1024).count { fcntl(Int32($0), F_GETFD) >= 0 }
}

/// A port of this machine at which nobody listens, as of now.
func unusedPort() throws -> UInt16 {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let status = unsafe withUnsafeMutablePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe bind(descriptor, $0, size) | getsockname(descriptor, $0, &size)
    }
  }
  try #require(status == 0)
  return UInt16(bigEndian: address.sin_port)
}
