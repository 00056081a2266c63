internal import CCrypto
public import WireProtocol

/// What cryptography needs of sixteen bytes.
extension Bytes16 {
  /// Sixteen random bytes from the operating system; nil when it has none to give.
  public static func random() -> Bytes16? {
    var succeeded = false
    let bytes = unsafe Bytes16(writtenBy: { out in succeeded = unsafe tp_random(out, 16) })
    return succeeded ? bytes : nil
  }

  /// Equality in a time that does not depend on the bytes: for secrets, MACs and key hashes.
  public func isEqualInConstantTime(to other: Bytes16) -> Bool {
    var (left, right) = ((low, high), (other.low, other.high))
    return unsafe withUnsafeBytes(of: &left) { left in
      unsafe withUnsafeBytes(of: &right) { right in
        unsafe tp_equal(left.baseAddress, right.baseAddress, left.count)
      }
    }
  }

  /// The 16 bytes that `write` puts at the address it is given.
  @inline(__always)
  init(writtenBy write: (UnsafeMutableRawPointer) -> Void) {
    var words = (UInt64(0), UInt64(0))
    unsafe withUnsafeMutablePointer(to: &words) { unsafe write(UnsafeMutableRawPointer($0)) }
    self.init(low: UInt64(littleEndian: words.0), high: UInt64(littleEndian: words.1))
  }

  /// The first 16 of the 32 bytes that `write` puts at the address it is given.
  @inline(__always)
  init(digestPrefix write: (UnsafeMutableRawPointer) -> Void) {
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    unsafe withUnsafeMutablePointer(to: &words) { unsafe write(UnsafeMutableRawPointer($0)) }
    self.init(low: UInt64(littleEndian: words.0), high: UInt64(littleEndian: words.1))
  }
}

/// Fills `bytes` from the operating system's generator. False when it has none to give: `bytes` must not be used then.
public func fillWithRandom(_ bytes: inout MutableRawSpan) -> Bool {
  unsafe bytes.withUnsafeMutableBytes { unsafe tp_random($0.baseAddress, $0.count) }
}

/// Whether two blocks are equal, in a time that depends on their sizes only.
public func isEqualInConstantTime(_ left: RawSpan, _ right: RawSpan) -> Bool {
  guard left.byteCount == right.byteCount else { return false }
  return unsafe left.withUnsafeBytes { left in
    unsafe right.withUnsafeBytes { right in unsafe tp_equal(left.baseAddress, right.baseAddress, left.count) }
  }
}
