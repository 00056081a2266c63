import Glibc
import WireProtocol

/// Runs seeds, as many at a time as the machine has processors, and ends with one line that says what they showed:
///
///     Simulation --seed N [--twice] [--trace]       `--trace`: and prints what happens
///     Simulation --seeds COUNT [--from N]
///     Simulation --seconds COUNT [--from N]      from a random seed on, if none is given
@main
struct Simulation {
  private var from: UInt64?
  private var count: UInt64?
  private var seconds: Int?
  private var isTwice = false
  private var traces = false

  static func main() async {
    var simulation = Simulation()
    guard simulation.read(Array(CommandLine.arguments.dropFirst())) else {
      print("usage: Simulation --seed N [--twice] [--trace] | --seeds COUNT [--from N] | --seconds COUNT [--from N]")
      exit(2)
    }
    exit(await simulation.run() ? 0 : 1)
  }

  private mutating func read(_ arguments: [String]) -> Bool {
    var rest = arguments[...]
    while let option = rest.popFirst() {
      if option == "--twice" {
        isTwice = true
        continue
      }
      if option == "--trace" {
        traces = true
        continue
      }
      guard let value = rest.popFirst().flatMap(UInt64.init) else { return false }
      switch option {
      case "--seed": (from, count) = (value, 1)
      case "--from": from = value
      case "--seeds": count = value
      case "--seconds": seconds = Int(clamping: value)
      default: return false
      }
    }
    return (count ?? 0 > 0) != (seconds != nil)
  }

  /// So many seeds show all that must happen.
  private static let wholeCount = 250

  /// How much of what must happen may be missing, of so many kinds that came up: what is rarest, where seeds are few. One seed is for
  /// whoever looks at it.
  private func missingCountMax(of kindCount: Int, in seedCount: Int) -> Int {
    if count == 1 { return .max }
    return seedCount < Self.wholeCount ? kindCount / 100 : 0
  }

  private func run() async -> Bool {
    let first = from ?? (seconds == nil ? 1 : UInt64.random(in: 1...999_999_999))
    let outcomes = await outcomes(from: first)
    if let failed = outcomes.first(where: { $0.problem != nil }) { return fail(failed, of: outcomes.count) }
    var sum = Outcome.Counts()
    let coverage = Coverage()
    var digest = Digest()
    for outcome in outcomes {
      coverage.merge(outcome.coverage)
      sum.add(outcome.counts)
      digest.add(outcome.digest)
    }
    print(coverage.text)
    let missing = coverage.missing
    if !missing.isEmpty, count != 1 { print("never happened: " + missing.joined(separator: ", ")) }
    print(
      "shown: seeds=\(outcomes.count) from=\(first) \(sum.text) kinds=\(coverage.kindCount) missing=\(missing.count) "
        + "digest=\(String(digest.value, radix: 16))")
    return missing.count <= missingCountMax(of: coverage.kindCount, in: outcomes.count)
  }

  /// Runs seeds until there are enough, the time is over, or one fails; in their order.
  private func outcomes(from first: UInt64) async -> [Outcome] {
    let end = seconds.map { ContinuousClock.now + .seconds($0) }
    let isWanted = { (seed: UInt64) in
      count.map { seed - first < $0 } ?? end.map { ContinuousClock.now < $0 } ?? false
    }
    return await withTaskGroup(of: Outcome.self) { group in
      var (next, outcomes) = (first, [Outcome]())
      func begin() {
        let (seed, isTwice) = (next, isTwice || next.isMultiple(of: 16))
        next += 1
        // Out before it runs: it may trap.
        print("seed=\(seed)")
        fflush(nil)
        group.addTask { [traces] in Outcome(seed: seed, isTwice: isTwice, traces: traces) }
      }
      for _ in 0..<max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) where isWanted(next) { begin() }
      for await outcome in group {
        outcomes.append(outcome)
        let hasFailed = outcomes.contains { $0.problem != nil }
        if !hasFailed, isWanted(next) { begin() }
      }
      return outcomes.sorted { $0.seed < $1.seed }
    }
  }

  private func fail(_ outcome: Outcome, of count: Int) -> Bool {
    for event in outcome.lastEvents { print(event) }
    print("seed \(outcome.seed) failed: \(outcome.problem ?? "")")
    print("again: make simulate SEED=\(outcome.seed)")
    print("shown: seeds=\(count) failed=\(outcome.seed)")
    return false
  }
}
