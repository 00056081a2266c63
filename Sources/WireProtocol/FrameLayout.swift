/// Where the parts of one whole frame lie, and whether its form is right.
///
///     header 16 | fixed part | records | payment block | options block | MAC 16
///
/// The walk judges form only, in this order: opcode, flags, header values, lengths, fields, payment rule. It never traps, and
/// looks at no byte beyond the frame. Offsets count from the frame's first byte and mean something only while `status` is OK.
/// A token's own form is its rail's to judge, the MAC the connection's, and HELLO, roles and sessions are judged elsewhere.
public struct FrameLayout: Sendable {
  /// Which way a frame goes decides which flags and which body it may have.
  public enum Direction: Sendable {
    case request, reply, push
  }

  /// OK, or the refusal that the form earns.
  public private(set) var status = Status.ok
  /// `field` of the refusal: offset in the frame, or `Refusal.noField`.
  public private(set) var field = Refusal.noField
  /// `detail` of the refusal: for MALFORMED the byte count that the frame should have had.
  public private(set) var detail: UInt64 = 0

  /// Which operation a request or a reply is of, when there is such an operation.
  public private(set) var opcode: Opcode?
  /// Whether a payment's first token names the rail CHAIN.
  public private(set) var beginsWithTick = false
  /// Whether it names the rail CASHU.
  public private(set) var beginsWithEcash = false
  /// The header; all zero when fewer than 16 bytes were given.
  public private(set) var header = FrameHeader(length: 0, opcode: 0, flags: [], word: 0, number: 0)
  /// Where the records begin.
  @Small public private(set) var recordsOffset = 0
  /// How many records there are.
  @Small public private(set) var recordCount = 0
  /// Bytes of each.
  @Small public private(set) var recordByteCount = 0
  /// Where the payment block begins, its four-byte head included.
  @Small public private(set) var paymentOffset = 0
  /// Bytes of the payment block, head included; 0: none.
  @Small public private(set) var paymentByteCount = 0
  /// Tokens in it.
  @Small public private(set) var tokenCount = 0
  /// Where the first option begins.
  @Small public private(set) var optionsOffset = 0
  /// Bytes of the options, without the block's head.
  @Small public private(set) var optionsByteCount = 0
  /// Where the MAC begins, or the frame ends.
  @Small public private(set) var contentEnd = 0

  /// Where the fixed part begins.
  public var fixedOffset: Int { FrameHeader.byteCount }
  /// Bytes of the fixed part (of a refused reply: of `Refusal`).
  public var fixedByteCount: Int { recordsOffset - fixedOffset }
  /// Whether a payment is attached.
  public var hasPayment: Bool { paymentByteCount > 0 }
  /// Whether a MAC follows at `contentEnd`.
  public var hasMAC: Bool { header.flags.contains(.authenticated) }
  /// The body of the refusal that the form earns.
  public var refusal: Refusal { Refusal(detail: detail, field: field) }

  /// Of no frame.
  @inlinable @inline(__always) public init() {}

  /// The walk of `frame`, which must be one whole frame: as many bytes as its header's length says.
  public init(_ frame: RawSpan, direction: Direction) { walk(frame, direction) }

  /// The same, of a layout of no frame: one that is filled where it stays.
  package mutating func walk(_ frame: RawSpan, _ direction: Direction) {
    guard let header = FrameHeader(frame) else {
      refuse(.malformed, detail: FrameHeader.byteCount)
      return
    }
    self.header = header
    guard Int(header.length) == frame.byteCount else {
      refuse(.malformed, detail: Int(header.length), field: 0)
      return
    }
    switch direction {
    case .request: walkRequest(frame, header)
    case .reply: walkReply(frame, header)
    case .push: walkPush(frame, header)
    }
  }

  /// The walk of a request.
  public init(request frame: RawSpan) { self.init(frame, direction: .request) }

  /// The walk of a frame from a broker: a push when its opcode is one, else a reply.
  public init(fromBroker frame: RawSpan) {
    let isPush = frame.byteCount > FrameHeader.opcodeOffset && frame.uint8(at: FrameHeader.opcodeOffset) >= 0x80
    self.init(frame, direction: isPush ? .push : .reply)
  }

