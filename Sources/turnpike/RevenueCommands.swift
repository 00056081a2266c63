import ArgumentParser
import TurnpikeClient

/// `turnpike revenue ...`.
struct Revenue: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revenue",
    abstract: "Revenue: who shares what a resource earns (its provider).",
    discussion: """
      EXAMPLE
        turnpike revenue split library 2=12.5 3=5 --credential provider-1
      """,
    subcommands: [Split.self])

  /// `turnpike revenue split`.
  struct Split: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says which other providers share a resource's revenue from now on, in place of those before.",
      discussion: """
        Each gets its part of what time and use charge after the operator's fee, as earnings of its own: `turnpike withdraw` pays \
        them out. What no provider and no offering gets is the resource's provider's. Nobody asks whether a number is that of a \
        provider: look twice. `turnpike status` shows who shares it. \
        `left` is the provider's own share at least: offerings that are open count too, each with the greater of its shares.

        EXAMPLES
          turnpike revenue split library 2=12.5 3=0.0001 --credential provider-1
          turnpike revenue split library --none --credential provider-1
        """)
    @OptionGroup var options: Options
    @Argument(help: "The resource's name or id.")
    var resource: String
    @Argument(
      help: ArgumentHelp("Numbers of providers, at most 4, and what each gets.", valueName: "provider=percent"),
      transform: RevenueShare.parse)
    var shares: [RevenueShare] = []
    @Flag(name: .customLong("none"), help: "No other provider shares it.")
    var isNone = false

    func validate() throws {
      guard shares.isEmpty == isNone else { throw ValidationError("say either providers or --none") }
      guard shares.count <= WireLimits.revenueShareCountMax else {
        throw ValidationError("at most \(WireLimits.revenueShareCountMax) other providers share a revenue")
      }
    }

    func run() async throws {
      let account = try await options.connectWallet()
      let resource = try await account.resource(resource)
      let left = try await account.wallet.splitRevenue(resource: resource, shares: shares)
      try Terminal.show(
        .object([
          ("resource", .id(resource)), ("providers", .count(UInt64(shares.count))), ("left", .share(left)),
        ]))
      await account.wallet.disconnect()
    }
  }
}
