import Harness
import Testing
import TurnpikeCrypto
import WireProtocol

extension CommonTests {
  /// Privileged frames that somebody else made, moved or kept.
  @Suite struct RoleTests {
    /// A new connection of the operator.
    private func operatorClient(_ transport: any TestTransport) throws -> TestClient {
      let client = TestClient(try transport.connect())
      let credential = transport.credential(of: .operator, id: 0, generation: 0)
      #expect(client.authenticate(credential, session: try #require(Bytes16.random())) == .ok)
      return client
    }

    private let issue = IssueRequest(amount: 5, binding: 0, count: 1)

    @Test(arguments: TransportKind.allCases)
    func onlyTheRoleMay(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      let lease = try #require(market.lease(client, key: key(1)))
      for frame in [
        client.call(issue), client.call(RotateRequest(validity: 0, algorithm: .hmacSha256_128)),
        client.call(WithdrawRequest(amount: 0)), client.call(RevokeRequest(lease: lease.id)),
        client.call(AuditFiguresRequest()),
        client.call(UpdateRequest(resource: market.resource, terms: Market.terms)),
        client.call(RegisterRequest(name: try #require(Name32("mine")), terms: Market.terms)),
        market.provider.call(issue), market.provider.call(AuditFiguresRequest()),
        market.operatorClient.call(UpdateRequest(resource: market.resource, terms: Market.terms)),
      ] {
        #expect(frame?.status == .notAuthorized)
        #expect(frame?.money != .taken)
      }
      // Another provider has the role, but not the resource.
      let other = TestClient(try market.transport.connect())
      #expect(
        other.authenticate(market.transport.credential(of: .provider, id: 2, generation: 0), session: key(5)) == .ok)
      #expect(other.call(RevokeRequest(lease: lease.id))?.status != .ok)
      #expect(other.call(UpdateRequest(resource: market.resource, terms: Market.terms))?.status != .ok)
      #expect(client.call(CheckRequest(lease: lease.id))?.part(CheckReply.self)?.state == .active)
      #expect(market.provider.call(RevokeRequest(lease: lease.id))?.status == .ok)
      // The owner collects what was not used.
      #expect(client.call(ReleaseRequest(handle: lease.handle))?.notes.count == 1)
      #expect(client.faults + other.faults + market.faults == [])
    }

    @Test(arguments: TransportKind.allCases)
    func wrongKeysProveNothing(kind: TransportKind) throws {
      let transport = try kind.make()
      defer { transport.stop() }
      let claims: [(Role, UInt64, UInt32, Role, UInt64, UInt32)] = [
        (.operator, 0, 0, .operator, 0, 1),  // a key of another generation
        (.operator, 0, 0, .provider, 1, 0),  // a provider's key
        (.provider, 1, 0, .provider, 2, 0),  // another provider's key
        (.operator, 0, 1, .operator, 0, 1),  // a generation that is not the current one
        (.operator, 3, 0, .operator, 3, 0), (.provider, 0, 0, .provider, 0, 0), (.none, 0, 0, .none, 0, 0),
      ]
      for (role, id, generation, keyRole, keyID, keyGeneration) in claims {
        let client = TestClient(try transport.connect())
        let nonce = Bytes16(low: 5, high: 6)
        let handshake = try #require(client.beginHandshake(role: role, id: id, generation: generation, nonce: nonce))
        let credential = transport.credential(of: keyRole, id: keyID, generation: keyGeneration)
        let made = handshake.authenticator(credential, side: .client)
        #expect(client.call(AuthenticateRequest(proof: made.clientProof()))?.status == .authenticationFailed)
        #expect(client.readToEnd() == .authenticationFailed)
        #expect(client.faults == [])
      }
    }

    @Test(arguments: TransportKind.allCases)
    func aProofIsGoodForOneConnection(kind: TransportKind) throws {
      let transport = try kind.make()
      defer { transport.stop() }
      let credential = transport.credential(of: .operator, id: 0, generation: 0)
      let nonce = Bytes16(low: 5, high: 6)
      let first = TestClient(try transport.connect())
      let handshake = try #require(first.beginHandshake(role: .operator, nonce: nonce))
      let made = handshake.authenticator(credential, side: .client)
      let proof = made.clientProof()
      let second = TestClient(try transport.connect())
      second.hello(role: .operator, nonce: nonce)
      #expect(second.call(AuthenticateRequest(proof: proof))?.status == .authenticationFailed)
    }

    /// Somebody in between who puts a session of his own into HELLO, or other limits into its reply, gets no role's connection.
    @Test(arguments: TransportKind.allCases)
    func aChangedHelloProvesNothing(kind: TransportKind) throws {
      let transport = try kind.make()
      defer { transport.stop() }
      let credential = transport.credential(of: .operator, id: 0, generation: 0)
      let request = HelloRequest(
        versionMin: 1, versionMax: 1, role: .operator, generation: 0, roleID: 0, session: key(1), nonce: key(2))
      // Places in the two frames: the session, the nonces, `windowMax`, `incarnation`, the unit.
      for (place, isReply) in [(32, false), (48, false), (18, true), (40, true), (48, true), (64, true), (0, true)] {
        let client = TestClient(try transport.connect())
        var sent = client.frame(request)
        client.send(sent)
        var reply = try #require(client.nextReply()).bytes
        let isChanged = place > 0
        if isReply { reply[place] ^= isChanged ? 1 : 0 } else { sent[place] ^= 1 }
        let made = unsafe RoleHandshake(request: sent.span.bytes, reply: reply.span.bytes)
          .authenticator(credential, side: .client)
        client.send(client.frame(AuthenticateRequest(proof: made.clientProof())))
        client.authenticator = consume made
        #expect(client.nextReply()?.status == (isChanged ? .authenticationFailed : .ok), "\(place) \(isReply)")
        if isChanged { #expect(client.readToEnd() == .authenticationFailed) }
        #expect(client.faults == [])
      }
    }

    /// Sends `bytes` and expects the connection to end for their MAC, with nothing of them done.
    private func expectMACInvalid(
      _ bytes: [UInt8], on client: TestClient, _ transport: any TestTransport,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try issued(transport)
      client.send(bytes)
      #expect(client.readToEnd() == .macInvalid, sourceLocation: sourceLocation)
      #expect(client.faults == [], sourceLocation: sourceLocation)
      #expect(try issued(transport) == before, sourceLocation: sourceLocation)
    }

    /// Notes made so far.
    private func issued(_ transport: any TestTransport) throws -> Int64 {
      let client = try operatorClient(transport)
      let figures = try #require(client.call(AuditFiguresRequest()))
      defer { client.connection.close() }
      for index in 0..<figures.layout.recordCount {
        let at = figures.layout.recordsOffset + index * figures.layout.recordByteCount
        if let figure = unsafe Figure(figures.bytes.span.bytes, at: at), figure.account == .notesIssuedCount {
          return figure.balance
        }
      }
      return 0
    }

    @Test(arguments: TransportKind.allCases)
    func injectedFrames(kind: TransportKind) throws {
      let transport = try kind.make()
      defer { transport.stop() }
      // Without a MAC.
      let plain = try operatorClient(transport)
      let client = TestClient(plain.connection)
      try expectMACInvalid(client.frame(issue, number: 9), on: plain, transport)
      // With a MAC of zero bytes.
      let guessed = try operatorClient(transport)
      var frame = guessed.frame(issue)
      for index in frame.count - 16..<frame.count { frame[index] = 0 }
      try expectMACInvalid(frame, on: guessed, transport)
      // Altered: in the header, in the body, in the MAC.
      for place in [4, 8, 16, 24, -1] {
        let altered = try operatorClient(transport)
        var frame = altered.frame(issue)
        frame[place < 0 ? frame.count - 1 : place] ^= 1
        try expectMACInvalid(frame, on: altered, transport)
      }
    }

    @Test(arguments: TransportKind.allCases)
    func replayedReorderedAndDroppedFrames(kind: TransportKind) throws {
      let transport = try kind.make()
      defer { transport.stop() }
      let replaying = try operatorClient(transport)
      let first = replaying.frame(issue)
      replaying.send(first)
      #expect(replaying.nextReply()?.status == .ok)
      try expectMACInvalid(first, on: replaying, transport)
      let reordering = try operatorClient(transport)
      let (one, two) = (reordering.frame(issue), reordering.frame(issue))
      try expectMACInvalid(two + one, on: reordering, transport)
      let dropping = try operatorClient(transport)
      _ = dropping.frame(issue)
      try expectMACInvalid(dropping.frame(issue), on: dropping, transport)
    }

    @Test(arguments: TransportKind.allCases)
    func relayedAndReflectedFrames(kind: TransportKind) throws {
      let transport = try kind.make()
      defer { transport.stop() }
      let victim = try operatorClient(transport)
      let attacker = try operatorClient(transport)
      try expectMACInvalid(victim.frame(issue), on: attacker, transport)
      // What the broker said, sent back to it.
      let reflecting = try operatorClient(transport)
      let reply = try #require(reflecting.call(PingRequest(echo: 1)))
      try expectMACInvalid(reply.bytes, on: reflecting, transport)
    }

    @Test(arguments: TransportKind.allCases)
    func aMACWithoutARoleIsRefused(kind: TransportKind) throws {
      let market = try #require(try Market(try kind.make()))
      defer { market.transport.stop() }
      let client = try market.client()
      var frame = client.frame(PingRequest(echo: 1)) + [UInt8](repeating: 0, count: 16)
      frame[0] += 16
      frame[5] |= 0x80
      client.send(frame)
      let refused = client.nextReply()
      #expect(refused?.status == .reservedBits)
      #expect(refused?.refusal?.field == 5)
      #expect(client.call(PingRequest(echo: 2))?.status == .ok)
      #expect(client.faults + market.faults == [])
    }
  }
}
