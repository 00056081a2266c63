internal import TurnpikeCrypto
public import WireProtocol

/// A connection that claimed a role and did not prove it, for the operator's log. Holds nothing secret.
public struct FailedProof: Sendable {
  /// The connection, which is being ended.
  public var connection: Int
  /// The role it claimed.
  public var role: Role
  /// Whose.
  public var id: UInt64
  /// Generation of the key that it claimed to have.
  public var generation: UInt32
  /// AUTHENTICATION_FAILED, or MAC_INVALID of a frame after it.
  public var reason: Status
}

extension SessionEngine {
  /// Keeps a failed proof until `takeFailedProofs`, as long as there are few.
  mutating func noteFailedProof(of connection: Connection, _ reason: Status) {
    guard failedProofs.count < limits.failedProofCountMax else { return failedProofCountLost &+= 1 }
    failedProofs.append(
      FailedProof(
        connection: connection.index, role: connection.claim.role, id: connection.claim.id,
        generation: connection.claim.generation, reason: reason))
  }

  /// Failed proofs since the last call, and how many more there were.
  public mutating func takeFailedProofs() -> (proofs: ContiguousArray<FailedProof>, lostCount: Int) {
    defer {
      failedProofs.removeAll()
      failedProofCountLost = 0
    }
    return (failedProofs, failedProofCountLost)
  }

  /// Whether there are any.
  public var hasFailedProofs: Bool { !failedProofs.isEmpty }
}
