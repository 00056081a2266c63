import Audit
import BrokerCore
import WireProtocol

/// What is compared of donations, pools, campaigns and claims.
extension RandomComparison {
  func compareFunding() -> String? {
    for id in commands.offerings.suffix(12) { if let difference = compareOffering(id) { return difference } }
    for id in commands.auctions.suffix(12) { if let difference = compareAuction(id) { return difference } }
    for id in commands.claims.suffix(40) { if let difference = compareClaim(id) { return difference } }
    for id in commands.pools.suffix(8) { if let difference = comparePool(id) { return difference } }
    for id in commands.resources { if let difference = compareFunding(of: id) { return difference } }
    return nil
  }

  /// Whether there are claims of every kind, a pool and a campaign.
  var hasAllFunding: Bool {
    let kinds = Set(model.claimIDs.compactMap { model.claimGlimpse($0)?.kind })
    return kinds.count == ClaimKind.allCases.count && !model.poolIDs.isEmpty && !model.campaignIDs.isEmpty
      && !model.offeringIDs.isEmpty && !model.auctionIDs.isEmpty
  }

  private func compareClaim(_ id: UInt64) -> String? {
    let expected = model.checkClaim(id)
    switch core.checkClaim(id) {
    case .reply(let reply):
      guard let expected else { return "claim \(id) is forgotten; core has \(reply)" }
      if reply != expected { return "CHECK_CLAIM of \(id): \(RandomDescription.difference(reply, expected))" }
      return compareMailbox(id) ?? (reply.kind == .bid ? compareBid(id) : nil)
    case .refused: return expected.map { "claim \(id): core does not know it; model \($0)" }
    }
  }

  private func compareOffering(_ id: UInt64) -> String? {
    let expected = model.describeOffering(id)
    let (answer, tiers) = Self.read(TierFigures.self, WireLimits.tierCountMax) { bytes in
      core.describeOffering(id, into: &bytes, at: 0)
    }
    guard case .reply(let reply) = answer else {
      return expected.map { "offering \(id): core does not know it; model \($0)" }
    }
    guard let expected else { return "offering \(id) is forgotten; core has \(reply)" }
    if reply != expected.0 { return "DESCRIBE_OFFERING of \(id): \(RandomDescription.difference(reply, expected.0))" }
    let got = Array(tiers.prefix(Int(reply.count)))
    return got == expected.1 ? nil : "tiers of offering \(id): core \(got), model \(expected.1)"
  }

  private func compareAuction(_ id: UInt64) -> String? {
    let expected = model.describeAuction(id)
    guard case .reply(let reply) = core.describeAuction(id) else {
      return expected.map { "auction \(id): core does not know it; model \($0)" }
    }
    guard let expected else { return "auction \(id) is forgotten; core has \(reply)" }
    if reply != expected { return "DESCRIBE_AUCTION of \(id): \(RandomDescription.difference(reply, expected))" }
    let from = reply.lineCount > 3 ? reply.lineCount - 3 : 0
    let (answer, lines) = Self.read(BidLine.self, WireLimits.transcriptCountMax) { bytes in
      core.transcript(TranscriptRequest(auction: id, from: from), into: &bytes, at: 0)
    }
    guard case .reply(let told) = answer, let wanted = model.transcript(of: id, from: from) else {
      return "auction \(id): no transcript"
    }
    if told != wanted.0 { return "TRANSCRIPT of \(id): \(RandomDescription.difference(told, wanted.0))" }
    let got = Array(lines.prefix(Int(told.count)))
    if got != wanted.1 { return "lines of auction \(id): core \(got), model \(wanted.1)" }
    let (shown, banner) = (core.banner(of: reply.resource), model.banner(of: reply.resource))
    return shown == banner ? nil : "banner of \(reply.resource): core and model differ"
  }

  private func compareBid(_ id: UInt64) -> String? {
    guard case .reply(let reply) = core.describeBid(id), let expected = model.describeBid(id) else {
      return "bid \(id): not known"
    }
    return reply == expected ? nil : "DESCRIBE_BID of \(id): \(RandomDescription.difference(reply, expected))"
  }

  private func compareMailbox(_ id: UInt64) -> String? {
    guard let known = model.claimGlimpse(id), let expected = model.mailbox(id, after: 0) else { return nil }
    let (answer, entries) = Self.read(MailboxEntry.self, WireLimits.mailboxCountMax) { bytes in
      core.mailbox(id, keyHash: known.keyHash, after: 0, into: &bytes, at: 0)
    }
    guard case .reply(let reply) = answer else { return "mailbox of \(id): core does not know it" }
    if reply != expected.0 { return "MAILBOX of \(id): \(RandomDescription.difference(reply, expected.0))" }
    for (got, wanted) in zip(entries, expected.1) {
      var got = got
      // The model does not tell how much a lease needs.
      if wanted.amount == 0 { got.amount = 0 }
      if got != wanted { return "MAILBOX of \(id): \(RandomDescription.difference(got, wanted))" }
    }
    return nil
  }

  private func comparePool(_ id: UInt64) -> String? {
    guard let expected = model.describePool(id) else { return "pool \(id): the model does not know it" }
    for request in [
      DescribePoolRequest(pool: id, name: Name32()), DescribePoolRequest(pool: 0, name: expected.0.name),
    ] {
      let (answer, members) = Self.read(PoolMember.self, WireLimits.memberCountMax) { bytes in
        core.describePool(request, into: &bytes, at: 0)
      }
      guard case .reply(let reply) = answer else { return "pool \(id): core does not know it" }
      if reply != expected.0 { return "DESCRIBE_POOL of \(id): \(RandomDescription.difference(reply, expected.0))" }
      let got = Array(members.prefix(Int(reply.count)))
      if got != expected.1 { return "members of pool \(id): core \(got), model \(expected.1)" }
    }
    return nil
  }

  private func compareFunding(of id: UInt64) -> String? {
    guard let expected = model.funding(id) else { return "resource \(id): the model knows no funding" }
    let (answer, entries) = Self.read(FundingEntry.self, WireLimits.fundingEntryCountMax) { bytes in
      core.funding(id, into: &bytes, at: 0)
    }
    guard case .reply(let reply) = answer else { return "resource \(id): core knows no funding" }
    if reply != expected.0 { return "FUNDING of \(id): \(RandomDescription.difference(reply, expected.0))" }
    for (got, want) in zip(entries, expected.1) where got != want {
      return "FUNDING of \(id): \(RandomDescription.difference(got, want)) in \(want)"
    }
    return Int(reply.count) == expected.1.count ? nil : "FUNDING of \(id): \(reply.count) entries"
  }

  /// An answer, and as many records as there is room for.
  static func read<Reply, Record: WireLayout>(
    _ type: Record.Type, _ countMax: Int, _ write: (inout MutableRawSpan) -> Answer<Reply>
  ) -> (Answer<Reply>, [Record]) {
    var bytes = [UInt8](repeating: 0, count: countMax * Record.byteCount)
    let answer: Answer<Reply>
    do {
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      answer = write(&raw)
    }
    return (
      answer, (0..<countMax).compactMap { index in unsafe Record(bytes.span.bytes, at: index * Record.byteCount) }
    )
  }
}
