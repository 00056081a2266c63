import WireProtocol

/// The notes of one world: those that are good, and some that are not any more.
struct RandomWallet {
  private(set) var good: [VerifiedNote] = []
  private(set) var spent: [VerifiedNote] = []
  /// Notes of key epochs that are over.
  private(set) var old: [VerifiedNote] = []

  mutating func add(_ note: VerifiedNote) { good.append(note) }

  mutating func took(_ notes: [VerifiedNote]) {
    for note in notes {
      good.removeAll { $0.serial == note.serial && $0.keyEpoch == note.keyEpoch }
      if spent.count < 200 { spent.append(note) }
    }
  }

  /// Sets aside the notes of key epochs that ended.
  mutating func retire(_ keyEpochs: Set<UInt32>) {
    old.append(contentsOf: good.filter { keyEpochs.contains($0.keyEpoch) })
    good.removeAll { keyEpochs.contains($0.keyEpoch) }
    if old.count > 100 { old.removeFirst(old.count - 100) }
    spent.removeAll { keyEpochs.contains($0.keyEpoch) }
  }

  /// Notes worth exactly `amount` that can be paid to `lease`: one, or two.
  func notes(worth amount: UInt64, for lease: UInt64) -> [VerifiedNote]? {
    let usable = good.filter { $0.binding == 0 || $0.binding == lease }
    if let one = usable.first(where: { $0.amount == amount }) { return [one] }
    guard usable.count <= 40 else { return nil }
    for (index, first) in usable.enumerated() where first.amount < amount {
      if let second = usable[(index + 1)...].first(where: { $0.amount == amount - first.amount }) {
        return [first, second]
      }
    }
    return nil
  }

  /// One to `countMax` notes, whatever they are worth.
  func some(_ countMax: Int, for lease: UInt64, _ random: inout RandomSource) -> [VerifiedNote] {
    var usable = good.filter { $0.binding == 0 || $0.binding == lease }
    var notes: [VerifiedNote] = []
    let count = 1 + random.below(countMax)
    while notes.count < count, !usable.isEmpty { notes.append(usable.remove(at: random.below(usable.count))) }
    return notes
  }
}
