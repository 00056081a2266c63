public import WireProtocol

/// The broker's state: resources, leases, money, sessions. A pure function of its commands.
///
/// It reads no clock, no randomness, no file and no socket; time is the command ADVANCE. The same commands give the same
/// state and the same replies on any machine. Everything is judged before anything changes: a refused command changes nothing
/// but what time does to the lease it names, the window of a use number, and the floor of its session.
///
/// All memory is taken at genesis, by capacity; a command never allocates. A full table is a status.
///
/// Where to read on: `apply` here, then Leases/LeaseTimeline.swift (what money buys), Leases/CatchUp.swift (how it is stored),
/// and one file for each family of commands.
public struct StateMachine: ~Copyable {
  /// The instant of the last ADVANCE.
  public internal(set) var now: UInt64
  /// Commands applied since genesis, which counts as the first; refused ones too, malformed ones not.
  public internal(set) var sequence: UInt64 = 1
  /// Number of this broker's life.
  public internal(set) var incarnation: UInt64
  /// The command that began it: capacities, the seed of its tables, the slot of its ids.
  public let genesis: GenesisCommand
  let slot: UInt32
  /// Operator's fee on revenue, in millionths.
  public internal(set) var feePerMillion: UInt32

  var resources: SlotTable<Resource>
  var resourceNames: HashIndex
  var providers: SlotTable<Provider>
  var providerNumbers: HashIndex

  var leases: SlotTable<Lease>
  var endedLeases: SlotTable<EndedLease>
  /// From ids to `index << 1 | isEnded` of both tables.
  var leaseIDs: HashIndex
  var leaseTimers: TimerHeap
  var endedTimers: TimerHeap
  var debitKeys: SlotTable<DebitKey>
  var debitKeyIDs: HashIndex
  var reservations: SlotTable<Reservation>
  var reservationIDs: HashIndex
  var chains: SlotTable<Chain>
  /// From ids of leases to their chains, which have the same hash and so lie side by side.
  var chainLeases: HashIndex

  var agents: SlotTable<Agent>
  /// From resources' ids and numbers to agents.
  var agentNumbers: HashIndex
  /// Of leases that agents provision.
  var services: SlotTable<Service>
  /// From leases' ids.
  var serviceLeases: HashIndex

  /// Of each resource, at its index.
  var fundings: SlotTable<ResourceFunding>
  var claims: SlotTable<Claim>
  var campaigns: SlotTable<Campaign>
  var offerings: SlotTable<Offering>
  var auctions: SlotTable<Auction>
  var bids: SlotTable<Bid>
  /// Transcripts of auctions.
  var lines: SlotTable<TranscriptLine>
  var pools: SlotTable<Pool>
  var poolNames: HashIndex
  /// From ids of claims, campaigns, pools, offerings and auctions to `FundingPlace`s.
  var fundingIDs: HashIndex
  /// What happens to claims, campaigns, offerings and auctions by itself, and to agents that do not come back.
  var agenda: Agenda
  /// The first resource that may have revenue to split.
  var firstUnsplit = noIndex
  /// The last one.
  var lastUnsplit = noIndex
  /// Resources that have a sponsor now.
  var sponsoredCount: UInt32 = 0
  /// Least payment that makes a claim.
  public internal(set) var claimMinimum: UInt64 = 1

  var ecash: EcashTables

  var ledger: Ledger
  var epochs: NoteEpochs
  var sessions: SessionTable
  var effects: EffectRing

  let seed: HashSeed
  private let anchor = AddressAnchor()
  /// Digest of all outcomes.
  var trail = StateDigest()
  /// Boundaries passed since it began to count, as a measure of work.
  var passedCount = 0
  var leaseCounter: UInt64 = 0
  var sessionCounter: UInt64 = 0
  var debitKeyCounter: UInt64 = 0
  var reservationCounter: UInt64 = 0
  var fundingCounter: UInt64 = 0
  var paymentCounter: UInt64 = 0
  var voucherCounter: UInt64 = 0
  /// Payments that were taken before this life, and before the first restore that may have lost some: in between lie the ids that a
  /// lost life may have given.
  var paymentsBefore: UInt64 = 0
  var paymentsKnown = noPayments
  var losses = Losses()
  /// Money credited to purses, and charged for time and use, since genesis.
  var credited: UInt64 = 0
  var charged: UInt64 = 0

