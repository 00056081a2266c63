internal import CCrypto
package import Glibc

/// An open file that holds secrets. Owns the descriptor, and with it any lock, and closes it when it ends.
@safe
package struct KeyFileDescriptor: ~Copyable {
  private let number: Int32

  private init(number: Int32) {
    self.number = number
  }

  /// Opens the file at `path` for reading, if it is ours alone. Does not follow a symbolic link, nor wait for a pipe.
  package static func openExisting(_ path: String) throws(MasterKeyFileError) -> KeyFileDescriptor {
    let number = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
    guard number >= 0 else {
      switch errno {
      case ENOENT: throw .notFound
      case ELOOP: throw .notRegularFile
      default: throw .system(call: "open", errorNumber: errno)
      }
    }
    let file = KeyFileDescriptor(number: number)
    let status = try file.status()
    if let fault = fault(mode: status.st_mode, owner: status.st_uid, user: geteuid()) { throw fault }
    return file
  }

  /// Creates a file for writing, accessible to nobody else. It must not exist.
  package static func create(_ name: String, inDirectory directory: Int32) throws(MasterKeyFileError)
    -> KeyFileDescriptor
  {
    let ownerOnly = S_IRUSR | S_IWUSR
    let number = unsafe openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, ownerOnly)
    guard number >= 0 else { throw .system(call: "openat", errorNumber: errno) }
    let file = KeyFileDescriptor(number: number)
    // The mode that was asked for, whatever the umask took from it.
    guard fchmod(number, ownerOnly) == 0 else { throw .system(call: "fchmod", errorNumber: errno) }
    return file
  }

  deinit {
    _ = Glibc.close(number)
  }

  /// Why a file of this mode and owner is not to be used by `user`; nil when it may.
  package static func fault(mode: mode_t, owner: uid_t, user: uid_t) -> MasterKeyFileError? {
    guard mode & S_IFMT == S_IFREG else { return .notRegularFile }
    guard owner == user else { return .foreignOwner(userID: owner) }
    let permissions = mode & ~S_IFMT
    guard permissions & (S_IRWXG | S_IRWXO) == 0 else { return .accessibleToOthers(mode: permissions) }
    return nil
  }

  /// Gives the whole content to `body`, and overwrites it with zeros after it. `tooLarge` above `byteCountMax`.
  package func withContent<Result: ~Copyable>(
    byteCountMax: Int, _ body: (RawSpan) throws(MasterKeyFileError) -> Result
  ) throws(MasterKeyFileError) -> Result {
    // One byte more than is allowed tells a larger file.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCountMax + 1, alignment: 1)
    var byteCount = 0
    defer {
      unsafe tp_cleanse(buffer.baseAddress, byteCount)
      unsafe buffer.deallocate()
    }
    while byteCount < buffer.count {
      let part = unsafe pread(
        number, buffer.baseAddress.map { unsafe $0 + byteCount }, buffer.count - byteCount, off_t(byteCount))
      if part == 0 { break }
      guard part > 0 || errno == EINTR else { throw .system(call: "pread", errorNumber: errno) }
      byteCount += max(part, 0)
    }
    guard byteCount <= byteCountMax else { throw .tooLarge }
    return try unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]).bytes)
  }

  /// Appends all of `bytes`.
  package func write(_ bytes: RawSpan) throws(MasterKeyFileError) {
    var offset = 0
    while offset < bytes.byteCount {
      let part = unsafe bytes.extracting(droppingFirst: offset).withUnsafeBytes {
        unsafe Glibc.write(number, $0.baseAddress, $0.count)
      }
      guard part >= 0 || errno == EINTR else { throw .system(call: "write", errorNumber: errno) }
      guard part != 0 else { throw .system(call: "write", errorNumber: ENOSPC) }
      offset += max(part, 0)
    }
  }

  /// Returns when the content is durable.
  package func synchronize() throws(MasterKeyFileError) {
    guard fsync(number) == 0 else { throw .system(call: "fsync", errorNumber: errno) }
  }

  /// Waits until nobody else holds the lock of this file, and takes it until the descriptor is closed.
  package func lock() throws(MasterKeyFileError) {
    while flock(number, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .system(call: "flock", errorNumber: errno) }
    }
  }

  /// Whether `path` names this very file, and not one that was put in its place.
  package func isNamed(_ path: String) throws(MasterKeyFileError) -> Bool {
    var named = stat()
    guard unsafe lstat(path, &named) == 0 else {
      if errno == ENOENT { return false }
      throw .system(call: "lstat", errorNumber: errno)
    }
    let own = try status()
    return own.st_dev == named.st_dev && own.st_ino == named.st_ino
  }

  /// Closes the file and gives up its lock.
  package consuming func close() {}

  private func status() throws(MasterKeyFileError) -> stat {
    var status = stat()
    guard unsafe fstat(number, &status) == 0 else { throw .system(call: "fstat", errorNumber: errno) }
    return status
  }
}
