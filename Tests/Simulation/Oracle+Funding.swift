import WireProtocol

/// What is told of gifts: DONATE, SPEND_DONATIONS, pools, FUNDING.
extension Oracle {
  /// A request that funds was accepted.
  func fundingAccepted(_ errand: Errand, _ answer: Answer, of client: Client) {
    switch errand.opcode {
    case .donate: donated(errand, answer)
    case .spendDonations: spent(errand, answer)
    case .setPool: setPool(errand, answer)
    case .describePool: described(errand, answer)
    case .match, .schedule, .pledge, .invest, .bid: promised(errand, answer)
    case .openAuction: openedAuction(errand, answer)
    case .raiseBid: raised(errand, answer)
    case .revealBid: revealed(errand, answer)
    case .refuseBid: refusedBid(errand, answer)
    case .describeAuction: described(auction: errand, answer)
    case .describeBid: described(bid: errand, answer)
    case .transcript: toldTranscript(errand, answer)
    case .mailbox: toldMailbox(errand, answer)
    case .openOffering: openedOffering(errand, answer)
    case .describeOffering: described(offering: errand, answer)
    case .splitRevenue: splitRevenue(errand, answer)
    case .openCampaign: openedCampaign(errand, answer)
    case .cancel: cancelled(errand, answer)
    case .claim: claimed(errand, answer, of: client)
    case .rotateClaim: rotated(errand, answer)
    case .checkClaim: checkedClaim(errand, answer)
    case .funding: toldFunding(errand, answer)
    case .statement: toldStatement(errand, answer)
    default: break
    }
  }

  // MARK: Gifts

  private func donated(_ errand: Errand, _ answer: Answer) {
    guard let reply = answer.part(DonateReply.self) else { return }
    expect(
      reply.credited == errand.paid,
      "DONATE \(errand.number) took \(errand.paid), and says that it gave \(reply.credited)")
    if let lease = errand.changes {
      expect(
        reply.lease == lease.id && reply.matched == 0,
        "DONATE to lease \(lease.id) went to lease \(reply.lease), and was matched by \(reply.matched)")
      credit(errand.paid, to: lease, errand)
      // It may have revived the lease, and the reply does not say so.
      lease.epochUnknownSince = eventCount
      learn(paidUntil: reply.deadline, of: lease)
      let isAlone = errand.wasQuiet && lease.isQuiet && lease.stamp == errand.stamp + 2 && !answer.isReplayed
      lease.told = nil
      if isAlone { tell(lease, deadline: reply.deadline, state: nil, epoch: nil, at: errand.sentAt) }
    } else if let resource = errand.resource {
      judge(reply.matched, of: errand, resource)
      resource.funding.matched += reply.matched
      judgePublicLease(reply.lease, of: resource, errand)
      if let lease = resource.funding.publicLease, lease.id == reply.lease {
        learn(paidUntil: reply.deadline, of: lease)
      }
    } else {
      expect(
        reply.matched == 0 && reply.lease == 0 && reply.deadline == 0,
        "DONATE \(errand.number) to a pool went to lease \(reply.lease), and was matched by \(reply.matched)")
    }
  }

  /// What sponsors add to a donation: each what its deposit says, as far as something is left.
  private func judge(_ matched: UInt64, of errand: Errand, _ resource: KnownResource) {
    var (least, most) = (UInt64(0), UInt64(0))
    for deposit in resource.funding.matches {
      let whole = deposit.match(of: errand.paid)
      let wasEnded = deposit.state != .open && deposit.stateOrder <= errand.firstOrder
      if !wasEnded { most += min(whole, deposit.stateOrder <= errand.firstOrder ? deposit.left : whole) }
      let isSure = deposit.madeOrder <= errand.firstOrder && deposit.cancelCount == 0 && deposit.end > now
      if isSure, deposit.state == .open { least += min(whole, UInt64(max(0, deposit.leftLeast + Int64(whole)))) }
    }
    expect(
      matched >= least && matched <= most,
      "a donation of \(errand.paid) to resource \(resource.id) was matched by \(matched), deposits give from \(least) to \(most)"
    )
  }

  private func spent(_ errand: Errand, _ answer: Answer) {
    guard let resource = errand.resource, let reply = answer.part(SpendDonationsReply.self) else { return }
    expect(
      reply.amount > 0 && (errand.amount == 0 ? reply.left == 0 : reply.amount == errand.amount),
      "SPEND_DONATIONS of \(errand.amount) moved \(reply.amount), and left \(reply.left)")
    expect(
      reply.amount + reply.left >= errand.purseFloor,
      "resource \(resource.id) had \(errand.purseFloor) donated, and has \(reply.amount) + \(reply.left)")
    expect(reply.balance >= reply.amount, "lease \(reply.lease) was given \(reply.amount), and has \(reply.balance)")
    judgePublicLease(reply.lease, of: resource, errand)
    if let lease = resource.funding.publicLease, lease.id == reply.lease { learn(paidUntil: reply.deadline, of: lease) }
    // Nobody else takes from it.
    guard errand.quietStamp == resource.funding.takerCount, resource.funding.takersUnderWay == 0 else { return }
    resource.funding.purse = max(resource.funding.purse, reply.left)
  }

