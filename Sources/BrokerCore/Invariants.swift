import WireProtocol

/// What must hold after every command; a full scan, for tests.
extension StateMachine {
  /// What is wrong, or nil.
  public func checkInvariants() -> String? {
    if let fault = checkTables() { return fault }
    if let fault = checkLeases() ?? checkChains() ?? checkEnded() { return fault }
    return checkResources() ?? checkMoney() ?? checkFunding() ?? checkAgents() ?? checkEcash() ?? checkIndices()
  }

  private func checkTables() -> String? {
    if let fault = ledger.checkInvariants() ?? sessions.checkInvariants() { return fault }
    if let fault = resources.checkInvariants("resources") ?? providers.checkInvariants("providers") { return fault }
    if let fault = leases.checkInvariants("leases") ?? endedLeases.checkInvariants("ended leases") { return fault }
    if let fault = debitKeys.checkInvariants("debit keys") { return fault }
    if let fault = reservations.checkInvariants("reservations") ?? chains.checkInvariants("chains") { return fault }
    if let fault = claims.checkInvariants("claims") ?? campaigns.checkInvariants("campaigns") { return fault }
    if let fault = offerings.checkInvariants("offerings") ?? auctions.checkInvariants("auctions") { return fault }
    if let fault = bids.checkInvariants("bids") ?? lines.checkInvariants("lines") { return fault }
    if let fault = pools.checkInvariants("pools") ?? agenda.checkInvariants() { return fault }
    if let fault = agents.checkInvariants("agents") ?? services.checkInvariants("services") { return fault }
    return leaseTimers.checkInvariants("lease timers") ?? endedTimers.checkInvariants("timers of ended leases")
  }

  private func checkLeases() -> String? {
    for index in 0..<leases.highWater where leases[index].id != 0 {
      let lease = leases[index]
      let prices = resources[lease.resource].prices
      guard let timer = leaseTimers.instant(of: index) else { return "lease \(lease.id) has no timer" }
      guard case .live(index) = find(lease.id) else { return "lease \(lease.id) is not found" }
      if timer > wakeUp(of: index) { return "lease \(lease.id): its timer is after its boundary" }
      switch lease.state {
      case .active, .low, .throttled:
        if lease.deadline(prices) < lease.segmentStart { return "lease \(lease.id): deadline before its segment" }
      case .suspended:
        if lease.switchAt <= lease.segmentStart - 1 { return "lease \(lease.id): expires before it is suspended" }
      case .pending:
        if lease.switchAt != lease.boundary || !lease.flags.contains(.served) || lease.segmentStart != 1 {
          return "lease \(lease.id): it is pending for nothing"
        }
      default: return "lease \(lease.id) is live and \(lease.state)"
      }
      if prices.generation &- lease.priceGeneration > 1, !lease.isSuspended {
        return "lease \(lease.id) is two announcements behind"
      }
      if let fault = checkLists(of: lease, timer) { return fault }
    }
    return nil
  }

  private func checkLists(of lease: Lease, _ timer: UInt64) -> String? {
    var (keyCount, next) = (0, lease.debitKey)
    while next != noIndex {
      guard debitKeys[next].lease == lease.id, findDebitKey(debitKeys[next].id) == next, keyCount < 16 else {
        return "lease \(lease.id): its debit keys are broken"
      }
      keyCount += 1
      next = debitKeys[next].next
    }
    var (heldCount, until) = (0, UInt64(0))
    next = lease.reservation
    while next != noIndex {
      let reservation = reservations[next]
      guard reservation.lease == lease.id, reservation.until >= until, heldCount < 64, timer <= reservation.until,
        reservation.heldOwn <= reservation.held
      else { return "lease \(lease.id): its reservations are broken" }
      until = reservation.until
      heldCount += 1
      next = reservation.next
    }
    let agrees = keyCount == Int(lease.debitKeyCount) && heldCount == Int(lease.reservationCount)
    return agrees ? nil : "lease \(lease.id): its lists are miscounted"
  }

