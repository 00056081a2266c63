/// Twelve words that stand for 16 random bytes (BIP-39), to be written down by a person. Each tells 11 bits of the
/// bytes and of the first 4 bits of their SHA-256, which catch most mistakes. Who knows them has the money.
public struct Mnemonic: Hashable, Sendable {
  /// Number of words.
  public static let wordCount = 12
  /// Bytes that they stand for.
  public static let entropyByteCount = 16
  /// The longest text that is looked at, and the longest passphrase, in bytes.
  public static let textByteCountMax = 1 << 10

  private static let roundCount: UInt32 = 2048
  private static let bitCountOfWord = 11

  /// The words, of BIP-39's English list.
  public let words: [String]

  /// The words of 16 bytes; nil: there are not 16.
  public init?(entropy: [UInt8]) {
    guard entropy.count == Self.entropyByteCount else { return nil }
    var (bits, bitCount, words) = (UInt32(0), 0, [String]())
    for byte in entropy + [Self.checksum(entropy)] {
      bits = bits << 8 | UInt32(byte)
      bitCount += 8
      guard bitCount >= Self.bitCountOfWord else { continue }
      bitCount -= Self.bitCountOfWord
      words.append(EnglishWords.all[Int(bits >> UInt32(bitCount)) & (EnglishWords.count - 1)])
    }
    self.words = words
  }

  /// Reads words, in either case, with spaces or line breaks between them. Nil: they are not twelve of the list, or one
  /// is wrong, which fifteen times of sixteen is noticed.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.textByteCountMax else { return nil }
    let words = text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init)
    guard words.count == Self.wordCount else { return nil }
    var (bits, bitCount, entropy) = (UInt32(0), 0, [UInt8]())
    for word in words {
      guard let index = EnglishWords.all.firstIndex(of: word) else { return nil }
      bits = bits << UInt32(Self.bitCountOfWord) | UInt32(index)
      bitCount += Self.bitCountOfWord
      while bitCount >= 8 {
        bitCount -= 8
        entropy.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    let checksum = UInt8(truncatingIfNeeded: bits << UInt32(8 - bitCount))
    guard checksum == Self.checksum(entropy) else { return nil }
    self.words = words
  }

  /// The words with spaces between them.
  public var text: String { words.joined(separator: " ") }

  /// The 64 bytes that a wallet's keys are made of: 2,048 rounds of PBKDF2-HMAC-SHA512, which take a millisecond. Nil:
  /// the passphrase is too long, or has more than ASCII: BIP-39 wants it in Unicode's form NFKD then, which is not
  /// known here.
  public func seed(passphrase: String = "") -> [UInt8]? {
    guard passphrase.utf8.count <= Self.textByteCountMax, passphrase.utf8.allSatisfy({ $0 < 128 }) else { return nil }
    let salt = Array("mnemonic".utf8) + Array(passphrase.utf8)
    return HMACSHA512.stretch(Array(text.utf8), salt: salt, roundCount: Self.roundCount)
  }

  /// The 4 bits that follow the bytes, as the upper half of one.
  private static func checksum(_ entropy: [UInt8]) -> UInt8 { Curve.sha256(entropy)[0] & 0xF0 }
}
