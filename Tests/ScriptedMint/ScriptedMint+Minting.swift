public import Cashu

/// Ways in: coins for invoices that were paid (NUT-04), and coins that are given away.
extension ScriptedMint {
  /// Says that a quote's invoice was paid. Whether there is such a quote.
  @discardableResult
  public mutating func payInvoice(of quote: String) -> Bool {
    guard mintQuotes[quote] != nil else { return false }
    mintQuotes[quote]?.isPaid = true
    return true
  }

  /// Signs outputs for nothing, as if they had been paid for: for tests that need coins and no story. Nil: they can't be signed.
  public mutating func give(_ outputs: [BlindedMessage]) -> [BlindSignature]? {
    let fields = outputs.map {
      OutputFields(amount: Int128($0.amount), id: $0.keyset.hex, point: $0.point.hex, json: .null)
    }
    do throws(Refusal) {
      return try issue(try judge(fields))
    } catch {
      return nil
    }
  }

  private mutating func issue(_ outputs: [SignableOutput]) throws(Refusal) -> [BlindSignature] {
    guard !isFull, let unit = outputs.first?.keyset.keyset.unit else { throw .full }
    let signatures = try sign(outputs)
    keep(signatures, of: outputs)
    totals.money[unit, default: .init()].issued += Self.sum(outputs.map(\.amount))
    return signatures
  }

  mutating func mintQuote(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let (amount, unit) = (try body.amount("amount"), try body.text("unit"))
    guard amount > 0 else {
      throw .shape("greater_than", at: ["amount"], "Input should be greater than 0", input: .integer(amount))
    }
    guard amount <= ScriptedMintLimits.amountMax else { throw .tooLargeAmount }
    try checkUnit(unit)
    guard !isFull else { throw .full }
    let id = nextQuoteID()
    // What it is for, and what tells it from all others: no more of an invoice is needed here.
    let invoice = "lnbcrt\(amount * 10)n1\(id.filter { $0 != "-" }.map(Self.bech32).joined())"
    let quote = MintQuoteRecord(id: id, invoice: invoice, amount: amount, unit: unit)
    mintQuotes[id] = quote
    var answer = Self.json(quote, now: now)
    answer["expiry"] = .integer(now &+ ScriptedMintLimits.quoteSeconds)
    answer["pubkey"] = .null
    // As when somebody pays right after he was told of it.
    if paysInvoices { payInvoice(of: id) }
    return answer
  }

  func mintQuoteState(_ id: String) throws(Refusal) -> JSONValue {
    guard let quote = mintQuotes[id] else { throw .unknownQuote }
    return Self.json(quote, now: now)
  }

  mutating func mint(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let (id, fields) = (try body.text("quote"), try body.outputs())
    let outputs = try judge(fields)
    guard let quote = mintQuotes[id] else { throw .unknownQuote }
    guard outputs.allSatisfy({ $0.keyset.keyset.unit == quote.unit }) else { throw .otherQuoteUnit }
    guard quote.isPaid else { throw .unpaidQuote }
    guard !quote.isIssued else { throw .issuedQuote }
    guard Self.sum(outputs.map(\.amount)) == quote.amount else { throw .otherAmount }
    let signatures = try issue(outputs)
    mintQuotes[id]?.isIssued = true
    return ["signatures": .array(signatures.map(Self.json))]
  }

  /// Units are those that Cashu has names for, and of them those that this mint has keys of.
  func checkUnit(_ unit: String) throws(Refusal) {
    guard !keysets.contains(where: { $0.keyset.unit == unit }) else { return }
    throw ["sat", "msat", "usd", "eur", "btc"].contains(unit) ? .unusedUnit(unit) : .unknownUnit(unit)
  }

  private static func json(_ quote: MintQuoteRecord, now: UInt64) -> JSONValue {
    let state = quote.isIssued ? MintQuote.State.issued : quote.isPaid ? .paid : .unpaid
    return [
      "quote": .text(quote.id), "request": .text(quote.invoice), "amount": .integer(quote.amount),
      "unit": .text(quote.unit), "method": "bolt11", "amount_paid": .integer(quote.isPaid ? quote.amount : 0),
      "amount_issued": .integer(quote.isIssued ? quote.amount : 0), "updated_at": .integer(now),
      "state": .text(state.rawValue), "expiry": .null, "pubkey": "",
    ]
  }

  /// A hexadecimal digit as one that invoices may have: they have neither 1 nor b.
  private static func bech32(_ digit: Character) -> String {
    switch digit {
    case "1": "q"
    case "b": "z"
    default: String(digit)
    }
  }
}
