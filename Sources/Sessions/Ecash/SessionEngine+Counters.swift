internal import BrokerCore
internal import Cashu
internal import Journal
internal import Payments
internal import WireProtocol

/// Keysets whose counters are not known: what their mint signed, and what is spent, is asked before anything is signed with them.
extension SessionEngine {
  // MARK: What is next

  /// Asks about a keyset whose counter is not known; whether swaps must wait, for that or for a later question.
  mutating func scan(_ index: Int) -> Bool {
    guard let line = ecash?.lines[index] else { return false }
    let unknown = machine.unknownCounters(at: line.number)
    if !unknown.isEmpty, now < line.heirAt, machine.hasEcashOfBefore(at: line.number) {
      // What the lost life asked for may still be carried out. All of it must be found: payments of before are made good from that.
      ecash?.lines[index].inquiry.restsUntil = line.heirAt
      ecash?.lines[index].holdUp(until: line.heirAt)
      return true
    }
    let active = machine.signingKeyset(of: line.number)
    // What waits for the one that is signed with is everybody's money.
    for (keyset, counter) in unknown.filter({ $0.keyset == active }) + unknown.filter({ $0.keyset != active }) {
      let scan = line.scans[keyset].flatMap { $0.first == counter ? $0 : nil } ?? CounterScan(first: counter)
      ecash?.lines[index].scans[keyset] = scan
      guard scan.restsUntil <= now else { continue }
      begin(.scan(keyset, .preparation), index)
      return true
    }
    guard let active, unknown.contains(where: { $0.keyset == active }) else { return false }
    let instant = ecash?.lines[index].scans[active]?.restsUntil ?? now
    ecash?.lines[index].holdUp(until: instant)
    return true
  }

  /// What a mint is asked next about a keyset.
  func scanPreparation(_ keyset: UInt32, _ index: Int) -> ScanPreparation? {
    guard let terms = ecash?.terms, let scan = ecash?.lines[index].scans[keyset] else { return nil }
    return ScanPreparation(
      terms: terms, keyset: keyset,
      counters: scan.nextCounters(coins: machine.coins(ofKeyset: keyset).lazy.map(\.counter)))
  }

  // MARK: Answers

  mutating func scanPrepared(_ mint: UInt32, _ batch: PreparedScan?) {
    guard let (index, keyset) = scanning(mint, .preparation) else { return }
    if let batch {
      ecash?.lines[index].scans[keyset]?.batch = batch
      if batch.counters.isEmpty {
        reconcile(index, keyset, to: nil)
      } else {
        let isOfCoins = ecash?.lines[index].scans[keyset]?.isOfCoins == true
        begin(.scan(keyset, isOfCoins ? .states : .restoration), index)
      }
    } else {
      ecash?.note(mint, "keyset \(keyset) has keys that are none", isTrouble: true)
      restFromScanning(index, keyset, for: EcashLimits.learnMilliseconds)
    }
    workOnMints()
  }

  /// The mint told what it signed; false: it did not.
  mutating func gotScanned(_ index: Int, _ keyset: UInt32, _ answer: MintAnswer) -> Bool {
    guard let batch = ecash?.lines[index].scans[keyset]?.batch else { return false }
    guard case .answered(200, let body) = answer,
      let restored = try? RestoredSignature.all(in: body, for: batch.outputs)
    else {
      failScanning(index, keyset)
      return false
    }
    guard restored.isEmpty else {
      ecash?.lines[index].scans[keyset]?.restored = restored
      begin(.scan(keyset, .completion), index)
      return true
    }
    ecash?.lines[index].scans[keyset]?.unsignedCount += UInt32(batch.counters.count)
    if ecash?.lines[index].scans[keyset]?.isAtEnd == true {
      reconcile(index, keyset, to: nil)
    } else {
      goOnScanning(index, keyset)
    }
    return true
  }

  mutating func scanned(_ mint: UInt32, _ found: [FoundProof]) {
    guard let (index, keyset) = scanning(mint, .completion), let scan = ecash?.lines[index].scans[keyset] else {
      return
    }
    let unprovenCount = scan.restored.count - found.count
    if unprovenCount > 0, scan.unprovenCount < EcashLimits.unprovenCountMax {
      // Something in between may have distorted it. What is passed by is not asked for again.
      ecash?.lines[index].scans[keyset]?.unprovenCount += 1
      restFromScanning(
        index, keyset, for: EcashLimits.restMilliseconds(afterFailures: scan.unprovenCount + 1))
    } else {
      if unprovenCount > 0 {
        ecash?.note(
          mint, "keyset \(keyset): \(unprovenCount) signatures that are not proved, and worth nothing", isTrouble: true)
      }
      ecash?.lines[index].scans[keyset]?.found = found
      if found.isEmpty { reconcile(index, keyset, to: scan.end) } else { begin(.scan(keyset, .states), index) }
    }
    workOnMints()
  }

  /// The mint told what is spent; false: it did not.
  mutating func gotScanStates(_ index: Int, _ keyset: UInt32, _ answer: MintAnswer) -> Bool {
    guard let scan = ecash?.lines[index].scans[keyset], let batch = scan.batch else { return false }
    let ys = scan.isOfCoins ? batch.ys : scan.found.map(\.y)
    guard case .answered(200, let body) = answer, let states = try? ProofState.all(in: body, for: ys) else {
      failScanning(index, keyset)
      return false
    }
    if scan.isOfCoins {
      let gone = zip(batch.counters, states).filter { $0.1 == .spent }.map { ReconcileRecord(spent: $0.0) }
      if gone.isEmpty { goOnScanning(index, keyset) } else { reconcile(index, keyset, gone, to: scan.first) }
    } else {
      // What is pending may be unspent in the end, and then it is the broker's; if it is spent, that is seen when it is to be used.
      let found = zip(scan.found, states).filter { $0.1 != .spent }.map { ReconcileRecord($0.0) }
      reconcile(index, keyset, found, to: scan.end)
    }
    return true
  }

