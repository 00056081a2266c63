public import Journal

/// A directory in memory that loses what a power failure may lose.
///
/// Each file has two images: what the disk holds, and what the system shows. A write changes the second and marks its sectors;
/// a sync copies the marked ones to the first. Names are kept the same way. `crash` keeps a random part of the marked sectors
/// and of the changes of names since the last sync of the directory. After a sync that failed its sectors are neither durable nor
/// marked: a later sync reports success and does nothing for them, as Linux does.
public final class SimulatedFiles: JournalFiles {
  private final class Node {
    var durable: [UInt8] = []
    var shown: [UInt8] = []
    var dirty: Set<Int> = []
    /// A sync succeeded and did nothing, and none has done its work since.
    var isSyncLost = false
    /// What an honest disk would show, once this one has lied.
    var honest: [UInt8]?
  }

  private enum NameChange {
    case create(String, Node)
    case rename(String, String, Node)
    case remove(String)
  }

  /// What goes wrong at a call.
  public enum Fault: Sendable {
    /// The machine stops: the call may have had any part of its effect.
    case crash
    /// The call fails with this number, and has no effect but what a failed sync has.
    case fail(Int32)
    /// A write takes only so many bytes.
    case short(Int)
    /// A write lands so many bytes further on.
    case misdirected(Int)
    /// A write or sync succeeds and does nothing.
    case lost
  }

  private static let sector = 512
  private static let crashedNumber: Int32 = -1
  private var durableNames: [String: Node] = [:]
  private var names: [String: Node] = [:]
  private var changes: [NameChange] = []
  private var handles: [Int32: Node] = [:]
  private var nextHandle: Int32 = 3
  private var chance: Chance
  /// Whether the machine has stopped.
  public private(set) var hasCrashed = false
  /// Calls that change something, so far.
  public private(set) var callCount = 0
  /// What each such call was.
  public private(set) var calls: [FileError.Call] = []
  /// What goes wrong at which of them.
  public var faults: [Int: Fault] = [:]
  /// A disk that says it has synced, and has not.
  public var ignoresSyncs = false
  /// Bytes that there is room for.
  public var capacity = Int.max
  /// How often each kind of thing went wrong.
  public private(set) var faultCounts: [DiskFault: Int] = [:]
  /// How often the machine stopped in each kind of call.
  public private(set) var crashCounts: [FileError.Call: Int] = [:]

  /// An empty directory; all chance is of the seed.
  public init(seed: UInt64 = 1) { chance = Chance(seed: seed) }

  // MARK: What happens to machines

  /// The process ends; the system stays.
  public func kill() {
    handles = [:]
    faults = [:]
    hasCrashed = false
  }

  /// Whether a write was lost or went astray.
  public var hasLied: Bool { names.values.contains { $0.honest != nil } }

  /// Whether a sync of this file did nothing: what it was asked for is lost if the power fails now.
  public func isSyncLost(_ name: String) -> Bool { names[name]?.isSyncLost ?? false }

  /// A good copy takes the place of what the disk made of each file that `isMeant`.
  public func restoreHonest(where isMeant: (String) -> Bool = { _ in true }) {
    for (name, node) in names where isMeant(name) {
      guard let honest = node.honest else { continue }
      (node.shown, node.durable, node.honest) = (honest, honest, nil)
      node.dirty = []
    }
  }

  /// What the disk made of it is all there is; what was not synced it has written by now.
  public func acceptLies() {
    for node in names.values {
      node.honest = nil
      guard node.isSyncLost else { continue }
      for sector in node.dirty { store(sector, of: node) }
      (node.dirty, node.isSyncLost) = ([], false)
    }
  }

  private func count(_ fault: DiskFault) { faultCounts[fault, default: 0] += 1 }

  /// The power fails and comes back.
  public func crash() {
    // In the order of names, so that a seed gives the same run again. A file may have a name only here, or only on the disk.
    for name in Set(names.keys).union(durableNames.keys).sorted() {
      for node in [names[name], durableNames[name]] { node.map(settle) }
    }
    for change in changes {
      if chance.below(2) == 0 { apply(change, to: &durableNames) } else { count(.unsyncedNameLost) }
    }
    names = durableNames
    changes = []
    handles = [:]
    faults = [:]
    hasCrashed = false
  }

