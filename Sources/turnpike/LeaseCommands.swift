import ArgumentParser
import TurnpikeClient

/// How much to pay: an amount, the price of some time, or ecash.
struct PriceOptions: ParsableArguments {
  @Option(help: "How much to pay.", transform: Amount.parse)
  var amount: Amount?
  @Option(name: .customLong("for"), help: "Pay for this much time.", transform: Span.parse)
  var duration: Span?
  @OptionGroup var ecash: EcashOptions

  /// Called by the command, after it has missed what it misses itself.
  func check() throws {
    guard [amount != nil, duration != nil, ecash.pay != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("say either --amount, --for or --pay")
    }
  }
}

/// `turnpike acquire`.
struct Acquire: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Takes a lease and pays for it, from the wallet or with ecash.",
    discussion: """
      With --for, the lease is refused rather than shorter if the price has risen meanwhile. Where an agent provisions the \
      resource the lease is PENDING at first, and has no deadline: `turnpike service --wait` waits for it. What the resource's sponsor says, \
      if it has one now, is anybody's text.

      EXAMPLES
        turnpike acquire gpu --for 2h --units 2 --name training
        turnpike acquire wifi --amount 5000
        turnpike acquire gpu --pay @token
      """)
  @OptionGroup var options: Options
  @OptionGroup var price: PriceOptions
  @Argument(help: "The resource's name or id.")
  var resource: String
  @Option(help: "Units.")
  var units: UInt32 = 1
  @Option(help: "A name for the lease in this wallet.")
  var name: String?
  @Option(help: "Refuse if the payment buys less than this.", transform: Span.parse)
  var minimum: Span?
  @Flag(help: "Take no gifts for this lease.")
  var noGifts = false
  @Flag(help: "An open lease, which nobody owns and anyone may fund (the resource's provider only).")
  var open = false

  func validate() throws {
    try price.check()
    if let name, !WalletContent.isAlias(name) { throw ValidationError("\(name) cannot be a name") }
  }

  func run() async throws {
    let account = try await options.connectWallet()
    try await account.check(newName: name)
    let id = try await account.resource(resource)
    var amount = price.amount?.value ?? 0
    var minimum = self.minimum?.milliseconds ?? 0
    if let duration = price.duration?.milliseconds {
      amount = try await naming("\(resource) for \(DurationText.encode(duration))") { () async throws(TurnpikeError) in
        try await account.client.quote(resource: id, units: units, durationMilliseconds: duration).amount
      }
      if self.minimum == nil { minimum = duration }
    }
    let tender = try await account.tender(price.ecash, amount: amount)
    let reply =
      open
      ? try await account.wallet.acquireOpen(resource: id, units: units, paying: tender, minimumMilliseconds: minimum)
      : try await account.wallet.acquire(
        resource: id, units: units, paying: tender, minimumMilliseconds: minimum, refusingGifts: noGifts,
        alias: name ?? "")
    let fields: [(String, Value)] = [
      ("lease", .id(reply.lease)), ("epoch", .count(reply.epoch)), ("deadline", .instant(reply.deadline)),
      ("balance", account.amount(reply.balance)), ("payment", .id(reply.payment)),
    ]
    // No lease that runs has deadline 0.
    let state: [(String, Value)] =
      reply.deadline == 0 ? [("state", .text(LeaseState.pending.specificationName))] : []
    try Terminal.show(.object(fields + state + (reply.banner?.fields ?? [])))
    await account.wallet.disconnect()
  }
}

