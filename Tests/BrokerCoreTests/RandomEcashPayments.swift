import Audit
import WireProtocol

/// What pays for a command in ecash.
struct RandomEcash: CustomStringConvertible {
  var head: EcashPayment
  var proofs: [VerifiedProof]
  var sealedByteCount: Int

  var description: String {
    let proofs = proofs.map { "\($0.keyset)/2^\($0.exponent)" }.joined(separator: " ")
    return "mint \(head.mint), flags \(head.flags.rawValue), \(sealedByteCount) bytes sealed, proofs \(proofs)"
  }

  /// Its proofs, as their mint tells them apart.
  var points: [RandomPoint] {
    proofs.map { RandomPoint(mint: head.mint, x: Digest32(first: $0.y0, last: $0.y1)) }
  }

  /// Bytes in a command, with room for the padding.
  var byteCount: Int { EcashPayment.byteCount + proofs.count * VerifiedProof.byteCount + sealedByteCount + 8 }

  /// Appends it to a command.
  func append(to builder: inout CommandBuilder, in bytes: inout MutableRawSpan) {
    let sealed = (0..<sealedByteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    unsafe builder.append(head, proofs, sealed: sealed.span.bytes, to: &bytes)
  }
}

/// A command that was put off.
struct RandomPaidInEcash {
  var made: RandomCommands.Made
  var payment: UInt64
  /// Whether it was learnt what came of it, that, and when nothing is told of it any more; 0: nothing is, or not yet.
  var isLearnt = false
  var outcome = PaymentOutcome.notKnown
  var goneAt: UInt64 = 0
  /// Whether REFUND gives the notes that it made.
  var hasOutputs = false
}

/// Payments in ecash, for commands of every kind that can be paid for.
extension RandomCommands {
  /// The command, paid in ecash that is worth so much if that can be; nil: it is to be paid for with notes.
  mutating func paidInEcash(
    _ command: any WireCommand, worth amount: UInt64, outputs: [NoteOutput] = [], _ model: ReferenceModel
  ) -> Made? {
    guard random.chance(shape.ecashPercent), hasRoomForEcash(model) || random.one(in: 8),
      var payment = ecash(worth: amount, model)
    else { return nil }
    if random.one(in: 4) { spoil(&payment, model) }
    return withReceipt(command, model, outputs: outputs, makes: outputs, ecash: payment)
  }

  /// Whether there is room for another payment: mostly it would be refused for nothing else.
  func hasRoomForEcash(_ model: ReferenceModel) -> Bool {
    let genesis = shape.genesis
    let kept = model.ecashIDs.count {
      guard let glimpse = model.ecashGlimpse($0), glimpse.outcome != .notTaken else { return false }
      let isForgotten = glimpse.kind == .payout && (glimpse.outcome == .taken || glimpse.isPaidOut)
      return !isForgotten && replyEnd(of: glimpse).map { $0 > model.now } ?? true
    }
    return kept < Int(genesis.ecashCountMax)
      && model.ecashInUse.count + 12 <= Int(genesis.proofCountMax)
      && model.issuedNoteCount < genesis.noteCountMax * 3 / 4
  }

  /// When the place of a payment that was put off and carried out may be had; nil: it is none.
  func replyEnd(of payment: EcashGlimpse) -> UInt64? {
    guard payment.kind != .payout, payment.outcome == .taken, let goneAt = payment.goneAt else { return nil }
    return goneAt - AuditLimits.endedEcashMilliseconds + AuditLimits.keptReplyMilliseconds
  }

  /// Whether a mint has its share of that room, and is not near its ceiling.
  private func hasRoom(at mint: MintGlimpse, _ model: ReferenceModel) -> Bool {
    let (genesis, count) = (shape.genesis, UInt32(model.mintNumbers.count))
    let taken = max(UInt128(mint.cameIn) + UInt128(mint.credited), UInt128(mint.waiting))
    return mint.paymentCount < max(1, Int(genesis.ecashCountMax / count))
      && mint.proofCount + 8 <= Int(genesis.proofCountMax / count)
      && mint.pieceCount + 8 <= Int(genesis.pieceCountMax / count)
      && mint.uncreditedCount < max(1, Int(genesis.ecashCountMax / count / 2))
      && mint.uncreditedProofCount + 8 <= Int(genesis.proofCountMax / count / 2)
      && mint.uncreditedPieceCount + 8 <= Int(genesis.pieceCountMax / count / 2)
      && (mint.terms.ceiling == 0 || taken < UInt128(mint.terms.ceiling))
  }

