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
        turnpiked audit /var/lib/turnpike/export.journal

      EXIT STATUS
        0   done
        1   something went wrong, or an audit does not balance
        2   an audit cannot read a file
        64  the command line is wrong
      """,
    version: "0.1.0",
    subcommands: [Serve.self, Key.self, AuditExport.self],
    defaultSubcommand: Serve.self)
}

/// Where a broker keeps what it must not lose.
struct DataDirectory: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp("Directory of the master key and the export.", valueName: "dir"))
  var path = "turnpike-data"

  var keyPath: String { path + "/master.key" }
  var exportPath: String { path + "/export.journal" }

  /// Makes the directory, for its owner only, if it is not there.
  func make() throws {
    guard unsafe mkdir(path, 0o700) != 0, errno != EEXIST else { return }
    throw CleanExit.fault("\(path): \(unsafe String(cString: strerror(errno)))")
  }
}
