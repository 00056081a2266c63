import Glibc

/// Requests of one operation through the engine, from memory, the same instructions at every run:
///
///     DataPath OPERATION [--requests N]
///
/// `scripts/cost` runs it under callgrind, which counts inside `Turns.runCounted` only. Preparation and the first turns, after which
/// every buffer and list has the size that it keeps, are not counted.
@main
struct DataPath {
  /// Turns before the counted ones: in the last of them the leases of the first have expired.
  private static let turnCountBefore = 4
  private static let requestCountPerTurn = Workload.connectionCount * Workload.depth
  private static let turnCountMax = 24

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard let operation = arguments.first.flatMap(Operation.init), let count = requestCount(arguments.dropFirst()) else {
      let names = Operation.allCases.map(\.rawValue).joined(separator: " | ")
      print("usage: DataPath \(names) [--requests N]      N: a multiple of \(requestCountPerTurn)")
      exit(2)
    }
    exit(run(operation, turnCount: count / requestCountPerTurn) ? 0 : 1)
  }

  private static func requestCount(_ arguments: ArraySlice<String>) -> Int? {
    if arguments.isEmpty { return 2 * requestCountPerTurn }
    guard arguments.count == 2, arguments.first == "--requests", let count = arguments.last.flatMap({ Int($0) }),
      count > 0, count % requestCountPerTurn == 0, count / requestCountPerTurn <= turnCountMax
    else { return nil }
    return count
  }

  private static func run(_ operation: Operation, turnCount: Int) -> Bool {
    guard let workload = Workload(operation, turnCount: turnCountBefore + turnCount) else {
      print("shown: operation=\(operation) failed=preparation")
      return false
    }
    var (accepted, refused, replyByteCount) = (UInt64(0), UInt64(0), 0)
    for turn in 0..<turnCountBefore + turnCount {
      workload.broker.turns.advance(1)
      workload.addTurn(turn)
      if turn < turnCountBefore {
        workload.broker.turns.run()
        (accepted, refused) = (workload.broker.turns.acceptedCount, workload.broker.turns.refusedCount)
        replyByteCount = workload.broker.turns.replyByteCount
      } else {
        workload.broker.turns.runCounted()
      }
    }
    let requestCount = turnCount * requestCountPerTurn
    accepted = workload.broker.turns.acceptedCount - accepted
    refused = workload.broker.turns.refusedCount
    replyByteCount = workload.broker.turns.replyByteCount - replyByteCount
    print(
      "shown: operation=\(operation) requests=\(requestCount) accepted=\(accepted) refused=\(refused) "
        + "reply_bytes=\(replyByteCount)")
    return accepted == requestCount && refused == 0
  }
}
