import ArgumentParser
import TurnpikeClient

/// What a list of notes looks like.
extension Value {
  static func notes(_ notes: [NoteToken], unit: String, showing text: Bool = false) -> Value {
    .list(
      notes.map { note in
        var fields: [(String, Value)] = [
          ("amount", .amount(note.amount, unit: unit)), ("keyEpoch", .count(UInt64(note.keyEpoch))),
          ("serial", .id(note.serial)), ("boundTo", .text(note.binding == 0 ? "" : "\(note.binding)")),
        ]
        if text { fields.append(("note", .text(note.text))) }
        return .object(fields)
      })
  }
}

/// `turnpike payment`.
struct Payment: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what became of a payment, or whether notes are spent.",
    discussion: """
      Notes are shown to the broker, not spent. Of a payment in ecash it tells whether its mint has answered, and finishes the request \
      of the wallet that waits for it. Of a payout it tells whether its mint has signed.

      EXAMPLE
        turnpike payment 4503599627370498
      """)
  @OptionGroup var options: Options
  @Argument(help: "A payment id, or 1 to 32 notes; - reads notes from standard input.")
  var items: [String]

  func run() async throws {
    if items.count == 1, let id = UInt64(items[0]) { return try await show(id) }
    let notes = try SecretText.notes(items)
    guard notes.count <= WireLimits.tokenCountMax else { throw ValidationError("at most 32 notes") }
    let client = try await options.connect()
    let reply = try await client.payment(showing: notes)
    let spent = notes.indices.filter { reply.spent >> UInt32($0) & 1 == 1 }.map { Value.count(UInt64($0) + 1) }
    try Terminal.show(
      .object([
        ("outcome", .text(reply.outcome.specificationName)),
        ("amount", .amount(reply.amount, unit: client.broker.unit.string)), ("spent", .list(spent)),
      ]))
    client.close()
  }

  /// Of ecash, more is known; a request of the wallet that waits for it is finished.
  private func show(_ id: UInt64) async throws {
    try await finish(id)
    let client = try await options.connect()
    let reply: PaymentReply
    do {
      reply = try await client.payment(id: id)
    } catch {
      var error = error
      // There is nothing that would become known yet.
      if error.status == .paymentUnknown { error.money = .none }
      throw error
    }
    var fields: [(String, Value)] = [("outcome", .text(reply.outcome.specificationName))]
    if let operation = Opcode(rawValue: reply.opcode) {
      fields += [
        ("operation", .text(operation.specificationName)),
        ("amount", .amount(reply.amount, unit: client.broker.unit.string)),
        ("status", .text(reply.status.specificationName)),
        ("why", .text(reply.status.explanation(detail: reply.detail))),
      ]
    }
    try Terminal.show(.object(fields))
    client.close()
  }

  private func finish(_ id: UInt64) async throws {
    guard options.hasWallet, let wallet = try? options.openWallet(creating: false) else { return }
    let content = await wallet.content
    guard content.pending.contains(where: { $0.payment == id }) else { return }
    let account = try await options.connect(wallet)
    await account.wallet.disconnect()
  }
}

/// `turnpike exchange`.
struct Exchange: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Makes notes of these amounts from notes of the wallet, or from ecash.",
    discussion: """
      The notes come into the wallet; --bind makes them payable to one lease only. Ecash becomes one note, or notes of the amounts \
      that are said, which must be all that it is worth after its mint's fees.

      EXAMPLES
        turnpike exchange --pay @token
        turnpike exchange 500 250 250 --bind training
      """)
  @OptionGroup var options: Options
  @Argument(help: "Amounts, at most 255.", transform: Amount.parse)
  var amounts: [Amount] = []
  @OptionGroup var ecash: EcashOptions
  @Option(help: "Bind them to this lease.")
  var bind: String?

  func validate() throws {
    guard amounts.count < WireLimits.outputCountMax else { throw ValidationError("too many amounts") }
    guard !amounts.isEmpty || ecash.pay != nil else { throw ValidationError("say amounts, or --pay") }
  }

  func run() async throws {
    let account = try await options.connectWallet()
    var sum: UInt64 = 0
    for amount in amounts {
      let (next, overflow) = sum.addingReportingOverflow(amount.value)
      if overflow { throw ValidationError("the amounts are too large") }
      sum = next
    }
    var lease: UInt64 = 0
    if let bind { lease = try await account.livingLease(bind) }
    let receipt: NotesReceipt
    switch try await account.tender(ecash, amount: sum) {
    case .ecash(let ecash):
      receipt = try await account.wallet.exchange(ecash, for: amounts.map(\.value), boundTo: lease)
    case .amount(let amount):
      let notes = try await account.wallet.notes(worth: amount)
      receipt = try await account.wallet.exchange(notes, for: amounts.map(\.value), boundTo: lease)
    }
    try Terminal.show(Value.notes(receipt.notes, unit: account.unit))
    await account.wallet.disconnect()
  }
}

