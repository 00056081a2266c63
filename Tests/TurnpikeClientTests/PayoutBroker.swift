import Glibc
import Synchronization
import Testing
import TurnpikeClient
import WireProtocol

/// A broker over a unix socket that knows EXCHANGE, MINTS, PAYOUT, SIGNATURES, PAYMENT and REFUND, keeps every receipt, and stands still
/// for good at the request that a test names, with a copy of the wallet's file of that moment. It takes any note, once.
final class PayoutBroker: Sendable {
  /// Where the process ends.
  struct Crash {
    /// The how manieth request, HELLO not counted; 0: the first with `opcode`.
    var point = 0
    var opcode = Opcode.payout
    /// Whether the broker has done it then.
    var isDone: Bool
  }

  private struct State {
    var signs: Bool
    var pendingCount: Int
    var crash: Crash?
    var requestCount = 0
    var receipts: [UInt64: [UInt8]] = [:]
    var spent: Set<UInt64> = []
    var nextSerial: UInt64 = 1_000
    var payouts: [(body: [UInt8], amount: UInt64)] = []
    var refundCount = 0
    var crashText: [UInt8] = []
  }

  let mint: SigningMint
  private let socket: SocketBroker
  private let state: Mutex<State>
  /// Written to by a test when the process that crashed is gone.
  private let gate: (read: Int32, write: Int32)
  private let crashes: (stream: AsyncStream<Bool>, continuation: AsyncStream<Bool>.Continuation)

  /// - Parameter pendingCount: SIGNATURES that are answered with PAYMENT_PENDING; after the last a push tells that it is over.
  init(signs: Bool = true, pendingCount: Int = 2, crash: Crash? = nil) throws {
    mint = try #require(SigningMint())
    socket = try SocketBroker()
    state = Mutex(State(signs: signs, pendingCount: pendingCount, crash: crash))
    var pipes: [Int32] = [0, 0]
    #expect(unsafe pipe(&pipes) == 0)
    gate = (pipes[0], pipes[1])
    crashes = AsyncStream.makeStream(of: Bool.self)
    try socket.start { [self] frame, layout, opcode, broker in
      let crash = opcode == .hello ? nil : self.crash(at: opcode)
      if crash?.isDone == false {
        stand()
        return nil
      }
      let bytes = answer(frame, layout, opcode, &broker)
      if crash?.isDone == true {
        stand()
        return nil
      }
      return bytes
    }
  }

  var payoutCount: Int { state.withLock { $0.payouts.count } }
  var refundCount: Int { state.withLock { $0.refundCount } }

  // MARK: For tests

  /// A new wallet with these notes, connected.
  func wallet(holding notes: [NoteToken]) async throws -> Wallet {
    let wallet = try Wallet(path: socket.folder + "/wallet")
    try await wallet.receive(notes)
    try await connect(wallet)
    return wallet
  }

  /// What was finished by that.
  @discardableResult
  func connect(_ wallet: Wallet) async throws -> [Wallet.Recovered] {
    try await socket.connect(wallet)
  }

  /// Tells `hasCrashed` that no request will come any more.
  func flowHasEnded() { crashes.continuation.yield(false) }

  /// Whether it came to the request at which it stands still; false: the flow has ended without.
  func hasCrashed() async -> Bool {
    for await hasCrashed in crashes.stream { return hasCrashed }
    return false
  }

  /// The wallet as its file was at the crash, connected to the broker, which goes on, perhaps without any receipt.
  func walletOfTheCrash(losingSession: Bool = false) async throws -> Wallet {
    let text = state.withLock { state in
      state.crash = nil
      if losingSession { state.receipts = [:] }
      return state.crashText
    }
    #expect(unsafe write(gate.write, [1], 1) == 1)
    let wallet = try socket.wallet(text, named: "crashed")
    try await connect(wallet)
    return wallet
  }

  /// Ends both.
  func end(_ wallet: Wallet) async {
    await wallet.disconnect()
    await socket.end()
    for descriptor in [gate.read, gate.write] { close(descriptor) }
  }

  // MARK: The thread

