/// A request's line and headers (RFC 9112), as much of them as a mint needs.
struct HTTPRequestHead {
  /// Why the connection cannot go on.
  enum Failure: Int, Error {
    case malformed = 400
    case tooLong = 413
    case notImplemented = 501
  }

  let method: String
  /// Without what follows a question mark.
  let path: String
  /// Bytes of the body.
  let bodyByteCount: Int
  /// Bytes of the head itself, its empty line included.
  let byteCount: Int
  /// Whether the connection ends after the answer.
  let isLast: Bool
  /// Whether the peer sends its body only when it is told to go on.
  let awaitsContinue: Bool

  private static let end = Array("\r\n\r\n".utf8)

  /// The head at the beginning of some bytes. Nil: it is not whole yet.
  ///
  /// - Parameter scannedCount: Bytes that were looked at before, in vain.
  init?(_ bytes: [UInt8], scannedCount: Int) throws(Failure) {
    let start = max(0, scannedCount - Self.end.count)
    let limit = min(bytes.count, ServerLimits.headByteCountMax)
    guard let end = Self.end(of: bytes, from: start, to: limit) else {
      if bytes.count >= ServerLimits.headByteCountMax { throw .tooLong }
      return nil
    }
    byteCount = end + Self.end.count
    let lines = bytes[..<end].split(separator: UInt8(ascii: "\n")).map { $0.last == 0x0d ? $0.dropLast() : $0 }
    guard let first = lines.first else { throw .malformed }
    let words = first.split(separator: 0x20, omittingEmptySubsequences: false)
    guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), words[1].first == UInt8(ascii: "/") else {
      throw .malformed
    }
    method = String(decoding: words[0], as: UTF8.self)
    path = String(decoding: words[1].prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
    var (count, isLast, awaitsContinue) = (0, words[2].last == UInt8(ascii: "0"), false)
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      let text = line[(colon + 1)...].filter { $0 != 0x20 && $0 != 0x09 }
      let value = String(decoding: text, as: UTF8.self).lowercased()
      switch name {
      case "content-length":
        guard let number = UInt32(value) else { throw .malformed }
        count = Int(number)
      case "transfer-encoding": throw .notImplemented
      case "connection": isLast = value == "close" || isLast && value != "keep-alive"
      case "expect": awaitsContinue = value == "100-continue"
      default: break
      }
    }
    guard count <= ServerLimits.bodyByteCountMax else { throw .tooLong }
    (bodyByteCount, self.isLast, self.awaitsContinue) = (count, isLast, awaitsContinue)
  }

  private static func end(of bytes: [UInt8], from start: Int, to limit: Int) -> Int? {
    guard limit - start >= end.count else { return nil }
    return (start...(limit - end.count)).first { bytes[$0] == 0x0d && bytes[$0...].starts(with: end) }
  }
}
