internal import BrokerCore
internal import Journal
internal import WireProtocol

/// Coming and going of connections, received bytes, deadlines.
extension SessionEngine {
  /// Takes a new connection in and names it; nil when there are as many as can be, or the broker is shutting down: then
  /// `refusalFrame` says why.
  public mutating func open() -> Int? {
    guard connectionCount < limits.connectionCountMax, !isDraining else { return nil }
    let index: Int
    if let free = freeIndexes.popLast() {
      index = free
    } else {
      index = connections.count
      connections.append(nil)
    }
    connections[index] = Connection(index: index, now: now)
    connectionCount += 1
    wheel.set(index, at: now &+ limits.helloMilliseconds)
    return index
  }

  /// The Goodbye for a connection that `open` did not take.
  public var refusalFrame: [UInt8] {
    var frame: [UInt8] = Array(repeating: 0, count: FrameHeader.byteCount + GoodbyePush.byteCount)
    var span = frame.mutableSpan
    var bytes = unsafe span.mutableBytes
    let reason = isDraining ? Status.draining : .connectionLimit
    FrameHeader(
      length: UInt32(bytes.byteCount), opcode: PushCode.goodbye.rawValue, flags: [], word: 0, number: 1
    ).write(to: &bytes)
    GoodbyePush(reason: reason, detail: 0).write(to: &bytes, at: FrameHeader.byteCount)
    return frame
  }

  /// The driver has closed a connection, whoever wanted it.
  public mutating func closed(_ index: Int) {
    guard let connection = connection(index) else { return }
    letGo(of: connection)
    dropInput(of: connection)
    outboxByteCountTotal -= connection.outbox.byteCount
    connection.outbox.clear(to: &pool)
    wheel.cancel(index)
    connections[index] = nil
    freeIndexes.append(index)
    connectionCount -= 1
  }

  /// The peer will send no more. What is in is answered, then the connection ends.
  public mutating func inputEnded(_ index: Int) {
    guard let connection = connection(index) else { return }
    connection.isInputEnded = true
    if connection.isListening, connection.parkedCount > 0 { connection.isDeferred = true }
    if connection.isListening, !connection.isDeferred { leave(connection) }
    if connection.state == .lingering { close(connection) }
  }

  /// Refuses new connections and ends the ones there are, after what has been received was answered.
  public mutating func beginDraining() {
    isDraining = true
    isLate = false
    for case let connection? in connections where connection.isListening {
      if connection.isDeferred || connection.parkedCount > 0 {
        connection.isDeferred = true
        connection.farewell = .draining
      } else {
        sayGoodbye(to: connection, .draining)
      }
    }
  }

  // MARK: Received bytes

  /// Bytes that arrived. Whole frames are walked where they lie; the front of a frame is kept.
  ///
  /// - Parameter headroom: Scratch that ends where `bytes` begin, as long as the longest frame.
  public mutating func receive(
    _ index: Int, _ bytes: UnsafeRawBufferPointer, headroom: UnsafeMutableRawBufferPointer
  ) {
    guard let connection = connection(index), connection.isListening else { return }
    connection.receivedAt = now
    unsafe take(bytes, headroom: headroom, of: connection)
    if inputByteCountTotal > limits.inputByteCountMaxTotal { shedInput() }
  }

  private mutating func take(
    _ bytes: UnsafeRawBufferPointer, headroom: UnsafeMutableRawBufferPointer, of connection: Connection
  ) {
    let keptByteCount = connection.input.count
    if unsafe connection.isDeferred || isStillPartial(connection, bytes) {
      return unsafe keep(bytes, isNew: false, of: connection)
    }
    // A connection that sent little is served in this turn, however much there is to do for others.
    let mayWalk =
      isAdmitting
      && (workCount - workCountBeforeTurn < limits.workCountMaxPerTurn
        || keptByteCount + bytes.count <= limits.smallInputByteCount)
    let share = mayWalk ? limits.workCountMaxPerShare : 0
    guard keptByteCount > 0 else {
      let walked = unsafe walk(bytes, share: share, of: connection)
      unsafe keep(UnsafeRawBufferPointer(rebasing: bytes[walked...]), isNew: walked > 0, of: connection)
      return
    }
    guard let base = headroom.baseAddress, headroom.count >= keptByteCount else { return }
    let start = unsafe base + (headroom.count - keptByteCount)
    unsafe start.copyMemory(
      from: connection.input.bytes.baseAddress ?? UnsafeRawPointer(start), byteCount: keptByteCount)
    connection.input.clear(to: &pool)
    countInput(of: connection)
    let joined = unsafe UnsafeRawBufferPointer(start: start, count: keptByteCount + bytes.count)
    let walked = unsafe walk(joined, share: share, of: connection)
    unsafe keep(UnsafeRawBufferPointer(rebasing: joined[walked...]), isNew: walked > 0, of: connection)
  }

