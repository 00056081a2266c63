public import WireProtocol

/// Hash chains of live leases: OPEN CHAIN, CLOSE CHAIN, and the ticks that pay for other commands.
///
/// The deposit is the owner's own money in an account of its own, and buys nothing there. A tick moves weight x steps of it into the
/// purse; all that is left comes back when the chain is closed, the lease is transferred, or it ends.
extension StateMachine {
  // MARK: Commands

  /// OPEN CHAIN: puts a payment, or own money of the purse, into a chain.
  mutating func openChain(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = OpenChainCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard command.actor.owns(leases[index].ownerGeneration) else { return .refused(.handleUnknown) }
    if let refusal = whyPending(index) { return refusal }
    guard command.chain > 0, command.length > 0 else { return .refused(.quantityInvalid) }
    guard command.weight > 0 else { return .refused(.amountInvalid, detail: 1) }
    guard let deposit = Self.rate(UInt64(command.length), command.weight) else { return .refused(.amountOverflow) }
    guard findChain(command.chain, of: index) == nil else { return .refused(.chainTaken) }
    guard chainCount(of: index) < WireLimits.chainCountMaxPerLease, makeRoom(.chains) else {
      return .refused(.chainLimit)
    }
    var payment: UInt64 = 0
    if view.hasPayment {
      switch judgePayment(bytes, view, to: command.lease) {
      case .bad(let outcome): return outcome
      case .good(let sum):
        guard sum == deposit else { return .refused(.amountInvalid, detail: deposit) }
      }
      if view.hasEcash { return .putOff }
      takePayment(bytes, view, to: .deposits, of: leases[index].resource)
      credited &+= deposit
      payment = drawPayment()
    } else if let refusal = takeDeposit(deposit, of: index) {
      return refusal
    }
    addChain(command, to: index)
    OpenChainReply(
      deposit: deposit, balance: leases[index].balance,
      deadline: leases[index].deadline(resources[leases[index].resource].prices), payment: payment
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: OpenChainReply.byteCount)
  }

  /// Takes own money of the purse, as a debit of the lease does.
  private mutating func takeDeposit(_ deposit: UInt64, of index: UInt32) -> Outcome? {
    let charge: Charge
    switch judgeDebit(deposit, of: leases[index], noIndex, policy: []) {
    case .bad(let outcome): return outcome
    case .good(let good): charge = good
    }
    let before = before(index)
    leases[index].debit(charge, at: now, resources[leases[index].resource].prices)
    move(deposit, .own, .deposits, of: leases[index].resource)
    afterDebit(index, before)
    return nil
  }

  /// CLOSE CHAIN: what no tick has paid goes back to the purse.
  mutating func closeChain(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = CloseChainCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard command.actor.owns(leases[index].ownerGeneration) else { return .refused(.handleUnknown) }
    guard let chain = findChain(command.chain, of: index) else { return .refused(.chainUnknown) }
    let last = chains[chain].index
    let returned = removeChain(chain, of: index)
    giveBack(returned, to: index)
    CloseChainReply(returned: returned, balance: leases[index].balance, index: last).write(to: &reply)
    return .ok(.taken, replyByteCount: CloseChainReply.byteCount)
  }

  /// A deposit goes back to the purse of a lease that is settled up to now. It revives nothing: only a payment does.
  private mutating func giveBack(_ deposit: UInt64, to index: UInt32) {
    guard deposit > 0 else { return }
    move(deposit, .deposits, .own, of: leases[index].resource)
    credit(index, own: deposit, given: 0, .settled, revives: false)
  }

  /// Closes all chains of a lease that lives on.
  mutating func closeChains(of index: UInt32) { giveBack(removeChains(of: index), to: index) }

  /// CHECK CHAIN, as of now.
  public func checkChain(_ request: CheckChainRequest) -> Answer<CheckChainReply> {
    func refused(_ status: Status, _ detail: UInt64 = 0) -> Answer<CheckChainReply> {
      .refused(Outcome.refused(status, detail: detail).with(.none))
    }
    guard let lease = lease(request.lease) else { return refused(.leaseUnknown) }
    guard !lease.hasEnded, case .live(let index) = find(request.lease) else {
      return refused(.leaseEnded, UInt64(lease.state.rawValue))
    }
    guard let chain = findChain(request.chain, of: index) else { return refused(.chainUnknown) }
    return .reply(
      CheckChainReply(
        index: chains[chain].index, length: chains[chain].length, weight: chains[chain].weight, word: chains[chain].word
      ))
  }

  // MARK: Ticks

  /// The head of an open chain, for whoever proves a tick before its command; nil when there is none, as far as is stored.
  public func chainHead(_ number: UInt32, of lease: UInt64, hint: UInt32) -> ChainHead? {
    var index = hint
    if !leases.holds(lease, at: hint) {
      guard case .live(let live) = find(lease) else { return nil }
      index = live
    }
    guard let chain = findChain(number, of: index) else { return nil }
    return ChainHead(place: chain, index: chains[chain].index, length: chains[chain].length, word: chains[chain].word)
  }

