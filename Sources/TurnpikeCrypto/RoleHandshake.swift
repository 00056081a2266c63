internal import CCrypto
public import WireProtocol

/// Who a connection proves to be: a role, the number of its holder, and the generation of the key it was given.
public struct RoleIdentity: Hashable, Sendable {
  /// Operator or provider.
  public var role: Role
  /// 0 for the operator, else the provider's number.
  public var id: UInt64
  /// Raised by the operator to make older keys of the holder worthless.
  public var generation: UInt32

  /// All three.
  public init(role: Role, id: UInt64, generation: UInt32) {
    (self.role, self.id, self.generation) = (role, id, generation)
  }
}

/// A role and its key: what an operator or a provider keeps to authenticate connections with, and what the broker
/// derives again from its master key.
public struct RoleCredential: ~Copyable {
  /// Whose key it is.
  public let identity: RoleIdentity
  let key: HMACKey

  /// The credential of a 32-byte role key.
  public init(identity: RoleIdentity, key: borrowing SecretKey) {
    self.identity = identity
    self.key = HMACKey(key)
  }
}

/// What both ends of a connection know once HELLO and its reply have been exchanged. With a credential it gives the
/// connection's key:
///
///     connection key = HMAC-SHA256(role key, "turnpike role connection v1" || SHA-256(HELLO's frame || its reply's frame))
///     client proof   = first 16 bytes of HMAC-SHA256(connection key, "client proof")
///
/// Both frames are taken whole, as they were sent and received: whatever somebody in between changes in them (the session, the
/// version, the limits) gives both ends different keys. Either frame has a nonce that makes the key new, so neither end can be
/// made to repeat an old connection.
public struct RoleHandshake: Sendable {
  static let connectionLabel: StaticString = "turnpike role connection v1"
  static let clientProofLabel: StaticString = "client proof"

  private var digest: (Bytes16, Bytes16) = (Bytes16(), Bytes16())

  /// The frames of HELLO and of its reply.
  public init(request: RawSpan, reply: RawSpan) {
    unsafe withUnsafeMutableBytes(of: &digest) { digest in
      guard let out = digest.baseAddress else { return }
      unsafe request.withUnsafeBytes { request in
        unsafe reply.withUnsafeBytes {
          unsafe tp_sha256_prefixed(request.baseAddress, request.count, $0.baseAddress, $0.count, out)
        }
      }
    }
  }

  /// The authenticator of the connection, for the end that is `side`.
  public func authenticator(
    _ credential: borrowing RoleCredential, side: ConnectionAuthenticator.Side
  ) -> ConnectionAuthenticator {
    let connectionKey = unsafe withUnsafeBytes(of: digest) { digest in
      unsafe HMACKey(credential.key.derive(label: Self.connectionLabel, fields: digest.bytes))
    }
    return ConnectionAuthenticator(key: connectionKey, side: side)
  }
}
