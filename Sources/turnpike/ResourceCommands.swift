import ArgumentParser
import TurnpikeClient

/// `turnpike resources ...`.
struct Resources: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what the broker offers.", subcommands: [List.self, Describe.self, StatusOf.self],
    defaultSubcommand: List.self)

  /// `turnpike resources list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the resources.")
    @OptionGroup var options: Options
    @Option(help: "How many at most.")
    var limit = 1000

    func run() async throws {
      let client = try await options.connect()
      let unit = client.broker.unit.string
      let rows = try await client.resources(countMax: max(0, limit)).map { entry in
        Value.object([
          ("id", .id(entry.resource)), ("name", .text(entry.name.string)), ("price", .amount(entry.price, unit: unit)),
          ("period", .duration(entry.period)), ("units", .count(UInt64(entry.units))),
          ("unitsFree", .count(UInt64(entry.unitsFree))),
        ])
      }
      Terminal.show(.list(rows))
      client.close()
    }
  }

  /// `turnpike resources describe`.
  struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows the terms of a resource.")
    @OptionGroup var options: Options
    @Argument(help: "Its name or id.")
    var resource: String

    func run() async throws {
      let client = try await options.connect()
      let described = try await client.describe(resource: client.resource(named: resource))
      let unit = client.broker.unit.string
      let terms = described.terms
      Terminal.show(
        .object([
          ("id", .id(described.resource)), ("name", .text(described.name.string)),
          ("provider", .count(described.provider)), ("version", .count(UInt64(described.version))),
          ("units", .count(UInt64(terms.units))), ("price", .amount(terms.price, unit: unit)),
          ("period", .duration(terms.period)), ("throttledPrice", .amount(terms.throttledPrice, unit: unit)),
          ("shortest", .duration(terms.shortest)), ("longest", .duration(terms.longest)), ("low", .duration(terms.low)),
          ("throttle", .duration(terms.throttle)), ("grace", .duration(terms.grace)),
          ("meter0", .amount(terms.meter0, unit: unit)), ("meter1", .amount(terms.meter1, unit: unit)),
          ("meter2", .amount(terms.meter2, unit: unit)), ("meter3", .amount(terms.meter3, unit: unit)),
          ("giftsRefused", .flag(terms.policy.contains(.giftsRefused))),
          ("useSpendsGiven", .flag(terms.policy.contains(.useSpendsGiven))),
        ]))
      client.close()
    }
  }

  /// `turnpike resources status`.
  struct StatusOf: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status", abstract: "Shows how a resource is doing: units, leases, money.")
    @OptionGroup var options: Options
    @Argument(help: "Its name or id.")
    var resource: String

    func run() async throws {
      let client = try await options.connect()
      let id = try await client.resource(named: resource)
      let status = try await client.status(resource: id)
      let unit = client.broker.unit.string
      Terminal.show(
        .object([
          ("id", .id(id)), ("units", .count(UInt64(status.units))), ("unitsLeased", .count(UInt64(status.unitsLeased))),
          ("leases", .count(UInt64(status.leaseCount))), ("suspended", .count(UInt64(status.leaseCountSuspended))),
          ("earned", .amount(status.earned, unit: unit)), ("donations", .amount(status.donations, unit: unit)),
          ("burnRate", .amount(status.burnRate, unit: unit)), ("earliestFree", .instant(status.earliestFree)),
          ("version", .count(UInt64(status.version))),
        ]))
      client.close()
    }
  }
}

/// `turnpike quote`.
struct Quote: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Tells what a lease costs now.")
  @OptionGroup var options: Options
  @Argument(help: "The resource's name or id.")
  var resource: String
  @Option(help: "Units.")
  var units: UInt32 = 1
  @Option(name: .customLong("for"), help: "How long; by default the shortest lease.")
  var duration: Span?

  func run() async throws {
    let client = try await options.connect()
    let quote = try await client.quote(
      resource: client.resource(named: resource), units: units, durationMilliseconds: duration?.milliseconds ?? 0)
    let unit = client.broker.unit.string
    Terminal.show(
      .object([
        ("amount", .amount(quote.amount, unit: unit)), ("amountMin", .amount(quote.amountMin, unit: unit)),
        ("amountMax", .amount(quote.amountMax, unit: unit)), ("unitsFree", .count(UInt64(quote.unitsFree))),
        ("earliestFree", .instant(quote.earliestFree)), ("version", .count(UInt64(quote.version))),
      ]))
    client.close()
  }
}

