/// From hashes to indices of records: open addressing with linear probing, at most two thirds full.
///
///     cell: 32 bits of hash | value + 1        (0: empty)
///
/// The home of a cell follows from its own hash, so a removal closes the gap without asking the records. Whether a record is
/// the one that is looked for only its owner knows: `find` asks for each cell with the same hash.
struct HashIndex: ~Copyable {
  private let cells: FlatMemory<UInt64>
  private let mask: Int
  private(set) var count = 0

  /// Room for `capacity` values below 2^32 - 1.
  init?(capacity: UInt32) {
    var bits: UInt32 = 4
    while (UInt64(1) << UInt64(bits)) * 2 < UInt64(capacity) * 3 { bits += 1 }
    guard bits <= 31, let cells = FlatMemory<UInt64>(count: 1 << Int(bits)) else { return nil }
    self.cells = cells
    mask = 1 << Int(bits) - 1
  }

  /// Has all its memory given now.
  func populate() { cells.populate() }

  @inline(__always) private func home(_ hash: UInt32) -> Int { Int(hash) & mask }

  /// Asks for the memory where a hash is looked for first.
  @inline(__always) func prefetch(_ hash: UInt32) { cells.prefetch(home(hash)) }

  /// The first value with this hash for which `matches` holds.
  @inline(__always) func find(_ hash: UInt32, where matches: (UInt32) -> Bool) -> UInt32? {
    var position = home(hash)
    while true {
      let cell = cells[position]
      if cell == 0 { return nil }
      if UInt32(truncatingIfNeeded: cell >> 32) == hash {
        let value = UInt32(truncatingIfNeeded: cell) &- 1
        if matches(value) { return value }
      }
      position = (position &+ 1) & mask
    }
  }

  /// The first value with this hash, of whatever record.
  @inline(__always) func first(_ hash: UInt32) -> UInt32? {
    var found: UInt32?
    _ = find(hash) { value in
      found = value
      return true
    }
    return found
  }

  /// Adds a value that is not there. The caller keeps within the capacity.
  mutating func insert(_ hash: UInt32, _ value: UInt32) {
    var position = home(hash)
    while cells[position] != 0 { position = (position &+ 1) & mask }
    cells[position] = UInt64(hash) << 32 | UInt64(value &+ 1)
    count += 1
  }

  /// Replaces `old`, which is there, by `new`.
  mutating func replace(_ hash: UInt32, _ old: UInt32, by new: UInt32) {
    guard let position = position(hash, old) else { return }
    cells[position] = UInt64(hash) << 32 | UInt64(new &+ 1)
  }

  /// Takes a value out.
  mutating func remove(_ hash: UInt32, _ value: UInt32) {
    guard var gap = position(hash, value) else { return }
    count -= 1
    var next = gap
    while true {
      next = (next &+ 1) & mask
      let cell = cells[next]
      if cell == 0 { break }
      // A cell may move back to the gap unless its home lies behind the gap.
      let distance = (next &- home(UInt32(truncatingIfNeeded: cell >> 32))) & mask
      if distance >= (next &- gap) & mask {
        cells[gap] = cell
        gap = next
      }
    }
    cells[gap] = 0
  }

  private func position(_ hash: UInt32, _ value: UInt32) -> Int? {
    let wanted = UInt64(hash) << 32 | UInt64(value &+ 1)
    var position = home(hash)
    while cells[position] != wanted {
      if cells[position] == 0 { return nil }
      position = (position &+ 1) & mask
    }
    return position
  }
}
