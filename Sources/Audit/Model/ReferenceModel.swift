public import WireProtocol

/// The broker's rules, written down a second time: slowly, obviously, and sharing no code with BrokerCore.
///
/// Applies the same encoded commands and says for each what must come of it. Everything is kept one by one: purses,
/// reservations, claims, notes, receipts; accounts are added up from them. It has no timers: ADVANCE passes whatever is
/// due.
public struct ReferenceModel {
  /// What never changes.
  public let genesis: GenesisCommand
  /// The broker's time.
  public internal(set) var now: UInt64
  /// Commands applied, GENESIS included.
  public internal(set) var sequence: UInt64 = 1
  /// Operator's fee in millionths.
  public internal(set) var feePerMillion: UInt32

  var resources: [UInt64: ModelResource] = [:]
  var providers: [UInt64: ModelProvider] = [:]
  var leases: [UInt64: ModelLease] = [:]
  var reservations: [UInt64: ModelReservation] = [:]
  var debitKeys: [UInt64: ModelDebitKey] = [:]
  var sessions: [UInt64: ModelSession] = [:]
  var sessionsByHash: [Bytes16: UInt64] = [:]
  /// No session is dropped before this instant.
  var firstSessionEnd: UInt64 = 0
  /// Uses of sessions.
  var useCount: UInt64 = 0
  var receiptCount = 0
  /// Kept key epochs, oldest first; the last one issues.
  var keyEpochs: [ModelKeyEpoch]
  /// NOTES_EXPIRED of key epochs that are no longer kept.
  var forgottenExpiredAmount: UInt64 = 0
  var fees: UInt64 = 0
  /// What ISSUE created.
  var float: UInt64 = 0
  var pools: [UInt64: ModelPool] = [:]
  var campaigns: [UInt64: ModelCampaign] = [:]
  var offerings: [UInt64: ModelOffering] = [:]
  var auctions: [UInt64: ModelAuction] = [:]
  /// Least payment that makes a claim.
  var claimMinimum: UInt64 = 1
  var claims: [UInt64: ModelClaim] = [:]
  /// Claims on the pledges of each campaign that are kept, in their order.
  var pledges: [UInt64: [UInt64]] = [:]
  /// Agents that ever attached.
  var agents: [ModelAgentName: ModelAgent] = [:]
  /// Leases, live and ended, that agents provide.
  var serviceCount = 0
  var mints: [UInt32: ModelMint] = [:]
  var keysets: [UInt32: ModelKeyset] = [:]
  /// Payments in ecash and payouts that are kept.
  var ecash: [UInt64: ModelEcash] = [:]
  /// Payment of each point of a proof that waits, is being swapped, or is kept.
  var pointsInUse: [ModelPoint: UInt64] = [:]
  /// Those of payments that have ended, in their order.
  var keptEcashPoints: [ModelKeptPoint] = []
  /// Places of payments that wait: the next behind all, and the next before all.
  var (nextPlace, nextPlaceAhead) = (0, -1)
  /// Units that are held, some of them perhaps no longer.
  var holds: [ModelHold] = []
  /// Proofs of the broker's own, in the order in which they came.
  var treasury: [ModelTreasuryProof] = []
  /// What ecash brought into being, less what went out as such.
  var ecashBrought: Int128 = 0
  /// Payments in ecash and payouts that have ended.
  var endedEcashCount: UInt64 = 0
  var ledger = ModelLedger()
  /// Boundaries of leases.
  var calendar = ModelCalendar()
  /// Funding events.
  var events = ModelCalendar()

  /// Last counters drawn, per kind.
  var lastResource: UInt64 = 0
  var lastLease: UInt64 = 0
  var lastSession: UInt64 = 0
  var lastDebitKey: UInt64 = 0
  var lastReservation: UInt64 = 0
  /// Of pools, campaigns, offerings, auctions and claims.
  var lastFunding: UInt64 = 0
  /// Serial of the last voucher.
  var lastVoucher: UInt64 = 0
  /// Last payment drawn.
  public internal(set) var paymentCount: UInt64 = 0
  /// Counter of the last payment in ecash.
  var lastEcash: UInt64 = 0
  /// Number of the life.
  public internal(set) var incarnation: UInt64
  /// The key epoch with which the last life began after which something may be lost, until that is accepted; 0: there is none.
  var quarantineEnd: UInt32 = 0
  /// Lives that began after something may have been lost, by their numbers.
  var losses: [UInt32] = []
  /// Credited to purses and charged since genesis; wrap.
  public internal(set) var credited: UInt64 = 0
  /// See `credited`.
  public internal(set) var charged: UInt64 = 0
  /// What is wrong with the last command, if it is malformed because a note in it is not as it was made.
  public internal(set) var finding: String?

