import WireProtocol

/// What is told to whoever asks with the key of a claim: the same as of the claim itself.
extension Oracle {
  func toldMailbox(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let reply = answer.part(MailboxReply.self) else { return }
    let (what, entries) = ("the mailbox of claim \(claim.id)", answer.records(MailboxEntry.self))
    expect(
      reply.resource == claim.resource.id && reply.funding == claim.parentID && reply.now >= errand.sentAt
        && reply.now <= now, "\(what) is another's, or of \(reply.now)")
    expect(entries.count == Set(entries.map(\.kind)).count, "\(what) has two of a kind")
    for entry in entries {
      coverage.count(entry.kind, isKept: true)
      expect(
        entry.at > errand.amount && entry.at <= reply.now,
        "\(what): \(entry.kind) at \(entry.at), after \(errand.amount)")
      judge(entry, of: claim, reply, errand)
    }
    guard errand.amount == 0, let bid = claim.bid else { return }
    judge(entries, ofBid: claim, bid.auction, reply, errand)
  }

  private func judge(_ entry: MailboxEntry, of claim: KnownClaim, _ reply: MailboxReply, _ errand: Errand) {
    let what = "\(entry.kind) in the mailbox of claim \(claim.id), a \(claim.kind): \(entry.amount)"
    switch (entry.kind, claim.terms) {
    case (.low, _), (.throttled, _), (.suspended, _): expect(entry.at == reply.now, "\(what), of another time")
    case (.moreFunding, .investment):
      expect(
        claim.resource.terms.contains { $0.policy.contains(.investorsAsked) }, "\(what), and nobody is to be asked")
    case (.campaignReached, .pledge(let campaign)), (.campaignMissed, .pledge(let campaign)):
      let isReached = entry.kind == .campaignReached
      let floor = errand.countFloor
      expect(entry.amount >= floor && entry.amount <= campaign.pledged.most, "\(what), and \(floor) were told before")
      let isEnded =
        isReached
        ? entry.amount >= campaign.goal && entry.instant == campaign.closesAt
        : campaign.cancelCount > 0 || entry.amount < campaign.goal && entry.at == campaign.closesAt
      expect(isEnded && entry.at <= now, "\(what) of \(campaign.goal) at \(entry.at), until \(campaign.closesAt)")
      let state: [FundingState] = isReached ? [.open, .reached] : [.open, .missed, .cancelled]
      expect(
        state.contains(campaign.state) || errand.order < campaign.stateOrder, "\(what), and it is \(campaign.state)")
    case (.refunded, .schedule), (.refunded, .match):
      expect(entry.amount == claim.refund ?? entry.amount && entry.amount <= claim.left, "\(what) of \(claim.left)")
      expect(claim.note == nil || errand.order < claim.noteOrder, "\(what), which was collected")
    case (.refunded, .investment(let offering)):
      expect(entry.amount == claim.amount && offering.cancelCount > 0, "\(what) of \(claim.amount)")
    case (.payoutReady, .investment(let offering)):
      expect(entry.amount > 0 && offering.closesAt < now && offering.state != .cancelled, what)
    case (.outbid, .bid), (.won, .bid), (.refunded, .bid): break
    default: blame("\(what), which says nothing of it")
    }
  }

  /// All that concerns a bid, where its auction's lines are known.
  private func judge(
    _ entries: [MailboxEntry], ofBid claim: KnownClaim, _ auction: KnownAuction, _ reply: MailboxReply, _ errand: Errand
  ) {
    let what = "the mailbox of bid \(claim.id) in auction \(auction.id)"
    func entry(_ kind: NoticeKind) -> MailboxEntry? { entries.first { $0.kind == kind } }
    let refund = entry(.refunded)?.amount ?? 0
    if errand.claimStamp == claim.claimCount, claim.earnings.isWhole {
      let got = refund + claim.earnings.collected
      expect(got >= errand.gotFloor, "\(what): \(refund) is due, and \(errand.gotFloor) was in all")
      claim.earnings.learn(got: got)
    }
    guard errand.bookStamp == auction.changeCount, let book = auction.wholeBook, let bid = book.bids[claim.id],
      let state = auction.standing(at: reply.now)
    else { return }
    let (outbid, won) = (entry(.outbid), entry(.won))
    expect(
      outbid?.at == bid.outbid?.at && outbid?.amount == bid.outbid?.least
        && outbid?.instant ?? book.closesAt == book.closesAt,
      "\(what): outbid at \(outbid?.at ?? 0) with \(outbid?.amount ?? 0), by the transcript at \(bid.outbid?.at ?? 0) with \(bid.outbid?.least ?? 0)"
    )
    let isDecided = state != .open && state != .revealing && state != .cancelled && book.refusedWinner == nil
    let decision = isDecided ? book.decision() : nil
    let right = decision?.winner == claim.id ? decision?.price : nil
    expect(
      won?.amount == right && won?.instant ?? auction.startsAt == auction.startsAt,
      "\(what): won for \(won?.amount ?? 0), by the transcript for \(right ?? 0)")
    guard errand.claimStamp == claim.claimCount, claim.earnings.isWhole else { return }
    let bidState = book.state(of: claim.id, in: state)
    guard let isExcused = bidState == .ended ? auction.isExcused : false else { return }
    let released = book.money(of: claim.id, in: bidState, isExcused: isExcused).released
    expect(
      refund + claim.earnings.collected == released,
      "\(what): \(refund) is due and \(claim.earnings.collected) collected, by the transcript \(released)")
  }
}
