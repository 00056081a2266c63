internal import CCrypto
public import WireProtocol

/// SipHash-2-4, the keyed hash of short messages where HMAC-SHA256 is too slow.
public enum SipHash {
  /// The 128-bit output.
  public static func hash128(_ message: RawSpan, key: Bytes16) -> Bytes16 {
    var words = (key.low.littleEndian, key.high.littleEndian)
    return unsafe Bytes16(writtenBy: { out in
      unsafe withUnsafeBytes(of: &words) { key in
        guard let keyBytes = key.baseAddress else { return }
        unsafe message.withUnsafeBytes { unsafe tp_siphash128(keyBytes, $0.baseAddress, $0.count, out) }
      }
    })
  }
}
