/// Where a snapshot goes, piece by piece. A sink that fails remembers it; the rest of the pieces is then lost on it.
public protocol SnapshotSink {
  /// Takes the next bytes.
  mutating func append(_ bytes: UnsafeRawBufferPointer)
}

/// Where a snapshot comes from.
public protocol SnapshotSource {
  /// Fills all of `bytes` with the next ones; false when there are not so many, or they cannot be read.
  mutating func read(into bytes: UnsafeMutableRawBufferPointer) -> Bool
}

/// What precedes the records of a section.
///
///      0  tag 4 | record byte count 4
///      8  count: records that follow
///     16  used: of them, in use (of a section that is no table: count)
///     24  first free: index of the first free record, plus one; 0: none is
///     32  records, back to back, little-endian
///
/// Record byte counts are multiples of 4; a section ends with zeros up to a multiple of 8.
struct SnapshotSection {
  var tag: SnapshotTag
  var recordByteCount: Int
  var count: UInt64
  var used: UInt64
  var firstFree: UInt64 = 0

  var paddingByteCount: Int { Int(count & 1) * recordByteCount & 7 }
}

/// The sections, in the order in which they lie.
enum SnapshotTag: UInt32, CaseIterable {
  case head = 1
  case ledger, resources, providers, leases, endedLeases
  case leaseTimerInstants, leaseTimerIndices, endedTimerInstants, endedTimerIndices
  case debitKeys, reservations
  case noteEpochs, spentNotes
  case sessions, receipts, sessionLists
  case chains
  case fundings, claims, campaigns, offerings, auctions, bids, lines, pools, agenda
  case statement, statementLines, statementEnds
  case agents, services
  case mints, keysets, keysetKeys, ecashPayments, ecashProofs, pieces, treasury
}

/// Writes sections to a sink.
struct SnapshotWriter<Sink: SnapshotSink> {
  var sink: Sink

  /// Writes one section of `count` elements.
  mutating func write<Element>(
    _ tag: SnapshotTag, _ memory: borrowing FlatMemory<Element>, count: Int, used: UInt32? = nil, firstFree: UInt32 = 0
  ) {
    let section = SnapshotSection(
      tag: tag, recordByteCount: MemoryLayout<Element>.stride, count: UInt64(count),
      used: UInt64(used ?? UInt32(count)),
      firstFree: UInt64(firstFree))
    write(section)
    unsafe sink.append(memory.bytes(0..<count))
    pad(section.paddingByteCount)
  }

  /// Writes one section of words.
  mutating func write(_ tag: SnapshotTag, _ words: [UInt64]) {
    write(SnapshotSection(tag: tag, recordByteCount: 8, count: UInt64(words.count), used: UInt64(words.count)))
    append(words)
  }

  /// Writes what precedes the records.
  mutating func write(_ section: SnapshotSection) {
    append([
      UInt64(section.tag.rawValue) | UInt64(section.recordByteCount) << 32, section.count, section.used,
      section.firstFree,
    ])
  }

  mutating func append(_ words: [UInt64]) {
    unsafe words.map(\.littleEndian).withUnsafeBytes { unsafe sink.append($0) }
  }

  private mutating func pad(_ byteCount: Int) {
    let zeros: [UInt8] = [0, 0, 0, 0, 0, 0, 0]
    unsafe zeros.withUnsafeBytes { unsafe sink.append(UnsafeRawBufferPointer(rebasing: $0[..<byteCount])) }
  }
}

/// Reads sections from a source. Nothing that it gives is trusted: a section that is not what is expected gives nil.
struct SnapshotReader<Source: SnapshotSource> {
  var source: Source

  /// Reads the head of the section `tag`, whose records have `recordByteCount` bytes and number `countMax` at most.
  mutating func section(_ tag: SnapshotTag, recordByteCount: Int, countMax: Int) -> SnapshotSection? {
    guard let words = words(4), words[0] == UInt64(tag.rawValue) | UInt64(recordByteCount) << 32,
      words[1] <= UInt64(countMax), words[2] <= words[1], words[3] <= words[1]
    else { return nil }
    return SnapshotSection(
      tag: tag, recordByteCount: recordByteCount, count: words[1], used: words[2], firstFree: words[3])
  }

  /// Reads one section into the first elements of `memory`.
  mutating func read<Element>(_ tag: SnapshotTag, into memory: borrowing FlatMemory<Element>) -> SnapshotSection? {
    guard
      let section = section(tag, recordByteCount: MemoryLayout<Element>.stride, countMax: memory.count),
      unsafe source.read(into: memory.mutableBytes(0..<Int(section.count))), skip(section.paddingByteCount)
    else { return nil }
    return section
  }

  /// Reads one section of `count` words.
  mutating func read(_ tag: SnapshotTag, count: Int) -> [UInt64]? {
    guard let section = section(tag, recordByteCount: 8, countMax: count), section.count == UInt64(count) else {
      return nil
    }
    return words(count)
  }

  mutating func words(_ count: Int) -> [UInt64]? {
    var words = [UInt64](repeating: 0, count: count)
    let isRead = unsafe words.withUnsafeMutableBytes { unsafe source.read(into: $0) }
    return isRead ? words.map(UInt64.init(littleEndian:)) : nil
  }

  private mutating func skip(_ byteCount: Int) -> Bool {
    var padding = [UInt8](repeating: 0, count: byteCount)
    return unsafe padding.withUnsafeMutableBytes { unsafe source.read(into: $0) }
  }
}
