import WireProtocol

/// What is told of offerings: OPEN_OFFERING, INVEST, DESCRIBE_OFFERING, and their entries of FUNDING.
extension Oracle {
  func openedOffering(_ errand: Errand, _ answer: Answer) {
    guard let offering = errand.offering, let reply = answer.part(OpenOfferingReply.self) else { return }
    judge(reply.closesAt, isAfter: offering.terms.duration, errand)
    (offering.id, offering.closesAt, offering.madeOrder) = (reply.offering, reply.closesAt, eventCount)
    register(offering.id, .offering(offering))
  }

  func judge(investment reply: InvestReply, in offering: KnownOffering, _ errand: Errand) {
    let (what, terms) = ("offering \(offering.id) took \(reply.amount)", offering.terms)
    expect(
      errand.earliest < offering.closesAt && reply.closesAt == offering.closesAt,
      "\(what) at \(errand.earliest) or later, until \(reply.closesAt), and closed at \(offering.closesAt)")
    expect(
      terms.tier(of: reply.amount) != nil && reply.amount.isMultiple(of: terms.unit),
      "\(what), in units of \(terms.unit) from \(terms.tiers.first?.from ?? 0) on")
    expect(
      reply.raised >= errand.sumFloor + reply.amount && reply.raised <= min(offering.raised.most, terms.cap),
      "\(what), and raised \(reply.raised) of \(terms.cap); clients were told of \(errand.sumFloor) before, and asked for \(offering.raised.most)"
    )
  }

  func cancelled(_ offering: KnownOffering, _ reply: CancelReply, _ errand: Errand) {
    expect(errand.earliest <= offering.closesAt, "offering \(offering.id) is cancelled after its closing")
    expect(
      reply.amount >= errand.sumFloor && reply.amount <= offering.raised.most,
      "\(reply.amount) is due of cancelled offering \(offering.id), from \(errand.sumFloor) to \(offering.raised.most) were invested"
    )
    expect(
      offering.state == .open || offering.state == .cancelled,
      "offering \(offering.id) is \(offering.state), and cancelled")
    tell(.cancelled, of: offering)
  }

  // MARK: How an offering stands

  /// A state that was told of it: by what was invested, and the time.
  func judge(_ state: FundingState, of offering: KnownOffering, _ errand: Errand) {
    let what = "offering \(offering.id), until \(offering.closesAt), with \(offering.raised.most) at most, is \(state)"
    if errand.order >= offering.stateOrder {
      let isNext = offering.state == .open || offering.state == .sharing && state == .ended
      expect(isNext || offering.state == state, "\(what), and was \(offering.state)")
    }
    switch state {
    case .open: expect(offering.closesAt > errand.sentAt, "\(what) at \(errand.sentAt) or later")
    case .sharing:
      expect(offering.closesAt <= now && offering.raised.most > 0, "\(what) at \(now)")
      expect(offering.endsAt == 0 || offering.endsAt > errand.sentAt, "\(what), and shares until \(offering.endsAt)")
    case .ended:
      let earliest = offering.raised.told > 0 ? offering.endsAtEarliest : offering.closesAt
      expect(earliest <= now, "\(what) at \(now), before \(earliest)")
    case .cancelled: expect(offering.cancelCount > 0, "\(what), and nobody cancelled it")
    case .reached, .missed, .revealing, .awarded, .sponsoring: blame("\(what), which no offering is")
    }
    if errand.order >= offering.stateOrder { tell(state, of: offering) }
  }

  private func tell(_ state: FundingState, of offering: KnownOffering) {
    coverage.count(offering.terms.kind, state, after: offering.state)
    (offering.state, offering.stateOrder) = (state, eventCount)
    // It was what had been invested.
    if state == .cancelled { offering.collected = 0 }
  }

  // MARK: DESCRIBE_OFFERING

  func described(offering errand: Errand, _ answer: Answer) {
    guard let offering = errand.offering, let reply = answer.part(DescribeOfferingReply.self) else { return }
    let terms = offering.terms
    let isSame =
      reply.cap == terms.cap && reply.criterion == terms.criterion && reply.unit == terms.unit
      && reply.closesAt == offering.closesAt && reply.endsAt == offering.endsAt && reply.startShare == terms.startShare
      && reply.share == terms.share && reply.returnPerMillion == terms.returnPerMillion && reply.kind == terms.kind
      && reply.label == terms.label && reply.resource == offering.resource.id
    let tiers = answer.records(TierFigures.self)
    expect(
      isSame && tiers.map(\.from) == terms.tiers.map(\.from) && tiers.map(\.rate) == terms.tiers.map(\.rate),
      "offering \(offering.id) is told of as another one")
    judge(reply.state, of: offering, errand)
    expect(
      reply.raised >= errand.sumFloor && reply.raised <= offering.raised.most && reply.claims >= errand.countFloor
        && reply.claims <= offering.claimCount.most && tiers.reduce(0) { $0 + $1.amount } == reply.raised,
      "offering \(offering.id) has \(reply.raised) in \(reply.claims) investments, clients were told of \(errand.sumFloor) in \(errand.countFloor), and asked for \(offering.raised.most)"
    )
    let hasShared = reply.state == .sharing || reply.state == .ended && reply.raised > 0
    guard hasShared, tiers.count == terms.tiers.count else {
      return expect(
        reply.earned == 0 && tiers.allSatisfy { $0.earned == 0 && $0.retired == 0 },
        "offering \(offering.id) is \(reply.state), and has got \(reply.earned)")
    }
    judge(tiers, of: offering, reply, errand)
  }

