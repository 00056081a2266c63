internal import BrokerCore
public import EventLoop
internal import Glibc
internal import Journal
public import Logging
public import Payments
internal import Sessions
internal import TurnpikeCrypto
internal import WireProtocol

/// A broker on an event loop: listeners and streams on one side, the session engine on the other.
///
/// Everything happens on the loop's thread, in its turns: the engine's turn begins with the first event and ends after the last;
/// then the batch is handed over and what is released is written, one write per connection. Only the writing of the journal is
/// done elsewhere.
///
/// **Life.** Running from `init` on; `shutDown()` ends it in order, and then calls `onStopped`. After a failed write of the
/// journal nothing may be acknowledged any more: it stops at once, and `hasFailed` is set.
public final class Broker {
  private enum Storage {
    case memory(MemoryStorage)
    case log(JournalWriter)
  }

  private let loop: Loop
  private let clock: BrokerClock
  private let logger: Logger
  private var engine: SessionEngine
  private var storage: Storage
  private var follower: SnapshotFollower?
  private var mints: MintService?
  private let keyCheck: Bytes16
  private let socketMode: UInt32

  private var listeners: [Listener] = []
  private var stages: ContiguousArray<TransportStage?> = []
  /// Connections beyond the cap, which read their Goodbye; oldest first.
  private var turnedAway: [Stream] = []
  private var signals: [SignalSource] = []
  private var timer: LoopTimer?
  /// Makes listeners anew that failed.
  private var listenTimer: LoopTimer?
  private var failedEndpoints: [Endpoint] = []
  private var failedProofRate = LogRate(
    lineCountMax: BrokerLimits.failedProofLineCountMax,
    intervalMilliseconds: BrokerLimits.failedProofIntervalMilliseconds)
  /// Connections that something came from in this turn, one counted again when another was between; and the last of them.
  private var senderCount = 0
  private var lastSender = -1
  /// When the timer fires; 0: it is not set.
  private var timerDeadline: UInt64 = 0
  private var drainDeadline: UInt64?
  private var isStopped = false

  /// Whether it stopped because a command could not be made durable.
  public private(set) var hasFailed = false
  /// Called once when it has stopped: all connections are closed and everything is durable (or never will be).
  public var onStopped: () -> Void = {}
  /// Where it listens, with the actual ports.
  public var endpoints: [Endpoint] { listeners.map(\.endpoint) }
  /// Connections that are open.
  public var connectionCount: Int { engine.connectionCount }

  /// A new broker that listens. Takes over the loop's turns.
  public init(
    _ options: BrokerOptions, key: consuming MasterKeyFile, logger: Logger, on loop: Loop
  ) throws(BrokerError) {
    guard (1...BrokerLimits.listenerCountMax).contains(options.endpoints.count) else { throw .endpoints }
    self.loop = loop
    self.logger = logger
    socketMode = options.socketMode
    let generations = key.generations
    let keys = key.takeKeys()
    keyCheck = keys.value(.masterKeyCheck)
    var life = try BrokerLife.begin(options, hashSeed: keys.value(.tableSeed), logger)
    clock = life.clock
    guard let machine = life.takeMachine() else { throw .capacity }
    if options.populatesMemory { machine.populateMemory() }
    let now = clock.now
    let takesEcash = !options.mints.isEmpty || machine.mintTerms(1) != nil
    let ecashKeys = takesEcash ? EcashKeys(keys, genesis: machine.genesis.now) : nil
    var limits = options.limits
    limits.connectionCountMax = min(limits.connectionCountMax, Self.raiseDescriptorLimit())
    engine = SessionEngine(
      machine: machine, isNew: life.isNew, keys: keys, generations: generations,
      startedAt: now, limits: limits,
      batchByteCountMax: JournalLimits.batchByteCountMax(
        inSegmentOf: options.journal?.segmentByteCount ?? JournalLimits.segmentByteCount),
      random: Bytes16.random)
    storage = .memory(MemoryStorage())
    if let log = life.log, let files = life.files, let place = options.journal {
      let reserves = ReserveMaker(files, segmentByteCount: place.segmentByteCount)
      storage = .log(JournalWriter(log, reserves: reserves, on: loop))
      engine.sealsJournal = true
      do throws(LoopError) {
        follower = try SnapshotFollower(
          files, at: place, after: life.snapshotSequence, commandsPerSecond: life.commandsPerSecond, logger: logger,
          on: loop)
      } catch { throw .loop(error) }
    }
    // GENESIS has the fee of a new life; one that goes on says so.
    if !life.isNew || options.claimMinimum != nil {
      engine.configure(
        feePerMillion: life.isNew ? nil : options.feePerMillion, claimMinimum: options.claimMinimum,
        at: clock.now)
    }
    if let ecashKeys { try begin(ecashKeys, options) }
    do throws(BrokerError) {
      try start(options)
    } catch {
      isStopped = true
      closeAll()
      throw error
    }
    setTimer()
  }

