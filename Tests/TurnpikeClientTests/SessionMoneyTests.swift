import Testing
import TurnpikeClient
import WireProtocol

/// What a session says about money when a broker refuses, is not the one of before, or is no broker at all.
@Suite struct SessionMoneyTests {
  private let use = Request.use(testKey, meter: 0, quantity: 1)

  private func bound(_ broker: inout ScriptedBroker, _ session: inout ClientSession) {
    let reply = BindReply(handle: 1, authority: .owner, state: .active, epoch: 1, useNumber: 0)
    session.receive(broker.reply(broker.requests(of: &session)[0], reply))
  }

  /// NOT_KNOWN of a broker that may have met an earlier copy is NOT_TAKEN when there was none.
  @Test(arguments: [Status.leaseEnded, .leaseUnknown, .handleUnknown])
  func useThatWasSentOnceIsNotTaken(status: Status) {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(use, ticket: 1, deadline: .max)
    bound(&broker, &session)
    session.receive(broker.refuse(broker.requests(of: &session)[0], status, money: .notKnown))
    #expect(session.ended().first?.error?.money == .notTaken)
  }

  @Test func repeatedUseIsNotKnown() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(use, ticket: 1, deadline: .max)
    bound(&broker, &session)
    #expect(broker.requests(of: &session).count == 1)
    session.disconnected()
    broker = ScriptedBroker()
    broker.greet(&session)
    bound(&broker, &session)
    session.receive(broker.refuse(broker.requests(of: &session)[0], .leaseEnded, money: .notKnown))
    #expect(session.ended().first?.error?.money == .notKnown)
    // A use number that the caller names may have been sent by another process.
    session.submit(.use(testKey, meter: 0, quantity: 1, useNumber: 9), ticket: 2, deadline: .max)
    session.receive(broker.refuse(broker.requests(of: &session)[0], .leaseEnded, money: .notKnown))
    #expect(session.ended().first?.error?.money == .notKnown)
  }

  @Test func spentNoteIsNotTakenTheFirstTimeAndNotKnownAgain() {
    var session = ClientSession(sessionID: testSession, nextNumber: 5, unacknowledged: [4])
    var broker = ScriptedBroker()
    broker.greet(&session)
    for (number, money) in [(5, Money.notTaken), (4, .notKnown)] as [(UInt64, Money)] {
      var request = Request.fund(lease: 1, payment: [note(1)])
      request.number = number
      session.submit(request, ticket: number, deadline: .max)
      session.receive(broker.refuse(broker.requests(of: &session)[0], .noteSpent, money: .notKnown))
      #expect(session.ended().first?.error?.money == money)
    }
  }

  @Test func unknownStatusIsARefusal() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.fund(lease: 1, payment: [note(1)]), ticket: 1, deadline: .max)
    session.receive(broker.refuse(broker.requests(of: &session)[0], word: 999, money: .notTaken))
    let error = session.ended().first?.error
    #expect(error?.reason == .refusedByUnknown(status: 999) && error?.money == .notTaken && error?.isRefusal == true)
  }

  /// Back-off starts again only with a broker that answers more than the handshake.
  @Test func handshakeAloneIsNoAnswer() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    broker.greet(&session)
    session.submit(.ping(), ticket: 1, deadline: .max)
    let isEarly = session.hasAnswered
    session.receive(broker.reply(broker.requests(of: &session)[0], PingReply(echo: 0, now: 5)))
    let hasAnswered = session.hasAnswered
    session.disconnected()
    let isKept = session.hasAnswered
    #expect(!isEarly && hasAnswered && !isKept)
  }

  @Test func anotherLifeOfTheBrokerGetsNothing() {
    for isResumed in [false, true] {
      var session = ClientSession(sessionID: testSession, incarnation: isResumed ? 1 : 0)
      var broker = ScriptedBroker()
      if !isResumed {
        broker.greet(&session)
        session.disconnected()
        broker = ScriptedBroker()
      }
      session.submit(.fund(lease: 1, payment: [note(1)]), ticket: 1, deadline: .max)
      broker.greet(&session, incarnation: 2)
      #expect(broker.requests(of: &session).isEmpty)
      let error = session.ended().first?.error
      #expect(error?.reason == .anotherBroker(expected: 1, found: 2) && error?.money == .notTaken)
      let isWanted = session.needsConnection
      #expect(!isWanted)
    }
  }

  /// Only a restore that lost nothing knows the session. Before it, and of another broker, nobody does.
  @Test func laterLifeThatKnowsTheSessionGoesOn() {
    var session = ClientSession(sessionID: testSession, incarnation: 2)
    var broker = ScriptedBroker()
    session.submit(.fund(lease: 1, payment: [note(1)]), ticket: 1, deadline: .max)
    broker.greet(&session, incarnation: 3, resumed: 1)
    #expect(broker.requests(of: &session).map(\.header.opcode) == [Opcode.fund.rawValue])
    session = ClientSession(sessionID: testSession, incarnation: 2)
    broker = ScriptedBroker()
    session.submit(.fund(lease: 1, payment: [note(1)]), ticket: 1, deadline: .max)
    broker.greet(&session, incarnation: 1, resumed: 1)
    #expect(broker.requests(of: &session).isEmpty)
    #expect(session.ended().first?.error?.reason == .anotherBroker(expected: 2, found: 1))
  }

  @Test func brokerThatDoesNotProveItselfGetsNothing() throws {
    let credential = try #require(
      Credential(role: .provider, id: 3, generation: 1, key: [UInt8](repeating: 1, count: 32)))
    var session = ClientSession(sessionID: testSession, credential: credential)
    var broker = ScriptedBroker()
    session.submit(.withdraw(amount: 1), ticket: 1, deadline: .max)
    broker.greet(&session)
    let requests = broker.requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.authenticate.rawValue])
    session.receive(broker.reply(requests[0], AuthenticateReply()))
    #expect(broker.requests(of: &session).isEmpty)
    let actions = session.takeActions()
    guard case .disconnect? = actions.first, actions.count == 1 else {
      Issue.record("the connection goes on: \(actions)")
      return
    }
  }

  @Test func acknowledgingWhatIsUnderWayDoesNotTrap() {
    var session = ClientSession(sessionID: testSession)
    var broker = ScriptedBroker()
    for ticket: UInt64 in [1, 2] {
      var request = Request.fund(lease: 1, payment: [note(ticket)])
      request.isHeld = true
      session.submit(request, ticket: ticket, deadline: .max)
    }
    session.acknowledge(1)
    broker.greet(&session)
    let requests = broker.requests(of: &session)
    #expect(requests.map(\.header.word) == [1, 2])
    session.receive(
      broker.reply(requests[0], FundReply(balance: 1, deadline: 2, credited: 1, payment: 3, epoch: 4), money: .taken))
    session.submit(.withdraw(amount: 1), ticket: 3, deadline: .max)
    #expect(broker.requests(of: &session).map(\.header.word) == [2])
  }

  /// A request whose outcome nobody learns holds the window; whoever comes too far behind it is told so.
  @Test func windowThatNobodyWillMoveIsAnError() {
    var session = ClientSession(sessionID: testSession, nextNumber: 3, unacknowledged: [1])
    var broker = ScriptedBroker()
    broker.greet(&session, windowMax: 3)
    session.submit(.withdraw(amount: 1), ticket: 1, deadline: .max)
    session.submit(.withdraw(amount: 1), ticket: 2, deadline: .max)
    #expect(broker.requests(of: &session).count == 1)
    let error = session.ended().first?.error
    #expect(error?.reason == .waitsFor(request: 1) && error?.money == .notTaken)
  }
}
