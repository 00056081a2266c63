/// How the changes of leases are told to a script.
public struct HookOptions: Hashable, Sendable {
  /// The script, by its whole path, and its arguments.
  public var script: [String]
  /// The file of leases that are open; nil: one in /run/turnpike-agent, named after the resource, the agent and the broker.
  public var stateFile: String?
  /// Time for each run, in milliseconds.
  public var scriptMilliseconds: UInt64 = 10_000
  /// Runs at a time, of different leases. What shuts waits for none.
  public var parallelCount: UInt64 = 4
  /// Who it runs as and where, and its variables.
  public var process = ProcessOptions()

  /// With what must be given.
  public init(script: [String]) { self.script = script }

  /// The guardian that runs the scripts (`hook`), or one that runs what is left of them (`stop`).
  func setup(_ mode: String, resource: EnforcedResource) -> Guardian.Setup {
    Guardian.Setup(
      mode: mode,
      options: [
        "state=\(stateFile ?? "/run/turnpike-agent/\(resource.name).hooks")", "script-within=\(scriptMilliseconds)",
        "parallel=\(parallelCount)",
      ] + process.options, command: script, environment: process.variables(resource))
  }
}
