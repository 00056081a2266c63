import WireProtocol

/// What the holders of an investment collected, by what replies told of it. Each note is paid once, and given again to whoever shows
/// the key that it was paid to; what was collected and what is due are together what the investment has got, which never falls.
struct KnownEarnings {
  struct Payment {
    let note: NoteToken
    let key: Bytes16
    /// The oracle's count of events when it was told.
    let order: Int
  }

  /// In the order in which they were made.
  private(set) var payments: [Payment] = []
  /// What it has got at least.
  private(set) var got: UInt64 = 0
  /// What it has got for good: it shares no more.
  var final: UInt64?
  /// Whether all payments were told, when this began to be known: not of a claim that was being collected while a backup was made.
  var isWhole = true

  var collected: UInt64 { payments.reduce(0) { $0 + $1.note.amount } }
  var last: Payment? { payments.last }

  /// The payment that a note is.
  func payment(_ note: NoteToken) -> Payment? {
    payments.first { $0.note.serial == note.serial && $0.note.keyEpoch == note.keyEpoch }
  }

  /// The last one that had been told by then.
  func last(before order: Int) -> Payment? { payments.last { $0.order <= order } }

  mutating func add(_ payment: Payment) {
    payments.append(payment)
    // Serials of a key epoch are drawn in their order, and so are key epochs.
    payments.sort { ($0.note.keyEpoch, $0.note.serial) < ($1.note.keyEpoch, $1.note.serial) }
    got = max(got, collected)
  }

  mutating func learn(got sum: UInt64) { got = max(got, sum) }

  /// As it is known now, for a life that begins with that.
  func copy(isWhole: Bool) -> KnownEarnings {
    var copy = KnownEarnings()
    for payment in payments { copy.add(Payment(note: payment.note, key: payment.key, order: 0)) }
    (copy.got, copy.final, copy.isWhole) = (max(got, copy.got), final, self.isWhole && isWhole)
    return copy
  }
}
