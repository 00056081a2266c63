import Journal
import SimulatedDisk

/// How the broker's lives begin and end.
extension World {
  /// Starts the broker, however often it takes; `isCalm`: soon, where it was.
  func begin(crashAtCall: Int?, isCalm: Bool = false) -> Bool {
    oracle.life += 1
    var clockJump = isCalm ? ClockJump.some : jumpClock()
    var acceptsClock = false
    // A restore says that the clock is right.
    if !isCalm, oracle.life > 1, chance.oneIn(6), moveToOtherDisk() { clockJump = .some }
    if let crashAtCall, !hasLostSync { files.faults[files.callCount + crashAtCall] = .crash }
    for _ in 0..<10 {
      switch SimulatedBroker.start(files, setup, clock, acceptsClock: acceptsClock, takesEcash: !mints.isEmpty) {
      case .running(let broker):
        oracle.expect(
          clockJump != .far || acceptsClock, "the broker starts by itself with a clock that is a week and more ahead")
        files.faults = [:]
        started(broker)
        return true
      case .crashed:
        coverage.count(.crashDuringRecovery)
        crash()
      case .refused(let refusal):
        oracle.note("the broker refuses: \(refusal.recoveryCase)")
        let isClock = refusal.recoveryCase == .clockBehind || refusal.recoveryCase == .clockAhead
        guard isClock ? clockJump != .none && !acceptsClock : files.hasLied else {
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

  private func started(_ broker: SimulatedBroker) {
    // What lies before the snapshot nobody has read: damage there is found, and mended, by whoever verifies the journal.
    let current = files.contents.keys.filter { $0.hasPrefix("journal-") }.max()
    files.restoreHonest { $0.hasPrefix("journal-") && $0 != current }
    files.acceptLies()
    self.broker = broker
    mustTakeEcash = true
    let now = broker.now(clock)
    for auction in auctions { auction.lifeBegins(told: oracle.time.told) }
    oracle.outagesBegin(at: now)
    oracle.time.start(at: now, eventCount: eventCountMost(from: oracle.time.told, to: now))
    if broker.snapshotSequence > 0 { coverage.count(.startFromSnapshot) }
    if broker.damagedSnapshotCount > 0 { coverage.count(.damagedSnapshot) }
    oracle.note(
      "the broker starts after command \(broker.snapshotSequence), \(broker.report.recordCount) records, "
        + "\(broker.report.cutBatchCount) cut")
  }

  enum ClockJump {
    /// Far: whoever starts must say that it is right. Some: perhaps, as the last record may be later than any clock.
    case none, some, far
  }

  /// What people and protocols do to a clock while the broker is down.
  func jumpClock() -> ClockJump {
    clock.pass(chance.among(1...5_000))
    guard oracle.life > 1 else { return .none }
    if chance.oneIn(2), clients.allSatisfy(\.isIdle), openPayouts.isEmpty {
      // A week and more: sessions and leases end meanwhile, and nobody may count on a receipt. Or years: notes, too.
      let days = chance.pick(mints.isEmpty ? [8, 500] : [8, 40, 40, 70, 500, 800]) ?? 8
      coverage.count(days > 100 ? .yearsPass : days > 8 ? .monthsPass : .clockJumpForward)
      clock.wall += UInt64(days) * 86_400_000
      for client in clients { client.forgetReceipts() }
      return .far
    }
    switch chance.below(8) {
    case 0, 1:
      coverage.count(.clockJumpBack)
      clock.wall -= chance.among(1...50_000)
    case 2:
      coverage.count(.clockJumpBack)
      clock.wall -= 600_000
    case 3, 4:
      coverage.count(.clockJumpForward)
      clock.wall += chance.among(1...20_000)
    default: break
    }
    return .some
  }

  /// A sync of the journal did nothing: a power failure on top of it would be the second fault.
  var hasLostSync: Bool { files.contents.keys.contains { $0.hasPrefix("journal-") && files.isSyncLost($0) } }

  func crash() {
    crashCount += 1
    files.crash()
  }

  /// Ends a life as planned.
  func end(_ plan: FaultPlan) {
    guard let broker else { return }
    oracle.note("the broker ends: \(plan.ending), \(broker.fate)")
    files.capacity = .max
    snapshotFault = nil
    noteDeath(broker)
    switch broker.fate {
    case .crashed: crash()
    case .failed:
      coverage.count(.failedAppend)
      chance.oneIn(2) ? files.kill() : crash()
    case .stopped, .running:
      if files.hasLied || hasLostSync || plan.ending == .kill {
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

  /// The broker ends in order, and starts after so many days. Nothing is under way.
  func outlive(days: UInt64) -> Bool {
    stop()
    guard oracle.problem == nil else { return false }
    broker = nil
    for client in clients { lose(client, mayReadOn: false) }
    links = []
    clock.wall += days * 86_400_000
    coverage.count(.monthsPass)
    for client in clients { client.forgetReceipts() }
    return begin(crashAtCall: nil, isCalm: true)
  }

  /// Drains the broker, as SIGTERM does.
  func stop() {
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

  /// Changes a byte of a snapshot, or one that a later record attests: what was acknowledged is damaged, and must be missed.
  func corrupt() {
    let snapshots = files.contents.keys.filter { $0.hasPrefix("snapshot-") }.sorted()
    // A sync that did nothing for one and damage of the other are two faults, and no snapshot is left.
    if chance.oneIn(2), !snapshots.contains(where: files.isSyncLost), let newest = snapshots.last,
      let count = files[newest]?.count
    {
      return files.corrupt(newest, at: chance.below(count), bits: UInt8(1 + chance.below(255)))
    }
    guard let reader = try? JournalReader(files) else { return }
    var places: [(file: String, offset: Int, byteCount: Int)] = []
    try? reader.walk { finding, _ in
      if let record = finding.record { places.append((finding.file, finding.offset, Int(record.recordByteCount))) }
      return true
    }
    guard places.count > 1, let place = chance.pick(Array(places.dropLast())) else { return }
    files.corrupt(place.file, at: place.offset + chance.below(place.byteCount), bits: UInt8(1 + chance.below(255)))
  }
}
