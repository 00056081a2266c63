/// A storage that forgets at exit, for tests and for a broker that is asked to keep nothing: each batch is "durable" at once.
public struct MemoryStorage: JournalStorage {
  /// The records kept, back to back; empty when `byteCountMax` is 0.
  public private(set) var bytes: [UInt8] = []
  /// Whether a batch did not fit any more. `bytes` then ends before it.
  public private(set) var isTruncated = false
  private let byteCountMax: Int

  /// Keeps the first `byteCountMax` bytes, whole batches only.
  public init(byteCountMax: Int = 0) {
    self.byteCountMax = byteCountMax
  }

  /// Keeps the batch if there is room for it.
  public mutating func append(_ batch: JournalBatch) -> AppendResult {
    if unsafe isTruncated || bytes.count + batch.bytes.count > byteCountMax {
      isTruncated = true
    } else {
      unsafe bytes.append(contentsOf: batch.bytes)
    }
    return .durable
  }
}
