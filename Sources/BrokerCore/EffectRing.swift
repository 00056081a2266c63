/// Effects that wait to be drained, in order; what does not fit is counted as lost. While nobody wants any, none is made.
struct EffectRing: ~Copyable {
  private let memory: FlatMemory<Effect?>
  private var first = 0
  private(set) var count = 0
  /// Effects that did not fit, over all time.
  private(set) var lostCount: UInt64 = 0
  /// Whether there is anybody to tell.
  var areWanted = true

  init?() {
    guard let memory = FlatMemory<Effect?>(count: CoreLimits.effectCountMax) else { return nil }
    self.memory = memory
  }

  mutating func append(_ effect: Effect) {
    guard areWanted else { return }
    guard count < CoreLimits.effectCountMax else {
      lostCount &+= 1
      return
    }
    memory[(first + count) % CoreLimits.effectCountMax] = effect
    count += 1
  }

  mutating func next() -> Effect? {
    guard count > 0 else { return nil }
    defer {
      first = (first + 1) % CoreLimits.effectCountMax
      count -= 1
    }
    return memory[first]
  }
}
