import ArgumentParser
import Broker
import EventLoop
import Glibc
import Journal
import Logging
import Payments
import Sessions
import WireProtocol

/// `turnpiked serve`: runs a broker until it is told to end.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a broker (the default).",
    discussion: """
      Prints one line "listening ADDRESS" for each address, then "ready". Logs go to standard error. SIGTERM and SIGINT end it
      in order: what has been received is answered, and everybody is told. SIGHUP makes it take over the key generations that
      "turnpiked key --rotate" has raised.

      Every command is in the journal, DIR/journal, before it is acknowledged, and a broker that is started again goes on where
      the last one ended. --durability says what an acknowledgement means: fsync: it survives a power failure; os: it survives
      the end of the process; none: it survives nothing. --discard-state begins a new life, with a new master key, so that
      notes of the old one are never taken; what was there is kept beside it.

      Capacities are those of the first start. Snapshots are written beside the work, so that a start replays seconds of the
      journal; while one is written, the tables take twice their memory. --drop-journal forgets what snapshots cover, which an
      audit would need.

      Should it ever crash, Swift's backtrace would print pieces of memory, keys and notes among them: run a broker that matters
      with SWIFT_BACKTRACE=enable=no in its environment.

      EXAMPLE
        turnpiked serve --data /var/lib/turnpike --listen 0.0.0.0:7474
      """)

  @Option(
    name: .customLong("listen"), parsing: .singleValue,
    help: ArgumentHelp("Address to listen at; may be repeated. Port 0: a free one.", valueName: "host:port"))
  var addresses: [String] = []
  @Option(
    name: .customLong("unix"), parsing: .singleValue,
    help: ArgumentHelp("Unix-domain socket to listen at; may be repeated.", valueName: "path"))
  var paths: [String] = []
  @OptionGroup var data: DataDirectory
  @Option(help: "What an acknowledgement means: fsync, os or none.")
  var durability = DurabilityName.fsync
  @Option(help: ArgumentHelp("Bytes of the journal's segments that are made from here on.", valueName: "n"))
  var segmentBytes = JournalLimits.segmentByteCount
  @Flag(help: "The clock is right, however far from the journal's last record it stands.")
  var acceptClock = false
  @Option(
    help: ArgumentHelp(
      "How long a start may have to replay the journal; beyond it, a snapshot is written.", valueName: "ms"))
  var replayMs = UInt32(BrokerLimits.tailMilliseconds)
  @Option(
    help: ArgumentHelp(
      "How long it may have while one is being written; beyond it, requests are slowed.", valueName: "ms"))
  var lagMs = UInt32(BrokerLimits.lagMilliseconds)
  @Flag(
    help: """
      Drop what a start needs no more of the journal: older than two snapshots that were read back. An audit needs all of it.
      """)
  var dropJournal = false
  @Flag(help: "Begin a new life in a data directory that holds an old one.")
  var discardState = false
  @Flag(help: "Take the memory of all tables at the start, so that no request waits for it.")
  var prefault = false
  @Option(
    help: ArgumentHelp(
      "Unit of all amounts, 1 to 31 bytes: that of the first start, or msat. It cannot be changed later.",
      valueName: "name"))
  var unit: String?
  @Option(help: ArgumentHelp("Operator's fee on revenue, in millionths; as it was, at first 0.", valueName: "n"))
  var feePerMillion: UInt32?
  @Option(
    help: ArgumentHelp(
      "Least payment that makes a claim (pledge, deposit, investment), which takes a place in a table; as it was, at first 1.",
      valueName: "amount"))
  var claimMinimum: UInt64?
  @Option(
    name: .customLong("mint"), parsing: .singleValue,
    help: ArgumentHelp(
      """
      A mint whose ecash is taken, in one unit; may be repeated. An https address (http on this machine only), then what differs, each \
      after a comma: unit=sat; rate=1000, the broker's units for one of the mint's, or 1/3 (needed unless the mint's unit is sat and the \
      broker's msat); minimum=1, the least after fees; exposure=0, how much ecash that is locked to this broker may be credited before \
      its mint was asked, what was ever lost by that included; ceiling=0, how much of its ecash the broker takes in, beyond what it pays \
      out (0: any), and so the most that others' could be bought for by a mint that prints for itself. The last three are in the mint's unit.
      """, valueName: "url,..."))
  var mints: [MintArgument] = []
  @Option(
    help: ArgumentHelp(
      "Certificate authorities that mints are checked by, instead of the system's: a PEM file.", valueName: "path"))
  var mintAuthorities: String?
  @Option(
    help: ArgumentHelp(
      "Least level that is logged: trace, debug, info, notice, warning, error, critical.", valueName: "level"))
  var logLevel = "info"
  @OptionGroup(title: "Capacity") var capacity: Capacity

  func validate() throws {
    guard unit.map({ Name32($0) != nil }) ?? true else {
      throw ValidationError("--unit: 1 to 31 bytes without control characters")
    }
    guard claimMinimum ?? 0 <= UInt64(WireLimits.moneyMax) else { throw ValidationError("--claim-minimum: too much") }
    guard feePerMillion ?? 0 <= 1_000_000 else { throw ValidationError("--fee-per-million: at most 1000000") }
    guard (JournalLimits.brokerSegmentByteCountMin...1 << 32).contains(segmentBytes) else {
      throw ValidationError("--segment-bytes: 65536 to 4294967296")
    }
    guard Logger.Level(rawValue: logLevel) != nil else { throw ValidationError("--log-level: no such level") }
    if let why = MintArgument.whyNot(mints, unit: unit) { throw ValidationError("--mint: \(why)") }
    for address in addresses where Endpoint(address) == nil {
      throw ValidationError("--listen: \(address) is not an address and a port, such as 127.0.0.1:7474 or [::1]:7474")
    }
  }

  func run() throws {
    // Until there is a broker that can reload: the default action would end it.
    _ = signal(SIGHUP, SIG_IGN)
    let level = Logger.Level(rawValue: logLevel) ?? .info
    LoggingSystem.bootstrap { label in
      var handler = StreamLogHandler.standardError(label: label)
      handler.logLevel = level
      return handler
    }
    let logger = Logger(label: "turnpiked")
    try data.make(withJournal: false)
    if discardState { try setAside() }
    try requireKeyOfJournal()
    try data.make(withJournal: durability != .none)
    let loop = try Loop()
    let broker: Broker
    do {
      broker = try Broker(options, key: try MasterKeyFile.loadOrCreate(path: data.keyPath), logger: logger, on: loop)
    } catch let error as MasterKeyFileError {
      throw CleanExit.fault("\(data.keyPath): \(error)")
    } catch {
      throw CleanExit.fault("\(error)")
    }
    broker.onStopped = { loop.stop() }
    let reload = try SignalSource(.hangUp, on: loop) { reloadGenerations(of: broker, logger) }
    defer { reload.close() }
    for endpoint in broker.endpoints { writeLine("listening \(endpoint)") }
    writeLine("ready")
    loop.run()
    loop.close()
    if broker.hasFailed { throw ExitCode.failure }
  }

  /// SIGHUP: keys that `turnpiked key --rotate` made worthless are worthless from now on.
  private func reloadGenerations(of broker: Broker, _ logger: Logger) {
    do {
      let isTaken = broker.takeGenerations(from: try MasterKeyFile.load(path: data.keyPath))
      if isTaken {
        logger.info("generations reloaded")
      } else {
        logger.error("the master key file is another broker's")
      }
    } catch {
      logger.error("cannot reload the master key file", metadata: ["error": "\(error)"])
    }
  }

  private var options: BrokerOptions {
    var options = BrokerOptions()
    options.endpoints = addresses.compactMap { Endpoint($0) } + paths.map { Endpoint.unix(path: $0) }
    if options.endpoints.isEmpty { options.endpoints = [.tcp(host: "127.0.0.1", port: WireLimits.port)] }
    options.unit = unit.flatMap { Name32($0) }
    if let durability = durability.durability {
      options.journal = JournalPlace(path: data.journalPath)
      options.journal?.durability = durability
      options.journal?.acceptsClock = acceptClock
      options.journal?.tailMilliseconds = Double(replayMs)
      options.journal?.lagMilliseconds = Double(lagMs)
      options.journal?.dropsCovered = dropJournal
      options.journal?.segmentByteCount = segmentBytes
    }
    options.feePerMillion = feePerMillion
    options.claimMinimum = claimMinimum
    options.mints = mints.map(\.mint)
    options.mintAuthoritiesFile = mintAuthorities
    options.capacity = capacity.broker
    options.populatesMemory = prefault
    options.limits.connectionCountMax = Int(capacity.connections)
    options.handlesSignals = true
    return options
  }

  /// Neither a new key nor a new state beside a journal, unless that was asked for.
  private func requireKeyOfJournal() throws {
    if durability == .none, unsafe access(data.journalPath, F_OK) == 0 {
      throw CleanExit.fault(
        "\(data.journalPath) is there: with --durability none a broker begins that knows nothing of it. Name another "
          + "directory; --discard-state begins a new life here")
    }
    try data.requireKeyOfJournal()
  }

  /// Renames key and journal of an old life, so that neither is used again.
  private func setAside() throws {
    // Not from under a broker that runs.
    let isThere = unsafe access(data.journalPath, F_OK) == 0
    let lock = isThere ? try JournalAccess.catching { try PosixFiles(path: data.journalPath, isExclusive: true) } : nil
    defer { withExtendedLifetime(lock) {} }
    let suffix = ".\(BrokerClock().now)"
    for path in [data.journalPath, data.keyPath] {
      guard unsafe rename(path, path + suffix) != 0, errno != ENOENT else { continue }
      throw CleanExit.fault("\(path): \(unsafe String(cString: strerror(errno)))")
    }
  }
}

