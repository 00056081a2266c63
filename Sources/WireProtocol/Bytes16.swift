/// Sixteen opaque bytes: a key, a hash, a nonce, a session id or a tag.
///
/// Kept as two little-endian words, so that it costs no allocation. `==` is not constant-time: compare secrets with the
/// functions of `Crypto`.
public struct Bytes16: Hashable, Sendable {
  /// Bytes 0 to 7, little-endian.
  public var low: UInt64
  /// Bytes 8 to 15, little-endian.
  public var high: UInt64

  /// All zero: "none" wherever 16 bytes are optional.
  public init() { (low, high) = (0, 0) }

  /// From its two words.
  public init(low: UInt64, high: UInt64) { (self.low, self.high) = (low, high) }

  /// Whether all bytes are zero.
  public var isZero: Bool { low | high == 0 }
}
