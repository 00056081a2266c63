import WireProtocol

/// VOUCHER: uses that are paid beforehand, each with a statement that an agent can check.
extension StateMachine {
  /// VOUCHER: debits `count` uses and draws a serial for each. Sessions makes the vouchers of the reply.
  mutating func voucher(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = VoucherCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let index: UInt32
    switch reach(command.lease) {
    case .unknown: return .refused(.leaseUnknown)
    case .ended(let index): return .refused(.leaseEnded, detail: UInt64(endedLeases[index].state.rawValue))
    case .live(let live): index = live
    }
    guard let debtor = debtor(command.actor, index) else { return .refused(.handleUnknown) }
    let resource = leases[index].resource
    let price = resources[resource].meterPrice(command.meter)
    guard price > 0 else { return .refused(.meterUnknown) }
    guard command.quantity > 0, command.count > 0, Int(command.count) <= WireLimits.voucherCountMax else {
      return .refused(.quantityInvalid)
    }
    guard let cost = Self.cost(command.quantity, price), let charge = Self.cost(UInt64(command.count), cost) else {
      return .refused(.amountOverflow)
    }
    if let refusal = whyPending(index) { return refusal }
    let agent = command.agent > 0 ? command.agent : findService(command.lease).map { services[$0].agent } ?? 0
    guard isAttached(agent, to: resources[resource].id) else { return .refused(.agentAbsent) }
    let debit: Charge
    switch judgeDebit(charge, of: leases[index], debtor, policy: resources[resource].policy) {
    case .bad(let outcome): return outcome
    case .good(let good): debit = good
    }
    let before = before(index)
    leases[index].debit(debit, at: now, resources[resource].prices)
    if debtor != noIndex { debitKeys[debtor].debit(charge, at: now) }
    book(debit, to: resource)
    afterDebit(index, before)
    let firstSerial = drawnIdentifier(voucherCounter + 1)
    voucherCounter += UInt64(command.count)
    VoucherReply(
      firstSerial: firstSerial, charged: charge, balance: leases[index].balance, at: now, agent: agent,
      count: command.count
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: VoucherReply.byteCount)
  }
}
