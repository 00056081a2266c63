internal import TurnpikeCrypto
public import WireProtocol

/// A lease together with a secret key of it: its owner key or a debit key. Whoever has one can use what the key allows.
public struct LeaseKey: Hashable, Sendable {
  /// The lease's public id.
  public var lease: UInt64
  /// The secret key.
  public var key: Bytes16

  /// Both.
  public init(lease: UInt64, key: Bytes16) {
    self.lease = lease
    self.key = key
  }
}

extension Bytes16 {
  /// A new secret: an owner key, a debit key or a session id.
  public static func secret() throws(TurnpikeError) -> Bytes16 {
    guard let bytes = random(), !bytes.isZero else { throw TurnpikeError(.system("no random bytes")) }
    return bytes
  }

  /// What the broker is told of this key: its hash.
  public var keyHash: Bytes16 { SHA256.keyHash(self) }
}
