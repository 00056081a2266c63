import ArgumentParser
import Enforcement
import Glibc
import TurnpikeAgent
import TurnpikeClient

/// The agent's command line.
@main
struct TurnpikeAgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turnpike-agent",
    abstract: "Enforces leases on this machine: opens while they live, and shuts when they do not.",
    discussion: """
      EXAMPLES
        turnpiked key --role agent --id 4503599627370497 > database.key
        turnpike-agent check-config agent.yaml
        turnpike-agent run agent.yaml

      EXIT STATUS
        0   done, or ended in order
        1   something went wrong; the configuration is not good
        64  the command line is wrong
      """,
    version: "0.1.0",
    subcommands: [Run.self, CheckConfig.self, RunStopHooks.self])
}

/// `turnpike-agent check-config FILE`.
struct CheckConfig: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-config", abstract: "Read a configuration and its keys as \"run\" does, and tell what is wrong.")

  @Argument(help: ArgumentHelp("The configuration.", valueName: "file"))
  var file: String

  func run() throws {
    let configuration = try AgentConfiguration.loadOrExit(file)
    for resource in configuration.resources {
      writeLine("resource \(resource.id) agent \(resource.setup.number) at \(resource.broker)")
    }
  }
}

extension AgentConfiguration {
  /// The configuration of a file; says what is wrong and exits with 1.
  static func loadOrExit(_ file: String) throws -> AgentConfiguration {
    do throws(ConfigurationError) {
      return try load(file)
    } catch {
      throw fault("\(error)")
    }
  }
}

/// A failure that is no mistake in the command line: its text, and exit code 1.
func fault(_ message: String) -> any Error {
  writeLine("turnpike-agent: \(message)", to: STDERR_FILENO)
  return ExitCode.failure
}

/// Writes one line at once, also to a pipe.
func writeLine(_ line: String, to descriptor: Int32 = STDOUT_FILENO) {
  var rest = Array((line + "\n").utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count <= 0 { return }
    rest = rest.dropFirst(count)
  }
}