  /// The state after GENESIS; nil when its capacities are absurd or there is not so much memory.
  public init?(genesis: GenesisCommand) {
    guard Self.isSensible(genesis) else { return nil }
    let seed = HashSeed(genesis.hashSeed)
    guard let resources = SlotTable<Resource>(capacity: genesis.resourceCountMax),
      let resourceNames = HashIndex(capacity: genesis.resourceCountMax),
      let providers = SlotTable<Provider>(capacity: genesis.providerCountMax),
      let providerNumbers = HashIndex(capacity: genesis.providerCountMax),
      let leases = SlotTable<Lease>(capacity: genesis.leaseCountMax),
      let endedLeases = SlotTable<EndedLease>(capacity: genesis.leaseCountMax),
      let leaseIDs = HashIndex(capacity: genesis.leaseCountMax),
      let leaseTimers = TimerHeap(capacity: genesis.leaseCountMax),
      let endedTimers = TimerHeap(capacity: genesis.leaseCountMax),
      let debitKeys = SlotTable<DebitKey>(capacity: genesis.debitKeyCountMax),
      let debitKeyIDs = HashIndex(capacity: genesis.debitKeyCountMax),
      let reservations = SlotTable<Reservation>(capacity: genesis.reservationCountMax),
      let reservationIDs = HashIndex(capacity: genesis.reservationCountMax),
      let chains = SlotTable<Chain>(capacity: genesis.chainCountMax),
      let chainLeases = HashIndex(capacity: genesis.chainCountMax),
      let agents = SlotTable<Agent>(capacity: genesis.agentCountMax),
      let agentNumbers = HashIndex(capacity: genesis.agentCountMax),
      let services = SlotTable<Service>(capacity: genesis.serviceCountMax),
      let serviceLeases = HashIndex(capacity: genesis.serviceCountMax),
      let fundings = SlotTable<ResourceFunding>(capacity: genesis.resourceCountMax),
      let claims = SlotTable<Claim>(capacity: genesis.claimCountMax),
      let campaigns = SlotTable<Campaign>(capacity: genesis.fundingCountMax),
      let offerings = SlotTable<Offering>(capacity: genesis.fundingCountMax),
      let auctions = SlotTable<Auction>(capacity: genesis.fundingCountMax),
      let bids = SlotTable<Bid>(capacity: genesis.claimCountMax),
      let lines = SlotTable<TranscriptLine>(capacity: 3 * genesis.claimCountMax),
      let pools = SlotTable<Pool>(capacity: genesis.fundingCountMax),
      let poolNames = HashIndex(capacity: genesis.fundingCountMax),
      let fundingIDs = HashIndex(capacity: genesis.claimCountMax + 4 * genesis.fundingCountMax),
      let agenda = Agenda(capacity: genesis.claimCountMax + 3 * genesis.fundingCountMax + genesis.agentCountMax),
      let epochs = NoteEpochs(noteCountMax: genesis.noteCountMax, algorithm: genesis.algorithm),
      let sessions = SessionTable(
        sessionCountMax: genesis.sessionCountMax, receiptCountMax: genesis.receiptCountMax, seed: seed),
      let effects = EffectRing(), let ledger = Ledger(genesis), let ecash = EcashTables(genesis, seed)
    else { return nil }
    self.resources = resources
    self.resourceNames = resourceNames
    self.providers = providers
    self.providerNumbers = providerNumbers
    self.leases = leases
    self.endedLeases = endedLeases
    self.leaseIDs = leaseIDs
    self.leaseTimers = leaseTimers
    self.endedTimers = endedTimers
    self.debitKeys = debitKeys
    self.debitKeyIDs = debitKeyIDs
    self.reservations = reservations
    self.reservationIDs = reservationIDs
    self.chains = chains
    self.chainLeases = chainLeases
    self.agents = agents
    self.agentNumbers = agentNumbers
    self.services = services
    self.serviceLeases = serviceLeases
    self.fundings = fundings
    self.claims = claims
    self.campaigns = campaigns
    self.offerings = offerings
    self.auctions = auctions
    self.bids = bids
    self.lines = lines
    self.pools = pools
    self.poolNames = poolNames
    self.fundingIDs = fundingIDs
    self.agenda = agenda
    self.ecash = ecash
    self.epochs = epochs
    self.sessions = sessions
    self.effects = effects
    self.ledger = ledger
    self.seed = seed
    self.genesis = genesis
    now = genesis.now
    self.ledger.statement.reach(now)
    (slot, incarnation) = (genesis.slot, genesis.incarnation)
    feePerMillion = genesis.feePerMillion
  }

