import Audit
import Cashu
import Journal
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// One seed's world: a machine with a disk and two clocks, a network, clients, and the broker between them. Nothing in it
/// happens but by its steps, and no step depends on anything but the seed.
///
/// A run is a row of the broker's lives. In each: it starts (perhaps refused, rightly, or crashing again); clients come back and
/// learn what became of what they had asked for; then they are busy until the life's fault ends it.
final class World {
  static let acceptedCountMin = 2_400
  static let crashCountMin = 2

  let seed: UInt64
  let traces: Bool
  let setup: BrokerSetup
  /// The broker's disk.
  var files: SimulatedFiles
  let coverage = Coverage()
  let oracle: Oracle
  var chance: Chance
  var clock = SimulatedClock()
  var broker: SimulatedBroker?
  var links: [Link] = []

  let operatorClient: Client
  let providers: [Client]
  /// The last of them comes late, and may find no session free.
  let tenants: [Client]
  /// Clients without a session, who can ask and do nothing that keeps a receipt.
  let strangers: [Client]
  private(set) var clients: [Client]

  /// Notes that nobody has offered, as far as the clients know.
  var purse: [NoteToken] = []
  /// Notes that were taken, and others whose key epoch has ended.
  var spent: [NoteToken] = []
  var expired: [NoteToken] = []
  var resources: [KnownResource] = []
  /// That may still be of use to somebody.
  var leases: [KnownLease] = []
  /// Claims, campaigns, offerings, auctions and pools; of all but pools also those that are asked for, and none that are forgotten.
  var claims: [KnownClaim] = []
  var campaigns: [KnownCampaign] = []
  var offerings: [KnownOffering] = []
  var auctions: [KnownAuction] = []
  var pools: [KnownPool] = []
  /// The last ones that ended.
  var endedLeases: [KnownLease] = []
  var drawnCount: UInt64 = 0
  var payments: [UInt64] = []
  var leaseIDs: Set<UInt64> = []
  /// Of claims, campaigns, offerings, auctions and pools.
  var fundingIDs: Set<UInt64> = []
  var backups: [KnownBackup] = []
  var names: [Name32] = []
  /// Priced beyond all money.
  var dearResource: UInt64?
  /// Mints, with all tokens that customers ever had of them; those that are taken in this life; and tokens that nobody took.
  let mints: [SimulatedMint]
  var takenMints: Set<Int> = []
  var tokens: [KnownToken] = []
  var untaken: [KnownToken] = []
  /// The Ys of all coins in tokens.
  var tokenPoints: Set<CompressedPoint> = []
  /// Payouts whose owners wait; and a note of more than any of them can be.
  var openPayouts: [KnownPayout] = []
  var hoard: NoteToken?
  /// What ecash is locked to, as clients were told.
  var lockKeys = KnownLockKeys()
  /// The broker has not been told yet which mints are taken.
  var mustTakeEcash = false
  private(set) var isLastLife = false
  /// Of the next life that begins from a backup.
  var nextLifeBase = 100
  /// When a mint was last asked about money, and not about keysets only, by the machine's clock; and how often.
  var lastMoneyAt: UInt64 = 0
  var moneyCallCount = 0
  /// What tells lives that begin from backups from those before them, at their mints.
  let lifeBase: Int
  /// Things go wrong at mints also where clients are calm.
  var areMintsHard = false
  /// The last AUDIT_FIGURES.
  var figures: (sequence: UInt64, records: [Figure])?

  var crashCount = 0
  var stepCount = 0
  /// Of everything that clients received, and of the journal at the end.
  private(set) var digest = Digest()
  var stalledUntil: [ObjectIdentifier: Int] = [:]
  /// Segments that were dropped, for the audit at the end.
  var archive: [String: [UInt8]] = [:]
  /// What goes wrong in the next snapshot of this life.
  var snapshotFault: FaultPlan.SnapshotFault?

