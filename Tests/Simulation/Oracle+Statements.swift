import WireProtocol

/// What is told of the ledger's lines: none that was told is ever another one, none is missing between them, and they come to what
/// the figures, FUNDING and receipts say.
extension Oracle {
  func toldStatement(_ errand: Errand, _ answer: Answer) {
    guard let reply = answer.part(StatementReply.self) else { return }
    let what = "lines of \(errand.resource.map { "resource \($0.id)" } ?? "the ledger") after \(errand.lineAfter)"
    let lines = answer.records(StatementLine.self)
    expect(
      reply.now >= errand.sentAt && reply.now <= now, "\(what) are of \(reply.now), asked at \(errand.sentAt)")
    expect(
      reply.last >= errand.countFloor,
      "\(what): the last one is \(reply.last), and \(errand.countFloor) was told before")
    errand.resource.map { judge(lines, of: $0, reply, errand, what) } ?? judge(lines, reply, errand, what)
    for line in lines {
      // What a pool gives to a resource may stay within the account.
      let isMovement = line.from != line.to || line.from == .donationPurses && line.subject != 0 && line.resource != 0
      expect(
        line.amount > 0 && line.count > 0 && line.instant <= reply.now && max(line.from.rawValue, line.to.rawValue) < 32
          && isMovement, "\(what): line \(line.sequence), \(line.amount) from \(line.from) to \(line.to)")
      if let wrong = statement.take(line, at: reply.now, asked: errand.order, heard: eventCount) {
        blame("\(what): line \(line.sequence), \(line.count) movements of \(line.amount), \(wrong)")
      }
    }
    statement.reach(reply.last)
  }

  /// Of all lines those are told that are next, or else the first that are kept.
  private func judge(_ lines: [StatementLine], _ reply: StatementReply, _ errand: Errand, _ what: String) {
    let kept = BrokerSetup.statementLineCount
    let dropped = reply.last - min(reply.last, kept)
    let isKept = errand.lineAfter > dropped && errand.lineAfter <= reply.last
    let from = isKept ? errand.lineAfter : dropped
    if !isKept, dropped > 0 { coverage.count(.statementGap) }
    let wanted = min(UInt64(WireLimits.statementCountMax), reply.last - from)
    expect(
      lines.map(\.sequence) == (from..<from + wanted).map { $0 + 1 },
      "\(what): \(lines.count) from \(lines.first?.sequence ?? 0) on, of \(reply.last)")
    expect(zip(lines, lines.dropFirst()).allSatisfy { $0.instant <= $1.instant }, "\(what) are not in order")
  }

  /// Of a resource's lines none is left out but those that are kept no longer.
  private func judge(
    _ lines: [StatementLine], of resource: KnownResource, _ reply: StatementReply, _ errand: Errand, _ what: String
  ) {
    expect(
      zip(lines, lines.dropFirst()).allSatisfy { $0.sequence == $1.previous }
        && lines.allSatisfy {
          $0.resource == resource.id && $0.sequence + BrokerSetup.statementLineCount > errand.sumFloor
        }, "\(what): \(lines.map(\.sequence)) after \(lines.map(\.previous))")
    let isFull = lines.count == WireLimits.statementCountMax
    expect(isFull || lines.isEmpty || lines.last?.sequence == reply.last, "\(what) end before line \(reply.last)")
    let before = lines.first?.previous ?? reply.last
    guard before > 0, before != errand.lineAfter else { return }
    // Whoever asks for all lines next is told whether that can be.
    coverage.count(.statementGap)
    statement.dropped(before)
  }

  // MARK: The books

  /// Something was paid with notes, or in notes, as its receipt says.
  func notePaid(_ errand: Errand, _ answer: Answer) {
    guard errand.opcode != .exchange, let place = place(of: errand, answer) else { return }
    statement.pay(errand.paid, for: place)
    // The note of a claim is told to all who show its key.
    if errand.opcode != .claim, errand.keepsReceipt {
      statement.payOut(answer.notes.reduce(0) { $0 + $1.amount }, for: place)
    }
  }

  private func place(of errand: Errand, _ answer: Answer) -> KnownStatement.Place? {
    let resource = errand.changes?.resource ?? errand.claim?.resource ?? errand.resource
    switch errand.opcode {
    case .issue, .withdraw: return KnownStatement.Place(resource: 0, subject: 0)
    case .payout:
      return answer.part(PayoutReply.self).map { KnownStatement.Place(resource: 0, subject: $0.payment) }
    case .donate:
      if let pool = errand.pool { return KnownStatement.Place(resource: 0, subject: pool.id) }
      return answer.part(DonateReply.self).map {
        KnownStatement.Place(resource: resource?.id ?? 0, subject: $0.payment)
      }
    default: return resource.map { KnownStatement.Place(resource: $0.id, subject: errand.claim?.id ?? 0) }
    }
  }

  /// No line was added, or grew, between what was read before the figures and FUNDING and what was read after them.
  func compare(statementWith figures: [Figure], _ fundings: [(resource: UInt64, reply: FundingReply)], isSettled: Bool)
  {
    guard let (sums, balances) = statement.balances(where: figures) else { return }
    for account in Account.allCases where sums[account, default: 0] != balances[account, default: 0] {
      blame("\(account) is \(balances[account, default: 0]), and \(sums[account, default: 0]) by the ledger's lines")
    }
    coverage.count(.statementInBooks)
    guard statement.isWhole, isSettled else { return }
    coverage.count(.statementWhole)
    let notes = statement.notes
    for place in Set(notes.keys).union(statement.paid.keys) {
      let (lines, told) = (notes[place] ?? (0, 0), statement.paid[place] ?? (0, 0))
      expect(
        lines == told,
        "of resource \(place.resource) for \(place.subject) \(lines.in) were paid in and \(lines.out) out by the lines, and \(told.in) and \(told.out) by receipts"
      )
    }
    for (resource, reply) in fundings { compare(statementOf: resource, with: reply) }
  }

  private func compare(statementOf resource: UInt64, with reply: FundingReply) {
    func given(_ account: Account, isFor subject: Bool = true) -> UInt64 {
      statement.sum(of: resource) {
        $0.from == account && [.donationPurses, .pursesGiven].contains($0.to) && (!subject || $0.subject != 0)
      }
    }
    let gone = statement.sum(of: resource) { $0.from == .donationPurses && $0.subject == 0 }
    let earned = statement.sum(of: resource) { $0.to == .providerEarnings && $0.from != .investorEarnings }
    let pairs: [(String, told: UInt64, lines: UInt64)] = [
      ("plain", reply.plain, given(.notesOutstanding)), ("pool", reply.pool, given(.donationPurses)),
      ("matched", reply.matched, given(.matchingDeposits)), ("scheduled", reply.scheduled, given(.scheduledPledges)),
      ("campaign", reply.campaign, given(.campaignPledges)), ("invested", reply.invested, given(.investments)),
      ("donations", reply.donations, statement.sum(of: resource) { $0.to == .donationPurses } - gone),
      ("earned", reply.earned, earned),
      ("net", net(reply.earned), earned - statement.sum(of: resource) { $0.to == .operatorFees && $0.subject == 0 }),
    ]
    for (name, told, lines) in pairs where told != lines {
      blame("\(name) of resource \(resource) is \(told), and \(lines) by its lines")
    }
    // What was forfeit in an auction is no sponsor's gift.
    expect(reply.sponsored <= given(.bids), "resource \(resource) has \(given(.bids)) of \(reply.sponsored) sponsored")
  }
}
