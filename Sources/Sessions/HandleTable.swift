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
struct HandleTable {
  private var handles: ContiguousArray<Handle> = []

  var count: Int { handles.count }

  /// The handle with this number, or nil.
  subscript(number: UInt32) -> Handle? {
    let index = Int(number) - 1
    guard index >= 0, index < handles.count else { return nil }
    return handles[index]
  }

  /// Adds a handle and gives its number.
  mutating func append(_ handle: Handle) -> UInt32 {
    handles.append(handle)
    return UInt32(handles.count)
  }

  /// Forgets all of them, with their memory.
  mutating func removeAll() { handles = [] }
}
