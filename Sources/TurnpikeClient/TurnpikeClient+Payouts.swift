public import WireProtocol

/// What the broker has of a mint's ecash.
public struct TreasuryReport: Hashable, Sendable {
  /// Sums, in the mint's unit, and how the mint does.
  public var totals: TreasuryReply
  /// What it has of each keyset.
  public var keysets: [KeysetHolding]

  package init(_ reply: Reply) throws(TurnpikeError) {
    (totals, keysets) = (try reply.fixed(), try reply.records())
  }

  /// What can be paid out at once, less what the mint takes for spending it all, in its unit.
  public var payable: UInt64 {
    let free = totals.held.subtractingReportingOverflow(totals.promised)
    var thousandths = UInt64(0)
    for keyset in keysets {
      let fee = UInt64(keyset.count) * UInt64(keyset.feePerThousand)
      thousandths = thousandths.addingReportingOverflow(fee).overflow ? .max : thousandths + fee
    }
    let fees = thousandths / 1_000 + (thousandths.isMultiple(of: 1_000) ? 0 : 1)
    return free.overflow || free.partialValue < fees ? 0 : free.partialValue - fees
  }
}

/// Ecash that goes out. Whoever keeps `PayoutSecrets.seed` can go on with a payout at any time, from any program; `Wallet` does.
extension TurnpikeClient {
  /// Pays notes out as ecash of a mint, which it will sign. `secrets` must be kept before.
  ///
  /// - Parameter outputCount: As many coins as it may become, at most 64: `MintOffer.outputCount`. Each costs the mint's fee.
  public func payOut(
    _ payment: [NoteToken], at mint: UInt32, _ secrets: PayoutSecrets, outputCount: Int
  ) async throws(TurnpikeError) -> PayoutReply {
    try await perform(secrets.request(mint: mint, outputCount: outputCount, payment: payment)).fixed()
  }

  /// The token of a payout, once the mint has signed; it is waited for over reconnects. PAYMENT_PENDING: the time is over, ask again;
  /// NOTHING_DUE: `payment(id:)` tells whether `refund` gives the notes back.
  public func token(
    of payout: PayoutReply, at mint: PayoutMint, _ secrets: PayoutSecrets,
    waiting wait: Duration = .milliseconds(ClientLimits.mintWaitMilliseconds)
  ) async throws(TurnpikeError) -> String {
    let signatures = try await perform(.signatures(of: payout.payment), timeout: wait)
    return try secrets.token(of: signatures, at: mint, worth: payout.amount)
  }

  /// Tells what the broker has of a mint's ecash, as the operator.
  public func treasury(mint: UInt32) async throws(TurnpikeError) -> TreasuryReport {
    try TreasuryReport(await perform(.treasury(mint: mint)))
  }
}

extension Request {
  /// PAYOUT: notes go out as ecash; `PayoutSecrets.request` makes the outputs.
  public static func payout(
    mint: UInt32, outputs: [BlankOutput], refundHash: Bytes16, payment: [NoteToken]
  ) -> Request {
    let fixed = PayoutRequest(mint: mint, count: UInt16(clamping: outputs.count), refundHash: refundHash)
    var request = Request(.payout, fixed, payment: payment)
    for output in outputs { request.body += output.bytes }
    return request
  }

  /// SIGNATURES. Where it `awaitsMint`, it has no answer until the mint has signed.
  public static func signatures(of payment: UInt64) -> Request {
    Request(.signatures, SignaturesRequest(payment: payment))
  }

  /// TREASURY, as the operator.
  public static func treasury(mint: UInt32) -> Request { Request(.treasury, TreasuryRequest(mint: mint)) }
}

extension MintOffer {
  private var divisor: UInt64 {
    var (divisor, rest) = (numerator, denominator)
    while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
    return divisor
  }

  /// Numbers of the mint's unit that are whole numbers of the broker's are the multiples of this.
  var step: UInt64 { divisor > 0 ? denominator / divisor : 0 }

  /// What of an amount can be paid out, since it is a whole number of the mint's unit, and what it is then, before the fees that are
  /// kept. Nil: more than there can be.
  public func payable(of amount: UInt64) -> (amount: UInt64, units: UInt64)? {
    let divisor = divisor
    guard divisor > 0, numerator > 0 else { return nil }
    let step = numerator / divisor
    let (units, overflow) = (amount / step).multipliedReportingOverflow(by: denominator / divisor)
    return overflow ? nil : (amount - amount % step, units)
  }

  /// What is paid for so many of the mint's unit to go out. Nil: it is no whole number of the broker's, or more than there can be.
  public func cost(of units: UInt64) -> UInt64? {
    let divisor = divisor
    guard divisor > 0, denominator > 0, units.isMultiple(of: denominator / divisor) else { return nil }
    let (cost, overflow) = (units / (denominator / divisor)).multipliedReportingOverflow(by: numerator / divisor)
    return overflow || cost > UInt64(WireLimits.moneyMax) ? nil : cost
  }

  /// Blank outputs that suffice for an amount to go out, at a mint with keys for all amounts up to it.
  public func outputCount(for amount: UInt64) -> Int {
    let units = payable(of: amount)?.units ?? .max
    return max(1, min(UInt64.bitWidth - units.leadingZeroBitCount, WireLimits.payoutOutputCountMax))
  }
}