  mutating func ecash(worth amount: UInt64, _ model: ReferenceModel) -> RandomEcash? {
    guard let (mint, units) = mint(for: amount, model), let terms = model.mintGlimpse(mint)?.terms else { return nil }
    let known = model.keysets(of: mint)
    let fitting = known.filter { units >> UInt64($0.keys.count - 1) <= 24 }
    let active = fitting.filter { $0.terms.flags.contains(.active) }
    guard let keyset = random.pick(random.chance(85) && !active.isEmpty ? active : fitting) ?? known.first else {
      return nil
    }
    var proofs = self.proofs(worth: units, of: keyset)
    if random.one(in: 6), let other = random.pick(fitting) { mix(&proofs, with: other) }
    var flags: EcashFlags = random.one(in: 6) ? .locked : []
    if random.chance(25), shape.aim != .putOff { flags = [.locked, .proven] }
    if shape.hasManyProofs, random.chance(90) { flags.insert(.locked) }
    if random.one(in: 8) { flags.insert(.alone) }
    var locktime: UInt32 = 0
    if flags.contains(.locked), random.one(in: 2) {
      locktime = UInt32(clamping: random.one(in: 10) ? random.next() : model.now / 1_000 + random.scaled(0, 1 << 20))
    }
    let head = EcashPayment(
      mint: terms.mint, proofCount: 0, flags: flags, refundHash: refundHash(), sealedByteCount: 0, locktime: locktime)
    var sealedByteCount = Int(random.scaled(0, 400))
    if random.one(in: 60) { sealedByteCount = WireLimits.ecashByteCountMax }
    return RandomEcash(head: head, proofs: proofs, sealedByteCount: sealedByteCount)
  }

  /// Of a key of its own, or of one of a few; in some worlds of the same, which then has more payments than REFUND looks at.
  mutating func refundHash() -> Bytes16 {
    if shape.sharesRefundKey, random.chance(90) { return Bytes16(low: 0, high: 11) }
    return Bytes16(low: random.one(in: 3) ? UInt64(random.below(3)) : random.next(), high: 11)
  }

  /// A mint, and how many of its units are worth so much here; one where that comes out even if there is any.
  private mutating func mint(for amount: UInt64, _ model: ReferenceModel) -> (UInt32, UInt64)? {
    let enabled = model.mintNumbers.compactMap { model.mintGlimpse($0) }.filter { $0.terms.flags.contains(.enabled) }
    let free = enabled.filter { hasRoom(at: $0, model) }
    let some = (free.isEmpty || random.one(in: 6) ? enabled : free).map(\.terms.mint)
    var found: (UInt32, UInt64)?
    for _ in 0..<8 {
      guard let number = random.pick(some), let terms = model.mintGlimpse(number)?.terms else { return nil }
      let (numerator, denominator) = (UInt128(terms.numerator), UInt128(terms.denominator))
      let units = (UInt128(amount) * denominator + numerator - 1) / numerator
      guard units > 0, units <= UInt128(WireLimits.ecashAmountMax), !model.keysets(of: number).isEmpty else { continue }
      found = found ?? (number, UInt64(units))
      if units * numerator / denominator == UInt128(amount) { return (number, UInt64(units)) }
    }
    return found
  }

