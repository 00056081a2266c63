internal import CPrefetch
import WireProtocol

/// What a handle of BIND stands for: a key that was proved, as facts that the state machine checks again.
struct Handle {
  /// The lease.
  var lease: UInt64
  /// OWNER: with the owner generation that the key matched. DEBIT_KEY: with the id of the debit key.
  var actor: Actor
  /// Where the lease lies in the table, as a hint.
  var leaseIndex: UInt32

  /// No lease, and nobody's.
  static var nothing: Handle { Handle(lease: 0, actor: .nobody, leaseIndex: .max) }
}

/// The handles of one connection. Handle number n is element n - 1; numbers are never given twice.
///
/// Its memory is its own and no array's: to ask for an element ahead must cost less than to wait for it, and an array's reference would
/// be counted.
@safe struct HandleTable: ~Copyable {
  private var memory = unsafe UnsafeMutableBufferPointer<Handle>(start: nil, count: 0)
  private(set) var count = 0

  deinit { unsafe memory.deallocate() }

  /// The handle with this number, or nil.
  subscript(number: UInt32) -> Handle? {
    let index = Int(number) - 1
    guard index >= 0, index < count else { return nil }
    return unsafe memory[index]
  }

  /// The handle with this number, which need not be there, will be wanted.
  @inline(__always) func prefetch(_ number: UInt32) {
    let index = Int(number) - 1
    guard index >= 0, index < count, let start = unsafe memory.baseAddress else { return }
    unsafe tp_prefetch(start + index)
  }

  /// Adds a handle and gives its number.
  mutating func append(_ handle: Handle) -> UInt32 {
    if unsafe count == memory.count { grow() }
    unsafe memory.initializeElement(at: count, to: handle)
    count += 1
    return UInt32(count)
  }

  private mutating func grow() {
    let larger = UnsafeMutableBufferPointer<Handle>.allocate(capacity: max(8, count * 2))
    _ = unsafe larger.moveInitialize(fromContentsOf: memory[..<count])
    unsafe memory.deallocate()
    unsafe memory = larger
  }

  /// Forgets all of them, with their memory.
  mutating func removeAll() { self = HandleTable() }
}
