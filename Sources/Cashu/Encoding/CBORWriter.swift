/// Writes CBOR (RFC 8949) of definite lengths in the shortest heads: who writes has to give each map and array as many
/// as it said.
struct CBORWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// Begins a map of so many keys, each with a value.
  mutating func map(count: Int) { head(5, UInt64(count)) }

  /// Begins an array of so many.
  mutating func array(count: Int) { head(4, UInt64(count)) }

  /// A text, or the key of a map.
  mutating func text(_ text: String) {
    head(3, UInt64(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// Bytes.
  mutating func data(_ data: [UInt8]) {
    head(2, UInt64(data.count))
    bytes += data
  }

  /// An integer.
  mutating func number(_ number: UInt64) { head(0, number) }

  /// True or false.
  mutating func bool(_ bool: Bool) { bytes.append(bool ? 0xf5 : 0xf4) }

  private mutating func head(_ major: UInt8, _ argument: UInt64) {
    // How many bytes follow the first one, by how many are needed: 0, 1, 2, 4 or 8.
    let (info, byteCount): (UInt8, Int) =
      switch argument {
      case 0..<24: (UInt8(truncatingIfNeeded: argument), 0)
      case 0...0xff: (24, 1)
      case 0...0xffff: (25, 2)
      case 0...0xffff_ffff: (26, 4)
      default: (27, 8)
      }
    bytes.append(major << 5 | info)
    for index in 0..<byteCount {
      bytes.append(UInt8(truncatingIfNeeded: argument >> UInt64(8 * (byteCount - 1 - index))))
    }
  }
}
