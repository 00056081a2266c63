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
    discussion: "Notes are shown to the broker, not spent.")
  @OptionGroup var options: Options
  @Argument(help: "A payment id, or 1 to 32 notes.")
  var items: [String]

  func run() async throws {
    let client = try await options.connect()
    let reply: PaymentReply
    if items.count == 1, let id = UInt64(items[0]) {
      reply = try await client.payment(id: id)
    } else {
      reply = try await client.payment(showing: try items.map { try NoteToken(text: $0) })
    }
    let spent = items.indices.filter { reply.spent >> UInt32($0) & 1 == 1 }.map { Value.count(UInt64($0) + 1) }
    Terminal.show(
      .object([
        ("outcome", .text(reply.outcome.specificationName)),
        ("amount", .amount(reply.amount, unit: client.broker.unit.string)), ("spent", .list(spent)),
      ]))
    client.close()
  }
}

/// `turnpike exchange`.
struct Exchange: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes notes of these amounts from notes of the wallet.",
    discussion: "The notes come into the wallet; --bind makes them payable to one lease only.")
  @OptionGroup var options: Options
  @Argument(help: "Amounts, at most 255.")
  var amounts: [Amount]
  @Option(help: "Bind them to this lease.")
  var bind: String?

  func validate() throws {
    guard amounts.count < WireLimits.outputCountMax else { throw ValidationError("too many amounts") }
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
    if let bind { lease = try await account.lease(bind) }
    let notes = try await account.wallet.notes(worth: sum)
    let receipt = try await account.wallet.exchange(notes, for: amounts.map(\.value), boundTo: lease)
    Terminal.show(Value.notes(receipt.notes, unit: account.unit))
    await account.wallet.disconnect()
  }
}

/// `turnpike split`.
struct Split: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes several notes of one amount from notes of the wallet.")
  @OptionGroup var options: Options
  @Argument(help: "How many.")
  var count: Int
  @Argument(help: "The amount of each.")
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
    Terminal.show(Value.notes(receipt.notes, unit: account.unit))
    await account.wallet.disconnect()
  }
}

/// `turnpike merge`.
struct Merge: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Makes one note of all unbound notes of the wallet.")
  @OptionGroup var options: Options

  func run() async throws {
    let account = try await options.connectWallet()
    while true {
      let free = await account.wallet.content.notes.filter { $0.binding == 0 }
      if free.count < 2 { break }
      let part = Array(free.sorted { $0.amount < $1.amount }.prefix(WireLimits.tokenCountMax))
      _ = try await account.wallet.exchange(part, for: [part.reduce(0) { $0 + $1.amount }])
    }
    Terminal.show(Value.notes(await account.wallet.content.notes, unit: account.unit))
    await account.wallet.disconnect()
  }
}

/// `turnpike issue`.
struct Issue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Creates notes, which come into the wallet (operator).",
    discussion: "Give them away with `turnpike wallet send`.")
  @OptionGroup var options: Options
  @Argument(help: "The amount of each.")
  var amount: Amount
  @Option(help: "How many, at most 1024.")
  var count: UInt16 = 1
  @Option(help: "Bind them to this lease.")
  var bind: String?

  func run() async throws {
    let account = try await options.connectWallet()
    var lease: UInt64 = 0
    if let bind { lease = try await account.lease(bind) }
    let receipt = try await account.wallet.issue(amount: amount.value, count: count, boundTo: lease)
    Terminal.show(
      .object([("amount", account.amount(receipt.amount)), ("count", .count(UInt64(receipt.notes.count)))]))
    await account.wallet.disconnect()
  }
}

/// `turnpike withdraw`.
struct Withdraw: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes earnings into the wallet (provider, or operator for fees).")
  @OptionGroup var options: Options
  @Option(help: "How much; by default all there is.")
  var amount: Amount?

  func run() async throws {
    let account = try await options.connectWallet()
    let receipt = try await account.wallet.withdraw(amount: amount?.value ?? 0)
    Terminal.show(.object([("amount", account.amount(receipt.amount)), ("left", account.amount(receipt.left))]))
    await account.wallet.disconnect()
  }
}
