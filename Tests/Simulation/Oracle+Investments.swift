import WireProtocol

/// What is told of investments: what they have got of the revenue, and that each unit of it is collected once.
///
/// What was collected and what is due are together exactly an investment's part of what its tier got. Whoever is paid twice, or loses
/// what was due, has another sum then: whatever was told of the tier before, and whatever is told of it afterwards.
extension Oracle {
  /// What is known of an investment when something is asked of it, perhaps again.
  func noteEarnings(of claim: KnownClaim, _ errand: Errand) {
    (errand.claimStamp, errand.bookStamp) = (claim.claimStamp, claim.bid?.auction.quietStamp)
    if let bid = claim.bid { errand.sumFloor = bid.money.told }
    errand.gotFloor = max(claim.earnings.got, claim.offering?.share(of: claim.amount) ?? 0)
  }

  func noteEarnings(of offering: KnownOffering, _ errand: Errand) {
    (errand.sumFloor, errand.countFloor) = (offering.raised.told, offering.claimCount.told)
    (errand.gotFloor, errand.tierFloors, errand.startLeftMost) = (offering.earned, offering.tierGot, offering.startLeft)
  }

  // MARK: CLAIM

  /// CLAIM was accepted: its note is a new one, or one that was paid before and to the same key.
  func collected(_ note: NoteToken, of claim: KnownClaim, _ errand: Errand, _ answer: Answer, by client: Client) {
    if let paid = claim.earnings.payment(note) { return collectedAgain(note, paid, of: claim, errand, answer) }
    coverage.count(claim.earnings.payments.isEmpty || claim.bid != nil ? .claimPaid : .shareCollected)
    expect(
      !answer.isReplayed || errand.sendCount > 1 || claim.claimCount > 1,
      "investment \(claim.id) gives a note again, and nobody was paid it")
    if let wrong = money.made([note], by: "investment \(claim.id), told by \(client.name)'s CLAIM \(errand.number)") {
      blame(wrong)
    }
    statement.payOut(note.amount, for: KnownStatement.Place(resource: claim.resource.id, subject: claim.id))
    claim.earnings.add(KnownEarnings.Payment(note: note, key: errand.claimKey, order: eventCount))
    (claim.collector, claim.isDue) = (errand, false)
    if let bid = claim.bid { return collected(note, of: claim, bid: bid, errand) }
    guard let offering = claim.offering else { return }
    let what = "investment \(claim.id) of \(claim.amount) in offering \(offering.id)"
    expect(
      offering.closesAt <= now || offering.cancelCount > 0,
      "\(what) pays \(note.amount) at \(now), and the offering is open until \(offering.closesAt)")
    if offering.state == .cancelled {
      return expect(claim.earnings.collected == claim.amount, "\(what) gives back \(claim.earnings.collected)")
    }
    offering.collected += note.amount
    // It may be what was invested, for all that anybody knows.
    if offering.state == .open, offering.cancelCount > 0 { return }
    if offering.endsAtEarliest > now {
      expect(
        note.amount >= claimMinimum, "\(what) pays \(note.amount) while it shares, and \(claimMinimum) is the least")
    } else if offering.state == .ended {
      coverage.count(.shareCollectedAfterEnd)
    }
    offering.learn(got: claim.earnings.collected, of: claim.amount)
    if let final = claim.earnings.final {
      expect(
        claim.earnings.collected <= final, "\(what) has got \(final), and \(claim.earnings.collected) is collected")
    }
  }

  private func collectedAgain(
    _ note: NoteToken, _ paid: KnownEarnings.Payment, of claim: KnownClaim, _ errand: Errand, _ answer: Answer
  ) {
    coverage.count(.claimPaidAgain)
    let what = "investment \(claim.id), CLAIM \(errand.number)"
    expect(note == paid.note, "\(what) was paid \(paid.note.amount) by note \(note.serial), and says \(note.amount)")
    expect(
      answer.isReplayed || errand.order < paid.order,
      "\(what): note \(note.serial) was paid before, and it does not say so")
    expect(errand.claimKey == paid.key, "\(what) gives the note of one who had it to another")
    // A repeat of its own gives what its receipt has.
    guard errand.sendCount == 1, answer.isReplayed else { return }
    if let last = claim.earnings.last(before: errand.firstOrder) {
      expect(
        (last.note.keyEpoch, last.note.serial) <= (note.keyEpoch, note.serial),
        "\(what) gives note \(note.serial) again, and the last one is \(last.note.serial)")
    }
    let isAlone = errand.claimStamp.map { $0 + 1 == claim.claimCount } ?? false
    expect(
      !errand.wasDue || !isAlone || errand.claimFlags.contains(.again),
      "\(what): something is due, and it gives note \(note.serial) again")
  }

