/// What has something to do when: a binary heap of (instant, id), old entries left in it.
///
/// An entry is only a reason to look: whether anything is due, the lease, claim, campaign, offering or auction itself says.
struct ModelCalendar {
  private var heap: [(instant: UInt64, id: UInt64)] = []

  /// The entry that is due first, of equal instants the lowest id.
  var soonest: (instant: UInt64, id: UInt64)? { heap.first }

  /// Notes a reason to look at `id` at `instant`.
  mutating func add(_ id: UInt64, at instant: UInt64) {
    heap.append((instant, id))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes an entry that is due at `now`.
  mutating func next(dueAt now: UInt64) -> UInt64? {
    guard let first = heap.first, first.instant <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.id }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      guard least != parent else { return first.id }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
