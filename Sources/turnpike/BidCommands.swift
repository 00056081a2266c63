import ArgumentParser
import TurnpikeClient

/// `turnpike bid ...`.
struct Bids: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bid",
    abstract: "Bids in an auction for a period of sponsorship.",
    discussion: """
      The money of a bid is paid with it, and what does not pay for the period comes back with `turnpike claim pay`: the wallet \
      keeps the claim key. In a sealed auction it also keeps what the bid is, which nobody else can tell: reveal it in time, \
      with this wallet. Where it could not win, or would forfeit money unless it is revealed within a minute, it is refused before it is paid.

      EXAMPLES
        turnpike bid 4503599627370498 12_000 --text "Example Ltd keeps this running" --link https://example.com --name june
        turnpike bid raise june 3_000
        turnpike bid 4503599627370502 12_000 --sealed-max 20_000 --text "Example Ltd" --name july
        turnpike bid reveal july
        turnpike bid show june
      """,
    subcommands: [Place.self, Raise.self, Reveal.self, Show.self],
    defaultSubcommand: Place.self)

  /// `turnpike bid`, and `turnpike bid place`.
  struct Place: AsyncParsableCommand, SpendsMoney {
    static let configuration = CommandConfiguration(
      abstract: "Bids, and shows a text and a link while the period lasts if it wins.",
      discussion: """
        In a sealed auction say --sealed-max: that much is paid, and nobody knows of the amount before `turnpike bid reveal`. \
        `turnpike auction show` tells the least bid and the times. The provider may refuse a bid for what it would show. HEAD \
        stands for all that happened in the auction up to the bid: the wallet keeps it, and `turnpike auction verify` asks for it.

        Nothing is paid for a sealed bid below the reserve, which could never win, nor, without --accept-short-reveal, where a bid \
        that is not revealed forfeits money and the time for it is shorter than a minute.

        EXAMPLES
          turnpike bid 4503599627370498 12_000 --text "Example Ltd keeps this running" --link https://example.com
          turnpike bid 4503599627370502 12_000 --sealed-max 20_000 --text "Example Ltd" --name july
        """)
    @OptionGroup var options: Options
    @OptionGroup var banner: BannerOptions
    @OptionGroup var name: ClaimNameOptions
    @OptionGroup var guards: SealedBidOptions
    @Argument(help: "The auction's id.")
    var auction: UInt64
    @Argument(help: "The bid; not with --pay.", transform: Amount.parse)
    var amount: Amount?
    @OptionGroup var ecash: EcashOptions
    @Option(help: "The bid is sealed, and this much is paid for it.", transform: Amount.parse)
    var sealedMax: Amount?

    func validate() throws {
      try ecash.check(amount != nil)
      guard let sealedMax else { return }
      guard let amount else { throw ValidationError("a sealed bid is paid from the wallet: with an amount") }
      guard sealedMax.value >= amount.value else {
        throw ValidationError("--sealed-max is the most that the bid can be: not less than it is")
      }
    }

    func run() async throws {
      let account = try await options.connectWallet()
      try await account.check(newName: name.name)
      var paid = amount?.value
      if let sealedMax, let amount {
        paid = sealedMax.value
        let auction = try await account.client.auction(auction)
        try guards.check(amount.value, paidBy: sealedMax.value, in: auction, unit: account.unit)
      }
      let tender = try await account.tender(ecash, amount: paid)
      let reply = try await account.wallet.bid(
        auction: auction, paying: tender, sealing: sealedMax == nil ? nil : amount?.value,
        banner: banner.banner, alias: name.name ?? "")
      try Terminal.show(
        .object([
          ("claim", .id(reply.claim)), ("amount", account.amount(reply.amount)), ("payment", .id(reply.payment)),
          ("head", .text(reply.head.hexadecimal)),
        ]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike bid raise`.
  struct Raise: AsyncParsableCommand, SpendsMoney {
    static let configuration = CommandConfiguration(
      abstract: "Adds money to a bid of the wallet.",
      discussion: """
        A sealed bid stays what it was, with more money for it, unless --bid says what it is from now on. As with a new one, nothing \
        is paid where it could never win, or would be hard to reveal in time.

        EXAMPLES
          turnpike bid raise june 3_000
          turnpike bid raise july 5_000 --bid 22_000
        """)
    @OptionGroup var options: Options
    @OptionGroup var guards: SealedBidOptions
    @Argument(help: "The bid's claim.")
    var claim: String
    @Argument(help: "How much is added; not with --pay.", transform: Amount.parse)
    var amount: Amount?
    @OptionGroup var ecash: EcashOptions
    @Option(help: "What a sealed bid is from now on.", transform: Amount.parse)
    var bid: Amount?

    func validate() throws { try ecash.check(amount != nil) }

    func run() async throws {
      let account = try await options.connectWallet(creating: false)
      let claim = try await account.bid(claim)
      guard bid == nil || claim.bid?.seal != nil else {
        throw TurnpikeError(.invalidArgument("claim \(claim.key.claim) is no sealed bid of this wallet"))
      }
      if let sealed = bid?.value ?? claim.bid?.seal?.amount {
        let money = claim.amount.addingReportingOverflow(amount?.value ?? 0).partialValue
        let auction = try await account.client.auction(claim.funding)
        try guards.check(sealed, paidBy: money, in: auction, unit: account.unit)
      }
      let tender = try await account.tender(ecash, amount: amount?.value)
      let reply = try await account.wallet.raiseBid(claim, paying: tender, sealing: bid?.value)
      try Terminal.show(
        .object([
          ("claim", .id(claim.key.claim)), ("amount", account.amount(reply.amount)),
          ("closesAt", .instant(reply.closesAt)), ("payment", .id(reply.payment)),
          ("head", .text(reply.head.hexadecimal)),
        ]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike bid reveal`.
  struct Reveal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reveals a sealed bid, after its auction closed. What was paid above it is due at once.",
      discussion: """
        The wallet knows what its own bids are. Of a bid that somebody gave, say --bid and --nonce, as `turnpike claim hand-over` \
        showed them.

        EXAMPLES
          turnpike bid reveal july
          turnpike bid reveal 4503599627370503 --bid 12_000 --nonce @nonce
        """)
    @OptionGroup var options: Options
    @Argument(help: "The bid's claim.")
    var claim: String
    @Option(help: "What the bid is.", transform: Amount.parse)
    var bid: Amount?
    @Option(help: "The secret number of its commitment: \(SecretText.keyForms).")
    var nonce: String?

    func validate() throws {
      guard (bid == nil) == (nonce == nil) else { throw ValidationError("say both --bid and --nonce, or neither") }
    }

    func run() async throws {
      let seal =
        if let bid, let nonce {
          BidSeal(amount: bid.value, nonce: try SecretText.key(nonce, what: "the nonce"))
        } else {
          BidSeal?.none
        }
      let account = try await options.connectWallet()
      let id: UInt64
      let reply: RevealBidReply
      if let seal {
        id = if let number = UInt64(claim) { number } else { try await account.bid(claim).key.claim }
        reply = try await account.wallet.revealBid(claim: id, seal: seal)
      } else {
        let claim = try await account.bid(claim)
        id = claim.key.claim
        reply = try await account.wallet.revealBid(claim)
      }
      try Terminal.show(
        .object([
          ("claim", .id(id)), ("due", account.amount(reply.due)), ("head", .text(reply.head.hexadecimal)),
        ]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike bid show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows how a bid stands and what it would show, to anyone.",
      discussion: """
        Of a sealed bid that is named as in the wallet, it also shows what it is. The text and the link are anybody's.

        EXAMPLES
          turnpike bid show 4503599627370499
          turnpike bid show july
        """)
    @OptionGroup var options: Options
    @Argument(help: "The bid's claim.")
    var claim: String

    func run() async throws {
      let account = UInt64(claim) == nil ? try await options.connectWallet(creating: false) : nil
      let client = if let account { account.client } else { try await options.connect() }
      let kept = if let account { try await account.bid(claim) } else { WalletClaim?.none }
      let id = kept?.key.claim ?? UInt64(claim) ?? 0
      let bid = try await naming("bid \(id)") { () async throws(TurnpikeError) in
        try await client.describeBid(claim: id)
      }
      let unit = client.broker.unit.string
      var fields: [(String, Value)] = [
        ("claim", .id(id)), ("auction", .id(bid.auction)), ("state", .text(bid.state.specificationName)),
        ("held", .amount(bid.held, unit: unit)), ("bid", .amount(bid.amount, unit: unit)),
        ("sealed", .flag(bid.commitment != nil)),
      ]
      if let seal = kept?.bid?.seal { fields.append(("sealedBid", .amount(seal.amount, unit: unit))) }
      try Terminal.show(.object(fields + (bid.banner?.fields ?? [])))
      if let account { await account.wallet.disconnect() } else { client.close() }
    }
  }
}

extension Account {
  /// The bid of the wallet that an id or a name stands for.
  fileprivate func bid(_ name: String) async throws -> WalletClaim {
    let claim = try await claim(name)
    guard claim.kind == .bid else { throw TurnpikeError(.invalidArgument("claim \(name) is no bid")) }
    return claim
  }
}