  /// Has the system give the memory of the large tables now, so that no command waits for it: of leases, live and ended, and of
  /// sessions with their receipts.
  public func populateMemory() {
    leases.populate()
    endedLeases.populate()
    leaseIDs.populate()
    leaseTimers.populate()
    endedTimers.populate()
    sessions.populate()
  }

  private static func isSensible(_ genesis: GenesisCommand) -> Bool {
    func isWithin(_ value: UInt32, _ most: UInt32) -> Bool { value > 0 && value <= most }
    return genesis.coreVersion == CoreLimits.coreVersion && genesis.slot <= CoreLimits.slotMax
      && genesis.incarnation <= UInt64(UInt32.max) && genesis.unit.isValid
      && genesis.now <= CoreLimits.instantMax && genesis.feePerMillion <= 1_000_000
      && isWithin(genesis.resourceCountMax, CoreLimits.resourceCapacityMax)
      && isWithin(genesis.providerCountMax, CoreLimits.resourceCapacityMax)
      && isWithin(genesis.leaseCountMax, CoreLimits.leaseCapacityMax)
      && isWithin(genesis.sessionCountMax, CoreLimits.sessionCapacityMax)
      && isWithin(genesis.receiptCountMax, CoreLimits.receiptCapacityMax)
      && isWithin(genesis.debitKeyCountMax, CoreLimits.keyCapacityMax)
      && isWithin(genesis.reservationCountMax, CoreLimits.keyCapacityMax)
      && genesis.chainCountMax <= CoreLimits.keyCapacityMax
      && genesis.agentCountMax <= CoreLimits.agentCapacityMax
      && genesis.serviceCountMax <= CoreLimits.keyCapacityMax
      && genesis.claimCountMax <= CoreLimits.claimCapacityMax
      && genesis.fundingCountMax <= CoreLimits.fundingCapacityMax
      && genesis.ecashCountMax <= CoreLimits.keyCapacityMax
      && genesis.proofCountMax <= CoreLimits.proofCapacityMax
      && genesis.pieceCountMax <= CoreLimits.proofCapacityMax
      && genesis.treasuryCountMax <= CoreLimits.keyCapacityMax
      && genesis.noteCountMax > 0 && genesis.noteCountMax <= CoreLimits.noteCapacityMax
  }

  /// A number with this broker's slot: the serial of a note, or an id (`drawnIdentifier`).
  @inline(__always) func identifier(_ counter: UInt64) -> UInt64 {
    UInt64(slot) << 52 | counter & CoreLimits.counterMask
  }

  // MARK: Commands

  /// Applies one whole encoded command and writes the fixed reply, zero-padded to 40 bytes, into `reply`, which has room for it.
  public mutating func apply(_ command: RawSpan, reply: inout MutableRawSpan) -> Outcome {
    guard let view = CommandView(command), view.byteCount == command.byteCount,
      reply.byteCount >= CoreLimits.replyByteCountMax
    else { return .refused(.malformed) }
    let kind = view.header.kind
    for word in 0..<CoreLimits.replyByteCountMax / 8 { reply.store(UInt64(0), at: word * 8) }
    var outcome: Outcome
    if let key = view.receipt {
      outcome = applyOnce(command, view, key, &reply)
    } else {
      outcome = dispatch(command, view, &reply)
    }
    if outcome.status != .ok, !Self.movesMoney(kind) { outcome.money = .none }
    guard outcome.status != .malformed else { return outcome }
    sequence &+= 1
    follow(outcome, reply)
    return outcome
  }

