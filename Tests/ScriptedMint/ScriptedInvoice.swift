public import Cashu

/// Invoices of Lightning that scripted mints pay. What proves that one is paid is its beginning, up to its instant, in
/// 32 bytes: so a mint that has nobody to ask can tell it.
public enum ScriptedInvoice {
  /// One that asks for what `head` says (`lnbc1m`), and for no other payment with another number, below 2^32.
  ///
  /// - Parameters:
  ///   - seconds: How long it can be paid, from 2023 on; nil: as it is where nothing is said of it.
  ///   - isProvable: Whether the mint has its preimage.
  public static func text(
    _ head: String, number: UInt64 = 0, seconds: UInt64? = 1 << 40, isProvable: Bool = true
  ) -> String {
    let instant = words(1_700_000_000 + number, count: 7)
    let start = head + "1" + String(instant.map { letters[Int($0)] })
    let preimage = isProvable ? preimage(of: start) : Bytes32([UInt8](repeating: 7, count: Bytes32.byteCount))
    let hash = preimage.flatMap { LightningInvoice.hash($0) }?.bytes ?? []
    var fields = field(1, words(of: hash))
    if let seconds { fields += field(6, words(seconds, count: 13)) }
    return text(head, instant + fields + [UInt8](repeating: 0, count: 104))
  }

  /// One of any words, with the checksum that makes it one.
  public static func text(_ head: String, _ words: [UInt8]) -> String {
    let start = head.utf8.map { UInt32($0 >> 5) } + [0] + head.utf8.map { UInt32($0 & 31) } + words.map { UInt32($0) }
    let sum = remainder(start + [UInt32](repeating: 0, count: 6)) ^ 1
    let checksum = (0..<6).map { UInt8(truncatingIfNeeded: sum >> UInt32(5 * (5 - $0)) & 31) }
    return head + "1" + String((words + checksum).map { letters[Int($0)] })
  }

  /// What proves that such an invoice is paid; no other one has it.
  public static func preimage(of invoice: String) -> Bytes32? {
    guard let separator = invoice.lastIndex(of: "1") else { return nil }
    let start = Array(invoice[..<separator].utf8) + invoice[separator...].utf8.prefix(8)
    return Bytes32((start + [UInt8](repeating: 0, count: Bytes32.byteCount)).prefix(Bytes32.byteCount))
  }

  private static func field(_ kind: UInt8, _ content: [UInt8]) -> [UInt8] {
    [kind] + words(UInt64(content.count), count: 2) + content
  }

  private static func words(_ number: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> UInt64(5 * (count - 1 - $0)) & 31) }
  }

  /// Bytes, with zeros behind them where they are no whole number of words.
  private static func words(of bytes: [UInt8]) -> [UInt8] {
    let bits = bytes.flatMap { byte in (0..<8).map { byte >> UInt8(7 - $0) & 1 } }
    return stride(from: 0, to: bits.count, by: 5).map { start in
      (start..<start + 5).reduce(0) { $0 << 1 | (bits.indices.contains($1) ? bits[$1] : 0) }
    }
  }

  private static let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l")

  /// BIP-173, as it is printed there.
  private static func remainder(_ values: [UInt32]) -> UInt32 {
    let generator: [UInt32] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3]
    var sum: UInt32 = 1
    for value in values {
      let top = sum >> 25
      sum = (sum & 0x1ff_ffff) << 5 ^ value
      for index in 0..<5 where top >> UInt32(index) & 1 == 1 { sum ^= generator[index] }
    }
    return sum
  }
}