  /// Proofs that are worth so much after their fees, if there are such.
  private mutating func proofs(worth units: UInt64, of keyset: KeysetGlimpse) -> [VerifiedProof] {
    var sum = units
    var exponents: [UInt8] = []
    for _ in 0..<8 {
      exponents = Self.exponents(of: sum, keyCount: keyset.keys.count)
      let fee = (UInt64(exponents.count) * UInt64(keyset.terms.feePerThousand) + 999) / 1_000
      if sum == units + fee { break }
      sum = units + fee
    }
    // Two for one, now and then.
    if random.one(in: 4), exponents.count < WireLimits.proofCountMax,
      let index = exponents.firstIndex(where: { $0 > 0 })
    {
      exponents[index] -= 1
      exponents.append(exponents[index])
    }
    if shape.hasManyProofs, keyset.terms.feePerThousand == 0 {
      while exponents.count < 200, let index = exponents.firstIndex(where: { $0 > 0 }) {
        exponents[index] -= 1
        exponents.append(exponents[index])
      }
    }
    return exponents.map { proof(of: keyset.number, $0) }
  }

  private static func exponents(of sum: UInt64, keyCount: Int) -> [UInt8] {
    let top = keyCount - 1
    let whole = Int(min(sum >> UInt64(top), UInt64(WireLimits.proofCountMax)))
    let lower = (0..<top).filter { sum >> UInt64($0) & 1 == 1 }.map { UInt8($0) }
    return Array(([UInt8](repeating: UInt8(top), count: whole) + lower).prefix(WireLimits.proofCountMax))
  }

  private mutating func proof(of keyset: UInt32, _ exponent: UInt8) -> VerifiedProof {
    VerifiedProof(
      y0: Bytes16(low: random.next(), high: 12), y1: Bytes16(low: random.next(), high: 13), keyset: keyset,
      exponent: exponent)
  }

  /// Some of the proofs are of another keyset.
  private mutating func mix(_ proofs: inout [VerifiedProof], with other: KeysetGlimpse) {
    for index in proofs.indices where random.one(in: 2) && Int(proofs[index].exponent) < other.keys.count {
      proofs[index].keyset = other.number
    }
  }

  // MARK: - What can be wrong with it

  private mutating func spoil(_ payment: inout RandomEcash, _ model: ReferenceModel) {
    let index = random.below(payment.proofs.count)
    guard !payment.proofs.isEmpty else { return }
    switch random.below(16) {
    case 0: payment.head.mint = random.one(in: 2) ? 0 : UInt32(random.uniform(1, 17))
    case 1:
      let disabled = model.mintNumbers.filter { !(model.mintGlimpse($0)?.terms.flags.contains(.enabled) ?? true) }
      payment.head.mint = random.pick(disabled) ?? 12
    case 2: payment.proofs[index].keyset = random.one(in: 2) ? 0 : UInt32(model.keysetCount + 1)
    case 3:
      if let other = random.pick(model.mintNumbers.filter { $0 != payment.head.mint }),
        let keyset = random.pick(model.keysets(of: other))
      {
        payment.proofs[index].keyset = keyset.number
      }
    case 4:
      // Of a keyset that is not in use any more, which nothing proven may be.
      let old = model.keysets(of: payment.head.mint).filter { !$0.terms.flags.contains(.active) }
      if let keyset = random.pick(old) { mix(&payment.proofs, with: keyset) }
      payment.head.flags.insert([.locked, .proven])
    case 5: payment.proofs[index].exponent = random.one(in: 2) ? 255 : 64
    case 6:
      if payment.proofs.count < WireLimits.proofCountMax { payment.proofs.append(payment.proofs[index]) }
    case 7, 8: overflow(&payment, model)
    case 9: fill(&payment, model)
    case 10:
      let exponent = UInt8(random.below(3))
      payment.proofs = [proof(of: payment.proofs[index].keyset, exponent)]
    case 11: fillShare(&payment, model)
    default: useAgain(&payment, model)
    }
  }

  /// As many proofs as the mint has its share for, or one more; proven, so that only all of the share counts.
  private mutating func fillShare(_ payment: inout RandomEcash, _ model: ReferenceModel) {
    guard let mint = model.mintGlimpse(payment.head.mint), let first = payment.proofs.first else { return }
    let left = Int(shape.genesis.proofCountMax) / model.mintNumbers.count - mint.proofCount
    guard (1..<WireLimits.proofCountMax).contains(left) else { return }
    payment.head.flags.insert([.locked, .proven])
    payment.proofs = (0..<left + random.below(2)).map { _ in proof(of: first.keyset, first.exponent) }
  }

