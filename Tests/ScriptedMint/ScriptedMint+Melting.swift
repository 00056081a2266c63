import Cashu

/// The way out: coins for paying invoices (NUT-05), of which what is left comes back (NUT-08).
extension ScriptedMint {
  /// Ends a payment that is under way: it was made, or it failed and the coins are free again. Whether there was such a payment.
  @discardableResult
  public mutating func settleMelt(_ quote: String, isPaid: Bool) -> Bool {
    guard let record = meltQuotes[quote], record.state == .pending else { return false }
    free(record)
    if isPaid {
      // Whoever looks a payment up later is told neither its fee nor its preimage, as of the recordings' backend.
      complete(quote, inputs: record.inputs, outputs: record.outputs, feePaid: 0, preimage: nil)
    } else {
      meltQuotes[quote]?.state = .unpaid
    }
    return true
  }

  /// The payments that are under way.
  public var pendingMelts: [String] { meltQuotes.values.filter { $0.state == .pending }.map(\.id).sorted() }

  mutating func meltQuote(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let (invoice, unit) = (try body.text("request"), try body.text("unit"))
    try checkUnit(unit)
    guard let amount = Self.amount(ofInvoice: invoice) else { throw .invalidInvoice }
    guard !meltQuotes.values.contains(where: { $0.invoice == invoice && $0.state != .unpaid }) else {
      throw .paidInvoice
    }
    guard !isFull else { throw .full }
    let own = ownQuote(of: invoice)
    guard own?.isPaid != true else { throw .paidOwnInvoice }
    // An invoice of its own costs nothing; else 1 % is reserved, 2 at least.
    let feeReserve = own == nil ? max(2, (amount + 99) / 100) : 0
    let quote = MeltQuoteRecord(
      id: nextQuoteID(), invoice: invoice, amount: amount, feeReserve: feeReserve, unit: unit,
      expiry: now &+ ScriptedMintLimits.quoteSeconds)
    meltQuotes[quote.id] = quote
    var answer = Self.json(quote)
    answer["change"] = .null
    return answer
  }

  func meltQuoteState(_ id: String) throws(Refusal) -> JSONValue {
    guard let quote = meltQuotes[id] else { throw .unknownQuote }
    return Self.json(quote)
  }

  mutating func melt(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let (id, inputFields, outputFields) = (try body.text("quote"), try body.inputs(), try body.blankOutputs())
    guard let quote = meltQuotes[id] else { throw .unknownQuote }
    switch quote.state {
    case .unpaid: break
    case .pending: throw .pendingMelt
    case .paid: throw .paidMelt
    }
    let inputs = try judge(inputFields)
    let outputs = try judge(outputFields, areBlank: true)
    guard inputs.allSatisfy({ $0.keyset.unit == quote.unit }),
      outputs.allSatisfy({ $0.keyset.keyset.unit == quote.unit })
    else { throw .otherUnit }
    let (provided, fee) = (Self.sum(inputs.map(\.amount)), Self.fee(inputs))
    let needed = quote.amount + quote.feeReserve + fee
    guard provided >= needed else { throw .tooLittle(provided: provided, needed: needed) }
    try checkLocks(inputs)
    // Another quote of the same invoice may have been paid since this one was made.
    guard !meltQuotes.values.contains(where: { $0.invoice == quote.invoice && $0.state != .unpaid }) else {
      throw .paidInvoice
    }
    guard !isFull else { throw .full }
    if let own = ownQuote(of: quote.invoice) {
      guard !own.isPaid else { throw .paidOwnInvoice }
      payInvoice(of: own.id)
      complete(id, inputs: inputs, outputs: outputs, feePaid: 0, preimage: nil)
    } else {
      try pay(quote, inputs, outputs)
    }
    return try meltQuoteState(id)
  }

  private mutating func pay(
    _ quote: MeltQuoteRecord, _ inputs: [SpendableInput], _ outputs: [SignableOutput]
  ) throws(Refusal) {
    switch meltOutcome {
    case .failed: throw .paymentFailed
    case .pending:
      meltQuotes[quote.id]?.state = .pending
      meltQuotes[quote.id]?.inputs = inputs
      meltQuotes[quote.id]?.outputs = outputs
      pendingInputs.formUnion(inputs.map(\.point))
      pendingOutputs.formUnion(outputs.map(\.point))
    case .paid:
      complete(
        quote.id, inputs: inputs, outputs: outputs, feePaid: min(1, quote.feeReserve),
        preimage: Self.preimage(of: quote.invoice))
    }
  }

