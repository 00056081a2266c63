/// Where the parts of one command lie.
///
///     CommandHeader 8 | ReceiptKey 32 (flag RECEIPT) | fixed part | records | VerifiedNote x noteCount, or VerifiedTick (flag TICK),
///     or EcashPayment 32 | VerifiedProof x proofCount | sealed bytes (flag ECASH)
///
/// Exists only for a command whose lengths add up exactly, whose header is well formed, and which has a ReceiptKey and a payment
/// where its kind says so. The fixed part, the records and the payment are judged by their own readers.
public struct CommandView: Sendable {
  /// The header.
  public let header: CommandHeader
  /// Under what the receipt is kept, if at all.
  public let receipt: ReceiptKey?
  /// Where the fixed part begins; all offsets count from the first byte of the span.
  public let fixedOffset: Int
  /// Where the records begin.
  public let recordsOffset: Int
  /// How many there are.
  public let recordCount: Int
  /// Bytes of each.
  public let recordByteCount: Int
  /// Where the payment begins: the notes, the tick or the EcashPayment.
  public let paymentOffset: Int

  /// Bytes of the whole command.
  public var byteCount: Int { Int(header.byteCount) }
  /// How many notes there are.
  public var noteCount: Int { Int(header.noteCount) }
  /// Whether a tick is there in place of notes.
  public var hasTick: Bool { header.flags.contains(.tick) }
  /// Whether ecash is there in place of notes.
  public var hasEcash: Bool { header.flags.contains(.ecash) }
  /// Whether it pays.
  public var hasPayment: Bool { noteCount > 0 || hasTick || hasEcash }

  /// The command that begins at `offset`; bytes after it are not looked at. Nil when it is malformed.
  @inlinable @inline(__always) public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard let header = CommandHeader(bytes, at: offset) else { return nil }
    let layout = header.kind.layout
    let available = Int(header.byteCount)
    guard available <= bytes.byteCount - offset else { return nil }
    let hasReceipt = header.flags.contains(.receipt)
    let noteCount = Int(header.noteCount)
    let hasTick = header.flags.contains(.tick)
    let hasEcash = header.flags.contains(.ecash)
    guard
      Self.isAllowed(
        header.kind, layout, hasReceipt: hasReceipt, noteCount: noteCount, hasTick: hasTick, hasEcash: hasEcash)
    else { return nil }
    var end = CommandHeader.byteCount
    if hasReceipt {
      guard available - end >= ReceiptKey.byteCount, let key = ReceiptKey(bytes, at: offset + end) else { return nil }
      receipt = key
      end += ReceiptKey.byteCount
    } else {
      receipt = nil
    }
    guard available - end >= layout.byteCount else { return nil }
    fixedOffset = offset + end
    end += layout.byteCount
    recordsOffset = offset + end
    recordByteCount = layout.records.byteCount
    recordCount = recordByteCount > 0 ? Int(bytes.uint16(at: fixedOffset + layout.records.countOffset)) : 0
    guard recordCount <= layout.records.countMax else { return nil }
    end += recordCount * recordByteCount
    paymentOffset = offset + end
    if hasEcash {
      guard end <= available,
        let byteCount = Self.ecashByteCount(bytes.extracting(first: offset + available), at: offset + end)
      else { return nil }
      end += byteCount
    } else {
      end += hasTick ? VerifiedTick.byteCount : noteCount * VerifiedNote.byteCount
    }
    guard end == available else { return nil }
    self.header = header
  }

  /// Where record number `index` begins.
  public func recordOffset(_ index: Int) -> Int { recordsOffset + index * recordByteCount }

  /// Note number `index`, or nil when it is not there or not well formed.
  public func note(_ index: Int, in bytes: RawSpan) -> VerifiedNote? {
    guard index >= 0, index < noteCount else { return nil }
    return VerifiedNote(bytes, at: paymentOffset + index * VerifiedNote.byteCount)
  }

  /// The tick, or nil when there is none or it is not well formed.
  public func tick(in bytes: RawSpan) -> VerifiedTick? {
    hasTick ? VerifiedTick(bytes, at: paymentOffset) : nil
  }

  /// The payment in ecash, or nil when there is none or it is not well formed.
  public func ecash(in bytes: RawSpan) -> EcashPayment? {
    hasEcash ? EcashPayment(bytes, at: paymentOffset) : nil
  }

  /// Proof number `index` of the payment in ecash, or nil when it is not there or not well formed.
  public func proof(_ index: Int, in bytes: RawSpan) -> VerifiedProof? {
    guard index >= 0, let ecash = ecash(in: bytes), index < ecash.proofCount else { return nil }
    return VerifiedProof(bytes, at: paymentOffset + EcashPayment.byteCount + index * VerifiedProof.byteCount)
  }

  /// Where the sealed bytes lie of the payment in ecash, without their padding.
  public func sealed(in bytes: RawSpan) -> Range<Int> {
    guard let ecash = ecash(in: bytes) else { return paymentOffset..<paymentOffset }
    let start = paymentOffset + EcashPayment.byteCount + Int(ecash.proofCount) * VerifiedProof.byteCount
    return start..<start + Int(ecash.sealedByteCount)
  }

  /// Bytes of the payment in ecash that begins at `offset`, with its proofs and its padded sealed bytes; nil when it is malformed.
  @usableFromInline static func ecashByteCount(_ bytes: RawSpan, at offset: Int) -> Int? {
    guard let ecash = EcashPayment(bytes, at: offset),
      (1...WireLimits.proofCountMax).contains(Int(ecash.proofCount)),
      ecash.sealedByteCount <= UInt32(WireLimits.ecashByteCountMax),
      ecash.flags.contains(.locked) || !ecash.flags.contains(.proven) && ecash.locktime == 0
    else { return nil }
    let unpadded = EcashPayment.byteCount + Int(ecash.proofCount) * VerifiedProof.byteCount + Int(ecash.sealedByteCount)
    let padded = (unpadded + 7) & ~7
    guard bytes.byteCount - offset >= padded else { return nil }
    for index in offset + unpadded..<offset + padded where bytes.uint8(at: index) != 0 { return nil }
    return padded
  }

  /// Whether a command of this kind may have a receipt and such a payment.
  @inlinable static func isAllowed(
    _ kind: CommandKind, _ layout: CommandLayout, hasReceipt: Bool, noteCount: Int, hasTick: Bool, hasEcash: Bool
  ) -> Bool {
    guard noteCount <= WireLimits.tokenCountMax else { return false }
    if hasEcash {
      return noteCount == 0 && !hasTick && hasReceipt && (layout.payment == .required || layout.payment == .optional)
    }
    if hasTick { return kind.takesTicks && noteCount == 0 && hasReceipt == layout.keepsReceipt }
    switch layout.payment {
    case .none, .question: return noteCount == 0 && hasReceipt == layout.keepsReceipt
    case .required: return noteCount > 0 && hasReceipt
    case .optional: return hasReceipt == (layout.keepsReceipt || noteCount > 0)
    }
  }
}

extension CommandKind {
  /// Whether a tick of a hash chain can pay for it.
  @inlinable @inline(__always) var takesTicks: Bool { self == .use || self == .fund }
}
