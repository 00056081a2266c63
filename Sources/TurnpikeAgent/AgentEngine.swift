internal import CCrypto
internal import CTurnpikeAgent
internal import TurnpikeClient
internal import TurnpikeCrypto
public import WireProtocol

/// The agent of CTurnpikeAgent with memory of its own: which leases of a resource are open now. It does no I/O and has no clock: whoever
/// owns it gives it the bytes that arrive, sends what it has to say, calls `tick` at the instant that the last one gave, and takes events
/// until there is none. `Agent` does that on a loop.
///
///     down -- linkUp --> greeting, authenticating, attaching -> serving
///      ^                        | an AgentFailure                 |
///      +------------------- linkDown of any ----------------------+
///
/// **It fails closed.** Access is computed from the clock each time that it is asked for; without a connection leases go on until their
/// time is over. Every `now` is in milliseconds of one clock that never goes back and is at least 1.
///
/// One thread at a time.
@safe public final class AgentEngine {
  private let agent: UnsafeMutablePointer<turnpike_agent>
  private let leases: UnsafeMutableBufferPointer<turnpike_lease>
  private let received: UnsafeMutableBufferPointer<UInt8>
  private let sent: UnsafeMutableBufferPointer<UInt8>
  /// Of what is counted; nil where nothing is reported.
  private let meter: UnsafeMutablePointer<turnpike_meter>?
  private let usage: UnsafeMutableBufferPointer<turnpike_usage>
  /// Serials of vouchers that were taken.
  private let taken: UnsafeMutableBufferPointer<turnpike_taken>
  /// Texts of reports that the broker has not answered, which the agent reads where they are.
  private var texts: [UInt64: UnsafeMutablePointer<CChar>] = unsafe [:]

  /// An agent without a lease and without a connection, of a start of its own.
  public init(_ setup: AgentSetup, now: UInt64) throws(AgentFailure) {
    guard setup.credential.role == .agent, (1...AgentLimits.leaseCountMax).contains(setup.leaseCapacity),
      (0...AgentLimits.voucherCountMax).contains(setup.voucherCapacity)
    else { throw .argumentWrong }
    guard let bootNonce = Bytes16.random() else { throw .noSecret }
    unsafe agent = .allocate(capacity: 1)
    unsafe leases = .allocate(capacity: setup.leaseCapacity)
    unsafe leases.initialize(repeating: turnpike_lease())
    let pageCount = min(setup.leaseCapacity, Int(TURNPIKE_AGENT_LEASE_COUNT_MAX))
    // TURNPIKE_AGENT_RECEIVED_BYTE_COUNT, which Swift does not see; and never less than the least.
    unsafe received = .allocate(capacity: max(40 + 56 * pageCount, Int(TURNPIKE_AGENT_RECEIVED_BYTE_COUNT_MIN)))
    unsafe received.initialize(repeating: 0)
    unsafe sent = .allocate(capacity: AgentLimits.sentByteCount)
    unsafe sent.initialize(repeating: 0)
    unsafe agent.initialize(to: turnpike_agent())
    unsafe meter = setup.reports ? .allocate(capacity: 1) : nil
    unsafe meter?.initialize(to: turnpike_meter())
    unsafe usage = .allocate(capacity: setup.reports ? setup.leaseCapacity : 0)
    unsafe usage.initialize(repeating: turnpike_usage())
    unsafe taken = .allocate(capacity: setup.voucherCapacity)
    unsafe taken.initialize(repeating: turnpike_taken())

    var raw = unsafe turnpike_agent_setup()
    unsafe raw.leases = leases.baseAddress
    unsafe raw.lease_capacity = UInt16(clamping: leases.count)
    unsafe raw.received = turnpike_buffer(
      bytes: received.baseAddress, capacity: UInt32(clamping: received.count), count: 0)
    unsafe raw.sent = turnpike_buffer(bytes: sent.baseAddress, capacity: UInt32(clamping: sent.count), count: 0)
    unsafe raw.agent = setup.number
    unsafe raw.flags =
      (setup.provisions ? UInt32(TURNPIKE_AGENT_FLAGS_PROVISIONS) : 0)
      | (setup.reports ? UInt32(TURNPIKE_AGENT_FLAGS_REPORTS) : 0)
    unsafe raw.generation = setup.credential.generation
    unsafe raw.resource = setup.credential.id
    unsafe raw.ticket_age_millis = setup.ticketAgeMilliseconds
    unsafe raw.listing_millis = setup.listingMilliseconds
    unsafe bootNonce.copy(to: &raw.boot_nonce)
    let wasCopied: Void? = setup.credential.withKey { key in
      unsafe withUnsafeMutableBytes(of: &raw.role_key) { out in
        unsafe key.withUnsafeBytes { unsafe out.copyMemory(from: $0) }
      }
    }
    guard wasCopied != nil else { throw .noSecret }
    try check(unsafe turnpike_agent_init(agent, &raw, now))
    unsafe withUnsafeMutableBytes(of: &raw.role_key) { unsafe tp_cleanse($0.baseAddress, $0.count) }
    if setup.reports {
      try check(unsafe turnpike_agent_meter(agent, meter, usage.baseAddress, setup.reportMilliseconds))
    }
  }

