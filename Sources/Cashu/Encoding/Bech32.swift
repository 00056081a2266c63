/// Text of 32 letters and digits with a checksum (BIP-173), of any length: what invoices of Lightning are.
enum Bech32 {
  /// The words of 5 bits between a text's last `1` and its checksum. Nil: a letter is none of its, or the checksum is
  /// wrong.
  static func words(prefix: ArraySlice<UInt8>, data: ArraySlice<UInt8>) -> [UInt8]? {
    var words: [UInt8] = []
    for byte in data {
      guard let word = letters.firstIndex(of: byte) else { return nil }
      words.append(UInt8(truncatingIfNeeded: word))
    }
    let high = prefix.map { $0 >> 5 }
    let low = prefix.map { $0 & 31 }
    guard words.count >= checksumWordCount, remainder(high + [0] + low + words) == 1 else { return nil }
    return words.dropLast(checksumWordCount)
  }

  /// The bytes of words, without the bits that are left at their end.
  static func bytes(_ words: some Sequence<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var (bits, count): (UInt16, Int) = (0, 0)
    for word in words {
      bits = bits << 5 | UInt16(word)
      count += 5
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
    }
    return bytes
  }

  private static let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)
  private static let checksumWordCount = 6
  private static let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]

  /// Of the division by BIP-173's polynomial.
  private static func remainder(_ words: [UInt8]) -> UInt32 {
    words.reduce(1) { sum, word in
      generator.enumerated().reduce((sum & 0x1ff_ffff) << 5 ^ UInt32(word)) { next, part in
        sum >> (25 + UInt32(part.offset)) & 1 == 1 ? next ^ part.element : next
      }
    }
  }
}
