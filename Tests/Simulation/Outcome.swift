/// What one seed came to.
struct Outcome: Sendable {
  struct Counts {
    var crashes = 0
    var accepted = 0
    var repeats = 0
    /// Deadlines told before a restart and after it; and of leases that are cheaper while throttled.
    var deadlines = 0
    var throttled = 0
    /// Times that the books of funding were held against what was told.
    var books = 0

    var text: String {
      "crashes=\(crashes) accepted=\(accepted) repeats=\(repeats) deadlines=\(deadlines) throttled=\(throttled) books=\(books)"
    }

    mutating func add(_ other: Counts) {
      crashes += other.crashes
      accepted += other.accepted
      repeats += other.repeats
      deadlines += other.deadlines
      throttled += other.throttled
      books += other.books
    }
  }

  let seed: UInt64
  let coverage: Coverage.Counts
  let counts: Counts
  let digest: UInt64
  /// What does not hold, and what happened before it.
  let problem: String?
  let lastEvents: [String]

  /// Runs a seed; `isTwice`: again, and the second run must be the first.
  init(seed: UInt64, isTwice: Bool, traces: Bool) {
    let world = World(seed: seed, traces: traces)
    var holds = world.run()
    if holds, isTwice {
      let again = World(seed: seed)
      holds = again.run() && again.digest == world.digest
    }
    self.seed = seed
    coverage = world.coverage.counts
    counts = Counts(
      crashes: world.crashCount, accepted: world.oracle.acceptedCount, repeats: world.oracle.repeatCount,
      deadlines: world.oracle.deadlineCountAcrossRestarts, throttled: world.oracle.throttledDeadlineCount,
      books: world.oracle.comparedCount)
    digest = world.digest.value
    problem = holds ? nil : world.oracle.problem ?? "another run of it had another digest"
    lastEvents = world.oracle.lastEvents
  }
}
