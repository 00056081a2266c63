import Glibc
import Synchronization

/// Standard output and error, and what they are.
enum Terminal {
  private static let isJSONForced = Atomic<Bool>(false)

  /// JSON when it was asked for or when nobody is looking.
  static var wantsJSON: Bool { isJSONForced.load(ordering: .relaxed) || isatty(STDOUT_FILENO) == 0 }

  /// Whether a terminal shows what is written, and it is for people.
  static var isScreen: Bool { !wantsJSON }

  static func forceJSON() { isJSONForced.store(true, ordering: .relaxed) }

  /// Throws when not all of it could be written: what a command says may be money.
  static func show(_ value: Value) throws(OutputError) {
    try write(wantsJSON ? JSONText.encode(value) : PlainText.encode(value), to: STDOUT_FILENO)
  }

  /// The same for what exists nowhere else: when it returns, a file has it for good.
  static func deliver(_ value: Value) throws(OutputError) {
    try show(value)
    var status = stat()
    guard unsafe fstat(STDOUT_FILENO, &status) == 0 else { throw OutputError() }
    guard status.st_mode & S_IFMT == S_IFREG else { return }
    guard fsync(STDOUT_FILENO) == 0 else { throw OutputError() }
  }

  /// There is nobody to tell when this fails.
  static func printError(_ text: String) { try? write(text, to: STDERR_FILENO) }

  /// A line, at once: a reader at the other end of a pipe sees each when it happens.
  private static func write(_ text: String, to descriptor: Int32) throws(OutputError) {
    if !text.isEmpty { try raw(text + "\n", to: descriptor) }
  }

  static func raw(_ text: String, to descriptor: Int32 = STDOUT_FILENO) throws(OutputError) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe Glibc.write(descriptor, bytes.baseAddress.map { unsafe $0 + offset }, bytes.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw OutputError() }
      offset += count
    }
  }
}

/// What had to be said could not be written.
struct OutputError: Error, CustomStringConvertible {
  private let why: String

  /// Of the call that has just failed.
  init() { why = unsafe String(cString: strerror(errno)) }

  var description: String { "cannot write the output: \(why)" }
}
