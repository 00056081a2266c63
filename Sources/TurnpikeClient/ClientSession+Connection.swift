internal import TurnpikeCrypto
internal import WireProtocol

/// The connection's life: handshake, frames, replies.
extension ClientSession {
  /// A connection stands: HELLO is written.
  public mutating func connected(now: UInt64) {
    guard state == .down else { return }
    lastReceived = now
    let random = Bytes16.random()
    if credential != nil, random == nil { return fail(.system("no random bytes")) }
    let nonce = credential == nil ? Bytes16() : random ?? Bytes16()
    state = .greeting
    let hello = HelloRequest(
      versionMin: WireLimits.version, versionMax: WireLimits.version, role: credential?.role ?? .none,
      generation: credential?.generation ?? 0, roleID: credential?.id ?? 0, session: sessionID, nonce: nonce)
    sendNow(Request(.hello, hello), .hello)
    helloFrame = output
  }

  /// The connection is gone. What was sent and not answered will be sent again.
  public mutating func disconnected() {
    if state != .over { state = .down }
    output.removeAll()
    inbox.removeAll()
    authenticator = nil
    isAuthenticated = false
    isKeepAliveSent = false
    hasAnswered = false
    for (key, binding) in bindings {
      bindings[key] = binding.useNumber == 0 ? nil : Binding(useNumber: binding.useNumber)
    }
    windowQueue.removeAll()
    for (number, entry) in pending {
      switch entry.purpose {
      case .caller, .abandoned: pending[number]?.isSent = false
      default: pending[number] = nil
      }
    }
    queue = pending.sorted { $0.value.order < $1.value.order }.map(\.key)
  }

  /// Ends everything: each request that waits fails with `reason`.
  public mutating func close(_ reason: TurnpikeError.Reason) {
    state = .over
    for number in pending.keys.sorted() { giveUp(number, reason) }
    pending.removeAll()
    output.removeAll()
  }

  /// Takes bytes as they were received.
  public mutating func receive(_ bytes: RawSpan, now: UInt64) {
    lastReceived = now
    guard state != .down, state != .over else { return }
    unsafe bytes.withUnsafeBytes { unsafe inbox.append(contentsOf: $0) }
    let received = inbox
    var offset = 0
    while received.count - offset >= WireLimits.headerByteCount {
      let length = Int(unsafe received.span.bytes.uint32(at: offset))
      guard length >= WireLimits.headerByteCount, length <= WireLimits.frameByteCountMax else {
        return fail(.protocolViolation("a frame of \(length) bytes"))
      }
      guard received.count - offset >= length else { break }
      unsafe accept(received.span.bytes.extracting(offset..<offset + length))
      guard state != .down, state != .over else { return }
      offset += length
    }
    inbox.removeFirst(offset)
    flush()
  }

  private mutating func accept(_ frame: RawSpan) {
    let layout = FrameLayout(fromBroker: frame)
    // A push of a later version says nothing to this one, but its MAC counts.
    let isUnknownPush = layout.status == .unknownOpcode && layout.header.opcode >= 0x80
    guard layout.status == .ok || isUnknownPush else { return fail(.protocolViolation("a frame is not well formed")) }
    if layout.hasMAC {
      guard authenticator?.verify(frame) == true else { return fail(.protocolViolation("a frame's MAC is wrong")) }
    } else if isAuthenticated {
      return fail(.protocolViolation("a frame has no MAC"))
    }
    if isUnknownPush { return }
    // The first frame with a MAC is what proves the broker: a good answer without one comes from somebody else.
    if case .authenticate? = pending[layout.header.number]?.purpose, layout.header.word == 0, !layout.hasMAC {
      return fail(.protocolViolation("the reply to AUTHENTICATE has no MAC: the broker is not authentic"))
    }
    let end = layout.recordsOffset + layout.recordCount * layout.recordByteCount
    let body = frame.extracting(layout.fixedOffset..<end)
    if let push = PushCode(rawValue: layout.header.opcode) { return accept(push, body) }
    if state == .greeting, credential != nil {
      handshake = unsafe RoleHandshake(request: helloFrame.span.bytes, reply: frame)
    }
    let options = frame.extracting(layout.optionsOffset..<layout.optionsOffset + layout.optionsByteCount)
    reply(layout.header, body, options)
  }

