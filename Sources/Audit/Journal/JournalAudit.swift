import WireProtocol

/// Why a file cannot be audited.
public enum AuditFault: Error, Hashable, Sendable {
  /// It is not an exported journal of a format that this version reads.
  case notAnExport
  /// It ends, or goes wrong, at this byte.
  case malformed(offset: Int, what: String)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .notAnExport: "not an exported journal of format 1"
    case .malformed(let offset, let what): "byte \(offset): \(what)"
    }
  }
}

/// Replays an exported journal through the reference model and checks the books.
///
/// After every command: the double entry sums to zero, no account is negative, every note is taken as it was made. Again and
/// again, and at the end: everything by enumeration, purse by purse and note by note. The full count is repeated once as many
/// commands were replayed as there are things to count, so that it costs no more than the replay itself; in a small journal
/// that is after nearly every command.
///
/// It shares nothing with the broker's own core but the layouts of the commands. Files are not trusted: every length is
/// checked, no content traps, and a fault names its byte.
///
///     file:   "TPJOURN1"  format version 1 (4)  zero (4)  batches
///     batch:  byte count of the commands (4)  zero (4)  sequence of the first (8)  commands, back to back
public struct JournalAudit {
  private static let magic: UInt64 = UInt64(littleEndian: 0x314E_5255_4F4A_5054)
  private static let fileHeadByteCount = 16
  private static let batchHeadByteCount = 16

  private var model: ReferenceModel?
  private var report = AuditReport()
  /// Commands since everything was counted.
  private var uncountedCount = 0

  private init() {}

  /// Audits a whole export.
  public static func audit(_ bytes: RawSpan) throws(AuditFault) -> AuditReport {
    guard bytes.byteCount >= fileHeadByteCount, bytes.uint64(at: 0) == magic, bytes.uint32(at: 8) == 1,
      bytes.uint32(at: 12) == 0
    else { throw .notAnExport }
    var audit = JournalAudit()
    var offset = fileHeadByteCount
    while offset < bytes.byteCount { offset = try audit.batch(bytes, at: offset) }
    return audit.finish()
  }

  /// One batch; gives where the next begins.
  private mutating func batch(_ bytes: RawSpan, at offset: Int) throws(AuditFault) -> Int {
    guard bytes.byteCount - offset >= Self.batchHeadByteCount else {
      throw .malformed(offset: offset, what: "the head of a batch is cut short")
    }
    let begin = offset + Self.batchHeadByteCount
    let byteCount = Int(bytes.uint32(at: offset))
    guard byteCount > 0, byteCount <= AuditLimits.batchByteCountMax else {
      throw .malformed(offset: offset, what: "a batch of \(byteCount) bytes")
    }
    guard bytes.uint32(at: offset + 4) == 0 else {
      throw .malformed(offset: offset + 4, what: "a reserved field is set")
    }
    guard bytes.byteCount - begin >= byteCount else { throw .malformed(offset: offset, what: "a batch is cut short") }
    let first = bytes.uint64(at: offset + 8)
    guard first == report.commandCount + 1 else {
      throw .malformed(
        offset: offset + 8, what: "a batch begins at sequence \(first), not \(report.commandCount + 1)")
    }
    let end = begin + byteCount
    var position = begin
    while position < end { position = try command(bytes, at: position, end: end) }
    report.batchCount += 1
    return end
  }

  private mutating func command(_ bytes: RawSpan, at offset: Int, end: Int) throws(AuditFault) -> Int {
    guard let view = CommandView(bytes, at: offset), view.byteCount <= end - offset else {
      throw .malformed(offset: offset, what: "not a command")
    }
    let next = offset + view.byteCount
    report.commandCount += 1
    guard model != nil else {
      guard view.header.kind == .genesis, let genesis = GenesisCommand(bytes, at: view.fixedOffset),
        let genesis = ReferenceModel(genesis: genesis)
      else { throw .malformed(offset: offset, what: "the first command is not a sensible GENESIS") }
      model = genesis
      model?.findsBounds = false
      report.acceptedCount += 1
      return next
    }
    guard let outcome = model?.apply(bytes.extracting(offset..<next)), outcome.status != .malformed else {
      let kind = view.header.kind.specificationName
      throw .malformed(offset: offset, what: model?.finding ?? "a command that no broker makes: \(kind)")
    }
    if outcome.status == .ok { report.acceptedCount += 1 }
    if let problem = model?.checkBook() { report.note("command \(report.commandCount): \(problem)") }
    uncountedCount += 1
    if uncountedCount >= model?.size ?? 0 { countEverything() }
    return next
  }

  private mutating func countEverything() {
    if let problem = model?.checkAll() { report.note("after command \(report.commandCount): \(problem)") }
    uncountedCount = 0
  }

  private consuming func finish() -> AuditReport {
    countEverything()
    guard let model else {
      report.note("there is no command in it")
      return report
    }
    report.now = model.now
    report.figures = model.figures()
    if report.sum != 0 { report.note("the accounts sum to \(report.sum)") }
    return report
  }
}
