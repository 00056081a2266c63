/// Looks for the highest rate that a server bears: doubles it until one is not borne, then halves the distance between the two, down
/// to a sixteenth.
///
/// *rising* -> *narrowing* -> *over*; over too when the first rate is not borne, or the last one is.
public struct KneeSearch: Sendable {
  /// The rate to try next; nil when the search is over.
  public private(set) var rate: Double?
  /// Rates that were tried.
  public private(set) var stepCount = 0
  /// The highest rate that was borne.
  public private(set) var borne: Double?
  private var tooMuch: Double?
  private let last: Double

  /// From one rate to another that is not lower.
  public init(from first: Double, to last: Double) { (rate, self.last) = (first, last) }

  /// Notes whether `rate` was borne.
  public mutating func note(isBorne: Bool) {
    guard let rate else { return }
    stepCount += 1
    if isBorne { borne = rate } else { tooMuch = rate }
    self.rate = next
  }

  private var next: Double? {
    guard let borne else { return nil }
    guard let tooMuch else { return borne < last ? min(2 * borne, last) : nil }
    return tooMuch - borne > borne / 16 ? (borne + tooMuch) / 2 : nil
  }

  /// The highest rate that was borne, where a higher one was not: else the server's knee lies outside of what was tried.
  public var knee: Double? { tooMuch == nil ? nil : borne }
}