/// `turnpike fund`.
struct Fund: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Adds money to a lease.",
    discussion: """
      The money is the owner's own when the wallet holds the owner key, and a gift otherwise or with --gift.

      EXAMPLES
        turnpike fund training --for 30m
        turnpike fund training --pay -
      """
  )
  @OptionGroup var options: Options
  @OptionGroup var price: PriceOptions
  @Argument(help: "The lease.")
  var lease: String
  @Flag(help: "Give it: the owner cannot take it out again.")
  var gift = false

  func validate() throws { try price.check() }

  func run() async throws {
    let account = try await options.connectWallet()
    let id = try await account.lease(lease)
    let content = await account.wallet.content
    let owner = gift ? nil : content.owned.first { $0.key.lease == id }?.key.key
    var amount = price.amount?.value ?? 0
    if let duration = price.duration?.milliseconds {
      amount = try await account.client.price(ofLease: id, milliseconds: duration)
    }
    let tender = try await account.tender(price.ecash, amount: amount)
    let reply = try await account.wallet.fund(lease: id, ownerKey: owner, paying: tender)
    try Terminal.show(
      .object([
        ("lease", .id(id)), ("credited", account.amount(reply.credited)), ("balance", account.amount(reply.balance)),
        ("deadline", .instant(reply.deadline)), ("epoch", .count(reply.epoch)), ("payment", .id(reply.payment)),
        ("gift", .flag(owner == nil)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike check`.
struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells the state of a lease, to anyone.",
    discussion: """
      EXAMPLE
        turnpike check training
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease.")
  var lease: String

  func run() async throws {
    let account = try await LeaseReader(options, lease)
    let reply = try await naming("lease \(account.lease)") { () async throws(TurnpikeError) in
      try await account.client.check(lease: account.lease)
    }
    let unit = account.client.broker.unit.string
    try Terminal.show(
      .object([
        ("lease", .id(account.lease)), ("resource", .id(reply.resource)),
        ("state", .text(reply.state.specificationName)),
        ("open", .flag(reply.open != 0)), ("units", .count(UInt64(reply.units))), ("epoch", .count(reply.epoch)),
        ("deadline", .instant(reply.deadline)), ("end", .instant(reply.end)), ("own", .amount(reply.own, unit: unit)),
        ("given", .amount(reply.given, unit: unit)), ("reserved", .amount(reply.reserved, unit: unit)),
        ("deposits", .amount(reply.deposits, unit: unit)),
      ]))
    await account.close()
  }
}

/// A connection for a command that only reads: with the wallet when the lease is named by a name of it.
struct LeaseReader {
  let client: TurnpikeClient
  let lease: UInt64
  private let wallet: Wallet?

  init(_ options: Options, _ name: String) async throws {
    if let id = UInt64(name) {
      (client, lease, wallet) = (try await options.connect(), id, nil)
    } else {
      let account = try await options.connectWallet()
      (client, lease, wallet) = (account.client, try await account.lease(name), account.wallet)
    }
  }

  func close() async {
    if let wallet { await wallet.disconnect() } else { client.close() }
  }
}

/// `turnpike release`.
struct Release: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ends a lease and takes its change into the wallet.",
    discussion: """
      Of a lease that expired or was revoked, it collects what is due to the owner.

      EXAMPLES
        turnpike release training
        turnpike release training --payout 1 --to change
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease.")
  var lease: String
  @OptionGroup var payout: PayoutOptions

  func run() async throws {
    let account = try await options.connectWallet()
    let key = try await account.key(lease, ownerOnly: true)
    try await payout.check(account.client)
    let receipt = try await account.wallet.release(key)
    let paid = try await account.payOut(receipt.notes, payout)
    var fields: [(String, Value)] = [
      ("lease", .id(key.lease)), ("change", account.amount(receipt.change)), ("given", account.amount(receipt.given)),
      ("walletBalance", account.amount(await account.wallet.content.balance)),
    ]
    // The same note as then, which the wallet counts once.
    if receipt.isReplayed { fields.append(("paidBefore", .flag(true))) }
    try paid.show(fields)
    await account.wallet.disconnect()
  }
}

/// `turnpike transfer`.
struct Transfer: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hands a lease to the holder of another key.",
    discussion: """
      The receiver makes a key with `turnpike wallet new-key` and tells its hash; after the transfer, the receiver adds \
      the lease with `turnpike wallet add-owner`.

      EXAMPLE
        turnpike transfer training --to 00112233445566778899aabbccddeeff
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease.")
  var lease: String
  @Option(help: ArgumentHelp("Hash of the receiver's key.", valueName: "32 hex digits"))
  var to: String

  func run() async throws {
    guard let hash = Bytes16(hexadecimal: to) else { throw ValidationError("--to is not 32 hexadecimal digits") }
    let account = try await options.connectWallet()
    let key = try await account.key(lease, ownerOnly: true)
    let epoch = try await account.wallet.transfer(key, toKeyHash: hash)
    try Terminal.show(.object([("lease", .id(key.lease)), ("epoch", .count(epoch))]))
    await account.wallet.disconnect()
  }
}

/// `turnpike revoke`.
struct Revoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Ends a lease; its own money is kept for its owner (provider or operator).",
    discussion: """
      EXAMPLE
        turnpike revoke 17 --credential provider-1
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease.")
  var lease: String

  func run() async throws {
    let account = try await options.connectWallet()
    let id = try await account.lease(lease)
    let reply = try await account.wallet.revoke(lease: id)
    try Terminal.show(
      .object([
        ("lease", .id(id)), ("refund", account.amount(reply.refund)), ("given", account.amount(reply.given)),
      ]))
    await account.wallet.disconnect()
  }
}