  private mutating func accept(_ code: PushCode, _ body: RawSpan) {
    if code == .goodbye {
      guard let goodbye = GoodbyePush(body) else { return fail(.protocolViolation("a push is not well formed")) }
      switch goodbye.reason {
      case .sessionTakenOver, .versionUnsupported, .authenticationFailed: end(with: .goodbye(goodbye.reason))
      default: fail(.goodbye(goodbye.reason))
      }
      return
    }
    guard let push = Push(code, body) else { return fail(.protocolViolation("a push is not well formed")) }
    switch push {
    case .paymentSettled(let settled): askAgain(about: settled.payment)
    case .lagged: askAgain(about: nil)
    default: break
    }
    actions.append(.pushed(push))
  }

  /// The broker will not have this session: nothing can be sent again.
  private mutating func end(with reason: TurnpikeError.Reason) {
    close(reason)
    actions.append(.disconnect(TurnpikeError(reason)))
  }

  private mutating func reply(_ header: FrameHeader, _ body: RawSpan, _ options: RawSpan) {
    // A late reply to a request that was given up has nobody waiting for it.
    guard let entry = pending[header.number], entry.isSent else { return }
    let request = entry.request
    guard header.opcode == request.opcode.rawValue else {
      return fail(.protocolViolation("a reply to another operation"))
    }
    let number = request.keepsReceipt ? header.number : 0
    let status = Status(rawValue: header.word)
    if status == .ok {
      let reply = Reply(
        opcode: request.opcode, number: number,
        isReplayed: header.flags.contains(.replayed) && entry.payment == 0, money: header.flags.money,
        body: [UInt8](copying: body), options: [UInt8](copying: options))
      return finish(header.number, entry, .success(reply))
    }
    guard let refusal = Refusal(body) else { return fail(.protocolViolation("a refusal's length")) }
    if awaitMint(header.number, status, payment: refusal.detail) { return }
    let error = TurnpikeError(
      status.map { .refused($0) } ?? .refusedByUnknown(status: header.word),
      money: money(of: entry, refusedWith: status, header.flags.money), operation: request.opcode, number: number,
      detail: refusal.detail,
      token: refusal.token == Refusal.noToken ? nil : Int(refusal.token),
      field: refusal.field == Refusal.noField ? nil : Int(refusal.field))
    finish(header.number, entry, .failure(error))
  }

  /// Where the money of a refused request is. The broker says NOT_KNOWN when an earlier copy of the request may have been done;
  /// of a request that was sent once only, there is none.
  private func money(of entry: Pending, refusedWith status: Status?, _ told: Money) -> Money {
    guard told == .notKnown, !entry.isRepeat else { return told }
    switch status {
    case .leaseUnknown, .leaseEnded, .handleUnknown, .noteSpent, .numberConflict: return .notTaken
    // Told before receipts are looked for; of ecash in use, that another request took it.
    case .paymentMalformed, .railUnknown, .railsMixed, .mintUnknown, .keysetUnknown, .ecashInvalid, .ecashLocked,
      .ecashInUse, .noSpace:
      return .notTaken
    default: return told
    }
  }

  private mutating func finish(_ number: UInt64, _ entry: Pending, _ result: Result<Reply, TurnpikeError>) {
    end(number)
    switch entry.purpose {
    case .hello, .authenticate, .bind: break
    default: hasAnswered = true
    }
    switch entry.purpose {
    case .hello: greeted(result)
    case .authenticate: proved(result)
    case .bind(let key): bound(key, result)
    case .resubscribe(let subscription):
      if case .failure = result { subscriptions[subscription] = nil }
    case .keepAlive: isKeepAliveSent = false
    case .caller(let ticket):
      noteEffects(entry.request, result)
      actions.append(.completed(ticket: ticket, result))
      acknowledgeUnlessHeld(number, entry.request, result)
    // One that is held is not known to its caller yet, who will ask again.
    case .abandoned: if !entry.request.isHeld { acknowledgeUnlessHeld(number, entry.request, result) }
    }
  }

  private mutating func acknowledgeUnlessHeld(
    _ number: UInt64, _ request: Request, _ result: Result<Reply, TurnpikeError>
  ) {
    // An outcome that the broker does not know yet can be asked for again.
    if case .failure(let error) = result, error.money == .notKnown { return }
    guard request.keepsReceipt else { return }
    if request.isHeld { held.insert(number) } else { acknowledge(number) }
  }

  // MARK: Handshake