  /// Whether the frame whose front was kept is not whole even with `bytes`: then nothing is walked or moved for it.
  private func isStillPartial(_ connection: Connection, _ bytes: UnsafeRawBufferPointer) -> Bool {
    let keptByteCount = connection.input.count
    guard keptByteCount >= 4 else { return false }
    let length = unsafe Int(connection.input.bytes.bytes.uint32(at: 0))
    return keptByteCount + bytes.count < length
  }

  /// Walks the whole frames that `bytes` begin with and gives how many bytes that was. Frames stay when the connection had
  /// its share of work, does not read, must wait for timers, or the batch is full.
  private mutating func walk(_ bytes: UnsafeRawBufferPointer, share: Int, of connection: Connection) -> Int {
    let workCountMax = workCount &+ share
    var cursor = 0
    var horizon = Horizon()
    while connection.isListening, bytes.count - cursor >= 4 {
      let length = unsafe Int(bytes.bytes.uint32(at: cursor))
      let limit =
        connection.state == .awaitingHello ? limits.frameByteCountMaxBeforeHello : limits.frameByteCountMax
      guard length >= FrameHeader.byteCount, length <= limit else {
        sayGoodbye(to: connection, .frameLength, detail: UInt64(length))
        break
      }
      guard bytes.count - cursor >= length else { break }
      let mayReply = connection.outbox.byteCount < outboxByteCountMax
      guard mayReply, workCount < workCountMax, hasRoomForRequest else {
        connection.isDeferred = true
        if mayReply { queueDeferred(connection) }
        break
      }
      let frame = unsafe UnsafeRawBufferPointer(rebasing: bytes[cursor..<cursor + length])
      if isLate, unsafe mustAwaitTimers(frame.bytes, of: connection) {
        awaitTimers(connection)
        break
      }
      if unsafe mustAwaitVerdict(frame.bytes, of: connection) {
        connection.isDeferred = true
        break
      }
      if cursor >= horizon.next { unsafe lookAhead(bytes.bytes, from: cursor, &horizon, of: connection) }
      unsafe process(frame.bytes, of: connection)
      cursor += length
    }
    return cursor
  }

  /// Keeps what was not walked.
  private mutating func keep(_ rest: UnsafeRawBufferPointer, isNew: Bool, of connection: Connection) {
    guard connection.isListening else { return }
    unsafe connection.input.append(rest, from: &pool)
    countInput(of: connection)
    noteFrame(isNew: isNew, of: connection)
    if connection.isDeferred, !connection.isReadingPaused, connection.input.count >= limits.inputByteCountHigh {
      connection.isReadingPaused = true
      connection.pendingActions.remove(.resumeReading)
      ask(.pauseReading, of: connection)
    }
  }

  /// A frame that has begun must be whole in time. Frames that wait for us are no fault of the peer.
  private mutating func noteFrame(isNew: Bool, of connection: Connection) {
    if connection.input.count == 0 || connection.isDeferred {
      connection.frameBegunAt = 0
    } else if isNew || connection.frameBegunAt == 0 {
      connection.frameBegunAt = now
      wheel.set(connection.index, at: now &+ limits.frameMilliseconds)
    }
  }

  // MARK: Frames that wait

