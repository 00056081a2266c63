import WireProtocol

/// A client's session: which of its numbers still count, and its receipts.
struct Session: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Receipts in the order of their numbers.
  var firstReceipt: UInt32 = noIndex
  var hash = Bytes16()
  /// Numbers below it are no longer kept.
  var floor: UInt64 = 1
  /// Instant of its last command.
  var lastActive: UInt64 = 0
  var lastReceipt: UInt32 = noIndex
  var receiptCount: UInt32 = 0
  /// Highest number that a receipt was kept of.
  var highest: UInt64 = 0
  /// Neighbours among the sessions with receipts, or among those without, by last activity.
  var earlier: UInt32 = noIndex
  var later: UInt32 = noIndex
}

/// One accepted command of a session: 64 bytes.
struct Receipt: SlotRecord {
  /// The number; as every record's first field it is never 0 while in use.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// Session index in the low 24 bits, kind of the command in the next 7, whether it was put off in the last one.
  private var sessionAndKind: UInt32 = 0
  var digest: UInt64 = 0
  var reply: (UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0)

  init() {}

  init(number: UInt64, session: UInt32, kind: CommandKind, digest: UInt64, isPutOff: Bool = false) {
    id = number
    sessionAndKind = session | UInt32(kind.rawValue & 0x7F) << 24 | (isPutOff ? 1 << 31 : 0)
    self.digest = digest
  }

  var session: UInt32 { sessionAndKind & 0xFF_FFFF }
  var kind: UInt8 { UInt8(truncatingIfNeeded: sessionAndKind >> 24) & 0x7F }
  /// Whether it waits, or waited, for ecash: `reply` begins with the payment's id, which knows the rest.
  var isPutOff: Bool { sessionAndKind >> 31 == 1 }
  /// While in use: the receipt with the next higher number of the same session.
  var next: UInt32 {
    get { nextFree }
    set { nextFree = newValue }
  }
}

/// All sessions and their receipts.
///
/// A session is in one of two lists, of those that have receipts and of those that have none, each in the order of last
/// activity: the first of either is the next to be dropped for idleness, and the first without receipts is what a new
/// session may take the place of. All receipts lie in one pool; an index by (session, number) finds them.
struct SessionTable: ~Copyable {
  private var sessions: SlotTable<Session>
  private var receipts: SlotTable<Receipt>
  private var byID: HashIndex
  private var byHash: HashIndex
  private var byNumber: HashIndex
  private let seed: HashSeed
  private var withReceipts = List()
  private var withoutReceipts = List()

  private struct List {
    var first = noIndex
    var last = noIndex

    mutating func append(_ index: UInt32, in sessions: borrowing SlotTable<Session>) {
      sessions[index].earlier = last
      sessions[index].later = noIndex
      if last == noIndex { first = index } else { sessions[last].later = index }
      last = index
    }

    mutating func unlink(_ index: UInt32, in sessions: borrowing SlotTable<Session>) {
      let (earlier, later) = (sessions[index].earlier, sessions[index].later)
      if earlier == noIndex { first = later } else { sessions[earlier].later = later }
      if later == noIndex { last = earlier } else { sessions[later].earlier = earlier }
    }
  }

  init?(sessionCountMax: UInt32, receiptCountMax: UInt32, seed: HashSeed) {
    guard let sessions = SlotTable<Session>(capacity: sessionCountMax),
      let receipts = SlotTable<Receipt>(capacity: receiptCountMax),
      let byID = HashIndex(capacity: sessionCountMax), let byHash = HashIndex(capacity: sessionCountMax),
      let byNumber = HashIndex(capacity: receiptCountMax)
    else { return nil }
    self.sessions = sessions
    self.receipts = receipts
    self.byID = byID
    self.byHash = byHash
    self.byNumber = byNumber
    self.seed = seed
  }

  /// Has all its memory given now.
  func populate() {
    sessions.populate()
    receipts.populate()
    byID.populate()
    byHash.populate()
    byNumber.populate()
  }

