/// Reads one snapshot: its header at once, its body in pieces of any size, and at the end whether it was what was written.
public final class SnapshotFileReader<Files: JournalFiles> {
  private let files: Files
  private let file: FileNumber
  /// What the first sector says.
  public let header: SnapshotHeader
  private var hash: UInt128 = 0
  /// A block, and the hash so far behind it.
  private var block = [UInt8](repeating: 0, count: JournalLimits.snapshotBlockByteCount + 16)
  private var blockRange = 0..<0
  private var offset = SnapshotHeader.byteCount
  private var error: FileError?

  /// Opens the snapshot after this batch.
  public init(_ files: Files, batch: UInt64) throws(SnapshotReadError) {
    self.files = files
    do { file = try files.open(SegmentName.snapshot(named: batch), forWriting: false) } catch { throw .file(error) }
    do throws(SnapshotReadError) { header = try Self.readHeader(files, file) } catch {
      files.close(file)
      throw error
    }
    guard header.position.batch == batch else { throw .fault(.damaged) }
  }

  private static func readHeader(_ files: Files, _ file: FileNumber) throws(SnapshotReadError) -> SnapshotHeader {
    var memory = [UInt8](repeating: 0, count: SnapshotHeader.byteCount)
    var span = memory.mutableSpan
    var bytes = unsafe span.mutableBytes
    do { _ = try files.readAll(into: &bytes, from: file, at: 0) } catch { throw .file(error) }
    switch SnapshotHeader.read(bytes.bytes) {
    case .success(let header): return header
    case .failure(let fault): throw .fault(fault)
    }
  }

  deinit { files.close(file) }

  /// Fills all of `bytes` with the next ones of the body; false when there are not so many, or they cannot be read.
  public func read(into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      if blockRange.isEmpty, !readBlock() { return false }
      let count = min(blockRange.count, bytes.count - done)
      let part = blockRange.lowerBound..<blockRange.lowerBound + count
      unsafe block[part].withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[done..<done + count]).copyMemory(from: $0)
      }
      blockRange = part.upperBound..<blockRange.upperBound
      done += count
    }
    return true
  }

  private func readBlock() -> Bool {
    let end = SnapshotHeader.byteCount + Int(clamping: min(header.bodyByteCount, UInt64(Int.max / 2)))
    let wanted = min(JournalLimits.snapshotBlockByteCount, end - offset)
    guard wanted > 0, error == nil else { return false }
    do throws(FileError) {
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      var part = bytes._mutatingExtracting(first: wanted)
      guard try files.readAll(into: &part, from: file, at: offset) == wanted else { return false }
      bytes.store(hash, at: wanted)
      hash = Checksum.hash128(bytes.bytes.extracting(first: wanted + 16))
    } catch {
      self.error = error
      return false
    }
    offset += wanted
    blockRange = 0..<wanted
    return true
  }

  /// Has the body come from the disk, not from the system's memory.
  func forget() { files.forget(file) }

  /// Whether all of the body was read, and was what had been written.
  public func finish() throws(SnapshotReadError) {
    if let error { throw .file(error) }
    guard blockRange.isEmpty, UInt64(offset - SnapshotHeader.byteCount) == header.bodyByteCount,
      hash == header.bodyHash
    else { throw .fault(.damaged) }
  }
}

/// Why a snapshot could not be read.
public enum SnapshotReadError: Error, Equatable, Sendable {
  case file(FileError)
  case fault(SnapshotFault)
}
