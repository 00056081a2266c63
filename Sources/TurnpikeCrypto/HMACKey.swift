internal import CCrypto
public import WireProtocol

/// A key of HMAC-SHA256, kept as the two SHA-256 states after the padded key: a MAC of up to 55 bytes costs two
/// compressions. Owned once, at one address, overwritten with zeros when it ends. Making one allocates; using it does not.
@safe
public struct HMACKey: ~Copyable {
  private let state: UnsafeMutablePointer<tp_hmac_key>

  /// The key of a secret of any size.
  public init(_ secret: RawSpan) {
    unsafe state = UnsafeMutablePointer<tp_hmac_key>.allocate(capacity: 1)
    unsafe state.initialize(to: tp_hmac_key())
    unsafe secret.withUnsafeBytes { unsafe tp_hmac_init(state, $0.baseAddress, $0.count) }
  }

  /// The key of a 32-byte secret.
  public init(_ secret: borrowing SecretKey) {
    self = secret.withBytes { HMACKey($0) }
  }

  deinit {
    unsafe tp_cleanse(state, MemoryLayout<tp_hmac_key>.size)
    unsafe state.deallocate()
  }

  /// The first 16 bytes of the HMAC of `message`.
  public func tag(_ message: RawSpan) -> Bytes16 {
    unsafe Bytes16(writtenBy: { out in
      unsafe message.withUnsafeBytes { unsafe tp_hmac128(state, $0.baseAddress, $0.count, out) }
    })
  }

  /// The first 16 bytes of the HMAC of `prefix` followed by `message`.
  public func tag(prefix: RawSpan, _ message: RawSpan) -> Bytes16 {
    unsafe Bytes16(writtenBy: { out in
      unsafe prefix.withUnsafeBytes { prefix in
        unsafe message.withUnsafeBytes {
          unsafe tp_hmac128_prefixed(state, prefix.baseAddress, prefix.count, $0.baseAddress, $0.count, out)
        }
      }
    })
  }

  /// The first 16 bytes of the HMAC of `label`.
  public func tag(label: StaticString) -> Bytes16 {
    unsafe Bytes16(writtenBy: { out in unsafe tp_hmac128(state, label.utf8Start, label.utf8CodeUnitCount, out) })
  }

  /// The first 16 bytes of the HMAC of `label` followed by `message`.
  public func tag(label: StaticString, _ message: RawSpan) -> Bytes16 {
    unsafe Bytes16(writtenBy: { out in
      unsafe message.withUnsafeBytes {
        unsafe tp_hmac128_prefixed(state, label.utf8Start, label.utf8CodeUnitCount, $0.baseAddress, $0.count, out)
      }
    })
  }

  /// A key derived from this one: the whole HMAC of `label` followed by `fields`.
  public func derive(label: StaticString, fields: RawSpan) -> SecretKey {
    unsafe SecretKey(writtenBy: { out in
      guard let start = out.baseAddress else { return }
      unsafe fields.withUnsafeBytes {
        unsafe tp_hmac_prefixed(state, label.utf8Start, label.utf8CodeUnitCount, $0.baseAddress, $0.count, start)
      }
    })
  }
}
