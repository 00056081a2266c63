/// What happens by itself at an instant, at most one thing for each member, in the order of (instant, id, rank).
///
/// Unlike timers, which are wake-ups in no particular order, these are events that time does not pass by: their order shows in
/// outcomes, so it is total. A binary heap in flat memory; `positions` says where each member is, so that an event can be moved
/// or taken out.
struct Agenda: ~Copyable {
  /// One event.
  struct Entry {
    var instant: UInt64 = 0
    /// Id of what it is about.
    var id: UInt64 = 0
    /// Number of what it is about, below the capacity.
    var member: UInt32 = 0
    /// What comes first of one id: of agents their numbers, else 0.
    var rank: UInt32 = 0

    init(instant: UInt64, id: UInt64, rank: UInt32 = 0, member: UInt32) {
      (self.instant, self.id, self.rank, self.member) = (instant, id, rank, member)
    }

    static func < (left: Entry, right: Entry) -> Bool {
      (left.instant, left.id, left.rank) < (right.instant, right.id, right.rank)
    }
  }

  private let entries: FlatMemory<Entry>
  /// Position + 1 of each member; 0: it has no event.
  private let positions: FlatMemory<UInt32>
  private(set) var count = 0

  init?(capacity: UInt32) {
    guard let entries = FlatMemory<Entry>(count: Int(capacity)),
      let positions = FlatMemory<UInt32>(count: Int(capacity))
    else { return nil }
    self.entries = entries
    self.positions = positions
  }

  /// The next event.
  @inline(__always) var first: Entry? { count > 0 ? entries[0] : nil }

  /// The event of `member`; nil when it has none.
  func entry(of member: UInt32) -> Entry? {
    let position = positions[Int(member)]
    return position == 0 ? nil : entries[Int(position) - 1]
  }

  /// When the event of `member` happens; nil when it has none.
  func instant(of member: UInt32) -> UInt64? { entry(of: member)?.instant }

  /// Sets the event of a member, in place of the one it has.
  mutating func arm(_ entry: Entry) {
    disarm(entry.member)
    count += 1
    rise(count - 1, entry)
  }

  /// Takes the event of a member out, if it has one.
  mutating func disarm(_ member: UInt32) {
    let position = Int(positions[Int(member)]) - 1
    guard position >= 0 else { return }
    positions[Int(member)] = 0
    count -= 1
    guard position < count else { return }
    let last = entries[count]
    if position > 0, last < entries[(position - 1) / 2] { rise(position, last) } else { sink(position, last) }
  }

  private func place(_ position: Int, _ entry: Entry) {
    entries[position] = entry
    positions[Int(entry.member)] = UInt32(truncatingIfNeeded: position + 1)
  }

  private func rise(_ from: Int, _ entry: Entry) {
    var position = from
    while position > 0, entry < entries[(position - 1) / 2] {
      place(position, entries[(position - 1) / 2])
      position = (position - 1) / 2
    }
    place(position, entry)
  }

  private func sink(_ from: Int, _ entry: Entry) {
    var position = from
    while true {
      var child = position * 2 + 1
      guard child < count else { break }
      if child + 1 < count, entries[child + 1] < entries[child] { child += 1 }
      guard entries[child] < entry else { break }
      place(position, entries[child])
      position = child
    }
    place(position, entry)
  }

  /// Writes every event.
  func write<Sink>(to writer: inout SnapshotWriter<Sink>) { writer.write(.agenda, entries, count: count) }

  /// Reads what `write` wrote. Only while it is empty; false when it is damaged.
  mutating func read<Source>(from reader: inout SnapshotReader<Source>) -> Bool {
    guard let section = reader.read(.agenda, into: entries) else { return false }
    count = Int(section.count)
    for position in 0..<count {
      let member = Int(entries[position].member)
      guard member < positions.count, positions[member] == 0 else { return false }
      positions[member] = UInt32(truncatingIfNeeded: position + 1)
    }
    return checkInvariants() == nil
  }

  /// Mixes every event in.
  func mix(into digest: inout StateDigest) { entries.mix(upTo: count, into: &digest) }

  /// What is wrong, or nil: no event is before its parent, and positions agree.
  func checkInvariants() -> String? {
    for position in 0..<count {
      if position > 0, entries[position] < entries[(position - 1) / 2] {
        return "agenda: event \(position) is too late"
      }
      if Int(positions[Int(entries[position].member)]) != position + 1 {
        return "agenda: position \(position) is wrong"
      }
    }
    return nil
  }
}
