public import WireProtocol

/// What a generator of commands wants to know of a lease, to aim well.
public struct LeaseGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Its resource.
  public var resource: UInt64
  /// Its state, as it was at the last boundary.
  public var state: LeaseState
  /// Whether nobody owns it.
  public var isOpen: Bool
  /// Generation and hash of its owner key, and the highest use number of it.
  public var generation: UInt32
  /// See `generation`.
  public var keyHash: Bytes16
  /// See `generation`.
  public var useNumber: UInt64
  /// Units it holds.
  public var units: UInt32
  /// Money in its purse as it was settled.
  public var own: UInt64
  /// See `own`.
  public var given: UInt64
  /// Last instant that is paid.
  public var deadline: UInt64
  /// Instant of the next thing that happens to it.
  public var nextInstant: UInt64
  /// Its debit keys.
  public var debitKeys: [DebitKeyGlimpse]
  /// Its open reservations.
  public var reservations: [ReservationGlimpse]
  /// Its open chains.
  public var chains: [ChainGlimpse]
  /// Its fencing epoch.
  public var epoch: UInt64
  /// Number of the agent that provides it, 0: none; and where.
  public var agent: UInt32
  /// See `agent`.
  public var endpoint: Text96
  /// Last instant up to which its lost agent is taken to keep the gate open; nil: it is there, or there is none.
  public var knownDeadline: UInt64?
  /// What a report that its gate was shut can give it at most, and the time for which none gives anything.
  public var owed: UInt64
  /// See `owed`.
  public var stood: UInt64
}

/// An agent of a resource, for a generator.
public struct AgentGlimpse: Sendable {
  /// Its number.
  public var number: UInt32
  /// Whether it provisions leases.
  public var provisions: Bool
  /// Whether it is attached.
  public var isAttached: Bool
  /// When its outage ends; nil: it has none.
  public var outageEnd: UInt64?
  /// Number of the last REPORT that was taken.
  public var reportNumber: UInt64
}

/// A debit key, for a generator.
public struct DebitKeyGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Hash of the key.
  public var keyHash: Bytes16
  /// The highest use number of it.
  public var useNumber: UInt64
  /// What it may still debit now.
  public var allowance: UInt64
}

/// An open chain, for a generator.
public struct ChainGlimpse: Sendable {
  /// Its number.
  public var number: UInt32
  /// Index of the last word that was shown, and how many there are.
  public var index: UInt32
  /// See `index`.
  public var length: UInt32
}

/// An open reservation, for a generator.
public struct ReservationGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Who made it.
  public var actor: Actor
  /// Greatest quantity.
  public var quantityMax: UInt64
  /// When it goes back.
  public var until: UInt64
}

extension ReferenceModel {
  /// A lease, live or ended; nil when it is not remembered.
  public func glimpse(_ id: UInt64) -> LeaseGlimpse? {
    guard let lease = leases[id] else { return nil }
    return LeaseGlimpse(
      id: id, resource: lease.resource, state: lease.state, isOpen: lease.isOpen, generation: lease.generation,
      keyHash: lease.keyHash, useNumber: lease.uses.highest, units: lease.units, own: lease.own, given: lease.given,
      deadline: deadline(of: lease), nextInstant: nextInstant(of: lease),
      debitKeys: lease.debitKeys.compactMap { debitKeys[$0] }.map {
        DebitKeyGlimpse(
          id: $0.id, keyHash: $0.keyHash, useNumber: $0.uses.highest, allowance: $0.allowance(at: now))
      },
      reservations: openReservations(of: lease).map {
        ReservationGlimpse(id: $0.id, actor: $0.actor, quantityMax: $0.quantityMax, until: $0.until)
      },
      chains: lease.chains.map { ChainGlimpse(number: $0.number, index: $0.index, length: $0.length) },
      epoch: lease.epoch, agent: lease.service?.agent ?? 0, endpoint: lease.service?.endpoint ?? Text96(),
      knownDeadline: lease.loss?.known, owed: lease.owed, stood: lease.stood)
  }

  /// Last instant that is paid, as it is now: that of a lease that stands moves on.
  private func deadline(of lease: ModelLease) -> UInt64 {
    lease.loss == nil ? lease.deadline : projected(lease.id)?.deadline ?? lease.deadline
  }

  /// When something happens to a lease, to begin to stand included.
  private func nextInstant(of lease: ModelLease) -> UInt64 {
    if let next = lease.nextInstant { return next }
    if let from = lease.standsFrom, from > now { return from }
    return lossEnd(of: lease)
  }

  /// Agents of a resource that ever attached, in their order.
  public func agents(of resource: UInt64) -> [AgentGlimpse] {
    agents.filter { $0.key.resource == resource }.sorted { $0.key.number < $1.key.number }.map {
      AgentGlimpse(
        number: $0.key.number, provisions: $0.value.provisions, isAttached: $0.value.isAttached,
        outageEnd: $0.value.outageEnd?.instant, reportNumber: $0.value.reportNumber)
    }
  }

  /// Instant of the next thing that happens to any lease.
  public var soonestBoundary: UInt64? {
    leases.values.map { min(nextInstant(of: $0), openReservations(of: $0).map(\.until).min() ?? .max) }.min()
  }

  /// Instants until which key epochs are valid, of those that have not ended.
  public var keyEpochEnds: [UInt64] { keyEpochs.filter { !$0.hasEnded }.compactMap(\.validUntil) }
  /// Key epochs whose notes are no longer taken.
  public var endedKeyEpochs: Set<UInt32> { Set(keyEpochs.filter(\.hasEnded).map(\.number)) }
  /// The key epoch that issues.
  public var keyEpoch: UInt32 { keyEpochs[keyEpochs.count - 1].number }

  /// Notes that it has made.
  public var issuedNoteCount: UInt64 { UInt64(keyEpochs[keyEpochs.count - 1].issued.count) }

  /// A session's floor, the numbers of its receipts, and when it is dropped if it is not used.
  public func session(_ id: UInt64) -> (floor: UInt64, numbers: [UInt64], end: UInt64)? {
    sessions[id].map { ($0.floor, $0.receipts.keys.sorted(), $0.usedAt + AuditLimits.sessionMilliseconds) }
  }

  /// What a provider has earned and not withdrawn; nil: the operator's fees.
  public func earnings(_ provider: UInt64?) -> UInt64 {
    guard let provider else { return fees }
    return providers[provider]?.earnings ?? 0
  }
}
