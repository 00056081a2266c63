import WireProtocol

/// What the claim of a bid has beside what claims have, as its holder knows it and as replies told of it.
final class KnownBid {
  let auction: KnownAuction
  let banner: Banner
  /// The hash of the key that it was made with, and what a sealed one commits to: only its holder knows the nonce.
  var keyHash = Bytes16()
  var amount: UInt64 = 0
  var nonce = Bytes16()
  /// What was paid in.
  var money = KnownSum()
  /// RAISE_BIDs under way; REVEAL_BIDs and REFUSE_BIDs that were sent, but those that were refused themselves.
  var raisesUnderWay = 0
  var revealCount = 0
  var refuseCount = 0

  init(in auction: KnownAuction, _ banner: Banner) { (self.auction, self.banner) = (auction, banner) }

  /// What is known of it now, for a life that begins with that.
  func copy(in auction: KnownAuction) -> KnownBid {
    let copy = KnownBid(in: auction, banner)
    (copy.keyHash, copy.amount, copy.nonce, copy.money) = (keyHash, amount, nonce, money)
    (copy.raisesUnderWay, copy.revealCount, copy.refuseCount) = (raisesUnderWay, revealCount, refuseCount)
    return copy
  }

  var commitment: Digest32 {
    AuctionBook.commitment(in: auction.id, keyHash: keyHash, amount: amount, nonce: nonce)
  }
}
