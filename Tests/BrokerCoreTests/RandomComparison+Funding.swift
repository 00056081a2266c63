import Audit
import BrokerCore
import WireProtocol

/// What is compared of donations, pools, campaigns and claims.
extension RandomComparison {
  func compareFunding() -> String? {
    for id in commands.offerings.suffix(12) { if let difference = compareOffering(id) { return difference } }
    for id in commands.claims.suffix(40) { if let difference = compareClaim(id) { return difference } }
    for id in commands.pools.suffix(8) { if let difference = comparePool(id) { return difference } }
    for id in commands.resources { if let difference = compareFunding(of: id) { return difference } }
    return nil
  }

  /// Whether there are claims of every kind, a pool and a campaign.
  var hasAllFunding: Bool {
    let kinds = Set(model.claimIDs.compactMap { model.claimGlimpse($0)?.kind })
    return kinds.count == ClaimKind.allCases.count && !model.poolIDs.isEmpty && !model.campaignIDs.isEmpty
      && !model.offeringIDs.isEmpty
  }

  private func compareClaim(_ id: UInt64) -> String? {
    let expected = model.checkClaim(id)
    switch core.checkClaim(id) {
    case .reply(let reply):
      guard let expected else { return "claim \(id) is forgotten; core has \(reply)" }
      return reply == expected ? nil : "CHECK_CLAIM of \(id): \(RandomDescription.difference(reply, expected))"
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
  private static func read<Reply, Record: WireLayout>(
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