  /// A world in which nothing has happened; `files`: but what is on this disk, and what these mints did.
  init(
    seed: UInt64, traces: Bool = false, files: SimulatedFiles? = nil, mints: [SimulatedMint]? = nil, lifeBase: Int = 0
  ) {
    (self.seed, self.traces, self.lifeBase) = (seed, traces, lifeBase)
    chance = Chance(seed: seed)
    let setup = BrokerSetup(seed: seed)
    self.setup = setup
    self.files = files ?? SimulatedFiles(seed: seed ^ 0xD15C)
    oracle = Oracle(coverage, setup, traces: traces)
    self.mints = mints ?? Self.mints(of: setup)
    func client(_ name: String, _ number: UInt64?, _ role: Role = .none, _ id: UInt64 = 0) -> Client {
      Client(
        name, role: RoleIdentity(role: role, id: id, generation: 0),
        session: number.map { Bytes16(low: $0, high: seed | 1) } ?? Bytes16(), credential: setup.credential)
    }
    operatorClient = client("operator", 1, .operator)
    providers = [client("provider 1", 2, .provider, 1), client("provider 2", 3, .provider, 2)]
    tenants = (0..<5).map { client("tenant \($0 + 1)", 4 + UInt64($0)) }
    strangers = [
      client("stranger", nil), client("operator without a session", nil, .operator),
      client("provider without a session", nil, .provider, 1), client("agent of nothing", nil, .agent, Self.nobody),
    ]
    clients = [operatorClient] + providers + tenants + strangers
    for client in clients { wire(client) }
  }

  /// One that comes later.
  func welcome(_ client: Client) {
    clients.append(client)
    wire(client)
  }

  private func wire(_ client: Client) {
    client.onAsk = { [unowned self] in payInEcash($0, $1) }
    client.onFirstSend = { [unowned self, unowned client] in oracle.firstSent($0, of: client) }
    client.onSend = { [unowned self] in oracle.sent($0) }
    client.onAnswer = { [unowned self] in oracle.answered($1, $2, of: $0) }
    client.onDone = { [unowned self] in
      settleNotes($1, $2)
      settleEcash($0, $1, $2)
    }
    client.onAbandoned = { [unowned self] client, errand in
      oracle.abandoned(errand, of: client)
      abandoned(errand, client)
      abandonedEcash(errand, client)
    }
    client.onFrame = { [unowned self] client, answer in
      digest.add(answer.bytes)
      if answer.isPush { oracle.pushed(answer, to: client) }
    }
    client.onGreeting = { [unowned self] opcode, status in
      if let opcode = Opcode(rawValue: opcode) { coverage.count(opcode, status) }
    }
    client.onFault = { [unowned self] client, what in oracle.blame("\(client.name) got \(what)") }
  }

  // MARK: The run

  /// Lives until enough was done and broken; false: something does not hold.
  func run() -> Bool {
    var lives = 0
    while oracle.problem == nil, oracle.acceptedCount < Self.acceptedCountMin || crashCount < Self.crashCountMin {
      lives += 1
      guard lives <= 60 else {
        oracle.blame("after \(lives) lives only \(oracle.acceptedCount) requests were accepted")
        break
      }
      live(FaultPlan(&chance))
    }
    if oracle.problem == nil { finish() }
    for name in files.contents.keys.sorted() { digest.add(files[name] ?? []) }
    coverage.count(files)
    return oracle.problem == nil
  }

  private func live(_ plan: FaultPlan) {
    guard begin(crashAtCall: plan.crashAtRecoveryCall), settle() else { return }
    let goal = oracle.acceptedCount + plan.acceptedCountMax
    plan.arm(files, &chance)
    snapshotFault = plan.snapshotFault
    var stepsAfterLie = 0
    for _ in 0..<4_000 where oracle.problem == nil {
      step(isBusy: true)
      guard let broker, broker.fate == .running else { break }
      if broker.isLowOnSpace {
        coverage.count(.lowOnSpace)
        // Somebody makes room.
        if chance.oneIn(200) { files.capacity = .max }
      }
      // A lie shows once later records attest the one that is missing.
      if files.hasLied { stepsAfterLie += 1 }
      if files.hasLied ? stepsAfterLie > 60 : oracle.acceptedCount > goal { break }
    }
    end(plan)
  }

  // MARK: Calm

