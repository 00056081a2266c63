/// A blinded secret that a mint is to sign: an output (NUT-00).
public struct BlindedMessage: Hashable, Sendable {
  /// What the signature shall be worth. The mint goes by it, except in a blank output (NUT-08).
  public var amount: UInt64
  /// The keyset that shall sign.
  public var keyset: KeysetID
  /// `B_`: the secret's point, blinded.
  public var point: CompressedPoint

  /// All fields.
  public init(amount: UInt64, keyset: KeysetID, point: CompressedPoint) {
    (self.amount, self.keyset, self.point) = (amount, keyset, point)
  }
}

/// What a mint signed (NUT-00). Whether the signature is good is another question.
public struct BlindSignature: Hashable, Sendable {
  /// What it is worth.
  public var amount: UInt64
  /// The keyset that signed.
  public var keyset: KeysetID
  /// `C_`: the signature, blinded.
  public var point: CompressedPoint
  /// That the key was the right one (NUT-12); nil: the mint does not prove it. In an answer it never has an `r`.
  public var dleq: DLEQProof?

  /// All fields.
  public init(amount: UInt64, keyset: KeysetID, point: CompressedPoint, dleq: DLEQProof? = nil) {
    (self.amount, self.keyset, self.point, self.dleq) = (amount, keyset, point, dleq)
  }

  /// The signatures that a swap or a mint request was answered with: one for each output, in their order, of the amount
  /// and the keyset that were asked for. `mismatch`: they are others.
  public static func all(in body: [UInt8], for outputs: [BlindedMessage]) throws(FormatError) -> [BlindSignature] {
    var signatures: [BlindSignature]?
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      if name == "signatures" { signatures = try reader.signatures() }
    }
    let all = try signatures.required()
    guard all.count == outputs.count, zip(all, outputs).allSatisfy({ $0.signs($1) }) else { throw .mismatch }
    return all
  }

  /// Whether it is for that output, as far as one can see.
  public func signs(_ output: BlindedMessage) -> Bool { amount == output.amount && keyset == output.keyset }
}

/// A signature that a mint made once, for one of the outputs that it was asked about (NUT-09).
public struct RestoredSignature: Hashable, Sendable {
  /// Which of them: its place in the request.
  public var outputIndex: Int
  /// The signature.
  public var signature: BlindSignature

  /// All fields.
  public init(outputIndex: Int, signature: BlindSignature) {
    (self.outputIndex, self.signature) = (outputIndex, signature)
  }

  /// What of the outputs the mint knows, which may be nothing, each once. It tells outputs and signatures in two lists
  /// of the same order. Amounts and keysets are those of the time: a wallet that begins anew does not know the former,
  /// and an output of somebody else may have been signed with any keyset.
  public static func all(in body: [UInt8], for outputs: [BlindedMessage]) throws(FormatError) -> [RestoredSignature] {
    var points: [CompressedPoint]?
    var signatures: [BlindSignature]?
    try JSONReader.answer(body) { name, reader throws(FormatError) in
      switch name {
      case "outputs":
        var found: [CompressedPoint] = []
        try reader.array { reader throws(FormatError) in found.append(try reader.outputPoint()) }
        points = found
      case "signatures": signatures = try reader.signatures()
      default: break
      }
    }
    let all = (try points.required(), try signatures.required())
    guard all.0.count == all.1.count else { throw .mismatch }
    var places: [CompressedPoint: Int] = [:]
    for (index, output) in outputs.enumerated() { places[output.point] = index }
    var restored: [RestoredSignature] = []
    for (point, signature) in zip(all.0, all.1) {
      // Taken out, so that none is told twice.
      guard let index = places.removeValue(forKey: point) else { throw .mismatch }
      restored.append(RestoredSignature(outputIndex: index, signature: signature))
    }
    return restored
  }
}

extension JSONReader {
  mutating func signatures() throws(FormatError) -> [BlindSignature] {
    var signatures: [BlindSignature] = []
    try array { reader throws(FormatError) in signatures.append(try reader.signature()) }
    return signatures
  }

  private mutating func signature() throws(FormatError) -> BlindSignature {
    var amount: UInt64?
    var keyset: KeysetID?
    var point: CompressedPoint?
    var dleq: DLEQProof?
    try object { name, reader throws(FormatError) in
      switch name {
      case "amount": amount = try reader.unsigned()
      case "id": keyset = try reader.keysetID()
      case "C_": point = try reader.point()
      case "dleq": dleq = try reader.takeNull() ? nil : reader.dleq()
      default: break
      }
    }
    // An r is not the mint's to know.
    dleq?.r = nil
    return BlindSignature(
      amount: try amount.required(), keyset: try keyset.required(), point: try point.required(), dleq: dleq)
  }

  fileprivate mutating func outputPoint() throws(FormatError) -> CompressedPoint {
    var point: CompressedPoint?
    try object { name, reader throws(FormatError) in
      if name == "B_" { point = try reader.point() }
    }
    return try point.required()
  }
}
