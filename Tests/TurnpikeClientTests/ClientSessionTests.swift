import Testing
import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

@Suite struct ClientSessionTests {
  @Test func requestsWaitForHelloAndRepliesMatchInAnyOrder() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    session.submit(.ping(echo: 1), ticket: 1, deadline: .max)
    session.submit(.ping(echo: 2), ticket: 2, deadline: .max)
    expectFalse(session.hasOutput)
    broker.greet(&session)
    let requests = broker.requests(of: &session)
    #expect(requests.count == 2)
    for request in requests.reversed() { session.receive(broker.reply(request, PingReply(echo: 0, now: 5))) }
    #expect(session.ended().map(\.ticket) == [2, 1])
    expectFalse(session.needsConnection)
  }

  @Test func bytesMayArriveOneByOne() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.ping(), ticket: 1, deadline: .max)
    for request in broker.requests(of: &session) {
      for byte in broker.reply(request, PingReply(echo: 0, now: 5)) { session.receive([byte]) }
    }
    #expect(session.ended().map(\.ticket) == [1])
  }

  @Test func lostConnectionRepeatsWithTheSameNumbersAndWindow() {
    var session = ClientSession(sessionID: testSession, nextNumber: 5)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.fund(lease: 1, payment: [note(10)]), ticket: 1, deadline: .max)
    session.submit(.check(lease: 1), ticket: 2, deadline: .max)
    session.submit(.fund(lease: 1, payment: [note(20)]), ticket: 3, deadline: .max)
    let first = broker.requests(of: &session)
    #expect(first.map(\.header.word) == [1, 0, 2])
    #expect(first.map(\.header.number)[0] == 5 && first[2].header.number == 6)
    session.disconnected()
    broker = ScriptedBroker()
    broker.greet(&session)
    let second = broker.requests(of: &session)
    #expect(second.map(\.header) == first.map(\.header))
    #expect(second.map(\.tokenCount) == [1, 0, 1])
    // The second receipt comes first: the window still covers the other.
    session.receive(
      broker.reply(
        second[2], FundReply(balance: 1, deadline: 2, credited: 20, payment: 3, epoch: 4), money: .taken,
        isReplayed: true))
    let done = session.ended()
    #expect(done.map(\.ticket) == [3] && done.first?.reply?.isReplayed == true && done.first?.reply?.money == .taken)
    session.submit(.fund(lease: 1, payment: [note(30)]), ticket: 4, deadline: .max)
    #expect(broker.requests(of: &session).map(\.header.word) == [3])
  }

  @Test func windowHoldsRequestsBackUntilReceiptsAreAcknowledged() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session, windowMax: 2)
    for ticket in 1...4 { session.submit(.withdraw(amount: UInt64(ticket)), ticket: UInt64(ticket), deadline: .max) }
    var requests = broker.requests(of: &session)
    #expect(requests.map(\.header.number) == [1, 2])
    session.receive(broker.refuse(requests[1], .notAuthorized, money: .notTaken))
    #expect(broker.requests(of: &session).isEmpty)
    session.receive(broker.refuse(requests[0], .notAuthorized, money: .notTaken))
    requests = broker.requests(of: &session)
    #expect(requests.map(\.header.number) == [3, 4])
    #expect(requests.map(\.header.word) == [1, 2])
  }

  @Test func heldReceiptsStayInTheWindow() {
    var session = ClientSession(sessionID: testSession, nextNumber: 4, unacknowledged: [2])
    var broker = ScriptedBroker()
    broker.greet(&session)
    var held = Request.withdraw(amount: 1)
    held.isHeld = true
    session.submit(held, ticket: 1, deadline: .max)
    var requests = broker.requests(of: &session)
    #expect(requests.map(\.header.word) == [3])
    session.receive(broker.refuse(requests[0], .notAuthorized, money: .notTaken))
    session.acknowledge(2)
    session.submit(.withdraw(amount: 2), ticket: 2, deadline: .max)
    requests = broker.requests(of: &session)
    #expect(requests.map(\.header.word) == [2])
    session.acknowledge(4)
    session.submit(.withdraw(amount: 3), ticket: 3, deadline: .max)
    #expect(broker.requests(of: &session).map(\.header.word) == [2])
  }

  @Test func keysAreProvedOncePerConnectionAndAgainAfterIt() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.use(testKey, meter: 0, quantity: 1), ticket: 1, deadline: .max)
    session.submit(.release(testKey), ticket: 2, deadline: .max)
    var requests = broker.requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.bind.rawValue])
    session.receive(broker.reply(requests[0], bindReply(handle: 3, useNumber: 40)))
    requests = broker.requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.use.rawValue, Opcode.release.rawValue])
    #expect(requests[0].part(UseRequest.self)?.handle == 3)
    #expect(requests[0].part(UseRequest.self)?.useNumber == 41)
    #expect(requests[1].part(ReleaseRequest.self)?.handle == 3)
    session.disconnected()
    broker = ScriptedBroker()
    broker.greet(&session)
    requests = broker.requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.bind.rawValue])
    session.receive(broker.reply(requests[0], bindReply(handle: 8, useNumber: 41)))
    requests = broker.requests(of: &session)
    // The same use, so the same number: the broker tells whether it was charged.
    #expect(requests[0].part(UseRequest.self)?.useNumber == 41)
    #expect(requests[0].part(UseRequest.self)?.handle == 8)
  }

  @Test func refusedKeyEndsTheRequestsThatNeedIt() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.release(testKey), ticket: 1, deadline: .max)
    session.submit(.use(testKey, meter: 0, quantity: 1), ticket: 2, deadline: .max)
    session.receive(broker.refuse(broker.requests(of: &session)[0], .keyWrong, money: .none))
    let ended = session.ended()
    #expect(ended.map(\.ticket) == [1, 2])
    #expect(
      ended.allSatisfy { $0.error?.status == .keyWrong && $0.error?.money == .notTaken && $0.error?.operation == .bind }
    )
  }

  @Test func usesOfOneKeyAreBounded() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    for ticket in 1...100 {
      session.submit(.use(testKey, meter: 0, quantity: 1), ticket: UInt64(ticket), deadline: .max)
    }
    session.receive(broker.reply(broker.requests(of: &session)[0], bindReply(handle: 1, useNumber: 0)))
    let uses = broker.requests(of: &session)
    #expect(uses.count == ClientLimits.useCountMaxPerKey)
    session.receive(broker.reply(uses[10], UseReply(charged: 1, balance: 1), money: .taken))
    #expect(broker.requests(of: &session).count == 1)
  }

  @Test func deadlineSaysWhereTheMoneyIs() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    session.submit(.fund(lease: 1, payment: [note(1)]), ticket: 1, deadline: 10)
    session.tick(now: 10)
    #expect(session.ended().first?.error?.money == .notTaken)
    broker.greet(&session)
    session.submit(.fund(lease: 1, payment: [note(1)]), ticket: 2, deadline: 20)
    session.submit(.check(lease: 1), ticket: 3, deadline: 20)
    expectTrue(session.nextDeadline == 20)
    let requests = broker.requests(of: &session)
    session.tick(now: 20)
    let ended = session.ended()
    #expect(
      ended.map { $0.error?.money } == [.notKnown, Money.none]
        || ended.map { $0.error?.money } == [Money.none, .notKnown])
    let number = ended.compactMap(\.error).first { $0.money == .notKnown }?.number ?? 0
    // The outcome can still be had: the same request with its number.
    var again = Request.fund(lease: 1, payment: [note(1)])
    again.number = number
    session.submit(again, ticket: 4, deadline: .max)
    #expect(broker.requests(of: &session).isEmpty)
    session.receive(
      broker.reply(requests[0], FundReply(balance: 1, deadline: 2, credited: 1, payment: 3, epoch: 4), money: .taken))
    #expect(session.ended().map(\.ticket) == [4])
  }

  @Test func rolesAreProvedAndEveryFrameIsSealed() throws {
    let key = (0..<32).map { UInt8($0) }
    let credential = try #require(Credential(role: .provider, id: 3, generation: 1, key: key))
    var session = ClientSession(sessionID: testSession, credential: credential)
    var broker = ScriptedBroker()
    session.submit(.withdraw(amount: 1), ticket: 1, deadline: .max)
    session.connected(now: 0)
    var requests = broker.requests(of: &session)
    let hello = try #require(requests[0].part(HelloRequest.self))
    #expect(hello.role == .provider && hello.roleID == 3 && hello.generation == 1 && !hello.nonce.isZero)
    let sent = broker.received
    let reply = broker.reply(requests[0], ScriptedBroker.hello)
    session.receive(reply)
    requests = broker.requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.authenticate.rawValue])
    guard let secret = unsafe SecretKey(key.span.bytes) else {
      Issue.record("no secret")
      return
    }
    let identity = RoleIdentity(role: .provider, id: 3, generation: 1)
    let made = unsafe RoleHandshake(request: sent.span.bytes, reply: reply.span.bytes)
      .authenticator(RoleCredential(identity: identity, key: secret), side: .broker)
    let proof = try #require(requests[0].part(AuthenticateRequest.self)).proof
    expectTrue(made.accepts(proof: proof))
    broker.authenticator = consume made
    session.receive(broker.reply(requests[0], AuthenticateReply()))
    requests = broker.requests(of: &session)
    #expect(requests.map(\.header.flags) == [.authenticated])
    // A frame without a MAC ends the connection, and the request is not lost by it.
    broker.authenticator = nil
    _ = session.takeActions()
    session.receive(broker.refuse(requests[0], .fundsInsufficient, money: .notTaken))
    let actions = session.takeActions()
    #expect(actions.count == 1)
    if case .disconnect(let error)? = actions.first {
      #expect(error.reason == .protocolViolation("a frame has no MAC"))
    }
    session.disconnected()
    expectTrue(session.needsConnection)
  }

  @Test func subscriptionsComeBackAndPushesAreTold() throws {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.subscribe(lease: 9, mask: .changes), ticket: 1, deadline: .max)
    session.receive(broker.reply(broker.requests(of: &session)[0], SubscribeReply(count: 1)))
    _ = session.takeActions()
    let change = LeaseChangedPush(
      lease: 9, resource: 1, epoch: 2, deadline: 3, balance: 4, state: .low, cause: .time, units: 1)
    session.receive(broker.push(.leaseChanged, change))
    #expect(pushes(&session) == [.leaseChanged(change)])
    session.disconnected()
    expectTrue(session.needsConnection)
    broker = ScriptedBroker()
    broker.greet(&session)
    let requests = broker.requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.subscribe.rawValue])
    #expect(pushes(&session) == [.reconnected])
    session.receive(broker.refuse(requests[0], .leaseEnded, money: .none))
    expectFalse(session.needsConnection)
  }

  @Test(arguments: [Status.sessionTakenOver, .versionUnsupported])
  func goodbyeForGoodEndsEverything(reason: Status) {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.withdraw(amount: 1), ticket: 1, deadline: .max)
    _ = broker.requests(of: &session)
    session.receive(broker.push(.goodbye, GoodbyePush(reason: reason, detail: 0)))
    let ended = session.ended()
    #expect(ended.first?.error?.reason == .goodbye(reason) && ended.first?.error?.money == .notKnown)
    expectFalse(session.needsConnection)
    session.submit(.ping(), ticket: 2, deadline: .max)
    #expect(session.ended().first?.error?.reason == .closed)
  }

  @Test func silentConnectionIsAskedOnceAndThenGivenUp() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    _ = session.takeActions()
    session.tick(now: ClientLimits.keepAliveMilliseconds)
    #expect(broker.requests(of: &session).map(\.header.opcode) == [Opcode.ping.rawValue])
    session.tick(now: ClientLimits.keepAliveMilliseconds * 2)
    #expect(session.takeActions().count == 1)
  }

  /// Whatever a broker sends, a client neither traps nor grows.
  @Test func noiseIsAProtocolViolation() {
    var generator = SplitMix(state: 42)
    for _ in 0..<2000 {
      var session = ClientSession(sessionID: testSession)
      var broker = ScriptedBroker()
      broker.greet(&session)
      session.submit(.check(lease: 1), ticket: 1, deadline: .max)
      let request = broker.requests(of: &session)[0]
      var frame = broker.refuse(request, .leaseUnknown, money: .none)
      for _ in 0...(generator.next() % 4) {
        frame[Int(generator.next() % UInt64(frame.count))] = UInt8(truncatingIfNeeded: generator.next())
      }
      session.receive(frame)
      #expect(session.takeActions().count <= 2)
    }
  }

  private func bindReply(handle: UInt32, useNumber: UInt64) -> BindReply {
    BindReply(handle: handle, authority: .owner, state: .active, epoch: 1, useNumber: useNumber)
  }

  private func pushes(_ session: inout ClientSession) -> [Push] {
    session.takeActions().compactMap { if case .pushed(let push) = $0 { push } else { nil } }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}

/// The macros copy what they look at, which a session does not allow.
private func expectTrue(_ value: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(value, sourceLocation: sourceLocation)
}

private func expectFalse(_ value: Bool, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(!value, sourceLocation: sourceLocation)
}
