import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// A broker in memory that takes ecash of one mint in memory. Nothing is worked out and nobody is asked unless the test lets it happen.
final class MintRig {
  static let mintNumber: UInt32 = 1

  let transport: MemoryTransport
  let market: Market
  private(set) var client: TestClient
  let curve: Curve
  let keys: EcashKeys
  /// What whoever has the broker's words makes of them.
  private(set) lazy var wordsSecrets = keys.words.seed().flatMap { DeterministicSecrets(seed: $0, curve: curve) }
  var mint: ScriptedMint
  var wallet: ScriptedWallet
  let configuration: EcashMint
  private let feePPK: UInt64
  private var lifeCount: UInt64 = 0
  private var unanswered: [MintCall] = []
  /// Paths of questions that were put, oldest first.
  var asked: [String] = []
  /// What the log was told.
  var news: [String] = []
  /// Of the tokens that paid, by the payments that were told of.
  private var tokenHashes: [UInt64: Bytes16] = [:]
  /// What goes wrong with the next answers to a path, one after the other.
  var faults: [String: [MintFault]] = [:]
  /// Looked at before a question is answered.
  var beforeAnswer: (MintCall) -> Void = { _ in }
  /// Nobody gets through.
  var isUnreachable = false
  /// What is said in place of the mint, of what the mint says itself; nil: that.
  var lie: (MintRequest) -> [UInt8]? = { _ in nil }

  /// - Parameters:
  ///   - endsInDays: When the mint's first keyset ends; nil: never.
  ///   - isUnreachable: Nobody gets through at first.
  init(
    feePPK: UInt64 = 0, exposure: UInt64 = 1 << 40, ecashCountMax: UInt32 = 64, treasuryCountMax: UInt32 = 512,
    idVersion: UInt8 = 1, endsInDays: UInt64? = nil, isUnreachable: Bool = false
  ) throws {
    (self.feePPK, self.isUnreachable) = (feePPK, isUnreachable)
    var limits = SessionLimits()
    limits.idleMilliseconds = 1 << 40
    transport = MemoryTransport(limits: limits) {
      ($0.ecashCountMax, $0.treasuryCountMax) = (ecashCountMax, treasuryCountMax)
    }
    market = try #require(try Market(transport))
    client = try market.client()
    let seed = try #require(Bytes32(Array(repeating: 7, count: 32)))
    let curve = try #require(Curve(seed: seed))
    self.curve = curve
    let secret = [UInt8](repeating: 9, count: SecretKey.byteCount)
    guard let masterKey = unsafe SecretKey(secret.span.bytes),
      let keys = EcashKeys(KeyDerivation(masterKey: masterKey), genesis: 1)
    else { throw FormatError.missing }
    self.keys = keys
    let now = transport.now / 1_000
    let terms = ScriptedMint.Terms(
      inputFeePPK: feePPK, idVersion: idVersion, finalExpiry: endsInDays.map { now + $0 * 86_400 })
    mint = try #require(ScriptedMint(seed: "rig", terms: terms, now: now, curve: curve))
    wallet = try #require(ScriptedWallet(seed: "rig wallet", curve: curve))
    configuration = EcashMint(
      origin: try MintOrigin("http://127.0.0.1"), unit: try #require(Name32("sat")), numerator: 1, denominator: 1,
      minimum: 1, exposure: exposure)
    takeEcash()
    run()
    asked = []
  }

  /// As a broker does when it starts: what it had asked nobody knows any more.
  ///
  /// - Parameter isConfigured: Whether the mint's ecash is to be taken.
  func takeEcash(isConfigured: Bool = true) {
    var fault: String?
    transport.turn { fault = transport.engine.takeEcash(of: isConfigured ? [configuration] : [], keys: keys) }
    #expect(fault == nil)
  }

  /// The broker ends where it is, and another one begins.
  func crash() throws {
    transport.beginAnew()
    try reconnect()
  }

  /// A broker begins from a backup: what was done since nobody knows.
  ///
  /// - Parameter backup: The journal's bytes then.
  func restore(_ backup: Int) throws {
    lifeCount += 1
    transport.beginAnew(
      from: backup,
      with: RestoreCommand(
        incarnation: transport.now / 1_000 + lifeCount, validity: 0, now: transport.now, flags: .lossy,
        algorithm: .hmacSha256_128))
    try reconnect()
  }

