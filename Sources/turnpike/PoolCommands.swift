import ArgumentParser
import TurnpikeClient

/// `turnpike pool ...`.
struct Pools: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pool",
    abstract: "Pools: resources that share what is donated to them together.",
    discussion: """
      EXAMPLES
        turnpike pool set commons library=3 mirror=1 --credential operator
        turnpike donate commons 20_000 --pool
        turnpike pool show commons
      """,
    subcommands: [Set.self, Show.self])

  /// `turnpike pool set`.
  struct Set: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a pool, or says which resources share it from now on (provider or operator).",
      discussion: """
        Each resource gets its weight over the sum of all of every donation; without =WEIGHT it is 1. A provider's pool holds \
        resources of its own, the operator's any. Without --id, the pool of that name is changed if there is one.

        EXAMPLES
          turnpike pool set commons library=3 mirror=1 --credential operator
          turnpike pool set everything library mirror --id 4503599627370498 --credential operator
          turnpike pool set commons --close --credential operator
        """)
    @OptionGroup var options: Options
    @Argument(help: "Its name: 1 to 31 bytes.")
    var name: String
    @Argument(
      help: ArgumentHelp("Its resources, at most 32, by name or id.", valueName: "resource=weight"),
      transform: Share.parse)
    var shares: [Share] = []
    @Option(help: "The pool of this id, which gets the name.")
    var id: UInt64?
    @Flag(help: "No resources: it takes no more donations.")
    var close = false

    func validate() throws {
      guard Name32(name) != nil else { throw ValidationError("\(name) cannot be a name") }
      guard shares.isEmpty == close else { throw ValidationError("say either resources or --close") }
      guard shares.count <= WireLimits.memberCountMax else {
        throw ValidationError("a pool has at most \(WireLimits.memberCountMax) resources")
      }
    }

    func run() async throws {
      let account = try await options.connectWallet()
      let name = Name32(name) ?? Name32()
      var members: [PoolMember] = []
      for share in shares {
        members.append(PoolMember(resource: try await account.resource(share.resource), weight: share.weight))
      }
      let known = if let id { id } else { try await account.pool(of: name) }
      let pool = try await account.wallet.setPool(known, name: name, members: members)
      try Terminal.show(
        .object([("pool", .id(pool)), ("name", .text(name.string)), ("resources", .count(UInt64(members.count)))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike pool show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows who shares a pool, and what was donated to it.",
      discussion: """
        EXAMPLE
          turnpike pool show commons
        """)
    @OptionGroup var options: Options
    @Argument(help: "Its name or id.")
    var pool: String

    func run() async throws {
      let client = try await options.connect()
      let pool = try await client.pool(named: pool)
      let sum = pool.members.reduce(UInt64(0)) { $0 &+ UInt64($1.weight) }
      var members: [Value] = []
      for member in pool.members {
        let name = try await client.describe(resource: member.resource).name.string
        members.append(
          .object([
            ("resource", .id(member.resource)), ("name", .text(name)), ("weight", .count(UInt64(member.weight))),
            ("percent", .count(Bar.percent(UInt64(member.weight), of: sum))),
          ]))
      }
      try Terminal.show(
        .object([
          ("pool", .id(pool.pool)), ("name", .text(pool.name.string)),
          ("donated", .amount(pool.donated, unit: client.broker.unit.string)),
          ("donations", .count(pool.donationCount)), ("resources", .list(members)),
        ]))
      client.close()
    }
  }
}

extension Account {
  /// The id of the pool of a name; 0: there is none.
  fileprivate func pool(of name: Name32) async throws -> UInt64 {
    do {
      return try await client.describePool(name: name).pool
    } catch {
      guard error.status == .fundingUnknown else { throw error }
      return 0
    }
  }
}
