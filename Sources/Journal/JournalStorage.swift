/// A place between two records of a journal: what lies before it is given by these three.
public struct JournalPosition: Equatable, Sendable {
  /// Number of the record before; 0: the journal's beginning.
  public var batch: UInt64
  /// Sequence of the last command before.
  public var sequence: UInt64
  /// Hash of the record before.
  public var hash: UInt128

  /// Before the first record.
  public static let beginning = JournalPosition(batch: 0, sequence: 0, hash: 0)

  /// A place.
  public init(batch: UInt64, sequence: UInt64, hash: UInt128) {
    (self.batch, self.sequence, self.hash) = (batch, sequence, hash)
  }
}

/// How an append stands when the call returns.
public enum AppendResult: Equatable, Sendable {
  /// The batch is durable, or as durable as the storage makes it.
  case durable
  /// It is not yet; the storage reports later, on the same thread, never from within the call.
  case underWay
  /// It will never be: nothing after it may be acknowledged, and the process must end.
  case failed
}

/// Takes each record with its commands; false: no more.
public typealias RecordVisitor = (RecordHeader, RawSpan) -> Bool

/// Where batches become durable, in one order. What a command means is not the storage's business.
///
/// One append at a time: the next one is only begun when the one before is durable. A batch says at which position it is to
/// be appended: it must begin with the command after the last one that is there, or it fails.
public protocol JournalStorage {
  /// Where the next record goes. Not asked while an append is under way.
  var tail: JournalPosition { get }

  /// Appends one batch at the tail.
  mutating func append(_ batch: JournalBatch) -> AppendResult

  /// Gives the records after a batch, in order, to `visitor`. False when not all of them are there (any more).
  func read(after batch: UInt64, _ visitor: RecordVisitor) throws(FileError) -> Bool

  /// Forgets records before a batch, as many as it likes, from the first on.
  mutating func drop(before batch: UInt64) throws(FileError)
}