  /// Every chain is found by its lease, which lives, and no number of a lease stands twice.
  private func checkChains() -> String? {
    for place in 0..<chains.highWater where chains[place].id != 0 {
      let chain = chains[place]
      guard case .live(let index) = find(chain.id), findChain(chain.number, of: index) == place,
        chain.index <= chain.length, chain.weight > 0
      else { return "chain \(chain.number) of lease \(chain.id) is out of place" }
    }
    for index in 0..<leases.highWater where leases[index].id != 0 && leases[index].flags.contains(.chained) {
      var count = 0
      forEachChain(of: index) { _ in count += 1 }
      guard count > 0, count <= WireLimits.chainCountMaxPerLease else {
        return "lease \(leases[index].id): \(count) chains"
      }
    }
    return nil
  }

  private func checkEnded() -> String? {
    for index in 0..<endedLeases.highWater where endedLeases[index].id != 0 {
      let lease = endedLeases[index]
      guard case .ended(index) = find(lease.id), let timer = endedTimers.instant(of: index),
        timer <= lease.forgottenAt, timer <= timeOut(lease.reservation)?.until ?? .max
      else { return "ended lease \(lease.id) is out of place" }
    }
    return nil
  }

  private func checkResources() -> String? {
    for resource in 0..<resources.count {
      var rates = Resource()
      var (units, count, suspended, previous) = (UInt32(0), UInt32(0), UInt32(0), UInt32(0))
      var firstEnd = UInt64.max
      for index in 0..<leases.highWater where leases[index].id != 0 && leases[index].resource == resource {
        let one = self.share(of: index)
        rates.addRate(one.rate)
        suspended += one.isSuspended ? 1 : 0
        previous += one.isOnPrevious ? 1 : 0
        units += leases[index].units
        count += 1
        firstEnd = min(firstEnd, leases[index].end(resources[resource].prices))
      }
      let stored = resources[resource]
      guard stored.burnRate == rates.burnRate, stored.suspendedCount == suspended, stored.previousCount == previous,
        stored.unitsLeased == units, stored.leaseCount == count
      else { return "resource \(stored.id): its totals are wrong" }
      if stored.earliestEnd > firstEnd, count > 0 { return "resource \(stored.id): a lease ends before the bound" }
    }
    return nil
  }

  /// Purses one by one against their control accounts.
  private func checkMoney() -> String? {
    var (own, given, held, refunds) = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    var pending: UInt64 = 0
    for index in 0..<leases.highWater where leases[index].id != 0 {
      if leases[index].is(.pending) {
        pending += leases[index].balance
        continue
      }
      own += leases[index].own
      given += leases[index].given
    }
    for index in 0..<reservations.highWater where reservations[index].id != 0 { held += reservations[index].held }
    var deposits: UInt64 = 0
    for index in 0..<chains.highWater where chains[index].id != 0 { deposits += chains[index].left }
    for index in 0..<endedLeases.highWater where endedLeases[index].id != 0 { refunds += endedLeases[index].refund }
    let pairs: [(Ledger.Entry, UInt64, String)] = [
      (.own, own, "own purses"), (.given, given, "given purses"), (.reservations, held, "reservations"),
      (.deposits, deposits, "chains"), (.refunds, refunds, "refunds"), (.held, pending, "pending leases"),
    ]
    for (entry, sum, name) in pairs where ledger[entry] != Int64(clamping: sum) {
      return "\(name) hold \(sum), their account \(ledger[entry])"
    }
    for place in 0..<CoreLimits.epochCountMax where epochs[place].number != 0 {
      let epoch = epochs[place]
      let left = ledger[.outstanding(place)] &+ ledger[.expired(place)]
      guard epoch.issuedAmount &- epoch.takenAmount == UInt64(clamping: left),
        epochs.spentCount(at: place) == epoch.takenCount, epoch.issuedCount <= epochs.noteCountMax
      else { return "key epoch \(epoch.number): issued, taken and outstanding differ" }
    }
    return nil
  }

  private func checkIndices() -> String? {
    let agree =
      leaseIDs.count == Int(leases.count + endedLeases.count) && leaseTimers.count == Int(leases.count)
      && endedTimers.count == Int(endedLeases.count) && debitKeyIDs.count == Int(debitKeys.count)
      && reservationIDs.count == Int(reservations.count) && chainLeases.count == Int(chains.count)
      && resourceNames.count == Int(resources.count) && fundings.count == resources.count
      && fundingIDs.count == Int(claims.count + campaigns.count + offerings.count + auctions.count + pools.count)
      && poolNames.count == Int(pools.count)
      && leases.count + endedLeases.count <= leases.capacity
    return agree ? nil : "indices and tables differ in size"
  }
}
