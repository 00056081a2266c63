import WireProtocol

/// Keyed mixing of numbers into hashes, so that nobody outside can aim at one place of a table.
struct HashSeed {
  private let first: UInt64
  private let second: UInt64

  init(_ seed: Bytes16) {
    first = seed.low ^ 0x9E37_79B9_7F4A_7C15
    second = seed.high | 1
  }

  /// Hash of one number.
  @inline(__always) func hash(_ value: UInt64) -> UInt32 {
    let product = (value ^ first).multipliedFullWidth(by: second ^ 0xD6E8_FEB8_6659_FD93)
    let mixed = (product.high ^ product.low) &* 0xFF51_AFD7_ED55_8CCD
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }

  /// Hash of two numbers.
  @inline(__always) func hash(_ low: UInt64, _ high: UInt64) -> UInt32 {
    let product = (low ^ first).multipliedFullWidth(by: high ^ second)
    let mixed = (product.high ^ product.low ^ low) &* 0xFF51_AFD7_ED55_8CCD
    return UInt32(truncatingIfNeeded: mixed >> 32)
  }
}
