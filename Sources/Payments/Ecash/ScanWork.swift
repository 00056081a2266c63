public import Cashu

/// The making of what a mint is asked about proofs of the broker's own (NUT-13), signed or not: some 150 us for each. It may run on any
/// thread.
public struct ScanPreparation: Sendable {
  /// What is taken.
  public let terms: EcashTerms
  /// Number of their keyset.
  public let keyset: UInt32
  /// Their numbers in it, ascending.
  public let counters: [UInt32]

  /// All fields.
  public init(terms: EcashTerms, keyset: UInt32, counters: [UInt32]) {
    (self.terms, self.keyset, self.counters) = (terms, keyset, counters)
  }

  /// Makes it; nil: the keyset is not known any more.
  public func run() -> PreparedScan? {
    guard let keyset = terms.keyset(keyset) else { return nil }
    let curve = terms.keys.curve
    var scan = PreparedScan(keyset: keyset, curve: curve)
    for counter in counters {
      // One counter in 2^127 has no secret: with it nothing was ever asked for.
      guard let (secret, factor) = terms.keys.secrets.secret(keyset: keyset.id, counter: UInt64(counter)),
        let hashed = curve.hashToCurve(secret), let y = curve.compressed(hashed),
        let point = curve.blind(secret, factor: factor)
      else { continue }
      scan.add(counter, y, point, factor)
    }
    return scan
  }
}

/// Proofs of the broker's own in one keyset, as a mint is asked about them.
public struct PreparedScan: Sendable {
  /// Their numbers in the keyset, ascending.
  public private(set) var counters: [UInt32] = []
  /// What their mint knows them by when they are spent.
  public private(set) var ys: [CompressedPoint] = []
  /// What it knows them by when it signed them. What they are worth the broker does not know: of amounts the mint takes no notice.
  public private(set) var outputs: [BlindedMessage] = []
  fileprivate private(set) var factors: [Bytes32] = []
  fileprivate let keyset: EcashTerms.KeysetTerms
  fileprivate let curve: Curve

  fileprivate init(keyset: EcashTerms.KeysetTerms, curve: Curve) {
    (self.keyset, self.curve) = (keyset, curve)
  }

  fileprivate mutating func add(_ counter: UInt32, _ y: CompressedPoint, _ point: CompressedPoint, _ factor: Bytes32) {
    counters.append(counter)
    ys.append(y)
    outputs.append(BlindedMessage(amount: 1, keyset: keyset.id, point: point))
    factors.append(factor)
  }
}

/// A proof that a mint signed for the broker.
public struct FoundProof: Sendable {
  /// Its number in its keyset.
  public let counter: UInt32
  /// It is worth 2 to this power.
  public let exponent: UInt8
  /// What the mint knows it by when it is spent.
  public let y: CompressedPoint
  /// The signature, unblinded.
  public let signature: CompressedPoint
}

/// The judging of what a mint says that it signed: some 350 us for each. It may run on any thread.
public struct ScanCompletion: Sendable {
  /// What was asked for.
  public let scan: PreparedScan
  /// What came.
  public let restored: [RestoredSignature]

  /// All fields.
  public init(scan: PreparedScan, restored: [RestoredSignature]) {
    (self.scan, self.restored) = (scan, restored)
  }

  /// Those that are proved to be made with a key of the keyset (NUT-12), in the order of their counters. Of the others nothing can be
  /// spent, as far as anybody can tell.
  public func run() -> [FoundProof] {
    restored.sorted { $0.outputIndex < $1.outputIndex }.compactMap { proof($0.outputIndex, $0.signature) }
  }

  private func proof(_ index: Int, _ signature: BlindSignature) -> FoundProof? {
    let exponent = signature.amount.trailingZeroBitCount
    guard scan.outputs.indices.contains(index), signature.amount.nonzeroBitCount == 1,
      exponent < scan.keyset.keys.count, signature.keyset == scan.keyset.id, let dleq = signature.dleq,
      scan.curve.verify(
        dleq, signature: signature.point, blinded: scan.outputs[index].point, key: scan.keyset.keys[exponent]),
      let point = scan.curve.unblind(
        signature.point, factor: scan.factors[index], key: scan.keyset.keys[exponent])
    else { return nil }
    return FoundProof(
      counter: scan.counters[index], exponent: UInt8(exponent), y: scan.ys[index], signature: point)
  }
}
