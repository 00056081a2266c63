import ArgumentParser
import TurnpikeClient

/// `turnpike donate`.
struct Donate: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Gives money to a resource, a lease or a pool. Nobody can take it out again.",
    discussion: """
      A donation to a resource buys time for its public lease; while there is none it waits for one. Sponsors' matching \
      deposits add to it. A donation to a pool is shared by its resources.

      EXAMPLES
        turnpike donate library 5_000 --label "Ada, with thanks"
        turnpike donate training 1_000 --lease
        turnpike donate commons 20_000 --pool
        turnpike donate library --pay @token
      """)

  enum Kind: String, EnumerableFlag {
    case lease, pool

    static func help(for value: Kind) -> ArgumentHelp? {
      switch value {
      case .lease: "It is for a lease, as a gift."
      case .pool: "It is for a pool."
      }
    }
  }

  @OptionGroup var options: Options
  @OptionGroup var label: LabelOptions
  @Argument(help: "The resource's name or id; of a lease or pool the same.")
  var target: String
  @Argument(help: "How much; not with --pay.", transform: Amount.parse)
  var amount: Amount?
  @OptionGroup var ecash: EcashOptions
  @Flag(exclusivity: .exclusive) var kind: Kind?

  func validate() throws { try ecash.check(amount != nil) }

  func run() async throws {
    let account = try await options.connectWallet()
    let (target, id): (DonationTarget, UInt64) =
      switch kind {
      case nil: (.resource, try await account.resource(self.target))
      case .lease: (.lease, try await account.lease(self.target))
      case .pool: (.pool, try await account.client.pool(named: self.target).pool)
      }
    let tender = try await account.tender(ecash, amount: amount?.value)
    let reply = try await account.wallet.donate(to: target, id: id, paying: tender, label: label.name)
    var fields: [(String, Value)] = [
      ("credited", account.amount(reply.credited)), ("matched", account.amount(reply.matched)),
      ("payment", .id(reply.payment)),
    ]
    if reply.lease != 0 { fields += [("lease", .id(reply.lease)), ("deadline", .instant(reply.deadline))] }
    try Terminal.show(.object(fields))
    await account.wallet.disconnect()
  }
}

/// `turnpike pledge`.
struct Pledge: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Pledges money to a campaign, or to a resource in instalments.",
    discussion: """
      A pledge to a campaign funds its resource when the goal is reached, and comes back with `turnpike claim pay` when it is \
      missed. With --every and --times it is a scheduled pledge to a resource: AMOUNT is the sum of its instalments, and \
      `turnpike claim pay --cancel` takes back what was not paid yet. The wallet keeps the claim key of either.

      EXAMPLES
        turnpike pledge 4503599627370498 5_000 --label Ada
        turnpike pledge library 12_000 --every 30d --times 12 --name library-year
      """)
  @OptionGroup var options: Options
  @OptionGroup var label: LabelOptions
  @OptionGroup var name: ClaimNameOptions
  @Argument(help: "The campaign's id; of a scheduled pledge the resource's name or id.")
  var target: String
  @Argument(help: "How much; of a scheduled pledge in all; not with --pay.", transform: Amount.parse)
  var amount: Amount?
  @OptionGroup var ecash: EcashOptions
  @Option(help: "Time from one instalment to the next.", transform: Span.parse)
  var every: Span?
  @Option(help: "How many instalments.")
  var times: UInt32?
  @Option(help: "Time until the first one; by default it is paid at once.", transform: Span.parse)
  var first: Span?

  func validate() throws {
    try ecash.check(amount != nil)
    guard (every == nil) == (times == nil), first == nil || every != nil else {
      throw ValidationError("a scheduled pledge is said with both --every and --times")
    }
    if let times, !(1...UInt32(WireLimits.instalmentCountMax)).contains(times) {
      throw ValidationError("1 to \(WireLimits.instalmentCountMax) instalments")
    }
    guard every != nil || UInt64(target) != nil else {
      throw ValidationError("\(target) is not the id of a campaign; a pledge to a resource needs --every and --times")
    }
  }

  func run() async throws {
    let account = try await options.connectWallet()
    try await account.check(newName: name.name)
    let tender = try await account.tender(ecash, amount: amount?.value)
    if let every, let times {
      try await schedule(every, times, tender, account)
    } else {
      let reply = try await account.wallet.pledge(
        campaign: UInt64(target) ?? 0, paying: tender, label: label.name, alias: name.name ?? "")
      try Terminal.show(
        .object([
          ("claim", .id(reply.claim)), ("amount", account.amount(reply.amount)),
          ("pledged", account.amount(reply.pledged)), ("closesAt", .instant(reply.closesAt)),
          ("payment", .id(reply.payment)),
        ]))
    }
    await account.wallet.disconnect()
  }

  private func schedule(_ every: Span, _ times: UInt32, _ tender: Tender, _ account: Account) async throws {
    let reply = try await account.wallet.schedule(
      resource: account.resource(target), paying: tender, count: times,
      firstMilliseconds: first?.milliseconds ?? 0, intervalMilliseconds: every.milliseconds, label: label.name,
      alias: name.name ?? "")
    try Terminal.show(
      .object([
        ("claim", .id(reply.claim)), ("amount", account.amount(reply.amount)), ("instalments", .count(UInt64(times))),
        ("next", .instant(reply.next)), ("payment", .id(reply.payment)),
      ]))
  }
}

