import Journal
import ScriptedMint
import WireProtocol

/// What a run must have seen at least once: whatever the broker can answer, from the schema, and whatever a lease can become.
enum RequiredCoverage {
  /// Of states that were told one after the other.
  static let transitions: [String] = [
    "ACTIVE > LOW", "ACTIVE > THROTTLED", "ACTIVE > SUSPENDED", "LOW > THROTTLED", "LOW > SUSPENDED",
    "THROTTLED > SUSPENDED", "SUSPENDED > EXPIRED", "LOW > ACTIVE", "THROTTLED > ACTIVE", "THROTTLED > LOW",
    "SUSPENDED > ACTIVE", "SUSPENDED > LOW", "SUSPENDED > THROTTLED", "SUSPENDED > new epoch", "ACTIVE > RELEASED",
    "LOW > RELEASED", "THROTTLED > RELEASED", "SUSPENDED > RELEASED", "ACTIVE > REVOKED", "LOW > REVOKED",
    "THROTTLED > REVOKED", "SUSPENDED > REVOKED", "PENDING > ACTIVE", "PENDING > LOW", "PENDING > THROTTLED",
    "PENDING > FAILED", "PENDING > RELEASED", "PENDING > REVOKED", "ACTIVE > FAILED", "LOW > FAILED",
    "THROTTLED > FAILED", "SUSPENDED > FAILED",
  ]

  /// Of claims, and of offerings. One of shares in the revenue for ever ends only when nobody invests in it.
  static let fundingTransitions: [String] = [
    "PLEDGE OPEN > REACHED", "PLEDGE OPEN > MISSED", "PLEDGE OPEN > CANCELLED", "SCHEDULE OPEN > ENDED",
    "SCHEDULE OPEN > CANCELLED", "MATCH OPEN > ENDED", "MATCH OPEN > CANCELLED", "INVESTMENT OPEN > SHARING",
    "INVESTMENT OPEN > CANCELLED", "INVESTMENT SHARING > ENDED", "REVENUE OPEN > SHARING", "REVENUE OPEN > ENDED",
    "REVENUE OPEN > CANCELLED", "REVENUE SHARING > ENDED", "FIXED OPEN > SHARING", "FIXED OPEN > ENDED",
    "FIXED OPEN > CANCELLED", "FIXED SHARING > ENDED", "OWNERSHIP OPEN > SHARING", "OWNERSHIP OPEN > ENDED",
    "OWNERSHIP OPEN > CANCELLED", "BID OPEN > AWARDED", "BID OPEN > ENDED", "BID OPEN > CANCELLED",
    "BID AWARDED > SPONSORING", "BID AWARDED > CANCELLED", "BID SPONSORING > ENDED", "AUCTION OPEN > AWARDED",
    "AUCTION OPEN > ENDED", "AUCTION OPEN > CANCELLED", "AUCTION AWARDED > SPONSORING", "AUCTION AWARDED > ENDED",
    "AUCTION SPONSORING > ENDED", "SEALED OPEN > REVEALING", "SEALED OPEN > ENDED", "SEALED OPEN > CANCELLED",
    "SEALED REVEALING > AWARDED", "SEALED REVEALING > ENDED", "SEALED REVEALING > CANCELLED",
    "SEALED AWARDED > SPONSORING", "SEALED AWARDED > ENDED", "SEALED SPONSORING > ENDED",
  ]

  /// All kinds, pushed. What a lease's end leaves, and new terms, are in no mailbox: no claim outlives the need of its resource.
  static let notices: [String] =
    NoticeKind.allCases.map { "pushed \($0.specificationName)" }
    + NoticeKind.allCases.filter { ![.expired, .refundReady, .termsChanged].contains($0) }
    .map { "kept \($0.specificationName)" }

  /// Of ecash: what became of payments, what was said of them, what they were for, and what mints did wrong, but about Lightning, which no
  /// broker uses.
  static let ecash: [String] =
    ["taken", "refundable", "notTaken"]
    + [
      Status.paymentPending, .paymentRefundable, .mintUnknown, .keysetUnknown, .ecashInvalid, .ecashSpent, .ecashInUse,
      .mintRefused, .ecashLocked, .amountInvalid, .noSpace, .paymentNotAllowed, .treasuryFull, .restoreInProgress,
    ].map(\.specificationName)
    + [
      Opcode.acquire, .fund, .use, .openChain, .exchange, .donate, .match, .schedule, .pledge, .invest, .bid, .raiseBid,
    ].map(\.name)
    + MintFault.allCases.filter { ![.unpaid, .meltPending, .meltFailed].contains($0) }.map { "mint \($0.rawValue)" }