  private func start(_ options: BrokerOptions) throws(BrokerError) {
    timer = LoopTimer(on: loop) { [weak self] in self?.deadlineCame() }
    loop.onTurn(
      begin: { [weak self] in self?.beginTurn() },
      end: { [weak self] in self?.endTurn() })
    for endpoint in options.endpoints { listeners.append(try listen(at: endpoint)) }
    if options.handlesSignals { try handleSignals() }
    if case .log(let writer) = storage {
      writer.onAppended = { [weak self] error in self?.appendEnded(error) }
      writer.onSpaceChanged = { [weak self] error in self?.spaceChanged(error) }
      writer.onDropFailed = { [weak self] error in
        self?.logger.error("segments were not dropped", metadata: ["error": "\(BrokerError.journal(.file(error)))"])
      }
      writer.onSegmentEnded = { [weak self] in
        guard let self else { return }
        follower?.segmentEnded(before: engine.lastSequence)
      }
      follower?.onCovered = { writer.drop(before: $0) }
      follower?.onAdmission = { [weak self] admission in self?.engine.admission = admission }
      writer.refill()
    }
  }

  /// Takes ecash, also of mints that are taken no more, where some of it waits.
  private func begin(_ keys: EcashKeys, _ options: BrokerOptions) throws(BrokerError) {
    if let why = engine.takeEcash(of: options.mints, keys: keys) { throw .ecash(why) }
    mints = try MintService(
      on: loop, authoritiesFile: options.mintAuthoritiesFile, logger: logger,
      onResult: { [weak self] result in
        if let self, !isStopped { engine.finished(result) }
      },
      onAnswer: { [weak self] call, answer in
        if let self, !isStopped { engine.answered(call, answer) }
      })
  }

  private func listen(at endpoint: Endpoint) throws(BrokerError) -> Listener {
    let handler = StreamHandler(
      onData: { [weak self] stream, bytes in unsafe self?.received(bytes, from: stream) },
      onEvent: { [weak self] stream, event in self?.handle(event, of: stream) })
    do throws(LoopError) {
      let listener = try Listener.listen(
        at: endpoint, on: loop, socketMode: socketMode, handler: handler,
        onFailure: { [weak self] error in self?.listenerFailed(error) },
        onAccept: { [weak self] stream in self?.accept(stream) })
      logger.info("listening", metadata: ["endpoint": "\(listener.endpoint)"])
      return listener
    } catch {
      throw .listen(endpoint, error)
    }
  }

  /// The listener has closed itself. A broker that listens nowhere would run on and serve nobody new: another one is made after
  /// a pause, as often as it takes.
  private func listenerFailed(_ error: LoopError) {
    for listener in listeners where listener.isClosed { listenLater(at: listener.endpoint, error) }
    listeners.removeAll(where: \.isClosed)
  }

