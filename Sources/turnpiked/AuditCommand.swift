import ArgumentParser
import Audit
import Glibc
import Journal

/// `turnpiked audit`
struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Recompute all money from the journal.",
    discussion: """
      Replays every command with code that shares nothing with the broker's core, checks the double entry after each and every
      purse and note one by one after each batch, and prints the accounts; the last line sums up. It reads only, and may be run
      beside the broker. --figures compares the result with the broker's own, as "turnpike audit" printed them after the last
      command of the journal.

      Exit status 0: everything balances; 1: something does not, and is named; 2: the journal cannot be read, or not to its
      end: the report is then of what is before.

      EXAMPLES
        turnpiked audit --data turnpike-data
        turnpike audit --json --credential operator > figures.json
        turnpiked audit --data turnpike-data --figures figures.json
      """)

  @OptionGroup var data: DataDirectory
  @Option(help: ArgumentHelp("The broker's own figures, to compare with.", valueName: "file"))
  var figures: String?
  @Flag(help: "The report as one JSON object.")
  var json = false

  func run() throws {
    let told = try figures.map { path in
      let text = try Self.read(path)
      guard let figures = try? BrokerFigures(json: text) else {
        throw JournalAccess.unreadable(path, "not what \"turnpike audit --json\" prints")
      }
      return figures
    }
    var (report, fault) = try audit()
    if let told { report.compare(with: told.figures, sequence: told.sequence) }
    writeLine(json ? report.json : report.text)
    writeLine(
      "shown: audit=\(report.isBalanced ? "balanced" : "unbalanced") sum=\(report.sum) commands=\(report.commandCount)"
        + " problems=\(report.problemCount)")
    if let fault { throw JournalAccess.unreadable(data.journalPath, "\(fault); the report is of what is before it") }
    if !report.isBalanced { throw ExitCode(1) }
  }

  /// The report of the whole journal; of one that cannot be read to its end, of the batches before, and why.
  private func audit() throws -> (AuditReport, String?) {
    var audit = JournalAudit()
    var fault: String?
    var isBeheaded: Bool?
    try JournalAccess.reading(data) { reader, _ throws(FileError) in
      fault = try reader.trouble().flatMap(reader.refusal).map { "\($0.finding) [\($0.recoveryCase)]" }
      try reader.records { record, commands in
        guard record.kind == .commands else { return true }
        isBeheaded = isBeheaded ?? (record.firstSequence > 1)
        if isBeheaded == true { return false }
        do throws(AuditFault) { try audit.take(commands, from: record.firstSequence) } catch {
          fault = error.explanation
          return false
        }
        return true
      }
    }
    if isBeheaded == true {
      throw JournalAccess.unreadable(
        data.journalPath,
        "its first commands are gone, and a snapshot has taken their place: an audit needs all of them")
    }
    return (audit.finish(), fault)
  }

  /// The whole file.
  private static func read(_ path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw JournalAccess.unreadable(path, unsafe String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw JournalAccess.unreadable(path, unsafe String(cString: strerror(errno))) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
