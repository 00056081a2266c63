/// 32 bytes: a hash, a scalar of secp256k1, the x of a point. As text: 64 hexadecimal digits.
public struct Bytes32: Hashable, Sendable {
  /// Number of bytes.
  public static let byteCount = 32
  private let words: SIMD4<UInt64>

  /// The bytes, of which there must be 32; else nil.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words = SIMD4<UInt64>(repeating: 0)
    for (index, byte) in bytes.enumerated() { words[index / 8] = words[index / 8] << 8 | UInt64(byte) }
    self.words = words
  }

  /// Reads 64 hexadecimal digits, in either case.
  public init?(hex text: some StringProtocol) {
    guard let bytes = Hexadecimal.decode(text, byteCount: Self.byteCount) else { return nil }
    self.init(bytes)
  }

  /// All 32, in their order.
  public var bytes: [UInt8] {
    (0..<Self.byteCount).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(56 - 8 * ($0 % 8))) }
  }

  /// 64 digits, in lower case.
  public var hex: String { Hexadecimal.encode(bytes) }
}

/// A point of secp256k1 as SEC 1 compresses it: 02 or 03, and x. Whether it lies on the curve is another question.
public struct CompressedPoint: Hashable, Sendable {
  /// Number of bytes.
  public static let byteCount = 33
  /// Whether y is odd.
  public let isOdd: Bool
  /// The x coordinate.
  public let x: Bytes32

  /// Of its parts.
  public init(isOdd: Bool, x: Bytes32) { (self.isOdd, self.x) = (isOdd, x) }

  /// The bytes, of which there must be 33, the first of them 2 or 3; else nil.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount, let first = bytes.first, first == 2 || first == 3,
      let x = Bytes32(bytes.dropFirst())
    else { return nil }
    self.init(isOdd: first == 3, x: x)
  }

  /// Reads 66 hexadecimal digits, in either case.
  public init?(hex text: some StringProtocol) {
    guard let bytes = Hexadecimal.decode(text, byteCount: Self.byteCount) else { return nil }
    self.init(bytes)
  }

  /// All 33, in their order.
  public var bytes: [UInt8] { [isOdd ? 3 : 2] + x.bytes }

  /// 66 digits, in lower case.
  public var hex: String { Hexadecimal.encode(bytes) }
}

/// A keyset's id (NUT-02): of 8 bytes where its first one is 00; of 33 where it is 01, of which tokens have the first 8 only.
public struct KeysetID: Hashable, Sendable {
  /// Bytes of an id of version 0, and of a short one of version 1.
  public static let shortByteCount = 8
  /// Bytes of a whole id of version 1.
  public static let longByteCount = 33
  /// The bytes, in their order.
  public let bytes: [UInt8]

  /// An id of either version, whole or short; nil: it is none.
  public init?(_ bytes: some Collection<UInt8>) {
    guard let version = bytes.first, version <= 1 else { return nil }
    guard bytes.count == Self.shortByteCount || (version == 1 && bytes.count == Self.longByteCount) else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads 16 or 66 hexadecimal digits, in either case.
  public init?(hex text: some StringProtocol) {
    guard let bytes = Hexadecimal.decode(text, byteCount: text.utf8.count / 2) else { return nil }
    self.init(bytes)
  }

  /// Whether it stands for one of version 1, of which the rest is missing.
  public var isShortened: Bool { bytes[0] == 1 && bytes.count == Self.shortByteCount }

  /// Whether this is `whole`, or what a token has of it.
  public func stands(for whole: KeysetID) -> Bool { self == whole || isShortened && whole.bytes.starts(with: bytes) }

  /// Its digits, in lower case.
  public var hex: String { Hexadecimal.encode(bytes) }
}

/// A proof that a blind signature was made with the key it should be (NUT-12).
public struct DLEQProof: Hashable, Sendable {
  /// The challenge, and the response.
  public var e, s: Bytes32
  /// What the message was blinded with: only in tokens, for whoever they are given to. It must never reach the mint.
  public var r: Bytes32?

  /// All fields.
  public init(e: Bytes32, s: Bytes32, r: Bytes32?) { (self.e, self.s, self.r) = (e, s, r) }
}

/// Ecash: a secret that a mint has signed (NUT-00).
public struct Proof: Hashable, Sendable {
  /// What it is worth, in the unit of its keyset; a power of two.
  public var amount: UInt64
  /// The keyset that signed it; in tokens it may be shortened.
  public var keyset: KeysetID
  /// What was signed: text, hashed to the curve as it is.
  public var secret: String
  /// The signature, unblinded: `k * hashToCurve(secret)`.
  public var signature: CompressedPoint
  /// That the signature is the mint's; nil: only the mint knows.
  public var dleq: DLEQProof?
  /// What unlocks it (NUT-11); nil: nothing, or it is not locked.
  public var witness: String?

  /// All fields.
  public init(
    amount: UInt64, keyset: KeysetID, secret: String, signature: CompressedPoint, dleq: DLEQProof? = nil,
    witness: String? = nil
  ) {
    (self.amount, self.keyset, self.secret, self.signature) = (amount, keyset, secret, signature)
    (self.dleq, self.witness) = (dleq, witness)
  }
}

/// Hexadecimal text.
enum Hexadecimal {
  /// Two digits for each of so many bytes, in either case; nil: it is something else.
  static func decode(_ text: some StringProtocol, byteCount: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    guard text.utf8.count == 2 * byteCount else { return nil }
    for character in text.utf8 {
      guard let digit = digit(character) else { return nil }
      if let first = high { bytes.append(first << 4 | digit) }
      high = high == nil ? digit : nil
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// In lower case.
  static func encode(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
