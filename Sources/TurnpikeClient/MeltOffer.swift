internal import Cashu
public import WireProtocol

/// What a mint asks for paying an invoice of Lightning with its ecash (NUT-05), and what that takes.
///
/// The amount is the mint's word; where invoice and unit allow, it was compared with the invoice's own.
public struct MeltOffer: Hashable, Sendable {
  /// Whose ecash it takes.
  public let mint: PayoutMint
  /// The invoice, in lower case.
  public let invoice: String
  /// What the invoice takes, in the mint's unit.
  public let amount: UInt64
  /// What has to be there for the way besides, in the mint's unit. What is left of it comes back.
  public let feeReserve: UInt64
  /// Whether the amount is the invoice's; else the mint alone says so, at a rate of its own.
  public let isAgreed: Bool
  let quote: QuoteID
  /// Signs change.
  let keyset: Keyset
  let returnsChange: Bool

  /// Asks a mint what it takes; nothing is paid.
  public init(for text: String, at mint: PayoutMint, asking ask: @escaping MintAsker) async throws(TurnpikeError) {
    let invoice = try LightningInvoice(copied: text)
    guard invoice.millisatoshis != nil else {
      throw TurnpikeError(.invalidArgument("the invoice names no amount"), money: .notTaken)
    }
    guard invoice.expiry > WalletMelt.now / 1_000 else {
      throw TurnpikeError(.invalidArgument("the invoice has expired: ask for another one"), money: .notTaken)
    }
    let dialogue = MintDialogue(mint: mint, ask: ask)
    guard let active = try await dialogue.keysets().last(where: \.isActive) else {
      throw dialogue.failure("has no keyset that signs")
    }
    keyset = try await dialogue.keyset(active.id)
    returnsChange = try await dialogue.returnsChange()
    let told = try await dialogue.answer(to: .meltQuote(invoice: invoice.text, unit: mint.unit)) {
      body throws(FormatError) in try MeltQuote(body)
    }
    guard told.state == .unpaid, told.unit ?? mint.unit == mint.unit,
      told.invoice.map({ $0.utf8.map(\.lowercased).elementsEqual(invoice.text.utf8) }) != false,
      told.amount > 0, !told.amount.addingReportingOverflow(told.feeReserve).overflow
    else { throw dialogue.failure("offers something else than to pay the invoice") }
    let agrees = invoice.agrees(amount: told.amount, unit: mint.unit)
    guard agrees != false else {
      throw dialogue.failure("asks \(told.amount) \(mint.unit) for an invoice of another amount")
    }
    (self.mint, self.invoice, quote, isAgreed) = (mint, invoice.text, told.id, agrees == true)
    (amount, feeReserve) = (told.amount, told.feeReserve)
  }

  /// What inputs have to be worth beyond what spending them costs.
  public var needed: UInt64 { amount &+ feeReserve }

  /// What is to be paid for ecash that suffices exactly, or for the least above it that can be paid out. Nil: no amount
  /// would do.
  public func cost(at offer: MintOffer) -> MeltCost? {
    let step = offer.step
    guard step > 0 else { return nil }
    var least: (gross: UInt64, outputCount: Int)?
    for count in 1...WireLimits.payoutOutputCountMax {
      guard let gross = gross(outputCount: count, minimum: offer.minimum, step: step) else { continue }
      if least.map({ gross < $0.gross }) != false { least = (gross, count) }
    }
    guard let least, let cost = offer.cost(of: least.gross) else { return nil }
    let satoshi: UInt64 = mint.unit == "sat" ? 1 : mint.unit == "msat" ? 1_000 : 0
    let isModest = least.gross - amount <= max(amount / 10, Self.modestSatoshiCount * satoshi)
    return MeltCost(amount: cost, outputCount: least.outputCount, isModest: isModest)
  }

  /// What a payout has to be worth before the fees that are kept, to be enough in at most so many coins.
  private func gross(outputCount: Int, minimum: UInt64, step: UInt64) -> UInt64? {
    guard let kept = keyset.fee(inputCount: outputCount + 1) else { return nil }
    var net = max(needed, minimum)
    for _ in 0..<Self.tryCountMax {
      let (sum, overflow) = net.addingReportingOverflow(kept)
      let missing = sum % step == 0 ? 0 : step - sum % step
      let (gross, isTooMuch) = sum.addingReportingOverflow(missing)
      guard !overflow, !isTooMuch else { return nil }
      net = gross - kept
      var more: UInt64 = 1
      if let coins = keyset.split(net, countMax: outputCount), let fee = keyset.fee(inputCount: coins.count) {
        let (enough, overflow) = needed.addingReportingOverflow(fee)
        guard !overflow else { return nil }
        if net >= enough { return gross }
        more = enough - net
      }
      let (next, isTooLarge) = net.addingReportingOverflow(more)
      guard !isTooLarge else { return nil }
      net = next
    }
    return nil
  }

  private static let modestSatoshiCount: UInt64 = 50
  /// Of one number of coins; with others less is to be found.
  private static let tryCountMax = 64

  /// Blank outputs that hold as change whatever is left of so much, at least 1 where something is (NUT-08); nil: they
  /// would be more than a seed is for.
  func blankCount(for rest: UInt64) -> Int? {
    guard rest > 0, returnsChange, let top = keyset.amounts.last else { return 0 }
    let bits = UInt64.bitWidth - (rest - 1).leadingZeroBitCount
    let (tops, count) = (rest / top, top.trailingZeroBitCount)
    if tops < 2 { return max(1, bits) }
    return tops > UInt64(WireLimits.payoutOutputCountMax - count) ? nil : Int(tops) + count
  }
}

/// What ecash for an invoice costs at a broker.
public struct MeltCost: Hashable, Sendable {
  /// What is to be paid out, in the broker's unit.
  public let amount: UInt64
  /// Coins that it may become.
  public let outputCount: Int
  /// Whether what is beyond the invoice's amount is what its way and fees may cost: a tenth of that, or fifty satoshis.
  /// A mint could ask for any reserve and any fee, and keep them.
  public let isModest: Bool
}

extension LightningInvoice {
  /// Of a command line.
  init(copied text: String) throws(TurnpikeError) {
    do throws(FormatError) {
      try self.init(text)
    } catch {
      throw TurnpikeError(
        .invalidArgument("that is no invoice of Lightning: \(Self.sentence(error, of: text))"), money: .notTaken)
    }
  }

  private static func sentence(_ error: FormatError, of text: String) -> String {
    let bytes = text.utf8.map(\.lowercased)
    switch error {
    case .tooLarge: return "it is longer than any that is taken"
    case .unknownFormat where bytes.isEmpty: return "it is empty"
    case .unknownFormat where bytes.starts(with: "ln".utf8) || bytes.starts(with: "lightning:ln".utf8):
      return "its checksum is wrong, so it is cut short or a letter of it is another one"
    case .unknownFormat: return "one begins with lnbc"
    case .invalidValue, .overflow: return "the amount in it is none"
    default: return "it lacks what each has, such as the hash of its payment"
    }
  }
}
