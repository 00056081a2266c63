import SimulatedDisk
import WireProtocol

/// Shares of mints in what the broker has room for: whoever has ecash of a mint that does not answer keeps nobody else's out.
extension World {
  private static let offeredCountMax = 40

  /// Where two mints share little room, and the past has gone: one of them does not answer, and gets as many payments as its share lets it;
  /// then one of the other is taken. Whether that was tried; false also: something does not hold.
  func fillShare() -> Bool {
    guard setup.hasSmallShares, mints.count == 2, oracle.problem == nil, outlive(days: 40), settle() else {
      return false
    }
    let number = chance.below(2)
    let (silent, lively) = (mints[number], mints[1 - number])
    silent.breakDown(until: clock.uptime + 3_600_000)
    defer { silent.recover() }
    var (count, status) = (0, Status.paymentPending)
    while status == .paymentPending, count < Self.offeredCountMax, oracle.problem == nil {
      guard let token = token(sum(at: silent), of: silent) else { return true }
      status = offer(token)
      if status == .paymentPending { count += 1 }
    }
    oracle.expect(
      count <= setup.paymentCountMax / 2, "\(count) payments wait at one of two mints, of \(setup.paymentCountMax)")
    guard status == .noSpace, count > 0, let token = token(sum(at: lively), of: lively) else { return true }
    status = offer(token)
    oracle.expect(status != .noSpace, "\(count) payments of a mint that does not answer keep those of another out")
    if status == .paymentPending { coverage.count(.shareLeft) }
    return true
  }
}
