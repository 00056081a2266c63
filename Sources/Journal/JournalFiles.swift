/// A call to the system that failed: which, on what, and the error's number.
public struct FileError: Error, Equatable, Sendable {
  /// The calls there are.
  public enum Call: String, Sendable {
    case list, open, create, size, read, write, sync, rename, remove, syncDirectory, lock
  }

  /// What was tried.
  public let call: Call
  /// The file, or the directory.
  public let path: String
  /// `errno`; 0 for a read that ended early, or a write that took nothing.
  public let number: Int32

  /// All three.
  public init(_ call: Call, path: String, number: Int32) {
    (self.call, self.path, self.number) = (call, path, number)
  }
}

/// An open file. It means something only to the directory that gave it.
public struct FileNumber: Hashable, Sendable {
  /// What the directory knows it by.
  public let value: Int32

  /// A number.
  public init(_ value: Int32) { self.value = value }
}

/// One directory of files, and all that a journal does to them: nothing here knows records.
///
/// The system's is `PosixFiles`; tests put a directory under the same code that loses, tears and refuses. After a crash a file
/// holds what was written before its last `sync`, and any part of what was written since, in sectors of 512 bytes; a name
/// holds since the last `syncDirectory`, and perhaps from before it.
public protocol JournalFiles: AnyObject {
  /// Names in the directory, in any order.
  func list() throws(FileError) -> [String]
  /// Opens a file that is there.
  func open(_ name: String, forWriting: Bool) throws(FileError) -> FileNumber
  /// Makes an empty file, in place of the one that had its name, and opens it for reading and writing.
  func create(_ name: String) throws(FileError) -> FileNumber
  /// Closes a file. What was written stays, as durable as it was.
  func close(_ file: FileNumber)
  /// Bytes in it.
  func byteCount(of file: FileNumber) throws(FileError) -> Int
  /// Reads into `bytes` from its byte `start` on; gives how many bytes: 0 at the file's end, perhaps less than there is room for.
  func read(into bytes: inout MutableRawSpan, from start: Int, of file: FileNumber, at offset: Int) throws(FileError)
    -> Int
  /// Writes; gives how many bytes, which may be less than all.
  func write(_ bytes: RawSpan, to file: FileNumber, at offset: Int) throws(FileError) -> Int
  /// Makes the file's bytes and size durable.
  func sync(_ file: FileNumber) throws(FileError)
  /// Asks that what is read of it next, and was synced, comes from the disk itself and not from the system's memory.
  func forget(_ file: FileNumber)
  /// Gives a file another name; a file that had it is gone.
  func rename(_ name: String, to newName: String) throws(FileError)
  /// Removes a file.
  func remove(_ name: String) throws(FileError)
  /// Makes names durable.
  func syncDirectory() throws(FileError)
}

extension JournalFiles {
  /// A directory without a memory of its own has nothing to forget.
  public func forget(_ file: FileNumber) {}

  /// Writes all of it: a short write is continued.
  func writeAll(_ bytes: RawSpan, to file: FileNumber, at offset: Int) throws(FileError) {
    var done = 0
    while done < bytes.byteCount {
      let count = try write(bytes.extracting(droppingFirst: done), to: file, at: offset + done)
      guard count > 0 else { throw FileError(.write, path: "", number: 0) }
      done += count
    }
  }

  /// Reads as much as there is, up to all of `bytes`; gives how much that is.
  func readAll(into bytes: inout MutableRawSpan, from file: FileNumber, at offset: Int) throws(FileError) -> Int {
    var done = 0
    while done < bytes.byteCount {
      let count = try read(into: &bytes, from: done, of: file, at: offset + done)
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Makes a file of zeros under `draft`, and durable; open.
  func createZeros(_ draft: String, byteCount: Int) throws(FileError) -> FileNumber {
    let file = try create(draft)
    do throws(FileError) {
      let zeros = [UInt8](repeating: 0, count: min(byteCount, JournalLimits.zeroByteCount))
      var offset = 0
      while offset < byteCount {
        let count = min(zeros.count, byteCount - offset)
        try unsafe writeAll(zeros.span.bytes.extracting(first: count), to: file, at: offset)
        offset += count
      }
      try sync(file)
    } catch {
      close(file)
      throw error
    }
    return file
  }

  /// Numbers of the reserves there are, in order.
  func reserves() throws(FileError) -> [UInt64] {
    try list().compactMap { if case .reserve(let number) = SegmentName($0) { number } else { nil } }.sorted()
  }
}
