internal import CCrypto

/// The keys with which a mint signs, one for each amount (NUT-01, NUT-02).
///
/// Invariants: its id is the one that its keys, and for version 01 its unit, fee and expiry, have; amounts are powers
/// of two, all different; the id is whole. So a mint that tells another key for an amount, to recognize somebody by it,
/// tells another keyset.
public struct Keyset: Hashable, Sendable {
  /// What tokens call it by.
  public let id: KeysetID
  /// What one of its amounts counts, such as `sat`.
  public let unit: String
  /// Whether the mint signs with it. Others are spent, and swapped into one that is.
  public var isActive: Bool
  /// What spending one proof of it costs, in thousandths of its unit.
  public let inputFeePPK: UInt64
  /// When its proofs become worthless, in seconds since 1970.
  public let finalExpiry: UInt64?
  /// The keys by amount.
  public let keys: [UInt64: CompressedPoint]

  /// Of its parts; `mismatch`: the id is not that of the keys.
  public init(
    id: KeysetID, unit: String, isActive: Bool, inputFeePPK: UInt64, finalExpiry: UInt64?,
    keys: [UInt64: CompressedPoint]
  ) throws(FormatError) {
    guard PrintableText.isPlain(unit, byteCountMax: CashuLimits.unitByteCountMax), !keys.isEmpty,
      keys.keys.allSatisfy({ $0.nonzeroBitCount == 1 })
    else { throw .invalidValue }
    guard keys.count <= CashuLimits.keyCountMax else { throw .tooLarge }
    (self.id, self.unit, self.isActive, self.keys) = (id, unit, isActive, keys)
    (self.inputFeePPK, self.finalExpiry) = (inputFeePPK, finalExpiry)
    guard id == derivedID else { throw .mismatch }
  }

  /// Its amounts, the least first.
  public var amounts: [UInt64] { keys.keys.sorted() }

  /// What spending so many proofs of it at once costs, in its unit; nil: more than 64 bits hold.
  public func fee(inputCount: Int) -> UInt64? { Self.fee(inputs: [(inputFeePPK, inputCount)]) }

  /// What spending proofs of several keysets at once costs: each one's fee in thousandths, for so many; rounded up once
  /// (NUT-02).
  public static func fee(inputs: [(ppk: UInt64, count: Int)]) -> UInt64? {
    var total: UInt64 = 0
    for input in inputs {
      guard let count = UInt64(exactly: input.count) else { return nil }
      let (product, isTooMuch) = input.ppk.multipliedReportingOverflow(by: count)
      let (sum, overflow) = total.addingReportingOverflow(product)
      guard !isTooMuch, !overflow else { return nil }
      total = sum
    }
    return total / 1_000 + (total.isMultiple(of: 1_000) ? 0 : 1)
  }

  /// An amount in as few coins as there can be, the greatest first; nil: the keyset has none for a part of it, or it
  /// takes more than so many, or than a mint takes at once. Each amount being a multiple of those below it, the
  /// greatest that fits is always right.
  public func split(_ amount: UInt64, countMax: Int = CashuLimits.proofCountMax) -> [UInt64]? {
    let countMax = min(countMax, CashuLimits.arrayCountMax)
    var rest = amount
    var coins: [UInt64] = []
    for coin in amounts.reversed() {
      let count = rest / coin
      guard count <= UInt64(max(0, countMax - coins.count)) else { return nil }
      coins += Array(repeating: coin, count: Int(count))
      rest %= coin
    }
    return rest == 0 ? coins : nil
  }

  /// The id that its parts have, of the version that `id` is of.
  private var derivedID: KeysetID? {
    Self.id(version: id.bytes.first ?? 0, unit: unit, inputFeePPK: inputFeePPK, finalExpiry: finalExpiry, keys: keys)
  }

  /// The id that a keyset of these parts has; nil: there is no such version. What a mint in a test calls its own.
  package static func id(
    version: UInt8, unit: String, inputFeePPK: UInt64, finalExpiry: UInt64?, keys: [UInt64: CompressedPoint]
  ) -> KeysetID? {
    // Version 00 hashes the points' bytes alone and keeps 7 of the 32; version 01 hashes text with all that matters,
    // and keeps everything.
    var message: [UInt8] = []
    var separator = ""
    for amount in keys.keys.sorted() {
      guard let key = keys[amount] else { return nil }
      message += version == 0 ? key.bytes : Array("\(separator)\(amount):\(key.hex)".utf8)
      separator = ","
    }
    if version == 1 {
      message += Array("|unit:\(unit.lowercased())".utf8)
      if inputFeePPK > 0 { message += Array("|input_fee_ppk:\(inputFeePPK)".utf8) }
      if let finalExpiry { message += Array("|final_expiry:\(finalExpiry)".utf8) }
    }
    var digest = [UInt8](repeating: 0, count: Int(TP_SHA256_BYTE_COUNT))
    unsafe tp_sha256(message, message.count, &digest)
    let byteCount = version == 0 ? KeysetID.shortByteCount : KeysetID.longByteCount
    return KeysetID([version] + digest.prefix(byteCount - 1))
  }
}

/// Which of the keysets that are known a token means.
public enum KeysetMatch: Hashable, Sendable {
  /// This one, by its whole id.
  case one(KeysetID)
  /// None that is known.
  case unknown
  /// A shortened id stands for several: nobody can tell which.
  case ambiguous

  /// Looks an id, whole or shortened, up among whole ones.
  public init(_ id: KeysetID, among known: some Sequence<KeysetID>) {
    let matches = Set(known.filter { !$0.isShortened && id.stands(for: $0) })
    switch matches.count {
    case 0: self = .unknown
    case 1: self = matches.first.map(KeysetMatch.one) ?? .unknown
    default: self = .ambiguous
    }
  }
}

extension KeysetID {
  /// What tokens have of it: the first 8 bytes (NUT-02).
  public var shortened: KeysetID { KeysetID(bytes.prefix(Self.shortByteCount)) ?? self }
}
