import WireProtocol

/// Who shares a resource's revenue beside its provider and investors, as clients were told.
struct KnownTable {
  struct Version {
    let records: [RevenueShare]
    var sum: UInt64 { records.reduce(0) { $0 + UInt64($1.perMillion) } }
  }

  /// All that there were, or may have been, the empty one of the beginning first; and the one that was accepted last.
  private(set) var versions = [Version(records: [])]
  var current = Version(records: [])
  /// SPLIT_REVENUEs under way, and how often one began or ended.
  private var underWayCount = 0
  private(set) var changeCount = 0

  /// The stamp of the table, while nothing is under way that changes it.
  var quietStamp: Int? { underWayCount == 0 ? changeCount : nil }

  mutating func ask(_ version: Version) {
    versions.append(version)
    underWayCount += 1
    changeCount += 1
  }

  mutating func end() {
    underWayCount -= 1
    changeCount += 1
  }

  /// What it may be for a request with that stamp.
  func possible(_ stamp: Int?) -> [Version] { stamp == changeCount ? [current] : versions }
}
