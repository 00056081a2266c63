internal import BrokerCore
internal import Cashu
internal import Journal
internal import Payments
internal import WireProtocol

/// What mints tell of themselves: what they can do, and their keysets, each of which is pinned once it is known.
extension SessionEngine {
  // MARK: What it can do

  /// The mint told what it can do; false: it did not. Where something is missing by which it is known what became of a swap, its ecash
  /// is not taken until it says otherwise; what waits is swapped all the same.
  mutating func gotInfo(_ index: Int, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index] else { return false }
    guard case .answered(200, let body) = answer, let info = try? MintInfo(body) else {
      missInfo(index, answer)
      return false
    }
    ecash?.lines[index].isInfoMissed = false
    guard hasRoomForRequest else {
      ecash?.lines[index].learnsAt = now + EcashLimits.learnAgainMilliseconds
      ecash?.lines[index].state = .idle
      return true
    }
    let missing = EcashLimits.neededNUTs.filter { !info.supported.contains($0) }
    if !missing.isEmpty, missing != line.missingNUTs {
      let names = missing.map { $0 < 10 ? "NUT-0\($0)" : "NUT-\($0)" }.joined(separator: ", ")
      ecash?.note(line.number, "its ecash is not taken: it does not say that it supports \(names)", isTrouble: true)
    }
    ecash?.lines[index].missingNUTs = missing
    // As long as something is missing it is asked whenever keysets are.
    if missing.isEmpty { ecash?.lines[index].infoAt = now + EcashLimits.infoMilliseconds }
    enable(missing.isEmpty, line.number)
    begin(.keysets, index)
    return true
  }

  /// What it can do is not to be had. Whose ecash is taken stays so, and it is asked for its keysets all the same, since it may end
  /// them; the keysets of another are of no use yet.
  private mutating func missInfo(_ index: Int, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index] else { return }
    let what = "what it can do is not to be had"
    guard case .answered = answer, machine.mintTerms(line.number)?.flags.contains(.enabled) == true else {
      return restFromLearning(index, what)
    }
    if !line.isInfoMissed { ecash?.note(line.number, what, isTrouble: true) }
    ecash?.lines[index].isInfoMissed = true
    begin(.keysets, index)
  }

  /// Takes ecash of a mint that is configured from now on, or does not.
  private mutating func enable(_ isAble: Bool, _ mint: UInt32) {
    guard var terms = machine.mintTerms(mint), terms.flags.contains(.enabled) != isAble else { return }
    if isAble { terms.flags.insert(.enabled) } else { terms.flags.remove(.enabled) }
    let status = record(terms, isApplied: true)
    if status != .ok {
      ecash?.note(mint, "its terms cannot be changed: \(status.specificationName)", isTrouble: true)
    } else if isAble {
      ecash?.note(mint, "its ecash is taken")
    }
  }

  // MARK: Keysets

  /// The mint told which keysets there are; false: it did not.
  mutating func gotKeysets(_ index: Int, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index], let mint = ecash?.terms.mint(line.number) else { return false }
    guard case .answered(200, let body) = answer, let summaries = try? KeysetSummary.all(in: body) else {
      restFromLearning(index, "its keysets are not to be had")
      return false
    }
    ecash?.lines[index].failureCount = 0
    ecash?.lines[index].learnFailureCount = 0
    ecash?.lines[index].learnsAt = now + EcashLimits.learnMilliseconds
    let ours = summaries.filter { $0.unit == mint.unit }
    for keyset in mint.keysets {
      // A mint may forget one; its proofs are worth nothing then, and no new ones are made of it.
      let told = ours.first { $0.id == keyset.id }
      let isActive = told?.isActive ?? false
      // It may have an end that it had not, unless that is a part of its id. What is not told here is as it was.
      let end = keyset.id.bytes.count == KeysetID.shortByteCount ? told?.finalExpiry : nil
      if isActive != keyset.isActive || end != nil && end != keyset.finalExpiry {
        restate(keyset.number, isActive: isActive, finalExpiry: end ?? keyset.finalExpiry, index)
      }
    }
    let unknown = ours.filter { summary in !mint.keysets.contains { $0.id == summary.id } }
    if unknown.isEmpty { ecash?.lines[index].keysFailureCount = 0 }
    // Those in use first; of old ones a few at a time.
    let sorted = unknown.filter(\.isActive) + unknown.filter { !$0.isActive }
    ecash?.lines[index].unknownKeysets = Array(sorted.prefix(EcashLimits.learnedCountMax))
    ecash?.lines[index].hasLearned = sorted.count <= EcashLimits.learnedCountMax
    warnOfExpiry(index)
    learnNext(index)
    return true
  }

  /// Once a day, where coins are worth something for less than another month.
  private mutating func warnOfExpiry(_ index: Int) {
    guard let line = ecash?.lines[index], line.warnsAt <= now else { return }
    for holding in machine.holdings(at: line.number) where holding.amount > 0 {
      guard let end = machine.keyset(holding.keyset)?.terms.finalExpiry, end != 0,
        end < (now + EcashLimits.expiryMilliseconds) / 1_000
      else { continue }
      ecash?.lines[index].warnsAt = now + EcashLimits.warnMilliseconds
      ecash?.note(
        line.number, "coins of keyset \(holding.keyset), worth \(holding.amount), end at \(end)", isTrouble: true)
    }
  }

  private mutating func restFromLearning(_ index: Int, _ why: String) {
    guard let line = ecash?.lines[index] else { return }
    if line.learnFailureCount == 0 { ecash?.note(line.number, why, isTrouble: true) }
    // What can be done without them goes on.
    ecash?.lines[index].hasLearned = false
    ecash?.lines[index].learnFailureCount += 1
    ecash?.lines[index].learnsAt = now + EcashLimits.restMilliseconds(afterFailures: line.learnFailureCount + 1)
    ecash?.lines[index].state = .idle
  }

  /// Whether a keyset that is known is in use, and when it ends.
  private mutating func restate(_ number: UInt32, isActive: Bool, finalExpiry: UInt64, _ index: Int) {
    guard let (known, keys) = machine.keyset(number) else { return }
    var terms = known
    terms.finalExpiry = finalExpiry
    if isActive { terms.flags.insert(.active) } else { terms.flags.remove(.active) }
    record(terms, keys)
    // What is of one that is not in use any more is swapped away.
    ecash?.lines[index].consolidatesAt = 0
  }

  private mutating func record(_ terms: SetKeysetCommand, _ keys: [KeysetKey]) {
    let status = record(terms, records: keys)
    if status == .ok {
      ecash?.learn(keyset: terms.keyset, of: machine)
      ecash?.note(terms.mint, "keyset \(terms.keyset) is \(terms.flags.contains(.active) ? "in use" : "not in use")")
    } else {
      ecash?.note(terms.mint, "a keyset is not taken: \(status.specificationName)", isTrouble: true)
    }
  }

  private mutating func learnNext(_ index: Int) {
    guard let next = ecash?.lines[index].unknownKeysets.first else {
      ecash?.lines[index].state = .idle
      return
    }
    begin(.keys(next.id), index)
  }

  /// The mint told the keys of a keyset; false: it did not.
  mutating func gotKeys(_ index: Int, _ id: KeysetID, _ answer: MintAnswer) -> Bool {
    guard let line = ecash?.lines[index], let summary = line.unknownKeysets.first else { return false }
    guard case .answered(200, let body) = answer else {
      missKeys(index, id, answer)
      return false
    }
    ecash?.lines[index].unknownKeysets.removeFirst()
    if let keyset = try? Keyset.all(in: body).first(where: { $0.id == id }), let keys = keyset.firstPowers,
      let fee = UInt32(exactly: summary.inputFeePPK), keyset.unit == summary.unit,
      keyset.inputFeePPK == summary.inputFeePPK || id.bytes.count == KeysetID.shortByteCount && keyset.inputFeePPK == 0
    {
      var bytes = id.bytes
      bytes += Array(repeating: 0, count: KeysetID.longByteCount - bytes.count)
      let halves = Bytes32(bytes.prefix(32)).map { CompressedPoint(isOdd: false, x: $0).halves }
      record(
        SetKeysetCommand(
          mint: line.number, keyset: machine.keysetCount + 1, id0: halves?.x0 ?? Bytes16(),
          id1: halves?.x1 ?? Bytes16(),
          idLast: bytes[32], idByteCount: UInt8(id.bytes.count), feePerThousand: fee,
          finalExpiry: keyset.finalExpiry ?? 0, flags: summary.isActive ? .active : [], count: 0),
        keys.enumerated().map { exponent, key in
          let (x0, x1) = key.halves
          return KeysetKey(x0: x0, x1: x1, isOdd: key.isOdd ? 1 : 0, exponent: UInt8(exponent))
        })
    } else {
      ecash?.note(line.number, "keyset \(id.hex) is not one that can be taken", isTrouble: true)
    }
    learnNext(index)
    return true
  }

  /// The keys of a keyset are not to be had. Where the mint answers, those of others are asked for all the same.
  private mutating func missKeys(_ index: Int, _ id: KeysetID, _ answer: MintAnswer) {
    guard let line = ecash?.lines[index] else { return }
    let what = "the keys of keyset \(id.hex) are not to be had"
    guard case .answered = answer else { return restFromLearning(index, what) }
    if line.keysFailureCount == 0 { ecash?.note(line.number, what, isTrouble: true) }
    ecash?.lines[index].keysFailureCount = min(line.keysFailureCount, .max - 1) + 1
    ecash?.lines[index].hasLearned = false
    ecash?.lines[index].learnsAt = now + EcashLimits.restMilliseconds(afterFailures: line.keysFailureCount + 1)
    ecash?.lines[index].unknownKeysets.removeFirst()
    learnNext(index)
  }
}

extension Keyset {
  /// Its keys for 1, 2, 4 and so on, if it has no others.
  fileprivate var firstPowers: [CompressedPoint]? {
    let points = (0..<keys.count).compactMap { keys[1 << UInt64($0)] }
    return points.count == keys.count ? points : nil
  }
}
