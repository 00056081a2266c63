internal import CCrypto
internal import CSecp256k1

/// A point of secp256k1 other than infinity: parsed, so known to lie on the curve. Only `Curve` makes one.
public struct CurvePoint: Sendable {
  var key: secp256k1_pubkey
}

/// The curve secp256k1 (SEC 2): what Cashu and its locks need of it. It owns a context of libsecp256k1, and has no
/// curve arithmetic of its own.
///
/// A context is constant after it was made, so any number of threads may use one at once. Scalars are big-endian and
/// valid when they are from 1 to n - 1; everything else is refused, as are points that are none: with nil or false,
/// never with a trap. What is computed with secret scalars takes constant time, as far as libsecp256k1's does
/// (`publicKey`, `product` and `sum` of scalars); what `PointSum` does takes a time that depends on its scalars and
/// points, so its scalars are known to others anyway.
@safe public final class Curve: @unchecked Sendable {
  /// Tries of `hashToCurve` before it gives up. Each succeeds with a probability of one half (NUT-00).
  public static let hashToCurveTryCountMax: UInt32 = 1 << 16

  private static let hashToCurveLabel = Array("Secp256k1_HashToCurve_Cashu_".utf8)
  private static let uncompressedByteCount = 65

  /// Written to by nobody after `init`.
  let context: OpaquePointer
  /// The multiples of the generator.
  let generator: PointMultiples

  /// A curve whose context is blinded with `seed`, 32 random bytes, against whoever measures what computing with
  /// secrets takes. Nil: the library has no memory. It takes some milliseconds: a process needs one.
  public init?(seed: Bytes32) {
    guard let made = unsafe secp256k1_context_create(UInt32(SECP256K1_CONTEXT_NONE)) else { return nil }
    // By default an argument that breaks the library's rules ends the process. None does, and if one did its function
    // fails.
    unsafe secp256k1_context_set_illegal_callback(made, { _, _ in }, nil)
    unsafe context = made
    guard unsafe secp256k1_context_randomize(made, seed.bytes) == 1,
      let one = unsafe Self.publicKey(Self.one, made), let generator = unsafe PointMultiples(of: one, made)
    else {
      unsafe secp256k1_context_destroy(made)
      return nil
    }
    self.generator = generator
  }

  deinit { unsafe secp256k1_context_destroy(context) }

  private static let one = [UInt8](repeating: 0, count: Bytes32.byteCount - 1) + [1]

  // MARK: Points and their bytes

  /// The point that is written so; nil: no point has this x.
  public func point(_ compressed: CompressedPoint) -> CurvePoint? { parse(compressed.bytes) }

  /// How a point is written.
  public func compressed(_ point: CurvePoint) -> CompressedPoint? {
    CompressedPoint(serialized(point, CompressedPoint.byteCount, UInt32(SECP256K1_EC_COMPRESSED)))
  }

  /// 04, x and y.
  func uncompressed(_ point: CurvePoint) -> [UInt8] {
    serialized(point, Self.uncompressedByteCount, UInt32(SECP256K1_EC_UNCOMPRESSED))
  }

  private func parse(_ bytes: [UInt8]) -> CurvePoint? {
    var key = secp256k1_pubkey()
    return unsafe secp256k1_ec_pubkey_parse(context, &key, bytes, bytes.count) == 1 ? CurvePoint(key: key) : nil
  }

  private func serialized(_ point: CurvePoint, _ byteCount: Int, _ form: UInt32) -> [UInt8] {
    var (bytes, written, key) = ([UInt8](repeating: 0, count: byteCount), byteCount, point.key)
    return unsafe secp256k1_ec_pubkey_serialize(context, &bytes, &written, &key, form) == 1 ? bytes : []
  }

