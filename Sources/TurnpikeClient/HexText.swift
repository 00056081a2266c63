public import WireProtocol

/// Bytes as lower-case hexadecimal digits, as wallets and credential files write them.
enum HexText {
  static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      text.unicodeScalars.append(digit(byte >> 4))
      text.unicodeScalars.append(digit(byte & 15))
    }
    return text
  }

  /// Nil unless every character is a digit and their number even.
  static func decode(_ text: some StringProtocol) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ value: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10)
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

extension Bytes16 {
  /// The 16 bytes of 32 lower-case hexadecimal digits; nil for any other text.
  public init?(hexadecimal text: some StringProtocol) {
    guard let bytes = HexText.decode(text), bytes.count == 16 else { return nil }
    self = unsafe bytes.span.bytes.bytes16(at: 0)
  }

  /// 32 lower-case hexadecimal digits.
  public var hexadecimal: String {
    HexText.encode((0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? low : high) >> UInt64(($0 & 7) * 8)) })
  }
}

extension LeaseTicket {
  /// Its 96 bytes, as 192 lower-case hexadecimal digits.
  public var hexadecimal: String { HexText.encode(self) }
}

extension UseVoucher {
  /// Its 96 bytes, as 192 lower-case hexadecimal digits.
  public var hexadecimal: String { HexText.encode(self) }
}

extension HexText {
  fileprivate static func encode<Layout: WireLayout>(_ layout: Layout) -> String {
    var bytes = [UInt8](repeating: 0, count: Layout.byteCount)
    var storage = bytes.mutableSpan
    var raw = unsafe storage.mutableBytes
    layout.write(to: &raw, at: 0)
    return encode(bytes)
  }
}
