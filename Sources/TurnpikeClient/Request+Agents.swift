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
}
