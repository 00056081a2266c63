/// Which operations, in which proportion.
public struct Mix: Sendable, CustomStringConvertible {
  /// Each operation and its share, from 1.
  public let parts: [(operation: Operation, share: Int)]
  /// Its name in reports.
  public let name: String

  /// One operation.
  public init(_ operation: Operation) {
    parts = [(operation, 1)]
    name = operation.rawValue
  }

  /// A line for each operation: its name and its share, a whole number. `#` begins a comment. Nil when a line is something else, an
  /// operation comes twice, or there is none.
  public init?(text: String, name: String) {
    var parts: [(operation: Operation, share: Int)] = []
    for line in text.split(separator: "\n") {
      let words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" || $0 == "\r" }
      if words.isEmpty { continue }
      guard words.count == 2, let operation = Operation(rawValue: String(words[0])), let share = Int(words[1]),
        (1...1000).contains(share), !parts.contains(where: { $0.operation == operation })
      else { return nil }
      parts.append((operation, share))
    }
    guard !parts.isEmpty else { return nil }
    self.parts = parts
    self.name = name
  }

  /// The operations in an order in which each has its share of every stretch.
  public var deck: [Operation] {
    let total = parts.reduce(0) { $0 + $1.share }
    var owed = parts.map { _ in 0 }
    return (0..<total).map { _ in
      for index in parts.indices { owed[index] += parts[index].share }
      let next = owed.indices.max { owed[$0] < owed[$1] } ?? 0
      owed[next] -= total
      return parts[next].operation
    }
  }

  /// Operations and shares.
  public var description: String { parts.map { "\($0.operation.rawValue) \($0.share)" }.joined(separator: ", ") }

  /// Whether requests show words of hash chains.
  public var usesWords: Bool { contains(\.usesChain) }

  func contains(_ condition: (Operation) -> Bool) -> Bool { parts.contains { condition($0.operation) } }
}
