import Audit
import BrokerCore
import WireProtocol

/// What is compared of the statement: the lines that the core writes, against the movements that the model adds up.
extension RandomComparison {
  /// Reads the lines that are new, or may have grown.
  mutating func readStatement() -> String? {
    let (lines, last, fault) = told(of: 0, after: UInt64(statement.closedCount))
    if let fault { return fault }
    for line in lines { if let wrong = statement.take(line) { return wrong } }
    if last != UInt64(statement.lines.count) {
      return "STATEMENT: \(statement.lines.count) lines were told, the last one is \(last)"
    }
    return statement.close(at: core.now)
  }

  /// What is told in page after page, and the number of the last line there is.
  private func told(of resource: UInt64, after: UInt64) -> (lines: [StatementLine], last: UInt64, fault: String?) {
    var told: [StatementLine] = []
    while true {
      let request = StatementRequest(resource: resource, after: told.last?.sequence ?? after)
      let (answer, lines) = Self.read(StatementLine.self, WireLimits.statementCountMax) { bytes in
        core.statement(request, into: &bytes, at: 0)
      }
      guard case .reply(let reply) = answer, reply.now == core.now, lines.count >= Int(reply.count) else {
        return (told, 0, "STATEMENT of \(resource) after \(request.after): \(answer)")
      }
      told += lines.prefix(Int(reply.count))
      if Int(reply.count) < WireLimits.statementCountMax { return (told, reply.last, nil) }
    }
  }

  /// All that is kept, of the whole ledger and of each resource: pages tell what was told line by line.
  func compareKeptLines() -> String? {
    for resource in [0] + commands.resources {
      let (kept, last) = statement.kept(of: resource)
      let first = statement.lines.first { $0.resource == resource }?.sequence ?? 0
      for after in [0, first, kept.isEmpty ? last : kept[kept.count / 2].sequence] {
        let told = told(of: resource, after: after)
        if let fault = told.fault { return fault }
        let name = "STATEMENT of \(resource) after \(after)"
        if told.last != last { return "\(name): the last line is \(told.last), not \(last)" }
        let wanted = kept.filter { $0.sequence > after }
        if told.lines.count != wanted.count { return "\(name): \(told.lines.count) lines, not \(wanted.count)" }
        for (got, want) in zip(told.lines, wanted) where got != want { return "\(name): \(got), which was \(want)" }
      }
    }
    return nil
  }

  /// What the lines add up to: of each kind of movement (`all`, or those that changed) what the model moved, of each account
  /// what lies there.
  mutating func compareMovements(_ figures: [Figure], all: Bool) -> String? {
    let wanted = model.movements
    let movements = all ? Set(wanted.keys).union(statement.totals.keys) : statement.changed
    statement.changed = []
    var unsplit: Int128 = 0
    for movement in Set(movements.map { $0.isBack ? $0.reversed : $0 }) {
      let want = wanted[movement, default: 0]
      if movement.isShare {
        unsplit += Int128(want) - netShare(movement)
        if let difference = compareShare(movement, want) { return difference }
      } else if statement.totals[movement, default: 0] != want {
        return "lines of \(movement): core \(statement.totals[movement, default: 0]), model \(want)"
      }
    }
    return compareBalances(figures, unsplit: all ? unsplit : nil)
  }

  /// What lines gave to the investors of an offering.
  private func netShare(_ share: ModelMovement) -> Int128 {
    Int128(statement.totals[share, default: 0]) - Int128(statement.totals[share.reversed, default: 0])
  }

  /// Of what investors get the core may not have split some yet, while their offering shares.
  private func compareShare(_ share: ModelMovement, _ want: UInt128) -> String? {
    let isSharing = model.describeOffering(share.subject)?.0.state == .sharing
    let got = netShare(share)
    if isSharing ? got >= 0 && got <= Int128(want) : got == Int128(want) { return nil }
    return "lines of investors of \(share.subject): core \(got), model \(want)"
  }

  /// What is not split yet lies where investors earn, but no line says so.
  private func compareBalances(_ figures: [Figure], unsplit: Int128?) -> String? {
    var balances = statement.balances
    for figure in figures where figure.account.rawValue < 32 {
      balances[figure.account, default: 0] -= Int128(figure.balance)
    }
    let toSplit = balances.removeValue(forKey: .providerEarnings) ?? 0
    let missing = -(balances.removeValue(forKey: .investorEarnings) ?? 0)
    if toSplit != missing || missing < 0 || missing != unsplit ?? missing {
      return "lines: providers have \(toSplit) too much, investors \(missing) too little, of \(unsplit ?? missing)"
    }
    for (account, difference) in balances where difference != 0 {
      return "lines of \(account.specificationName) add up to \(difference) too much"
    }
    return nil
  }
}

extension ModelMovement {
  /// Whether it is what investors of an offering get, or what none of them takes any more.
  fileprivate var isShare: Bool { from == .providerEarnings && to == .investorEarnings }
  fileprivate var isBack: Bool { reversed.isShare }
  /// The way back.
  fileprivate var reversed: ModelMovement { ModelMovement(resource: resource, subject: subject, from: to, to: from) }
}
