internal import BrokerCore
internal import WireProtocol

/// Subscriptions, and what they bring.
extension SessionEngine {
  /// Begins, changes or ends a subscription.
  mutating func subscribe(_ request: borrowing Request, _ frame: RawSpan, of connection: Connection) -> Verdict {
    guard let subscribe = SubscribeRequest(frame, at: request.layout.fixedOffset) else { return Verdict(.malformed) }
    // Exactly one of the three: offsets of `resource` and of `funding`.
    if subscribe.lease != 0, subscribe.resource != 0 { return Verdict(.reservedBits, field: 24) }
    if subscribe.funding != 0, subscribe.lease | subscribe.resource != 0 { return Verdict(.reservedBits, field: 32) }
    var topic = subscribe.lease != 0 ? Topic.lease(subscribe.lease) : .resource(subscribe.resource)
    if !subscribe.mask.isEmpty { advance() }
    if subscribe.funding != 0 {
      // What is forgotten can be left all the same, but for a claim of something that is known no more.
      let known = machine.noticeTopic(of: subscribe.funding)
      guard known != nil || subscribe.mask.isEmpty else { return Verdict(.fundingUnknown) }
      topic = .funding(known?.funding ?? subscribe.funding, claim: known?.claim ?? 0)
    }
    if !subscribe.mask.isEmpty, let refusal = whyNoTopic(topic) { return refusal }
    guard subscriptions.set(topic, mask: subscribe.mask, of: connection, countMax: limits.subscriptionCountMax) else {
      return Verdict(.subscriptionLimit)
    }
    machine.tellsEffects = tellsEffects
    return reply(request, with: SubscribeReply(count: UInt64(connection.subscriptionCount)), to: connection)
  }

  private func whyNoTopic(_ topic: Topic) -> Verdict? {
    switch topic.kind {
    case .lease:
      guard let lease = machine.lease(topic.id) else { return Verdict(.leaseUnknown) }
      return lease.hasEnded ? Verdict(.leaseEnded, detail: UInt64(lease.state.rawValue)) : nil
    case .resource:
      guard case .refused(let outcome) = machine.status(topic.id) else { return nil }
      return Verdict(outcome.status, detail: outcome.detail)
    case .funding: return nil
    }
  }

  /// Sends what the last commands brought about to those who asked for it. Most often that is nothing, and only that much is part of
  /// what runs for every request.
  @inline(__always) mutating func deliverEffects() {
    if machine.hasEffects(beyond: effectLostCount) { drainEffects() }
  }

  @inline(never) private mutating func drainEffects() {
    while let effect = machine.nextEffect() { deliver(effect) }
    if machine.effectLostCount != effectLostCount { noteLostEffects() }
  }

  private mutating func deliver(_ effect: Effect) {
    switch effect {
    case .leaseChanged(let change):
      noteChange(of: change.lease, on: change.resource)
      deliver(change, as: .changes, about: .lease(change.lease))
      deliver(change, as: .changes, about: .resource(change.resource))
    case .resourceChanged(let change):
      reviseAgents(of: change.resource)
      deliver(change, as: .changes, about: .resource(change.resource))
    case .notice(let notice):
      if notice.lease != 0 { deliver(notice, as: .notices, about: .lease(notice.lease)) }
      if notice.funding != 0 {
        deliver(notice, as: .notices, about: .funding(notice.funding, claim: notice.claim))
      }
      deliver(notice, as: .notices, about: .resource(notice.resource))
    case .deadlineMoved(let lease, let resource): noteChange(of: lease, on: resource)
    case .paymentSettled(let push, let session): deliverSettled(push, session: session)
    }
  }

  /// So much happened in one command that some of it was not kept: whoever subscribes may have missed it, and is told so.
  private mutating func noteLostEffects() {
    let lost = machine.effectLostCount &- effectLostCount
    effectLostCount = machine.effectLostCount
    for case let connection? in connections
    where connection.isListening && (connection.subscriptionCount > 0 || connection.agent != nil) {
      connection.lostPushCount &+= lost
      reportLostPushes(to: connection)
    }
  }

  private mutating func deliver<Push: WirePush>(_ push: Push, as mask: SubscriptionMask, about topic: Topic) {
    var index = subscriptions.first(topic)
    while index != SubscriptionTable.none {
      let (subscriber, next) = subscriptions.subscriber(index, topic: topic, wanting: mask)
      index = next
      workCount &+= 1
      guard let subscriber, let connection = connections[subscriber], connection.isListening else { continue }
      deliver(push, to: connection)
    }
  }

  /// Unsent bytes above which a connection gets no pushes.
  private var pushByteCountMax: Int { min(limits.pushByteCountMax, outboxByteCountMax) }

  /// One push to one connection, or one more that it lost.
  mutating func deliver<Push: WirePush>(_ push: Push, to connection: Connection) {
    guard connection.outbox.byteCount < pushByteCountMax else {
      connection.lostPushCount &+= 1
      return
    }
    reportLostPushes(to: connection)
    self.push(Push.code, to: connection, byteCount: Push.byteCount) { body in push.write(to: &body, at: 0) }
  }

  /// Tells a connection that reads again how many pushes it lost, even when no other push follows.
  mutating func reportLostPushes(to connection: Connection) {
    guard connection.lostPushCount > 0, connection.isListening, connection.outbox.byteCount < pushByteCountMax else {
      return
    }
    let lost = connection.lostPushCount
    connection.lostPushCount = 0
    connection.agent?.noteLagged()
    push(.lagged, to: connection, byteCount: LaggedPush.byteCount) { body in LaggedPush(lost: lost).write(to: &body) }
  }

  mutating func push(
    _ code: PushCode, to connection: Connection, byteCount: Int, _ write: (inout MutableRawSpan) -> Void
  ) {
    connection.pushCount &+= 1
    send(
      to: connection, opcode: code.rawValue, flags: [], word: 0, number: connection.pushCount, byteCountMax: byteCount
    ) { body in
      write(&body)
      return byteCount
    }
  }
}
