internal import Glibc

/// The file of a wallet, locked against other processes as long as this value lives.
///
/// A save writes the whole text to `PATH.new`, syncs it, renames it over the file and syncs the directory: whenever the process
/// or the machine stops, the file is the old text or the new one. The lock is a file beside it, `PATH.lock`, since the file itself
/// is replaced. Both are readable by their owner only.
struct WalletFile: ~Copyable {
  /// Where the file really is, links followed: all names of a wallet have one lock, and a save replaces no link.
  let path: String
  private let lock: Int32

  private init(path: String, lock: Int32) {
    (self.path, self.lock) = (path, lock)
  }

  /// Locks the wallet at `path`; unless `creating`, its file must exist.
  static func locked(_ path: String, creating: Bool) throws(TurnpikeError) -> WalletFile {
    let path = try resolved(path, creating: creating)
    let lock = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw failure("open \(path).lock") }
    var waited: UInt64 = 0
    while flock(lock, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, waited < ClientLimits.walletLockMilliseconds else {
        _ = Glibc.close(lock)
        throw TurnpikeError(.wallet("\(path) is in use by another process"))
      }
      // Whoever holds the lock is a short command of the same user, as a rule.
      usleep(20_000)
      waited += 20
    }
    return WalletFile(path: path, lock: lock)
  }

  private static func resolved(_ path: String, creating: Bool) throws(TurnpikeError) -> String {
    if let found = unsafe realpath(path, nil) {
      defer { unsafe free(found) }
      return unsafe String(cString: found)
    }
    guard errno == ENOENT else { throw failure("open \(path)") }
    guard creating else { throw TurnpikeError(.wallet("there is no wallet at \(path)")) }
    var status = stat()
    guard unsafe lstat(path, &status) != 0 else { throw TurnpikeError(.wallet("\(path) is a link to nothing")) }
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { String(path[...$0]) } ?? "."
    guard let found = unsafe realpath(directory, nil) else { throw failure("open \(directory)") }
    defer { unsafe free(found) }
    return (unsafe String(cString: found)) + "/" + path[(slash.map { path.index(after: $0) } ?? path.startIndex)...]
  }

  deinit { _ = Glibc.close(lock) }

  /// The text of the file; nil when there is none.
  func load() throws(TurnpikeError) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw Self.failure("open \(path)")
    }
    defer { _ = Glibc.close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw Self.failure("open \(path)") }
    // A pipe would be waited for.
    guard status.st_mode & S_IFMT == S_IFREG else { throw TurnpikeError(.wallet("\(path) is no file")) }
    guard status.st_mode & 0o077 == 0 else {
      throw TurnpikeError(.wallet("others can open \(path), and whoever can has its money: chmod 600 it"))
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = unsafe read(file, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      if count < 0 { throw Self.failure("read \(path)") }
      if count == 0 { break }
      bytes += chunk[..<count]
      guard bytes.count <= ClientLimits.walletByteCountMax else { throw TurnpikeError(.wallet("\(path) is too long")) }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TurnpikeError(.wallet("\(path) is not text"))
    }
    return text
  }

  /// Replaces the file's text, durably.
  func save(_ text: String) throws(TurnpikeError) {
    let new = path + ".new"
    let file = unsafe open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw Self.failure("open \(new)") }
    do throws(TurnpikeError) {
      // One that was left there may have any mode.
      guard fchmod(file, 0o600) == 0 else { throw Self.failure("open \(new)") }
      try Self.write(Array(text.utf8), to: file, new)
      guard fsync(file) == 0 else { throw Self.failure("sync \(new)") }
    } catch {
      _ = Glibc.close(file)
      throw error
    }
    guard Glibc.close(file) == 0 else { throw Self.failure("close \(new)") }
    guard unsafe rename(new, path) == 0 else { throw Self.failure("rename \(new)") }
    try syncDirectory()
  }

  /// Gives the file a second name that is not in use, `PATH.old-N`, under which it stays when it is replaced.
  func keepCopy() throws(TurnpikeError) -> String {
    for count in 1...9999 {
      let kept = "\(path).old-\(count)"
      if unsafe link(path, kept) == 0 {
        try syncDirectory()
        return kept
      }
      guard errno == EEXIST else { throw Self.failure("link \(kept)") }
    }
    throw TurnpikeError(.wallet("too many old wallets beside \(path)"))
  }

  private static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws(TurnpikeError) {
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(file, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write \(path)") }
      offset += count
    }
  }

  private func syncDirectory() throws(TurnpikeError) {
    var directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    if directory.isEmpty { directory = "/" }
    let file = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw Self.failure("open \(directory)") }
    defer { _ = Glibc.close(file) }
    guard fsync(file) == 0 else { throw Self.failure("sync \(directory)") }
  }

  private static func failure(_ what: String) -> TurnpikeError {
    TurnpikeError(.wallet("\(what): " + (unsafe String(cString: strerror(errno)))))
  }
}
