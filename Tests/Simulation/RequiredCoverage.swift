import WireProtocol

/// What a run must have seen at least once.
enum RequiredCoverage {
  /// Of states that were told one after the other.
  static let transitions: [String] = [
    "ACTIVE > LOW", "LOW > THROTTLED", "THROTTLED > SUSPENDED", "SUSPENDED > EXPIRED",
  ]

  /// Of operations and their outcomes.
  static let pairs: [Coverage.Pair] = []
}
