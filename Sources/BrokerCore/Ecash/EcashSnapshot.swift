import WireProtocol

/// How ecash is written, read back, and mixed into digests.
extension EcashTables {
  func write<Sink>(to writer: inout SnapshotWriter<Sink>) {
    writer.write(.mints, mints, count: mints.count)
    writer.write(.keysets, keysets, count: keysetCount)
    writer.write(.keysetKeys, keys, count: keysetCount * WireLimits.keysetKeyCountMax)
    entries.write(.ecashPayments, to: &writer)
    proofs.write(.ecashProofs, to: &writer)
    pieces.write(to: &writer)
    treasury.write(.treasury, to: &writer)
  }

  mutating func read<Source>(from reader: inout SnapshotReader<Source>) -> Bool {
    guard reader.read(.mints, into: mints)?.count == UInt64(mints.count),
      reader.read(.keysets, into: keysets)?.count == UInt64(keysetCount),
      reader.read(.keysetKeys, into: keys)?.count == UInt64(keysetCount * WireLimits.keysetKeyCountMax)
    else { return false }
    return entries.read(.ecashPayments, from: &reader) && proofs.read(.ecashProofs, from: &reader)
      && pieces.read(from: &reader) && treasury.read(.treasury, from: &reader)
  }

  /// How many words its lists are in the head of a snapshot.
  static let listWordCount = EndedList.count + 2

  /// Its lists as the head of a snapshot has them: of entries that ended, of Ys that are kept, of units that are held.
  var listWords: [UInt64] {
    (0..<EndedList.count).map { ended[$0].word }
      + [UInt64(firstKept) << 32 | UInt64(lastKept), UInt64(firstHold) << 32 | UInt64(lastHold)]
  }

  /// Takes what `listWords` gave, which `words` begins with.
  mutating func takeLists(_ words: ArraySlice<UInt64>) {
    let lists = words.prefix(Self.listWordCount).map(EntryQueue.init(word:))
    for list in 0..<EndedList.count { ended[list] = lists[list] }
    (firstKept, lastKept) = (lists[EndedList.count].first, lists[EndedList.count].last)
    (firstHold, lastHold) = (lists[EndedList.count + 1].first, lists[EndedList.count + 1].last)
  }

  func mix(into digest: inout StateDigest) {
    for word in [paymentCounter, endCounter, UInt64(keysetCount), pendingCredit] { digest.mix(word) }
    for word in listWords { digest.mix(word) }
    mints.mix(upTo: mints.count, into: &digest)
    keysets.mix(upTo: keysetCount, into: &digest)
    keys.mix(upTo: keysetCount * WireLimits.keysetKeyCountMax, into: &digest)
    entries.mix(into: &digest)
    proofs.mix(into: &digest)
    pieces.pieces.mix(into: &digest)
    treasury.mix(into: &digest)
  }
}

extension EntryQueue {
  /// As the head of a snapshot has it: the first in the upper half.
  var word: UInt64 { UInt64(first) << 32 | UInt64(last) }

  init(word: UInt64) {
    first = UInt32(truncatingIfNeeded: word >> 32)
    last = UInt32(truncatingIfNeeded: word)
  }
}

