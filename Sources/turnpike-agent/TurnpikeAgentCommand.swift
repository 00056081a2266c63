import ArgumentParser
import Enforcement

/// `turnpike-agent`: enforces the leases of resources on this machine.
@main
struct TurnpikeAgentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turnpike-agent", abstract: "Enforces leases of a Turnpike broker on this machine.")
}
