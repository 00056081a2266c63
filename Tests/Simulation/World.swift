import Audit
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
  static let acceptedCountMin = 2_000
  static let crashCountMin = 2

  let seed: UInt64
  let setup: BrokerSetup
  let files: SimulatedFiles
  let coverage = Coverage()
  let oracle: Oracle
  var chance: Chance
  var clock = SimulatedClock()
  var broker: SimulatedBroker?
  var links: [Link] = []

  let operatorClient: Client
  let providers: [Client]
  let tenants: [Client]
  var clients: [Client] { [operatorClient] + providers + tenants }

  /// Notes that nobody has offered, as far as the clients know.
  var purse: [NoteToken] = []
  /// Notes that were taken.
  var spent: [NoteToken] = []
  var resources: [KnownResource] = []
  /// That may still be of use to somebody.
  var leases: [KnownLease] = []
  var drawnCount: UInt64 = 0
  var payments: [UInt64] = []
  var names: [Name32] = []
  /// The last AUDIT_FIGURES.
  var figures: (sequence: UInt64, records: [Figure])?

  private(set) var crashCount = 0
  private(set) var stepCount = 0
  /// Of everything that clients received, and of the journal at the end.
  private(set) var digest = Digest()
  var pushedStates: [UInt64: LeaseState] = [:]
  private var stalledUntil: [ObjectIdentifier: Int] = [:]

  init(seed: UInt64) {
    self.seed = seed
    chance = Chance(seed: seed)
    let setup = BrokerSetup(seed: seed)
    self.setup = setup
    files = SimulatedFiles(seed: seed ^ 0xD15C)
    oracle = Oracle(coverage)
    func client(_ name: String, _ number: UInt64, _ role: Role = .none, _ id: UInt64 = 0) -> Client {
      Client(
        name, role: RoleIdentity(role: role, id: id, generation: 0), session: Bytes16(low: number, high: seed | 1),
        credential: setup.credential)
    }
    operatorClient = client("operator", 1, .operator)
    providers = [client("provider 1", 2, .provider, 1), client("provider 2", 3, .provider, 2)]
    tenants = (0..<4).map { client("tenant \($0 + 1)", 4 + UInt64($0)) }
    for client in clients { wire(client) }
  }

  private func wire(_ client: Client) {
    client.onFirstSend = { [unowned self, unowned client] in oracle.firstSent($0, of: client) }
    client.onSend = { [unowned self] in oracle.sent($0) }
    client.onAnswer = { [unowned self] in oracle.answered($1, $2, of: $0) }
    client.onDone = { [unowned self] in settleNotes($1, $2) }
    client.onAbandoned = { [unowned self] client, errand in
      oracle.abandoned(errand, of: client)
      abandoned(errand, client)
    }
    client.onFrame = { [unowned self] _, answer in
      digest.add(answer.bytes)
      if answer.isPush { pushed(answer) }
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

  /// Starts the broker, however often it takes.
  private func begin(crashAtCall: Int?) -> Bool {
    oracle.life += 1
    let isClockOff = jumpClock()
    var acceptsClock = false
    if let crashAtCall { files.faults[files.callCount + crashAtCall] = .crash }
    for _ in 0..<10 {
      switch SimulatedBroker.start(files, setup, clock, acceptsClock: acceptsClock) {
      case .running(let broker):
        files.faults = [:]
        files.acceptLies()
        self.broker = broker
        oracle.now = broker.now(clock)
        oracle.note("the broker starts, \(broker.report.recordCount) records, \(broker.report.cutBatchCount) cut")
        return true
      case .crashed:
        coverage.count(.crashDuringRecovery)
        crash()
      case .refused(let refusal):
        oracle.note("the broker refuses: \(refusal.recoveryCase)")
        let isClock = refusal.recoveryCase == .clockBehind || refusal.recoveryCase == .clockAhead
        guard isClock ? isClockOff && !acceptsClock : files.hasLied else {
          oracle.blame("the broker refuses to start: \(refusal.explanation)")
          return false
        }
        coverage.count(isClock ? .clockRefused : .refusedRightly)
        if isClock { acceptsClock = true } else { files.restoreHonest() }
      case .failed(let why):
        oracle.blame("the broker does not start: \(why)")
        return false
      }
    }
    oracle.blame("the broker does not start in ten attempts")
    return false
  }

  /// What people and protocols do to a clock while the broker is down; true when it then stands where it needs a word of the
  /// operator.
  private func jumpClock() -> Bool {
    clock.pass(chance.among(1...5_000))
    guard oracle.life > 1 else { return false }
    switch chance.below(10) {
    case 0, 1:
      coverage.count(.clockJumpBack)
      clock.wall -= chance.among(1...50_000)
    case 2:
      coverage.count(.clockJumpBack)
      clock.wall -= 600_000
    case 3, 4:
      coverage.count(.clockJumpForward)
      clock.wall += chance.among(1...20_000)
    case 5 where clients.allSatisfy(\.isIdle):
      // A week and more: sessions and leases end meanwhile, and nobody may count on a receipt.
      coverage.count(.clockJumpForward)
      clock.wall += 8 * 86_400_000
      for client in clients { client.forgetReceipts() }
    default: break
    }
    // The broker's last record may be later than any clock.
    return true
  }

  private func crash() {
    crashCount += 1
    files.crash()
  }

  /// Ends a life as planned.
  private func end(_ plan: FaultPlan) {
    guard let broker else { return }
    oracle.note("the broker ends: \(plan.ending), \(broker.fate)")
    files.capacity = .max
    switch broker.fate {
    case .crashed: crash()
    case .failed:
      coverage.count(.failedAppend)
      chance.oneIn(2) ? files.kill() : crash()
    case .stopped, .running:
      if files.hasLied || plan.ending == .kill {
        coverage.count(.processKilled)
        files.kill()
      } else if plan.ending == .stop || plan.ending == .corruption {
        if chance.oneIn(2), !settle() { break }
        stop()
        if plan.ending == .corruption { corrupt() }
      } else {
        coverage.count(.powerFailure)
        crash()
      }
    }
    self.broker = nil
    for client in clients { lose(client, mayReadOn: true) }
    links = []
  }

  /// Drains the broker, as SIGTERM does.
  private func stop() {
    files.faults = [:]
    broker?.drain()
    for _ in 0..<3_000 where broker?.fate == .running { step(isBusy: false) }
    if broker?.fate == .stopped {
      coverage.count(.orderlyStop)
    } else {
      oracle.blame("the broker does not end in order")
    }
    files.kill()
  }

  /// Changes a byte that a later record attests: what was acknowledged is damaged, and must be missed.
  private func corrupt() {
    guard let reader = try? JournalReader(files) else { return }
    var places: [(file: String, offset: Int, byteCount: Int)] = []
    try? reader.walk { finding, _ in
      if let record = finding.record { places.append((finding.file, finding.offset, Int(record.recordByteCount))) }
      return true
    }
    guard places.count > 1, let place = chance.pick(Array(places.dropLast())) else { return }
    files.corrupt(place.file, at: place.offset + chance.below(place.byteCount), bits: UInt8(1 + chance.below(255)))
  }

  // MARK: Calm

  /// Lets everything that is under way come to its end.
  private func settle() -> Bool {
    for _ in 0..<6_000 where oracle.problem == nil {
      step(isBusy: false)
      guard broker?.fate == .running else { return oracle.problem == nil && lostMeanwhile() }
      if clients.allSatisfy({ $0.isIdle && $0.phase == .ready }) {
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
    for lease in leases where !lease.hasEnded { check(lease, by: lease.owner) }
    for client in clients { for errand in client.recent.suffix(4) { _ = client.askAgain(errand) } }
    figures = nil
    askFigures(isSettled: true)
    for _ in 0..<3_000 where oracle.problem == nil {
      step(isBusy: false)
      if figures != nil, clients.allSatisfy(\.isIdle) { return }
    }
    oracle.blame("questions are not answered")
  }

  /// The last start, the books, and the audit of the journal by somebody who was not there.
  private func finish() {
    guard begin(crashAtCall: nil), settle(), let figures else { return }
    stop()
    guard oracle.problem == nil, let reader = try? JournalReader(files) else { return }
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

  // MARK: Steps

  func step(isBusy: Bool) {
    stepCount += 1
    passTime(isBusy)
    guard let broker else { return }
    // The engine must not follow a clock that steps back.
    var instant = broker.now(clock)
    if chance.oneIn(50) {
      coverage.count(.clockStepWhileRunning)
      instant -= chance.among(1...5_000)
    }
    oracle.now = max(oracle.now, instant)
    broker.turn(at: instant) { deliver(to: $0) }
    for client in clients {
      if client.phase == .away { if chance.oneIn(3) { connect(client) } }
      readAndSend(client)
      if isBusy { act(client) }
      client.pump()
    }
    if broker.isAppendUnderWay {
      if chance.below(3) > 0 { broker.write() } else { coverage.count(.lateAppend) }
    }
    if chance.oneIn(3) { broker.refill() }
    if isBusy { disturbNetwork() }
  }

  private func passTime(_ isBusy: Bool) {
    clock.pass(UInt64(chance.below(20)))
    if isBusy, chance.oneIn(12) { clock.pass(chance.among(100...3_000)) }
    if isBusy, chance.oneIn(400) {
      coverage.count(.clockJumpForward)
      clock.pass(60_000)
    }
  }

  private func deliver(to broker: SimulatedBroker) {
    for link in links {
      if link.index == nil, !link.isEnded {
        broker.accept(link)
        continue
      }
      if !link.upstream.isEmpty { broker.deliver(1 + chance.below(4_000), of: link) }
      broker.becameWritable(link)
      if link.isAbandoned, link.upstream.isEmpty || link.isReadingPaused {
        broker.clientLeft(link, isReset: true)
        link.isEnded = true
      }
    }
    links.removeAll { $0.isEnded && ($0.isAbandoned || $0.downstream.isEmpty) && $0.upstream.isEmpty }
  }

  private func readAndSend(_ client: Client) {
    guard let link = client.link else { return }
    if let until = stalledUntil[ObjectIdentifier(client)] {
      if stepCount < until { return }
      stalledUntil[ObjectIdentifier(client)] = nil
    }
    if !link.downstream.isEmpty || link.isEnded { client.read(1 + chance.below(6_000)) }
  }

  private func connect(_ client: Client) {
    coverage.count(.reconnect)
    links.append(client.connect())
  }

  private func disturbNetwork() {
    guard chance.oneIn(25), let client = chance.pick(clients), client.link != nil else { return }
    if chance.oneIn(3) {
      coverage.count(.slowReader)
      stalledUntil[ObjectIdentifier(client)] = stepCount + 10 + chance.below(120)
    } else {
      lose(client, mayReadOn: false)
    }
  }

  /// A connection breaks. What the client sent may still arrive; what was sent to it may still be read, if it `mayReadOn`.
  private func lose(_ client: Client, mayReadOn: Bool) {
    guard let link = client.link else { return }
    link.isStalled = false
    stalledUntil[ObjectIdentifier(client)] = nil
    if mayReadOn, chance.oneIn(2) { client.read(.max) }
    if !client.isIdle { coverage.count(.lostReply) }
    if link.upstream.isEmpty || chance.oneIn(2) { link.upstream = [] } else { coverage.count(.lateRequest) }
    client.disconnect()
  }
}
