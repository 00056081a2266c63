/// Writes one command: `init` the header, the ReceiptKey and the fixed part, `append` the records and then the notes, the tick or the
/// ecash, `finish` the counts.
///
/// What does not fit is not written, and `finish` gives nil. A batch with `byteCountMax` bytes of room takes any command.
public struct CommandBuilder: Sendable {
  /// Bytes of the largest command that takes a payment, but for that payment: EXCHANGE with all its records.
  public static let unpaidByteCountMax =
    CommandHeader.byteCount + ReceiptKey.byteCount + ExchangeCommand.byteCount
    + WireLimits.outputCountMax * NoteOutput.byteCount
  /// Bytes of the largest command there can be: that one, paid in ecash.
  public static let byteCountMax =
    unpaidByteCountMax + EcashPayment.byteCount + WireLimits.proofCountMax * VerifiedProof.byteCount
    + WireLimits.ecashByteCountMax

  @usableFromInline let kind: CommandKind
  @usableFromInline let hasReceipt: Bool
  @usableFromInline let start: Int
  @usableFromInline var cursor: Int
  @usableFromInline var recordCount = 0
  @usableFromInline var noteCount = 0
  private var hasTick = false
  private var hasEcash = false
  @usableFromInline var isOverrun = false

  /// Begins `command` at `start`.
  @inlinable @inline(__always) public init<Command: WireCommand>(
    _ command: Command, receipt: ReceiptKey? = nil, in bytes: inout MutableRawSpan, at start: Int = 0
  ) {
    kind = Command.kind
    hasReceipt = receipt != nil
    self.start = start
    cursor = start
    let head = CommandHeader.byteCount + (hasReceipt ? ReceiptKey.byteCount : 0)
    guard let at = room(head + Command.byteCount, in: bytes) else { return }
    if let receipt { receipt.write(to: &bytes, at: at + CommandHeader.byteCount) }
    command.write(to: &bytes, at: at + head)
  }

  /// Appends a record; before the first note.
  @inlinable public mutating func append<Record: WireLayout>(record: Record, to bytes: inout MutableRawSpan) {
    guard noteCount == 0, Record.byteCount == kind.layout.records.byteCount else {
      isOverrun = true
      return
    }
    guard let at = room(Record.byteCount, in: bytes) else { return }
    record.write(to: &bytes, at: at)
    recordCount += 1
  }

  /// Appends a record as it lies, at `offset` of `frame`, in a request of the same operation: whose walk has judged it.
  public mutating func append(recordAt offset: Int, of frame: RawSpan, to bytes: inout MutableRawSpan) {
    let byteCount = kind.layout.records.byteCount
    guard noteCount == 0, byteCount > 0, offset >= 0, offset + byteCount <= frame.byteCount else {
      isOverrun = true
      return
    }
    guard let at = room(byteCount, in: bytes) else { return }
    for word in 0..<byteCount / 8 { bytes.store(frame.uint64(at: offset + word * 8), at: at + word * 8) }
    recordCount += 1
  }

  /// Appends a note.
  public mutating func append(_ note: VerifiedNote, to bytes: inout MutableRawSpan) {
    guard let at = room(VerifiedNote.byteCount, in: bytes) else { return }
    note.write(to: &bytes, at: at)
    noteCount += 1
  }

  /// Appends the tick, in place of notes.
  public mutating func append(_ tick: VerifiedTick, to bytes: inout MutableRawSpan) {
    guard !hasTick, let at = room(VerifiedTick.byteCount, in: bytes) else {
      isOverrun = true
      return
    }
    tick.write(to: &bytes, at: at)
    hasTick = true
  }

  /// Appends a payment in ecash, in place of notes: its counts are those of `proofs` and `sealed`.
  public mutating func append(
    _ ecash: EcashPayment, _ proofs: [VerifiedProof], sealed: RawSpan, to bytes: inout MutableRawSpan
  ) {
    let unpadded = EcashPayment.byteCount + proofs.count * VerifiedProof.byteCount + sealed.byteCount
    guard !hasEcash, (1...WireLimits.proofCountMax).contains(proofs.count),
      sealed.byteCount <= WireLimits.ecashByteCountMax, var at = room((unpadded + 7) & ~7, in: bytes)
    else {
      isOverrun = true
      return
    }
    var head = ecash
    head.proofCount = UInt16(proofs.count)
    head.sealedByteCount = UInt32(sealed.byteCount)
    head.write(to: &bytes, at: at)
    at += EcashPayment.byteCount
    for proof in proofs {
      proof.write(to: &bytes, at: at)
      at += VerifiedProof.byteCount
    }
    for index in 0..<sealed.byteCount { bytes.store(sealed.uint8(at: index), at: at + index) }
    for index in sealed.byteCount..<cursor - at { bytes.store(UInt8(0), at: at + index) }
    hasEcash = true
  }

  /// Writes the header (and the record count into the fixed part) and gives the command's byte count; nil when something
  /// did not fit, or the kind has no such receipt, records or payment.
  public mutating func finish(in bytes: inout MutableRawSpan) -> Int? {
    let layout = kind.layout
    guard !isOverrun, recordCount <= layout.records.countMax,
      CommandView.isAllowed(
        kind, layout, hasReceipt: hasReceipt, noteCount: noteCount, hasTick: hasTick, hasEcash: hasEcash)
    else { return nil }
    if layout.records.byteCount > 0 {
      let fixedOffset = start + CommandHeader.byteCount + (hasReceipt ? ReceiptKey.byteCount : 0)
      bytes.store(UInt16(recordCount), at: fixedOffset + layout.records.countOffset)
    }
    var flags: CommandFlags = hasReceipt ? .receipt : []
    if hasTick { flags.insert(.tick) }
    if hasEcash { flags.insert(.ecash) }
    let header = CommandHeader(
      byteCount: UInt32(cursor - start), kind: kind, flags: flags, noteCount: UInt8(noteCount))
    header.write(to: &bytes, at: start)
    return cursor - start
  }

  /// Takes room for `byteCount` bytes and gives where it begins.
  @usableFromInline mutating func room(_ byteCount: Int, in bytes: borrowing MutableRawSpan) -> Int? {
    guard !isOverrun, start >= 0, bytes.byteCount - cursor >= byteCount else {
      isOverrun = true
      return nil
    }
    defer { cursor += byteCount }
    return cursor
  }
}
