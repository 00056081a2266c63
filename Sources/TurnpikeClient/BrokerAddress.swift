public import EventLoop
internal import WireProtocol

/// Where a broker listens: a host (a name or a numeric address) with a port, or the path of a unix-domain socket.
///
/// As text: `broker.example:7474`, `127.0.0.1`, `[::1]:7474`, `unix:/run/turnpike/turnpike.sock`. The port is 7474 when none is
/// given.
public enum BrokerAddress: Hashable, Sendable, LosslessStringConvertible {
  /// TCP. An IPv6 address stands without brackets here.
  case tcp(host: String, port: UInt16)
  /// A unix-domain socket.
  case unix(path: String)

  /// The address of a text; nil when it has none of the forms.
  public init?(_ text: String) {
    if let endpoint = Endpoint(text) {
      switch endpoint {
      case .tcp(let host, let port): self = .tcp(host: host, port: port)
      case .unix(let path): self = .unix(path: path)
      }
      return
    }
    if text.hasPrefix("unix:") { return nil }
    var host = Substring(text)
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    if host.isEmpty { return nil }
    self = .tcp(host: String(host), port: WireLimits.port)
  }

  /// The text `init(_:)` reads.
  public var description: String { endpoint.description }

  /// Where to connect.
  public var endpoint: Endpoint {
    switch self {
    case .tcp(let host, let port): .tcp(host: host, port: port)
    case .unix(let path): .unix(path: path)
    }
  }
}
