public import Journal
internal import Replay

/// Whether a journal is good: all that can be checked by reading it, and, if wanted, that replaying it gives the states that the
/// broker had at the end of each segment.
public struct JournalVerification: Sendable {
  /// What was found in it.
  public let summary: JournalSummary
  /// What the replay did not like.
  public private(set) var replayFault: String?
  /// States that were compared.
  public private(set) var digestCount = 0
  /// Whether anything was replayed.
  public let isReplayed: Bool

  /// Reads the journal. A replay takes as much memory as the broker that wrote it. It begins with the first command, or, where
  /// the journal no longer has that, with the newest snapshot.
  public init(_ files: some JournalFiles, isReplayed: Bool) throws(FileError) {
    self.isReplayed = isReplayed
    let reader = try JournalReader(files)
    let isWhole = (reader.segments.first?.header?.firstBatch ?? 1) == 1
    var replay = Replay()
    if isReplayed, !isWhole, let newest = try Snapshots.newest(in: files, { _, _ in }) { replay = newest }
    var digestCount = 0
    summary = try JournalSummary(reader) { record, commands in
      guard isReplayed, record.batch > replay.position.batch, replay.apply(record, commands) else { return }
      if record.kind == .digest { digestCount += 1 }
    }
    self.digestCount = digestCount
    replayFault = replay.fault?.explanation
  }

  /// Nothing is wrong with it.
  public var isGood: Bool { summary.troubles.isEmpty && replayFault == nil }

  /// What is wrong, if anything; then what a start would do, and what was looked at.
  public func text(now: UInt64) -> String {
    var lines = summary.troubles.map { "TROUBLE: \($0.finding)" }
    if let replayFault { lines.append("TROUBLE: replay: \(replayFault)") }
    lines.append(replayFault.map { "a start would be refused: \($0)" } ?? summary.verdict(now: now))
    if isReplayed, !summary.troubles.isEmpty { lines.append("not replayed: what is behind the first trouble") }
    lines.append(
      "shown: journal=\(isGood ? "good" : "bad") segments=\(summary.segments.count) batches=\(summary.tail.batch)"
        + " commands=\(summary.tail.sequence) digests=\(digestCount) troubles=\(summary.troubles.count + (replayFault == nil ? 0 : 1))"
    )
    return lines.joined(separator: "\n")
  }
}
