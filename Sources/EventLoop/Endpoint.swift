internal import CLibuv

/// Where to listen or connect: a numeric IP address with a port, or the path of a unix-domain socket.
///
/// As text: `127.0.0.1:7700`, `[::1]:7700`, `unix:/run/turnpike/turnpike.sock`. Names are no endpoints: `NameLookup` turns a
/// name into endpoints.
public enum Endpoint: Hashable, Sendable {
  /// Port 0 lets a listener take a free one, see `Listener.endpoint`.
  case tcp(host: String, port: UInt16)
  /// A path of at most `EventLoopLimits.unixPathByteCountMax` bytes.
  case unix(path: String)

  /// Whether it can be listened at or connected to as it is: its host is an address, or it is a path.
  public var isNumeric: Bool {
    guard case .tcp(let host, let port) = self else { return true }
    do throws(LoopError) {
      _ = try Self.socketAddress(host: host, port: port)
      return true
    } catch {
      return false
    }
  }

  /// The socket address of a numeric host.
  static func socketAddress(host: String, port: UInt16) throws(LoopError) -> sockaddr_storage {
    var address = sockaddr_storage()
    try LoopError.check(unsafe turnpike_address_parse(host, Int32(port), &address))
    return address
  }

  /// Throws what libuv 1.44 would answer by cutting the path short.
  static func checkPath(_ path: String) throws(LoopError) {
    if path.isEmpty { throw .invalidArgument }
    if path.utf8.count > EventLoopLimits.unixPathByteCountMax { throw .nameTooLong }
  }

  /// Runs a C function that writes a host's text and a port, and makes an endpoint of them. Nil when it fails.
  static func formatted(
    by format: (UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Int32>) -> Int32
  ) -> Endpoint? {
    unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
      var port: Int32 = 0
      guard let base = text.baseAddress, unsafe format(base, text.count, &port) == 0 else { return nil }
      return .tcp(host: unsafe String(cString: base), port: UInt16(truncatingIfNeeded: port))
    }
  }
}

extension Endpoint: LosslessStringConvertible {
  /// The endpoint of a text in one of the three forms; nil for anything else. The host is not looked at.
  public init?(_ text: String) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      if path.isEmpty { return nil }
      self = .unix(path: path)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    if host.isEmpty { return nil }
    self = .tcp(host: String(host), port: port)
  }

  /// The text `init(_:)` reads.
  public var description: String {
    switch self {
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    }
  }
}
