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
  /// Its time.
  let clock: BrokerClock

  /// Opens the journal and replays it; begins one where there is none.
  static func begin(_ options: BrokerOptions, hashSeed: Bytes16, _ logger: Logger) throws(BrokerError) -> BrokerLife {
    let now = BrokerClock().now
    let genesis = options.capacity.genesis(
      now: now, hashSeed: hashSeed, feePerMillion: options.feePerMillion,
      unit: options.unit ?? Name32("msat") ?? Name32())
    guard let place = options.journal else {
      guard let machine = StateMachine(genesis: genesis) else { throw .capacity }
      return BrokerLife(
        machine: machine, isNew: true, log: nil, files: nil, snapshotSequence: 0, commandsPerSecond: nil,
        clock: BrokerClock())
    }
    let files = try open(place)
    var replayBegan = ContinuousClock.now
    var resumption = try resume(files, recoveryOptions(place, now: now), genesis) {
      switch $0 {
      case .replayBegins: replayBegan = ContinuousClock.now
      case .uselessSnapshot(let batch, let error):
        logger.error("a snapshot is of no use", metadata: ["batch": "\(batch)", "error": "\(error)"])
      }
    }
    let seconds = (ContinuousClock.now - replayBegan) / .seconds(1)
    let report = resumption.report
    if !report.isNew { tell(report, resumption.snapshotSequence, seconds, logger) }
    let clock = BrokerClock { resumption.instant(wallClock: $0) }
    guard let machine = resumption.takeMachine() else { throw .capacity }
    guard machine.genesis.hashSeed == hashSeed else { throw .otherKey }
    if let unit = options.unit, unit != machine.genesis.unit { throw .otherUnit(machine.genesis.unit.string) }
    let isTelling = report.commandCount >= BrokerLimits.tellingCommandCount
    return BrokerLife(
      machine: machine, isNew: resumption.isNew, log: resumption.log, files: files,
      snapshotSequence: resumption.snapshotSequence,
      commandsPerSecond: isTelling ? Double(report.commandCount) / seconds : nil, clock: clock)
  }

  private static func open(_ place: JournalPlace) throws(BrokerError) -> PosixFiles {
    do { return try PosixFiles(path: place.path, isExclusive: true) } catch { throw .journal(.file(error)) }
  }

  private static func recoveryOptions(_ place: JournalPlace, now: UInt64) -> RecoveryOptions {
    var options = RecoveryOptions(now: now)
    options.durability = place.durability
    options.segmentByteCount = place.segmentByteCount
    options.acceptsClock = place.acceptsClock
    options.newIdentity = Bytes16.random().map { UInt128($0.high) << 64 | UInt128($0.low) }
    return options
  }

  private static func resume(
    _ files: PosixFiles, _ options: RecoveryOptions, _ genesis: GenesisCommand, _ tell: (ResumptionEvent) -> Void
  ) throws(BrokerError) -> Resumption<PosixFiles> {
    do throws(ResumptionError) {
      return try Resumption(files, options, genesis: genesis, tell)
    } catch {
      switch error {
      case .journal(let error): throw .journal(error)
      case .replay(let fault): throw .replay(fault)
      case .capacity: throw .capacity
      }
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
  mutating func takeMachine() -> StateMachine? { machine.take() }
}
