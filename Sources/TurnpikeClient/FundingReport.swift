public import WireProtocol

/// How a resource is funded, as FUNDING tells it. Amounts are in the broker's unit, instants in milliseconds since 1970.
public struct FundingReport: Hashable, Sendable {
  /// The open lease of a resource that was granted last, which gifts to the resource fund.
  public struct PublicLease: Hashable, Sendable {
    /// Its id.
    public var lease: UInt64
    /// Its state.
    public var state: LeaseState
    /// Its purse.
    public var balance: UInt64
    /// Its last instant that is paid.
    public var deadline: UInt64
  }

  /// A donation whose giver said a label.
  public struct Donation: Hashable, Sendable {
    /// What the giver said: anybody's text.
    public var label: Name32
    /// By which way it came.
    public var model: FundingModel
    /// How much it was.
    public var amount: UInt64
    /// When it came.
    public var instant: UInt64
  }

  /// A sponsor's deposit that matches donations.
  public struct MatchingDeposit: Hashable, Sendable {
    /// The claim on what is left of it.
    public var claim: UInt64
    /// What the sponsor said; zero bytes: nothing.
    public var label: Name32
    /// What was put down.
    public var amount: UInt64
    /// What is left of it.
    public var left: UInt64
    /// It adds numerator / denominator times each donation.
    public var numerator: UInt32
    /// As `numerator`.
    public var denominator: UInt32
    /// Most that it adds to one donation; 0: no limit.
    public var cap: UInt64
    /// First instant at which it matches no more.
    public var end: UInt64
  }

  /// An all-or-nothing campaign.
  public struct Campaign: Hashable, Sendable {
    /// Its id.
    public var campaign: UInt64
    /// What it is for; zero bytes: nothing was said.
    public var label: Name32
    /// Its state.
    public var state: FundingState
    /// What must be pledged.
    public var goal: UInt64
    /// What was pledged.
    public var pledged: UInt64
    /// In how many pledges.
    public var pledgeCount: UInt64
    /// Least pledge; 0: any.
    public var minimum: UInt64
    /// First instant at which it takes no more pledges.
    public var closesAt: UInt64
  }

  /// A share of the resource's revenue that is offered for money, or was sold.
  public struct Offering: Hashable, Sendable {
    /// Its id.
    public var offering: UInt64
    /// What it is for; zero bytes: nothing was said.
    public var label: Name32
    /// Its state.
    public var state: FundingState
    /// What investors get.
    public var kind: OfferingKind
    /// Its share of the revenue now, in millionths.
    public var share: UInt32
    /// What was invested.
    public var raised: UInt64
    /// In how many investments.
    public var investmentCount: UInt64
    /// Most that it takes; 0 once it has closed.
    public var cap: UInt64
    /// First instant at which it takes no more; 0 once it has closed.
    public var closesAt: UInt64
    /// What it got of the revenue so far; 0 until it closes.
    public var earned: UInt64
    /// First instant at which it shares no more; 0: none is known.
    public var endsAt: UInt64
  }

  /// An auction for a period of sponsorship that has not ended.
  public struct Auction: Hashable, Sendable {
    /// Its id.
    public var auction: UInt64
    /// What it is for; zero bytes: nothing was said.
    public var label: Name32
    /// Its state.
    public var state: FundingState
    /// Least bid.
    public var reserve: UInt64
    /// The best bid so far, 0 while bids are sealed; once it is decided, what the winner pays.
    public var amount: UInt64
    /// Bids, refused ones included.
    public var bidCount: UInt64
    /// When its state changes by itself: while it is open, when it closes.
    public var changesAt: UInt64
    /// When the period begins.
    public var startsAt: UInt64
  }

