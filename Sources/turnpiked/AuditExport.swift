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
      purse and note one by one after each batch, and prints the accounts. Exit status 0: everything balances; 1: something
      does not, and is named; 2: the file cannot be read.
      """)

  @Argument(help: "The export: DIR/export.journal of a broker.")
  var file: String

  func run() throws {
    guard let bytes = Self.read(file) else {
      throw CleanExit.fault("\(file): \(unsafe String(cString: strerror(errno)))")
    }
    let report: AuditReport
    do throws(AuditFault) {
      report = try unsafe JournalAudit.audit(bytes.span.bytes)
    } catch {
      print("\(file): \(error.explanation)")
      throw ExitCode(2)
    }
    print("\(report.commandCount) commands in \(report.batchCount) batches, \(report.acceptedCount) accepted")
    for figure in report.figures {
      let epoch = figure.keyEpoch == 0 ? "" : " of key epoch \(figure.keyEpoch)"
      print("\(figure.account.specificationName)\(epoch): \(figure.balance)")
    }
    for problem in report.problems { print("WRONG: \(problem)") }
    print(
      "shown: audit=\(report.isBalanced ? "balanced" : "unbalanced") sum=\(report.sum) commands=\(report.commandCount)"
        + " problems=\(report.problemCount)")
    if !report.isBalanced { throw ExitCode(1) }
  }

  /// The whole file; nil, with errno set, when it cannot be read.
  private static func read(_ path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 { return nil }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
    }
  }
}
