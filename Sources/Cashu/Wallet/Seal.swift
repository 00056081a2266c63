internal import CCrypto

/// Seals what must be kept and not be read, as proofs in a journal: AES-256-SIV (RFC 5297), authenticated encryption
/// whose nonce is made of key, associated data and plaintext. There is no nonce to be used twice, and the same input
/// gives the same bytes, wherever a record is made again. Who sees two of them learns whether they are equal, and how
/// long they are; nothing else.
///
///     tag (16)  ciphertext (as long as the plaintext)
public final class Seal: Sendable {
  /// What sealing adds.
  public static let overheadByteCount = Int(TP_SIV_TAG_BYTE_COUNT)
  /// The longest plaintext.
  public static let plaintextByteCountMax = 1 << 20
  /// The longest associated data.
  public static let associatedDataByteCountMax = 1 << 10

  private static let label = Array("turnpike cashu seal v1".utf8)

  private let key: [UInt8]

  /// The seal of a key: HMAC-SHA512(key, "turnpike cashu seal v1") is that of AES-256-SIV. Nil: no memory.
  public init?(key: Bytes32) {
    guard let key = HMACSHA512.authenticate(Self.label, key: key.bytes) else { return nil }
    self.key = key
  }

  /// The sealed bytes of a plaintext, which must be opened with the same associated data. Nil: the plaintext is empty,
  /// or one of them too long.
  public func seal(_ plaintext: [UInt8], associatedData: [UInt8]) -> [UInt8]? {
    guard (1...Self.plaintextByteCountMax).contains(plaintext.count),
      associatedData.count <= Self.associatedDataByteCountMax
    else { return nil }
    let associated = Self.label + associatedData
    var sealed = [UInt8](repeating: 0, count: plaintext.count + Self.overheadByteCount)
    let succeeded = unsafe tp_siv_seal(key, associated, associated.count, plaintext, plaintext.count, &sealed)
    return succeeded ? sealed : nil
  }

  /// The plaintext of what `seal` gave; nil: that key and associated data never made these bytes.
  public func open(_ sealed: [UInt8], associatedData: [UInt8]) -> [UInt8]? {
    let byteCount = sealed.count - Self.overheadByteCount
    guard (1...Self.plaintextByteCountMax).contains(byteCount),
      associatedData.count <= Self.associatedDataByteCountMax
    else { return nil }
    let associated = Self.label + associatedData
    var plaintext = [UInt8](repeating: 0, count: byteCount)
    let succeeded = unsafe tp_siv_open(key, associated, associated.count, sealed, sealed.count, &plaintext)
    return succeeded ? plaintext : nil
  }
}
