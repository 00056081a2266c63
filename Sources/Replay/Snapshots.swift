public import BrokerCore
public import Journal

extension SnapshotFileWriter: SnapshotSink {}
extension SnapshotFileReader: SnapshotSource {}

/// What stands in the way of a snapshot, beside a file that cannot be read or written.
public enum SnapshotStop: Error, Equatable, Sendable {
  /// The journal cannot be followed: damaged, or a part is missing.
  case journal(JournalFinding)
  /// Its records give no state, or another one than the broker's.
  case replay(ReplayFault)

  /// In words.
  public var explanation: String {
    switch self {
    case .journal(let finding): "\(finding.file), byte \(finding.offset): \(finding.recoveryCase)"
    case .replay(let fault): fault.explanation
    }
  }
}

/// A snapshot that was written.
public struct SnapshotReport: Equatable, Sendable {
  /// Its header.
  public let header: SnapshotHeader
  /// Commands that were replayed for it.
  public let commandCount: UInt64
  /// How long that took, without reading the snapshot before it and writing this one.
  public let replaySeconds: Double
}

/// The snapshots of a journal's directory: the state after certain batches, so that a start need not begin at the beginning.
public enum Snapshots {
  /// The newest that is good, as a replay that goes on from there; nil when there is none. `tell` hears of those that are not.
  public static func newest<Files: JournalFiles>(
    in files: Files, _ tell: (UInt64, SnapshotReadError) -> Void
  ) throws(FileError) -> Replay? {
    for batch in try SnapshotFiles.batches(in: files) {
      do throws(SnapshotReadError) { return try read(files, batch) } catch { tell(batch, error) }
    }
    return nil
  }

  private static func read<Files: JournalFiles>(_ files: Files, _ batch: UInt64) throws(SnapshotReadError) -> Replay {
    var reader = try SnapshotFileReader(files, batch: batch)
    let header = reader.header
    guard header.coreVersion == UInt16(CoreLimits.coreVersion) else { throw .fault(.newer) }
    guard let machine = StateMachine.read(snapshot: &reader), machine.sequence == header.position.sequence else {
      throw .fault(.damaged)
    }
    try reader.finish()
    return Replay(machine, after: header)
  }

  /// Brings the newest snapshot up to the end of the journal's last full segment, and writes the next one. May run beside the
  /// broker, on another thread or in another process: nothing that it reads is written any more.
  ///
  /// Nothing is written when there is nothing new, nor when the journal cannot be followed or gives another state than the
  /// broker had: what there was stays.
  ///
  /// - Parameters:
  ///   - isCancelled: Asked before each record; true: nothing is written.
  ///   - clock: Seconds, by which the replay is measured.
  /// - Returns: What was written; nil: there was nothing new.
  public static func makeNext<Files: JournalFiles>(
    in files: Files, isCancelled: () -> Bool = { false }, clock: () -> Double = { 0 },
    _ tell: (UInt64, SnapshotReadError) -> Void
  ) throws(FileError) -> Result<SnapshotReport?, SnapshotStop> {
    let reader = try JournalReader(files)
    var replay = try newest(in: files, tell) ?? Replay()
    let (start, began) = (replay.position, clock())
    let trouble = try reader.sealedRecords(after: start.batch) { !isCancelled() && replay.apply($0, $1) }
    let replaySeconds = clock() - began
    if let fault = replay.fault { return .failure(.replay(fault)) }
    if isCancelled() { return .success(nil) }
    if let trouble { return .failure(.journal(trouble)) }
    guard let identity = reader.identity, replay.position.batch > start.batch else { return .success(nil) }
    let header = replay.header(identity: identity, shard: reader.shard)
    guard let machine = replay.finish() else { return .success(nil) }
    var writer = try SnapshotFileWriter(files, header)
    machine.writeSnapshot(to: &writer)
    let written = try writer.finish()
    return .success(
      SnapshotReport(
        header: written, commandCount: header.position.sequence - start.sequence, replaySeconds: replaySeconds))
  }
}
