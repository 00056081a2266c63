import BrokerCore
import Cashu
import Journal
import Payments
import Replay
import SimulatedDisk
import WireProtocol

/// What must be at the mints in the end.
extension World {
  /// Lets the broker swap what is credited. A payment that is swapped alone waits a minute for others all the same, each.
  func awaitSwaps() {
    guard !mints.isEmpty else { return }
    lastSwapAt = clock.uptime
    let end = clock.uptime + 7_200_000
    while clock.uptime < min(end, lastSwapAt + 130_000), oracle.problem == nil {
      clock.pass(500)
      step(isBusy: false)
    }
  }

  /// Each coin that customers had is somebody's: the broker's exactly where it said so. What the broker has it can spend, and nothing else is
  /// to be had with its words; what was paid out its owners have, and the mint takes it.
  func judgeMints() {
    guard !mints.isEmpty, oracle.problem == nil else { return }
    var options = RecoveryOptions(now: clock.wall)
    options.segmentByteCount = setup.segmentByteCount
    options.acceptsClock = true
    let copy = SimulatedFiles(files.contents)
    guard var resumption = try? Resumption(copy, options, genesis: setup.genesis(now: clock.wall), { _ in }),
      let machine = resumption.takeMachine(), let keys = setup.ecashKeys(genesis: machine.genesis.now)
    else { return oracle.blame("the last state is not to be had") }
    for mint in mints {
      guard
        let number = (1...UInt32(WireLimits.mintCountMax)).first(where: {
          let known = machine.mintTerms($0)
          return known?.url.string == mint.url && known?.unit.string == mint.terms.unit
        })
      else { return oracle.blame("a mint is not known in the end") }
      guard let seed = keys.words.seed(), let secrets = DeterministicSecrets(seed: seed, curve: mint.curve) else {
        return
      }
      let proofs = machine.ownProofs(at: number)
      let coins = proofs.compactMap { proof -> Proof? in
        let id = machine.keyset(proof.keyset).flatMap { KeysetID($0.terms) }
        return id.flatMap { secrets.coin(proof, of: $0) }
      }
      oracle.expect(coins.count == proofs.count, "of \(proofs.count) coins of the broker's \(coins.count) are some")
      guard let totals = machine.totals(ofMint: number) else { return oracle.blame("a mint has no totals in the end") }
      let isAtRest = machine.coinSwap(at: number) == nil
      oracle.note("mint \(mint.number) in the end: \(totals), swap \(machine.swap(at: number).debugDescription)")
      judgeTokens(of: mint)
      judgePayouts(of: mint)
      judge(coins, of: mint, secrets, totals, isAtRest: isAtRest)
      oracle.comparedCount += coins.isEmpty ? 0 : 1
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
        // What a mint says that is spent a broker which credited it has lost, though nobody can spend it now.
        oracle.expect(
          !isTaken.contains(false) || token.lock != .none && mint.hasLied, "\(what) is credited, and was not spent")
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

  private func judge(
    _ coins: [Proof], of mint: SimulatedMint, _ secrets: DeterministicSecrets, _ totals: MintTotals, isAtRest: Bool
  ) {
    let sum = coins.reduce(UInt64(0)) { $0 + $1.amount }
    oracle.expect(
      totals.held == sum && totals.promised == 0, "the broker has \(sum), and says \(totals.held), \(totals.promised)")
    guard let all = mint.coins(of: secrets), let unspent = mint.unspentAmount else {
      return oracle.blame("a mint does not tell of its coins")
    }
    let own = Set(coins.map(\.secret))
    // What somebody else spent, whether the broker has found out or not; and what the broker does not know to be its own.
    let gone = all.filter { mint.isStolen($0.coin) }
    let missed = gone.filter { own.contains($0.coin.secret) }.reduce(0) { $0 + $1.coin.amount }
    let found = gone.reduce(0) { $0 + $1.coin.amount } - missed
    let left = all.filter { !$0.isSpent && !own.contains($0.coin.secret) }.reduce(0) { $0 + $1.coin.amount }
    oracle.expect(
      left == 0 || mint.hasLied || !isAtRest, "with the broker's words \(left) are to be had that it does not know of")
    let outstanding = mint.outstanding
    oracle.expect(
      outstanding == Int128(unspent) + Int128(mint.customersAmount) + Int128(sum - missed) + Int128(left),
      "at a mint are \(outstanding), customers have \(unspent) and \(mint.customersAmount), and the broker \(sum) less "
        + "\(missed), and \(left)")
    oracle.expect(
      totals.lost == found || mint.hasLied && totals.lost >= found,
      "the broker lost \(totals.lost), and \(found) were taken that it found")
    let good = coins.filter { !mint.isStolen($0) }
    oracle.expect(mint.canSpend(good), "the broker has \(coins.count) coins of \(sum), and not all of them are good")
    let paidOut = oracle.payouts.all.filter { $0.mint === mint }.flatMap { $0.coins ?? [] }
    let kept = paidOut.filter { mint.areUnspent([$0]) }
    oracle.expect(mint.canSpend(kept), "\(kept.count) coins were paid out, and not all of them are good")
    if !kept.isEmpty { coverage.count(payout: "good in the end") }
  }
}

extension DeterministicSecrets {
  /// A coin of the broker's own, as a wallet restores it.
  fileprivate func coin(_ own: OwnProof, of keyset: KeysetID) -> Proof? {
    guard let (secret, _) = secret(keyset: keyset, counter: UInt64(own.counter)),
      let point = CompressedPoint(x0: own.x0, x1: own.x1, isOdd: own.isOdd)
    else { return nil }
    return Proof(amount: 1 << UInt64(own.exponent), keyset: keyset, secret: secret, signature: point)
  }
}

extension KeysetID {
  /// As the state has it.
  fileprivate init?(_ terms: SetKeysetCommand) {
    self.init(terms.id0, terms.id1, last: terms.idLast, byteCount: terms.idByteCount)
  }
}
