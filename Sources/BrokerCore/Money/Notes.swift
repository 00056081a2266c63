import WireProtocol

/// EXCHANGE, ISSUE, WITHDRAW, ROTATE: notes and their key epochs. The core counts notes; whoever encodes the reply seals them.
extension StateMachine {
  /// EXCHANGE: takes notes and makes others of the same sum.
  mutating func exchange(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = ExchangeCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let isOwner = command.actor.authority == .owner
    if isOwner {
      guard let lease = self.lease(command.lease), command.actor.owns(lease.ownerGeneration) else {
        return .refused(.handleUnknown)
      }
    }
    var wanted: UInt64 = 0
    for record in 0..<view.recordCount {
      guard let output = NoteOutput(bytes, at: view.recordOffset(record)) else { return .refused(.malformed) }
      guard output.amount > 0 else { return .refused(.amountInvalid) }
      wanted = wanted.addingSaturating(output.amount)
    }
    guard wanted <= UInt64(WireLimits.moneyMax) else { return .refused(.amountOverflow) }
    guard epochs.freeRoom >= UInt64(view.recordCount) else { return .refused(.noSpace) }
    let paid: UInt64
    switch judgePayment(bytes, view, to: isOwner ? command.lease : 0) {
    case .bad(let outcome): return outcome
    case .good(let sum): paid = sum
    }
    guard wanted == paid else { return .refused(.amountInvalid, detail: paid) }
    if view.hasEcash { return .putOff }
    takePayment(bytes, view, to: .outstanding(epochs.current), of: noIndex)
    let first = epochs.issue(count: UInt64(view.recordCount), amount: paid)
    ExchangeReply(
      amount: paid, firstSerial: identifier(first), payment: drawPayment(), keyEpoch: epochs[epochs.current].number,
      count: UInt16(truncatingIfNeeded: view.recordCount)
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: ExchangeReply.byteCount)
  }

  /// ISSUE: makes notes that no money stands behind but the operator's word.
  mutating func issue(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = IssueCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard command.amount > 0 else { return .refused(.amountInvalid) }
    guard command.count > 0, Int(command.count) <= WireLimits.issueCountMax else { return .refused(.quantityInvalid) }
    // What was ever issued is bounded too: ISSUE and PAYOUT in turns would move more than an account can count.
    let issued = (0 - ledger[.float]).magnitude
    guard let sum = Self.cost(UInt64(command.count), command.amount), sum <= moneyLeft,
      sum <= UInt64(WireLimits.moneyMax).subtractingSaturating(issued)
    else { return .refused(.amountOverflow) }
    guard epochs.freeRoom >= UInt64(command.count) else { return .refused(.noSpace) }
    move(sum, .float, .outstanding(epochs.current))
    let first = epochs.issue(count: UInt64(command.count), amount: sum)
    IssueReply(
      amount: sum, firstSerial: identifier(first), keyEpoch: epochs[epochs.current].number, count: command.count
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: IssueReply.byteCount)
  }

  /// WITHDRAW: pays out what a provider earned, or the operator's fees.
  mutating func withdraw(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = WithdrawCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    fireAllDue()
    let provider: UInt32?
    let available: UInt64
    switch command.actor.authority {
    case .operator:
      provider = nil
      available = UInt64(clamping: ledger[.fees])
    case .provider:
      // Fees are taken when revenue is booked; what is a provider's of it is known when it is split.
      splitRevenue()
      provider = providerIndex(command.actor.id)
      available = provider.map { providers[$0].earnings } ?? 0
    case .none, .owner, .debitKey: return .refused(.notAuthorized)
    }
    let amount = command.amount == 0 ? available : command.amount
    guard amount > 0, amount <= available else { return .refused(.fundsInsufficient, detail: max(amount, 1)) }
    guard epochs.room > 0 else { return .refused(.noSpace) }
    let serial: UInt64
    if let provider {
      providers[provider].earnings -= amount
      serial = payOut(amount, from: .earnings, of: noIndex)
    } else {
      serial = payOut(amount, from: .fees, of: noIndex)
    }
    WithdrawReply(
      amount: amount, left: available - amount, firstSerial: serial, keyEpoch: epochs[epochs.current].number, count: 1
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: WithdrawReply.byteCount)
  }

  /// ROTATE: begins a new key epoch; the one that issued stays valid for a while.
  mutating func rotate(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RotateCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let validity = Self.epochValidity(command.validity) else { return .refused(.termsInvalid, field: 0) }
    endEpochs()
    // The last place is for RESTORE, which must not have to wait for an epoch to end.
    guard let place = epochs.placeForNext(leaving: 1) else {
      return .refused(.epochLimit, detail: epochs.nextEnd ?? 0)
    }
    beginEpoch(keyEpoch &+ 1, command.algorithm, at: place, validity)
    RotateReply(keyEpoch: keyEpoch, validUntil: now + validity).write(to: &reply)
    return .ok(.none, replyByteCount: RotateReply.byteCount)
  }

  /// How long the key epoch that issues stays valid, when it was asked for so much; nil: not so long, or so short.
  static func epochValidity(_ asked: UInt64) -> UInt64? {
    let validity = asked == 0 ? CoreLimits.epochValidityMillisecondsMin : asked
    let isAllowed =
      validity >= CoreLimits.epochValidityMillisecondsMin && validity <= UInt64(WireLimits.durationMillisMax)
    return isAllowed ? validity : nil
  }

  /// Begins key epoch `number` at `place`, which `placeForNext` gave.
  mutating func beginEpoch(_ number: UInt32, _ algorithm: TagAlgorithm, at place: Int, _ validity: UInt64) {
    move(UInt64(clamping: ledger[.expired(place)]), .expired(place), .expiredEarlier)
    epochs.begin(number, algorithm, at: place, validUntil: now + validity)
  }
}
