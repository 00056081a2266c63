import WireProtocol

/// Strings of bytes of any length in pieces of 48: 64 bytes of memory each.
struct PieceStore: ~Copyable {
  /// Bytes of a string that one piece holds.
  static let byteCount = 48

  struct Piece: SlotRecord {
    /// 1 while in use.
    var id: UInt64 = 0
    /// While in use: the next one of the string.
    var nextFree: UInt32 = 0
    private var zero: UInt32 = 0
    var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  }

  private(set) var pieces: SlotTable<Piece>

  init?(capacity: UInt32) {
    guard let pieces = SlotTable<Piece>(capacity: capacity) else { return nil }
    self.pieces = pieces
  }

  /// Pieces that a string of so many bytes takes.
  static func count(_ byteCount: Int) -> UInt32 { UInt32((byteCount + Self.byteCount - 1) / Self.byteCount) }

  /// Pieces that are free.
  var freeCount: UInt32 { pieces.capacity - pieces.count }
  /// Pieces in use.
  var usedCount: UInt32 { pieces.count }

  /// Keeps bytes, for which there is room.
  mutating func store(_ bytes: RawSpan) -> StoredBytes {
    var stored = StoredBytes()
    stored.byteCount = UInt32(bytes.byteCount)
    // From the end: each piece names the next.
    var number = Int(Self.count(bytes.byteCount))
    while number > 0 {
      number -= 1
      var piece = Piece()
      piece.id = 1
      let at = number * Self.byteCount
      piece.words = (
        Self.word(bytes, at), Self.word(bytes, at + 8), Self.word(bytes, at + 16), Self.word(bytes, at + 24),
        Self.word(bytes, at + 32), Self.word(bytes, at + 40)
      )
      guard let index = pieces.insert(piece) else { break }
      pieces[index].nextFree = stored.first
      stored.first = index
    }
    return stored
  }

  /// Eight bytes, little-endian, of which those beyond the end are zero.
  private static func word(_ bytes: RawSpan, _ offset: Int) -> UInt64 {
    if offset + 8 <= bytes.byteCount { return bytes.uint64(at: offset) }
    var word: UInt64 = 0
    for index in 0..<8 where offset + index < bytes.byteCount {
      word |= UInt64(bytes.uint8(at: offset + index)) << UInt64(8 * index)
    }
    return word
  }

  /// Writes what was kept to `out`, as whole words: which has room for them.
  func copy(_ stored: StoredBytes, to out: inout MutableRawSpan) {
    var (index, at) = (stored.first, 0)
    while index != noIndex, at < Int(stored.byteCount) {
      let words = pieces[index].words
      for word in [words.0, words.1, words.2, words.3, words.4, words.5] where at < Int(stored.byteCount) {
        out.store(word, at: at)
        at += 8
      }
      index = pieces[index].nextFree
    }
  }

  /// Lets go of what was kept, and gives what takes its place.
  mutating func remove(_ stored: StoredBytes) -> StoredBytes {
    var index = stored.first
    while index != noIndex {
      let next = pieces[index].nextFree
      pieces.remove(index)
      index = next
    }
    return StoredBytes()
  }

  /// Whether a string's pieces are there, in use, as many as its length says, and no other string's: `seen` has a place for each.
  func isSound(_ stored: StoredBytes, _ seen: inout [Bool]) -> Bool {
    var (index, left) = (stored.first, Self.count(Int(stored.byteCount)))
    while left > 0 {
      guard index < pieces.highWater, pieces[index].id == 1, !seen[Int(index)] else { return false }
      seen[Int(index)] = true
      index = pieces[index].nextFree
      left -= 1
    }
    return index == noIndex
  }

  func write<Sink>(to writer: inout SnapshotWriter<Sink>) { pieces.write(.pieces, to: &writer) }
  mutating func read<Source>(from reader: inout SnapshotReader<Source>) -> Bool { pieces.read(.pieces, from: &reader) }
}

/// A string in a PieceStore.
struct StoredBytes {
  var first = noIndex
  var byteCount: UInt32 = 0
}