  private func settle(_ node: Node) {
    let kept = node.dirty.sorted().filter { _ in chance.below(2) == 0 }
    for sector in kept { store(sector, of: node) }
    if !node.dirty.isEmpty, kept.isEmpty { count(.unsyncedWriteLost) }
    if !kept.isEmpty, kept.count < node.dirty.count { count(.tornWrite) }
    node.shown = node.durable
    (node.dirty, node.isSyncLost) = ([], false)
  }

  private func store(_ sector: Int, of node: Node) {
    let begin = sector * Self.sector
    let end = min(begin + Self.sector, node.shown.count)
    guard begin < end else { return }
    if node.durable.count < end { node.durable += [UInt8](repeating: 0, count: end - node.durable.count) }
    node.durable.replaceSubrange(begin..<end, with: node.shown[begin..<end])
  }

  private func apply(_ change: NameChange, to names: inout [String: Node]) {
    switch change {
    case .create(let name, let node): names[name] = node
    case .rename(let name, let newName, let node):
      names[name] = nil
      names[newName] = node
    case .remove(let name): names[name] = nil
    }
  }

  // MARK: For tests

  /// What the system shows of a file; setting it changes the disk too.
  public subscript(name: String) -> [UInt8]? {
    get { names[name]?.shown }
    set {
      guard let newValue else {
        names[name] = nil
        durableNames[name] = nil
        return
      }
      let node = Node()
      (node.durable, node.shown) = (newValue, newValue)
      names[name] = node
      durableNames[name] = node
    }
  }

  /// Changes bits of one byte, on the disk too.
  public func corrupt(_ name: String, at offset: Int, bits: UInt8) {
    guard let node = names[name], offset < node.shown.count else { return }
    node.honest = node.honest ?? node.shown
    count(.corruptedByte)
    node.shown[offset] ^= bits
    node.durable = node.shown
  }

  /// All files.
  public var contents: [String: [UInt8]] { names.mapValues(\.shown) }

  /// A directory that holds these, durably.
  public convenience init(_ contents: [String: [UInt8]], seed: UInt64 = 1) {
    self.init(seed: seed)
    for (name, bytes) in contents { self[name] = bytes }
  }

  // MARK: Calls

  private func begin(_ call: FileError.Call, _ path: String) throws(FileError) -> Fault? {
    if hasCrashed { throw FileError(call, path: path, number: Self.crashedNumber) }
    callCount += 1
    calls.append(call)
    let fault = faults[callCount]
    if case .fail(let number) = fault, call != .sync {
      count(number == 28 ? .diskFull : .failedCall)
      throw FileError(call, path: path, number: number)
    }
    return fault
  }

  private func end(_ fault: Fault?, _ call: FileError.Call, _ path: String) throws(FileError) {
    guard case .crash = fault else { return }
    count(.crashAtCall)
    crashCounts[call, default: 0] += 1
    hasCrashed = true
    throw FileError(call, path: path, number: Self.crashedNumber)
  }

  private func node(_ file: FileNumber, _ call: FileError.Call) throws(FileError) -> Node {
    if hasCrashed { throw FileError(call, path: "", number: Self.crashedNumber) }
    guard let node = handles[file.value] else { throw FileError(call, path: "", number: 9) }
    return node
  }

  private func handle(_ node: Node) -> FileNumber {
    nextHandle += 1
    handles[nextHandle] = node
    return FileNumber(nextHandle)
  }

  /// See `JournalFiles`.
  public func list() throws(FileError) -> [String] {
    if hasCrashed { throw FileError(.list, path: "", number: Self.crashedNumber) }
    return names.keys.sorted(by: >)
  }

  /// See `JournalFiles`.
  public func open(_ name: String, forWriting: Bool) throws(FileError) -> FileNumber {
    if hasCrashed { throw FileError(.open, path: name, number: Self.crashedNumber) }
    guard let node = names[name] else { throw FileError(.open, path: name, number: 2) }
    return handle(node)
  }

  /// See `JournalFiles`.
  public func create(_ name: String) throws(FileError) -> FileNumber {
    let fault = try begin(.create, name)
    let node = Node()
    names[name] = node
    changes.append(.create(name, node))
    try end(fault, .create, name)
    return handle(node)
  }

