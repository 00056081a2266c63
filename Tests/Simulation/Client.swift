import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// A client with one session: connects, resumes, pipelines, and repeats under the same number whatever was not answered. It
/// decides nothing: its `errands` are given to it, and what it hears goes to its delegate.
final class Client {
  enum Phase { case away, greeting, proving, ready }

  /// How a connection begins: as it should, or with a request before HELLO, a version that nobody speaks, a wrong proof, or one
  /// HELLO too many.
  enum Manner: CaseIterable { case civil, early, outdated, unproved, repetitive }

  /// Numbers from here on are no request's of a session.
  private static let ownNumberMin = UInt64.max - 8

  /// Numbers whose receipts it still wants, beside those that are open.
  static let wantedNumberCount: UInt64 = 64
  static let pipelineCountMax = 12

  let name: String
  let role: RoleIdentity
  private let session: Bytes16
  private let credential: (RoleIdentity) -> RoleCredential
  private(set) var phase = Phase.away
  private(set) var link: Link?
  private(set) var nextNumber: UInt64 = 1
  /// Not answered yet, in the order of their numbers.
  private(set) var errands: [Errand] = []
  /// Of the last requests that kept a receipt, those that were accepted.
  private(set) var recent: [Errand] = []
  /// Numbers below it are no longer kept, as far as replies tell.
  private(set) var floor: UInt64 = 0
  /// Numbers from it on are kept: no request that was sent gave up more.
  private var wantedFloor: UInt64 = 0
  private var underWay: [UInt64: Errand] = [:]
  private var repeats: [UInt64] = []
  private var binds: [UInt64: HeldKey] = [:]
  private var handles: [HeldKey: UInt32] = [:]
  /// The connection gets no more of them: others need another connection.
  private var isOutOfHandles = false
  private var manner = Manner.civil
  private var helloFrame: [UInt8] = []
  private var authenticator: ConnectionAuthenticator?
  private var received: [UInt8] = []
  private var nonce: UInt64 = 0

  /// Who it is, if it is an agent.
  var agent: KnownAgent?

  /// A request was taken on.
  var onAsk: (Client, Errand) -> Void = { _, _ in }
  /// An errand is about to be sent for the first time.
  var onFirstSend: (Errand) -> Void = { _ in }
  /// Anything of an errand is sent.
  var onSend: (Errand) -> Void = { _ in }
  /// An errand has its outcome, once.
  var onDone: (Client, Errand, Answer) -> Void = { _, _, _ in }
  /// A reply to an errand, first or repeated.
  var onAnswer: (Client, Errand, Answer) -> Void = { _, _, _ in }
  /// An errand that can never be asked again: its key is no longer valid.
  var onAbandoned: (Client, Errand) -> Void = { _, _ in }
  /// Any frame at all.
  var onFrame: (Client, Answer) -> Void = { _, _ in }
  /// The reply to what a connection asks for by itself: HELLO, AUTHENTICATE, BIND.
  var onGreeting: (UInt8, Status) -> Void = { _, _ in }
  /// What no broker may do.
  var onFault: (Client, String) -> Void = { _, _ in }

  init(
    _ name: String, role: RoleIdentity = RoleIdentity(role: .none, id: 0, generation: 0), session: Bytes16,
    credential: @escaping (RoleIdentity) -> RoleCredential
  ) {
    self.name = name
    self.role = role
    self.session = session
    self.credential = credential
  }

  var isIdle: Bool { errands.isEmpty }

  /// One more request, and the first that is not answered may be out of the widest window: its mint does not answer.
  var isFarAhead: Bool { errands.first.map { nextNumber - $0.number + 100 > UInt64(WireLimits.windowMax) } ?? false }

  /// Takes a request on.
  @discardableResult
  func ask(_ part: @escaping (UInt32) -> any WireRequest, _ opcode: Opcode, _ change: (Errand) -> Void = { _ in })
    -> Errand
  {
    let errand = Errand(opcode, number: nextNumber, part)
    nextNumber += 1
    change(errand)
    onAsk(self, errand)
    errands.append(errand)
    return errand
  }

  /// Never asks again what waits for its mint, as if the session of it were gone.
  func giveUp(_ errand: Errand) { errands.removeAll { $0 === errand } }

  /// Sends something again that was answered, as if its reply had been lost, or come twice.
  func askAgain(_ errand: Errand) -> Bool {
    guard phase == .ready, underWay[errand.number] == nil, errand.number >= wantedFloor,
      errand.key.map({ handles[$0] != nil }) ?? true
    else { return false }
    underWay[errand.number] = errand
    repeats.append(errand.number)
    send(errand)
    return true
  }

