import BrokerCore
import Cashu
import Journal
import Payments
import Replay
import Sessions
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// A broker as `Broker` wires it, without a loop: snapshot, recovery, replay, engine, log, reserves and the follower on a simulated
/// disk. Turns happen when the world says so, and so does each append: it can be late, and turns go on meanwhile.
///
/// *Running* until a call of the disk crashes the machine (*crashed*) or an append fails (*failed*: the process ends at once, as
/// the daemon's does), or until it was drained (*stopped*).
@safe final class SimulatedBroker {
  enum Fate { case running, crashed, failed, stopped }

  private static let bufferByteCount = 64 * 1024
  private static let snapshotCount = 2

  private let files: SimulatedFiles
  private let log: LocalLog<SimulatedFiles>
  private var reserves: ReserveMaker<SimulatedFiles>
  private var engine: SessionEngine
  private let offset: UInt64
  private let memory: UnsafeMutableRawBufferPointer
  private var links: [Link] = []
  /// Handed over, and not on the disk yet.
  private var batch: JournalBatch?
  /// Done, and the loop has not heard of it.
  private var result: AppendResult?
  private var segment: UInt64
  private var wantsRefill = true
  private var isDraining = false
  /// Curve work that nobody has done yet, in the order in which it was given.
  private(set) var jobs: [EcashJob] = []
  /// Whether the last job that was done judged what a mint signed, and since then nothing was appended.
  private(set) var isCompletionUnwritten = false
  let ecashKeys: EcashKeys?
  private(set) var fate = Fate.running
  /// What recovery found.
  let report: RecoveryReport
  /// Sequence of the snapshot that it began with; 0: none.
  let snapshotSequence: UInt64
  /// Newer snapshots that were of no use.
  let damagedSnapshotCount: Int
  /// A segment is full that no snapshot covers.
  private(set) var wantsSnapshot = false
  /// The journal before this batch is in two snapshots, and is still there.
  private(set) var coveredBatch: UInt64?

  var isLowOnSpace: Bool { engine.isLowOnSpace }
  var isAppendUnderWay: Bool { batch != nil }

  private init(
    _ resumption: consuming Resumption<SimulatedFiles>, _ files: SimulatedFiles, _ setup: BrokerSetup,
    _ clock: SimulatedClock, damagedSnapshotCount: Int, takesEcash: Bool
  ) {
    self.files = files
    self.damagedSnapshotCount = damagedSnapshotCount
    snapshotSequence = resumption.snapshotSequence
    log = resumption.log
    report = resumption.report
    reserves = ReserveMaker(files, segmentByteCount: setup.segmentByteCount)
    segment = log.segmentRange.upperBound
    let (now, isNew) = (resumption.instant(wallClock: clock.wall), resumption.isNew)
    guard let machine = resumption.takeMachine() else { preconditionFailure("a resumption has a state") }
    // As BrokerClock: carried on by the clock that nobody sets.
    offset = now &- clock.uptime
    unsafe memory = .allocate(byteCount: 2 * Self.bufferByteCount, alignment: 64)
    var nonce = Chance(seed: setup.seed ^ clock.uptime)
    ecashKeys = takesEcash ? setup.ecashKeys(genesis: machine.genesis.now) : nil
    engine = SessionEngine(
      machine: machine, isNew: isNew, keys: setup.keys, generations: [:],
      startedAt: now, limits: setup.limits,
      batchByteCountMax: JournalLimits.batchByteCountMax(inSegmentOf: setup.segmentByteCount)
    ) { Bytes16(low: nonce.next(), high: nonce.next()) }
    engine.sealsJournal = true
    if !isNew || setup.claimMinimum != nil {
      engine.configure(feePerMillion: nil, claimMinimum: setup.claimMinimum, at: now)
    }
  }

  deinit { unsafe memory.deallocate() }

  /// What a start can come to.
  enum Start {
    case running(SimulatedBroker)
    case refused(RecoveryRefusal)
    case crashed
    case failed(String)
  }