  /// The operator takes it on.
  func acceptLoss() {
    #expect(market.operatorClient.call(AcceptLossRequest(amount: UInt64.max >> 1))?.status == .ok)
  }

  private func reconnect() throws {
    #expect(try market.reconnect())
    client = try market.client()
    takeEcash()
  }

  /// Does so many steps of the broker's work, jobs and questions and their answers, and then it crashes. Whether there was no more to do.
  ///
  /// - Parameter arrives: Whether the mint carries out what it was asked by then and has not answered.
  func crash(after stepCount: Int, arrives: Bool = false) throws -> Bool {
    var isDone = false
    for _ in 0..<stepCount where !isDone {
      if let call = unanswered.popLast() {
        let answer = answer(call.request)
        transport.turn { transport.engine.answered(call.id, answer) }
      } else if let job = transport.engine.nextEcashJob() {
        let result = job.run()
        transport.turn { transport.engine.finished(result) }
      } else if let call = nextCall() {
        unanswered.append(call)
      } else {
        isDone = true
      }
    }
    if arrives { for call in unanswered { _ = answer(call.request) } }
    unanswered = []
    try crash()
    return isDone
  }

  // MARK: The broker's work

  /// Lets everything happen that happens within so many seconds.
  func run(seconds: UInt64 = 2) {
    let end = transport.now + 1_000 * seconds
    while true {
      workOff()
      guard let next = transport.engine.nextDeadline(), next < end else { break }
      transport.advance(next > transport.now ? next - transport.now : 1)
    }
    transport.advance(end - transport.now)
    workOff()
  }

  /// Does jobs, and puts questions, until nothing is to be done now.
  func workOff() {
    repeat { finishJobs() } while answerCall()
    news += transport.engine.takeMintNews().map(\.what)
  }

  /// Does jobs, and puts no question.
  func finishJobs() {
    while let job = transport.engine.nextEcashJob() {
      let result = job.run()
      transport.turn { transport.engine.finished(result) }
    }
  }

  /// A question that is put now, and not answered.
  func nextCall() -> MintCall? { transport.engine.nextMintCall() }

  private func answerCall() -> Bool {
    guard let call = nextCall() else { return false }
    let path = call.request.path
    asked.append(path.hasPrefix("/v1/keys/") ? "keys" : String(path.dropFirst("/v1/".count)))
    beforeAnswer(call)
    let answer = answer(call.request)
    transport.turn { transport.engine.answered(call.id, answer) }
    return true
  }

  private func answer(_ request: MintRequest) -> Sessions.MintAnswer {
    if isUnreachable { return .notSent }
    mint.now = transport.now / 1_000
    if let lie = lie(request) { return .answered(status: 200, body: lie) }
    let fault = faults[request.path]?.first
    if fault != nil { faults[request.path]?.removeFirst() }
    return switch mint.answer(request, fault: fault) {
    case .response(let status, let body), .late(let status, let body): .answered(status: status, body: body)
    case .lost: .unknown
    }
  }

  // MARK: Ecash that comes in

  /// The broker did not take a request that it should.
  struct Refused: Error {
    let status: Status?
  }

  /// Sends a request that is paid with these coins, and has the token judged.
  func pay(
    _ request: some WireRequest, records: [any WireLayout] = [], with coins: [Proof], refundKey: Bytes16 = key(70),
    of client: TestClient? = nil
  ) throws -> ReceivedFrame {
    let client = client ?? self.client
    let token = try token(of: coins, refundHash: SHA256.keyHash(refundKey))
    client.send(client.frame(request, records: records, ecash: token))
    finishJobs()
    let reply = try #require(client.nextReply())
    if reply.status == .paymentPending, let payment = reply.refusal?.detail {
      tokenHashes[payment] = SHA256.tokenHash(ofEcash: token)
    }
    return reply
  }

  func token(of coins: [Proof], refundHash: Bytes16) throws -> [UInt8] {
    let text = Array(try wallet.token(of: coins).text().utf8)
    var head = [UInt8](repeating: 0, count: EcashToken.byteCount)
    var span = head.mutableSpan
    var bytes = unsafe span.mutableBytes
    EcashToken(rail: .cashu, byteCount: UInt16(EcashToken.byteCount + text.count), refundHash: refundHash)
      .write(to: &bytes, at: 0)
    return head + text
  }

