public import BrokerCore
public import Journal
public import WireProtocol

/// Why a broker can't go on.
public enum ResumptionError: Error, Equatable, Sendable {
  /// The journal can't be opened.
  case journal(RecoveryError)
  /// Its records give no state.
  case replay(ReplayFault)
  /// The genesis is absurd, or there is not so much memory.
  case capacity
}

/// What is told on the way.
public enum ResumptionEvent {
  /// A snapshot is of no use: the one before it is tried.
  case uselessSnapshot(batch: UInt64, SnapshotReadError)
  /// Replay begins after this many commands, which the snapshot holds; 0: there was none.
  case replayBegins(after: UInt64)
}

/// What a broker goes on with: the state of its newest good snapshot and every record after it, or a new one where there is
/// nothing, and the log that it appends to.
public struct Resumption<Files: JournalFiles>: ~Copyable {
  private var machine: StateMachine?
  private let instantMin: UInt64
  /// Whether it begins: nothing of it is in the journal yet.
  public let isNew: Bool
  /// Where it goes on.
  public let log: LocalLog<Files>
  /// Commands that the snapshot held; 0: there was none.
  public let snapshotSequence: UInt64
  /// What was found.
  public let report: RecoveryReport

  /// Opens the journal in a directory and replays it; begins one where there is none.
  ///
  /// - Parameters:
  ///   - options: Where to start and which identity is expected are the snapshot's, and are set here.
  ///   - genesis: Of the state that begins where there is none.
  public init(
    _ files: Files, _ options: RecoveryOptions, genesis: GenesisCommand, _ tell: (ResumptionEvent) -> Void
  ) throws(ResumptionError) {
    var replay = try Self.newestSnapshot(in: files, tell)
    let snapshotSequence = replay.position.sequence
    tell(.replayBegins(after: snapshotSequence))
    let (log, report) = try Self.recover(files, options, &replay)
    let replayed = replay.finish()
    let isNew = replayed == nil
    guard let machine = replayed ?? StateMachine(genesis: genesis) else { throw .capacity }
    instantMin = max(machine.now, report.lastTime)
    self.machine = consume machine
    self.isNew = isNew
    self.log = log
    self.snapshotSequence = snapshotSequence
    self.report = report
  }

  private static func newestSnapshot(
    in files: Files, _ tell: (ResumptionEvent) -> Void
  ) throws(ResumptionError) -> Replay {
    do throws(FileError) {
      return try Snapshots.newest(in: files) { tell(.uselessSnapshot(batch: $0, $1)) } ?? Replay()
    } catch {
      throw .journal(.file(error))
    }
  }

  private static func recover(
    _ files: Files, _ options: RecoveryOptions, _ replay: inout Replay
  ) throws(ResumptionError) -> (LocalLog<Files>, RecoveryReport) {
    var options = options
    options.start = replay.position
    options.identity = replay.identity
    options.startTime = replay.time
    do throws(RecoveryError) {
      let (log, report) = try Recovery.open(files, options) { record, commands in replay.apply(record, commands) }
      return (log, report)
    } catch {
      if let fault = replay.fault { throw .replay(fault) }
      throw .journal(error)
    }
  }

  /// The instant at which its clock begins: the wall clock's, and never before what was.
  public func instant(wallClock: UInt64) -> UInt64 { max(wallClock, instantMin) }

  /// The state, once.
  public mutating func takeMachine() -> StateMachine? { machine.take() }
}
