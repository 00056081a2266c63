import ArgumentParser
import Enforcement
import EventLoop
import TurnpikeAgent

/// `turnpike-agent run-stop-hooks FILE`.
struct RunStopHooks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-stop-hooks",
    abstract: "Shut what an agent that was killed left open: run the scripts with SHUT.",
    discussion: """
      For ExecStopPost= of a service. When the agent was killed alone, its guardians have done it, and nothing is left to do. It waits for one
      that still does.
      """)

  @Argument(help: ArgumentHelp("The configuration.", valueName: "file"))
  var file: String

  func run() throws {
    let configuration = try AgentConfiguration.loadOrExit(file)
    let hooks = configuration.resources.compactMap { resource -> (resource: EnforcedResource, options: HookOptions)? in
      guard case .hook(let options) = resource.enforcer else { return nil }
      return (resource: EnforcedResource(resource), options: options)
    }
    do {
      let loop = try Loop()
      defer { loop.close() }
      guard try StopHooks.run(hooks, on: loop) else { throw fault("something could not be shut") }
    } catch let error as LoopError {
      throw fault("\(error)")
    }
  }
}