  /// Whether the process ends at this request.
  private func crash(at opcode: Opcode) -> Crash? {
    state.withLock { state in
      state.requestCount += 1
      guard let crash = state.crash else { return nil }
      return crash.point == state.requestCount || crash.point == 0 && crash.opcode == opcode ? crash : nil
    }
  }

  /// Keeps the file as it is now, and waits for the process to be gone.
  private func stand() {
    let text = socket.text()
    state.withLock { $0.crashText = text }
    crashes.continuation.yield(true)
    var byte: UInt8 = 0
    _ = unsafe read(gate.read, &byte, 1)
  }

  // MARK: Operations

  private func answer(
    _ frame: [UInt8], _ layout: FrameLayout, _ opcode: Opcode, _ broker: inout ScriptedBroker
  ) -> [UInt8] {
    let number = layout.header.number
    let body = Array(frame[layout.fixedOffset..<layout.recordsOffset + layout.recordCount * layout.recordByteCount])
    func done(_ body: [UInt8], _ money: Money = .none, isReplayed: Bool = false) -> [UInt8] {
      broker.frame(
        opcode.rawValue, number: number, flags: FrameFlags(money: money, isReplayed: isReplayed), body: body)
    }
    func refused(_ status: Status, _ money: Money = .none, detail: UInt64 = 0) -> [UInt8] {
      broker.frame(
        opcode.rawValue, word: status.rawValue, number: number, flags: FrameFlags(money: money),
        body: Refusal(detail: detail).bytes)
    }
    if let kept = state.withLock({ $0.receipts[number] }) { return done(kept, .taken, isReplayed: true) }
    func keep(_ body: [UInt8]) -> [UInt8] {
      state.withLock { $0.receipts[number] = body }
      return done(body, .taken)
    }
    switch opcode {
    case .hello:
      var hello = ScriptedBroker.hello
      hello.resumed = state.withLock { $0.receipts.isEmpty ? 0 : 1 }
      return done(hello.bytes)
    case .mints:
      let fixed = MintsReply(lockX0: Bytes16(), lockX1: Bytes16(), lockIsOdd: 0, count: 1)
      return done(fixed.bytes + SigningMint.offer.bytes)
    case .exchange:
      let paid = take(frame, layout)
      var notes: [UInt8] = []
      var sum: UInt64 = 0
      let (first, count) = (state.withLock { $0.nextSerial }, layout.recordCount)
      for index in 0..<count {
        let offset = ExchangeRequest.byteCount + index * NoteOutput.byteCount
        guard let output = unsafe NoteOutput(body.span.bytes, at: offset) else { return [] }
        notes += note(output.amount, serial: first + UInt64(index)).bytes
        sum += output.amount
      }
      guard let paid, paid == sum else { return refused(.amountInvalid, .notTaken) }
      state.withLock { $0.nextSerial += UInt64(count) }
      let fixed = ExchangeReply(amount: sum, firstSerial: first, payment: 5, keyEpoch: 1, count: UInt16(count))
      return keep(fixed.bytes + notes)
    case .payout:
      guard let request = unsafe PayoutRequest(body.span.bytes, at: 0) else { return [] }
      let sum = Self.notes(frame, layout).reduce(0) { $0 + $1.amount }
      guard sum % 1_000 == 0 else { return refused(.amountInvalid, .notTaken, detail: sum - sum % 1_000) }
      let net = sum / 1_000 - 1
      guard net.nonzeroBitCount <= request.count else { return refused(.quantityInvalid, .notTaken) }
      guard take(frame, layout) != nil else { return refused(.noteSpent, .notTaken) }
      let id = state.withLock { state in
        state.payouts.append((body, net))
        return UInt64(76 + state.payouts.count)
      }
      return keep(PayoutReply(payment: id, amount: net, fee: 1).bytes)
    case .signatures:
      guard let id = unsafe SignaturesRequest(body.span.bytes, at: 0)?.payment else { return [] }
      return signatures(id, done, refused)
    case .payment:
      if layout.tokenCount > 0 { return done(judged(Self.notes(frame, layout)).bytes) }
      let (signs, amount) = state.withLock { ($0.signs, $0.payouts.first?.amount) }
      guard unsafe PaymentRequest(body.span.bytes, at: 0)?.payment == 77, let amount else {
        return refused(.paymentUnknown)
      }
      let kept = KeptReply(word0: signs ? 77 : 0, word1: signs ? amount : 0, word2: signs ? 1 : 0, word3: 0, word4: 0)
      let told = PaymentReply(
        outcome: signs ? .taken : .refundable, opcode: Opcode.payout.rawValue, status: signs ? .ok : .mintRefused,
        spent: 0, amount: 21_000, detail: 0, reply: kept)
      return done(told.bytes)
    case .refund:
      guard let request = unsafe RefundRequest(body.span.bytes, at: 0) else { return [] }
      if request.payment == 0, let status = refusal(ofKey: request.key) {
        return refused(status, status == .paymentPending ? .notKnown : .notTaken, detail: 77)
      }
      state.withLock { $0.refundCount = 1 }
      let fixed = RefundReply(amount: 21_000, firstSerial: 5_000, keyEpoch: 1, count: 1)
      return keep(fixed.bytes + note(21_000, serial: 5_000).bytes)
    default: return refused(.unknownOpcode)
    }
  }