  /// - Parameter takesEcash: Whether its mints will be told by `takeEcash`.
  static func start(
    _ files: SimulatedFiles, _ setup: BrokerSetup, _ clock: SimulatedClock, acceptsClock: Bool = false,
    takesEcash: Bool = false
  ) -> Start {
    var options = RecoveryOptions(now: clock.wall)
    options.segmentByteCount = setup.segmentByteCount
    options.acceptsClock = acceptsClock
    options.newIdentity = UInt128(setup.seed) << 64 | 1
    var damagedSnapshotCount = 0
    do throws(ResumptionError) {
      let resumption = try Resumption(files, options, genesis: setup.genesis(now: clock.wall)) {
        if case .uselessSnapshot = $0 { damagedSnapshotCount += 1 }
      }
      return .running(
        SimulatedBroker(
          resumption, files, setup, clock, damagedSnapshotCount: damagedSnapshotCount, takesEcash: takesEcash))
    } catch {
      if files.hasCrashed { return .crashed }
      if case .journal(.refused(let refusal)) = error { return .refused(refusal) }
      return .failed("\(error)")
    }
  }

  /// Whether a request waits until every timer that is due has fired.
  var isAwaitingTimers: Bool { engine.isAwaitingTimers }

  /// The broker's clock, at an uptime of the machine.
  func now(_ clock: SimulatedClock) -> UInt64 { clock.uptime &+ offset }

  // MARK: Turns

  /// One turn of the loop: what the network brings, in between the engine's calls.
  func turn(at instant: UInt64, _ deliver: (SimulatedBroker) -> Void) {
    guard fate == .running else { return }
    let isDeadlineDue = engine.nextDeadline().map { $0 <= instant } ?? false
    engine.beginTurn(now: instant)
    if let ended = result.take() { appendEnded(ended) }
    guard fate == .running else { return }
    if isDeadlineDue { engine.goOn() }
    deliver(self)
    engine.endTurn()
    if batch == nil, result == nil { batch = engine.nextBatch() }
    while let action = engine.nextAction() { perform(action) }
    if isDraining, engine.connectionCount == 0, engine.isSettled { fate = .stopped }
  }

  // MARK: Ecash, within a turn

  /// As the daemon does before its first turn; gives what is wrong.
  func takeEcash(of mints: [EcashMint]) -> String? {
    guard let ecashKeys else { return "it has no keys of ecash" }
    return engine.takeEcash(of: mints, keys: ecashKeys)
  }

  /// Takes over what is to be worked out, and gives what mints are to be asked.
  func ecashWork(_ tell: (MintNews) -> Void) -> [MintCall] {
    var calls: [MintCall] = []
    while let job = engine.nextEcashJob() { jobs.append(job) }
    while let call = engine.nextMintCall() { calls.append(call) }
    for news in engine.takeMintNews() { tell(news) }
    return calls
  }

  /// One of the jobs is done.
  func finishJob(_ index: Int) {
    let job = jobs.remove(at: index)
    if case .complete = job { isCompletionUnwritten = true }
    engine.finished(job.run())
  }

  func answered(_ call: UInt64, _ answer: Sessions.MintAnswer) { engine.answered(call, answer) }

  private func appendEnded(_ result: AppendResult) {
    guard result == .durable else {
      fate = .failed
      return
    }
    if log.segmentRange.upperBound != segment {
      segment = log.segmentRange.upperBound
      wantsRefill = true
      wantsSnapshot = true
    }
    engine.appended()
  }

  private func perform(_ action: SessionAction) {
    switch action {
    case .write(let index): flush(index)
    case .pauseReading(let index): link(index)?.isReadingPaused = true
    case .resumeReading(let index): link(index)?.isReadingPaused = false
    case .finishWriting(let index): link(index)?.isEnded = true
    case .close(let index):
      link(index)?.isEnded = true
      forget(index)
    }
  }

  private func flush(_ index: Int) {
    guard let link = link(index) else { return }
    let output = unsafe engine.output(of: index)
    let byteCount = min(link.roomByteCount, output.count)
    unsafe link.downstream.append(contentsOf: output[..<byteCount])
    engine.sent(index, byteCount: byteCount)
  }