  /// Begins to change coins into a note, and gives the payment's id.
  func exchange(_ coins: [Proof]) throws -> UInt64 {
    let sum = coins.reduce(0) { $0 + $1.amount } - (UInt64(coins.count) * feePPK + 999) / 1_000
    let reply = try pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: sum, binding: 0)], with: coins)
    guard reply.status == .paymentPending, let refusal = reply.refusal else { throw Refused(status: reply.status) }
    return refusal.detail
  }

  /// So much is the broker's.
  func fill(_ amount: UInt64) throws {
    let id = try exchange(try wallet.gift(amount, from: &mint))
    run()
    #expect(try payment(id).outcome == .taken)
    asked = []
  }

  // MARK: Ecash that goes out

  /// A blank output, and what its owner keeps of it.
  struct Blank {
    let secret: String
    let factor: Bytes32
    let point: CompressedPoint

    var record: BlankOutput {
      let (x0, x1) = point.halves
      return BlankOutput(x0: x0, x1: x1, isOdd: point.isOdd ? 1 : 0)
    }
  }

  func blanks(_ count: Int, from first: UInt8 = 1) throws -> [Blank] {
    try (0..<count).map { index in
      let number = first + UInt8(index)
      let factor = try #require(Bytes32(Array(repeating: number, count: 32)))
      let secret = "secret \(number)"
      return Blank(secret: secret, factor: factor, point: try #require(curve.blind(secret, factor: factor)))
    }
  }

  /// Pays notes of this sum for ecash, and gives the payout's id.
  func payOut(_ amount: UInt64, _ records: [BlankOutput]) throws -> UInt64 {
    let reply = try #require(
      client.call(
        PayoutRequest(
          mint: Self.mintNumber, count: UInt16(records.count), refundHash: SHA256.keyHash(key(71))),
        records: records, payment: market.notes(1, of: amount)))
    guard reply.status == .ok, let part = reply.part(PayoutReply.self) else { throw Refused(status: reply.status) }
    return part.payment
  }

  /// What the payer gets of a payout: coins that the mint takes, of this sum.
  func collect(_ payout: UInt64, _ blanks: [Blank]) throws -> UInt64 {
    let reply = try #require(client.call(SignaturesRequest(payment: payout)))
    let head = try #require(reply.part(SignaturesReply.self))
    let point = try #require(CompressedPoint(x0: head.id0, x1: head.id1, isOdd: false))
    let id = try #require(KeysetID((point.x.bytes + [head.idLast]).prefix(Int(head.idByteCount))))
    var coins: [Proof] = []
    for index in 0..<Int(head.count) {
      let at = reply.layout.recordsOffset + index * PayoutSignature.byteCount
      let record = try #require(unsafe PayoutSignature(reply.bytes.span.bytes, at: at))
      let key = try #require(
        CompressedPoint(x0: record.keyX0, x1: record.keyX1, isOdd: record.keyIsOdd == 1).flatMap { curve.mintKey($0) })
      let signature = try #require(CompressedPoint(x0: record.x0, x1: record.x1, isOdd: record.isOdd == 1))
      coins.append(
        Proof(
          amount: 1 << UInt64(record.exponent), keyset: id, secret: blanks[index].secret,
          signature: try #require(curve.unblind(signature, factor: blanks[index].factor, key: key))))
    }
    #expect(coins.reduce(0) { $0 + $1.amount } == head.amount)
    return try wallet.receive(try wallet.token(of: coins).text(), at: &mint)
  }

  /// Whoever has the words spends one of the broker's coins: those that this question spends.
  func steal(_ which: (Int) -> Bool, from call: MintCall) throws {
    let inputs = try #require(JSONValue(call.request.body ?? [])?["inputs"]?.elements)
    var coins: [Proof] = []
    for (index, input) in inputs.enumerated() where which(index) {
      coins.append(
        Proof(
          amount: try #require(input["amount"]?.wholeNumber.flatMap { UInt64(exactly: $0) }),
          keyset: try #require(input["id"]?.string.flatMap { KeysetID(hex: $0) }),
          secret: try #require(input["secret"]?.string),
          signature: try #require(input["C"]?.string.flatMap { CompressedPoint(hex: $0) })))
    }
    try wallet.receive(try wallet.token(of: coins).text(), at: &mint)
  }

  /// Whoever has what this question spends pays an invoice with it, and the payment stays under way. Gives its quote.
  func melt(_ call: MintCall) throws -> String {
    try melt(try #require(JSONValue(call.request.body ?? [])?["inputs"]))
  }

  func melt(_ inputs: JSONValue) throws -> String {
    // An invoice of one, that no other payment under way is for.
    let data = String(repeating: "q", count: 6 + mint.pendingMelts.count)
    let invoice: JSONValue = ["request": .text("lnbc10n1\(data)"), "unit": "sat"]
    let told = mint.handle(method: "POST", path: "/v1/melt/quote/bolt11", body: invoice.bytes).body
    let quote = try #require(JSONValue(told)?["quote"]?.string)
    mint.meltOutcome = .pending
    let payment: JSONValue = ["quote": .text(quote), "inputs": inputs]
    guard mint.handle(method: "POST", path: "/v1/melt/bolt11", body: payment.bytes).status == 200 else {
      throw Refused(status: nil)
    }
    return quote
  }

  // MARK: What is told

  func payment(_ id: UInt64) throws -> PaymentReply {
    try #require(client.call(PaymentRequest(payment: id))?.part(PaymentReply.self))
  }

  /// By its key and token, or by a lease's key.
  func refund(_ id: UInt64, _ key: Bytes16, isOfLease: Bool = false) throws -> ReceivedFrame {
    let token = isOfLease ? Bytes16() : tokenHashes[id] ?? Bytes16()
    return try #require(client.call(RefundRequest(payment: id, key: key, token: token)))
  }

  /// What the mint says of coins when nothing goes wrong.
  func states(of coins: [Proof]) throws -> [ProofState] {
    let ys = try coins.map { coin in
      try #require(curve.hashToCurve(coin.secret).flatMap { curve.compressed($0) })
    }
    return try ProofState.all(in: mint.handle(.checkState(ys)).body, for: ys)
  }

  /// How many mints MINTS tells of.
  func offerCount() throws -> UInt16 { try #require(client.call(MintsRequest())?.part(MintsReply.self)).count }

  /// What is told that the mint takes for a proof.
  func toldFee() throws -> UInt32 {
    let reply = try #require(client.call(MintsRequest()))
    return try #require(unsafe MintOffer(reply.bytes.span.bytes, at: reply.layout.recordsOffset)).feePerThousand
  }

  /// What ecash can be locked to now.
  func lockKey() throws -> CompressedPoint {
    let reply = try #require(client.call(MintsRequest())?.part(MintsReply.self))
    return try #require(CompressedPoint(x0: reply.lockX0, x1: reply.lockX1, isOdd: reply.lockIsOdd == 1))
  }

  /// Whether anything is told that ecash can be locked to.
  func tellsLock() throws -> Bool {
    let reply = try #require(client.call(MintsRequest())?.part(MintsReply.self))
    return !reply.lockX0.isZero || !reply.lockX1.isZero || reply.lockIsOdd != 0
  }

  func treasury() throws -> TreasuryReply {
    try #require(market.operatorClient.call(TreasuryRequest(mint: Self.mintNumber))?.part(TreasuryReply.self))
  }

  /// Coins that the broker has, by keyset.
  func coinCounts() throws -> [UInt32] {
    let reply = try #require(market.operatorClient.call(TreasuryRequest(mint: Self.mintNumber)))
    return try (0..<reply.layout.recordCount).map { index in
      let at = reply.layout.recordsOffset + index * KeysetHolding.byteCount
      return try #require(unsafe KeysetHolding(reply.bytes.span.bytes, at: at)).count
    }
  }
}

extension SHA256 {
  /// Of the text of a token as it stands in a frame.
  static func tokenHash(ofEcash token: [UInt8]) -> Bytes16 {
    unsafe tokenHash(Array(token.dropFirst(EcashToken.byteCount)).span.bytes)
  }
}