  /// See `JournalFiles`.
  public func close(_ file: FileNumber) { handles[file.value] = nil }

  /// See `JournalFiles`.
  public func byteCount(of file: FileNumber) throws(FileError) -> Int { try node(file, .size).shown.count }

  /// See `JournalFiles`.
  public func read(into bytes: inout MutableRawSpan, from start: Int, of file: FileNumber, at offset: Int)
    throws(FileError) -> Int
  {
    let node = try node(file, .read)
    let count = max(0, min(bytes.byteCount - start, node.shown.count - offset))
    guard count > 0 else { return 0 }
    unsafe bytes.withUnsafeMutableBytes { target in
      unsafe node.shown.withUnsafeBytes {
        unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count]))
      }
    }
    return count
  }

  /// See `JournalFiles`.
  public func write(_ bytes: RawSpan, to file: FileNumber, at offset: Int) throws(FileError) -> Int {
    let node = try node(file, .write)
    let fault = try begin(.write, "")
    var (byteCount, begin) = (bytes.byteCount, offset)
    switch fault {
    case .short(let most):
      byteCount = min(byteCount, most)
      count(.shortWrite)
    case .misdirected(let distance):
      node.honest = node.honest ?? node.shown
      begin = max(0, begin + distance)
      count(.misdirectedWrite)
    case .lost:
      node.honest = node.honest ?? node.shown
      count(.lostWrite)
    case .crash, .fail, nil: break
    }
    if names.values.reduce(0, { $0 + $1.shown.count }) + max(0, begin + byteCount - node.shown.count) > capacity {
      count(.diskFull)
      throw FileError(.write, path: "", number: 28)
    }
    let written = bytes.extracting(first: byteCount)
    if node.honest != nil { Self.put(written, into: &node.honest, at: offset) }
    if case .lost = fault { return byteCount }
    var shown = Optional(node.shown)
    node.shown = []
    Self.put(written, into: &shown, at: begin)
    node.shown = shown ?? []
    node.dirty.formUnion(begin / Self.sector...(max(begin, begin + byteCount - 1)) / Self.sector)
    try end(fault, .write, "")
    return byteCount
  }

  private static func put(_ bytes: RawSpan, into content: inout [UInt8]?, at offset: Int) {
    guard var target = content.take() else { return }
    if target.count < offset + bytes.byteCount {
      target += [UInt8](repeating: 0, count: offset + bytes.byteCount - target.count)
    }
    unsafe bytes.withUnsafeBytes { source in
      unsafe target.withUnsafeMutableBytes { unsafe $0[offset...].copyBytes(from: source) }
    }
    content = target
  }

  /// See `JournalFiles`.
  public func sync(_ file: FileNumber) throws(FileError) {
    let node = try node(file, .sync)
    let fault = try begin(.sync, "")
    try end(fault, .sync, "")
    if case .lost = fault {
      node.isSyncLost = true
      return
    }
    if case .fail(let number) = fault {
      count(.failedSync)
      node.dirty = []
      throw FileError(.sync, path: "", number: number)
    }
    if ignoresSyncs { return }
    for sector in node.dirty { store(sector, of: node) }
    (node.dirty, node.isSyncLost) = ([], false)
  }

  /// See `JournalFiles`.
  public func rename(_ name: String, to newName: String) throws(FileError) {
    let fault = try begin(.rename, name)
    guard let node = names[name] else { throw FileError(.rename, path: name, number: 2) }
    names[name] = nil
    names[newName] = node
    changes.append(.rename(name, newName, node))
    try end(fault, .rename, name)
  }

  /// See `JournalFiles`.
  public func remove(_ name: String) throws(FileError) {
    let fault = try begin(.remove, name)
    guard names.removeValue(forKey: name) != nil else { throw FileError(.remove, path: name, number: 2) }
    changes.append(.remove(name))
    try end(fault, .remove, name)
  }

  /// See `JournalFiles`.
  public func syncDirectory() throws(FileError) {
    let fault = try begin(.syncDirectory, "")
    try end(fault, .syncDirectory, "")
    if ignoresSyncs { return }
    for change in changes { apply(change, to: &durableNames) }
    changes = []
  }
}
