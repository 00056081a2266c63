import Replay
import SimulatedDisk

/// One step: time, a turn of the broker, the network, the clients, the disk.
extension World {
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
    for auction in auctions { auction.turnBegins(oracle.time, at: instant) }
    let outages = oracle.outageEventCountMost(to: instant)
    oracle.time.pass(to: instant, eventCount: eventCountMost(from: oracle.now, to: instant) + outages)
    if oracle.time.isBehind { coverage.count(.fundingBacklog) }
    oracle.turnBegins(at: clock.uptime, lag: broker.now(clock) - min(broker.now(clock), oracle.now))
    oracle.clockOffset = Int64(broker.now(clock)) - Int64(clock.uptime)
    broker.turn(at: instant) {
      deliverEcash(to: $0)
      deliver(to: $0)
    }
    askMints(for: broker, isBusy: isBusy)
    if broker.isAwaitingTimers { coverage.count(.timersAwaited) }
    for client in clients {
      if client.phase == .away, client.agent.map({ isWanted($0, isBusy) }) ?? true, chance.oneIn(3) { connect(client) }
      readAndSend(client)
      if let agent = client.agent { attend(agent, isBusy) } else if isBusy { act(client) }
      askAgainAboutEcash(client)
      client.pump()
    }
    if broker.isAppendUnderWay {
      if chance.below(3) > 0 { broker.write() } else { coverage.count(.lateAppend) }
    }
    if chance.oneIn(3) { broker.refill() }
    if chance.oneIn(20) { followJournal(broker) }
    followPayouts(isBusy: isBusy)
    if isBusy { disturbNetwork() }
    if isBusy, chance.oneIn(1_000) { backUp() }
  }

  /// The next snapshot is written, or what the last two cover is dropped.
  private func followJournal(_ broker: SimulatedBroker) {
    guard broker.fate == .running else { return }
    if broker.coveredBatch != nil, !files.hasLied { return drop(broker) }
    guard broker.wantsSnapshot else { return }
    let ordinary = files.faults
    files.faults = [:]
    if let fault = snapshotFault.take() { files.faults[files.callCount + fault.callCount] = fault.fault }
    let callCount = files.callCount
    let following = broker.follow(readsBack: setup.dropsJournal)
    // The other faults are the log's: they come at the same call of its own.
    if !files.hasCrashed {
      let extra = files.callCount - callCount
      files.faults = Dictionary(uniqueKeysWithValues: ordinary.map { ($0.key + extra, $0.value) })
    }
    judge(following)
  }

  private func judge(_ following: SimulatedBroker.Following) {
    switch following {
    case .nothingNew: break
    case .crashed: coverage.count(.crashDuringSnapshot)
    case .failed: coverage.count(.snapshotFailed)
    case .written(let removedCount):
      coverage.count(.snapshotWritten)
      if removedCount > 0 { coverage.count(.snapshotRemoved) }
    case .stopped(let stop):
      oracle.expect(files.hasLied, "the journal does not give the broker's state: \(stop.explanation)")
    }
  }

  private func drop(_ broker: SimulatedBroker) {
    let before = files.contents.filter { $0.key.hasPrefix("journal-") }
    broker.dropCovered()
    let dropped = before.filter { files[$0.key] == nil }
    if !dropped.isEmpty { coverage.count(.journalDropped) }
    archive.merge(dropped) { first, _ in first }
  }

  func passTime(_ isBusy: Bool) {
    clock.pass(UInt64(chance.below(20)))
    // A broker asks a mint that was down, or said nothing, again after a minute at the latest.
    if !isBusy, isAwaitingEcash || !openPayouts.isEmpty { clock.pass(UInt64(chance.below(400))) }
    if isBusy, chance.oneIn(12) { clock.pass(chance.among(100...3_000)) }
    if isBusy, chance.oneIn(400) {
      coverage.count(.clockJumpForward)
      clock.pass(60_000)
    }
  }

  /// Funding events that may lie after `from` and not after `to`, as far as clients know.
  func eventCountMost(from: UInt64, to: UInt64) -> Int {
    guard to > from else { return 0 }
    let ofClaims = claims.reduce(0) { $0 + $1.eventCountMost(from: from, to: to) }
    let ofCampaigns = campaigns.reduce(ofClaims) { $0 + $1.eventCountMost(from: from, to: to) }
    let ofOfferings = offerings.reduce(ofCampaigns) { $0 + $1.eventCountMost(from: from, to: to) }
    return auctions.reduce(ofOfferings) { $0 + $1.eventCountMost(from: from, to: to) }
  }

  func deliver(to broker: SimulatedBroker) {
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

  func readAndSend(_ client: Client) {
    guard let link = client.link else { return }
    if let until = stalledUntil[ObjectIdentifier(client)] {
      if stepCount < until { return }
      stalledUntil[ObjectIdentifier(client)] = nil
    }
    if !link.downstream.isEmpty || link.isEnded { client.read(1 + chance.below(6_000)) }
  }

  func connect(_ client: Client) {
    coverage.count(.reconnect)
    let manner: Client.Manner = chance.oneIn(8) ? chance.pick(Client.Manner.allCases) ?? .civil : .civil
    links.append(client.connect(manner))
  }

  func disturbNetwork() {
    guard chance.oneIn(25), let client = chance.pick(clients), client.link != nil else { return }
    if chance.oneIn(3) {
      coverage.count(.slowReader)
      stalledUntil[ObjectIdentifier(client)] = stepCount + 10 + chance.below(120)
    } else {
      lose(client, mayReadOn: false)
    }
  }

  /// A connection breaks. What the client sent may still arrive; what was sent to it may still be read, if it `mayReadOn`.
  func lose(_ client: Client, mayReadOn: Bool) {
    guard let link = client.link else { return }
    link.isStalled = false
    stalledUntil[ObjectIdentifier(client)] = nil
    if mayReadOn, chance.oneIn(2) { client.read(.max) }
    if !client.isIdle { coverage.count(.lostReply) }
    if link.upstream.isEmpty || chance.oneIn(2) { link.upstream = [] } else { coverage.count(.lateRequest) }
    client.disconnect()
  }
}
