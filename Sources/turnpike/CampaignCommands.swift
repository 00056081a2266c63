import ArgumentParser
import TurnpikeClient

/// `turnpike campaign ...`.
struct Campaigns: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "campaign",
    abstract: "All-or-nothing campaigns of a resource (its provider).",
    discussion: """
      When the goal is reached at the closing time, what was pledged funds the resource; when it is missed, each pledge goes \
      back to its claim key. `turnpike status` shows how a resource's campaigns stand, `turnpike pledge` takes part.

      EXAMPLES
        turnpike campaign open library --goal 1_000_000 --for 30d --label "a second server" --credential provider-1
        turnpike campaign cancel 4503599627370498 --credential provider-1
      """,
    subcommands: [Open.self, Cancel.self])

  /// `turnpike campaign open`.
  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Opens a campaign.",
      discussion: """
        Refunds that nobody claims for 30 days go to the resource, or with --unclaimed operator to the operator's fees.

        EXAMPLE
          turnpike campaign open library --goal 1_000_000 --minimum 1_000 --for 30d --credential provider-1
        """)

    enum Unclaimed: String, ExpressibleByArgument, CaseIterable {
      case resource, `operator`

      var rule: UnclaimedRule {
        switch self {
        case .resource: .resource
        case .operator: .operator
        }
      }
    }

    @OptionGroup var options: Options
    @OptionGroup var label: LabelOptions
    @Argument(help: "The resource's name or id.")
    var resource: String
    @Option(help: "What must be pledged.", transform: Amount.parse)
    var goal: Amount
    @Option(name: .customLong("for"), help: "Time until it closes.", transform: Span.parse)
    var duration: Span
    @Option(help: "Least pledge.", transform: Amount.parse)
    var minimum: Amount?
    @Option(help: "Whose the refunds are that nobody claims.")
    var unclaimed = Unclaimed.resource

    func run() async throws {
      let account = try await options.connectWallet()
      let reply = try await account.wallet.openCampaign(
        resource: account.resource(resource), goal: goal.value, minimum: minimum?.value ?? 0,
        durationMilliseconds: duration.milliseconds, unclaimed: unclaimed.rule, label: label.name)
      try Terminal.show(.object([("campaign", .id(reply.campaign)), ("closesAt", .instant(reply.closesAt))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike campaign cancel`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends a campaign as if its goal were missed (provider or operator).",
      discussion: """
        EXAMPLE
          turnpike campaign cancel 4503599627370498 --credential provider-1
        """)
    @OptionGroup var options: Options
    @Argument(help: "The campaign.")
    var campaign: UInt64

    func run() async throws {
      let account = try await options.connectWallet()
      let due = try await account.wallet.cancel(funding: campaign)
      try Terminal.show(.object([("campaign", .id(campaign)), ("due", account.amount(due))]))
      await account.wallet.disconnect()
    }
  }
}
