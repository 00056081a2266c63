internal import TurnpikeCrypto
public import WireProtocol

/// One session with a broker, without any I/O: requests go in, bytes come out; bytes go in, completions and pushes come out. Time
/// is an argument, in milliseconds on any monotonic clock.
///
/// **Connection.** *down* -> `connected` -> *greeting* (HELLO sent) -> *proving* (AUTHENTICATE sent, with a credential only) ->
/// *ready* -> `disconnected` -> *down*. *over* is final: the broker will not have this session.
///
/// **Requests** survive connections. Each is *queued* (not sent on this connection), *blocked* (on its key's handle, on the window,
/// on the number of uses of its key) or *sent*. A lost connection makes every sent one queued again, with the same number.
///
/// **Numbers.** Requests that keep a receipt have dense numbers from the session's counter, and `window` covers all of them that
/// are not acknowledged. The others have numbers with bit 62 set, which mean nothing beyond their connection.
public struct ClientSession: ~Copyable {
  /// What the driver has to do or tell.
  public enum Action: Sendable {
    /// A request has ended.
    case completed(ticket: UInt64, Result<Reply, TurnpikeError>)
    /// A push for everyone who listens.
    case pushed(Push)
    /// The handshake is complete.
    case ready
    /// The connection must be closed; `disconnected` is to be called.
    case disconnect(TurnpikeError)
  }

  enum State { case down, greeting, proving, ready, over }

  enum Purpose {
    case caller(ticket: UInt64)
    /// The caller gave up after it was sent; the outcome is awaited so that the receipt can be let go.
    case abandoned
    case hello
    case authenticate
    case bind(LeaseKey)
    case resubscribe(Subscription)
    case keepAlive
  }

  struct Pending {
    var request: Request
    var purpose: Purpose
    /// Order in which requests were submitted.
    var order: UInt64
    var deadline: UInt64
    /// Sent on this connection.
    var isSent = false
    /// Sent on any connection, so that its outcome may not be known.
    var wasSent = false
    /// Whether the broker may have met it before it is sent now: a second connection, or another process.
    var isRepeat = false
    /// The payment in ecash that it waits for; 0: none.
    var payment: UInt64 = 0
  }

  /// A key as the connection knows it.
  struct Binding {
    var handle: UInt32 = 0
    var isAsked = false
    /// Highest use number given to this key.
    var useNumber: UInt64 = 0
    var useCount = 0
    /// Requests that wait for the handle or for fewer uses under way.
    var blocked: [UInt64] = []
  }

  struct Subscription: Hashable {
    var lease: UInt64
    var resource: UInt64
    var funding: UInt64
  }

  /// What is told of the broker, by its reply to HELLO.
  public internal(set) var broker: HelloReply?

  var state = State.down
  let sessionID: Bytes16
  let credential: Credential?
  var output: [UInt8] = []
  var inbox: [UInt8] = []
  var actions: [Action] = []

  var pending: [UInt64: Pending] = [:]
  /// Numbers to be sent, in order. May name requests that have ended meanwhile.
  var queue: [UInt64] = []
  /// Numbers that wait for the window, in order.
  var windowQueue: [UInt64] = []
  /// Receipt numbers that are not acknowledged, ascending.
  var unacknowledged: [UInt64]
  /// Of them, those whose outcome is known and which the caller holds.
  var held: Set<UInt64> = []
  var nextNumber: UInt64
  var nextPlainNumber: UInt64 = 1 << 62
  var nextOrder: UInt64 = 0

  var bindings: [LeaseKey: Binding] = [:]
  var subscriptions: [Subscription: SubscriptionMask] = [:]
  /// The frame of HELLO, until its reply makes a handshake of both.
  var helloFrame: [UInt8] = []
  var handshake: RoleHandshake?
  /// Becomes `authenticator` when AUTHENTICATE is answered: its reply is the first frame with a MAC, its request has none.
  var authenticator: ConnectionAuthenticator?
  var isAuthenticated = false
  /// The life of the broker that the session is with; 0: none was met yet.
  var incarnation: UInt64
  /// Whether this connection has answered anything but the handshake.
  public internal(set) var hasAnswered = false
  var wasReady = false

