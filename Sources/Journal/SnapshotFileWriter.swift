/// Writes one snapshot: under a draft's name while it grows, and under its own only when all of it is durable. What a crash leaves
/// of it is nothing.
///
/// The body comes in pieces of any size and leaves in whole blocks. After an error the rest is lost on it; `finish`, called once, tells.
public final class SnapshotFileWriter<Files: JournalFiles> {
  private let files: Files
  private let file: FileNumber
  private var header: SnapshotHeader
  private var hash: UInt128 = 0
  private var block: [UInt8] = []
  private var offset = SnapshotHeader.byteCount
  private var error: FileError?

  /// Begins a draft.
  public init(_ files: Files, _ header: SnapshotHeader) throws(FileError) {
    self.files = files
    self.header = header
    file = try files.create(SegmentName.snapshotDraft)
    block.reserveCapacity(JournalLimits.snapshotBlockByteCount + 16)
  }

  deinit { files.close(file) }

  /// Adds to the body.
  public func append(_ bytes: UnsafeRawBufferPointer) {
    var done = 0
    while done < bytes.count, error == nil {
      let count = min(bytes.count - done, JournalLimits.snapshotBlockByteCount - block.count)
      unsafe block.append(contentsOf: bytes[done..<done + count])
      done += count
      if block.count == JournalLimits.snapshotBlockByteCount { writeBlock() }
    }
  }

  private func writeBlock() {
    do throws(FileError) {
      let byteCount = block.count
      unsafe withUnsafeBytes(of: hash.littleEndian) { unsafe block.append(contentsOf: $0) }
      hash = unsafe Checksum.hash128(block.span.bytes)
      try unsafe files.writeAll(block.span.bytes.extracting(first: byteCount), to: file, at: offset)
      offset += byteCount
      block.removeAll(keepingCapacity: true)
    } catch {
      self.error = error
    }
  }

  /// Makes it durable and gives it its name.
  public func finish() throws(FileError) -> SnapshotHeader {
    if error == nil, !block.isEmpty { writeBlock() }
    if let error { throw error }
    header.bodyByteCount = UInt64(offset - SnapshotHeader.byteCount)
    header.bodyHash = hash
    var memory = [UInt8](repeating: 0, count: SnapshotHeader.byteCount)
    var span = memory.mutableSpan
    var bytes = unsafe span.mutableBytes
    header.write(to: &bytes)
    try files.writeAll(bytes.bytes, to: file, at: 0)
    try files.sync(file)
    try files.rename(SegmentName.snapshotDraft, to: SegmentName.snapshot(named: header.position.batch))
    try files.syncDirectory()
    return header
  }
}
