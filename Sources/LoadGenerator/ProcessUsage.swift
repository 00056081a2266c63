import Glibc

/// Processor time and memory of a server's process, as the kernel tells them.
public struct ServerUsage: Sendable {
  /// User and system.
  public var processorSeconds: Double
  /// Memory in use now.
  public var residentBytes: UInt64

  /// Of a process of this machine; nil when it cannot be read.
  public init?(of process: Int32) {
    // The name, which may hold anything, ends with the last parenthesis; user and system time are the 12th and 13th field after it.
    guard let stat = Self.read("/proc/\(process)/stat"), let name = stat.lastIndex(of: ")"),
      let statm = Self.read("/proc/\(process)/statm")
    else { return nil }
    let fields = stat[name...].split(separator: " ")
    let pages = statm.split(separator: " ")
    guard fields.count > 13, let user = UInt64(fields[12]), let system = UInt64(fields[13]), pages.count > 1,
      let resident = UInt64(pages[1])
    else { return nil }
    processorSeconds = Double(user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    residentBytes = resident * UInt64(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// How a process of this machine was started; nil when it cannot be read.
  public static func commandLine(of process: Int32) -> String? {
    read("/proc/\(process)/cmdline").map { $0.split(separator: "\0").joined(separator: " ") }
  }

  private static func read(_ path: String) -> String? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}

/// Processor time of this process, user and system.
var ownProcessorSeconds: Double {
  var usage = rusage()
  _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
}
