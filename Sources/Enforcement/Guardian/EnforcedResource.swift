internal import TurnpikeAgent
internal import TurnpikeClient

/// Whose leases are enforced: a resource of a broker, by one of its agents. Agents of one machine may know nothing of each other, and each
/// broker's first resource is 1, so what an agent keeps is named after all three.
public struct EnforcedResource: Hashable, Sendable {
  /// The resource's id.
  public var id: UInt64
  /// The agent's number.
  public var agent: UInt32
  /// The broker's address.
  public var broker: String

  /// Of a configuration.
  public init(_ resource: AgentConfiguration.Resource) {
    self.init(id: resource.id, agent: resource.setup.number, broker: "\(resource.broker)")
  }

  init(id: UInt64, agent: UInt32, broker: String) {
    self.id = id
    self.agent = agent
    self.broker = broker
  }

  /// In names of files and cgroups: another one for each.
  var name: String {
    "\(id)-\(agent)@" + broker.replacing("%", with: "%25").replacing("/", with: "%2F")
  }
}
