import WireProtocol

/// What is told of claims: CLAIM, ROTATE_CLAIM, CHECK_CLAIM.
extension Oracle {
  // MARK: Payment

  /// CLAIM was accepted. A claim has one note for ever, which is told to whoever shows the key that it was paid to.
  func claimed(_ errand: Errand, _ answer: Answer, of client: Client) {
    guard let claim = errand.claim, let reply = answer.part(ClaimReply.self), let note = answer.notes.first else {
      return blame("\(client.name)'s CLAIM \(errand.number) was accepted, and gives no note")
    }
    expect(
      answer.notes.count == 1 && note.amount == reply.amount && note.keyEpoch == reply.keyEpoch
        && note.serial == reply.firstSerial && note.binding == 0,
      "claim \(claim.id) says that it pays \(reply.amount) in note \(reply.firstSerial), and gives another")
    expect(
      reply.left <= claim.bid?.money.most ?? 0, "claim \(claim.id) was paid, and has \(reply.left) at work")
    expect(
      answer.isReplayed || !errand.claimFlags.contains(.again),
      "claim \(claim.id) was asked for its note again, and paid")
    if claim.offering != nil || claim.bid != nil { return collected(note, of: claim, errand, answer, by: client) }
    if let paid = claim.note { return claimedAgain(claim, paid, note, errand, answer) }
    coverage.count(.claimPaid)
    expect(
      !answer.isReplayed || errand.sendCount > 1 || claim.claimCount > 1,
      "claim \(claim.id) gives a note again, and nobody was paid it")
    judgeAmount(note.amount, of: claim, errand)
    if let wrong = money.made([note], by: "claim \(claim.id), told by \(client.name)'s CLAIM \(errand.number)") {
      blame(wrong)
    }
    statement.payOut(note.amount, for: KnownStatement.Place(resource: claim.resource.id, subject: claim.id))
    (claim.note, claim.noteKey, claim.noteOrder, claim.collector) = (note, errand.claimKey, eventCount, errand)
    (claim.refund, claim.isDue) = (note.amount, false)
    // Before its end it can only have been cancelled, and a schedule has nothing to give back at its end.
    let isCancelled = claim.kind == .schedule || claim.kind == .match && now < claim.end
    if isCancelled, claim.state == .open { tell(.cancelled, of: claim) }
  }

  private func claimedAgain(
    _ claim: KnownClaim, _ paid: NoteToken, _ note: NoteToken, _ errand: Errand, _ answer: Answer
  ) {
    coverage.count(.claimPaidAgain)
    expect(note == paid, "claim \(claim.id) was paid by note \(paid.serial), and is paid by note \(note.serial) too")
    expect(
      answer.isReplayed || errand.order < claim.noteOrder, "claim \(claim.id) was paid before, and does not say so")
    expect(errand.claimKey == claim.noteKey, "claim \(claim.id) gives the note of one who had it to another")
  }

  /// What a claim can pay: all of a pledge, of a match what is left, of a schedule what it has not given.
  private func judgeAmount(_ amount: UInt64, of claim: KnownClaim, _ errand: Errand) {
    let what = "claim \(claim.id) pays \(amount)"
    if let refund = claim.refund { expect(amount == refund, "\(what), and \(refund) was due") }
    switch claim.terms {
    case .pledge(let campaign):
      expect(amount == claim.amount, "\(what) of a pledge of \(claim.amount)")
      judge(refundOf: campaign)
    case .match: expect(amount <= claim.left, "\(what), and has \(claim.left)")
    case .schedule:
      let given = claim.instalments(from: errand.earliest, to: now)
      expect(
        amount + given.least.sum <= claim.amount && amount + given.most.sum >= claim.amount,
        "\(what) of \(claim.amount), and gave from \(given.least.sum) to \(given.most.sum)")
    case .investment, .bid: break
    }
  }

  // MARK: Keys

  func rotated(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let reply = answer.part(RotateClaimReply.self) else { return }
    if claim.offering != nil { return rotated(claim, due: reply.due, errand) }
    if claim.bid != nil { return rotated(bid: claim, due: reply.due, errand) }
    let refund = claim.campaign == nil ? claim.refund : claim.amount
    expect(
      reply.due == 0 || reply.due <= claim.amount && claim.note == nil && reply.due == refund ?? reply.due,
      "claim \(claim.id) has \(reply.due) due when it changes hands, of \(refund ?? claim.amount)")
    expect(
      !errand.wasDue || reply.due > 0 || claim.claimCount > 0,
      "what was due on claim \(claim.id) is gone, and nobody claimed it")
    if reply.due > 0 {
      (claim.refund, claim.isDue) = (reply.due, true)
    } else if claim.claimCount > 0 {
      // Perhaps it went to the one who had it.
      claim.isDue = false
    }
  }