  /// Unsent bytes above which a connection's frames wait.
  var outboxByteCountMax: Int {
    outboxByteCountTotal < limits.outboxByteCountMaxTotal ? limits.outboxByteCountHigh : limits.outboxByteCountLow
  }

  /// Room for the two records of a request: OPEN_SESSION may come before its command, ADVANCE before both.
  var hasRoomForRequest: Bool {
    journal.freeByteCount >= 2 * JournalLimits.recordByteCountMax
  }

  /// The next instant at which frames that wait are taken in. What was received before the end is answered at once.
  var nextAdmission: UInt64 { isDraining ? now : admission.nextOpen(from: now) }
  /// Nobody is served at a time that is gone: what is bought then would begin in the past.
  private var isAdmitting: Bool {
    nextAdmission == now && (isDraining || !machine.isBehind(now)) && !hasLostPatience
  }

  /// Frames of this connection wait for nothing but a share.
  mutating func queueDeferred(_ connection: Connection) {
    if connection.isQueued { return }
    connection.isQueued = true
    deferred.append(connection.index)
  }

  /// Gives shares to the connections whose frames wait, one after the other, up to the work of one turn. In a turn of its own:
  /// what it replies is sent before the next input is looked at, so that who sends little waits for one such turn at most.
  public mutating func goOn() {
    guard isAdmitting else { return }
    let workCountMax = workCount &+ limits.workCountMaxPerTurn
    while workCount < workCountMax, hasRoomForRequest, let connection = nextInLine() { goOn(connection) }
  }

  /// Who waited for timers comes first, when nothing is late any more.
  private mutating func nextInLine() -> Connection? {
    if !isLate, let connection = takeAwaiting() { return connection }
    while let index = deferred.popFirst() {
      // An entry may be that of a connection that went, and its place be another's.
      guard let connection = connections[index], connection.isQueued else { continue }
      connection.isQueued = false
      if connection.isDeferred, connection.isListening { return connection }
    }
    return nil
  }

  private mutating func goOn(_ connection: Connection) {
    connection.isDeferred = false
    let walked = unsafe walk(connection.input.bytes, share: limits.workCountMaxPerShare, of: connection)
    guard connection.isListening else { return dropInput(of: connection) }
    connection.input.removeFirst(walked, to: &pool)
    countInput(of: connection)
    noteFrame(isNew: true, of: connection)
    if !connection.isDeferred { endDeferral(of: connection) }
  }

  private mutating func endDeferral(of connection: Connection) {
    if connection.parkedCount > 0, connection.farewell != .ok || connection.isInputEnded {
      // Whose tokens are being judged is answered first: the next verdict has it go on.
      connection.isDeferred = true
      return
    }
    if connection.farewell != .ok { return sayGoodbye(to: connection, connection.farewell) }
    if connection.isInputEnded { return leave(connection) }
    if connection.isReadingPaused {
      connection.isReadingPaused = false
      connection.pendingActions.remove(.pauseReading)
      ask(.resumeReading, of: connection)
    }
  }

  // MARK: Ending

  /// Says why, and ends the connection once that is sent.
  mutating func sayGoodbye(to connection: Connection, _ reason: Status, detail: UInt64 = 0) {
    guard connection.isListening else { return }
    push(.goodbye, to: connection, byteCount: GoodbyePush.byteCount) { body in
      GoodbyePush(reason: reason, detail: detail).write(to: &body)
    }
    leave(connection)
  }

  /// Looks at nothing more from the peer; ends the connection once it was sent everything.
  mutating func leave(_ connection: Connection) {
    guard connection.isListening else { return }
    connection.state = .leaving
    connection.endedAt = now
    letGo(of: connection)
    wheel.set(connection.index, at: now &+ limits.farewellMilliseconds)
    if connection.isReadingPaused {
      // Bytes left in the kernel would make it reset the connection, and the peer miss the last frames.
      connection.isReadingPaused = false
      connection.pendingActions.remove(.pauseReading)
      ask(.resumeReading, of: connection)
    }
    finishIfSent(connection)
  }

