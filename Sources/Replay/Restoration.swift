internal import BrokerCore
public import Journal
public import WireProtocol

/// Why a backup could not be restored.
public enum RestorationError: Error, Equatable, Sendable {
  /// The backup could not be copied.
  case backup(BackupError)
  /// The copy is not one that a start would take.
  case recovery(RecoveryError)
  /// Its records give no state.
  case replay(ReplayFault)
  /// The state can begin no other life.
  case refused(Status, detail: UInt64)
  /// The first record of the new life, or the end of the work, could not be written.
  case file(FileError)
  /// The clock stands before the last record: its time would be the number of the new life.
  case clockBehind(lastTime: UInt64)
}

/// What a restore made.
public struct RestorationReport: Sendable {
  /// What was taken from the backup, and from the later journal.
  public let kept: BackupReport
  /// Number of the new life, which is also that of its key epoch.
  public let incarnation: UInt64
  /// Whether something may be lost.
  public let isLossy: Bool
  /// What notes in quarantine are worth: the most that can be taken twice once the operator accepts the loss.
  public let quarantinedAmount: UInt64
  /// Balances that the lost life may have paid out already: it does not know of new notes, but their owners had them.
  public let figures: [Figure]
  /// Unit of all amounts.
  public let unit: Name32
}

/// Makes a new life of a broker out of a backup of its journal.
///
/// Nothing is a journal before it is whole: the directory keeps the mark of a backup until the command RESTORE is durable, and with it
/// no start takes it. A restore that was cut short is begun anew in another directory.
public enum Restoration {
  /// Copies, replays all of it, compares every digest, and begins the new life.
  ///
  /// - Parameters:
  ///   - backup: What `Backup.copy` made, or any journal at rest.
  ///   - later: The same journal as it was when the last life ended, which nobody works with. With it nothing is lost, and it is
  ///     marked: no start takes it any more.
  ///   - target: An empty directory.
  ///   - now: The clock, in milliseconds.
  public static func run<Source: JournalFiles, Target: JournalFiles>(
    _ backup: Source, later: Source? = nil, to target: Target, now: UInt64
  ) throws(RestorationError) -> RestorationReport {
    let kept: BackupReport
    do { kept = try Backup.copy(backup, later: later, to: target) } catch { throw .backup(error) }
    guard kept.time <= now.addingReportingOverflow(JournalLimits.clockBehindMillisecondsMax).partialValue else {
      throw .clockBehind(lastTime: kept.time)
    }
    var replay = try start(target)
    var options = RecoveryOptions(now: now)
    options.isRestore = true
    options.acceptsClock = true
    options.start = replay.position
    options.identity = replay.identity
    let log: LocalLog<Target>
    do throws(RecoveryError) {
      (log, _) = try Recovery.open(target, options) { replay.apply($0, $1) }
    } catch {
      if let fault = replay.fault { throw .replay(fault) }
      throw .recovery(error)
    }
    guard var machine = replay.finish() else { throw .replay(.noGenesis(batch: 1)) }
    try begin(&machine, log, now: now, after: kept.time, isLossy: later == nil)
    // In this order: at no time may a broker start from both.
    do throws(FileError) {
      if let later { try Backup.markMoved(later) }
      try Backup.removeMark(from: target)
    } catch { throw .file(error) }
    return RestorationReport(
      kept: kept, incarnation: machine.incarnation, isLossy: later == nil,
      quarantinedAmount: machine.quarantinedAmount, figures: figures(of: machine), unit: machine.genesis.unit)
  }

  /// From the beginning, where the journal has it: a snapshot is only as good as the broker that wrote it.
  private static func start(_ files: some JournalFiles) throws(RestorationError) -> Replay {
    do throws(FileError) {
      let reader = try JournalReader(files)
      if reader.segments.first?.header?.firstBatch == 1 { return Replay() }
      return try Snapshots.newest(in: files) { _, _ in } ?? Replay()
    } catch {
      throw .file(error)
    }
  }

  /// Applies RESTORE, then what was due until now, and makes it durable and attested.
  private static func begin(
    _ machine: inout StateMachine, _ log: LocalLog<some JournalFiles>, now: UInt64, after lastTime: UInt64,
    isLossy: Bool
  ) throws(RestorationError) {
    let time = max(now, lastTime)
    var commit = GroupCommit(after: machine.sequence, stateDigest: machine.checkpointDigest, byteCountMax: 1 << 16)
    // RESTORE comes before what was due meanwhile, so that nothing is forfeit for what is lost with the life that was. The validity
    // of its notes counts from now on all the same.
    let least = CoreLimits.epochValidityMillisecondsMin
    let distance = min(time - min(time, machine.now), UInt64(WireLimits.durationMillisMax) - least)
    let command = RestoreCommand(
      incarnation: max(machine.incarnation + 1, UInt64(machine.keyEpoch) + 1, now / 1_000),
      validity: least + distance, now: time, flags: isLossy ? .lossy : [],
      algorithm: machine.tagAlgorithm(machine.keyEpoch) ?? .hmacSha256_128)
    try apply(command, to: &machine, &commit, log, time: time)
    while machine.now < min(time, CoreLimits.instantMax) {
      try apply(AdvanceCommand(now: time), to: &machine, &commit, log, time: time)
    }
    try append(commit.nextBatch(context(of: machine, time)), to: log, &commit)
    try append(commit.nextSeal(context(of: machine, time)), to: log, &commit)
  }

  /// Applies a command and adds it to the batch; where that is full, it becomes durable first.
  private static func apply(
    _ command: some WireCommand, to machine: inout StateMachine, _ commit: inout GroupCommit,
    _ log: LocalLog<some JournalFiles>, time: UInt64
  ) throws(RestorationError) {
    if commit.isFull { try append(commit.nextBatch(context(of: machine, time)), to: log, &commit) }
    let room = unsafe commit.room()
    var bytes = unsafe room.mutableBytes
    var builder = CommandBuilder(command, in: &bytes)
    guard let byteCount = builder.finish(in: &bytes) else { throw .refused(.malformed, detail: 0) }
    let (status, detail) = unsafe withUnsafeTemporaryAllocation(
      byteCount: CoreLimits.replyByteCountMax, alignment: 8
    ) {
      var reply = unsafe $0.mutableBytes
      let outcome = machine.apply(bytes.bytes.extracting(first: byteCount), reply: &reply)
      return (outcome.status, outcome.detail)
    }
    guard status == .ok else { throw .refused(status, detail: detail) }
    commit.commit(byteCount: byteCount)
  }

  private static func context(of machine: borrowing StateMachine, _ time: UInt64) -> RecordContext {
    RecordContext(coreVersion: UInt16(CoreLimits.coreVersion), time: time, stateDigest: machine.checkpointDigest)
  }

  private static func append(
    _ batch: JournalBatch?, to log: LocalLog<some JournalFiles>, _ commit: inout GroupCommit
  ) throws(RestorationError) {
    guard let batch else { return }
    guard log.append(batch) == .durable else { throw .file(log.error ?? FileError(.write, path: "", number: 0)) }
    commit.appended()
  }

  private static func figures(of machine: borrowing StateMachine) -> [Figure] {
    var memory = [UInt8](repeating: 0, count: WireLimits.outputCountMax * Figure.byteCount)
    var span = memory.mutableSpan
    var bytes = unsafe span.mutableBytes
    let count = Int(machine.auditFigures(into: &bytes, at: 0).count)
    var figures: [Figure] = []
    for index in 0..<count {
      if let figure = Figure(bytes.bytes, at: index * Figure.byteCount) { figures.append(figure) }
    }
    return figures
  }
}
