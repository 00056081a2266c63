import TurnpikeClient

/// What a command has to say: printed as a table on a terminal, as JSON elsewhere. JSON has raw integers (amounts in the
/// broker's unit, durations and instants in milliseconds, shares in millionths) and ids as strings, since many readers keep only 53
/// bits of a number.
indirect enum Value {
  case text(String)
  case count(UInt64)
  case id(UInt64)
  case amount(UInt64, unit: String)
  /// An amount of an account, which may be owed.
  case balance(Int64, unit: String)
  /// Millionths of a whole; for people in per cent.
  case share(UInt64)
  /// Milliseconds.
  case duration(UInt64)
  /// Milliseconds since 1970; 0: none.
  case instant(UInt64)
  case flag(Bool)
  case object([(String, Value)])
  case list([Value])

  /// An id that may be none, which is 0.
  static func optionalID(_ id: UInt64) -> Value { id == 0 ? .text("") : .id(id) }
}

/// Compact JSON.
enum JSONText {
  static func encode(_ value: Value) -> String {
    switch value {
    case .text(let text): return quote(text)
    case .count(let number), .amount(let number, _), .share(let number), .duration(let number), .instant(let number):
      return "\(number)"
    case .balance(let number, _): return "\(number)"
    case .id(let id): return "\"\(id)\""
    case .flag(let flag): return flag ? "true" : "false"
    case .object(let fields):
      return "{" + fields.map { "\(quote($0.0)):\(encode($0.1))" }.joined(separator: ",") + "}"
    case .list(let values): return "[" + values.map { encode($0) }.joined(separator: ",") + "]"
    }
  }

  private static func quote(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where !SafeText.isHarmless(scalar):
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

/// The same for people.
enum PlainText {
  static func encode(_ value: Value) -> String {
    switch value {
    case .text(let text): SafeText.plain(text)
    case .count(let number): grouped(number)
    case .balance(let amount, let unit): (amount < 0 ? "-" : "") + encode(.amount(amount.magnitude, unit: unit))
    case .id(let id): "\(id)"
    case .amount(let amount, let unit): unit.isEmpty ? grouped(amount) : "\(grouped(amount)) \(SafeText.plain(unit))"
    case .share(let millionths): PercentText.encode(millionths)
    case .duration(let milliseconds): DurationText.encode(milliseconds)
    case .instant(let instant): InstantText.encode(instant)
    case .flag(let flag): flag ? "yes" : "no"
    case .object(let fields): lines(fields)
    case .list(let values): table(values)
    }
  }

  /// `name  value`, one per line.
  private static func lines(_ fields: [(String, Value)]) -> String {
    let width = fields.map { spaced($0.0).count }.max() ?? 0
    return fields.map { name, value in
      let text = encode(value)
      if case .list = value { return text.isEmpty ? "" : "\(spaced(name)):\n\(text)" }
      return pad(spaced(name), to: width) + "  " + text
    }.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// Objects as rows of a table; anything else one per line.
  private static func table(_ values: [Value]) -> String {
    guard case .object(let first)? = values.first else { return values.map { encode($0) }.joined(separator: "\n") }
    var rows = [first.map { spaced($0.0).uppercased() }]
    for case .object(let fields) in values { rows.append(fields.map { encode($0.1) }) }
    let widths = first.indices.map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    let isRight = first.map { field in
      switch field.1 {
      case .count, .balance, .amount, .share, .duration: true
      default: false
      }
    }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() where column < widths.count {
        let blank = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (isRight[column] ? blank + cell : cell + blank)
      }
      return line.trimmedEnd
    }.joined(separator: "\n")
  }

  /// `unitsFree` as `units free`.
  private static func spaced(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      text += character.isUppercase ? " " + character.lowercased() : String(character)
    }
  }

  private static func pad(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  static func grouped(_ number: UInt64) -> String { NumberText.grouped(number) }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}

/// Durations with suffixes.
enum DurationText {
  private static let suffixes: [(String, UInt64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Milliseconds of `2h`, `1h30m`, `500ms`, `0`; nil for anything else.
  static func decode(_ text: String) -> UInt64? {
    if text == "0" { return 0 }
    var rest = text[...]
    var total: UInt64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard let number = UInt64(digits), let factor = suffixes.first(where: { $0.0 == letters })?.1 else { return nil }
      let (product, overflow) = number.multipliedReportingOverflow(by: factor)
      let (sum, carry) = total.addingReportingOverflow(product)
      if overflow || carry { return nil }
      total = sum
    }
    return text.isEmpty ? nil : total
  }

  /// The two largest parts: `1h30m`, `2d`, `950ms`.
  static func encode(_ milliseconds: UInt64) -> String {
    if milliseconds == 0 { return "0" }
    var rest = milliseconds
    var parts: [String] = []
    for (suffix, factor) in suffixes {
      if rest >= factor {
        parts.append("\(rest / factor)\(suffix)")
        rest %= factor
      } else if !parts.isEmpty {
        break
      }
      if parts.count == 2 { break }
    }
    return parts.joined()
  }
}
