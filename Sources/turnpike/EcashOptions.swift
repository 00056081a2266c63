import ArgumentParser
import Cashu
import Glibc
import Synchronization
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
    let text = try SecretText.token(pay)
    let pieceCount = text.split(whereSeparator: \.isWhitespace).count
    guard pieceCount > 0 else { throw Self.mistake("\(SecretText.place(of: pay)) is empty") }
    guard pieceCount == 1 else {
      throw Self.mistake("that is no Cashu token: it is in \(pieceCount) pieces, and one in one piece is taken")
    }
    let ecash = try Ecash(token: text)
    do {
      _ = try Token(text: ecash.token)
    } catch {
      throw Self.mistake("that is no Cashu token: \(error.sentenceOfToken)")
    }
    return ecash
  }

  private static func mistake(_ what: String) -> TurnpikeError {
    TurnpikeError(.invalidArgument(what), money: .notTaken)
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
    PaidEcash.note(token, of: wallet)
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

/// The ecash that this command pays with, for what is said when it fails: nearly any status can refuse a request that ecash pays for.
enum PaidEcash {
  private static let paid = Mutex<(token: String, wallet: Wallet)?>(nil)

  static func note(_ ecash: Ecash, of wallet: Wallet) { paid.withLock { $0 = (ecash.token, wallet) } }

  /// Whether the wallet keeps it, which was not taken.
  static func isKept() async -> Bool {
    guard let (token, wallet) = paid.withLock({ $0 }) else { return false }
    return await wallet.content.ecash.contains { $0.token == token }
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

  /// Where an argument says that a secret is, for people.
  static func place(of argument: String) -> String {
    if argument == "-" { return "standard input" }
    return argument.hasPrefix("@") ? String(argument.dropFirst()) : "the token"
  }
}

extension FormatError {
  /// What is wrong with a token, for people.
  fileprivate var sentenceOfToken: String {
    switch self {
    case .syntax: "it is cut short, or is more than one token"
    case .notUnicode: "a text in it is damaged"
    case .tooLarge: "it is longer than is taken: have its wallet make one of fewer and larger coins"
    case .duplicate: "the same coin is in it twice"
    case .wrongType, .invalidValue: "an amount, coin, mint or unit in it is none"
    case .missing: "it has no coins, or does not say of which mint they are"
    case .unknownFormat: "one begins with cashuA or cashuB"
    case .severalMints: "it has coins of several mints, which are paid with one by one"
    case .overflow: "its coins are worth more than can be counted"
    case .mismatch: "it contradicts itself"
    }
  }
}
