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
    var (stamp, boot) = (UInt64(0), UInt64(0))
    if let resource = machine.lease(handle.lease)?.resource {
      let number = voucher.agent > 0 ? voucher.agent : machine.servedLease(handle.lease)?.agent ?? 0
      let link = agent(number, of: resource)?.agent
      (stamp, boot) = (link?.stamp ?? 0, link?.bootNonce.low ?? 0)
      // Nothing is taken for a voucher that cannot be made, yet or ever. A repeat was paid before.
      if !(link?.canVouch(for: limits.voucherMilliseconds) ?? false), machine.isAttached(number, to: resource),
        !machine.mayBeDone(request.number, inSession: connection.sessionHash)
      {
        return Verdict(.agentAbsent, money: .notTaken)
      }
    }
    workCount &+= Int(voucher.count)
    return execute(
      VoucherCommand(
        actor: handle.actor, lease: handle.lease, quantity: voucher.quantity, agent: voucher.agent,
        meter: voucher.meter, count: voucher.count, stamp: stamp, boot: boot),
      request, frame, of: connection,
      recordByteCountMax: min(Int(voucher.count), WireLimits.voucherCountMax) * IssuedVoucher.byteCount)
  }

  /// Writes the vouchers after the fixed part of the reply in `body`: of a repeat the same ones. False when they cannot be made any more:
  /// the agent is gone, or started anew since, and would take a second time what it took in the life before.
  func writeVouchers(
    _ request: borrowing Request, _ frame: RawSpan, to body: inout MutableRawSpan, of connection: Connection
  ) -> Bool {
    guard let reply = VoucherReply(body.bytes), let asked = VoucherRequest(frame, at: request.layout.fixedOffset),
      let lease = connection.handles[asked.handle]?.lease, let resource = machine.lease(lease)?.resource,
      let holder = agent(reply.agent, of: resource), let link = holder.agent, link.bootNonce.low == reply.boot,
      reply.stamp <= UInt64.max - limits.voucherMilliseconds
    else { return false }
    let key = TicketKey(keys.credential(holder.claim))
    for index in 0..<Int(reply.count) {
      let (voucher, holderKey) = key.issue(
        UseVoucher(
          resource: resource, lease: lease, serial: reply.firstSerial &+ UInt64(index), bootNonce: link.bootNonce,
          stamp: reply.stamp, until: reply.stamp + limits.voucherMilliseconds,
          quantity: asked.quantity, charged: reply.charged / UInt64(reply.count), agent: reply.agent,
          meter: asked.meter, tag: Bytes16()))
      IssuedVoucher(voucher: voucher, holderKey: holderKey)
        .write(to: &body, at: VoucherReply.byteCount + index * IssuedVoucher.byteCount)
    }
    return true
  }
}

extension AgentLink {
  /// Whether vouchers can be made in the agent's time: its clock is known, and does not end before they would.
  fileprivate func canVouch(for milliseconds: UInt64) -> Bool { isAnchored && stamp <= UInt64.max - milliseconds }
}
