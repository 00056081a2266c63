internal import BrokerCore
internal import TurnpikeCrypto
internal import WireProtocol

/// Requests for which the state machine would fire every timer that is due, a million perhaps, in one command. While more is due
/// than a turn fires they wait, in a queue of their own, and with them what their connections sent after them; all others are
/// served meanwhile, in turns that fire more than usual. When nothing is late any more they come first.
///
/// Waiting changes no outcome: what they would fire is fired before them either way.
extension SessionEngine {
  /// Whether somebody waits for timers.
  public var isAwaitingTimers: Bool { awaitingCount > 0 }

  /// Whether somebody has waited so long that nothing is taken in any more until nothing is late.
  var hasLostPatience: Bool {
    isLate && awaitingCount > 0 && now &- awaitingSince >= limits.timerPatienceMilliseconds
  }

  // MARK: The queue

  /// The connection's next frame waits for timers.
  mutating func awaitTimers(_ connection: Connection) {
    connection.isDeferred = true
    connection.isAwaitingTimers = true
    if awaitingCount == 0 { awaitingSince = now }
    awaitingCount += 1
    awaitingTimers.append(connection.index)
  }

  mutating func stopAwaiting(_ connection: Connection) {
    guard connection.isAwaitingTimers else { return }
    connection.isAwaitingTimers = false
    awaitingCount -= 1
    // Entries of those that went would be kept as long as something is late.
    if awaitingCount == 0 { awaitingTimers.removeAll() }
  }

  /// Takes the connection that came first out of the queue. Entries of those that went lie between.
  mutating func takeAwaiting() -> Connection? {
    while let index = awaitingTimers.popFirst() {
      guard let connection = connections[index], connection.isAwaitingTimers else { continue }
      stopAwaiting(connection)
      return connection
    }
    return nil
  }

  // MARK: Who waits

  /// Whether a frame is of a request that must wait. It is looked at before anything of it was judged: a MAC is verified once.
  mutating func mustAwaitTimers(_ frame: RawSpan, of connection: Connection) -> Bool {
    guard connection.state == .open, let opcode = Opcode(rawValue: frame.uint8(at: FrameHeader.opcodeOffset)) else {
      return false
    }
    return needsAllTimers(opcode, frame, of: connection) || findsNoRoom(opcode, frame, of: connection)
  }

  private func needsAllTimers(_ opcode: Opcode, _ frame: RawSpan, of connection: Connection) -> Bool {
    let at = FrameHeader.byteCount
    return switch opcode {
    case .update, .splitRevenue, .spendDonations: connection.role == .provider
    case .withdraw: connection.role == .provider || connection.role == .operator
    case .acquire: connection.role == .provider && AcquireRequest(frame, at: at)?.flags.contains(.open) == true
    case .provision: ProvisionRequest(frame, at: at).map { machine.awaitsDonations($0.lease) } ?? false
    case .claim: ClaimRequest(frame, at: at).map { machine.isSharing($0.claim) } ?? false
    case .rotateClaim: RotateClaimRequest(frame, at: at).map { machine.isSharing($0.claim) } ?? false
    default: false
    }
  }

  /// Whether there is no room for what is asked for, after as many late timers were fired for it as this turn may still fire: few
  /// make room where what ended was what filled it.
  private mutating func findsNoRoom(_ opcode: Opcode, _ frame: RawSpan, of connection: Connection) -> Bool {
    while isLate, lacksRoom(opcode, frame, of: connection) {
      guard advanceCountLeft > 0, hasRoomForRequest else { return true }
      advanceCountLeft -= 1
      applyAdvance(to: now)
      isLate = machine.isLate(now)
    }
    return !hasRoomForRequest
  }

  private func lacksRoom(_ opcode: Opcode, _ frame: RawSpan, of connection: Connection) -> Bool {
    if opcode == .acquire, let acquire = AcquireRequest(frame, at: FrameHeader.byteCount),
      machine.lacksUnits(acquire.units, of: acquire.resource)
    {
      return true
    }
    guard let kind = CommandKind(of: opcode),
      machine.lacksRoom(for: kind, opensSession: connection.session == 0)
    else { return false }
    return Request(frame).keepsReceipt
  }
}

extension CommandKind {
  /// What an operation becomes: numbered as it is, but for two.
  fileprivate init?(of opcode: Opcode) {
    switch opcode {
    case .refund: self = .refund
    case .payout: self = .payout
    default: self.init(rawValue: opcode.rawValue)
    }
  }
}