  /// Sessions that are kept.
  var count: UInt32 { sessions.count }
  /// Receipts that are kept.
  var receiptCount: UInt32 { receipts.count }
  /// Whether there is room for another receipt; the last eighth is for those of commands that give money back.
  func hasRoomForReceipt(isOwed: Bool) -> Bool {
    receipts.count < (isOwed ? receipts.capacity : receipts.capacity - receipts.capacity / 8)
  }

  // MARK: Sessions

  /// The session with this id.
  @inline(__always) func find(_ id: UInt64) -> UInt32? {
    byID.find(seed.hash(drawn: id)) { sessions[$0].id == id }
  }

  /// The session with this hash.
  @inline(__always) func find(_ hash: Bytes16) -> UInt32? {
    byHash.find(seed.hash(hash.low, hash.high)) { sessions[$0].hash == hash }
  }

  /// The session at an index that `find` gave.
  subscript(index: UInt32) -> Session {
    @inline(__always) get { sessions[index] }
  }

  /// Whether no place is free.
  var isFull: Bool { sessions.isFull }
  /// Whether a new session has a place: a free one, or that of a session without receipts.
  var hasPlace: Bool { !sessions.isFull || withoutReceipts.first != noIndex }

  /// Opens a session; nil when there is no place.
  mutating func open(_ id: UInt64, _ hash: Bytes16, at now: UInt64) -> UInt32? {
    if sessions.isFull {
      guard withoutReceipts.first != noIndex else { return nil }
      drop(withoutReceipts.first)
    }
    var session = Session()
    session.id = id
    session.hash = hash
    session.lastActive = now
    guard let index = sessions.insert(session) else { return nil }
    byID.insert(seed.hash(drawn: id), index)
    byHash.insert(seed.hash(hash.low, hash.high), index)
    append(index)
    return index
  }

  /// Whether it is to be dropped for idleness.
  @inline(__always) func isIdle(_ index: UInt32, at now: UInt64) -> Bool {
    sessions[index].lastActive + CoreLimits.sessionIdleMilliseconds <= now
  }

  /// Notes that the session is alive.
  mutating func touch(_ index: UInt32, at now: UInt64) {
    unlink(index)
    sessions[index].lastActive = now
    append(index)
  }

  /// Notes that the session is alive, and that receipts below `number - window` are no longer wanted.
  mutating func touch(_ index: UInt32, number: UInt64, window: UInt16, at now: UInt64) {
    unlink(index)
    sessions[index].lastActive = now
    let floor = number >= UInt64(window) ? number - UInt64(window) + 1 : 1
    if floor > sessions[index].floor {
      sessions[index].floor = floor
      while sessions[index].firstReceipt != noIndex, receipts[sessions[index].firstReceipt].id < floor {
        removeFirstReceipt(of: index)
      }
    }
    append(index)
  }

  /// When the session that is idle for longest is to be dropped; nil: there is none.
  @inline(__always) var nextIdle: UInt64? {
    guard let first = longestIdle else { return nil }
    return sessions[first].lastActive + CoreLimits.sessionIdleMilliseconds
  }

  /// Drops the session that is idle for longest, and gives how many receipts went with it.
  mutating func dropIdle() -> Int {
    guard let index = longestIdle else { return 0 }
    let count = Int(sessions[index].receiptCount)
    drop(index)
    return count
  }

  @inline(__always) private var longestIdle: UInt32? {
    let (one, other) = (withReceipts.first, withoutReceipts.first)
    if one == noIndex { return other == noIndex ? nil : other }
    if other == noIndex { return one }
    return sessions[one].lastActive <= sessions[other].lastActive ? one : other
  }

  /// Drops a session with its receipts.
  mutating func drop(_ index: UInt32) {
    unlink(index)
    while sessions[index].firstReceipt != noIndex { removeFirstReceipt(of: index) }
    let session = sessions[index]
    byID.remove(seed.hash(drawn: session.id), index)
    byHash.remove(seed.hash(session.hash.low, session.hash.high), index)
    sessions.remove(index)
  }

