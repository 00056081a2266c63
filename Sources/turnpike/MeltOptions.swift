import ArgumentParser
import Cashu
import MintClient
import TurnpikeClient

/// How an invoice is paid at its mint.
struct MeltOptions: ParsableArguments {
  @Option(
    help: "Pay at most so much for it, in the broker's unit, with what may come back of it.", transform: Amount.parse)
  var most: Amount?
  @Option(help: "How long to wait for the mint; by default 60s.", transform: Span.parse)
  var wait = Span(milliseconds: ClientLimits.mintWaitMilliseconds)
  @OptionGroup var mints: MintOptions
}

/// How mints are spoken to.
struct MintOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Certificate authorities that the mint is checked by, instead of the system's: a PEM file.", valueName: "file"))
  var mintAuthorities: String?

  /// Asks a mint over HTTP: by https, or on this machine.
  var asker: MintAsker {
    let authorities = mintAuthorities
    return { question in
      let request: HTTPRequest
      do {
        request = try HTTPRequest(MintOrigin(question.url), path: question.path, body: question.body)
      } catch {
        return .notSent("\(error)")
      }
      let result = await request.result(within: question.timeoutMilliseconds, authoritiesFile: authorities)
      return switch result {
      case .answered(let status, let body): .answered(status: status, body: body)
      case .notSent(let failure): .notSent("\(failure)")
      case .unknown(let failure): .unknown("\(failure)")
      }
    }
  }
}

extension Account {
  /// Has a mint offer to pay an invoice, and tells what it would take.
  func offer(_ invoice: String, at mint: PayoutMint, _ options: MeltOptions) async throws -> MeltOffer {
    try await wallet.checkUnpaid(invoice)
    return try await MeltOffer(for: invoice, at: mint, asking: options.mints.asker)
  }

  /// Pays an invoice with notes: they are paid out as ecash, with which the mint pays it.
  ///
  /// - Parameter issuing: Whether the operator issues the notes.
  func melt(_ invoice: String, at number: UInt32, _ options: MeltOptions, issuing: Bool = false) async throws {
    let rate = try await client.offer(of: number)
    guard let mint = PayoutMint(rate) else {
      throw TurnpikeError(.protocolViolation("no token can name mint \(number)"), money: .notTaken)
    }
    let offer = try await offer(invoice, at: mint, options)
    guard let cost = offer.cost(at: rate) else {
      throw TurnpikeError(.invalidArgument("no payout is enough for that invoice"), money: .notTaken)
    }
    guard (offer.isAgreed && cost.isModest) || options.most != nil else {
      let asked = PlainText.encode(amount(cost.amount))
      let why = offer.isAgreed ? "more than a tenth beyond the invoice's amount" : "at a rate of the mint's own"
      throw TurnpikeError(
        .invalidArgument("it takes \(asked), \(why): say how much is too much, with --most"), money: .notTaken)
    }
    let price = PlainText.encode(amount(cost.amount))
    if let most = options.most, cost.amount > most.value {
      throw TurnpikeError(.invalidArgument("it takes \(price), which is more than --most"), money: .notTaken)
    }
    if issuing { try await checkTreasury(rate, pays: cost.amount, outputCount: cost.outputCount) }
    Terminal.printError(
      "turnpike: at \(mint.url) the invoice takes \(PlainText.encode(.amount(offer.amount, unit: mint.unit))), and up to "
        + "\(PlainText.encode(.amount(offer.feeReserve, unit: mint.unit))) for the way: \(price) are paid out")
    await awaitMints(options.wait)
    let again = "`turnpike melt INVOICE --mint \(number)` pays with them, another treasury melt would issue more"
    let payout =
      issuing
      ? try await payOutIssued(cost.amount, else: again) { try await payOut(cost, at: number) }
      : try await payOut(cost, at: number)
    Terminal.printError("turnpike: payout \(payout.payment) has the ecash, with which the mint is asked to pay now")
    try await melt(payout.payment, for: offer, options, [("paid", amount(cost.amount))])
  }

  /// Pays out what an invoice takes.
  private func payOut(_ cost: MeltCost, at mint: UInt32) async throws(TurnpikeError) -> WalletPayout {
    do {
      return try await wallet.payOut(cost.amount, at: mint, outputCount: cost.outputCount)
    } catch {
      if error.money == .notKnown {
        Terminal.printError(
          "turnpike: the invoice is not paid: when `turnpike payouts` has the ecash, "
            + "`turnpike melt INVOICE --payout ID` pays it")
      }
      throw error
    }
  }

  /// Pays an invoice with ecash of the wallet.
  func melt(
    _ payout: UInt64, for offer: MeltOffer, _ options: MeltOptions, _ told: [(String, Value)] = []
  ) async throws {
    let paid = try await wallet.melt(
      payout, for: offer, waiting: .milliseconds(options.wait.milliseconds), asking: options.mints.asker)
    paid.tellDoubts()
    try Terminal.show(.object([("payout", .id(payout)), ("mint", .text(paid.mint.url))] + told + paid.meltFields))
  }
}

extension WalletPayout {
  /// What an invoice that is paid took.
  fileprivate var meltFields: [(String, Value)] {
    guard let melt else { return [] }
    // A mint can give back more than it was brought.
    let kept = melt.total > melt.amount ? melt.total - melt.amount : 0
    return [
      ("amount", .amount(melt.amount, unit: mint.unit)),
      ("fee", .amount(kept > amount ? kept - amount : 0, unit: mint.unit)),
      ("change", .amount(amount, unit: mint.unit)), ("preimage", .text(melt.preimage ?? "")),
      ("proved", .flag(melt.isProved)),
    ]
  }

  /// Says where all there is of a payment is its mint's word, and where that is broken.
  func tellDoubts() {
    guard let melt, melt.isPaid else { return }
    if !melt.isProved {
      let what = melt.preimage == nil ? "tells no proof of it" : "tells a preimage that is not the invoice's"
      Terminal.printError(
        "turnpike: payout \(payment): the mint says that it has paid, and \(what): ask the invoice's payee")
    }
    if amount < melt.changeMin {
      let due = PlainText.encode(.amount(melt.changeMin, unit: mint.unit))
      Terminal.printError("turnpike: payout \(payment): the mint owes a change of \(due), or more, and gave less")
    }
  }
}

extension Wallet {
  /// Goes on with invoices that are being paid, and tells of it.
  func continueMelts(_ options: MintOptions, waiting wait: Span) async {
    for (payment, error) in await continueMelts(waiting: .milliseconds(wait.milliseconds), asking: options.asker) {
      let what = error.map { "\($0)\(Failure.hint(for: $0))" } ?? "its invoice is paid"
      Terminal.printError("turnpike: payout \(payment): \(SafeText.plain(what))")
      if error == nil { content.payouts.first { $0.payment == payment }?.tellDoubts() }
    }
  }
}
