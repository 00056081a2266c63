/// A secret key and the chain code that its children are derived with (BIP-32). For wallets, and for mints in tests.
package struct ExtendedKey: Sendable {
  /// Indices of hardened children begin here.
  package static let hardened: UInt32 = 1 << 31

  private static let masterLabel = Array("Bitcoin seed".utf8)

  /// The key.
  package let secret: Bytes32
  private let chainCode: [UInt8]

  /// The master key of a seed. Nil, as for one in 2^127 of them: there is none.
  package init?(seed: [UInt8], curve: Curve) {
    guard let code = HMACSHA512.authenticate(seed, key: Self.masterLabel),
      let secret = Bytes32(code.prefix(Bytes32.byteCount)), curve.isScalar(secret)
    else { return nil }
    (self.secret, chainCode) = (secret, Array(code.dropFirst(Bytes32.byteCount)))
  }

  private init(secret: Bytes32, chainCode: [UInt8]) { (self.secret, self.chainCode) = (secret, chainCode) }

  /// The child with a number; from `hardened` on, it is made of the secret key, else of the public one. Nil, as for one
  /// in 2^127 of them: there is none.
  package func child(_ index: UInt32, curve: Curve) -> ExtendedKey? {
    var message = [0] + secret.bytes
    if index < Self.hardened {
      guard let publicKey = curve.publicKey(secret).flatMap(curve.compressed) else { return nil }
      message = publicKey.bytes
    }
    message += (0..<4).map { UInt8(truncatingIfNeeded: index >> (24 - 8 * $0)) }
    guard let code = HMACSHA512.authenticate(message, key: chainCode),
      let tweak = Bytes32(code.prefix(Bytes32.byteCount)), let child = curve.sum(secret, tweak)
    else { return nil }
    return ExtendedKey(secret: child, chainCode: Array(code.dropFirst(Bytes32.byteCount)))
  }
}
