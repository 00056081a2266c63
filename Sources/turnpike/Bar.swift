/// How much of a whole there is, drawn and in per cent. Any numbers will do.
enum Bar {
  /// `#####.....`; full only when all of it is there.
  static func draw(_ part: UInt64, of whole: UInt64, width: UInt64 = 20) -> String {
    let filled = Int(min(scaled(part, by: width, over: whole), width))
    return String(repeating: "#", count: filled) + String(repeating: ".", count: Int(width) - filled)
  }

  /// Rounded down; beyond 100 when there is more than the whole, 0 of nothing.
  static func percent(_ part: UInt64, of whole: UInt64) -> UInt64 { scaled(part, by: 100, over: whole) }

  private static func scaled(_ part: UInt64, by factor: UInt64, over whole: UInt64) -> UInt64 {
    let product = part.multipliedFullWidth(by: factor)
    if whole == 0 { return 0 }
    return product.high < whole ? whole.dividingFullWidth(product).quotient : .max
  }
}
