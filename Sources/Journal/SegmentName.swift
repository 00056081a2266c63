/// Names of the files in a journal's directory.
///
///     journal-0000000000000001    a segment, in the order of their numbers
///     reserve-0000000000000001    a file of a segment's size without content, to become a segment by a new name
///     reserve.new, segment.new    one that is being made: what a crash leaves of it is nothing
///     snapshot-0000000000000001   the state after that batch
///     snapshot.new                one that is being written
///     backup                      the mark of a copy that no broker goes on from
///     aside-...                   what a repair moved away, or kept a copy of before it changed it
///     aside.new                   such a copy that is being made
enum SegmentName: Equatable {
  case segment(UInt64)
  case reserve(UInt64)
  case snapshot(UInt64)
  /// A name that begins like a segment's and is none.
  case misnamed
  /// Nothing of the journal's.
  case other

  static let reserveDraft = "reserve.new"
  static let segmentDraft = "segment.new"
  static let snapshotDraft = "snapshot.new"
  static let asideDraft = "aside.new"
  static let backupMark = "backup"
  static let movedMark = "moved"
  static let asidePrefix = "aside-"

  /// Reserves that were made as such have numbers from here on; those that were segments keep theirs.
  static let firstMadeReserve: UInt64 = 1 << 63

  init(_ name: String) {
    if name.hasPrefix("journal-") {
      self = Self.number(name).map(SegmentName.segment) ?? .misnamed
    } else if name.hasPrefix("reserve-"), let number = Self.number(name) {
      self = .reserve(number)
    } else if name.hasPrefix("snapshot-"), let batch = Self.number(name.dropFirst()) {
      self = .snapshot(batch)
    } else {
      self = .other
    }
  }

  static func segment(named number: UInt64) -> String { "journal-" + hexadecimal(number) }

  static func snapshot(named batch: UInt64) -> String { "snapshot-" + hexadecimal(batch) }

  static func reserve(named number: UInt64) -> String { "reserve-" + hexadecimal(number) }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// The number behind the first eight characters; nil unless it is written as we write it.
  private static func number(_ name: some StringProtocol) -> UInt64? {
    guard let number = UInt64(name.dropFirst(8), radix: 16), name.dropFirst(8) == hexadecimal(number) else {
      return nil
    }
    return number
  }
}
