import Cashu
import Payments
import ScriptedMint
import TurnpikeCrypto
import WireProtocol

/// What is told of ecash that goes out. Each payout that was accepted ends once: its owner has coins of exactly what he was told, which the
/// mint takes, or a note of exactly what he paid; whatever crashed, whatever the mint answered or did not, and whoever spends the broker's coins.
extension Oracle {
  /// All payouts.
  struct KnownPayouts {
    var all: [KnownPayout] = []
    var byID: [UInt64: KnownPayout] = [:]
    /// What was paid for those that were taken.
    var taken: Int64 = 0
    /// Blank outputs that a mint signed, for a payout or for anybody.
    var signed: Set<CompressedPoint> = []
  }

  // MARK: PAYOUT

  func paidOut(_ errand: Errand, _ answer: Answer) {
    guard let payout = errand.payout, let reply = answer.part(PayoutReply.self) else {
      return blame("PAYOUT \(errand.number) was done, and must not be")
    }
    let (id, what) = (reply.payment, "payout \(reply.payment)")
    if errand.ecash != nil { blame("\(what) is paid in ecash") }
    if let refusal = payout.refusal, refusal.isCertain { blame("\(what) was accepted, and is \(refusal.status)") }
    expect(
      reply.amount == payout.net && reply.fee == payout.fee,
      "\(what) is of \(reply.amount) and \(reply.fee), not of \(payout.net) and \(payout.fee)")
    expect(ecash.byID[id] == nil, "\(what) is a payment in ecash")
    let other = payouts.byID.updateValue(payout, forKey: id)
    expect(other == nil, "\(what) was told to two requests")
    payout.id = id
    statement.payouts.insert(id)
    if let push = ecash.pushed.removeValue(forKey: id) { settled(payout, push) }
  }

  func payoutRefused(_ errand: Errand, _ answer: Answer) {
    guard let payout = errand.payout, errand.isDone else { return }
    let (what, detail) = ("PAYOUT \(errand.number)", answer.refusal?.detail ?? 0)
    payout.isRefused = true
    switch answer.status {
    // Of notes that came of age; of the broker's room.
    case .noteExpired, .noteEpochUnknown, .noSpace, .sessionLimit: return
    case .mintUnknown where !isTaken(payout.mint): return
    case .keysetUnknown:
      expect(
        payout.mint.keyCounts.count > 1 || !payout.mint.isKnown,
        "\(what) is refused for want of a keyset, and there is one")
    case .treasuryShort:
      let isElse = payout.refusal?.isCertain == true || errand.ecash != nil
      expect(!isElse && detail < payout.gross, "\(what) of \(payout.gross): TREASURY_SHORT, and there are \(detail)")
      coverage.count(payout: "short at first")
    default:
      let refusal = errand.ecash != nil ? KnownPayout.Refusal(.paymentNotAllowed) : payout.refusal
      expect(
        answer.status == refusal?.status && detail == refusal?.detail ?? detail,
        "\(what) of \(payout.paid) on \(payout.points.count): \(answer.status), \(detail), and not "
          + (refusal.map { "\($0.status), \($0.detail ?? 0)" } ?? "done"))
    }
  }

  // MARK: What became of it

  /// What a push says, and PAYMENT.
  struct PayoutState {
    let outcome: PaymentOutcome
    let opcode: UInt8
    let status: Status
    let detail: UInt64
    let amount: UInt64
    let reply: KeptReply
  }

  func settled(_ payout: KnownPayout, _ push: PaymentSettledPush) {
    let state = PayoutState(
      outcome: push.outcome, opcode: push.opcode, status: push.status, detail: push.detail, amount: push.amount,
      reply: push.reply)
    coverage.count(payout: "pushed")
    expect(push.outcome != .notKnown, "payout \(push.payment) is pushed, and not over")
    judge(payout, state)
  }

  /// What PAYMENT says of it.
  func told(_ payout: KnownPayout, _ errand: Errand, _ answer: Answer) {
    guard answer.status == .ok, let reply = answer.part(PaymentReply.self) else {
      expect(answer.status == .paymentUnknown, "payout \(payout.id ?? 0) is \(answer.status)")
      return forgotten(payout)
    }
    coverage.count(payout: "asked")
    if reply.outcome == .notKnown {
      expect(!errand.wasEnded, "payout \(payout.id ?? 0) was told to be over, and is pending")
    }
    expect(reply.spent == 0, "payout \(payout.id ?? 0) has tokens \(reply.spent)")
    judge(
      payout,
      PayoutState(
        outcome: reply.outcome, opcode: reply.opcode, status: reply.status, detail: reply.detail, amount: reply.amount,
        reply: reply.reply))
  }

