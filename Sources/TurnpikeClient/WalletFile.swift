internal import Glibc

/// The file of a wallet, locked against other processes as long as this value lives.
///
/// A save writes the whole text to `PATH.new`, syncs it, renames it over the file and syncs the directory: whenever the process
/// or the machine stops, the file is the old text or the new one. The lock is a file beside it, `PATH.lock`, since the file itself
/// is replaced. Both are readable by their owner only.
struct WalletFile: ~Copyable {
  let path: String
  private let lock: Int32

  /// Locks the wallet at `path`, whether its file exists or not.
  init(path: String) throws(TurnpikeError) {
    self.path = path
    lock = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Self.failure("open \(path).lock") }
    var waited: UInt64 = 0
    while flock(lock, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR, waited < ClientLimits.walletLockMilliseconds else {
        let error = TurnpikeError(.wallet("\(path) is in use by another process"))
        _ = Glibc.close(lock)
        throw error
      }
      // Whoever holds the lock is a short command of the same user, as a rule.
      usleep(20_000)
      waited += 20
    }
  }

  deinit { _ = Glibc.close(lock) }

  /// The text of the file; nil when there is none.
  func load() throws(TurnpikeError) -> String? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 {
      if errno == ENOENT { return nil }
      throw Self.failure("open \(path)")
    }
    defer { _ = Glibc.close(file) }
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
