public import WireProtocol

/// The last lines of the ledger, in a ring: what moved, between which accounts, for what. Those of one resource are linked.
///
/// Movements of a minute that concern the same resource, accounts and subject can share a line: so what leases pay and earn are
/// some lines a minute, however many uses there are.
struct Statement: ~Copyable {
  /// What movements have in common that share a line.
  struct Key: Equatable {
    private let place: UInt64
    /// Id of what it is for; 0: leases.
    let subject: UInt64

    /// Numbers of accounts, and the index of the resource (`noIndex`: none).
    @inline(__always) init(_ from: UInt16, _ to: UInt16, _ resource: UInt32, _ subject: UInt64) {
      place = UInt64(resource) << 32 | UInt64(to) << 16 | UInt64(from)
      self.subject = subject
    }

    @inline(__always) var from: UInt16 { UInt16(truncatingIfNeeded: place) }
    @inline(__always) var to: UInt16 { UInt16(truncatingIfNeeded: place >> 16) }
    @inline(__always) var resource: UInt32 { UInt32(truncatingIfNeeded: place >> 32) }
    /// Movements between most pairs of accounts are of a kind of their own.
    @inline(__always) var kind: Int { Int(from &* 10 &+ to) & 15 }

    var isSound: Bool {
      Account(rawValue: from) != nil && Account(rawValue: to) != nil && max(from, to) < Ledger.firstEpochEntry
    }
  }

  /// A line is at its number, modulo the capacity, and one: the first place is nobody's.
  private let lines: FlatMemory<Line>
  /// A power of two.
  private let capacity: UInt64
  /// Of none, then of each resource.
  private let ends: FlatMemory<Ends>
  /// Those in use.
  private var listCount = 1
  /// Of each list, where the last line of each kind was begun; another may lie there now.
  private let recent: FlatMemory<InlineArray<16, UInt32>>
  /// Lines that there ever were.
  private(set) var lineCount: UInt64 = 0
  /// Lines up to this one take no more movements.
  private var closedCount: UInt64 = 0
  private var now: UInt64 = 0
  /// When the minute of now began.
  private var minute: UInt64 = 0

  init?(_ genesis: GenesisCommand) {
    let limits = CoreLimits.statementLineCounts
    var lineCountMax = limits.lowerBound
    while lineCountMax < min(Int(genesis.claimCountMax), limits.upperBound) { lineCountMax *= 2 }
    guard let lines = FlatMemory<Line>(count: lineCountMax + 1),
      let ends = FlatMemory<Ends>(count: Int(genesis.resourceCountMax) + 1),
      let recent = FlatMemory<InlineArray<16, UInt32>>(count: ends.count)
    else { return nil }
    self.lines = lines
    self.capacity = UInt64(lineCountMax)
    self.ends = ends
    self.recent = recent
  }

  /// Number of the first line that is kept, minus one.
  private var droppedCount: UInt64 { lineCount.subtractingSaturating(capacity) }

  @inline(__always) private func place(_ number: UInt64) -> Int { Int(truncatingIfNeeded: number & (capacity - 1)) + 1 }

  /// `noIndex` is the largest number.
  @inline(__always) private func list(of resource: UInt32) -> Int { Int(resource &+ 1) }

  // MARK: Writing

  /// Time is at an instant.
  mutating func reach(_ instant: UInt64) {
    now = instant
    if now &- minute >= UInt64(WireLimits.statementMinuteMillis) {
      minute = now - now % UInt64(WireLimits.statementMinuteMillis)
    }
  }

  /// A life begins: time may step back to what is durable, and what was told of a minute that is over must stay.
  mutating func close() {
    closedCount = lineCount
    for list in 0..<listCount { recent[list] = InlineArray(repeating: 0) }
  }

  /// Adds a movement, to one of the last lines that was begun for its like, or to a new one. Within an account only what has a
  /// subject is one: a gift that a pool gives on to a resource.
  @inline(__always) mutating func add(_ amount: UInt64, _ key: Key) {
    guard key.from != key.to || key.subject != 0 else { return }
    let place = Int(recent[list(of: key.resource)][key.kind])
    if !lines[place].take(amount, key, since: minute) { addLine(amount, key) }
  }

  @inline(never) private mutating func addLine(_ amount: UInt64, _ key: Key) {
    let list = list(of: key.resource)
    // Several of a kind may take turns: what the offerings of a resource get of its revenue, for instance. Which one was begun last
    // is all that is noted: a snapshot tells that, too.
    var (number, left) = (ends[list].last, CoreLimits.statementLookback)
    while number > max(droppedCount, closedCount), left > 0 {
      if lines[place(number)].take(amount, key, since: minute) { return }
      (number, left) = (lines[place(number)].previous, left - 1)
    }
    append(Line(amount, key, at: now, after: ends[list].last), to: list)
    noteRecent(lineCount)
  }

