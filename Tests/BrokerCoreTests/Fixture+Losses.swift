import BrokerCore
import WireProtocol

extension Bench {
  /// RESTORE, and a session of the new life.
  @discardableResult
  func restore(_ incarnation: UInt64, at now: UInt64 = 0, isLossy: Bool = true) -> Applied {
    let applied = apply(
      RestoreCommand(
        incarnation: incarnation, validity: 0, now: now, flags: isLossy ? .lossy : [], algorithm: .hmacSha256_128))
    guard applied.status == .ok, isLossy else { return applied }
    session = openSession(Bytes16(low: incarnation, high: 2))
    number = 0
    return applied
  }

  @discardableResult
  func acceptLoss() -> Applied { apply(AcceptLossCommand(amount: UInt64(WireLimits.moneyMax))) }

  /// RECONCILE from where the keyset's counter is: coins that are spent, and those that the mint signed.
  @discardableResult
  func reconcile(
    mint: UInt32 = 1, keyset: UInt32 = 1, first: UInt32? = nil, next: UInt32, gone: [UInt32] = [],
    found: [(counter: UInt32, exponent: UInt8)] = [], isLast: Bool = false
  ) -> Applied {
    reconcile(
      mint: mint, keyset: keyset, first: first ?? counter(of: keyset, at: mint), next: next, isLast: isLast,
      gone.map { Self.coin($0) } + found.map { Self.coin($0.counter, $0.exponent, x: UInt64($0.counter) + 900) })
  }

  func reconcile(
    mint: UInt32 = 1, keyset: UInt32 = 1, first: UInt32, next: UInt32, isLast: Bool = false, _ coins: [ReconcileRecord]
  ) -> Applied {
    apply(
      ReconcileCommand(
        mint: mint, keyset: keyset, first: first, next: next, flags: isLast ? .last : [], count: 0), coins: coins)
  }

  static func coin(_ counter: UInt32, _ exponent: UInt8 = 0, x: UInt64 = 0, isOdd: UInt8 = 0) -> ReconcileRecord {
    ReconcileRecord(
      x0: Bytes16(low: x, high: 0), x1: Bytes16(), counter: counter, exponent: exponent, isOdd: isOdd)
  }

  /// Where the counter of a keyset that is not known stands; 0: it is known.
  func counter(of keyset: UInt32, at mint: UInt32 = 1) -> UInt32 {
    machine.unknownCounters(at: mint).first { $0.keyset == keyset }?.counter ?? 0
  }

  /// RESOLVE PAYOUT: what the mint signed of a payout, if it did.
  @discardableResult
  func resolve(
    _ payout: UInt64, mint: UInt32 = 1, keyset: UInt32 = 0, signatures: Int = 0, isOdd: UInt8 = 1
  ) -> Applied {
    apply(
      ResolvePayoutCommand(mint: mint, keyset: keyset, payout: payout, count: 0),
      blanks: (0..<signatures).map {
        BlankOutput(x0: Bytes16(low: UInt64($0) + 50, high: 7), x1: Bytes16(), isOdd: isOdd)
      })
  }

  func unknownKeysets(at mint: UInt32 = 1) -> [UInt32] { machine.unknownCounters(at: mint).map(\.keyset) }

  @discardableResult
  func endSwap(_ outcome: SwapOutcome, mint: UInt32 = 1, _ records: [SwapRecord] = []) -> Applied {
    apply(EndSwapCommand(mint: mint, outcome: outcome, count: 0), swapped: records)
  }

  @discardableResult
  func endPayout(_ outcome: SwapOutcome, mint: UInt32 = 1, _ records: [PayoutRecord] = []) -> Applied {
    apply(EndPayoutCommand(mint: mint, outcome: outcome, count: 0), paidOut: records)
  }
}