  /// What tiers got is what the offering got, by what they weigh, to the unit.
  private func judge(
    _ tiers: [TierFigures], of offering: KnownOffering, _ reply: DescribeOfferingReply, _ errand: Errand
  ) {
    let what = "offering \(offering.id) has got \(reply.earned), its tiers \(tiers.map(\.earned))"
    let sum = tiers.reduce(0) { $0 + $1.earned }
    // With the last tier go the units that were nobody's.
    let isFull = tiers.allSatisfy { $0.amount == 0 || $0.retired == 1 }
    for tier in tiers {
      let target = offering.target(of: tier.amount)
      expect(
        tier.target == target ?? 0 && tier.earned <= target ?? .max
          && (tier.retired == 1) == (tier.amount > 0 && tier.earned == target),
        "\(what), and is to get \(tier.target) for \(tier.amount), retired \(tier.retired)")
    }
    let shares = offering.shares(of: reply.earned, investedIn: tiers.map(\.amount))
    expect(tiers.map(\.earned) == shares, "\(what), and are to get \(shares)")
    if tiers.contains(where: { $0.retired == 1 }) { coverage.count(.tierRetired) }
    expect(sum <= reply.earned && reply.earned < sum + UInt64(tiers.count), "\(what), \(sum) in all")
    expect(
      zip(tiers, errand.tierFloors).allSatisfy { $0.earned >= $1 }
        && (reply.earned >= errand.gotFloor || isFull && reply.earned == sum),
      "\(what), and had got \(errand.gotFloor), its tiers \(errand.tierFloors)")
    expect(
      reply.startLeft <= errand.startLeftMost,
      "\(what) with \(reply.startLeft) to come at first, and \(errand.startLeftMost) were told before")
    if offering.startLeft > 0, reply.startLeft == 0 { coverage.count(.startPhaseOver) }
    offering.tierAmounts = tiers.map(\.amount)
    for (index, tier) in tiers.enumerated() { offering.tierGot[index] = max(offering.tierGot[index], tier.earned) }
    offering.earned = isFull ? reply.earned : max(offering.earned, reply.earned)
    offering.startLeft = min(offering.startLeft, reply.startLeft)
  }

  // MARK: FUNDING

  func judge(
    offerings entries: [FundingEntry], of resource: KnownResource, _ reply: FundingReply, _ errand: Errand
  ) {
    for entry in entries { judge(offering: entry, of: resource, reply, errand) }
    for offering in resource.funding.offerings
    where offering.madeOrder <= errand.firstOrder && now < offering.forgottenAtEarliest {
      expect(
        entries.contains { $0.id == offering.id }, "offering \(offering.id) of resource \(resource.id) is not told of")
    }
  }

  private func judge(
    offering entry: FundingEntry, of resource: KnownResource, _ reply: FundingReply, _ errand: Errand
  ) {
    // One that nobody was told of yet.
    guard let offering = resource.funding.offerings.first(where: { $0.id == entry.id }) else {
      return expect(
        resource.funding.offerings.contains { !$0.isTold }, "offering \(entry.id) is told of, and nobody made it")
    }
    let hasShared = entry.state == .sharing || entry.state == .ended
    let share = UInt32(truncatingIfNeeded: entry.detail)
    expect(
      entry.detail >> 32 == UInt64(offering.terms.kind.rawValue) && entry.label == offering.terms.label
        && (share == offering.terms.share || share == offering.terms.startShare)
        && entry.instant == (hasShared ? offering.endsAt : offering.closesAt)
        && (hasShared || entry.goal == offering.terms.cap), "offering \(offering.id) is told of as another one")
    judge(entry.state, of: offering, errand)
    let floor = errand.pledgeFloors[offering.id] ?? (0, 0)
    expect(
      entry.amount >= floor.sum && entry.amount <= offering.raised.most && entry.count >= floor.count
        && entry.count <= offering.claimCount.most,
      "offering \(offering.id) has \(entry.amount) in \(entry.count) investments, clients were told of \(floor.sum) in \(floor.count), and asked for \(offering.raised.most)"
    )
    if entry.state == .open || entry.state == .sharing { judgeShare(entry, of: offering, net(reply.earned), errand) }
  }
}
