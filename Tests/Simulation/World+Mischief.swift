import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Requests that nobody should make, so that each refusal is seen too.
extension World {
  func mischief(_ client: Client) {
    guard let token = chance.pick(spent), let lease = anyLive(), let resource = chance.pick(resources) else {
      return look(client)
    }
    let key = draw()
    switch chance.below(12) {
    case 0: pay(client, FundRequest(lease: lease.id, handle: 0), .fund, [token], lease)
    case 1:
      var forged = token
      forged.amount += 1
      pay(client, FundRequest(lease: lease.id, handle: 0), .fund, [forged], lease)
    case 2: pay(client, FundRequest(lease: 1 << 40, handle: 0), .fund, [token])
    case 3: pay(client, acquire(1 << 40, 1, key), .acquire, [token])
    case 4: pay(client, acquire(resource.id, 0, key), .acquire, [token])
    case 5: pay(client, acquire(resource.id, 1, key), .acquire, [])
    case 6: client.ask({ _ in CheckRequest(lease: 1 << 40) }, .check)
    case 7: client.ask({ _ in DescribeRequest(resource: 1 << 40, name: Name32()) }, .describe)
    case 8: client.ask({ _ in QuoteRequest(resource: resource.id, units: 0, duration: 0) }, .quote)
    case 9: client.ask({ _ in RotateRequest(validity: 1, algorithm: .hmacSha256_128) }, .rotate)
    case 10: client.ask({ _ in IssueRequest(amount: 0, binding: 0, count: 1) }, .issue)
    default: client.ask({ _ in RevokeRequest(lease: 1 << 40) }, .revoke)
    }
  }

  private func acquire(_ resource: UInt64, _ units: UInt32, _ key: Bytes16) -> AcquireRequest {
    AcquireRequest(resource: resource, units: units, flags: [], keyHash: SHA256.keyHash(key), minimum: 0)
  }

  private func pay(
    _ client: Client, _ request: any WireRequest, _ opcode: Opcode, _ payment: [NoteToken], _ lease: KnownLease? = nil
  ) {
    client.ask({ _ in request }, opcode) { errand in
      errand.payment = payment
      errand.changes = lease
      errand.isMischief = true
    }
  }
}