/// The terms of `register` and `update`. What is not said keeps `base`'s value.
struct TermsOptions: ParsableArguments {
  @Option(help: "Price per unit and period.")
  var price: Amount?
  @Option(help: "Price period.")
  var period: Span?
  @Option(help: "Price per unit and period while throttled; by default the price.")
  var throttledPrice: Amount?
  @Option(help: "Units.")
  var units: UInt32?
  @Option(help: "Shortest lease.")
  var shortest: Span?
  @Option(help: "How far ahead a lease may be funded.")
  var longest: Span?
  @Option(help: "Funded time left at which a lease is LOW.")
  var low: Span?
  @Option(help: "Funded time left at which a lease is throttled.")
  var throttle: Span?
  @Option(help: "How long a suspended lease is kept.")
  var grace: Span?
  @Option(help: "Price of one unit of use on meter 0; 0: none.")
  var meter0: UInt64?
  @Option(help: "The same for meter 1.")
  var meter1: UInt64?
  @Option(help: "The same for meter 2.")
  var meter2: UInt64?
  @Option(help: "The same for meter 3.")
  var meter3: UInt64?
  @Flag(inversion: .prefixedNo, help: "Whether leases take gifts.")
  var gifts: Bool?
  @Flag(inversion: .prefixedNo, help: "Whether use may spend given money.")
  var useSpendsGiven: Bool?

  func applied(to base: Terms) -> Terms {
    var terms = base
    let fullPrice = price?.value ?? terms.price
    terms.throttledPrice =
      throttledPrice?.value ?? (base.throttledPrice == base.price ? fullPrice : base.throttledPrice)
    terms.price = fullPrice
    terms.period = period?.milliseconds ?? terms.period
    terms.units = units ?? terms.units
    terms.shortest = shortest?.milliseconds ?? terms.shortest
    terms.longest = longest?.milliseconds ?? terms.longest
    terms.low = low?.milliseconds ?? terms.low
    terms.throttle = throttle?.milliseconds ?? terms.throttle
    terms.grace = grace?.milliseconds ?? terms.grace
    terms.meter0 = meter0 ?? terms.meter0
    terms.meter1 = meter1 ?? terms.meter1
    terms.meter2 = meter2 ?? terms.meter2
    terms.meter3 = meter3 ?? terms.meter3
    var policy = terms.policy
    if let gifts { policy = gifts ? policy.subtracting(.giftsRefused) : policy.union(.giftsRefused) }
    if let useSpendsGiven {
      policy = useSpendsGiven ? policy.union(.useSpendsGiven) : policy.subtracting(.useSpendsGiven)
    }
    terms.policy = policy
    return terms
  }
}

/// `turnpike register`.
struct Register: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Offers a resource (provider).",
    discussion: """
      Without options for them: leases of one minute to 30 days, LOW at 5 minutes, throttled never, kept for 10 minutes when \
      suspended.

      EXAMPLE
        turnpike register gpu --units 8 --price 3600 --period 1h --meter0 5 --credential provider-1
      """)
  @OptionGroup var options: Options
  @OptionGroup(title: "Terms") var terms: TermsOptions
  @Argument(help: "Its name: 1 to 31 bytes.")
  var name: String

  func run() async throws {
    guard let field = Name32(name) else { throw ValidationError("\(name) cannot be a name") }
    guard terms.price != nil, terms.period != nil, terms.units != nil else {
      throw ValidationError("--price, --period and --units are needed")
    }
    let base = Terms(
      price: 0, period: 0, throttledPrice: 0, shortest: 60_000, longest: 30 * 86_400_000, low: 300_000, throttle: 0,
      grace: 600_000, meter0: 0, meter1: 0, meter2: 0, meter3: 0, units: 0, policy: [])
    let account = try await options.connectWallet()
    let id = try await account.wallet.register(name: field, terms: terms.applied(to: base))
    Terminal.show(.object([("resource", .id(id)), ("name", .text(name))]))
    await account.wallet.disconnect()
  }
}

/// `turnpike update`.
struct Update: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Announces new terms of a resource (its provider).",
    discussion: "What is not said stays as it is. No lease's deadline moves earlier.")
  @OptionGroup var options: Options
  @OptionGroup(title: "Terms") var terms: TermsOptions
  @Argument(help: "Its name or id.")
  var resource: String

  func run() async throws {
    let account = try await options.connectWallet()
    let described = try await account.client.describe(resource: account.resource(resource))
    let reply = try await account.wallet.update(
      resource: described.resource, terms: terms.applied(to: described.terms))
    Terminal.show(
      .object([
        ("resource", .id(described.resource)), ("version", .count(UInt64(reply.version))),
        ("leasesOnOldTerms", .count(reply.leases)),
      ]))
    await account.wallet.disconnect()
  }
}
