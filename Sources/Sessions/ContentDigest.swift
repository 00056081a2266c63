internal import CXXHash

/// What tells a repeat of a request from a conflict: XXH3 of its content, under a seed of the master key.
///
/// Not a proof against malice, and none is needed: whoever found two contents with one digest could have a request of their own taken for
/// a repeat of another of their own, of the same kind.
enum ContentDigest {
  /// Of a command's content.
  static func of(_ content: RawSpan, seed: UInt64) -> UInt64 {
    unsafe content.withUnsafeBytes { unsafe XXH3_64bits_withSeed($0.baseAddress, $0.count, seed) }
  }
}
