internal import Cashu
public import WireProtocol

/// The ecash of a payout before its mint has signed it: a secret for each blank output, what hides it from the mint, and the refund
/// key, all made of one random seed. The seed is all there is to keep, and whoever has it has the ecash:
///
///     SHA-256("turnpike payout v1" || seed, 16 bytes || kind, 4 || number, 4)     numbers little-endian
///
/// Kind 0, number 0: the first half is the refund key. Kind 1: as 64 hexadecimal digits, the secret of output `number`, counted from
/// 0; kind 2: its blinding factor (NUT-00). A seed is for one PAYOUT that is done: two have one secret twice, which is spent once.
public struct PayoutSecrets: Sendable {
  /// Secret and random.
  public let seed: Bytes16
  let curve: Curve

  /// - Parameter seed: Nil: a new one.
  public init(seed: Bytes16? = nil) throws(TurnpikeError) {
    let blinding = try Bytes16.secret().hexadecimal + Bytes16.secret().hexadecimal
    guard let curve = Bytes32(hex: blinding).flatMap({ Curve(seed: $0) }) else {
      throw TurnpikeError(.system("no memory for the curve"))
    }
    self.curve = curve
    self.seed = if let seed { seed } else { try .secret() }
  }

  private enum Kind: UInt32 { case refundKey, secret, factor }

  private static func digest(_ seed: Bytes16, _ kind: Kind, _ number: Int = 0) -> Digest32 {
    var message = HashedMessage("turnpike payout v1")
    message.append(seed)
    message.append(kind.rawValue)
    message.append(UInt32(clamping: number))
    return message.digest
  }

  private func text(_ kind: Kind, _ number: Int) -> String {
    let digest = Self.digest(seed, kind, number)
    return digest.first.hexadecimal + digest.last.hexadecimal
  }

  /// What REFUND is asked with when nothing can be paid out.
  public var refundKey: Bytes16 { Self.refundKey(of: seed) }

  static func refundKey(of seed: Bytes16) -> Bytes16 { digest(seed, .refundKey).first }

  /// An output, in hexadecimal digits: what a mint is asked with for its signature once more (NUT-09), and what makes it a proof.
  public struct Output: Hashable, Sendable {
    /// B_, the secret, and what hides it.
    public let blinded, secret, factor: String
  }

  /// The first so many outputs, at most 64.
  public func outputs(_ count: Int = WireLimits.payoutOutputCountMax) throws(TurnpikeError) -> [Output] {
    var outputs: [Output] = []
    for number in 0..<max(0, min(count, WireLimits.payoutOutputCountMax)) {
      let (secret, factor) = (text(.secret, number), text(.factor, number))
      guard let blinded = Bytes32(hex: factor).flatMap({ curve.blind(secret, factor: $0) }) else {
        throw TurnpikeError(.system("a hash that is no scalar: try again"), money: .notTaken, operation: .payout)
      }
      outputs.append(Output(blinded: blinded.hex, secret: secret, factor: factor))
    }
    return outputs
  }

  /// PAYOUT on the first so many outputs.
  public func request(mint: UInt32, outputCount: Int, payment: [NoteToken]) throws(TurnpikeError) -> Request {
    let blanks = try outputs(outputCount).compactMap { CompressedPoint(hex: $0.blinded).flatMap { BlankOutput($0) } }
    return .payout(mint: mint, outputs: blanks, refundHash: refundKey.keyHash, payment: payment)
  }

  /// The token (NUT-00, version 4) of what SIGNATURES told.
  ///
  /// What can be found out without the mint is: that there are as many points and keys as it takes to be worth `amount`, one key for
  /// each amount. Whether the mint made the signatures only the mint knows (there is no proof of NUT-12).
  ///
  /// - Parameters:
  ///   - mint: Where PAYOUT was asked for it.
  ///   - amount: What PAYOUT promised, in the mint's unit.
  public func token(
    of signatures: Reply, at mint: PayoutMint, worth amount: UInt64
  ) throws(TurnpikeError) -> String {
    let told = try signatures.fixed(SignaturesReply.self)
    let wrong = TurnpikeError(
      .protocolViolation("the signatures that it tells are not of what was to be paid out"), operation: .signatures)
    guard told.mint == mint.number, told.amount == amount, let keyset = KeysetID(told) else { throw wrong }
    var proofs: [Proof] = []
    var keys: [UInt8: CompressedPoint] = [:]
    var sum: UInt64 = 0
    for (number, record) in try signatures.records(PayoutSignature.self).enumerated() {
      guard record.exponent < UInt64.bitWidth, number < WireLimits.payoutOutputCountMax,
        let key = CompressedPoint(record.keyX0, record.keyX1, isOdd: record.keyIsOdd),
        keys.updateValue(key, forKey: record.exponent) ?? key == key, let mintKey = curve.mintKey(key),
        let signature = CompressedPoint(record.x0, record.x1, isOdd: record.isOdd),
        let factor = Bytes32(hex: text(.factor, number)),
        let unblinded = curve.unblind(signature, factor: factor, key: mintKey)
      else { throw wrong }
      let worth = UInt64(1) << UInt64(record.exponent)
      let (next, overflow) = sum.addingReportingOverflow(worth)
      guard !overflow else { throw wrong }
      sum = next
      proofs.append(Proof(amount: worth, keyset: keyset, secret: text(.secret, number), signature: unblinded))
    }
    guard sum == amount, let token = try? Token(mint: mint.url, unit: mint.unit, proofs: proofs).text() else {
      throw wrong
    }
    return token
  }
}

extension BlankOutput {
  fileprivate init?(_ point: CompressedPoint) {
    guard let x0 = Bytes16(hexadecimal: point.x.hex.prefix(32)), let x1 = Bytes16(hexadecimal: point.x.hex.suffix(32))
    else { return nil }
    self.init(x0: x0, x1: x1, isOdd: point.isOdd ? 1 : 0)
  }
}

extension CompressedPoint {
  fileprivate init?(_ x0: Bytes16, _ x1: Bytes16, isOdd: UInt8) {
    guard isOdd <= 1, let x = Bytes32(hex: x0.hexadecimal + x1.hexadecimal) else { return nil }
    self.init(isOdd: isOdd == 1, x: x)
  }
}

extension KeysetID {
  fileprivate init?(_ told: SignaturesReply) {
    let byteCount = Int(told.idByteCount)
    guard byteCount == Self.shortByteCount || byteCount == Self.longByteCount else { return nil }
    let digits = told.id0.hexadecimal + told.id1.hexadecimal + HexText.encode([told.idLast])
    self.init(hex: digits.prefix(2 * byteCount))
  }
}
