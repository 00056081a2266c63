import SimulatedDisk
import WireProtocol

/// Units of a resource: leases have them, and for a while those whose mint has not answered, a tenth of all together at the most.
extension World {
  /// What is told as leased is what leases have, or requests for them that are under way.
  func askUnits(of resource: KnownResource, by client: Client) {
    let (before, order) = (unitsMost(of: resource, since: -1), oracle.eventCount)
    client.ask({ _ in StatusRequest(resource: resource.id) }, .status) { errand in
      errand.resource = resource
      errand.then = { [unowned self] answer in
        guard let reply = answer.part(StatusReply.self), answer.status == .ok, !oracle.ecash.isUncertain else { return }
        let most = before + unitsMost(of: resource, since: order)
        oracle.expect(
          UInt64(reply.unitsLeased) <= most,
          "resource \(resource.id) has \(reply.unitsLeased) units leased, and leases have \(most)")
        coverage.count(.unitsCompared)
      }
    }
  }

  /// Units of leases that were granted after that event and may still run, and of those that are asked for.
  private func unitsMost(of resource: KnownResource, since order: Int) -> UInt64 {
    let ofLeases = leases.filter { $0.resource === resource && !$0.hasEnded && $0.grantedOrder > order }
    let asked = clients.flatMap(\.errands).filter { $0.opcode == .acquire && $0.resource === resource }
    return ofLeases.reduce(0) { $0 + UInt64($1.units) } + asked.reduce(0) { $0 + UInt64($1.units) }
  }

  /// Some ask for units of one resource, with ecash of a mint that does not answer: these are held for as long as they may be, and free again
  /// after that, or when the mint has answered. Whether anybody did.
  func holdUnits() -> Bool {
    guard let mint = chance.pick(mints), oracle.problem == nil,
      let resource = chance.pick(resources.filter { $0.current.policy.contains(.unitsHeld) && !$0.isProvisioned })
    else { return false }
    let isLong = chance.oneIn(2)
    mint.breakDown(until: clock.uptime + (isLong ? 3_600_000 : 4_000))
    defer { mint.recover() }
    let most = resource.current.units / 10
    let begin = clock.uptime
    var (held, told) = (UInt32(0), unitsLeased(of: resource))
    for tenant in tenants.prefix(3) {
      let units = 1 + UInt32(chance.below(Int(most)))
      guard let token = token(mint.fee(8) + 900, of: mint), acquire(units, of: resource, with: token, by: tenant) else {
        continue
      }
      let isHeld = held + units <= most
      if isHeld { held += units }
      let now = unitsLeased(of: resource)
      // Leases may have ended meanwhile.
      oracle.expect(
        now <= told + (isHeld ? units : 0), "\(now) units are leased, \(told) were, and \(units) are asked for")
      if isHeld, now == told + units { coverage.count(.unitsHeld) }
      told = now
    }
    guard isLong, held > 0, clock.uptime - begin < 25_000 else { return true }
    for _ in 0..<70 where oracle.problem == nil {
      clock.pass(500)
      step(isBusy: false)
    }
    let now = unitsLeased(of: resource)
    oracle.expect(now + held <= told, "\(now) units are leased, \(told) were when \(held) of them were held")
    coverage.count(.unitsFreedInTime)
    return true
  }

  /// Whether its mint is to be asked.
  private func acquire(_ units: UInt32, of resource: KnownResource, with token: KnownToken, by tenant: Client) -> Bool {
    let errand = acquire(resource, units, by: tenant, isOpen: false) { [refundKey = draw()] in
      $0.ecash = KnownEcash(token, refundKey: refundKey)
    }
    for _ in 0..<400 where !errand.isPending && !errand.isDone && oracle.problem == nil { step(isBusy: false) }
    return errand.isPending
  }

  private func unitsLeased(of resource: KnownResource) -> UInt32 {
    answer(providers[0], StatusRequest(resource: resource.id), isGood: true)?.part(StatusReply.self)?.unitsLeased ?? 0
  }
}
