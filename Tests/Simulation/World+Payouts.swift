import Cashu
import Payments
import ScriptedMint
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Clients that have their notes paid out as ecash, and what they do with it.
extension World {
  private var openCountMaxPerClient: Int { setup.hasFewPayments ? 8 : 2 }

  /// Whoever has notes may want ecash for them: what a lease left, what was earned, what was refunded. The operator exports what the treasury has.
  func payOut(_ client: Client) {
    guard let mint = chance.pick(mints.filter { takenMints.contains($0.number) }),
      openPayouts.count(where: { $0.maker === client }) < openCountMaxPerClient
    else { return }
    // What nobody paid in is not there, as far as anybody knows.
    let held = heldMost(at: mint)
    if client === operatorClient, chance.oneIn(3) { return export(held, from: mint) }
    for _ in 0..<4 {
      let notes = notes(1 + chance.below(2))
      let paid = notes.reduce(0) { $0 + $1.amount }
      if let gross = mint.gross(of: paid), gross > 0, gross <= held,
        let payout = payout(paid, at: mint, by: client, extraCount: chance.below(3)), payout.refusal == nil
      {
        return ask(payout, notes)
      }
      purse += notes
    }
  }

  /// The operator takes what the treasury has, or is thought to have, for a note that it makes for this.
  func export(_ held: UInt64, from mint: SimulatedMint) {
    let paid = mint.worth(held)
    guard paid > 0 else { return }
    operatorClient.ask({ _ in IssueRequest(amount: paid, binding: 0, count: 1) }, .issue) { errand in
      errand.isHoard = true
      errand.then = { [unowned self] answer in
        guard answer.status == .ok, let note = answer.notes.first else { return }
        guard let payout = payout(paid, at: mint, by: operatorClient) else { return purse.append(note) }
        ask(payout, [note])
      }
    }
  }

  /// The most that the broker may have at a mint and has not promised, as far as anybody knows.
  func heldMost(at mint: SimulatedMint) -> UInt64 {
    let paidIn = tokens.reduce(UInt64(0)) { sum, token in
      let isCredited = token.mint === mint && token.payments.contains { $0.outcome == .taken }
      return isCredited ? sum + token.sum : sum
    }
    let out = oracle.payouts.all.reduce(UInt64(0)) { sum, payout in
      let isOut = payout.mint === mint && !payout.isRefused && payout.outcome != .refundable
      return isOut ? sum + payout.gross : sum
    }
    return paidIn - min(paidIn, out)
  }

  /// One on blank outputs of its owner's: as many as it needs, and some more.
  func payout(
    _ paid: UInt64, at mint: SimulatedMint, by client: Client, extraCount: Int = 0, keyCount: Int? = nil
  ) -> KnownPayout? {
    guard let gross = mint.gross(of: paid) else { return nil }
    let keyCount = keyCount ?? mint.keyCounts.min() ?? 1
    let count = (1...WireLimits.payoutOutputCountMax).first { count in
      let fee = mint.fee(count + 1)
      return gross > fee && KnownPayout.split(gross - fee, keyCount: keyCount).count <= count
    }
    guard let count, count + extraCount <= WireLimits.payoutOutputCountMax, let blanks = mint.blanks(count + extraCount)
    else { return nil }
    return KnownPayout(at: mint, by: client, blanks, paid: paid, refundKey: draw())
  }

  func ask(_ payout: KnownPayout, _ notes: [NoteToken], _ change: (Errand) -> Void = { _ in }) {
    let (number, count) = (payout.number, UInt16(payout.points.count))
    let hash = SHA256.keyHash(payout.refundKey)
    payout.maker.ask({ _ in PayoutRequest(mint: number, count: count, refundHash: hash) }, .payout) { errand in
      (errand.payout, errand.records, errand.payment) = (payout, payout.records, notes)
      change(errand)
      errand.then = { [unowned self] in if $0.status == .ok { openPayouts.append(payout) } }
    }
  }

  // MARK: Waiting

  /// Their makers ask until they have what they are to have.
  func followPayouts(isBusy: Bool) {
    // Where the broker forgets, some come too late.
    let isLazy = setup.hasFewPayments && isBusy
    for payout in openPayouts where payout.questionCount == 0 && !payout.maker.isFarAhead {
      switch payout.outcome {
      case nil: if chance.oneIn(isBusy ? 60 : 15) { askState(of: payout, by: payout.maker) }
      case .refundable where payout.findsNoSession && !isBusy:
        // Others have what was answered to them kept there for a day. Whoever knows the key can collect it.
        if let client = chance.pick([operatorClient] + tenants), !client.isFarAhead { refund(payout, by: client) }
      case .refundable: if chance.oneIn(2) { refund(payout, by: payout.maker) }
      case .taken where payout.isForgotten: oracle.restored(payout)
      case .taken: if chance.oneIn(isLazy ? 300 : 4) { askSignatures(of: payout, by: payout.maker) }
      }
    }
    for payout in openPayouts where payout.isOver { use(payout) }
    openPayouts.removeAll(where: \.isOver)
    // Perhaps the key epoch is full, and no note can be made.
    if !isBusy, !openPayouts.isEmpty, chance.oneIn(600) { rotate(operatorClient) }
  }

