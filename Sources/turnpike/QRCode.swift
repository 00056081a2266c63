import CQRCode

/// A QR code (ISO/IEC 18004) of a text, for a terminal.
struct QRCode {
  /// Modules on each side, the margin not included.
  let width: Int
  /// Whether each is dark, row by row.
  private let modules: [Bool]

  /// Light modules around it, as the standard wants them.
  private static let margin = 4

  /// Of a text of at most 2,953 bytes, with the least of error correction: a screen is not scratched. Nil: it is too long.
  init?(_ text: String) {
    guard let code = unsafe QRcode_encodeString8bit(text, 0, QR_ECLEVEL_L) else { return nil }
    defer { unsafe QRcode_free(code) }
    guard let data = unsafe code.pointee.data, unsafe code.pointee.width > 0 else { return nil }
    let width = Int(unsafe code.pointee.width)
    self.width = width
    // The lowest bit of each byte is the module.
    modules = (0..<width * width).map { unsafe data[$0] & 1 == 1 }
  }

  /// Whether the module at a place, which may be of the margin, is dark.
  private func isDark(_ row: Int, _ column: Int) -> Bool {
    (0..<width).contains(row) && (0..<width).contains(column) && modules[row * width + column]
  }

  /// Two rows of modules a line, as half blocks; light is the colour of text, as on a dark terminal.
  ///
  /// - Parameter inColours: Black and white, whatever the terminal's colours are.
  func lines(inColours: Bool) -> String {
    let places = -Self.margin..<width + Self.margin
    var text = ""
    for row in stride(from: places.lowerBound, to: places.upperBound, by: 2) {
      if inColours { text += "\u{1b}[97;40m" }
      for column in places {
        // Below the last row nothing is lit.
        let isLit = (!isDark(row, column), row + 1 < places.upperBound && !isDark(row + 1, column))
        switch isLit {
        case (true, true): text += "\u{2588}"
        case (true, false): text += "\u{2580}"
        case (false, true): text += "\u{2584}"
        case (false, false): text += " "
        }
      }
      text += inColours ? "\u{1b}[0m\n" : "\n"
    }
    return text
  }
}
