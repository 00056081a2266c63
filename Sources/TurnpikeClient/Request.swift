public import WireProtocol

/// One request, as it will be sent: a plain value that can be kept and sent again with the same number.
///
/// A request made in the name of a lease's key says so by `key`; the client proves the key on each connection (BIND) and fills in
/// the handle, wherever it stands in the body, when it sends the request.
public struct Request: Hashable, Sendable {
  /// The operation.
  public let opcode: Opcode
  /// Fixed part and records, little-endian; the handle is zero.
  public internal(set) var body: [UInt8]
  /// Notes that pay for it, at most `WireLimits.tokenCountMax`.
  public var payment: [NoteToken]
  /// The tick that pays for it, in place of notes: FUND and USE only.
  public var tick: TickToken?
  /// The ecash that pays for it, in place of notes; `paid(in:)` adds it.
  public internal(set) var ecash: Ecash?
  /// Whether one that is paid in ecash has no answer until its mint has: else PAYMENT_PENDING is its answer.
  public var awaitsMint = true
  /// In whose name it is.
  public var key: LeaseKey?
  /// Number in its session. 0: the session gives one. Any other: a repeat of a request that had this number.
  public var number: UInt64 = 0
  /// Whether the broker shall keep the receipt until `acknowledge` is called, instead of until the reply has come.
  public var isHeld = false

  /// A request of a body in the schema's layout; nil when its length is not that of the operation.
  public init?(opcode: Opcode, body: [UInt8], payment: [NoteToken] = [], key: LeaseKey? = nil) {
    let layout = opcode.layout
    var byteCount = layout.requestByteCount
    guard body.count >= byteCount, payment.count <= WireLimits.tokenCountMax else { return nil }
    if layout.requestRecords.byteCount > 0 {
      let count = Int(unsafe body.span.bytes.uint16(at: layout.requestRecords.countOffset))
      guard count <= layout.requestRecords.countMax else { return nil }
      byteCount += count * layout.requestRecords.byteCount
    }
    guard body.count == byteCount else { return nil }
    (self.opcode, self.body, self.payment, self.key) = (opcode, body, payment, key)
  }

  init(_ opcode: Opcode, _ fixed: some WireLayout, payment: [NoteToken] = [], key: LeaseKey? = nil) {
    (self.opcode, self.payment, self.key) = (opcode, payment, key)
    body = fixed.bytes
  }

  init(_ opcode: Opcode, empty: Void) {
    (self.opcode, payment, key, body) = (opcode, [], nil, [])
  }

  /// Whether the session keeps a receipt for it. A USE that a tick pays for is safe to repeat without.
  public var keepsReceipt: Bool { opcode.layout.keepsReceipt || (opcode == .use && hasMoney) }

  /// Whether notes or ecash pay for it.
  private var hasMoney: Bool { !payment.isEmpty || ecash != nil }

  /// Most notes that its reply can bring. (REFUND those of an EXCHANGE, for which that has room.)
  var noteCountMax: Int {
    switch opcode {
    case .exchange: unsafe ExchangeRequest(body.span.bytes, at: 0).map { Int($0.count) } ?? 0
    case .issue: unsafe IssueRequest(body.span.bytes, at: 0).map { Int($0.count) } ?? 0
    case .release, .withdraw, .claim, .refund: 1
    default: 0
    }
  }

  /// Whether it moves money, so that an unknown outcome matters.
  var movesMoney: Bool { keepsReceipt || opcode == .use }

  /// Where the money is when the request was given up before it was sent, or after.
  func money(wasSent: Bool) -> Money {
    if !movesMoney { return .none }
    return wasSent ? .notKnown : .notTaken
  }

  /// Where the handle stands in the body.
  var handleOffset: Int? {
    switch opcode {
    case .fund: 8
    case .use, .reserve, .settle, .grantDebitKey, .release, .transfer, .openChain, .closeChain, .exchange,
      .service, .ticket, .voucher:
      0
    default: nil
    }
  }

  static let useNumberOffset = 16

  /// The use number of a USE without a receipt.
  var useNumber: UInt64 {
    get { unsafe body.span.bytes.uint64(at: Self.useNumberOffset) }
    set {
      var storage = body.mutableSpan
      var bytes = unsafe storage.mutableBytes
      bytes.store(newValue, at: Self.useNumberOffset)
    }
  }

  /// Whether it is a USE that its use number makes safe to repeat.
  var isNumberedUse: Bool { opcode == .use && !hasMoney && key != nil }

  private var tokensByteCount: Int {
    if let ecash { return ecash.byteCount }
    return tick == nil ? payment.count * NoteToken.byteCount : TickToken.byteCount
  }
  private var paymentByteCount: Int { tokensByteCount == 0 ? 0 : 4 + tokensByteCount }

  /// Bytes of its frame.
  func frameByteCount(isAuthenticated: Bool) -> Int {
    WireLimits.headerByteCount + body.count + paymentByteCount + (isAuthenticated ? WireLimits.macByteCount : 0)
  }

  /// Appends the frame to `output`, the MAC's place left empty.
  func appendFrame(to output: inout [UInt8], number: UInt64, window: UInt16, handle: UInt32, isAuthenticated: Bool) {
    let start = output.count
    let byteCount = frameByteCount(isAuthenticated: isAuthenticated)
    var flags = FrameFlags()
    if tokensByteCount > 0 { flags.insert(.payment) }
    if isAuthenticated { flags.insert(.authenticated) }
    output.append(contentsOf: repeatElement(0, count: WireLimits.headerByteCount))
    output.append(contentsOf: body)
    output.append(contentsOf: repeatElement(0, count: start + byteCount - output.count))
    var storage = output.mutableSpan
    var bytes = unsafe storage.mutableBytes
    bytes.store(UInt32(byteCount), at: start)
    bytes.store(opcode.rawValue, at: start + 4)
    bytes.store(flags.rawValue, at: start + 5)
    bytes.store(window, at: start + 6)
    bytes.store(number, at: start + 8)
    if let handleOffset, handle != 0 { bytes.store(handle, at: start + WireLimits.headerByteCount + handleOffset) }
    guard tokensByteCount > 0 else { return }
    var offset = start + WireLimits.headerByteCount + body.count
    bytes.store(UInt16(tokensByteCount), at: offset)
    bytes.store(UInt8(tick == nil && ecash == nil ? payment.count : 1), at: offset + 2)
    offset += 4
    if let ecash { return ecash.write(to: &bytes, at: offset) }
    if let tick { return tick.write(to: &bytes, at: offset) }
    for token in payment {
      token.write(to: &bytes, at: offset)
      offset += NoteToken.byteCount
    }
  }
}

extension WireLayout {
  /// Its bytes.
  package var bytes: [UInt8] {
    var array = [UInt8](repeating: 0, count: Self.byteCount)
    var storage = array.mutableSpan
    var bytes = unsafe storage.mutableBytes
    write(to: &bytes, at: 0)
    return array
  }
}
