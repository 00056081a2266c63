/// Whose leases are enforced: a resource, by one of its agents. Two agents of a resource may be on one machine and know nothing of each other,
/// so what each keeps is named after both numbers.
public struct EnforcedResource: Hashable, Sendable {
  /// The resource's id.
  public var id: UInt64
  /// The agent's number.
  public var agent: UInt32

  /// With both.
  public init(id: UInt64, agent: UInt32) {
    self.id = id
    self.agent = agent
  }

  /// In names of files and cgroups.
  var name: String { "\(id)-\(agent)" }
}
