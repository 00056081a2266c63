public import WireProtocol

/// Whose ecash a broker takes, and what only it can spend.
public struct AcceptedMints: Hashable, Sendable {
  /// The key that ecash is locked to so that only this broker can spend it (NUT-11), as 66 hexadecimal digits; nil: it takes none, or none
  /// now: it was restored, and its operator has not accepted what that lost. It is another one every 30 days, and after a restore: what is locked to an earlier one than the last is asked of its mint.
  public var lockKey: String?
  /// Mints, each in one unit.
  public var offers: [MintOffer]

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(MintsReply.self)
    guard fixed.lockIsOdd <= 1 else { throw reply.malformed }
    let x = fixed.lockX0.hexadecimal + fixed.lockX1.hexadecimal
    lockKey = fixed.lockX0.isZero && fixed.lockX1.isZero ? nil : (fixed.lockIsOdd == 1 ? "03" : "02") + x
    offers = try reply.records()
  }
}

extension MintOffer {
  /// What so much of the mint's unit is worth in the broker's, before the mint's fees; nil: more than there can be.
  public func worth(of amount: UInt64) -> UInt64? {
    let product = amount.multipliedFullWidth(by: numerator)
    return product.high < denominator ? denominator.dividingFullWidth(product).quotient : nil
  }

  /// The least of the mint's unit that is worth so much in the broker's, and is taken at all; the mint's fees come on top. Nil: more
  /// than there can be.
  public func price(of worth: UInt64) -> UInt64? {
    let product = worth.multipliedFullWidth(by: denominator)
    guard product.high < numerator else { return nil }
    let (quotient, remainder) = numerator.dividingFullWidth(product)
    let (amount, overflow) = quotient.addingReportingOverflow(remainder > 0 ? 1 : 0)
    return overflow ? nil : max(amount, minimum)
  }
}

/// Payments in ecash.
///
/// Any request that is paid can be paid in ecash: `perform(request.paid(in: ecash))`. The broker may have to ask the mint before it
/// does what was asked for; until then the request is not answered, over reconnects, and its time-out ends the wait only: the error
/// is PAYMENT_PENDING then, its money `notKnown`, its detail the payment's id. `payment(id:)` tells what became of it, and
/// repeating the request with the same number gives its reply. Keep `ecash` until then.
///
/// PAYMENT_REFUNDABLE: the money was taken, and could not do what it was for by then; `refund` pays it out. Any other refusal with
/// `notTaken` leaves the token as it was.
extension TurnpikeClient {
  /// Sends a request that is paid in ecash, and waits for its mint. Returns the fixed part of the ordinary reply.
  public func pay<Part: WireLayout>(
    _ request: Request, in ecash: Ecash, waiting wait: Duration = .milliseconds(ClientLimits.mintWaitMilliseconds)
  ) async throws(TurnpikeError) -> Part {
    try await perform(request.paid(in: ecash), timeout: wait).fixed()
  }

  /// Tells whose ecash the broker takes, and what it can be locked to.
  public func mints() async throws(TurnpikeError) -> AcceptedMints { try AcceptedMints(await perform(.mints())) }

  /// Pays out, as a note, ecash that was taken and could not do what it was for; later the same note again. Of an EXCHANGE that was
  /// pending and was done: its notes, once more.
  ///
  /// - Parameters:
  ///   - payment: 0: whichever payment or payout of this key and token has a note to be had. PAYMENT_PENDING and NOTHING_DUE tell the
  ///     id of the one that has none, in `detail`.
  ///   - key: The refund key, or the key of the lease that the ecash was locked to.
  ///   - token: `Ecash.tokenHash`; zero: of a payout, or by a lease's key.
  public func refund(payment: UInt64, key: Bytes16, token: Bytes16) async throws(TurnpikeError) -> RefundReceipt {
    try RefundReceipt(await perform(.refund(payment: payment, key: key, token: token)))
  }
}

/// What REFUND gave.
public struct RefundReceipt: Hashable, Sendable {
  /// The money, as one note; of an EXCHANGE that was pending and was done the notes that it made.
  public var notes: [NoteToken]
  /// Their sum, in the broker's unit.
  public var amount: UInt64
  /// Whether it is what an earlier REFUND has paid out already.
  public var isReplayed: Bool

  init(_ reply: Reply) throws(TurnpikeError) {
    (notes, amount) = (try reply.records(), try reply.fixed(RefundReply.self).amount)
    isReplayed = reply.isReplayed
  }
}
