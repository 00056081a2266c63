import BrokerCore
import Cashu
import SimulatedDisk

/// What must be at the mints in the end.
extension World {
  /// Lets the broker swap what is credited. A payment that is swapped alone waits a minute for others all the same, each.
  func awaitSwaps() {
    guard !mints.isEmpty else { return }
    lastMoneyAt = clock.uptime
    let end = clock.uptime + 7_200_000
    while clock.uptime < min(end, lastMoneyAt + 130_000), oracle.problem == nil {
      clock.pass(500)
      step(isBusy: false)
    }
  }

  /// Each coin that customers had is somebody's: the broker's exactly where it said so. What the broker has it can spend, and nothing else is
  /// to be had with its words; what was paid out its owners have, and the mint takes it.
  func judgeMints() {
    guard !mints.isEmpty, oracle.problem == nil else { return }
    guard let books = BrokerBooks(of: files, setup, wall: clock.wall, mints) else {
      return oracle.blame("the last state is not to be had, or not all of what it has at its mints")
    }
    for mint in mints {
      guard let part = books.parts[mint.number] else { return }
      oracle.note("mint \(mint.number) in the end: \(part.totals)")
      judgeTokens(of: mint)
      judgePayouts(of: mint)
      judge(part, of: mint, books.secrets)
      oracle.comparedCount += part.coins.isEmpty ? 0 : 1
    }
  }

  private func judgeTokens(of mint: SimulatedMint) {
    for token in tokens where token.mint === mint {
      guard let states = mint.states(of: token.points) else {
        return oracle.blame("a mint does not tell of its coins")
      }
      let isTaken = zip(token.points, states).map { $1 == .spent && !mint.spentByCustomers.contains($0) }
      let what = "a token of \(token.sum), locked to \(token.lock), payments \(token.payments.map { $0.id ?? 0 })"
      let outcomes = token.payments.map(\.outcome)
      if outcomes.contains(.taken) || outcomes.contains(.refundable) {
        // What a mint says that is spent a broker which credited it has lost, though nobody can spend it now. And what was signed ahead
        // the broker has, though its payer spent his elsewhere.
        let isPaidAhead = !mint.ahead.isEmpty && !states.contains { $0 != .spent }
        oracle.expect(
          !isTaken.contains(false) || token.lock != .none && mint.hasLied || isPaidAhead,
          "\(what) is credited, and was not spent")
      } else if isTaken.contains(true) {
        let isUnknown = token.payments.contains { $0.outcome == nil && $0.isAbandoned }
        oracle.expect(isUnknown, "\(what) was spent by the broker, and its owner has nothing: \(outcomes)")
      }
    }
  }

  /// All are over. What came back in notes nothing was signed for, on whichever of the outputs.
  private func judgePayouts(of mint: SimulatedMint) {
    for payout in oracle.payouts.all where payout.mint === mint && !payout.isRefused {
      let what = "payout \(payout.id ?? 0) of \(payout.net)"
      oracle.expect((payout.coins == nil) != (payout.refund == nil), "\(what) is not over, or is twice")
      guard payout.coins == nil, !payout.isReused else { continue }
      oracle.expect(
        mint.signatures(on: payout.blanks).isEmpty, "\(what) came back, and the mint signed some of its outputs")
    }
  }

  private func judge(_ part: BrokerBooks.Part, of mint: SimulatedMint, _ secrets: DeterministicSecrets) {
    let (coins, totals) = (part.coins, part.totals)
    let sum = coins.reduce(UInt64(0)) { $0 + $1.amount }
    oracle.expect(
      totals.held == sum && totals.promised == 0, "the broker has \(sum), and says \(totals.held), \(totals.promised)")
    guard let all = mint.coins(of: secrets), let unspent = mint.unspentAmount else {
      return oracle.blame("a mint does not tell of its coins")
    }
    let own = Set(coins.map(\.secret))
    // What somebody else spent, whether the broker has found out or not; and what the broker does not know to be its own.
    let gone = all.filter { mint.stolen.contains($0.y) }
    let missed = gone.filter { own.contains($0.proof.secret) }.reduce(0) { $0 + $1.proof.amount }
    let noticed = gone.reduce(0) { $0 + $1.proof.amount } - missed
    let left = all.filter { !$0.isSpent && !own.contains($0.proof.secret) }
    let leftAhead = left.reduce(0) { $0 + (mint.ahead[$1.y] ?? 0) }
    let leftAmount = left.reduce(0) { $0 + $1.proof.amount }
    let isAtRest = !part.isSpendingCoins && part.unknownCount == 0
    // Whoever looks for what is his own is told what the mint says.
    let isMisled = mint.hasLied || mint.hasMisled && !mint.ahead.isEmpty
    oracle.expect(
      leftAmount == leftAhead || isMisled || !isAtRest,
      "with the broker's words \(leftAmount) are to be had that it does not know of, \(leftAhead) of them of others")
    let ahead = mint.ahead.values.reduce(0, +)
    oracle.expect(
      totals.found == ahead - leftAhead || isMisled && totals.found <= ahead,
      "the broker found \(totals.found), and \(ahead) were signed of which it does not know \(leftAhead)")
    let outstanding = mint.outstanding
    oracle.expect(
      outstanding == Int128(unspent) + Int128(mint.customersAmount) + Int128(sum - missed) + Int128(leftAmount),
      "at a mint are \(outstanding), customers have \(unspent) and \(mint.customersAmount), and the broker \(sum) less "
        + "\(missed), and \(leftAmount)")
    oracle.expect(
      totals.lost == noticed || isMisled && totals.lost >= noticed,
      "the broker lost \(totals.lost), and \(noticed) were taken that it found")
    let stolen = Set(gone.map(\.proof.secret))
    let good = coins.filter { !stolen.contains($0.secret) }
    oracle.expect(mint.canSpend(good), "the broker has \(coins.count) coins of \(sum), and not all of them are good")
    let paidOut = oracle.payouts.all.filter { $0.mint === mint }.flatMap { $0.coins ?? [] }
    let kept = paidOut.filter { mint.areUnspent([$0]) }
    oracle.expect(mint.canSpend(kept), "\(kept.count) coins were paid out, and not all of them are good")
    if !kept.isEmpty { coverage.count(payout: "good in the end") }
    if totals.found > 0 { coverage.count(payout: "found what was signed ahead") }
  }
}