  /// Why there was no connection the last time one was lost or tried: what a request that was never sent ends with.
  var connectionFailure: TurnpikeError.Reason?
  /// A lower bound of the earliest deadline.
  var earliestDeadline = UInt64.max
  var lastReceived: UInt64 = 0
  var isKeepAliveSent = false

  /// - Parameters:
  ///   - sessionID: Secret and random. Resuming one needs its `nextNumber` and its unacknowledged numbers.
  ///   - nextNumber: First number that was never used in this session; from 1.
  ///   - unacknowledged: Numbers below it whose receipts are still wanted.
  ///   - incarnation: The broker's, when the session was used before; 0: any.
  public init(
    sessionID: Bytes16, nextNumber: UInt64 = 1, unacknowledged: [UInt64] = [], incarnation: UInt64 = 0,
    credential: Credential? = nil
  ) {
    self.sessionID = sessionID
    self.nextNumber = max(1, nextNumber)
    self.unacknowledged = unacknowledged.sorted()
    self.incarnation = incarnation
    self.credential = credential
  }

  // MARK: Requests

  /// Takes a request. It ends by a `completed` action with this ticket, perhaps within this call.
  public mutating func submit(_ request: Request, ticket: UInt64, deadline: UInt64) {
    var request = request
    if state == .over { return refuse(request, ticket, .closed) }
    guard pending.count < ClientLimits.requestCountMax else { return refuse(request, ticket, .tooManyRequests) }
    guard request.frameByteCount(isAuthenticated: true) <= WireLimits.frameByteCountMax,
      request.payment.count <= WireLimits.tokenCountMax
    else { return refuse(request, ticket, .invalidArgument("the request is too long")) }
    // A number that was drawn before, or a use number that was said, may have reached the broker some other way.
    var isRepeat = request.isNumberedUse && request.useNumber != 0
    if request.keepsReceipt {
      isRepeat = request.number != 0 && request.number < nextNumber
      if request.number == 0 {
        request.number = nextNumber
        nextNumber += 1
      } else if let earlier = pending[request.number] {
        guard case .abandoned = earlier.purpose else {
          return refuse(request, ticket, .invalidArgument("request \(request.number) is under way"))
        }
        pending[request.number]?.purpose = .caller(ticket: ticket)
        pending[request.number]?.request.awaitsMint = request.awaitsMint
        pending[request.number]?.deadline = deadline
        earliestDeadline = min(earliestDeadline, deadline)
        return
      }
      guard request.number < 1 << 62 else {
        return refuse(request, ticket, .invalidArgument("no request has the number \(request.number)"))
      }
      nextNumber = max(nextNumber, request.number + 1)
      held.remove(request.number)
      let place = unacknowledged.firstIndex { $0 >= request.number } ?? unacknowledged.count
      if place == unacknowledged.count || unacknowledged[place] != request.number {
        unacknowledged.insert(request.number, at: place)
      }
    } else {
      request.number = nextPlainNumber
      nextPlainNumber += 1
    }
    add(request, .caller(ticket: ticket), deadline: deadline, isRepeat: isRepeat)
    flush()
  }

  private mutating func refuse(_ request: Request, _ ticket: UInt64, _ reason: TurnpikeError.Reason) {
    let error = TurnpikeError(
      reason, money: request.money(wasSent: false), operation: request.opcode, number: request.number)
    actions.append(.completed(ticket: ticket, .failure(error)))
  }

  mutating func add(_ request: Request, _ purpose: Purpose, deadline: UInt64 = .max, isRepeat: Bool = false) {
    pending[request.number] = Pending(
      request: request, purpose: purpose, order: nextOrder, deadline: deadline, isRepeat: isRepeat)
    nextOrder += 1
    earliestDeadline = min(earliestDeadline, deadline)
    queue.append(request.number)
  }

