internal import CSecp256k1

/// A signature of BIP-340, as a lock's witness has it (NUT-11). As text: 128 hexadecimal digits.
public struct SchnorrSignature: Hashable, Sendable {
  /// Number of bytes.
  public static let byteCount = 2 * Bytes32.byteCount
  /// The x of the nonce's point, and the response.
  public let r, s: Bytes32

  /// Of its 64 bytes.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount, let r = Bytes32(bytes.prefix(Bytes32.byteCount)),
      let s = Bytes32(bytes.dropFirst(Bytes32.byteCount))
    else { return nil }
    (self.r, self.s) = (r, s)
  }

  /// Reads 128 hexadecimal digits, in either case.
  public init?(hex text: some StringProtocol) {
    guard let bytes = Hexadecimal.decode(text, byteCount: Self.byteCount) else { return nil }
    self.init(bytes)
  }

  /// All 64, in their order.
  public var bytes: [UInt8] { r.bytes + s.bytes }

  /// 128 digits, in lower case.
  public var hex: String { Hexadecimal.encode(bytes) }
}

extension Curve {
  /// Whether a signature unlocks ecash with this secret that is locked to the key (NUT-11): whether it is one of its
  /// SHA-256.
  public func verify(_ signature: SchnorrSignature, secret: String, key: CompressedPoint) -> Bool {
    guard let message = Bytes32(Self.sha256(Array(secret.utf8))) else { return false }
    return verify(signature, message: message, key: key.x)
  }

  /// Whether a signature of a message of 32 bytes is the key's with this x (BIP-340).
  public func verify(_ signature: SchnorrSignature, message: Bytes32, key x: Bytes32) -> Bool {
    var key = secp256k1_xonly_pubkey()
    guard unsafe secp256k1_xonly_pubkey_parse(context, &key, x.bytes) == 1 else { return false }
    return unsafe secp256k1_schnorrsig_verify(
      context, signature.bytes, message.bytes, Bytes32.byteCount, &key) == 1
  }
}
