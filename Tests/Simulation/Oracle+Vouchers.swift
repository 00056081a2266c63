import WireProtocol

/// What is told of uses that were paid beforehand.
extension Oracle {
  func vouchered(_ errand: Errand, _ answer: Answer) {
    guard let lease = errand.changes, let reply = answer.part(VoucherReply.self), let asked = errand.voucher else {
      return blame("VOUCHER \(errand.number) was done, and must not be")
    }
    let (what, issued) = ("VOUCHER \(errand.number) of lease \(lease.id)", answer.records(IssuedVoucher.self))
    expect(
      reply.count == asked.count && issued.count == Int(asked.count),
      "\(what): \(issued.count) vouchers, \(asked.count) were asked for")
    charge(reply.charged, to: lease, errand)
    judgeDebit(errand, answer, reply.charged)
    guard let service = lease.service else { return blame("\(what), which no agent provisions") }
    if asked.agent == 0 { judge(agent: reply.agent, of: service, what) }
    expect(asked.agent == 0 || reply.agent == asked.agent, "\(what) is for agent \(reply.agent), not \(asked.agent)")
    for (index, voucher) in issued.map(\.voucher).enumerated() {
      expect(
        voucher.resource == lease.resource.id && voucher.lease == lease.id && voucher.agent == reply.agent
          && voucher.quantity == asked.quantity && voucher.meter == asked.meter
          && voucher.serial == reply.firstSerial + UInt64(index)
          && voucher.charged * UInt64(reply.count) == reply.charged,
        "\(what): voucher \(voucher.serial) of lease \(voucher.lease), \(voucher.quantity) for \(voucher.charged)")
      expect(vouchers.insert(voucher.serial).inserted, "\(what): voucher \(voucher.serial) was given before")
      judgeStamp(of: voucher, on: lease.resource, what)
    }
  }

  /// Its stamp had passed on the agent's clock.
  private func judgeStamp(of voucher: UseVoucher, on resource: KnownResource, _ what: @autoclosure () -> String) {
    let agent = agents.first {
      $0.resource === resource && $0.number == voucher.agent && $0.bootNonce == voucher.bootNonce
    }
    guard let agent else { return }
    coverage.count(.voucherCompared)
    let stamp = agent.uptime(of: voucher.stamp)
    expect(
      stamp + clockOffset <= Int64(now) + lag(since: stamp), "\(what()): paid at \(stamp + clockOffset), it is \(now)")
  }

  private func charge(_ amount: UInt64, to lease: KnownLease, _ errand: Errand) {
    lease.charged += amount
    guard let key = errand.key, var debit = lease.debitKeys[key] else { return }
    debit.charged += amount
    expect(
      debit.charged <= debit.total, "a debit key of lease \(lease.id) was charged \(debit.charged) of \(debit.total)")
    lease.debitKeys[key] = debit
  }

  /// They were paid, and can't be told any more: the agent is gone, or was started anew.
  func voucherRefused(_ errand: Errand, _ answer: Answer) {
    guard answer.status == .agentAbsent, answer.money == .taken, let asked = errand.voucher, let lease = errand.changes
    else { return }
    coverage.count(.voucherLost)
    expect(errand.sendCount > 1, "VOUCHER \(errand.number) of lease \(lease.id) is paid at once, and has no agent")
    let price = lease.resource.terms.map { $0.meters[Int(asked.meter)] }.min() ?? 0
    charge(UInt64(asked.count) * asked.quantity * price, to: lease, errand)
  }

  /// Whether a repeat of VOUCHER, which gave some, may get none.
  func mayVouchersBeLost(_ errand: Errand, _ answer: Answer) -> Bool {
    guard errand.opcode == .voucher, answer.status == .agentAbsent, answer.money == .taken else { return false }
    coverage.count(.voucherLost)
    return true
  }
}

extension Terms {
  fileprivate var meters: [UInt64] { [meter0, meter1, meter2, meter3] }
}