  /// Whether it works out what only a comparison asks for: how late the first free instant may be when units are wanting (a walk over
  /// all leases), and what moved (a total for each gift).
  public var isCompared = true { didSet { ledger.keepsMovements = isCompared } }

  /// A broker at its genesis; nil when no broker can begin so.
  public init?(genesis: GenesisCommand) {
    guard genesis.feePerMillion <= 1_000_000, genesis.slot < 4096, genesis.now <= AuditLimits.instantMax,
      genesis.incarnation < 1 << 32, genesis.unit.isValid
    else {
      return nil
    }
    self.genesis = genesis
    now = genesis.now
    incarnation = genesis.incarnation
    feePerMillion = genesis.feePerMillion
    keyEpochs = [ModelKeyEpoch(number: 1, algorithm: genesis.algorithm)]
  }

  /// An id with this broker's slot.
  func id(_ counter: UInt64) -> UInt64 { UInt64(genesis.slot) << 52 | counter }

  /// Applies one encoded command.
  public mutating func apply(_ bytes: RawSpan) -> ModelOutcome {
    guard let view = CommandView(bytes) else { return ModelOutcome(.malformed) }
    sequence += 1
    var payment = ModelPayment()
    for index in 0..<view.noteCount {
      guard let note = view.note(index, in: bytes), isAsMade(note) else { return ModelOutcome(.malformed) }
      payment.notes.append(note)
    }
    if view.hasTick {
      guard let tick = view.tick(in: bytes), isProved(tick, in: view, bytes) else { return ModelOutcome(.malformed) }
      payment.tick = tick
    }
    var ecash: (head: EcashPayment, proofs: [VerifiedProof])?
    if view.hasEcash {
      guard let head = view.ecash(in: bytes) else { return ModelOutcome(.malformed) }
      let proofs = (0..<Int(head.proofCount)).compactMap { view.proof($0, in: bytes) }
      let saysLocked = head.flags.contains(.proven) || head.locktime != 0
      if saysLocked && !head.flags.contains(.locked) || proofs.count < Int(head.proofCount) {
        return ModelOutcome(.malformed)
      }
      ecash = (head, proofs)
    }
    var outcome: ModelOutcome
    if let key = view.receipt {
      if let early = judgeReceipt(key, kind: view.header.kind) { return early }
      if let (head, proofs) = ecash {
        forgetPoints()
        outcome =
          view.header.kind == .payout
          ? ModelOutcome(.paymentNotAllowed) : applyPaidInEcash(view, bytes, head, proofs)
      } else {
        outcome = perform(view, bytes, payment)
      }
      // A use number that was charged: an earlier copy may have been paid for.
      let mayBeDone = view.header.kind == .use && outcome.status == .numberConflict
      // A tick that is behind the chain's last word, or of a chain that is closed: the same.
      let mayBePaid = view.hasTick && (outcome.status == .tickSpent || outcome.status == .chainUnknown)
      outcome.money = mayBeDone || mayBePaid ? .notKnown : Self.money(view.header.kind, outcome.status)
      let isPutOff = view.hasEcash && outcome.status == .paymentPending
      if outcome.status == .ok && !outcome.isReplayed || isPutOff {
        keepReceipt(key, view.header.kind, outcome, ecash: isPutOff ? id(Self.ecashBit | lastEcash) : nil)
      }
    } else {
      outcome = perform(view, bytes, payment)
      if !outcome.isReplayed { outcome.money = Self.money(view.header.kind, outcome.status) }
      if view.header.kind == .use,
        [.leaseUnknown, .leaseEnded, .handleUnknown, .useNumberStale].contains(outcome.status)
      {
        outcome.money = .notKnown
      }
    }
    if outcome.status == .useNumberStale { outcome.money = .notKnown }
    return outcome
  }

  /// Where the money is after a command of this kind.
  static func money(_ kind: CommandKind, _ status: Status) -> Money {
    switch kind {
    case .acquire, .fund, .use, .reserve, .settle, .voucher, .release, .revoke, .openChain, .closeChain, .exchange,
      .issue,
      .withdraw, .donate, .spendDonations, .match, .schedule, .pledge, .invest, .bid, .raiseBid, .revealBid, .refuseBid,
      .cancel, .claim, .refund, .payout:
      switch status {
      case .ok, .paymentRefundable: .taken
      case .noteSpent, .paymentPending, .ecashInUse: .notKnown
      default: .notTaken
      }
    default: .none
    }
  }

