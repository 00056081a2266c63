import Glibc
import Testing

/// A new directory of its own for one test; removed with what is in it when the test ends.
struct TemporaryDirectory: ~Copyable {
  let path: String

  init() throws {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? P_tmpdir
    guard
      let made = unsafe (parent + "/turnpike-payments-" + String(repeating: "X", count: 6)).withCString({ template in
        guard let name = unsafe strdup(template) else { return String?.none }
        defer { unsafe free(name) }
        return unsafe mkdtemp(name).map { unsafe String(cString: $0) }
      })
    else { throw FileError(number: errno) }
    path = made
  }

  deinit {
    for name in (try? names()) ?? [] { _ = unsafe remove("\(path)/\(name)") }
    _ = unsafe rmdir(path)
  }

  /// What is in it.
  func names() throws -> [String] {
    guard let directory = unsafe opendir(path) else { throw FileError(number: errno) }
    defer { _ = unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Writes a file of this content and mode.
  func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
    let file = unsafe open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard file >= 0 else { throw FileError(number: errno) }
    defer { _ = close(file) }
    let bytes = Array(text.utf8)
    let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
    guard written == bytes.count, fchmod(file, mode) == 0 else { throw FileError(number: errno) }
  }

  /// The content of a small file.
  func read(_ name: String) throws -> String {
    let file = unsafe open("\(path)/\(name)", O_RDONLY)
    guard file >= 0 else { throw FileError(number: errno) }
    defer { _ = close(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
    guard count >= 0 else { throw FileError(number: errno) }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }

  /// The permission bits of a file.
  func mode(of name: String) throws -> mode_t {
    var status = stat()
    guard unsafe lstat("\(path)/\(name)", &status) == 0 else { throw FileError(number: errno) }
    return status.st_mode & 0o7777
  }
}

/// A system call of a test failed.
struct FileError: Error {
  let number: Int32
}
