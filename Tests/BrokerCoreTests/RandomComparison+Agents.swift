import Audit
import BrokerCore
import WireProtocol

/// What is compared of agents and of what they provide.
extension RandomComparison {
  /// SERVICE of a lease.
  func compareService(_ id: UInt64) -> String? {
    guard let expected = model.service(id) else { return nil }
    guard case .reply(let reply) = core.service(id) else {
      return "SERVICE of \(id): core does not know it; model \(expected)"
    }
    return reply == expected ? nil : "SERVICE of \(id): \(RandomDescription.difference(reply, expected))"
  }

  /// Whether there is an agent that is attached, a lease that is pending, and one that was provisioned and runs.
  var hasAgents: Bool {
    let provided = model.leaseIDs.compactMap { model.glimpse($0) }.filter { $0.agent > 0 }
    return provided.contains { $0.state == .pending } && provided.contains { $0.state == .active }
      && model.resourceIDs.contains { model.agents(of: $0).contains(where: \.isAttached) }
  }
}
