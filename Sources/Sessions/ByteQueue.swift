/// Bytes in order, added at the end and removed at the front, in one piece of memory from the pool.
///
///     |  removed  |=== bytes ===|  room  |
///     0         start          end    capacity
///
/// Holds no memory when it is empty. Whoever owns it calls `clear` before it goes: the memory is the pool's.
@safe struct ByteQueue: ~Copyable {
  private var base: UnsafeMutableRawPointer?
  /// Bytes of its memory.
  private(set) var capacity = 0
  private var start = 0
  private var end = 0

  /// Bytes in it.
  var count: Int { end - start }

  /// The bytes, until the next change.
  var bytes: UnsafeRawBufferPointer {
    guard let base = unsafe base else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeRawBufferPointer(start: base + start, count: count)
  }

  /// Room for `byteCount` bytes after the last one; `commit` makes them part of the queue.
  mutating func room(_ byteCount: Int, from pool: inout BufferPool) -> UnsafeMutableRawBufferPointer {
    if capacity - end < byteCount { makeRoom(byteCount, from: &pool) }
    guard let base = unsafe base else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    return unsafe UnsafeMutableRawBufferPointer(start: base + end, count: byteCount)
  }

  /// Adds what was written to `room`.
  mutating func commit(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= capacity - end)
    end += byteCount
  }

  /// Adds a copy.
  mutating func append(_ bytes: UnsafeRawBufferPointer, from pool: inout BufferPool) {
    guard bytes.count > 0 else { return }
    unsafe room(bytes.count, from: &pool).copyMemory(from: bytes)
    commit(bytes.count)
  }

  /// Removes the first `byteCount` bytes; the memory goes back when that was all.
  mutating func removeFirst(_ byteCount: Int, to pool: inout BufferPool) {
    precondition(byteCount >= 0 && byteCount <= count)
    start += byteCount
    if start == end { clear(to: &pool) }
  }

  /// Removes everything and gives the memory back.
  mutating func clear(to pool: inout BufferPool) {
    if let base = unsafe base { unsafe pool.give(base, byteCount: capacity) }
    unsafe base = nil
    capacity = 0
    start = 0
    end = 0
  }

  private mutating func makeRoom(_ byteCount: Int, from pool: inout BufferPool) {
    // Moved down only when at least as much was removed as is moved, so that it costs a constant per byte.
    if let base = unsafe base, start >= count, capacity - count >= byteCount {
      unsafe base.copyMemory(from: base + start, byteCount: count)
    } else {
      let needed = max(count + byteCount, 2 * count)
      let block = unsafe pool.take(byteCount: needed)
      if let base = unsafe base {
        unsafe block.copyMemory(from: base + start, byteCount: count)
        unsafe pool.give(base, byteCount: capacity)
      }
      unsafe base = unsafe block
      capacity = BufferPool.blockByteCount(for: needed)
    }
    end = count
    start = 0
  }
}
