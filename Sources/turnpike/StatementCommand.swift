import ArgumentParser
import TurnpikeClient

/// `turnpike statement`.
struct StatementOf: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement", abstract: "Shows which money moved for a resource, or all that did: lines of the ledger.",
    discussion: """
      A line says how much went from one account to another, when first, in how many movements, and for what: a payment (of a \
      donation), else a claim, campaign, offering, auction or pool, or leases when nothing is said. Lines are numbered over all \
      resources; those of the current minute may still grow, and the oldest ones are not kept for ever. SETTLED (in JSON) is the \
      last one that stays as it is: what to give to --since the next time, with the INCARNATION that goes with it, since a broker \
      that was restored from a backup numbers other lines anew. What investors get of the revenue is a line once it is \
      split: when somebody collects or withdraws, or as time goes on. Anyone may ask for a resource's lines; all of them (--ledger) \
      are the operator's to read.

      EXAMPLES
        turnpike statement library
        turnpike statement library --since 1_204 --incarnation 1
        turnpike statement --ledger --json --credential operator
      """)
  @OptionGroup var options: Options
  @Argument(help: "A resource's name or id.")
  var resource: String?
  @Flag(help: "The lines of all resources, and those of none (operator).")
  var ledger = false
  @Option(
    help: ArgumentHelp("Only lines after this one.", valueName: "number"),
    transform: { text in
      guard let number = UInt64(text.filter { $0 != "_" }) else {
        throw ValidationError("--since takes the number of a line")
      }
      return number
    })
  var since: UInt64?
  @Option(help: "Refuse when the broker's incarnation is not this one: then --since means nothing.")
  var incarnation: UInt32?

  func validate() throws {
    guard (resource == nil) == ledger else { throw ValidationError("name a resource, or say --ledger") }
  }

  func run() async throws {
    let client = try await options.connect()
    let statement = try await read(client)
    if let incarnation, incarnation != statement.incarnation {
      throw TurnpikeError(
        .invalidArgument("the broker's incarnation is \(statement.incarnation), and not \(incarnation): begin anew"))
    }
    var report = StatementReport(statement: statement, unit: client.broker.unit.string)
    if Terminal.wantsJSON {
      try Terminal.show(report.value)
    } else {
      if ledger { report.names = try await client.resourceNames() }
      try Terminal.raw(report.screen)
    }
    client.close()
  }

  private func read(_ client: TurnpikeClient) async throws -> LedgerStatement {
    guard let resource else { return try await client.statement(of: nil, after: since ?? 0) }
    let id = try await client.resource(named: resource)
    return try await naming(resource) { () async throws(TurnpikeError) in
      try await client.statement(of: id, after: since ?? 0)
    }
  }
}

extension TurnpikeClient {
  /// The names of all resources, by id.
  fileprivate func resourceNames() async throws(TurnpikeError) -> [UInt64: String] {
    try await resources().reduce(into: [:]) { $0[$1.resource] = $1.name.string }
  }
}

/// All that a statement says.
private struct StatementReport {
  var statement: LedgerStatement
  var unit: String
  /// Of resources, by id.
  var names: [UInt64: String] = [:]

  private func amount(_ value: UInt64) -> Value { .amount(value, unit: unit) }

  // MARK: For programs

  var value: Value {
    .object([
      ("resource", .optionalID(statement.resource ?? 0)), ("now", .instant(statement.now)),
      ("incarnation", .count(UInt64(statement.incarnation))), ("last", .count(statement.last)),
      ("settled", .count(statement.settled)),
      (
        "gaps",
        .list(statement.gaps.map { .object([("first", .count($0.lowerBound)), ("last", .count($0.upperBound))]) })
      ),
      ("lines", .list(statement.lines.map(value))), ("totals", .list(statement.totals.map(value))),
    ])
  }

  private func value(_ line: StatementLine) -> Value {
    .object([
      ("number", .count(line.sequence)), ("previous", .count(line.previous)), ("instant", .instant(line.instant)),
      ("resource", .optionalID(line.resource)), ("payment", .optionalID(line.isForPayment ? line.subject : 0)),
      ("subject", .optionalID(line.isForPayment ? 0 : line.subject)),
      ("from", .text(line.from.specificationName)), ("to", .text(line.to.specificationName)),
      ("amount", amount(line.amount)), ("count", .count(UInt64(line.count))),
    ])
  }

  private func value(_ total: LedgerStatement.Total) -> Value {
    .object([
      ("from", .text(total.from.specificationName)), ("to", .text(total.to.specificationName)),
      ("amount", amount(total.amount)), ("count", .count(total.count)),
    ])
  }

  // MARK: For people

  /// The lines, those that are not kept in their places; then what they come to.
  var screen: String {
    guard statement.last > statement.after else { return "no money moved\n" + life }
    var gaps = statement.gaps[...]
    // Under the heads of columns.
    var rows = PlainText.encode(.list(statement.lines.map(row))).split(separator: "\n")[...]
    var screen = rows.popFirst().map { "\($0)\n" } ?? ""
    for line in statement.lines {
      if let gap = gaps.first, gap.upperBound < line.sequence { screen += sentence(gaps.removeFirst()) }
      if let row = rows.popFirst() { screen += row + "\n" }
    }
    if let gap = gaps.first { screen += sentence(gap) }
    if statement.lines.isEmpty { return screen + life }
    return screen + "\n" + PlainText.encode(.list(statement.totals.map(row))) + "\n" + life
  }

  private var life: String {
    "settled up to line \(NumberText.grouped(statement.settled)) of incarnation \(statement.incarnation)\n"
  }

  private func sentence(_ gap: ClosedRange<UInt64>) -> String {
    let (first, last) = (NumberText.grouped(gap.lowerBound), NumberText.grouped(gap.upperBound))
    return first == last ? "line \(first) is not kept any more\n" : "lines \(first) to \(last) are not kept any more\n"
  }

  private func row(_ line: StatementLine) -> Value {
    var fields: [(String, Value)] = [
      ("line", .count(line.sequence)), ("time", .instant(line.instant)),
      ("moved", moved(line.from.specificationName, line.to.specificationName)),
      ("amount", amount(line.amount)), ("count", .count(UInt64(line.count))),
      ("for", line.isForPayment ? .text("payment \(line.subject)") : .optionalID(line.subject)),
    ]
    if statement.resource == nil {
      fields.append(("resource", .text(line.resource == 0 ? "" : names[line.resource] ?? "\(line.resource)")))
    }
    return .object(fields)
  }

  private func row(_ total: LedgerStatement.Total) -> Value {
    .object([
      ("movedInAll", moved(total.from.specificationName, total.to.specificationName)),
      ("amount", amount(total.amount)), ("count", .count(total.count)),
    ])
  }

  private func moved(_ from: String, _ to: String) -> Value { .text("\(from) -> \(to)") }
}
