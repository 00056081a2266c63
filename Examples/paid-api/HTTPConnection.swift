import Glibc

/// As much of an HTTP request as the example reads: the path, and headers by their lower-case names.
struct HTTPRequest: Sendable {
  var path: Substring
  var headers: [String: Substring]

  /// Nil for anything but a GET.
  init?(_ text: String) {
    var lines = text.split(separator: "\r\n")[...]
    let words = lines.popFirst()?.split(separator: " ") ?? []
    guard words.count == 3, words[0] == "GET" else { return nil }
    path = words[1]
    headers = [:]
    for line in lines {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }
    }
  }
}

/// One accepted connection: one request, one answer. Calls block, at most for the time-out.
struct HTTPConnection: Sendable {
  static let requestByteCountMax = 8192
  static let timeoutSeconds = 5

  let descriptor: Int32

  /// The text up to the empty line; nil when it is too long, late or cut off.
  func readRequest() -> HTTPRequest? {
    var limit = timeval(tv_sec: Self.timeoutSeconds, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1024)
    while bytes.count < Self.requestByteCountMax {
      let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
      guard count > 0 else { return nil }
      bytes += chunk[..<count]
      if bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) { return HTTPRequest(String(decoding: bytes, as: UTF8.self)) }
    }
    return nil
  }

  func write(_ answer: Service.Answer) {
    let reasons = [200: "OK", 402: "Payment Required", 404: "Not Found", 503: "Service Unavailable"]
    let body = answer.body + "\n"
    let head =
      "HTTP/1.0 \(answer.status) \(reasons[answer.status] ?? "Bad Request")\r\nContent-Type: text/plain; charset=utf-8\r\n"
    let bytes = Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
    _ = unsafe send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  func close() { Glibc.close(descriptor) }
}

/// A TCP socket that listens on the loopback address.
struct HTTPListener: Sendable {
  let descriptor: Int32
  let port: UInt16

  /// Port 0 takes a free one.
  init?(port: UInt16) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var byteCount = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let status = unsafe withUnsafeMutablePointer(to: &address) { address in
      unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        if unsafe bind(descriptor, address, byteCount) != 0 || listen(descriptor, 64) != 0 { return Int32(-1) }
        return unsafe getsockname(descriptor, address, &byteCount)
      }
    }
    guard status == 0 else { return nil }
    self.port = UInt16(bigEndian: address.sin_port)
  }

  /// The next connection; nil when there will be none.
  func accept() -> HTTPConnection? {
    while true {
      let connection = Glibc.accept(descriptor, nil, nil)
      if connection >= 0 { return HTTPConnection(descriptor: connection) }
      if errno != EINTR && errno != ECONNABORTED { return nil }
    }
  }
}
