internal import CCrypto
public import WireProtocol

/// A note as text, for wallets and people:
///
///     "tpnote1" || base64url of 48 bytes:  key epoch (4)  serial (8)  amount (8)  binding (8)  tag (16)  checksum (4)
///
/// The first 44 bytes are the token's without its header, which is always the same. The checksum is the first four bytes
/// of SHA-256("tpnote1" || the 44 bytes): it catches a typing mistake without asking the broker, and proves nothing. 48
/// bytes make exactly 64 characters, so there is no padding and every note has one text only: 71 characters.
public enum NoteText {
  private static let literalPrefix: StaticString = "tpnote1"

  /// What every note's text begins with; the digit is the version of the form.
  public static var prefix: String { literalPrefix.description }
  /// Characters of a note's text.
  public static let characterCount = 71

  /// Why a text is not a note.
  public enum Fault: Error, Equatable, Sendable {
    /// It does not begin with "tpnote1".
    case prefix
    /// It has not 71 characters.
    case length
    /// A character outside A-Z a-z 0-9 - _, this many bytes from the beginning.
    case character(offset: Int)
    /// The checksum does not match: something was mistyped.
    case checksum
  }

  /// Bytes of a token before what the text carries: rail, reserved byte and size.
  private static let headerByteCount = 4
  private static let checksumByteCount = 4
  /// Bytes of a token and of the checksum after it; without the header they are what base64url packs.
  private static let paddedByteCount = NoteToken.byteCount + checksumByteCount

  /// The text of a note.
  public static func encode(_ token: NoteToken) -> String {
    unsafe withUnsafeTemporaryAllocation(byteCount: paddedByteCount, alignment: 8) { buffer in
      var bytes = unsafe buffer.mutableBytes
      token.write(to: &bytes)
      bytes.store(checksum(bytes.bytes), at: NoteToken.byteCount)
      var text = prefix
      text.reserveCapacity(characterCount)
      for offset in stride(from: headerByteCount, to: paddedByteCount, by: 3) {
        let bits = (0..<3).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes.bytes.uint8(at: offset + $1)) }
        for shift in stride(from: UInt32(18), through: 0, by: -6) {
          text.unicodeScalars.append(Unicode.Scalar(digit(UInt8(truncatingIfNeeded: bits >> shift & 63))))
        }
      }
      return text
    }
  }

  /// The note of a text. Exactly what `encode(_:)` makes is accepted: no spaces, no other alphabet.
  public static func decode(_ text: String) throws(Fault) -> NoteToken {
    let characters = text.utf8
    guard characters.starts(with: prefix.utf8) else { throw .prefix }
    guard characters.count == characterCount else { throw .length }
    // The values of the digits first: what follows can then only fail as a whole.
    var values: [UInt8] = []
    values.reserveCapacity(characterCount)
    for (offset, character) in characters.enumerated().dropFirst(prefix.utf8.count) {
      guard let value = value(of: character) else { throw .character(offset: offset) }
      values.append(value)
    }
    guard let token = unpack(values) else { throw .checksum }
    return token
  }

  /// The note of 64 base64 digits' values, or nil when the checksum does not match.
  private static func unpack(_ values: [UInt8]) -> NoteToken? {
    unsafe withUnsafeTemporaryAllocation(byteCount: paddedByteCount, alignment: 8) { buffer in
      var bytes = unsafe buffer.mutableBytes
      bytes.store(Rail.note.rawValue, at: 0)
      bytes.store(UInt8(0), at: 1)
      bytes.store(UInt16(NoteToken.byteCount), at: 2)
      for (group, offset) in stride(from: headerByteCount, to: paddedByteCount, by: 3).enumerated() {
        let bits = values[4 * group..<4 * group + 4].reduce(UInt32(0)) { $0 << 6 | UInt32($1) }
        for byte in 0..<3 {
          bytes.store(UInt8(truncatingIfNeeded: bits >> UInt32(16 - 8 * byte)), at: offset + byte)
        }
      }
      guard checksum(bytes.bytes) == bytes.bytes.uint32(at: NoteToken.byteCount) else { return nil }
      return NoteToken(bytes.bytes)
    }
  }

  /// The four bytes of the checksum of the token that `bytes` begin with, as they are stored.
  private static func checksum(_ bytes: RawSpan) -> UInt32 {
    let content = bytes.extracting(headerByteCount..<NoteToken.byteCount)
    let digest = unsafe Bytes16(digestPrefix: { out in
      unsafe content.withUnsafeBytes {
        unsafe tp_sha256_prefixed(
          literalPrefix.utf8Start, literalPrefix.utf8CodeUnitCount, $0.baseAddress, $0.count, out)
      }
    })
    return UInt32(truncatingIfNeeded: digest.low)
  }

  /// The base64url digit of a value below 64.
  private static func digit(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + (value - 26)
    case 52..<62: UInt8(ascii: "0") + (value - 52)
    case 62: UInt8(ascii: "-")
    default: UInt8(ascii: "_")
    }
  }

  /// The value of a base64url digit.
  private static func value(of character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
    case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
    case UInt8(ascii: "-"): 62
    case UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
