import WireProtocol

/// Revenue: SPLIT_REVENUE, and how what was earned is split between those who share it. At once, piece by piece.
extension ReferenceModel {
  mutating func splitRevenue(_ command: SplitRevenueCommand, _ shares: [RevenueShare]) -> ModelOutcome {
    guard let resource = resources[command.resource] else { return ModelOutcome(.resourceUnknown) }
    if resource.provider != command.provider { return ModelOutcome(.notAuthorized) }
    for (index, share) in shares.enumerated() {
      let standsBefore = shares[..<index].contains { $0.provider == share.provider }
      if share.perMillion == 0 || share.provider == 0 || share.provider == resource.provider || standsBefore {
        return ModelOutcome(.quantityInvalid)
      }
    }
    let left = 1_000_000 - promised(of: resource.id)
    let sum = shares.reduce(UInt64(0)) { $0 + UInt64($1.perMillion) }
    if sum > left { return ModelOutcome(.sharesExceeded, detail: left) }
    let new = shares.count { providers[$0.provider] == nil }
    if providers.count + new > Int(genesis.providerCountMax) { return ModelOutcome(.noSpace) }
    for recipient in resource.recipients { leave(recipient.remainder, to: resource.id) }
    for share in shares where providers[share.provider] == nil { providers[share.provider] = ModelProvider() }
    resources[resource.id]?.recipients = shares.map {
      ModelRecipient(provider: $0.provider, perMillion: $0.perMillion)
    }
    return .ok(SplitRevenueReply(left: left - sum))
  }

  /// What offerings of a resource were promised, in millionths.
  func promised(of resource: UInt64) -> UInt64 {
    offerings.values.reduce(0) { $0 + ($1.resource == resource ? $1.promised : 0) }
  }

  /// Offerings of a resource that share its revenue, in their order.
  func sharing(_ resource: UInt64) -> [UInt64] {
    (resources[resource]?.funding.offerings ?? []).filter { offerings[$0]?.state == .sharing }
  }

  /// Splits revenue that lies in PROVIDER_EARNINGS.
  mutating func split(_ net: UInt64, of resource: UInt64) {
    var left = net
    while left > 0 {
      // No start-up phase ends within a piece.
      var piece = left
      for id in sharing(resource) {
        if let start = offerings[id]?.startLeft, start > 0 { piece = min(piece, start) }
      }
      splitPiece(piece, of: resource)
      left -= piece
    }
  }

  private mutating func splitPiece(_ piece: UInt64, of resource: UInt64) {
    guard var owner = resources[resource] else { return }
    var ownersShare: UInt64 = 1_000_000
    func units(_ perMillion: UInt64, _ remainder: inout UInt64) -> UInt64 {
      let parts = UInt128(piece) * UInt128(perMillion) + UInt128(remainder)
      remainder = UInt64(parts % 1_000_000)
      return UInt64(parts / 1_000_000)
    }
    for index in owner.recipients.indices {
      let perMillion = UInt64(owner.recipients[index].perMillion)
      providers[owner.recipients[index].provider]?.earnings += units(perMillion, &owner.recipients[index].remainder)
      ownersShare -= perMillion
    }
    for id in sharing(resource) {
      guard var offering = offerings[id] else { continue }
      let share = UInt64(offering.share)
      let revenue = units(share, &offering.remainder)
      ownersShare -= share
      offering.startLeft -= min(piece, offering.startLeft)
      let back = offering.distribute(revenue)
      offering.taken = offering.taken + revenue - back
      offerings[id] = offering
      ledger.move(revenue - back, from: .providerEarnings, to: .investorEarnings, of: resource, for: id)
      providers[owner.provider]?.earnings += back
    }
    providers[owner.provider]?.earnings += units(ownersShare, &owner.ownersRemainder)
    resources[resource] = owner
  }

  /// A recipient goes: its remainder is the provider's.
  mutating func leave(_ remainder: UInt64, to resource: UInt64) {
    guard let owner = resources[resource] else { return }
    let parts = owner.ownersRemainder + remainder
    resources[resource]?.ownersRemainder = parts % 1_000_000
    providers[owner.provider]?.earnings += parts / 1_000_000
  }

  /// All remainders of a resource's recipients: whole units, in millionths.
  func remainders(of resource: ModelResource) -> UInt64 {
    sharing(resource.id).reduce(resource.ownersRemainder + resource.recipients.reduce(0) { $0 + $1.remainder }) {
      $0 + (offerings[$1]?.remainder ?? 0)
    }
  }
}
