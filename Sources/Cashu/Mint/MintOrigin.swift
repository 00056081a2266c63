/// Where a mint is: the base URL under which its operations lie, in its one normal form.
///
/// Scheme and host in lower case, a host that is an address as such, a port only when it is not the scheme's own, a path without the slash
/// at its end: `https://mint.example/bitcoin`. Two texts name the same mint when their normal forms are equal. Anything odd is no
/// origin: user information, a query, a fragment, percent signs, dot segments, empty segments, letters beyond ASCII (a name is written as
/// it is looked up), addresses in other than their usual form. Limits: `CashuLimits.originByteCountMax`, `hostByteCountMax`.
///
/// Plain http is for this machine only (`localhost`, 127.0.0.0/8, ::1), unless the operator allows it.
public struct MintOrigin: Hashable, Sendable {
  /// How it is spoken to.
  public enum Scheme: String, Hashable, Sendable {
    /// Without TLS.
    case http
    /// With TLS, its certificate checked.
    case https

    var port: UInt16 { self == .http ? 80 : 443 }
  }

  /// How it is spoken to.
  public let scheme: Scheme
  /// A name, an IPv4 address, or an IPv6 address in brackets.
  public let host: String
  /// Its TCP port.
  public let port: UInt16
  /// What all its paths begin with: nothing, or a slash and what follows, without one at the end.
  public let path: String

  /// The origin that an operator's configuration names.
  ///
  /// - Parameter allowsPlainHTTP: Whether http may go to other machines.
  public init(_ text: String, allowsPlainHTTP: Bool = false) throws(MintOriginError) {
    try self.init(bytes: Array(text.utf8.prefix(CashuLimits.originByteCountMax + 1)))
    if scheme == .http, !allowsPlainHTTP, !isLoopback { throw .plainHTTP }
  }

  /// Whether a text from outside, such as a token's, names this mint. What is no origin does not.
  public func isNamed(by text: some Sequence<UInt8>) -> Bool {
    do throws(MintOriginError) {
      return try MintOrigin(bytes: Array(text.prefix(CashuLimits.originByteCountMax + 1))) == self
    } catch {
      return false
    }
  }

  private init(bytes: [UInt8]) throws(MintOriginError) {
    guard bytes.count <= CashuLimits.originByteCountMax else { throw .tooLong }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8),
      let scheme = Scheme(rawValue: String(decoding: bytes[..<colon].map(\.lowercased), as: UTF8.self))
    else { throw .scheme }
    let rest = bytes[(colon + 3)...]
    let slash = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
    let (host, port) = try Self.split(rest[..<slash])
    self.scheme = scheme
    self.host = try HostText.normalized(host)
    self.port = try port.map { digits throws(MintOriginError) in try Self.number(digits) } ?? scheme.port
    var path = rest[slash...]
    if path.last == UInt8(ascii: "/") { path.removeLast() }
    guard PathText.isPlain(path) else { throw .path }
    self.path = String(decoding: path, as: UTF8.self)
  }

  /// Host and port of `host:port`, the latter nil when there is none.
  private static func split(
    _ authority: ArraySlice<UInt8>
  ) throws(MintOriginError) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>?) {
    if authority.contains(UInt8(ascii: "@")) { throw .userInformation }
    // An IPv6 address has colons of its own, within its brackets.
    let end = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
    guard let colon = authority[end...].firstIndex(of: UInt8(ascii: ":")) else { return (authority, nil) }
    return (authority[..<colon], authority[(colon + 1)...])
  }

  /// 1 to 65535, in decimal digits that do not begin with 0.
  private static func number(_ digits: ArraySlice<UInt8>) throws(MintOriginError) -> UInt16 {
    guard digits.first != UInt8(ascii: "0"), digits.allSatisfy(\.isDigit),
      let port = UInt16(String(decoding: digits, as: UTF8.self))
    else { throw .port }
    return port
  }

  /// Whether its host can only be this machine.
  public var isLoopback: Bool {
    // A name that begins so is none: `HostText` takes it for an address or refuses it.
    host == "localhost" || host == "[::1]" || (host.hasPrefix("127.") && HostText.isIPv4(Array(host.utf8)[...]))
  }
}

extension MintOrigin: CustomStringConvertible {
  /// The normal form.
  public var description: String {
    "\(scheme.rawValue)://\(host)\(port == scheme.port ? "" : ":\(port)")\(path)"
  }
}

/// Why a text is no mint's origin.
public enum MintOriginError: Error, Hashable, Sendable, CaseIterable {
  /// It has more than `CashuLimits.originByteCountMax` bytes.
  case tooLong
  /// It does not begin with `https://` or `http://`.
  case scheme
  /// Something stands before the host, with an @.
  case userInformation
  /// No host, or none that is a name or an address in its usual form.
  case host
  /// The port is no number from 1 to 65535.
  case port
  /// The path has something besides plain segments: a query, a fragment, a percent sign, dots, an empty segment.
  case path
  /// It is another machine's, without TLS.
  case plainHTTP
}

extension MintOriginError: CustomStringConvertible {
  /// What to tell the operator.
  public var description: String {
    switch self {
    case .tooLong: "a mint's URL has at most \(CashuLimits.originByteCountMax) bytes"
    case .scheme: "a mint's URL begins with https:// (or http://, on this machine)"
    case .userInformation: "a mint's URL has no user name or password"
    case .host: "a mint's URL names a host: a plain name in ASCII, an IPv4 address, or an IPv6 address in brackets"
    case .port: "a port is a number from 1 to 65535"
    case .path: "a mint's URL ends with a plain path: no query, fragment, percent sign, dot segment or empty one"
    case .plainHTTP: "a mint on another machine is spoken to by https"
    }
  }
}
