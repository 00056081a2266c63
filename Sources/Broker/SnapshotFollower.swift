internal import EventLoop
internal import Glibc
internal import Journal
internal import Logging
internal import Replay
internal import Sessions
internal import Synchronization

/// Writes snapshots beside the loop, so that a start need not replay more than a few seconds of the journal.
///
/// A run is a thread of the lowest priority that follows the journal's full segments from the newest snapshot on, and writes the
/// next one. It shares nothing with the loop but the directory. One run at a time; it begins when what a start would have to
/// replay, at the speed that was measured last, takes longer than `tailMilliseconds`.
///
/// The *lag* is that time, of the full segments that no snapshot has. A busy broker could outrun a thread of the lowest priority for
/// ever: while a run is under way and the lag is beyond `lagMilliseconds`, the broker takes requests in for a part of the time only.
/// Where no run can help (the journal gives another state, the disk is full) nothing is slowed: the log tells of it.
final class SnapshotFollower {
  /// What a run came to.
  private enum Ending: Sendable {
    case written(SnapshotReport, seconds: Double, dropBefore: UInt64?)
    case nothingNew
    case stopped(SnapshotStop)
    case failed(FileError)
  }

  /// A run's result, and snapshots that it found to be of no use.
  private struct Outcome: Sendable {
    var ending = Ending.nothingNew
    var damaged: [(batch: UInt64, error: SnapshotReadError)] = []
  }

  private final class Flag: Sendable {
    let isRaised = Atomic<Bool>(false)
  }

  private let files: PosixFiles
  private let place: JournalPlace
  private let logger: Logger
  private let ended = Wakeup<Outcome>(capacity: 1)
  private let cancellation = Flag()
  private var thread: LoopThread?
  /// Sequence of the newest snapshot.
  private var snapshotSequence: UInt64
  /// Sequence up to which segments are full.
  private var fullSequence: UInt64 = 0
  /// Commands that are replayed in a second.
  private var commandsPerSecond: Double
  /// Nothing is tried any more: the journal gives another state than the broker has, or cannot be followed.
  private var isGivenUp = false
  private var admission = Admission.open

  /// Called on the loop after a snapshot, where segments are dropped: the journal before this batch is in two of them.
  var onCovered: (UInt64) -> Void = { _ in }
  /// Called on the loop when requests are to be taken in faster or more slowly.
  var onAdmission: (Admission) -> Void = { _ in }

  init(
    _ files: PosixFiles, at place: JournalPlace, after sequence: UInt64, commandsPerSecond: Double?,
    logger: Logger, on loop: Loop
  ) throws(LoopError) {
    self.files = files
    self.place = place
    self.logger = logger
    snapshotSequence = sequence
    self.commandsPerSecond = commandsPerSecond ?? BrokerLimits.replayCommandsPerSecond
    try ended.attach(to: loop) { [weak self] in self?.end($0) }
  }

  /// What a start would have to replay of full segments, in milliseconds.
  private var lagMilliseconds: Double {
    fullSequence > snapshotSequence ? Double(fullSequence - snapshotSequence) / commandsPerSecond * 1_000 : 0
  }

  /// A segment is full, and its last command is before `sequence`.
  func segmentEnded(before sequence: UInt64) {
    fullSequence = sequence
    beginIfDue()
    admit()
  }

  private func beginIfDue() {
    guard thread == nil, !isGivenUp, lagMilliseconds > place.tailMilliseconds else { return }
    do throws(LoopError) {
      thread = try Self.start(files, cancellation, ended, readsBack: place.dropsCovered)
    } catch {
      logger.error("no thread for a snapshot", metadata: ["error": "\(error.message)"])
    }
  }

  /// Slows requests down, or lets them go again.
  private func admit() {
    let lag = lagMilliseconds
    let next = thread == nil ? .open : Admission(lag: lag, limit: place.lagMilliseconds)
    guard next != admission else { return }
    let metadata: Logger.Metadata = [
      "lag_milliseconds": "\(UInt64(min(lag, 1e15)))", "limit": "\(UInt64(place.lagMilliseconds))",
    ]
    if admission == .open {
      logger.warning("snapshots lag behind: requests are slowed", metadata: metadata)
    } else if next == .open {
      logger.notice("requests are not slowed any more", metadata: metadata)
    }
    admission = next
    onAdmission(next)
  }

  /// Ends a run that is under way. Call once, before the loop closes.
  func close() {
    cancellation.isRaised.store(true, ordering: .relaxed)
    if let thread = thread.take() { thread.join() }
    ended.close()
  }

  // MARK: A run

  private static func start(
    _ files: PosixFiles, _ cancellation: Flag, _ ended: Wakeup<Outcome>, readsBack: Bool
  ) throws(LoopError) -> LoopThread {
    try LoopThread { _ = ended.send(run(files, cancellation, readsBack)) }
  }

  private static func run(_ files: PosixFiles, _ cancellation: Flag, _ readsBack: Bool) -> Outcome {
    // Of the calling thread alone.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    let began = ContinuousClock.now
    var outcome = Outcome()
    do throws(FileError) {
      let result = try Snapshots.makeNext(
        in: files, isCancelled: { cancellation.isRaised.load(ordering: .relaxed) }, clock: processorSeconds
      ) { outcome.damaged.append((batch: $0, error: $1)) }
      switch result {
      case .failure(let stop): outcome.ending = .stopped(stop)
      case .success(nil): break
      case .success(let report?):
        let before =
          readsBack
          ? try SnapshotFiles.retainWhole(BrokerLimits.snapshotCount, in: files) {
            outcome.damaged.append((batch: $0, error: $1))
          } : try SnapshotFiles.retain(BrokerLimits.snapshotCount, in: files)
        outcome.ending = .written(
          report, seconds: (ContinuousClock.now - began) / .seconds(1), dropBefore: readsBack ? before : nil)
      }
    } catch {
      outcome.ending = .failed(error)
    }
    return outcome
  }

  /// The thread's own: how long it waits for a processor, a start does not.
  private static func processorSeconds() -> Double {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func end(_ outcome: Outcome) {
    if let thread = thread.take() { thread.join() }
    for (batch, error) in outcome.damaged {
      logger.error("a snapshot is of no use", metadata: ["batch": "\(batch)", "error": "\(error)"])
    }
    switch outcome.ending {
    case .written(let report, let seconds, let dropBefore): written(report, seconds, dropBefore)
    case .nothingNew: break
    case .stopped(let stop):
      isGivenUp = true
      logger.critical(
        "no snapshot: the journal does not give the broker's state; the one before is kept",
        metadata: ["reason": "\(stop.explanation)"])
    case .failed(let error):
      logger.error("no snapshot", metadata: ["error": "\(BrokerError.journal(.file(error)))"])
    }
    admit()
  }

  private func written(_ report: SnapshotReport, _ seconds: Double, _ dropBefore: UInt64?) {
    snapshotSequence = report.header.position.sequence
    if report.commandCount >= BrokerLimits.tellingCommandCount, report.replaySeconds > 0 {
      commandsPerSecond = max(1, Double(report.commandCount) / report.replaySeconds)
    }
    logger.info(
      "snapshot written",
      metadata: [
        "batch": "\(report.header.position.batch)", "commands": "\(report.commandCount)",
        "bytes": "\(report.header.bodyByteCount)", "milliseconds": "\(Int(seconds * 1_000))",
        "commands_per_second": "\(Int(commandsPerSecond))",
      ])
    if let dropBefore { onCovered(dropBefore) }
    // More segments came to be full meanwhile. Not after a failure: that is tried again when the next one is.
    beginIfDue()
  }
}
