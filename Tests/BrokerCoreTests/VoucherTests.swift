import BrokerCore
import Testing
import WireProtocol

@Suite struct VoucherTests {
  @Test func vouchersAreUsesThatArePaid() throws {
    let served = try ServedBench(Bench.terms(provision: ServedBench.patience))
    let bench = served.bench
    let lease = try served.acquire(1_000)
    func voucher(_ quantity: UInt64 = 2, count: UInt16 = 3, agent: UInt32 = 0, meter: UInt8 = 0) -> Applied {
      bench.apply(
        VoucherCommand(
          actor: Bench.owner, lease: lease.lease, quantity: quantity, agent: agent, meter: meter, count: count,
          stamp: 7,
          boot: 8))
    }
    let reply = try voucher().reply(VoucherReply.self)
    #expect(reply.charged == 30 && reply.stamp == 7 && reply.boot == 8 && reply.count == 3 && reply.agent == 1)
    #expect(try voucher(agent: 1).reply(VoucherReply.self).firstSerial == reply.firstSerial + 3)
    #expect(voucher(0).status == .quantityInvalid && voucher(count: 0).status == .quantityInvalid)
    #expect(voucher(count: 17).status == .quantityInvalid && voucher(meter: 1).status == .meterUnknown)
    #expect(voucher(agent: 2).status == .agentAbsent && voucher(.max).status == .amountOverflow)
    #expect(voucher(1_000, count: 1).status == .fundsInsufficient)
    served.detach(1)
    #expect(voucher().status == .agentAbsent && voucher().money == .notTaken)
    #expect(bench.figure(.providerEarnings) == 60)
  }
}
