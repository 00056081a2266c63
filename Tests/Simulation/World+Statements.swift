import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// How clients read the lines of the ledger: anybody a resource's, the operator all.
extension World {
  /// A question, of which some must be refused.
  func lookAtStatement(_ client: Client) {
    let asksAll = client.role.role == .operator ? chance.oneIn(2) : chance.oneIn(6)
    let resource = asksAll ? nil : chance.pick(resources)
    guard asksAll || resource != nil else { return }
    let last = oracle.statement.last(of: resource?.id)
    let after: UInt64 =
      switch chance.below(4) {
      case 0: 0
      case 1: last
      case 2: chance.oneIn(4) ? .max : chance.among(0...oracle.statement.lineCount + 3)
      default: last - min(last, UInt64(chance.below(100)))
      }
    askStatement(of: resource, after: after, by: client)
  }

  /// From the first line that is kept, or from the last one that is known.
  func askStatements(of resources: [KnownResource]) {
    for resource in resources {
      let after = chance.oneIn(2) ? 0 : oracle.statement.last(of: resource.id)
      askStatement(of: resource, after: after, by: chance.pick(tenants) ?? operatorClient)
    }
  }

  @discardableResult
  private func askStatement(of resource: KnownResource?, after: UInt64, by client: Client) -> Errand {
    client.ask({ _ in StatementRequest(resource: resource?.id ?? 0, after: after) }, .statement) { errand in
      (errand.resource, errand.lineAfter) = (resource, after)
      errand.isForbidden = resource == nil && client.role.role != .operator
    }
  }

  /// The operator reads all that it may not know, from the last line on that it knows to be over.
  func followLedger(after: UInt64? = nil) {
    let after = after ?? oracle.statement.overTo
    askStatement(of: nil, after: after, by: operatorClient).then = { [unowned self] answer in
      let lines = answer.records(StatementLine.self)
      guard lines.count == WireLimits.statementCountMax, let last = lines.last else { return }
      coverage.count(.statementPaged)
      followLedger(after: last.sequence)
    }
  }

  /// Reads the ledger before and after the figures, and what resources were given: where no line changed meanwhile, they must agree.
  func compareStatement(isSettled: Bool) {
    followLedger()
    awaitAnswers()
    let changeCount = oracle.statement.changeCount
    var records: [Figure] = []
    var fundings: [(resource: UInt64, reply: FundingReply)] = []
    operatorClient.ask({ _ in AuditFiguresRequest() }, .auditFigures) {
      $0.then = { records = $0.records(Figure.self) }
    }
    for resource in resources {
      askFunding(of: resource, by: operatorClient).then = {
        if let reply = $0.part(FundingReply.self), $0.status == .ok { fundings.append((resource.id, reply)) }
      }
    }
    followLedger()
    awaitAnswers()
    guard oracle.problem == nil, changeCount == oracle.statement.changeCount else { return }
    oracle.compare(statementWith: records, fundings, isSettled: isSettled)
  }
}
