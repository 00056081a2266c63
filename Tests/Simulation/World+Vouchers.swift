import Sessions
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Uses that holders pay for beforehand.
extension World {
  func buyVouchers(_ lease: KnownLease, _ key: HeldKey, by client: Client) {
    let asked = VoucherRequest(
      handle: 0, agent: chance.oneIn(5) ? UInt32(1 + chance.below(3)) : 0, quantity: chance.among(1...20),
      meter: chance.oneIn(20) ? UInt8(2 + chance.below(2)) : UInt8(chance.below(2)), count: UInt16(1 + chance.below(3)))
    client.ask(
      {
        VoucherRequest(
          handle: $0, agent: asked.agent, quantity: asked.quantity, meter: asked.meter, count: asked.count)
      }, .voucher
    ) { errand in
      (errand.key, errand.changes, errand.voucher) = (key, lease, asked)
      errand.isHasty = chance.oneIn(10)
      errand.then = { [unowned self] answer in
        guard answer.status == .ok else { return }
        let identity = RoleIdentity(role: .agent, id: lease.resource.id, generation: 0)
        let ticketKey = TicketKey(setup.credential(identity))
        for issued in answer.records(IssuedVoucher.self) {
          let voucher = issued.voucher
          oracle.expect(
            ticketKey.holderKey(of: voucher) == issued.holderKey
              && voucher.until == voucher.stamp + setup.limits.voucherMilliseconds,
            "voucher \(voucher.serial) of lease \(lease.id) is not genuine")
        }
      }
    }
  }

  // MARK: Mischief

  func badVoucher(_ lease: KnownLease) -> Misdeed {
    func voucher(_ quantity: UInt64, meter: UInt8 = 0, count: UInt16 = 1, agent: UInt32 = 0) -> Misdeed {
      Misdeed(.voucher, of: lease) {
        VoucherRequest(handle: $0, agent: agent, quantity: quantity, meter: meter, count: count)
      }
    }
    return switch chance.below(7) {
    case 0: voucher(0)
    case 1: voucher(1, count: 0)
    case 2: voucher(1, count: 17)
    case 3: voucher(1, meter: 3)
    case 4: voucher(1 << 30, meter: 2)
    case 5: voucher(1, meter: 2, count: 3)
    default: voucher(1, agent: 9)
    }
  }
}