  deinit {
    unsafe texts.values.forEach { unsafe $0.deallocate() }
    unsafe tp_cleanse(agent, MemoryLayout<turnpike_agent>.size)
    unsafe agent.deallocate()
    unsafe meter?.deallocate()
    unsafe usage.deallocate()
    unsafe taken.deallocate()
    unsafe leases.deallocate()
    unsafe received.deallocate()
    unsafe sent.deallocate()
  }

  // MARK: The connection

  /// A connection was made.
  public func linkUp(now: UInt64) throws(AgentFailure) {
    guard let nonce = Bytes16.random() else { throw .noSecret }
    var bytes = nonce
    let result = unsafe withUnsafeBytes(of: &bytes) { bytes in
      unsafe turnpike_agent_link_up(agent, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, now)
    }
    try check(result)
  }

  /// The connection is closed, by whom ever. May be called twice.
  public func linkDown() {
    _ = unsafe turnpike_agent_link_down(agent)
  }

  /// Whether the broker has taken it as the agent that it says it is, on this connection.
  public var isServing: Bool { unsafe agent.pointee.phase == UInt8(TURNPIKE_PHASE_SERVING.rawValue) }

  /// Takes all of these bytes.
  public func receive(_ bytes: RawSpan, now: UInt64) throws(AgentFailure) {
    let result = unsafe bytes.withUnsafeBytes { bytes in
      unsafe turnpike_agent_receive(
        agent, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, now)
    }
    try check(result)
  }

  /// Makes what requests are due, and gives the instant at which it has to be called again at the latest: `now` when an event waits,
  /// `UInt64.max` for none. Works without a connection too.
  public func tick(now: UInt64) throws(AgentFailure) -> UInt64 {
    var deadline: UInt64 = 0
    try check(unsafe turnpike_agent_tick(agent, now, &deadline))
    return deadline
  }

  /// Gives `send` what is to be sent; it returns how much of it was.
  public func sendOutput(_ send: (RawSpan) -> Int) {
    var bytes: UnsafePointer<UInt8>?
    var count = 0
    _ = unsafe turnpike_agent_output(agent, &bytes, &count)
    guard count > 0 else { return }
    let taken = unsafe send(UnsafeRawBufferPointer(start: bytes, count: count).bytes)
    _ = unsafe turnpike_agent_sent(agent, min(max(0, taken), count))
  }

  // MARK: Leases

  /// What to do next; nil when all is done, which the next heartbeat tells the broker. Take events until then. None is lost, however late
  /// it is taken; of what came and went meanwhile there is none.
  public func nextEvent(now: UInt64) -> AgentEvent? {
    var event = turnpike_event()
    // A wrong clock is an event too: all that was open is closed.
    _ = unsafe turnpike_agent_next_event(agent, now, &event)
    switch event.kind {
    case TURNPIKE_EVENT_OPENED: return .opened(lease(event))
    case TURNPIKE_EVENT_REDUCED: return .reduced(lease(event))
    case TURNPIKE_EVENT_MOVED: return .moved(lease(event))
    case TURNPIKE_EVENT_CLOSED: return .closed(lease(event))
    case TURNPIKE_EVENT_PROVISION: return .provision(lease(event))
    case TURNPIKE_EVENT_ANSWERED:
      forgetText(of: event.lease)
      return .answered(lease(event), status: event.status)
    case TURNPIKE_EVENT_ENDED:
      forgetText(of: event.lease)
      return .ended(lease(event))
    case TURNPIKE_EVENT_NO_ROOM: return .noRoom(lease: event.lease)
    case TURNPIKE_EVENT_LISTED: return .listed
    default: return nil
    }
  }

