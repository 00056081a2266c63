internal import BrokerCore
internal import Payments
internal import TurnpikeCrypto
internal import WireProtocol

/// HELLO, AUTHENTICATE and PING: who talks, with which session.
extension SessionEngine {
  /// Agrees on the version, opens or resumes the session, and begins the proof of a role.
  mutating func hello(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard connection.state == .awaitingHello else { return Verdict(.helloTwice) }
    guard let hello = HelloRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    guard !isDraining else { return Verdict(.draining) }
    guard hello.versionMin <= WireLimits.version, hello.versionMax >= WireLimits.version else {
      return Verdict(.versionUnsupported, detail: UInt64(WireLimits.version))
    }
    guard let nonce = random() else { return Verdict(.noSpace) }
    connection.state = .open
    connection.claim = RoleIdentity(role: hello.role, id: hello.roleID, generation: hello.generation)
    let isResumed = takeSession(hello.session, for: connection)
    let verdict = reply(
      request,
      with: HelloReply(
        version: WireLimits.version, resumed: isResumed ? 1 : 0, windowMax: UInt16(WireLimits.windowMax),
        frameByteCountMax: UInt32(limits.frameByteCountMax), handleCountMax: UInt32(limits.handleCountMax),
        subscriptionCountMax: UInt32(limits.subscriptionCountMax), now: now, incarnation: machine.incarnation,
        nonce: nonce, unit: machine.genesis.unit),
      to: connection)
    if hello.role != .none {
      let reply = unsafe connection.outbox.last(FrameHeader.byteCount + HelloReply.byteCount)
      connection.handshake = unsafe RoleHandshake(request: frame, reply: reply.bytes)
    }
    return verdict
  }

  /// Gives the connection the session with this secret id, which whoever had it before loses. True when the session has
  /// receipts. The state machine hears of a session only when the first receipt is to be kept.
  private mutating func takeSession(_ secret: Bytes16, for connection: Connection) -> Bool {
    guard !secret.isZero else { return false }
    var secret = secret
    let hash = unsafe withUnsafeBytes(of: &secret) { unsafe sessionKey.tag($0.bytes) }
    if let other = sessions[hash], let holder = self.connection(other) { sayGoodbye(to: holder, .sessionTakenOver) }
    sessions[hash] = connection.index
    connection.sessionHash = hash
    guard let session = machine.session(hash) else { return false }
    connection.session = session.id
    return session.receiptCount > 0
  }

  /// Takes the proof of the role that HELLO named. Every frame after it, in both directions, has a MAC. A wrong proof ends
  /// the connection, so that nobody can go on guessing on it.
  mutating func authenticate(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let proof = AuthenticateRequest(frame, at: request.layout.fixedOffset)?.proof,
      connection.authenticator == nil, let handshake = connection.handshake, isCurrent(connection.claim)
    else { return Verdict(.authenticationFailed) }
    let authenticator = handshake.authenticator(keys.credential(connection.claim), side: .broker)
    guard authenticator.accepts(proof: proof) else { return Verdict(.authenticationFailed) }
    connection.authenticator = consume authenticator
    return reply(request, with: AuthenticateReply(), to: connection)
  }

  /// Whether somebody may have a role key like this, and it is the one in force.
  func isCurrent(_ claim: RoleIdentity) -> Bool {
    switch claim.role {
    case .none: return false
    case .operator: guard claim.id == 0 else { return false }
    case .provider, .agent: guard claim.id > 0 else { return false }
    }
    return claim.generation == generations[RoleHolder(role: claim.role, id: claim.id)] ?? 0
  }

  /// A sign of life.
  mutating func ping(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let ping = PingRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    return reply(request, with: PingReply(echo: ping.echo, now: now), to: connection)
  }
}