  private mutating func walkRequest(_ frame: RawSpan, _ header: FrameHeader) {
    guard let opcode = Opcode(rawValue: header.opcode) else { return refuse(.unknownOpcode, field: 4) }
    self.opcode = opcode
    guard isValid(header, flags: [.payment, .options, .authenticated]) else { return }
    let layout = opcode.layout
    guard Int(header.word) <= WireLimits.windowMax, header.word > 0 || !layout.keepsReceipt else {
      return refuse(.windowExceeded, detail: WireLimits.windowMax, field: FrameHeader.wordOffset)
    }
    guard let end = walkBody(frame, fixed: layout.requestByteCount, records: layout.requestRecords),
      let end = walkPayment(frame, at: end), walkOptions(frame, at: end)
    else { return }
    if let fault = opcode.requestFault(in: frame, at: fixedOffset) { return refuseField(fixedOffset + fault) }
    if recordByteCount > 0 {
      for index in 0..<recordCount {
        let at = recordsOffset + index * recordByteCount
        if let fault = opcode.requestRecordFault(in: frame, at: at) { return refuseField(at + fault) }
      }
    }
    switch layout.payment {
    case .none: if hasPayment { refuse(.paymentNotAllowed, field: FrameHeader.flagsOffset) }
    case .required: if !hasPayment { refuse(.paymentRequired, field: FrameHeader.flagsOffset) }
    case .optional, .question: break
    }
  }

  private mutating func walkReply(_ frame: RawSpan, _ header: FrameHeader) {
    guard let opcode = Opcode(rawValue: header.opcode) else {
      // The reply to a request that the broker did not know; only a refusal can be one.
      guard header.word != Status.ok.rawValue else { return refuse(.unknownOpcode, field: 4) }
      return walkRefusal(frame, header)
    }
    self.opcode = opcode
    guard header.word == Status.ok.rawValue else { return walkRefusal(frame, header) }
    guard isValid(header, flags: [.moneyLow, .moneyHigh, .replayed, .options, .authenticated]) else { return }
    let layout = opcode.layout
    guard let end = walkBody(frame, fixed: layout.replyByteCount, records: layout.replyRecords),
      walkOptions(frame, at: end)
    else { return }
    if let fault = opcode.replyFault(in: frame, at: fixedOffset) { return refuseField(fixedOffset + fault) }
    for index in 0..<recordCount {
      let at = recordsOffset + index * recordByteCount
      if let fault = opcode.replyRecordFault(in: frame, at: at) { return refuseField(at + fault) }
    }
  }

  private mutating func walkRefusal(_ frame: RawSpan, _ header: FrameHeader) {
    guard isValid(header, flags: [.moneyLow, .moneyHigh, .replayed, .options, .authenticated]),
      let end = walkBody(frame, fixed: Refusal.byteCount, records: RecordLayout.none), walkOptions(frame, at: end)
    else { return }
    if let fault = Refusal.fault(in: frame, at: fixedOffset) { refuseField(fixedOffset + fault) }
  }

  private mutating func walkPush(_ frame: RawSpan, _ header: FrameHeader) {
    guard let code = PushCode(rawValue: header.opcode) else { return refuse(.unknownOpcode, field: 4) }
    guard isValid(header, flags: [.options, .authenticated]) else { return }
    guard header.word == 0 else { return refuseField(FrameHeader.wordOffset) }
    guard let end = walkBody(frame, fixed: code.byteCount, records: RecordLayout.none), walkOptions(frame, at: end)
    else { return }
    if let fault = code.fault(in: frame, at: fixedOffset) { refuseField(fixedOffset + fault) }
  }

  /// Flags of this direction only, and a number.
  private mutating func isValid(_ header: FrameHeader, flags known: FrameFlags) -> Bool {
    guard header.flags.isSubset(of: known) else {
      refuseField(FrameHeader.flagsOffset)
      return false
    }
    guard header.number > 0 else {
      refuseField(FrameHeader.numberOffset)
      return false
    }
    return true
  }

