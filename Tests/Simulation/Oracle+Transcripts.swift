import WireProtocol

/// What is told of transcripts: nothing in one ever changes, and all that replies told of it is there.
extension Oracle {
  func toldTranscript(_ errand: Errand, _ answer: Answer) {
    guard let auction = errand.auction, let reply = answer.part(TranscriptReply.self) else { return }
    let (what, lines) = (
      "transcript of auction \(auction.id) from line \(errand.lineFrom) on", answer.records(BidLine.self)
    )
    expect(
      UInt64(reply.lineCount) >= errand.countFloor && UInt64(reply.lineCount) <= auction.lineCount.most,
      "\(what): there are \(reply.lineCount), clients were told of \(errand.countFloor), and asked for \(auction.lineCount.most)"
    )
    // The first ones are forgotten first, and nobody is told how many.
    guard now < auction.forgottenAtEarliest, var book = auction.book else { return }
    if errand.lineFrom > 0, errand.lineFrom + lines.count > WireLimits.transcriptCountMax {
      coverage.count(.transcriptPaged)
    }
    let wanted = min(WireLimits.transcriptCountMax, max(0, Int(reply.lineCount) - errand.lineFrom))
    expect(lines.count == wanted, "\(what): \(lines.count) of \(wanted) lines")
    for (index, line) in lines.enumerated() {
      let number = errand.lineFrom + index
      if number < book.lines.count {
        expect(book.lines[number] == line, "\(what): line \(number) was another one before")
      } else if number == book.lines.count {
        if let wrong = book.take(line) {
          blame("\(what): line \(number), \(line.kind) of claim \(line.claim), \(wrong)")
        }
        expect(line.instant <= now, "\(what): line \(number) is of \(line.instant)")
      }
    }
    auction.book = book
    readOn(auction)
  }

  /// More of it was read, or told: each is held against the other.
  func readOn(_ auction: KnownAuction) {
    guard let book = auction.book else { return }
    let read = auction.toldStandings.filter { Int($0.lineCount) <= book.lines.count }
    auction.toldStandings.removeAll { Int($0.lineCount) <= book.lines.count }
    for reply in read { compare(reply, of: auction, with: book.prefix(Int(reply.lineCount))) }
    let isWhole = auction.wholeBook != nil
    auction.toldLines.removeAll { told in
      let place = book.lines.firstIndex {
        $0.kind == told.kind && $0.claim == told.claim && $0.payment == told.payment
      }
      guard let place else {
        expect(
          !isWhole,
          "\(told.kind) of claim \(told.claim) was done, and is not in the transcript of auction \(auction.id)")
        return isWhole
      }
      expect(
        book.lines[place].amount == told.amount
          && told.head ?? book.heads[place + 1].first == book.heads[place + 1].first,
        "\(told.kind) of claim \(told.claim) is told with another head than that of line \(place) of auction \(auction.id)"
      )
      return true
    }
    guard isWhole else { return }
    for notice in auction.toldNotices { compare(notice, of: auction, with: book) }
    // Whoever won may be told of it later.
    auction.toldNotices = []
  }

  /// What a notice told of an auction is what follows from its lines.
  private func compare(_ notice: NoticePush, of auction: KnownAuction, with book: AuctionBook) {
    coverage.count(.noticeCompared)
    let what =
      "\(notice.kind) of claim \(notice.claim) in auction \(auction.id): \(notice.amount) until \(notice.instant)"
    switch notice.kind {
    case .outbid:
      let outbid = AuctionBook.Outbid(claim: notice.claim, least: notice.amount, closesAt: notice.instant)
      expect(book.outbids.contains(outbid), "\(what), and by the transcript it was not")
    case .won:
      let decision = book.decision() ?? AuctionBook.Decision()
      expect(
        decision.winner == notice.claim && decision.price == notice.amount && notice.instant == auction.startsAt,
        "\(what), and by the transcript claim \(decision.winner) won for \(decision.price)")
    default:
      let money = book.bids[notice.claim]?.money ?? 0
      expect(notice.amount <= money, "\(what), and \(money) was bid")
    }
  }
}
