import CXXHash

/// Segments' headers as another version would write them.
enum SealedHeader {
  /// The bytes with the checksum of the header made right.
  static func of(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    let checksum = unsafe bytes.withUnsafeBytes { unsafe XXH3_64bits($0.baseAddress, 504) }
    for index in 0..<8 { bytes[504 + index] = UInt8(truncatingIfNeeded: checksum >> UInt64(8 * index)) }
    return bytes
  }
}
