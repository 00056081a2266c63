import ArgumentParser
import Cashu
import Glibc
import TurnpikeClient

/// Payment with ecash in the place of notes, and how long its mint is waited for.
struct EcashOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Pay with all of a Cashu token, in the place of an amount: @FILE, - for standard input, or the text, which everybody on this machine can read. What is not taken the wallet keeps (turnpike wallet ecash).",
      valueName: "token"))
  var pay: String?
  @Option(help: "How long to wait for the mint of --pay; by default 60s.", transform: Span.parse)
  var wait = Span(milliseconds: ClientLimits.mintWaitMilliseconds)

  /// The token of --pay, if there is one. A mistake is told without it.
  func ecash() throws -> Ecash? {
    guard let pay else { return nil }
    let ecash = try Ecash(token: try SecretText.token(pay))
    do {
      _ = try Token(text: ecash.token)
    } catch {
      throw TurnpikeError(.invalidArgument("that is no Cashu token: \(error)"), money: .notTaken)
    }
    return ecash
  }

  /// That either --pay or an amount was said.
  func check(_ hasAmount: Bool, _ amount: String = "AMOUNT") throws {
    guard hasAmount != (pay != nil) else { throw ValidationError("say either \(amount) or --pay") }
  }
}

extension Account {
  /// What a command pays with: its ecash if it has some, else an amount.
  func tender(_ ecash: EcashOptions, amount: UInt64?) async throws -> Tender {
    guard let token = try ecash.ecash() else { return .amount(amount ?? 0) }
    await awaitMints(ecash.wait)
    return .ecash(token)
  }

  /// How long mints are waited for from now on, and that it is told.
  func awaitMints(_ wait: Span) async {
    await wallet.awaitMints(for: .milliseconds(wait.milliseconds)) { payment in
      Terminal.printError("turnpike: the mint is being asked about payment \(payment); waiting for up to \(wait)")
    }
  }

  /// Collects what payments in ecash could not do, and tells of it.
  func collectRefunds() async {
    do {
      for refund in try await wallet.collectRefunds() {
        let amount = PlainText.encode(self.amount(refund.amount))
        Terminal.printError("turnpike: payment \(refund.payment) was refunded: \(amount) are in the wallet")
      }
    } catch {
      Terminal.printError("turnpike: a payment was not refunded: \(error)")
    }
  }
}

extension SecretText {
  /// A token of ecash as --pay has it.
  static func token(_ argument: String) throws -> String {
    if argument.hasPrefix("@") {
      let path = String(argument.dropFirst())
      do { return try TextFile.read(path) } catch {
        throw TurnpikeError(.invalidArgument("the token cannot be read from \(path)"), money: .notTaken)
      }
    }
    guard argument == "-" else { return argument }
    var text = ""
    // Longer than any token that can be sent.
    while text.utf8.count <= WireLimits.frameByteCountMax, let line = readLine() { text += line + "\n" }
    return text
  }
}
