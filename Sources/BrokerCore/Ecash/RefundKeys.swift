import WireProtocol

/// Where an entry lies among those of its refund key: indices plus 1, so that untouched memory says that it lies nowhere.
struct KeyLink {
  /// The one before it; of the first the last. 0: it lies nowhere.
  var previous: UInt32 = 0
  /// The one behind it; 0: none.
  var next: UInt32 = 0
}

/// Payments by their refund hash, for whoever has what it is made of and was never told the payment's id.
///
/// Of payouts it is the payer's to choose, of what is locked to a lease the lease's, and any number may have the same one: the index has the first of each hash, from
/// which the others are linked, in the order of their ids. Those that are NOT_TAKEN are not among them: nothing of them is to be had.
/// None of this is in a snapshot.
extension StateMachine {
  private func hash(ofKey keyHash: Bytes16) -> UInt32 { seed.hash(keyHash.low, keyHash.high) }

  private func firstEntry(keyHash: Bytes16) -> UInt32? {
    ecash.refundKeys.find(hash(ofKey: keyHash), where: { ecash.entries[$0].refundHash == keyHash })
  }

  /// Puts an entry, whose id is higher than all others', behind those of its key.
  mutating func linkKey(of index: UInt32) {
    let keyHash = ecash.entries[index].refundHash
    guard let first = firstEntry(keyHash: keyHash) else {
      ecash.refundKeys.insert(hash(ofKey: keyHash), index)
      ecash.keyLinks[Int(index)] = KeyLink(previous: index + 1)
      return
    }
    let last = ecash.keyLinks[Int(first)].previous
    ecash.keyLinks[Int(last) - 1].next = index + 1
    ecash.keyLinks[Int(first)].previous = index + 1
    ecash.keyLinks[Int(index)] = KeyLink(previous: last)
  }

  /// Takes an entry out of those of its key, if it is there still.
  mutating func unlinkKey(of index: UInt32) {
    let link = ecash.keyLinks[Int(index)]
    let keyHash = ecash.entries[index].refundHash
    guard link.previous != 0, let first = firstEntry(keyHash: keyHash) else { return }
    ecash.keyLinks[Int(index)] = KeyLink()
    if index != first {
      ecash.keyLinks[Int(link.previous) - 1].next = link.next
      ecash.keyLinks[link.next == 0 ? Int(first) : Int(link.next) - 1].previous = link.previous
    } else if link.next != 0 {
      ecash.refundKeys.replace(hash(ofKey: keyHash), index, by: link.next - 1)
      ecash.keyLinks[Int(link.next) - 1].previous = link.previous
    } else {
      ecash.refundKeys.remove(hash(ofKey: keyHash), index)
    }
  }

  /// The payment that REFUND means by its key alone: of the first that are kept one whose note is to be had, else one that is
  /// pending, else the one whose note was had last (its reply may have been lost), else any. Nil: none is kept.
  ///
  /// One that is over, and of which nothing is to be had, hides no other: a lease's key can have many.
  /// What is gone is gone for ever, so it is taken out when it is met: it costs one look in all.
  mutating func findEntry(keyHash: Bytes16) -> UInt32? {
    var (found, foundRank, count, looks) = (nil as UInt32?, Int.max, 0, 0)
    var next = firstEntry(keyHash: keyHash).map { $0 + 1 } ?? 0
    while next != 0, foundRank > 0, count < WireLimits.refundLookCountMax, looks < WireLimits.refundWalkCountMax {
      let index = next - 1
      next = ecash.keyLinks[Int(index)].next
      if ecash.entries[index].isGone(at: now) {
        unlinkKey(of: index)
        continue
      }
      looks += 1
      let rank = ecash.entries[index].refundRank
      if rank <= EcashEntry.givenRank { count += 1 }
      let isLater = found.map { ecash.entries[index].endNumber > ecash.entries[$0].endNumber } ?? true
      guard rank < foundRank || rank == foundRank && rank == EcashEntry.givenRank && isLater else { continue }
      (found, foundRank) = (index, rank)
    }
    return found
  }

  /// What is wrong with the links, or nil: each entry is linked to those of its key before and behind it, but for one that is
  /// NOT_TAKEN, and one that is gone.
  func checkKeys() -> String? {
    var firstCount = 0
    for index in 0..<ecash.entries.highWater where ecash.entries[index].id != 0 {
      let link = ecash.keyLinks[Int(index)]
      if ecash.entries[index].outcome == .notTaken {
        guard link.previous == 0 else { return "payment \(ecash.entries[index].id): its key leads to nothing" }
        continue
      }
      guard link.previous != 0 else {
        guard ecash.entries[index].isGone(at: now) else {
          return "payment \(ecash.entries[index].id): its key leads nowhere"
        }
        continue
      }
      guard let first = firstEntry(keyHash: ecash.entries[index].refundHash) else { return "ecash: a key is not known" }
      if index == first { firstCount += 1 }
      guard index == first || isInOrder(link.previous - 1, index),
        link.next == 0 ? ecash.keyLinks[Int(first)].previous == index + 1 : isInOrder(index, link.next - 1)
      else { return "payment \(ecash.entries[index].id): its key leads astray" }
    }
    return firstCount == ecash.refundKeys.count ? nil : "ecash: \(ecash.refundKeys.count) keys of \(firstCount)"
  }

  private func isInOrder(_ one: UInt32, _ other: UInt32) -> Bool {
    ecash.keyLinks[Int(one)].next == other + 1 && ecash.keyLinks[Int(other)].previous == one + 1
      && ecash.entries[one].id < ecash.entries[other].id
      && ecash.entries[one].refundHash == ecash.entries[other].refundHash
  }
}