  /// The next movement of its kind looks there.
  private mutating func noteRecent(_ number: UInt64) {
    let key = lines[place(number)].key
    recent[list(of: key.resource)][key.kind] = UInt32(truncatingIfNeeded: place(number))
  }

  private mutating func append(_ line: Line, to list: Int) {
    if lineCount - droppedCount == capacity {
      let oldest = lines[place(lineCount + 1)]
      ends[self.list(of: oldest.key.resource)].first = oldest.next
    }
    lineCount += 1
    lines[place(lineCount)] = line
    if line.previous > droppedCount {
      lines[place(line.previous)].next = lineCount
    } else {
      ends[list].first = lineCount
    }
    ends[list].last = lineCount
    listCount = max(listCount, list + 1)
  }

  // MARK: Reading

  /// Number of the first line after number `after`, of a resource or of all (nil); where `after` is no kept line of those, of the
  /// first one that is kept. 0: there is none.
  func first(of resource: UInt32?, after: UInt64) -> UInt64 {
    if after > droppedCount, after <= lineCount, resource == nil || lines[place(after)].key.resource == resource {
      return next(after, of: resource)
    }
    guard let resource else { return lineCount == 0 ? 0 : droppedCount + 1 }
    return ends[list(of: resource)].first
  }

  /// Number of the line after one that is kept; 0: there is none.
  func next(_ number: UInt64, of resource: UInt32?) -> UInt64 {
    resource != nil ? lines[place(number)].next : number < lineCount ? number + 1 : 0
  }

  /// Mixes in all that is kept.
  func mix(into digest: inout StateDigest) {
    digest.mix(lineCount)
    digest.mix(closedCount)
    for number in droppedCount..<lineCount { self[number + 1].mix(into: &digest) }
  }

  /// Mixes in the last line, and how many there were.
  func mixLast(into digest: inout StateDigest) {
    digest.mix(lineCount)
    self[lineCount].mix(into: &digest)
  }

  /// A line that is kept.
  subscript(number: UInt64) -> Line { lines[place(number)] }

  /// Number of the last line, of a resource or of all; 0: there never was one.
  func last(of resource: UInt32?) -> UInt64 { resource.map { ends[list(of: $0)].last } ?? lineCount }

  // MARK: Snapshots

  /// Writes the lines that are kept, as they lie, and the ends of each list.
  func write<Sink>(to writer: inout SnapshotWriter<Sink>) {
    writer.write(.statement, [lineCount, closedCount])
    writer.write(.statementLines, lines, count: min(Int(lineCount), Int(capacity) - 1) + 2)
    writer.write(.statementEnds, ends, count: listCount)
  }

  /// Reads what `write` wrote; false when it is damaged.
  mutating func read<Source>(from reader: inout SnapshotReader<Source>, at now: UInt64) -> Bool {
    guard let words = reader.read(.statement, count: 2), let kept = reader.read(.statementLines, into: lines),
      let lists = reader.read(.statementEnds, into: ends), lists.count > 0,
      words[0] < CoreLimits.counterMask, kept.count == min(words[0], capacity - 1) + 2, words[1] <= words[0]
    else { return false }
    (lineCount, closedCount, listCount) = (words[0], words[1], Int(lists.count))
    // Nobody's: what has no line yet looks there.
    lines[0] = Line()
    reach(now)
    guard checkInvariants() == nil else { return false }
    for number in max(droppedCount, closedCount)..<lineCount { noteRecent(number + 1) }
    return true
  }

  /// What is wrong, or nil: lines are linked in their order, each list from its first to its last.
  func checkInvariants() -> String? {
    let dropped = droppedCount
    for list in 0..<listCount {
      let (first, last) = (ends[list].first, ends[list].last)
      let isEmpty = first == 0 && last <= dropped
      guard isEmpty || first > dropped && first <= last && last <= lineCount, isEmpty || isEnd(last, of: list) else {
        return "statement: ends of list \(list)"
      }
    }
    var (number, instant) = (dropped, UInt64(0))
    while number < lineCount {
      number += 1
      let line = lines[place(number)]
      guard line.isSound, line.instant >= instant, line.instant <= now, isLinked(number, line) else {
        return "statement: line \(number)"
      }
      instant = line.instant
    }
    return nil
  }

