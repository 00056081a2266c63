import Payments
import TurnpikeCrypto
import WireProtocol

// Tests write bytes as arrays and hexadecimal text; the targets take spans.

/// The bytes of a hexadecimal text, white space ignored.
func bytes(_ hex: String) -> [UInt8] {
  let digits = hex.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// The bytes 00 01 02 ...
func counting(_ byteCount: Int) -> [UInt8] { (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) } }

/// The text of bytes.
func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The text of the bytes that a number has on the wire.
func hex(of number: UInt64) -> String {
  hex((0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) })
}

/// The text of 16 bytes.
func hex(of bytes: Bytes16) -> String { hex(of: bytes.low) + hex(of: bytes.high) }

/// The text of a secret key.
func hex(of key: borrowing SecretKey) -> String {
  key.withBytes { span in hex((0..<span.byteCount).map { span.uint8(at: $0) }) }
}

extension [UInt8] {
  /// Gives the bytes as a span.
  func withSpan<Result: ~Copyable>(_ body: (RawSpan) -> Result) -> Result {
    unsafe body(span.bytes)
  }

  /// Gives the bytes as a span to write to.
  mutating func withMutableSpan<Result>(_ body: (inout MutableRawSpan) -> Result) -> Result {
    unsafe withUnsafeMutableBytes { buffer in
      var span = unsafe buffer.mutableBytes
      return body(&span)
    }
  }
}

extension HMACKey {
  init(_ secret: [UInt8]) { self = secret.withSpan { HMACKey($0) } }
  func tag(_ message: [UInt8]) -> Bytes16 { message.withSpan { tag($0) } }
  func tag(prefix: [UInt8], _ message: [UInt8]) -> Bytes16 {
    prefix.withSpan { prefix in message.withSpan { tag(prefix: prefix, $0) } }
  }
}

extension SecretKey {
  /// A key of 32 equal bytes.
  static func repeating(_ byte: UInt8) throws -> SecretKey {
    guard let key = [UInt8](repeating: byte, count: byteCount).withSpan({ SecretKey($0) }) else {
      throw MissingKey()
    }
    return key
  }
}

/// A secret key could not be made.
struct MissingKey: Error {}

extension ConnectionAuthenticator {
  mutating func seal(_ frame: inout [UInt8]) -> Bool { frame.withMutableSpan { seal(&$0) } }
  mutating func verify(_ frame: [UInt8]) -> Bool { frame.withSpan { verify($0) } }
}

extension VerifiedPayment {
  mutating func verify(_ block: [UInt8], keyring: borrowing NoteKeyring) -> PaymentVerdict {
    block.withSpan { verify($0, keyring: keyring) }
  }
}