  private func link(_ index: Int) -> Link? { links.first { $0.index == index } }

  private func forget(_ index: Int) {
    links.removeAll { $0.index == index }
    engine.closed(index)
  }

  /// Ends in order: no more connections, everything answered and sealed.
  func drain() {
    isDraining = true
    engine.beginDraining()
  }

  // MARK: The network, within a turn

  func accept(_ link: Link) {
    guard let index = engine.open() else {
      link.downstream += engine.refusalFrame
      link.isEnded = true
      return
    }
    link.index = index
    links.append(link)
  }

  func deliver(_ byteCount: Int, of link: Link) {
    // What is still under way on a connection that was closed reaches nobody: its index may be another's by now.
    guard let index = link.index, self.link(index) === link, !link.isReadingPaused else { return }
    let count = min(byteCount, link.upstream.count, Self.bufferByteCount)
    guard count > 0 else { return }
    let headroom = unsafe UnsafeMutableRawBufferPointer(rebasing: memory[..<Self.bufferByteCount])
    let buffer = unsafe UnsafeMutableRawBufferPointer(
      rebasing: memory[Self.bufferByteCount..<Self.bufferByteCount + count])
    unsafe buffer.copyBytes(from: link.upstream[..<count])
    link.upstream.removeFirst(count)
    unsafe engine.receive(index, UnsafeRawBufferPointer(buffer), headroom: headroom)
  }

  /// The client reads again.
  func becameWritable(_ link: Link) {
    guard let index = link.index, self.link(index) === link else { return }
    flush(index)
  }

  /// The client's direction has ended, or the whole connection.
  func clientLeft(_ link: Link, isReset: Bool) {
    guard let index = link.index, self.link(index) === link else { return }
    if isReset { forget(index) } else { engine.inputEnded(index) }
  }

  // MARK: The disk

  /// The append that is under way is done, or fails, or the machine dies of it.
  func write() {
    guard fate == .running, let batch = batch.take() else { return }
    let result = log.append(batch)
    if files.hasCrashed {
      fate = .crashed
    } else {
      isCompletionUnwritten = false
      self.result = result
    }
  }

  /// What the thread beside the loop does: keeps reserves in stock.
  func refill() {
    guard fate == .running, wantsRefill else { return }
    wantsRefill = false
    reserves.refill()
    if files.hasCrashed { fate = .crashed }
    engine.isLowOnSpace = reserves.isLowOnSpace
  }

  // MARK: Snapshots

  /// What a run of the follower came to.
  enum Following {
    case written(removedCount: Int)
    case nothingNew
    case failed(FileError)
    case stopped(SnapshotStop)
    case crashed
  }

  /// What the thread does that follows the journal: writes the next snapshot, and removes those before the last two. When journal is
  /// dropped, they are read back first.
  func follow(readsBack: Bool) -> Following {
    wantsSnapshot = false
    do throws(FileError) {
      switch try Snapshots.makeNext(in: files, { _, _ in }) {
      case .failure(let stop): return .stopped(stop)
      case .success(nil): return .nothingNew
      case .success:
        let count = try SnapshotFiles.batches(in: files).count
        let before =
          readsBack
          ? try SnapshotFiles.retainWhole(Self.snapshotCount, in: files) { _, _ in }
          : try SnapshotFiles.retain(Self.snapshotCount, in: files)
        if readsBack { coveredBatch = before }
        return .written(removedCount: count - (try SnapshotFiles.batches(in: files).count))
      }
    } catch {
      guard files.hasCrashed else { return .failed(error) }
      fate = .crashed
      return .crashed
    }
  }

  /// Forgets the journal that two snapshots cover, between two appends.
  func dropCovered() {
    guard fate == .running, batch == nil, let covered = coveredBatch.take() else { return }
    try? log.drop(before: covered)
    if files.hasCrashed { fate = .crashed }
  }
}
