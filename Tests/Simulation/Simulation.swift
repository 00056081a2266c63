import Glibc
import WireProtocol

/// Runs seeds: `Simulation --seed N`, `Simulation --seeds N [--from N] [--twice N]`. Ends with one line that says what it showed.
@main
struct Simulation {
  private var from: UInt64 = 1
  private var count: UInt64 = 1
  private var isTwice = false
  private var requiresCoverage = false

  static func main() {
    var simulation = Simulation()
    guard simulation.read(Array(CommandLine.arguments.dropFirst())) else {
      print("usage: Simulation [--seed N | --seeds N] [--from N] [--twice]")
      exit(2)
    }
    exit(simulation.run() ? 0 : 1)
  }

  private mutating func read(_ arguments: [String]) -> Bool {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--twice" {
        isTwice = true
        continue
      }
      guard let value = rest.popFirst().flatMap(UInt64.init) else { return false }
      switch option {
      case "--seed": from = value
      case "--from": from = value
      case "--seeds":
        count = value
        requiresCoverage = true
      default: return false
      }
    }
    return count > 0
  }

  private func run() -> Bool {
    let coverage = Coverage()
    var digest = Digest()
    var (crashes, accepted, repeats, deadlines) = (0, 0, 0, 0)
    for seed in from..<(from + count) {
      print("seed=\(seed)")
      let world = World(seed: seed)
      guard world.run() else { return fail(world) }
      if isTwice || seed.isMultiple(of: 16) {
        let again = World(seed: seed)
        guard again.run(), again.digest == world.digest else {
          print("seed \(seed): another run had another digest")
          return fail(again)
        }
      }
      coverage.merge(world.coverage)
      digest.add(world.digest.value)
      crashes += world.crashCount
      accepted += world.oracle.acceptedCount
      repeats += world.oracle.repeatCount
      deadlines += world.oracle.deadlineCountAcrossRestarts
    }
    print(coverage.text)
    let missing = requiresCoverage ? coverage.missing : []
    if !missing.isEmpty { print("never happened: " + missing.joined(separator: ", ")) }
    print(
      "shown: seeds=\(count) crashes=\(crashes) accepted=\(accepted) repeats=\(repeats) deadlines=\(deadlines) "
        + "faults=\(coverage.faults.count + coverage.events.count) pairs=\(coverage.pairs.count) missing=\(missing.count) "
        + "digest=\(String(digest.value, radix: 16))")
    return missing.isEmpty
  }

  private func fail(_ world: World) -> Bool {
    for event in world.oracle.lastEvents { print(event) }
    print("seed \(world.seed) failed: \(world.oracle.problem ?? "")")
    print("again: make simulate SEED=\(world.seed)")
    print("shown: seeds=\(count) failed=\(world.seed)")
    return false
  }
}
