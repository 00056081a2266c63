import WireProtocol

/// A life that begins anew from a backup, and the loss that its operator accepts.
extension ReferenceModel {
  /// Numbers that a life may draw in each second: ids, and fencing epochs of a resource.
  private static let idsPerSecond: UInt128 = 1 << 20
  private static let fencesPerSecond: UInt128 = 1 << 32

  mutating func restore(_ command: RestoreCommand) -> ModelOutcome {
    let isNewer = command.incarnation > incarnation && command.incarnation > UInt64(keyEpoch)
    if !isNewer || command.incarnation >= 1 << 32 { return ModelOutcome(.termsInvalid, field: 0) }
    guard let validity = Self.validity(command.validity) else { return ModelOutcome(.termsInvalid, field: 8) }
    let seconds = UInt128(command.incarnation - incarnation)
    let counters = [
      \Self.lastResource, \.lastLease, \.lastSession, \.lastDebitKey, \.lastReservation, \.lastFunding, \.paymentCount,
      \.lastVoucher, \.lastEcash,
    ]
    if counters.contains(where: {
      UInt128(self[keyPath: $0]) + seconds * Self.idsPerSecond >= UInt128(Self.ecashBit - 1)
    }) {
      return ModelOutcome(.noSpace)
    }
    if resources.values.contains(where: { UInt128($0.lastEpoch) + seconds * Self.fencesPerSecond >= 1 << 64 }) {
      return ModelOutcome(.noSpace)
    }
    endKeyEpochs(at: max(now, min(command.now, AuditLimits.instantMax)))
    if let limit = makePlace(atMost: AuditLimits.keyEpochCountMax) { return limit }
    begin(UInt32(command.incarnation), command.algorithm, validity)
    incarnation = command.incarnation
    loseAll(at: command.now)
    holds = []
    for counter in counters { self[keyPath: counter] += UInt64(seconds * Self.idsPerSecond) }
    let fences = UInt64(seconds * Self.fencesPerSecond)
    for id in resources.keys { resources[id]?.lastEpoch += fences }
    for id in leases.keys { leases[id]?.epoch += fences }
    if command.flags.contains(.lossy) {
      for index in keyEpochs.indices.dropLast() { keyEpochs[index].isQuarantined = true }
      quarantineEnd = UInt32(command.incarnation)
      loseMints()
      (sessions, sessionsByHash, receiptCount) = ([:], [:], 0)
      for (id, auction) in auctions where auction.isSealed && auction.isUndecided { auctions[id]?.isExcused = true }
    }
    return ModelOutcome(.ok)
  }

  mutating func acceptLoss(_ command: AcceptLossCommand) -> ModelOutcome {
    let worth = keyEpochs.reduce(0) { $0 + ($1.isQuarantined ? $1.outstandingAmount : 0) }
    if command.amount < worth { return ModelOutcome(.amountInvalid, detail: worth) }
    for index in keyEpochs.indices { keyEpochs[index].isQuarantined = false }
    quarantineEnd = 0
    return .ok(AcceptLossReply(amount: worth))
  }

  /// Whether notes of an epoch are in quarantine; it may be one of which only the life that was lost knew.
  func isQuarantined(_ keyEpoch: UInt32) -> Bool {
    keyEpochs.first { $0.number == keyEpoch }?.isQuarantined ?? (keyEpoch > 0 && keyEpoch < quarantineEnd)
  }
}
