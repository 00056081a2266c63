public import Journal
internal import WireProtocol

/// A journal's commands as JSON, one object a line:
///
///     {"sequence":4,"batch":3,"time":1700000000000,"kind":"FUND","receipt":{...},"fields":{...},"records":[...],"notes":[...]}
///
/// `fields` has the fixed part by the schema's names; `receipt` is there when the command has a ReceiptKey, `records` and
/// `notes` where its kind can have some. Streaming: it keeps the lines of one batch, at most.
public struct JournalExport {
  /// Commands whose lines were given.
  public private(set) var commandCount: UInt64 = 0
  /// Why it ended before the journal did; nil: it did not.
  public private(set) var fault: String?
  /// Whoever takes the lines wants no more.
  public private(set) var isStopped = false
  private let range: ClosedRange<UInt64>
  private var json = JSONWriter()
  /// Sequence that must come next; nil: any.
  private var expected: UInt64?

  /// Bytes of lines that are given at a time, about.
  private static let chunkByteCount = 1 << 16

  /// Of the commands with these numbers.
  public init(_ range: ClosedRange<UInt64>) { self.range = range }

  /// Exports a journal, as far as it is whole. Gives the lines in pieces to `sink`; false: it takes no more.
  public mutating func run(_ reader: JournalReader<some JournalFiles>, _ sink: ([UInt8]) -> Bool) throws(FileError) {
    try reader.walk(from: range.lowerBound) { finding, commands in
      if let refusal = reader.refusal(of: finding) {
        fault = refusal.explanation
        return false
      }
      guard finding.recoveryCase == .record, let record = finding.record else { return true }
      guard record.firstSequence <= range.upperBound else { return false }
      guard take(record, commands) else { return false }
      if json.bytes.count >= Self.chunkByteCount { isStopped = !json.drain(sink) }
      return !isStopped
    }
    if !isStopped, !json.drain(sink) { isStopped = true }
    if fault == nil, !isStopped, let refusal = try reader.segmentTroubles().lazy.compactMap(reader.refusal).first {
      // The commands in range may all be before it.
      fault = (expected ?? 0) > range.upperBound ? nil : refusal.explanation
    }
  }

  /// What a line says of a single command, beside its place in the journal; nil when these bytes are none.
  public static func text(of command: RawSpan) -> String? {
    guard let view = CommandView(command), view.byteCount == command.byteCount else { return nil }
    var json = JSONWriter()
    json.object { $0.command(view, of: command) }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private mutating func take(_ record: RecordHeader, _ commands: RawSpan) -> Bool {
    if let expected, record.firstSequence != expected {
      fault = "commands \(expected) to \(record.firstSequence &- 1) are missing"
      return false
    }
    expected = record.nextSequence
    guard record.kind == .commands, record.nextSequence > range.lowerBound else { return true }
    var (offset, sequence) = (0, record.firstSequence)
    while offset < commands.byteCount {
      guard let view = CommandView(commands, at: offset), view.byteCount <= commands.byteCount - offset else {
        fault = "batch \(record.batch), command \(sequence): not a command of this version"
        return false
      }
      if range.contains(sequence) { line(view, commands, record, sequence) }
      offset += view.byteCount
      sequence += 1
    }
    return true
  }

  private mutating func line(_ view: CommandView, _ commands: RawSpan, _ record: RecordHeader, _ sequence: UInt64) {
    json.object { json in
      json.name("sequence")
      json.number(sequence)
      json.name("batch")
      json.number(record.batch)
      json.name("time")
      json.number(record.time)
      json.command(view, of: commands)
    }
    json.endLine()
    commandCount += 1
  }
}

extension JSONWriter {
  /// Kind and content of a command, within an object.
  mutating func command(_ view: CommandView, of bytes: RawSpan) {
    let kind = view.header.kind
    name("kind")
    text(kind.specificationName)
    if view.receipt != nil {
      name("receipt")
      object(CommandField.receiptKeyFields, of: bytes, at: view.fixedOffset - ReceiptKey.byteCount)
    }
    name("fields")
    object(kind.fields, of: bytes, at: view.fixedOffset)
    if view.recordByteCount > 0 {
      name("records")
      list { json in
        for index in 0..<view.recordCount { json.object(kind.recordFields, of: bytes, at: view.recordOffset(index)) }
      }
    }
    if kind.layout.payment != .none {
      name("notes")
      list { json in
        for index in 0..<view.noteCount {
          let offset = view.paymentOffset + index * VerifiedNote.byteCount
          json.object(CommandField.verifiedNoteFields, of: bytes, at: offset)
        }
      }
    }
    guard view.hasEcash else { return }
    name("ecash")
    object(CommandField.ecashPaymentFields, of: bytes, at: view.paymentOffset)
    name("proofs")
    list { json in
      var offset = view.paymentOffset + EcashPayment.byteCount
      while offset < view.sealed(in: bytes).lowerBound {
        json.object(CommandField.verifiedProofFields, of: bytes, at: offset)
        offset += VerifiedProof.byteCount
      }
    }
  }
}
