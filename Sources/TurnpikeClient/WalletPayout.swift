public import WireProtocol

/// Where a payout's ecash is of: what the broker calls the mint, and what its token says of it.
public struct PayoutMint: Hashable, Sendable {
  /// Its number at the broker.
  public let number: UInt32
  /// Its unit, such as `sat`.
  public let unit: String
  /// Where it is.
  public let url: String

  /// Nil: unit or URL are none that a token can name: printable ASCII without spaces, and no colon in the unit.
  public init?(number: UInt32, unit: some StringProtocol, url: some StringProtocol) {
    let isPlain = { (text: String.UTF8View) in !text.isEmpty && text.allSatisfy { 0x21...0x7e ~= $0 } }
    (self.number, self.unit, self.url) = (number, String(unit), String(url))
    guard number > 0, isPlain(self.unit.utf8), isPlain(self.url.utf8), !self.unit.contains(":"),
      self.unit.utf8.count <= Self.unitByteCountMax, self.url.utf8.count <= Self.urlByteCountMax
    else { return nil }
  }

  /// Of what MINTS tells.
  public init?(_ offer: MintOffer) { self.init(number: offer.mint, unit: offer.unit.string, url: offer.url.string) }

  /// As tokens limit it, and what MINTS has room for.
  private static let (unitByteCountMax, urlByteCountMax) = (16, 95)

  /// `NUMBER:UNIT:URL`, as wallets write it.
  var text: String { "\(number):\(unit):\(url)" }

  init?(text: some StringProtocol) {
    let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let number = UInt32(parts[0]) else { return nil }
    self.init(number: number, unit: parts[1], url: parts[2])
  }
}

/// A payout that the broker took notes for. It is *waiting* until its token is there, and stays until its holder says
/// that it arrived, or that he knows that the invoice is paid that was paid with it.
public struct WalletPayout: Hashable, Sendable {
  /// The payout's id.
  public var payment: UInt64
  /// What its secrets are made of: see `PayoutSecrets`.
  public var seed: Bytes16
  /// Where its ecash is of.
  public var mint: PayoutMint
  /// What the ecash is worth, in the mint's unit; of an invoice that is paid, the change.
  public var amount: UInt64
  /// What was kept for the mint's fees, in its unit.
  public var fee: UInt64
  /// The Cashu token; nil: the mint has not signed yet, as far as is known, or nothing came back of an invoice that is
  /// paid.
  public var token: String?
  /// The invoice that is paid with it, or was; nil: none.
  public var melt: WalletMelt?

  /// Whether the broker is to be asked for what the mint signed.
  public var isWaiting: Bool { token == nil && melt == nil }

  /// Whether nothing is under way: it can be dropped when its token arrived, and its invoice's proof was seen.
  public var isFinished: Bool { melt.map(\.isSettled) ?? (token != nil) }

  package init(
    payment: UInt64, seed: Bytes16, mint: PayoutMint, amount: UInt64, fee: UInt64, token: String? = nil,
    melt: WalletMelt? = nil
  ) {
    (self.payment, self.seed, self.mint) = (payment, seed, mint)
    (self.amount, self.fee, self.token, self.melt) = (amount, fee, token, melt)
  }

  /// The words of its line: `PAYMENT SEED AMOUNT FEE NUMBER:UNIT:URL TOKEN|- MELT|-`.
  var text: String {
    "\(payment) \(seed.hexadecimal) \(amount) \(fee) \(mint.text) \(token ?? "-") \(melt?.text ?? "-")"
  }

  init?(words: some Collection<Substring>) {
    let words = Array(words)
    guard words.count == 6 || words.count == 7, let payment = UInt64(words[0]), payment > 0,
      let seed = Bytes16(hexadecimal: words[1]),
      !seed.isZero, let amount = UInt64(words[2]), let fee = UInt64(words[3]), let mint = PayoutMint(text: words[4])
    else { return nil }
    self.init(payment: payment, seed: seed, mint: mint, amount: amount, fee: fee)
    if words.count == 7, words[6] != "-" {
      // What it is paid with is there until it is paid.
      guard let melt = WalletMelt(text: words[6]), melt.isPaid || words[5] != "-" else { return nil }
      self.melt = melt
    }
    if words[5] == "-" { return }
    // Of the same form as a token that is paid with; the refund key is none.
    guard let token = try? Ecash(token: words[5], refundKey: seed).token, token == words[5] else { return nil }
    self.token = token
  }
}

/// How outcomes change the payouts of a wallet.
extension WalletContent {
  /// Books that the broker took the notes of a PAYOUT.
  mutating func addPayout(_ reply: Reply, _ entry: WalletPending) throws(TurnpikeError) {
    let receipt = try reply.fixed(PayoutReply.self)
    guard let mint = entry.mint, receipt.payment > 0 else { throw reply.malformed }
    guard !payouts.contains(where: { $0.payment == receipt.payment }) else { return }
    payouts.append(
      WalletPayout(
        payment: receipt.payment, seed: entry.secret, mint: mint, amount: receipt.amount, fee: receipt.fee))
  }

  /// Books that the ecash of a payout is here.
  package mutating func finish(payout payment: UInt64, token: String) {
    for index in payouts.indices where payouts[index].payment == payment { payouts[index].token = token }
  }

  /// Books that nothing could be paid out, and the notes are to be had back.
  package mutating func takeRefund(of payout: WalletPayout) {
    payouts.removeAll { $0.payment == payout.payment }
    let refund = WalletRefund(payment: payout.payment, key: PayoutSecrets.refundKey(of: payout.seed))
    if !refunds.contains(refund) { refunds.append(refund) }
  }
}
