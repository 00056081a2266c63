/// A small generator (SplitMix64): the same seed gives the same run everywhere.
struct RandomSource: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  /// From 0 up to but not including `bound`.
  mutating func below(_ bound: Int) -> Int { bound <= 1 ? 0 : Int(next() % UInt64(bound)) }

  /// Within a closed range, every value as likely.
  mutating func uniform(_ low: UInt64, _ high: UInt64) -> UInt64 {
    guard high > low else { return low }
    let width = high - low
    return width == .max ? next() : low + next() % (width + 1)
  }

  /// Within a closed range, every order of magnitude as likely.
  mutating func scaled(_ low: UInt64, _ high: UInt64) -> UInt64 {
    guard high > low else { return low }
    let width = high - low
    let bits = below(64 - width.leadingZeroBitCount + 1)
    let value = bits == 0 ? 0 : next() >> UInt64(64 - bits)
    return low + min(value, width)
  }

  /// True in `percent` of 100.
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

  /// True in one of `count`.
  mutating func one(in count: Int) -> Bool { below(count) == 0 }

  mutating func pick<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// An index, as likely as its weight says.
  mutating func weighted(_ weights: [Int]) -> Int {
    var left = below(weights.reduce(0, +))
    for (index, weight) in weights.enumerated() {
      if left < weight { return index }
      left -= weight
    }
    return 0
  }
}
