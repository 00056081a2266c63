internal import CCrypto
public import WireProtocol

/// SHA-256 of messages that lie in one piece, and the key hash that is made of it.
///
/// A message of up to 55 bytes costs one compression. Nothing is allocated.
public enum SHA256 {
  /// Bytes of a digest.
  public static let digestByteCount = 32

  /// What comes before the key in `keyHash(_:)`.
  static let keyHashLabel: StaticString = "turnpike key hash v1"
  /// The same of the others.
  static let tokenHashLabel: StaticString = "turnpike token hash v1"
  static let refundHashLabel: StaticString = "turnpike refund hash v1"

  /// Writes the 32-byte digest of `message` to the first bytes of `digest`. False when `digest` is shorter.
  public static func hash(_ message: RawSpan, into digest: inout MutableRawSpan) -> Bool {
    guard digest.byteCount >= digestByteCount else { return false }
    unsafe digest.withUnsafeMutableBytes { output in
      guard let out = output.baseAddress else { return }
      unsafe message.withUnsafeBytes { unsafe tp_sha256($0.baseAddress, $0.count, out) }
    }
    return true
  }

  /// The digest of `message`.
  public static func digest(of message: RawSpan) -> Digest32 {
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    unsafe withUnsafeMutableBytes(of: &words) { digest in
      guard let out = digest.baseAddress else { return }
      unsafe message.withUnsafeBytes { unsafe tp_sha256($0.baseAddress, $0.count, out) }
    }
    return Digest32(
      first: Bytes16(low: UInt64(littleEndian: words.0), high: UInt64(littleEndian: words.1)),
      last: Bytes16(low: UInt64(littleEndian: words.2), high: UInt64(littleEndian: words.3)))
  }

  /// What the broker keeps of an owner key or a debit key: the first 16 bytes of
  /// SHA-256("turnpike key hash v1" || key).
  public static func keyHash(_ key: Bytes16) -> Bytes16 {
    unsafe Bytes16(digestPrefix: { out in
      var words = (key.low.littleEndian, key.high.littleEndian)
      unsafe withUnsafeMutableBytes(of: &words) { secret in
        unsafe tp_sha256_prefixed(
          keyHashLabel.utf8Start, keyHashLabel.utf8CodeUnitCount, secret.baseAddress, secret.count, out)
        unsafe tp_cleanse(secret.baseAddress, secret.count)
      }
    })
  }

  /// What tells one token of ecash from others without its text: the first 16 bytes of SHA-256("turnpike token hash v1" || text).
  public static func tokenHash(_ text: RawSpan) -> Bytes16 {
    unsafe Bytes16(digestPrefix: { out in
      unsafe text.withUnsafeBytes { text in
        unsafe tp_sha256_prefixed(
          tokenHashLabel.utf8Start, tokenHashLabel.utf8CodeUnitCount, text.baseAddress, text.count, out)
      }
    })
  }

  /// What the broker keeps of a refund key: of a payment's that is bound to its token, so that whoever saw the key's hash alone can make no
  /// other payment with it: the first 16 bytes of SHA-256("turnpike refund hash v1" || key hash || token hash).
  ///
  /// - Parameter token: Zero: of a payout, whose key's hash is kept as it is.
  public static func refundHash(_ keyHash: Bytes16, token: Bytes16) -> Bytes16 {
    guard !token.isZero else { return keyHash }
    return unsafe Bytes16(digestPrefix: { out in
      var words = (
        keyHash.low.littleEndian, keyHash.high.littleEndian, token.low.littleEndian, token.high.littleEndian
      )
      unsafe withUnsafeBytes(of: &words) { hashes in
        unsafe tp_sha256_prefixed(
          refundHashLabel.utf8Start, refundHashLabel.utf8CodeUnitCount, hashes.baseAddress, hashes.count, out)
      }
    })
  }
}
