internal import TurnpikeCrypto
public import WireProtocol

/// A hash chain as who opened it has it: all its words, and how far they were shown.
///
/// The words follow from the last one, which is secret; showing word i gives the broker the worth of all up to it. Every 256th is
/// kept, so that a tick costs at most 255 hashes, and a chain of a million words 64 KiB.
public struct PaymentChain: Hashable, Sendable {
  /// The lease that it pays.
  public let lease: UInt64
  /// Its number among the lease's chains, from 1.
  public let number: UInt32
  /// What each step is worth, from 1.
  public let weight: UInt64
  /// Its steps, from 1 to `ClientLimits.chainLengthMax`.
  public let length: UInt32
  /// Its last word.
  public let secret: Bytes16
  /// Index of the last word that was shown; 0: none was.
  public private(set) var index: UInt32 = 0
  /// Words 0, 256, 512 ...
  private let kept: [Bytes16]

  private static var stride: UInt32 { 256 }

  /// The chain that follows from `secret`, its last word; throws `.invalidArgument` when there can be no such chain.
  public init(lease: UInt64, number: UInt32, weight: UInt64, length: UInt32, secret: Bytes16) throws(TurnpikeError) {
    guard number > 0, weight > 0, length > 0, length <= ClientLimits.chainLengthMax else {
      throw TurnpikeError(
        .invalidArgument("a chain has 1 to \(ClientLimits.chainLengthMax) words, each worth at least 1"))
    }
    (self.lease, self.number, self.weight, self.length, self.secret) = (lease, number, weight, length, secret)
    let chain = HashChain(lease: lease, number: number)
    var kept = [Bytes16](repeating: Bytes16(), count: Int(length / Self.stride) + 1)
    var (word, at) = (secret, length)
    for place in kept.indices.reversed() {
      let next = UInt32(place) * Self.stride
      word = chain.word(at - next, before: word, at: at)
      (kept[place], at) = (word, next)
    }
    self.kept = kept
  }

  /// A chain of its own, with a random last word.
  public init(lease: UInt64, number: UInt32, weight: UInt64, length: UInt32) throws(TurnpikeError) {
    try self.init(lease: lease, number: number, weight: weight, length: length, secret: .secret())
  }

  /// Word 0, which the broker is told.
  public var root: Bytes16 { kept[0] }
  /// Words that were not shown.
  public var stepsLeft: UInt32 { length - index }

  /// Word number `index`, at most `length`. Whoever sees it can have the worth of all words up to it.
  func word(_ index: UInt32) -> Bytes16 {
    if index % Self.stride == 0 { return kept[Int(index / Self.stride)] }
    let place = Int(index / Self.stride) + 1
    let at = place < kept.count ? UInt32(place) * Self.stride : length
    let chain = HashChain(lease: lease, number: number)
    return chain.word(at - index, before: place < kept.count ? kept[place] : secret, at: at)
  }

  /// The tick that pays `steps` more steps, from 1 to `WireLimits.chainStepCountMax`, which are shown by it; nil when there are not
  /// so many.
  public mutating func tick(_ steps: UInt32 = 1) -> TickToken? {
    guard steps > 0, steps <= min(stepsLeft, UInt32(WireLimits.chainStepCountMax)) else { return nil }
    index += steps
    return TickToken(
      rail: .chain, byteCount: UInt16(TickToken.byteCount), chain: number, index: index, word: word(index))
  }

  /// Takes the broker's word for how far it was used, if it has that word. False, and nothing changed, when it has not: it was
  /// never shown.
  public mutating func follow(to index: UInt32, _ word: Bytes16) -> Bool {
    guard index <= length, self.word(index) == word else { return false }
    self.index = index
    return true
  }

  /// The request that opens it.
  func opening(_ owner: LeaseKey, payment: [NoteToken]) -> Request {
    .openChain(owner, number: number, weight: weight, length: length, root: root, payment: payment)
  }
}