  private func judge(_ payout: KnownPayout, _ state: PayoutState) {
    let what = "payout \(payout.id ?? 0)"
    expect(
      state.amount == payout.paid && state.opcode == Opcode.payout.rawValue,
      "\(what) of \(payout.paid) is \(state.amount) for operation \(state.opcode)")
    let words = [state.reply.word0, state.reply.word1, state.reply.word2, state.reply.word3, state.reply.word4]
    let isTaken = state.outcome == .taken
    expect(
      words == (isTaken ? [payout.id ?? 0, payout.net, payout.fee, 0, 0] : [0, 0, 0, 0, 0]),
      "\(what), \(state.outcome), has the reply \(words)")
    switch state.outcome {
    case .taken:
      expect(state.status == .ok && state.detail > 0, "\(what) is taken, and \(state.status), \(state.detail)")
      end(payout, .taken, state.status, state.detail)
    case .refundable:
      judge(refundable: payout, state, what)
      end(payout, .refundable, state.status, state.detail)
    case .notKnown:
      expect(
        state.status == .paymentPending && state.detail == payout.id,
        "\(what) is pending, and \(state.status), \(state.detail)")
    default: blame("\(what) is \(state.outcome)")
    }
  }

  private func judge(refundable payout: KnownPayout, _ state: PayoutState, _ what: String) {
    switch state.status {
    case .mintRefused: expect(state.detail == 0, "\(what) is refused by the mint, \(state.detail)")
    case .keysetUnknown:
      expect(payout.mint.keyCounts.count > 1, "\(what) is not signed for its keyset, and there is only one")
    case .treasuryShort:
      // What was promised was there, and went as fees, or to others.
      let isCertain = payout.mint.terms.feePPK == 0 && !payout.mint.isRobbed && !payout.mint.hasLied && !payout.wasOpen
      expect(
        !isCertain || state.detail >= payout.gross, "\(what) of \(payout.gross), and only \(state.detail) are held")
    default: blame("\(what) is refundable, \(state.status)")
    }
  }

  /// It is known what became of it, for ever.
  private func end(_ payout: KnownPayout, _ outcome: KnownPayout.Outcome, _ status: Status?, _ detail: UInt64?) {
    let what = "payout \(payout.id ?? 0)"
    if let before = payout.outcome {
      expect(before == outcome, "\(what) was \(before), and is \(outcome)")
      let (known, told) = ((payout.status, payout.detail), (status, detail))
      (payout.status, payout.detail) = (known.0 ?? status, known.1 ?? detail)
      return expect(
        payout.status == status ?? known.0 && payout.detail == detail ?? known.1,
        "\(what) was \(known), and is \(told)")
    }
    (payout.outcome, payout.status, payout.detail, payout.endedOrder) = (outcome, status, detail, eventCount)
    note("\(what) of \(payout.gross) is \(outcome), \(status ?? .ok)")
    coverage.count(payout: outcome == .taken ? "taken" : "refundable \(status?.specificationName ?? "by REFUND")")
    if outcome == .taken {
      payouts.taken += Int64(clamping: payout.paid)
    } else if let id = payout.id {
      statement.payOut(payout.paid, for: KnownStatement.Place(resource: 0, subject: id))
    }
  }

  /// The broker tells no more of it. One that was taken may be forgotten for others; what is refundable is kept for
  /// longer than anybody waits here.
  private func forgotten(_ payout: KnownPayout) {
    expect(
      payout.outcome != .refundable || payout.refund != nil || isLongAfterBackup,
      "payout \(payout.id ?? 0) is forgotten, and is refundable")
    payout.isForgotten = true
    if payout.outcome == nil { end(payout, .taken, .ok, nil) }
  }

  // MARK: What the mint signed

  /// What SIGNATURES says of it.
  func signaturesAnswered(_ errand: Errand, _ answer: Answer) {
    guard let payout = errand.payout else { return }
    let what = "SIGNATURES of payout \(payout.id ?? 0)"
    switch answer.status {
    case .ok: toldSignatures(payout, answer, what)
    case .paymentUnknown: forgotten(payout)
    case .paymentPending:
      expect(
        !errand.wasEnded && answer.refusal?.detail == payout.id,
        "\(what), which is over or is another: \(answer.refusal?.detail ?? 0)")
    case .nothingDue: expect(payout.outcome != .taken, "\(what), which was taken: NOTHING_DUE")
    default: break
    }
  }