  private func question(
    _ payout: KnownPayout, by client: Client, _ part: @escaping (UInt32) -> any WireRequest, _ opcode: Opcode,
    _ change: (Errand) -> Void = { _ in }
  ) {
    payout.questionCount += 1
    client.ask(part, opcode) { errand in
      errand.payout = payout
      errand.onEnd = { payout.questionCount -= 1 }
      change(errand)
    }
  }

  func askState(of payout: KnownPayout, by client: Client) {
    guard let id = payout.id else { return }
    question(payout, by: client, { _ in PaymentRequest(payment: id) }, .payment)
  }

  func askSignatures(of payout: KnownPayout, by client: Client) {
    guard let id = payout.id else { return }
    question(payout, by: client, { _ in SignaturesRequest(payment: id) }, .signatures)
  }

  func refund(_ payout: KnownPayout, by client: Client, key: Bytes16? = nil) {
    guard let id = payout.id else { return }
    let shown = key ?? payout.refundKey
    let named = key == nil && chance.oneIn(3) ? 0 : id
    let request = RefundRequest(payment: named, key: shown, token: Bytes16())
    question(payout, by: client, { _ in request }, .refund) { errand in
      errand.isForbidden = key != nil
      errand.then = { [unowned self] answer in
        let what = "the refund of payout \(id)"
        // Whoever finds no session asks again, or lets somebody else.
        payout.findsNoSession = answer.status == .sessionLimit
        let isEarly = [.keyWrong, .noSpace, .paymentUnknown, .sessionLimit].contains(answer.status)
        oracle.expect(key == nil || isEarly, "\(what) with another key: \(answer.status)")
        if named == 0, [.paymentPending, .nothingDue].contains(answer.status) {
          oracle.expect(answer.refusal?.detail == id, "\(what), by its key: payment \(answer.refusal?.detail ?? 0)")
        }
        switch answer.status {
        case .ok: if named == 0 { oracle.coverage.count(payout: "refunded by key") }
        case .noSpace, .sessionLimit: break
        case .keyWrong: oracle.expect(key != nil, "\(what) with its key: KEY_WRONG")
        case .paymentPending:
          oracle.expect(!errand.wasEnded && answer.money == .notKnown, "\(what), which is over: PAYMENT_PENDING")
        case .nothingDue: oracle.expect(payout.outcome != .refundable, "\(what), which is refundable: NOTHING_DUE")
        case .paymentUnknown: oracle.expect(payout.outcome != .refundable || payout.isOver, "\(what): PAYMENT_UNKNOWN")
        default: oracle.blame("\(what) is \(answer.status)")
        }
      }
    }
  }

  // MARK: Coins

  /// They are spent, or come in again, or are kept.
  private func use(_ payout: KnownPayout) {
    guard let coins = payout.coins, payout.original == nil else { return }
    switch chance.below(4) {
    case 0:
      // Too little to be worth its fee is kept.
      if payout.net > payout.mint.fee(coins.count) {
        oracle.expect(payout.mint.spend(coins), "the mint does not take the coins of payout \(payout.id ?? 0)")
        oracle.coverage.count(payout: "spent")
      }
    case 1:
      let mint = payout.mint
      let isTooSmall =
        payout.net < mint.terms.minimum + mint.fee(coins.count) || mint.credit(of: payout.net, count: coins.count) == 0
      guard !isTooSmall, let token = keep(KnownToken(coins, of: mint)) else { return }
      oracle.coverage.count(payout: "paid in again")
      exchange(token, by: payout.maker)
    default: break
    }
  }

  // MARK: The treasury

  func askTreasuries(isSettled: Bool) {
    for mint in mints where takenMints.contains(mint.number) { askTreasury(of: mint, isSettled: isSettled) }
  }

  private func askTreasury(of mint: SimulatedMint, isSettled: Bool) {
    operatorClient.ask({ _ in TreasuryRequest(mint: mint.brokerNumber) }, .treasury) { errand in
      errand.mint = mint
      errand.then = { [unowned self] answer in
        oracle.expect(answer.status == .ok, "TREASURY of mint \(mint.number) is \(answer.status)")
        guard let reply = answer.part(TreasuryReply.self), answer.status == .ok else { return }
        oracle.judgeLocktime(of: mint, reply, tokens: tokens)
        guard isSettled else { return }
        oracle.compareTreasury(of: mint, reply, tokens: tokens)
      }
    }
  }
}
