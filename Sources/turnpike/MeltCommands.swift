import ArgumentParser
import TurnpikeClient

/// `turnpike melt`.
struct Melt: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Has a mint pay a Lightning invoice (BOLT-11), with notes that are paid out as its ecash.",
    discussion: """
      The mint says what the invoice takes, and what has to be there for the way; what is left of that comes back as a token, \
      which `turnpike payouts` has. FEE is what the mint kept. PREIMAGE is what the mint tells as the proof of the payment, and \
      PROVED whether it is one: else that the invoice is paid is the mint's word alone. What is more than a tenth beyond the \
      invoice's amount, or at a rate of the mint's own, has to be allowed by --most.

      When the mint is slow or the command is killed, `turnpike payouts` goes on: an invoice is never paid twice. When the mint does not \
      pay, the ecash stays in the wallet: pay with it again with --payout, or take its token out.

      EXAMPLES
        turnpike melt lnbc250u1... --mint 1
        turnpike melt lnbc250u1... --mint 1 --most 26_000_000
        turnpike melt lnbc250u1... --payout 6755399441055751
      """)
  @OptionGroup var options: Options
  @Argument(help: "The invoice.")
  var invoice: String
  @Option(help: "Number of the mint, as `turnpike mints` tells it.")
  var mint: UInt32?
  @Option(help: "Pay with the ecash of this payout, which is in the wallet, instead of notes.")
  var payout: UInt64?
  @OptionGroup var melt: MeltOptions

  func validate() throws {
    guard (mint == nil) != (payout == nil) else { throw ValidationError("say either --mint or --payout") }
    guard payout == nil || melt.most == nil else { throw ValidationError("--most is for notes: see --mint") }
  }

  func run() async throws {
    let account = try await options.connectWallet(creating: false)
    if let mint {
      try await account.melt(invoice, at: mint, melt)
    } else {
      let content = await account.wallet.content
      guard let chosen = content.payouts.first(where: { $0.payment == payout }) else {
        throw TurnpikeError(.invalidArgument("the wallet has no payout \(payout ?? 0)"))
      }
      let offer = try await account.offer(invoice, at: chosen.mint, melt)
      try await account.melt(chosen.payment, for: offer, melt)
    }
    await account.wallet.disconnect()
  }
}

extension Treasury {
  /// `turnpike treasury melt`.
  struct Melt: AsyncParsableCommand, SpendsMoney {
    static let configuration = CommandConfiguration(
      abstract: "Has a mint pay a Lightning invoice with the treasury's ecash: notes are issued, and paid out.",
      discussion: """
        As `turnpike melt`, which tells what happens when something goes wrong. The change stays in the wallet as a token.

        EXAMPLES
          turnpike treasury melt lnbc250u1... --mint 1 --credential operator
        """)
    @OptionGroup var options: Options
    @Argument(help: "The invoice.")
    var invoice: String
    @Option(help: "Number of the mint, as `turnpike mints` tells it.")
    var mint: UInt32
    @OptionGroup var melt: MeltOptions

    func run() async throws {
      let account = try await options.connectWallet()
      try await account.melt(invoice, at: mint, melt, issuing: true)
      await account.wallet.disconnect()
    }
  }
}
