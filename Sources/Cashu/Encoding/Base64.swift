/// Base64 (RFC 4648). What is written has the alphabet that is safe in URLs, and no padding. Either alphabet is read,
/// since wallets write both, with the padding that belongs there or with none; nothing else between, and the bits that
/// are left over have to be 0, so that no byte has two texts of one alphabet.
enum Base64 {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func value(_ digit: UInt8) -> UInt32? {
    switch digit {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit - UInt8(ascii: "a") + 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit - UInt8(ascii: "0") + 52)
    case UInt8(ascii: "-"), UInt8(ascii: "+"): 62
    case UInt8(ascii: "_"), UInt8(ascii: "/"): 63
    default: nil
    }
  }

  /// The bytes of a text.
  static func decode(_ text: ArraySlice<UInt8>) throws(FormatError) -> [UInt8] {
    var text = text
    if text.last == UInt8(ascii: "=") {
      guard text.count.isMultiple(of: 4) else { throw .syntax }
      text.removeLast(text.suffix(2).allSatisfy { $0 == UInt8(ascii: "=") } ? 2 : 1)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3 + 2)
    var (bits, bitCount) = (UInt32(0), 0)
    for digit in text {
      guard let value = value(digit) else { throw .syntax }
      (bits, bitCount) = (bits << 6 | value, bitCount + 6)
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
        bits &= 1 << UInt32(bitCount) - 1
      }
    }
    // Six bits left over are a digit too many.
    guard bitCount < 6, bits == 0 else { throw .syntax }
    return bytes
  }

  /// The text of bytes.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 3 * 4 + 3)
    var (bits, bitCount) = (UInt32(0), 0)
    for byte in bytes {
      (bits, bitCount) = (bits << 8 | UInt32(byte), bitCount + 8)
      while bitCount >= 6 {
        bitCount -= 6
        text.append(digits[Int(bits >> UInt32(bitCount) & 63)])
      }
      bits &= 1 << UInt32(bitCount) - 1
    }
    if bitCount > 0 { text.append(digits[Int(bits << UInt32(6 - bitCount) & 63)]) }
    return text
  }
}
