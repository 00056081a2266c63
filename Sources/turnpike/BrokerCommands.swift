import ArgumentParser
import TurnpikeClient

/// `turnpike ping`.
struct Ping: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Asks the broker for a sign of life.",
    discussion: """
      EXAMPLE
        turnpike ping --broker broker.example:7474
      """)
  @OptionGroup var options: Options

  func run() async throws {
    let client = try await options.connect()
    let clock = ContinuousClock()
    let start = clock.now
    let now = try await client.ping()
    let elapsed = clock.now - start
    try Terminal.show(
      .object([
        ("now", .instant(now)), ("unit", .text(client.broker.unit.string)),
        ("roundTripMicroseconds", .count(UInt64(clamping: elapsed.components.attoseconds / 1_000_000_000_000))),
        ("version", .count(UInt64(client.broker.version))), ("incarnation", .count(client.broker.incarnation)),
      ]))
    client.close()
  }
}

/// `turnpike broker`.
struct Broker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells how the broker is doing.",
    discussion: """
      EXAMPLE
        turnpike broker
      """)
  @OptionGroup var options: Options

  func run() async throws {
    let client = try await options.connect()
    let status = try await client.brokerStatus()
    let unit = client.broker.unit.string
    try Terminal.show(
      .object([
        ("now", .instant(status.now)), ("startedAt", .instant(status.startedAt)),
        ("sequence", .count(status.sequence)), ("durable", .count(status.durable)),
        ("accepted", .count(status.accepted)), ("refused", .count(status.refused)),
        ("credited", .amount(status.credited, unit: unit)), ("charged", .amount(status.charged, unit: unit)),
        ("connections", .count(UInt64(status.connections))), ("sessions", .count(UInt64(status.sessions))),
        ("resources", .count(UInt64(status.resources))), ("leases", .count(UInt64(status.leases))),
        ("leaseCountMax", .count(UInt64(status.leaseCountMax))), ("ended", .count(UInt64(status.ended))),
        ("subscriptions", .count(UInt64(status.subscriptions))), ("keyEpoch", .count(UInt64(status.keyEpoch))),
      ]))
    client.close()
  }
}

/// `turnpike audit`.
struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows every balance of the ledger (operator).",
    discussion: """
      The balances of accounts sum to zero; the counters beside them do not take part in the sum.

      EXAMPLE
        turnpike audit --credential operator
      """)
  @OptionGroup var options: Options

  func run() async throws {
    let client = try await options.connect()
    let ledger = try await client.auditFigures()
    let figures = ledger.figures.map { figure in
      Value.object([
        ("account", .text(figure.account.specificationName)), ("keyEpoch", .count(UInt64(figure.keyEpoch))),
        ("balance", .balance(figure.balance, unit: client.broker.unit.string)),
      ])
    }
    let sum = ledger.figures.reduce(Int64(0)) { $1.account.rawValue < 32 ? $0 &+ $1.balance : $0 }
    try Terminal.show(
      .object([
        ("sequence", .count(ledger.sequence)), ("now", .instant(ledger.now)),
        ("sum", .balance(sum, unit: client.broker.unit.string)),
        ("figures", .list(figures)),
      ]))
    client.close()
  }
}

/// `turnpike accept-loss`.
struct AcceptLoss: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept-loss",
    abstract: "Takes notes from before a restore again, and ecash (operator).",
    discussion: """
      A broker that was restored from a backup refuses the notes of before: the life that was lost may have taken them. Without
      --amount, this says what they are worth, which is the most that can be taken twice, and changes nothing. With at least
      that amount it ends the quarantine. If the later journal may still turn up, wait: with it nothing is taken twice.

      Ecash is taken again from then on, and each mint is asked what the lost life did there: `turnpike treasury` tells what
      was FOUND of the broker's, and what is LOST. No payer is paid twice for a payout that the lost life had signed.

      EXAMPLES
        turnpike accept-loss --credential operator
        turnpike accept-loss --amount 250_000 --credential operator
      """)
  @OptionGroup var options: Options
  @Option(help: "The most that may be taken twice; without it nothing changes.", transform: Amount.parse)
  var amount: Amount?

  func run() async throws {
    let account = try await options.connectWallet()
    var (isAccepted, worth) = (true, UInt64(0))
    do {
      worth = try await account.wallet.acceptLoss(amount: amount?.value ?? 0).amount
    } catch {
      guard amount == nil, error.status == .amountInvalid else { throw error }
      (isAccepted, worth) = (false, error.detail)
    }
    try Terminal.show(.object([("accepted", .flag(isAccepted)), ("amount", account.amount(worth))]))
    await account.wallet.disconnect()
  }
}

/// `turnpike rotate`.
struct Rotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Begins a new note key epoch (operator).",
    discussion: """
      EXAMPLE
        turnpike rotate --validity 400d --credential operator
      """)
  @OptionGroup var options: Options
  @Option(
    help: "How long notes of the epoch before stay valid; at least a year, which is the default.", transform: Span.parse
  )
  var validity: Span?
  @Flag(help: "Tag notes with SipHash-2-4-128 instead of HMAC-SHA256: faster, and a weaker promise.")
  var siphash = false

  func run() async throws {
    let account = try await options.connectWallet()
    let reply = try await account.wallet.rotate(
      validityMilliseconds: validity?.milliseconds ?? 0, algorithm: siphash ? .siphash2_4_128 : .hmacSha256_128)
    try Terminal.show(
      .object([("keyEpoch", .count(UInt64(reply.keyEpoch))), ("validUntil", .instant(reply.validUntil))]))
    await account.wallet.disconnect()
  }
}
