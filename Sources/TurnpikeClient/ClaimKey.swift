public import WireProtocol

/// A claim together with its secret claim key. Whoever has the key has the money that becomes due on the claim.
public struct ClaimKey: Hashable, Sendable {
  /// The claim's public id.
  public var claim: UInt64
  /// The secret claim key.
  public var key: Bytes16

  /// Both.
  public init(claim: UInt64, key: Bytes16) {
    self.claim = claim
    self.key = key
  }
}
