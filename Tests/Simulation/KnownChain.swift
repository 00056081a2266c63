import TurnpikeCrypto
import WireProtocol

/// A hash chain, as its owner has it, and as replies told of it.
final class KnownChain {
  let lease: UInt64
  let number: UInt32
  let weight: UInt64
  let length: UInt32
  private let last: Bytes16
  /// Index of the last word that was ever sent.
  var shown: UInt32 = 0
  /// The greatest index that was told to be taken.
  var taken: UInt32 = 0
  /// It was told to be open.
  var isOpen = false
  /// Its CLOSE_CHAIN is under way, or done.
  var isClosing = false

  init(lease: UInt64, number: UInt32, weight: UInt64, length: UInt32, last: Bytes16) {
    (self.lease, self.number, self.weight, self.length, self.last) = (lease, number, weight, length, last)
  }

  var deposit: UInt64 { UInt64(length) * weight }

  func word(_ index: UInt32) -> Bytes16 {
    HashChain(lease: lease, number: number).word(length - index, before: last, at: length)
  }

  func tick(_ index: UInt32, word: Bytes16? = nil) -> TickToken {
    TickToken(
      rail: .chain, byteCount: UInt16(TickToken.byteCount), chain: number, index: index,
      word: word ?? self.word(min(index, length)))
  }
}