  /// Of an invoice of ours; else, like the backend of the recordings, it tells one that proves nothing.
  private static func preimage(of invoice: String) -> String {
    guard let preimage = ScriptedInvoice.preimage(of: invoice),
      (try? LightningInvoice(invoice))?.isPaid(by: preimage) == true
    else { return String(repeating: "0", count: 2 * Bytes32.byteCount) }
    return preimage.hex
  }

  private mutating func free(_ quote: MeltQuoteRecord) {
    pendingInputs.subtract(quote.inputs.map(\.point))
    pendingOutputs.subtract(quote.outputs.map(\.point))
    meltQuotes[quote.id]?.inputs = []
    meltQuotes[quote.id]?.outputs = []
  }

  /// The invoice was paid: spends the inputs, and signs what is left in as many of the outputs as it takes, or as there are.
  private mutating func complete(
    _ id: String, inputs: [SpendableInput], outputs: [SignableOutput], feePaid: Int128, preimage: String?
  ) {
    guard let quote = meltQuotes[id] else { return }
    let (provided, fee) = (Self.sum(inputs.map(\.amount)), Self.fee(inputs))
    var rest = provided - fee - quote.amount - feePaid
    var filled: [SignableOutput] = []
    for output in outputs {
      guard let coin = output.keyset.keyset.amounts.last(where: { Int128($0) <= rest }) else { break }
      filled.append(SignableOutput(point: output.point, amount: Int128(coin), keyset: output.keyset))
      rest -= Int128(coin)
    }
    var change: [BlindSignature] = []
    do throws(Refusal) {
      change = try sign(filled)
    } catch {
      // They were judged before, so this can't be; if it could, the change would stay with the mint.
    }
    spend(inputs)
    keep(change, of: filled)
    let changeAmount = Self.sum(change.map { Int128($0.amount) })
    totals.money[quote.unit, default: .init()].fees += fee
    totals.money[quote.unit, default: .init()].melted += provided - fee - changeAmount
    meltQuotes[id]?.state = .paid
    meltQuotes[id]?.preimage = preimage
    meltQuotes[id]?.change = change
  }

  private func ownQuote(of invoice: String) -> MintQuoteRecord? { mintQuotes.values.first { $0.invoice == invoice } }

  private static func json(_ quote: MeltQuoteRecord) -> JSONValue {
    [
      "quote": .text(quote.id), "amount": .integer(quote.amount), "unit": .text(quote.unit), "method": "bolt11",
      "request": .text(quote.invoice), "fee_reserve": .integer(quote.feeReserve), "state": .text(quote.state.rawValue),
      "expiry": .integer(quote.expiry), "payment_preimage": quote.preimage.map { .text($0) } ?? .null,
      "change": .array(quote.change.map(Self.json)),
    ]
  }

  /// What an invoice's first part says, in whole satoshis, whichever unit it is to be paid in: `lnbc`, an amount of bitcoins, its multiplier, `1`, and data.
  /// Nil: it has no amount, one below a satoshi, or is no invoice.
  static func amount(ofInvoice invoice: String) -> Int128? {
    let letters = Set("qpzry9x8gf2tvdw0s3jn54khce6mua7l")
    guard invoice.utf8.count <= CashuLimits.invoiceByteCountMax, let separator = invoice.lastIndex(of: "1"),
      let network = ["lnbcrt", "lntbs", "lnbc", "lntb"].first(where: { invoice.hasPrefix($0) })
    else { return nil }
    let data = invoice[invoice.index(after: separator)...]
    let head = invoice[..<separator].dropFirst(network.count)
    guard data.count >= 6, data.allSatisfy({ letters.contains($0) }), let multiplier = head.last,
      let number = Int128(head.dropLast()), number > 0, number <= ScriptedMintLimits.amountMax
    else { return nil }
    let amount: Int128
    switch multiplier {
    case "m": amount = number * 100_000
    case "u": amount = number * 100
    case "n": amount = number / 10
    case "p": amount = number / 10_000
    default: return nil
    }
    return (1...ScriptedMintLimits.amountMax).contains(amount) ? amount : nil
  }
}
