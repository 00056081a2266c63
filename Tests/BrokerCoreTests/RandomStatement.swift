import Audit
import WireProtocol

/// What STATEMENT told of one core so far.
struct RandomStatement {
  /// How many lines a small world keeps.
  static let keptCount = 1_024

  /// All lines there ever were, in their order, as they were told last.
  private(set) var lines: [StatementLine] = []
  /// What they add up to.
  private(set) var totals: [ModelMovement: UInt128] = [:]
  /// What they leave on each account.
  private(set) var balances: [Account: Int128] = [:]
  /// What came, or grew, since somebody emptied this.
  var changed: Set<ModelMovement> = []
  /// When it was told last.
  private var now: UInt64
  /// How many lines are of minutes that were over then: they never change.
  private(set) var closedCount = 0
  /// Number of the last line of each resource.
  private var last: [UInt64: UInt64] = [:]

  /// Before the first line.
  init(now: UInt64) { self.now = now }

  /// Takes a line as it is now; says what is wrong with it.
  mutating func take(_ line: StatementLine) -> String? {
    let number = UInt64(lines.count) + 1
    guard line.sequence > 0, line.sequence <= number else { return "line \(line.sequence) follows line \(number - 1)" }
    guard line.count > 0, line.amount >= UInt64(line.count) else { return "a line of nothing: \(line)" }
    if line.sequence < number {
      let index = Int(line.sequence - 1)
      let before = lines[index]
      var grown = before
      (grown.amount, grown.count) = (line.amount, line.count)
      guard line == grown, line.amount >= before.amount, line.count >= before.count else {
        return "line \(line.sequence) was \(before) and is \(line)"
      }
      lines[index] = line
      add(line.amount - before.amount, line)
      return nil
    }
    if line.previous != last[line.resource, default: 0] {
      return "line \(number): the one before it is \(last[line.resource, default: 0]), not \(line.previous)"
    }
    if line.instant < max(now, lines.last?.instant ?? 0) { return "line \(number) came late: \(line)" }
    lines.append(line)
    last[line.resource] = number
    add(line.amount, line)
    return nil
  }

  private mutating func add(_ amount: UInt64, _ line: StatementLine) {
    guard amount > 0 else { return }
    let movement = ModelMovement(resource: line.resource, subject: line.subject, from: line.from, to: line.to)
    totals[movement, default: 0] += UInt128(amount)
    balances[line.from, default: 0] -= Int128(amount)
    balances[line.to, default: 0] += Int128(amount)
    changed.insert(movement)
  }

  /// All was told by now; says what is wrong with that.
  mutating func close(at now: UInt64) -> String? {
    self.now = now
    if let last = lines.last, last.instant > now { return "line \(last.sequence) is of the future: \(last)" }
    let minute = UInt64(WireLimits.statementMinuteMillis)
    while closedCount < lines.count, lines[closedCount].instant / minute < now / minute { closedCount += 1 }
    return nil
  }

  /// What of a resource, or with 0 of all, is kept; and the number of its last line, kept or not.
  func kept(of resource: UInt64) -> (lines: [StatementLine], last: UInt64) {
    let kept = lines.suffix(Self.keptCount)
    if resource == 0 { return (Array(kept), UInt64(lines.count)) }
    return (kept.filter { $0.resource == resource }, last[resource, default: 0])
  }
}