  // MARK: CHECK_CLAIM

  func checkedClaim(_ errand: Errand, _ answer: Answer) {
    guard let claim = errand.claim, let reply = answer.part(CheckClaimReply.self) else { return }
    expect(
      reply.resource == claim.resource.id && reply.funding == claim.parentID && reply.kind == claim.kind
        && (reply.amount == claim.amount || claim.bid != nil),
      "claim \(claim.id) is a \(reply.kind) of \(reply.amount), and was a \(claim.kind) of \(claim.amount)")
    if claim.offering != nil { return checked(claim, reply, errand) }
    if claim.bid != nil { return checked(bid: claim, reply, errand) }
    expect(
      reply.left <= claim.amount && reply.due <= claim.amount - reply.left
        && reply.paid <= claim.amount - reply.left - reply.due,
      "claim \(claim.id) of \(claim.amount) has \(reply.left) at work, \(reply.due) due, \(reply.paid) paid")
    expect(
      reply.instant > errand.sentAt,
      "claim \(claim.id): nothing was done at \(reply.instant), and it is \(errand.sentAt) or later")
    judgeState(of: claim, reply, errand)
    if reply.state == .open { judgeWork(of: claim, reply, errand) } else { judgeRefund(of: claim, reply, errand) }
    guard errand.order >= claim.stateOrder else { return }
    if reply.state == .open {
      (claim.left, claim.openAt) = (min(claim.left, reply.left), max(claim.openAt, errand.sentAt))
    } else {
      claim.forgottenAt = reply.instant
    }
    if errand.quietStamp == claim.resource.funding.donationCount, claim.resource.funding.donations.isEmpty {
      claim.leftLeast = Int64(reply.left)
    }
    tell(reply.state, of: claim)
  }

  private func judgeState(of claim: KnownClaim, _ reply: CheckClaimReply, _ errand: Errand) {
    if let campaign = claim.campaign { return judge(reply.state, of: campaign, errand) }
    if errand.order >= claim.stateOrder {
      expect(
        claim.state == .open || claim.state == reply.state,
        "claim \(claim.id) was \(claim.state), and is \(reply.state)")
    }
    switch reply.state {
    case .open:
      expect(claim.end > errand.sentAt, "claim \(claim.id) is open at \(errand.sentAt), and ended at \(claim.end)")
    case .ended:
      expect(
        claim.kind == .match || now >= claim.end, "claim \(claim.id) has ended at \(now), and lasts until \(claim.end)")
    case .cancelled: expect(claim.cancelCount > 0, "claim \(claim.id) is cancelled, and nobody cancelled it")
    case .reached, .missed, .sharing, .revealing, .awarded, .sponsoring:
      blame("claim \(claim.id) is no pledge, and is \(reply.state)")
    }
  }

  /// Of an open one.
  private func judgeWork(of claim: KnownClaim, _ reply: CheckClaimReply, _ errand: Errand) {
    expect(
      reply.due == 0 && reply.paid == 0,
      "claim \(claim.id) is open, \(reply.due) of it is due and \(reply.paid) was paid")
    switch claim.terms {
    case .pledge(let campaign):
      expect(
        reply.left == claim.amount && reply.instant == campaign.closesAt,
        "pledge \(claim.id) of \(claim.amount) until \(campaign.closesAt) has \(reply.left) until \(reply.instant)")
    case .match:
      expect(reply.instant == claim.instant, "match \(claim.id) lasts until \(reply.instant), not \(claim.instant)")
      expect(
        reply.left > 0 && (reply.left <= claim.left || errand.order < claim.stateOrder),
        "match \(claim.id) had \(claim.left), and has \(reply.left)")
      expect(
        Int64(reply.left) >= claim.leftLeast, "match \(claim.id) has \(reply.left), and must have \(claim.leftLeast)")
      judgeEntry(of: claim, errand)
    case .schedule(let count, _, let interval):
      let paid = reply.instant < claim.instant ? count : (reply.instant - claim.instant) / interval
      expect(
        paid < count && claim.instant + paid * interval == reply.instant
          && reply.left + claim.sum(ofFirst: paid) == claim.amount,
        "schedule \(claim.id) has \(reply.left) of \(claim.amount), and instalment \(paid) at \(reply.instant)")
      expect(
        paid >= claim.instalmentCount(at: errand.sentAt) && paid <= claim.instalmentCount(at: now),
        "schedule \(claim.id) gave \(paid) instalments from \(errand.sentAt) to \(now)")
    case .investment, .bid: break
    }
  }