/// What is judged and made anew of ecash when a snapshot was read. How records agree with one another is what EcashInvariants.swift says.
extension StateMachine {
  /// Whether each record by itself is one that code can take. Links are judged as lists are walked.
  var hasSoundEcash: Bool {
    for index in 0..<ecash.keysetCount {
      let keyset = ecash.keysets[index]
      guard ecash.mint(keyset.mint) != nil, (1...64).contains(keyset.keyCount), keyset.isActive <= 1,
        keyset.counterUnknown <= 1, UInt64(keyset.counter) <= CoreLimits.counterMaxOfKeyset
      else { return false }
    }
    for index in 0..<WireLimits.mintCountMax where ecash.mints[index].isKnown {
      let mint = ecash.mints[index]
      guard mint.denominator > 0, mint.flags & ~MintFlags.known == 0, mint.turn <= 1 else { return false }
      guard mint.swap.isUnderWay else { continue }
      guard let keyset = ecash.keyset(mint.swap.keyset, of: UInt32(index) + 1),
        let outputs = ecash.keysets[keyset].outputs(of: mint.swap.total), outputs.count == Int(mint.swap.outputCount),
        UInt64(ecash.keysets[keyset].counter) + UInt64(outputs.count) <= CoreLimits.counterMaxOfKeyset
      else { return false }
    }
    // Ids to come must be above those that there are. None ends more than twice.
    guard idBase.addingSaturating(ecash.paymentCounter) < CoreLimits.ecashMark,
      ecash.endCounter <= 2 * ecash.paymentCounter
    else { return false }
    let ids = identifier(CoreLimits.ecashMark)...drawnIdentifier(CoreLimits.ecashMark | ecash.paymentCounter)
    var seen = [Bool](repeating: false, count: Int(ecash.pieces.pieces.highWater))
    for index in 0..<ecash.entries.highWater where ecash.entries[index].id != 0 {
      let entry = ecash.entries[index]
      guard entry.isSound, entry.isPayout || entry.credit <= creditMax, ecash.mints[Int(entry.mint)].isKnown,
        ecash.pieces.isSound(entry.command, &seen), ecash.pieces.isSound(entry.sealed, &seen),
        entry.endedList != .paidOut || isSigned(entry), !entry.keepsOutputs || hasSoundOutputs(entry),
        ids.contains(entry.id)
      else { return false }
    }
    for index in 0..<ecash.proofs.highWater where ecash.proofs[index].id != 0 {
      let proof = ecash.proofs[index]
      guard proof.keyset >= 1, Int(proof.keyset) <= ecash.keysetCount else { return false }
    }
    for index in 0..<ecash.treasury.highWater where ecash.treasury[index].id != 0 {
      let proof = ecash.treasury[index]
      guard proof.keyset >= 1, proof.keyset <= UInt32(ecash.keysetCount), proof.exponent < 64, proof.isOdd <= 1 else {
        return false
      }
    }
    return true
  }

  /// Whether a payout that was TAKEN has a signature for each output that it comes to, of a keyset of its mint.
  private func isSigned(_ entry: EcashEntry) -> Bool {
    guard let number = UInt32(exactly: entry.detail), let keyset = ecash.keyset(number, of: UInt32(entry.mint) + 1)
    else { return false }
    return ecash.keysets[keyset].outputs(of: entry.net)?.count == entry.blankCount
  }

  /// Makes ids, refund keys and Ys known, and adds up what waits; false when one stands there twice, or a list leads out of its table.
  mutating func makeEcashIndices() -> Bool {
    for index in 0..<ecash.entries.highWater where ecash.entries[index].id != 0 {
      let entry = ecash.entries[index]
      guard ecash.entryIDs.find(seed.hash(drawn: entry.id), where: { ecash.entries[$0].id == entry.id }) == nil else {
        return false
      }
      ecash.entryIDs.insert(seed.hash(drawn: entry.id), index)
      switch entry.outcome {
      case nil where entry.isPayout: ecash.payoutPieceCount += PieceStore.count(Int(entry.sealed.byteCount))
      case nil: ecash.pendingCredit = ecash.pendingCredit.addingSaturating(entry.credit)
      default: break
      }
      if entry.endedList == .paidOut { ecash.paidOutPieceCount += PieceStore.count(Int(entry.sealed.byteCount)) }
    }
    findOutputs()
    let keyed = (0..<ecash.entries.highWater).filter {
      ecash.entries[$0].id != 0 && ecash.entries[$0].outcome != .notTaken
    }
    for index in keyed.sorted(by: { ecash.entries[$0].id < ecash.entries[$1].id }) { linkKey(of: index) }
    for index in 0..<ecash.proofs.highWater where ecash.proofs[index].id != 0 {
      let proof = ecash.proofs[index]
      guard findProof(proof.y0, proof.y1, at: mintNumber(ofProof: index)) == nil else { return false }
      ecash.proofYs.insert(seed.hash(proof.y0.low, proof.y0.high), index)
    }
    return true
  }
}
