internal import EventLoop
internal import Glibc
internal import Journal
internal import Logging
internal import Replay
internal import Synchronization

/// Writes snapshots beside the loop, so that a start need not replay more than a few seconds of the journal.
///
/// A run is a thread of the lowest priority that follows the journal's full segments from the newest snapshot on, and writes the
/// next one. It shares nothing with the loop but the directory. One run at a time; it begins when what a start would have to
/// replay, at the speed that was measured last, takes longer than `tailMilliseconds`.
final class SnapshotFollower {
  /// What a run came to.
  private enum Ending: Sendable {
    case written(SnapshotReport, seconds: Double, dropBefore: UInt64?)
    case nothingNew
    case stopped(SnapshotStop)
    case failed(FileError)
  }

  private final class Flag: Sendable {
    let isRaised = Atomic<Bool>(false)
  }

  private let files: PosixFiles
  private let logger: Logger
  private let tailMilliseconds: Double
  private let ended = Wakeup<Ending>(capacity: 1)
  private let cancellation = Flag()
  private var thread: LoopThread?
  /// Sequence of the newest snapshot.
  private var snapshotSequence: UInt64
  /// Commands that are replayed in a second.
  private var commandsPerSecond: Double
  /// Nothing is tried any more: the journal gives another state than the broker has, or cannot be followed.
  private var isGivenUp = false

  /// Called on the loop after a snapshot: the journal before this batch is in two of them.
  var onCovered: (UInt64) -> Void = { _ in }

  init(
    _ files: PosixFiles, after sequence: UInt64, commandsPerSecond: Double?, tailMilliseconds: Double,
    logger: Logger, on loop: Loop
  ) throws(LoopError) {
    self.files = files
    self.logger = logger
    self.tailMilliseconds = tailMilliseconds
    snapshotSequence = sequence
    self.commandsPerSecond = commandsPerSecond ?? BrokerLimits.replayCommandsPerSecond
    try ended.attach(to: loop) { [weak self] in self?.end($0) }
  }

  /// A segment is full, and its last command is before `sequence`.
  func segmentEnded(before sequence: UInt64) {
    guard thread == nil, !isGivenUp, sequence > snapshotSequence else { return }
    let milliseconds = Double(sequence - snapshotSequence) / commandsPerSecond * 1_000
    guard milliseconds > tailMilliseconds else { return }
    do throws(LoopError) {
      thread = try Self.start(files, cancellation, ended)
    } catch {
      logger.error("no thread for a snapshot", metadata: ["error": "\(error.message)"])
    }
  }

  /// Ends a run that is under way. Call once, before the loop closes.
  func close() {
    cancellation.isRaised.store(true, ordering: .relaxed)
    if let thread = thread.take() { thread.join() }
    ended.close()
  }

  private static func start(
    _ files: PosixFiles, _ cancellation: Flag, _ ended: Wakeup<Ending>
  ) throws(LoopError) -> LoopThread {
    try LoopThread { _ = ended.send(run(files, cancellation)) }
  }

  private static func run(_ files: PosixFiles, _ cancellation: Flag) -> Ending {
    // Of the calling thread alone.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    let began = ContinuousClock.now
    do throws(FileError) {
      let result = try Snapshots.makeNext(
        in: files, isCancelled: { cancellation.isRaised.load(ordering: .relaxed) }, { _, _ in })
      switch result {
      case .failure(let stop): return .stopped(stop)
      case .success(nil): return .nothingNew
      case .success(let report?):
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let before = try Snapshots.retain(BrokerLimits.snapshotCount, in: files)
        return .written(report, seconds: seconds, dropBefore: before)
      }
    } catch {
      return .failed(error)
    }
  }

  private func end(_ ending: Ending) {
    if let thread = thread.take() { thread.join() }
    switch ending {
    case .written(let report, let seconds, let dropBefore):
      snapshotSequence = report.header.position.sequence
      if seconds > 0 { commandsPerSecond = max(1, Double(report.commandCount) / seconds) }
      logger.info(
        "snapshot written",
        metadata: [
          "batch": "\(report.header.position.batch)", "commands": "\(report.commandCount)",
          "bytes": "\(report.header.bodyByteCount)", "milliseconds": "\(Int(seconds * 1_000))",
        ])
      if let dropBefore { onCovered(dropBefore) }
    case .nothingNew: break
    case .stopped(let stop):
      isGivenUp = true
      logger.critical(
        "no snapshot: the journal does not give the broker's state; the one before is kept",
        metadata: ["reason": "\(stop.explanation)"])
    case .failed(let error):
      logger.error("no snapshot", metadata: ["error": "\(BrokerError.journal(.file(error)))"])
    }
  }
}