  private func listenLater(at endpoint: Endpoint, _ error: LoopError) {
    logger.error("listener failed", metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
    failedEndpoints.append(endpoint)
    let timer = listenTimer ?? LoopTimer(on: loop) { [weak self] in self?.listenAgain() }
    listenTimer = timer
    timer.start(afterMilliseconds: BrokerLimits.listenAgainMilliseconds)
  }

  private func listenAgain() {
    if isStopped || drainDeadline != nil { return }
    let endpoints = failedEndpoints
    failedEndpoints = []
    for endpoint in endpoints {
      do throws(BrokerError) {
        listeners.append(try listen(at: endpoint))
      } catch {
        guard case .listen(_, let error) = error else { continue }
        listenLater(at: endpoint, error)
      }
    }
  }

  private func handleSignals() throws(BrokerError) {
    do throws(LoopError) {
      for signal in [SignalSource.Signal.terminate, .interrupt] {
        signals.append(try SignalSource(signal, on: loop) { [weak self] in self?.shutDown() })
      }
    } catch {
      throw .loop(error)
    }
  }

  /// Raises the limit of descriptors as far as it goes and gives how many connections that allows.
  private static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return max(1, Int(clamping: limit.rlim_cur) - BrokerLimits.reservedDescriptorCount)
  }

  /// Takes over the generations of role keys that the file holds now, and ends the connections that proved an older key. Called
  /// from the loop. False, and nothing done, when the file is that of another broker.
  public func takeGenerations(from key: borrowing MasterKeyFile) -> Bool {
    guard key.keys.value(.masterKeyCheck) == keyCheck else { return false }
    engine.setGenerations(key.generations)
    return true
  }

  // MARK: Turns

  private func beginTurn() {
    if isStopped { return }
    senderCount = 0
    lastSender = -1
    engine.beginTurn(now: clock.now)
  }

  private func deadlineCame() {
    timerDeadline = 0
    if !isStopped { engine.goOn() }
  }

  private func endTurn() {
    if isStopped { return }
    engine.endTurn()
    appendBatches()
    if engine.hasFailedProofs { logFailedProofs() }
    mints?.serve(&engine)
    performActions()
    stopIfDrained()
    setTimer()
  }

  private func appendBatches() {
    while let batch = engine.nextBatch() {
      switch append(batch) {
      case .durable: engine.appended()
      case .underWay: return
      case .failed: return fail(appendError)
      }
    }
  }

  private func append(_ batch: JournalBatch) -> AppendResult {
    switch storage {
    case .memory(var memory):
      let result = memory.append(batch)
      storage = .memory(memory)
      return result
    case .log(let writer):
      return writer.append(batch, hasOneSender: senderCount == 1)
    }
  }

  private var appendError: FileError? {
    if case .log(let writer) = storage { writer.error } else { nil }
  }

  private func appendEnded(_ error: FileError?) {
    if isStopped { return }
    if let error { fail(error) } else { engine.appended() }
  }

  /// The disk came to be low on space, or is not any more.
  private func spaceChanged(_ error: FileError?) {
    engine.isLowOnSpace = error != nil
    if let error {
      logger.error("no room for the journal's next segments: no new money is taken", metadata: ["error": "\(error)"])
    } else {
      logger.notice("there is room for the journal again")
    }
  }

  private func logFailedProofs() {
    let (proofs, lostCount) = engine.takeFailedProofs()
    for proof in proofs {
      guard let leftOutCount = failedProofRate.admit(at: clock.now) else { continue }
      logger.notice(
        "a role was not proved",
        metadata: [
          "connection": "\(proof.connection)", "peer": "\(stage(proof.connection)?.stream.peerAddress ?? "-")",
          "role": "\(proof.role)", "id": "\(proof.id)", "generation": "\(proof.generation)",
          "reason": "\(proof.reason)", "left out before": "\(leftOutCount)",
        ])
    }
    failedProofRate.leaveOut(lostCount)
  }

  private func performActions() {
    while let action = engine.nextAction() {
      switch action {
      case .write(let index): flush(index)
      case .pauseReading(let index): stage(index)?.stream.stopReading()
      case .resumeReading(let index): stage(index)?.stream.startReading()
      case .finishWriting(let index): stage(index)?.stream.finishWriting()
      case .close(let index): stage(index)?.stream.close()
      }
    }
  }

  private func flush(_ index: Int) {
    guard let stage = stage(index) else { return }
    let sent = unsafe stage.write(engine.output(of: index))
    engine.sent(index, byteCount: sent)
  }

