import WireProtocol

/// Resources and their terms.
extension ReferenceModel {
  /// Offset within Terms of the first field that is wrong.
  static func fault(in terms: Terms) -> UInt16? {
    let longest = UInt64(WireLimits.durationMillisMax)
    if terms.price == 0 { return 0 }
    if terms.period == 0 || terms.period > longest { return 8 }
    if terms.throttledPrice == 0 || terms.throttledPrice > terms.price { return 16 }
    if terms.shortest == 0 || terms.shortest > longest { return 24 }
    if terms.longest < terms.shortest || terms.longest > longest { return 32 }
    if terms.low < terms.throttle || terms.low > longest { return 40 }
    if terms.throttle > longest { return 48 }
    if terms.grace > longest { return 56 }
    func isRight(_ duration: UInt64) -> Bool {
      isProvisioned(terms) ? duration > 0 && duration <= longest : duration == 0
    }
    if !isRight(terms.provision) { return 64 }
    if !isRight(terms.outage) { return 72 }
    if terms.units == 0 { return 112 }
    return nil
  }

  mutating func configure(_ command: ConfigureCommand) -> ModelOutcome {
    if command.feePerMillion > 1_000_000 { return ModelOutcome(.malformed) }
    feePerMillion = command.feePerMillion
    claimMinimum = max(1, command.claimMinimum)
    loseAll(at: command.now)
    holds = []
    return ModelOutcome(.ok)
  }

  mutating func register(_ command: RegisterCommand) -> ModelOutcome {
    if !command.name.isValid { return ModelOutcome(.nameInvalid, field: 0) }
    if let other = resources.values.first(where: { $0.name == command.name }) {
      return ModelOutcome(.nameTaken, detail: other.id)
    }
    if let offset = Self.fault(in: command.terms) { return ModelOutcome(.termsInvalid, field: 32 + offset) }
    let isNew = providers[command.provider] == nil
    if resources.count >= Int(genesis.resourceCountMax)
      || isNew && providers.count >= Int(genesis.providerCountMax)
    {
      return ModelOutcome(.noSpace)
    }
    if isNew { providers[command.provider] = ModelProvider() }
    lastResource += 1
    let id = id(lastResource)
    resources[id] = ModelResource(id: id, provider: command.provider, name: command.name, terms: command.terms)
    return .ok(RegisterReply(resource: id))
  }

  mutating func update(_ command: UpdateCommand) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if resource.provider != command.provider { return ModelOutcome(.notAuthorized) }
    if let offset = Self.fault(in: command.terms) { return ModelOutcome(.termsInvalid, field: 8 + offset) }
    if UInt128(resource.unitsLeased) * UInt128(command.terms.price) > UInt128(WireLimits.moneyMax) {
      return ModelOutcome(.amountOverflow)
    }
    if Self.isProvisioned(command.terms) != Self.isProvisioned(resource.terms), resource.leaseCount > 0 {
      return ModelOutcome(.termsChangePending, detail: UInt64(resource.leaseCount))
    }
    let pending = leasesOnFormerTerms(command.resource)
    let changesLater = ModelPrices(command.terms) != ModelPrices(resource.terms)
    if changesLater, pending > 0 { return ModelOutcome(.termsChangePending, detail: UInt64(pending)) }
    if changesLater {
      for (id, lease) in leases where lease.resource == command.resource && (lease.isRunning || lease.isPending) {
        var lease = lease
        lease.newPrices = ModelPrices(command.terms)
        if lease.isRunning { lease.switchAt = lease.deadline + 1 }
        leases[id] = lease
        note(lease)
      }
    }
    resources[command.resource]?.terms = command.terms
    resources[command.resource]?.version += 1
    let version = resource.version + 1
    return .ok(UpdateReply(version: version, leases: UInt64(leasesOnFormerTerms(command.resource))))
  }

  /// Live leases of a resource that have not yet switched to its current terms.
  func leasesOnFormerTerms(_ resource: UInt64) -> Int {
    leases.values.count { $0.resource == resource && $0.newPrices != nil }
  }

  /// Earliest instant at which `units` are free if nobody does anything; 0: they are.
  func earliestFree(_ units: UInt32, of resource: ModelResource) -> UInt64 {
    let onHold = unitsHeld(of: resource.id)
    if resource.unitsLeased + onHold + UInt64(units) <= UInt64(resource.terms.units) { return 0 }
    if onHold > 0 { return now }
    var held = resource.unitsLeased
    let live = leases.values.filter { $0.resource == resource.id && $0.isLive }
    let ends = live.map {
      (instant: min($0.expiry(reservations: openReservations(of: $0)), lossEnd(of: $0)), units: $0.units)
    }
    for end in ends.sorted(by: { $0.instant < $1.instant }) {
      held -= UInt64(end.units)
      if held + UInt64(units) <= UInt64(resource.terms.units) { return end.instant }
    }
    return .max
  }
}