  /// Lets the broker free the receipt of a request that was held; of one that is under way, as soon as its reply has come.
  public mutating func acknowledge(_ number: UInt64) {
    if pending[number] != nil {
      pending[number]?.request.isHeld = false
      return
    }
    held.remove(number)
    if let place = unacknowledged.firstIndex(of: number) { unacknowledged.remove(at: place) }
    releaseWindow()
    flush()
  }

  /// Ends a request before its reply has come.
  public mutating func cancel(ticket: UInt64, reason: TurnpikeError.Reason) {
    for (number, entry) in pending {
      if case .caller(ticket) = entry.purpose { return giveUp(number, reason) }
    }
  }

  mutating func giveUp(_ number: UInt64, _ reason: TurnpikeError.Reason) {
    guard let entry = pending[number], case .caller(let ticket) = entry.purpose else { return }
    let request = entry.request
    let error = TurnpikeError(
      self.reason(reason, of: entry), money: request.money(wasSent: entry.wasSent || entry.isRepeat),
      operation: request.opcode, number: request.keepsReceipt ? number : 0,
      detail: request.isNumberedUse ? request.useNumber : entry.payment)
    actions.append(.completed(ticket: ticket, .failure(error)))
    // Its answer is known: that it waits. Its receipt is kept, and can be asked for.
    if entry.payment != 0 { return end(number) }
    if entry.wasSent, request.keepsReceipt {
      pending[number]?.purpose = .abandoned
      pending[number]?.deadline = .max
    } else {
      end(number)
      if request.keepsReceipt, !request.isHeld { acknowledge(number) }
    }
  }

  /// Whether there is a reason to be connected.
  public var needsConnection: Bool {
    state != .over
      && (!subscriptions.isEmpty || pending.values.contains { if case .keepAlive = $0.purpose { false } else { true } })
  }

  // MARK: Sending

  /// Sends what can be sent now.
  mutating func flush() {
    guard state == .ready, !queue.isEmpty else { return }
    let numbers = queue
    queue.removeAll(keepingCapacity: true)
    for number in numbers { send(number) }
    // A BIND that a request needs is queued behind it.
    if !queue.isEmpty { flush() }
  }

  private mutating func send(_ number: UInt64) {
    guard let entry = pending[number], !entry.isSent else { return }
    var handle: UInt32 = 0
    if let key = entry.request.key, entry.request.handleOffset != nil {
      guard let bound = boundHandle(key, number, isUse: entry.request.isNumberedUse) else { return }
      handle = bound
      if entry.request.isNumberedUse { numberUse(number, key) }
    }
    var window: UInt16 = 0
    if entry.request.keepsReceipt {
      let first = min(number, unacknowledged.first ?? number)
      let width = number - first + 1
      guard width <= windowMax else { return wait(for: first, number, entry) }
      window = UInt16(width)
    }
    if entry.wasSent { pending[number]?.isRepeat = true }
    pending[number]?.isSent = true
    pending[number]?.wasSent = true
    write(pending[number]?.request ?? entry.request, number: number, window: window, handle: handle)
  }

  /// The window is full. Nothing will move it when the outcome of its first request is neither known nor on its way.
  private mutating func wait(for first: UInt64, _ number: UInt64, _ entry: Pending) {
    guard case .caller = entry.purpose, pending[first] == nil, !held.contains(first) else {
      return windowQueue.append(number)
    }
    giveUp(number, .waitsFor(request: first))
  }

  private var windowMax: UInt64 { UInt64(min(Int(broker?.windowMax ?? 1), WireLimits.windowMax)) }

  mutating func write(_ request: Request, number: UInt64, window: UInt16, handle: UInt32) {
    // Taken out for the while, so that the authenticator can write into it.
    var bytes: [UInt8] = []
    swap(&bytes, &output)
    let start = bytes.count
    request.appendFrame(to: &bytes, number: number, window: window, handle: handle, isAuthenticated: isAuthenticated)
    if isAuthenticated {
      let end = bytes.count
      var storage = bytes.mutableSpan
      var all = unsafe storage.mutableBytes
      var frame = all._mutatingExtracting(start..<end)
      _ = authenticator?.seal(&frame)
    }
    swap(&bytes, &output)
  }

