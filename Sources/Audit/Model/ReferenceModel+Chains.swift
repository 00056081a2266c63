import TurnpikeCrypto
public import WireProtocol

/// Hash chains: OPEN_CHAIN, CLOSE_CHAIN and ticks.
extension ReferenceModel {
  mutating func openChain(_ command: OpenChainCommand, _ money: ModelPayment) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isOpen || command.actor.generation != lease.generation { return ModelOutcome(.handleUnknown) }
    if lease.isPending { return Self.pending(lease) }
    if command.chain == 0 || command.length == 0 { return ModelOutcome(.quantityInvalid) }
    if command.weight == 0 { return ModelOutcome(.amountInvalid, detail: 1) }
    let product = UInt128(command.weight) * UInt128(command.length)
    if product > UInt128(WireLimits.moneyMax) { return ModelOutcome(.amountOverflow) }
    if lease.chains.contains(where: { $0.number == command.chain }) { return ModelOutcome(.chainTaken) }
    let open = leases.values.reduce(0) { $0 + $1.chains.count }
    if lease.chains.count >= WireLimits.chainCountMaxPerLease || open >= Int(genesis.chainCountMax) {
      return ModelOutcome(.chainLimit)
    }
    let deposit = UInt64(product)
    var payment: UInt64 = 0
    if money.isNone {
      if !lease.isRunning { return ModelOutcome(.leaseSuspended, detail: lease.end) }
      if deposit > lease.own { return ModelOutcome(.fundsInsufficient, detail: deposit) }
      lease.own -= deposit
      ledger.move(deposit, from: .pursesOwn, to: .chainDeposits, of: lease.resource)
      settleState(of: &lease)
    } else {
      switch judge(money, payingTo: lease.id) {
      case .refused(let outcome): return outcome
      case .worth(let sum): if sum != deposit { return ModelOutcome(.amountInvalid, detail: deposit) }
      }
      payment = take(money, to: .chainDeposits, of: lease.resource)
      credited &+= deposit
    }
    lease.chains.append(
      ModelChain(number: command.chain, weight: command.weight, length: command.length, word: command.root))
    store(lease)
    return .ok(
      OpenChainReply(deposit: deposit, balance: lease.purse, deadline: lease.deadline, payment: payment))
  }

  mutating func closeChain(_ command: CloseChainCommand) -> ModelOutcome {
    guard var lease = touch(command.lease) else { return ModelOutcome(.leaseUnknown) }
    if !lease.isLive { return ModelOutcome(.leaseEnded, detail: UInt64(lease.state.rawValue)) }
    if lease.isOpen || command.actor.generation != lease.generation { return ModelOutcome(.handleUnknown) }
    guard let chain = lease.chains.first(where: { $0.number == command.chain }) else {
      return ModelOutcome(.chainUnknown)
    }
    lease.chains.removeAll { $0.number == chain.number }
    bringBack(chain.left, to: &lease)
    store(lease)
    return .ok(CloseChainReply(returned: chain.left, balance: lease.purse, index: chain.index))
  }

  mutating func closeAllChains(of lease: inout ModelLease) {
    let left = lease.deposits
    lease.chains = []
    bringBack(left, to: &lease)
  }

  private mutating func bringBack(_ deposit: UInt64, to lease: inout ModelLease) {
    guard deposit > 0 else { return }
    ledger.move(deposit, from: .chainDeposits, to: .pursesOwn, of: lease.resource)
    lease.credit(own: deposit, given: 0)
    settleState(of: &lease)
  }

  /// CHECK_CHAIN; nil: there is no such open chain.
  public func chain(_ number: UInt32, of lease: UInt64) -> CheckChainReply? {
    guard let chain = projected(lease)?.chains.first(where: { $0.number == number }) else { return nil }
    return CheckChainReply(index: chain.index, length: chain.length, weight: chain.weight, word: chain.word)
  }

  // MARK: - Ticks

  func judge(_ tick: VerifiedTick, payingTo lease: UInt64) -> Payment {
    guard let chain = leases[lease]?.chains.first(where: { $0.number == tick.chain }) else {
      return .refused(ModelOutcome(.chainUnknown, token: 0))
    }
    if tick.index <= chain.index { return .refused(ModelOutcome(.tickSpent, detail: UInt64(chain.index), token: 0)) }
    if tick.from != chain.index { return .refused(ModelOutcome(.tickForged, token: 0)) }
    if tick.index > chain.length {
      return .refused(ModelOutcome(.tickAhead, detail: UInt64(chain.length), token: 0))
    }
    return .worth(UInt64(tick.index - chain.index) * chain.weight)
  }

  /// Takes a tick that was judged.
  mutating func take(_ tick: VerifiedTick, worth amount: UInt64, of lease: inout ModelLease) {
    for index in lease.chains.indices where lease.chains[index].number == tick.chain {
      lease.chains[index].index = tick.index
      lease.chains[index].word = tick.word
    }
    ledger.move(amount, from: .chainDeposits, to: .pursesOwn, of: lease.resource)
  }

  /// Whether the word of a tick leads to the chain's last one, as was proved before it came to the journal. If not, that is a
  /// finding: no owner gave it, or the journal was changed.
  mutating func isProved(_ tick: VerifiedTick, in view: CommandView, _ bytes: RawSpan) -> Bool {
    let lease =
      view.header.kind == .fund
      ? FundCommand(bytes, at: view.fixedOffset)?.lease : UseCommand(bytes, at: view.fixedOffset)?.lease
    guard let lease, let chain = leases[lease]?.chains.first(where: { $0.number == tick.chain }),
      tick.index > chain.index, tick.from == chain.index, tick.index <= chain.length
    else { return true }
    let steps = tick.index - chain.index
    if HashChain(lease: lease, number: tick.chain).word(steps, before: tick.word, at: tick.index) == chain.word {
      return true
    }
    finding =
      "word \(tick.index) of chain \(tick.chain) of lease \(lease) does not lead to word \(chain.index), which was shown last"
    return false
  }
}
