import ArgumentParser
import Glibc

/// The daemon's command line.
@main
struct Turnpiked: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turnpiked",
    abstract: "The Turnpike broker: leases resources for money that travels in the request.",
    discussion: """
      EXAMPLES
        turnpiked --data /var/lib/turnpike --listen 0.0.0.0:7474
        turnpiked serve --unix /run/turnpike.sock --fee-per-million 10000
        turnpiked key --role operator > operator.credential
        turnpiked key --role provider --id 7 --rotate > provider.credential
        turnpiked --mint https://mint.example.com,unit=sat,exposure=10000
        turnpiked audit --data /var/lib/turnpike
        turnpiked words --data /var/lib/turnpike
        turnpiked backup --data /var/lib/turnpike --to /mnt/backup/monday
        turnpiked journal verify --data /var/lib/turnpike

      EXIT STATUS
        0   done
        1   something went wrong, an audit does not balance, a journal is not good or was not repaired
        2   an audit, a snapshot or a tool cannot read the journal, or not to its end; a repair found a broker running
        64  the command line is wrong
      """,
    version: "0.1.0",
    subcommands: [
      Serve.self, Key.self, BackupCommand.self, RestoreBackup.self, SnapshotCommand.self, AuditCommand.self,
      JournalCommand.self, WordsCommand.self,
    ],
    defaultSubcommand: Serve.self)
}

/// Where a broker keeps what it must not lose.
struct DataDirectory: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp("Directory of the master key and the journal.", valueName: "dir"))
  var path = "turnpike-data"

  var keyPath: String { path + "/master.key" }
  var journalPath: String { path + "/journal" }

  /// Makes the directories, for their owner only, if they are not there.
  func make(withJournal: Bool) throws {
    for path in withJournal ? [path, journalPath] : [path] {
      if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
        throw CleanExit.fault("\(path): \(unsafe String(cString: strerror(errno)))")
      }
      // Also of one that was there: who made it may have been killed before this.
      try Self.sync(directoryOf: path)
    }
  }

  /// A journal without its master key: a new key would make every note in it worthless.
  func requireKeyOfJournal() throws {
    guard unsafe access(journalPath, F_OK) == 0, unsafe access(keyPath, F_OK) != 0 else { return }
    throw CleanExit.fault(
      "\(journalPath) is there, and its master key \(keyPath) is not: put the key back; "
        + "\"turnpiked serve --discard-state\" begins a new life without it")
  }

  /// Makes the name of a directory durable: what is in it would be lost with it.
  private static func sync(directoryOf path: String) throws {
    let descriptor = unsafe open(path + "/..", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { _ = close(descriptor) }
    guard descriptor < 0 || fsync(descriptor) != 0 else { return }
    throw CleanExit.fault("\(path)/..: \(unsafe String(cString: strerror(errno)))")
  }
}
