private import CPrefetch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Zeroed memory for `count` elements, owned once and aligned to cache lines.
///
/// It comes from `calloc`, so that pages nobody touched cost nothing: a table may be as large as its capacity. Large ones
/// ask for huge pages: 512 times fewer faults while they fill, and fewer misses of the address translation. Elements are
/// plain bits whose all-zero form is valid; nothing is initialised or destroyed one by one.
@safe struct FlatMemory<Element>: ~Copyable {
  /// Element 0.
  let base: UnsafeMutablePointer<Element>
  /// How many elements there is room for.
  let count: Int
  private let allocation: UnsafeMutableRawPointer

  private static var hugePageByteCount: Int { 2 << 20 }
  private static var cacheLineByteCount: Int { 64 }

  /// Nil when there is not so much memory.
  init?(count: Int) {
    let (byteCount, isTooLarge) = MemoryLayout<Element>.stride.multipliedReportingOverflow(by: max(count, 1))
    guard !isTooLarge, byteCount < Int.max / 2 else { return nil }
    let isLarge = byteCount >= 2 * Self.hugePageByteCount
    let alignment = isLarge ? Self.hugePageByteCount : Self.cacheLineByteCount
    guard let allocation = unsafe calloc(1, byteCount + alignment) else { return nil }
    unsafe self.allocation = allocation
    let start = unsafe allocation.alignedUp(toMultipleOf: alignment)
    #if os(Linux)
      // A wish: without huge pages everything works as well.
      if isLarge { _ = unsafe madvise(start, byteCount, MADV_HUGEPAGE) }
    #endif
    unsafe base = start.bindMemory(to: Element.self, capacity: max(count, 1))
    self.count = count
  }

  deinit { unsafe free(allocation) }

  /// Element number `index`, in place. The caller keeps `index` within `count`.
  subscript(index: Int) -> Element {
    @inline(__always) unsafeAddress {
      assert(index >= 0 && index < count)
      return unsafe UnsafePointer(base + index)
    }
    @inline(__always) nonmutating unsafeMutableAddress {
      assert(index >= 0 && index < count)
      return unsafe base + index
    }
  }

  /// Asks for the cache line in which element `index` begins, if it is one.
  @inline(__always) func prefetch(_ index: Int) {
    if index >= 0, index < count { unsafe tp_prefetch(base + index) }
  }

  /// Has the system give all pages now, so that none is waited for later. What was written stays.
  func populate() {
    #if os(Linux)
      // Whole pages only, hence not the ends; what the system cannot do now, it does when it is needed.
      let pageByteCount = 4_096
      let start = unsafe UnsafeMutableRawPointer(base).alignedUp(toMultipleOf: pageByteCount)
      let end = unsafe UnsafeMutableRawPointer(base + max(count, 1)).alignedDown(toMultipleOf: pageByteCount)
      if unsafe end > start { _ = unsafe madvise(start, end - start, MADV_POPULATE_WRITE) }
    #endif
  }

  /// The bytes of some elements, which have no holes, to be written.
  func mutableBytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
    let range = range.clamped(to: 0..<count)
    return unsafe UnsafeMutableRawBufferPointer(
      start: base + range.lowerBound, count: range.count * MemoryLayout<Element>.stride)
  }

  /// The bytes of some elements, to be read.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(mutableBytes(range)) }

  /// Mixes the bytes of elements 0 to `end` in.
  func mix(upTo end: Int, into digest: inout StateDigest) {
    let bytes = unsafe bytes(0..<max(end, 0))
    var offset = 0
    while offset + 8 <= bytes.count {
      digest.mix(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    while offset < bytes.count {
      digest.mix(UInt64(unsafe bytes[offset]))
      offset += 1
    }
  }
}
