/// Wake-ups of records, at most one each, in the order of their instants; those of one instant in the order in which the heap
/// has them, which is the same on every machine and shows in no outcome.
///
/// A four-ary heap in flat memory: instants and indices lie in arrays of their own, so that the four children are compared
/// within one cache line, and `positions` says where each index is, so that a timer can be moved or taken out. 16 bytes a record.
struct TimerHeap: ~Copyable {
  private let instants: FlatMemory<UInt64>
  private let indices: FlatMemory<UInt32>
  /// Position + 1 of each index; 0: not armed.
  private let positions: FlatMemory<UInt32>
  private(set) var count = 0
  /// Indices that rose last into the third and the fifth row of the heap: they fire soon. Of timers of one instant every one that
  /// fires lets another rise by a row, so a row is as long as it takes to fire one.
  private(set) var risen: (near: UInt32, far: UInt32) = (noIndex, noIndex)

  init?(capacity: UInt32) {
    guard let instants = FlatMemory<UInt64>(count: Int(capacity)),
      let indices = FlatMemory<UInt32>(count: Int(capacity)),
      let positions = FlatMemory<UInt32>(count: Int(capacity))
    else { return nil }
    self.instants = instants
    self.indices = indices
    self.positions = positions
  }

  /// Has all its memory given now.
  func populate() {
    instants.populate()
    indices.populate()
    positions.populate()
  }

  /// The earliest timer.
  var first: (instant: UInt64, index: UInt32)? { count > 0 ? (instants[0], indices[0]) : nil }

  /// Asks for the memory where it is told where the timer of `index` is.
  @inline(__always) func prefetch(_ index: UInt32) { positions.prefetch(Int(index)) }

  /// When the timer of `index` is due; nil when it has none.
  @inline(__always) func instant(of index: UInt32) -> UInt64? {
    let position = positions[Int(index)]
    return position == 0 ? nil : instants[Int(position) - 1]
  }

  /// Sets the timer of `index`, moving the one it has.
  mutating func arm(_ index: UInt32, at instant: UInt64) {
    let position = Int(positions[Int(index)])
    if position == 0 {
      count += 1
      rise(count - 1, instant, index)
    } else if instant < instants[position - 1] {
      rise(position - 1, instant, index)
    } else {
      sink(position - 1, instant, index)
    }
  }

  /// Takes the timer of `index` out, if it has one.
  mutating func disarm(_ index: UInt32) {
    let position = Int(positions[Int(index)]) - 1
    guard position >= 0 else { return }
    positions[Int(index)] = 0
    count -= 1
    guard position < count else { return }
    let (lastInstant, lastIndex) = (instants[count], indices[count])
    if position > 0, lastInstant < instants[(position - 1) / 4] {
      rise(position, lastInstant, lastIndex)
    } else {
      sink(position, lastInstant, lastIndex)
    }
  }

  @inline(__always) private func place(_ position: Int, _ instant: UInt64, _ index: UInt32) {
    instants[position] = instant
    indices[position] = index
    positions[Int(index)] = UInt32(truncatingIfNeeded: position + 1)
  }

  private func rise(_ from: Int, _ instant: UInt64, _ index: UInt32) {
    var position = from
    while position > 0 {
      let parent = (position - 1) / 4
      guard instant < instants[parent] else { break }
      place(position, instants[parent], indices[parent])
      position = parent
    }
    place(position, instant, index)
  }

  /// Fills the hole at `from`: the earliest child moves up, down to the bottom, and there the timer finds its place upwards. It came
  /// from the bottom, or moved to later, so it mostly stays near it.
  private mutating func sink(_ from: Int, _ instant: UInt64, _ index: UInt32) {
    var hole = from
    while let child = leastChild(of: hole) {
      place(hole, instants[child], indices[child])
      noteRisen(indices[child], to: hole)
      hole = child
    }
    rise(hole, instant, index)
  }

  @inline(__always) private mutating func noteRisen(_ index: UInt32, to position: Int) {
    if position < 341 {
      if position >= 85 { risen.far = index } else if position >= 5, position < 21 { risen.near = index }
    }
  }

  /// Where the earliest child of `position` is; nil when it has none.
  @inline(__always) private func leastChild(of position: Int) -> Int? {
    let first = position &* 4 &+ 1
    if first &+ 3 < count {
      let left = first &+ (instants[first &+ 1] < instants[first] ? 1 : 0)
      let right = first &+ (instants[first &+ 3] < instants[first &+ 2] ? 3 : 2)
      return instants[right] < instants[left] ? right : left
    }
    guard first < count else { return nil }
    var least = first
    var other = first &+ 1
    while other < count {
      if instants[other] < instants[least] { least = other }
      other &+= 1
    }
    return least
  }

  /// Writes every timer.
  func write<Sink>(_ tags: (SnapshotTag, SnapshotTag), to writer: inout SnapshotWriter<Sink>) {
    writer.write(tags.0, instants, count: count)
    writer.write(tags.1, indices, count: count)
  }

  /// Reads what `write` wrote. Only while it is empty; false when it is damaged.
  mutating func read<Source>(_ tags: (SnapshotTag, SnapshotTag), from reader: inout SnapshotReader<Source>) -> Bool {
    guard let first = reader.read(tags.0, into: instants), let second = reader.read(tags.1, into: indices),
      first.count == second.count
    else { return false }
    count = Int(first.count)
    for position in 0..<count {
      let index = Int(indices[position])
      guard index < positions.count, positions[index] == 0 else { return false }
      positions[index] = UInt32(truncatingIfNeeded: position + 1)
    }
    return checkInvariants("") == nil
  }

  /// Mixes every timer in.
  func mix(into digest: inout StateDigest) {
    instants.mix(upTo: count, into: &digest)
    indices.mix(upTo: count, into: &digest)
  }

  /// What is wrong, or nil: no timer is before its parent, and positions agree.
  func checkInvariants(_ name: String) -> String? {
    for position in 0..<count {
      if position > 0, instants[position] < instants[(position - 1) / 4] {
        return "\(name): timer \(position) is before its parent"
      }
      if Int(positions[Int(indices[position])]) != position + 1 { return "\(name): position \(position) is wrong" }
    }
    return nil
  }
}
