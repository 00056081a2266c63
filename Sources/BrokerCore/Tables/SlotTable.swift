private import CPrefetch

/// What a table keeps: plain bits without holes that begin with a number which is never 0 while the record is in use.
protocol SlotRecord {
  /// Its id; 0: the slot is free.
  var id: UInt64 { get }
  /// While the slot is free: the next free slot, plus one. Lies in bytes that follow `id`.
  var nextFree: UInt32 { get set }
  /// All zero.
  init()
}

/// Index that means "none" wherever a record names another by its index.
let noIndex = UInt32.max

/// Records of a fixed capacity in flat memory, found by index.
///
/// A free slot is all zero but for a link to the next free one. Slots are taken last in, first out, and new ones only when
/// none is free, so that memory which was never needed is never touched.
struct SlotTable<Record: SlotRecord>: ~Copyable {
  private let memory: FlatMemory<Record>
  private var firstFree: UInt32 = noIndex
  /// Slots that were ever used: indices below it may hold records.
  private(set) var highWater: UInt32 = 0
  /// Records in use.
  private(set) var count: UInt32 = 0

  init?(capacity: UInt32) {
    guard let memory = FlatMemory<Record>(count: Int(capacity)) else { return nil }
    self.memory = memory
  }

  /// Has all its memory given now.
  func populate() { memory.populate() }

  /// Most records there can be.
  var capacity: UInt32 { UInt32(truncatingIfNeeded: memory.count) }
  /// Whether no slot is free.
  var isFull: Bool { count == capacity }

  /// The record at `index`, in place. `index` is one that `insert` gave.
  subscript(index: UInt32) -> Record {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(memory.base + Int(index)) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe memory.base + Int(index) }
  }

  /// Whether `index`, from outside, names the record `id`.
  @inline(__always) func holds(_ id: UInt64, at index: UInt32) -> Bool {
    index < highWater && id != 0 && self[index].id == id
  }

  /// Asks for the memory of a record of two cache lines or less.
  @inline(__always) func prefetch(_ index: UInt32) {
    memory.prefetch(Int(index))
    if MemoryLayout<Record>.stride > 64 { unsafe tp_prefetch(UnsafeRawPointer(memory.base + Int(index)) + 64) }
  }

  /// The slot that the next record takes, when it was used before.
  var nextFree: UInt32? { firstFree == noIndex ? nil : firstFree }

  /// Asks for the slot that the next record but `ahead` is likely to take.
  @inline(__always) func prefetchNext(_ ahead: UInt32) {
    if firstFree == noIndex { return prefetch(highWater &+ ahead) }
    prefetch(firstFree)
  }

  /// Takes a slot for `record`; nil when none is free.
  mutating func insert(_ record: Record) -> UInt32? {
    let index: UInt32
    if firstFree != noIndex {
      index = firstFree
      firstFree = self[index].nextFree &- 1
      // Each free slot says where the next one is: whoever takes it should not have to wait to hear.
      if firstFree != noIndex { prefetch(firstFree) }
    } else {
      guard highWater < capacity else { return nil }
      index = highWater
      highWater += 1
    }
    self[index] = record
    count += 1
    return index
  }

  /// Gives a slot back.
  mutating func remove(_ index: UInt32) {
    var free = Record()
    free.nextFree = firstFree &+ 1
    self[index] = free
    firstFree = index
    count -= 1
  }

  /// Writes every slot that was ever used.
  func write<Sink>(_ tag: SnapshotTag, to writer: inout SnapshotWriter<Sink>) {
    writer.write(tag, memory, count: Int(highWater), used: count, firstFree: firstFree &+ 1)
  }

  /// Reads what `write` wrote. Only while it is empty; false when it is damaged.
  mutating func read<Source>(_ tag: SnapshotTag, from reader: inout SnapshotReader<Source>) -> Bool {
    guard let section = reader.read(tag, into: memory) else { return false }
    highWater = UInt32(truncatingIfNeeded: section.count)
    count = UInt32(truncatingIfNeeded: section.used)
    firstFree = UInt32(truncatingIfNeeded: section.firstFree) &- 1
    return checkInvariants("") == nil
  }

  /// Mixes every slot in.
  func mix(into digest: inout StateDigest) {
    digest.mix(UInt64(count) << 32 | UInt64(firstFree))
    memory.mix(upTo: Int(highWater), into: &digest)
  }

  /// What is wrong, or nil: every slot is in use or free, and none twice.
  func checkInvariants(_ name: String) -> String? {
    var used: UInt32 = 0
    for index in 0..<highWater where self[index].id != 0 { used += 1 }
    guard used == count else { return "\(name): \(used) records in use, \(count) counted" }
    var free: UInt32 = 0
    var next = firstFree
    while next != noIndex {
      guard next < highWater, self[next].id == 0, free < highWater else { return "\(name): free list is broken" }
      free += 1
      next = self[next].nextFree &- 1
    }
    return used + free == highWater ? nil : "\(name): \(used) used and \(free) free of \(highWater)"
  }
}