  /// What the sponsor of the resource says now: anybody's text; nil: nothing.
  public var banner: Banner?
  /// Nil: no open lease lives.
  public var publicLease: PublicLease?
  /// Its donation purse: gifts that wait for a public lease.
  public var donations: UInt64
  /// Donations and pledges so far.
  public var donationCount: UInt64
  /// Its revenue so far, fees included.
  public var earned: UInt64
  /// What its running leases cost per `burnPeriod`.
  public var burnRate: UInt64
  /// Length of the price period, in milliseconds.
  public var burnPeriod: UInt64
  /// What was given by each way.
  public var given: [FundingModel: UInt64]
  /// The latest donations with a label.
  public var labelled: [Donation] = []
  /// Open matching deposits.
  public var deposits: [MatchingDeposit] = []
  /// Campaigns, those that closed less than 30 days ago included.
  public var campaigns: [Campaign] = []
  /// Offerings, until they are forgotten.
  public var offerings: [Offering] = []
  /// Auctions that have not ended.
  public var auctions: [Auction] = []
  /// Who shares its revenue by its provider's word, beside the provider and investors.
  public var recipients: [RevenueShare] = []

  package init(_ reply: Reply) throws(TurnpikeError) {
    let fixed = try reply.fixed(FundingReply.self)
    banner = reply.banner
    if fixed.lease != 0 {
      guard let state = LeaseState(rawValue: fixed.state) else { throw reply.malformed }
      publicLease = PublicLease(lease: fixed.lease, state: state, balance: fixed.balance, deadline: fixed.deadline)
    }
    (donations, donationCount) = (fixed.donations, fixed.donationCount)
    (earned, burnRate, burnPeriod) = (fixed.earned, fixed.burnRate, fixed.period)
    given = [
      .plain: fixed.plain, .pool: fixed.pool, .matched: fixed.matched, .scheduled: fixed.scheduled,
      .campaign: fixed.campaign, .invested: fixed.invested, .sponsored: fixed.sponsored,
    ]
    for entry in try reply.records(FundingEntry.self) where !add(entry) { throw reply.malformed }
  }

  /// False: it tells of something that there is not.
  private mutating func add(_ entry: FundingEntry) -> Bool {
    switch entry.kind {
    case .donation:
      guard let model = FundingModel(rawValue: UInt8(clamping: entry.detail)) else { return false }
      labelled.append(
        Donation(label: entry.label, model: model, amount: entry.amount, instant: entry.instant))
    case .match:
      deposits.append(
        MatchingDeposit(
          claim: entry.id, label: entry.label, amount: entry.goal, left: entry.amount,
          numerator: UInt32(truncatingIfNeeded: entry.detail >> 32),
          denominator: UInt32(truncatingIfNeeded: entry.detail), cap: entry.count, end: entry.instant))
    case .campaign:
      campaigns.append(
        Campaign(
          campaign: entry.id, label: entry.label, state: entry.state, goal: entry.goal, pledged: entry.amount,
          pledgeCount: entry.count, minimum: entry.detail, closesAt: entry.instant))
    case .offering:
      guard let offering = Offering(entry) else { return false }
      offerings.append(offering)
    case .auction:
      auctions.append(
        Auction(
          auction: entry.id, label: entry.label, state: entry.state, reserve: entry.goal, amount: entry.amount,
          bidCount: entry.count, changesAt: entry.instant, startsAt: entry.detail))
    case .recipient:
      guard let share = UInt32(exactly: entry.detail) else { return false }
      recipients.append(RevenueShare(provider: entry.id, perMillion: share))
    }
    return true
  }
}

extension FundingReport.Offering {
  /// Nil: it is of no kind that there is.
  fileprivate init?(_ entry: FundingEntry) {
    guard let kind = OfferingKind(rawValue: UInt8(clamping: entry.detail >> 32)) else { return nil }
    (offering, label, state, self.kind) = (entry.id, entry.label, entry.state, kind)
    (share, raised, investmentCount) = (UInt32(truncatingIfNeeded: entry.detail), entry.amount, entry.count)
    // Once it shares, the same fields tell what it got, and until when.
    let hasShared = state == .sharing || state == .ended
    (cap, closesAt) = hasShared ? (0, 0) : (entry.goal, entry.instant)
    (earned, endsAt) = hasShared ? (entry.goal, entry.instant) : (0, 0)
  }
}
