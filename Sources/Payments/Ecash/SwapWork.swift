public import Cashu
public import WireProtocol

/// The making of what is said to a mint in a swap: some 100 us for each output, 60 us for each locked input, 40 us for each coin. It may
/// run on any thread.
///
/// There are two kinds of it: payments become the broker's own proofs (*coins*); and coins become ecash of a payer, by his blank outputs,
/// and what is left of them coins again.
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

  /// A proof of the broker's own, to be spent.
  public struct Coin: Sendable {
    /// Number of its keyset.
    public var keyset: UInt32
    /// It is worth 2 to this power.
    public var exponent: UInt8
    /// Its number in the keyset.
    public var counter: UInt32
    /// The signature, unblinded.
    public var signature: CompressedPoint

    /// All fields.
    public init(keyset: UInt32, exponent: UInt8, counter: UInt32, signature: CompressedPoint) {
      (self.keyset, self.exponent, self.counter) = (keyset, exponent, counter)
      self.signature = signature
    }
  }

  /// What is spent.
  public enum Inputs: Sendable {
    /// Proofs of others, in the order of their payments.
    case payments([Payment])
    /// Proofs of the broker's own.
    case coins([Coin])
  }

  /// A payer's blank output, to be signed for him.
  public struct Blank: Sendable {
    /// It shall be worth 2 to this power.
    public var exponent: UInt8
    /// What he made; nil: no point is written so.
    public var point: CompressedPoint?

    /// All fields.
    public init(exponent: UInt8, point: CompressedPoint?) {
      self.exponent = exponent
      self.point = point
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

  /// What came of it.
  public enum Result: Sendable {
    /// The swap.
    case made(PreparedSwap)
    /// A blank output is no point of the curve, or is there twice: no mint signs that.
    case blankInvalid
    /// What was sealed cannot be opened, or a keyset is not known any more. Neither happens to a broker that has its key.
    case impossible
  }

  /// What is taken.
  public let terms: EcashTerms
  /// Number of the mint.
  public let mint: UInt32
  /// What is spent.
  public let inputs: Inputs
  /// Number of the outputs' keyset.
  public let keyset: UInt32
  /// Outputs of a payer, in their order: before the broker's own.
  public let blanks: [Blank]
  /// In their order.
  public let outputs: [Output]
  /// Random bytes for signatures.
  public let auxiliary: (Bytes16, Bytes16)

  /// All fields.
  public init(
    terms: EcashTerms, mint: UInt32, inputs: Inputs, keyset: UInt32, blanks: [Blank] = [], outputs: [Output],
    auxiliary: (Bytes16, Bytes16)
  ) {
    self.terms = terms
    self.mint = mint
    self.inputs = inputs
    self.keyset = keyset
    self.blanks = blanks
    self.outputs = outputs
    self.auxiliary = auxiliary
  }

  /// Makes it.
  public func run() -> Result {
    guard let keyset = terms.keyset(keyset), var swap = spend(of: keyset) else { return .impossible }
    for blank in blanks {
      guard let point = blank.point, terms.keys.curve.point(point) != nil else { return .blankInvalid }
      guard swap.add(point, worth: blank.exponent, factor: nil) else { return .impossible }
    }
    for output in outputs {
      guard
        let (secret, factor) = terms.keys.secrets.secret(keyset: keyset.id, counter: UInt64(output.counter)),
        let point = terms.keys.curve.blind(secret, factor: factor),
        swap.add(point, worth: output.exponent, factor: factor)
      else { return .impossible }
    }
    return Set(swap.outputs.map(\.point)).count == swap.outputs.count ? .made(swap) : .blankInvalid
  }

  /// A swap of all inputs that asks for nothing yet; nil: one of them is not to be had.
  private func spend(of keyset: EcashTerms.KeysetTerms) -> PreparedSwap? {
    var swap = PreparedSwap(keyset: keyset, curve: terms.keys.curve)
    switch inputs {
    case .payments(let payments):
      for payment in payments {
        guard let held = HeldProofs.open(payment.sealed, mint: mint, terms.keys.seal) else { return nil }
        for proof in held {
          guard let input = input(proof), swap.spend(input, of: .payment(payment.id)) else { return nil }
        }
      }
    case .coins(let coins):
      for coin in coins {
        guard let input = input(coin), swap.spend(input, of: .coin(keyset: coin.keyset, counter: coin.counter)) else {
          return nil
        }
      }
    }
    return swap
  }

  /// A proof as the mint takes it, unlocked where it is locked.
  private func input(_ held: HeldProof) -> Proof? {
    guard let keyset = terms.keyset(held.keyset) else { return nil }
    var witness: String?
    if held.lock != .none {
      let key: LockKey? =
        switch held.lock {
        case .none: nil
        case .broker(let epoch): terms.lockKey(of: epoch)
        case .lease(let lease, let epoch): terms.lockKey(of: epoch)?.leaseKey(lease)
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

  /// A coin as the mint takes it.
  private func input(_ coin: Coin) -> Proof? {
    guard let keyset = terms.keyset(coin.keyset), Int(coin.exponent) < keyset.keys.count,
      let (secret, _) = terms.keys.secrets.secret(keyset: keyset.id, counter: UInt64(coin.counter))
    else { return nil }
    return Proof(
      amount: 1 << UInt64(coin.exponent), keyset: keyset.id, secret: secret, signature: coin.signature)
  }
}

/// A swap as it can be sent.
public struct PreparedSwap: Sendable {
  /// Whose an input is.
  public enum Owner: Hashable, Sendable {
    /// Of the payment with this id.
    case payment(UInt64)
    /// The broker's own.
    case coin(keyset: UInt32, counter: UInt32)
  }

  /// Proofs that are spent.
  public private(set) var inputs: [Proof] = []
  /// Their Ys.
  public private(set) var ys: [CompressedPoint] = []
  /// Of each, whose it is.
  public private(set) var owners: [Owner] = []
  /// What the mint is to sign: a payer's blank outputs, and then the broker's own.
  public private(set) var outputs: [BlindedMessage] = []
  /// How many of them are a payer's.
  public private(set) var blankCount = 0
  /// What the broker's are blinded with; nil: it is a payer's.
  fileprivate private(set) var factors: [Bytes32?] = []
  fileprivate private(set) var keys: [MintKey] = []
  fileprivate let keyset: EcashTerms.KeysetTerms
  fileprivate let curve: Curve

  fileprivate init(keyset: EcashTerms.KeysetTerms, curve: Curve) {
    self.keyset = keyset
    self.curve = curve
  }

  fileprivate mutating func spend(_ proof: Proof, of owner: Owner) -> Bool {
    guard let hashed = curve.hashToCurve(proof.secret), let y = curve.compressed(hashed) else { return false }
    inputs.append(proof)
    ys.append(y)
    owners.append(owner)
    return true
  }

  fileprivate mutating func add(_ point: CompressedPoint, worth exponent: UInt8, factor: Bytes32?) -> Bool {
    guard Int(exponent) < keyset.keys.count else { return false }
    outputs.append(BlindedMessage(amount: 1 << UInt64(exponent), keyset: keyset.id, point: point))
    factors.append(factor)
    keys.append(keyset.keys[Int(exponent)])
    if factor == nil { blankCount += 1 }
    return true
  }
}

/// The judging of what a mint signed: some 350 us for each output. It may run on any thread.
public struct SwapCompletion: Sendable {
  /// What was asked for.
  public let swap: PreparedSwap
  /// What came: one for each output, in their order, or for the first ones.
  public let signatures: [BlindSignature]

  /// All fields.
  public init(swap: PreparedSwap, signatures: [BlindSignature]) {
    self.swap = swap
    self.signatures = signatures
  }

  /// The signatures, a payer's as they came, the broker's unblinded; nil: one is not what was asked for, or not proved to be made with
  /// the keyset's key (NUT-12).
  public func run() -> [CompressedPoint]? {
    guard signatures.count <= swap.outputs.count else { return nil }
    var points: [CompressedPoint] = []
    for (index, signature) in signatures.enumerated() {
      let (output, key) = (swap.outputs[index], swap.keys[index])
      guard signature.signs(output), let dleq = signature.dleq,
        swap.curve.verify(dleq, signature: signature.point, blinded: output.point, key: key)
      else { return nil }
      guard let factor = swap.factors[index] else {
        points.append(signature.point)
        continue
      }
      guard let point = swap.curve.unblind(signature.point, factor: factor, key: key) else { return nil }
      points.append(point)
    }
    return points
  }
}
