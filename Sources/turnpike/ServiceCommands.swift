import ArgumentParser
import TurnpikeClient

/// `turnpike service`.
struct Service: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells where a lease is provided, by the agent at its resource.",
    discussion: """
      A lease of a resource that an agent provisions is PENDING at first: its money is held, and its time has not begun. With \
      --wait this ends when the agent is ready, or when it failed: then all of the money is there for `turnpike release`.

      EXAMPLES
        turnpike acquire db --for 2h --name mine && turnpike service mine --wait
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease, whose owner key is in the wallet.")
  var lease: String
  @Flag(help: "Wait until it is provided, or failed.")
  var wait = false

  func run() async throws {
    // The wallet is free for other commands meanwhile.
    let key = try await ownerKey()
    let client = try await options.connect()
    if wait { try await awaitAgent(of: key.lease, client) }
    let service = try await client.service(key)
    try Terminal.show(
      .object([
        ("lease", .id(service.lease)), ("state", .text(service.state.specificationName)),
        ("endpoint", .text(service.endpoint.string)), ("agent", .count(UInt64(service.agent))),
        ("attached", .flag(service.attached == 1)), ("epoch", .count(service.epoch)),
        ("received", .count(service.received)), ("sent", .count(service.sent)),
      ]))
    client.close()
    if wait, [.expired, .released, .revoked, .failed].contains(service.state) { throw ExitCode.failure }
  }

  private func ownerKey() async throws -> LeaseKey {
    let account = try await options.connectWallet()
    let key = try await account.key(lease, ownerOnly: true)
    await account.wallet.disconnect()
    return key
  }

  private func awaitAgent(of lease: UInt64, _ client: TurnpikeClient) async throws {
    if try await client.check(lease: lease).state != .pending { return }
    let pushes = client.pushes()
    do {
      try await client.subscribe(lease: lease, to: .changes)
    } catch {
      if error.status == .leaseEnded { return }
      throw error
    }
    // It may have changed in between.
    if try await client.check(lease: lease).state != .pending { return }
    for await push in pushes {
      switch push {
      case .leaseChanged(let change): if change.state != .pending { return }
      // What was not told may have been that.
      case .lagged, .reconnected: if try await client.check(lease: lease).state != .pending { return }
      case .resourceChanged, .notice, .paymentSettled: break
      }
    }
  }
}

/// `turnpike ticket`.
struct Ticket: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Gives a ticket for a lease, which an agent can check without the broker.",
    discussion: """
      The ticket is shown to the agent; HOLDER KEY is secret, and proves that whoever shows it is the one it was given to. It is \
      good until the deadline that the lease has now or access is reduced, by the agent's own clock; not after the agent was \
      started anew, nor for longer than the agent allows, which is an hour if it says nothing else.

      EXAMPLE
        turnpike ticket mine
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease, whose owner key is in the wallet.")
  var lease: String
  @Option(help: "Number of the agent that it is for; by default the one that provisions the lease.")
  var agent: UInt32 = 0

  func run() async throws {
    let account = try await options.connectWallet()
    let key = try await account.key(lease, ownerOnly: true)
    let reply = try await account.client.ticket(key, agent: agent)
    try Terminal.show(
      .object([
        ("ticket", .text(reply.ticket.hexadecimal)), ("holderKey", .text(reply.holderKey.hexadecimal)),
        ("lease", .id(reply.ticket.lease)), ("epoch", .count(reply.ticket.epoch)),
        ("agent", .count(UInt64(reply.ticket.agent))), ("state", .text(reply.ticket.state.specificationName)),
      ]))
    await account.wallet.disconnect()
  }
}

/// `turnpike voucher`.
struct Voucher: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Pays for uses of a lease, and gives a voucher for each, which an agent can check without the broker.",
    discussion: """
      Each voucher is shown to the agent once; its HOLDER KEY is secret, and proves that whoever shows it is the one it was given \
      to. It is good for ten minutes, if the broker is not set up otherwise, and not after the agent was started anew.

      EXAMPLE
        turnpike voucher api --quantity 1 --count 10
      """)
  @OptionGroup var options: Options
  @OptionGroup var key: KeyOptions
  @Option(help: "Meter, 0 to 3.")
  var meter: UInt8 = 0
  @Option(help: "Quantity of each use.")
  var quantity: UInt64 = 1
  @Option(help: "How many vouchers, up to 16.")
  var count: UInt16 = 1
  @Option(help: "Number of the agent that they are for; by default the one that provisions the lease.")
  var agent: UInt32 = 0

  func run() async throws {
    let account = try await options.connectWallet()
    let receipt = try await account.wallet.voucher(
      key.resolve(account), meter: meter, quantity: quantity, count: count, agent: agent)
    try Terminal.show(
      .object([
        ("charged", account.amount(receipt.charged)),
        (
          "vouchers",
          .list(
            receipt.vouchers.map { issued in
              .object([
                ("voucher", .text(issued.voucher.hexadecimal)), ("holderKey", .text(issued.holderKey.hexadecimal)),
                ("serial", .count(issued.voucher.serial)),
              ])
            })
        ),
      ]))
    await account.wallet.disconnect()
  }
}
