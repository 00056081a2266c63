import WireProtocol

/// Units that are held for an ACQUIRE whose payment waits.
extension ReferenceModel {
  /// Units of a resource that are held now.
  func unitsHeld(of resource: UInt64) -> UInt64 {
    holds.reduce(0) { $0 + ($1.resource == resource && $1.end > now ? UInt64($1.units) : 0) }
  }

  /// Units of a resource that nobody can have: leased, or held.
  func unitsTaken(of resource: ModelResource) -> UInt64 { resource.unitsLeased + unitsHeld(of: resource.id) }

  /// Holds the units of a command that was put off, if it is an ACQUIRE at a resource where that is done, and no more than a
  /// tenth are held.
  mutating func holdUnits(for payment: UInt64, _ view: CommandView, _ bytes: RawSpan) {
    holds.removeAll { $0.end <= now }
    guard view.header.kind == .acquire, let command = AcquireCommand(bytes, at: view.fixedOffset),
      let terms = resources[command.resource]?.terms, terms.policy.contains(.unitsHeld),
      unitsHeld(of: command.resource) + UInt64(command.units) <= UInt64(terms.units / 10)
    else { return }
    holds.append(
      ModelHold(
        payment: payment, resource: command.resource, units: command.units,
        end: now + AuditLimits.unitsHeldMilliseconds))
  }

  /// What a payment held is free.
  mutating func releaseUnits(of payment: UInt64) { holds.removeAll { $0.payment == payment } }
}
