import WireProtocol

/// Keyed mixing of numbers into hashes, so that nobody outside can aim at one place of a table.
struct HashSeed {
  private let first: UInt64
  private let second: UInt64

  init(_ seed: Bytes16) {
    first = seed.low ^ 0x9E37_79B9_7F4A_7C15
    second = seed.high | 1
  }

  /// Hash of an id or number that is drawn in sequence, of `owner` where each has a sequence of its own.
  ///
  /// Eight neighbours have neighbouring hashes, so they share a cache line of a `HashIndex`: what is drawn together is found,
  /// and ends, without a miss for each. The eights themselves are scattered.
  @inline(__always) func hash(drawn value: UInt64, owner: UInt64 = 0) -> UInt32 {
    hash(value >> 3, owner) & ~7 | UInt32(truncatingIfNeeded: value & 7)
  }

  /// Hash of two numbers.
  @inline(__always) func hash(_ low: UInt64, _ high: UInt64) -> UInt32 {
    let product = (low ^ first).multipliedFullWidth(by: high ^ second)
    let mixed = (product.high ^ product.low ^ low) &* 0xFF51_AFD7_ED55_8CCD
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }
}
