import Cashu

/// An input that is the mint's own, whatever it asks for: not looked up among the spent ones.
struct SpendableInput: Sendable {
  let point: CompressedPoint
  let amount: Int128
  let keyset: Keyset
  let secret: String
  let witness: String?
}

/// An output that can be signed: it has not been, and its keyset signs.
struct SignableOutput: Sendable {
  let point: CompressedPoint
  let amount: Int128
  let keyset: SigningKeyset
}

/// What the mint looks at before it does anything, in the order in which it does.
extension ScriptedMint {
  /// Inputs that are genuine, each once, of one unit, and neither spent nor pending.
  mutating func judge(_ inputs: [InputFields]) throws(Refusal) -> [SpendableInput] {
    guard !inputs.isEmpty else { throw .noInputs }
    for input in inputs {
      guard input.witness?.unicodeScalars.count ?? 0 <= ScriptedMintLimits.textCountMax else { throw .longWitness }
      guard input.secret.unicodeScalars.count <= ScriptedMintLimits.textCountMax else { throw .longSecret }
    }
    // By their bytes: two texts that Unicode has as equal are two secrets.
    guard Set(inputs.map { Array($0.secret.utf8) }).count == inputs.count else { throw .duplicateInputs }
    var genuine: [SpendableInput] = []
    for input in inputs { genuine.append(try judge(input)) }
    guard Set(genuine.map(\.keyset.unit)).count == 1 else { throw .severalInputUnits }
    let spentPoints = genuine.map(\.point).filter { spent[$0] != nil }
    if !spentPoints.isEmpty {
      for point in spentPoints { spent[point]?.refusedCount += 1 }
      totals.doubleSpendCount += spentPoints.count
      throw .spent
    }
    guard !genuine.contains(where: { pendingInputs.contains($0.point) }) else { throw .pending }
    return genuine
  }

  private func judge(_ input: InputFields) throws(Refusal) -> SpendableInput {
    guard let keyset = keyset(input.id) else { throw .unknownInputKeyset(input.id) }
    guard let signer = keyset.signer(input.amount) else { throw .noKey(input.amount) }
    guard let signature = CompressedPoint(hex: input.signature) else {
      throw Self.isHexadecimal(input.signature) ? .invalidPoint : .notHexadecimal
    }
    guard curve.point(signature) != nil else { throw .invalidPoint }
    guard signer.verify(input.secret, signature: signature),
      let point = curve.hashToCurve(input.secret).flatMap(curve.compressed)
    else { throw .invalidProof }
    return SpendableInput(
      point: point, amount: input.amount, keyset: keyset.keyset, secret: input.secret, witness: input.witness)
  }

  /// Outputs that can be signed, all by one keyset.
  ///
  /// - Parameter areBlank: Whether the mint will choose their amounts (NUT-08).
  func judge(_ outputs: [OutputFields], areBlank: Bool = false) throws(Refusal) -> [SignableOutput] {
    guard let id = outputs.first?.id else {
      if areBlank { return [] }
      throw .noOutputs
    }
    guard outputs.allSatisfy({ $0.id == id }) else { throw .severalOutputKeysets }
    guard let keyset = keyset(id) else { throw .unknownOutputKeyset }
    guard keyset.keyset.isActive else { throw .inactiveKeyset }
    // By the points: hexadecimal digits may be written in two ways.
    let points = outputs.map { CompressedPoint(hex: $0.point) }
    guard Set(points.compactMap(\.self)).count == points.count(where: { $0 != nil }) else { throw .duplicateOutputs }
    var signable: [SignableOutput] = []
    for (output, point) in zip(outputs, points) {
      guard areBlank || output.amount > 0 else { throw .invalidAmount(output.amount) }
      guard areBlank || output.amount <= ScriptedMintLimits.amountMax else { throw .tooLargeAmount }
      guard areBlank || keyset.signer(output.amount) != nil else { throw .noKey(output.amount) }
      guard let point else { throw Self.isHexadecimal(output.point) ? .invalidOutput : .notHexadecimal }
      guard curve.point(point) != nil else { throw .invalidOutput }
      guard signed[point] == nil else { throw .signed }
      guard !pendingOutputs.contains(point) else { throw .pendingOutputs }
      signable.append(SignableOutput(point: point, amount: areBlank ? 0 : output.amount, keyset: keyset))
    }
    return signable
  }

  /// Whether outputs are worth what inputs are, less their fee (NUT-02), in the same unit.
  func checkBalance(_ inputs: [SpendableInput], _ outputs: [SignableOutput]) throws(Refusal) {
    guard outputs.allSatisfy({ $0.keyset.keyset.unit == inputs.first?.keyset.unit }) else { throw .otherUnit }
    let (provided, asked) = (Self.sum(inputs.map(\.amount)), Self.sum(outputs.map(\.amount)))
    let fee = Self.fee(inputs)
    guard provided >= asked else { throw .tooMuch(inputs: provided, outputs: asked) }
    guard provided - fee == asked else { throw .unbalanced(inputs: provided, fee: fee, outputs: asked) }
  }

  /// Whether everything that is asked of whoever spends them is there (NUT-11).
  func checkLocks(_ inputs: [SpendableInput]) throws(Refusal) {
    for input in inputs {
      guard let lock = try MintLock(secret: input.secret, curve: curve) else { continue }
      try lock.check(secret: input.secret, witness: input.witness, now: now, curve: curve)
    }
  }

  /// What spending them costs: the thousandths of each one's keyset, rounded up once.
  static func fee(_ inputs: [SpendableInput]) -> Int128 {
    (sum(inputs.map { Int128($0.keyset.inputFeePPK) }) + 999) / 1_000
  }

  /// A sum of at most `ScriptedMintLimits.arrayCountMax` numbers of 64 bits.
  static func sum(_ amounts: [Int128]) -> Int128 { amounts.reduce(0, +) }

  private static func isHexadecimal(_ text: String) -> Bool {
    text.utf8.count.isMultiple(of: 2) && text.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit)
  }
}