  /// Wakes the loop for the next turn, unless it wakes before anyway.
  private func setTimer() {
    if isStopped { return }
    guard var deadline = engine.nextDeadline() ?? drainDeadline else { return }
    if let drainDeadline { deadline = min(deadline, drainDeadline) }
    if timerDeadline != 0, timerDeadline <= deadline { return }
    timerDeadline = max(1, deadline)
    let now = clock.now
    // The loop's timers count from the start of the turn and cut fractions off: one more, or they fire too early.
    timer?.start(afterMilliseconds: deadline > now ? deadline - now + 1 : 0)
  }

  // MARK: Streams

  private func accept(_ stream: Stream) {
    guard !isStopped, let index = engine.open() else { return turnAway(stream) }
    stream.userIndex = index
    while stages.count <= index { stages.append(nil) }
    stages[index] = TransportStage(kind: .plain, stream: stream)
    stream.startReading()
    logger.debug("connection opened", metadata: ["connection": "\(index)", "peer": "\(stream.peerAddress ?? "-")"])
  }

  private func turnAway(_ stream: Stream) {
    let frame = engine.refusalFrame
    _ = unsafe frame.withUnsafeBytes { unsafe stream.write($0) }
    stream.finishWriting()
    stream.startReading()
    turnedAway.append(stream)
    if turnedAway.count > BrokerLimits.turnedAwayCountMax { turnedAway.removeFirst().close() }
  }

  private func received(_ bytes: UnsafeRawBufferPointer, from stream: Stream) {
    let index = stream.userIndex
    guard let stage = stage(index) else { return }
    if index != lastSender { senderCount += 1 }
    lastSender = index
    unsafe stage.received(bytes) { bytes in
      unsafe engine.receive(index, bytes, headroom: loop.receiveHeadroom)
    }
  }

  private func handle(_ event: StreamEvent, of stream: Stream) {
    let index = stream.userIndex
    guard stage(index) != nil else {
      if event != .closed { stream.close() }
      turnedAway.removeAll { $0 === stream }
      return
    }
    switch event {
    case .connected: break
    case .writable: flush(index)
    case .endOfStream: engine.inputEnded(index)
    case .failed: stream.close()
    case .closed:
      engine.closed(index)
      stages[index] = nil
      logger.debug("connection closed", metadata: ["connection": "\(index)"])
    }
  }

  private func stage(_ index: Int) -> TransportStage? {
    stages.indices.contains(index) ? stages[index] : nil
  }

  // MARK: Ending

  /// Takes no more connections, answers what has been received, says Goodbye, and stops: within
  /// `BrokerLimits.drainMilliseconds`, whatever the peers do.
  public func shutDown() {
    guard drainDeadline == nil, !isStopped else { return }
    logger.info("shutting down", metadata: ["connections": "\(connectionCount)"])
    drainDeadline = clock.now &+ BrokerLimits.drainMilliseconds
    for listener in listeners { listener.close() }
    engine.beginDraining()
    // The loop may be between turns: one must follow.
    timerDeadline = 1
    timer?.start(afterMilliseconds: 0)
  }

  private func stopIfDrained() {
    guard let drainDeadline else { return }
    if clock.now >= drainDeadline {
      for stage in stages { stage?.stream.close() }
      for stream in turnedAway { stream.close() }
    }
    if engine.connectionCount == 0, engine.isSettled { stop() }
  }

  private func fail(_ error: FileError?) {
    guard !isStopped else { return }
    hasFailed = true
    logger.critical(
      "a command could not be written: nothing more is acknowledged",
      metadata: error.map { ["error": "\(BrokerError.journal(.file($0)))"] } ?? [:])
    for stage in stages { stage?.stream.close() }
    stop()
  }

  private func stop() {
    if isStopped { return }
    isStopped = true
    closeAll()
    let stopped = onStopped
    onStopped = {}
    logger.info("stopped")
    stopped()
  }

  private func closeAll() {
    for listener in listeners { listener.close() }
    for signal in signals { signal.close() }
    for stream in turnedAway { stream.close() }
    timer?.close()
    listenTimer?.close()
    follower?.close()
    follower = nil
    mints?.close()
    mints = nil
    if case .log(let writer) = storage { writer.close() }
  }
}
