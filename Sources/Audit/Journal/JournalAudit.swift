import WireProtocol

/// Why a journal cannot be audited.
public struct AuditFault: Error, Hashable, Sendable {
  /// Number of the command, from 1.
  public let sequence: UInt64
  /// What is wrong with it.
  public let what: String

  /// The fault in words.
  public var explanation: String { "command \(sequence): \(what)" }
}

/// Replays a journal's commands through the reference model and checks the books.
///
/// After every command: the double entry sums to zero, no account is negative, every note is taken as it was made. Again and
/// again, and at the end: everything by enumeration, purse by purse and note by note. The full count is repeated once as many
/// commands were replayed as there are things to count, so that it costs no more than the replay itself; in a small journal
/// that is after nearly every command.
///
/// It shares nothing with the broker's own core but the layouts of the commands. Files are not trusted: every length is
/// checked, no content traps, and a fault names its command.
public struct JournalAudit {
  private var model: ReferenceModel?
  private var report = AuditReport()
  /// Commands since everything was counted.
  private var uncountedCount = 0

  /// Before the first command.
  public init() {}

  /// Audits the commands of one batch, back to back, the first of which has the number `sequence`.
  public mutating func take(_ commands: RawSpan, from sequence: UInt64) throws(AuditFault) {
    guard sequence == report.commandCount + 1 else {
      throw AuditFault(sequence: sequence, what: "command \(report.commandCount + 1) is missing")
    }
    var offset = 0
    while offset < commands.byteCount { offset = try command(commands, at: offset, end: commands.byteCount) }
    report.batchCount += 1
  }

  private mutating func command(_ bytes: RawSpan, at offset: Int, end: Int) throws(AuditFault) -> Int {
    guard let view = CommandView(bytes, at: offset), view.byteCount <= end - offset else {
      throw AuditFault(sequence: report.commandCount + 1, what: "not a command")
    }
    let next = offset + view.byteCount
    report.commandCount += 1
    guard model != nil else {
      guard view.header.kind == .genesis, let genesis = GenesisCommand(bytes, at: view.fixedOffset),
        let genesis = ReferenceModel(genesis: genesis)
      else { throw AuditFault(sequence: 1, what: "not a sensible GENESIS") }
      model = genesis
      model?.isCompared = false
      report.acceptedCount += 1
      return next
    }
    guard let outcome = model?.apply(bytes.extracting(offset..<next)), outcome.status != .malformed else {
      let kind = view.header.kind.specificationName
      throw AuditFault(
        sequence: report.commandCount, what: model?.finding ?? "a command that no broker makes: \(kind)")
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

  /// The report of everything so far.
  public consuming func finish() -> AuditReport {
    countEverything()
    guard let model else {
      report.note("there is no command in it")
      return report
    }
    report.now = model.now
    report.figures = model.figures()
    report.mints = model.mintNumbers.compactMap { model.mintGlimpse($0) }
    if report.sum != 0 { report.note("the accounts sum to \(report.sum)") }
    return report
  }
}
