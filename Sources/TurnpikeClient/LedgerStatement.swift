public import WireProtocol

/// Lines of the ledger: those of a resource, or all of them. Amounts are in the broker's unit, instants in milliseconds since 1970.
///
/// Which lines there are is as of one moment; those of its minute may have grown until the last page was read. A broker keeps the last lines only, and lines of the current minute may still grow: `gaps` and `settled` say what that means
/// for what was read.
public struct LedgerStatement: Hashable, Sendable {
  /// What moved from one account to another, in all lines together.
  public struct Total: Hashable, Sendable {
    /// Where it came from.
    public var from: Account
    /// Where it went.
    public var to: Account
    /// How much.
    public var amount: UInt64
    /// In how many movements.
    public var count: UInt64
  }

  /// The resource; nil: the whole ledger.
  public let resource: UInt64?
  /// The lines after this number were asked for.
  public let after: UInt64
  /// The broker's time when they were asked for.
  public private(set) var now: UInt64 = 0
  /// Number of the broker's life: of a restored broker, numbers of lines can be others'.
  public private(set) var incarnation: UInt32 = 0
  /// Number of the last line that there was then; 0: there never was one.
  public private(set) var last: UInt64 = 0
  /// The lines that are kept of those from `after` to `last`, in their order.
  public private(set) var lines: [StatementLine] = []

  /// Number of the last line that was told.
  private var position: UInt64 = 0
  private var pageCount = 0
  private var isComplete = false

  // MARK: Reading

  /// Nothing is read yet.
  package init(of resource: UInt64?, after: UInt64) { (self.resource, self.after) = (resource, after) }

  /// What to ask next; nil: all is there.
  package var nextRequest: Request? {
    isComplete ? nil : .statement(of: resource, after: pageCount == 0 ? after : position)
  }

  /// Adds the reply to it.
  package mutating func take(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(StatementReply.self)
    let page = try reply.records(StatementLine.self)
    if pageCount == 0 { (now, last, incarnation) = (fixed.now, fixed.last, fixed.incarnation) }
    guard fixed.incarnation == incarnation else {
      throw TurnpikeError(.anotherBroker(expected: UInt64(incarnation), found: UInt64(fixed.incarnation)))
    }
    // All lines are numbered in one row: one that does not exist yet is another life's.
    guard resource != nil || after <= last else {
      throw TurnpikeError(
        .invalidArgument("line \(after) is of another life of this broker, whose last line is \(last): begin anew"))
    }
    pageCount += 1
    for line in page {
      guard line.sequence > position, line.previous < line.sequence, resource == nil || line.resource == resource else {
        throw reply.malformed
      }
      position = line.sequence
      // A broker begins with the first line that it keeps where `after` is none of those; lines that came since are for another time.
      if position > after, position <= last { lines.append(line) }
    }
    isComplete = page.count < WireLimits.statementCountMax || position >= last
    guard isComplete || pageCount <= ClientLimits.statementLineCountMax / WireLimits.statementCountMax else {
      throw reply.malformed
    }
  }

  // MARK: What it says

  /// Numbers of lines that were asked for and are not kept any more; of a resource, those of others lie among them.
  public var gaps: [ClosedRange<UInt64>] {
    var gaps: [ClosedRange<UInt64>] = []
    var known = after
    func miss(_ number: UInt64) {
      if number > known { gaps.append(known + 1...number) }
    }
    for line in lines {
      miss(resource == nil ? line.sequence - 1 : line.previous)
      known = line.sequence
    }
    miss(last)
    return gaps
  }

  /// Number of the last line that stays as it is: those after it may have grown when they are read again, so that is where to go on.
  public var settled: UInt64 {
    let minute = UInt64(WireLimits.statementMinuteMillis)
    return lines.last { $0.instant / minute < now / minute }?.sequence ?? after
  }

  /// What moved between each two accounts, in the order of their numbers.
  public var totals: [Total] {
    var totals: [[Account]: Total] = [:]
    for line in lines {
      let (from, to) = (line.from, line.to)
      var total = totals[[from, to]] ?? Total(from: from, to: to, amount: 0, count: 0)
      let (amount, overflow) = total.amount.addingReportingOverflow(line.amount)
      total.amount = overflow ? .max : amount
      total.count += UInt64(line.count)
      totals[[from, to]] = total
    }
    return totals.values.sorted { ($0.from.rawValue, $0.to.rawValue) < ($1.from.rawValue, $1.to.rawValue) }
  }
}

extension StatementLine {
  /// Whether it is for a payment, a donation: those are numbered apart from claims and all else that a line can be for.
  public var isForPayment: Bool {
    from == .notesOutstanding && (to == .donationPurses || to == .pursesGiven) && resource != 0 && subject != 0
  }
}