  private mutating func append(_ index: UInt32) {
    if sessions[index].receiptCount > 0 {
      withReceipts.append(index, in: sessions)
    } else {
      withoutReceipts.append(index, in: sessions)
    }
  }

  private mutating func unlink(_ index: UInt32) {
    if sessions[index].receiptCount > 0 {
      withReceipts.unlink(index, in: sessions)
    } else {
      withoutReceipts.unlink(index, in: sessions)
    }
  }

  // MARK: Receipts

  /// Asks for the memory of the receipt of a number, and of the place where it would be kept.
  @inline(__always) func prefetchReceipt(_ number: UInt64, of id: UInt64, ahead: UInt32) {
    guard let session = find(id) else { return }
    byNumber.prefetch(receiptHash(number, session))
    receipts.prefetchNext(ahead)
  }

  /// The receipt of a number, if it is kept.
  @inline(__always) func receipt(_ number: UInt64, of session: UInt32) -> UInt32? {
    if number > sessions[session].highest { return nil }
    return byNumber.find(receiptHash(number, session)) { receipts[$0].id == number && receipts[$0].session == session }
  }

  /// The receipt at an index that `receipt` gave.
  @inline(__always) func receipt(at index: UInt32) -> Receipt { receipts[index] }

  /// Keeps the receipt of an accepted command. There is room for it.
  mutating func keep(_ receipt: Receipt, of session: UInt32) {
    unlink(session)
    defer { append(session) }
    guard let index = receipts.insert(receipt) else { return }
    byNumber.insert(receiptHash(receipt.id, session), index)
    sessions[session].receiptCount += 1
    sessions[session].highest = max(sessions[session].highest, receipt.id)
    let last = sessions[session].lastReceipt
    if last == noIndex {
      receipts[index].next = noIndex
      sessions[session].firstReceipt = index
      sessions[session].lastReceipt = index
    } else if receipts[last].id < receipt.id {
      receipts[index].next = noIndex
      receipts[last].next = index
      sessions[session].lastReceipt = index
    } else {
      insertInOrder(index, receipt.id, of: session)
    }
  }

  /// A number below the highest: rare, and at most `windowMax` steps.
  private mutating func insertInOrder(_ index: UInt32, _ number: UInt64, of session: UInt32) {
    var before = noIndex
    var next = sessions[session].firstReceipt
    while next != noIndex, receipts[next].id < number {
      before = next
      next = receipts[next].next
    }
    receipts[index].next = next
    if before == noIndex { sessions[session].firstReceipt = index } else { receipts[before].next = index }
  }

  private mutating func removeFirstReceipt(of session: UInt32) {
    let index = sessions[session].firstReceipt
    let number = receipts[index].id
    byNumber.remove(receiptHash(number, session), index)
    let next = receipts[index].next
    sessions[session].firstReceipt = next
    if next == noIndex {
      sessions[session].lastReceipt = noIndex
    } else {
      // It goes with the session's next request, and has most often the next number.
      receipts.prefetch(next)
      byNumber.prefetch(receiptHash(number &+ 1, session))
    }
    sessions[session].receiptCount -= 1
    receipts.remove(index)
  }

  @inline(__always) private func receiptHash(_ number: UInt64, _ session: UInt32) -> UInt32 {
    seed.hash(drawn: number, owner: UInt64(session))
  }

  // MARK: Snapshots

  /// Writes all of it.
  func write<Sink>(to writer: inout SnapshotWriter<Sink>) {
    sessions.write(.sessions, to: &writer)
    receipts.write(.receipts, to: &writer)
    let ends = [withReceipts.first, withReceipts.last, withoutReceipts.first, withoutReceipts.last]
    writer.write(.sessionLists, ends.map(UInt64.init))
  }

