import ArgumentParser
import TurnpikeClient

/// `turnpike offering ...`.
struct Offerings: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offering",
    abstract: "Offerings: shares of a resource's revenue for money.",
    discussion: """
      What is invested funds the resource at the closing time; from then on the offering gets its share of the revenue, and its \
      investors collect it with `turnpike claim pay`. `turnpike status` shows a resource's offerings, `turnpike invest` takes part.

      EXAMPLES
        turnpike offering open library --cap 1_000_000 --share 12.5 --for 30d --period 365d --credential provider-1
        turnpike offering show 4503599627370498
        turnpike offering cancel 4503599627370498 --credential provider-1
      """,
    subcommands: [Open.self, Show.self, Cancel.self])

  /// `turnpike offering open`.
  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Offers a share of a resource's revenue (its provider). It cannot be changed later.",
      discussion: """
        A revenue offering shares for --period after it closed; a fixed one until each tier got --return of what was invested in \
        it; ownership shares without end. Until the resource had a revenue of --criterion, counted from its closing, the share \
        is --start-share. An investment is of the highest tier whose FROM it reaches, and each unit of money weighs as the \
        RATE of its tier says.

        EXAMPLES
          turnpike offering open library --cap 1_000_000 --share 12.5 --for 30d --period 365d --credential provider-1
          turnpike offering open library --cap 1_000_000 --share 20 --for 30d --kind fixed --return 150 \
        --tier 1_000:1 --tier 50_000:2 --credential provider-1
          turnpike offering open library --cap 9_000_000 --share 40 --start-share 10 --criterion 200_000 --for 90d \
        --kind ownership --unit 1_000 --label "a second hall" --credential provider-1
        """)

    enum Kind: String, ExpressibleByArgument, CaseIterable {
      case revenue, fixed, ownership

      var kind: OfferingKind {
        switch self {
        case .revenue: .revenue
        case .fixed: .fixed
        case .ownership: .ownership
        }
      }
    }

    @OptionGroup var options: Options
    @OptionGroup var label: LabelOptions
    @Argument(help: "The resource's name or id.")
    var resource: String
    @Option(help: "Most that it takes.", transform: Amount.parse)
    var cap: Amount
    @Option(help: ArgumentHelp("Its share of the revenue.", valueName: "percent"), transform: Percent.parse)
    var share: Percent
    @Option(name: .customLong("for"), help: "Time until it closes.", transform: Span.parse)
    var duration: Span
    @Option(help: "What investors get.")
    var kind = Kind.revenue
    @Option(help: "Revenue: how long it shares after it closed.", transform: Span.parse)
    var period: Span?
    @Option(
      name: .customLong("return"),
      help: ArgumentHelp("Fixed: what a tier gets in all, of what was invested in it.", valueName: "percent"),
      transform: Percent.parse)
    var fixedReturn: Percent?
    @Option(help: "Every investment is a multiple of it; by default 1.", transform: Amount.parse)
    var unit: Amount?
    @Option(help: ArgumentHelp("Its share in the start-up phase.", valueName: "percent"), transform: Percent.parse)
    var startShare: Percent?
    @Option(help: "Revenue that ends the start-up phase.", transform: Amount.parse)
    var criterion: Amount?
    @Option(
      name: .customLong("tier"),
      help: ArgumentHelp("A tier: its least investment, and its rate; up to 4, ascending.", valueName: "from:rate"),
      transform: Tier.parse)
    var tiers: [Tier] = []

    func validate() throws {
      guard (1...Percent.whole).contains(share.millionths), startShare?.millionths ?? 0 <= Percent.whole else {
        throw ValidationError("--share is more than 0 and at most 100, --start-share at most 100")
      }
      guard (startShare == nil) == (criterion == nil) else {
        throw ValidationError("a start-up phase is said with both --start-share and --criterion")
      }
      let isKnown =
        switch kind {
        case .revenue: (period?.milliseconds ?? 0 > 0, fixedReturn == nil)
        case .fixed: (period == nil, fixedReturn?.millionths ?? 0 > 0)
        case .ownership: (period == nil, fixedReturn == nil)
        }
      guard isKnown == (true, true) else {
        throw ValidationError("a revenue offering needs a --period, a fixed one a --return; no other has either")
      }
      guard tiers.count <= WireLimits.tierCountMax, zip(tiers, tiers.dropFirst()).allSatisfy({ $0.from < $1.from })
      else {
        throw ValidationError("up to \(WireLimits.tierCountMax) tiers, each from more than the one before")
      }
    }

    private var terms: OfferingTerms {
      var terms = OfferingTerms(
        kind: kind.kind, cap: cap.value, share: share.millionths, durationMilliseconds: duration.milliseconds)
      terms.unit = unit?.value ?? terms.unit
      if !tiers.isEmpty { terms.tiers = tiers }
      (terms.startShare, terms.criterion) = (startShare?.millionths ?? 0, criterion?.value ?? 0)
      terms.periodMilliseconds = period?.milliseconds ?? 0
      terms.returnPerMillion = fixedReturn?.millionths ?? 0
      terms.label = label.name
      return terms
    }

    func run() async throws {
      let account = try await options.connectWallet()
      let reply = try await account.wallet.openOffering(resource: account.resource(resource), terms: terms)
      try Terminal.show(.object([("offering", .id(reply.offering)), ("closesAt", .instant(reply.closesAt))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike offering show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the terms of an offering and how it stands, to anyone.",
      discussion: """
        EXAMPLE
          turnpike offering show 4503599627370498
        """)
    @OptionGroup var options: Options
    @Argument(help: "The offering.")
    var offering: UInt64

    func run() async throws {
      let client = try await options.connect()
      let description = try await naming("offering \(offering)") { () async throws(TurnpikeError) in
        try await client.describeOffering(offering)
      }
      try Terminal.show(
        OfferingReport(id: offering, offering: description, unit: client.broker.unit.string).value)
      client.close()
    }
  }

  /// `turnpike offering cancel`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends an offering before it closes: each investment goes back (provider or operator).",
      discussion: """
        EXAMPLE
          turnpike offering cancel 4503599627370498 --credential provider-1
        """)
    @OptionGroup var options: Options
    @Argument(help: "The offering.")
    var offering: UInt64

    func run() async throws {
      let account = try await options.connectWallet()
      let due = try await account.wallet.cancel(funding: offering)
      try Terminal.show(.object([("offering", .id(offering)), ("due", account.amount(due))]))
      await account.wallet.disconnect()
    }
  }
}

