/// How many bytes may pass at this instant, at a rate: as many as time has brought since they were taken last, and never more than a
/// tenth of a second brings, or one byte. Time that goes back brings nothing.
package struct TokenBucket {
  /// Thousandths of bytes, so that a slow rate is kept to exactly.
  private var thousandths: UInt64 = 0
  private var filledAt: UInt64
  private let ratePerSecond: UInt64

  /// A bucket that is empty.
  package init(bytesPerSecond: UInt64, now: UInt64) {
    // So much that the sums below cannot overflow, and more than any link carries.
    ratePerSecond = min(bytesPerSecond, 1 << 40)
    filledAt = now
  }

  private var thousandthsMax: UInt64 { max(ratePerSecond * 100, 1000) }

  /// Bytes that may be taken.
  package mutating func available(at now: UInt64) -> Int {
    if now > filledAt {
      // Beyond that time it is full whatever the rate, but for the slowest, which fill within a byte's time.
      let elapsed = min(now - filledAt, 1_000_000)
      thousandths = min(thousandths + elapsed * ratePerSecond, thousandthsMax)
      filledAt = now
    }
    return Int(thousandths / 1000)
  }

  /// Takes bytes that are there.
  package mutating func take(_ byteCount: Int) {
    thousandths -= min(thousandths, UInt64(max(0, byteCount)) * 1000)
  }
}
