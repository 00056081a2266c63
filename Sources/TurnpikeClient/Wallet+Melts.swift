internal import Cashu
internal import WireProtocol

/// Invoices of Lightning that are paid with the ecash of payouts, at its mint (NUT-05). The broker has no part in it.
///
/// A mint is asked to pay once, and what is needed to find out what became of it is in the file before. What it answers
/// to that counts where it says that the invoice is paid; for anything else, silence included, it is asked how the
/// quote stands, until it says that it is paid, or that it is not and all of the ecash is unspent. The latter counts
/// once the request cannot be on its way any more: when the mint has answered it, or
/// `ClientLimits.mintDoubtMilliseconds` later. The former counts, and the ecash goes, where the mint tells a preimage
/// that the invoice's hash is of, or has all of the ecash spent.
extension Wallet {
  /// Pays an invoice with the ecash of a payout, all of it; what is left comes back as change, which is the payout's
  /// token then.
  ///
  /// When the error's `money` is `notKnown`, `continueMelts` goes on with it; `notTaken`: the ecash is the payout's as
  /// before; `taken`: the invoice is paid, and the change is not here. `detail` is the payout.
  ///
  /// - Parameter wait: How long the mint is given, from now on.
  public func melt(
    _ payment: UInt64, for offer: MeltOffer,
    waiting wait: Duration = .milliseconds(ClientLimits.mintWaitMilliseconds), asking ask: @escaping MintAsker
  ) async throws(TurnpikeError) -> WalletPayout {
    let end = ContinuousClock.now + wait
    let dialogue = MintDialogue(mint: offer.mint, ask: ask)
    let (request, quote): (MintRequest, QuoteID)
    do {
      (request, quote) = try await begin(payment, offer, dialogue)
    } catch {
      throw error.with(money: .notTaken).about(payment)
    }
    do {
      let outcome = await dialogue.outcome(
        of: request, timeoutMilliseconds: min(wait.clampedMilliseconds, ClientLimits.timeoutMilliseconds))
      let told = try hear(outcome, of: payment, quote, dialogue)
      return try await finish(melt: payment, ask, told, until: end, after: Self.words(outcome))
    } catch {
      // Where the file could not be written it says what it said before: that the mint was asked.
      throw (error.money == .none ? error.with(money: .notKnown) : error).about(payment)
    }
  }

  /// Refuses to pay an invoice that the wallet pays, or has paid.
  public func checkUnpaid(_ invoice: String) throws(TurnpikeError) {
    guard let payout = content.payout(paying: try LightningInvoice(copied: invoice).text) else { return }
    let what = payout.melt?.isPaid == true ? "has paid" : "pays"
    throw TurnpikeError(.invalidArgument("payout \(payout.payment) \(what) that invoice already"), money: .notTaken)
  }

  /// Writes down what is about to be sent. Nothing is sent twice: a payout that pays an invoice is not free for
  /// another, nor for the same.
  private func begin(
    _ payment: UInt64, _ offer: MeltOffer, _ dialogue: MintDialogue
  ) async throws(TurnpikeError) -> (MintRequest, QuoteID) {
    func refusal(_ what: String) -> TurnpikeError {
      TurnpikeError(.invalidArgument(what), money: .notTaken, detail: payment)
    }
    func token() throws(TurnpikeError) -> String {
      try checkUnpaid(offer.invoice)
      guard let payout = content.payouts.first(where: { $0.payment == payment }) else {
        throw refusal("the wallet has no payout \(payment)")
      }
      guard payout.melt == nil, let token = payout.token else {
        throw refusal("payout \(payment) has no ecash to pay with")
      }
      guard payout.mint.url == offer.mint.url, payout.mint.unit == offer.mint.unit else {
        throw refusal("the ecash of payout \(payment) is of another mint")
      }
      return token
    }
    let text = try token()
    guard let inputs = MeltInputs(text, among: try await dialogue.keysets()) else {
      throw refusal("payout \(payment) has ecash that its mint has no keyset of")
    }
    guard let rest = inputs.rest(after: offer.amount), rest >= offer.feeReserve else {
      let needed = offer.needed.addingReportingOverflow(inputs.fee).partialValue
      throw refusal("payout \(payment) has \(inputs.total) \(offer.mint.unit), and \(needed) are needed")
    }
    guard let blankCount = offer.blankCount(for: rest), rest == offer.feeReserve || offer.returnsChange else {
      throw refusal("payout \(payment) has more than is needed, and the mint would not give it back")
    }
    let secrets = try PayoutSecrets()
    let blanks = try secrets.blanks(blankCount, keyset: offer.keyset.id)
    let melt = WalletMelt(
      quote: offer.quote.text, invoice: offer.invoice, amount: offer.amount, feeReserve: offer.feeReserve,
      inputFee: inputs.fee, total: inputs.total, seed: secrets.seed, blankCount: blankCount,
      keyset: offer.keyset.id.hex, state: .sent(WalletMelt.now))
    // Others may have come between while the mint was asked.
    guard try token() == text else { throw refusal("payout \(payment) is not what it was") }
    try change { $0.begin(melt, of: payment) }
    return (.melt(offer.quote, inputs: inputs.proofs, blankOutputs: blanks), offer.quote)
  }