  mutating func perform(_ view: CommandView, _ bytes: RawSpan, _ payment: ModelPayment) -> ModelOutcome {
    let at = view.fixedOffset
    let malformed = ModelOutcome(.malformed)
    switch view.header.kind {
    case .genesis: return malformed
    case .advance: return AdvanceCommand(bytes, at: at).map { advance($0) } ?? malformed
    case .configure: return ConfigureCommand(bytes, at: at).map { configure($0) } ?? malformed
    case .restore: return RestoreCommand(bytes, at: at).map { restore($0) } ?? malformed
    case .openSession: return OpenSessionCommand(bytes, at: at).map { openSession($0) } ?? malformed
    case .register: return RegisterCommand(bytes, at: at).map { register($0) } ?? malformed
    case .update: return UpdateCommand(bytes, at: at).map { update($0) } ?? malformed
    case .acquire: return AcquireCommand(bytes, at: at).map { acquire($0, payment) } ?? malformed
    case .fund: return FundCommand(bytes, at: at).map { fund($0, payment) } ?? malformed
    case .use: return UseCommand(bytes, at: at).map { use($0, payment) } ?? malformed
    case .reserve: return ReserveCommand(bytes, at: at).map { reserve($0) } ?? malformed
    case .settle: return SettleCommand(bytes, at: at).map { settle($0) } ?? malformed
    case .grantDebitKey: return GrantDebitKeyCommand(bytes, at: at).map { grantDebitKey($0) } ?? malformed
    case .release: return ReleaseCommand(bytes, at: at).map { release($0) } ?? malformed
    case .revoke: return RevokeCommand(bytes, at: at).map { revoke($0) } ?? malformed
    case .transfer: return TransferCommand(bytes, at: at).map { transfer($0) } ?? malformed
    case .openChain: return OpenChainCommand(bytes, at: at).map { openChain($0, payment) } ?? malformed
    case .closeChain: return CloseChainCommand(bytes, at: at).map { closeChain($0) } ?? malformed
    case .issue: return IssueCommand(bytes, at: at).map { issue($0) } ?? malformed
    case .withdraw: return WithdrawCommand(bytes, at: at).map { withdraw($0) } ?? malformed
    case .rotate: return RotateCommand(bytes, at: at).map { rotate($0) } ?? malformed
    case .acceptLoss: return AcceptLossCommand(bytes, at: at).map { acceptLoss($0) } ?? malformed
    case .exchange:
      guard let command = ExchangeCommand(bytes, at: at),
        let outputs = Self.records(NoteOutput.self, of: view, bytes)
      else { return malformed }
      return exchange(command, outputs, payment)
    case .donate: return DonateCommand(bytes, at: at).map { donate($0, payment) } ?? malformed
    case .spendDonations: return SpendDonationsCommand(bytes, at: at).map { spendDonations($0) } ?? malformed
    case .setPool:
      guard let command = SetPoolCommand(bytes, at: at),
        let members = Self.records(PoolMember.self, of: view, bytes)
      else { return malformed }
      return setPool(command, members)
    case .match: return MatchCommand(bytes, at: at).map { match($0, payment) } ?? malformed
    case .schedule: return ScheduleCommand(bytes, at: at).map { schedule($0, payment) } ?? malformed
    case .openCampaign: return OpenCampaignCommand(bytes, at: at).map { openCampaign($0) } ?? malformed
    case .pledge: return PledgeCommand(bytes, at: at).map { pledge($0, payment) } ?? malformed
    case .cancel: return CancelCommand(bytes, at: at).map { cancel($0) } ?? malformed
    case .claim: return ClaimCommand(bytes, at: at).map { claim($0) } ?? malformed
    case .rotateClaim: return RotateClaimCommand(bytes, at: at).map { rotateClaim($0) } ?? malformed
    case .splitRevenue:
      guard let command = SplitRevenueCommand(bytes, at: at),
        let shares = Self.records(RevenueShare.self, of: view, bytes)
      else { return malformed }
      return splitRevenue(command, shares)
    case .openOffering:
      guard let command = OpenOfferingCommand(bytes, at: at), let tiers = Self.records(Tier.self, of: view, bytes)
      else {
        return malformed
      }
      return openOffering(command, tiers)
    case .invest: return InvestCommand(bytes, at: at).map { invest($0, payment) } ?? malformed
    case .openAuction: return OpenAuctionCommand(bytes, at: at).map { openAuction($0) } ?? malformed
    case .bid: return BidCommand(bytes, at: at).map { bid($0, payment) } ?? malformed
    case .raiseBid: return RaiseBidCommand(bytes, at: at).map { raiseBid($0, payment) } ?? malformed
    case .revealBid: return RevealBidCommand(bytes, at: at).map { revealBid($0) } ?? malformed
    case .refuseBid: return RefuseBidCommand(bytes, at: at).map { refuseBid($0) } ?? malformed
    case .attach: return AttachCommand(bytes, at: at).map { attach($0) } ?? malformed
    case .detach: return DetachCommand(bytes, at: at).map { detach($0) } ?? malformed
    case .provision: return ProvisionCommand(bytes, at: at).map { provision($0) } ?? malformed
    case .report:
      guard let command = ReportCommand(bytes, at: at), let usage = Self.records(AgentUsage.self, of: view, bytes)
      else { return malformed }
      return report(command, usage)
    case .voucher: return VoucherCommand(bytes, at: at).map { voucher($0) } ?? malformed
    case .setMint: return SetMintCommand(bytes, at: at).map { setMint($0) } ?? malformed
    case .beginSwap: return BeginSwapCommand(bytes, at: at).map { beginSwap($0) } ?? malformed
    case .refund: return RefundCommand(bytes, at: at).map { refund($0) } ?? malformed
    case .beginPayout: return BeginPayoutCommand(bytes, at: at).map { beginPayout($0) } ?? malformed
    case .setKeyset, .endSwap, .endPayout, .payout, .reconcile, .resolvePayout:
      return performOnMint(view, bytes, payment)
    }
  }

