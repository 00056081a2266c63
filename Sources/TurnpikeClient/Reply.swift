public import WireProtocol

/// The reply to a request that was done: its receipt.
public struct Reply: Hashable, Sendable {
  /// The operation.
  public let opcode: Opcode
  /// The request's number; 0 for operations that keep no receipt.
  public let number: UInt64
  /// Whether it is the original reply to an earlier request with this number.
  public let isReplayed: Bool
  /// Where the money is.
  public let money: Money
  /// Fixed part and records.
  public let body: [UInt8]
  /// Options, back to back.
  public let options: [UInt8]

  package init(
    opcode: Opcode, number: UInt64, isReplayed: Bool, money: Money, body: [UInt8], options: [UInt8] = []
  ) {
    (self.opcode, self.number, self.isReplayed, self.money) = (opcode, number, isReplayed, money)
    (self.body, self.options) = (body, options)
  }

  /// What the sponsor of the resource says now; nil: nothing.
  public var banner: Banner? { Banner(options: options) }

  /// Reads the fixed part.
  public func fixed<Part: WireLayout>(_ type: Part.Type = Part.self) throws(TurnpikeError) -> Part {
    guard let part = unsafe Part(body.span.bytes, at: 0) else { throw malformed }
    return part
  }

  /// Reads the records behind the fixed part.
  func records<Record: WireLayout>(_ type: Record.Type = Record.self) throws(TurnpikeError) -> [Record] {
    let layout = opcode.layout
    var records: [Record] = []
    for offset in stride(from: layout.replyByteCount, to: body.count, by: Record.byteCount) {
      guard let record = unsafe Record(body.span.bytes, at: offset) else { throw malformed }
      records.append(record)
    }
    return records
  }

  /// What to throw when what was read makes no sense.
  var malformed: TurnpikeError {
    TurnpikeError(.protocolViolation("a reply is not well formed"), money: money, operation: opcode, number: number)
  }
}

/// What RELEASE paid out.
public struct ReleaseReceipt: Hashable, Sendable {
  /// The change, as at most one note.
  public var notes: [NoteToken]
  /// Amount paid out.
  public var change: UInt64
  /// Given money that went to the resource's donation purse.
  public var given: UInt64
  /// Whether it is what an earlier RELEASE has paid out already.
  public var isReplayed: Bool

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(ReleaseReply.self)
    (notes, change, given) = (try reply.records(), fixed.change, fixed.given)
    isReplayed = reply.isReplayed
  }
}

/// What CLAIM paid out.
public struct ClaimReceipt: Hashable, Sendable {
  /// The money, as one note.
  public var notes: [NoteToken]
  /// Amount paid out, in the broker's unit.
  public var amount: UInt64
  /// Money of the claim that is still at work.
  public var left: UInt64
  /// Whether it is what an earlier CLAIM has paid out already.
  public var isReplayed: Bool

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(ClaimReply.self)
    (notes, amount, left) = (try reply.records(), fixed.amount, fixed.left)
    isReplayed = reply.isReplayed
  }
}

/// What EXCHANGE or ISSUE made.
public struct NotesReceipt: Hashable, Sendable {
  /// The notes, in the order they were asked for.
  public var notes: [NoteToken]
  /// Their sum.
  public var amount: UInt64

  init(_ reply: Reply) throws(TurnpikeError) {
    notes = try reply.records()
    amount =
      reply.opcode == .issue ? try reply.fixed(IssueReply.self).amount : try reply.fixed(ExchangeReply.self).amount
  }
}

/// What WITHDRAW paid out.
public struct WithdrawReceipt: Hashable, Sendable {
  /// The money.
  public var notes: [NoteToken]
  /// Amount paid out.
  public var amount: UInt64
  /// Earnings that are left.
  public var left: UInt64

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(WithdrawReply.self)
    (notes, amount, left) = (try reply.records(), fixed.amount, fixed.left)
  }
}

/// The balances of the ledger.
public struct LedgerFigures: Hashable, Sendable {
  /// Commands applied when they were taken.
  public var sequence: UInt64
  /// Their instant, in milliseconds since 1970.
  public var now: UInt64
  /// Every balance, and the counters beside them.
  public var figures: [Figure]

  init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(AuditFiguresReply.self)
    (sequence, now, figures) = (fixed.sequence, fixed.now, try reply.records())
  }
}
