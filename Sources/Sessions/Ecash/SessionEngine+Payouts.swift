internal import BrokerCore
internal import Payments
internal import WireProtocol

/// Requests about ecash that goes out, and about the broker's own.
extension SessionEngine {
  /// Takes notes, for which their payer's blank outputs are to be signed.
  mutating func payout(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let payout = PayoutRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    return execute(
      PayoutCommand(mint: payout.mint, count: payout.count, refundHash: payout.refundHash), request, frame,
      of: connection)
  }

  /// Gives what the mint signed.
  mutating func signatures(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let question = SignaturesRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    switch machine.signatures(ofPayout: question.payment) {
    case .unknown: return Verdict(.paymentUnknown)
    case .pending: return Verdict(.paymentPending, detail: question.payment)
    case .none: return Verdict(.nothingDue)
    case .signed(let amount, let mint, let number, let signatures):
      guard let (keyset, keys) = machine.keyset(number) else { return Verdict(.nothingDue) }
      let records = signatures.map { signature in
        let key = keys.first { $0.exponent == signature.exponent }
        return PayoutSignature(
          x0: signature.x0, x1: signature.x1, keyX0: key?.x0 ?? Bytes16(), keyX1: key?.x1 ?? Bytes16(),
          isOdd: signature.isOdd, keyIsOdd: key?.isOdd ?? 0, exponent: signature.exponent)
      }
      let fixed = SignaturesReply(
        amount: amount, id0: keyset.id0, id1: keyset.id1, idLast: keyset.idLast, idByteCount: keyset.idByteCount,
        count: UInt16(clamping: records.count), mint: mint)
      return reply(request, with: fixed, records, to: connection)
    }
  }

  /// Tells what the broker has of a mint's ecash, and how that mint does.
  mutating func treasury(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let question = TreasuryRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    guard let totals = machine.totals(ofMint: question.mint) else { return Verdict(.mintUnknown) }
    let records = machine.holdings(at: question.mint).compactMap { holding in
      machine.keyset(holding.keyset).map { keyset, _ in
        KeysetHolding(
          keyset: holding.keyset, feePerThousand: keyset.feePerThousand, amount: holding.amount,
          finalExpiry: keyset.finalExpiry, id0: keyset.id0, id1: keyset.id1, count: holding.count,
          idLast: keyset.idLast, idByteCount: keyset.idByteCount, isActive: keyset.flags.contains(.active) ? 1 : 0)
      }
    }
    let line = ecash?.lines.first { $0.number == question.mint }
    let fixed = TreasuryReply(
      held: totals.held, waiting: totals.waiting, credited: totals.credited, promised: totals.promised,
      received: totals.swapped, paid: totals.paid, fees: totals.fees, lost: totals.lost,
      found: totals.found, ceiling: totals.ceiling, answeredAt: line?.answeredAt ?? 0,
      locktime: machine.earliestLocktime(at: question.mint), failureCount: line?.silenceCount ?? 0,
      count: UInt16(clamping: records.count))
    return reply(request, with: fixed, records, to: connection)
  }
}