  /// Reads what `write` wrote. Only while it is empty; false when it is damaged.
  mutating func read<Source>(from reader: inout SnapshotReader<Source>) -> Bool {
    guard sessions.read(.sessions, from: &reader), receipts.read(.receipts, from: &reader),
      let ends = reader.read(.sessionLists, count: 4),
      ends.allSatisfy({ $0 < UInt64(sessions.highWater) || $0 == UInt64(noIndex) }), hasSoundLinks
    else { return false }
    withReceipts = List(first: UInt32(truncatingIfNeeded: ends[0]), last: UInt32(truncatingIfNeeded: ends[1]))
    withoutReceipts = List(first: UInt32(truncatingIfNeeded: ends[2]), last: UInt32(truncatingIfNeeded: ends[3]))
    for index in 0..<sessions.highWater where sessions[index].id != 0 {
      let session = sessions[index]
      byID.insert(seed.hash(drawn: session.id), index)
      byHash.insert(seed.hash(session.hash.low, session.hash.high), index)
    }
    for index in 0..<receipts.highWater where receipts[index].id != 0 {
      byNumber.insert(receiptHash(receipts[index].id, receipts[index].session), index)
    }
    return true
  }

  /// Whether no link leads out of a table, so that what follows them may.
  private var hasSoundLinks: Bool {
    for index in 0..<sessions.highWater where sessions[index].id != 0 {
      let session = sessions[index]
      for link in [session.earlier, session.later] where link != noIndex && link >= sessions.highWater { return false }
      for link in [session.firstReceipt, session.lastReceipt] where link != noIndex && link >= receipts.highWater {
        return false
      }
    }
    for index in 0..<receipts.highWater where receipts[index].id != 0 {
      let receipt = receipts[index]
      guard receipt.session < sessions.highWater, receipt.next == noIndex || receipt.next < receipts.highWater else {
        return false
      }
    }
    return true
  }

  // MARK: Tests

  /// Mixes all of it in.
  func mix(into digest: inout StateDigest) {
    sessions.mix(into: &digest)
    receipts.mix(into: &digest)
    for index in [withReceipts.first, withReceipts.last, withoutReceipts.first, withoutReceipts.last] {
      digest.mix(UInt64(index))
    }
  }

  /// What is wrong, or nil: lists, counts and indices agree.
  func checkInvariants() -> String? {
    if let fault = sessions.checkInvariants("sessions") ?? receipts.checkInvariants("receipts") { return fault }
    guard byID.count == Int(sessions.count), byHash.count == Int(sessions.count), byNumber.count == Int(receipts.count)
    else { return "sessions: indices and tables differ" }
    var listed: UInt32 = 0
    for (first, hasReceipts) in [(withReceipts.first, true), (withoutReceipts.first, false)] {
      var index = first
      var lastActive: UInt64 = 0
      while index != noIndex {
        let session = sessions[index]
        guard (session.receiptCount > 0) == hasReceipts, session.lastActive >= lastActive, listed < sessions.count,
          find(session.id) == index, find(session.hash) == index
        else { return "sessions: session \(session.id) is out of place" }
        lastActive = session.lastActive
        listed += 1
        if let fault = checkReceipts(of: index) { return fault }
        index = session.later
      }
    }
    return listed == sessions.count ? nil : "sessions: \(listed) of \(sessions.count) are listed"
  }

  private func checkReceipts(of index: UInt32) -> String? {
    let session = sessions[index]
    var number: UInt64 = 0
    var count: UInt32 = 0
    var next = session.firstReceipt
    while next != noIndex {
      let receipt = receipts[next]
      guard receipt.id > number, receipt.id >= session.floor, count < session.receiptCount, receipt.session == index,
        self.receipt(receipt.id, of: index) == next
      else { return "sessions: receipt \(receipt.id) of session \(session.id) is out of place" }
      number = receipt.id
      count += 1
      next = receipt.next
    }
    return count == session.receiptCount && count <= UInt32(WireLimits.windowMax)
      ? nil : "sessions: receipts of session \(session.id) are miscounted"
  }
}
