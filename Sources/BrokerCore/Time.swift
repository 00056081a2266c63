public import WireProtocol

/// ADVANCE and CONFIGURE: time, and what fires in it.
extension StateMachine {
  /// Instant of the earliest timer; nil: nothing will happen by itself. ADVANCE is due when it is not after the clock, and
  /// due again when it is not after `now`.
  public func nextTimer() -> UInt64? {
    let (timer, event) = (nextWakeUp(), agenda.first?.instant)
    return event.map { min($0, timer ?? .max) } ?? timer
  }

  /// Whether time stands still before `instant`, because more funding events are due up to it than were done.
  @inline(__always) public func isBehind(_ instant: UInt64) -> Bool {
    guard now < instant, let event = agenda.first else { return false }
    return event.instant <= instant
  }

  /// Whether something is still to be done at `instant` that some commands do first, however much it is: what is due, or to split the
  /// revenue of more resources than one ADVANCE does.
  public func isLate(_ instant: UInt64) -> Bool { nextTimer() ?? .max <= instant || hasUnsplitBacklog }

  /// Instant of the earliest timer that is no funding event.
  private func nextWakeUp() -> UInt64? {
    var earliest = UInt64.max
    if let timer = leaseTimers.first { earliest = min(earliest, timer.instant) }
    if let timer = endedTimers.first { earliest = min(earliest, timer.instant) }
    if let instant = sessions.nextIdle { earliest = min(earliest, instant) }
    if let instant = epochs.nextEnd { earliest = min(earliest, instant + 1) }
    return earliest == .max ? nil : earliest
  }

  /// Whether there is an effect, or one was lost since `lostCount` were.
  @inline(__always) public func hasEffects(beyond lostCount: UInt64) -> Bool {
    effects.count > 0 || effects.lostCount != lostCount
  }

  /// The next effect that subscribers may want to hear of. Drained after every command.
  public mutating func nextEffect() -> Effect? { effects.next() }

  /// Whether anybody wants to hear of effects. No command's outcome depends on it, and no state: it may differ in a replay.
  public var tellsEffects: Bool {
    get { effects.areWanted }
    set { effects.areWanted = newValue }
  }

  /// Effects that were lost because nobody drained them.
  public var effectLostCount: UInt64 { effects.lostCount }

  /// Moves `now` on by way of the funding events up to it, a bounded number of them, and fires timers that are due, at most
  /// `advanceTimerCountMax`.
  mutating func advance(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = AdvanceCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    passEvents(through: max(now, min(command.now, CoreLimits.instantMax)))
    var fired = 0
    while fired < CoreLimits.advanceTimerCountMax, let count = fireNext() { fired += count }
    splitRevenue(ofAtMost: CoreLimits.advanceSplitCountMax)
    return .ok(.none)
  }

  /// Fires the earliest timer that is due: of one instant those of leases before those of ended leases before the rest, and by
  /// index. Gives how much work it was, in timers; nil when none is due.
  private mutating func fireNext() -> Int? {
    guard let due = nextWakeUp(), due <= now else { return nil }
    if let timer = leaseTimers.first, timer.instant == due {
      passedCount = 0
      fireLease(timer.index, at: due)
      prefetchTimers()
      return max(passedCount, 1)
    } else if let timer = endedTimers.first, timer.instant == due {
      fireEnded(timer.index, at: due)
    } else if sessions.nextIdle == due {
      return 1 + sessions.dropIdle()
    } else {
      endEpochs()
    }
    return 1
  }

  /// Fires all that is due, for commands whose outcome depends on what timers would have done.
  mutating func fireAllDue() { while fireNext() != nil {} }

  /// What a command may find no room in.
  enum Room {
    case sessions, leases, debitKeys, reservations, chains, services
    case receipts(isOwed: Bool)
    case units(UInt32, of: UInt32)
  }

