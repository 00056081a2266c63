import WireProtocol

/// One key epoch of notes.
struct NoteEpoch {
  /// Its number, from 1; 0: the place is free.
  var number: UInt32 = 0
  var algorithm: TagAlgorithm = .hmacSha256_128
  /// Whether it ended: `outstanding` moved to expired notes.
  var hasEnded = false
  /// Last instant at which its notes are taken; `UInt64.max`: it issues, and has no end yet.
  var validUntil: UInt64 = 0
  /// Notes made: counters below it exist.
  var issuedCount: UInt64 = 0
  /// Their amounts, over all time.
  var issuedAmount: UInt64 = 0
  var takenCount: UInt64 = 0
  var takenAmount: UInt64 = 0
}

/// The note key epochs that are kept, at most 8, each with one bit per serial: set when the note was taken.
///
/// An epoch *issues* (the newest one), then is *valid* until its end, then has *ended* (its bits stay until the place is
/// needed again, so that PAYMENT can still tell what became of a note).
struct NoteEpochs: ~Copyable {
  /// Notes of one epoch at most.
  let noteCountMax: UInt64
  private let epochs: FlatMemory<NoteEpoch>
  private let spent: FlatMemory<UInt64>
  private let wordCount: Int
  /// Place of the epoch that issues.
  private(set) var current = 0
  /// Notes of epochs with numbers below it are not taken: a restore may have forgotten that they were. 0: there are none.
  var quarantinedBelow: UInt32 = 0

  init?(noteCountMax: UInt64, algorithm: TagAlgorithm) {
    self.noteCountMax = noteCountMax
    wordCount = Int(noteCountMax / 64 + 1)
    guard let spent = FlatMemory<UInt64>(count: wordCount * CoreLimits.epochCountMax),
      let epochs = FlatMemory<NoteEpoch>(count: CoreLimits.epochCountMax)
    else { return nil }
    self.spent = spent
    self.epochs = epochs
    self.epochs[0].number = 1
    self.epochs[0].algorithm = algorithm
    self.epochs[0].validUntil = .max
  }

  /// The epoch at a place.
  subscript(place: Int) -> NoteEpoch {
    @inline(__always) unsafeAddress { unsafe UnsafePointer(epochs.base + place) }
    @inline(__always) nonmutating unsafeMutableAddress { unsafe epochs.base + place }
  }

  /// Where the epoch `number` lies.
  @inline(__always) func place(of number: UInt32) -> Int? {
    if number == epochs[current].number { return current }
    for place in 0..<CoreLimits.epochCountMax where epochs[place].number == number && number != 0 { return place }
    return nil
  }

  /// Whether the note `counter` of the epoch at `place` was taken.
  @inline(__always) func isSpent(_ counter: UInt64, at place: Int) -> Bool {
    counter < noteCountMax && spent[place * wordCount + Int(counter >> 6)] >> (counter & 63) & 1 == 1
  }

  /// Asks for the memory of a note's bit.
  @inline(__always) func prefetch(_ counter: UInt64, at place: Int) {
    guard counter < noteCountMax else { return }
    spent.prefetch(place * wordCount + Int(counter >> 6))
  }

  /// Takes a note that is not taken.
  @inline(__always) mutating func spend(_ counter: UInt64, _ amount: UInt64, at place: Int) {
    spent[place * wordCount + Int(counter >> 6)] |= 1 << (counter & 63)
    epochs[place].takenCount &+= 1
    epochs[place].takenAmount &+= amount
  }

  /// Room for notes in the epoch that issues.
  var room: UInt64 { noteCountMax - epochs[current].issuedCount }

  /// The part of it that EXCHANGE and ISSUE may use: a quarter of the epoch is kept for what is owed (RELEASE, WITHDRAW), so that
  /// nobody can keep others from their money by splitting notes.
  var freeRoom: UInt64 { room.subtractingSaturating(noteCountMax / 4) }

  /// Makes `count` notes of `amount` in all, for which there is room, and gives the counter of the first.
  mutating func issue(count: UInt64, amount: UInt64) -> UInt64 {
    let first = epochs[current].issuedCount
    epochs[current].issuedCount += count
    epochs[current].issuedAmount &+= amount
    return first
  }

  /// The earliest end of an epoch that is valid; nil: only the one that issues is.
  @inline(__always) var nextEnd: UInt64? {
    var earliest = UInt64.max
    for place in 0..<CoreLimits.epochCountMax where epochs[place].number != 0 && !epochs[place].hasEnded {
      earliest = min(earliest, epochs[place].validUntil)
    }
    return earliest == .max ? nil : earliest
  }

