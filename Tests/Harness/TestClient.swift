public import TurnpikeCrypto
public import WireProtocol

/// A frame from the broker.
public struct ReceivedFrame {
  /// Its header.
  public let header: FrameHeader
  /// All of it.
  public let bytes: [UInt8]
  /// Where its parts lie.
  public let layout: FrameLayout

  /// Its status; of a push nil.
  public var status: Status? { isPush ? nil : Status(rawValue: header.word) }
  /// Whether it is a push.
  public var isPush: Bool { header.opcode >= 0x80 && header.word == 0 }
  /// Where the money is.
  public var money: Money { header.flags.money }
  /// Whether it is an original reply, sent again.
  public var isReplayed: Bool { header.flags.contains(.replayed) }
  /// Body of a refusal.
  public var refusal: Refusal? { status == .ok ? nil : unsafe Refusal(bytes.span.bytes, at: FrameHeader.byteCount) }
  /// Without the header and the MAC: what must be equal in a repeated reply.
  public var body: [UInt8] { Array(bytes[FrameHeader.byteCount..<layout.contentEnd]) }

  /// The fixed part.
  public func part<Part: WireLayout>(_: Part.Type) -> Part? { unsafe Part(bytes.span.bytes, at: FrameHeader.byteCount) }

  /// The notes it pays out.
  public var notes: [NoteToken] {
    (0..<layout.recordCount).compactMap {
      unsafe NoteToken(bytes.span.bytes, at: layout.recordsOffset + $0 * layout.recordByteCount)
    }
  }
}

/// A client that does nothing by itself: makes frames, sends them, sorts what comes.
public final class TestClient {
  /// Its connection.
  public let connection: any TestConnection
  /// Number of the next request.
  public var number: UInt64 = 1
  /// Set by `authenticate`: frames have MACs.
  public var authenticator: ConnectionAuthenticator?
  /// Pushes that came.
  public var pushes: [ReceivedFrame] = []
  /// What the broker did that no broker may do; the suite expects none.
  public private(set) var faults: [String] = []
  /// The reason of the Goodbye, when one came.
  public private(set) var goodbye: GoodbyePush?
  private var buffer: [UInt8] = []

  /// A client on a connection.
  public init(_ connection: any TestConnection) {
    self.connection = connection
  }

  // MARK: Frames

  /// The bytes of a request; takes the next number unless one is given. `ecash`: a whole token.
  public func frame(
    _ part: some WireRequest, records: [any WireLayout] = [], payment: [NoteToken] = [], tick: TickToken? = nil,
    ecash: [UInt8] = [], number: UInt64? = nil, window: UInt16? = nil
  ) -> [UInt8] {
    let opcode = type(of: part).opcode
    let keepsReceipt = opcode.layout.keepsReceipt || (opcode == .use && !(payment.isEmpty && ecash.isEmpty))
    let taken = number ?? self.number
    if number == nil { self.number += 1 }
    var frame = [UInt8](repeating: 0, count: WireLimits.frameByteCountMax)
    var span = frame.mutableSpan
    var bytes = unsafe span.mutableBytes
    var builder = FrameBuilder(flags: authenticator == nil ? [] : .authenticated)
    builder.append(part, to: &bytes)
    for record in records { builder.append(record, to: &bytes) }
    for token in payment { unsafe builder.append(token: Self.encode(token).span.bytes, to: &bytes) }
    if let tick { unsafe builder.append(token: Self.encode(tick).span.bytes, to: &bytes) }
    if !ecash.isEmpty { unsafe builder.append(token: ecash.span.bytes, to: &bytes) }
    let word = window ?? (keepsReceipt ? 1 : 0)
    let byteCount = builder.finish(opcode: opcode.rawValue, word: word, number: taken, in: &bytes) ?? 0
    frame.removeSubrange(byteCount...)
    seal(&frame)
    return frame
  }

  private static func encode<Token: WireLayout>(_ token: Token) -> [UInt8] {
    var encoded = [UInt8](repeating: 0, count: Token.byteCount)
    var span = encoded.mutableSpan
    var bytes = unsafe span.mutableBytes
    token.write(to: &bytes, at: 0)
    return encoded
  }

  /// Writes the MAC, on an authenticated connection.
  public func seal(_ frame: inout [UInt8]) {
    var span = frame.mutableSpan
    var bytes = unsafe span.mutableBytes
    _ = authenticator?.seal(&bytes)
  }

  /// Sends bytes.
  public func send(_ bytes: [UInt8]) {
    do { try connection.send(bytes) } catch { faults.append("send: \(error)") }
  }

