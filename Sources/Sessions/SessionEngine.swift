public import BrokerCore
public import Journal
public import Payments
internal import TurnpikeCrypto
public import WireProtocol

/// Everything between the bytes of connections and the state machine: frames, HELLO, roles, retries, dispatch, the commit
/// barrier, pushes, admission. Bytes go in, actions come out; it does no I/O, has no threads and reads no clock.
///
/// A driver runs it in turns, all on one thread:
///
///     beginTurn(now)
///     goOn()                                           in a turn that begins because of nextDeadline(), and in no other
///     open, receive, inputEnded, sent, closed ...      in any order and number
///     endTurn()
///     while let batch = nextBatch() { append it; when it is durable: appended() }
///     while let action = nextAction() { do it }
///     sleep until nextDeadline(), input, or the end of an append
///
/// Frames of a turn are applied as commands in the batch that is being filled; their replies wait in the connections' outboxes
/// until that batch is durable. What a connection may use of time and memory is in `SessionLimits`.
@safe public struct SessionEngine: ~Copyable {
  var machine: StateMachine
  var keyring = NoteKeyring()
  let keys: KeyDerivation
  var generations: [RoleHolder: UInt32]
  let sessionKey: HMACKey
  let digestSeed: UInt64
  let startedAt: UInt64
  let random: () -> Bytes16?

  /// Its maxima.
  public let limits: SessionLimits
  var journal: GroupCommit
  var pool: BufferPool
  var payment = VerifiedPayment()

  var connections: ContiguousArray<Connection?> = []
  var freeIndexes: ContiguousArray<Int> = []
  var wheel: DeadlineWheel
  var subscriptions: SubscriptionTable
  /// Effects that the state machine lost, as far as subscribers were told.
  var effectLostCount: UInt64 = 0
  /// Connections that are agents, by their resources.
  var agents: [UInt64: ContiguousArray<Int>] = [:]
  /// Of them, those that told a stamp in this turn.
  var unanchored: ContiguousArray<Int> = []
  /// Agents were told, or are being told, all that was up to this instant.
  var toldUpTo: UInt64 = 0
  /// Agents that left, of which the state machine has not heard.
  var detachments: ContiguousArray<DetachCommand> = []
  /// Leases that changed in this turn, with their resources.
  var changedLeases: ContiguousArray<(lease: UInt64, resource: UInt64)> = []
  /// Tickets given since it started.
  var ticketCount: UInt64 = 0
  /// What is done about ecash; nil: none is taken.
  var ecash: EcashDesk?
  /// Of the request that is being carried out: its ecash, which was judged, and the hash of its refund key.
  var ecashInHand: (ecash: VerifiedEcash, refundHash: Bytes16)?
  /// Which connection has which session.
  var sessions: [Bytes16: Int] = [:]

  /// Connections with frames that wait for the batch being filled, and for the one in flight.
  var fillingList: ContiguousArray<Int> = []
  var inFlightList: ContiguousArray<Int> = []
  /// Connections with frames that wait for a share of a turn.
  var deferred = IndexQueue()
  /// Connections whose next request waits until every timer that is due has fired, how many those are, and since when there are some.
  var awaitingTimers = IndexQueue()
  var awaitingCount = 0
  var awaitingSince: UInt64 = 0
  /// Whether more is due than was done when this turn began.
  var isLate = false
  /// ADVANCE commands that this turn may still make beyond those of every turn.
  var advanceCountLeft = 0
  var actions: ContiguousArray<Int> = []
  var firstAction = 0

  /// Proofs that failed and were not fetched, and how many more did.
  var failedProofs: ContiguousArray<FailedProof> = []
  var failedProofCountLost = 0

  /// The instant of this turn.
  public internal(set) var now: UInt64
  /// Work done since it started, and until this turn began.
  var workCount = 0
  var workCountBeforeTurn = 0
  var isDraining = false
  /// Whether the last batch of an idle broker is sealed: where the journal outlives the process.
  public var sealsJournal = false
  /// How much of the time requests are taken in. Timers fire, and what waits is sent, all of the time.
  public var admission = Admission.open
  /// Whether the disk has room for no more of the journal than what must go on: what takes new money is refused.
  public var isLowOnSpace = false

  /// Connections that are open, those being ended included.
  public internal(set) var connectionCount = 0
  /// Unsent bytes of all connections.
  public internal(set) var outboxByteCountTotal = 0
  /// Memory for received bytes of all connections.
  public internal(set) var inputByteCountTotal = 0
  /// Handles of all connections.
  public internal(set) var handleCount = 0
  /// Requests accepted since it started.
  public internal(set) var acceptedCount: UInt64 = 0
  /// Its value when timers were fired last.
  var acceptedCountAtTimers: UInt64 = 0
  /// Requests refused since it started.
  public internal(set) var refusedCount: UInt64 = 0