  mutating func releaseWindow() {
    guard !windowQueue.isEmpty else { return }
    queue.append(contentsOf: windowQueue)
    windowQueue.removeAll(keepingCapacity: true)
  }

  // MARK: Handles

  /// The handle of a key on this connection; nil when the request has to wait for it.
  private mutating func boundHandle(_ key: LeaseKey, _ number: UInt64, isUse: Bool) -> UInt32? {
    var binding = bindings[key] ?? Binding()
    defer { bindings[key] = binding }
    if binding.handle != 0 {
      if !isUse || binding.useCount < ClientLimits.useCountMaxPerKey { return binding.handle }
      binding.blocked.append(number)
      return nil
    }
    binding.blocked.append(number)
    if !binding.isAsked {
      binding.isAsked = true
      var request = Request(.bind, BindRequest(lease: key.lease, key: key.key))
      request.number = nextPlainNumber
      nextPlainNumber += 1
      add(request, .bind(key))
    }
    return nil
  }

  private mutating func numberUse(_ number: UInt64, _ key: LeaseKey) {
    bindings[key]?.useCount += 1
    guard let request = pending[number]?.request else { return }
    let highest = bindings[key]?.useNumber ?? 0
    let useNumber = request.useNumber == 0 ? highest + 1 : request.useNumber
    bindings[key]?.useNumber = max(highest, useNumber)
    pending[number]?.request.useNumber = useNumber
  }

  mutating func unblock(_ key: LeaseKey) {
    guard let blocked = bindings[key]?.blocked, !blocked.isEmpty else { return }
    bindings[key]?.blocked = []
    queue.append(contentsOf: blocked)
  }

  /// Removes a request that has ended and lets others go on.
  mutating func end(_ number: UInt64) {
    guard let entry = pending.removeValue(forKey: number) else { return }
    if entry.isSent, entry.request.isNumberedUse, let key = entry.request.key, let count = bindings[key]?.useCount {
      bindings[key]?.useCount = max(0, count - 1)
      unblock(key)
    }
  }

  // MARK: Time

  /// When `tick` has something to do; `UInt64.max`: never.
  public var nextDeadline: UInt64 {
    let keepAlive = state == .ready ? lastReceived + ClientLimits.keepAliveMilliseconds : .max
    return min(earliestDeadline, keepAlive)
  }

  /// Ends requests whose deadline has passed, and asks a silent connection for a sign of life.
  public mutating func tick(now: UInt64) {
    if earliestDeadline <= now {
      earliestDeadline = .max
      let late = pending.filter { $0.value.deadline <= now }.keys
      for number in late.sorted() { giveUp(number, .deadlineExceeded) }
      for entry in pending.values { earliestDeadline = min(earliestDeadline, entry.deadline) }
    }
    guard state == .ready, lastReceived + ClientLimits.keepAliveMilliseconds <= now else { return flush() }
    lastReceived = now
    if isKeepAliveSent { return fail(.cannotConnect("the broker is silent")) }
    isKeepAliveSent = true
    var request = Request(.ping, PingRequest(echo: now))
    request.number = nextPlainNumber
    nextPlainNumber += 1
    add(request, .keepAlive)
    flush()
  }

  mutating func fail(_ reason: TurnpikeError.Reason) {
    guard state != .over, state != .down else { return }
    state = .down
    actions.append(.disconnect(TurnpikeError(reason)))
  }

  // MARK: What the driver takes

  /// Takes the actions that have come up since the last call, in order.
  public mutating func takeActions() -> [Action] {
    if actions.isEmpty { return [] }
    defer { actions = [] }
    return actions
  }

  /// Whether bytes wait to be sent.
  public var hasOutput: Bool { !output.isEmpty }

  /// Gives the bytes that wait to `body`, which returns how many of them it took.
  public mutating func sendOutput(_ body: (RawSpan) -> Int) {
    let taken = unsafe body(output.span.bytes)
    output.removeFirst(min(max(0, taken), output.count))
  }
}