  /// Of ecash that goes out: what became of it, how that was told, and what its owners, and others, did.
  static let payouts: [String] = [
    "taken", "refundable MINT_REFUSED", "refundable KEYSET_UNKNOWN", "refundable TREASURY_SHORT", "short at first",
    "pushed", "asked", "signatures", "restored", "signed", "spent", "paid in again", "good in the end", "coins of many",
    "coins of some", "retired and empty", "treasury", "treasury compared", "a lock that ends", "stolen", "coins lost",
    "crash before it is signed", "crash after it was signed", "signed ahead", "found what was signed ahead",
    "close to the ceiling", "refunded by key",
  ].map { "payout \($0)" }

  /// Of ecash in lives that begin from a backup, at mints that did more: before its loss is accepted, and after that.
  static let losses: [String] = [
    "refused", "lock of before refused", "restarted before it is accepted", "restarted after", "found", "coins gone",
    "payment waited", "taken", "refundable", "made good",
    "spent by the lost life", "payout open", "signed before", "signed now", "payout refundable",
    "taken by the lost life and refused", "credited", "new token taken", "new payout",
  ].map { "loss \($0)" }

  /// Calls of the disk in which the machine stopped: all that change something.
  static let crashes: [FileError.Call] = [.create, .write, .sync, .rename, .remove, .syncDirectory]

  /// Of operations and their outcomes.
  static let pairs: [Coverage.Pair] = Opcode.allCases.flatMap { opcode in
    possible(opcode).subtracting(unreachable[opcode] ?? []).map { Coverage.Pair(opcode: opcode, status: $0) }
  }

  /// Said of any operation before it is looked at: once is enough.
  static let ofAnyOperation: [Status] = [.helloFirst, .sessionLimit, .restoreInProgress]

  /// What the schema says of an operation, and what follows from its receipt, payment and role. Not what is wrong with a frame
  /// as such (MALFORMED, RESERVED_BITS, FRAME_LENGTH, MAC_INVALID, PAYMENT_MALFORMED, RAIL_UNKNOWN, RAILS_MIXED, WINDOW_EXCEEDED,
  /// UNKNOWN_OPCODE): the clients here write whole frames, and the vectors and GarbageTests the others.
  private static func possible(_ opcode: Opcode) -> Set<Status> {
    let layout = opcode.layout
    var statuses = Set(opcode.statuses + [.ok])
    if layout.keepsReceipt || opcode == .use {
      statuses.formUnion([.sessionRequired, .receiptNotKept, .numberConflict, .noSpace])
    }
    switch layout.payment {
    case .none: break
    case .question: statuses.formUnion([.noteEpochUnknown, .noteForged, .paymentRequired, .paymentNotAllowed])
    case .required: statuses.formUnion(payment + [.paymentRequired])
    case .optional: statuses.formUnion(payment)
    }
    if layout.role != .anyone { statuses.insert(.notAuthorized) }
    return statuses
  }

  private static let payment: [Status] = [
    .noteEpochUnknown, .noteExpired, .noteForged, .noteRepeated, .noteSpent, .noteBound,
  ]

  /// What nobody can bring about, and why.
  private static let unreachable: [Opcode: Set<Status>] = [
    // The sum of notes that exist is at most all money in being.
    .fund: [.amountOverflow, .leaseOpen],
    .payment: [.amountOverflow],
    .donate: [.amountOverflow],
    .match: [.amountOverflow],
    .schedule: [.amountOverflow],
    .pledge: [.amountOverflow],
    .invest: [.amountOverflow],
    // A seed makes some thousand requests, and its auctions have room for 1,024 lines together.
    .bid: [.amountOverflow, .fundingLimit],
    .raiseBid: [.amountOverflow, .fundingLimit],
    // BIND gives nobody a handle of an open lease.
    .use: [.leaseOpen],
    // A handle ends with its connection, which is cut when it is idle; a lease is forgotten 30 days after its end.
    .reserve: [.leaseUnknown],
    .settle: [.leaseUnknown],
    .grantDebitKey: [.leaseUnknown],
    .release: [.leaseUnknown],
    .transfer: [.leaseUnknown],
    .openChain: [.leaseUnknown],
    .closeChain: [.leaseUnknown],
    .exchange: [.leaseUnknown],
    .service: [.leaseUnknown],
    .ticket: [.leaseUnknown],
    .voucher: [.leaseUnknown],
  ]
}