  private func toldSignatures(_ payout: KnownPayout, _ answer: Answer, _ what: String) {
    guard let reply = answer.part(SignaturesReply.self) else { return blame("\(what) are none") }
    end(payout, .taken, .ok, payout.detail)
    if let before = payout.signatures {
      return expect(before == Array(answer.body), "\(what) were others before")
    }
    payout.signatures = Array(answer.body)
    coverage.count(payout: "signatures")
    let records = answer.records(PayoutSignature.self)
    let id = KeysetID(reply.id0, reply.id1, last: reply.idLast, byteCount: reply.idByteCount)
    guard let keyset = payout.mint.mint.allKeysets.first(where: { $0.id == id }) else {
      return blame("\(what) are of a keyset that the mint does not have")
    }
    expect(
      reply.amount == payout.net && reply.mint == payout.number,
      "\(what) are of \(reply.amount) at mint \(reply.mint), not of \(payout.net)")
    for record in records {
      let key = CompressedPoint(x0: record.keyX0, x1: record.keyX1, isOdd: record.keyIsOdd == 1)
      expect(
        record.exponent < 64 && keyset.keys[1 << UInt64(record.exponent & 63)] == key,
        "\(what): a key for 2^\(record.exponent) that the mint does not have")
    }
    let signatures = records.compactMap { record in
      CompressedPoint(x0: record.x0, x1: record.x1, isOdd: record.isOdd == 1).map {
        BlindSignature(amount: 1 << UInt64(record.exponent & 63), keyset: keyset.id, point: $0)
      }
    }
    got(signatures, of: keyset, payout, what)
  }

  /// Nobody but the mint can tell, and it has what it signed.
  func restored(_ payout: KnownPayout) {
    let what = "what is restored of payout \(payout.id ?? 0)"
    let signatures = payout.mint.signatures(on: payout.blanks)
    guard let first = signatures.first,
      let keyset = payout.mint.mint.allKeysets.first(where: { $0.id == first.keyset })
    else { return blame("\(what) is nothing") }
    coverage.count(payout: "restored")
    got(signatures, of: keyset, payout, what)
  }

  /// They are on its first outputs, in the order of the amounts, and make coins that nobody has spent.
  private func got(_ signatures: [BlindSignature], of keyset: Keyset, _ payout: KnownPayout, _ what: String) {
    let split = KnownPayout.split(payout.net, keyCount: keyset.keys.count)
    // The mint says what it signed; nothing else makes a coin.
    let signed = payout.points.prefix(signatures.count).map { payout.mint.mint.signature(on: $0) }
    expect(
      zip(signatures, signed).allSatisfy {
        $0.point == $1?.point && $0.amount == $1?.amount && $0.keyset == $1?.keyset
      } && signed.count == signatures.count, "\(what) are none of the mint's")
    expect(
      signatures.map(\.amount) == split.map { 1 << UInt64($0) }, "\(what) are \(signatures.map(\.amount)), not \(split)"
    )
    if payout.wasOpen, sharesOutputs(payout) {
      // Whoever used outputs for two of them has both signed by what a lost life had signed of one.
      payout.wasSigned = true
      payout.coins = payout.coins(signatures)
      return expect(payout.coins != nil, "\(what) make no coins")
    }
    for point in payout.points.prefix(split.count) {
      expect(payouts.signed.insert(point).inserted, "\(what) are on an output that was signed before")
    }
    guard let coins = payout.coins(signatures) else { return blame("\(what) make no coins") }
    payout.coins = coins
    if let had = payout.original?.coins {
      payout.wasSigned = true
      // A life that was lost had them signed; their owner may have spent them long ago.
      return expect(had.map(\.secret) == coins.map(\.secret), "\(what) make coins of others than its owner had")
    }
    expect(payout.mint.areUnspent(coins), "\(what) make coins that are not good, or spent")
    payout.original?.coins = coins
    payout.mint.gave(coins)
  }

  private func sharesOutputs(_ payout: KnownPayout) -> Bool {
    payouts.all.contains { $0 !== payout && !Set($0.points).isDisjoint(with: payout.points) }
  }

  // MARK: What comes back

  /// It came back: by one note, whoever asks with the key.
  func refunded(_ payout: KnownPayout, _ answer: Answer) {
    let what = "the refund of payout \(payout.id ?? 0)"
    guard answer.notes.count == 1, let note = answer.notes.first else {
      return blame("\(what) has \(answer.notes.count) notes")
    }
    expect(note.amount == payout.paid && note.binding == 0, "\(what) of \(payout.paid) is \(note.amount)")
    end(payout, .refundable, nil, nil)
    if let before = payout.refund {
      return expect(
        before == note && answer.isReplayed, "\(what) is note \(note.serial), and was note \(before.serial)")
    }
    payout.refund = note
    if let wrong = money.made([note], by: what) { blame(wrong) }
  }
}

extension KeysetID {
  /// As records have it.
  init?(_ id0: Bytes16, _ id1: Bytes16, last: UInt8, byteCount: UInt8) {
    guard let id = CompressedPoint(x0: id0, x1: id1, isOdd: false) else { return nil }
    self.init((id.x.bytes + [last]).prefix(Int(byteCount)))
  }
}
