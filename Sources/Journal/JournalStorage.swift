/// Records that are to be appended together: all of them become durable, or none is acknowledged.
///
/// A view of memory that a `GroupCommit` owns. It stays there, unchanged, until the append has ended, which is why a storage
/// may read it from another thread.
@safe public struct JournalBatch: @unchecked Sendable {
  /// The records, back to back, at least one.
  public let bytes: UnsafeRawBufferPointer
  /// Sequence of the first record.
  public let firstSequence: UInt64
  /// Sequence of the last one.
  public let lastSequence: UInt64

  /// - Parameter bytes: Not touched by anybody until the append has ended.
  public init(bytes: UnsafeRawBufferPointer, firstSequence: UInt64, lastSequence: UInt64) {
    unsafe self.bytes = unsafe bytes
    self.firstSequence = firstSequence
    self.lastSequence = lastSequence
  }
}

/// How an append stands when the call returns.
public enum AppendResult: Equatable, Sendable {
  /// The batch is durable.
  case durable
  /// It is not yet; the storage reports later, on the same thread, never from within the call.
  case underWay
  /// It will never be: nothing after it may be acknowledged, and the process must end.
  case failed
}

/// Where batches become durable. What a record means is not the storage's business.
///
/// One append at a time: the next one is only begun when the one before is durable.
public protocol JournalStorage {
  /// Appends one batch at the end.
  mutating func append(_ batch: JournalBatch) -> AppendResult
}