  mutating func finishIfSent(_ connection: Connection) {
    guard connection.state == .leaving, connection.outbox.byteCount == 0 else { return }
    if connection.isInputEnded { return close(connection) }
    connection.state = .lingering
    connection.endedAt = now
    wheel.set(connection.index, at: now &+ limits.lingerMilliseconds)
    ask(.finishWriting, of: connection)
  }

  private mutating func close(_ connection: Connection) {
    connection.state = .closing
    wheel.cancel(connection.index)
    ask(.close, of: connection)
  }

  /// Gives up what the connection holds of the engine besides bytes.
  private mutating func letGo(of connection: Connection) {
    stopAwaiting(connection)
    subscriptions.removeAll(of: connection)
    leaveAgency(connection)
    handleCount -= connection.handles.count
    connection.handles.removeAll()
    if !connection.sessionHash.isZero, sessions[connection.sessionHash] == connection.index {
      sessions[connection.sessionHash] = nil
    }
  }

  private mutating func dropInput(of connection: Connection) {
    connection.input.clear(to: &pool)
    countInput(of: connection)
    connection.isDeferred = false
    connection.frameBegunAt = 0
  }

  private mutating func countInput(of connection: Connection) {
    inputByteCountTotal += connection.input.capacity - connection.inputByteCountCounted
    connection.inputByteCountCounted = connection.input.capacity
  }

  /// Ends connections until a quarter of the memory for received bytes is free: those with the oldest parts of frames first,
  /// which may never become whole; then those of whom the most waits.
  private mutating func shedInput() {
    let holders = connections.compactMap { $0 }.filter { $0.isListening && $0.input.count > 0 }
    let partial = holders.filter { !$0.isDeferred }.sorted { $0.frameBegunAt < $1.frameBegunAt }
    let waiting = holders.filter(\.isDeferred).sorted { $0.input.count > $1.input.count }
    for connection in partial + waiting {
      if inputByteCountTotal <= limits.inputByteCountMaxTotal / 4 * 3 { return }
      end(connection, .noSpace)
    }
  }

  // MARK: Deadlines

  mutating func expireDeadlines() {
    while let index = wheel.nextDue(now: now) {
      guard let connection = connections[index] else { continue }
      expire(connection)
    }
  }

  /// Judges what is due of a connection that was woken, and sets its next wake-up.
  private mutating func expire(_ connection: Connection) {
    switch connection.state {
    case .closing: return
    case .lingering:
      if isOver(connection.endedAt, limits.lingerMilliseconds) { return close(connection) }
      wheel.set(connection.index, at: connection.endedAt &+ limits.lingerMilliseconds)
      return
    case .leaving:
      if isOver(connection.endedAt, limits.farewellMilliseconds) { return close(connection) }
      wheel.set(connection.index, at: connection.endedAt &+ limits.farewellMilliseconds)
      return
    case .awaitingHello, .open: break
    }
    let idleMilliseconds =
      connection.agent == nil ? limits.idleMilliseconds : limits.agentSilenceMilliseconds
    var next = connection.receivedAt &+ idleMilliseconds
    if connection.state == .awaitingHello {
      if isOver(connection.openedAt, limits.helloMilliseconds) { return end(connection, .helloFirst) }
      next = min(next, connection.openedAt &+ limits.helloMilliseconds)
    }
    if connection.frameBegunAt > 0 {
      if isOver(connection.frameBegunAt, limits.frameMilliseconds) { return end(connection, .frameStalled) }
      next = min(next, connection.frameBegunAt &+ limits.frameMilliseconds)
    }
    if connection.blockedSince > 0 {
      if isOver(connection.blockedSince, limits.slowReaderMilliseconds) { return end(connection, .slowReader) }
      next = min(next, connection.blockedSince &+ limits.slowReaderMilliseconds)
    } else if isOver(connection.receivedAt, idleMilliseconds) {
      return end(connection, .idle)
    }
    wheel.set(connection.index, at: next)
  }

  private mutating func end(_ connection: Connection, _ reason: Status) {
    sayGoodbye(to: connection, reason)
    dropInput(of: connection)
  }

  private func isOver(_ begin: UInt64, _ milliseconds: UInt64) -> Bool { now >= begin &+ milliseconds }
}
