/// When which lease has its next boundary or time-out: a binary heap of (instant, lease), old entries left in it.
///
/// An entry is only a reason to look: whether anything is due, the lease itself says.
struct ModelCalendar {
  private var heap: [(instant: UInt64, lease: UInt64)] = []

  /// Notes a reason to look at `lease` at `instant`.
  mutating func add(_ lease: UInt64, at instant: UInt64) {
    heap.append((instant, lease))
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].instant < heap[parent].instant else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes an entry that is due at `now`.
  mutating func next(dueAt now: UInt64) -> UInt64? {
    guard let first = heap.first, first.instant <= now else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first.lease }
    heap[0] = last
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].instant < heap[least].instant {
        least = child
      }
      guard least != parent else { return first.lease }
      heap.swapAt(least, parent)
      parent = least
    }
  }
}
