public import WireProtocol

/// OPEN AUCTION, and the lists of auctions.
extension StateMachine {
  /// OPEN AUCTION: a period of a resource for whoever bids most.
  mutating func openAuction(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = OpenAuctionCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard providers[resources[resource].provider].id == command.provider else { return .refused(.notAuthorized) }
    let moneyMax = UInt64(WireLimits.moneyMax)
    guard (1...moneyMax).contains(command.reserve), (1...moneyMax).contains(command.increment) else {
      return .refused(.amountInvalid, detail: 1)
    }
    if let field = Self.wrongTerm(of: command) { return .refused(.termsInvalid, field: field) }
    if let refusal = judgeGifts(to: resource, command.label, field: 72) { return refusal }
    if let refusal = judgePeriod(of: command, at: resource) { return refusal }
    guard !auctions.isFull else { return .refused(.noSpace) }
    let id = drawFundingID()
    guard let index = auctions.insert(Auction(id, command, at: resource, now: now)) else { return .refused(.noSpace) }
    auctions[index].head = firstHead(of: auctions[index])
    addFundingID(id, at: .auction(index))
    append(auction: index, to: resource)
    arm(auction: index, at: auctions[index].closesAt)
    OpenAuctionReply(auction: id, closesAt: auctions[index].closesAt).write(to: &reply)
    return .ok(.none, replyByteCount: OpenAuctionReply.byteCount)
  }

  /// Offset of the first term of an auction that cannot be.
  private static func wrongTerm(of command: OpenAuctionCommand) -> UInt16? {
    let isSealed = command.flags.contains(.sealed)
    guard isDuration(command.duration) else { return 24 }
    guard isSealed ? isDuration(command.reveal) : command.reveal == 0 else { return 32 }
    guard command.extendBy == 0 || !isSealed && isDuration(command.extendBy) else { return 40 }
    guard isDuration(command.start), command.start >= command.duration + command.reveal else { return 48 }
    guard isDuration(command.period) else { return 56 }
    return command.forfeitPerMillion <= (isSealed ? 1_000_000 : 0) ? nil : 64
  }

  /// Judges whether a resource may have one more auction, for this period.
  private func judgePeriod(of command: OpenAuctionCommand, at resource: UInt32) -> Outcome? {
    let (startsAt, endsAt) = (now + command.start, now + command.start + command.period)
    var (countAtWork, overlapping) = (0, UInt64(0))
    forEachAuction(of: resource) { index in
      guard auctions[index].isAtWork else { return }
      countAtWork += 1
      if overlapping == 0, auctions[index].startsAt < endsAt, startsAt < auctions[index].endsAt {
        overlapping = auctions[index].id
      }
    }
    let (most, mostKept) = (WireLimits.auctionCountMaxPerResource, WireLimits.auctionKeptCountMaxPerResource)
    guard countAtWork < most else { return .refused(.fundingLimit, detail: UInt64(most)) }
    guard fundings[resource].auctionCount < mostKept else { return .refused(.fundingLimit, detail: UInt64(mostKept)) }
    return overlapping == 0 ? nil : .refused(.periodTaken, detail: overlapping)
  }

  /// Whether any resource has a sponsor now.
  public var hasSponsors: Bool { sponsoredCount > 0 }

  /// What the sponsor of a resource shows now; nil: it has none.
  public func banner(of resource: UInt64) -> Banner? {
    guard sponsoredCount > 0, let index = resourceIndex(resource), fundings[index].sponsor != noIndex,
      let bid = bidIndex(auctions[fundings[index].sponsor].winner)
    else { return nil }
    return bids[claims[bid].bid].banner
  }

  // MARK: Lists

  /// Calls `body` with each auction of a resource that is kept.
  func forEachAuction(of resource: UInt32, _ body: (UInt32) -> Void) {
    var next = fundings[resource].firstAuction
    while next != noIndex {
      body(next)
      next = auctions[next].next
    }
  }

  /// Index of the claim of a bid.
  func bidIndex(_ id: UInt64) -> UInt32? {
    guard case .claim(let index) = findFunding(id), claims[index].kind == .bid else { return nil }
    return index
  }

  /// Calls `body` with the claim of each bid of an auction.
  func forEachBid(of auction: UInt32, _ body: (UInt32) -> Void) {
    var next = auctions[auction].bids.first
    while next != noIndex {
      let bid = next
      next = claims[bid].next
      body(bid)
    }
  }

  private mutating func append(auction index: UInt32, to resource: UInt32) {
    fundings[resource].auctionCount += 1
    guard fundings[resource].firstAuction != noIndex else { return fundings[resource].firstAuction = index }
    var last = fundings[resource].firstAuction
    while auctions[last].next != noIndex { last = auctions[last].next }
    auctions[last].next = index
  }

  /// Forgets an auction, of which there is neither a bid nor a line any more.
  mutating func remove(auction index: UInt32) {
    let (id, resource, next) = (auctions[index].id, auctions[index].resource, auctions[index].next)
    fundings[resource].auctionCount -= 1
    if fundings[resource].firstAuction == index {
      fundings[resource].firstAuction = next
    } else {
      var before = fundings[resource].firstAuction
      while auctions[before].next != index { before = auctions[before].next }
      auctions[before].next = next
    }
    agenda.disarm(auctionMember(index))
    removeFundingID(id, at: .auction(index))
    auctions.remove(index)
  }
}
