import Cashu
import Payments
import ScriptedMint
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What is wrong about ecash that goes out: outputs that no mint signs, sums that nobody has, and somebody who has the broker's words.
extension World {
  func meddleWithPayouts(_ client: Client, _ mint: SimulatedMint) {
    switch chance.below(20) {
    case 0, 1: payOutOnNoPoint(client, mint)
    case 2, 3: payOutOnUsedOutputs(client, mint)
    case 4: payOutTwice(client, mint)
    case 5: payOut(client, mint) { payout, mint in payout.points + payout.points.prefix(1).map { Self.flip($0, mint) } }
    case 6: payOut(client, mint) { payout, _ in payout.points.dropLast(1 + chance.below(payout.points.count)) }
    case 7: payOut(client, mint, number: [0, 3, 17, .max][chance.below(4)]) { payout, _ in payout.points }
    case 8: payOutAnything(client, mint)
    case 9: payOutInEcash(client, mint)
    case 10: payOutHoard(client, mint)
    case 11, 12: if chance.oneIn(2) { payOutWhileKeysChange(client, mint) }
    case 13: if mint.isRobbed { steal(from: mint) }
    case 14: if mint.isRobbed { signAhead(at: mint) }
    default: if let payout = chance.pick(oracle.payouts.all.filter(\.isAccepted)) { pry(into: payout, by: client) }
    }
  }

  /// A good one, spoiled.
  private func payOut(
    _ client: Client, _ mint: SimulatedMint, number: UInt32? = nil,
    _ spoil: (KnownPayout, SimulatedMint) -> [CompressedPoint]
  ) {
    let notes = notes(1)
    let paid = notes.reduce(0) { $0 + $1.amount }
    guard let good = payout(paid, at: mint, by: client) else { return purse += notes }
    let points = Array(spoil(good, mint).prefix(WireLimits.payoutOutputCountMax))
    ask(
      KnownPayout(
        at: mint, number: number, by: client, good.blanks, points: points, paid: paid, refundKey: draw()), notes)
  }

  /// The same x, and perhaps the other y.
  private static func flip(_ point: CompressedPoint, _ mint: SimulatedMint) -> CompressedPoint {
    CompressedPoint(isOdd: mint.number == 0 ? point.isOdd : !point.isOdd, x: point.x)
  }

  /// One of its outputs is no point of the curve, which no broker sees at first.
  private func payOutOnNoPoint(_ client: Client, _ mint: SimulatedMint) {
    payOut(client, mint) { payout, mint in
      var points = payout.points
      guard let wrong = noPoint(mint) else { return points }
      points[chance.below(points.count)] = wrong
      return points
    }
  }

  private func noPoint(_ mint: SimulatedMint) -> CompressedPoint? {
    for _ in 0..<64 {
      let (low, high) = (Bytes16(low: chance.next(), high: chance.next()), Bytes16(low: chance.next(), high: .max))
      let x = chance.oneIn(4) ? Bytes16(low: .max, high: .max) : low
      if let point = CompressedPoint(x0: x, x1: high, isOdd: chance.oneIn(2)), mint.curve.point(point) == nil {
        return point
      }
    }
    return nil
  }

  /// Outputs that were signed before: for another payout, or in a swap of their owner's own.
  private func payOutOnUsedOutputs(_ client: Client, _ mint: SimulatedMint) {
    // Who has the words and such outputs together could tell the broker anything.
    guard !mint.isRobbed else { return }
    let before = chance.oneIn(2) ? nil : chance.pick(oracle.payouts.all.filter { $0.mint === mint && $0.coins != nil })
    let notes = notes(1)
    let paid = notes.reduce(0) { $0 + $1.amount }
    guard let good = payout(paid, at: mint, by: client) else { return purse += notes }
    if let before {
      // Of another amount mostly, and of the same where chance has it.
      let blanks = before.points.count >= good.points.count ? before.blanks : good.blanks
      let points = blanks.outputs.map(\.point)
      guard Set(points).count == points.count else { return purse += notes }
      let isReused = before.points.count >= good.points.count
      return ask(KnownPayout(at: mint, by: client, blanks, paid: paid, refundKey: draw(), isReused: isReused), notes)
    }
    guard mint.sign(good.blanks) else { return purse += notes }
    oracle.payouts.signed.formUnion(good.points)
    ask(KnownPayout(at: mint, by: client, good.blanks, paid: paid, refundKey: draw(), isReused: true), notes)
  }

  /// The same outputs for two of them at once.
  private func payOutTwice(_ client: Client, _ mint: SimulatedMint) {
    guard !mint.isRobbed, let other = chance.pick(tenants), purse.count >= 2 else { return }
    let notes = notes(1)
    let paid = notes.reduce(0) { $0 + $1.amount }
    guard let first = payout(paid, at: mint, by: client, extraCount: 2) else { return purse += notes }
    let reused = KnownPayout(at: mint, by: client, first.blanks, paid: paid, refundKey: draw(), isReused: true)
    ask(reused, notes)
    let more = self.notes(1)
    let sum = more.reduce(0) { $0 + $1.amount }
    guard sum > 0 else { return }
    ask(KnownPayout(at: mint, by: other, first.blanks, paid: sum, refundKey: draw(), isReused: true), more)
  }

