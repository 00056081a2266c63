public import WireProtocol

/// What an audit found: the accounts as it reckons them, and whatever does not hold.
public struct AuditReport: Sendable {
  /// Commands replayed.
  public internal(set) var commandCount: UInt64 = 0
  /// Of them, accepted.
  public internal(set) var acceptedCount: UInt64 = 0
  /// Batches read.
  public internal(set) var batchCount = 0
  /// Instant of the last ADVANCE.
  public internal(set) var now: UInt64 = 0
  /// Every account and counter at the end, as the audit reckons them; those of zero are left out.
  public internal(set) var figures: [Figure] = []
  /// Every mint whose ecash was ever taken, with what came of it, in its own unit.
  public internal(set) var mints: [MintGlimpse] = []
  /// What does not hold, at most `AuditLimits.problemCountMax` of them.
  public internal(set) var problems: [String] = []
  /// How many problems there are in all.
  public internal(set) var problemCount = 0

  /// Whether everything holds.
  public var isBalanced: Bool { problemCount == 0 }
  /// Sum of the accounts (not the counters).
  public var sum: Int64 { figures.reduce(0) { $1.isBalance ? $0 &+ $1.balance : $0 } }

  mutating func note(_ problem: String) {
    problemCount += 1
    if problems.count < AuditLimits.problemCountMax { problems.append(problem) }
  }

  /// Compares with the broker's own figures (the records of AUDIT_FIGURES, taken when as many commands had been applied);
  /// notes each that differs.
  public mutating func compare(with broker: [Figure], sequence: UInt64) {
    guard sequence == commandCount else {
      return note("the broker's figures are of command \(sequence), the journal ends at \(commandCount)")
    }
    var theirs: [FigureName: Int64] = [:]
    for figure in broker {
      let name = FigureName(figure)
      if theirs[name] != nil { note("the broker gives \(name.text) twice") }
      theirs[name] = figure.balance
    }
    for figure in figures {
      let name = FigureName(figure)
      let balance = theirs.removeValue(forKey: name) ?? 0
      if balance != figure.balance { note("\(name.text): the broker says \(balance), the audit \(figure.balance)") }
    }
    for (name, balance) in theirs.sorted(by: { $0.key.text < $1.key.text }) where balance != 0 {
      note("\(name.text): the broker says \(balance), the audit 0")
    }
  }

  /// The report as a table for people.
  public var text: String {
    var lines = ["\(commandCount) commands in \(batchCount) batches, \(acceptedCount) accepted, until \(now)"]
    for figure in figures where figure.isBalance { lines.append("\(FigureName(figure).text): \(figure.balance)") }
    lines.append("SUM: \(sum)")
    for figure in figures where !figure.isBalance { lines.append("\(FigureName(figure).text): \(figure.balance)") }
    lines += mints.map(\.text)
    for problem in problems { lines.append("WRONG: \(problem)") }
    if problemCount > problems.count { lines.append("WRONG: and \(problemCount - problems.count) more") }
    lines.append(isBalanced ? "balanced" : "NOT balanced")
    return lines.joined(separator: "\n")
  }

  /// The report as one JSON object.
  public var json: String {
    let figures = figures.map {
      "{\"account\":\"\($0.account.specificationName)\",\"keyEpoch\":\($0.keyEpoch),\"balance\":\($0.balance)}"
    }
    return "{\"balanced\":\(isBalanced),\"commands\":\(commandCount),\"accepted\":\(acceptedCount),"
      + "\"batches\":\(batchCount),\"now\":\(now),\"sum\":\(sum),\"problemCount\":\(problemCount),"
      + "\"figures\":[\(figures.joined(separator: ","))],"
      + "\"mints\":[\(mints.map(\.json).joined(separator: ","))],"
      + "\"problems\":[\(problems.map(Self.quoted).joined(separator: ","))]}"
  }

  /// A JSON string.
  static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// Which account or counter a figure is of.
struct FigureName: Hashable {
  var account: Account
  var keyEpoch: UInt32

  init(_ figure: Figure) {
    account = figure.account
    keyEpoch = figure.keyEpoch
  }

  var text: String {
    keyEpoch == 0 ? account.specificationName : "\(account.specificationName) of key epoch \(keyEpoch)"
  }
}

extension Figure {
  /// Whether it is a balance of the ledger, all of which sum to zero, and not a counter beside it.
  var isBalance: Bool { account.rawValue < 32 }
}
