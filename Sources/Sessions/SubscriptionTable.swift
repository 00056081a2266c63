import WireProtocol

/// What a subscription is about. Ids of leases, of resources and of what funds them are counted apart, so the kind is part of it.
struct Topic: Equatable {
  enum Kind: UInt64 { case lease, resource, funding }

  var kind: Kind
  var id: UInt64
  /// Of a campaign, an offering or an auction: one of its claims; 0: all.
  var claim: UInt64 = 0

  static func lease(_ id: UInt64) -> Topic { Topic(kind: .lease, id: id) }
  static func resource(_ id: UInt64) -> Topic { Topic(kind: .resource, id: id) }
  static func funding(_ id: UInt64, claim: UInt64 = 0) -> Topic { Topic(kind: .funding, id: id, claim: claim) }

  /// Whether who subscribed to this is to get what is about `other`.
  func covers(_ other: Topic) -> Bool {
    kind == other.kind && id == other.id && (claim == 0 || other.claim == 0 || claim == other.claim)
  }
}

/// The subscriptions of all connections, found by topic (to deliver), by topic and connection (to change), and by connection (to
/// end).
///
/// Flat arrays that grow with use up to a limit. Each entry lies in three lists: of its topic's bucket, of its pair's bucket, and
/// of its connection. No operation but `removeAll` walks the subscriptions of one connection, and only delivery those of one topic.
struct SubscriptionTable {
  static let none: Int32 = -1

  /// Places in two lists that are left in constant time.
  private struct Links {
    var next = SubscriptionTable.none
    var previous = SubscriptionTable.none
  }

  private struct Entry {
    var topic: Topic
    var connection: Int32
    var mask: SubscriptionMask
    var ofTopic = Links()
    var ofConnection = Links()
    var nextOfPair = SubscriptionTable.none
  }

  private var entries: ContiguousArray<Entry> = []
  /// First entries by topic, and by topic and connection.
  private var topicBuckets: ContiguousArray<Int32> = []
  private var pairBuckets: ContiguousArray<Int32> = []
  private var firstFree = SubscriptionTable.none
  private let countMax: Int
  private(set) var count = 0

  init(countMax: Int) {
    self.countMax = countMax
  }

  /// Changes, adds or (mask 0) ends a subscription of `connection`. False when one more is one too many.
  mutating func set(_ topic: Topic, mask: SubscriptionMask, of connection: Connection, countMax: Int) -> Bool {
    let index = find(topic, of: connection.index)
    if index != Self.none {
      if mask.isEmpty { remove(index, of: connection) } else { entries[Int(index)].mask = mask }
      return true
    }
    if mask.isEmpty { return true }
    guard connection.subscriptionCount < countMax, count < self.countMax else { return false }
    add(topic, mask: mask, of: connection)
    return true
  }

  /// Ends all subscriptions of a connection.
  mutating func removeAll(of connection: Connection) {
    while connection.firstSubscription != Self.none { remove(connection.firstSubscription, of: connection) }
  }

  /// The first entry of the topic's bucket, to go on from with `next`.
  func first(_ topic: Topic) -> Int32 {
    topicBuckets.isEmpty ? Self.none : topicBuckets[bucket(of: topic)]
  }

  /// The connection that an entry belongs to if it wants this, and the next entry to look at.
  func subscriber(_ index: Int32, topic: Topic, wanting mask: SubscriptionMask) -> (connection: Int?, next: Int32) {
    let entry = entries[Int(index)]
    let isWanted = entry.topic.covers(topic) && !entry.mask.isDisjoint(with: mask)
    return (isWanted ? Int(entry.connection) : nil, entry.ofTopic.next)
  }

  private func find(_ topic: Topic, of connection: Int) -> Int32 {
    if pairBuckets.isEmpty { return Self.none }
    var index = pairBuckets[bucket(of: topic, connection)]
    while index != Self.none, entries[Int(index)].topic != topic || entries[Int(index)].connection != connection {
      index = entries[Int(index)].nextOfPair
    }
    return index
  }

  private mutating func add(_ topic: Topic, mask: SubscriptionMask, of connection: Connection) {
    if topicBuckets.isEmpty {
      var size = 64
      while size < countMax { size *= 2 }
      topicBuckets = ContiguousArray(repeating: Self.none, count: size)
      pairBuckets = topicBuckets
    }
    let (bucket, pairBucket) = (bucket(of: topic), bucket(of: topic, connection.index))
    let entry = Entry(
      topic: topic, connection: Int32(connection.index), mask: mask, ofTopic: Links(next: topicBuckets[bucket]),
      ofConnection: Links(next: connection.firstSubscription), nextOfPair: pairBuckets[pairBucket])
    let index: Int32
    if firstFree != Self.none {
      index = firstFree
      firstFree = entries[Int(index)].ofConnection.next
      entries[Int(index)] = entry
    } else {
      index = Int32(entries.count)
      entries.append(entry)
    }
    if entry.ofTopic.next != Self.none { entries[Int(entry.ofTopic.next)].ofTopic.previous = index }
    if entry.ofConnection.next != Self.none { entries[Int(entry.ofConnection.next)].ofConnection.previous = index }
    topicBuckets[bucket] = index
    pairBuckets[pairBucket] = index
    connection.firstSubscription = index
    connection.subscriptionCount += 1
    count += 1
  }

  private mutating func remove(_ index: Int32, of connection: Connection) {
    let entry = entries[Int(index)]
    let (topic, own) = (entry.ofTopic, entry.ofConnection)
    if topic.next != Self.none { entries[Int(topic.next)].ofTopic.previous = topic.previous }
    if topic.previous != Self.none {
      entries[Int(topic.previous)].ofTopic.next = topic.next
    } else {
      topicBuckets[bucket(of: entry.topic)] = topic.next
    }
    if own.next != Self.none { entries[Int(own.next)].ofConnection.previous = own.previous }
    if own.previous != Self.none {
      entries[Int(own.previous)].ofConnection.next = own.next
    } else {
      connection.firstSubscription = own.next
    }
    removeFromPair(index)
    entries[Int(index)].ofConnection.next = firstFree
    firstFree = index
    connection.subscriptionCount -= 1
    count -= 1
  }

  /// Its list holds a pair or two: there are as many buckets as there may be entries.
  private mutating func removeFromPair(_ index: Int32) {
    let entry = entries[Int(index)]
    let bucket = bucket(of: entry.topic, Int(entry.connection))
    var before = pairBuckets[bucket]
    if before == index {
      pairBuckets[bucket] = entry.nextOfPair
      return
    }
    while entries[Int(before)].nextOfPair != index { before = entries[Int(before)].nextOfPair }
    entries[Int(before)].nextOfPair = entry.nextOfPair
  }

  private func bucket(of topic: Topic) -> Int { Self.mixed(topic) & (topicBuckets.count - 1) }

  private func bucket(of topic: Topic, _ connection: Int) -> Int {
    let mixed = (UInt64(Self.mixed(topic)) ^ UInt64(connection) &* 0xC2B2_AE3D_27D4_EB4F) &* 0x9E37_79B9_7F4A_7C15
    return Int(mixed >> 33) & (pairBuckets.count - 1)
  }

  private static func mixed(_ topic: Topic) -> Int {
    Int(((topic.id &* 4 &+ topic.kind.rawValue) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}