  /// Whatever note there is, for whatever the mint has: no whole sum, too little, too much.
  private func payOutAnything(_ client: Client, _ mint: SimulatedMint) {
    let notes = notes(1 + chance.below(3))
    let paid = notes.reduce(0) { $0 + $1.amount }
    guard paid > 0, let blanks = mint.blanks(1 + chance.below(20)) else { return purse += notes }
    ask(KnownPayout(at: mint, by: client, blanks, paid: paid, refundKey: draw()), notes)
  }

  private func payOutInEcash(_ client: Client, _ mint: SimulatedMint) {
    guard let token = token(mint.fee(4) + 8 + UInt64(chance.below(12)), of: mint),
      let blanks = mint.blanks(4)
    else { return }
    let payout = KnownPayout(at: mint, by: client, blanks, paid: token.credit, refundKey: draw())
    ask(payout, []) { $0.ecash = KnownEcash(token, refundKey: draw()) }
  }

  /// A note of more than any mint's ecash is worth, which the operator makes for nothing else.
  private func payOutHoard(_ client: Client, _ mint: SimulatedMint) {
    guard let hoard else {
      operatorClient.ask({ _ in IssueRequest(amount: 1 << 52, binding: 0, count: 1) }, .issue) { errand in
        errand.isHoard = true
        errand.then = { [unowned self] in hoard = $0.notes.first }
      }
      return
    }
    guard let blanks = mint.blanks(2) else { return }
    ask(KnownPayout(at: mint, by: client, blanks, paid: hoard.amount, refundKey: draw()), [hoard]) {
      $0.isMischief = true
    }
  }

  /// The mint begins to sign with fewer keys, in which a sum takes more outputs than it has.
  private func payOutWhileKeysChange(_ client: Client, _ mint: SimulatedMint) {
    let held = heldMost(at: mint)
    let limit = UInt64(1) << UInt64(SimulatedMint.fewKeyCount)
    let fitting = purse.filter { note in
      guard note.binding == 0, let gross = mint.gross(of: note.amount) else { return false }
      return gross > limit + mint.fee(20) && gross <= held
    }
    guard mint.keyCounts.last ?? 0 > SimulatedMint.fewKeyCount, let note = chance.pick(fitting),
      let payout = payout(note.amount, at: mint, by: client, keyCount: mint.keyCounts.last)
    else { return }
    purse.removeAll { $0 == note }
    ask(payout, [note])
    coverage.count(.mintRotated)
    mint.rotate(hasFewKeys: true)
  }

  /// Nothing is wrong but its notes, or that there are none.
  func badlyPaidPayout() -> Misdeed {
    let points = (0..<20).map { _ in (Bytes16(low: chance.next(), high: 1), Bytes16(low: chance.next(), high: 2)) }
    var misdeed = Misdeed(PayoutRequest(mint: 1, count: UInt16(points.count), refundHash: draw()))
    misdeed.records = points.map { BlankOutput(x0: $0, x1: $1, isOdd: 0) }
    misdeed.payment = chance.oneIn(8) ? [] : badNotes(for: nil)
    return misdeed
  }

  /// Of a payment in ecash: nothing was signed for it.
  var somePayment: UInt64 { chance.pick(oracle.ecash.byID.keys.sorted()) ?? 1 }

  // MARK: Others

  private func pry(into payout: KnownPayout, by client: Client) {
    switch chance.below(5) {
    case 0: refund(payout, by: client, key: draw())
    case 1: refund(payout, by: client)
    case 2: askState(of: payout, by: client)
    default: askSignatures(of: payout, by: client)
    }
  }

  /// Somebody has the words, and takes some of what the broker has. In few worlds: each time the broker has to find out. Perhaps somebody
  /// was just promised what is gone then.
  private func steal(from mint: SimulatedMint) {
    guard let secrets = ownSecrets, let coins = mint.coins(of: secrets) else { return }
    var unspent = coins.filter { !$0.isSpent && mint.ahead[$0.y] == nil }
    if chance.oneIn(2) { unspent.sort { $0.proof.amount > $1.proof.amount } }
    let (from, count) = (chance.oneIn(2) ? 0 : chance.below(unspent.count), 1 + chance.below(4))
    let some = Array(unspent.dropFirst(from).prefix(count))
    guard !some.isEmpty, mint.steal(some) else { return }
    coverage.count(payout: "stolen")
    let held = unspent.reduce(0) { $0 + $1.proof.amount }
    if chance.oneIn(2) { export(held, from: mint) }
  }

  /// Somebody has the words, and puts coins of his own where the broker's next ones would be.
  private func signAhead(at mint: SimulatedMint) {
    guard let secrets = ownSecrets else { return }
    let amounts = (0..<1 + chance.below(12)).map { _ in UInt64(1) << UInt64(chance.below(6)) }
    guard mint.signAhead(secrets, amounts, gap: chance.oneIn(2) ? 0 : chance.below(6)) else { return }
    oracle.note("somebody has coins of \(amounts) signed with the broker's words")
    coverage.count(payout: "signed ahead")
  }

  /// Of the broker's own coins, as its words give them.
  private var ownSecrets: DeterministicSecrets? {
    guard let curve = mints.first?.curve, let seed = broker?.ecashKeys?.words.seed() else { return nil }
    return DeterministicSecrets(seed: seed, curve: curve)
  }
}