  private func isEnd(_ number: UInt64, of list: Int) -> Bool {
    self.list(of: lines[place(number)].key.resource) == list && lines[place(number)].next == 0
  }

  /// Whether both neighbours of a line, or the ends of its list, lead to it.
  private func isLinked(_ number: UInt64, _ line: Line) -> Bool {
    let list = list(of: line.key.resource)
    guard list < listCount, line.previous < number else { return false }
    let isAfter =
      line.previous > droppedCount
      ? lines[place(line.previous)].next == number && lines[place(line.previous)].key.resource == line.key.resource
      : ends[list].first == number
    guard line.next != 0 else { return isAfter && ends[list].last == number }
    return isAfter && line.next > number && line.next <= lineCount && lines[place(line.next)].previous == number
  }

  /// First and last line of a list; first 0: none is kept, last 0: there never was one.
  private struct Ends {
    var first: UInt64 = 0
    var last: UInt64 = 0
  }

  /// What moved: 56 bytes.
  struct Line {
    private(set) var key = Key(0, 0, 0, 0)
    private(set) var instant: UInt64 = 0
    private(set) var amount: UInt64 = 0
    /// Lines of the same resource before and after it; 0: none ever was, none is.
    private(set) var previous: UInt64 = 0
    fileprivate(set) var next: UInt64 = 0
    private var count: UInt64 = 0

    fileprivate init() {}

    fileprivate init(_ amount: UInt64, _ key: Key, at now: UInt64, after previous: UInt64) {
      (self.amount, self.key, instant, self.previous, count) = (amount, key, now, previous, 1)
    }

    /// Adds a movement of this minute; false when it is of another kind, or would be too much for one line.
    @inline(__always) fileprivate mutating func take(_ amount: UInt64, _ key: Key, since minute: UInt64) -> Bool {
      // Amounts are below 2^63, so the sum does not overflow.
      guard key == self.key, instant >= minute, self.amount &+ amount <= WireLimits.moneyMax else { return false }
      self.amount &+= amount
      count &+= 1
      return true
    }

    fileprivate func mix(into digest: inout StateDigest) {
      digest.mix(UInt64(key.from) | UInt64(key.to) << 16 | UInt64(key.resource) << 32)
      for word in [key.subject, instant, amount, previous, next, count] { digest.mix(word) }
    }

    fileprivate var isSound: Bool {
      key.isSound && amount > 0 && amount <= WireLimits.moneyMax && count > 0 && count <= CoreLimits.counterMask
    }

    /// As it is told, of the resource with this id.
    func told(_ number: UInt64, of resource: UInt64) -> StatementLine {
      StatementLine(
        sequence: number, previous: previous, instant: instant, resource: resource, subject: key.subject,
        amount: amount, count: UInt32(clamping: count), from: Account(rawValue: key.from) ?? .operatorFloat,
        to: Account(rawValue: key.to) ?? .operatorFloat)
    }
  }
}

extension StateMachine {
  /// Moves money, which is for a resource (`noIndex`: none) and a subject (0: leases).
  @inline(__always)
  mutating func move(
    _ amount: UInt64, _ from: Ledger.Entry, _ to: Ledger.Entry, of resource: UInt32 = noIndex, for subject: UInt64 = 0
  ) {
    ledger.transfer(amount, from, to, resource, subject)
  }

  /// STATEMENT: writes lines from `offset` on, which has room for `statementCountMax`. All lines are the operator's to read, which
  /// its caller sees to.
  public func statement(
    _ request: StatementRequest, into records: inout MutableRawSpan, at offset: Int
  ) -> Answer<StatementReply> {
    let resource = request.resource == 0 ? nil : resourceIndex(request.resource)
    guard request.resource == 0 || resource != nil else {
      return .refused(Outcome.refused(.resourceUnknown).with(.none))
    }
    let last = ledger.statement.last(of: resource)
    var (number, count) = (ledger.statement.first(of: resource, after: request.after), 0)
    while number != 0, count < WireLimits.statementCountMax {
      let line = ledger.statement[number]
      let id = line.key.resource == noIndex ? 0 : resources[line.key.resource].id
      line.told(number, of: id).write(to: &records, at: offset + count * StatementLine.byteCount)
      (number, count) = (ledger.statement.next(number, of: resource), count + 1)
    }
    return .reply(
      StatementReply(
        now: now, last: last, count: UInt16(truncatingIfNeeded: count),
        incarnation: UInt32(truncatingIfNeeded: incarnation)))
  }
}
