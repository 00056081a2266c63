import Cashu
import Harness
import Payments
import ScriptedMint
import Sessions
import Testing
import TurnpikeCrypto
import WireProtocol

/// What one connection may ask of those who judge tokens, and with whom its payments are swapped.
@Suite struct EcashLimitTests {
  // MARK: Tokens that are judged

  /// A mint that has a swap to do: what is to be worked out from then on are tokens only.
  private func busyRig() throws -> MintRig {
    let rig = try MintRig()
    _ = try rig.exchange(try rig.wallet.gift(1, from: &rig.mint))
    return rig
  }

  /// A request that changes ecash into a note.
  private func exchange(_ rig: MintRig, _ client: TestClient, of coins: [Proof]) throws -> [UInt8] {
    client.frame(
      ExchangeRequest(handle: 0, count: 1),
      records: [NoteOutput(amount: coins.reduce(0) { $0 + $1.amount }, binding: 0)],
      ecash: try rig.token(of: coins, refundHash: SHA256.keyHash(key(70))), window: 8)
  }

  private func exchange(_ rig: MintRig, _ client: TestClient) throws -> [UInt8] {
    try exchange(rig, client, of: try rig.wallet.gift(4, from: &rig.mint))
  }

  private func number(of frame: [UInt8]) throws -> UInt64 { try #require(unsafe FrameHeader(frame.span.bytes)).number }

  private func jobs(_ rig: MintRig) -> [EcashJob] {
    var jobs: [EcashJob] = []
    while let job = rig.transport.engine.nextEcashJob() { jobs.append(job) }
    return jobs
  }

  private func finish(_ job: EcashJob, _ rig: MintRig) {
    let result = job.run()
    rig.transport.turn { rig.transport.engine.finished(result) }
  }

  /// Numbers and statuses of what was answered by now.
  private func replies(_ client: TestClient) -> [Reply] {
    var replies: [Reply] = []
    while let reply = client.nextReply() { replies.append(Reply(number: reply.header.number, status: reply.status)) }
    return replies
  }

  private struct Reply: Equatable {
    let number: UInt64
    let status: Status?
  }

  /// The third waits until a verdict is there, and all that is behind it; nothing else does, nor does anybody else.
  @Test(arguments: [false, true]) func twoTokensOfAConnectionAreJudgedAtATime(_ isOnePiece: Bool) throws {
    let rig = try busyRig()
    let payments = try (0..<2).map { _ in try exchange(rig, rig.client) }
    let early = rig.client.frame(PingRequest(echo: 1))
    let third = try exchange(rig, rig.client)
    let late = rig.client.frame(PingRequest(echo: 2))
    let frames = payments + [early, third, late]
    if isOnePiece { rig.client.send(frames.flatMap(\.self)) } else { for frame in frames { rig.client.send(frame) } }
    let judged = jobs(rig)
    #expect(judged.count == 2)
    #expect(replies(rig.client) == [Reply(number: try number(of: early), status: .ok)])
    // Time changes nothing in that.
    rig.transport.advance(60_000)
    #expect(jobs(rig).isEmpty && replies(rig.client).isEmpty)
    // Others go on.
    let other = try rig.market.client()
    let foreign = try exchange(rig, other)
    other.send(foreign)
    for job in jobs(rig) { finish(job, rig) }
    #expect(replies(other) == [Reply(number: try number(of: foreign), status: .paymentPending)])
    #expect(jobs(rig).isEmpty && replies(rig.client).isEmpty)
    // Whichever verdict is there first makes room.
    finish(judged[1], rig)
    let next = replies(rig.client)
    #expect(
      next == [
        Reply(number: try number(of: payments[1]), status: .paymentPending),
        Reply(number: try number(of: late), status: .ok),
      ])
    let last = jobs(rig)
    #expect(last.count == 1)
    for job in [judged[0]] + last { finish(job, rig) }
    let rest = replies(rig.client)
    #expect(
      rest == [
        Reply(number: try number(of: payments[0]), status: .paymentPending),
        Reply(number: try number(of: third), status: .paymentPending),
      ])
    rig.run()
    #expect(try rig.treasury().held == 1 + 4 * 4)
    #expect(rig.client.faults.isEmpty && other.faults.isEmpty)
  }

  /// They come out in the order in which they were sent, when they are judged in that.
  @Test func allAreAnsweredInTheirOrder() throws {
    let rig = try busyRig()
    let frames = try (0..<7).map { _ in try exchange(rig, rig.client) }
    rig.client.send(frames.flatMap(\.self))
    rig.finishJobs()
    #expect(try replies(rig.client) == frames.map { Reply(number: try number(of: $0), status: .paymentPending) })
    rig.run()
    #expect(try rig.treasury().held == 1 + 7 * 4)
  }

  /// A connection with more tokens than are judged for all takes nobody's place.
  @Test func whoSendsManyTokensTakesNobodysPlace() throws {
    let rig = try busyRig()
    let coins = try rig.wallet.gift(4, from: &rig.mint)
    for _ in 0..<300 { rig.client.send(try exchange(rig, rig.client, of: coins)) }
    let other = try rig.market.client()
    other.send(try exchange(rig, other))
    let judged = jobs(rig)
    #expect(judged.count == 3)
    for job in judged.suffix(1) { finish(job, rig) }
    #expect(replies(other).map(\.status) == [.paymentPending])
  }

  /// Whose connection is gone has paid nothing: nobody could tell him.
  @Test func whoIsGoneHasPaidNothing() throws {
    let rig = try busyRig()
    let connection = try #require(rig.client.connection as? MemoryConnection)
    let coins = try (0..<3).map { _ in try rig.wallet.gift(4, from: &rig.mint) }
    rig.client.send(try coins.flatMap { try exchange(rig, rig.client, of: $0) })
    connection.close()
    // Its place is another's by now, who has nothing to do with that.
    let other = try rig.market.client()
    let judged = jobs(rig)
    #expect(judged.count == 2)
    for job in judged { finish(job, rig) }
    #expect(jobs(rig).isEmpty && replies(other).isEmpty)
    rig.run()
    #expect(try rig.treasury().held == 1)
    #expect(try coins.map { try rig.states(of: $0) } == coins.map { _ in [.unspent] })
  }

  /// Who ends his direction is answered all that he sent, and so is everybody when the broker ends.
  @Test(arguments: [false, true]) func whatIsInIsAnsweredBeforeTheEnd(_ isDraining: Bool) throws {
    let rig = try busyRig()
    let connection = try #require(rig.client.connection as? MemoryConnection)
    rig.client.send(try (0..<3).flatMap { _ in try exchange(rig, rig.client) })
    if isDraining {
      rig.transport.turn { rig.transport.engine.beginDraining() }
    } else {
      connection.endInput()
    }
    #expect(!connection.isEnded)
    rig.finishJobs()
    let answered = replies(rig.client).map(\.status)
    #expect(answered == Array(repeating: .paymentPending, count: 3))
    #expect(connection.isEnded && rig.client.goodbye?.reason == (isDraining ? .draining : nil))
  }

  // MARK: Tokens that were refused

  /// What became of a connection's first token.
  enum Past: CaseIterable {
    case taken, spent, forgedSignature, forgedProof, lockedToSomebody, refusedForNoReason

    /// Whether it is held against the connection.
    var isBad: Bool { [.spent, .forgedSignature, .forgedProof].contains(self) }

    var status: Status {
      switch self {
      case .taken: .ok
      case .spent: .ecashSpent
      case .forgedSignature, .forgedProof: .ecashInvalid
      case .lockedToSomebody: .ecashLocked
      case .refusedForNoReason: .mintRefused
      }
    }

    /// Whether the broker knows without asking the mint.
    var isAtOnce: Bool { self == .forgedProof || self == .lockedToSomebody }
  }

  private func coins(_ past: Past, _ rig: MintRig) throws -> [Proof] {
    let lock: CompressedPoint? =
      switch past {
      case .forgedProof: try rig.lockKey()
      case .lockedToSomebody: rig.curve.leaseKey(try rig.lockKey(), lease: 77)
      default: nil
      }
    var coins = try rig.wallet.gift(4, lock: lock, from: &rig.mint)
    switch past {
    case .spent: try rig.wallet.receive(try rig.wallet.token(of: coins).text(), at: &rig.mint)
    case .forgedSignature: coins[0].signature = try rig.wallet.gift(4, from: &rig.mint)[0].signature
    case .forgedProof:
      let proof = try #require(coins[0].dleq)
      coins[0].dleq = DLEQProof(e: proof.s, s: proof.e, r: proof.r)
    case .refusedForNoReason: rig.faults["/v1/swap"] = Array(repeating: .unprocessable, count: 3)
    case .taken, .lockedToSomebody: break
    }
    return coins
  }

  private func pay(_ amount: UInt64, _ rig: MintRig, of client: TestClient) throws -> UInt64 {
    let reply = try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: amount, binding: 0)],
      with: try rig.wallet.gift(amount, from: &rig.mint), of: client)
    #expect(reply.status == .paymentPending)
    return try #require(reply.refusal).detail
  }

  /// A connection that had ecash refused which is nobody's, or somebody else's, is swapped by itself from then on: nobody waits for it.
  /// All others are swapped together, and whoever had nothing of that kind.
  @Test(arguments: Past.allCases) func whoHadBadEcashIsSwappedAlone(_ past: Past) throws {
    let rig = try MintRig()
    let other = try rig.market.client()
    let coins = try coins(past, rig)
    let reply = try rig.pay(
      ExchangeRequest(handle: 0, count: 1), records: [NoteOutput(amount: 4, binding: 0)], with: coins)
    #expect(reply.status == (past.isAtOnce ? past.status : .paymentPending))
    rig.run(seconds: 60)
    if !past.isAtOnce {
      let told = rig.client.readPushes().compactMap { $0.part(PaymentSettledPush.self) }
      #expect(told.map(\.payment) == [try #require(reply.refusal).detail] && told.map(\.status) == [past.status])
    }
    var swaps: [[Int]] = []
    rig.beforeAnswer = { call in
      guard call.request.path == "/v1/swap" else { return }
      let inputs = JSONValue(call.request.body ?? [])?["inputs"]?.elements ?? []
      swaps.append(inputs.map { Int($0["amount"]?.wholeNumber ?? 0) })
    }
    // One that the others wait behind; then one coin of each payment.
    var payments = [try pay(1, rig, of: other)]
    for (index, amount) in ([2, 4, 8, 16] as [UInt64]).enumerated() {
      payments.append(try pay(amount, rig, of: index % 2 == 0 ? rig.client : other))
    }
    rig.run()
    #expect(swaps == (past.isBad ? [[1], [2], [4, 16], [8]] : [[1], [2, 4, 8, 16]]))
    for payment in payments { #expect(try rig.payment(payment).outcome == .taken) }
    // It is for good, and held against nobody else.
    swaps = []
    _ = try pay(1, rig, of: other)
    let last = try [32, 64].map { try pay($0, rig, of: rig.client) }
    rig.run()
    #expect(swaps == (past.isBad ? [[1], [32], [64]] : [[1], [32, 64]]))
    for payment in last { #expect(try rig.payment(payment).outcome == .taken) }
  }
}