  /// Books what was heard of the request to pay. Nil: not that it is paid.
  private func hear(
    _ outcome: MintOutcome, of payment: UInt64, _ quote: QuoteID, _ dialogue: MintDialogue
  ) throws(TurnpikeError) -> MeltQuote? {
    switch outcome {
    case .notSent(let why):
      try change { $0.release(payment, quote.text) }
      throw TurnpikeError(.mint("\(dialogue.mint.url) was not reached: \(why)"), money: .notTaken)
    case .unknown: return nil
    case .answered(200, let body):
      guard let told = try? MeltQuote(body), told.id == quote else { return nil }
      if told.state == .paid { return told }
      try change { $0.hear(of: payment, quote.text) }
      return nil
    case .answered(let status, _):
      // From 500 on nobody knows what was done.
      if (400..<500).contains(status) { try change { $0.hear(of: payment, quote.text) } }
      return nil
    }
  }

  private static func words(_ outcome: MintOutcome) -> String {
    guard case .answered(let status, let body) = outcome, status != 200 else { return "" }
    return "; it \(MintDialogue.words(status, body))"
  }

  /// Goes on with every invoice that is not known to be paid, and with change that is not here.
  ///
  /// - Parameter wait: How long each mint is given; with zero it is asked once.
  /// - Returns: Payouts whose invoice is paid now (no error), and why that is not so of the others: `notTaken`, when
  ///   the ecash is the payout's again; `notKnown`, when that is not known yet; `taken`, when the invoice is paid and
  ///   the change is not here.
  public func continueMelts(
    waiting wait: Duration = .zero, asking ask: @escaping MintAsker
  ) async -> [(payment: UInt64, error: TurnpikeError?)] {
    var outcomes: [(payment: UInt64, error: TurnpikeError?)] = []
    for payout in content.payouts {
      guard let melt = payout.melt else { continue }
      do {
        if !melt.isSettled {
          _ = try await finish(melt: payout.payment, ask, nil, until: .now + wait)
          outcomes.append((payout.payment, nil))
        } else if payout.token == nil, melt.blankCount > 0 {
          // A mint can sign change later than it says that it has paid.
          _ = try await takeChange(payout.payment, [], MintDialogue(mint: payout.mint, ask: ask))
        }
      } catch {
        outcomes.append((payout.payment, error.about(payout.payment)))
      }
    }
    return outcomes
  }

  /// How long a request to a mint that was not heard of may be on its way, from now on.
  package func doubtMint(for milliseconds: UInt64) { mintDoubtMilliseconds = milliseconds }

  private func finish(
    melt payment: UInt64, _ ask: @escaping MintAsker, _ told: MeltQuote?, until end: ContinuousClock.Instant,
    after words: String = ""
  ) async throws(TurnpikeError) -> WalletPayout {
    var (told, pause) = (told, ClientLimits.mintPauseMillisecondsMin)
    while true {
      do {
        return try await look(payment, ask, told, words)
      } catch {
        guard error.money == .notKnown, ContinuousClock.now < end, !Task.isCancelled else { throw error }
      }
      told = nil
      try? await Task.sleep(until: min(end, .now + .milliseconds(pause)))
      pause = min(2 * pause, ClientLimits.mintPauseMillisecondsMax)
    }
  }