  private mutating func performOnMint(
    _ view: CommandView, _ bytes: RawSpan, _ payment: ModelPayment
  ) -> ModelOutcome {
    if let command = SetKeysetCommand(bytes, at: view.fixedOffset), view.header.kind == .setKeyset,
      let keys = Self.records(KeysetKey.self, of: view, bytes)
    {
      return setKeyset(command, keys)
    }
    if let command = EndSwapCommand(bytes, at: view.fixedOffset), view.header.kind == .endSwap,
      let records = Self.records(SwapRecord.self, of: view, bytes)
    {
      return endSwap(command, records)
    }
    if let command = EndPayoutCommand(bytes, at: view.fixedOffset), view.header.kind == .endPayout,
      let records = Self.records(PayoutRecord.self, of: view, bytes)
    {
      return endPayout(command, records)
    }
    if let command = ReconcileCommand(bytes, at: view.fixedOffset), view.header.kind == .reconcile,
      let records = Self.records(ReconcileRecord.self, of: view, bytes)
    {
      return reconcile(command, records)
    }
    if let command = ResolvePayoutCommand(bytes, at: view.fixedOffset), view.header.kind == .resolvePayout,
      let signatures = Self.records(BlankOutput.self, of: view, bytes)
    {
      return resolvePayout(command, signatures)
    }
    if let command = PayoutCommand(bytes, at: view.fixedOffset), view.header.kind == .payout,
      let blanks = Self.records(BlankOutput.self, of: view, bytes)
    {
      return payout(command, blanks, payment)
    }
    return ModelOutcome(.malformed)
  }

  /// The records of a command; nil when one is not well formed.
  private static func records<Record: WireLayout>(
    _: Record.Type, of view: CommandView, _ bytes: RawSpan
  ) -> [Record]? {
    var records: [Record] = []
    for index in 0..<view.recordCount {
      guard let record = Record(bytes, at: view.recordOffset(index)) else { return nil }
      records.append(record)
    }
    return records
  }

  // MARK: - Time

  /// Passes the boundaries of one lease up to `now`.
  mutating func passBoundaries(_ id: UInt64) {
    guard var lease = leases[id] else { return }
    var passage = ModelPassage()
    pass(&lease, &passage)
    store(lease, passage)
  }

  /// Passes a lease up to `now`: its boundaries, and what it has stood since the last one.
  func pass(_ lease: inout ModelLease, _ passage: inout ModelPassage) {
    lease.passBoundaries(to: now, reservations: openReservations(of: lease), &passage)
    lease.stand(to: now, &passage)
  }

  func openReservations(of lease: ModelLease) -> [ModelReservation] {
    lease.reservations.compactMap { reservations[$0] }
  }

  /// Touches a lease: passes its boundaries and settles it up to `now`. Nil: there is no such lease.
  mutating func touch(_ id: UInt64) -> ModelLease? {
    guard var lease = leases[id] else { return nil }
    var passage = ModelPassage()
    pass(&lease, &passage)
    if lease.isRunning {
      lease.settle(to: now, &passage)
      lease.position = now
    }
    store(lease, passage)
    return leases[id]
  }