  /// What a lease gives access to. Closed if it is not known.
  public func access(to lease: UInt64, now: UInt64) -> LeaseAccess {
    LeaseAccess(unsafe turnpike_agent_access(agent, lease, now))
  }

  /// A lease as it is known. With `reports` one that ended is, too, until its last report was taken.
  public func find(_ lease: UInt64) -> AgentLease? {
    var found: UnsafePointer<turnpike_lease>?
    guard unsafe turnpike_agent_find(agent, lease, &found) == TURNPIKE_RESULT_OK, let row = unsafe found?.pointee,
      let state = unsafe LeaseState(rawValue: row.state)
    else { return nil }
    return unsafe AgentLease(
      id: row.lease, epoch: row.epoch, units: row.units, state: state, until: row.until, throttleAt: row.throttle_at,
      end: row.end, isYours: Int(row.flags) & TURNPIKE_ROW_IS_YOURS != 0)
  }

  /// An event tells what was when it came about; a lease that is over is not in the table any more.
  private func lease(_ event: turnpike_event) -> AgentLease {
    if event.kind != TURNPIKE_EVENT_ENDED, let found = find(event.lease) { return found }
    return AgentLease(
      id: event.lease, epoch: event.epoch, units: event.units, state: LeaseState(rawValue: event.state) ?? .expired,
      until: event.until, end: event.until)
  }

  // MARK: Reports

  /// Reports that a lease is provided (`text`: where its holder finds it) or that it cannot be (`text`: why), again on every connection
  /// until the broker answers.
  public func report(_ lease: UInt64, isReady: Bool, text: String) throws(AgentFailure) {
    let bytes = text.utf8
    guard bytes.count <= AgentLimits.textByteCountMax, !bytes.contains(0) else { throw .argumentWrong }
    let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
    unsafe copy.initialize(repeating: 0, count: bytes.count + 1)
    for (index, byte) in bytes.enumerated() { unsafe copy[index] = CChar(bitPattern: byte) }
    let result = unsafe turnpike_agent_report(agent, lease, isReady, copy)
    if result == TURNPIKE_RESULT_OK {
      forgetText(of: lease)
      unsafe texts[lease] = unsafe copy
    } else {
      unsafe copy.deallocate()
    }
    try check(result)
  }

  private func forgetText(of lease: UInt64) {
    unsafe texts.removeValue(forKey: lease)?.deallocate()
  }

  /// Counts bytes that came from the holder of a lease, and that went to him, since the call before; each is reported once. Those of a
  /// lease that ended count until the tick after `ended` was told: then it is unknown. Without `reports` of the setup: `notNow`.
  public func count(_ lease: UInt64, received: UInt64, sent: UInt64) throws(AgentFailure) {
    try check(unsafe turnpike_agent_count(agent, lease, received, sent))
  }

  /// Has what was counted reported at the next ticks, before it is time: for a program that is about to end. Whether all was.
  public func flush() -> Bool { unsafe turnpike_agent_flush(agent) }

  // MARK: Tickets and vouchers

  /// What whoever shows a ticket or a voucher has to answer. Each is for one answer.
  public static func challenge() throws(AgentFailure) -> Bytes16 {
    guard let challenge = Bytes16.random() else { throw .noSecret }
    return challenge
  }

  /// What a ticket would give if whoever shows it can answer a challenge: draw one then.
  public func checkTicket(_ ticket: RawSpan, now: UInt64) throws(AgentFailure) -> TicketPass {
    guard ticket.byteCount == AgentLimits.ticketByteCount else { throw .ticketForged }
    var pass = turnpike_pass()
    let result = unsafe ticket.withUnsafeBytes { bytes in
      unsafe turnpike_agent_check_ticket(agent, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, now, &pass)
    }
    try check(result)
    return TicketPass(pass)
  }

  /// Whether the ticket is one to be taken, and the answer to the challenge is right: only then let its holder in. Take each challenge once.
  public func checkProof(
    _ ticket: RawSpan, challenge: Bytes16, proof: Bytes16, now: UInt64
  ) throws(AgentFailure) -> TicketPass {
    guard ticket.byteCount == AgentLimits.ticketByteCount else { throw .ticketForged }
    var pass = turnpike_pass()
    let result = unsafe Self.withAddresses(ticket, challenge, proof) { ticket, challenge, proof in
      unsafe turnpike_agent_check_proof(agent, ticket, challenge, proof, now, &pass)
    }
    try check(result)
    return TicketPass(pass)
  }