  // MARK: ROTATE_CLAIM and CHECK_CLAIM

  func rotated(_ investment: KnownClaim, due: UInt64, _ errand: Errand) {
    // It counts as the one that was under way when it was sent.
    learn(due, on: investment, nil, errand)
    if due == 0 { investment.isDue = false }
  }

  func checked(_ investment: KnownClaim, _ reply: CheckClaimReply, _ errand: Errand) {
    guard let offering = investment.offering else { return }
    let what = "investment \(investment.id) of \(investment.amount), \(reply.state)"
    judge(reply.state, of: offering, errand)
    expect(
      reply.left == (reply.state == .open ? investment.amount : 0), "\(what), has \(reply.left) at work")
    judgeInstant(reply, of: offering, what, errand)
    if errand.claimStamp == investment.claimCount {
      let last = investment.earnings.last?.note.amount ?? 0
      expect(
        reply.paid == last || reply.paid == 0 && investment.rotationCount > 0 || !investment.earnings.isWhole,
        "\(what), was paid \(reply.paid) last, and clients were told of \(last)")
      learn(reply.due, on: investment, reply.state, errand)
      if reply.state == .ended, investment.earnings.isWhole {
        let got = investment.earnings.collected + reply.due
        expect(
          got == investment.earnings.final ?? got, "\(what), has got \(got), and had \(investment.earnings.final ?? 0)")
        investment.earnings.final = got
      }
      if reply.due > 0, reply.due < claimMinimum, reply.state == .sharing { coverage.count(.shareBelowMinimum) }
      let least = reply.state == .sharing ? claimMinimum : 1
      if errand.order >= investment.stateOrder { investment.isDue = reply.due >= least }
    }
    guard errand.order >= investment.stateOrder else { return }
    if reply.state == .ended || reply.state == .cancelled { investment.forgottenAt = reply.instant }
    if reply.state == .cancelled { investment.refund = reply.due }
    tell(reply.state, of: investment)
  }

  /// When something happens to it by itself.
  private func judgeInstant(
    _ reply: CheckClaimReply, of offering: KnownOffering, _ what: String, _ errand: Errand
  ) {
    let kept = KnownClaim.cancelledMilliseconds
    let isRight =
      switch (reply.state, offering.terms.kind) {
      case (.open, _): reply.instant == offering.closesAt
      case (.sharing, .ownership): reply.instant == 0
      case (.sharing, .revenue): reply.instant == offering.endsAt
      case (.sharing, .fixed):
        reply.instant > max(errand.sentAt, offering.closesAt) && reply.instant <= now + KnownOffering.reviewMilliseconds
          && (reply.instant - offering.closesAt).isMultiple(of: KnownOffering.reviewMilliseconds)
      case (.ended, .revenue): reply.instant == offering.endsAt + kept
      case (.ended, _):
        reply.instant <= now + kept && reply.instant > offering.closesAt + kept
          && (reply.instant - kept - offering.closesAt).isMultiple(of: KnownOffering.reviewMilliseconds)
      case (.cancelled, _):
        reply.instant <= min(now, offering.closesAt) + kept
          && reply.instant >= (offering.cancelAskedAt ?? .max - kept) + kept
      default: false
      }
    expect(
      isRight,
      "\(what), closing at \(offering.closesAt): something happens at \(reply.instant), and it is \(errand.sentAt) or later"
    )
  }

  /// What is due was told, perhaps with its state, and no CLAIM was under way: what was collected is known.
  private func learn(_ due: UInt64, on claim: KnownClaim, _ state: FundingState?, _ errand: Errand) {
    guard errand.claimStamp == claim.claimCount, claim.earnings.isWhole, let offering = claim.offering else { return }
    let got = claim.earnings.collected + due
    let what = "investment \(claim.id) of \(claim.amount) in offering \(offering.id), \(due) due"
    expect(
      got >= errand.gotFloor, "\(what) and \(claim.earnings.collected) collected, had got \(errand.gotFloor) before")
    claim.earnings.learn(got: got)
    switch state {
    case .open: expect(got == 0, "\(what): it has got \(got), and the offering is open")
    case .cancelled: expect(got == claim.amount, "\(what): \(claim.earnings.collected) were given back")
    case .sharing, .ended: offering.learn(got: got, of: claim.amount)
    default: break
    }
  }
}

extension KnownOffering {
  /// What an investment has got at least.
  func share(of amount: UInt64) -> UInt64? { state == .cancelled ? nil : share(of: amount, in: tierGot) }
}
