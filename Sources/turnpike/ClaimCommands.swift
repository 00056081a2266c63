import ArgumentParser
import TurnpikeClient

/// `turnpike claim ...`.
struct Claims: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim",
    abstract: "Claims: what comes back of pledges, matching deposits and bids, and what investments earn.",
    discussion: """
      Whoever has the claim key of a claim has its money. The wallet keeps the keys of claims that it made or accepted; a claim \
      is named by its id, or by the name given to it with --name.

      EXAMPLES
        turnpike claim list
        turnpike claim mailbox
        turnpike claim pay library-year --cancel
        turnpike claim hand-over 4503599627370499 > claim
        turnpike claim accept 4503599627370499 - --name gift
      """,
    subcommands: [List.self, Show.self, Mailbox.self, Pay.self, HandOver.self, Accept.self, Forget.self],
    defaultSubcommand: List.self)

  /// `turnpike claim list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The claims of the wallet, and how they stand.",
      discussion: """
        An investment is due again whenever its offering got more of the revenue. FUNDING is the campaign, offering or auction \
        that a claim is on. A claim whose state is UNKNOWN has been forgotten by the broker: `turnpike claim forget` takes it out of the wallet.

        EXAMPLE
          turnpike claim list
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let account = try await options.connectWallet(creating: false)
      var rows: [Value] = []
      for claim in await account.wallet.content.claims {
        let check = try await account.check(claim)
        rows.append(
          .object([
            ("claim", .id(claim.key.claim)), ("name", .text(claim.alias)),
            ("kind", .text(claim.kind.specificationName)),
            ("state", .text(check?.state.specificationName ?? "UNKNOWN")), ("amount", account.amount(claim.amount)),
            ("left", account.amount(check?.left ?? 0)), ("due", account.amount(check?.due ?? 0)),
            ("instant", .instant(check?.instant ?? 0)),
            ("resource", .optionalID(check?.resource ?? claim.resource)), ("funding", .optionalID(claim.funding)),
          ]))
      }
      if rows.isEmpty, !Terminal.wantsJSON {
        try Terminal.show(.text("the wallet has no claims"))
      } else {
        try Terminal.show(.list(rows))
      }
      await account.wallet.disconnect()
    }
  }

  /// `turnpike claim show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Tells how a claim stands, to anyone.",
      discussion: """
        EXAMPLE
          turnpike claim show 4503599627370499
        """)
    @OptionGroup var options: Options
    @Argument(help: "The claim.")
    var claim: String

    func run() async throws {
      let account = UInt64(claim) == nil ? try await options.connectWallet(creating: false) : nil
      let client = if let account { account.client } else { try await options.connect() }
      let id = if let account { try await account.claim(claim).key.claim } else { UInt64(claim) ?? 0 }
      let check = try await naming("claim \(id)") { () async throws(TurnpikeError) in try await client.checkClaim(id) }
      let unit = client.broker.unit.string
      try Terminal.show(
        .object([
          ("claim", .id(id)), ("kind", .text(check.kind.specificationName)),
          ("state", .text(check.state.specificationName)), ("resource", .id(check.resource)),
          ("funding", .optionalID(check.funding)), ("amount", .amount(check.amount, unit: unit)),
          ("left", .amount(check.left, unit: unit)), ("due", .amount(check.due, unit: unit)),
          ("paid", .amount(check.paid, unit: unit)), ("instant", .instant(check.instant)),
        ]))
      if let account { await account.wallet.disconnect() } else { client.close() }
    }
  }

  /// `turnpike claim mailbox`.
  struct Mailbox: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What happened to the claims of the wallet: outbid, won, refunded, a payout is ready, ...",
      discussion: """
        The broker keeps the latest notice of each kind for whoever has the claim key. Without a claim, all of the wallet. \
        `turnpike watch --funding` tells the same as it happens. AMOUNT and INSTANT are:

          OUTBID            the least bid then; when the auction closes
          WON               the price; when the period begins
          REFUNDED          what is due; until when, once that is known
          PAYOUT_READY      what is due; when it was looked at last
          CAMPAIGN_REACHED  what all pledged; when it closed
          CAMPAIGN_MISSED   what all pledged; until when a pledge is due
          LOW, SUSPENDED... what the public lease needs now; when it ends
          MORE_FUNDING      the same, of a resource that asks its investors

        EXAMPLES
          turnpike claim mailbox
          turnpike claim mailbox june
        """)
    @OptionGroup var options: Options
    @Argument(help: "The claim.")
    var claim: String?

    func run() async throws {
      let account = try await options.connectWallet(creating: false)
      var claims = await account.wallet.content.claims
      if let claim { claims = [try await account.claim(claim)] }
      var rows: [Value] = []
      for claim in claims {
        guard claim.key.claim != 0, try await account.check(claim) != nil else { continue }
        for notice in try await account.client.mailbox(claim.key).notices {
          rows.append(
            .object([
              ("at", .instant(notice.at)), ("claim", .id(claim.key.claim)), ("name", .text(claim.alias)),
              ("notice", .text(notice.kind.specificationName)), ("amount", account.amount(notice.amount)),
              ("instant", .instant(notice.instant)),
            ]))
        }
      }
      if rows.isEmpty, !Terminal.wantsJSON {
        try Terminal.show(.text("nothing happened to the wallet's claims"))
      } else {
        try Terminal.show(.list(rows))
      }
      await account.wallet.disconnect()
    }
  }

  /// `turnpike claim pay`.
  struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes what is due on a claim into the wallet.",
      discussion: """
        With --cancel it ends a scheduled pledge or a matching deposit first, and takes what is left of it. An investment pays as \
        often as more of its revenue is due, a bid once its auction is decided: all but the price of the winner. A claim that was paid, and on which nothing more is due, gives the same note again, \
        which the wallet counts once.

        EXAMPLES
          turnpike claim pay 4503599627370499
          turnpike claim pay library-year --cancel
          turnpike claim pay june
        """)
    @OptionGroup var options: Options
    @Argument(help: "The claim.")
    var claim: String
    @Flag(help: "End a scheduled pledge or a matching deposit.")
    var cancel = false
    @Flag(help: "Only ask for the note that was paid out last.")
    var again = false

    func validate() throws {
      if cancel, again { throw ValidationError("say either --cancel or --again") }
    }

    func run() async throws {
      let account = try await options.connectWallet(creating: false)
      let claim = try await account.claim(claim)
      let receipt = try await account.wallet.claim(claim.key, flags: cancel ? .cancel : again ? .again : [])
      var fields: [(String, Value)] = [
        ("claim", .id(claim.key.claim)), ("amount", account.amount(receipt.amount)),
        ("left", account.amount(receipt.left)),
        ("walletBalance", account.amount(await account.wallet.content.balance)),
      ]
      if receipt.isReplayed { fields.append(("paidBefore", .flag(true))) }
      try Terminal.show(.object(fields))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike claim hand-over`.
  struct HandOver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "hand-over", abstract: "Takes a claim out of the wallet and shows its claim key, to be given away.",
      discussion: """
        The key is a new one: no copy of this wallet has it. Whoever has it has the claim, and the wallet no longer does: store \
        the output before using it. The receiver makes the claim their own with `turnpike claim accept`. Of a sealed bid it shows \
        as well what `turnpike bid reveal` needs.

        EXAMPLE
          turnpike claim hand-over 4503599627370499 > claim
        """)
    @OptionGroup var options: Options
    @Argument(help: "The claim.")
    var claim: String

    func run() async throws {
      let account = try await options.connectWallet()
      let claim = try await account.claim(claim)
      let seal = try await account.wallet.seal(of: claim)
      guard seal != nil || claim.bid?.seals.isEmpty ?? true else {
        throw ValidationError(
          "the broker does not say what bid \(claim.key.claim) is committed to, which the wallet knows")
      }
      let (key, due) = try await account.wallet.rotateClaim(claim.key)
      // Delivered first: a key in both places is worth something, one in neither is lost.
      var fields: [(String, Value)] = [
        ("claim", .id(key.claim)), ("key", .text(key.key.hexadecimal)), ("due", account.amount(due)),
      ]
      if let seal {
        fields += [("bid", account.amount(seal.amount)), ("nonce", .text(seal.nonce.hexadecimal))]
      }
      try Terminal.deliver(.object(fields))
      try await account.wallet.remove(key)
      await account.wallet.disconnect()
    }
  }

  /// `turnpike claim accept`.
  struct Accept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes over a claim that somebody gave: it gets a claim key that nobody else has.",
      discussion: """
        EXAMPLE
          turnpike claim accept 4503599627370499 @key --name gift
        """)
    @OptionGroup var options: Options
    @OptionGroup var name: ClaimNameOptions
    @Argument(help: "The claim's id.")
    var claim: UInt64
    @Argument(help: "Its claim key: \(SecretText.keyForms).")
    var key: String

    func run() async throws {
      let bytes = try SecretText.key(key, what: "the claim key")
      let account = try await options.connectWallet()
      try await account.check(newName: name.name)
      let (_, due) = try await account.wallet.rotateClaim(
        ClaimKey(claim: claim, key: bytes), alias: name.name ?? "")
      try Terminal.show(.object([("claim", .id(claim)), ("due", account.amount(due))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike claim forget`.
  struct Forget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes a claim out of the wallet that is over and has nothing to pay out.",
      discussion: """
        EXAMPLE
          turnpike claim forget library-year
        """)
    @OptionGroup var options: Options
    @Argument(help: "The claim.")
    var claim: String

    func run() async throws {
      let account = try await options.connectWallet(creating: false)
      let claim = try await account.claim(claim)
      try await account.wallet.forget(claim.key)
      try Terminal.show(
        .object([
          ("claim", .id(claim.key.claim)), ("claims", .count(UInt64(await account.wallet.content.claims.count))),
        ]
        ))
      await account.wallet.disconnect()
    }
  }
}

extension Account {
  /// How a claim of the wallet stands; nil: the broker does not know it.
  fileprivate func check(_ claim: WalletClaim) async throws -> CheckClaimReply? {
    do {
      return try await client.checkClaim(claim.key.claim)
    } catch {
      guard error.status == .fundingUnknown else { throw error }
      return nil
    }
  }
}
