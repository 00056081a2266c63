internal import Glibc

/// The cgroups (version 2) of a resource's leases: one folder for the resource, and one for each lease below it, which its guardian makes and
/// removes. Here is what concerns all of them: the folder, the cpu controller, and what was left by guardians that were killed.
struct LeaseGroups {
  /// Why there are none.
  enum Failure: Error, CustomStringConvertible {
    case notMade(String, Int32)
    case noController(String)

    var description: String {
      switch self {
      case .notMade(let path, let code): "the cgroup \(path): \(unsafe String(cString: strerror(code)))"
      case .noController(let path): "the cgroup \(path) has no cpu controller, which cpu-percent needs"
      }
    }
  }

  /// Whether `cpu.max` can be written.
  let hasQuota: Bool
  private let folder: String

  /// Makes the folder, and looks for the controller when it is wanted.
  init(below base: String, resource: EnforcedResource, wantsQuota: Bool) throws(Failure) {
    folder = "\(base)/resource-\(resource.name)"
    if unsafe mkdir(folder, 0o755) != 0, errno != EEXIST { throw .notMade(folder, errno) }
    // A cgroup passes a controller on to those below it only where it was told to, and none that has processes can be: this one moves.
    if wantsQuota {
      guard Self.write("+cpu", to: "\(base)/cgroup.subtree_control") || Self.moveOwn(below: base),
        Self.write("+cpu", to: "\(folder)/cgroup.subtree_control")
      else { throw .noController(base) }
    }
    hasQuota = wantsQuota
  }

  func path(of group: String) -> String { "\(folder)/\(group)" }

  private static func moveOwn(below base: String) -> Bool {
    let own = "\(base)/turnpike-agent"
    if unsafe mkdir(own, 0o755) != 0, errno != EEXIST { return false }
    return write("0", to: "\(own)/cgroup.procs") && write("+cpu", to: "\(base)/cgroup.subtree_control")
  }

  /// Kills and removes what nobody guards. What was killed is gone after a moment, and until then its folder cannot go: returns the names of
  /// those that are still there.
  func sweep(except guarded: Set<String>) -> [String] {
    Self.folders(in: folder).filter { name in
      if guarded.contains(name) { return false }
      _ = Self.write("1", to: "\(folder)/\(name)/cgroup.kill")
      return !Self.remove("\(folder)/\(name)", depth: 0)
    }
  }

  /// Whether it is gone, with what its processes made below it.
  private static func remove(_ path: String, depth: Int) -> Bool {
    if unsafe rmdir(path) == 0 || errno == ENOENT { return true }
    guard depth < EnforcementLimits.cgroupDepthMax else { return false }
    for name in folders(in: path) { _ = remove("\(path)/\(name)", depth: depth + 1) }
    return unsafe rmdir(path) == 0
  }

  /// What the guardian, killed itself, could not kill. Its command is dead; who is in the command's group keeps the group's number.
  static func killProcessGroup(_ process: Int32) {
    if process > 1 { _ = Glibc.kill(-process, SIGKILL) }
  }

  /// Where this process was when it was asked first, in the hierarchy of version 2; nil: there is none.
  static let own: String? = {
    guard let mounts = try? FileContent.read("/proc/self/mounts", byteCountMax: 1 << 16, isSecret: false),
      let groups = try? FileContent.read("/proc/self/cgroup", byteCountMax: 1 << 16, isSecret: false)
    else { return nil }
    var mount: String?
    for line in mounts.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count > 2, words[2] == "cgroup2", mount == nil { mount = String(words[1]) }
    }
    let group = groups.split(separator: "\n").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
    guard let mount, let group else { return nil }
    return group == "/" ? mount : mount + group
  }()

  private static func folders(in path: String) -> [String] {
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if unsafe entry.pointee.d_type == UInt8(DT_DIR), name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  private static func write(_ text: String, to path: String) -> Bool {
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { _ = Glibc.close(descriptor) }
    let bytes = Array(text.utf8)
    return unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) } == bytes.count
  }
}
