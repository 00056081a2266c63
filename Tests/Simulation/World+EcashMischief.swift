import Cashu
import ScriptedMint
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What is wrong about ecash: tokens that are worth nothing, and owners who spend them twice.
extension World {
  func meddleWithEcash(_ client: Client) {
    guard let mint = chance.pick(mints) else { return }
    if chance.oneIn(3) { return meddleWithPayouts(client, mint) }
    switch chance.below(16) {
    case 0: askMints(client)
    case 1, 2, 3: offerAgain(client)
    case 4, 5: payTwice(client, mint)
    case 6: spendElsewhere()
    case 7: if chance.oneIn(8) { breakDown(mint) }
    case 8: if chance.oneIn(12) { rotate(mint) }
    case 9: if let payment = chance.pick(known) { ask(about: payment, by: client) }
    case 10: refundWrongly(client)
    case 11: chance.oneIn(2) ? refundWrongly(client) : loseExchange(of: client)
    default:
      if let token = keep(badToken(of: mint)) { exchange(token, by: client) }
    }
  }

  private var known: [KnownEcash] { oracle.ecash.byID.values.sorted { $0.id ?? 0 < $1.id ?? 0 } }

  /// The same token pays for two requests, of two clients perhaps.
  private func payTwice(_ client: Client, _ mint: SimulatedMint) {
    guard let other = chance.pick(tenants),
      let token = token(mint.fee(4) + 4 + UInt64(chance.below(12)), of: mint, lock: chance.oneIn(2) ? .broker : .none)
    else { return }
    exchange(token, by: client)
    exchange(token, by: other)
  }

  /// Its owner is faster than the broker, or tries to be.
  private func spendElsewhere() {
    let open = clients.flatMap(\.errands).compactMap(\.ecash).filter {
      $0.token.lock == .none && $0.token.flaw == .none
    }
    guard let token = chance.pick(open)?.token else { return }
    token.isSpentElsewhere = true
    _ = token.mint.spend(token.proofs)
  }

  private func breakDown(_ mint: SimulatedMint) {
    let until = clock.uptime + chance.among(1_000...90_000)
    if chance.oneIn(2) { return mint.refuse(until: until) }
    coverage.count(.mintDown)
    mint.breakDown(until: until)
  }

  private func rotate(_ mint: SimulatedMint) {
    coverage.count(.mintRotated)
    mint.rotate()
  }

  private func badToken(of mint: SimulatedMint) -> KnownToken? {
    let sum = mint.fee(3) + 5 + 8 * UInt64(chance.below(4))
    switch chance.below(8) {
    case 0:
      guard let proofs = mint.gift(sum), mint.spend(proofs) else { return nil }
      return KnownToken(proofs, of: mint, flaw: .spent)
    case 1, 2:
      // The signature of one coin under another.
      let lock = chance.oneIn(2) ? lockKeys.current(at: oracle.now)?.key : nil
      guard var proofs = mint.gift(sum, lock: lock), let last = proofs.last, proofs.count > 1 else { return nil }
      proofs[proofs.count - 1].signature = proofs[0].signature
      proofs[0].signature = last.signature
      return KnownToken(proofs, of: mint, flaw: .forged, lock: lock == nil ? .none : .broker)
    case 3:
      // Anybody's key but the broker's.
      guard let key = mint.mint.activeKeyset(mint.terms.unit)?.keys[1], let proofs = mint.gift(sum, lock: key) else {
        return nil
      }
      return KnownToken(proofs, of: mint, flaw: .otherKey)
    case 4:
      guard let told = lockKeys.current(at: oracle.now),
        let key = mint.curve.leaseKey(told.key, lease: anyLive()?.id ?? 1),
        let proofs = mint.gift(sum, lock: key)
      else { return nil }
      return KnownToken(proofs, of: mint, flaw: .otherLease)
    case 5:
      return mint.gift(sum).flatMap { KnownToken($0, of: mint, url: "http://127.0.0.1:1", flaw: .unknownMint) }
    case 6: return mint.gift(sum).flatMap { KnownToken($0, of: mint, unit: "eur", flaw: .unknownUnit) }
    default:
      guard let proofs = mint.gift(1) else { return nil }
      let net = 1 - min(1, mint.fee(1))
      let isTooSmall = net < mint.terms.minimum || mint.credit(of: 1, count: 1) == 0
      return KnownToken(proofs, of: mint, flaw: isTooSmall ? .tooSmall : .none)
    }
  }

  // MARK: Refunds that nobody owes

  private func refundWrongly(_ client: Client) {
    guard let payment = chance.pick(known), let id = payment.id else { return }
    // Of what is locked to a lease's key the one that its request names is nobody's.
    let isOwn = chance.oneIn(2) && payment.lease == nil
    // Whoever has the key alone, or saw the token alone, has nothing.
    let isOfToken = !isOwn && payment.lease == nil && chance.oneIn(2)
    let key = isOwn || payment.lease != nil || !isOfToken && chance.oneIn(2) ? payment.refundKey : draw()
    let token = isOwn || isOfToken || payment.lease != nil ? payment.token.hash : draw()
    let named = chance.oneIn(3) ? 0 : id
    client.ask({ _ in RefundRequest(payment: named, key: key, token: token) }, .refund) { errand in
      errand.refundOf = payment
      errand.wasPending = payment.outcome == nil
      errand.isForbidden = !isOwn
      errand.then = { [unowned self] answer in
        let what = "a refund of payment \(id)"
        switch answer.status {
        case .nothingDue:
          oracle.expect(
            isOwn && payment.outcome != .refundable && !payment.isExchanged && answer.refusal?.detail == id,
            "\(what), which there is something for: NOTHING_DUE, of payment \(answer.refusal?.detail ?? 0)")
        case .paymentPending:
          oracle.expect(
            (payment.outcome == nil || errand.wasPending) && answer.refusal?.detail == id,
            "\(what), which is over: PAYMENT_PENDING, of payment \(answer.refusal?.detail ?? 0)")
        case .keyWrong: oracle.expect(!isOwn, "\(what) with its key: KEY_WRONG")
        default: break
        }
      }
    }
  }
}
