import WireProtocol

/// What a subscription is about. Ids of leases and of resources are counted apart, so the kind is part of it.
struct Topic: Equatable {
  var isLease: Bool
  var id: UInt64

  static func lease(_ id: UInt64) -> Topic { Topic(isLease: true, id: id) }
  static func resource(_ id: UInt64) -> Topic { Topic(isLease: false, id: id) }
}

/// The subscriptions of all connections, found by topic (to deliver) and by connection (to change and to end).
///
/// Flat arrays that grow with use up to a limit. Each entry lies in two lists: of its bucket and of its connection.
struct SubscriptionTable {
  static let none: Int32 = -1

  private struct Entry {
    var topic: Topic
    var connection: Int32
    var mask: SubscriptionMask
    var nextInBucket: Int32
    var previousInBucket: Int32
    var nextOfConnection: Int32
  }

  private var entries: ContiguousArray<Entry> = []
  private var buckets: ContiguousArray<Int32> = []
  private var firstFree = SubscriptionTable.none
  private let countMax: Int
  private(set) var count = 0

  init(countMax: Int) {
    self.countMax = countMax
  }

  /// Changes, adds or (mask 0) ends a subscription of `connection`. False when one more is one too many.
  mutating func set(_ topic: Topic, mask: SubscriptionMask, of connection: Connection, countMax: Int) -> Bool {
    var before = Self.none
    var index = connection.firstSubscription
    while index != Self.none, entries[Int(index)].topic != topic {
      before = index
      index = entries[Int(index)].nextOfConnection
    }
    if index != Self.none {
      if mask.isEmpty { remove(index, after: before, of: connection) } else { entries[Int(index)].mask = mask }
      return true
    }
    if mask.isEmpty { return true }
    guard connection.subscriptionCount < countMax, count < self.countMax else { return false }
    add(topic, mask: mask, of: connection)
    return true
  }

  /// Ends all subscriptions of a connection.
  mutating func removeAll(of connection: Connection) {
    while connection.firstSubscription != Self.none {
      remove(connection.firstSubscription, after: Self.none, of: connection)
    }
  }

  /// The first entry of the topic's bucket, to go on from with `next`.
  func first(_ topic: Topic) -> Int32 {
    buckets.isEmpty ? Self.none : buckets[bucket(of: topic)]
  }

  /// The connection that an entry belongs to if it wants this, and the next entry to look at.
  func subscriber(_ index: Int32, topic: Topic, wanting mask: SubscriptionMask) -> (connection: Int?, next: Int32) {
    let entry = entries[Int(index)]
    let isWanted = entry.topic == topic && !entry.mask.isDisjoint(with: mask)
    return (isWanted ? Int(entry.connection) : nil, entry.nextInBucket)
  }

  private mutating func add(_ topic: Topic, mask: SubscriptionMask, of connection: Connection) {
    if buckets.isEmpty {
      var size = 64
      while size < countMax { size *= 2 }
      buckets = ContiguousArray(repeating: Self.none, count: size)
    }
    let bucket = bucket(of: topic)
    let entry = Entry(
      topic: topic, connection: Int32(connection.index), mask: mask, nextInBucket: buckets[bucket],
      previousInBucket: Self.none, nextOfConnection: connection.firstSubscription)
    let index: Int32
    if firstFree != Self.none {
      index = firstFree
      firstFree = entries[Int(index)].nextOfConnection
      entries[Int(index)] = entry
    } else {
      index = Int32(entries.count)
      entries.append(entry)
    }
    if entry.nextInBucket != Self.none { entries[Int(entry.nextInBucket)].previousInBucket = index }
    buckets[bucket] = index
    connection.firstSubscription = index
    connection.subscriptionCount += 1
    count += 1
  }

  private mutating func remove(_ index: Int32, after before: Int32, of connection: Connection) {
    let entry = entries[Int(index)]
    if entry.previousInBucket == Self.none {
      buckets[bucket(of: entry.topic)] = entry.nextInBucket
    } else {
      entries[Int(entry.previousInBucket)].nextInBucket = entry.nextInBucket
    }
    if entry.nextInBucket != Self.none {
      entries[Int(entry.nextInBucket)].previousInBucket = entry.previousInBucket
    }
    if before == Self.none {
      connection.firstSubscription = entry.nextOfConnection
    } else {
      entries[Int(before)].nextOfConnection = entry.nextOfConnection
    }
    entries[Int(index)].nextOfConnection = firstFree
    firstFree = index
    connection.subscriptionCount -= 1
    count -= 1
  }

  private func bucket(of topic: Topic) -> Int {
    let mixed = (topic.id &* 2 &+ (topic.isLease ? 1 : 0)) &* 0x9E37_79B9_7F4A_7C15
    return Int(mixed >> 32) & (buckets.count - 1)
  }
}