  /// An engine over a state.
  ///
  /// - Parameters:
  ///   - machine: The state.
  ///   - isNew: The command that began it becomes the journal's first. If not, all commands so far are durable.
  ///   - keys: What the broker's secrets are made of.
  ///   - generations: Current generations of role keys; holders not named have 0.
  ///   - startedAt: The instant of this start, by the broker's clock.
  ///   - batchByteCountMax: Bytes of commands that the journal takes at a time.
  ///   - random: Gives nonces; nil when there are none to be had.
  public init(
    machine: consuming StateMachine, isNew: Bool, keys: consuming KeyDerivation,
    generations: [RoleHolder: UInt32], startedAt: UInt64, limits: SessionLimits = SessionLimits(),
    batchByteCountMax: Int = JournalLimits.batchByteCountMax, random: @escaping () -> Bytes16?
  ) {
    self.limits = limits
    self.startedAt = startedAt
    self.random = random
    self.generations = generations
    digestSeed = keys.value(.contentDigest).low
    sessionKey = Self.sessionKey(keys)
    self.keys = keys
    now = machine.now
    journal = GroupCommit(
      after: isNew ? 0 : machine.sequence, stateDigest: isNew ? 0 : machine.checkpointDigest,
      byteCountMax: batchByteCountMax)
    pool = BufferPool(keptByteCountMax: limits.pooledByteCountMax)
    wheel = DeadlineWheel(memberCountMax: limits.connectionCountMax, now: machine.now)
    subscriptions = SubscriptionTable(countMax: limits.subscriptionCountMaxTotal)
    let (genesis, keyEpochs) = (machine.genesis, machine.keyEpochs)
    self.machine = machine
    for (epoch, algorithm) in keyEpochs {
      _ = keyring.add(epoch: epoch, algorithm: algorithm, genesis: genesis.now, from: self.keys)
    }
    if isNew { record(genesis) }
  }

  /// Takes over the generations of role keys after they were changed. Connections that proved a key which is worthless now
  /// are ended. Within a turn.
  public mutating func setGenerations(_ generations: [RoleHolder: UInt32]) {
    self.generations = generations
    for case let connection? in connections where connection.role != .none && !isCurrent(connection.claim) {
      sayGoodbye(to: connection, .authenticationFailed)
    }
  }

  private static func sessionKey(_ keys: borrowing KeyDerivation) -> HMACKey {
    var secret = keys.value(.sessionHash)
    return unsafe withUnsafeBytes(of: &secret) { unsafe HMACKey($0.bytes) }
  }

  /// Begins a life that goes on, or changes what an operator may change at a start; nil: as it is. Within a turn.
  ///
  /// - Parameters:
  ///   - fee: The operator's fee on revenue, in millionths.
  ///   - claimMinimum: Least payment that makes a claim.
  ///   - instant: When the life begins.
  public mutating func configure(feePerMillion fee: UInt32?, claimMinimum: UInt64?, at instant: UInt64) {
    now = max(now, instant)
    // Before time moves on: no agent was lost while there was no broker.
    record(
      ConfigureCommand(
        feePerMillion: fee ?? machine.feePerMillion, claimMinimum: claimMinimum ?? machine.claimMinimum, now: now),
      isApplied: true)
    advance()
  }

  // MARK: Turns

  /// Begins a turn at `instant` (or at the latest one there was, if that is later).
  public mutating func beginTurn(now instant: UInt64) {
    now = max(now, instant)
    workCountBeforeTurn = workCount
    machine.tellsEffects = tellsEffects
    expireDeadlines()
    if !unanchored.isEmpty { anchorAgents() }
    fireTimers()
    if !detachments.isEmpty { detachAgents() }
  }

  /// Ends a turn: replies that no command of the batch being filled stands behind wait for the one in flight at most.
  public mutating func endTurn() {
    if ecash != nil {
      carryOutVerified()
      workOnMints()
    }
    tellAgents()
    // The next turn may be of the same instant.
    if !agents.isEmpty, !machine.isLate(now) { toldUpTo = max(now, 1) - 1 }
    if journal.isAppending, !journal.isFilled { handOver() }
  }

  /// The batch to append now; nil when there is none or one is being appended. `appended()` must follow.
  public mutating func nextBatch() -> JournalBatch? {
    if journal.isAppending { return nil }
    let context = RecordContext(
      shard: UInt16(clamping: machine.genesis.slot), coreVersion: UInt16(clamping: CoreLimits.coreVersion), time: now,
      stateDigest: machine.checkpointDigest)
    var batch = journal.nextBatch(context)
    if batch == nil, let deadline = sealDeadline, deadline <= now || isDraining { batch = journal.nextSeal(context) }
    handOver()
    if batch == nil { release() }
    return batch
  }

