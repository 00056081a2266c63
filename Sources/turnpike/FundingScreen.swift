import TurnpikeClient

/// A resource's report for people: figures, then bars and tables of how it is funded. Labels are made harmless by `PlainText`.
extension ResourceReport {
  /// The whole of it, as lines.
  var screen: String {
    var top = figures + (funding.banner?.fields ?? [])
    if let lease = funding.publicLease {
      top += [
        ("publicLease", .text("\(lease.lease), \(lease.state.specificationName)")),
        ("publicLeaseBalance", amount(lease.balance)), ("publicLeaseLeft", .duration(timeLeft(until: lease.deadline))),
      ]
    } else {
      top.append(("publicLease", .text("none")))
    }
    var parts = [PlainText.encode(.object(top)), table(given)]
    if !funding.campaigns.isEmpty { parts.append(table(funding.campaigns.map(row))) }
    let offered = funding.offerings.filter { $0.state == .open }
    let closed = funding.offerings.filter { $0.state != .open }
    if !offered.isEmpty { parts.append(table(offered.map(offeredRow))) }
    if !closed.isEmpty { parts.append(table(closed.map(closedRow))) }
    if !funding.auctions.isEmpty { parts.append(table(funding.auctions.map(row))) }
    if !funding.recipients.isEmpty { parts.append(table(funding.recipients.map(value))) }
    if !funding.deposits.isEmpty { parts.append(table(funding.deposits.map(row))) }
    if !funding.labelled.isEmpty { parts.append(table(funding.labelled.map(row))) }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func table(_ rows: [Value]) -> String { PlainText.encode(.list(rows)) }

  /// What each way has brought so far, and its share of all.
  private var given: [Value] {
    let sum = funding.given.values.reduce(UInt64(0)) { sum, amount in
      let (next, overflow) = sum.addingReportingOverflow(amount)
      return overflow ? .max : next
    }
    return ways.map { way in
      let given = funding.given[way] ?? 0
      return .object([
        ("givenBy", .text(words(way))), ("amount", amount(given)), ("share", .text(Bar.draw(given, of: sum))),
      ])
    }
  }

  private func row(_ campaign: FundingReport.Campaign) -> Value {
    let isOpen = campaign.state == .open
    return .object([
      ("campaign", .id(campaign.campaign)), ("label", .text(campaign.label.string)),
      ("state", .text(campaign.state.specificationName)), ("progress", gauge(campaign.pledged, of: campaign.goal)),
      ("pledged", amount(campaign.pledged)), ("goal", amount(campaign.goal)), ("pledges", .count(campaign.pledgeCount)),
      ("minimum", campaign.minimum == 0 ? .text("any") : amount(campaign.minimum)),
      ("timeLeft", isOpen ? .duration(timeLeft(until: campaign.closesAt)) : .text("closed")),
    ])
  }

  /// An offering that takes money.
  private func offeredRow(_ offering: FundingReport.Offering) -> Value {
    .object([
      ("offering", .id(offering.offering)), ("label", .text(offering.label.string)),
      ("kind", .text(offering.kind.specificationName)), ("share", .share(UInt64(offering.share))),
      ("progress", gauge(offering.raised, of: offering.cap)), ("raised", amount(offering.raised)),
      ("cap", amount(offering.cap)), ("investments", .count(offering.investmentCount)),
      ("timeLeft", .duration(timeLeft(until: offering.closesAt))),
    ])
  }

  /// An offering that closed.
  private func closedRow(_ offering: FundingReport.Offering) -> Value {
    let isEndless = offering.state == .sharing && offering.endsAt == 0
    return .object([
      ("offering", .id(offering.offering)), ("label", .text(offering.label.string)),
      ("kind", .text(offering.kind.specificationName)), ("state", .text(offering.state.specificationName)),
      ("share", .share(UInt64(offering.share))), ("raised", amount(offering.raised)),
      ("investments", .count(offering.investmentCount)), ("investorsGot", amount(offering.earned)),
      (
        "ends",
        isEndless ? .text(offering.kind == .fixed ? "when paid" : "never") : .instant(offering.endsAt)
      ),
    ])
  }

  private func row(_ auction: FundingReport.Auction) -> Value {
    .object([
      ("auction", .id(auction.auction)), ("label", .text(auction.label.string)),
      ("state", .text(auction.state.specificationName)), ("bids", .count(auction.bidCount)),
      ("bidOrPrice", auction.amount == 0 ? .text("-") : amount(auction.amount)), ("reserve", amount(auction.reserve)),
      ("timeLeft", .duration(timeLeft(until: auction.changesAt))), ("periodFrom", .instant(auction.startsAt)),
    ])
  }

  private func row(_ deposit: FundingReport.MatchingDeposit) -> Value {
    .object([
      ("matchingDeposit", .id(deposit.claim)), ("label", .text(deposit.label.string)),
      ("ratio", .text("\(deposit.numerator):\(deposit.denominator)")),
      ("atMost", deposit.cap == 0 ? .text("any") : amount(deposit.cap)),
      ("stillThere", gauge(deposit.left, of: deposit.amount)), ("left", amount(deposit.left)),
      ("of", amount(deposit.amount)), ("timeLeft", .duration(timeLeft(until: deposit.end))),
    ])
  }

  private func row(_ donation: FundingReport.Donation) -> Value {
    .object([
      ("when", .instant(donation.instant)), ("donor", .text(donation.label.string)),
      ("by", .text(words(donation.model))), ("amount", amount(donation.amount)),
    ])
  }

  private func gauge(_ part: UInt64, of whole: UInt64) -> Value {
    .text("\(Bar.draw(part, of: whole)) \(NumberText.grouped(Bar.percent(part, of: whole)))%")
  }

  private func timeLeft(until instant: UInt64) -> UInt64 { instant > now ? instant - now : 0 }

  private func words(_ way: FundingModel) -> String {
    switch way {
    case .plain: "donation"
    case .pool: "pool"
    case .matched: "matching deposit"
    case .scheduled: "scheduled pledge"
    case .campaign: "campaign"
    case .invested: "investment"
    case .sponsored: "sponsorship"
    }
  }
}
