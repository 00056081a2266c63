import Cashu
import Synchronization
import Testing
import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// A broker over a unix socket that knows MINTS, REFUND and PAYMENT of payments that a test lays down, whoever made them, and refuses
/// whatever is paid in ecash, or puts it off.
final class EcashBroker: Sendable {
  /// A payment that it knows of.
  struct Payment {
    var id: UInt64
    /// What a broker keeps of its refund key.
    var hash: Bytes16
    var outcome: PaymentOutcome
    var opcode = Opcode.acquire
    var status = Status.ok
    var amount: UInt64 = 20_000
    var isCollected = false
    /// Amounts of the notes of an EXCHANGE that was done.
    var notes: [UInt64] = []

    fileprivate var rank: Int {
      if outcome == .refundable { return isCollected ? 2 : 0 }
      return outcome == .notKnown ? 1 : outcome == .notTaken ? 4 : notes.isEmpty ? 3 : 2
    }
  }

  /// What it does, as a test says.
  struct State {
    var payments: [Payment] = []
    /// What HELLO tells of the session.
    var isResumed = false
    /// What ecash is refused with; nil: it is put off.
    var refusal: Status? = Status.unitsUnavailable
    /// Operations that have no room now.
    var full: Set<Opcode> = []
    /// Whether REFUND leads to another payment each time, none of which was taken.
    var isLying = false
    /// What it was asked for, in order, but for HELLO and PING.
    fileprivate(set) var asked: [Opcode] = []
  }