  /// Whether there is room; while there is none, timers that are due and late are fired, for what they set free.
  @inline(__always) mutating func makeRoom(_ room: Room) -> Bool {
    while !has(room) {
      guard mayBecomeFree(room), fireNext() != nil else { return false }
    }
    return true
  }

  /// Whether a late timer may set this free. Units are, when a lease of the resource can have ended.
  private func mayBecomeFree(_ room: Room) -> Bool {
    if case .units(_, let resource) = room { return resources[resource].earliestEnd <= now }
    return true
  }

  @inline(__always) private func has(_ room: Room) -> Bool {
    switch room {
    case .receipts(let isOwed): sessions.hasRoomForReceipt(isOwed: isOwed)
    case .sessions: !sessions.isFull
    case .leases: leases.count + endedLeases.count < leases.capacity
    case .debitKeys: !debitKeys.isFull
    case .reservations: !reservations.isFull
    case .chains: !chains.isFull
    case .services: !services.isFull
    case .units(let units, let resource): units <= resources[resource].unitsFree
    }
  }

  /// Whether a command of this kind, which keeps a receipt, would fire late timers because a table is full.
  public func lacksRoom(for kind: CommandKind, opensSession: Bool) -> Bool {
    if !has(.receipts(isOwed: Self.givesBack(kind))) || opensSession && !has(.sessions) { return true }
    return switch kind {
    case .acquire: !has(.leases)
    case .grantDebitKey: !has(.debitKeys)
    case .reserve: !has(.reservations)
    case .openChain: !has(.chains)
    default: false
    }
  }

  /// Whether an ACQUIRE of so many units would fire late timers, which may set some free, or a service.
  public func lacksUnits(_ units: UInt32, of id: UInt64) -> Bool {
    guard let resource = resourceIndex(id), units <= resources[resource].units else { return false }
    if resources[resource].policy.contains(.agent), !has(.services) { return true }
    return !has(.units(units, of: resource)) && mayBecomeFree(.units(units, of: resource))
  }

  /// Ends every note key epoch whose validity is over, now or at a later `instant`.
  mutating func endEpochs(at instant: UInt64? = nil) {
    let now = max(now, instant ?? now)
    for place in 0..<CoreLimits.epochCountMax {
      let epoch = epochs[place]
      guard epoch.number != 0, !epoch.hasEnded, now > epoch.validUntil else { continue }
      move(UInt64(clamping: ledger[.outstanding(place)]), .outstanding(place), .expired(place))
      epochs[place].hasEnded = true
    }
  }

  /// CONFIGURE: what an operator may change at a start.
  mutating func configure(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = ConfigureCommand(bytes, at: view.fixedOffset), command.feePerMillion <= 1_000_000 else {
      return .refused(.malformed)
    }
    fireAllDue()
    feePerMillion = command.feePerMillion
    claimMinimum = max(command.claimMinimum, 1)
    endHolds(through: .max)
    ledger.statement.close()
    loseAgents(at: command.now)
    return .ok(.none)
  }

  /// OPEN SESSION: gives the id of the session with this hash, which is opened if need be. Fixed reply: the id, 8 bytes, which
  /// is also the outcome's `detail`.
  mutating func openSession(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = OpenSessionCommand(bytes, at: view.fixedOffset), !command.sessionHash.isZero else {
      return .refused(.malformed)
    }
    let id: UInt64
    if let index = sessions.find(command.sessionHash), !sessions.isIdle(index, at: now) {
      id = sessions[index].id
      sessions.touch(index, at: now)
    } else {
      if let index = sessions.find(command.sessionHash) { sessions.drop(index) }
      guard makeRoom(.sessions) || sessions.hasPlace else { return .refused(.sessionLimit) }
      sessionCounter += 1
      id = drawnIdentifier(sessionCounter)
      guard sessions.open(id, command.sessionHash, at: now) != nil else { return .refused(.sessionLimit) }
    }
    reply.store(id, at: 0)
    var outcome = Outcome.ok(.none, replyByteCount: 8)
    outcome.detail = id
    return outcome
  }
}
