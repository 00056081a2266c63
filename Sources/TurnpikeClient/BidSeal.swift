public import WireProtocol

/// What a sealed bid is: secret until it is revealed, and lost with the money that a bid forfeits when it cannot be.
public struct BidSeal: Hashable, Sendable {
  /// The bid, in the broker's unit: at most its money.
  public var amount: UInt64
  /// The secret number in its commitment, without which the amount could be found by trying.
  public var nonce: Bytes16

  /// Of a bid that was sealed before.
  public init(amount: UInt64, nonce: Bytes16) { (self.amount, self.nonce) = (amount, nonce) }

  /// Of a new bid, with a number of its own.
  public init(amount: UInt64) throws(TurnpikeError) { self.init(amount: amount, nonce: try .secret()) }

  /// What is told of it. `keyHash`: that of the claim key with which the bid was made, whoever has the claim now.
  public func commitment(auction: UInt64, keyHash: Bytes16) -> Digest32 {
    var message = HashedMessage("turnpike bid v1")
    message.append(auction)
    message.append(keyHash)
    message.append(amount)
    message.append(nonce)
    return message.digest
  }

  /// `AMOUNT:NONCE`, as wallets write it.
  var text: String { "\(amount):\(nonce.hexadecimal)" }

  init?(text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let amount = UInt64(parts[0]), let nonce = Bytes16(hexadecimal: parts[1]) else {
      return nil
    }
    self.init(amount: amount, nonce: nonce)
  }
}