/// `turnpike match`.
struct Match: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Puts down a matching deposit: it adds to each donation to a resource.",
    discussion: """
      A ratio of 1:1 doubles each donation; --cap is the most that is added to one. What is left at the end comes back with \
      `turnpike claim pay`, and before that with --cancel. The wallet keeps the claim key.

      EXAMPLE
        turnpike match library 100_000 --ratio 1:1 --cap 5_000 --for 30d --label "Example Ltd"
      """)
  @OptionGroup var options: Options
  @OptionGroup var label: LabelOptions
  @OptionGroup var name: ClaimNameOptions
  @Argument(help: "The resource's name or id.")
  var resource: String
  @Argument(help: "The deposit; not with --pay.", transform: Amount.parse)
  var amount: Amount?
  @OptionGroup var ecash: EcashOptions
  @Option(
    help: ArgumentHelp("What it adds to what is given.", valueName: "added:given"), transform: Ratio.parse)
  var ratio: Ratio
  @Option(help: "Most that it adds to one donation.", transform: Amount.parse)
  var cap: Amount?
  @Option(name: .customLong("for"), help: "How long it matches.", transform: Span.parse)
  var duration: Span

  func validate() throws { try ecash.check(amount != nil) }

  func run() async throws {
    let account = try await options.connectWallet()
    try await account.check(newName: name.name)
    let tender = try await account.tender(ecash, amount: amount?.value)
    let reply = try await account.wallet.match(
      resource: account.resource(resource), paying: tender, numerator: ratio.numerator,
      denominator: ratio.denominator, cap: cap?.value ?? 0, durationMilliseconds: duration.milliseconds,
      label: label.name, alias: name.name ?? "")
    try Terminal.show(
      .object([
        ("claim", .id(reply.claim)), ("amount", account.amount(reply.amount)), ("until", .instant(reply.until)),
        ("payment", .id(reply.payment)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike invest`.
struct Invest: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Invests in an offering: a part of the resource's revenue for money.",
    discussion: """
      It cannot be taken back. What it earns comes with `turnpike claim pay`, as often as something is due; the wallet keeps the \
      claim key. The amount decides the tier: pay at once what is to be of the higher one. `turnpike offering show` tells the terms.

      EXAMPLES
        turnpike offering show 4503599627370498
        turnpike invest 4503599627370498 50_000 --name library-share
      """)
  @OptionGroup var options: Options
  @OptionGroup var name: ClaimNameOptions
  @Argument(help: "The offering's id.")
  var offering: UInt64
  @Argument(help: "How much; not with --pay.", transform: Amount.parse)
  var amount: Amount?
  @OptionGroup var ecash: EcashOptions

  func validate() throws { try ecash.check(amount != nil) }

  func run() async throws {
    let account = try await options.connectWallet()
    try await account.check(newName: name.name)
    let tender = try await account.tender(ecash, amount: amount?.value)
    let reply = try await account.wallet.invest(offering: offering, paying: tender, alias: name.name ?? "")
    try Terminal.show(
      .object([
        ("claim", .id(reply.claim)), ("amount", account.amount(reply.amount)), ("raised", account.amount(reply.raised)),
        ("closesAt", .instant(reply.closesAt)), ("payment", .id(reply.payment)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike spend-donations`.
struct SpendDonations: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spend-donations",
    abstract: "Moves donations that wait into the resource's public lease (its provider).",
    discussion: """
      The public lease is the open lease that was granted last; a new one takes all donations that wait by itself.

      EXAMPLE
        turnpike spend-donations library 5_000 --credential provider-1
      """)
  @OptionGroup var options: Options
  @Argument(help: "The resource's name or id.")
  var resource: String
  @Argument(help: "How much; by default all there is.", transform: Amount.parse)
  var amount: Amount?

  func run() async throws {
    let account = try await options.connectWallet()
    let reply = try await account.wallet.spendDonations(
      resource: account.resource(resource), amount: amount?.value ?? 0)
    try Terminal.show(
      .object([
        ("amount", account.amount(reply.amount)), ("left", account.amount(reply.left)), ("lease", .id(reply.lease)),
        ("balance", account.amount(reply.balance)), ("deadline", .instant(reply.deadline)),
      ]))
    await account.wallet.disconnect()
  }
}