/// All that is told of an offering.
private struct OfferingReport {
  var id: UInt64
  var offering: OfferingDescription
  var unit: String

  private var isFixed: Bool { offering.kind == .fixed }

  private func amount(_ value: UInt64) -> Value { .amount(value, unit: unit) }

  var value: Value {
    var fields: [(String, Value)] = [
      ("offering", .id(id)), ("resource", .id(offering.resource)), ("label", .text(offering.label.string)),
      ("kind", .text(offering.kind.specificationName)), ("state", .text(offering.state.specificationName)),
      ("cap", amount(offering.cap)), ("raised", amount(offering.raised)),
      ("investments", .count(offering.investmentCount)), ("unit", amount(offering.unit)),
      ("share", .share(UInt64(offering.share))),
    ]
    if offering.criterion > 0 {
      fields += [
        ("startShare", .share(UInt64(offering.startShare))), ("criterion", amount(offering.criterion)),
        ("startLeft", amount(offering.startLeft)),
      ]
    }
    if isFixed { fields.append(("return", .share(UInt64(offering.returnPerMillion)))) }
    fields += [
      ("earned", amount(offering.earned)), ("closesAt", .instant(offering.closesAt)),
      ("endsAt", .instant(offering.endsAt)), ("tiers", .list(offering.tiers.map(row))),
    ]
    return .object(fields)
  }

  private func row(_ tier: TierFigures) -> Value {
    var fields: [(String, Value)] = [
      ("from", amount(tier.from)), ("rate", .count(UInt64(tier.rate))), ("invested", amount(tier.amount)),
      ("earned", amount(tier.earned)),
    ]
    if isFixed { fields += [("target", amount(tier.target)), ("retired", .flag(tier.retired != 0))] }
    return .object(fields)
  }
}
