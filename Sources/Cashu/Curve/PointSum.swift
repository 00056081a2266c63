internal import CSecp256k1

/// Multiples of one point, so that a product with it is a sum of 43 points that libsecp256k1 has computed before, and
/// takes a third of the time. Of each window of 6 bits of a scalar there is a row: the multiples d * 2^(6 * window) * P
/// for d from 1 to 63. They take 173 kB and some 6 ms.
///
/// Verifying a token's proof takes 143 microseconds with those of G and A, 182 with those of G, 205 without, and 171 by
/// way of `secp256k1_ecdsa_recover`, the library's only sum of a product of any point and one of G. Windows of 7 bits
/// would save 6 microseconds more, for twice the memory.
struct PointMultiples: Sendable {
  private static let windowBitCount = 6
  private static let rowCount = 63
  /// Windows of a scalar, and points that a product is at most the sum of.
  static let windowCount = (8 * Bytes32.byteCount + windowBitCount - 1) / windowBitCount

  private let points: [secp256k1_pubkey]

  /// The multiples of `point`; nil: the context is none.
  init?(of point: CurvePoint, _ context: OpaquePointer) {
    var points: [secp256k1_pubkey] = []
    points.reserveCapacity(Self.windowCount * Self.rowCount)
    var base = point.key
    for _ in 0..<Self.windowCount {
      // No multiple is infinity: n is prime, and neither factor is a multiple of it.
      var multiple = base
      for _ in 0..<Self.rowCount {
        points.append(multiple)
        guard let next = unsafe PointSum.point([multiple, base], context) else { return nil }
        multiple = next.key
      }
      base = multiple
    }
    self.points = points
  }

  /// Appends what has to be added for `scalar` * P: nothing for windows that are zero.
  func append(_ scalar: Bytes32, to terms: inout [secp256k1_pubkey]) {
    let bytes = scalar.bytes
    for window in 0..<Self.windowCount {
      let (bit, last) = (window * Self.windowBitCount, Bytes32.byteCount - 1)
      let low = UInt16(bytes[last - bit / 8])
      let high = bit / 8 < last ? UInt16(bytes[last - bit / 8 - 1]) : 0
      let bits = (high << 8 | low) >> UInt16(bit % 8)
      let digit = Int(bits) & Self.rowCount
      if digit > 0 { terms.append(points[window * Self.rowCount + digit - 1]) }
    }
  }
}

/// A sum of points and of products, computed at once: all but the first term of a sum cost a ninth of what they do one
/// by one. It takes a time that depends on the scalars, so they must be no secrets. A term that is invalid makes the
/// sum nil.
struct PointSum {
  /// Two products with multiples, and a point.
  private static let termCountUsual = 2 * PointMultiples.windowCount + 1

  private let curve: Curve
  private var terms: [secp256k1_pubkey] = []
  private var isValid = true

  init(_ curve: Curve) {
    self.curve = curve
    terms.reserveCapacity(Self.termCountUsual)
  }

  /// Adds a point.
  mutating func add(_ point: CurvePoint) { terms.append(point.key) }

  /// Adds `scalar` * P.
  mutating func add(_ scalar: Bytes32, times point: CurvePoint) {
    var key = point.key
    isValid = unsafe isValid && secp256k1_ec_pubkey_tweak_mul(curve.context, &key, scalar.bytes) == 1
    terms.append(key)
  }

  /// Adds `scalar` * P, which must be a valid one.
  mutating func add(_ scalar: Bytes32, times multiples: PointMultiples) { multiples.append(scalar, to: &terms) }

  /// Adds `scalar` * A, which must be a valid one.
  mutating func add(_ scalar: Bytes32, times key: MintKey) {
    if let multiples = key.multiples { add(scalar, times: multiples) } else { add(scalar, times: key.point) }
  }

  /// The sum; nil also where it is infinity.
  var point: CurvePoint? {
    isValid ? unsafe Self.point(terms, curve.context) : nil
  }

  /// The sum of points, of which there must be one at least; nil also where it is infinity.
  static func point(_ terms: [secp256k1_pubkey], _ context: OpaquePointer) -> CurvePoint? {
    unsafe terms.withUnsafeBufferPointer { terms in
      guard let first = terms.baseAddress else { return nil }
      let addresses: [UnsafePointer<secp256k1_pubkey>?] = unsafe terms.indices.map { unsafe first + $0 }
      var sum = secp256k1_pubkey()
      let succeeded = unsafe !terms.isEmpty && secp256k1_ec_pubkey_combine(context, &sum, addresses, terms.count) == 1
      return succeeded ? CurvePoint(key: sum) : nil
    }
  }
}
