import WireProtocol

/// Which (command, status) pairs the core can answer, and so the random run must reach.
///
/// Left out, since no caller sends what leads there:
/// - MALFORMED: the codec's tests cut commands short; Sessions builds them whole, and with a fee of at most one.
/// - FUND, ACQUIRE, EXCHANGE / PAYMENT_REQUIRED: they always have notes (CommandView refuses them else).
/// - AMOUNT_OVERFLOW of the sum of notes: authentic ones never sum above the money in being. (Ecash does.)
/// - WINDOW_EXCEEDED: the frame walk bounds `window`.
/// - owner actors on open leases (LEASE_OPEN): BIND refuses to make such a handle.
/// - RESERVE, SETTLE of a lease's 65th reservation: worlds are small; the table's own capacity gives the same status.
/// - RESTORE / NO_SPACE: counters that end. RestoreTests has it.
/// - MOVED, NOT_LEADER, OUTCOME_UNKNOWN: of brokers in a group.
enum RandomPairs {
  /// Statuses of every command that keeps a receipt.
  private static let receipt: [Status] = [.ok, .sessionRequired, .receiptNotKept, .numberConflict, .noSpace]
  /// Statuses of all notes.
  private static let notes: [Status] = [
    .restoreInProgress, .noteEpochUnknown, .noteExpired, .noteForged, .noteRepeated, .noteSpent, .noteBound,
  ]
  /// Statuses of every payment.
  private static let payment: [Status] =
    notes + [
      .mintUnknown, .keysetUnknown, .ecashInvalid, .ecashInUse, .amountInvalid, .amountOverflow, .treasuryFull,
      // What became of one that was put off.
      .paymentPending, .paymentRefundable, .ecashSpent, .mintRefused,
    ]

  /// Statuses of every tick.
  private static let tick: [Status] = [.chainUnknown, .tickSpent, .tickForged, .tickAhead]

