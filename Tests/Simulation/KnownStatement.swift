import WireProtocol

/// The lines of the ledger that replies told of: what was told stays, but for lines of the minute that runs, which grow.
struct KnownStatement {
  /// Of what money was paid in, or out, as its lines say.
  struct Place: Hashable {
    /// 0: none.
    let resource: UInt64
    let subject: UInt64
  }

  private struct Told {
    /// With the most that was told.
    var line: StatementLine
    /// The oracle's count of events when that was heard.
    var order: Int
    /// Whether its minute was over in a reply.
    var isOver: Bool
  }

  private var told: [UInt64: Told] = [:]
  /// Numbers of the lines of each resource, in their order.
  private var numbers: [UInt64: [UInt64]] = [:]
  /// The resource of the line after a number of the same resource.
  private var followers: [UInt64: UInt64] = [:]
  /// How many lines there ever were, at the least.
  private(set) var lineCount: UInt64 = 0
  /// Grows with each line that is new, or greater.
  private(set) var changeCount = 0
  /// All lines after this one were told, up to `followedTo`, and up to it these were the accounts.
  private var followedFrom: UInt64 = 0
  private var followedTo: UInt64 = 0
  /// Up to this one of them all were told when they could not grow any more.
  private(set) var overTo: UInt64 = 0
  private var balancesBefore: [Account: Int64] = [:]
  /// What receipts say was paid with notes, and in notes.
  private(set) var paid: [Place: (in: UInt64, out: UInt64)] = [:]
  /// Ids of payouts, each of which is a place of its own.
  var payouts: Set<UInt64> = []

  /// Of nothing that happened before its first line is anything unknown.
  var isWhole: Bool { followedFrom == 0 && isFollowed }

  /// Whether all lines were told, and those that are kept no longer when they could not grow any more.
  private var isFollowed: Bool {
    followedTo == lineCount && overTo + BrokerSetup.statementLineCount >= lineCount
  }

  private var followed: some Sequence<StatementLine> {
    (followedFrom..<followedTo).lazy.compactMap { told[$0 + 1]?.line }
  }

  /// The greatest number of a line that was told; nil: of any resource.
  func last(of resource: UInt64?) -> UInt64 { resource.map { numbers[$0]?.last ?? 0 } ?? lineCount }

  // MARK: Lines

  /// The line with this number, and all before it, are kept no longer, of as many as are kept.
  mutating func dropped(_ number: UInt64) { lineCount = max(lineCount, number + BrokerSetup.statementLineCount) }

  /// There is a line with this number.
  mutating func reach(_ number: UInt64) { lineCount = max(lineCount, number) }

  /// A reply of `now`, which was asked for and heard at these counts of events, told a line; gives what is wrong with that.
  mutating func take(_ line: StatementLine, at now: UInt64, asked: Int, heard: Int) -> String? {
    let isOver = Self.minute(now) > Self.minute(line.instant)
    guard var known = told[line.sequence] else {
      if let wrong = add(line) { return wrong }
      told[line.sequence] = Told(line: line, order: heard, isOver: isOver)
      changeCount += 1
      goOn()
      return nil
    }
    let before = known.line
    var same = line
    (same.amount, same.count) = (before.amount, before.count)
    guard same == before else { return "was another one before" }
    let isGreater = line.amount > before.amount
    guard isGreater == (line.count > before.count), (line.amount < before.amount) == (line.count < before.count) else {
      return "was \(before.count) movements of \(before.amount)"
    }
    if isGreater {
      if known.isOver { return "was \(before.amount) when its minute was over" }
      (known.line, known.order) = (line, heard)
      changeCount += 1
    } else if line.amount < before.amount, isOver || asked >= known.order {
      return "was \(before.amount) before"
    }
    known.isOver = known.isOver || isOver
    told[line.sequence] = known
    goOn()
    return nil
  }

  private mutating func goOn() {
    while told[followedTo + 1] != nil { followedTo += 1 }
    while told[overTo + 1]?.isOver == true { overTo += 1 }
  }

