/// Text of somebody else's making, as a terminal may get it: nothing in it moves the cursor, changes colours or turns the direction
/// of what follows.
enum SafeText {
  /// Control and format characters (bidirectional ones too) and line separators as `\\u{...}`.
  static func plain(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { safe, scalar in
      if isHarmless(scalar) {
        safe.unicodeScalars.append(scalar)
      } else {
        safe += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
  }

  static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
    default: true
    }
  }

  /// What a message quotes of the command line, without the keys and notes in it.
  static func withoutSecrets(_ text: String) -> String {
    var safe = ""
    var word = ""
    for character in text + "\n" {
      if character.isASCII, character.isLetter || character.isNumber || character == "-" || character == "_" {
        word.append(character)
        continue
      }
      safe += (isSecret(word) ? "(a secret)" : word) + String(character)
      word = ""
    }
    return String(safe.dropLast())
  }

  private static func isSecret(_ word: String) -> Bool {
    ["tpnote1", "cashuA", "cashuB"].contains { word.hasPrefix($0) } && word.count > 10
      || word.count >= 24 && word.allSatisfy(\.isHexDigit)
  }
}