  /// All of them.
  static let reachable: [(CommandKind, [Status])] = [
    (.advance, [.ok]),
    (.configure, [.ok]),
    (.openSession, [.ok, .sessionLimit]),
    (.restore, [.ok, .termsInvalid, .epochLimit]),
    (.setMint, [.ok, .termsInvalid]),
    (.setKeyset, [.ok, .termsInvalid]),
    (
      .beginSwap,
      [
        .ok, .mintUnknown, .restoreInProgress, .swapUnderWay, .keysetUnknown, .countersUnknown, .nothingDue, .noSpace,
      ]
    ),
    (.endSwap, [.ok, .mintUnknown, .restoreInProgress, .nothingDue, .quantityInvalid, .noSpace]),
    (
      .reconcile,
      [
        .ok, .mintUnknown, .restoreInProgress, .swapUnderWay, .keysetUnknown, .nothingDue, .quantityInvalid, .noSpace,
      ]
    ),
    (
      .resolvePayout,
      [.ok, .mintUnknown, .restoreInProgress, .paymentUnknown, .keysetUnknown, .quantityInvalid]
    ),
    (.refund, receipt + [.paymentUnknown, .keyWrong, .paymentPending, .nothingDue]),
    (
      .payout,
      receipt + notes + [
        .paymentNotAllowed, .mintUnknown, .quantityInvalid, .ecashInvalid, .keysetUnknown, .amountInvalid,
        .amountOverflow, .treasuryShort,
      ]
    ),
    (
      .beginPayout,
      [
        .ok, .mintUnknown, .restoreInProgress, .swapUnderWay, .keysetUnknown, .countersUnknown, .nothingDue,
        .amountOverflow, .noSpace,
      ]
    ),
    (.endPayout, [.ok, .mintUnknown, .restoreInProgress, .nothingDue, .quantityInvalid, .noSpace]),
    (.register, receipt + [.nameInvalid, .nameTaken, .termsInvalid]),
    (.update, receipt + [.resourceUnknown, .notAuthorized, .termsInvalid, .amountOverflow, .termsChangePending]),
    (
      .acquire,
      receipt + payment + [
        .resourceUnknown, .notAuthorized, .keyWrong, .unitsInvalid, .amountOverflow, .agentAbsent, .unitsUnavailable,
        .tooShort, .tooLong,
      ]
    ),
    (
      .fund,
      receipt + payment + tick + [.leaseUnknown, .leaseEnded, .handleUnknown, .leasePending, .giftsRefused, .tooLong]
    ),
    (
      .use,
      receipt + payment + tick + [
        .leaseUnknown, .leaseEnded, .handleUnknown, .useNumberStale, .meterUnknown, .quantityInvalid,
        .amountOverflow, .leasePending, .giftsRefused, .tooLong, .leaseSuspended, .fundsInsufficient, .debitLimit,
        .paymentRequired, .amountInvalid,
      ]
    ),
    (
      .reserve,
      receipt + [
        .leaseUnknown, .leaseEnded, .handleUnknown, .meterUnknown, .quantityInvalid, .termsInvalid,
        .amountOverflow, .leasePending, .leaseSuspended, .fundsInsufficient, .debitLimit, .reservationLimit,
      ]
    ),
    (.settle, receipt + [.leaseUnknown, .reservationUnknown, .quantityInvalid]),
    (.grantDebitKey, receipt + [.leaseUnknown, .leaseEnded, .handleUnknown, .leasePending, .keyWrong, .debitKeyLimit]),
    (.release, receipt + [.leaseUnknown, .handleUnknown, .leaseEnded]),
    (.revoke, receipt + [.leaseUnknown, .notAuthorized, .leaseEnded]),
    (.transfer, receipt + [.leaseUnknown, .leaseEnded, .handleUnknown, .leasePending, .keyWrong]),
    (
      .openChain,
      receipt + payment + [
        .leaseUnknown, .leaseEnded, .handleUnknown, .leasePending, .quantityInvalid, .amountInvalid, .amountOverflow,
        .chainTaken, .chainLimit, .leaseSuspended, .fundsInsufficient,
      ]
    ),
    (.closeChain, receipt + [.leaseUnknown, .leaseEnded, .handleUnknown, .chainUnknown]),
    (.exchange, receipt + payment + [.handleUnknown, .amountInvalid, .amountOverflow]),
    (.issue, receipt + [.amountInvalid, .quantityInvalid, .amountOverflow]),
    (.withdraw, receipt + [.fundsInsufficient]),
    (.rotate, receipt + [.termsInvalid, .epochLimit]),
    (.acceptLoss, receipt + [.amountInvalid]),
    (
      .donate,
      receipt + payment + [
        .nameInvalid, .resourceUnknown, .giftsRefused, .leaseUnknown, .leaseEnded, .leasePending, .tooLong,
        .fundingUnknown, .fundingClosed,
      ]
    ),
    (
      .spendDonations,
      receipt + [.resourceUnknown, .notAuthorized, .leaseUnknown, .leasePending, .fundsInsufficient]
    ),
    (
      .setPool,
      receipt + [
        .fundingUnknown, .notAuthorized, .nameInvalid, .nameTaken, .resourceUnknown, .quantityInvalid,
      ]
    ),
    (
      .match,
      receipt + payment + [
        .resourceUnknown, .keyWrong, .termsInvalid, .nameInvalid, .giftsRefused, .fundingLimit, .amountInvalid,
      ]
    ),
    (
      .schedule,
      receipt + payment + [
        .resourceUnknown, .keyWrong, .quantityInvalid, .termsInvalid, .nameInvalid, .giftsRefused, .amountInvalid,
      ]
    ),
    (
      .openCampaign,
      receipt + [
        .resourceUnknown, .notAuthorized, .amountInvalid, .termsInvalid, .nameInvalid, .giftsRefused, .fundingLimit,
      ]
    ),
    (.pledge, receipt + payment + [.fundingUnknown, .fundingClosed, .keyWrong, .nameInvalid, .amountInvalid]),
    (.cancel, receipt + [.fundingUnknown, .notAuthorized, .fundingClosed]),
    (.claim, receipt + [.fundingUnknown, .keyWrong, .nothingDue]),
    (
      .splitRevenue,
      receipt + [.resourceUnknown, .notAuthorized, .quantityInvalid, .sharesExceeded]
    ),
    (
      .openOffering,
      receipt + [
        .resourceUnknown, .notAuthorized, .amountInvalid, .amountOverflow, .termsInvalid, .quantityInvalid,
        .nameInvalid, .giftsRefused, .fundingLimit, .sharesExceeded,
      ]
    ),
    (
      .invest,
      receipt + payment + [.fundingUnknown, .fundingClosed, .keyWrong, .amountInvalid, .capExceeded]
    ),
    (.rotateClaim, receipt + [.fundingUnknown, .keyWrong]),
    (
      .openAuction,
      receipt + [
        .resourceUnknown, .notAuthorized, .amountInvalid, .termsInvalid, .nameInvalid, .giftsRefused, .fundingLimit,
        .periodTaken,
      ]
    ),
    (
      .bid,
      receipt + payment + [
        .fundingUnknown, .fundingClosed, .keyWrong, .nameInvalid, .commitmentWrong, .amountInvalid, .bidTooLow,
      ]
    ),
    (
      .raiseBid,
      receipt + payment + [
        .fundingUnknown, .fundingClosed, .keyWrong, .commitmentWrong, .amountInvalid, .bidTooLow,
      ]
    ),
    (.revealBid, receipt + [.fundingUnknown, .fundingClosed, .amountInvalid, .commitmentWrong]),
    (.refuseBid, receipt + [.fundingUnknown, .notAuthorized, .fundingClosed]),
    (.attach, [.ok, .resourceUnknown, .notAuthorized, .quantityInvalid, .noSpace]),
    (.detach, [.ok]),
    (
      .provision,
      [.ok, .agentAbsent, .leaseUnknown, .leaseEnded, .notAuthorized, .epochStale, .nameInvalid]
    ),
    (.report, [.ok, .agentAbsent, .quantityInvalid]),
    (
      .voucher,
      receipt + [
        .leaseUnknown, .leaseEnded, .handleUnknown, .meterUnknown, .quantityInvalid, .amountOverflow, .leasePending,
        .agentAbsent, .leaseSuspended, .fundsInsufficient, .debitLimit,
      ]
    ),
  ]
}

