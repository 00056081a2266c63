/// What a request of a Turnpike workload does.
public enum Operation: String, CaseIterable, Sendable {
  /// USE: debits a lease's purse.
  case use
  /// USE with a hash-chain tick on every request, which pays exactly for it.
  case useTick = "use-tick"
  /// USE with a tick on every 16th request of a lease, which pays for 16 of them.
  case useTick16 = "use-tick16"
  /// FUND with fresh notes.
  case fund
  /// ACQUIRE with fresh notes: a lease that lives for as long as they buy.
  case acquire
  /// CHECK: reads a lease.
  case check
  /// PING.
  case ping

  /// Whether it debits a lease, in the name of its owner.
  var usesLease: Bool { self == .use || usesChain }
  var usesChain: Bool { self == .useTick || self == .useTick16 }
  var takesNotes: Bool { self == .fund || self == .acquire }
  /// How many steps of a chain one request takes, every how many requests.
  var stepCount: Int { self == .useTick16 ? 16 : 1 }
}

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

/// Which key comes next.
public enum KeyChoice: Sendable, Hashable {
  /// One after the other.
  case inTurn
  /// Each as likely as any other.
  case uniform
  /// Key number k, from 1, with a probability in proportion to 1 / k^exponent. Which one is number 1 differs between connections.
  case zipf(exponent: Double)
}

/// Draws keys: xorshift64* for uniform ones, a table of ranks for Zipf.
@safe public struct KeySequence: ~Copyable {
  private let count: Int
  private let choice: KeyChoice
  private var state: UInt64
  private var next = 0
  /// A million ranks, drawn before the run.
  private let ranks: Fixed<UInt32>

  private static let rankCount = 1 << 20

  /// Keys below `count`.
  public init(_ choice: KeyChoice, of count: Int, seed: UInt64) {
    self.count = max(count, 1)
    self.choice = choice
    state = seed | 1
    guard case .zipf(let exponent) = choice else {
      ranks = Fixed(repeating: 0, count: 0)
      return
    }
    ranks = Fixed(repeating: 0, count: Self.rankCount)
    var sums: [Double] = []
    sums.reserveCapacity(self.count)
    var sum = 0.0
    for key in 1...self.count {
      sum += power(Double(key), -exponent)
      sums.append(sum)
    }
    for index in 0..<Self.rankCount {
      let wanted = Double(draw() >> 11) / 9_007_199_254_740_992 * sum
      var (low, high) = (0, self.count - 1)
      while low < high {
        let middle = (low + high) / 2
        if sums[middle] < wanted { low = middle + 1 } else { high = middle }
      }
      ranks[index] = UInt32(low)
    }
  }

  @inline(__always)
  private mutating func draw() -> UInt64 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return state &* 0x2545_F491_4F6C_DD1D
  }

  /// The next key, from 0. Connections begin at different places.
  @inline(__always)
  public mutating func key(of connection: Int) -> Int {
    switch choice {
    case .inTurn:
      next = next + 1 == count ? 0 : next + 1
      return next
    case .uniform: return Int(draw().multipliedFullWidth(by: UInt64(count)).high)
    case .zipf:
      next = (next + 1) & (Self.rankCount - 1)
      let key = Int(ranks[next]) + connection * 7919
      return key < count ? key : key % count
    }
  }
}
