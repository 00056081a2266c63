internal import TurnpikeCrypto
public import WireProtocol

/// The key of a role, which makes a connection a provider's or the operator's. Keep it secret.
///
/// As text, one line per field in this order:
///
///     turnpike-credential 1
///     role provider
///     id 3
///     generation 1
///     key 64 hexadecimal digits
public struct Credential: Hashable, Sendable {
  /// `operator` or `provider`.
  public var role: Role
  /// The provider's number; 0 for the operator.
  public var id: UInt64
  /// Generation of the key.
  public var generation: UInt32
  private var keyWords: [UInt64]

  /// A credential of a key of 32 bytes; nil for any other count.
  public init?(role: Role, id: UInt64, generation: UInt32, key: [UInt8]) {
    guard key.count == SecretKey.byteCount, role != .none, (role == .operator) == (id == 0) else { return nil }
    self.role = role
    self.id = id
    self.generation = generation
    let bytes = unsafe key.span.bytes
    keyWords = (0..<4).map { bytes.uint64(at: $0 * 8) }
  }

  /// The credential of a text; nil when it has not exactly this form.
  public init?(text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
    if lines.last == "" { lines.removeLast() }
    func value(_ name: String) -> Substring? {
      guard let line = lines.popFirst(), line.hasPrefix(name + " ") else { return nil }
      return line.dropFirst(name.count + 1)
    }
    guard value("turnpike-credential") == "1", let roleText = value("role"),
      let id = value("id").flatMap({ UInt64($0) }),
      let generation = value("generation").flatMap({ UInt32($0) }),
      let key = value("key").flatMap({ HexText.decode($0) }),
      lines.isEmpty, let role = Role.allCases.first(where: { $0.specificationName.lowercased() == roleText })
    else { return nil }
    self.init(role: role, id: id, generation: generation, key: key)
  }

  /// Gives the 32 bytes of the key to `body`, which must not keep a copy longer than it needs one. Nil when there is no memory for it.
  public func withKey<Result>(_ body: (RawSpan) -> Result) -> Result? { secretKey?.withBytes(body) }

  /// What HELLO and its reply make of the credential: the MACs of one connection.
  func authenticator(_ handshake: RoleHandshake) -> ConnectionAuthenticator? {
    guard let key = secretKey else { return nil }
    let identity = RoleIdentity(role: role, id: id, generation: generation)
    return handshake.authenticator(RoleCredential(identity: identity, key: key), side: .client)
  }

  private var secretKey: SecretKey? {
    var bytes = [UInt8](repeating: 0, count: SecretKey.byteCount)
    var storage = bytes.mutableSpan
    var raw = unsafe storage.mutableBytes
    for (index, word) in keyWords.enumerated() { raw.store(word, at: index * 8) }
    return SecretKey(raw.bytes)
  }
}
