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
  /// What makes the log's next segments.
  let reserves: ReserveMaker<PosixFiles>?
  /// What was found.
  let report: RecoveryReport

  /// Opens the journal and replays it; begins one where there is none.
  static func begin(_ options: BrokerOptions, hashSeed: Bytes16, _ logger: Logger) throws(BrokerError) -> BrokerLife {
    let now = BrokerClock().now
    let genesis = options.capacity.genesis(now: now, hashSeed: hashSeed, feePerMillion: options.feePerMillion)
    guard let place = options.journal else {
      return BrokerLife(
        machine: StateMachine(genesis: genesis), isNew: true, log: nil, reserves: nil, report: RecoveryReport())
    }
    var replay = Replay()
    let (files, log, report) = try recover(place, now: now, &replay)
    if let fault = replay.fault { throw .replay(fault) }
    var machine = replay.finish()
    let isNew = machine == nil
    if isNew {
      machine = StateMachine(genesis: genesis)
    } else if machine?.genesis.hashSeed != hashSeed {
      throw .otherKey
    }
    if !report.isNew { tell(report, logger) }
    let reserves = ReserveMaker(files, segmentByteCount: place.segmentByteCount)
    return BrokerLife(machine: machine, isNew: isNew, log: log, reserves: reserves, report: report)
  }

  private static func recover(
    _ place: JournalPlace, now: UInt64, _ replay: inout Replay
  ) throws(BrokerError) -> (PosixFiles, LocalLog<PosixFiles>, RecoveryReport) {
    let files: PosixFiles
    do { files = try PosixFiles(path: place.path, isExclusive: true) } catch { throw .journal(.file(error)) }
    var options = RecoveryOptions(now: now)
    options.durability = place.durability
    options.segmentByteCount = place.segmentByteCount
    options.acceptsClock = place.acceptsClock
    options.newIdentity = Bytes16.random().map { UInt128($0.high) << 64 | UInt128($0.low) }
    do throws(RecoveryError) {
      let (log, report) = try Recovery.open(files, options) { record, commands in replay.apply(record, commands) }
      return (files, log, report)
    } catch {
      if let fault = replay.fault { throw .replay(fault) }
      throw .journal(error)
    }
  }

  private static func tell(_ report: RecoveryReport, _ logger: Logger) {
    logger.info(
      "journal recovered",
      metadata: [
        "segments": "\(report.segmentCount)", "batches": "\(report.recordCount)", "commands": "\(report.commandCount)",
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
