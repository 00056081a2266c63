import WireProtocol

/// What is told of sponsors' banners: one shows in the period of an auction, and of its winner only.
extension Oracle {
  func judgeBanner(_ errand: Errand, _ answer: Answer) {
    let tells: [Opcode] = [.status, .describe, .acquire, .funding]
    guard answer.status == .ok, tells.contains(errand.opcode), let resource = errand.resource else { return }
    let what = "\(errand.opcode) of resource \(resource.id) from \(errand.sentAt) to \(now)"
    guard let banner = answer.banner else {
      for auction in resource.funding.auctions where auction.showsCertainly(errand, until: now) {
        blame("\(what) shows no banner, and auction \(auction.id) has a sponsor until \(auction.endsAt)")
      }
      return
    }
    coverage.count(.bannerShown)
    let bids = resource.funding.auctions.flatMap(\.bids).filter { $0.bid?.banner == banner }
    guard let claim = bids.first, let auction = claim.bid?.auction else {
      return blame("\(what) shows a banner that nobody bid with: \(banner.text.string)")
    }
    expect(
      auction.startsAt <= now && auction.endsAt >= errand.sentAt,
      "\(what) shows the banner of bid \(claim.id), for a period from \(auction.startsAt) to \(auction.endsAt)")
    // What was told before it was asked.
    let wasLost = (claim.state == .ended || claim.state == .cancelled) && claim.stateOrder <= errand.firstOrder
    let isOver = auction.endsAt <= errand.sentAt
    expect(
      isOver || !wasLost && auction.state != .cancelled,
      "\(what) shows the banner of bid \(claim.id), which is \(claim.state) in an auction that is \(auction.state)")
    guard let book = auction.wholeBook else { return }
    expect(
      book.decision()?.winner == claim.id && book.refusedWinner == nil,
      "\(what) shows the banner of bid \(claim.id), and by its transcript auction \(auction.id) was won by claim \(book.decision()?.winner ?? 0)"
    )
  }
}

extension KnownAuction {
  /// It was told to have a sponsor before a request was sent, has one until after the answer, and that one says something.
  fileprivate func showsCertainly(_ errand: Errand, until instant: UInt64) -> Bool {
    guard state == .sponsoring, stateOrder <= errand.order, endsAt > instant else { return false }
    guard let winner = wholeBook?.decision()?.winner, let bid = bids.first(where: { $0.id == winner })?.bid else {
      return false
    }
    return !bid.banner.text.isZero || !bid.banner.link.isZero
  }
}

extension Answer {
  /// What its options say that a sponsor shows.
  var banner: Banner? {
    var (banner, options) = (Banner(text: Text96(), link: Text96()), FrameOptions(layout))
    var isShown = false
    while let option = unsafe options.next(in: bytes.span.bytes) {
      guard let type = OptionType(rawValue: option.type) else { continue }
      var text = Text96()
      for index in 0..<min(option.valueByteCount, Text96.fieldByteCount) {
        text[index] = bytes[option.valueOffset + index]
      }
      isShown = true
      switch type {
      case .bannerText: banner.text = text
      case .bannerLink: banner.link = text
      }
    }
    return isShown ? banner : nil
  }
}