  /// The point that a secret's bytes are hashed to (NUT-00): x is SHA-256(SHA-256("Secp256k1_HashToCurve_Cashu_" ||
  /// secret) || counter), the counter in four bytes, little-endian, from 0 to where there is such a point, and y is
  /// even.
  public func hashToCurve(_ secret: some Collection<UInt8>) -> CurvePoint? {
    let digest = Self.sha256(Self.hashToCurveLabel + secret)
    for counter in 0..<Self.hashToCurveTryCountMax {
      let count = (0..<4).map { UInt8(truncatingIfNeeded: counter >> (8 * $0)) }
      if let point = parse([2] + Self.sha256(digest + count)) { return point }
    }
    return nil
  }

  /// The point that a secret is hashed to: its text as it is, even when that is hexadecimal.
  public func hashToCurve(_ secret: String) -> CurvePoint? { hashToCurve(secret.utf8) }

  // MARK: Scalars

  /// Whether it is from 1 to n - 1: good as a secret key.
  public func isScalar(_ value: Bytes32) -> Bool { unsafe secp256k1_ec_seckey_verify(context, value.bytes) == 1 }

  /// n - scalar.
  func negated(_ scalar: Bytes32) -> Bytes32? {
    var bytes = scalar.bytes
    return unsafe secp256k1_ec_seckey_negate(context, &bytes) == 1 ? Bytes32(bytes) : nil
  }

  /// The sum of two scalars; nil also where it is 0.
  func sum(_ scalar: Bytes32, _ other: Bytes32) -> Bytes32? {
    var bytes = scalar.bytes
    return unsafe secp256k1_ec_seckey_tweak_add(context, &bytes, other.bytes) == 1 ? Bytes32(bytes) : nil
  }

  /// The product of two scalars.
  func product(_ scalar: Bytes32, _ other: Bytes32) -> Bytes32? {
    var bytes = scalar.bytes
    return unsafe secp256k1_ec_seckey_tweak_mul(context, &bytes, other.bytes) == 1 ? Bytes32(bytes) : nil
  }

  // MARK: Secrets and points

  /// secret G, in constant time.
  func publicKey(_ secret: Bytes32) -> CurvePoint? { unsafe Self.publicKey(secret.bytes, context) }

  private static func publicKey(_ secret: [UInt8], _ context: OpaquePointer) -> CurvePoint? {
    var key = secp256k1_pubkey()
    return unsafe secp256k1_ec_pubkey_create(context, &key, secret) == 1 ? CurvePoint(key: key) : nil
  }

  /// secret P, in constant time: what ECDH would hash, taken as it is.
  func product(_ secret: Bytes32, _ point: CurvePoint) -> CurvePoint? {
    var (coordinates, key) = ([UInt8](repeating: 0, count: 2 * Bytes32.byteCount), point.key)
    let succeeded = unsafe secp256k1_ecdh(
      context, &coordinates, &key, secret.bytes,
      { out, x, y, _ in
        guard let out = unsafe out, let x = unsafe x, let y = unsafe y else { return 0 }
        unsafe out.update(from: x, count: Bytes32.byteCount)
        unsafe (out + Bytes32.byteCount).update(from: y, count: Bytes32.byteCount)
        return 1
      }, nil)
    return succeeded == 1 ? parse([4] + coordinates) : nil
  }

  /// The sum of two points; nil where it is infinity.
  func sum(_ point: CurvePoint, _ other: CurvePoint) -> CurvePoint? {
    var sum = PointSum(self)
    sum.add(point)
    sum.add(other)
    return sum.point
  }

  // MARK: Hashes

  static func sha256(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(TP_SHA256_BYTE_COUNT))
    unsafe tp_sha256(bytes, bytes.count, &digest)
    return digest
  }

  /// SHA-256(SHA-256(tag) || SHA-256(tag) || message), as BIP-340 defines it.
  static func taggedHash(_ tag: String, _ message: [UInt8]) -> Bytes32? {
    let tag = sha256(Array(tag.utf8))
    return Bytes32(sha256(tag + tag + message))
  }
}