  /// Lays out the fixed part and its records; gives where they end, or nil when they do not fit.
  private mutating func walkBody(_ frame: RawSpan, fixed: Int, records: RecordLayout) -> Int? {
    let macByteCount = hasMAC ? WireLimits.macByteCount : 0
    contentEnd = frame.byteCount - macByteCount
    recordsOffset = fixedOffset + fixed
    guard recordsOffset <= contentEnd else {
      refuse(.malformed, detail: recordsOffset + macByteCount)
      return nil
    }
    guard records.byteCount > 0 else { return recordsOffset }
    let countOffset = fixedOffset + records.countOffset
    recordCount = Int(frame.uint16(at: countOffset))
    recordByteCount = records.byteCount
    let bounded = min(recordCount, records.countMax)
    let end = recordsOffset + bounded * records.byteCount
    guard bounded == recordCount, end <= contentEnd else {
      refuse(.malformed, detail: end + macByteCount, field: countOffset)
      return nil
    }
    return end
  }

  /// Lays out the payment block, if the header announces one; gives where it ends.
  private mutating func walkPayment(_ frame: RawSpan, at start: Int) -> Int? {
    paymentOffset = start
    guard header.flags.contains(.payment) else { return start }
    let macByteCount = frame.byteCount - contentEnd
    guard contentEnd - start >= 4 else {
      refuse(.malformed, detail: start + 4 + macByteCount, field: start)
      return nil
    }
    paymentByteCount = 4 + Int(frame.uint16(at: start))
    tokenCount = Int(frame.uint8(at: start + 2))
    guard contentEnd - start >= paymentByteCount else {
      refuse(.malformed, detail: start + paymentByteCount + macByteCount, field: start)
      return nil
    }
    guard (1...WireLimits.tokenCountMax).contains(tokenCount), frame.uint8(at: start + 3) == 0 else {
      refuse(.paymentMalformed, field: start + 2)
      return nil
    }
    let rail = paymentByteCount > 4 ? frame.uint8(at: start + 4) : 0
    beginsWithTick = rail == Rail.chain.rawValue
    beginsWithEcash = rail == Rail.cashu.rawValue
    return start + paymentByteCount
  }

  /// Lays out the options block, if the header announces one, and says whether the frame ends where it should.
  private mutating func walkOptions(_ frame: RawSpan, at start: Int) -> Bool {
    var end = start
    optionsOffset = start
    if header.flags.contains(.options) {
      guard contentEnd - start >= FrameOptions.headByteCount else {
        refuse(.malformed, detail: start + FrameOptions.headByteCount + frame.byteCount - contentEnd, field: start)
        return false
      }
      optionsOffset = start + FrameOptions.headByteCount
      optionsByteCount = Int(frame.uint16(at: start))
      end = optionsOffset + optionsByteCount
    }
    guard end == contentEnd, optionsByteCount <= WireLimits.optionByteCountMax else {
      refuse(.malformed, detail: end + frame.byteCount - contentEnd)
      return false
    }
    guard header.flags.contains(.options) else { return true }
    if frame.uint16(at: start + 2) != 0 {
      refuseField(start + 2)
      return false
    }
    var options = FrameOptions(offset: optionsOffset, byteCount: optionsByteCount)
    while options.next(in: frame) != nil {}
    if options.isReservedSet {
      refuseField(options.offset + 1)
      return false
    }
    guard options.isAtEnd else {
      refuse(.malformed, detail: frame.byteCount, field: options.offset)
      return false
    }
    return true
  }

  private mutating func refuseField(_ offset: Int) { refuse(.reservedBits, field: offset) }

  private mutating func refuse(_ status: Status, detail: Int = 0, field: Int = Int(Refusal.noField)) {
    self.status = status
    self.detail = UInt64(detail)
    self.field = UInt16(clamping: field)
  }
}

/// A number of bytes or of things in a frame, in four bytes, so that a layout takes little.
@propertyWrapper public struct Small: Sendable {
  private var stored: UInt32

  /// Keeps the low 32 bits, which are all: it is less than the byte count of a frame, or a field of it.
  @inline(__always) public init(wrappedValue: Int) { stored = UInt32(truncatingIfNeeded: wrappedValue) }

  /// The number.
  public var wrappedValue: Int {
    @inline(__always) get { Int(stored) }
    @inline(__always) set { stored = UInt32(truncatingIfNeeded: newValue) }
  }
}
