package import WireProtocol

/// Which notes pay an amount: none but whole notes can be paid, and at most 32 at a time.
package enum NoteSelection: Equatable {
  /// These pay it exactly.
  case exact([NoteToken])
  /// These have to be exchanged for notes of these amounts first.
  case exchange([NoteToken], outputs: [UInt64])
  /// There is only so much.
  case insufficient(available: UInt64)

  /// Takes the largest notes that fit, then, if they do not add up, the fewest that suffice.
  package init(amount: UInt64, lease: UInt64, from notes: [NoteToken]) {
    let usable = notes.filter { $0.binding == 0 || (lease != 0 && $0.binding == lease) }
    let sorted = usable.sorted { ($0.amount, $0.serial) > ($1.amount, $1.serial) }
    var chosen: [NoteToken] = []
    var missing = amount
    for note in sorted where note.amount <= missing && chosen.count < WireLimits.tokenCountMax {
      chosen.append(note)
      missing -= note.amount
    }
    if missing == 0 {
      self = .exact(chosen)
      return
    }
    // Bound notes cannot be exchanged without their lease's owner: they pay or they stay.
    let bound = chosen.filter { $0.binding != 0 }
    let rest = bound.reduce(amount) { $0 - $1.amount }
    let free = sorted.filter { $0.binding == 0 }
    guard free.amount >= rest else {
      self = .insufficient(available: usable.amount)
      return
    }
    var taken: [NoteToken] = []
    for note in free.prefix(WireLimits.tokenCountMax) where taken.amount < rest { taken.append(note) }
    let sum = taken.amount
    if sum > rest, bound.count < WireLimits.tokenCountMax {
      self = .exchange(taken, outputs: [rest, sum - rest])
    } else {
      // Thirty-two notes do not suffice, or too many pay exactly: fewer and larger ones first.
      self = .exchange(taken, outputs: [sum])
    }
  }
}
