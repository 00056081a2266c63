import ArgumentParser
import TurnpikeClient

/// Secrets that a command is told: in its arguments, where every process of the machine can read them, or better elsewhere.
enum SecretText {
  /// For help: the forms of a key.
  static let keyForms = "32 hex digits, @FILE, or - for standard input"

  /// A key. A mistake is told without it.
  static func key(_ argument: String, what: String) throws -> Bytes16 {
    let text =
      if argument == "-" {
        readLine() ?? ""
      } else if argument.hasPrefix("@") {
        try TextFile.read(String(argument.dropFirst()))
      } else {
        argument
      }
    let digits = text.split(whereSeparator: \.isWhitespace)
    guard digits.count == 1, let key = Bytes16(hexadecimal: digits[0]) else {
      throw ValidationError("\(what) is not 32 hexadecimal digits")
    }
    return key
  }

  /// Notes: arguments, or lines of standard input for "-".
  static func notes(_ arguments: [String]) throws -> [NoteToken] {
    var texts = arguments
    if texts == ["-"] {
      texts = []
      while let line = readLine() { texts += line.split(whereSeparator: \.isWhitespace).map(String.init) }
    }
    guard !texts.isEmpty else { throw ValidationError("there are no notes") }
    return try texts.map { try NoteToken(text: $0) }
  }
}