  /// Of one coin of 16 and one of 4.
  static func token() throws -> String {
    let keyset = try #require(SigningMint.keyset)
    let point = CompressedPoint(isOdd: false, x: try #require(Bytes32([UInt8](repeating: 1, count: 32))))
    let place = try #require(SigningMint.place)
    let proofs = [UInt64(16), 4].map { Proof(amount: $0, keyset: keyset, secret: "secret \($0)", signature: point) }
    return try Token(mint: place.url, unit: place.unit, proofs: proofs).text()
  }

  /// What a broker keeps of a refund key of that token, or of another's that has the same hash.
  static func keptHash(of key: Bytes16, isCopied: Bool = false) throws -> Bytes16 {
    let token = try Ecash(token: token(), refundKey: key).tokenHash
    return SHA256.refundHash(key.keyHash, token: isCopied ? Bytes16(low: 1, high: 1) : token)
  }

  /// The lease that it tells of every ACQUIRE that is TAKEN.
  static let lease: UInt64 = 7

  private let socket: SocketBroker
  private let state = Mutex(State())

  init() throws {
    socket = try SocketBroker()
    try socket.start { [self] frame, layout, opcode, broker in answer(frame, layout, opcode, &broker) }
  }

  // MARK: For tests

  /// What is asked for from now on is answered so; returns what was asked for until now.
  @discardableResult
  func set(_ change: (inout State) -> Void) -> [Opcode] {
    state.withLock { state in
      defer { state.asked = [] }
      change(&state)
      return state.asked
    }
  }

  /// A wallet of this content, not connected.
  func wallet(_ content: WalletContent) throws -> Wallet { try socket.wallet(content.text.utf8) }

  /// What was finished, or is not, by connecting.
  @discardableResult
  func connect(_ wallet: Wallet) async throws -> [Wallet.Recovered] {
    await wallet.disconnect()
    return try await socket.connect(wallet)
  }

  /// Ends both.
  func end(_ wallet: Wallet) async {
    await wallet.disconnect()
    await socket.end()
  }

  // MARK: Operations

  private func answer(
    _ frame: [UInt8], _ layout: FrameLayout, _ opcode: Opcode, _ broker: inout ScriptedBroker
  ) -> [UInt8] {
    let number = layout.header.number
    let body = Array(frame[layout.fixedOffset..<layout.fixedOffset + layout.fixedByteCount])
    func done(_ body: [UInt8], _ money: Money = .none, isReplayed: Bool = false) -> [UInt8] {
      broker.frame(
        opcode.rawValue, number: number, flags: FrameFlags(money: money, isReplayed: isReplayed), body: body)
    }
    func refused(_ status: Status, _ money: Money = .none, detail: UInt64 = 0) -> [UInt8] {
      broker.frame(
        opcode.rawValue, word: status.rawValue, number: number, flags: FrameFlags(money: money),
        body: Refusal(detail: detail).bytes)
    }
    if opcode == .hello {
      var hello = ScriptedBroker.hello
      hello.resumed = state.withLock { $0.isResumed ? 1 : 0 }
      return done(hello.bytes)
    }
    let isFull = state.withLock { state in
      if opcode != .ping { state.asked.append(opcode) }
      return state.full.contains(opcode)
    }
    if isFull { return refused(.noSpace, .notTaken) }
    switch opcode {
    case .mints:
      let fixed = MintsReply(lockX0: Bytes16(), lockX1: Bytes16(), lockIsOdd: 0, count: 1)
      return done(fixed.bytes + SigningMint.offer.bytes)
    case .payment:
      if layout.tokenCount > 0 { return done(told(Payment(id: 1, hash: Bytes16(), outcome: .notTaken))) }
      let id = unsafe PaymentRequest(body.span.bytes, at: 0)?.payment
      guard let payment = state.withLock({ $0.payments.first { $0.id == id } }) else { return refused(.paymentUnknown) }
      return done(told(payment))
    case .refund:
      guard let request = unsafe RefundRequest(body.span.bytes, at: 0) else { return refused(.malformed) }
      guard let payment = find(request) else { return refused(.paymentUnknown, .notTaken) }
      switch payment.outcome {
      case .notKnown: return refused(.paymentPending, .notKnown, detail: payment.id)
      case .refundable:
        let fixed = RefundReply(amount: payment.amount, firstSerial: payment.id, keyEpoch: 1, count: 1)
        let money = note(payment.amount, serial: payment.id)
        return done(fixed.bytes + money.bytes, .taken, isReplayed: payment.isCollected)
      case .taken where !payment.notes.isEmpty:
        let fixed = RefundReply(
          amount: payment.amount, firstSerial: payment.id, keyEpoch: 1, count: UInt16(payment.notes.count))
        let money = payment.notes.enumerated().map { note($1, serial: payment.id + UInt64($0)) }
        return done(fixed.bytes + money.flatMap(\.bytes), .taken, isReplayed: true)
      default: return refused(.nothingDue, .notTaken, detail: payment.id)
      }
    case .check: return refused(.leaseUnknown)
    case .bind: return done(BindReply(handle: 1, authority: .owner, state: .active, epoch: 1, useNumber: 0).bytes)
    default:
      guard let status = state.withLock({ $0.refusal }) else { return refused(.paymentPending, .notKnown, detail: 99) }
      return refused(status, .notTaken)
    }
  }

  /// The payment that REFUND means, as it was before: from now on its note was collected.
  private func find(_ request: RefundRequest) -> Payment? {
    state.withLock { state in
      if state.isLying {
        state.payments.append(
          Payment(id: UInt64(1_000 + state.payments.count), hash: request.key.keyHash, outcome: .notTaken))
        return state.payments.last
      }
      let hash = SHA256.refundHash(request.key.keyHash, token: request.token)
      let found = state.payments.filter { $0.hash == hash && [0, $0.id].contains(request.payment) }
        .min { ($0.rank, $0.id) < ($1.rank, $1.id) }
      for index in state.payments.indices where state.payments[index].id == found?.id {
        state.payments[index].isCollected = found?.outcome == .refundable
      }
      return found
    }
  }

  private func told(_ payment: Payment) -> [UInt8] {
    let reply = AcquireReply(
      lease: Self.lease, epoch: 1, deadline: 1_000, balance: payment.amount, payment: payment.id
    ).bytes
    let kept = payment.outcome == .taken ? unsafe KeptReply(reply.span.bytes, at: 0) : nil
    let state = PaymentReply(
      outcome: payment.outcome, opcode: payment.opcode.rawValue, status: payment.status, spent: 0,
      amount: payment.amount, detail: 0,
      reply: kept ?? KeptReply(word0: 0, word1: 0, word2: 0, word3: 0, word4: 0))
    return state.bytes
  }
}
