public import WireProtocol

/// Outputs of EXCHANGEs that were put off and are TAKEN. As long as they are kept, REFUND gives the notes of such a one once more, also
/// when the session is gone in which its reply can be asked for.
///
/// Where pieces are wanting they go, those of the EXCHANGE that ended first before others: so in the list of these the first ones have
/// none, and all behind them do.
extension StateMachine {
  /// Lets go of the command of a payment that was carried out, but for the outputs of an EXCHANGE that was put off.
  mutating func dropCarriedOut(_ index: UInt32) {
    guard ecash.entries[index].endedList == .exchanged, let made = ecash.entries[index].exchangeReply else {
      return dropCommand(index)
    }
    // A command without its payment ends with its records.
    let outputs = Array(words(of: ecash.entries[index].command).suffix(Int(made.count) * NoteOutput.byteCount / 8))
    dropCommand(index)
    ecash.entries[index].command = unsafe ecash.pieces.store(outputs.span.bytes)
  }

  /// Counts the outputs that an entry keeps, which has ended now, as the last of all.
  mutating func countOutputs(of index: UInt32) {
    guard ecash.entries[index].keepsOutputs else { return }
    ecash.outputPieceCount += ecash.entries[index].pieceCount
    if ecash.firstOutputs == noIndex { ecash.firstOutputs = index }
  }

  /// Lets go of the outputs that are kept longest.
  mutating func dropFirstOutputs() {
    let index = ecash.firstOutputs
    ecash.outputPieceCount -= ecash.entries[index].pieceCount
    ecash.firstOutputs = ecash.entries[index].next
    ecash.entries[index].command = ecash.pieces.remove(ecash.entries[index].command)
  }

  /// The notes of an EXCHANGE, as REFUND tells of them; nil: it is none that keeps its outputs.
  func exchangedNotes(of index: UInt32) -> RefundReply? {
    guard ecash.entries[index].keepsOutputs, let made = ecash.entries[index].exchangeReply else { return nil }
    return RefundReply(
      amount: made.amount, firstSerial: made.firstSerial, keyEpoch: made.keyEpoch, count: made.count)
  }

  /// What the notes are that REFUND gives of an EXCHANGE; empty: it gives one, which is not bound, or none.
  public func exchangedOutputs(of payment: UInt64) -> [NoteOutput] {
    guard let index = findEntry(payment), ecash.entries[index].keepsOutputs else { return [] }
    return outputs(ofEntry: ecash.entries[index])
  }

  private func outputs(ofEntry entry: EcashEntry) -> [NoteOutput] {
    let words = words(of: entry.command)
    return stride(from: 0, to: words.count - 1, by: NoteOutput.byteCount / 8).map {
      NoteOutput(amount: words[$0], binding: words[$0 + 1])
    }
  }

  // MARK: Snapshots

  /// Whether the outputs that an entry keeps are those of the notes that its reply tells of.
  func hasSoundOutputs(_ entry: EcashEntry) -> Bool {
    guard let made = entry.exchangeReply, Int(made.count) <= WireLimits.outputCountMax,
      Int(entry.command.byteCount) == Int(made.count) * NoteOutput.byteCount
    else { return false }
    let outputs = outputs(ofEntry: entry)
    return made.amount == entry.credit && outputs.allSatisfy { $0.amount > 0 }
      && outputs.reduce(0) { $0.addingSaturating($1.amount) } == made.amount
  }

  /// Finds and counts the outputs that are kept, when a snapshot was read.
  mutating func findOutputs() {
    for index in 0..<ecash.entries.highWater where ecash.entries[index].id != 0 && ecash.entries[index].keepsOutputs {
      ecash.outputPieceCount += ecash.entries[index].pieceCount
      let first = ecash.firstOutputs
      if first == noIndex || ecash.entries[index].endNumber < ecash.entries[first].endNumber {
        ecash.firstOutputs = index
      }
    }
  }

  /// What is wrong with the outputs that are kept, or nil.
  func checkOutputs() -> String? {
    var (index, first, pieceCount) = (ecash.ended[EndedList.exchanged.number].first, noIndex, UInt32(0))
    while index != noIndex {
      let entry = ecash.entries[index]
      if entry.keepsOutputs, first == noIndex { first = index }
      guard entry.keepsOutputs == (first != noIndex) else { return "payment \(entry.id): its outputs went too early" }
      pieceCount += entry.pieceCount
      index = entry.next
    }
    return first == ecash.firstOutputs && pieceCount == ecash.outputPieceCount ? nil : "ecash: outputs are lost"
  }
}
