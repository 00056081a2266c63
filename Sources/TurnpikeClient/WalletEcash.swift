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

  package init(payment: UInt64, key: Bytes16) { (self.payment, self.key) = (payment, key) }
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

  /// Notes the id of the payment that a request waits for.
  package mutating func note(payment: UInt64, of entry: WalletPending) {
    for index in pending.indices where pending[index].request == entry.request {
      pending[index].payment = payment
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
    // What was locked to a lease's key is given back to the lease's owner; the broker tells which key is the right one.
    let owner = owned.first { $0.key.lease == entry.request.key?.lease }?.key.key
    for key in [entry.refundKey, entry.request.key?.key, owner].compactMap({ $0 }) {
      let refund = WalletRefund(payment: payment, key: key)
      if !refunds.contains(refund) { refunds.append(refund) }
    }
  }

  /// Books the receipt of REFUND. Asked by the key alone it is of the request that has the key.
  mutating func collectRefund(_ reply: Reply, _ entry: WalletPending) {
    guard let request = unsafe RefundRequest(entry.request.body.span.bytes, at: 0) else { return }
    guard request.payment == 0 else { return refunds.removeAll { $0.payment == request.payment } }
    pending.removeAll { $0.refundKey == request.key }
    unresolved.removeAll { $0.refundKey == request.key }
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
