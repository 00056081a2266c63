import WireProtocol

/// What is told of who shares revenue: SPLIT_REVENUE, the recipients in FUNDING, and what offerings have got.
extension Oracle {
  // MARK: What is under way

  func sharesSent(_ errand: Errand) {
    switch errand.opcode {
    case .openOffering:
      guard let offering = errand.offering else { return }
      errand.tableStamp = offering.resource.funding.table.quietStamp
      offering.resource.funding.offerings.append(offering)
    case .invest:
      guard let offering = errand.offering else { return }
      errand.sumFloor = offering.raised.told
      offering.raised.ask(errand.paid)
      offering.claimCount.ask(1)
    default: if let table = errand.table { errand.resource?.funding.table.ask(table) }
    }
  }

  func sharesEnded(_ errand: Errand, _ isDone: Bool) {
    switch errand.opcode {
    case .openOffering:
      guard !isDone, let offering = errand.offering else { return }
      offering.resource.funding.offerings.removeAll { $0 === offering }
    case .invest:
      errand.offering?.raised.end(errand.paid, told: isDone ? errand.paid : 0)
      errand.offering?.claimCount.end(1, told: isDone ? 1 : 0)
    default:
      guard errand.table != nil else { return }
      errand.resource?.funding.table.end()
    }
  }

  // MARK: The table

  func splitRevenue(_ errand: Errand, _ answer: Answer) {
    guard let resource = errand.resource, let table = errand.table, let reply = answer.part(SplitRevenueReply.self)
    else { return }
    let (least, most) = resource.funding.offered(to: errand, at: now)
    expect(
      reply.left + table.sum + least <= 1_000_000 && reply.left + table.sum + most >= 1_000_000,
      "resource \(resource.id) has \(reply.left) left beside a table of \(table.sum), and offers from \(least) to \(most)"
    )
    if !resource.funding.table.current.records.isEmpty { coverage.count(.tableReplaced) }
    resource.funding.table.current = table
  }

  func judge(recipients entries: [FundingEntry], of resource: KnownResource, _ errand: Errand) {
    let told = entries.map { RevenueShare(provider: $0.id, perMillion: UInt32(truncatingIfNeeded: $0.detail)) }
    expect(
      resource.funding.table.possible(errand.tableStamp).contains { $0.records == told },
      "resource \(resource.id) shares its revenue with \(told.map(\.provider)), which nobody said")
  }

  /// Too much is only what is too much.
  func judgeShares(_ errand: Errand, _ status: Status, _ detail: UInt64) {
    guard !errand.isMischief else { return }
    let what = "\(errand.opcode) \(errand.number) is refused: only \(detail) is left"
    if status == .capExceeded, let offering = errand.offering {
      let most = offering.terms.cap - min(errand.sumFloor, offering.terms.cap)
      let least = offering.terms.cap - min(offering.raised.most, offering.terms.cap)
      return expect(
        errand.paid > detail && detail <= most && detail >= least,
        "\(what), and \(least) to \(most) of \(errand.paid) is")
    }
    guard let resource = errand.resource ?? errand.offering?.resource else { return }
    let (least, most) = resource.funding.offered(to: errand, at: now)
    // A table takes the place of the one before it.
    let tables = errand.opcode == .splitRevenue ? [] : resource.funding.table.possible(errand.tableStamp).map(\.sum)
    let asked = errand.table?.sum ?? UInt64(errand.offering?.terms.shareMax ?? 0)
    expect(
      asked > detail && detail + least + (tables.min() ?? 0) <= 1_000_000
        && detail + most + (tables.max() ?? 0) >= 1_000_000,
      "\(what) for \(asked), and from \(least) to \(most) are offered beside tables of \(tables)")
  }

  // MARK: What an offering gets

  /// FUNDING tells in one what a resource earned and what an offering has got of that: since an earlier time it is its share, rounded
  /// once, however the revenue came in pieces and whoever asked meanwhile.
  func judgeShare(_ entry: FundingEntry, of offering: KnownOffering, _ revenue: UInt64, _ errand: Errand) {
    let (terms, isOpen) = (offering.terms, entry.state == .open)
    let perMillion = UInt32(truncatingIfNeeded: entry.detail)
    let taken = isOpen ? 0 : entry.goal
    let share = KnownOffering.Share(
      isOpen: isOpen, revenue: revenue, taken: taken, perMillion: perMillion, order: eventCount)
    guard let told = offering.told else { return offering.told = share }
    guard errand.order >= told.order else { return }
    if isOpen { return offering.told = share }
    let since = revenue - min(revenue, told.revenue)
    let isSame = told.perMillion == perMillion && (!told.isOpen || terms.criterion == 0)
    let shares = isSame ? [perMillion] : [terms.share, terms.startShare]
    let most = told.taken + since * UInt64(shares.max() ?? 0) / 1_000_000 + 1
    var least = told.taken + since * UInt64(shares.min() ?? 0) / 1_000_000
    // Of what came before it closed it gets nothing, and a FIXED one no more than its tiers do.
    if told.isOpen { least = 0 }
    if terms.kind == .fixed {
      let targets = offering.tierAmounts.map { $0.reduce(0) { $0 + (offering.target(of: $1) ?? 0) } }
      least = min(least, targets ?? 0)
    }
    expect(
      revenue >= told.revenue && taken >= least && taken <= most,
      "offering \(offering.id) has got \(taken), from \(least) to \(most) are its share of \(since): \(shares) millionths, and \(told.taken) before"
    )
    if !told.isOpen, isSame, least > told.taken { coverage.count(.shareCompared) }
    // The first that is exact is what all later ones are held against.
    if told.isOpen || !isSame { offering.told = share }
  }

  // MARK: The books

  /// What those who share, or shared, have got and not collected, as it was told last.
  func earned(by offerings: [KnownOffering]) -> UInt64? {
    var sum: UInt64 = 0
    for offering in offerings where !offering.isForgotten {
      // At any time now it may be forgotten, and what is left of it be the resource's.
      guard now < offering.forgottenAtEarliest else { return nil }
      if offering.earned < offering.collected {
        blame("offering \(offering.id) has got \(offering.earned), and \(offering.collected) were collected")
        return nil
      }
      sum += offering.earned - offering.collected
    }
    return sum
  }

  /// Nobody collects anything: what investors have is between what was told before the figures and after them. `slack`: of the units
  /// that are nobody's, those that go when the last tier has got all that it gets.
  func compareEarnings(_ figures: [Figure], _ before: UInt64?, _ after: UInt64?, slack: Int64) {
    guard let before, let after, !time.isBehind else { return }
    if before > 0 { coverage.count(.investorsInBooks) }
    let balance = figures.first { $0.account == .investorEarnings }?.balance ?? 0
    expect(
      balance + slack >= Int64(before) && balance <= Int64(after),
      "INVESTOR_EARNINGS is \(balance), clients were told of \(before), and then of \(after)")
  }
}

extension KnownFunding {
  /// What offerings may take of the revenue for a request, and what they do at least.
  func offered(to errand: Errand, at instant: UInt64) -> (least: UInt64, most: UInt64) {
    let others = offerings.filter { $0 !== errand.offering }
    let sum = { (offerings: [KnownOffering]) in offerings.reduce(UInt64(0)) { $0 + UInt64($1.terms.shareMax) } }
    return (
      sum(others.filter { $0.isAtWork(madeBefore: errand.firstOrder, at: instant) }),
      sum(others.filter { $0.mayBeAtWork(since: errand.firstOrder) })
    )
  }
}
