/// Wake-ups of records, at most one each, in the order of (instant, index).
///
/// A four-ary heap in flat memory: instants and indices lie in arrays of their own, and `positions` says where each index
/// is, so that a timer can be moved or taken out. 16 bytes a record.
struct TimerHeap: ~Copyable {
  private let instants: FlatMemory<UInt64>
  private let indices: FlatMemory<UInt32>
  /// Position + 1 of each index; 0: not armed.
  private let positions: FlatMemory<UInt32>
  private(set) var count = 0

  init?(capacity: UInt32) {
    guard let instants = FlatMemory<UInt64>(count: Int(capacity)),
      let indices = FlatMemory<UInt32>(count: Int(capacity)),
      let positions = FlatMemory<UInt32>(count: Int(capacity))
    else { return nil }
    self.instants = instants
    self.indices = indices
    self.positions = positions
  }

  /// The earliest timer.
  var first: (instant: UInt64, index: UInt32)? { count > 0 ? (instants[0], indices[0]) : nil }

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
    } else if isBefore(instant, index, position - 1) {
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
    if position > 0, isBefore(lastInstant, lastIndex, (position - 1) / 4) {
      rise(position, lastInstant, lastIndex)
    } else {
      sink(position, lastInstant, lastIndex)
    }
  }

  @inline(__always) private func isBefore(_ instant: UInt64, _ index: UInt32, _ position: Int) -> Bool {
    let other = instants[position]
    return instant < other || (instant == other && index < indices[position])
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
      guard isBefore(instant, index, parent) else { break }
      place(position, instants[parent], indices[parent])
      position = parent
    }
    place(position, instant, index)
  }

  private func sink(_ from: Int, _ instant: UInt64, _ index: UInt32) {
    var position = from
    while true {
      let firstChild = position * 4 + 1
      guard firstChild < count else { break }
      var least = firstChild
      for child in firstChild + 1..<min(firstChild + 4, count) where isBefore(instants[child], indices[child], least) {
        least = child
      }
      guard !isBefore(instant, index, least) else { break }
      place(position, instants[least], indices[least])
      position = least
    }
    place(position, instant, index)
  }

  /// Mixes every timer in.
  func mix(into digest: inout StateDigest) {
    instants.mix(upTo: count, into: &digest)
    indices.mix(upTo: count, into: &digest)
  }

  /// What is wrong, or nil: no timer is before its parent, and positions agree.
  func checkInvariants(_ name: String) -> String? {
    for position in 0..<count {
      if position > 0, isBefore(instants[position], indices[position], (position - 1) / 4) {
        return "\(name): timer \(position) is before its parent"
      }
      if Int(positions[Int(indices[position])]) != position + 1 { return "\(name): position \(position) is wrong" }
    }
    return nil
  }
}
