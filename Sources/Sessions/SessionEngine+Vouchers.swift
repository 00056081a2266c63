internal import BrokerCore
internal import Payments
internal import TurnpikeCrypto
internal import WireProtocol

/// Vouchers: uses that were paid beforehand, in statements that an agent checks by itself.
extension SessionEngine {
  mutating func voucher(
    _ request: borrowing Request, _ frame: RawSpan, _ handle: Handle, of connection: Connection
  ) -> Verdict {
    guard let voucher = VoucherRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    advance()
    // Nothing is taken for a voucher that cannot be made yet. A repeat was paid before.
    if !machine.mayBeDone(request.number, inSession: connection.sessionHash),
      let resource = machine.lease(handle.lease)?.resource
    {
      let number = voucher.agent > 0 ? voucher.agent : machine.servedLease(handle.lease)?.agent ?? 0
      let isAnchored = agent(number, of: resource)?.agent?.isAnchored ?? false
      if machine.isAttached(number, to: resource), !isAnchored { return Verdict(.agentAbsent, money: .notTaken) }
    }
    workCount &+= Int(voucher.count)
    return execute(
      VoucherCommand(
        actor: handle.actor, lease: handle.lease, quantity: voucher.quantity, agent: voucher.agent,
        meter: voucher.meter, count: voucher.count),
      request, frame, of: connection,
      recordByteCountMax: min(Int(voucher.count), WireLimits.voucherCountMax) * IssuedVoucher.byteCount)
  }

  /// Writes the vouchers after the fixed part of the reply in `body`: of a repeat the same ones. False when they cannot be made any more:
  /// the agent is gone, or started anew since, and would take a second time what it took in the life before.
  func writeVouchers(
    _ outcome: Outcome, _ request: borrowing Request, _ frame: RawSpan, to body: inout MutableRawSpan,
    of connection: Connection
  ) -> Bool {
    guard let reply = VoucherReply(body.bytes), let asked = VoucherRequest(frame, at: request.layout.fixedOffset),
      let lease = connection.handles[asked.handle]?.lease, let resource = machine.lease(lease)?.resource,
      let holder = agent(reply.agent, of: resource), let link = holder.agent, link.isAnchored,
      let stamp = link.stampPassed(at: reply.at), stamp <= UInt64.max - limits.voucherMilliseconds,
      let bootedAt = machine.bootInstant(ofAgent: reply.agent, of: resource), !outcome.isReplayed || bootedAt < reply.at
    else { return false }
    let key = TicketKey(keys.credential(holder.claim))
    for index in 0..<Int(reply.count) {
      let (voucher, holderKey) = key.issue(
        UseVoucher(
          resource: resource, lease: lease, serial: reply.firstSerial &+ UInt64(index), bootNonce: link.bootNonce,
          stamp: stamp, until: stamp + limits.voucherMilliseconds,
          quantity: asked.quantity, charged: reply.charged / UInt64(reply.count), agent: reply.agent,
          meter: asked.meter, tag: Bytes16()))
      IssuedVoucher(voucher: voucher, holderKey: holderKey)
        .write(to: &body, at: VoucherReply.byteCount + index * IssuedVoucher.byteCount)
    }
    return true
  }
}