/// What an acknowledgement means.
enum DurabilityName: String, ExpressibleByArgument, CaseIterable {
  case fsync, os, none

  var durability: Durability? {
    switch self {
    case .fsync: .fsync
    case .os: .os
    case .none: nil
    }
  }
}

/// How much a broker can keep.
struct Capacity: ParsableArguments {
  @Option(help: ArgumentHelp("Connections at a time.", valueName: "n")) var connections: UInt32 = 16_384
  @Option(help: ArgumentHelp("Resources.", valueName: "n")) var resources: UInt32 = 4_096
  @Option(help: ArgumentHelp("Leases, those that ended in the last 30 days included.", valueName: "n"))
  var leases: UInt32 = 1 << 20
  @Option(help: ArgumentHelp("Sessions that have receipts.", valueName: "n")) var sessions: UInt32 = 1 << 16
  @Option(help: ArgumentHelp("Receipts of all sessions.", valueName: "n")) var receipts: UInt32 = 1 << 20
  @Option(help: ArgumentHelp("Notes of one key epoch.", valueName: "n")) var notes: UInt64 = 1 << 28
  @Option(help: ArgumentHelp("Debit keys.", valueName: "n")) var debitKeys: UInt32 = 1 << 18
  @Option(help: ArgumentHelp("Open reservations.", valueName: "n")) var reservations: UInt32 = 1 << 18
  @Option(help: ArgumentHelp("Open hash chains.", valueName: "n")) var chains: UInt32 = 1 << 18
  @Option(
    help: ArgumentHelp(
      "Claims: pledges, deposits, schedules, investments, bids. Also lines of the ledger kept, within 1,024 and 65,536.",
      valueName: "n"))
  var claims: UInt32 = 1 << 20
  @Option(help: ArgumentHelp("Pools, campaigns, offerings: of each.", valueName: "n")) var fundings: UInt32 = 1 << 14
  @Option(help: ArgumentHelp("Agents of all resources.", valueName: "n")) var agents: UInt32 = 4_096
  @Option(
    help: ArgumentHelp(
      "Leases that agents provision, those that ended in the last 30 days included.", valueName: "n"))
  var services: UInt32 = 1 << 17
  @Option(help: ArgumentHelp("Providers.", valueName: "n")) var providers: UInt32 = 4_096
  @Option(help: ArgumentHelp("Payments in ecash, those that ended in the last 30 days included.", valueName: "n"))
  var ecash: UInt32 = 1 << 16
  @Option(
    help: ArgumentHelp(
      "Proofs of ecash in payments that wait, and locked ones for 61 days more.", valueName: "n"))
  var proofs: UInt32 = 1 << 20
  @Option(help: ArgumentHelp("Pieces of 48 bytes of ecash that waits to be swapped.", valueName: "n"))
  var pieces: UInt32 = 1 << 18
  @Option(help: ArgumentHelp("Proofs of the broker's own ecash.", valueName: "n")) var treasury: UInt32 = 1 << 16

