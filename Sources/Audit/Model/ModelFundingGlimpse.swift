public import WireProtocol

/// A claim, for a generator of commands.
public struct ClaimGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Its resource.
  public var resource: UInt64
  /// What it is on.
  public var kind: ClaimKind
  /// Its state.
  public var state: FundingState
  /// What of it is still at work.
  public var left: UInt64
  /// What its holder can collect.
  public var due: UInt64
  /// Hash of its key.
  public var keyHash: Bytes16
  /// Instant of its next event.
  public var event: UInt64
}

/// A campaign, for a generator.
public struct CampaignGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Its resource.
  public var resource: UInt64
  /// Its state.
  public var state: FundingState
  /// When it closes.
  public var closesAt: UInt64
  /// What was pledged, of what goal.
  public var pledged: UInt64
  /// See `pledged`.
  public var goal: UInt64
  /// Least pledge.
  public var minimum: UInt64
}

/// An offering, for a generator.
public struct OfferingGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Its resource.
  public var resource: UInt64
  /// Its state.
  public var state: FundingState
  /// What investors get.
  public var kind: OfferingKind
  /// When it closes.
  public var closesAt: UInt64
  /// Most that it takes, what was invested so far, and what every investment is a multiple of.
  public var cap: UInt64
  /// See `cap`.
  public var raised: UInt64
  /// See `cap`.
  public var unit: UInt64
  /// Least investments of its tiers.
  public var tiers: [UInt64]
}

/// A pool, for a generator.
public struct PoolGlimpse: Sendable {
  /// Its id.
  public var id: UInt64
  /// Number of the provider who made it; nil: the operator.
  public var maker: UInt64?
  /// Its name.
  public var name: Name32
  /// Who shares it.
  public var members: [PoolMember]
}

extension ReferenceModel {
  /// Ids of all claims that are kept, in their order.
  public var claimIDs: [UInt64] { claims.keys.sorted() }
  /// Ids of all campaigns that are kept, in their order.
  public var campaignIDs: [UInt64] { campaigns.keys.sorted() }
  /// Ids of all pools, in their order.
  public var poolIDs: [UInt64] { pools.keys.sorted() }

  /// A claim; nil when it is not kept.
  public func claimGlimpse(_ id: UInt64) -> ClaimGlimpse? {
    claims[id].map {
      ClaimGlimpse(
        id: id, resource: $0.resource, kind: $0.kind, state: state(of: $0), left: left(of: $0), due: due(on: $0),
        keyHash: $0.keyHash, event: event(of: $0))
    }
  }

  /// A campaign; nil when it is not kept.
  public func campaignGlimpse(_ id: UInt64) -> CampaignGlimpse? {
    campaigns[id].map {
      CampaignGlimpse(
        id: id, resource: $0.resource, state: $0.state, closesAt: $0.closesAt, pledged: $0.pledged, goal: $0.goal,
        minimum: $0.minimum)
    }
  }

  /// Ids of all offerings that are kept, in their order.
  public var offeringIDs: [UInt64] { offerings.keys.sorted() }

  /// An offering; nil when it is not kept.
  public func offeringGlimpse(_ id: UInt64) -> OfferingGlimpse? {
    offerings[id].map {
      OfferingGlimpse(
        id: id, resource: $0.resource, state: $0.state, kind: $0.terms.kind, closesAt: $0.closesAt, cap: $0.terms.cap,
        raised: $0.raised, unit: $0.terms.unit, tiers: $0.tiers.map(\.from))
    }
  }

  /// A pool; nil: there is none of this id.
  public func poolGlimpse(_ id: UInt64) -> PoolGlimpse? {
    pools[id].map { PoolGlimpse(id: id, maker: $0.maker, name: $0.name, members: $0.members) }
  }

  /// Instant of the next funding event; nil: there is none.
  public var soonestEvent: UInt64? {
    (claims.values.map { event(of: $0) }.filter { $0 > 0 } + campaigns.values.map(\.event)
      + offerings.values.map(\.event) + auctions.values.map(\.event)
      + agents.values.compactMap { $0.outageEnd?.instant })
      .min()
  }

  /// The public lease of a resource; nil: none lives.
  public func publicLease(of resource: UInt64) -> UInt64? {
    guard let id = resources[resource]?.funding.publicLease, leases[id]?.isLive ?? false else { return nil }
    return id
  }
}
