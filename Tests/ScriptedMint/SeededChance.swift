/// Numbers that look like chance and are the same at every run (S. Vigna's SplitMix64).
public struct SeededChance: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Those of a number.
  public init(seed: UInt64) { state = seed }

  /// Those of a text (FNV-1a).
  public init(text: String) {
    state = text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// The next one.
  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