  /// Judges the tick of a command that pays to a live lease, changing nothing. That its word leads to the chain's last one was
  /// proved before the command was made; here it is seen to that it still is the last one.
  @inline(__always) func judgeTick(_ bytes: RawSpan, _ view: CommandView, of index: UInt32) -> PaymentVerdict {
    guard let tick = view.tick(in: bytes) else { return .bad(.refused(.malformed)) }
    guard let chain = chain(of: tick, index) else { return .bad(.refused(.chainUnknown, token: 0)) }
    let last = chains[chain].index
    guard tick.index > last else { return .bad(.refused(.tickSpent, detail: UInt64(last), token: 0)) }
    guard tick.from == last else { return .bad(.refused(.tickForged, token: 0)) }
    guard tick.index <= chains[chain].length else {
      return .bad(.refused(.tickAhead, detail: UInt64(chains[chain].length), token: 0))
    }
    return .good(UInt64(tick.index - last) &* chains[chain].weight)
  }

  /// Takes the tick of a command that was judged good: its money goes to own purses.
  @inline(__always) mutating func takeTick(_ bytes: RawSpan, _ view: CommandView, _ worth: UInt64, of index: UInt32) {
    guard let tick = view.tick(in: bytes), let chain = chain(of: tick, index) else { return }
    move(worth, .deposits, .own, of: leases[index].resource)
    chains[chain].index = tick.index
    chains[chain].word = tick.word
  }

  @inline(__always) private func chain(of tick: VerifiedTick, _ index: UInt32) -> UInt32? {
    if chains.holds(leases[index].id, at: tick.chainIndex), chains[tick.chainIndex].number == tick.chain {
      return tick.chainIndex
    }
    return findChain(tick.chain, of: index)
  }

  // MARK: The chains of a lease

  /// The chain of a live lease with this number.
  @inline(__always) func findChain(_ number: UInt32, of index: UInt32) -> UInt32? {
    guard leases[index].flags.contains(.chained) else { return nil }
    let lease = leases[index].id
    return chainLeases.find(seed.hash(drawn: lease)) { chains[$0].id == lease && chains[$0].number == number }
  }

  private func anyChain(of index: UInt32) -> UInt32? {
    guard leases[index].flags.contains(.chained) else { return nil }
    let lease = leases[index].id
    return chainLeases.find(seed.hash(drawn: lease)) { chains[$0].id == lease }
  }

  /// Calls `body` with each chain of a lease.
  func forEachChain(of index: UInt32, _ body: (Chain) -> Void) {
    guard leases[index].flags.contains(.chained) else { return }
    let lease = leases[index].id
    // A search that nothing satisfies sees them all.
    _ = chainLeases.find(seed.hash(drawn: lease)) { place in
      if chains[place].id == lease { body(chains[place]) }
      return false
    }
  }

  private func chainCount(of index: UInt32) -> Int {
    var count = 0
    forEachChain(of: index) { _ in count += 1 }
    return count
  }

  /// What is left in the chains of a lease.
  func deposits(of index: UInt32) -> UInt64 {
    var sum: UInt64 = 0
    forEachChain(of: index) { sum &+= $0.left }
    return sum
  }

  /// Adds a chain, for which there is room.
  private mutating func addChain(_ command: OpenChainCommand, to index: UInt32) {
    var chain = Chain()
    chain.id = command.lease
    chain.number = command.chain
    chain.word = command.root
    chain.weight = command.weight
    chain.length = command.length
    guard let place = chains.insert(chain) else { return }
    chainLeases.insert(seed.hash(drawn: command.lease), place)
    leases[index].flags.insert(.chained)
  }

  /// Takes a chain from its lease and gives what was left in it, which the ledger still has among the deposits.
  private mutating func removeChain(_ chain: UInt32, of index: UInt32) -> UInt64 {
    let left = chains[chain].left
    chainLeases.remove(seed.hash(drawn: chains[chain].id), chain)
    chains.remove(chain)
    if anyChain(of: index) == nil { leases[index].flags.remove(.chained) }
    return left
  }

  /// Takes all chains from a lease and gives what was left in them, which the ledger still has among the deposits.
  mutating func removeChains(of index: UInt32) -> UInt64 {
    var sum: UInt64 = 0
    while let chain = anyChain(of: index) { sum &+= removeChain(chain, of: index) }
    return sum
  }
}

/// The last word of an open chain.
public struct ChainHead {
  /// Where the chain lies in the table: the hint of its ticks.
  public var place: UInt32
  /// Index of the word; 0: the root.
  public var index: UInt32
  /// Words of the chain.
  public var length: UInt32
  /// The word.
  public var word: Bytes16
}

/// An open hash chain of a live lease: 48 bytes.
struct Chain: SlotRecord {
  /// Id of its lease.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  var number: UInt32 = 0
  /// The last word that was shown; at first the root.
  var word = Bytes16()
  /// What each step is worth.
  var weight: UInt64 = 0
  /// Index of `word`, at most `length`.
  var index: UInt32 = 0
  var length: UInt32 = 0

  /// What no tick has paid. The whole deposit is at most `moneyMax`, so this does not overflow.
  var left: UInt64 { UInt64(length &- index) &* weight }
}