  /// A command with a ReceiptKey: judged against what its session did, then applied, then remembered.
  private mutating func applyOnce(
    _ bytes: RawSpan, _ view: CommandView, _ key: ReceiptKey, _ reply: inout MutableRawSpan
  ) -> Outcome {
    let kind = view.header.kind
    guard key.number > 0, key.window > 0 else { return .refused(.malformed) }
    guard key.window <= UInt16(WireLimits.windowMax) else { return .refused(.windowExceeded) }
    guard let session = sessions.find(key.session) else { return .refused(.sessionRequired) }
    guard !sessions.isIdle(session, at: now) else {
      sessions.drop(session)
      return .refused(.sessionRequired)
    }
    sessions.touch(session, number: key.number, window: key.window, at: now)
    guard key.number >= sessions[session].floor else {
      return Outcome.refused(.receiptNotKept).with(.taken)
    }
    if let index = sessions.receipt(key.number, of: session) {
      let receipt = sessions.receipt(at: index)
      guard receipt.digest == key.digest, receipt.kind == kind.rawValue else { return .refused(.numberConflict) }
      return receipt.isPutOff ? replayPayment(receipt.reply.0, kind, &reply) : replay(receipt, kind, &reply)
    }
    guard makeRoom(.receipts(isOwed: Self.givesBack(kind))) else { return .refused(.noSpace) }
    let outcome = view.hasEcash ? payInEcash(bytes, view, &reply) : dispatch(bytes, view, &reply)
    let isPutOff = outcome.status == .paymentPending && view.hasEcash
    guard isPutOff || outcome.status == .ok, !outcome.isReplayed else { return outcome }
    var receipt = Receipt(number: key.number, session: session, kind: kind, digest: key.digest, isPutOff: isPutOff)
    let written = reply.bytes
    receipt.reply = (
      written.uint64(at: 0), written.uint64(at: 8), written.uint64(at: 16), written.uint64(at: 24),
      written.uint64(at: 32)
    )
    if isPutOff { receipt.reply.0 = outcome.detail }
    sessions.keep(receipt, of: session)
    return outcome
  }

  private func replay(_ receipt: Receipt, _ kind: CommandKind, _ reply: inout MutableRawSpan) -> Outcome {
    reply.store(receipt.reply.0, at: 0)
    reply.store(receipt.reply.1, at: 8)
    reply.store(receipt.reply.2, at: 16)
    reply.store(receipt.reply.3, at: 24)
    reply.store(receipt.reply.4, at: 32)
    let money: Money = Self.movesMoney(kind) ? .taken : .none
    return .ok(money, replyByteCount: Self.replyByteCount(kind), isReplayed: true)
  }

  mutating func dispatch(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    switch view.header.kind {
    case .genesis: .refused(.malformed)
    case .advance: advance(bytes, view)
    case .configure: configure(bytes, view)
    case .openSession: openSession(bytes, view, &reply)
    case .restore: restore(bytes, view)
    case .setMint: setMint(bytes, view)
    case .setKeyset: setKeyset(bytes, view)
    case .beginSwap: beginSwap(bytes, view)
    case .endSwap: endSwap(bytes, view)
    case .beginPayout: beginPayout(bytes, view)
    case .endPayout: endPayout(bytes, view)
    case .reconcile: reconcile(bytes, view)
    case .resolvePayout: resolvePayout(bytes, view)
    case .register: register(bytes, view, &reply)
    case .update: update(bytes, view, &reply)
    case .acquire: acquire(bytes, view, &reply)
    case .fund: fund(bytes, view, &reply)
    case .use: use(bytes, view, &reply)
    case .reserve: reserve(bytes, view, &reply)
    case .settle: settle(bytes, view, &reply)
    case .grantDebitKey: grantDebitKey(bytes, view, &reply)
    case .release: release(bytes, view, &reply)
    case .revoke: revoke(bytes, view, &reply)
    case .transfer: transfer(bytes, view, &reply)
    case .openChain: openChain(bytes, view, &reply)
    case .closeChain: closeChain(bytes, view, &reply)
    case .exchange: exchange(bytes, view, &reply)
    case .issue: issue(bytes, view, &reply)
    case .withdraw: withdraw(bytes, view, &reply)
    case .rotate: rotate(bytes, view, &reply)
    case .acceptLoss: acceptLoss(bytes, view, &reply)
    case .refund: refund(bytes, view, &reply)
    case .payout: payout(bytes, view, &reply)
    case .donate: donate(bytes, view, &reply)
    case .spendDonations: spendDonations(bytes, view, &reply)
    case .setPool: setPool(bytes, view, &reply)
    case .match: match(bytes, view, &reply)
    case .schedule: schedule(bytes, view, &reply)
    case .openCampaign: openCampaign(bytes, view, &reply)
    case .pledge: pledge(bytes, view, &reply)
    case .cancel: cancel(bytes, view, &reply)
    case .claim: claim(bytes, view, &reply)
    case .rotateClaim: rotateClaim(bytes, view, &reply)
    case .splitRevenue: splitRevenue(bytes, view, &reply)
    case .openOffering: openOffering(bytes, view, &reply)
    case .invest: invest(bytes, view, &reply)
    case .openAuction: openAuction(bytes, view, &reply)
    case .bid: bid(bytes, view, &reply)
    case .raiseBid: raiseBid(bytes, view, &reply)
    case .revealBid: revealBid(bytes, view, &reply)
    case .refuseBid: refuseBid(bytes, view, &reply)
    case .attach: attach(bytes, view)
    case .detach: detach(bytes, view)
    case .report: report(bytes, view, &reply)
    case .voucher: voucher(bytes, view, &reply)
    case .provision: provision(bytes, view, &reply)
    }
  }