  /// Sends a request under a number that is another's: of one that was accepted, or of one that is no longer kept.
  func misuse(
    _ impostor: Errand.Impostor, _ part: @escaping (UInt32) -> any WireRequest, _ opcode: Opcode,
    _ change: (Errand) -> Void
  ) {
    let number = impostor == .ofKept ? recent.last?.number ?? 0 : floor / 2
    let isRight = impostor == .ofKept ? number >= wantedFloor : number < floor
    guard phase == .ready, number > 0, isRight, underWay[number] == nil else { return }
    let errand = Errand(opcode, number: number, part)
    change(errand)
    errand.impostor = impostor
    errand.isMischief = true
    guard errand.keepsReceipt, errand.key.map({ handles[$0] != nil }) ?? true else { return }
    underWay[number] = errand
    send(errand)
  }

  /// Sessions have been dropped: nothing can be repeated.
  func forgetReceipts() {
    recent = []
    floor = 0
  }

  // MARK: The connection

  func connect(_ manner: Manner = .civil) -> Link {
    let link = Link()
    self.link = link
    self.manner = manner
    phase = .greeting
    nonce += 1
    if manner == .early { link.upstream += frame(PingRequest(echo: 1), number: Self.ownNumberMin) }
    if manner == .outdated { link.upstream += hello(version: 9) }
    helloFrame = hello(version: 1)
    link.upstream += helloFrame
    return link
  }

  private func hello(version: UInt8) -> [UInt8] {
    let isRole = role.role != .none
    return frame(
      HelloRequest(
        versionMin: version, versionMax: version, role: role.role, generation: role.generation, roleID: role.id,
        session: session, nonce: isRole ? Bytes16(low: nonce, high: session.low | 1) : Bytes16()),
      number: Self.ownNumberMin + 1)
  }

  /// The connection is gone, whoever wanted it.
  func disconnect() {
    link?.isAbandoned = true
    link = nil
    phase = .away
    underWay = [:]
    repeats = []
    binds = [:]
    handles = [:]
    isOutOfHandles = false
    authenticator = nil
    received = []
    errands.removeAll(where: \.isOfConnection)
    agent?.isDetached()
  }

  /// Sends what may be sent now.
  func pump() {
    guard phase == .ready, link != nil else { return }
    var lacksHandle = false
    for errand in errands where underWay[errand.number] == nil && !errand.isPending && !errand.isHeld() {
      guard underWay.count < Self.pipelineCountMax else { return }
      if let key = errand.key, handles[key] == nil, !errand.isHasty {
        isOutOfHandles ? lacksHandle = true : bind(key)
        continue
      }
      underWay[errand.number] = errand
      send(errand)
    }
    if lacksHandle, underWay.isEmpty, binds.isEmpty { disconnect() }
  }

  private func bind(_ key: HeldKey) {
    guard !binds.values.contains(key) else { return }
    let number = .max / 2 + UInt64(binds.count)
    guard binds[number] == nil else { return }
    binds[number] = key
    link?.upstream += frame(BindRequest(lease: key.lease, key: key.key), number: number)
  }

  private func send(_ errand: Errand) {
    if errand.impostor == nil {
      if errand.sendCount == 0 { onFirstSend(errand) }
      onSend(errand)
    }
    errand.sendCount += 1
    let handle = errand.key.map { handles[$0] ?? 9_999 } ?? 0
    // What comes later overtakes a request in ecash.
    let oldest = min(errands.first?.number ?? errand.number, repeats.min() ?? errand.number)
    let wanted = errand.number + 1 - min(errand.number, oldest) + Self.wantedNumberCount
    let window = UInt16(min(wanted, errand.number, UInt64(WireLimits.windowMax)))
    errand.floor = errand.number + 1 - UInt64(window)
    if errand.keepsReceipt { wantedFloor = max(wantedFloor, errand.floor) }
    link?.upstream += frame(
      errand.part(handle), records: errand.records, payment: errand.payment, tick: errand.tick, ecash: errand.ecash,
      number: errand.number,
      window: errand.keepsReceipt ? window : 0)
  }

  private func frame(
    _ part: some WireRequest, records: [any WireLayout] = [], payment: [NoteToken] = [], tick: TickToken? = nil,
    ecash: KnownEcash? = nil, number: UInt64, window: UInt16 = 0
  ) -> [UInt8] {
    var frame = [UInt8](repeating: 0, count: 16 * 1024)
    var span = frame.mutableSpan
    var bytes = unsafe span.mutableBytes
    var builder = FrameBuilder(flags: authenticator == nil ? [] : .authenticated)
    builder.append(part, to: &bytes)
    for record in records { builder.append(record, to: &bytes) }
    for token in payment { unsafe builder.append(token: Self.encode(token).span.bytes, to: &bytes) }
    if let tick { unsafe builder.append(token: Self.encode(tick).span.bytes, to: &bytes) }
    if let ecash {
      let token = ecash.token.bytes(refundHash: SHA256.keyHash(ecash.refundKey))
      unsafe builder.append(token: token.span.bytes, to: &bytes)
    }
    let byteCount =
      builder.finish(opcode: type(of: part).opcode.rawValue, word: window, number: number, in: &bytes) ?? 0
    frame.removeSubrange(byteCount...)
    var sealed = frame.mutableSpan
    var sealedBytes = unsafe sealed.mutableBytes
    _ = authenticator?.seal(&sealedBytes)
    return frame
  }

