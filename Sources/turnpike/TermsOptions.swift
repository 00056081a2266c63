import ArgumentParser
import TurnpikeClient

/// The terms of `register` and `update`. What is not said keeps `base`'s value.
struct TermsOptions: ParsableArguments {
  @Option(help: "Price per unit and period.", transform: Amount.parse)
  var price: Amount?
  @Option(help: "Price period.", transform: Span.parse)
  var period: Span?
  @Option(help: "Price per unit and period while throttled; by default the price.", transform: Amount.parse)
  var throttledPrice: Amount?
  @Option(help: "Units.")
  var units: UInt32?
  @Option(help: "Shortest lease.", transform: Span.parse)
  var shortest: Span?
  @Option(help: "How far ahead a lease may be funded.", transform: Span.parse)
  var longest: Span?
  @Option(help: "Funded time left at which a lease is LOW.", transform: Span.parse)
  var low: Span?
  @Option(help: "Funded time left at which a lease is throttled.", transform: Span.parse)
  var throttle: Span?
  @Option(help: "How long a suspended lease is kept.", transform: Span.parse)
  var grace: Span?
  @Option(
    help: "How long an agent may take to provision a lease; 0s: no agent provisions them.", transform: Span.parse)
  var provision: Span?
  @Option(
    help: "How long an agent that provisions leases may be lost before they end; 10m when --provision is given.",
    transform: Span.parse)
  var outage: Span?
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
  @Flag(
    name: .customLong("ask-investors"), inversion: .prefixedNo,
    help: "Whether investors are asked for more when the public lease runs low.")
  var asksInvestors: Bool?
  @Flag(
    name: .customLong("hold-units"), inversion: .prefixedNo,
    help: "Whether a lease whose ecash its mint has not answered for holds its units for 30 seconds.")
  var holdsUnits: Bool?

  /// How long an agent may be lost, when nobody says.
  private static let outageMilliseconds: UInt64 = 600_000

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
    if let provision {
      terms.provision = provision.milliseconds
      policy = terms.provision > 0 ? policy.union(.agent) : policy.subtracting(.agent)
      terms.outage = terms.provision == 0 ? 0 : terms.outage == 0 ? Self.outageMilliseconds : terms.outage
    }
    if let outage { terms.outage = outage.milliseconds }
    if let gifts { policy = gifts ? policy.subtracting(.giftsRefused) : policy.union(.giftsRefused) }
    if let useSpendsGiven {
      policy = useSpendsGiven ? policy.union(.useSpendsGiven) : policy.subtracting(.useSpendsGiven)
    }
    if let asksInvestors {
      policy = asksInvestors ? policy.union(.investorsAsked) : policy.subtracting(.investorsAsked)
    }
    if let holdsUnits { policy = holdsUnits ? policy.union(.unitsHeld) : policy.subtracting(.unitsHeld) }
    terms.policy = policy
    return terms
  }

  /// Runs a request with terms that begin at `offset` of its body; when one of them is wrong, the error names its option.
  static func naming<Answer>(
    termsAt offset: Int, _ ask: () async throws(TurnpikeError) -> Answer
  ) async throws(TurnpikeError) -> Answer {
    do {
      return try await ask()
    } catch {
      var error = error
      if error.status == .termsInvalid, let field = error.field {
        error.subject = option(at: field - WireLimits.headerByteCount - offset)
      }
      throw error
    }
  }

  /// The option of the field at an offset of the terms.
  private static func option(at offset: Int) -> String? {
    let options = [
      "--price", "--period", "--throttled-price", "--shortest", "--longest", "--low", "--throttle", "--grace",
      "--provision", "--outage", "--meter0", "--meter1", "--meter2", "--meter3", "--units",
    ]
    return offset % 8 == 0 && options.indices.contains(offset / 8) ? options[offset / 8] : nil
  }
}
