internal import WireProtocol

/// The whole state as bytes, and back. What is read back gives the same replies to the same commands, byte for byte.
///
/// Tables are written as they lie in memory, so that ten million leases are read as fast as the disk gives them; indices are
/// made anew. `proto-spec/journal.md` describes the sections and records. Effects that wait are not part of it.
extension StateMachine {
  /// Writes the state.
  public func writeSnapshot<Sink: SnapshotSink>(to sink: inout Sink) {
    var writer = SnapshotWriter(sink: sink)
    writeHead(to: &writer)
    ledger.write(to: &writer)
    resources.write(.resources, to: &writer)
    providers.write(.providers, to: &writer)
    leases.write(.leases, to: &writer)
    endedLeases.write(.endedLeases, to: &writer)
    leaseTimers.write((.leaseTimerInstants, .leaseTimerIndices), to: &writer)
    endedTimers.write((.endedTimerInstants, .endedTimerIndices), to: &writer)
    debitKeys.write(.debitKeys, to: &writer)
    reservations.write(.reservations, to: &writer)
    epochs.write(to: &writer)
    sessions.write(to: &writer)
    chains.write(.chains, to: &writer)
    fundings.write(.fundings, to: &writer)
    claims.write(.claims, to: &writer)
    campaigns.write(.campaigns, to: &writer)
    offerings.write(.offerings, to: &writer)
    auctions.write(.auctions, to: &writer)
    bids.write(.bids, to: &writer)
    lines.write(.lines, to: &writer)
    pools.write(.pools, to: &writer)
    agenda.write(to: &writer)
    ledger.statement.write(to: &writer)
    agents.write(.agents, to: &writer)
    services.write(.services, to: &writer)
    ecash.write(to: &writer)
    sink = writer.sink
  }

  /// The state that `writeSnapshot` wrote; nil when it is damaged, of another version of the core, or too large for this machine.
  public static func read<Source: SnapshotSource>(snapshot source: inout Source) -> StateMachine? {
    var reader = SnapshotReader(source: source)
    guard let head = readHead(from: &reader), let genesis = GenesisCommand(headWords: head),
      var machine = StateMachine(genesis: genesis)
    else { return nil }
    machine.takeHead(Array(head[genesisWordCount...]))
    guard (genesis.incarnation...UInt64(UInt32.max)).contains(machine.incarnation),
      machine.now <= CoreLimits.instantMax, machine.readTables(from: &reader), machine.hasSoundLinks,
      machine.hasSoundAgents, machine.hasSoundEcash
    else { return nil }
    machine.makeIndices()
    machine.makeAgentIndices()
    guard machine.makeFundingIndices(), machine.checkFunding() == nil, machine.checkAgents() == nil,
      machine.makeEcashIndices(), machine.checkEcash() == nil
    else { return nil }
    source = reader.source
    return machine
  }

  private mutating func readTables<Source>(from reader: inout SnapshotReader<Source>) -> Bool {
    ledger.read(from: &reader) && resources.read(.resources, from: &reader)
      && providers.read(.providers, from: &reader) && leases.read(.leases, from: &reader)
      && endedLeases.read(.endedLeases, from: &reader)
      && leaseTimers.read((.leaseTimerInstants, .leaseTimerIndices), from: &reader)
      && endedTimers.read((.endedTimerInstants, .endedTimerIndices), from: &reader)
      && debitKeys.read(.debitKeys, from: &reader) && reservations.read(.reservations, from: &reader)
      && epochs.read(from: &reader) && sessions.read(from: &reader) && chains.read(.chains, from: &reader)
      && fundings.read(.fundings, from: &reader) && claims.read(.claims, from: &reader)
      && campaigns.read(.campaigns, from: &reader) && offerings.read(.offerings, from: &reader)
      && auctions.read(.auctions, from: &reader) && bids.read(.bids, from: &reader)
      && lines.read(.lines, from: &reader) && pools.read(.pools, from: &reader) && agenda.read(from: &reader)
      && ledger.statement.read(from: &reader, at: now) && agents.read(.agents, from: &reader)
      && services.read(.services, from: &reader) && ecash.read(from: &reader)
  }

  // MARK: The head

  private static var genesisWordCount: Int { GenesisCommand.byteCount / 8 }
  private static var counterCount: Int { 22 + EcashTables.listWordCount + Losses.wordCount }

  private func writeHead<Sink>(to writer: inout SnapshotWriter<Sink>) {
    writer.write(
      .head,
      genesis.headWords + [
        now, sequence, incarnation, UInt64(feePerMillion), leaseCounter, sessionCounter, debitKeyCounter,
        reservationCounter, paymentCounter, credited, charged, trail.value, paymentsBefore, paymentsKnown,
        fundingCounter, UInt64(firstUnsplit) << 32 | UInt64(lastUnsplit), claimMinimum, UInt64(sponsoredCount),
        voucherCounter, ecash.paymentCounter, ecash.endCounter, UInt64(ecash.keysetCount),
      ] + ecash.listWords + losses.words)
  }