  /// The batch given last is durable.
  public mutating func appended() {
    journal.appended()
    release()
  }

  /// Sequence of the last command.
  public var lastSequence: UInt64 { journal.lastSequence }
  /// Whether a batch is being appended.
  public var isAppending: Bool { journal.isAppending }
  /// Whether every command is durable and attested, and every reply released.
  public var isSettled: Bool {
    !journal.isAppending && !journal.isFilled && fillingList.isEmpty && sealDeadline == nil
  }

  /// When the journal's last batch is to be sealed.
  private var sealDeadline: UInt64? { sealsJournal ? journal.sealDeadline : nil }

  /// When the next turn should begin at the latest; nil: when something happens.
  public func nextDeadline() -> UInt64? {
    // Something was said between turns.
    if !fillingList.isEmpty, !journal.isAppending { return now }
    var deadline = wheel.nextInstant
    if let sealDeadline { deadline = min(deadline ?? .max, sealDeadline) }
    if hasRoomForRequest {
      if !detachments.isEmpty { return now }
      // The sooner the next turn comes, the less time an agent loses by what it told of its clock.
      if !unanchored.isEmpty { return now }
      if !deferred.isEmpty || awaitingCount > 0 { deadline = min(deadline ?? .max, nextAdmission) }
      if let instant = nextMintInstant { deadline = min(deadline ?? .max, instant) }
      if let timer = machine.nextTimer() { deadline = min(deadline ?? .max, timer) }
    }
    return deadline
  }

  private mutating func handOver() {
    for index in fillingList {
      guard let connection = connections[index], connection.isInFillingList else { continue }
      connection.isInFillingList = false
      connection.outbox.handOver()
      if !connection.isInFlightList {
        connection.isInFlightList = true
        inFlightList.append(index)
      }
    }
    fillingList.removeAll(keepingCapacity: true)
  }

  private mutating func release() {
    for index in inFlightList {
      guard let connection = connections[index], connection.isInFlightList else { continue }
      connection.isInFlightList = false
      connection.outbox.release()
      if connection.outbox.releasedByteCount > 0 {
        if connection.blockedSince == 0 { beginBlocked(connection) }
        ask(.write, of: connection)
      }
    }
    inFlightList.removeAll(keepingCapacity: true)
  }

  // MARK: Actions

  /// The next thing to do, if there is one.
  public mutating func nextAction() -> SessionAction? {
    while firstAction < actions.count {
      let index = actions[firstAction]
      if let connection = connections[index], let action = Self.takeAction(of: connection) { return action }
      firstAction += 1
    }
    actions.removeAll(keepingCapacity: true)
    firstAction = 0
    return nil
  }

  private static func takeAction(of connection: Connection) -> SessionAction? {
    let index = connection.index
    if connection.pendingActions.remove(.close) != nil {
      connection.pendingActions = []
      return .close(index)
    }
    if connection.pendingActions.remove(.pauseReading) != nil { return .pauseReading(index) }
    if connection.pendingActions.remove(.resumeReading) != nil { return .resumeReading(index) }
    if connection.pendingActions.remove(.write) != nil { return .write(index) }
    if connection.pendingActions.remove(.finishWriting) != nil { return .finishWriting(index) }
    return nil
  }

  mutating func ask(_ action: PendingActions, of connection: Connection) {
    if connection.pendingActions.isEmpty { actions.append(connection.index) }
    connection.pendingActions.insert(action)
  }

  // MARK: Output

  /// The bytes that may be sent to a connection now, until the next call of the engine.
  public func output(of index: Int) -> UnsafeRawBufferPointer {
    guard let connection = connection(index) else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    return unsafe connection.outbox.released
  }

  /// The first `byteCount` bytes of `output(of:)` were sent.
  public mutating func sent(_ index: Int, byteCount: Int) {
    guard let connection = connection(index), byteCount > 0 else { return }
    connection.outbox.sent(byteCount, to: &pool)
    outboxByteCountTotal -= byteCount
    connection.takenByteCount += byteCount
    if connection.outbox.releasedByteCount == 0 {
      connection.blockedSince = 0
    } else if connection.takenByteCount >= limits.slowReaderByteCount {
      beginBlocked(connection)
    }
    if connection.outbox.byteCount < limits.outboxByteCountLow {
      if connection.isDeferred, !connection.isAwaitingTimers { queueDeferred(connection) }
      reportLostPushes(to: connection)
    }
    finishIfSent(connection)
  }

  private mutating func beginBlocked(_ connection: Connection) {
    connection.blockedSince = now
    connection.takenByteCount = 0
    wheel.set(connection.index, at: now &+ limits.slowReaderMilliseconds)
  }

  func connection(_ index: Int) -> Connection? {
    connections.indices.contains(index) ? connections[index] : nil
  }
}