  /// The next frame, whatever it is; nil at the end of the stream.
  public func nextFrame() -> ReceivedFrame? {
    while true {
      if let frame = takeFrame() { return frame }
      guard let more = try? connection.receive(), !more.isEmpty else { return nil }
      buffer += more
    }
  }

  private func takeFrame() -> ReceivedFrame? {
    guard let header = unsafe FrameHeader(buffer.span.bytes), buffer.count >= Int(header.length) else { return nil }
    let bytes = Array(buffer[..<Int(header.length)])
    buffer.removeFirst(Int(header.length))
    // The refusal of a request whose opcode is a push's looks like that push but for its status.
    let isPush = header.opcode >= 0x80 && header.word == 0
    let layout = unsafe FrameLayout(bytes.span.bytes, direction: isPush ? .push : .reply)
    // The refusal of a request whose number was 0 has no other.
    let isEcho = header.number == 0 && Int(layout.field) == FrameHeader.numberOffset
    if layout.status != .ok, !isEcho { faults.append("malformed frame: \(layout.status) at \(layout.field)") }
    if header.flags.contains(.authenticated) {
      if unsafe authenticator?.verify(bytes.span.bytes) != true { faults.append("wrong MAC") }
    } else if authenticator != nil, header.opcode == Opcode.authenticate.rawValue {
      authenticator = nil
    } else if authenticator != nil, header.opcode != PushCode.goodbye.rawValue {
      faults.append("no MAC")
    }
    let frame = ReceivedFrame(header: header, bytes: bytes, layout: layout)
    if isPush, header.opcode == PushCode.goodbye.rawValue { goodbye = frame.part(GoodbyePush.self) }
    return frame
  }

  /// The next reply; pushes before it go to `pushes`.
  public func nextReply() -> ReceivedFrame? {
    while let frame = nextFrame() {
      if !frame.isPush { return frame }
      pushes.append(frame)
    }
    return nil
  }

  /// Reads to the end of the stream and gives the reason of the Goodbye, if there was one.
  public func readToEnd() -> Status? {
    while let frame = nextFrame() { if frame.isPush { pushes.append(frame) } }
    return goodbye?.reason
  }

  /// Reads the pushes that are there, after everything before them was answered.
  public func readPushes() -> [ReceivedFrame] {
    _ = call(PingRequest(echo: 0))
    defer { pushes = [] }
    return pushes
  }

  // MARK: Requests

  /// Sends a request and gives its reply.
  @discardableResult
  public func call(
    _ part: some WireRequest, records: [any WireLayout] = [], payment: [NoteToken] = [], tick: TickToken? = nil,
    number: UInt64? = nil, window: UInt16? = nil
  ) -> ReceivedFrame? {
    send(frame(part, records: records, payment: payment, tick: tick, number: number, window: window))
    return nextReply()
  }

  /// Says HELLO.
  @discardableResult
  public func hello(
    session: Bytes16 = Bytes16(), role: Role = .none, id: UInt64 = 0, generation: UInt32 = 0,
    nonce: Bytes16 = Bytes16()
  ) -> HelloReply? {
    call(
      HelloRequest(
        versionMin: 1, versionMax: 1, role: role, generation: generation, roleID: id, session: session, nonce: nonce)
    )?.part(HelloReply.self)
  }

  /// Says HELLO for a role and gives what follows from the two frames.
  public func beginHandshake(
    session: Bytes16 = Bytes16(), role: Role, id: UInt64 = 0, generation: UInt32 = 0, nonce: Bytes16
  ) -> RoleHandshake? {
    let request = frame(
      HelloRequest(
        versionMin: 1, versionMax: 1, role: role, generation: generation, roleID: id, session: session, nonce: nonce))
    send(request)
    guard let reply = nextReply(), reply.status == .ok else { return nil }
    return unsafe RoleHandshake(request: request.span.bytes, reply: reply.bytes.span.bytes)
  }

  /// Says HELLO and proves a role.
  @discardableResult
  public func authenticate(_ credential: borrowing RoleCredential, session: Bytes16 = Bytes16()) -> Status? {
    let nonce = Bytes16(low: 0x1122, high: number)
    let identity = credential.identity
    guard
      let handshake = beginHandshake(
        session: session, role: identity.role, id: identity.id, generation: identity.generation, nonce: nonce)
    else { return nil }
    let made = handshake.authenticator(credential, side: .client)
    let request = frame(AuthenticateRequest(proof: made.clientProof()))
    authenticator = consume made
    send(request)
    return nextReply()?.status
  }
}
