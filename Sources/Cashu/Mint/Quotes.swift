/// An invoice of a mint, for whose amount it will sign coins (NUT-04, NUT-23).
public struct MintQuote: Hashable, Sendable {
  /// How it stands.
  public enum State: String, Hashable, Sendable {
    /// It waits for its payment.
    case unpaid = "UNPAID"
    /// It was paid: the coins can be had.
    case paid = "PAID"
    /// The coins are being signed.
    case pending = "PENDING"
    /// The coins were signed.
    case issued = "ISSUED"
  }

  /// By what the mint knows it.
  public var id: QuoteID
  /// The invoice.
  public var invoice: String
  /// What it is about; nil: an older mint, which does not repeat it.
  public var amount: UInt64?
  /// The amount's unit; nil: as before.
  public var unit: String?
  /// How it stands.
  public var state: State
  /// Until when it can be paid, in seconds since 1970; nil: the mint does not say.
  public var expiry: UInt64?

  /// Reads what a mint answered.
  public init(_ body: [UInt8]) throws(FormatError) {
    var parts = QuoteParts()
    var state: State?
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      if name == "state" { state = try reader.choice() } else { try parts.read(name, &reader) }
    }
    (id, invoice) = (try parts.id.required(), try parts.invoice.required())
    (amount, unit, expiry) = (parts.amount, parts.unit, parts.expiry)
    self.state = try state.required()
  }
}

/// What it costs that a mint pays an invoice, and how far it got (NUT-05, NUT-08, NUT-23).
public struct MeltQuote: Hashable, Sendable {
  /// How it stands.
  public enum State: String, Hashable, Sendable {
    /// Nothing was paid. After an attempt: it failed, and the coins are free again.
    case unpaid = "UNPAID"
    /// It is being paid, which may fail.
    case pending = "PENDING"
    /// It was paid, and the coins are spent.
    case paid = "PAID"
  }

  /// By what the mint knows it.
  public var id: QuoteID
  /// What the invoice takes, in `unit`.
  public var amount: UInt64
  /// The invoice; nil: an older mint, which does not repeat it.
  public var invoice: String?
  /// What has to be there for fees besides; what is left of it comes back.
  public var feeReserve: UInt64
  /// The unit; nil: an older mint, which does not repeat it.
  public var unit: String?
  /// How it stands.
  public var state: State
  /// Until when the offer holds, in seconds since 1970; nil: the mint does not say.
  public var expiry: UInt64?
  /// What proves the payment, as the mint tells it; nil: it does not, or not yet.
  public var preimage: Bytes32?
  /// What came back, signed in the blank outputs.
  public var change: [BlindSignature]

  /// Reads what a mint answered.
  public init(_ body: [UInt8]) throws(FormatError) {
    var parts = QuoteParts()
    var state: State?
    var feeReserve: UInt64?
    var preimage: Bytes32?
    var change: [BlindSignature] = []
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      switch name {
      case "state": state = try reader.choice()
      case "fee_reserve": feeReserve = try reader.unsigned()
      case "payment_preimage":
        // Mints without a backend of their own tell an empty text, or no preimage at all.
        let text = try reader.takeNull() ? nil : reader.text(byteCountMax: CashuLimits.answerByteCountMax)
        preimage = text.flatMap { Bytes32(hex: $0) }
      case "change": change = try reader.takeNull() ? [] : reader.signatures()
      default: try parts.read(name, &reader)
      }
    }
    (id, amount) = (try parts.id.required(), try parts.amount.required())
    (invoice, unit, expiry) = (parts.invoice, parts.unit, parts.expiry)
    (self.state, self.feeReserve) = (try state.required(), try feeReserve.required())
    (self.preimage, self.change) = (preimage, change)
  }

  /// The change beside the blank outputs that it was signed in: those of the first, as many as there are. `mismatch`:
  /// there are more, or they are of another keyset.
  public func change(for outputs: [BlindedMessage]) throws(FormatError) -> [RestoredSignature] {
    guard change.count <= outputs.count, zip(change, outputs).allSatisfy({ $0.keyset == $1.keyset && $0.amount > 0 })
    else { throw .mismatch }
    return change.enumerated().map { RestoredSignature(outputIndex: $0.offset, signature: $0.element) }
  }
}

/// What both kinds of quotes have.
private struct QuoteParts {
  var id: QuoteID?
  var invoice: String?
  var amount: UInt64?
  var unit: String?
  var expiry: UInt64?

  mutating func read(_ name: String, _ reader: inout JSONReader) throws(FormatError) {
    switch name {
    case "quote": id = try QuoteID(reader.text(byteCountMax: CashuLimits.quoteIDByteCountMax)).valid()
    case "request":
      invoice = try reader.takeNull() ? nil : reader.plain(byteCountMax: CashuLimits.invoiceByteCountMax)
    case "amount": amount = try reader.takeNull() ? nil : reader.unsigned()
    case "unit":
      unit = try reader.takeNull() ? nil : reader.plain(byteCountMax: CashuLimits.unitByteCountMax)
    case "expiry": expiry = try reader.takeNull() ? nil : reader.unsigned()
    default: break
    }
  }
}