  /// Stores a lease after a command, or a gift, did something to it that is not its end. As it was stored until then it
  /// had been passed up to `now`: where its deadline was another one, this is a change.
  mutating func store(_ changed: ModelLease, isPayment: Bool = false) {
    var lease = changed
    if let before = leases[lease.id] { lease.noteChange(from: before.deadline, at: now, isPayment: isPayment) }
    store(lease, ModelPassage())
  }

  /// Stores a lease after time passed for it, or it ended, and books what that did to its money.
  mutating func store(_ changed: ModelLease, _ passage: ModelPassage) {
    var lease = changed
    book(passage, of: lease)
    if passage.isEnded { withdrawDebitKeys(of: &lease) }
    let before = leases[lease.id]
    count(lease, before: before)
    guard !passage.isForgotten else {
      leases[lease.id] = nil
      if lease.service != nil { serviceCount -= 1 }
      return
    }
    leases[lease.id] = lease
    note(lease)
  }

  /// Notes when a lease is to be looked at, if anything happens to it by itself but reservations that time out.
  mutating func note(_ lease: ModelLease) {
    if let instant = lease.nextInstant {
      calendar.add(lease.id, at: instant)
    } else if let instant = lease.standsFrom, instant > now {
      calendar.add(lease.id, at: instant)
    }
  }

  /// Counts a lease that is stored in place of what it was before, among the leases of its resource and those that agents provide.
  private mutating func count(_ lease: ModelLease, before: ModelLease?) {
    if before == nil, lease.service != nil { serviceCount += 1 }
    if before?.service != nil, lease.service == nil { serviceCount -= 1 }
    if let before, before.isLive {
      resources[lease.resource]?.leaseCount -= 1
      resources[lease.resource]?.unitsLeased -= UInt64(before.units)
    }
    guard lease.isLive else { return }
    resources[lease.resource]?.leaseCount += 1
    resources[lease.resource]?.unitsLeased += UInt64(lease.units)
  }

  private mutating func book(_ passage: ModelPassage, of lease: ModelLease) {
    for (reservation, wasLive) in passage.timedOut {
      reservations[reservation.id] = nil
      giveBack(reservation, own: reservation.own, given: reservation.given, isLive: wasLive, to: lease.resource)
    }
    ledger.move(passage.chargedOwn, from: .pursesOwn, to: .providerEarnings, of: lease.resource)
    ledger.move(passage.chargedGiven, from: .pursesGiven, to: .providerEarnings, of: lease.resource)
    earn(passage.chargedOwn + passage.chargedGiven, of: lease.resource)
    guard passage.isEnded || passage.isForgotten else { return }
    let isHeld = passage.wasPending
    ledger.move(passage.refunded, from: isHeld ? .held : .pursesOwn, to: .refundsDue, of: lease.resource)
    ledger.move(passage.refundedDeposits, from: .chainDeposits, to: .refundsDue, of: lease.resource)
    ledger.move(
      passage.donatedGiven, from: isHeld ? .held : .pursesGiven, to: .donationPurses, of: lease.resource)
    ledger.move(passage.donatedRefund, from: .refundsDue, to: .donationPurses, of: lease.resource)
    resources[lease.resource]?.donations += passage.donatedGiven + passage.donatedRefund
  }

  mutating func withdrawDebitKeys(of lease: inout ModelLease) {
    for id in lease.debitKeys { debitKeys[id] = nil }
    lease.debitKeys = []
  }

  /// Books money that a reservation gives back, and takes it off its debit key.
  mutating func giveBack(
    _ reservation: ModelReservation, own: UInt64, given: UInt64, isLive: Bool, to resource: UInt64
  ) {
    ledger.move(own, from: .reservations, to: isLive ? .pursesOwn : .refundsDue, of: resource)
    ledger.move(given, from: .reservations, to: isLive ? .pursesGiven : .donationPurses, of: resource)
    if !isLive { resources[resource]?.donations += given }
    if reservation.actor.authority == .debitKey { debitKeys[reservation.actor.id]?.spent -= own + given }
  }

  /// Revenue of a resource's provider, less the operator's fee. The caller has booked all of it to PROVIDER_EARNINGS.
  mutating func earn(_ amount: UInt64, of resource: UInt64) {
    guard amount > 0 else { return }
    let parts = UInt128(amount) * UInt128(feePerMillion) + UInt128(resources[resource]?.feeRemainder ?? 0)
    let fee = UInt64(parts / 1_000_000)
    resources[resource]?.feeRemainder = UInt64(parts % 1_000_000)
    fees += fee
    ledger.move(fee, from: .providerEarnings, to: .operatorFees, of: resource)
    split(amount - fee, of: resource)
    resources[resource]?.earned &+= amount
    charged &+= amount
  }
}
