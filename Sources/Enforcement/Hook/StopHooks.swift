public import EventLoop

/// `turnpike-agent run-stop-hooks`: shuts what an agent that was killed, and its guardians, left open.
public enum StopHooks {
  /// Runs what is left of each, one resource beside the other; false when something could not be shut.
  public static func run(_ hooks: [(resource: EnforcedResource, options: HookOptions)], on loop: Loop) throws -> Bool {
    var isGood = true
    for hook in hooks {
      let setup = hook.options.setup("stop", resource: hook.resource)
      _ = try ChildProcess.start(
        setup.arguments(Guardian.program), environment: setup.environment, control: nil, on: loop
      ) { ending in
        if ending != .exited(0) { isGood = false }
      }
    }
    loop.run()
    return isGood
  }
}
