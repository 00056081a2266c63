internal import CXXHash

/// XXH3, the journal's one hash function: it finds damage, not malice.
enum Checksum {
  /// 64 bits. The seed makes frames of one journal worthless in another.
  static func hash64(_ bytes: RawSpan, seed: UInt64) -> UInt64 {
    unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
  }

  /// 128 bits.
  static func hash128(_ bytes: RawSpan) -> UInt128 {
    let hash = unsafe bytes.withUnsafeBytes { unsafe XXH3_128bits($0.baseAddress, $0.count) }
    return UInt128(hash.high64) << 64 | UInt128(hash.low64)
  }
}