  /// Asks once. `heard`: what was heard just now; `words`: what the mint said when it was asked to pay.
  private func look(
    _ payment: UInt64, _ ask: @escaping MintAsker, _ heard: MeltQuote?, _ words: String
  ) async throws(TurnpikeError) -> WalletPayout {
    guard let payout = content.payouts.first(where: { $0.payment == payment }), let melt = payout.melt,
      let quote = QuoteID(melt.quote)
    else { throw TurnpikeError(.invalidArgument("payout \(payment) pays no invoice")) }
    let dialogue = MintDialogue(mint: payout.mint, ask: ask)
    if melt.isPaid { return try await takeChange(payment, [], dialogue) }
    do throws(TurnpikeError) {
      var told: MeltQuote
      if let heard { told = heard } else { told = try await dialogue.state(of: quote) }
      if told.state == .unpaid {
        let states = try await states(of: payout, dialogue)
        if states.contains(.spent) {
          // It may have been paid since it was asked.
          told = try await dialogue.state(of: quote)
          guard told.state == .paid else {
            throw dialogue.failure("has the ecash, and says that the invoice is not paid")
          }
        } else if states.contains(.pending) {
          throw dialogue.failure("is about to pay the invoice")
        } else {
          try release(payment, melt, dialogue)
          throw TurnpikeError(.mint("\(dialogue.mint.url) has not paid the invoice\(words)"), money: .notTaken)
        }
      }
      if told.state == .paid { return try await pay(payout, melt, told, dialogue) }
      try change { $0.hear(of: payment, melt.quote) }
      throw dialogue.failure("is paying the invoice")
    } catch {
      throw error.money == .none ? error.with(money: .notKnown) : error
    }
  }

  private func states(of payout: WalletPayout, _ dialogue: MintDialogue) async throws(TurnpikeError) -> [ProofState] {
    guard let token = payout.token.flatMap({ try? Token(text: $0) }) else {
      throw TurnpikeError(.wallet("the token of payout \(payout.payment) cannot be read"))
    }
    let secrets = try PayoutSecrets(seed: payout.seed)
    let points = token.proofs.compactMap { secrets.point(of: $0) }
    guard !points.isEmpty, points.count == token.proofs.count else {
      throw TurnpikeError(.wallet("the token of payout \(payout.payment) is none of a mint"))
    }
    return try await dialogue.states(of: points)
  }

  /// The mint says that nothing is paid, and nothing spent.
  private func release(_ payment: UInt64, _ melt: WalletMelt, _ dialogue: MintDialogue) throws(TurnpikeError) {
    if case .sent(let instant) = melt.state {
      let now = WalletMelt.now
      // The clock was set back, so nobody knows how long it has been: the minute begins anew.
      if now < instant { try change { $0.send(payment, melt.quote, at: now) } }
      let (end, overflow) = instant.addingReportingOverflow(mintDoubtMilliseconds)
      guard !overflow, now >= end else {
        throw dialogue.failure("has not paid the invoice; the request may still be on its way, for a minute")
      }
    }
    try change { $0.release(payment, melt.quote) }
  }

  /// The mint says that it is paid.
  private func pay(
    _ payout: WalletPayout, _ melt: WalletMelt, _ told: MeltQuote, _ dialogue: MintDialogue
  ) async throws(TurnpikeError) -> WalletPayout {
    var paid = melt
    paid.state = .paid(preimage: told.preimage?.hex)
    if !paid.isProved {
      // Its word alone: what it has not taken for it stays in the wallet.
      guard try await states(of: payout, dialogue).allSatisfy({ $0 == .spent }) else {
        throw dialogue.failure("says that the invoice is paid, proves nothing, and has not taken the ecash")
      }
    }
    try change { $0.pay(payout.payment, melt.quote, preimage: paid.preimage) }
    return try await takeChange(payout.payment, told.change, dialogue)
  }

