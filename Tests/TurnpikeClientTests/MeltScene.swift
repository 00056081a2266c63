import Cashu
import Glibc
import ScriptedMint
import Synchronization
import Testing
import TurnpikeClient
import WireProtocol

/// A wallet with ecash of a mint in memory, which goes wrong as a test says, and an invoice for it to be paid.
/// Questions can be counted up to one at which the wallet's process ends, before the mint hears of it or after: nothing
/// of what it asks after that gets there.
final class MeltScene: Sendable {
  static let invoice = ScriptedInvoice.text("lnbc1m")
  /// What it takes: 100,000 and 1,000 for the way, of which the mint uses 1.
  static let needed: UInt64 = 101_000
  static let payment: UInt64 = 77
  static let meltPath = "/v1/melt/bolt11"
  static let place = PayoutMint(number: 1, unit: "sat", url: "http://127.0.0.1:3338")

  /// Where the process ends.
  struct Crash {
    /// The how manieth question.
    var point: Int
    /// Whether the mint has heard it then.
    var isDone: Bool
  }

  private struct State {
    var mint: ScriptedMint
    var faults: [(path: String, fault: MintFault)] = []
    var crash: Crash?
    var questionCount = 0
    var crashText: String?
    var meltCount = 0
    var changes: @Sendable (MintQuestion, [UInt8]) -> [UInt8] = { $1 }
  }

  private let state: Mutex<State>
  private let folder: String
  let mint: PayoutMint

