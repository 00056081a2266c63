import ArgumentParser
import Glibc
import TurnpikeClient

/// Where the token of a payout goes, and how long its mint is waited for.
struct TokenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Write the token to this new file, or alone to standard output (-); else it is shown. When the mint takes longer than \
      --wait, nothing is written: `turnpike payouts --tokens` has it later.
      """, valueName: "file|-"))
  var to: String?
  @Option(help: "How long to wait for the mint; by default 60s.", transform: Span.parse)
  var wait = Span(milliseconds: ClientLimits.mintWaitMilliseconds)

  /// Refuses a file that cannot be made, before any money moves.
  func check() throws(TurnpikeError) {
    if let to, to != "-" { try TokenFile.check(to) }
  }
}

/// Ecash in the place of the notes that a command brings.
struct PayoutOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Pay out what it brings as ecash of this mint, as far as it is a whole number of its unit (turnpike mints). What cannot \
      be paid out stays in the wallet as notes; the exit status is that of the payout then, and the rest is done all the same.
      """,
      valueName: "mint"))
  var payout: UInt32?
  @OptionGroup var token: TokenOptions

  func validate() throws {
    guard payout != nil || token.to == nil else { throw ValidationError("--to is for the token of --payout") }
  }

  /// Refuses a mint that there is not and a file that cannot be made, before what brings the money, which cannot be undone.
  func check(_ client: TurnpikeClient) async throws(TurnpikeError) {
    guard let payout else { return }
    try token.check()
    _ = try await client.offer(of: payout)
  }
}

/// What a command that pays out has to tell.
struct PaidOut {
  fileprivate(set) var fields: [(String, Value)] = []
  /// Why there is no ecash, after all else is told; nil: there is, or nothing was to be paid out.
  fileprivate(set) var failure: TurnpikeError?
  private var token: String?

  fileprivate init() {}

  /// Adds the payout, and the token as the options want it.
  fileprivate mutating func add(_ payout: WalletPayout, _ options: TokenOptions) throws {
    fields += payout.fields
    guard let token = payout.token else { return }
    switch options.to {
    case nil: fields.append(("token", .text(token)))
    case "-": self.token = token
    case let path?: try TokenFile.write(token, path)
    }
  }

  /// Tells what a command did, and of the payout: on standard error when standard output gets the token and nothing else.
  func show(_ told: [(String, Value)] = []) throws {
    let all = Value.object(told + fields)
    if let token {
      try Terminal.raw(token + "\n")
      Terminal.printError(PlainText.encode(all))
    } else {
      try Terminal.show(all)
    }
    if let failure { throw failure }
  }
}

extension WalletPayout {
  /// How it stands.
  var stateWord: String {
    if let melt { return melt.isPaid ? "paid" : "melting" }
    return isWaiting ? "waiting" : "ready"
  }

  /// What it looks like, but for the token.
  var fields: [(String, Value)] {
    [
      ("payout", .id(payment)), ("mint", .text(mint.url)), ("ecash", .amount(amount, unit: mint.unit)),
      ("fee", .amount(fee, unit: mint.unit)),
    ]
  }
}

extension Account {
  /// Pays out notes of the wallet.
  func payOut(_ amount: UInt64, at mint: UInt32, _ options: TokenOptions) async throws -> PaidOut {
    await awaitMints(options.wait)
    var paid = PaidOut()
    try paid.add(try await wallet.payOut(amount, at: mint), options)
    return paid
  }

  /// Pays out notes that a command brought, where that was asked for. What cannot be paid out stays in the wallet, and is told.
  func payOut(_ notes: [NoteToken], _ options: PayoutOptions) async throws -> PaidOut {
    var paid = PaidOut()
    guard let mint = options.payout else { return paid }
    let content = await wallet.content
    let own = notes.filter { content.notes.contains($0) }.amount
    var gone: UInt64 = 0
    do {
      gone = try await payable(own, at: mint)
      if gone > 0 { paid = try await payOut(gone, at: mint, options.token) }
    } catch let error as TurnpikeError {
      paid.failure = error
      if error.money == .notTaken || error.money == .none {
        gone = 0
        Terminal.printError("turnpike: nothing was paid out: the money is in the wallet as notes")
      }
    }
    paid.fields.append(("keptAsNotes", amount(own - gone)))
    return paid
  }

  private func payable(_ amount: UInt64, at mint: UInt32) async throws -> UInt64 {
    let offer = try await client.offer(of: mint)
    guard let payable = offer.payable(of: amount), payable.units >= max(1, offer.minimum) else {
      Terminal.printError("turnpike: that is less than mint \(mint) pays out, and stays in the wallet as notes")
      return 0
    }
    return payable.amount
  }

  /// Tells why the ecash of a payout is not here.
  func tell(_ payment: UInt64, _ error: TurnpikeError) {
    Terminal.printError("turnpike: payout \(payment): \(error)\(Failure.hint(for: error))")
  }

  /// Goes on with payouts of earlier commands, and tells of it.
  func continuePayouts() async {
    for (payment, error) in await wallet.continuePayouts() {
      guard let error else {
        Terminal.printError("turnpike: the ecash of payout \(payment) is here: `turnpike payouts --tokens`")
        continue
      }
      if error.status != .paymentPending { tell(payment, error) }
    }
  }
}

extension TurnpikeClient {
  /// What the broker tells of a mint.
  func offer(of mint: UInt32) async throws(TurnpikeError) -> MintOffer {
    guard let offer = try await mints().offers.first(where: { $0.mint == mint }) else {
      throw TurnpikeError(
        .invalidArgument("the broker tells of no mint \(mint): see `turnpike mints`"), money: .notTaken)
    }
    return offer
  }
}

/// Files of tokens: money, for its owner only.
enum TokenFile {
  /// Refuses what `write` could not make now; nothing is left of it.
  static func check(_ path: String) throws(TurnpikeError) {
    let file = make(path)
    guard file >= 0 else { throw TurnpikeError(.wallet("cannot write \(path): \(systemError)"), money: .notTaken) }
    close(file)
    unsafe unlink(path)
  }

  /// Writes a file that is not there yet, for good.
  static func write(_ token: String, _ path: String) throws {
    let file = make(path)
    guard file >= 0 else { throw failure(path) }
    defer { close(file) }
    do {
      try Terminal.raw(token + "\n", to: file)
    } catch {
      throw failure(path)
    }
    guard fsync(file) == 0 else { throw failure(path) }
  }

  private static func make(_ path: String) -> Int32 {
    unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
  }

  private static var systemError: String { unsafe String(cString: strerror(errno)) }

  private static func failure(_ path: String) -> TurnpikeError {
    TurnpikeError(
      .wallet("cannot write \(path): \(systemError); the wallet has the token: `turnpike payouts --tokens`"),
      money: .taken)
  }
}
