internal import BrokerCore
internal import Journal
internal import Logging
internal import Replay
internal import TurnpikeCrypto
internal import WireProtocol

/// What a broker goes on with: the state that its journal gives, or a new one, and the log that it appends to.
struct BrokerLife: ~Copyable {
  private var machine: StateMachine?
  /// Whether it begins: nothing of it is in the journal yet.
  let isNew: Bool
  /// Nil when nothing is kept.
  let log: LocalLog<PosixFiles>?
  /// The journal's directory.
  let files: PosixFiles?
  /// Sequence of the snapshot that it began with; 0: none.
  let snapshotSequence: UInt64
  /// Commands that were replayed in a second; nil: too few to tell.
  let commandsPerSecond: Double?
  /// What was found.
  let report: RecoveryReport

  /// Opens the journal and replays it; begins one where there is none.
  static func begin(_ options: BrokerOptions, hashSeed: Bytes16, _ logger: Logger) throws(BrokerError) -> BrokerLife {
    let now = BrokerClock().now
    let genesis = options.capacity.genesis(now: now, hashSeed: hashSeed, feePerMillion: options.feePerMillion)
    guard let place = options.journal else {
      return BrokerLife(
        machine: StateMachine(genesis: genesis), isNew: true, log: nil, files: nil, snapshotSequence: 0,
        commandsPerSecond: nil, report: RecoveryReport())
    }
    let files = try open(place, logger)
    var replay = try newestSnapshot(in: files, logger)
    let snapshotSequence = replay.position.sequence
    let began = ContinuousClock.now
    let (log, report) = try recover(place, files, now: now, &replay)
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    var machine = replay.finish()
    let isNew = machine == nil
    if isNew {
      machine = StateMachine(genesis: genesis)
    } else if machine?.genesis.hashSeed != hashSeed {
      throw .otherKey
    }
    if !report.isNew { tell(report, snapshotSequence, seconds, logger) }
    let isTelling = report.commandCount > 100_000
    return BrokerLife(
      machine: machine, isNew: isNew, log: log, files: files, snapshotSequence: snapshotSequence,
      commandsPerSecond: isTelling ? Double(report.commandCount) / seconds : nil, report: report)
  }

  private static func open(_ place: JournalPlace, _ logger: Logger) throws(BrokerError) -> PosixFiles {
    do { return try PosixFiles(path: place.path, isExclusive: true) } catch { throw .journal(.file(error)) }
  }

  private static func newestSnapshot(in files: PosixFiles, _ logger: Logger) throws(BrokerError) -> Replay {
    do throws(FileError) {
      let newest = try Snapshots.newest(in: files) { batch, error in
        logger.error("a snapshot is of no use", metadata: ["batch": "\(batch)", "error": "\(error)"])
      }
      return newest ?? Replay()
    } catch {
      throw .journal(.file(error))
    }
  }

  private static func recover(
    _ place: JournalPlace, _ files: PosixFiles, now: UInt64, _ replay: inout Replay
  ) throws(BrokerError) -> (LocalLog<PosixFiles>, RecoveryReport) {
    var options = RecoveryOptions(now: now)
    options.durability = place.durability
    options.segmentByteCount = place.segmentByteCount
    options.acceptsClock = place.acceptsClock
    options.start = replay.position
    options.identity = replay.identity
    options.newIdentity = Bytes16.random().map { UInt128($0.high) << 64 | UInt128($0.low) }
    do throws(RecoveryError) {
      let (log, report) = try Recovery.open(files, options) { record, commands in replay.apply(record, commands) }
      return (log, report)
    } catch {
      if let fault = replay.fault { throw .replay(fault) }
      throw .journal(error)
    }
  }

  private static func tell(
    _ report: RecoveryReport, _ snapshotSequence: UInt64, _ seconds: Double, _ logger: Logger
  ) {
    logger.info(
      "journal recovered",
      metadata: [
        "segments": "\(report.segmentCount)", "batches": "\(report.recordCount)", "commands": "\(report.commandCount)",
        "snapshot": "\(snapshotSequence)", "milliseconds": "\(Int(seconds * 1_000))",
      ])
    guard report.cutBatchCount > 0 || report.cutByteCount > 0 else { return }
    logger.warning(
      "the journal ended in a batch that was never acknowledged: it was cut",
      metadata: ["batches": "\(report.cutBatchCount)", "bytes": "\(report.cutByteCount)"])
  }

  /// The state, once.
  mutating func takeMachine() throws(BrokerError) -> StateMachine {
    guard let machine = machine.take() else { throw .capacity }
    return machine
  }
}