  /// Makes a token of the change of an invoice that is paid: of what the mint told with it, where that is all that is
  /// due; else the mint is asked for what it signed (NUT-09).
  private func takeChange(
    _ payment: UInt64, _ told: [BlindSignature], _ dialogue: MintDialogue
  ) async throws(TurnpikeError) -> WalletPayout {
    do throws(TurnpikeError) {
      guard let melt = content.payouts.first(where: { $0.payment == payment })?.melt,
        let id = KeysetID(hex: melt.keyset)
      else { throw TurnpikeError(.invalidArgument("payout \(payment) pays no invoice")) }
      var coins: [Proof] = []
      if melt.blankCount > 0 { coins = try await change(of: melt, told, by: dialogue.keyset(id), dialogue) }
      let token = coins.isEmpty ? nil : try? Token(mint: dialogue.mint.url, unit: dialogue.mint.unit, proofs: coins)
      guard let text = try? token?.text() ?? "", coins.isEmpty || !text.isEmpty else {
        throw dialogue.failure("signed change that is more than a token holds")
      }
      try change { $0.settle(payment, melt.quote, token: text.isEmpty ? nil : text, worth: token?.amount ?? 0) }
      guard let payout = content.payouts.first(where: { $0.payment == payment }) else {
        throw TurnpikeError(.invalidArgument("the wallet has no payout \(payment)"))
      }
      return payout
    } catch {
      throw error.with(money: .taken)
    }
  }

  private func change(
    of melt: WalletMelt, _ told: [BlindSignature], by keyset: Keyset, _ dialogue: MintDialogue
  ) async throws(TurnpikeError) -> [Proof] {
    let secrets = try PayoutSecrets(seed: melt.seed)
    let blanks = try secrets.blanks(melt.blankCount, keyset: keyset.id)
    let first = told.enumerated().map { RestoredSignature(outputIndex: $0.offset, signature: $0.element) }
    let coins = secrets.coins(first, of: blanks, by: keyset)
    if let coins, !coins.isEmpty, coins.worth >= max(1, melt.changeMin) { return coins }
    guard let restored = secrets.coins(try await dialogue.restored(blanks), of: blanks, by: keyset) else {
      throw dialogue.failure("has paid the invoice, and its signatures on the change are wrong")
    }
    return restored.worth >= coins?.worth ?? 0 ? restored : coins ?? restored
  }
}

/// The ecash of a payout as its mint takes it.
private struct MeltInputs {
  let proofs: [Proof]
  let total: UInt64
  /// What spending all of it costs.
  let fee: UInt64

  /// Nil: it is no token, or has proofs of keysets that are not among these.
  init?(_ text: String, among keysets: [KeysetSummary]) {
    guard let token = try? Token(text: text) else { return nil }
    var proofs: [Proof] = []
    var fees: [(ppk: UInt64, count: Int)] = []
    for proof in token.proofs {
      guard case .one(let id) = KeysetMatch(proof.keyset, among: keysets.map(\.id)),
        let keyset = keysets.first(where: { $0.id == id })
      else { return nil }
      var whole = proof
      whole.keyset = id
      proofs.append(whole)
      fees.append((keyset.inputFeePPK, 1))
    }
    guard let fee = Keyset.fee(inputs: fees) else { return nil }
    (self.proofs, total, self.fee) = (proofs, token.amount, fee)
  }

  /// What is left when so much is paid; nil: it is not enough.
  func rest(after amount: UInt64) -> UInt64? {
    let (spent, overflow) = amount.addingReportingOverflow(fee)
    return overflow || spent > total ? nil : total - spent
  }
}

extension [Proof] {
  fileprivate var worth: UInt64 { reduce(0) { $0.addingReportingOverflow($1.amount).overflow ? .max : $0 + $1.amount } }
}

extension TurnpikeError {
  /// The same about a payout.
  fileprivate func about(_ payout: UInt64) -> TurnpikeError {
    var error = self
    error.detail = payout
    return error
  }
}
