public import EventLoop
public import TurnpikeAgent

/// A gate in front of a service: a port for each lease, whose connections are piped to the service while the lease is open, and reset when
/// it is not. Bytes are passed on only where the lease permits it at that instant, by the clock: a process that was stopped passes nothing
/// of what arrived meanwhile.
///
/// A lease that is shut keeps its port; who connects there is reset. When it is over the port is another lease's. A lease is not ready while
/// the service takes no connection: it fails.
public final class Gate: Enforcer {
  /// Where results and usage go.
  public weak var reports: (any EnforcementReports)?

  private let options: GateOptions
  private let loop: Loop
  private let probe: ServiceProbe
  private var leases: [UInt64: GateLease] = [:]
  private var ports: PortRange?
  private var handler: StreamHandler?
  /// Connections by place; a stream's `userIndex` is twice that, and one more for the service's side.
  private var connections: [GateConnection?] = []
  private var freePlaces: [Int] = []
  private var isClosed = false

  /// A gate without a lease.
  public init(_ options: GateOptions, on loop: Loop) {
    self.options = options
    self.loop = loop
    probe = ServiceProbe(of: options.upstream, on: loop)
    ports = options.ports.map { PortRange($0) }
    handler = StreamHandler(
      onData: { [weak self] stream, bytes in unsafe self?.received(bytes, from: stream) },
      onEvent: { [weak self] stream, event in self?.handle(event, of: stream) })
  }

  /// Connections that are open.
  public var connectionCount: Int { connections.count - freePlaces.count }

  // MARK: Enforcer

  /// Takes a port, looks for the service, and says where.
  public func provision(_ lease: EnforcedLease) {
    if leases[lease.id] != nil { shut(lease) }
    guard let known = leases[lease.id] ?? make(lease) else { return }
    probe.ask { [weak self, weak known] failure in
      guard let self, let known, leases[lease.id] === known else { return }
      guard let failure else { return say(known) }
      end(lease)
      reports?.failed(lease.id, reason: "the service takes no connection: \(failure.name)")
    }
  }

  /// Bytes pass from now on.
  public func open(_ lease: EnforcedLease) { set(lease, to: .full) }

  /// So many bytes a second pass from now on.
  public func reduce(_ lease: EnforcedLease) { set(lease, to: .reduced) }

  /// Bytes pass until another instant.
  public func move(_ lease: EnforcedLease) {
    guard let known = leases[lease.id] else { return }
    if known.update(lease) { cut(known) }
  }

  /// Nothing passes from now on; the port stays.
  public func shut(_ lease: EnforcedLease) {
    guard let known = leases[lease.id] else { return }
    known.set(.shut)
    _ = known.update(lease)
    cut(known)
  }

  /// Nothing passes, and the port is free.
  public func end(_ lease: EnforcedLease) {
    guard let known = leases.removeValue(forKey: lease.id) else { return }
    takeDown(known)
  }

  /// Ends every other lease.
  public func listed(_ isKnown: (UInt64) -> Bool) {
    for (id, lease) in leases where !isKnown(id) {
      leases[id] = nil
      takeDown(lease)
    }
  }

  /// Ends every lease; the gate is used no more.
  public func close() {
    isClosed = true
    probe.close()
    for lease in leases.values { takeDown(lease) }
    leases = [:]
    handler = nil
  }

  private func set(_ lease: EnforcedLease, to access: GateLease.Access) {
    let isNew = leases[lease.id] == nil
    guard let known = leases[lease.id] ?? make(lease) else { return }
    if isNew { say(known) }
    if known.update(lease) { cut(known) }
    known.set(access)
    pump(known)
  }

  // MARK: Ports

  /// Says where a lease is.
  private func say(_ lease: GateLease) { reports?.ready(lease.lease.id, endpoint: endpoint(of: lease)) }

  /// Takes a port for a lease; nil when none can be had, which is said.
  private func make(_ lease: EnforcedLease) -> GateLease? {
    guard !isClosed else { return nil }
    let made = GateLease(lease, throttledBytesPerSecond: options.throttledBytesPerSecond)
    var failure = LoopError.addressInUse
    let isUsable: (UInt16) -> Bool = { port in
      do throws(LoopError) {
        try self.listen(at: port, for: made)
        return true
      } catch {
        failure = error
        return false
      }
    }
    if ports == nil ? isUsable(0) : ports?.take(for: lease.id, isUsable: isUsable) != nil {
      leases[lease.id] = made
      return made
    }
    reports?.failed(lease.id, reason: "no port is free: \(failure.name)")
    return nil
  }

  private func listen(at port: UInt16, for lease: GateLease) throws(LoopError) {
    guard let handler else { throw .invalidArgument }
    let listener = try Listener.listen(
      at: .tcp(host: options.listenHost, port: port), on: loop, backlog: EnforcementLimits.backlog, keepsReserve: false,
      handler: handler,
      onFailure: { [weak self, unowned lease] _ in self?.listenAgain(lease) },
      onAccept: { [weak self, unowned lease] stream in self?.accepted(stream, for: lease) })
    lease.listener = listener
    if case .tcp(_, let actual) = listener.endpoint { lease.port = actual }
  }

