internal import Glibc

/// The content of a small file, read at once.
enum FileContent {
  /// Why there is none.
  struct Failure: Error {
    var text: String
  }

  /// The text of a regular file of at most `byteCountMax` bytes. A secret one must not be open to everybody.
  static func read(_ path: String, byteCountMax: Int, isSecret: Bool) throws(Failure) -> String {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { _ = Glibc.close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw failure() }
    guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(text: "no regular file") }
    // What was opened is what is judged, not what lies at the path by then.
    guard !isSecret || status.st_mode & 0o007 == 0 else {
      throw Failure(text: "everybody may read or write it: chmod o= makes it a secret")
    }
    guard status.st_size <= byteCountMax else { throw Failure(text: "more than \(byteCountMax) bytes") }
    var bytes = [UInt8](repeating: 0, count: byteCountMax + 1)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes { out in
        unsafe Glibc.read(descriptor, out.baseAddress.map { unsafe $0 + count }, out.count - count)
      }
      if got < 0, errno == EINTR { continue }
      guard got >= 0 else { throw failure() }
      if got == 0 { break }
      count += got
    }
    guard count <= byteCountMax else { throw Failure(text: "more than \(byteCountMax) bytes") }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else { throw Failure(text: "no UTF-8 text") }
    return text
  }

  private static func failure() -> Failure { Failure(text: unsafe String(cString: strerror(errno))) }
}
