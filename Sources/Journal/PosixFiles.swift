internal import Glibc

/// A directory of the system's. Owns its descriptor; calls may come from several threads, and block.
public final class PosixFiles: JournalFiles, Sendable {
  private let path: String
  private let directory: Int32

  /// Opens the directory, which must exist.
  ///
  /// - Parameter isExclusive: Locks it: a second process that asks for the same is refused with EWOULDBLOCK.
  public init(path: String, isExclusive: Bool) throws(FileError) {
    self.path = path
    directory = unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw FileError(.open, path: path, number: errno) }
    if isExclusive, flock(directory, LOCK_EX | LOCK_NB) != 0 {
      // Everything is set, so `deinit` closes it.
      throw FileError(.lock, path: path, number: errno)
    }
  }

  deinit {
    _ = Glibc.close(directory)
  }

  /// Names in the directory; at most `JournalLimits.fileCountMax`.
  public func list() throws(FileError) -> [String] {
    // A descriptor of its own: `closedir` closes it, and where it stands is nobody else's.
    let descriptor = unsafe openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, let stream = unsafe fdopendir(descriptor) else { throw error(.list) }
    defer { _ = unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      guard names.count < JournalLimits.fileCountMax else { throw FileError(.list, path: path, number: EOVERFLOW) }
      if name != ".", name != ".." { names.append(name) }
    }
    guard errno == 0 else { throw error(.list) }
    return names
  }

  /// Opens a file; a symbolic link is refused, and so is a pipe (EINVAL), which would be waited for.
  public func open(_ name: String, forWriting: Bool) throws(FileError) -> FileNumber {
    let flags = (forWriting ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
    let descriptor = unsafe openat(directory, name, flags)
    guard descriptor >= 0 else { throw error(.open, name) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFIFO else {
      _ = Glibc.close(descriptor)
      throw FileError(.open, path: "\(path)/\(name)", number: EINVAL)
    }
    return FileNumber(descriptor)
  }

  /// Makes an empty file, for its owner only.
  public func create(_ name: String) throws(FileError) -> FileNumber {
    let flags = O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW
    let descriptor = unsafe openat(directory, name, flags, mode_t(0o600))
    guard descriptor >= 0 else { throw error(.create, name) }
    return FileNumber(descriptor)
  }

  /// Closes it. Errors that only show here are of writes that were never synced.
  public func close(_ file: FileNumber) {
    _ = Glibc.close(file.value)
  }

  /// `fstat`.
  public func byteCount(of file: FileNumber) throws(FileError) -> Int {
    var status = stat()
    guard unsafe fstat(file.value, &status) == 0 else { throw error(.size) }
    return Int(status.st_size)
  }

  /// `pread`.
  public func read(into bytes: inout MutableRawSpan, from start: Int, of file: FileNumber, at offset: Int)
    throws(FileError) -> Int
  {
    while true {
      let count = unsafe bytes.withUnsafeMutableBytes {
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: $0[start...])
        return unsafe pread(file.value, rest.baseAddress, rest.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw error(.read) }
    }
  }

  /// `pwrite`.
  public func write(_ bytes: RawSpan, to file: FileNumber, at offset: Int) throws(FileError) -> Int {
    while true {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(file.value, $0.baseAddress, $0.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw error(.write) }
    }
  }

  /// `fdatasync`.
  public func sync(_ file: FileNumber) throws(FileError) {
    // Never again after an error, EINTR included: the system may have forgotten what it could not write.
    guard fdatasync(file.value) == 0 else { throw error(.sync) }
  }

  /// `posix_fadvise`. A wish: the system may have its reasons.
  public func forget(_ file: FileNumber) { _ = posix_fadvise(file.value, 0, 0, POSIX_FADV_DONTNEED) }

  /// `renameat`.
  public func rename(_ name: String, to newName: String) throws(FileError) {
    guard unsafe renameat(directory, name, directory, newName) == 0 else { throw error(.rename, name) }
  }

  /// `unlinkat`.
  public func remove(_ name: String) throws(FileError) {
    guard unsafe unlinkat(directory, name, 0) == 0 else { throw error(.remove, name) }
  }

  /// `fsync` of the directory.
  public func syncDirectory() throws(FileError) {
    guard fsync(directory) == 0 else { throw error(.syncDirectory) }
  }

  private func error(_ call: FileError.Call, _ name: String? = nil) -> FileError {
    let number = errno
    return FileError(call, path: name.map { "\(path)/\($0)" } ?? path, number: number)
  }
}

extension FileError: CustomStringConvertible {
  /// The file, the call, and what the system says.
  public var description: String {
    if call == .lock, number == EWOULDBLOCK { return "\(path): a broker runs with it" }
    return "\(path): \(call): \(unsafe String(cString: strerror(number)))"
  }
}