  private static func encode<Token: WireLayout>(_ token: Token) -> [UInt8] {
    var encoded = [UInt8](repeating: 0, count: Token.byteCount)
    var span = encoded.mutableSpan
    var bytes = unsafe span.mutableBytes
    token.write(to: &bytes, at: 0)
    return encoded
  }

  // MARK: What comes

  /// Reads at most so many bytes of what has arrived.
  func read(_ byteCountMax: Int) {
    guard let link else { return }
    let count = min(byteCountMax, link.downstream.count)
    received += link.downstream[..<count]
    link.downstream.removeFirst(count)
    while self.link === link, let answer = Answer(takenFrom: &received) { take(answer) }
    if self.link === link, link.isEnded, link.downstream.isEmpty { disconnect() }
  }

  private func take(_ answer: Answer) {
    if authenticator != nil, answer.header.flags.contains(.authenticated) {
      if unsafe authenticator?.verify(answer.bytes.span.bytes) != true { onFault(self, "a frame with a wrong MAC") }
    } else if authenticator != nil, answer.header.opcode == Opcode.authenticate.rawValue {
      authenticator = nil
    }
    if answer.layout.status != .ok { onFault(self, "a malformed frame: \(answer.layout.status)") }
    onFrame(self, answer)
    if answer.isPush { return }
    switch phase {
    case .away: return
    case .greeting: greeted(answer)
    case .proving: proved(answer)
    case .ready: answered(answer)
    }
  }

  private func becomeReady() {
    phase = .ready
    if manner == .repetitive { link?.upstream += hello(version: 1) }
  }

  private func greeted(_ answer: Answer) {
    onGreeting(answer.header.opcode, answer.status)
    guard answer.status == .ok, answer.header.opcode == Opcode.hello.rawValue else { return }
    guard role.role != .none else { return becomeReady() }
    let handshake = unsafe RoleHandshake(request: helloFrame.span.bytes, reply: answer.bytes.span.bytes)
    let made = handshake.authenticator(credential(role), side: .client)
    var proof = made.clientProof()
    if manner == .unproved { proof.low ^= 1 }
    link?.upstream += frame(AuthenticateRequest(proof: proof), number: Self.ownNumberMin + 2)
    authenticator = consume made
    phase = .proving
  }

  private func proved(_ answer: Answer) {
    onGreeting(answer.header.opcode, answer.status)
    if answer.status == .ok { becomeReady() }
  }

  private func answered(_ answer: Answer) {
    let number = answer.header.number
    if number >= Self.ownNumberMin { return onGreeting(answer.header.opcode, answer.status) }
    if let key = binds.removeValue(forKey: number) { return bound(key, answer) }
    guard let errand = underWay.removeValue(forKey: number), errand.opcode.rawValue == answer.header.opcode else {
      return onFault(
        self, "a reply to nothing: number \(number), opcode \(answer.header.opcode), \(answer.status), \(answer.money)")
    }
    if errand.impostor != nil { return onAnswer(self, errand, answer) }
    if let at = repeats.firstIndex(of: number) {
      repeats.remove(at: at)
      return onAnswer(self, errand, answer)
    }
    // It is asked again with the same number, until its mint has answered.
    if errand.ecash != nil, answer.status != .ok, answer.money == .notKnown,
      ![.ecashInUse, .receiptNotKept].contains(answer.status)
    {
      errand.isPending = true
      return onAnswer(self, errand, answer)
    }
    // Nobody knows yet: once more, with a handle.
    if answer.status != .ok, answer.money == .notKnown, errand.isHasty {
      errand.isHasty = false
      return onAnswer(self, errand, answer)
    }
    errand.isDone = true
    errands.removeAll { $0 === errand }
    if answer.status == .ok, errand.keepsReceipt {
      floor = max(floor, errand.floor)
      // A note given again keeps no receipt: nothing was done.
      if !errand.opcode.givesAgain || !answer.isReplayed { recent.append(errand) }
      if recent.count > Int(Self.wantedNumberCount) { recent.removeFirst() }
    }
    onAnswer(self, errand, answer)
    onDone(self, errand, answer)
    errand.then(answer)
    errand.onEnd()
  }

  private func bound(_ key: HeldKey, _ answer: Answer) {
    onGreeting(answer.header.opcode, answer.status)
    if let bound = answer.part(BindReply.self), answer.status == .ok {
      handles[key] = bound.handle
      return
    }
    // A limit of this connection ends with it; anything else is for ever.
    if answer.status == .handleLimit {
      isOutOfHandles = true
      return
    }
    let lost = errands.filter { $0.key == key && underWay[$0.number] == nil }
    errands.removeAll { errand in lost.contains { $0 === errand } }
    for errand in lost {
      onAbandoned(self, errand)
      errand.onEnd()
    }
  }
}
