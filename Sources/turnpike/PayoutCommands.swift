import ArgumentParser
import TurnpikeClient

/// `turnpike payout`.
struct Payout: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Pays notes of the wallet out as ecash (Cashu) of a mint.",
    discussion: """
      The amount is in the broker's unit, and has to be a whole number of the mint's at its rate (`turnpike mints`). FEE is what was \
      kept of it for the mint's fees. The token is money of whoever shows it to its mint first; the wallet keeps it too, until \
      `turnpike payouts --forget` says that it arrived. When the mint is slow or the command is killed, any later command goes on.

      EXAMPLES
        turnpike payout 21_000 --mint 1
        turnpike payout 21_000 --mint 1 --to change
      """)
  @OptionGroup var options: Options
  @Argument(help: "How much, in the broker's unit.", transform: Amount.parse)
  var amount: Amount
  @Option(help: "Number of the mint, as `turnpike mints` tells it.")
  var mint: UInt32
  @OptionGroup var token: TokenOptions

  func run() async throws {
    try token.check()
    let account = try await options.connectWallet(creating: false)
    let paid = try await account.payOut(amount.value, at: mint, token)
    try paid.show()
    await account.wallet.disconnect()
  }
}

/// `turnpike payouts`.
struct Payouts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Payouts of the wallet: goes on with those whose ecash is not here yet, and lists them.",
    discussion: """
      A token stays in the wallet until it is forgotten: do that when whoever it is for has it. STATE is `ready` when the token is \
      here, and `waiting` while the mint has not signed; `melting` while an invoice is paid with it (`turnpike melt`), and `paid` \
      after that, when the token is the change, and PROVED whether the mint told the invoice's proof. What cannot be paid out comes back as notes. Where the broker has forgotten \
      what the mint signed, --secrets has what to ask the mint with (NUT-09). Requests whose outcome is not known are among \
      them, without an id. Where the broker cannot be reached, what the wallet has is shown all the same.

      EXAMPLES
        turnpike payouts --tokens
        turnpike payouts --forget 6755399441055751
      """)
  @OptionGroup var options: Options
  @Flag(help: "Show the tokens.")
  var tokens = false
  @Flag(help: "Show what the ecash is made of in their place: B_, secret and blinding factor of each output.")
  var secrets = false
  @Option(help: ArgumentHelp("Drop this payout, because its token arrived; may be repeated.", valueName: "payout"))
  var forget: [UInt64] = []
  @Flag(help: "With --forget: drop it without its ecash, which is lost then, as are notes that would come back.")
  var unfinished = false
  @Option(help: "How long to wait for each mint; by default not at all.", transform: Span.parse)
  var wait = Span(milliseconds: 0)
  @OptionGroup var mints: MintOptions

  func validate() throws {
    guard !unfinished || !forget.isEmpty else { throw ValidationError("--unfinished is for --forget") }
  }

  func run() async throws {
    let wallet = try options.openWallet(creating: false)
    var failure: TurnpikeError?
    if forget.isEmpty {
      // The broker is not needed for it, nor for what is shown: whatever is here is money without it.
      await wallet.continueMelts(mints, waiting: wait)
      do { try await goOn(wallet) } catch let error as TurnpikeError { failure = error }
    } else {
      for payment in forget { try await wallet.forget(payout: payment, isUnfinished: unfinished) }
    }
    let content = await wallet.content
    if secrets { try showSecrets(content) } else { try show(content) }
    await wallet.disconnect()
    if let failure {
      if content.payouts.contains(where: \.isWaiting) || !content.pending.isEmpty { throw failure }
      Terminal.printError("turnpike: that is what the wallet has: \(failure)\(Failure.hint(for: failure))")
    }
  }

  /// Goes on with what the broker is needed for.
  private func goOn(_ wallet: Wallet) async throws {
    let account = try await options.connect(wallet)
    guard wait.milliseconds > 0 else { return }
    await account.awaitMints(wait)
    for case (let payment, let error?) in await wallet.continuePayouts(waits: true) { account.tell(payment, error) }
    await account.collectRefunds()
  }

  private func show(_ content: WalletContent) throws {
    try Terminal.show(
      .list(
        content.payouts.map { payout in
          let token = payout.token.map { tokens ? $0 : "(a secret)" } ?? ""
          return .object(
            payout.fields + [
              ("state", .text(payout.stateWord)), ("token", .text(token)),
              ("invoice", .text(payout.melt?.invoice ?? "")), ("preimage", .text(payout.melt?.preimage ?? "")),
              ("proved", .flag(payout.melt?.isProved ?? false)),
            ])
        }))
  }

  private func showSecrets(_ content: WalletContent) throws {
    let known =
      content.payouts.map { (payment: $0.payment, seed: $0.seed, mint: $0.mint) }
      + content.payouts.compactMap { payout in
        payout.melt.map { (payment: payout.payment, seed: $0.seed, mint: payout.mint) }
      }
    let others = (content.pending + content.unresolved).compactMap { entry in
      entry.mint.map { (payment: UInt64(0), seed: entry.secret, mint: $0) }
    }
    var rows: [Value] = []
    for payout in known + others {
      for (number, output) in try PayoutSecrets(seed: payout.seed).outputs().enumerated() {
        rows.append(
          .object([
            ("payout", .optionalID(payout.payment)), ("mint", .text(payout.mint.url)),
            ("number", .count(UInt64(number))), ("blinded", .text(output.blinded)),
            ("secret", .text(output.secret)), ("factor", .text(output.factor)),
          ]))
      }
    }
    try Terminal.deliver(.list(rows))
  }
}
