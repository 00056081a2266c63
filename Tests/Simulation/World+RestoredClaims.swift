import TurnpikeCrypto
import WireProtocol

/// Claims in a life that has forgotten what was done after a backup. They follow the rules of other owed money: what was due is due,
/// and paid in notes of the new life; a note from before is in quarantine; and what the lost life paid is worth nothing where the new
/// one pays too.
extension World {
  private static let collectedCountMax = 6

  /// What is known of claims, campaigns and offerings now.
  func copyClaims() -> ([KnownClaim], [KnownCampaign], [KnownOffering], [KnownAuction]) {
    var resources: [UInt64: KnownResource] = [:]
    func copy(_ resource: KnownResource) -> KnownResource {
      if let copy = resources[resource.id] { return copy }
      let copy = KnownResource(id: resource.id, provider: resource.provider, terms: resource.current)
      resources[resource.id] = copy
      return copy
    }
    var copies: [ObjectIdentifier: KnownCampaign] = [:]
    let campaigns = campaigns.filter { $0.isTold && !$0.isForgotten }.map { campaign in
      let copied = campaign.copy(of: copy(campaign.resource))
      copies[ObjectIdentifier(campaign)] = copied
      return copied
    }
    var others: [ObjectIdentifier: KnownOffering] = [:]
    let offerings = offerings.filter { $0.isTold && !$0.isForgotten }.map { offering in
      let copied = offering.copy(of: copy(offering.resource))
      others[ObjectIdentifier(offering)] = copied
      return copied
    }
    var bidIn: [ObjectIdentifier: KnownAuction] = [:]
    let auctions = auctions.filter { $0.isTold && !$0.isForgotten }.map { auction in
      let copied = auction.copy(of: copy(auction.resource))
      copied.backedUp(oracle.time)
      bidIn[ObjectIdentifier(auction)] = copied
      return copied
    }
    let claims = claims.filter { $0.isTold && !$0.isForgotten }.compactMap { claim -> KnownClaim? in
      switch claim.terms {
      case .pledge(let campaign):
        copies[ObjectIdentifier(campaign)].map { claim.copy(.pledge($0), of: $0.resource) }
      case .investment(let offering):
        others[ObjectIdentifier(offering)].map { claim.copy(.investment($0), of: $0.resource) }
      case .bid(let bid):
        bidIn[ObjectIdentifier(bid.auction)].map { auction in
          let copied = claim.copy(.bid(bid.copy(in: auction)), of: auction.resource)
          auction.bids.append(copied)
          return copied
        }
      case .schedule, .match: claim.copy(claim.terms, of: copy(claim.resource))
      }
    }
    return (claims, campaigns, offerings, auctions)
  }

  /// What was given before the backup still is.
  func judgeFunding(_ backup: KnownBackup) {
    for (resource, least) in backup.sums {
      guard let reply = answer(tenants[0], FundingRequest(resource: resource))?.part(FundingReply.self) else {
        return oracle.blame("resource \(resource) was registered before the backup, and its funding is not told")
      }
      if let excess = least.excess(over: FundingSums(reply)) {
        oracle.blame("funding of resource \(resource), before the backup and now: \(excess)")
      }
    }
  }

  /// Every line that was told is there; how auctions stand is what follows from them.
  func judgeAuctions() {
    for auction in auctions {
      var count = -1
      while oracle.problem == nil, !auction.isForgotten, let book = auction.book, book.lines.count > count {
        count = book.lines.count
        let request = TranscriptRequest(auction: auction.id, from: UInt32(count))
        _ = answer(tenants[0], request) { ($0.auction, $0.lineFrom) = (auction, count) }
      }
      if auction.isForgotten { continue }
      _ = answer(tenants[0], DescribeAuctionRequest(auction: auction.id)) { $0.auction = auction }
    }
  }

  /// Every claim stands as it was told, or further on; some are collected. Gives notes that the lost life paid for them.
  func judgeClaims(_ lost: World) -> [NoteToken] {
    for claim in claims { _ = answer(tenants[0], CheckClaimRequest(claim: claim.id)) { $0.claim = claim } }
    // Whose key is not certain is nobody's here.
    let certain = claims.filter { !$0.isRotating && !$0.isForgotten }
    var worthless: [NoteToken] = []
    let due = certain.filter(\.isDue)
    // Some of each kind.
    let collected =
      due.filter { $0.offering != nil }.prefix(Self.collectedCountMax)
      + due.filter { $0.offering == nil && $0.bid == nil }.prefix(Self.collectedCountMax)
      + due.filter { $0.bid != nil }.prefix(Self.collectedCountMax)
    for claim in collected {
      let before = claim.notes
      guard let note = collect(claim), claim.notes.contains(note), !before.contains(note) else {
        oracle.blame("claim \(claim.id) has something due after a restore, and pays nothing")
        return []
      }
      coverage.count(.claimPaidAfterLoss)
      // New notes are money at once.
      let answer = exchange(note, isGood: true)
      oracle.expect(answer?.status == .ok, "a note of a new life: \(answer?.status ?? .malformed)")
      // What the lost life paid for it since the backup.
      guard claim.earnings.isWhole else { continue }
      let lostNotes = lost.claims.first { $0.id == claim.id }?.notes ?? []
      for lostNote in lostNotes where isValid(lostNote, lost) && !before.contains(lostNote) {
        coverage.count(
          claim.bid != nil ? .bidLostItsNote : claim.offering == nil ? .claimLostItsNote : .shareLostItsNote)
        worthless.append(lostNote)
      }
    }
    for claim in certain.filter({ $0.noteOrder == 0 && $0.noteKey == $0.key }).prefix(2) {
      guard let note = collect(claim), isValid(note, lost) else { continue }
      let answer = exchange(note, isGood: false)
      oracle.expect(
        answer?.status == .restoreInProgress,
        "the note of a claim that was paid before the backup: \(answer?.status ?? .malformed)")
    }
    return worthless
  }

  /// A new claim is none that the lost life gave to somebody.
  func judgeNewClaim(_ note: NoteToken, on resource: KnownResource, _ lost: World) {
    let request = ScheduleRequest(
      resource: resource.id, keyHash: SHA256.keyHash(draw()), count: 3, first: 0, interval: 1_000, label: Name32())
    guard let reply = answer(tenants[2], request, payment: [note], isGood: true)?.part(ScheduleReply.self) else {
      return
    }
    oracle.expect(!lost.fundingIDs.contains(reply.claim), "claim \(reply.claim) is one of a life that is lost")
  }

  private func collect(_ claim: KnownClaim) -> NoteToken? {
    let request = ClaimRequest(claim: claim.id, key: claim.key, flags: [])
    return answer(tenants[0], request, isGood: true) { ($0.claim, $0.claimKey) = (claim, claim.key) }?.notes.first
  }
}
