/// Numbers as people read them.
package enum NumberText {
  /// `1_000_000`: the form that command lines take as well.
  package static func grouped(_ number: UInt64) -> String {
    let digits = Array(String(number))
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text.append("_") }
      text.append(digit)
    }
    return text
  }
}
