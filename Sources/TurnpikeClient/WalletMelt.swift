internal import Cashu
internal import Glibc
public import WireProtocol

/// An invoice that is paid with the ecash of a payout, from right before the mint is asked to. While it is not known to
/// be paid, the payout's token is what it is paid with; then it is the change, if there is some.
public struct WalletMelt: Hashable, Sendable {
  /// How far it is, as far as is known.
  public enum State: Hashable, Sendable {
    /// The mint was asked to, and was not heard of since: at this instant, in milliseconds since 1970.
    case sent(UInt64)
    /// The mint has it, and has not said what became of it.
    case answered
    /// It is paid, and the mint was not heard of the change yet. What proves it, as the mint tells it; nil: the mint
    /// tells nothing.
    case paid(preimage: String?)
    /// It is paid, and the change is here, or there was none.
    case settled(preimage: String?)
  }

  /// What the mint calls it.
  public var quote: String
  /// The invoice.
  public var invoice: String
  /// What it takes, in the mint's unit.
  public var amount: UInt64
  /// What was to be there for the way, in the mint's unit.
  public var feeReserve: UInt64
  /// What spending the ecash costs at the mint.
  public var inputFee: UInt64
  /// What the ecash was worth.
  public var total: UInt64
  /// What the blank outputs for the change are made of: the first ones of `PayoutSecrets`.
  public var seed: Bytes16
  /// As many; 0: no change is due.
  public var blankCount: Int
  /// The id of the keyset that is to sign them, in hexadecimal digits.
  public var keyset: String
  /// How far it is.
  public var state: State

  /// Whether it is paid, as its mint says.
  public var isPaid: Bool {
    switch state {
    case .sent, .answered: false
    case .paid, .settled: true
    }
  }

  /// Whether nothing is left to be asked.
  public var isSettled: Bool { if case .settled = state { true } else { false } }

  /// What its mint tells as the proof of the payment: see `isProved`.
  public var preimage: String? {
    switch state {
    case .paid(let preimage), .settled(let preimage): preimage
    case .sent, .answered: nil
    }
  }

  /// Whether the preimage is what only the invoice's payee had. Where it is not, that it is paid is its mint's word
  /// alone.
  public var isProved: Bool {
    guard let preimage = preimage.flatMap({ Bytes32(hex: $0) }) else { return false }
    return (try? LightningInvoice(invoice))?.isPaid(by: preimage) == true
  }

  /// What comes back at the least, the whole reserve being used up: 0 unless more ecash was brought than was needed.
  public var changeMin: UInt64 {
    let (spent, rest) = (Self.sum(amount, feeReserve, inputFee), total)
    return rest > spent ? rest - spent : 0
  }

  private static func sum(_ numbers: UInt64...) -> UInt64 {
    numbers.reduce(0) { $0.addingReportingOverflow($1).overflow ? .max : $0 + $1 }
  }

  /// The time, in milliseconds since 1970.
  static var now: UInt64 {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(clamping: time.tv_sec) &* 1_000 &+ UInt64(clamping: time.tv_nsec / 1_000_000)
  }
}

/// Its form in the file: `QUOTE:AMOUNT:RESERVE:INPUTFEE:TOTAL:SEED:COUNT:KEYSET:sent=INSTANT|answered|paid=PREIMAGE|settled=PREIMAGE:INVOICE`,
/// where a preimage may be `-`.
extension WalletMelt {
  var text: String {
    let state =
      switch self.state {
      case .sent(let instant): "sent=\(instant)"
      case .answered: "answered"
      case .paid(let preimage): "paid=\(preimage ?? "-")"
      case .settled(let preimage): "settled=\(preimage ?? "-")"
      }
    return [
      quote, "\(amount)", "\(feeReserve)", "\(inputFee)", "\(total)", seed.hexadecimal, "\(blankCount)", keyset, state,
      invoice,
    ].joined(separator: ":")
  }

  init?(text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 10, QuoteID(String(parts[0])) != nil, let amount = UInt64(parts[1]),
      let feeReserve = UInt64(parts[2]), let inputFee = UInt64(parts[3]), let total = UInt64(parts[4]),
      let seed = Bytes16(hexadecimal: parts[5]), !seed.isZero, let blankCount = Int(parts[6]),
      (0...WireLimits.payoutOutputCountMax).contains(blankCount), let keyset = KeysetID(hex: parts[7]),
      let state = State(text: parts[8]), let invoice = try? LightningInvoice(parts[9]), invoice.text == parts[9]
    else { return nil }
    self.init(
      quote: String(parts[0]), invoice: invoice.text, amount: amount, feeReserve: feeReserve, inputFee: inputFee,
      total: total, seed: seed, blankCount: blankCount, keyset: keyset.hex, state: state)
  }
}

extension WalletMelt.State {
  fileprivate init?(text: some StringProtocol) {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    let word = parts.count == 2 ? parts[1] : ""
    switch parts.first {
    case "sent":
      guard let instant = UInt64(word) else { return nil }
      self = .sent(instant)
    case "answered" where parts.count == 1: self = .answered
    case "paid", "settled":
      let preimage = word == "-" ? nil : Bytes32(hex: word)?.hex
      guard word == "-" || preimage != nil else { return nil }
      self = parts.first == "paid" ? .paid(preimage: preimage) : .settled(preimage: preimage)
    default: return nil
    }
  }
}

/// How outcomes change the invoices of a wallet.
extension WalletContent {
  /// The payout that pays an invoice, or has paid it.
  func payout(paying invoice: String) -> WalletPayout? { payouts.first { $0.melt?.invoice == invoice } }

  /// Only where the payout still pays by that quote: meanwhile somebody else may have heard the same, or more.
  private mutating func change(_ payment: UInt64, _ quote: String, _ body: (inout WalletPayout, WalletMelt) -> Void) {
    for index in payouts.indices where payouts[index].payment == payment {
      if let melt = payouts[index].melt, melt.quote == quote { body(&payouts[index], melt) }
    }
  }

  /// Books that a mint is about to be asked to pay an invoice with the ecash of a payout.
  mutating func begin(_ melt: WalletMelt, of payment: UInt64) {
    for index in payouts.indices where payouts[index].payment == payment { payouts[index].melt = melt }
  }

  /// Books when the mint was asked at the latest.
  mutating func send(_ payment: UInt64, _ quote: String, at instant: UInt64) {
    change(payment, quote) { payout, melt in if case .sent = melt.state { payout.melt?.state = .sent(instant) } }
  }

  /// Books that nothing was paid: the ecash is the wallet's as before.
  mutating func release(_ payment: UInt64, _ quote: String) {
    change(payment, quote) { payout, melt in if !melt.isPaid { payout.melt = nil } }
  }

  /// Books that the mint was heard of.
  mutating func hear(of payment: UInt64, _ quote: String) {
    change(payment, quote) { payout, melt in if case .sent = melt.state { payout.melt?.state = .answered } }
  }

  /// Books that the invoice is paid: the ecash is spent.
  mutating func pay(_ payment: UInt64, _ quote: String, preimage: String?) {
    change(payment, quote) { payout, melt in
      guard !melt.isPaid else { return }
      (payout.token, payout.amount) = (nil, 0)
      payout.melt?.state = .paid(preimage: preimage)
    }
  }

  /// Books the change, and that there is no more.
  mutating func settle(_ payment: UInt64, _ quote: String, token: String?, worth amount: UInt64) {
    change(payment, quote) { payout, melt in
      guard melt.isPaid, payout.token == nil else { return }
      (payout.token, payout.amount) = (token, amount)
      payout.melt?.state = .settled(preimage: melt.preimage)
    }
  }
}
