public import WireProtocol

/// What a wallet keeps of a bid beside its claim key. Of a bid that somebody else made it is empty at first.
public struct WalletBid: Hashable, Sendable {
  /// The key hash with which the bid was made, which is in each of its commitments; zero: not known.
  public var keyHash = Bytes16()
  /// What it is, if it is sealed and that is known: each raise makes it something else, and a broker that was restored may know an
  /// earlier one only.
  public var seals: [BidSeal] = []
  /// What the broker told of the transcript with each change of the bid: the first 16 bytes of its head then.
  public var heads: [Bytes16] = []

  /// Nothing is known.
  public init() {}

  /// What it is now.
  public var seal: BidSeal? { seals.last }

  /// The words of its line: `KEYHASH|- AMOUNT:NONCE,...|- HEAD,...|-`.
  var words: [String] {
    [
      keyHash.isZero ? "-" : keyHash.hexadecimal,
      seals.isEmpty ? "-" : seals.map(\.text).joined(separator: ","),
      heads.isEmpty ? "-" : heads.map(\.hexadecimal).joined(separator: ","),
    ]
  }

  init?(words: some Collection<Substring>) {
    let words = Array(words)
    guard words.count == 3 else { return nil }
    if words[0] != "-" {
      guard let keyHash = Bytes16(hexadecimal: words[0]), !keyHash.isZero else { return nil }
      self.keyHash = keyHash
    }
    if words[1] != "-" {
      for word in words[1].split(separator: ",", omittingEmptySubsequences: false) {
        guard let seal = BidSeal(text: word) else { return nil }
        seals.append(seal)
      }
    }
    if words[2] != "-" {
      for word in words[2].split(separator: ",", omittingEmptySubsequences: false) {
        guard let head = Bytes16(hexadecimal: word) else { return nil }
        heads.append(head)
      }
    }
  }
}

/// How outcomes change the bids of a wallet.
extension WalletContent {
  /// Adds the claim of a BID that was done.
  mutating func addBid(_ reply: Reply, _ entry: WalletPending) throws(TurnpikeError) {
    let receipt = try reply.fixed(BidReply.self)
    guard !entry.secret.isZero, let request = unsafe BidRequest(entry.request.body.span.bytes, at: 0) else { return }
    var claim = WalletClaim(
      key: ClaimKey(claim: receipt.claim, key: entry.secret), kind: .bid, resource: 0, funding: request.auction,
      amount: receipt.amount, alias: entry.alias)
    claim.bid?.keyHash = request.keyHash
    claim.bid?.seals = [entry.seal].compactMap(\.self)
    claim.bid?.heads = [receipt.head]
    claims.append(claim)
  }

  /// Books a RAISE_BID that was done.
  mutating func raiseBid(_ reply: Reply, _ entry: WalletPending) throws(TurnpikeError) {
    let receipt = try reply.fixed(RaiseBidReply.self)
    let request = unsafe RaiseBidRequest(entry.request.body.span.bytes, at: 0)
    for index in claims.indices where claims[index].key.claim == request?.claim {
      claims[index].amount = receipt.amount
      if let seal = entry.seal { claims[index].bid?.seals.append(seal) }
      claims[index].bid?.heads.append(receipt.head)
    }
  }

  /// Books a REVEAL_BID that was done.
  mutating func revealBid(_ reply: Reply, _ entry: WalletPending) throws(TurnpikeError) {
    let receipt = try reply.fixed(RevealBidReply.self)
    let request = unsafe RevealBidRequest(entry.request.body.span.bytes, at: 0)
    for index in claims.indices where claims[index].key.claim == request?.claim {
      claims[index].bid?.heads.append(receipt.head)
    }
  }

  /// All that a sealed bid may be: what it was with each change that was booked, and what a raise would make it whose outcome is not
  /// known.
  package func seals(of claim: WalletClaim) -> [BidSeal] {
    let raises = (pending + unresolved).filter { entry in
      guard entry.request.opcode == .raiseBid else { return false }
      return unsafe RaiseBidRequest(entry.request.body.span.bytes, at: 0)?.claim == claim.key.claim
    }
    return (claim.bid?.seals ?? []) + raises.compactMap(\.seal)
  }
}
