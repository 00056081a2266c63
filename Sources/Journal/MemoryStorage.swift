/// A storage that forgets at exit, for tests and for a broker that is asked to keep nothing: each batch is "durable" at once.
public struct MemoryStorage: JournalStorage {
  private struct Entry {
    var header: RecordHeader
    var range: Range<Int>
  }

  /// The commands kept, back to back; empty when `byteCountMax` is 0.
  public private(set) var bytes: [UInt8] = []
  /// Whether a batch did not fit any more. `bytes` then ends before it.
  public private(set) var isTruncated = false
  /// After the last batch appended, kept or not.
  public private(set) var tail: JournalPosition
  private var entries: [Entry] = []
  private let byteCountMax: Int

  /// Keeps the first `byteCountMax` bytes, whole batches only.
  public init(byteCountMax: Int = 0, after tail: JournalPosition = .beginning) {
    self.byteCountMax = byteCountMax
    self.tail = tail
  }

  /// Keeps the batch if there is room for it. Its hash is not computed: nothing here can be damaged.
  public mutating func append(_ batch: JournalBatch) -> AppendResult {
    guard batch.firstSequence == tail.sequence &+ 1 else { return .failed }
    tail.batch += 1
    tail.sequence = batch.lastSequence
    let begin = bytes.count
    if unsafe isTruncated || begin + batch.bytes.count > byteCountMax {
      isTruncated = true
      return .durable
    }
    unsafe bytes.append(contentsOf: batch.bytes)
    var header = batch.header
    header.batch = tail.batch
    header.attested = tail.batch - 1
    entries.append(Entry(header: header, range: begin..<bytes.count))
    return .durable
  }

  /// Gives what is kept.
  public func read(after batch: UInt64, _ visitor: RecordVisitor) -> Bool {
    for entry in entries where entry.header.batch > batch {
      if unsafe !visitor(entry.header, bytes.span.bytes.extracting(entry.range)) { return true }
    }
    return !isTruncated
  }

  /// Keeps everything: its bound is its own.
  public mutating func drop(before batch: UInt64) {}
}
