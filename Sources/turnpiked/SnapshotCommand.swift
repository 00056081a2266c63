import ArgumentParser
import Glibc
import Journal
import Replay

/// `turnpiked snapshot`
struct SnapshotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Write a snapshot, so that the next start need not replay the journal before it.",
    discussion: """
      Brings the newest snapshot up to the end of the journal's last full segment, compares the state with the broker's digest
      at the end of each, and writes the next snapshot into DIR/journal. A broker does so by itself when a start would take too
      long; this does it now, beside it or without it.

      Exit status 0: written, or there was nothing new; 1: the journal does not give the broker's state, or is damaged, and what
      there was stays; 2: the journal cannot be read, or the snapshot not written.

      EXAMPLE
        turnpiked snapshot --data /var/lib/turnpike
      """)

  @OptionGroup var data: DataDirectory

  func run() throws {
    let result: Result<SnapshotReport?, SnapshotStop>
    let began = ContinuousClock.now
    do {
      let files = try PosixFiles(path: data.journalPath, isExclusive: false)
      result = try Snapshots.makeNext(in: files) { batch, error in
        writeLine("turnpiked: the snapshot after batch \(batch) is of no use: \(error)", to: STDERR_FILENO)
      }
    } catch {
      writeLine(
        "turnpiked: \(error.path): \(error.call): \(unsafe String(cString: strerror(error.number)))", to: STDERR_FILENO)
      throw ExitCode(2)
    }
    switch result {
    case .failure(let stop): throw CleanExit.fault("no snapshot: \(stop.explanation)")
    case .success(nil): writeLine("shown: snapshot=none commands=0")
    case .success(let report?):
      let milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
      let header = report.header
      writeLine(
        "shown: snapshot=\(header.position.batch) sequence=\(header.position.sequence) commands=\(report.commandCount)"
          + " bytes=\(header.bodyByteCount) milliseconds=\(milliseconds)")
    }
  }
}