  /// What the pass gives access to now. What the broker said since it was given beats it.
  public func access(by pass: TicketPass, now: UInt64) -> LeaseAccess {
    var raw = turnpike_pass(pass)
    return LeaseAccess(unsafe turnpike_agent_pass_access(agent, &raw, now))
  }

  /// What a voucher pays for if it was not taken before, and whoever shows it can answer a challenge: draw one then. Neither this nor
  /// `takeVoucher` needs a connection, before or now.
  public func checkVoucher(_ voucher: RawSpan, now: UInt64) throws(AgentFailure) -> VoucherUse {
    guard voucher.byteCount == AgentLimits.voucherByteCount else { throw .ticketForged }
    var use = turnpike_use()
    let result = unsafe voucher.withUnsafeBytes { bytes in
      unsafe turnpike_agent_check_voucher(agent, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, now, &use)
    }
    try check(result)
    return VoucherUse(use)
  }

  /// Takes a voucher, once, if it is one to be taken and the answer to the challenge is right: only then serve the use. Take each challenge
  /// once. `vouchersFull`: more than `voucherCapacity` were taken whose time is not over, and this one was not.
  public func takeVoucher(
    _ voucher: RawSpan, challenge: Bytes16, proof: Bytes16, now: UInt64
  ) throws(AgentFailure) -> VoucherUse {
    guard voucher.byteCount == AgentLimits.voucherByteCount else { throw .ticketForged }
    var use = turnpike_use()
    var vouchers = unsafe turnpike_vouchers(rows: taken.baseAddress, capacity: UInt16(clamping: taken.count))
    let result = unsafe Self.withAddresses(voucher, challenge, proof) { voucher, challenge, proof in
      unsafe turnpike_agent_take_voucher(agent, &vouchers, voucher, challenge, proof, now, &use)
    }
    try check(result)
    return VoucherUse(use)
  }

  /// Where a statement, the challenge and the answer are, for as long as the call.
  private static func withAddresses(
    _ statement: RawSpan, _ challenge: Bytes16, _ proof: Bytes16,
    _ body: (UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?) -> turnpike_result
  ) -> turnpike_result {
    var (challenge, proof) = (challenge, proof)
    return unsafe statement.withUnsafeBytes { statement in
      unsafe withUnsafeBytes(of: &challenge) { challenge in
        unsafe withUnsafeBytes(of: &proof) { proof in
          unsafe body(
            statement.assumingMemoryBound(to: UInt8.self).baseAddress,
            challenge.assumingMemoryBound(to: UInt8.self).baseAddress,
            proof.assumingMemoryBound(to: UInt8.self).baseAddress)
        }
      }
    }
  }

  private func check(_ result: turnpike_result) throws(AgentFailure) {
    if let failure = AgentFailure(result, brokerStatus: unsafe agent.pointee.broker_status) { throw failure }
  }
}

extension LeaseAccess {
  init(_ access: turnpike_access) {
    switch access {
    case TURNPIKE_ACCESS_FULL: self = .full
    case TURNPIKE_ACCESS_REDUCED: self = .reduced
    default: self = .closed
    }
  }
}

extension TicketPass {
  init(_ pass: turnpike_pass) {
    self.init(
      lease: pass.lease, epoch: pass.epoch, units: pass.units, stamp: pass.stamp, until: pass.until, state: pass.state)
  }
}

extension VoucherUse {
  init(_ use: turnpike_use) {
    self.init(
      lease: use.lease, serial: use.serial, until: use.until, meter: use.meter, quantity: use.quantity,
      charged: use.charged)
  }
}

extension turnpike_pass {
  init(_ pass: TicketPass) {
    self.init(
      units: pass.units, state: pass.state, lease: pass.lease, epoch: pass.epoch, stamp: pass.stamp, until: pass.until)
  }
}

extension Bytes16 {
  /// Puts the bytes into an array of C.
  func copy<Target>(to target: inout Target) {
    var bytes = self
    unsafe withUnsafeMutableBytes(of: &target) { out in
      unsafe withUnsafeBytes(of: &bytes) { unsafe out.copyMemory(from: $0) }
    }
  }
}
