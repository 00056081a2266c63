import ArgumentParser
import TurnpikeClient

/// `turnpike resources ...`.
struct Resources: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows what the broker offers.",
    discussion: """
      EXAMPLE
        turnpike resources
      """, subcommands: [List.self, Describe.self, StatusOf.self],
    defaultSubcommand: List.self)

  /// `turnpike resources list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the resources.",
      discussion: """
        EXAMPLE
          turnpike resources list --limit 20
        """)
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
      try Terminal.show(.list(rows))
      client.close()
    }
  }

  /// `turnpike resources describe`.
  struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the terms of a resource.",
      discussion: """
        EXAMPLE
          turnpike resources describe gpu
        """)
    @OptionGroup var options: Options
    @Argument(help: "Its name or id.")
    var resource: String

    func run() async throws {
      let client = try await options.connect()
      let id = try await client.resource(named: resource)
      let described = try await naming(resource) { () async throws(TurnpikeError) in
        try await client.describe(resource: id)
      }
      let unit = client.broker.unit.string
      let terms = described.terms
      let fields: [(String, Value)] = [
        ("id", .id(described.resource)), ("name", .text(described.name.string)),
        ("provider", .count(described.provider)), ("version", .count(UInt64(described.version))),
        ("units", .count(UInt64(terms.units))), ("price", .amount(terms.price, unit: unit)),
        ("period", .duration(terms.period)), ("throttledPrice", .amount(terms.throttledPrice, unit: unit)),
        ("shortest", .duration(terms.shortest)), ("longest", .duration(terms.longest)), ("low", .duration(terms.low)),
        ("throttle", .duration(terms.throttle)), ("grace", .duration(terms.grace)),
        ("provision", .duration(terms.provision)), ("outage", .duration(terms.outage)),
        ("meter0", .amount(terms.meter0, unit: unit)), ("meter1", .amount(terms.meter1, unit: unit)),
        ("meter2", .amount(terms.meter2, unit: unit)), ("meter3", .amount(terms.meter3, unit: unit)),
        ("giftsRefused", .flag(terms.policy.contains(.giftsRefused))),
        ("useSpendsGiven", .flag(terms.policy.contains(.useSpendsGiven))),
        ("investorsAsked", .flag(terms.policy.contains(.investorsAsked))),
        ("unitsHeld", .flag(terms.policy.contains(.unitsHeld))),
      ]
      try Terminal.show(.object(fields + (described.banner?.fields ?? [])))
      client.close()
    }
  }
}

/// `turnpike quote`.
struct Quote: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what a lease costs now.",
    discussion: """
      EXAMPLE
        turnpike quote gpu --for 2h --units 2
      """)
  @OptionGroup var options: Options
  @Argument(help: "The resource's name or id.")
  var resource: String
  @Option(help: "Units.")
  var units: UInt32 = 1
  @Option(name: .customLong("for"), help: "How long; by default the shortest lease.", transform: Span.parse)
  var duration: Span?

  func run() async throws {
    let client = try await options.connect()
    let id = try await client.resource(named: resource)
    let quote = try await naming(resource) { () async throws(TurnpikeError) in
      try await client.quote(resource: id, units: units, durationMilliseconds: duration?.milliseconds ?? 0)
    }
    let unit = client.broker.unit.string
    try Terminal.show(
      .object([
        ("amount", .amount(quote.amount, unit: unit)), ("amountMin", .amount(quote.amountMin, unit: unit)),
        ("amountMax", .amount(quote.amountMax, unit: unit)), ("unitsFree", .count(UInt64(quote.unitsFree))),
        ("earliestFree", .instant(quote.earliestFree)), ("version", .count(UInt64(quote.version))),
      ]))
    client.close()
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
      grace: 600_000, provision: 0, outage: 0, meter0: 0, meter1: 0, meter2: 0, meter3: 0, units: 0, policy: [])
    let account = try await options.connectWallet()
    let wanted = terms.applied(to: base)
    let id = try await TermsOptions.naming(termsAt: RegisterRequest.byteCount - Terms.byteCount) {
      () async throws(TurnpikeError) in try await account.wallet.register(name: field, terms: wanted)
    }
    try Terminal.show(.object([("resource", .id(id)), ("name", .text(name))]))
    await account.wallet.disconnect()
  }
}

/// `turnpike update`.
struct Update: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Announces new terms of a resource (its provider).",
    discussion: """
      What is not said stays as it is. No lease's deadline moves earlier.

      EXAMPLE
        turnpike update gpu --price 4_000 --credential provider-1
      """)
  @OptionGroup var options: Options
  @OptionGroup(title: "Terms") var terms: TermsOptions
  @Argument(help: "Its name or id.")
  var resource: String

  func run() async throws {
    let account = try await options.connectWallet()
    let id = try await account.resource(resource)
    let described = try await naming(resource) { () async throws(TurnpikeError) in
      try await account.client.describe(resource: id)
    }
    let wanted = terms.applied(to: described.terms)
    let reply = try await TermsOptions.naming(termsAt: UpdateRequest.byteCount - Terms.byteCount) {
      () async throws(TurnpikeError) in try await account.wallet.update(resource: id, terms: wanted)
    }
    try Terminal.show(
      .object([
        ("resource", .id(described.resource)), ("version", .count(UInt64(reply.version))),
        ("leasesOnOldTerms", .count(reply.leases)),
      ]))
    await account.wallet.disconnect()
  }
}
