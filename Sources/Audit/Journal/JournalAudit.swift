public import WireProtocol

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

/// What an audit found.
public struct AuditReport: Sendable {
  /// Commands replayed.
  public internal(set) var commandCount: UInt64 = 0
  /// Of them, accepted.
  public internal(set) var acceptedCount: UInt64 = 0
  /// Batches read.
  public internal(set) var batchCount = 0
  /// Every account and counter at the end, as the audit reckons them.
  public internal(set) var figures: [Figure] = []
  /// What does not hold, at most `AuditLimits.problemCountMax` of them.
  public internal(set) var problems: [String] = []
  /// How many problems there are in all.
  public internal(set) var problemCount = 0

  /// Whether everything holds.
  public var isBalanced: Bool { problemCount == 0 }
  /// Sum of the accounts (not the counters).
  public var sum: Int64 {
    figures.reduce(0) { $1.account.rawValue < 32 ? $0 &+ $1.balance : $0 }
  }

  mutating func note(_ problem: String) {
    problemCount += 1
    if problems.count < AuditLimits.problemCountMax { problems.append(problem) }
  }
}

/// Replays an exported journal through the reference model and checks the books: the double entry after every command, and
/// everything by enumeration (purse by purse, note by note) after every batch and at the end.
///
/// It shares nothing with the broker's own core but the layouts of the commands.
///
///     file:   "TPJOURN1"  format version 1 (4)  zero (4)  batches
///     batch:  byte count of the commands (4)  zero (4)  sequence of the first (8)  commands, back to back
public struct JournalAudit {
  private static let magic: UInt64 = UInt64(littleEndian: 0x314E_5255_4F4A_5054)
  private static let fileHeadByteCount = 16
  private static let batchHeadByteCount = 16

  private var model: ReferenceModel?
  private var report = AuditReport()

  private init() {}

  /// Audits a whole export. Files are not trusted: every length is checked, and a fault names its byte.
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
    let begin = offset + Self.batchHeadByteCount
    guard begin <= bytes.byteCount else { throw .malformed(offset: offset, what: "a batch's head is cut short") }
    let byteCount = Int(bytes.uint32(at: offset))
    guard byteCount <= AuditLimits.batchByteCountMax else {
      throw .malformed(offset: offset, what: "a batch of \(byteCount) bytes")
    }
    guard bytes.byteCount - begin >= byteCount else { throw .malformed(offset: offset, what: "a batch is cut short") }
    let first = bytes.uint64(at: offset + 8)
    if first != report.commandCount + 1 {
      report.note("byte \(offset): batch begins at sequence \(first), not \(report.commandCount + 1)")
    }
    let end = begin + byteCount
    var position = begin
    while position < end { position = try command(bytes, at: position, end: end) }
    report.batchCount += 1
    if let problem = model?.checkAll() { report.note("after command \(report.commandCount): \(problem)") }
    return end
  }

  private mutating func command(_ bytes: RawSpan, at offset: Int, end: Int) throws(AuditFault) -> Int {
    guard let view = CommandView(bytes, at: offset), offset + view.byteCount <= end else {
      throw .malformed(offset: offset, what: "not a command")
    }
    report.commandCount += 1
    if model == nil {
      guard view.header.kind == .genesis, let genesis = GenesisCommand(bytes, at: view.fixedOffset) else {
        throw .malformed(offset: offset, what: "the first command is not GENESIS")
      }
      model = ReferenceModel(genesis: genesis)
      report.acceptedCount += 1
    } else if let outcome = model?.apply(bytes.extracting(offset..<offset + view.byteCount)) {
      if outcome.status == .ok { report.acceptedCount += 1 }
      if let problem = model?.checkBook() { report.note("command \(report.commandCount): \(problem)") }
    }
    return offset + view.byteCount
  }

  private consuming func finish() -> AuditReport {
    guard let model else {
      report.note("there is no command in it")
      return report
    }
    for finding in model.findings { report.note(finding) }
    report.figures = model.figures()
    if report.sum != 0 { report.note("the accounts sum to \(report.sum)") }
    return report
  }
}