  private static func minute(_ instant: UInt64) -> UInt64 { instant / UInt64(WireLimits.statementMinuteMillis) }

  /// A line that is told for the first time has its place between those of its resource.
  private mutating func add(_ line: StatementLine) -> String? {
    var own = numbers[line.resource] ?? []
    let place = own.lastIndex { $0 < line.sequence }.map { $0 + 1 } ?? 0
    let (before, after) = (place > 0 ? own[place - 1] : 0, place < own.count ? own[place] : nil)
    guard line.previous >= before, line.previous < line.sequence else {
      return "comes after line \(line.previous), and line \(before) is of its resource"
    }
    if let after, let next = told[after]?.line, next.previous < line.sequence || next.instant < line.instant {
      return "comes before line \(after), and that after line \(next.previous)"
    }
    if let previous = told[line.previous]?.line {
      guard previous.resource == line.resource, previous.instant <= line.instant else {
        return "comes after line \(previous.sequence), which is of resource \(previous.resource)"
      }
    }
    if let follower = followers[line.sequence], follower != line.resource { return "is one of resource \(follower)" }
    if line.previous > 0, followers.updateValue(line.resource, forKey: line.previous) ?? line.resource != line.resource
    {
      return "comes after line \(line.previous), which is another resource's"
    }
    own.insert(line.sequence, at: place)
    numbers[line.resource] = own
    reach(line.sequence)
    return nil
  }

  // MARK: Sums

  mutating func pay(_ amount: UInt64, for place: Place) { paid[place, default: (0, 0)].in += amount }
  mutating func payOut(_ amount: UInt64, for place: Place) { paid[place, default: (0, 0)].out += amount }

  /// What the accounts are by the lines, key epochs together; nil: some of them were never told, and the figures of now are what later
  /// ones begin with. What investors have of revenue, and what providers have, is one: figures tell of it before it is written down.
  mutating func balances(where figures: [Figure]) -> (lines: [Account: Int64], figures: [Account: Int64])? {
    var now: [Account: Int64] = [:]
    for figure in figures where figure.account.rawValue < 32 { now[figure.account.split, default: 0] += figure.balance }
    if !isFollowed {
      (followedFrom, followedTo) = (lineCount, lineCount)
      while told[followedFrom] != nil { followedFrom -= 1 }
      overTo = max(overTo, followedFrom)
      goOn()
      balancesBefore = now
      for line in followed { Self.add(line, to: &balancesBefore, -1) }
      return nil
    }
    var sums = balancesBefore
    for line in followed { Self.add(line, to: &sums, 1) }
    return (sums, now)
  }

  private static func add(_ line: StatementLine, to balances: inout [Account: Int64], _ sign: Int64) {
    balances[line.from.split, default: 0] -= sign * Int64(clamping: line.amount)
    balances[line.to.split, default: 0] += sign * Int64(clamping: line.amount)
  }

  /// What was paid with notes and in notes, by the lines.
  var notes: [Place: (in: UInt64, out: UInt64)] {
    var sums: [Place: (in: UInt64, out: UInt64)] = [:]
    for line in followed {
      let own = Place(resource: line.resource, subject: line.subject)
      let place = payouts.contains(line.subject) ? own : own.merged
      if line.from == .notesOutstanding, line.to != .notesExpired { sums[place, default: (0, 0)].in += line.amount }
      if line.to == .notesOutstanding { sums[place, default: (0, 0)].out += line.amount }
    }
    return sums
  }

  /// The sum of the lines of a resource that are such.
  func sum(of resource: UInt64, _ isSuch: (StatementLine) -> Bool) -> UInt64 {
    (numbers[resource] ?? []).reduce(0) { sum, number in
      told[number].map { isSuch($0.line) ? sum + $0.line.amount : sum } ?? sum
    }
  }
}

extension Account {
  /// Which account stands for it where revenue may be split or not.
  fileprivate var split: Account { self == .investorEarnings ? .providerEarnings : self }
}