  private func signatures(
    _ id: UInt64, _ done: ([UInt8], Money, Bool) -> [UInt8], _ refused: (Status, Money, UInt64) -> [UInt8]
  ) -> [UInt8] {
    let (isPending, isLast, signs, payout) = state.withLock { state in
      let isPending = state.pendingCount > 0
      state.pendingCount -= isPending ? 1 : 0
      let payout = id > 76 && id - 77 < UInt64(state.payouts.count) ? state.payouts[Int(id - 77)] : nil
      return (isPending, state.pendingCount == 0, state.signs, payout)
    }
    guard let payout else { return refused(.paymentUnknown, .none, 0) }
    if isPending {
      let pending = refused(.paymentPending, .none, id)
      let settled = PaymentSettledPush(
        payment: id, outcome: signs ? .taken : .refundable, opcode: Opcode.payout.rawValue, status: .ok, amount: 21_000,
        detail: 0, reply: KeptReply(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0))
      var other = ScriptedBroker()
      return isLast ? pending + other.push(.paymentSettled, settled) : pending
    }
    guard signs else { return refused(.nothingDue, .none, 0) }
    return mint.signatures(of: payout.amount, on: payout.body).map { done($0, .none, false) } ?? []
  }

  /// Why the first payout, if it has this key, is not refunded by it alone.
  private func refusal(ofKey key: Bytes16) -> Status? {
    state.withLock { state in
      guard let body = state.payouts.first?.body, let payout = unsafe PayoutRequest(body.span.bytes, at: 0),
        payout.refundHash == key.keyHash
      else { return .paymentUnknown }
      guard state.pendingCount == 0 else {
        state.pendingCount -= 1
        return .paymentPending
      }
      return state.signs ? .nothingDue : nil
    }
  }

  /// Which of these notes were taken.
  private func judged(_ notes: [NoteToken]) -> PaymentReply {
    let spent = state.withLock { $0.spent }
    let marks = notes.enumerated().reduce(UInt32(0)) { $0 | (spent.contains($1.element.serial) ? 1 << $1.offset : 0) }
    return PaymentReply(
      outcome: marks == 0 ? .notTaken : .taken, opcode: 0, status: .ok, spent: marks, amount: 0, detail: 0,
      reply: KeptReply(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0))
  }

  private static func notes(_ frame: [UInt8], _ layout: FrameLayout) -> [NoteToken] {
    (0..<layout.tokenCount).compactMap { index in
      unsafe NoteToken(frame.span.bytes, at: layout.paymentOffset + 4 + index * NoteToken.byteCount)
    }
  }

  /// Takes the notes of a request; nil: one was taken before.
  private func take(_ frame: [UInt8], _ layout: FrameLayout) -> UInt64? {
    let notes = Self.notes(frame, layout)
    return state.withLock { state in
      guard notes.allSatisfy({ !state.spent.contains($0.serial) }) else { return nil }
      state.spent.formUnion(notes.map(\.serial))
      return notes.reduce(0) { $0 + $1.amount }
    }
  }
}
