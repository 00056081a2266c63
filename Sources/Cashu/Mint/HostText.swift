/// The host of a URL (RFC 3986, 3.2.2): what is accepted, and its normal form.
///
/// Strict where parsers differ: what one takes for a name and another for an address (`127.1`, `0x7f.0.0.1`, `1.2.3.04`) is no host here, so
/// that the host that was checked is the one that is connected to.
enum HostText {
  /// The normal form of a host: a name in lower case, the four numbers of an IPv4 address, an IPv6 address in brackets (RFC 5952).
  static func normalized(_ text: ArraySlice<UInt8>) throws(MintOriginError) -> String {
    guard !text.isEmpty, text.count <= CashuLimits.hostByteCountMax else { throw .host }
    if text.first == UInt8(ascii: "[") {
      guard text.last == UInt8(ascii: "]"), let groups = groups(text.dropFirst().dropLast()) else { throw .host }
      return "[\(ipv6Text(groups))]"
    }
    guard isIPv4(text) || isName(text) else { throw .host }
    return String(decoding: text.map(\.lowercased), as: UTF8.self)
  }

  /// Four numbers from 0 to 255, none with a zero before it.
  static func isIPv4(_ text: ArraySlice<UInt8>) -> Bool {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return parts.count == 4
      && parts.allSatisfy { part in
        guard part.allSatisfy(\.isDigit), part.count == 1 || part.first != UInt8(ascii: "0") else { return false }
        return UInt8(String(decoding: part, as: UTF8.self)) != nil
      }
  }

  /// Labels of letters, digits and hyphens, the last of which cannot be taken for a number.
  private static func isName(_ text: ArraySlice<UInt8>) -> Bool {
    let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard let last = labels.last, last.first?.isDigit == false else { return false }
    return labels.allSatisfy { label in
      !label.isEmpty && label.count <= CashuLimits.labelByteCountMax
        && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") }
        && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
    }
  }

  // MARK: IPv6

  /// The eight groups of an IPv6 address written in hexadecimal; nil for anything else, zones and dotted ends included.
  private static func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    var halves = [text]
    if let gap = text.indices.dropLast().first(where: { text[$0...].starts(with: "::".utf8) }) {
      halves = [text[..<gap], text[(gap + 2)...]]
    }
    var parts: [[UInt16]] = []
    for half in halves {
      guard let part = groupList(half, mayBeEmpty: halves.count == 2) else { return nil }
      parts.append(part)
    }
    let count = parts.reduce(0) { $0 + $1.count }
    guard let first = parts.first, let last = parts.last else { return nil }
    if parts.count == 1 { return count == 8 ? first : nil }
    // A gap stands for at least one group.
    guard count < 8 else { return nil }
    return first + [UInt16](repeating: 0, count: 8 - count) + last
  }

  private static func groupList(_ text: ArraySlice<UInt8>, mayBeEmpty: Bool) -> [UInt16]? {
    if text.isEmpty { return mayBeEmpty ? [] : nil }
    var groups: [UInt16] = []
    for part in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
      // `UInt16` would take a sign.
      guard part.allSatisfy(\.isHexDigit), part.count <= 4, groups.count < 8,
        let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }

  /// The longest run of two or more zero groups, the first of equal ones, becomes a gap.
  private static func ipv6Text(_ groups: [UInt16]) -> String {
    var gap = 0..<0
    var start = 0
    while start < groups.count {
      let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
      if end - start > max(1, gap.count) { gap = start..<end }
      start = end + 1
    }
    let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
    return gap.isEmpty ? text(groups[...]) : "\(text(groups[..<gap.lowerBound]))::\(text(groups[gap.upperBound...]))"
  }
}

/// The path of a URL (RFC 3986, 3.3), as far as requests to mints need it.
public enum PathText {
  /// Nothing, or segments each after a slash: of at least one letter, digit or mark that needs no percent sign, and not only dots.
  public static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
    if text.isEmpty { return true }
    guard text.first == UInt8(ascii: "/") else { return false }
    let segments = text.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return segments.allSatisfy { segment in
      segment.contains { $0 != UInt8(ascii: ".") }
        && segment.allSatisfy { $0.isLetter || $0.isDigit || marks.contains($0) }
    }
  }

  private static let marks = Array("-._~!$&'()*+,;=:@".utf8)
}

extension UInt8 {
  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  var isLetter: Bool { lowercased >= UInt8(ascii: "a") && lowercased <= UInt8(ascii: "z") }

  var isHexDigit: Bool { isDigit || (lowercased >= UInt8(ascii: "a") && lowercased <= UInt8(ascii: "f")) }

  /// The small letter for a capital one of ASCII; anything else as it is.
  package var lowercased: UInt8 { self >= UInt8(ascii: "A") && self <= UInt8(ascii: "Z") ? self | 0x20 : self }
}
