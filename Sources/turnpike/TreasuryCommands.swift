import ArgumentParser
import TurnpikeClient

/// `turnpike treasury ...`.
struct Treasury: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "treasury", abstract: "The broker's ecash (operator): what there is, and taking it out.",
    discussion: """
      EXAMPLE
        turnpike treasury --credential operator
      """,
    subcommands: [Show.self, Export.self, Melt.self], defaultSubcommand: Show.self)

  /// `turnpike treasury show`.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What the broker has of each mint's ecash, and how the mints do.",
      discussion: """
        HELD is what its proofs are worth, PROMISED what of it waiting payouts get, WAITING and CREDITED are \
        payments that are not swapped yet, LOCKTIME is when the first lock of what is CREDITED ends, and others can \
        spend it, RECEIVED is what swaps of payments brought, PAID what was paid out, FEES what the mint kept, LOST \
        what was credited and is refused, or was the broker's and somebody else spent, FOUND what the mint had \
        signed for it and it did not know of, as after a restore, and CEILING the most that it has and takes (0: \
        any); all in the mint's unit. ANSWERED is when the mint answered last, FAILURES is how many questions it \
        left unanswered since. ENABLED says whether `turnpike mints` tells the mint. One that it does not tell any more is shown while \
        there is something of it, by its number alone: name it again with `turnpiked --mint` to take that out.

        EXAMPLES
          turnpike treasury --credential operator
          turnpike treasury 1 --credential operator
        """)
    @OptionGroup var options: Options
    @Argument(help: "Number of a mint; by default all that are enabled, and all of which there is something.")
    var mint: UInt32?

    func run() async throws {
      let client = try await options.connect()
      let offers = try await client.mints().offers
      let reports = if let mint { [(mint, try await client.treasury(mint: mint))] } else { try await reports(client) }
      var mints: [Value] = []
      var keysets: [Value] = []
      for (number, report) in reports {
        let offer = offers.first { $0.mint == number }
        guard offer != nil || mint != nil || report.hasAnything else { continue }
        mints.append(.object(Self.fields(report.totals, number, offer)))
        keysets += report.keysets.map { .object(Self.fields($0, number, unit: offer?.unit.string ?? "")) }
      }
      try Terminal.show(.object([("mints", .list(mints)), ("keysets", .list(keysets))]))
      client.close()
    }

    /// Of every mint that the broker knows: they are numbered from 1 on.
    private func reports(_ client: TurnpikeClient) async throws(TurnpikeError) -> [(UInt32, TreasuryReport)] {
      var reports: [(UInt32, TreasuryReport)] = []
      do {
        for number in 1...UInt32(WireLimits.mintCountMax) {
          reports.append((number, try await client.treasury(mint: number)))
        }
      } catch  where error.status == .mintUnknown {
        // The one before was the last.
      }
      return reports
    }

    private static func fields(_ totals: TreasuryReply, _ number: UInt32, _ offer: MintOffer?) -> [(String, Value)] {
      let unit = offer?.unit.string ?? ""
      return [
        ("mint", .count(UInt64(number))), ("url", .text(offer?.url.string ?? "")), ("enabled", .flag(offer != nil)),
        ("held", .amount(totals.held, unit: unit)), ("promised", .amount(totals.promised, unit: unit)),
        ("waiting", .amount(totals.waiting, unit: unit)), ("credited", .amount(totals.credited, unit: unit)),
        ("received", .amount(totals.received, unit: unit)), ("paid", .amount(totals.paid, unit: unit)),
        ("fees", .amount(totals.fees, unit: unit)), ("lost", .amount(totals.lost, unit: unit)),
        ("found", .amount(totals.found, unit: unit)), ("ceiling", .amount(totals.ceiling, unit: unit)),
        ("locktime", .instant(totals.locktime)), ("answered", .instant(totals.answeredAt)),
        ("failures", .count(UInt64(totals.failureCount))),
      ]
    }

    private static func fields(_ keyset: KeysetHolding, _ number: UInt32, unit: String) -> [(String, Value)] {
      let digits = keyset.id0.hexadecimal + keyset.id1.hexadecimal + hexadecimal(keyset.idLast)
      let (expiry, overflow) = keyset.finalExpiry.multipliedReportingOverflow(by: 1_000)
      return [
        ("mint", .count(UInt64(number))), ("keyset", .text(String(digits.prefix(2 * Int(keyset.idByteCount))))),
        ("amount", .amount(keyset.amount, unit: unit)), ("proofs", .count(UInt64(keyset.count))),
        ("feePerThousand", .count(UInt64(keyset.feePerThousand))), ("expires", .instant(overflow ? .max : expiry)),
        ("active", .flag(keyset.isActive == 1)),
      ]
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }

  /// `turnpike treasury export`.
  struct Export: AsyncParsableCommand, SpendsMoney {
    static let configuration = CommandConfiguration(
      abstract: "Takes ecash out of the treasury: notes are issued, and paid out.",
      discussion: """
        The amount is in the mint's unit, what is kept for its fees included. `all` is what the broker has, less what it has promised \
        and what spending all of it costs at the mint. Nothing is issued that the treasury cannot pay out; where the mint does not \
        sign it after all, the notes that were issued stay in the wallet. The token stays there until `turnpike payouts --forget`.

        EXAMPLES
          turnpike treasury export all --mint 1 --to earnings --credential operator
          turnpike treasury export 5_000 --mint 1 --credential operator
        """)
    @OptionGroup var options: Options
    @Argument(
      help: ArgumentHelp("How much, in the mint's unit.", valueName: "amount|all"), transform: ExportAmount.parse)
    var amount: ExportAmount
    @Option(help: "Number of the mint, as `turnpike mints` tells it.")
    var mint: UInt32
    @OptionGroup var token: TokenOptions

    func run() async throws {
      try token.check()
      let account = try await options.connectWallet()
      let offer = try await account.client.offer(of: mint)
      let cost = try await cost(offer, account.client)
      try await account.checkTreasury(offer, pays: cost, outputCount: offer.outputCount(for: cost))
      let again = "`turnpike payout \(cost) --mint \(mint)` tries again with them, another export would issue more"
      let paid = try await account.payOutIssued(cost, else: again) {
        try await account.payOut(cost, at: mint, token)
      }
      try paid.show([("issued", account.amount(cost))])
      await account.wallet.disconnect()
    }

    /// What has to be issued.
    private func cost(_ offer: MintOffer, _ client: TurnpikeClient) async throws -> UInt64 {
      guard let units = amount.units else {
        // Of what is there, as much as is a whole number of the broker's unit.
        let payable = try await client.treasury(mint: mint).payable
        guard let most = offer.worth(of: payable), let cost = offer.payable(of: most), cost.units > 0 else {
          throw TurnpikeError(.invalidArgument("there is nothing to take out"))
        }
        return cost.amount
      }
      guard let cost = offer.cost(of: units) else {
        throw TurnpikeError(
          .invalidArgument("\(units) \(offer.unit.string) are no whole number of the broker's unit, or too much"))
      }
      return cost
    }
  }
}

extension TreasuryReport {
  /// Whether there is anything of the mint.
  fileprivate var hasAnything: Bool {
    [totals.held, totals.promised, totals.waiting, totals.credited].contains { $0 > 0 }
  }
}

/// An amount in a mint's unit, or all that there is.
struct ExportAmount {
  /// Nil: all.
  var units: UInt64?

  static func parse(_ text: String) throws -> ExportAmount {
    if text == "all" { return ExportAmount(units: nil) }
    guard let value = UInt64(text.filter { $0 != "_" }), value > 0 else {
      throw ValidationError("an amount is a whole number from 1 on, or all")
    }
    return ExportAmount(units: value)
  }
}
