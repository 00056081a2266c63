import ArgumentParser

/// Drives a broker, and the servers that it is compared with, and tells how they bore it.
@main
struct TurnpikeLoad: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turnpike-load",
    abstract: "Measures a broker under load.",
    discussion: """
      One thread drives all connections, at a constant rate or as fast as the server answers. A latency counts from the instant at \
      which the request was to be sent, so that a server that stands still is not spared. Errors are counted by kind. The credentials \
      are those that turnpiked key prints: the tool issues the notes that it pays with.

      EXAMPLES
        turnpike-load run --work use --work acquire --operator operator.credential --provider provider.credential
        turnpike-load run --work fund --rate 50000 --svg fund.svg --operator operator.credential --provider provider.credential
        turnpike-load sweep --work use --p99-us 2000 --operator operator.credential --provider provider.credential
        turnpike-load gates --leases 1000 --operator operator.credential --provider provider.credential
      """,
    version: "0.1.0", subcommands: [RunCommand.self, SweepCommand.self, StormCommand.self, GatesCommand.self])
}

/// Figures of a debug build would mislead.
func refuseDebugBuild() throws {
  #if DEBUG
    throw ValidationError("this is a debug build: its figures would mislead. Build with -c release")
  #endif
}
