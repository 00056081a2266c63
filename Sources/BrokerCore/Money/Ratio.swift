/// Exact `a x b / c` of unsigned 64-bit numbers by way of a 128-bit product. Too large a result is `UInt64.max`: all that is
/// computed with it (charges, deadlines, sums that would suffice) is judged against limits far below.
enum Ratio {
  /// Rounded down. `c` is not zero.
  @inline(__always) static func floor(_ a: UInt64, _ b: UInt64, over c: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    if product.high == 0 { return product.low / c }
    guard product.high < c else { return .max }
    return c.dividingFullWidth(product).quotient
  }

  /// Rounded up. `c` is not zero.
  @inline(__always) static func ceiling(_ a: UInt64, _ b: UInt64, over c: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    if product.high == 0 {
      let (quotient, remainder) = product.low.quotientAndRemainder(dividingBy: c)
      return remainder == 0 ? quotient : quotient + 1
    }
    guard product.high < c else { return .max }
    let (quotient, remainder) = c.dividingFullWidth(product)
    return remainder == 0 || quotient == .max ? quotient : quotient + 1
  }
}

extension UInt64 {
  /// Sum, at most `UInt64.max`.
  @inline(__always) func addingSaturating(_ other: UInt64) -> UInt64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }

  /// Difference, at least 0.
  @inline(__always) func subtractingSaturating(_ other: UInt64) -> UInt64 { self > other ? self - other : 0 }
}