/// `turnpike split`.
struct Split: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Makes several notes of one amount from notes of the wallet.",
    discussion: """
      EXAMPLE
        turnpike split 10 500
      """)
  @OptionGroup var options: Options
  @Argument(help: "How many.")
  var count: Int
  @Argument(help: "The amount of each.", transform: Amount.parse)
  var amount: Amount

  func validate() throws {
    guard (1..<WireLimits.outputCountMax).contains(count) else { throw ValidationError("1 to 255 notes") }
  }

  func run() async throws {
    let account = try await options.connectWallet()
    let (sum, overflow) = amount.value.multipliedReportingOverflow(by: UInt64(count))
    if overflow { throw ValidationError("the amounts are too large") }
    let notes = try await account.wallet.notes(worth: sum)
    let receipt = try await account.wallet.exchange(notes, for: Array(repeating: amount.value, count: count))
    try Terminal.show(Value.notes(receipt.notes, unit: account.unit))
    await account.wallet.disconnect()
  }
}

/// `turnpike merge`.
struct Merge: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Makes one note of all unbound notes of the wallet.",
    discussion: """
      EXAMPLE
        turnpike merge
      """)
  @OptionGroup var options: Options

  func run() async throws {
    let account = try await options.connectWallet()
    try await account.wallet.merge()
    try Terminal.show(Value.notes(await account.wallet.content.notes, unit: account.unit))
    await account.wallet.disconnect()
  }
}

/// `turnpike issue`.
struct Issue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Creates notes, which come into the wallet (operator).",
    discussion: """
      Give them away with `turnpike wallet send`.

      EXAMPLE
        turnpike issue 10_000 --count 100 --credential operator
      """)
  @OptionGroup var options: Options
  @Argument(help: "The amount of each.", transform: Amount.parse)
  var amount: Amount
  @Option(help: "How many, at most 1024.")
  var count: UInt16 = 1
  @Option(help: "Bind them to this lease.")
  var bind: String?

  func run() async throws {
    let account = try await options.connectWallet()
    var lease: UInt64 = 0
    if let bind { lease = try await account.livingLease(bind) }
    let receipt = try await account.wallet.issue(amount: amount.value, count: count, boundTo: lease)
    try Terminal.show(
      .object([("amount", account.amount(receipt.amount)), ("count", .count(UInt64(receipt.notes.count)))]))
    await account.wallet.disconnect()
  }
}

/// `turnpike withdraw`.
struct Withdraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes earnings into the wallet (provider, or operator for fees).",
    discussion: """
      EXAMPLES
        turnpike withdraw --amount 5_000 --credential provider-1
        turnpike withdraw --payout 1 --to change --credential provider-1
      """)
  @OptionGroup var options: Options
  @Option(help: "How much; by default all there is.", transform: Amount.parse)
  var amount: Amount?
  @OptionGroup var payout: PayoutOptions

  func run() async throws {
    let account = try await options.connectWallet()
    try await payout.check(account.client)
    let receipt = try await account.wallet.withdraw(amount: amount?.value ?? 0)
    let paid = try await account.payOut(receipt.notes, payout)
    try paid.show([("amount", account.amount(receipt.amount)), ("left", account.amount(receipt.left))])
    await account.wallet.disconnect()
  }
}
