/// The journal's write side: the batch that is being filled, the one that is being appended, and what is durable.
///
///     commands 1 ... d | d+1 ... f | f+1 ... n
///       durable        | in flight | filling        (each part may be empty)
///
/// Owns two buffers of the largest batch that take turns, each with room for the record's header in front and
/// its padding behind. A command is built in place: the caller asks for `room()`, writes, and `commit`s what it used; what was
/// not committed is not there. At most one batch is in flight.
///
/// A record attests those before it. When none follows the last batch of commands within `sealMilliseconds`, the caller hands
/// over a seal, which is itself never sealed: `sealDeadline` says when, `nextSeal` makes it.
///
/// Invariant: `durableSequence <= inFlightSequence <= lastSequence`. Numbers of batches and hashes are the storage's.
@safe public struct GroupCommit: ~Copyable {
  private var filling: UnsafeMutableRawBufferPointer
  private var flying: UnsafeMutableRawBufferPointer
  private var fillingByteCount = 0
  /// Bytes of commands that a batch takes: a segment holds one.
  public let byteCountMax: Int
  /// Of the state after the batch handed over last.
  private var stateDigest: UInt128
  /// When the batch handed over last was, if it holds commands.
  private var unsealedSince: UInt64?

  /// Everything up to here is durable.
  public private(set) var durableSequence: UInt64
  /// Everything up to here is durable or being appended.
  public private(set) var inFlightSequence: UInt64
  /// The last command committed.
  public private(set) var lastSequence: UInt64
  /// Whether a batch is being appended.
  public private(set) var isAppending = false

  /// Begins after the commands up to `sequence`, which are durable.
  ///
  /// - Parameters:
  ///   - stateDigest: Of the state after them.
  ///   - byteCountMax: Bytes of commands that one batch takes.
  public init(
    after sequence: UInt64 = 0, stateDigest: UInt128 = 0, byteCountMax: Int = JournalLimits.batchByteCountMax
  ) {
    self.byteCountMax = min(byteCountMax, JournalLimits.batchByteCountMax)
    durableSequence = sequence
    inFlightSequence = sequence
    lastSequence = sequence
    self.stateDigest = stateDigest
    let byteCount = JournalBatch.memoryByteCount(self.byteCountMax)
    unsafe filling = .allocate(byteCount: byteCount, alignment: 4096)
    unsafe flying = .allocate(byteCount: byteCount, alignment: 4096)
  }

  deinit {
    unsafe filling.deallocate()
    unsafe flying.deallocate()
  }

  /// Whether commands wait for the next append.
  public var isFilled: Bool { lastSequence > inFlightSequence }

  /// Whether the batch being filled has no room for another command. It has again once the one in flight is durable.
  public var isFull: Bool { freeByteCount < JournalLimits.recordByteCountMax }

  /// Bytes that the batch being filled has left.
  public var freeByteCount: Int { byteCountMax - fillingByteCount }

  /// Where the next command goes: so many bytes of scratch; empty when the batch has not so many left.
  public func room(_ byteCount: Int = JournalLimits.recordByteCountMax) -> UnsafeMutableRawBufferPointer {
    guard freeByteCount >= byteCount else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    let begin = RecordHeader.byteCount + fillingByteCount
    return unsafe UnsafeMutableRawBufferPointer(rebasing: filling[begin..<begin + byteCount])
  }

  /// Makes the first `byteCount` bytes of `room()` the next command.
  public mutating func commit(byteCount: Int) {
    precondition(byteCount > 0 && byteCount <= freeByteCount)
    fillingByteCount += byteCount
    lastSequence += 1
  }

  /// The batch to append now, if there is one and none is in flight. It is in flight from here on.
  public mutating func nextBatch(_ context: RecordContext = RecordContext()) -> JournalBatch? {
    guard isFilled, !isAppending else { return nil }
    unsealedSince = context.time
    return handOver(.commands, context)
  }

  /// When `nextSeal` is due; nil while there is nothing to seal, or a batch that will do the same.
  public var sealDeadline: UInt64? {
    if isAppending || isFilled { return nil }
    return unsealedSince.map { $0.addingReportingOverflow(JournalLimits.sealMilliseconds) }
      .map { $0.overflow ? .max : $0.partialValue }
  }

  /// A record without commands that attests the last batch of commands, when it was appended and nothing else waits. Due at
  /// `sealDeadline`, and before the process ends. In flight from here on, like any batch.
  public mutating func nextSeal(_ context: RecordContext = RecordContext()) -> JournalBatch? {
    guard sealDeadline != nil else { return nil }
    unsealedSince = nil
    return handOver(.seal, context)
  }

  /// The batch in flight is durable.
  public mutating func appended() {
    durableSequence = inFlightSequence
    isAppending = false
  }

  private mutating func handOver(_ kind: RecordKind, _ context: RecordContext) -> JournalBatch {
    unsafe swap(&filling, &flying)
    let byteCount = JournalBatch.memoryByteCount(fillingByteCount)
    let batch = unsafe JournalBatch(
      record: UnsafeMutableRawBufferPointer(rebasing: flying[..<byteCount]), commandByteCount: fillingByteCount,
      kind: kind, context: context, digestBefore: stateDigest, firstSequence: inFlightSequence + 1,
      lastSequence: lastSequence)
    stateDigest = context.stateDigest
    fillingByteCount = 0
    inFlightSequence = lastSequence
    isAppending = true
    return batch
  }
}