  /// - Parameter excess: What the ecash is worth beyond what is needed.
  init(
    fee: UInt64 = 0, excess: UInt64 = 0, outcome: ScriptedMint.MeltOutcome = .paid, crash: Crash? = nil
  ) throws {
    mint = try #require(Self.place)
    let seed = try #require(Bytes32([UInt8](repeating: 9, count: 32)))
    let curve = try #require(Curve(seed: seed))
    var scripted = try #require(
      ScriptedMint(seed: "melt", terms: .init(keyCount: 20, inputFeePPK: fee), curve: curve))
    scripted.meltOutcome = outcome
    var wallet = try #require(ScriptedWallet(seed: "payout", url: mint.url, curve: curve))
    // Seventeen bits: at most as many coins, and a few more for their fee.
    let amount = Self.needed + excess + (fee * 20 + 999) / 1_000
    let token = try wallet.token(of: try wallet.gift(amount, from: &scripted)).text()
    state = Mutex(State(mint: scripted, crash: crash))
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    folder = "\(base)/turnpike-melt-\(UInt64.random(in: 0 ... .max))"
    #expect(unsafe mkdir(folder, 0o700) == 0)
    var content = try WalletContent()
    content.payouts = [
      WalletPayout(
        payment: Self.payment, seed: Bytes16(low: 5, high: 6), mint: mint, amount: amount, fee: 0, token: token)
    ]
    try write(content.text, "wallet")
  }

  deinit {
    for name in ["wallet", "wallet.lock", "crashed", "crashed.lock"] { _ = unsafe unlink("\(folder)/\(name)") }
    _ = unsafe rmdir(folder)
  }

  // MARK: For tests

  /// The wallet as its file is now; of the process that crashed as it was then.
  func wallet(afterCrash: Bool = false) throws -> Wallet {
    guard afterCrash else { return try Wallet(path: folder + "/wallet", creating: false) }
    let text = state.withLock { state in
      state.crash = nil
      return state.crashText.take() ?? ""
    }
    try write(text, "crashed")
    return try Wallet(path: folder + "/crashed", creating: false)
  }

  /// Takes the place away that the file is in, or gives it back.
  func hide(_ isHidden: Bool) {
    let names = isHidden ? (folder, folder + "-away") : (folder + "-away", folder)
    #expect(unsafe rename(names.0, names.1) == 0)
  }

  var ask: MintAsker { { question in self.answer(question) } }

  var hasCrashed: Bool { state.withLock { $0.crashText != nil } }

  /// Requests to pay that the mint has heard.
  var meltCount: Int { state.withLock { $0.meltCount } }

  func arm(_ fault: MintFault, _ path: String = meltPath, count: Int = 1) {
    state.withLock { state in for _ in 0..<count { state.faults.append((path, fault)) } }
  }

  /// Changes answers from now on.
  func spoil(_ changes: @escaping @Sendable (MintQuestion, [UInt8]) -> [UInt8]) {
    state.withLock { $0.changes = changes }
  }

  func settle(isPaid: Bool) {
    state.withLock { state in
      for quote in state.mint.pendingMelts { state.mint.settleMelt(quote, isPaid: isPaid) }
    }
  }

  func offer(_ invoice: String = invoice) async throws -> MeltOffer {
    try await MeltOffer(for: invoice, at: mint, asking: ask)
  }

  /// What the mint answers to a GET.
  func bytes(of path: String) -> [UInt8] { state.withLock { $0.mint.handle(method: "GET", path: path).body } }

  /// What the mint was paid for invoices and their ways.
  var melted: UInt64 { state.withLock { UInt64(clamping: $0.mint.totals.money["sat"]?.melted ?? 0) } }

  /// What of a wallet's tokens is unspent at the mint, which takes all of that. Its books must hold.
  func worth(_ content: WalletContent) throws -> UInt64 {
    try state.withLock { state in
      #expect(state.mint.checkInvariants() == [])
      var sum: UInt64 = 0
      for text in content.payouts.compactMap(\.token) {
        let token = try Token(text: text)
        let curve = try #require(Bytes32([UInt8](repeating: 9, count: 32)).flatMap { Curve(seed: $0) })
        let points = try token.proofs.map {
          try #require(curve.hashToCurve($0.secret).flatMap { curve.compressed($0) })
        }
        let states = try ProofState.all(in: state.mint.handle(.checkState(points)).body, for: points)
        guard states.allSatisfy({ $0 == .unspent }) else { continue }
        sum += token.amount
        var (copy, other) = (state.mint, try #require(ScriptedWallet(seed: "other", url: mint.url, curve: curve)))
        #expect(throws: Never.self) { try other.receive(text, at: &copy) }
      }
      return sum
    }
  }

  // MARK: The mint

  private func answer(_ question: MintQuestion) -> MintOutcome {
    #expect(question.url == mint.url && question.timeoutMilliseconds > 0)
    return state.withLock { state in
      state.questionCount += 1
      if state.crashText != nil { return .unknown("crashed") }
      let crash = state.crash.flatMap { $0.point == state.questionCount ? $0 : nil }
      if let crash, !crash.isDone { return crashed(&state) }
      let isMelt = question.path == Self.meltPath
      let index = state.faults.firstIndex { question.path == $0.path }
      let fault = index.map { state.faults.remove(at: $0).fault }
      if isMelt, fault != .lostBefore { state.meltCount += 1 }
      let answer = state.mint.answer(
        method: question.body == nil ? "GET" : "POST", path: question.path, body: question.body ?? [], fault: fault)
      if crash != nil { return crashed(&state) }
      switch answer {
      case .response(let status, let body), .late(let status, let body):
        return .answered(status: status, body: state.changes(question, body))
      case .lost: return .unknown("lost")
      }
    }
  }

  private func crashed(_ state: inout State) -> MintOutcome {
    state.crashText = text()
    return .unknown("crashed")
  }

  /// The file as it is now.
  func text() -> String {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let file = unsafe open(folder + "/wallet", O_RDONLY)
    let count = unsafe read(file, &bytes, bytes.count)
    close(file)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  /// Changes a file of the scene.
  func write(_ text: String, _ name: String) throws {
    let file = unsafe open("\(folder)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(file) }
    let bytes = Array(text.utf8)
    #expect(unsafe Glibc.write(file, bytes, bytes.count) == bytes.count)
  }
}
