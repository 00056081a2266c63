import ArgumentParser
import TurnpikeClient

/// `turnpike status`, and `turnpike resources status`.
struct StatusOf: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows how a resource is doing and how it is funded.",
    discussion: """
      Units, leases and money; the public lease, what was given by which way, campaigns, offerings, auctions, who shares \
      the revenue, matching deposits, and the latest donations with a label; and what the sponsor says whose period is now. Labels \
      and what a sponsor says are anybody's text.

      EXAMPLE
        turnpike status library
      """)
  @OptionGroup var options: Options
  @Argument(help: "Its name or id.")
  var resource: String

  func run() async throws {
    let client = try await options.connect()
    let id = try await client.resource(named: resource)
    let status = try await naming(resource) { () async throws(TurnpikeError) in try await client.status(resource: id) }
    let report = ResourceReport(
      resource: id, status: status, funding: try await client.funding(resource: id), now: try await client.ping(),
      unit: client.broker.unit.string)
    if Terminal.wantsJSON {
      try Terminal.show(report.value)
    } else {
      try Terminal.raw(report.screen)
    }
    client.close()
  }
}

/// All that is told of a resource, as of one instant of the broker's clock.
struct ResourceReport {
  var resource: UInt64
  var status: Sponsored<StatusReply>
  var funding: FundingReport
  /// Milliseconds since 1970.
  var now: UInt64
  var unit: String

  func amount(_ value: UInt64) -> Value { .amount(value, unit: unit) }

  /// How it is doing: what STATUS tells, and how many gave.
  var figures: [(String, Value)] {
    [
      ("id", .id(resource)), ("units", .count(UInt64(status.units))),
      ("unitsLeased", .count(UInt64(status.unitsLeased))), ("leases", .count(UInt64(status.leaseCount))),
      ("suspended", .count(UInt64(status.leaseCountSuspended))), ("earned", amount(status.earned)),
      ("donations", amount(status.donations)), ("donationCount", .count(funding.donationCount)),
      ("burnRate", amount(status.burnRate)), ("burnPeriod", .duration(funding.burnPeriod)),
      ("earliestFree", .instant(status.earliestFree)), ("version", .count(UInt64(status.version))),
    ]
  }

  /// For programs.
  var value: Value {
    var fields = figures
    fields.append(("now", .instant(now)))
    fields += funding.banner?.fields ?? []
    if let lease = funding.publicLease {
      fields.append(
        (
          "publicLease",
          .object([
            ("lease", .id(lease.lease)), ("state", .text(lease.state.specificationName)),
            ("balance", amount(lease.balance)), ("deadline", .instant(lease.deadline)),
          ])
        ))
    }
    fields += [
      ("given", .object(ways.map { ($0.specificationName.lowercased(), amount(funding.given[$0] ?? 0)) })),
      ("campaigns", .list(funding.campaigns.map(value))), ("offerings", .list(funding.offerings.map(value))),
      ("auctions", .list(funding.auctions.map(value))),
      ("recipients", .list(funding.recipients.map(value))), ("deposits", .list(funding.deposits.map(value))),
      ("labelled", .list(funding.labelled.map(value))),
    ]
    return .object(fields)
  }

  /// The ways by which money comes, in the order in which they are told.
  var ways: [FundingModel] { FundingModel.allCases }

  private func value(_ campaign: FundingReport.Campaign) -> Value {
    .object([
      ("campaign", .id(campaign.campaign)), ("label", .text(campaign.label.string)),
      ("state", .text(campaign.state.specificationName)), ("goal", amount(campaign.goal)),
      ("pledged", amount(campaign.pledged)), ("pledges", .count(campaign.pledgeCount)),
      ("minimum", amount(campaign.minimum)), ("closesAt", .instant(campaign.closesAt)),
    ])
  }

  private func value(_ offering: FundingReport.Offering) -> Value {
    .object([
      ("offering", .id(offering.offering)), ("label", .text(offering.label.string)),
      ("kind", .text(offering.kind.specificationName)), ("state", .text(offering.state.specificationName)),
      ("share", .share(UInt64(offering.share))), ("raised", amount(offering.raised)),
      ("investments", .count(offering.investmentCount)), ("cap", amount(offering.cap)),
      ("closesAt", .instant(offering.closesAt)), ("earned", amount(offering.earned)),
      ("endsAt", .instant(offering.endsAt)),
    ])
  }

  private func value(_ auction: FundingReport.Auction) -> Value {
    .object([
      ("auction", .id(auction.auction)), ("label", .text(auction.label.string)),
      ("state", .text(auction.state.specificationName)), ("reserve", amount(auction.reserve)),
      ("amount", amount(auction.amount)), ("bids", .count(auction.bidCount)),
      ("changesAt", .instant(auction.changesAt)), ("startsAt", .instant(auction.startsAt)),
    ])
  }

  func value(_ recipient: RevenueShare) -> Value {
    .object([
      ("provider", .id(recipient.provider)), ("revenueShare", .share(UInt64(recipient.perMillion))),
    ])
  }

  private func value(_ deposit: FundingReport.MatchingDeposit) -> Value {
    .object([
      ("claim", .id(deposit.claim)), ("label", .text(deposit.label.string)), ("amount", amount(deposit.amount)),
      ("left", amount(deposit.left)), ("ratio", .text("\(deposit.numerator):\(deposit.denominator)")),
      ("cap", amount(deposit.cap)), ("until", .instant(deposit.end)),
    ])
  }

  private func value(_ donation: FundingReport.Donation) -> Value {
    .object([
      ("label", .text(donation.label.string)), ("model", .text(donation.model.specificationName)),
      ("amount", amount(donation.amount)), ("instant", .instant(donation.instant)),
    ])
  }
}
