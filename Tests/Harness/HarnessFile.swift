internal import Glibc

/// Files of a test.
public enum HarnessFile {
  /// The content of a file.
  public static func read(_ path: String) throws -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw HarnessError(call: "open", number: errno) }
    defer { _ = close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw HarnessError(call: "read", number: errno) }
      if count == 0 { return content }
      content += chunk[..<count]
    }
  }

  /// Removes a directory and what is in it.
  public static func removeDirectory(_ path: String) {
    guard let directory = unsafe opendir(path) else { return }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      if unsafe unlink("\(path)/\(name)") != 0 { removeDirectory("\(path)/\(name)") }
    }
    _ = unsafe closedir(directory)
    _ = unsafe rmdir(path)
  }
}
