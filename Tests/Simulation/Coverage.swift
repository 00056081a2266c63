import SimulatedDisk
import WireProtocol

/// How often everything happened over a run. What must not stay at zero is in `RequiredCoverage`.
final class Coverage {
  /// What goes wrong outside the disk, and what comes of it.
  enum Event: String, CaseIterable {
    case powerFailure, processKilled, orderlyStop, crashDuringRecovery, refusedRightly
    case clockJumpForward, clockJumpBack, clockStepWhileRunning, clockRefused
    case lostReply, duplicatedReply, lateRequest, reconnect, slowReader
    case lateAppend, failedAppend, lowOnSpace
  }

  struct Pair: Hashable {
    let opcode: Opcode
    let status: Status
    var name: String { "\(opcode.name) \(status.specificationName)" }
  }

  private(set) var events: [Event: Int] = [:]
  private(set) var faults: [DiskFault: Int] = [:]
  private(set) var pairs: [Pair: Int] = [:]
  private(set) var transitions: [String: Int] = [:]

  func count(_ event: Event) { events[event, default: 0] += 1 }
  func count(_ opcode: Opcode, _ status: Status) { pairs[Pair(opcode: opcode, status: status), default: 0] += 1 }
  func count(_ disk: SimulatedFiles) { faults.merge(disk.faultCounts, uniquingKeysWith: +) }

  /// A state that was told, after the one told before.
  func count(_ state: LeaseState, after before: LeaseState?) {
    guard let before, before != state else { return }
    transitions["\(before.specificationName) > \(state.specificationName)", default: 0] += 1
  }

  /// A payment revived a lease.
  func countRevival() { transitions["SUSPENDED > new epoch", default: 0] += 1 }

  func merge(_ other: Coverage) {
    events.merge(other.events, uniquingKeysWith: +)
    faults.merge(other.faults, uniquingKeysWith: +)
    pairs.merge(other.pairs, uniquingKeysWith: +)
    transitions.merge(other.transitions, uniquingKeysWith: +)
  }

  /// What had to happen and did not.
  var missing: [String] {
    Event.allCases.filter { events[$0] == nil }.map(\.rawValue)
      + DiskFault.allCases.filter { faults[$0] == nil }.map(\.rawValue)
      + RequiredCoverage.transitions.filter { transitions[$0] == nil }
      + RequiredCoverage.pairs.filter { pairs[$0] == nil }.map(\.name)
  }

  /// All of it, a line for each kind.
  var text: String {
    let pairNames = Dictionary(uniqueKeysWithValues: pairs.map { ($0.key.name, $0.value) })
    return [
      Self.line("faults", faults.map { ($0.key.rawValue, $0.value) }),
      Self.line("events", events.map { ($0.key.rawValue, $0.value) }),
      Self.line("states", transitions.map { ($0.key, $0.value) }),
      Self.line("replies", pairNames.map { ($0.key, $0.value) }),
    ].joined(separator: "\n")
  }

  private static func line(_ name: String, _ counts: [(String, Int)]) -> String {
    "\(name) (\(counts.count)): " + counts.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }.joined(separator: ", ")
  }
}

extension Opcode {
  var name: String { "\(self)" }
}