  /// A refusal to spend what is there.
  func judgePurse(_ errand: Errand, _ status: Status) {
    guard let resource = errand.resource else { return }
    if status == .leaseUnknown { return judgePublicLease(0, of: resource, errand) }
    expect(
      max(errand.amount, 1) > errand.purseFloor,
      "resource \(resource.id) had \(errand.purseFloor) donated, and cannot spend \(errand.amount)")
  }

  /// The public lease is the open lease that was granted last, while it lives.
  func judgePublicLease(_ id: UInt64, of resource: KnownResource, _ errand: Errand) {
    guard let lease = resource.funding.publicLease else { return }
    // Another may have been granted, and nobody told of it yet.
    let isLast = lease.grantedOrder <= errand.firstOrder && resource.funding.takersUnderWay == 0
    guard isLast else { return }
    let isPaid = lease.paidUntil >= now && !lease.isRevoked && resource.isFlat && !mayBeLost(lease)
    expect(
      id == 0 ? !isPaid : id == lease.id && !errand.wasEnded,
      "the public lease of resource \(resource.id) is \(id); the last one is \(lease.id), paid until \(lease.paidUntil)"
    )
  }

  // MARK: Pools

  private func setPool(_ errand: Errand, _ answer: Answer) {
    guard let pool = errand.pool, let reply = answer.part(SetPoolReply.self) else { return }
    expect(!pool.isTold || pool.id == reply.pool, "pool \(pool.id) was set, and is pool \(reply.pool)")
    (pool.id, pool.current) = (reply.pool, errand.version)
  }

  private func described(_ errand: Errand, _ answer: Answer) {
    guard let pool = errand.pool, let reply = answer.part(DescribePoolReply.self) else { return }
    let members = answer.records(PoolMember.self)
    let isQuiet = errand.quietStamp == pool.changeCount
    let versions = isQuiet ? [pool.current].compactMap { $0 } : pool.versions
    expect(
      reply.pool == pool.id && versions.contains { $0.name == reply.name && $0.records == members },
      "pool \(pool.id) is \(reply.pool), \(reply.name.string), with \(members.count) members, and was never set so")
    expect(
      reply.donated >= errand.sumFloor && reply.donated <= pool.donated.most
        && reply.donationCount >= errand.countFloor && reply.donationCount <= pool.donationCount.most,
      "pool \(pool.id) was given \(reply.donated) in \(reply.donationCount), clients were told of \(errand.sumFloor) in \(errand.countFloor), and asked for \(pool.donated.most)"
    )
  }

  // MARK: FUNDING

  private func toldFunding(_ errand: Errand, _ answer: Answer) {
    guard let resource = errand.resource, let reply = answer.part(FundingReply.self) else { return }
    let sums = FundingSums(reply)
    let what = "funding of resource \(resource.id)"
    if let excess = errand.sums.excess(over: sums) { blame("\(what), told before and now: \(excess)") }
    let most = resource.funding.most(from: errand.sentAt, at: now)
    if let excess = sums.excess(over: most) { blame("\(what), now and at most: \(excess)") }
    if let told = resource.funding.told, told.order <= errand.order, let excess = told.sums.excess(over: sums) {
      blame("\(what) fell: \(excess)")
    }
    judgePublicLease(reply.lease, of: resource, errand)
    if let lease = resource.funding.publicLease, lease.id == reply.lease, let state = LeaseState(rawValue: reply.state)
    {
      if errand.order >= lease.paidUntilOrder { judgePaidUntil(reply.deadline, state, of: lease) }
      judgeReach(reply.deadline, of: lease, paidBy: reply.balance + 1)
      learn(paidUntil: reply.deadline, of: lease)
    }
    if errand.quietStamp == resource.funding.takerCount {
      expect(
        reply.donations >= errand.purseFloor,
        "\(what): \(errand.purseFloor) waited in the purse, and \(reply.donations) do")
      resource.funding.purse = max(resource.funding.purse, reply.donations)
    }
    accrue(net(reply.earned), to: resource, errand)
    judgeEntries(answer.records(FundingEntry.self), of: resource, reply, errand)
  }
}