  /// More than any payment may be worth, or than there is room for.
  private mutating func overflow(_ payment: inout RandomEcash, _ model: ReferenceModel) {
    for number in model.mintNumbers {
      guard let terms = model.mintGlimpse(number)?.terms, terms.flags.contains(.enabled),
        let keyset = model.keysets(of: number).first(where: { $0.keys.count > 48 })
      else { continue }
      payment.head.mint = number
      payment.head.flags = payment.head.flags.subtracting([.locked, .proven])
      payment.head.locktime = 0
      let isTooMuch = random.one(in: 2) || terms.numerator / terms.denominator < 1 << 18
      payment.proofs = [proof(of: keyset.number, 48)]
      if isTooMuch { payment.proofs.append(proof(of: keyset.number, UInt8(random.below(keyset.keys.count)))) }
      return
    }
  }

  /// As much as the mint's ceiling leaves after fees, or one more.
  private mutating func fill(_ payment: inout RandomEcash, _ model: ReferenceModel) {
    guard let keyset = payment.proofs.first?.keyset,
      let mint = model.mintNumbers.compactMap({ model.mintGlimpse($0) }).first(where: { $0.terms.ceiling > 0 }),
      let known = model.keysets(of: mint.terms.mint).first(where: { $0.number == keyset })
        ?? model.keysets(of: mint.terms.mint).first
    else { return }
    payment.head.mint = mint.terms.mint
    let taken = random.one(in: 2) ? UInt128(mint.waiting) : UInt128(mint.cameIn) + UInt128(mint.credited)
    let left = UInt128(mint.terms.ceiling) - min(UInt128(mint.terms.ceiling), taken)
    payment.proofs = proofs(worth: max(1, UInt64(min(left, 1 << 47)) + random.uniform(0, 1)), of: known)
  }

  /// A proof that is, or was, of another payment, mostly at the same mint.
  private mutating func useAgain(_ payment: inout RandomEcash, _ model: ReferenceModel) {
    let index = random.below(payment.proofs.count)
    let (mint, url) = (payment.head.mint, model.mintGlimpse(payment.head.mint)?.terms.url)
    var used = random.pick(paidInEcash.filter { $0.made.ecash?.head.mint == mint })?.made.ecash?.points.first
    switch random.below(8) {
    case 0: used = random.pick(paidInEcash)?.made.ecash?.points.first
    case 1: used = random.pick(model.ecashInUse.filter { $0.url != url }).map { RandomPoint(mint: mint, x: $0.x) }
    case 2, 3: used = random.pick(model.keptPoints.filter { $0.mint == mint }).map { RandomPoint(mint: mint, x: $0.x) }
    default:
      used = random.pick(model.ecashInUse.filter { $0.url == url }).map { RandomPoint(mint: mint, x: $0.x) } ?? used
    }
    if let used { payment.proofs[index].use(used) }
  }

  /// A gift that is paid with a proof that is kept, or was until now.
  mutating func shown(_ point: RandomPoint, _ model: ReferenceModel) -> Made? {
    let keysets = model.keysets(of: point.mint)
    guard let resource = random.pick(resources),
      let known = keysets.last(where: { $0.terms.flags.contains(.active) }) ?? keysets.last
    else { return nil }
    var proofs = proofs(worth: random.scaled(1, 1 << 10), of: known)
    if proofs.isEmpty { return nil }
    proofs[random.below(proofs.count)].use(point)
    let head = EcashPayment(
      mint: point.mint, proofCount: 0, flags: [.locked, .proven], refundHash: Bytes16(low: random.next(), high: 11),
      sealedByteCount: 0, locktime: 0)
    return withReceipt(
      DonateCommand(target: resource, kind: .resource, label: Name32()), model,
      ecash: RandomEcash(head: head, proofs: proofs, sealedByteCount: 100))
  }
}

extension VerifiedProof {
  /// Makes it this one.
  fileprivate mutating func use(_ point: RandomPoint) { (y0, y1) = (point.x.first, point.x.last) }
}
