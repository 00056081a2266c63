import ArgumentParser
import TurnpikeClient

/// `turnpike auction ...`.
struct Auctions: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "auction",
    abstract: "Auctions: whoever wins one sponsors a resource for a period, and shows a banner.",
    discussion: """
      The winner's money funds the resource when the period begins; all other money goes back to its claim keys. \
      `turnpike status` shows a resource's auctions and its sponsor's banner, `turnpike bid` takes part, and `turnpike auction \
      verify` finds the winner anew from what happened.

      EXAMPLES
        turnpike auction open library --reserve 10_000 --for 7d --start 8d --period 30d --credential provider-1
        turnpike auction show 4503599627370498 --lines
        turnpike auction verify 4503599627370498
      """,
    subcommands: [Open.self, Show.self, Verify.self, Refuse.self, Cancel.self])

  /// `turnpike auction open`.
  struct Open: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Opens an auction (the resource's provider). Its rules cannot be changed later.",
      discussion: """
        In an open auction everybody sees the bids, and a bid that comes later than --extend-by before the end moves the end that \
        far away from it, though not beyond --start. With --reveal bids are sealed: what they are is told in that time after the \
        end, and a bid that is not leaves --forfeit of its money to the resource. The winner pays its own bid, or with \
        --second-price as much as the second best.

        EXAMPLES
          turnpike auction open library --reserve 10_000 --increment 500 --for 7d --extend-by 10m --start 8d --period 30d \
        --label "banner in June" --credential provider-1
          turnpike auction open library --reserve 10_000 --for 7d --reveal 1d --forfeit 10 --second-price --period 30d \
        --credential provider-1
        """)

    @OptionGroup var options: Options
    @OptionGroup var label: LabelOptions
    @Argument(help: "The resource's name or id.")
    var resource: String
    @Option(help: "Least bid.", transform: Amount.parse)
    var reserve: Amount
    @Option(help: "How far a bid must be above the best one; by default 1.", transform: Amount.parse)
    var increment: Amount?
    @Option(name: .customLong("for"), help: "Time until it takes no more bids.", transform: Span.parse)
    var duration: Span
    @Option(help: "How long the winner sponsors the resource.", transform: Span.parse)
    var period: Span
    @Option(
      help: "Time until that period begins; by default it does when the auction is decided.", transform: Span.parse)
    var start: Span?
    @Option(help: "How far a late bid moves the end.", transform: Span.parse)
    var extendBy: Span?
    @Option(help: "Bids are sealed, and are revealed in this time after the end.", transform: Span.parse)
    var reveal: Span?
    @Option(
      help: ArgumentHelp("What a sealed bid that is not revealed leaves of its money.", valueName: "percent"),
      transform: Percent.parse)
    var forfeit: Percent?
    @Flag(help: "The winner pays as much as the second best bid, at least the reserve.")
    var secondPrice = false

    func validate() throws {
      if let reveal {
        guard reveal.milliseconds > 0, extendBy == nil, forfeit?.millionths ?? 0 <= Percent.whole else {
          throw ValidationError("with --reveal, which is above 0, the end does not move; --forfeit is at most 100")
        }
      } else if forfeit != nil {
        throw ValidationError("--forfeit is for sealed bids: say --reveal")
      }
      guard let start else {
        if extendBy != nil {
          throw ValidationError("--extend-by needs a --start later than --for, for the end to move")
        }
        return
      }
      guard !decided.overflow, start.milliseconds >= decided.partialValue else {
        throw ValidationError("--start is not before the auction is decided: --for, and --reveal with sealed bids")
      }
      guard extendBy == nil || start.milliseconds > duration.milliseconds else {
        throw ValidationError("--extend-by needs a --start later than --for, for the end to move")
      }
    }

    private var decided: (partialValue: UInt64, overflow: Bool) {
      duration.milliseconds.addingReportingOverflow(reveal?.milliseconds ?? 0)
    }

    private var terms: AuctionTerms {
      var terms = AuctionTerms(
        reserve: reserve.value, durationMilliseconds: duration.milliseconds, periodMilliseconds: period.milliseconds)
      terms.increment = increment?.value ?? terms.increment
      terms.revealMilliseconds = reveal?.milliseconds ?? 0
      terms.extendByMilliseconds = extendBy?.milliseconds ?? 0
      terms.startMilliseconds = start?.milliseconds ?? decided.partialValue
      terms.forfeitPerMillion = forfeit?.millionths ?? 0
      if reveal != nil { terms.flags.insert(.sealed) }
      if secondPrice { terms.flags.insert(.secondPrice) }
      terms.label = label.name
      return terms
    }

    func run() async throws {
      let account = try await options.connectWallet()
      let reply = try await account.wallet.openAuction(resource: account.resource(resource), terms: terms)
      try Terminal.show(.object([("auction", .id(reply.auction)), ("closesAt", .instant(reply.closesAt))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike auction show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows the rules of an auction and how it stands, to anyone.",
      discussion: """
        LEAST is what a bid must be now. While an open auction takes bids, WINNER is the one with the best bid so far. Each bid, \
        raise, revealing and refusal is a line of the transcript. `turnpike bid show` shows the banner of a bid.

        EXAMPLE
          turnpike auction show 4503599627370498 --lines
        """)
    @OptionGroup var options: Options
    @Argument(help: "The auction.")
    var auction: UInt64
    @Flag(help: "Show the lines of its transcript as well.")
    var lines = false

    func run() async throws {
      let client = try await options.connect()
      let description = try await client.auction(auction)
      let transcript = lines ? try await client.transcript(auction: auction) : nil
      let report = AuctionReport(
        auction: transcript?.auction ?? description, lines: transcript?.lines, unit: client.broker.unit.string)
      try Terminal.show(report.value)
      client.close()
    }
  }

  /// `turnpike auction verify`.
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Finds winner and price of an auction anew, to anyone; fails if anything is not as it must be.",
      discussion: """
        Every line of the transcript is judged by the auction's rules, and the chain of hashes over them is computed: it must lead to \
        the head that the broker tells, and every head that the wallet was told with a bid must lie on it (HEADS KEPT says how \
        many there are). The exit status is 1 where there is a fault.

        EXAMPLE
          turnpike auction verify 4503599627370498
        """)
    @OptionGroup var options: Options
    @Argument(help: "The auction.")
    var auction: UInt64

    func run() async throws {
      let account = options.hasWallet ? try await options.connectWallet(creating: false) : nil
      let client = if let account { account.client } else { try await options.connect() }
      _ = try await client.auction(auction)
      let transcript = try await client.transcript(auction: auction)
      let kept = await (account?.wallet.content.claims ?? []).filter { $0.kind == .bid && $0.funding == auction }
        .flatMap { $0.bid?.heads ?? [] }
      let unit = client.broker.unit.string
      let fault = transcript.fault(keptHeads: kept)
      let told = transcript.auction
      var fields: [(String, Value)] = [
        ("auction", .id(auction)), ("state", .text(told.state.specificationName)),
        ("lines", .count(UInt64(transcript.lines.count))), ("headsKept", .count(UInt64(kept.count))),
        ("winner", .optionalID(told.winner)), ("bid", .amount(told.amount, unit: unit)),
        ("price", .amount(told.price, unit: unit)), ("valid", .flag(fault == nil)),
      ]
      if let fault { fields.append(("fault", .text("\(fault)"))) }
      try Terminal.show(.object(fields))
      if let account { await account.wallet.disconnect() } else { client.close() }
      if fault != nil { throw ExitCode.failure }
    }
  }

  /// `turnpike auction refuse`.
  struct Refuse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Refuses a bid, for its banner say, until its period begins (provider or operator).",
      discussion: """
        All its money goes back to its claim key. When it has won already, the auction ends without a winner. Everybody sees that it \
        was refused.

        EXAMPLE
          turnpike auction refuse 4503599627370499 --credential provider-1
        """)
    @OptionGroup var options: Options
    @Argument(help: "The bid's claim.")
    var claim: UInt64

    func run() async throws {
      let account = try await options.connectWallet()
      let due = try await account.wallet.refuseBid(claim: claim)
      try Terminal.show(.object([("claim", .id(claim)), ("due", account.amount(due))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike auction cancel`.
  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends an auction before it is decided: each bid goes back (provider or operator).",
      discussion: """
        EXAMPLE
          turnpike auction cancel 4503599627370498 --credential provider-1
        """)
    @OptionGroup var options: Options
    @Argument(help: "The auction.")
    var auction: UInt64

    func run() async throws {
      let account = try await options.connectWallet()
      let due = try await account.wallet.cancel(funding: auction)
      try Terminal.show(.object([("auction", .id(auction)), ("due", account.amount(due))]))
      await account.wallet.disconnect()
    }
  }
}

/// All that is told of an auction.
private struct AuctionReport {
  var auction: AuctionDescription
  /// Nil: they were not asked for.
  var lines: [BidLine]?
  var unit: String

  private func amount(_ value: UInt64) -> Value { .amount(value, unit: unit) }

  var value: Value {
    var fields: [(String, Value)] = [
      ("auction", .id(auction.auction)), ("resource", .id(auction.resource)), ("label", .text(auction.label.string)),
      ("state", .text(auction.state.specificationName)), ("sealed", .flag(auction.isSealed)),
      ("secondPrice", .flag(auction.flags.contains(.secondPrice))), ("reserve", amount(auction.reserve)),
      ("increment", amount(auction.increment)), ("least", amount(auction.least)),
      ("bids", .count(UInt64(auction.bidCount))), ("held", amount(auction.held)),
      ("bestBid", amount(auction.amount)), ("winner", .optionalID(auction.winner)), ("price", amount(auction.price)),
      ("closesAt", .instant(auction.closesAt)), ("decidedAt", .instant(auction.decidedAt)),
      ("startsAt", .instant(auction.startsAt)), ("endsAt", .instant(auction.endsAt)),
    ]
    if auction.isSealed {
      fields.append(("forfeit", .share(UInt64(auction.forfeitPerMillion))))
    } else {
      fields.append(("extendBy", .duration(auction.extendByMilliseconds)))
    }
    fields.append(("head", .text(auction.head.first.hexadecimal + auction.head.last.hexadecimal)))
    if let lines { fields.append(("lines", .list(lines.enumerated().map(row)))) }
    return .object(fields)
  }

  private func row(_ number: Int, _ line: BidLine) -> Value {
    .object([
      ("line", .count(UInt64(number))), ("kind", .text(line.kind.specificationName)), ("claim", .id(line.claim)),
      ("amount", amount(line.amount)), ("payment", .optionalID(line.payment)), ("instant", .instant(line.instant)),
      ("data", .text(line.data.first.hexadecimal + line.data.last.hexadecimal)),
    ])
  }
}