  /// A listener that gave up, as when there were no descriptors for long, gets one more; without it the lease is over.
  private func listenAgain(_ lease: GateLease) {
    lease.listener = nil
    do throws(LoopError) {
      try listen(at: lease.port, for: lease)
    } catch {
      reports?.failed(lease.lease.id, reason: "its port was lost: \(error.name)")
    }
  }

  private func endpoint(of lease: GateLease) -> String {
    Endpoint.tcp(host: options.publicHost, port: lease.port).description
  }

  private func takeDown(_ lease: GateLease) {
    lease.set(.shut)
    cut(lease)
    lease.listener.take()?.close()
    lease.timer.take()?.close()
    ports?.giveBack(lease.port)
  }

  // MARK: Connections

  private func accepted(_ stream: Stream, for lease: GateLease) {
    guard let handler, lease.permits(AgentClock.now), lease.connections.count < options.connectionCountMaxPerLease,
      connectionCount < options.connectionCountMax
    else { return stream.reset() }
    let connection = GateConnection(stream, of: lease)
    let place = freePlaces.popLast() ?? connections.count
    if place == connections.count { connections.append(connection) } else { connections[place] = connection }
    stream.userIndex = place * 2
    lease.connections.insert(place)
    connection.begin(to: options.upstream, on: loop, handler: handler) { [weak self] _ in self?.cut(place) }
  }

  /// The connection of a stream that has not ended, and on which side of it the stream is.
  private func find(_ stream: Stream) -> (GateConnection, Int, GateConnection.Side)? {
    let place = stream.userIndex >> 1
    guard connections.indices.contains(place), let connection = connections[place],
      let side = GateConnection.Side(rawValue: stream.userIndex & 1), connection.owns(stream, on: side)
    else { return nil }
    return (connection, place, side)
  }

  private func received(_ bytes: UnsafeRawBufferPointer, from stream: Stream) {
    guard let (connection, _, side) = find(stream) else { return }
    let lease = connection.lease
    guard lease.permits(AgentClock.now) else { return cut(lease) }
    unsafe connection.received(bytes, from: side)
    tellUsage(of: lease)
    if connection.holdsBack { watch(lease) }
  }

  private func handle(_ event: StreamEvent, of stream: Stream) {
    guard let (connection, place, side) = find(stream) else { return }
    guard connection.lease.permits(AgentClock.now) else { return cut(connection.lease) }
    switch event {
    case .connected: break
    case .writable: goOn(connection, place)
    case .endOfStream:
      if connection.ended(side) { close(place) }
      tellUsage(of: connection.lease)
    case .failed, .closed: cut(place)
    }
  }

  private func goOn(_ connection: GateConnection, _ place: Int) {
    if connection.pump() { close(place) } else if connection.holdsBack { watch(connection.lease) }
    tellUsage(of: connection.lease)
  }

  private func forget(_ place: Int) -> GateConnection? {
    guard let connection = connections[place] else { return nil }
    connections[place] = nil
    freePlaces.append(place)
    connection.lease.connections.remove(place)
    return connection
  }

  private func close(_ place: Int) { forget(place)?.close() }

  private func cut(_ place: Int) { forget(place)?.cut() }

  private func cut(_ lease: GateLease) {
    for place in lease.connections { connections[place]?.cut() }
    for place in lease.connections { _ = forget(place) }
    lease.timer?.stop()
  }

  // MARK: Throttling

  /// What is held back goes on when the bucket has filled a little.
  private func watch(_ lease: GateLease) {
    guard lease.allowance(AgentClock.now) != .max else { return }
    let timer = lease.timer ?? LoopTimer(on: loop) { [weak self, unowned lease] in self?.pump(lease) }
    lease.timer = timer
    timer.start(afterMilliseconds: EnforcementLimits.throttleMilliseconds)
  }

  /// Goes on with all that a lease holds back, beginning anywhere, so that none of its connections starves.
  private func pump(_ lease: GateLease) {
    guard lease.permits(AgentClock.now) else { return cut(lease) }
    var holdsBack = false
    for place in lease.connections.shuffled() {
      guard let connection = connections[place], connection.holdsBack else { continue }
      if connection.pump() { close(place) } else { holdsBack = holdsBack || connection.holdsBack }
    }
    tellUsage(of: lease)
    if holdsBack { watch(lease) }
  }

  // MARK: Usage

  /// At once: what the process has not told of is lost with it.
  private func tellUsage(of lease: GateLease) {
    guard let usage = lease.takeUsage() else { return }
    reports?.usage(lease.lease.id, received: usage.received, sent: usage.sent)
  }
}
