import Audit
import Testing
import WireProtocol

/// Thousands of leases whose boundaries fall together, so that one ADVANCE does not fire all that is due, and commands come
/// while timers are late: no outcome may tell. The model has no timers at all.
@Suite struct RandomStormTests {
  static let leaseCount = 2_600
  static let commandCount = 1_000

  @Test(arguments: [UInt64(1), 2, 3])
  func lateTimersShowInNoOutcome(_ world: UInt64) throws {
    let seed = (RandomCommandsTests.number("TURNPIKE_SEED") ?? 7) &* 1_000 &+ world
    var random = RandomSource(seed: seed)
    var shape = RandomWorldShape(&random)
    shape.genesis.resourceCountMax = 4
    shape.genesis.leaseCountMax = world == 2 ? UInt32(Self.leaseCount) : 4_000
    shape.genesis.sessionCountMax = 4
    shape.genesis.receiptCountMax = world == 3 ? 40 : 4_000
    shape.genesis.noteCountMax = 100_000
    shape.genesis.providerCountMax = 4
    (shape.genesis.agentCountMax, shape.genesis.serviceCountMax) = (4, 4_000)
    (shape.priceMax, shape.periodMax, shape.durationMax) = (10, 1_000, 60_000)
    (shape.meterMax, shape.unitsMax, shape.amountMax, shape.isAgeing) = (10, 3_000, 10_000, false)
    shape.aim = nil
    guard var comparison = RandomComparison(shape: shape, random: random, drains: false) else {
      throw RandomDifference(text: "no core for this genesis")
    }
    var coverage = RandomCoverage()
    var lateCount = 0
    func check(_ difference: String?) throws {
      if let difference { throw RandomDifference(text: "storm, seed \(seed): \(difference)") }
    }
    try check(comparison.beginStorm(Self.leaseCount, &coverage))
    for _ in 0..<Self.commandCount {
      if !comparison.isDrained {
        lateCount += 1
        // The agent is lost while timers are late, having heard of everything or of nothing, and is back, or not.
        if lateCount == 2 { try check(comparison.loseAgent(heardAt: world == 2 ? 0 : comparison.model.now, &coverage)) }
        if lateCount == 5, world != 3 { try check(comparison.attachAgent(&coverage)) }
      }
      try check(comparison.run(&coverage))
    }
    // All that is late fires in the end, and then nothing is different any more.
    var left = 100
    while !comparison.isDrained, left > 0 {
      try check(comparison.run(comparison.commands.plain(AdvanceCommand(now: comparison.model.now)), &coverage))
      left -= 1
    }
    let isDrained = comparison.isDrained
    #expect(isDrained)
    #expect(lateCount > 5, "timers were hardly ever late: \(lateCount)")
  }
}

/// How core and model differ.
struct RandomDifference: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}

extension RandomComparison {
  /// Two resources, the second with an agent, and `leaseCount` leases that were bought with nearly the same amount in the same second.
  mutating func beginStorm(_ leaseCount: Int, _ coverage: inout RandomCoverage) -> String? {
    var terms = Terms(
      price: 1_000, period: 1_000, throttledPrice: 500, shortest: 1_000, longest: 60_000, low: 4_000, throttle: 2_000,
      grace: 3_000, provision: 0, outage: 0, meter0: 1, meter1: 0, meter2: 0, meter3: 0, units: UInt32(leaseCount / 2),
      policy: .useSpendsGiven)
    let open = commands.plain(OpenSessionCommand(sessionHash: commands.hashes[0]))
    if let difference = run(open, &coverage) { return difference }
    for number in 1...2 {
      let name = Name32("storm \(number)") ?? Name32()
      if number == 2 {
        terms.policy.insert(.agent)
        (terms.provision, terms.outage) = (1_000, 2_000)
      }
      let command = RegisterCommand(provider: UInt64(number), name: name, terms: terms)
      if let difference = run(withNumber(command), &coverage) { return difference }
    }
    if let difference = attachAgent(&coverage) { return difference }
    for index in 0..<leaseCount {
      if commands.wallet.good.isEmpty {
        let command = IssueCommand(amount: 10_000 + UInt64(index % 3), binding: 0, count: 1_000)
        let outputs = [NoteOutput](repeating: NoteOutput(amount: command.amount, binding: 0), count: 1_000)
        if let difference = run(withNumber(command, makes: outputs), &coverage) { return difference }
      }
      let command = AcquireCommand(
        provider: 0, resource: commands.resources[index % 2], units: 1, flags: [],
        keyHash: Bytes16(low: UInt64(index), high: 9), minimum: 0)
      guard let note = commands.wallet.good.last else { return "no note" }
      if let difference = applyQuietly(withNumber(command, notes: [note]), &coverage) { return difference }
    }
    for lease in commands.leases.compactMap({ model.glimpse($0) }) where lease.state == .pending {
      let command = ProvisionCommand(
        resource: lease.resource, lease: lease.id, epoch: lease.epoch, agent: 1, ready: 1, endpoint: Text96())
      if let difference = applyQuietly(commands.plain(command), &coverage) { return difference }
    }
    return nil
  }

  mutating func attachAgent(_ coverage: inout RandomCoverage) -> String? {
    let attach = AttachCommand(resource: commands.resources[1], agent: 1, flags: [.provisions, .reports])
    return run(commands.plain(attach), &coverage)
  }

  mutating func loseAgent(heardAt: UInt64, _ coverage: inout RandomCoverage) -> String? {
    run(commands.plain(DetachCommand(resource: commands.resources[1], heardAt: heardAt, agent: 1)), &coverage)
  }

  /// A command with the next number of the first session, none of the earlier ones kept.
  private mutating func withNumber<Command: WireCommand>(
    _ command: Command, notes: [VerifiedNote] = [], makes: [NoteOutput] = []
  ) -> RandomCommands.Made {
    let session = model.sessionIDs[0]
    let number = (commands.nextNumber[session] ?? 0) + 1
    commands.nextNumber[session] = number
    let key = ReceiptKey(session: session, number: number, digest: number, window: 1)
    return RandomCommands.Made(
      bytes: commands.encode(command, key, [], notes), kind: Command.kind, notes: notes, outputs: makes, receipt: key)
  }
}
