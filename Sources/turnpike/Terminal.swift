import Glibc
import Synchronization

/// Standard output and error, and what they are.
enum Terminal {
  private static let isJSONForced = Atomic<Bool>(false)

  /// JSON when it was asked for or when nobody is looking.
  static var wantsJSON: Bool { isJSONForced.load(ordering: .relaxed) || isatty(STDOUT_FILENO) == 0 }

  static func forceJSON() { isJSONForced.store(true, ordering: .relaxed) }

  static func show(_ value: Value) {
    write(wantsJSON ? JSONText.encode(value) : PlainText.encode(value), to: STDOUT_FILENO)
  }

  static func printError(_ text: String) { write(text, to: STDERR_FILENO) }

  /// A line, at once: a reader at the other end of a pipe sees each when it happens.
  private static func write(_ text: String, to descriptor: Int32) {
    guard !text.isEmpty else { return }
    raw(text + "\n", to: descriptor)
  }

  static func raw(_ text: String, to descriptor: Int32 = STDOUT_FILENO) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      offset += count
    }
  }
}
