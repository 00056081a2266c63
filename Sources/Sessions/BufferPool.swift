/// Memory for what connections have to keep: received bytes that are no whole frame yet, and replies that are not sent yet.
///
/// Blocks come in powers of two. One that is given back is kept for the next taker, up to a total; so a busy broker allocates
/// nothing, and an idle connection holds nothing. A kept block's first word links to the next one of its size.
@safe struct BufferPool: ~Copyable {
  /// Bytes of the smallest block.
  static let byteCountMin = 512
  private static let classCount = 24

  private let kept: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  private let keptByteCountMax: Int
  private(set) var keptByteCount = 0

  init(keptByteCountMax: Int) {
    self.keptByteCountMax = keptByteCountMax
    unsafe kept = .allocate(capacity: Self.classCount)
    unsafe kept.initialize(repeating: nil, count: Self.classCount)
  }

  deinit {
    for index in 0..<Self.classCount {
      var block = unsafe kept[index]
      while let current = unsafe block {
        unsafe block = unsafe current.load(as: UnsafeMutableRawPointer?.self)
        unsafe current.deallocate()
      }
    }
    unsafe kept.deallocate()
  }

  /// Bytes of the block that holds `byteCount`.
  static func blockByteCount(for byteCount: Int) -> Int {
    byteCountMin << classIndex(for: byteCount)
  }

  /// A block of `blockByteCount(for: byteCount)` bytes, to be given back.
  mutating func take(byteCount: Int) -> UnsafeMutableRawPointer {
    let index = Self.classIndex(for: byteCount)
    if let block = unsafe kept[index] {
      unsafe kept[index] = unsafe block.load(as: UnsafeMutableRawPointer?.self)
      keptByteCount -= Self.byteCountMin << index
      return unsafe block
    }
    return .allocate(byteCount: Self.byteCountMin << index, alignment: 16)
  }

  /// Takes a block back.
  mutating func give(_ block: UnsafeMutableRawPointer, byteCount: Int) {
    guard keptByteCount + byteCount <= keptByteCountMax else { return unsafe block.deallocate() }
    let index = Self.classIndex(for: byteCount)
    unsafe block.storeBytes(of: kept[index], as: UnsafeMutableRawPointer?.self)
    unsafe kept[index] = unsafe block
    keptByteCount += byteCount
  }

  private static func classIndex(for byteCount: Int) -> Int {
    let blocks = (max(byteCount, 1) + byteCountMin - 1) / byteCountMin
    let index = Int.bitWidth - (blocks - 1).leadingZeroBitCount
    precondition(index < classCount, "larger than any buffer that the limits allow")
    return index
  }
}
