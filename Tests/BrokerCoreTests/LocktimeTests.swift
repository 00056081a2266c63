import BrokerCore
import Testing
import WireProtocol

/// When the first lock ends of what is credited and not swapped.
@Suite struct LocktimeTests {
  private static let proven: EcashFlags = [.locked, .proven]

  private static func bench() throws -> (Bench, UInt64) {
    let bench = try Bench()
    try bench.setMint(exposure: 1_000)
    return (bench, try bench.register())
  }

  @Test func itIsTheEarliestOfWhatIsCredited() throws {
    let (bench, resource) = try Self.bench()
    func pay(_ name: UInt64, _ locktime: UInt32, _ flags: EcashFlags = Self.proven) -> Status {
      bench.tryAcquire(resource, bench.ecash([4], named: name, flags: flags, locktime: locktime)).status
    }
    #expect(bench.machine.earliestLocktime(at: 1) == 0 && bench.machine.earliestLocktime(at: 2) == 0)
    #expect(pay(1, 0) == .ok && bench.machine.earliestLocktime(at: 1) == 0)
    #expect(pay(2, 3_000) == .ok && bench.machine.earliestLocktime(at: 1) == 3_000_000)
    #expect(pay(3, .max) == .ok && pay(4, 2_000) == .ok && bench.machine.earliestLocktime(at: 1) == 2_000_000)
    // What is not credited is its payer's.
    #expect(pay(5, 1_000, .locked) == .paymentPending && bench.machine.earliestLocktime(at: 1) == 2_000_000)
    // What a swap has taken is not swapped yet; what it left waits on.
    #expect(bench.beginSwap().status == .ok && pay(6, 2_500) == .ok && bench.isKeptBySnapshot)
    #expect(bench.machine.earliestLocktime(at: 1) == 2_000_000)
    #expect(bench.endSwap(.putBack).status == .ok && bench.machine.earliestLocktime(at: 1) == 2_000_000)
    #expect(bench.beginSwap().status == .ok && pay(7, 2_600) == .ok && bench.sign().status == .ok)
    #expect(bench.machine.earliestLocktime(at: 1) == 2_600_000 && bench.isKeptBySnapshot)
    #expect(bench.beginSwap().status == .ok && bench.sign().status == .ok && bench.machine.earliestLocktime(at: 1) == 0)
  }

  @Test func onlyWhatIsLockedHasOne() throws {
    let (bench, resource) = try Self.bench()
    let digest = bench.machine.digest()
    for (flags, locktime) in [([], 5), (.alone, 5), (.proven, 0), (.proven, 5)] as [(EcashFlags, UInt32)] {
      let applied = bench.tryAcquire(resource, bench.ecash([4], named: 1, flags: flags, locktime: locktime))
      #expect(applied.status == .malformed && bench.machine.digest() == digest)
    }
    let locked = bench.ecash([4], named: 1, flags: .locked, locktime: 5)
    #expect(bench.tryAcquire(resource, locked).status == .paymentPending)
  }
}
