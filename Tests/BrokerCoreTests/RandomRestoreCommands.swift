import Audit
import WireProtocol

/// Commands about lives, and what is lost between two.
extension RandomCommands {
  /// Mostly a life that begins soon after the last: ids and epochs are then not far apart either.
  mutating func restore(_ model: ReferenceModel) -> Made {
    let last = max(model.incarnation, UInt64(model.keyEpoch))
    var incarnation = last + (random.one(in: 2) ? 1 : random.scaled(1, 1 << 20))
    var validity: UInt64 = random.one(in: 2) ? 0 : year + random.scaled(0, year)
    switch random.below(8) {
    case 0: incarnation = random.one(in: 2) ? last : 1 << 32
    case 1: validity = year - 1
    default: break
    }
    lifeBeginsAt = random.one(in: 8) ? min(model.now + random.scaled(0, 2 * year), 1 << 46) : 0
    return plain(
      RestoreCommand(
        incarnation: incarnation, validity: validity,
        now: lifeBeginsAt, flags: random.one(in: 2) ? .lossy : [],
        algorithm: .siphash2_4_128))
  }

  /// Mostly what it takes; now and then a little less, or nothing.
  mutating func acceptLoss(_ model: ReferenceModel) -> Made {
    let quarantined = model.figures().reduce(UInt64(0)) {
      $1.account == .notesQuarantined ? $0 + UInt64($1.balance) : $0
    }
    var amount = quarantined
    switch random.below(3) {
    case 0: amount = random.one(in: 2) ? 0 : quarantined - min(quarantined, 1)
    case 1: amount = quarantined + random.scaled(0, 1 << 20)
    default: break
    }
    return withReceipt(AcceptLossCommand(amount: amount), model)
  }
}