  // MARK: What comes of it

  /// Records what a batch brings, and how far the counter is known.
  ///
  /// - Parameters:
  ///   - records: Coins that are gone, or those that are found.
  ///   - next: What the counter is from now on; nil: as it is, and there is nothing beyond.
  private mutating func reconcile(
    _ index: Int, _ keyset: UInt32, _ records: [ReconcileRecord] = [], to next: UInt32?
  ) {
    guard let line = ecash?.lines[index], var scan = line.scans[keyset] else { return }
    // If it cannot be recorded, what follows the counter is asked again.
    ecash?.lines[index].scans[keyset]?.unsignedCount = 0
    guard hasRoomForRequest else { return restFromScanning(index, keyset, for: EcashLimits.learnAgainMilliseconds) }
    let command = ReconcileCommand(
      mint: line.number, keyset: keyset, first: scan.first, next: next ?? scan.first, flags: next == nil ? .last : [],
      count: 0)
    let goneCount = scan.isOfCoins ? records.count : 0
    var foundCount = records.count - goneCount
    advance()
    var status = record(command, records: records)
    if status == .noSpace && foundCount > 0 {
      if !scan.isFull {
        ecash?.note(
          line.number, "keyset \(keyset): no room for proofs that it had signed: the words have them", isTrouble: true)
      }
      (scan.isFull, foundCount) = (true, 0)
      status = record(command, records: [ReconcileRecord]())
      scan.endBatch()
      scan.restsUntil = now + EcashLimits.noRoomMilliseconds
    } else {
      scan.endBatch()
    }
    guard status == .ok else {
      ecash?.note(
        line.number, "keyset \(keyset) cannot be reconciled: \(status.specificationName)", isTrouble: true)
      return restFromScanning(index, keyset, for: EcashLimits.noRoomMilliseconds)
    }
    scan.foundCount += foundCount
    scan.goneCount += goneCount
    ecash?.lines[index].state = .idle
    guard let next else {
      ecash?.lines[index].scans[keyset] = nil
      ecash?.note(
        line.number,
        "keyset \(keyset): it is known what was signed: \(scan.foundCount) proofs found, \(scan.goneCount) gone",
        isTrouble: scan.goneCount > 0)
      return
    }
    if next > scan.first {
      if foundCount == 0 { scan.barrenBatchCount += 1 }
      // Whoever says for ever that there is more does not fill the journal with it, nor the treasury at once.
      if scan.barrenBatchCount > EcashLimits.barrenBatchCountHigh || scan.foundCount >= EcashLimits.foundCountHigh {
        scan.restsUntil = max(scan.restsUntil, now + EcashLimits.batchMilliseconds)
      }
    }
    (scan.first, scan.unsignedCount) = (next, 0)
    ecash?.lines[index].scans[keyset] = scan
  }

  private func scanning(_ mint: UInt32, _ step: CounterScan.Step) -> (index: Int, keyset: UInt32)? {
    guard let index = ecash?.lines.firstIndex(where: { $0.number == mint }),
      case .busy(.scan(let keyset, step)) = ecash?.lines[index].state
    else { return nil }
    return (index, keyset)
  }

  private mutating func goOnScanning(_ index: Int, _ keyset: UInt32) {
    ecash?.lines[index].scans[keyset]?.endBatch()
    ecash?.lines[index].state = .idle
  }

  /// A question was not answered as a mint does. What can be done without that goes on meanwhile.
  private mutating func failScanning(_ index: Int, _ keyset: UInt32) {
    guard let line = ecash?.lines[index], let scan = line.scans[keyset] else { return }
    let failureCount = scan.failureCount + 1
    if failureCount == EcashLimits.scanFailureCountHigh {
      ecash?.note(line.number, "keyset \(keyset): it does not tell what it signed, or what is spent", isTrouble: true)
    }
    ecash?.lines[index].scans[keyset]?.failureCount = failureCount
    restFromScanning(index, keyset, for: EcashLimits.restMilliseconds(afterFailures: failureCount))
  }

  /// The same batch is asked about later.
  private mutating func restFromScanning(_ index: Int, _ keyset: UInt32, for milliseconds: UInt64) {
    ecash?.lines[index].scans[keyset]?.batch = nil
    ecash?.lines[index].scans[keyset]?.restsUntil = now + milliseconds
    ecash?.lines[index].state = .idle
  }
}

extension CounterScan {
  /// The counter behind the last output of the batch that the mint says it signed.
  fileprivate var end: UInt32 {
    guard let batch, let last = restored.map(\.outputIndex).max(), batch.counters.indices.contains(last) else {
      return first
    }
    return batch.counters[last] + 1
  }
}

extension ReconcileRecord {
  /// A coin that is spent.
  fileprivate init(spent counter: UInt32) {
    self.init(x0: Bytes16(), x1: Bytes16(), counter: counter, exponent: 0, isOdd: 0)
  }

  /// A proof that the mint signed, and that is not spent.
  fileprivate init(_ found: FoundProof) {
    let (x0, x1) = found.signature.halves
    self.init(
      x0: x0, x1: x1, counter: found.counter, exponent: found.exponent, isOdd: found.signature.isOdd ? 1 : 0)
  }
}
