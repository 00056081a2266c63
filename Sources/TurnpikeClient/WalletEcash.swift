public import WireProtocol

/// Ecash that was not taken: its token is the holder's, and is kept until he takes it out or pays with it.
public struct WalletEcash: Hashable, Sendable {
  /// The text of the Cashu token.
  public var token: String
  /// Why it was not taken; nil: it was never judged.
  public var status: Status?

  package init(token: String, status: Status?) { (self.token, self.status) = (token, status) }
}

/// A payment in ecash that was taken and could not do what it was for: REFUND pays it out.
public struct WalletRefund: Hashable, Sendable {
  /// The payment's id.
  public var payment: UInt64
  /// Its refund key.
  public var key: Bytes16
  /// Hash of the token that paid; zero: the key is a lease's, or it is a payout.
  public var token: Bytes16

  package init(payment: UInt64, key: Bytes16, token: Bytes16 = Bytes16()) {
    (self.payment, self.key, self.token) = (payment, key, token)
  }
}

/// How outcomes change the ecash of a wallet. A token is in one place: in a request, or kept.
extension WalletContent {
  /// Adds a request that is to be sent: what pays for it is in no balance from now on.
  mutating func begin(_ entry: WalletPending) {
    nextNumber += 1
    notes.removeAll { entry.request.payment.contains($0) }
    ecash.removeAll { $0.token == entry.request.ecash?.token }
    pending.append(entry)
  }

  /// Notes the id of the payment that a request waits for; 0: none is known.
  package mutating func note(payment: UInt64, of entry: WalletPending) {
    for index in pending.indices where pending[index].request == entry.request {
      pending[index].payment = payment
    }
    for index in unresolved.indices where unresolved[index].request == entry.request {
      unresolved[index].payment = payment
    }
  }

  /// Keeps the token of a request that took nothing.
  mutating func keepEcash(of entry: WalletPending, _ status: Status?) {
    guard let token = entry.request.ecash?.token else { return }
    ecash.removeAll { $0.token == token }
    ecash.append(WalletEcash(token: token, status: status))
  }

  /// Books that a request's ecash was taken and is to be refunded.
  package mutating func takeRefund(of entry: WalletPending, payment: UInt64) {
    drop(entry)
    // The broker tells which key is the right one.
    for key in refundKeys(of: entry) {
      let refund = WalletRefund(payment: payment, key: key, token: key == entry.refundKey ? entry.tokenHash : Bytes16())
      if !refunds.contains(refund) { refunds.append(refund) }
    }
  }

  /// The keys that a request's payment may be refunded by, the likeliest first: what was locked to a lease's key is given back to the
  /// lease's owner.
  func refundKeys(of entry: WalletPending) -> [Bytes16] {
    let owner = owned.first { $0.key.lease == entry.request.key?.lease }?.key.key
    var keys: [Bytes16] = []
    for key in [entry.refundKey, entry.request.key?.key, owner].compactMap({ $0 }) where !keys.contains(key) {
      keys.append(key)
    }
    return keys
  }

  /// Books the receipt of REFUND. Which request is over that was asked for without an id is for whoever asked to say.
  mutating func collectRefund(_ entry: WalletPending) {
    guard let request = unsafe RefundRequest(entry.request.body.span.bytes, at: 0), request.payment != 0 else { return }
    refunds.removeAll { $0.payment == request.payment }
  }

  /// Whether a token is in a request whose outcome is not known; its number.
  func request(with token: String) -> UInt64? { pending.first { $0.request.ecash?.token == token }?.request.number }
}

/// The form of ecash in the file: `ecash:REFUNDKEY:PAYMENT|0:TOKEN` in the place of notes.
extension WalletPending {
  static let ecashPrefix = "ecash:"

  var ecashWord: String? {
    request.ecash.map { "\(Self.ecashPrefix)\($0.refundKey.hexadecimal):\(payment):\($0.token)" }
  }

  static func ecash(word: Substring) -> (ecash: Ecash, payment: UInt64)? {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, let key = Bytes16(hexadecimal: parts[1]), !key.isZero, let payment = UInt64(parts[2]),
      let ecash = try? Ecash(token: parts[3], refundKey: key), ecash.token == parts[3]
    else { return nil }
    return (ecash, payment)
  }
}