  /// A place for a new epoch: a free one while more than `spare` are, else that of the lowest number that has ended.
  func placeForNext(leaving spare: Int) -> Int? {
    var free: [Int] = []
    var best: Int?
    for place in 0..<CoreLimits.epochCountMax {
      if epochs[place].number == 0 { free.append(place) }
      if epochs[place].hasEnded, best.map({ epochs[place].number < epochs[$0].number }) ?? true { best = place }
    }
    return free.count > spare ? free[0] : best
  }

  /// Begins epoch `number` at `place`, which `placeForNext` gave; the one that issued is valid until `validUntil`.
  mutating func begin(_ number: UInt32, _ algorithm: TagAlgorithm, at place: Int, validUntil: UInt64) {
    for word in 0..<usedWordCount(at: place) where spent[place * wordCount + word] != 0 {
      spent[place * wordCount + word] = 0
    }
    epochs[current].validUntil = validUntil
    epochs[place] = NoteEpoch()
    epochs[place].number = number
    epochs[place].algorithm = algorithm
    epochs[place].validUntil = .max
    current = place
  }

  /// Writes all of it: the epochs field by field, then the bits of each.
  func write<Sink>(to writer: inout SnapshotWriter<Sink>) {
    var words = [UInt64(current), UInt64(quarantinedBelow)]
    for place in 0..<CoreLimits.epochCountMax {
      let epoch = epochs[place]
      words += [
        UInt64(epoch.number) << 16 | UInt64(epoch.algorithm.rawValue) << 8 | (epoch.hasEnded ? 1 : 0), epoch.validUntil,
        epoch.issuedCount, epoch.issuedAmount, epoch.takenCount, epoch.takenAmount,
      ]
    }
    writer.write(.noteEpochs, words)
    for place in 0..<CoreLimits.epochCountMax {
      let first = place * wordCount
      let count = usedWordCount(at: place)
      writer.write(SnapshotSection(tag: .spentNotes, recordByteCount: 8, count: UInt64(count), used: UInt64(count)))
      unsafe writer.sink.append(spent.bytes(first..<first + count))
    }
  }

  /// Reads what `write` wrote. Only right after the start; false when it is damaged.
  mutating func read<Source>(from reader: inout SnapshotReader<Source>) -> Bool {
    guard let words = reader.read(.noteEpochs, count: 2 + 6 * CoreLimits.epochCountMax),
      words[0] < UInt64(CoreLimits.epochCountMax), words[1] <= UInt64(UInt32.max)
    else { return false }
    current = Int(words[0])
    quarantinedBelow = UInt32(truncatingIfNeeded: words[1])
    for place in 0..<CoreLimits.epochCountMax {
      let at = 2 + 6 * place
      guard let algorithm = TagAlgorithm(rawValue: UInt8(truncatingIfNeeded: words[at] >> 8)),
        words[at] >> 48 == 0, words[at] & 0xFE == 0, words[at + 2] <= noteCountMax
      else { return false }
      epochs[place] = NoteEpoch(
        number: UInt32(truncatingIfNeeded: words[at] >> 16), algorithm: algorithm, hasEnded: words[at] & 1 == 1,
        validUntil: words[at + 1], issuedCount: words[at + 2], issuedAmount: words[at + 3], takenCount: words[at + 4],
        takenAmount: words[at + 5])
    }
    for place in 0..<CoreLimits.epochCountMax {
      let (first, count) = (place * wordCount, usedWordCount(at: place))
      guard let section = reader.section(.spentNotes, recordByteCount: 8, countMax: count),
        section.count == UInt64(count),
        unsafe reader.source.read(into: spent.mutableBytes(first..<first + count))
      else { return false }
    }
    return true
  }

  /// Words of the bits of an epoch that can be set.
  private func usedWordCount(at place: Int) -> Int { min(Int(epochs[place].issuedCount / 64 + 1), wordCount) }

  /// Mixes all of it in.
  func mix(into digest: inout StateDigest) {
    digest.mix(UInt64(current))
    digest.mix(UInt64(quarantinedBelow))
    for place in 0..<CoreLimits.epochCountMax {
      let epoch = epochs[place]
      digest.mix(UInt64(epoch.number) << 16 | UInt64(epoch.algorithm.rawValue) << 8 | (epoch.hasEnded ? 1 : 0))
      for value in [epoch.validUntil, epoch.issuedCount, epoch.issuedAmount, epoch.takenCount, epoch.takenAmount] {
        digest.mix(value)
      }
      for word in 0..<usedWordCount(at: place) { digest.mix(spent[place * wordCount + word]) }
    }
  }

  /// Bits set of the epoch at `place`.
  func spentCount(at place: Int) -> UInt64 {
    var count: UInt64 = 0
    for word in 0..<usedWordCount(at: place) { count += UInt64(spent[place * wordCount + word].nonzeroBitCount) }
    return count
  }
}
