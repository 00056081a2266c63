public import WireProtocol

extension Sequence<NoteToken> {
  /// Their sum; `UInt64.max` when it is more. Forged notes may claim anything.
  public var amount: UInt64 {
    reduce(0) { sum, note in
      let (next, overflow) = sum.addingReportingOverflow(note.amount)
      return overflow ? .max : next
    }
  }
}

extension NoteToken {
  /// Whether a broker could have made a note of this amount.
  var hasPossibleAmount: Bool { amount > 0 && amount <= WireLimits.moneyMax }

  /// Whether another note stands in the same place of the broker's books: of two that differ, one is forged at least.
  func isRival(of other: NoteToken) -> Bool {
    serial == other.serial && keyEpoch == other.keyEpoch && self != other
  }
}