/// How often each (command, status) came up.
struct RandomCoverage {
  private var counts: [CommandKind: [Status: Int]] = [:]
  private var ecashEvents: [RandomEcashEvent: Int] = [:]
  private(set) var replayCount = 0
  private(set) var changeCount = 0
  private(set) var commandCount = 0

  mutating func count(_ kind: CommandKind, _ status: Status, replayed: Bool) {
    commandCount += 1
    if replayed {
      replayCount += 1
      return
    }
    counts[kind, default: [:]][status, default: 0] += 1
    if status == .ok || status == .paymentPending { changeCount += 1 }
  }

  mutating func count(_ event: RandomEcashEvent) { ecashEvents[event, default: 0] += 1 }

  /// Reachable pairs that came up less than `least` times, and what came of ecash less than `leastEvents` times.
  func missing(_ least: Int, _ leastEvents: Int) -> [String] {
    let pairs = RandomPairs.reachable.flatMap { kind, statuses in
      statuses.compactMap { status in
        let count = counts[kind]?[status] ?? 0
        return count < least ? "\(kind.specificationName) \(status.specificationName): \(count)" : nil
      }
    }
    return pairs
      + RandomEcashEvent.allCases.compactMap { event in
        let count = ecashEvents[event] ?? 0
        return count < leastEvents ? "ecash, \(event.rawValue): \(count)" : nil
      }
  }

  /// Everything that came up, the most frequent first.
  var summary: String {
    let all = counts.flatMap { kind, statuses in
      statuses.map { (count: $0.value, name: "\(kind.specificationName) \($0.key.specificationName)") }
    }
    let events = ecashEvents.sorted { $0.value > $1.value }.map { ", \($0.key.rawValue) \($0.value)" }.joined()
    return all.sorted { ($0.count, $0.name) > ($1.count, $1.name) }.map { "\($0.name) \($0.count)" }
      .joined(separator: ", ") + events
  }

  /// Pairs that came up and are not in the table.
  func unexpected() -> [String] {
    counts.flatMap { kind, statuses in
      let known = RandomPairs.reachable.first { $0.0 == kind }?.1 ?? []
      return statuses.keys.filter { !known.contains($0) }.map {
        "\(kind.specificationName) \($0.specificationName)"
      }
    }
  }
}
