/// What a record says beside its commands, and its maker knows.
public struct RecordContext: Equatable, Sendable {
  /// Which shard's journal it is.
  public var shard: UInt16
  /// Version of the core that applied the commands.
  public var coreVersion: UInt16
  /// Term of the leader.
  public var term: UInt64
  /// The leader's clock, in milliseconds.
  public var time: UInt64
  /// The state's digest now, which is after the commands of this batch; zero when none is taken.
  public var stateDigest: UInt128

  /// All of them.
  public init(shard: UInt16 = 0, coreVersion: UInt16 = 0, term: UInt64 = 0, time: UInt64 = 0, stateDigest: UInt128 = 0)
  {
    self.shard = shard
    self.coreVersion = coreVersion
    self.term = term
    self.time = time
    self.stateDigest = stateDigest
  }
}

/// Commands that are to be appended together: all of them become durable, or none is acknowledged. Or none: a seal.
///
/// A view of memory that a `GroupCommit` owns, with room for the record's header in front and for padding behind:
///
///     | 128: header | commands, back to back | zeros to a whole sector, and one sector of zeros |
///
/// It stays there until the append has ended. Nobody but the storage touches it meanwhile, which is why a storage may read it,
/// and complete it, on another thread.
@safe public struct JournalBatch: @unchecked Sendable {
  /// Header's room, commands, and room behind.
  let record: UnsafeMutableRawBufferPointer
  private let commandByteCount: Int
  /// What is in it.
  public let kind: RecordKind
  /// What the record says of them.
  public let context: RecordContext
  /// The state's digest before the first command.
  public let digestBefore: UInt128
  /// Sequence of the first command; of a seal, of the next.
  public let firstSequence: UInt64
  /// Sequence of the last one; of a seal, of the one before.
  public let lastSequence: UInt64

  init(
    record: UnsafeMutableRawBufferPointer, commandByteCount: Int, kind: RecordKind, context: RecordContext,
    digestBefore: UInt128, firstSequence: UInt64, lastSequence: UInt64
  ) {
    unsafe self.record = unsafe record
    self.commandByteCount = commandByteCount
    self.kind = kind
    self.context = context
    self.digestBefore = digestBefore
    self.firstSequence = firstSequence
    self.lastSequence = lastSequence
  }

  /// Bytes that a batch of so many bytes of commands needs in memory.
  static func memoryByteCount(_ commandByteCount: Int) -> Int {
    JournalLimits.padded(RecordHeader.byteCount + commandByteCount) + JournalLimits.sectorByteCount
  }

  /// The commands, back to back; of a seal: none.
  public var bytes: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: record[RecordHeader.byteCount..<RecordHeader.byteCount + commandByteCount])
  }

  /// Bytes of its record.
  public var byteCount: Int { RecordHeader.byteCount + commandByteCount }

  /// Commands in it.
  public var commandCount: Int { Int(clamping: lastSequence &+ 1 &- firstSequence) }

  /// The fields that do not depend on where it is appended.
  var header: RecordHeader {
    var header = RecordHeader()
    header.recordByteCount = UInt32(clamping: byteCount)
    header.commandCount = UInt32(clamping: commandCount)
    header.shard = context.shard
    header.coreVersion = context.coreVersion
    header.kind = kind
    header.term = context.term
    header.firstSequence = firstSequence
    header.time = context.time
    return header
  }
}
