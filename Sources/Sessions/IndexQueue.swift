/// Indexes of connections, first in, first out. Keeps its memory; adding and taking cost a constant.
struct IndexQueue {
  private var indexes: ContiguousArray<Int> = []
  private var first = 0

  var isEmpty: Bool { first == indexes.count }

  mutating func append(_ index: Int) {
    // What was taken goes when it is at least as much as what would be moved.
    if first >= 64, first * 2 >= indexes.count {
      indexes.removeSubrange(..<first)
      first = 0
    }
    indexes.append(index)
  }

  mutating func removeAll() {
    indexes.removeAll(keepingCapacity: true)
    first = 0
  }

  mutating func popFirst() -> Int? {
    guard first < indexes.count else { return nil }
    defer { first += 1 }
    return indexes[first]
  }
}
