import ArgumentParser
import TurnpikeClient

/// `turnpike watch`.
struct Watch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells what happens to a lease, to a resource, or to what funds one, as it happens.",
    discussion: """
      Of a lease, its state now comes first. Then one line per event, until interrupted, until --count events came, or until \
      the lease is in the state that --until names. A lease that ends is told once more. What happened to claims while nobody \
      watched is in `turnpike claim mailbox`.

      EXAMPLES
        turnpike watch training --until SUSPENDED
        turnpike watch --funding june
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease.")
  var lease: String?
  @Option(help: "A resource, with all that belongs to it.")
  var resource: String?
  @Option(
    help: ArgumentHelp("A campaign, an offering or an auction, with its claims; or a claim.", valueName: "id|name"))
  var funding: String?
  @Flag(help: "Notices only (low, throttled, suspended, ...).")
  var notices = false
  @Option(help: "End after so many events.")
  var count: Int?
  @Option(
    help: ArgumentHelp("End when the lease is in this state, or has ended.", valueName: "state"),
    transform: { text in
      guard let state = LeaseState.allCases.first(where: { $0.specificationName == text.uppercased() }) else {
        throw ValidationError(
          "a state is one of \(LeaseState.allCases.map(\.specificationName).joined(separator: ", "))")
      }
      return state
    })
  var until: LeaseState?

  func validate() throws {
    guard until == nil || lease != nil else { throw ValidationError("--until is for one lease") }
    guard [lease != nil, resource != nil, funding != nil].filter({ $0 }).count == 1 else {
      throw ValidationError("say either a lease, --resource or --funding")
    }
  }

  func run() async throws {
    let mask: SubscriptionMask = notices ? .notices : [.changes, .notices]
    let client: TurnpikeClient
    let pushes: AsyncStream<Push>
    if let funding {
      let id = if let number = UInt64(funding) { number } else { try await options.claim(funding) }
      client = try await options.connect()
      pushes = client.pushes()
      try await naming(UInt64(funding) == nil ? "claim \(funding)" : funding) { () async throws(TurnpikeError) in
        try await client.subscribe(funding: id, to: mask)
      }
    } else if let resource {
      client = try await options.connect()
      pushes = client.pushes()
      try await client.subscribe(resource: client.resource(named: resource), to: mask)
    } else {
      let reader = try await LeaseReader(options, lease ?? "")
      client = reader.client
      pushes = client.pushes()
      try await client.subscribe(lease: reader.lease, to: mask)
      let now = try await client.check(lease: reader.lease)
      try tell(Self.value(now, reader.lease, client.broker.unit.string))
      if isLast(now.state) { return client.close() }
    }
    var left = count ?? .max
    for await push in pushes {
      try tell(Self.value(push, client.broker.unit.string))
      left -= 1
      if case .leaseChanged(let change) = push, isLast(change.state) { break }
      if left <= 0 { break }
    }
    client.close()
  }

  /// On a terminal, an empty line sets events apart.
  private func tell(_ event: Value) throws {
    try Terminal.show(event)
    if !Terminal.wantsJSON { try Terminal.raw("\n") }
  }

  /// Whether there is nothing more to wait for.
  private func isLast(_ state: LeaseState) -> Bool {
    guard let until else { return false }
    return state == until || [.expired, .released, .revoked, .failed].contains(state)
  }

  private static func value(_ now: CheckReply, _ lease: UInt64, _ unit: String) -> Value {
    .object([
      ("event", .text("now")), ("lease", .id(lease)), ("state", .text(now.state.specificationName)),
      ("balance", .amount(now.own.addingReportingOverflow(now.given).partialValue, unit: unit)),
      ("deadline", .instant(now.deadline)), ("resource", .id(now.resource)), ("epoch", .count(now.epoch)),
      ("units", .count(UInt64(now.units))),
    ])
  }

  static func value(_ push: Push, _ unit: String) -> Value {
    switch push {
    case .leaseChanged(let change):
      .object([
        ("event", .text("lease")), ("cause", .text(change.cause.specificationName)), ("lease", .id(change.lease)),
        ("state", .text(change.state.specificationName)), ("balance", .amount(change.balance, unit: unit)),
        ("deadline", .instant(change.deadline)), ("resource", .id(change.resource)), ("epoch", .count(change.epoch)),
        ("units", .count(UInt64(change.units))),
      ])
    case .resourceChanged(let change):
      .object([
        ("event", .text("resource")), ("resource", .id(change.resource)), ("version", .count(UInt64(change.version))),
        ("units", .count(UInt64(change.units))), ("price", .amount(change.price, unit: unit)),
        ("period", .duration(change.period)),
      ])
    case .notice(let notice):
      .object([
        ("event", .text("notice")), ("kind", .text(notice.kind.specificationName)),
        ("lease", .optionalID(notice.lease)), ("resource", .id(notice.resource)),
        ("funding", .optionalID(notice.funding)), ("claim", .optionalID(notice.claim)),
        ("amount", .amount(notice.amount, unit: unit)),
        ("instant", .instant(notice.instant)),
      ])
    case .paymentSettled(let payment):
      .object([
        ("event", .text("payment")), ("payment", .id(payment.payment)),
        ("outcome", .text(payment.outcome.specificationName)), ("status", .text(payment.status.specificationName)),
        ("amount", .amount(payment.amount, unit: unit)),
      ])
    case .lagged(let lost): .object([("event", .text("lagged")), ("lost", .count(lost))])
    case .reconnected: .object([("event", .text("reconnected"))])
    }
  }
}
