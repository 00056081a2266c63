import Foundation
import Journal
import SimulatedDisk
import Testing

/// A journal as version 1 wrote it, kept in `Golden`: every later version reads it, field by field as then.
///
/// `version-1.txt` is what it must read. Neither is ever changed; a new format gets a new folder beside it.
@Suite struct GoldenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  /// What wrote it.
  private func write(to files: SimulatedFiles) throws {
    let script = JournalScript(files, segmentByteCount: 3072)
    try script.open()
    for (size, term) in [(300, 1), (500, 1), (700, 2), (350, 3)] as [(Int, UInt64)] {
      #expect(script.append([size, 9], term: term))
    }
    #expect(script.seal())
    script.close()
  }

  /// Every field of every header, and the commands' first and last bytes.
  private func text(_ files: some JournalFiles) throws -> String {
    let reader = try JournalReader(files)
    var lines: [String] = []
    for segment in reader.segments {
      let header = try #require(segment.header)
      lines.append(
        "\(segment.name) \(segment.recoveryCase.rawValue) bytes=\(segment.fileByteCount)/\(header.segmentByteCount)"
          + " identity=\(String(header.identity, radix: 16)) segment=\(header.segment) firstBatch=\(header.firstBatch)"
          + " previous=\(String(header.previous, radix: 16)) term=\(header.term) firstSequence=\(header.firstSequence)"
          + " shard=\(header.shard)")
    }
    try reader.walk { finding, commands in
      var line = "\(finding.file) \(finding.offset) \(finding.recoveryCase.rawValue)"
      if let record = finding.record {
        line +=
          " segment=\(record.segment) hash=\(String(record.hash, radix: 16)) previous=\(String(record.previous, radix: 16))"
          + " bytes=\(record.recordByteCount) commands=\(record.commandCount) shard=\(record.shard)"
          + " core=\(record.coreVersion) kind=\(record.kind.rawValue) unsynced=\(record.isUnsynced)"
          + " term=\(record.term) batch=\(record.batch) firstSequence=\(record.firstSequence) time=\(record.time)"
          + " attested=\(record.attested)"
        let bytes = unsafe commands.withUnsafeBytes { unsafe Array($0) }
        line += " content=\(bytes.prefix(4))...\(bytes.suffix(2))"
      }
      lines.append(line)
      return true
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func version1IsReadAsItWasWritten() throws {
    let path = Self.folder.path(percentEncoded: false)
    let expected = try String(contentsOf: Self.folder.appending(path: "version-1.txt"), encoding: .utf8)
    #expect(expected.split(separator: "\n").count == 10)
    #expect(try text(try PosixFiles(path: path, isExclusive: false)) == expected)
  }

  /// What is written today is the same, to the byte. When the format changes on purpose, this test goes, and the one above stays.
  @Test func version1IsStillWritten() throws {
    let files = SimulatedFiles()
    try write(to: files)
    #expect(files.contents.count == 2)
    for (name, bytes) in files.contents {
      let kept = try Array(Data(contentsOf: Self.folder.appending(path: name)))
      #expect(kept == bytes, "\(name)")
    }
  }

  @Test func version1Recovers() throws {
    let files = SimulatedFiles()
    for name in ["journal-0000000000000001", "journal-0000000000000002"] {
      files[name] = try Array(Data(contentsOf: Self.folder.appending(path: name)))
    }
    let script = JournalScript(files, segmentByteCount: 3072)
    #expect(try script.open().count == 4)
    #expect(script.report.tail.batch == 6)
    #expect(script.append([5]))
  }
}
