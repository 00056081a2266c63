import Foundation
import Inspection
import Journal
import Testing

/// What is said of the journal that version 1 wrote, whole and damaged.
@Suite struct SummaryTests {
  private static let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "JournalTests/Golden")
  private let now: UInt64 = 1_700_000_000_000

  /// A copy of the journal, changed; removed when `body` is done.
  private func withJournal(
    _ change: (URL) throws -> Void = { _ in }, _ body: (PosixFiles) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "inspection-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in try FileManager.default.contentsOfDirectory(atPath: Self.golden.path(percentEncoded: false))
    where name.hasPrefix("journal-") {
      try FileManager.default.copyItem(at: Self.golden.appending(path: name), to: folder.appending(path: name))
    }
    try change(folder)
    try body(try PosixFiles(path: folder.path(percentEncoded: false), isExclusive: false))
  }

  private func flip(_ name: String, _ offset: Int, in folder: URL) throws {
    var bytes = try Data(contentsOf: folder.appending(path: name))
    bytes[offset] ^= 1
    try bytes.write(to: folder.appending(path: name))
  }

  @Test func aGoodJournal() throws {
    try withJournal { files in
      let summary = try JournalSummary(try JournalReader(files))
      #expect(summary.troubles.isEmpty)
      #expect(summary.segments.reduce(0) { $0 + $1.commandCount } == summary.tail.sequence)
      #expect(summary.verdict(now: now).hasPrefix("a start would go on after batch \(summary.tail.batch), command 8"))
      let lines = summary.text(now: now).split(separator: "\n")
      #expect(lines.first?.hasPrefix("SEGMENT") == true)
      #expect(lines.dropFirst().first?.contains("2023-11-14 22:13:20Z") == true)
      let json = try JSONSerialization.jsonObject(with: Data(summary.json(now: now).utf8)) as? [String: Any]
      #expect(json?["lastSequence"] as? Int == 8)
      #expect((json?["segments"] as? [[String: Any]])?.count == summary.segments.count)
    }
  }

  @Test func theClockIsJudgedToo() throws {
    try withJournal { files in
      let summary = try JournalSummary(try JournalReader(files))
      #expect(summary.verdict(now: now + 8 * 24 * 3_600_000).contains("--accept-clock"))
      #expect(summary.verdict(now: now - 61_000).contains("--accept-clock"))
    }
  }

  @Test func damageIsNamed() throws {
    try withJournal({ try flip("journal-0000000000000001", 700, in: $0) }) { files in
      let verification = try JournalVerification(files, isReplayed: false)
      #expect(!verification.isGood)
      #expect(verification.summary.troubles.first?.recoveryCase == .corruption)
      let text = verification.text(now: now)
      #expect(text.contains("journal-0000000000000001, byte 512: batch 1 is damaged"))
      #expect(text.contains("turnpiked journal repair --dry-run"))
    }
  }

  @Test func aBeginningThatIsGoneIsNamed() throws {
    try withJournal(
      { try FileManager.default.removeItem(at: $0.appending(path: "journal-0000000000000001")) }
    ) { files in
      let reader = try JournalReader(files)
      #expect(try reader.trouble()?.recoveryCase == .journalMissing)
      let plan = try RepairPlan.make(for: files)
      #expect(plan.obstacle == .journalMissing)
      #expect(plan.text.hasPrefix("cannot be repaired"))
    }
  }

  @Test func whatNoBrokerMadeIsNotReplayed() throws {
    try withJournal { files in
      let verification = try JournalVerification(files, isReplayed: true)
      #expect(verification.summary.troubles.isEmpty)
      #expect(verification.replayFault?.contains("batch 1") == true)
      var export = JournalExport(1...8)
      try export.run(try JournalReader(files)) { _ in true }
      #expect(export.fault?.contains("command 1") == true)
    }
  }
}