  var broker: BrokerCapacity {
    var capacity = BrokerCapacity()
    capacity.resourceCountMax = resources
    capacity.leaseCountMax = leases
    capacity.sessionCountMax = sessions
    capacity.receiptCountMax = receipts
    capacity.noteCountMax = notes
    capacity.debitKeyCountMax = debitKeys
    capacity.reservationCountMax = reservations
    capacity.chainCountMax = chains
    capacity.claimCountMax = claims
    capacity.fundingCountMax = fundings
    capacity.agentCountMax = agents
    capacity.serviceCountMax = services
    capacity.providerCountMax = providers
    capacity.ecashCountMax = ecash
    capacity.proofCountMax = proofs
    capacity.pieceCountMax = pieces
    capacity.treasuryCountMax = treasury
    return capacity
  }
}

extension CleanExit {
  /// A failure that is no mistake in the command line: its text, and exit code 1.
  static func fault(_ message: String) -> any Error {
    writeLine("turnpiked: \(message)", to: STDERR_FILENO)
    return ExitCode.failure
  }
}

/// Writes one line at once, also to a pipe. Returns whether all of it was written.
@discardableResult
func writeLine(_ line: String, to descriptor: Int32 = STDOUT_FILENO) -> Bool {
  writeBytes(Array((line + "\n").utf8)[...], to: descriptor)
}

/// Writes all of it. Returns whether it could.
func writeBytes(_ bytes: ArraySlice<UInt8>, to descriptor: Int32 = STDOUT_FILENO) -> Bool {
  var rest = bytes
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count <= 0 { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
