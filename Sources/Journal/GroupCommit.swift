/// The journal's write side: the batch that is being filled, the one that is being appended, and what is durable.
///
///     records 1 ... d | d+1 ... f | f+1 ... n
///       durable       | in flight | filling        (each part may be empty)
///
/// Owns two buffers of `JournalLimits.batchByteCountMax` that take turns. A record is built in place: the caller asks for
/// `room()`, writes, and `commit`s what it used; what was not committed is not there. At most one batch is in flight.
/// Invariant: `durableSequence <= inFlightSequence <= lastSequence`.
@safe public struct GroupCommit: ~Copyable {
  private var filling: UnsafeMutableRawBufferPointer
  private var flying: UnsafeMutableRawBufferPointer
  private var fillingByteCount = 0

  /// Everything up to here is durable.
  public private(set) var durableSequence: UInt64
  /// Everything up to here is durable or being appended.
  public private(set) var inFlightSequence: UInt64
  /// The last record committed.
  public private(set) var lastSequence: UInt64

  /// Begins after the records up to `sequence`, which are durable.
  public init(after sequence: UInt64 = 0) {
    durableSequence = sequence
    inFlightSequence = sequence
    lastSequence = sequence
    unsafe filling = .allocate(byteCount: JournalLimits.batchByteCountMax, alignment: 64)
    unsafe flying = .allocate(byteCount: JournalLimits.batchByteCountMax, alignment: 64)
  }

  deinit {
    unsafe filling.deallocate()
    unsafe flying.deallocate()
  }

  /// Whether a batch is being appended.
  public var isAppending: Bool { inFlightSequence > durableSequence }

  /// Whether records wait for the next append.
  public var isFilled: Bool { lastSequence > inFlightSequence }

  /// Whether the batch being filled has no room for another record. It has again once the one in flight is durable.
  public var isFull: Bool { JournalLimits.batchByteCountMax - fillingByteCount < JournalLimits.recordByteCountMax }

  /// Bytes in the batch being filled.
  public var filledByteCount: Int { fillingByteCount }

  /// Where the next record goes: `JournalLimits.recordByteCountMax` bytes of scratch; empty when the batch is full.
  public func room() -> UnsafeMutableRawBufferPointer {
    guard !isFull else { return unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0) }
    let end = fillingByteCount + JournalLimits.recordByteCountMax
    return unsafe UnsafeMutableRawBufferPointer(rebasing: filling[fillingByteCount..<end])
  }

  /// Makes the first `byteCount` bytes of `room()` the next record.
  public mutating func commit(byteCount: Int) {
    precondition(byteCount > 0 && byteCount <= JournalLimits.recordByteCountMax && !isFull)
    fillingByteCount += byteCount
    lastSequence += 1
  }

  /// The batch to append now, if there is one and none is in flight. It is in flight from here on.
  public mutating func nextBatch() -> JournalBatch? {
    guard isFilled, !isAppending else { return nil }
    unsafe swap(&filling, &flying)
    let batch = unsafe JournalBatch(
      bytes: UnsafeRawBufferPointer(rebasing: flying[..<fillingByteCount]),
      firstSequence: inFlightSequence + 1, lastSequence: lastSequence)
    fillingByteCount = 0
    inFlightSequence = lastSequence
    return batch
  }

  /// The batch in flight is durable.
  public mutating func appended() {
    durableSequence = inFlightSequence
  }
}
