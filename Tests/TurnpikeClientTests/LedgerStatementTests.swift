import Testing
import TurnpikeClient
import WireProtocol

/// Statements, as they are read page by page, and what is said of lines that are gone or may still grow.
@Suite struct LedgerStatementTests {
  private let minute = UInt64(WireLimits.statementMinuteMillis)

  private func line(
    _ number: UInt64, after previous: UInt64, at instant: UInt64 = 0, of resource: UInt64 = 3, _ amount: UInt64 = 5,
    count: UInt32 = 1, from: Account = .notesOutstanding, to: Account = .pursesOwn
  ) -> StatementLine {
    StatementLine(
      sequence: number, previous: previous, instant: instant, resource: resource, subject: 0, amount: amount,
      count: count, from: from, to: to)
  }

  /// Lines with these numbers, each after the one before it.
  private func lines(_ numbers: some Sequence<UInt64>, after previous: UInt64) -> [StatementLine] {
    var previous = previous
    return numbers.map { number in
      defer { previous = number }
      return line(number, after: previous)
    }
  }

  private func page(_ lines: [StatementLine], last: UInt64, now: UInt64 = 0) -> Reply {
    let fixed = StatementReply(now: now, last: last, count: UInt16(lines.count), incarnation: 1)
    return Reply(
      opcode: .statement, number: 0, isReplayed: false, money: .none, body: fixed.bytes + lines.flatMap(\.bytes))
  }

  private func statement(
    of resource: UInt64? = 3, after: UInt64 = 0, _ pages: Reply...
  ) throws -> LedgerStatement {
    var statement = LedgerStatement(of: resource, after: after)
    for page in pages { try statement.take(page) }
    #expect(statement.nextRequest == nil)
    return statement
  }

  @Test func requestNamesResourceAndLine() {
    let one = Request.statement(of: 3, after: 7)
    let fixed = unsafe StatementRequest(one.body.span.bytes, at: 0)
    #expect(one.opcode == .statement && fixed?.resource == 3 && fixed?.after == 7)
    let all = Request.statement(of: nil)
    let whole = unsafe StatementRequest(all.body.span.bytes, at: 0)
    #expect(whole?.resource == 0 && whole?.after == 0)
  }

  @Test func nothingEverMoved() throws {
    let statement = try statement(page([], last: 0, now: 9))
    #expect(statement.now == 9 && statement.last == 0 && statement.lines.isEmpty && statement.gaps == [])
    #expect(statement.settled == 0 && statement.totals == [])
  }

  @Test func readsOnWhileAPageIsFull() throws {
    var statement = LedgerStatement(of: nil, after: 2)
    #expect(statement.nextRequest == .statement(of: nil, after: 2))
    try statement.take(page(lines(3...66, after: 2), last: 70, now: 4))
    #expect(statement.nextRequest == .statement(of: nil, after: 66))
    // Lines that came since the first page are not for this moment.
    try statement.take(page(lines(67...90, after: 66), last: 90, now: 5))
    #expect(statement.nextRequest == nil && statement.lines.map(\.sequence) == Array(3...70))
    #expect(statement.now == 4 && statement.last == 70 && statement.gaps == [])
  }

  @Test func fullPageUpToTheLastLineIsTheEnd() throws {
    let statement = try statement(of: nil, page(lines(1...64, after: 0), last: 64))
    #expect(statement.lines.count == 64)
  }

  /// A broker begins anew where the line that was named is none of the resource.
  @Test func linesThatWereNotAskedForAreDropped() throws {
    let told = try statement(after: 6, page(lines([2, 5, 9], after: 0), last: 9))
    #expect(told.lines.map(\.sequence) == [9] && told.gaps == [])
    let future = try statement(after: 100, page(lines([2, 5, 9], after: 0), last: 9))
    #expect(future.lines.isEmpty && future.gaps == [] && future.settled == 100)
  }

