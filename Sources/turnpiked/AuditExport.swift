import ArgumentParser
import Audit
import Glibc
import WireProtocol

/// `turnpiked audit FILE`
struct AuditExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Recompute all money from an exported journal.",
    discussion: """
      Replays every command with code that shares nothing with the broker's core, checks the double entry after each and every
      purse and note one by one after each batch, and prints the accounts; the last line sums up. --figures compares them with
      the broker's own, as "turnpike audit" printed them after the last command of the journal.

      Exit status 0: everything balances; 1: something does not, and is named; 2: a file cannot be
      read, or not to its end (a broker that was killed leaves its last batch cut short): the report is then of what is before.

      EXAMPLES
        turnpiked audit turnpike-data/export.journal
        turnpike audit --json --credential operator > figures.json
        turnpiked audit turnpike-data/export.journal --figures figures.json
      """)

  @Argument(help: "The export: DIR/export.journal of a broker.")
  var file: String
  @Option(help: ArgumentHelp("The broker's own figures, to compare with.", valueName: "file"))
  var figures: String?
  @Flag(help: "The report as one JSON object.")
  var json = false

  func run() throws {
    let bytes = try Self.read(file)
    let told = try figures.map { path in
      let text = try Self.read(path)
      guard let figures = try? BrokerFigures(json: text) else {
        throw Self.unreadable(path, "not what \"turnpike audit --json\" prints")
      }
      return figures
    }
    var (report, fault) = try audit(bytes)
    if let told { report.compare(with: told.figures, sequence: told.sequence) }
    writeLine(json ? report.json : report.text)
    writeLine(
      "shown: audit=\(report.isBalanced ? "balanced" : "unbalanced") sum=\(report.sum) commands=\(report.commandCount)"
        + " problems=\(report.problemCount)")
    if let fault { throw Self.unreadable(file, "\(fault.explanation); the report is of what is before it") }
    if !report.isBalanced { throw ExitCode(1) }
  }

  /// The report of a whole export; of one that was cut short in the middle of a batch, the report of the batches before.
  private func audit(_ bytes: [UInt8]) throws -> (AuditReport, AuditFault?) {
    do throws(AuditFault) {
      return (try unsafe JournalAudit.audit(bytes.span.bytes), nil)
    } catch {
      guard case .malformed(let offset, _) = error,
        let report = try? unsafe JournalAudit.audit(bytes.span.bytes.extracting(0..<offset)), report.commandCount > 0
      else { throw Self.unreadable(file, error.explanation) }
      return (report, error)
    }
  }

  private static func unreadable(_ path: String, _ why: String) -> ExitCode {
    writeLine("turnpiked: \(path): \(why)", to: STDERR_FILENO)
    return ExitCode(2)
  }

  /// The whole file.
  private static func read(_ path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, unsafe String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw unreadable(path, unsafe String(cString: strerror(errno))) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
