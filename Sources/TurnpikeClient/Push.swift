public import WireProtocol

/// What the broker says without being asked, after `TurnpikeClient.subscribe`.
public enum Push: Hashable, Sendable {
  /// A lease changed.
  case leaseChanged(LeaseChangedPush)
  /// A resource announced new terms.
  case resourceChanged(ResourceChangedPush)
  /// A message to funders and holders.
  case notice(NoticePush)
  /// A payment in ecash of this session is no longer pending.
  case paymentSettled(PaymentSettledPush)
  /// So many pushes were dropped, because the connection or this stream was not read: ask `check` and `status` anew.
  case lagged(UInt64)
  /// The connection was lost and made again; subscriptions stand again. What happened meanwhile was not told.
  case reconnected

  /// The push of a frame's body; nil when it is not well formed.
  init?(_ code: PushCode, _ body: RawSpan) {
    switch code {
    case .leaseChanged:
      guard let push = LeaseChangedPush(body) else { return nil }
      self = .leaseChanged(push)
    case .resourceChanged:
      guard let push = ResourceChangedPush(body) else { return nil }
      self = .resourceChanged(push)
    case .notice:
      guard let push = NoticePush(body) else { return nil }
      self = .notice(push)
    case .paymentSettled:
      guard let push = PaymentSettledPush(body) else { return nil }
      self = .paymentSettled(push)
    case .lagged:
      guard let push = LaggedPush(body) else { return nil }
      self = .lagged(push.lost)
    case .agentLeaseChanged, .goodbye:
      return nil
    }
  }
}
