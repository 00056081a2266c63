import Testing
import TurnpikeClient
import TurnpikeCrypto

/// The words of a chain as its owner has them.
@Suite struct PaymentChainTests {
  private static let secret = Bytes16(low: 11, high: 12)

  private func chain(_ length: UInt32) throws -> PaymentChain {
    try PaymentChain(lease: 9, number: 2, weight: 5, length: length, secret: Self.secret)
  }

  @Test(arguments: [UInt32(1), 2, 255, 256, 257, 512, 1_000])
  func wordsAreThoseOfTheChain(length: UInt32) throws {
    var chain = try chain(length)
    let plain = HashChain(lease: 9, number: 2)
    #expect(chain.root == plain.word(length, before: Self.secret, at: length))
    var index: UInt32 = 0
    var steps: UInt32 = 1
    while chain.stepsLeft > 0 {
      steps = min(chain.stepsLeft, min(steps &* 3 % 257 + 1, 256))
      let shown = chain.tick(steps)
      let tick = try #require(shown)
      index += steps
      #expect(tick.index == index && tick.chain == 2 && tick.rail == .chain)
      #expect(tick.word == plain.word(length - index, before: Self.secret, at: length))
    }
    let beyond = chain.tick()
    #expect(index == length && beyond == nil)
  }

  @Test func aTickShowsNoMoreThanItMay() throws {
    var chain = try chain(1_000)
    let (none, tooMany) = (chain.tick(0), chain.tick(257))
    #expect(none == nil && tooMany == nil && chain.index == 0)
    let most = chain.tick(256)
    #expect(most != nil && chain.index == 256)
  }

  /// A broker that claims a word which was never shown would be paid by whoever believes it.
  @Test func theBrokersWordIsProved() throws {
    var chain = try chain(1_000)
    let tick = chain.tick(10)
    let shown = try #require(tick)
    var other = try self.chain(1_000)
    let (ahead, beyond) = (other.follow(to: 11, shown.word), other.follow(to: 1_001, shown.word))
    #expect(!ahead && !beyond && other.index == 0)
    let right = other.follow(to: 10, shown.word)
    #expect(right && other.index == 10)
    // After a restore it may know less than was shown.
    let back = chain.follow(to: 0, chain.root)
    #expect(back && chain.index == 0)
  }

  @Test func chainsThatCannotBe() {
    for (number, weight, length) in [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, ClientLimits.chainLengthMax + 1)] {
      #expect(throws: TurnpikeError.self) {
        try PaymentChain(
          lease: 1, number: UInt32(number), weight: UInt64(weight), length: UInt32(length), secret: Self.secret)
      }
    }
  }
}
