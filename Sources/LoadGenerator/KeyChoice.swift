import Glibc

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
      sum += pow(Double(key), -exponent)
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
