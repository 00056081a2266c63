import ArgumentParser
import TurnpikeClient

/// A key of the wallet by the lease's name, or one given in the command line.
struct KeyOptions: ParsableArguments {
  @Argument(help: "The lease.")
  var lease: String
  @Option(help: ArgumentHelp("A key that is not in the wallet: \(SecretText.keyForms).", valueName: "key"))
  var key: String?

  /// The key that --key tells, if it does.
  func told() throws -> Bytes16? { try key.map { try SecretText.key($0, what: "--key") } }

  func resolve(_ account: Account) async throws -> LeaseKey {
    guard let key = try told() else { return try await account.key(lease, ownerOnly: false) }
    return LeaseKey(lease: try await account.lease(lease), key: key)
  }
}

/// `turnpike bind`.
struct Bind: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what a key of a lease is good for.",
    discussion: """
      EXAMPLE
        turnpike bind training
      """)
  @OptionGroup var options: Options
  @OptionGroup var key: KeyOptions

  func run() async throws {
    let account = try await options.connectWallet()
    let key = try await self.key.resolve(account)
    let reply = try await account.client.bind(key)
    try Terminal.show(
      .object([
        ("lease", .id(key.lease)), ("authority", .text(reply.authority.specificationName)),
        ("state", .text(reply.state.specificationName)), ("epoch", .count(reply.epoch)),
        ("useNumber", .count(reply.useNumber)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike use`.
struct Use: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Debits a use of what is leased.",
    discussion: """
      EXAMPLES
        turnpike use training --quantity 3
        turnpike use training --quantity 3 --chain 1
        turnpike use 4503599627370498 --open --quantity 1 --amount 50
      """)
  @OptionGroup var options: Options
  @OptionGroup var key: KeyOptions
  @Option(help: "Meter, 0 to 3.")
  var meter: UInt8 = 0
  @Option(help: "Quantity.")
  var quantity: UInt64 = 1
  @Option(help: "Number of this use, to repeat one; by default the next.")
  var number: UInt64 = 0
  @Option(help: "Pay this from the wallet as well; of an open lease, the exact price.", transform: Amount.parse)
  var amount: Amount?
  @Option(help: "Pay for it with words of this chain of the wallet.")
  var chain: UInt32?
  @Flag(help: "It is an open lease, which has no keys.")
  var open = false
  @OptionGroup var ecash: EcashOptions

  func validate() throws {
    if amount != nil || ecash.pay != nil { try ecash.check(amount != nil, "--amount") }
    if chain != nil, open || isPaid { throw ValidationError("--chain pays for it, and nothing else does") }
    if open, !isPaid { throw ValidationError("the use of an open lease is paid with --amount or --pay") }
  }

  /// Whether money is paid with it.
  private var isPaid: Bool { amount != nil || ecash.pay != nil }

  func run() async throws {
    let account = try await options.connectWallet()
    let request: Request
    let lease: UInt64
    if open {
      lease = try await account.lease(key.lease)
      request = .use(openLease: lease, meter: meter, quantity: quantity, payment: [])
    } else {
      let key = try await self.key.resolve(account)
      if let chain { return try await use(key, chain, account) }
      var number = self.number
      if isPaid, number == 0 { number = try await account.client.bind(key).useNumber + 1 }
      lease = key.lease
      request = .use(key, meter: meter, quantity: quantity, useNumber: number)
    }
    let reply =
      isPaid
      ? try await account.wallet.pay(
        request, with: await account.tender(ecash, amount: amount?.value), to: lease)
      : try await account.wallet.perform(request)
    let used = try reply.fixed(UseReply.self)
    var fields = [("charged", account.amount(used.charged)), ("balance", account.amount(used.balance))]
    // Nothing was taken this time; how much it was then is not always kept.
    if reply.isReplayed { fields.append(("chargedBefore", .flag(true))) }
    try Terminal.show(.object(fields))
    await account.wallet.disconnect()
  }
}

extension Use {
  /// With as many words as the use costs. They make it safe to repeat, so the wallet need not keep it.
  private func use(_ key: LeaseKey, _ number: UInt32, _ account: Account) async throws {
    var chain = try await account.wallet.chain(number, of: key.lease)
    let lease = try await account.client.check(lease: key.lease)
    let terms = try await account.client.describe(resource: lease.resource).terms
    let prices = [terms.meter0, terms.meter1, terms.meter2, terms.meter3]
    let price = prices.indices.contains(Int(meter)) ? prices[Int(meter)] : 0
    let (cost, overflow) = quantity.multipliedReportingOverflow(by: price)
    let steps = overflow ? .max : cost / chain.weight + (cost % chain.weight > 0 ? 1 : 0)
    guard let tick = chain.tick(UInt32(clamping: max(steps, 1))) else {
      throw TurnpikeError(
        .invalidArgument(
          "that costs \(steps) words; the chain has \(chain.stepsLeft) left, and one use takes \(WireLimits.chainStepCountMax) at most"
        ))
    }
    let request = Request.use(key, meter: meter, quantity: quantity, useNumber: self.number, tick: tick)
    let reply = try await account.client.perform(request)
    let used = try reply.fixed(UseReply.self)
    var fields = [("charged", account.amount(used.charged)), ("balance", account.amount(used.balance))]
    // Nothing was taken for a word that was shown with a use of before.
    fields.append(reply.isReplayed ? ("chargedBefore", .flag(true)) : ("word", .count(UInt64(tick.index))))
    try Terminal.show(.object(fields))
    await account.wallet.disconnect()
  }
}

/// `turnpike reserve`.
struct Reserve: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Holds money of a lease for a cost that is not known yet.",
    discussion: """
      EXAMPLE
        turnpike reserve training --quantity 10 --hold 5m
      """)
  @OptionGroup var options: Options
  @OptionGroup var key: KeyOptions
  @Option(help: "Meter, 0 to 3.")
  var meter: UInt8 = 0
  @Option(help: "Greatest quantity that may be settled.")
  var quantity: UInt64
  @Option(name: .customLong("hold"), help: "How long to hold it; at most a day.", transform: Span.parse)
  var hold = Span(milliseconds: 60_000)

  func run() async throws {
    let account = try await options.connectWallet()
    let reply = try await account.wallet.reserve(
      key.resolve(account), meter: meter, quantityMax: quantity, timeoutMilliseconds: hold.milliseconds)
    try Terminal.show(
      .object([
        ("reservation", .id(reply.reservation)), ("held", account.amount(reply.held)), ("until", .instant(reply.until)),
        ("balance", account.amount(reply.balance)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike settle`.
struct Settle: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Charges the actual quantity of a reservation; the rest goes back to the lease.",
    discussion: """
      EXAMPLE
        turnpike settle training 4503599627370498 --quantity 7
      """)
  @OptionGroup var options: Options
  @OptionGroup var key: KeyOptions
  @Argument(help: "The reservation.")
  var reservation: UInt64
  @Option(help: "Actual quantity; 0 gives all of it back.")
  var quantity: UInt64

  func run() async throws {
    let account = try await options.connectWallet()
    let reply = try await account.wallet.settle(
      key.resolve(account), reservation: reservation, quantity: quantity)
    try Terminal.show(
      .object([
        ("charged", account.amount(reply.charged)), ("returned", account.amount(reply.returned)),
        ("balance", account.amount(reply.balance)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike grant-key`.
struct GrantKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant-key",
    abstract: "Lets somebody else debit a lease, within limits.",
    discussion: """
      Makes a debit key, which the wallet keeps and which is to be told to whoever shall use it. With --key, changes the \
      limits of a key that was granted before; a total of 0 withdraws it.

      EXAMPLE
        turnpike grant-key training --total 5_000 --name shop
      """)
  @OptionGroup var options: Options
  @OptionGroup var key: KeyOptions
  @Option(help: "Most that it may debit within one second.", transform: Amount.parse)
  var perSecond: Amount?
  @Option(help: "Most that it may debit in all; 0 withdraws the key.")
  var total: UInt64
  @Option(help: "A name for the key in this wallet.")
  var name: String?

  func run() async throws {
    let account = try await options.connectWallet()
    let told = try key.told()
    if told == nil { try await account.check(newName: name) }
    let owner = try await account.key(key.lease, ownerOnly: true)
    let debitKey = try told ?? Bytes16.secret()
    let reply = try await account.wallet.grantDebitKey(
      owner, debitKey: debitKey, perSecond: perSecond?.value ?? total, total: total, alias: name ?? "")
    try Terminal.show(
      .object([
        ("lease", .id(owner.lease)), ("key", .text(debitKey.hexadecimal)), ("debitKey", .id(reply.debitKey)),
        ("spent", account.amount(reply.spent)),
      ]))
    await account.wallet.disconnect()
  }
}