  @Test func gapsAreTold() throws {
    #expect(try statement(page(lines([9, 12], after: 7), last: 12)).gaps == [1...7])
    #expect(try statement(after: 4, page(lines([9], after: 7), last: 9)).gaps == [5...7])
    #expect(try statement(after: 7, page(lines([9], after: 7), last: 9)).gaps == [])
    #expect(try statement(page([], last: 12)).gaps == [1...12])
    // In the whole ledger numbers have no holes; `previous` tells of the same resource only.
    #expect(try statement(of: nil, page([line(5, after: 2), line(6, after: 1)], last: 6)).gaps == [1...4])
    // Lines were dropped while pages were read, and some up to the end.
    var statement = LedgerStatement(of: 3, after: 0)
    try statement.take(page(lines(1...64, after: 0), last: 90))
    try statement.take(page(lines([80], after: 79), last: 95))
    #expect(statement.nextRequest == nil && statement.gaps == [65...79, 81...90])
  }

  @Test func linesOfTheCurrentMinuteAreNotSettled() throws {
    let told = [
      line(1, after: 0, at: minute - 1), line(4, after: 1, at: minute), line(5, after: 4, at: 2 * minute),
    ]
    func settled(at now: UInt64) throws -> UInt64 { try statement(page(told, last: 5, now: now)).settled }
    #expect(try settled(at: 2 * minute) == 4)
    #expect(try settled(at: 3 * minute - 1) == 4)
    #expect(try settled(at: 3 * minute) == 5)
    #expect(try statement(after: 3, page([line(4, after: 1, at: 9)], last: 4, now: 10)).settled == 3)
  }

  @Test func totalsAreOfEachTwoAccounts() throws {
    let told = [
      line(1, after: 0, 10, count: 2, from: .pursesOwn, to: .providerEarnings), line(2, after: 1, 5),
      line(3, after: 2, 7, from: .pursesOwn, to: .providerEarnings),
      line(4, after: 3, 1, from: .pursesOwn, to: .operatorFees),
      line(5, after: 4, .max),
    ]
    let totals = try statement(page(told, last: 5)).totals
    #expect(totals.map(\.from) == [.notesOutstanding, .pursesOwn, .pursesOwn])
    #expect(totals.map(\.to) == [.pursesOwn, .providerEarnings, .operatorFees])
    #expect(totals.map(\.amount) == [.max, 17, 1] && totals.map(\.count) == [2, 3, 1])
  }

  /// A payment and a pool may have the same number.
  @Test func donationsAreForTheirPayments() {
    func isForPayment(_ from: Account, _ to: Account, resource: UInt64 = 3, subject: UInt64 = 2) -> Bool {
      var line = line(1, after: 0, of: resource, from: from, to: to)
      line.subject = subject
      return line.isForPayment
    }
    #expect(isForPayment(.notesOutstanding, .donationPurses) && isForPayment(.notesOutstanding, .pursesGiven))
    #expect(!isForPayment(.notesOutstanding, .donationPurses, resource: 0))
    #expect(!isForPayment(.notesOutstanding, .pursesGiven, subject: 0))
    #expect(!isForPayment(.notesOutstanding, .bids) && !isForPayment(.donationPurses, .pursesGiven))
  }

  @Test func pagesThatMakeNoSenseAreRefused() throws {
    for bad in [
      [line(2, after: 1), line(2, after: 1)], [line(2, after: 1), line(1, after: 0)], [line(0, after: 0)],
      [line(2, after: 2)], [line(2, after: 9)], [line(2, after: 1, of: 4)],
    ] {
      var statement = LedgerStatement(of: 3, after: 0)
      #expect(throws: TurnpikeError.self) { try statement.take(page(bad, last: 9)) }
    }
    // Pages lead on, and have an end.
    var statement = LedgerStatement(of: nil, after: 0)
    try statement.take(page(lines(1...64, after: 0), last: .max))
    #expect(throws: TurnpikeError.self) { try statement.take(page(lines(64...65, after: 63), last: .max)) }
    var endless = LedgerStatement(of: nil, after: .max - 1)
    #expect(throws: TurnpikeError.self) {
      var number: UInt64 = 0
      while endless.nextRequest != nil {
        try endless.take(page(lines(number + 1...number + 64, after: number), last: .max))
        number += 64
      }
    }
  }

  @Test func wholeLedgerIsTheOperators() {
    let error = TurnpikeError(.refused(.notAuthorized), operation: .statement)
    #expect(error.description == "STATEMENT: this needs the operator's credential [NOT_AUTHORIZED]")
  }
}
