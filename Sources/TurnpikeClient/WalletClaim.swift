public import WireProtocol

/// A claim whose claim key a wallet holds: what was put in somewhere, and can come back or earns.
public struct WalletClaim: Hashable, Sendable {
  /// The claim and its key.
  public var key: ClaimKey
  /// What it is on.
  public var kind: ClaimKind
  /// The resource; 0 when it is not known.
  public var resource: UInt64
  /// The campaign, offering or auction; 0: it has none.
  public var funding: UInt64
  /// What was put in, in the broker's unit.
  public var amount: UInt64
  /// The name the holder gave it; empty: none. No spaces, at most 31 bytes.
  public var alias: String
  /// Of a bid, and of nothing else: what is kept of it beside.
  public var bid: WalletBid?

  /// All of it; of a bid nothing is known beside.
  public init(
    key: ClaimKey, kind: ClaimKind, resource: UInt64, funding: UInt64, amount: UInt64, alias: String = ""
  ) {
    (self.key, self.kind, self.resource, self.funding) = (key, kind, resource, funding)
    (self.amount, self.alias) = (amount, alias)
    if kind == .bid { bid = WalletBid() }
  }

  /// The words of its line: `ID KEY KIND RESOURCE FUNDING AMOUNT ALIAS|-`, and of a bid those of `WalletBid`.
  var text: String {
    let words = [
      "\(key.claim)", key.key.hexadecimal, kind.specificationName, "\(resource)", "\(funding)", "\(amount)",
      alias.isEmpty ? "-" : alias,
    ]
    return (words + (bid?.words ?? [])).joined(separator: " ")
  }

  init?(words: some Collection<Substring>) {
    let words = Array(words)
    guard words.count >= 7, let id = UInt64(words[0]), id > 0, let key = Bytes16(hexadecimal: words[1]), !key.isZero,
      let kind = ClaimKind.allCases.first(where: { $0.specificationName == words[2] }),
      let resource = UInt64(words[3]), let funding = UInt64(words[4]), let amount = UInt64(words[5]),
      let alias = WalletContent.alias(words[6])
    else { return nil }
    self.init(
      key: ClaimKey(claim: id, key: key), kind: kind, resource: resource, funding: funding, amount: amount,
      alias: alias)
    if kind == .bid {
      guard let bid = WalletBid(words: words[7...]) else { return nil }
      self.bid = bid
    } else if words.count > 7 {
      return nil
    }
  }
}

/// How outcomes change the claims of a wallet.
extension WalletContent {
  /// Adds the claim of a PLEDGE, SCHEDULE, MATCH or INVEST that was done.
  mutating func addClaim(_ reply: Reply, _ entry: WalletPending) throws(TurnpikeError) {
    guard !entry.secret.isZero else { return }
    let body = entry.request.body
    func add(_ kind: ClaimKind, _ id: UInt64, _ amount: UInt64, resource: UInt64 = 0, funding: UInt64 = 0) {
      claims.append(
        WalletClaim(
          key: ClaimKey(claim: id, key: entry.secret), kind: kind, resource: resource, funding: funding,
          amount: amount, alias: entry.alias))
    }
    switch reply.opcode {
    case .pledge:
      let receipt = try reply.fixed(PledgeReply.self)
      let request = unsafe PledgeRequest(body.span.bytes, at: 0)
      add(.pledge, receipt.claim, receipt.amount, funding: request?.campaign ?? 0)
    case .schedule:
      let receipt = try reply.fixed(ScheduleReply.self)
      let request = unsafe ScheduleRequest(body.span.bytes, at: 0)
      add(.schedule, receipt.claim, receipt.amount, resource: request?.resource ?? 0)
    case .match:
      let receipt = try reply.fixed(MatchReply.self)
      let request = unsafe MatchRequest(body.span.bytes, at: 0)
      add(.match, receipt.claim, receipt.amount, resource: request?.resource ?? 0)
    case .invest:
      let receipt = try reply.fixed(InvestReply.self)
      let request = unsafe InvestRequest(body.span.bytes, at: 0)
      add(.investment, receipt.claim, receipt.amount, funding: request?.offering ?? 0)
    default: break
    }
  }

  /// Gives a claim the new key of a ROTATE_CLAIM that was done. `check`: how the claim stands, where the wallet has not had it; nil:
  /// the broker no longer knows it.
  mutating func rotateClaim(_ entry: WalletPending, _ check: CheckClaimReply?) {
    guard !entry.secret.isZero, let shown = entry.request.claimKey else { return }
    let key = ClaimKey(claim: shown.claim, key: entry.secret)
    if let index = claims.firstIndex(where: { $0.key.claim == key.claim }) {
      claims[index].key = key
      if !entry.alias.isEmpty { claims[index].alias = entry.alias }
    } else if let check {
      claims.append(
        WalletClaim(
          key: key, kind: check.kind, resource: check.resource, funding: check.funding, amount: check.amount,
          alias: entry.alias))
    }
  }

  /// Whether a ROTATE_CLAIM, whose receipt is gone, was done if its key is no longer that of the claim: unless the wallet knows
  /// another one.
  package func mayHaveRotated(_ entry: WalletPending) -> Bool {
    guard entry.request.opcode == .rotateClaim, let shown = entry.request.claimKey else { return false }
    return claims.allSatisfy { $0.key.claim != shown.claim || $0.key == shown }
  }

  /// Whether a note was perhaps paid out on a claim, by a CLAIM whose outcome was given up.
  package func mayLackNote(of claim: UInt64) -> Bool { unresolved.contains { $0.request.paysOut(claim) } }

  /// Drops the CLAIMs of a claim whose outcome was given up, once their note is here or there is none.
  package mutating func forgetPayments(of claim: UInt64) { unresolved.removeAll { $0.request.paysOut(claim) } }
}

extension Request {
  /// The claim and the key that ROTATE_CLAIM shows.
  var claimKey: ClaimKey? {
    guard opcode == .rotateClaim, let fixed = unsafe RotateClaimRequest(body.span.bytes, at: 0) else { return nil }
    return ClaimKey(claim: fixed.claim, key: fixed.key)
  }

  /// Whether it is a CLAIM of this claim.
  fileprivate func paysOut(_ claim: UInt64) -> Bool {
    unsafe opcode == .claim && ClaimRequest(body.span.bytes, at: 0)?.claim == claim
  }
}
