extension RepairPlan {
  /// Does it. Where something goes that may have been acknowledged, what is left gets the mark of a backup: `Restoration` begins a new
  /// life of it, and no start takes it as it is. First a copy is kept of each file that is changed, so that a full disk ends it before anything is. Then later files
  /// go first, so that a crash in between leaves a journal that can be repaired.
  public func apply(to files: some JournalFiles) throws(FileError) {
    if obstacle != nil { return }
    var copied: [String] = []
    for step in steps where !step.isMove && !copied.contains(step.file) {
      try Self.keepCopy(of: step.file, in: files)
      copied.append(step.file)
    }
    // What was cut was perhaps told to somebody: ids and epochs that were given, notes that were taken. No start takes it now.
    if mayLose { try Backup.markCut(files) }
    for step in steps.reversed() {
      switch step {
      case .moveAside(let name):
        try files.rename(name, to: Self.freeName(for: name, among: try files.list()))
        try files.syncDirectory()
      case .cut(let name, let offset, let segmentByteCount):
        try Self.change(name, files) { file throws(FileError) in
          try Self.zero(offset, upTo: segmentByteCount, of: file, in: files)
        }
      case .rewriteHeader(let name, let header):
        var memory = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
        var span = memory.mutableSpan
        var bytes = unsafe span.mutableBytes
        header.write(to: &bytes)
        try Self.change(name, files) { file throws(FileError) in
          try unsafe files.writeAll(memory.span.bytes, to: file, at: 0)
        }
      }
    }
  }

  private static func change(
    _ name: String, _ files: some JournalFiles, _ body: (FileNumber) throws(FileError) -> Void
  ) throws(FileError) {
    let file = try files.open(name, forWriting: true)
    defer { files.close(file) }
    try body(file)
    try files.sync(file)
  }

  private static func zero(_ offset: Int, upTo end: Int, of file: FileNumber, in files: some JournalFiles)
    throws(FileError)
  {
    let zeros = [UInt8](repeating: 0, count: max(0, min(end - offset, JournalLimits.zeroByteCount)))
    var offset = offset
    while offset < end {
      let count = min(zeros.count, end - offset)
      try unsafe files.writeAll(zeros.span.bytes.extracting(first: count), to: file, at: offset)
      offset += count
    }
  }

  /// The copy has its name only once it is whole and durable.
  private static func keepCopy(of name: String, in files: some JournalFiles) throws(FileError) {
    let source = try files.open(name, forWriting: false)
    defer { files.close(source) }
    let copy = try files.create(SegmentName.asideDraft)
    defer { files.close(copy) }
    var memory = [UInt8](repeating: 0, count: JournalLimits.zeroByteCount)
    var offset = 0
    while true {
      var span = memory.mutableSpan
      var bytes = unsafe span.mutableBytes
      let count = try files.readAll(into: &bytes, from: source, at: offset)
      if count == 0 { break }
      try files.writeAll(bytes.bytes.extracting(first: count), to: copy, at: offset)
      offset += count
    }
    try files.sync(copy)
    try files.rename(SegmentName.asideDraft, to: freeName(for: name, among: try files.list()))
    try files.syncDirectory()
  }

  private static func freeName(for name: String, among names: [String]) -> String {
    var free = SegmentName.asidePrefix + name
    while names.contains(free) { free = SegmentName.asidePrefix + free }
    return free
  }
}

extension RepairPlan.Step {
  fileprivate var isMove: Bool { if case .moveAside = self { true } else { false } }
}