  /// Whether a command of this kind moves money, so that its reply must say where it is.
  static func movesMoney(_ kind: CommandKind) -> Bool {
    switch kind {
    case .acquire, .fund, .use, .reserve, .settle, .release, .revoke, .openChain, .closeChain, .exchange, .issue,
      .withdraw, .donate, .spendDonations, .match, .schedule, .pledge, .invest, .bid, .raiseBid, .revealBid,
      .refuseBid, .cancel, .claim, .voucher, .refund, .payout:
      true
    case .genesis, .advance, .configure, .openSession, .restore, .register, .update, .grantDebitKey, .transfer, .rotate,
      .acceptLoss, .setPool, .openCampaign, .splitRevenue, .openOffering, .openAuction, .rotateClaim, .attach, .detach,
      .provision, .report, .setMint, .setKeyset, .beginSwap, .endSwap, .beginPayout, .endPayout, .reconcile,
      .resolvePayout:
      false
    }
  }

  /// Whether a command of this kind gives money back, or ends what costs some: an eighth of all receipts is kept for these.
  static func givesBack(_ kind: CommandKind) -> Bool {
    switch kind {
    case .release, .revoke, .settle, .closeChain, .withdraw, .claim, .revealBid, .refund: true
    default: false
    }
  }

  /// Bytes of the fixed reply to a command that keeps a receipt.
  static func replyByteCount(_ kind: CommandKind) -> Int {
    switch kind {
    case .register: RegisterReply.byteCount
    case .update: UpdateReply.byteCount
    case .acquire: AcquireReply.byteCount
    case .fund: FundReply.byteCount
    case .use: UseReply.byteCount
    case .reserve: ReserveReply.byteCount
    case .settle: SettleReply.byteCount
    case .grantDebitKey: GrantDebitKeyReply.byteCount
    case .release: ReleaseReply.byteCount
    case .revoke: RevokeReply.byteCount
    case .transfer: TransferReply.byteCount
    case .openChain: OpenChainReply.byteCount
    case .closeChain: CloseChainReply.byteCount
    case .exchange: ExchangeReply.byteCount
    case .issue: IssueReply.byteCount
    case .withdraw: WithdrawReply.byteCount
    case .rotate: RotateReply.byteCount
    case .acceptLoss: AcceptLossReply.byteCount
    case .refund: RefundReply.byteCount
    case .payout: PayoutReply.byteCount
    case .donate: DonateReply.byteCount
    case .spendDonations: SpendDonationsReply.byteCount
    case .setPool: SetPoolReply.byteCount
    case .match: MatchReply.byteCount
    case .schedule: ScheduleReply.byteCount
    case .openCampaign: OpenCampaignReply.byteCount
    case .pledge: PledgeReply.byteCount
    case .cancel: CancelReply.byteCount
    case .claim: ClaimReply.byteCount
    case .rotateClaim: RotateClaimReply.byteCount
    case .splitRevenue: SplitRevenueReply.byteCount
    case .voucher: VoucherReply.byteCount
    case .openOffering: OpenOfferingReply.byteCount
    case .invest: InvestReply.byteCount
    case .openAuction: OpenAuctionReply.byteCount
    case .bid: BidReply.byteCount
    case .raiseBid: RaiseBidReply.byteCount
    case .revealBid: RevealBidReply.byteCount
    case .refuseBid: RefuseBidReply.byteCount
    case .genesis, .advance, .configure, .openSession, .restore, .setMint, .setKeyset, .beginSwap, .endSwap,
      .beginPayout, .endPayout, .reconcile, .resolvePayout, .attach, .detach, .provision, .report:
      0
    }
  }
}
