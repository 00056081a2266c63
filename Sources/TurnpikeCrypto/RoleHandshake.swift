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
///     connection key = HMAC-SHA256(role key, "turnpike role connection v1"
///                        || client nonce (16) || broker nonce (16) || role (1) || protocol version (1)
///                        || id (8) || generation (4))
///     client proof   = first 16 bytes of HMAC-SHA256(connection key, "client proof")
///
/// Integers are little-endian. Either nonce makes the key new, so neither end can be made to repeat an old connection.
public struct RoleHandshake: Sendable {
  static let connectionLabel: StaticString = "turnpike role connection v1"
  static let clientProofLabel: StaticString = "client proof"
  private static let fieldByteCount = 46

  /// The version that the broker chose, so that nobody in between can choose an older one.
  public let version: UInt8
  /// Nonce of HELLO.
  public let clientNonce: Bytes16
  /// Nonce of its reply.
  public let brokerNonce: Bytes16

  /// The three values as they were sent.
  public init(version: UInt8, clientNonce: Bytes16, brokerNonce: Bytes16) {
    (self.version, self.clientNonce, self.brokerNonce) = (version, clientNonce, brokerNonce)
  }

  /// The authenticator of the connection, for the end that is `side`.
  public func authenticator(
    _ credential: borrowing RoleCredential, side: ConnectionAuthenticator.Side
  ) -> ConnectionAuthenticator {
    let identity = credential.identity
    let connectionKey = unsafe withUnsafeTemporaryAllocation(byteCount: Self.fieldByteCount, alignment: 8) { buffer in
      var fields = unsafe buffer.mutableBytes
      fields.store(clientNonce, at: 0)
      fields.store(brokerNonce, at: 16)
      fields.store(identity.role.rawValue, at: 32)
      fields.store(version, at: 33)
      fields.store(identity.id, at: 34)
      fields.store(identity.generation, at: 42)
      return HMACKey(credential.key.derive(label: Self.connectionLabel, fields: fields.bytes))
    }
    return ConnectionAuthenticator(key: connectionKey, side: side)
  }
}