  /// Of one that ended: what is due on it, and what became of it.
  private func judgeRefund(of claim: KnownClaim, _ reply: CheckClaimReply, _ errand: Errand) {
    expect(reply.left == 0, "claim \(claim.id) is \(reply.state), and has \(reply.left) at work")
    judgeEnd(of: claim, reply, errand)
    if let refund = refund(of: claim, reply.state) {
      expect(
        reply.due == refund || reply.due == 0 && reply.paid == refund
          || reply.due == 0 && reply.paid == 0 && (refund == 0 || claim.rotationCount > 0),
        "claim \(claim.id) has \(reply.due) due and \(reply.paid) paid, of \(refund)")
      expect(
        reply.due == refund || claim.claimCount > 0,
        "what was due on claim \(claim.id) is gone, \(refund), and nobody claimed it")
    } else {
      expect(
        reply.due + reply.paid <= claim.left,
        "claim \(claim.id) had \(claim.left), and gives back \(reply.due + reply.paid)")
    }
    expect(
      reply.due == 0 || errand.order < claim.noteOrder, "claim \(claim.id) was paid, and \(reply.due) is due again")
    // Where it may have been paid, and have changed hands since, nobody can know.
    if reply.due + reply.paid > 0 || claim.claimCount == 0 || claim.rotationCount == 0 {
      claim.refund = reply.due + reply.paid
    }
    if errand.order >= claim.stateOrder { claim.isDue = reply.due > 0 && claim.note == nil }
  }

  /// What must have been due, as far as it follows from what was told.
  private func refund(of claim: KnownClaim, _ state: FundingState) -> UInt64? {
    switch (claim.terms, state) {
    case (.pledge, .reached), (.schedule, .ended): 0
    case (.pledge, _): claim.amount
    default: claim.refund
    }
  }

  /// When it ended, for it is kept for 30 days from then on; a year where the operation CANCEL ended it.
  private func judgeEnd(of claim: KnownClaim, _ reply: CheckClaimReply, _ errand: Errand) {
    let isKeptLong = claim.campaign == nil && reply.instant > now + KnownClaim.endedMilliseconds
    expect(
      !isKeptLong || reply.state == .cancelled, "claim \(claim.id) is \(reply.state), and kept until \(reply.instant)")
    let kept = isKeptLong ? KnownClaim.cancelledMilliseconds : KnownClaim.endedMilliseconds
    let endedAt = reply.instant - min(reply.instant, kept)
    let isByItself =
      reply.state == .missed || reply.state == .reached || claim.kind == .schedule && reply.state == .ended
    if isByItself {
      return expect(endedAt == claim.end, "claim \(claim.id) ended at \(endedAt), and lasts until \(claim.end)")
    }
    let earliest =
      reply.state == .cancelled ? (claim.campaign?.cancelAskedAt ?? claim.cancelAskedAt) ?? .max : claim.openAt
    expect(
      endedAt >= earliest && endedAt <= min(claim.end, now),
      "claim \(claim.id) is \(reply.state) since \(endedAt), at \(earliest) it was not, and it lasts until \(claim.end)"
    )
    // Before its time a match only ends with nothing left.
    if claim.kind == .match, reply.state == .ended, endedAt < claim.end {
      expect(
        reply.due == 0 && reply.paid == 0,
        "match \(claim.id) ended before its time, with \(reply.due + reply.paid) left")
    }
    if claim.kind == .schedule {
      let paid = claim.sum(ofFirst: claim.instalmentCount(at: endedAt))
      expect(
        reply.due == 0 && reply.paid == 0 || paid + reply.due + reply.paid == claim.amount,
        "schedule \(claim.id) of \(claim.amount) was cancelled at \(endedAt) with \(reply.due + reply.paid) left")
    }
  }

  func tell(_ state: FundingState, of claim: KnownClaim) {
    coverage.count(claim.kind, state, after: claim.state)
    (claim.state, claim.stateOrder) = (state, eventCount)
    if state == .reached || claim.kind == .schedule && state == .ended { claim.refund = 0 }
  }
}
