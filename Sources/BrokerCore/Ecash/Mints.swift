import WireProtocol

/// SET MINT and SET KEYSET: whose ecash is taken.
extension StateMachine {
  /// SET MINT: a new mint, or other terms for one.
  mutating func setMint(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = SetMintCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard command.mint >= 1, command.mint <= UInt32(WireLimits.mintCountMax) else {
      return .refused(.termsInvalid, field: 0)
    }
    guard command.numerator > 0 else { return .refused(.termsInvalid, field: 8) }
    guard command.denominator > 0 else { return .refused(.termsInvalid, field: 16) }
    let index = Int(command.mint) - 1
    let isKnown = ecash.mints[index].isKnown
    guard command.unit.isValid, !isKnown || ecash.mints[index].unit == command.unit else {
      return .refused(.termsInvalid, field: 48)
    }
    guard command.url.isValid, !isKnown || ecash.mints[index].url == command.url else {
      return .refused(.termsInvalid, field: 80)
    }
    ecash.mints[index].unit = command.unit
    ecash.mints[index].url = command.url
    ecash.mints[index].numerator = command.numerator
    ecash.mints[index].denominator = command.denominator
    ecash.mints[index].minimum = command.minimum
    ecash.mints[index].exposure = command.exposure
    ecash.mints[index].ceiling = command.ceiling
    ecash.mints[index].flags = command.flags.rawValue
    return .ok(.none)
  }

  /// SET KEYSET: a new keyset, or whether one is still in use.
  mutating func setKeyset(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = SetKeysetCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard ecash.mint(command.mint) != nil else { return .refused(.termsInvalid, field: 0) }
    guard command.keyset >= 1, command.keyset <= UInt32(ecash.keysetCount) + 1,
      command.keyset <= UInt32(WireLimits.keysetCountMax)
    else { return .refused(.termsInvalid, field: 4) }
    let index = Int(command.keyset) - 1
    let isKnown = index < ecash.keysetCount
    if isKnown {
      guard ecash.keysets[index].mint == command.mint else { return .refused(.termsInvalid, field: 0) }
      guard ecash.keysets[index].isNamed(as: command) else { return .refused(.termsInvalid, field: 8) }
      guard ecash.keysets[index].feePerThousand == command.feePerThousand else {
        return .refused(.termsInvalid, field: 44)
      }
    } else {
      guard !isOfAnother(command), !hasKeyOfAnother(bytes, view) else { return .refused(.termsInvalid, field: 8) }
      guard ecash.keysetCount(of: command.mint) < WireLimits.keysetCountMax / Int(ecash.mintCount) else {
        return .refused(.termsInvalid, field: 4)
      }
    }
    guard command.idByteCount == 8 || command.idByteCount == 33 else { return .refused(.termsInvalid, field: 8) }
    guard view.recordCount > 0 else { return .refused(.termsInvalid, field: 60) }
    for record in 0..<view.recordCount {
      guard let key = KeysetKey(bytes, at: view.recordOffset(record)) else { return .refused(.malformed) }
      guard Int(key.exponent) == record, key.isOdd <= 1 else { return .refused(.termsInvalid, field: 64) }
      guard isKnown else { continue }
      let known = ecash.keys[index * WireLimits.keysetKeyCountMax + record]
      guard view.recordCount == Int(ecash.keysets[index].keyCount), known.x0 == key.x0, known.x1 == key.x1,
        known.isOdd == UInt64(key.isOdd)
      else { return .refused(.termsInvalid, field: 64) }
    }
    if !isKnown { addKeyset(command, view, bytes) }
    ecash.keysets[index].finalExpiry = command.finalExpiry
    ecash.keysets[index].isActive = command.flags.contains(.active) ? 1 : 0
    return .ok(.none)
  }

  /// Whether a keyset of another number has this id at the same mint.
  private func isOfAnother(_ command: SetKeysetCommand) -> Bool {
    for index in 0..<ecash.keysetCount where index != Int(command.keyset) - 1 {
      if ecash.keysets[index].mint == command.mint, ecash.keysets[index].isNamed(as: command) { return true }
    }
    return false
  }

  /// Whether a keyset that is known has the key for 1 of a new one: the same keys are the same mint, whatever its url.
  private func hasKeyOfAnother(_ bytes: RawSpan, _ view: CommandView) -> Bool {
    guard view.recordCount > 0, let key = KeysetKey(bytes, at: view.recordOffset(0)) else { return false }
    for index in 0..<ecash.keysetCount {
      let known = ecash.keys[index * WireLimits.keysetKeyCountMax]
      if known.x0 == key.x0, known.x1 == key.x1, known.isOdd == UInt64(key.isOdd) { return true }
    }
    return false
  }

  private mutating func addKeyset(_ command: SetKeysetCommand, _ view: CommandView, _ bytes: RawSpan) {
    let index = Int(command.keyset) - 1
    var keyset = Keyset()
    keyset.id0 = command.id0
    keyset.id1 = command.id1
    keyset.idLast = command.idLast
    keyset.idByteCount = command.idByteCount
    keyset.mint = command.mint
    keyset.feePerThousand = command.feePerThousand
    keyset.keyCount = UInt8(truncatingIfNeeded: view.recordCount)
    // A life that was lost may have known it, and had something signed.
    keyset.isCounterKnown = losses.incarnations.isEmpty
    ecash.keysets[index] = keyset
    for record in 0..<view.recordCount {
      guard let key = KeysetKey(bytes, at: view.recordOffset(record)) else { continue }
      ecash.keys[index * WireLimits.keysetKeyCountMax + record] = CurvePoint(
        x0: key.x0, x1: key.x1, isOdd: UInt64(key.isOdd))
    }
    ecash.keysetCount += 1
  }
}

extension Keyset {
  func isNamed(as command: SetKeysetCommand) -> Bool {
    id0 == command.id0 && id1 == command.id1 && idLast == command.idLast && idByteCount == command.idByteCount
  }
}
