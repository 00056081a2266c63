import Cashu
import ScriptedMint
import WireProtocol

/// What the operator is told of a mint: what the broker has there, and where it came from and went. Sums over all time never decrease, and
/// they are what clients were told of payments and payouts.
extension Oracle {
  /// The sums over all time, as they were told last.
  struct KnownTreasury {
    var received: UInt64 = 0
    var paid: UInt64 = 0
    var fees: UInt64 = 0
    var lost: UInt64 = 0
    var found: UInt64 = 0
  }

  func treasuryAsked(_ errand: Errand) {
    guard let mint = errand.mint else { return }
    errand.treasuryFloor = treasuries[mint.number] ?? KnownTreasury()
    // What a lost life had signed counts as lost.
    let taken = payouts.all.filter { $0.mint === mint && $0.outcome == .taken && !$0.wasOpen }
    let paid = taken.reduce(0) { $0 + $1.net }
    errand.treasuryFloor.paid = max(errand.treasuryFloor.paid, paid)
  }

  func toldTreasury(_ errand: Errand, _ answer: Answer) {
    guard let mint = errand.mint, let reply = answer.part(TreasuryReply.self) else {
      return blame("TREASURY of no mint was told")
    }
    coverage.count(payout: "treasury")
    let what = "the treasury at mint \(mint.number)"
    judge(answer.records(KeysetHolding.self), of: mint, held: reply.held, what)
    expect(
      reply.held + reply.paid <= reply.received + reply.found
        && reply.held + reply.paid + reply.fees + reply.lost >= reply.received + reply.found,
      "\(what) holds \(reply.held) of \(reply.received) and \(reply.found) found, paid \(reply.paid), "
        + "\(reply.fees) fees, \(reply.lost) lost")
    expect(reply.ceiling == mint.terms.ceiling, "\(what) has a ceiling of \(reply.ceiling)")
    judgeCeiling(mint, reply, what)
    let floor = errand.treasuryFloor
    expect(
      reply.received >= floor.received && reply.paid >= floor.paid && reply.fees >= floor.fees
        && reply.lost >= floor.lost && reply.found >= floor.found,
      "\(what) received \(reply.received), paid \(reply.paid), fees \(reply.fees), lost \(reply.lost), "
        + "found \(reply.found), before \(floor)")
    let known = treasuries[mint.number] ?? KnownTreasury()
    treasuries[mint.number] = KnownTreasury(
      received: max(known.received, reply.received), paid: max(known.paid, reply.paid),
      fees: max(known.fees, reply.fees), lost: max(known.lost, reply.lost),
      found: max(known.found, reply.found))
    let own = payouts.all.filter { $0.mint === mint && !$0.isRefused }
    let open = own.filter { $0.endedOrder >= errand.order }.reduce(0) { $0 + $1.gross }
    expect(reply.promised <= open, "\(what) has \(reply.promised) promised, of payouts of \(open)")
    let most = own.filter { $0.outcome != .refundable }.reduce(0) { $0 + $1.net }
    expect(reply.paid <= most, "\(what) paid \(reply.paid), and \(most) were asked for")
    expect(reply.answeredAt <= now, "\(what): the mint answered at \(reply.answeredAt), and it is \(now)")
    if mint.isRobbed, reply.lost > 0 { coverage.count(payout: "coins lost") }
  }

  /// No more is let in than the ceiling says, of what waits as much again: what of its own it found counts, and may be more.
  private func judgeCeiling(_ mint: SimulatedMint, _ reply: TreasuryReply, _ what: String) {
    guard mint.terms.ceiling > 0 else { return }
    let most = mint.terms.ceiling + mint.fee(64)
    let (brought, gone) = (reply.received + reply.found, reply.paid + min(reply.found, reply.lost))
    let cameIn = brought - min(brought, gone)
    expect(
      reply.waiting <= most && cameIn + reply.credited <= 2 * most + reply.found,
      "\(what): \(cameIn) came in, \(reply.credited) are credited and \(reply.waiting) wait, of a ceiling of "
        + "\(mint.terms.ceiling)")
    if cameIn + reply.credited > mint.terms.ceiling * 3 / 4 { coverage.count(payout: "close to the ceiling") }
  }

  /// The lock that ends first of what is credited is that of some token.
  func judgeLocktime(of mint: SimulatedMint, _ reply: TreasuryReply, tokens: [KnownToken]) {
    guard reply.locktime > 0 else { return }
    let isOfSome = tokens.contains { $0.mint === mint && $0.locktime.map { $0 * 1_000 } == reply.locktime }
    expect(
      isOfSome && reply.credited > 0,
      "the treasury at mint \(mint.number): a lock ends at \(reply.locktime), of \(reply.credited) credited")
    coverage.count(payout: "a lock that ends")
  }

  /// The keysets that the broker knows, in the order of their numbers.
  private func judge(_ holdings: [KeysetHolding], of mint: SimulatedMint, held: UInt64, _ what: String) {
    let sum = holdings.reduce(UInt64(0)) { $0 + $1.amount }
    expect(sum == held, "\(what) holds \(held), and \(sum) of all keysets")
    expect(
      zip(holdings, holdings.dropFirst()).allSatisfy { $0.keyset < $1.keyset },
      "\(what): keysets \(holdings.map(\.keyset))")
    for holding in holdings {
      let id = KeysetID(holding.id0, holding.id1, last: holding.idLast, byteCount: holding.idByteCount)
      let keyset = mint.mint.allKeysets.first { $0.id == id }
      expect(
        keyset?.inputFeePPK == UInt64(holding.feePerThousand) && holding.finalExpiry == keyset?.finalExpiry ?? 0,
        "\(what): keyset \(holding.keyset) is none of the mint's")
      expect(
        (holding.count == 0) == (holding.amount == 0) && UInt64(holding.count) <= holding.amount,
        "\(what): \(holding.count) coins of \(holding.amount) of keyset \(holding.keyset)")
      if holding.isActive == 0, holding.count == 0 { coverage.count(payout: "retired and empty") }
    }
  }

  /// Nothing is under way, and nobody waits: what came in, went out and is promised is known to the unit.
  func compareTreasury(of mint: SimulatedMint, _ reply: TreasuryReply, tokens: [KnownToken]) {
    let what = "the treasury at mint \(mint.number), at rest,"
    let own = payouts.all.filter { $0.mint === mint && $0.outcome == .taken }
    let paid = own.reduce(0) { $0 + $1.net }
    expect(
      reply.paid == paid && reply.promised == 0, "\(what) paid \(reply.paid) of \(paid), and promises \(reply.promised)"
    )
    expect(
      reply.lost == 0 || mint.isRobbed || mint.hasLied, "\(what) lost \(reply.lost), and nobody took anything")
    guard !ecash.isUncertain else { return }
    let credited = tokens.filter { token in
      token.mint === mint && token.payments.contains { $0.outcome == .taken || $0.outcome == .refundable }
    }
    let sum = credited.reduce(0) { $0 + $1.sum }
    expect(
      reply.waiting == 0 && reply.received + reply.credited <= sum
        && reply.received + reply.credited + reply.fees + reply.lost >= sum,
      "\(what) received \(reply.received) of \(sum), waiting \(reply.waiting), credited \(reply.credited)")
    coverage.count(payout: "treasury compared")
  }
}