  /// Lets everything that is under way come to its end.
  func settle() -> Bool {
    for mint in mints { mint.recover() }
    for _ in 0..<6_000 where oracle.problem == nil {
      step(isBusy: false)
      guard broker?.fate == .running else { return oracle.problem == nil && lostMeanwhile() }
      let areReady = clients.allSatisfy { $0.isIdle && $0.phase == .ready && $0.agent.map(isAtWork) ?? true }
      if areReady, openPayouts.isEmpty {
        inspect()
        return oracle.problem == nil
      }
    }
    oracle.blame("requests are not answered")
    return false
  }

  private func lostMeanwhile() -> Bool {
    oracle.blame("the broker ends while nothing is wrong: \(broker?.fate ?? .stopped)")
    return false
  }

  /// Nothing is under way: everybody asks after what is theirs, and the books must agree to the unit.
  private func inspect() {
    for auction in auctions where auction.isTold { readOn(auction, by: auction.resource.provider) }
    awaitAnswers()
    for auction in auctions where auction.isTold && !auction.isForgotten {
      describe(auction, by: auction.resource.provider)
    }
    for lease in leases where !lease.hasEnded { check(lease, by: lease.owner) }
    for resource in resources {
      describe(resource, by: resource.provider)
      askUnits(of: resource, by: resource.provider)
    }
    for claim in claims where !claim.isOver {
      check(claim, by: claim.holder)
      if chance.oneIn(3) { lookIntoMailbox(of: claim, by: claim.holder) }
    }
    for pool in pools { describe(pool, by: pool.maker, named: chance.oneIn(2) ? pool.current?.name : nil) }
    for offering in offerings { describe(offering, by: offering.resource.provider) }
    askStatements(of: resources)
    for client in clients { for errand in client.recent.suffix(4) { _ = client.askAgain(errand) } }
    awaitAnswers()
    judgeViews()
    let earned = oracle.earned(by: offerings)
    figures = nil
    for resource in resources { askFunding(of: resource, by: resource.provider) }
    askTreasuries(isSettled: true)
    askFigures(isSettled: true)
    awaitAnswers()
    for resource in resources { oracle.compareMatches(of: resource) }
    // Revenue comes all the time: what investors have is between what was told before the figures and after them.
    for offering in offerings { describe(offering, by: offering.resource.provider) }
    awaitAnswers()
    compareStatement(isSettled: true)
    guard let records = figures?.records else { return }
    let slack = offerings.filter { $0.terms.kind == .fixed }.count * WireLimits.tierCountMax
    oracle.compareEarnings(records, earned, oracle.earned(by: offerings), slack: Int64(slack))
  }

  func awaitAnswers() {
    for _ in 0..<3_000 where oracle.problem == nil {
      step(isBusy: false)
      if clients.allSatisfy(\.isIdle) { return }
    }
    oracle.blame("questions are not answered")
  }

  /// The last start, the books, the audit of the journal by somebody who was not there, and what backups are good for.
  private func finish() {
    isLastLife = true
    guard begin(crashAtCall: nil), settle() else { return }
    let isMore = [fillShare(), outliveLocks(), holdUnits()].contains(true)
    guard !isMore || settle(), let figures else { return }
    awaitSwaps()
    leaveWaiting()
    backUp()
    stop()
    audit(figures)
    judgeMints()
    judgeBackups()
  }

  private func audit(_ figures: (sequence: UInt64, records: [Figure])) {
    let all = SimulatedFiles(archive.merging(files.contents) { _, current in current })
    guard oracle.problem == nil, let reader = try? JournalReader(all) else { return }
    var audit = JournalAudit()
    var fault: String?
    try? reader.records { record, commands in
      guard record.kind == .commands, record.firstSequence <= figures.sequence else { return true }
      var (sequence, end) = (record.firstSequence, 0)
      while sequence <= figures.sequence, end < commands.byteCount, let view = CommandView(commands, at: end) {
        end += view.byteCount
        sequence += 1
      }
      do throws(AuditFault) { try audit.take(commands.extracting(first: end), from: record.firstSequence) } catch {
        fault = error.explanation
      }
      return fault == nil
    }
    var report = audit.finish()
    report.compare(with: figures.records, sequence: figures.sequence)
    if let fault { oracle.blame("the journal can't be audited: \(fault)") }
    if !report.isBalanced { oracle.blame("the audit of the journal: \(report.problems.joined(separator: "; "))") }
  }
}
