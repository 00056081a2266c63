public import Cashu
public import WireProtocol

/// The making of what is said to a mint in a swap: some 100 us for each output, 60 us for each locked input. It may run on any thread.
public struct SwapPreparation: Sendable {
  /// A payment of the swap.
  public struct Payment: Sendable {
    /// Its id.
    public var id: UInt64
    /// What is needed to spend its proofs.
    public var sealed: [UInt8]

    /// All fields.
    public init(id: UInt64, sealed: [UInt8]) {
      self.id = id
      self.sealed = sealed
    }
  }

  /// A proof of the broker's own, to be signed.
  public struct Output: Sendable {
    /// It is worth 2 to this power.
    public var exponent: UInt8
    /// Its number in the keyset.
    public var counter: UInt32

    /// All fields.
    public init(exponent: UInt8, counter: UInt32) {
      self.exponent = exponent
      self.counter = counter
    }
  }

  /// What is taken.
  public let terms: EcashTerms
  /// Number of the mint.
  public let mint: UInt32
  /// In their order.
  public let payments: [Payment]
  /// Number of the outputs' keyset.
  public let keyset: UInt32
  /// In their order.
  public let outputs: [Output]
  /// Random bytes for signatures.
  public let auxiliary: (Bytes16, Bytes16)

  /// All fields.
  public init(
    terms: EcashTerms, mint: UInt32, payments: [Payment], keyset: UInt32, outputs: [Output],
    auxiliary: (Bytes16, Bytes16)
  ) {
    self.terms = terms
    self.mint = mint
    self.payments = payments
    self.keyset = keyset
    self.outputs = outputs
    self.auxiliary = auxiliary
  }

  /// Makes it; nil: what was sealed cannot be opened, or a keyset is not known any more. Neither happens to a broker that has its key.
  public func run() -> PreparedSwap? {
    var inputs: [Proof] = []
    var ys: [CompressedPoint] = []
    var owners: [UInt64] = []
    for payment in payments {
      guard let held = HeldProofs.open(payment.sealed, mint: mint, terms.keys.seal) else { return nil }
      for proof in held {
        guard let input = input(proof), let hashed = terms.keys.curve.hashToCurve(proof.secret),
          let y = terms.keys.curve.compressed(hashed)
        else { return nil }
        inputs.append(input)
        ys.append(y)
        owners.append(payment.id)
      }
    }
    guard let keyset = terms.keyset(keyset) else { return nil }
    var blinded: [BlindedMessage] = []
    var factors: [Bytes32] = []
    var keys: [MintKey] = []
    for output in outputs {
      guard Int(output.exponent) < keyset.keys.count,
        let (secret, factor) = terms.keys.secrets.secret(keyset: keyset.id, counter: UInt64(output.counter)),
        let point = terms.keys.curve.blind(secret, factor: factor)
      else { return nil }
      blinded.append(BlindedMessage(amount: 1 << UInt64(output.exponent), keyset: keyset.id, point: point))
      factors.append(factor)
      keys.append(keyset.keys[Int(output.exponent)])
    }
    return PreparedSwap(
      inputs: inputs, ys: ys, owners: owners, outputs: blinded, factors: factors, keys: keys, curve: terms.keys.curve)
  }

  /// A proof as the mint takes it, unlocked where it is locked.
  private func input(_ held: HeldProof) -> Proof? {
    guard let keyset = terms.keyset(held.keyset) else { return nil }
    var witness: String?
    if held.lock != .none {
      let key: LockKey? =
        switch held.lock {
        case .lease(let lease): terms.keys.lock.leaseKey(lease)
        default: terms.keys.lock
        }
      guard let auxiliary = Bytes32(auxiliary.0.octets + auxiliary.1.octets),
        let signature = key?.sign(held.secret, auxiliary: auxiliary),
        let text = P2PKSecret.witness(signature: signature.bytes)
      else { return nil }
      witness = text
    }
    return Proof(
      amount: 1 << UInt64(held.exponent), keyset: keyset.id, secret: held.secret, signature: held.signature,
      witness: witness)
  }
}

/// A swap as it can be sent.
public struct PreparedSwap: Sendable {
  /// Proofs that are spent.
  public let inputs: [Proof]
  /// Their Ys.
  public let ys: [CompressedPoint]
  /// Of each, the payment that it is of.
  public let owners: [UInt64]
  /// What the mint is to sign.
  public let outputs: [BlindedMessage]
  let factors: [Bytes32]
  let keys: [MintKey]
  let curve: Curve
}

/// The judging of what a mint signed: some 350 us for each output. It may run on any thread.
public struct SwapCompletion: Sendable {
  /// What was asked for.
  public let swap: PreparedSwap
  /// What came: one for each output, in their order.
  public let signatures: [BlindSignature]

  /// All fields.
  public init(swap: PreparedSwap, signatures: [BlindSignature]) {
    self.swap = swap
    self.signatures = signatures
  }

  /// The signatures, unblinded; nil: one is not what was asked for, or not proved to be made with the keyset's key (NUT-12).
  public func run() -> [CompressedPoint]? {
    guard signatures.count == swap.outputs.count else { return nil }
    var points: [CompressedPoint] = []
    for (index, signature) in signatures.enumerated() {
      let output = swap.outputs[index]
      guard signature.amount == output.amount, signature.keyset == output.keyset, let dleq = signature.dleq,
        swap.curve.verify(dleq, signature: signature.point, blinded: output.point, key: swap.keys[index]),
        let point = swap.curve.unblind(signature.point, factor: swap.factors[index], key: swap.keys[index])
      else { return nil }
      points.append(point)
    }
    return points
  }
}
