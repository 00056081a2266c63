import LoadGenerator
import Testing

/// What a run needs is known before it begins.
@Suite struct LeasePlanTests {
  @Test func leasesAndWordsAreSharedOut() throws {
    let use = try LeasePlan(Mix(.use), leases: 100, words: 0, connections: 3)
    #expect((use.heldCount, use.chainedCount, use.chainLength) == (33, 0, 0))
    let tick = try LeasePlan(Mix(.useTick), leases: 1000, words: 12_900, connections: 2)
    #expect((tick.heldCount, tick.chainedCount, tick.chainLength, tick.usesPerWord) == (500, 64, 100, 1))
    #expect(try LeasePlan(Mix(.useTick16), leases: 1000, words: 12_900, connections: 2).usesPerWord == 16)
    let ping = try LeasePlan(Mix(.ping), leases: 0, words: 0, connections: 50)
    #expect(ping.heldCount == 0)
  }

  @Test(arguments: [Operation.use, .useTick, .useTick16], [(0, 1), (49, 50)])
  func aConnectionWithoutALeaseIsRefused(operation: Operation, count: (leases: Int, connections: Int)) {
    let failure = #expect(throws: RunFailure.self) {
      try LeasePlan(Mix(operation), leases: count.leases, words: 1000, connections: count.connections)
    }
    let told = "\(count.leases) leases for \(count.connections) connections: each needs at least one"
    #expect(failure?.description == told)
  }

  @Test func aChainWithoutWordsIsRefused() {
    let failure = #expect(throws: RunFailure.self) {
      try LeasePlan(Mix(.useTick), leases: 4, words: 3, connections: 2)
    }
    #expect(failure?.description == "3 words for 4 chains: each needs at least one")
  }

  @Test func aLeasePaysForItsChain() throws {
    let most = Int(Supply.lastingAmount) / 16
    #expect(try LeasePlan(Mix(.useTick16), leases: 1, words: most, connections: 1).chainLength == most)
    #expect(throws: RunFailure.self) {
      try LeasePlan(Mix(.useTick16), leases: 1, words: most + 1, connections: 1)
    }
  }

  @Test func aChainHasOneWeight() throws {
    let mix = try #require(Mix(text: "use-tick 1\nuse-tick16 1", name: "both"))
    let failure = #expect(throws: RunFailure.self) { try LeasePlan(mix, leases: 4, words: 100, connections: 2) }
    #expect(failure?.description == "both has ticks of two kinds: all words of a chain have one weight")
  }

  @Test(arguments: [Operation.fund, .check])
  func whatNamesALeaseNeedsOne(operation: Operation) {
    #expect(throws: RunFailure.self) { try LeasePlan(Mix(operation), leases: 0, words: 0, connections: 1) }
  }

  /// The workload itself refuses, rather than walk off what it has.
  @Test func aWorkloadWithoutLeasesIsRefused() {
    #expect(throws: RunFailure.self) {
      _ = try TurnpikeWorkload(
        Mix(.useTick), on: .none, acquiring: 0, notes: nil, tokenCount: 1, words: 1000, keys: .inTurn, connections: 1,
        depth: 1, round: 1)
    }
  }
}
