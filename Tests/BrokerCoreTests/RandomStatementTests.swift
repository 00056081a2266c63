import Testing
import WireProtocol

/// Worlds that last until most lines of their statement are dropped: what is told of the others is what it was.
@Suite struct RandomStatementTests {
  static let commandCountMax = 80_000

  @Test(arguments: [UInt64(1), 2, 3])
  func droppedLinesLeaveTheOthers(_ world: UInt64) throws {
    let seed = (RandomCommandsTests.number("TURNPIKE_SEED") ?? 7) &* 1_000 &+ world
    var random = RandomSource(seed: seed)
    var shape = RandomWorldShape(&random)
    shape.genesis.resourceCountMax = 8
    shape.genesis.leaseCountMax = 64
    shape.genesis.noteCountMax = 100_000
    shape.genesis.claimCountMax = 300
    shape.genesis.fundingCountMax = 64
    (shape.priceMax, shape.periodMax, shape.durationMax, shape.amountMax) = (10_000, 10_000, 600_000, 1_000_000)
    (shape.meterMax, shape.unitsMax, shape.isAgeing, shape.aim) = (1_000, 30, true, nil)
    guard var comparison = RandomComparison(shape: shape, random: random, drains: true) else {
      throw RandomDifference(text: "no core for this genesis")
    }
    var coverage = RandomCoverage()
    var commandCount = 0
    while comparison.statement.lines.count < 4 * RandomStatement.keptCount, commandCount < Self.commandCountMax {
      if let difference = comparison.run(&coverage) {
        throw RandomDifference(text: "statement, seed \(seed): \(difference)")
      }
      commandCount += 1
    }
    print("statement: \(comparison.statement.lines.count) lines of \(commandCount) commands")
    #expect(commandCount < Self.commandCountMax, "few lines were written")
  }
}
