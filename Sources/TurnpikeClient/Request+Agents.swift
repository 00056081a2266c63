public import WireProtocol

/// What the holder of a lease asks about the agent that provisions it.
extension Request {
  /// SERVICE.
  public static func service(_ owner: LeaseKey) -> Request {
    Request(.service, ServiceRequest(handle: 0), key: owner)
  }

  /// TICKET; agent 0 is the one that provisions the lease.
  public static func ticket(_ owner: LeaseKey, agent: UInt32 = 0) -> Request {
    Request(.ticket, TicketRequest(handle: 0, agent: agent), key: owner)
  }

  /// VOUCHER, of up to 16 uses; agent 0 is the one that provisions the lease.
  public static func voucher(
    _ key: LeaseKey, meter: UInt8, quantity: UInt64, count: UInt16 = 1, agent: UInt32 = 0
  ) -> Request {
    let fixed = VoucherRequest(handle: 0, agent: agent, quantity: quantity, meter: meter, count: count)
    return Request(.voucher, fixed, key: key)
  }
}

/// What VOUCHER gave.
public struct VoucherReceipt: Hashable, Sendable {
  /// The vouchers, each with the secret that proves its holder.
  public var vouchers: [IssuedVoucher]
  /// What all of them cost, in the broker's unit.
  public var charged: UInt64
  /// The purse after that.
  public var balance: UInt64

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(VoucherReply.self)
    (vouchers, charged, balance) = (try reply.records(), fixed.charged, fixed.balance)
  }
}

extension TurnpikeClient {
  /// Tells where a lease is provided, and by which agent.
  public func service(_ owner: LeaseKey) async throws(TurnpikeError) -> ServiceReply {
    try await perform(.service(owner)).fixed()
  }

  /// A ticket for a lease, which an agent can check by itself, and the secret that proves its holder.
  ///
  /// - Parameter agent: Number of the agent that it is for; 0: the one that provisions the lease.
  public func ticket(_ owner: LeaseKey, agent: UInt32 = 0) async throws(TurnpikeError) -> TicketReply {
    try await perform(.ticket(owner, agent: agent)).fixed()
  }

  /// Pays for uses of a lease, and gives a voucher for each, which the agent that serves them can check by itself.
  ///
  /// - Parameters:
  ///   - quantity: Of each use.
  ///   - count: How many, up to 16.
  ///   - agent: Number of the agent that they are for; 0: the one that provisions the lease.
  public func voucher(
    _ key: LeaseKey, meter: UInt8 = 0, quantity: UInt64, count: UInt16 = 1, agent: UInt32 = 0
  ) async throws(TurnpikeError) -> VoucherReceipt {
    try VoucherReceipt(await perform(.voucher(key, meter: meter, quantity: quantity, count: count, agent: agent)))
  }
}