  private static func readHead<Source>(from reader: inout SnapshotReader<Source>) -> [UInt64]? {
    reader.read(.head, count: genesisWordCount + counterCount)
  }

  private mutating func takeHead(_ words: [UInt64]) {
    now = words[0]
    sequence = words[1]
    incarnation = words[2]
    feePerMillion = UInt32(truncatingIfNeeded: words[3])
    leaseCounter = words[4]
    sessionCounter = words[5]
    debitKeyCounter = words[6]
    reservationCounter = words[7]
    paymentCounter = words[8]
    credited = words[9]
    charged = words[10]
    trail = StateDigest(value: words[11])
    paymentsBefore = words[12]
    paymentsKnown = words[13]
    fundingCounter = words[14]
    firstUnsplit = UInt32(truncatingIfNeeded: words[15] >> 32)
    lastUnsplit = UInt32(truncatingIfNeeded: words[15])
    claimMinimum = words[16]
    sponsoredCount = UInt32(truncatingIfNeeded: words[17])
    voucherCounter = words[18]
    ecash.paymentCounter = words[19]
    ecash.endCounter = words[20]
    ecash.keysetCount = Int(clamping: min(words[21], UInt64(WireLimits.keysetCountMax)))
    ecash.takeLists(words[22...])
    losses = Losses(words: words[(22 + EcashTables.listWordCount)...])
  }

  // MARK: Links

  /// Whether no link leads to a record that is not there: it would lead out of its table's memory. Sums and orders of leases are what
  /// a checksum vouches for.
  private var hasSoundLinks: Bool {
    for index in 0..<resources.highWater where resources[index].id != 0 {
      guard Self.isUsed(resources[index].provider, in: providers) else { return false }
    }
    guard leaseTimers.count == Int(leases.count), endedTimers.count == Int(endedLeases.count),
      leases.count + endedLeases.count <= leases.capacity, resources.count == resources.highWater,
      providers.count == providers.highWater
    else { return false }
    for index in 0..<leases.highWater where leases[index].id != 0 {
      let lease = leases[index]
      guard Self.isUsed(lease.resource, in: resources), leaseTimers.instant(of: index) != nil,
        isUsedOrNone(lease.reservation), lease.debitKey == noIndex || Self.isUsed(lease.debitKey, in: debitKeys),
        lease.hasStoredState
      else { return false }
    }
    for index in 0..<endedLeases.highWater where endedLeases[index].id != 0 {
      let lease = endedLeases[index]
      guard Self.isUsed(lease.resource, in: resources), endedTimers.instant(of: index) != nil,
        isUsedOrNone(lease.reservation)
      else { return false }
    }
    for index in 0..<debitKeys.highWater where debitKeys[index].id != 0 {
      let next = debitKeys[index].next
      guard next == noIndex || Self.isUsed(next, in: debitKeys) else { return false }
    }
    for index in 0..<reservations.highWater where reservations[index].id != 0 {
      guard isUsedOrNone(reservations[index].next) else { return false }
    }
    for index in 0..<chains.highWater where chains[index].id != 0 {
      guard chains[index].index <= chains[index].length else { return false }
    }
    return true
  }

  private func isUsedOrNone(_ reservation: UInt32) -> Bool {
    reservation == noIndex || Self.isUsed(reservation, in: reservations)
  }

  static func isUsed<Record>(_ index: UInt32, in table: borrowing SlotTable<Record>) -> Bool {
    index < table.highWater && table[index].id != 0
  }

  private mutating func makeIndices() {
    for index in 0..<resources.highWater where resources[index].id != 0 {
      resourceNames.insert(hash(resources[index].name), index)
    }
    for index in 0..<providers.highWater where providers[index].id != 0 {
      providerNumbers.insert(seed.hash(drawn: providers[index].id), index)
    }
    for index in 0..<leases.highWater where leases[index].id != 0 {
      leaseIDs.insert(seed.hash(drawn: leases[index].id), index << 1)
    }
    for index in 0..<endedLeases.highWater where endedLeases[index].id != 0 {
      leaseIDs.insert(seed.hash(drawn: endedLeases[index].id), index << 1 | 1)
    }
    for index in 0..<debitKeys.highWater where debitKeys[index].id != 0 {
      debitKeyIDs.insert(seed.hash(drawn: debitKeys[index].id), index)
    }
    for index in 0..<reservations.highWater where reservations[index].id != 0 {
      reservationIDs.insert(seed.hash(drawn: reservations[index].id), index)
    }
    for index in 0..<chains.highWater where chains[index].id != 0 {
      chainLeases.insert(seed.hash(drawn: chains[index].id), index)
    }
  }
}

extension GenesisCommand {
  /// Its fixed part as words.
  fileprivate var headWords: [UInt64] {
    var bytes = [UInt8](repeating: 0, count: Self.byteCount)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    write(to: &raw)
    return stride(from: 0, to: Self.byteCount, by: 8).map { unsafe bytes.span.bytes.uint64(at: $0) }
  }

  fileprivate init?(headWords words: [UInt64]) {
    let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } }
    unsafe self.init(bytes.span.bytes, at: 0)
  }
}
