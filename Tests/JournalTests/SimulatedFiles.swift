import Journal

/// A small generator (SplitMix64): the same seed gives the same run everywhere.
struct Chance {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }
}

/// A directory in memory that loses what a power failure may lose.
///
/// Each file has two images: what the disk holds, and what the system shows. A write changes the second and marks its sectors;
/// a sync copies the marked ones to the first. Names are kept the same way. `crash` keeps a random part of the marked sectors
/// and of the changes of names since the last sync of the directory. After a sync that failed its sectors are neither durable nor
/// marked: a later sync reports success and does nothing for them, as Linux does.
final class SimulatedFiles: JournalFiles {
  private final class Node {
    var durable: [UInt8] = []
    var shown: [UInt8] = []
    var dirty: Set<Int> = []
  }

  private enum NameChange {
    case create(String, Node)
    case rename(String, String, Node)
    case remove(String)
  }

  /// What goes wrong at a call.
  enum Fault {
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
  private(set) var hasCrashed = false
  /// Calls that change something, so far.
  private(set) var callCount = 0
  /// What each such call was.
  private(set) var calls: [FileError.Call] = []
  /// What goes wrong at which of them.
  var faults: [Int: Fault] = [:]
  /// A disk that says it has synced, and has not.
  var ignoresSyncs = false
  /// Bytes that there is room for.
  var capacity = Int.max

  init(seed: UInt64 = 1) { chance = Chance(seed: seed) }

  // MARK: What happens to machines

  /// The process ends; the system stays.
  func kill() {
    handles = [:]
    faults = [:]
  }

  /// The power fails and comes back.
  func crash() {
    // In the order of names, so that a seed gives the same run again. A file may have a name only here, or only on the disk.
    for name in Set(names.keys).union(durableNames.keys).sorted() {
      for node in [names[name], durableNames[name]] { node.map(settle) }
    }
    for change in changes where chance.below(2) == 0 { apply(change, to: &durableNames) }
    names = durableNames
    changes = []
    handles = [:]
    faults = [:]
    hasCrashed = false
  }

  private func settle(_ node: Node) {
    for sector in node.dirty.sorted() where chance.below(2) == 0 { store(sector, of: node) }
    node.shown = node.durable
    node.dirty = []
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
  subscript(name: String) -> [UInt8]? {
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

  /// All files.
  var contents: [String: [UInt8]] { names.mapValues(\.shown) }

  /// A directory that holds these, durably.
  convenience init(_ contents: [String: [UInt8]], seed: UInt64 = 1) {
    self.init(seed: seed)
    for (name, bytes) in contents { self[name] = bytes }
  }

  // MARK: Calls

  private func begin(_ call: FileError.Call, _ path: String) throws(FileError) -> Fault? {
    if hasCrashed { throw FileError(call, path: path, number: Self.crashedNumber) }
    callCount += 1
    calls.append(call)
    let fault = faults[callCount]
    if case .fail(let number) = fault, call != .sync { throw FileError(call, path: path, number: number) }
    return fault
  }

  private func end(_ fault: Fault?, _ call: FileError.Call, _ path: String) throws(FileError) {
    guard case .crash = fault else { return }
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

  func list() throws(FileError) -> [String] {
    if hasCrashed { throw FileError(.list, path: "", number: Self.crashedNumber) }
    return names.keys.sorted(by: >)
  }

  func open(_ name: String, forWriting: Bool) throws(FileError) -> FileNumber {
    if hasCrashed { throw FileError(.open, path: name, number: Self.crashedNumber) }
    guard let node = names[name] else { throw FileError(.open, path: name, number: 2) }
    return handle(node)
  }

  func create(_ name: String) throws(FileError) -> FileNumber {
    let fault = try begin(.create, name)
    let node = Node()
    names[name] = node
    changes.append(.create(name, node))
    try end(fault, .create, name)
    return handle(node)
  }

  func close(_ file: FileNumber) { handles[file.value] = nil }

  func byteCount(of file: FileNumber) throws(FileError) -> Int { try node(file, .size).shown.count }

  func read(into bytes: inout MutableRawSpan, from start: Int, of file: FileNumber, at offset: Int)
    throws(FileError) -> Int
  {
    let node = try node(file, .read)
    let count = max(0, min(bytes.byteCount - start, node.shown.count - offset))
    for index in 0..<count {
      bytes.storeBytes(of: node.shown[offset + index], toByteOffset: start + index, as: UInt8.self)
    }
    return count
  }

  func write(_ bytes: RawSpan, to file: FileNumber, at offset: Int) throws(FileError) -> Int {
    let node = try node(file, .write)
    let fault = try begin(.write, "")
    var (count, begin) = (bytes.byteCount, offset)
    switch fault {
    case .short(let most): count = min(count, most)
    case .misdirected(let distance): begin += distance
    case .lost: return count
    case .crash, .fail, nil: break
    }
    if names.values.reduce(0, { $0 + $1.shown.count }) + max(0, begin + count - node.shown.count) > capacity {
      throw FileError(.write, path: "", number: 28)
    }
    if node.shown.count < begin + count {
      node.shown += [UInt8](repeating: 0, count: begin + count - node.shown.count)
    }
    for index in 0..<count {
      node.shown[begin + index] = unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }
    node.dirty.formUnion(begin / Self.sector...(max(begin, begin + count - 1)) / Self.sector)
    try end(fault, .write, "")
    return count
  }

  func sync(_ file: FileNumber) throws(FileError) {
    let node = try node(file, .sync)
    let fault = try begin(.sync, "")
    try end(fault, .sync, "")
    if case .lost = fault { return }
    if case .fail(let number) = fault {
      node.dirty = []
      throw FileError(.sync, path: "", number: number)
    }
    if ignoresSyncs { return }
    for sector in node.dirty { store(sector, of: node) }
    node.dirty = []
  }

  func rename(_ name: String, to newName: String) throws(FileError) {
    let fault = try begin(.rename, name)
    guard let node = names[name] else { throw FileError(.rename, path: name, number: 2) }
    names[name] = nil
    names[newName] = node
    changes.append(.rename(name, newName, node))
    try end(fault, .rename, name)
  }

  func remove(_ name: String) throws(FileError) {
    let fault = try begin(.remove, name)
    guard names.removeValue(forKey: name) != nil else { throw FileError(.remove, path: name, number: 2) }
    changes.append(.remove(name))
    try end(fault, .remove, name)
  }

  func syncDirectory() throws(FileError) {
    let fault = try begin(.syncDirectory, "")
    try end(fault, .syncDirectory, "")
    if case .fail(let number) = fault { throw FileError(.syncDirectory, path: "", number: number) }
    if ignoresSyncs { return }
    for change in changes { apply(change, to: &durableNames) }
    changes = []
  }
}
