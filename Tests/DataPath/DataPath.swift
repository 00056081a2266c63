import Glibc

/// Requests of one operation through the engine, from memory, the same instructions at every run:
///
///     DataPath OPERATION [--turns N]
///
/// `scripts/cost` runs it under callgrind, which counts inside `Turns.runCounted` only. Preparation and the first turns, after which
/// every buffer and list has the size that it keeps, are not counted.
@main
struct DataPath {
  /// Turns before the counted ones: in the last of them the leases of the first have expired.
  private static let turnCountBefore = 4

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let operation = arguments.first.flatMap(Operation.init),
      let turnCount = turnCount(arguments.dropFirst(), of: operation)
    else {
      let names = Operation.allCases.map(\.rawValue).joined(separator: " | ")
      print("usage: DataPath \(names) [--turns N]      N: 1 to \(Turns.turnCountMax)")
      exit(2)
    }
    exit(run(operation, turnCount: turnCount) ? 0 : 1)
  }

  private static func turnCount(_ arguments: ArraySlice<String>, of operation: Operation) -> Int? {
    if arguments.isEmpty { return operation == .single ? 20 : 2 }
    guard arguments.count == 2, arguments.first == "--turns", let count = arguments.last.flatMap({ Int($0) }),
      (1...Turns.turnCountMax).contains(count)
    else { return nil }
    return count
  }

  private static func run(_ operation: Operation, turnCount: Int) -> Bool {
    guard let workload = Workload(operation, turnCount: turnCountBefore + turnCount) else {
      print("shown: operation=\(operation.rawValue) failed=preparation")
      return false
    }
    workload.addTurns(turnCountBefore, from: 0)
    workload.broker.turns.run(turnCountBefore)
    workload.addTurns(turnCount, from: turnCountBefore)
    let (accepted, replyByteCount) = (workload.broker.turns.acceptedCount, workload.broker.turns.replyByteCount)
    workload.broker.turns.runCounted(turnCount)
    let (requests, refused) = (
      turnCount * Workload.connectionCount * operation.depth, workload.broker.turns.refusedCount
    )
    let acceptedNow = workload.broker.turns.acceptedCount - accepted
    print(
      "shown: operation=\(operation.rawValue) requests=\(requests) accepted=\(acceptedNow) refused=\(refused) "
        + "reply_bytes=\(workload.broker.turns.replyByteCount - replyByteCount)")
    return acceptedNow == requests && refused == 0
  }
}