  private mutating func greeted(_ result: Result<Reply, TurnpikeError>) {
    switch result {
    case .failure(let error):
      switch error.status {
      case .versionUnsupported, .authenticationFailed: end(with: error.reason)
      default: fail(error.reason)
      }
    case .success(let reply):
      guard let hello = try? reply.fixed(HelloReply.self), hello.version == WireLimits.version, hello.windowMax > 0
      else {
        return fail(.protocolViolation("the reply to HELLO"))
      }
      // A restore that lost nothing kept the session and its receipts: nobody else can know it.
      let isSame = incarnation == hello.incarnation || incarnation < hello.incarnation && hello.resumed != 0
      guard incarnation == 0 || isSame else {
        return end(with: .anotherBroker(expected: incarnation, found: hello.incarnation))
      }
      (broker, incarnation) = (hello, hello.incarnation)
      guard let credential else { return becomeReady() }
      guard let handshake, let made = credential.authenticator(handshake) else {
        return fail(.system("no authenticator"))
      }
      state = .proving
      let proof = made.clientProof()
      authenticator = consume made
      sendNow(Request(.authenticate, AuthenticateRequest(proof: proof)), .authenticate)
    }
  }

  private mutating func proved(_ result: Result<Reply, TurnpikeError>) {
    switch result {
    case .failure(let error): end(with: error.reason)
    case .success:
      isAuthenticated = true
      becomeReady()
    }
  }

  private mutating func becomeReady() {
    state = .ready
    var first: [UInt64] = []
    for (subscription, mask) in subscriptions {
      var request = Request(
        .subscribe,
        SubscribeRequest(
          lease: subscription.lease, resource: subscription.resource, funding: subscription.funding, mask: mask))
      request.number = nextPlainNumber
      nextPlainNumber += 1
      first.append(request.number)
      add(request, .resubscribe(subscription))
    }
    queue.removeLast(first.count)
    queue.insert(contentsOf: first, at: 0)
    actions.append(.ready)
    if wasReady { actions.append(.pushed(.reconnected)) }
    wasReady = true
    flush()
  }

  /// Handshake frames go past the queue, which waits for the handshake.
  private mutating func sendNow(_ request: Request, _ purpose: Purpose) {
    let number = nextPlainNumber
    nextPlainNumber += 1
    pending[number] = Pending(
      request: request, purpose: purpose, order: nextOrder, deadline: .max, isSent: true, wasSent: true)
    nextOrder += 1
    write(request, number: number, window: 0, handle: 0)
  }

  private mutating func bound(_ key: LeaseKey, _ result: Result<Reply, TurnpikeError>) {
    let binding = bindings[key] ?? Binding()
    bindings[key]?.blocked = []
    switch result {
    case .success(let reply):
      guard let bind = try? reply.fixed(BindReply.self), bind.handle != 0 else {
        return fail(.protocolViolation("the reply to BIND"))
      }
      bindings[key]?.handle = bind.handle
      bindings[key]?.useNumber = max(binding.useNumber, bind.useNumber)
      queue.append(contentsOf: binding.blocked)
    case .failure(let error):
      bindings[key] = nil
      for number in binding.blocked { refuse(number, error) }
    }
  }

  /// A request's key was refused, which the error's operation tells. One that was sent before may have been done by then.
  private mutating func refuse(_ number: UInt64, _ error: TurnpikeError) {
    guard let entry = pending[number] else { return }
    var error = error
    error.number = entry.request.keepsReceipt ? number : 0
    error.money = entry.request.money(wasSent: entry.wasSent || entry.isRepeat)
    finish(number, entry, .failure(error))
  }

  /// What a reply means for the session itself.
  private mutating func noteEffects(_ request: Request, _ result: Result<Reply, TurnpikeError>) {
    switch (request.opcode, result) {
    case (.subscribe, .success):
      guard let wish = unsafe SubscribeRequest(request.body.span.bytes) else { return }
      let subscription = Subscription(lease: wish.lease, resource: wish.resource, funding: wish.funding)
      subscriptions[subscription] = wish.mask.isEmpty ? nil : wish.mask
    case (_, .failure(let error)) where error.status == .handleUnknown:
      if let key = request.key { bindings[key] = nil }
    default: break
    }
  }
}

extension [UInt8] {
  /// A copy of a span's bytes.
  init(copying bytes: RawSpan) {
    self = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  }
}
