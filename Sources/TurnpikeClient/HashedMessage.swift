internal import TurnpikeCrypto
internal import WireProtocol

/// What is hashed in one piece: a label or a digest, then fields back to back, numbers little-endian.
struct HashedMessage {
  private var bytes: [UInt8]

  init(_ label: String) { bytes = Array(label.utf8) }

  init(_ digest: Digest32) { bytes = digest.bytes }

  mutating func append(_ number: UInt64) { append(number, byteCount: 8) }

  mutating func append(_ number: UInt32) { append(UInt64(number), byteCount: 4) }

  mutating func append(_ field: Bytes16) {
    append(field.low)
    append(field.high)
  }

  mutating func append(_ record: some WireLayout) { bytes += record.bytes }

  private mutating func append(_ number: UInt64, byteCount: Int) {
    for index in 0..<byteCount { bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(index * 8))) }
  }

  /// Its SHA-256.
  var digest: Digest32 { unsafe SHA256.digest(of: bytes.span.bytes) }
}
