// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

import WireProtocol

extension CommandField {
  static let ecashFlagsNames: [(UInt64, String)] = [
    (0, "LOCKED"),
    (1, "PROVEN"),
    (2, "ALONE"),
  ]

  static let statusNames: [(UInt64, String)] = [
    (0, "OK"),
    (1, "MALFORMED"),
    (2, "UNKNOWN_OPCODE"),
    (3, "RESERVED_BITS"),
    (4, "FRAME_LENGTH"),
    (5, "HELLO_FIRST"),
    (6, "HELLO_TWICE"),
    (7, "VERSION_UNSUPPORTED"),
    (8, "NOT_AUTHORIZED"),
    (9, "AUTHENTICATION_FAILED"),
    (10, "MAC_INVALID"),
    (11, "SESSION_REQUIRED"),
    (12, "SESSION_TAKEN_OVER"),
    (13, "SESSION_LIMIT"),
    (14, "NUMBER_CONFLICT"),
    (15, "RECEIPT_NOT_KEPT"),
    (16, "WINDOW_EXCEEDED"),
    (17, "CONNECTION_LIMIT"),
    (18, "HANDLE_LIMIT"),
    (19, "SUBSCRIPTION_LIMIT"),
    (20, "IDLE"),
    (21, "FRAME_STALLED"),
    (22, "DRAINING"),
    (23, "SLOW_READER"),
    (30, "PAYMENT_REQUIRED"),
    (31, "PAYMENT_NOT_ALLOWED"),
    (32, "PAYMENT_MALFORMED"),
    (33, "RAIL_UNKNOWN"),
    (34, "RAILS_MIXED"),
    (35, "NOTE_FORGED"),
    (36, "NOTE_EPOCH_UNKNOWN"),
    (37, "NOTE_EXPIRED"),
    (38, "NOTE_SPENT"),
    (39, "NOTE_REPEATED"),
    (40, "NOTE_BOUND"),
    (41, "AMOUNT_INVALID"),
    (42, "AMOUNT_OVERFLOW"),
    (43, "FUNDS_INSUFFICIENT"),
    (45, "CHAIN_UNKNOWN"),
    (46, "CHAIN_TAKEN"),
    (47, "CHAIN_LIMIT"),
    (48, "TICK_FORGED"),
    (49, "TICK_SPENT"),
    (24, "AGENT_ABSENT"),
    (25, "LEASE_PENDING"),
    (26, "EPOCH_STALE"),
    (27, "AGENT_TAKEN_OVER"),
    (29, "TICK_AHEAD"),
    (44, "RESTORE_IN_PROGRESS"),
    (50, "RESOURCE_UNKNOWN"),
    (51, "LEASE_UNKNOWN"),
    (52, "LEASE_ENDED"),
    (53, "LEASE_SUSPENDED"),
    (54, "LEASE_OPEN"),
    (55, "UNITS_UNAVAILABLE"),
    (56, "UNITS_INVALID"),
    (57, "TOO_SHORT"),
    (58, "TOO_LONG"),
    (59, "KEY_WRONG"),
    (60, "HANDLE_UNKNOWN"),
    (61, "GIFTS_REFUSED"),
    (62, "METER_UNKNOWN"),
    (63, "QUANTITY_INVALID"),
    (64, "USE_NUMBER_STALE"),
    (65, "DEBIT_LIMIT"),
    (66, "DEBIT_KEY_LIMIT"),
    (67, "RESERVATION_UNKNOWN"),
    (68, "RESERVATION_LIMIT"),
    (69, "TERMS_INVALID"),
    (70, "NAME_INVALID"),
    (71, "NAME_TAKEN"),
    (72, "TERMS_CHANGE_PENDING"),
    (73, "EPOCH_LIMIT"),
    (80, "NO_SPACE"),
    (81, "FUNDING_UNKNOWN"),
    (82, "FUNDING_CLOSED"),
    (83, "FUNDING_LIMIT"),
    (84, "NOTHING_DUE"),
    (85, "CAP_EXCEEDED"),
    (86, "SHARES_EXCEEDED"),
    (87, "BID_TOO_LOW"),
    (88, "COMMITMENT_WRONG"),
    (89, "PERIOD_TAKEN"),
    (93, "PAYMENT_PENDING"),
    (94, "PAYMENT_REFUNDABLE"),
    (95, "PAYMENT_UNKNOWN"),
    (96, "MINT_UNKNOWN"),
    (97, "KEYSET_UNKNOWN"),
    (98, "ECASH_INVALID"),
    (99, "ECASH_SPENT"),
    (100, "ECASH_IN_USE"),
    (101, "MINT_REFUSED"),
    (103, "ECASH_LOCKED"),
    (102, "SWAP_UNDER_WAY"),
    (105, "COUNTERS_UNKNOWN"),
    (106, "TREASURY_FULL"),
    (104, "TREASURY_SHORT"),
    (90, "MOVED"),
    (91, "NOT_LEADER"),
    (92, "OUTCOME_UNKNOWN"),
  ]

  static let resourcePolicyNames: [(UInt64, String)] = [
    (0, "GIFTS_REFUSED"),
    (1, "USE_SPENDS_GIVEN"),
    (2, "INVESTORS_ASKED"),
    (3, "AGENT"),
    (4, "UNITS_HELD"),
  ]

  static let authorityNames: [(UInt64, String)] = [
    (0, "NONE"),
    (1, "OWNER"),
    (2, "DEBIT_KEY"),
    (3, "PROVIDER"),
    (4, "OPERATOR"),
  ]

  static let tagAlgorithmNames: [(UInt64, String)] = [
    (0, "HMAC_SHA256_128"),
    (1, "SIPHASH_2_4_128"),
  ]

  static let restoreFlagsNames: [(UInt64, String)] = [
    (0, "LOSSY")
  ]

  static let mintFlagsNames: [(UInt64, String)] = [
    (0, "ENABLED")
  ]

  static let keysetFlagsNames: [(UInt64, String)] = [
    (0, "ACTIVE")
  ]

  static let swapOutcomeNames: [(UInt64, String)] = [
    (1, "SIGNED"),
    (2, "REFUSED"),
    (3, "PUT_BACK"),
    (4, "BEHIND"),
    (5, "APART"),
  ]

  static let reconcileFlagsNames: [(UInt64, String)] = [
    (0, "LAST")
  ]

  static let acquireFlagsNames: [(UInt64, String)] = [
    (0, "OPEN"),
    (1, "GIFTS_REFUSED"),
  ]

  static let donationTargetNames: [(UInt64, String)] = [
    (1, "RESOURCE"),
    (2, "LEASE"),
    (3, "POOL"),
  ]

  static let unclaimedRuleNames: [(UInt64, String)] = [
    (0, "RESOURCE"),
    (1, "OPERATOR"),
  ]

  static let claimFlagsNames: [(UInt64, String)] = [
    (0, "CANCEL"),
    (1, "AGAIN"),
  ]

  static let offeringKindNames: [(UInt64, String)] = [
    (1, "REVENUE"),
    (2, "FIXED"),
    (3, "OWNERSHIP"),
  ]

  static let auctionFlagsNames: [(UInt64, String)] = [
    (0, "SECOND_PRICE"),
    (1, "SEALED"),
  ]

  static let agentFlagsNames: [(UInt64, String)] = [
    (0, "PROVISIONS"),
    (1, "REPORTS"),
  ]

  static let receiptKeyFields: [CommandField] = [
    CommandField(name: "session", offset: 0, type: .wideNumber),
    CommandField(name: "number", offset: 8, type: .wideNumber),
    CommandField(name: "digest", offset: 16, type: .wideNumber),
    CommandField(name: "window", offset: 24, type: .number(byteCount: 2)),
  ]

  static let verifiedNoteFields: [CommandField] = [
    CommandField(name: "keyEpoch", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "serial", offset: 8, type: .wideNumber),
    CommandField(name: "amount", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "binding", offset: 24, type: .wideNumber),
  ]

  static let ecashPaymentFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "proofCount", offset: 4, type: .number(byteCount: 2)),
    CommandField(name: "flags", offset: 6, type: .flags(byteCount: 2, ecashFlagsNames)),
    CommandField(name: "refundHash", offset: 8, type: .bytes16),
    CommandField(name: "sealedByteCount", offset: 24, type: .number(byteCount: 4)),
    CommandField(name: "locktime", offset: 28, type: .number(byteCount: 4)),
  ]

  static let verifiedProofFields: [CommandField] = [
    CommandField(name: "y0", offset: 0, type: .bytes16),
    CommandField(name: "y1", offset: 16, type: .bytes16),
    CommandField(name: "keyset", offset: 32, type: .number(byteCount: 4)),
    CommandField(name: "exponent", offset: 36, type: .number(byteCount: 1)),
  ]

  static let keysetKeyFields: [CommandField] = [
    CommandField(name: "x0", offset: 0, type: .bytes16),
    CommandField(name: "x1", offset: 16, type: .bytes16),
    CommandField(name: "isOdd", offset: 32, type: .number(byteCount: 1)),
    CommandField(name: "exponent", offset: 33, type: .number(byteCount: 1)),
  ]

  static let swapRecordFields: [CommandField] = [
    CommandField(name: "x0", offset: 0, type: .bytes16),
    CommandField(name: "x1", offset: 16, type: .bytes16),
    CommandField(name: "payment", offset: 32, type: .wideNumber),
    CommandField(name: "status", offset: 40, type: .enumeration(byteCount: 2, statusNames)),
    CommandField(name: "isOdd", offset: 42, type: .number(byteCount: 1)),
  ]

  static let payoutRecordFields: [CommandField] = [
    CommandField(name: "x0", offset: 0, type: .bytes16),
    CommandField(name: "x1", offset: 16, type: .bytes16),
    CommandField(name: "keyset", offset: 32, type: .number(byteCount: 4)),
    CommandField(name: "counter", offset: 36, type: .number(byteCount: 4)),
    CommandField(name: "isOdd", offset: 40, type: .number(byteCount: 1)),
  ]

  static let reconcileRecordFields: [CommandField] = [
    CommandField(name: "x0", offset: 0, type: .bytes16),
    CommandField(name: "x1", offset: 16, type: .bytes16),
    CommandField(name: "counter", offset: 32, type: .number(byteCount: 4)),
    CommandField(name: "exponent", offset: 36, type: .number(byteCount: 1)),
    CommandField(name: "isOdd", offset: 37, type: .number(byteCount: 1)),
  ]

  static let blankOutputFields: [CommandField] = [
    CommandField(name: "x0", offset: 0, type: .bytes16),
    CommandField(name: "x1", offset: 16, type: .bytes16),
    CommandField(name: "isOdd", offset: 32, type: .number(byteCount: 1)),
  ]

  static let termsFields: [CommandField] = [
    CommandField(name: "price", offset: 0, type: .number(byteCount: 8)),
    CommandField(name: "period", offset: 8, type: .number(byteCount: 8)),
    CommandField(name: "throttledPrice", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "shortest", offset: 24, type: .number(byteCount: 8)),
    CommandField(name: "longest", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "low", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "throttle", offset: 48, type: .number(byteCount: 8)),
    CommandField(name: "grace", offset: 56, type: .number(byteCount: 8)),
    CommandField(name: "provision", offset: 64, type: .number(byteCount: 8)),
    CommandField(name: "outage", offset: 72, type: .number(byteCount: 8)),
    CommandField(name: "meter0", offset: 80, type: .number(byteCount: 8)),
    CommandField(name: "meter1", offset: 88, type: .number(byteCount: 8)),
    CommandField(name: "meter2", offset: 96, type: .number(byteCount: 8)),
    CommandField(name: "meter3", offset: 104, type: .number(byteCount: 8)),
    CommandField(name: "units", offset: 112, type: .number(byteCount: 4)),
    CommandField(name: "policy", offset: 116, type: .flags(byteCount: 4, resourcePolicyNames)),
  ]

  static let actorFields: [CommandField] = [
    CommandField(name: "authority", offset: 0, type: .enumeration(byteCount: 1, authorityNames)),
    CommandField(name: "generation", offset: 4, type: .number(byteCount: 4)),
    CommandField(name: "id", offset: 8, type: .wideNumber),
  ]

  static let noteOutputFields: [CommandField] = [
    CommandField(name: "amount", offset: 0, type: .number(byteCount: 8)),
    CommandField(name: "binding", offset: 8, type: .wideNumber),
  ]

  static let poolMemberFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "weight", offset: 8, type: .number(byteCount: 4)),
  ]

  static let revenueShareFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "perMillion", offset: 8, type: .number(byteCount: 4)),
  ]

  static let tierFields: [CommandField] = [
    CommandField(name: "from", offset: 0, type: .number(byteCount: 8)),
    CommandField(name: "rate", offset: 8, type: .number(byteCount: 4)),
  ]

  static let digest32Fields: [CommandField] = [
    CommandField(name: "first", offset: 0, type: .bytes16),
    CommandField(name: "last", offset: 16, type: .bytes16),
  ]

  static let bannerFields: [CommandField] = [
    CommandField(name: "text", offset: 0, type: .text),
    CommandField(name: "link", offset: 96, type: .text),
  ]

  static let agentUsageFields: [CommandField] = [
    CommandField(name: "lease", offset: 0, type: .wideNumber),
    CommandField(name: "epoch", offset: 8, type: .wideNumber),
    CommandField(name: "shut", offset: 16, type: .wideNumber),
    CommandField(name: "received", offset: 24, type: .wideNumber),
    CommandField(name: "sent", offset: 32, type: .wideNumber),
  ]

  static let genesisFields: [CommandField] = [
    CommandField(name: "coreVersion", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "slot", offset: 4, type: .number(byteCount: 4)),
    CommandField(name: "incarnation", offset: 8, type: .wideNumber),
    CommandField(name: "now", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "hashSeed", offset: 24, type: .bytes16),
    CommandField(name: "resourceCountMax", offset: 40, type: .number(byteCount: 4)),
    CommandField(name: "leaseCountMax", offset: 44, type: .number(byteCount: 4)),
    CommandField(name: "sessionCountMax", offset: 48, type: .number(byteCount: 4)),
    CommandField(name: "receiptCountMax", offset: 52, type: .number(byteCount: 4)),
    CommandField(name: "debitKeyCountMax", offset: 56, type: .number(byteCount: 4)),
    CommandField(name: "reservationCountMax", offset: 60, type: .number(byteCount: 4)),
    CommandField(name: "noteCountMax", offset: 64, type: .wideNumber),
    CommandField(name: "feePerMillion", offset: 72, type: .number(byteCount: 4)),
    CommandField(name: "providerCountMax", offset: 76, type: .number(byteCount: 4)),
    CommandField(name: "algorithm", offset: 80, type: .enumeration(byteCount: 1, tagAlgorithmNames)),
    CommandField(name: "chainCountMax", offset: 84, type: .number(byteCount: 4)),
    CommandField(name: "claimCountMax", offset: 88, type: .number(byteCount: 4)),
    CommandField(name: "fundingCountMax", offset: 92, type: .number(byteCount: 4)),
    CommandField(name: "agentCountMax", offset: 96, type: .number(byteCount: 4)),
    CommandField(name: "serviceCountMax", offset: 100, type: .number(byteCount: 4)),
    CommandField(name: "ecashCountMax", offset: 104, type: .number(byteCount: 4)),
    CommandField(name: "proofCountMax", offset: 108, type: .number(byteCount: 4)),
    CommandField(name: "pieceCountMax", offset: 112, type: .number(byteCount: 4)),
    CommandField(name: "treasuryCountMax", offset: 116, type: .number(byteCount: 4)),
    CommandField(name: "unit", offset: 120, type: .name),
  ]

  static let advanceFields: [CommandField] = [
    CommandField(name: "now", offset: 0, type: .number(byteCount: 8))
  ]

  static let configureFields: [CommandField] = [
    CommandField(name: "feePerMillion", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "claimMinimum", offset: 8, type: .number(byteCount: 8)),
    CommandField(name: "now", offset: 16, type: .number(byteCount: 8)),
  ]

  static let openSessionFields: [CommandField] = [
    CommandField(name: "sessionHash", offset: 0, type: .bytes16)
  ]

  static let restoreFields: [CommandField] = [
    CommandField(name: "incarnation", offset: 0, type: .wideNumber),
    CommandField(name: "validity", offset: 8, type: .number(byteCount: 8)),
    CommandField(name: "now", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "flags", offset: 24, type: .flags(byteCount: 1, restoreFlagsNames)),
    CommandField(name: "algorithm", offset: 25, type: .enumeration(byteCount: 1, tagAlgorithmNames)),
  ]

  static let setMintFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "flags", offset: 4, type: .flags(byteCount: 4, mintFlagsNames)),
    CommandField(name: "numerator", offset: 8, type: .number(byteCount: 8)),
    CommandField(name: "denominator", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "minimum", offset: 24, type: .number(byteCount: 8)),
    CommandField(name: "exposure", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "ceiling", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "unit", offset: 48, type: .name),
    CommandField(name: "url", offset: 80, type: .text),
  ]

  static let setKeysetFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "keyset", offset: 4, type: .number(byteCount: 4)),
    CommandField(name: "id0", offset: 8, type: .bytes16),
    CommandField(name: "id1", offset: 24, type: .bytes16),
    CommandField(name: "idLast", offset: 40, type: .number(byteCount: 1)),
    CommandField(name: "idByteCount", offset: 41, type: .number(byteCount: 1)),
    CommandField(name: "feePerThousand", offset: 44, type: .number(byteCount: 4)),
    CommandField(name: "finalExpiry", offset: 48, type: .wideNumber),
    CommandField(name: "flags", offset: 56, type: .flags(byteCount: 4, keysetFlagsNames)),
    CommandField(name: "count", offset: 60, type: .number(byteCount: 2)),
  ]

  static let beginSwapFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "keyset", offset: 4, type: .number(byteCount: 4)),
  ]

  static let endSwapFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "outcome", offset: 4, type: .enumeration(byteCount: 1, swapOutcomeNames)),
    CommandField(name: "count", offset: 6, type: .number(byteCount: 2)),
  ]

  static let beginPayoutFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "keyset", offset: 4, type: .number(byteCount: 4)),
  ]

  static let endPayoutFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "outcome", offset: 4, type: .enumeration(byteCount: 1, swapOutcomeNames)),
    CommandField(name: "count", offset: 6, type: .number(byteCount: 2)),
  ]

  static let reconcileFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "keyset", offset: 4, type: .number(byteCount: 4)),
    CommandField(name: "first", offset: 8, type: .number(byteCount: 4)),
    CommandField(name: "next", offset: 12, type: .number(byteCount: 4)),
    CommandField(name: "flags", offset: 16, type: .flags(byteCount: 1, reconcileFlagsNames)),
    CommandField(name: "count", offset: 18, type: .number(byteCount: 2)),
  ]

  static let resolvePayoutFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "keyset", offset: 4, type: .number(byteCount: 4)),
    CommandField(name: "payout", offset: 8, type: .wideNumber),
    CommandField(name: "count", offset: 16, type: .number(byteCount: 2)),
  ]

  static let registerFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "name", offset: 8, type: .name),
    CommandField(name: "terms", offset: 40, type: .record(termsFields)),
  ]

  static let updateFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "terms", offset: 16, type: .record(termsFields)),
  ]

  static let acquireFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "units", offset: 16, type: .number(byteCount: 4)),
    CommandField(name: "flags", offset: 20, type: .flags(byteCount: 4, acquireFlagsNames)),
    CommandField(name: "keyHash", offset: 24, type: .bytes16),
    CommandField(name: "minimum", offset: 40, type: .number(byteCount: 8)),
  ]

  static let fundFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
  ]

  static let useFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "quantity", offset: 24, type: .wideNumber),
    CommandField(name: "useNumber", offset: 32, type: .wideNumber),
    CommandField(name: "meter", offset: 40, type: .number(byteCount: 1)),
    CommandField(name: "leaseIndex", offset: 44, type: .number(byteCount: 4)),
  ]

  static let reserveFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "quantityMax", offset: 24, type: .wideNumber),
    CommandField(name: "timeout", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "meter", offset: 40, type: .number(byteCount: 1)),
  ]

  static let settleFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "reservation", offset: 24, type: .wideNumber),
    CommandField(name: "quantity", offset: 32, type: .wideNumber),
  ]

  static let grantDebitKeyFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "keyHash", offset: 24, type: .bytes16),
    CommandField(name: "perSecond", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "total", offset: 48, type: .number(byteCount: 8)),
  ]

  static let releaseFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
  ]

  static let revokeFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
  ]

  static let transferFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "keyHash", offset: 24, type: .bytes16),
  ]

  static let openChainFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "weight", offset: 24, type: .number(byteCount: 8)),
    CommandField(name: "chain", offset: 32, type: .number(byteCount: 4)),
    CommandField(name: "length", offset: 36, type: .number(byteCount: 4)),
    CommandField(name: "root", offset: 40, type: .bytes16),
  ]

  static let closeChainFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "chain", offset: 24, type: .number(byteCount: 4)),
  ]

  static let exchangeFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "count", offset: 24, type: .number(byteCount: 2)),
  ]

  static let issueFields: [CommandField] = [
    CommandField(name: "amount", offset: 0, type: .number(byteCount: 8)),
    CommandField(name: "binding", offset: 8, type: .wideNumber),
    CommandField(name: "count", offset: 16, type: .number(byteCount: 2)),
  ]

  static let withdrawFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "amount", offset: 16, type: .number(byteCount: 8)),
  ]

  static let rotateFields: [CommandField] = [
    CommandField(name: "validity", offset: 0, type: .number(byteCount: 8)),
    CommandField(name: "algorithm", offset: 8, type: .enumeration(byteCount: 1, tagAlgorithmNames)),
  ]

  static let acceptLossFields: [CommandField] = [
    CommandField(name: "amount", offset: 0, type: .number(byteCount: 8))
  ]

  static let refundFields: [CommandField] = [
    CommandField(name: "payment", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
  ]

  static let payoutFields: [CommandField] = [
    CommandField(name: "mint", offset: 0, type: .number(byteCount: 4)),
    CommandField(name: "count", offset: 4, type: .number(byteCount: 2)),
    CommandField(name: "refundHash", offset: 8, type: .bytes16),
  ]

  static let donateFields: [CommandField] = [
    CommandField(name: "target", offset: 0, type: .wideNumber),
    CommandField(name: "kind", offset: 8, type: .enumeration(byteCount: 1, donationTargetNames)),
    CommandField(name: "label", offset: 16, type: .name),
  ]

  static let spendDonationsFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "amount", offset: 16, type: .number(byteCount: 8)),
  ]

  static let setPoolFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "pool", offset: 16, type: .wideNumber),
    CommandField(name: "name", offset: 24, type: .name),
    CommandField(name: "count", offset: 56, type: .number(byteCount: 2)),
  ]

  static let matchFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "numerator", offset: 24, type: .number(byteCount: 4)),
    CommandField(name: "denominator", offset: 28, type: .number(byteCount: 4)),
    CommandField(name: "cap", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "duration", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "label", offset: 48, type: .name),
  ]

  static let scheduleFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "count", offset: 24, type: .number(byteCount: 4)),
    CommandField(name: "first", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "interval", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "label", offset: 48, type: .name),
  ]

  static let openCampaignFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "goal", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "minimum", offset: 24, type: .number(byteCount: 8)),
    CommandField(name: "duration", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "rule", offset: 40, type: .enumeration(byteCount: 1, unclaimedRuleNames)),
    CommandField(name: "label", offset: 48, type: .name),
  ]

  static let pledgeFields: [CommandField] = [
    CommandField(name: "campaign", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "label", offset: 24, type: .name),
  ]

  static let cancelFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "funding", offset: 16, type: .wideNumber),
  ]

  static let claimFields: [CommandField] = [
    CommandField(name: "claim", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "flags", offset: 24, type: .flags(byteCount: 4, claimFlagsNames)),
  ]

  static let rotateClaimFields: [CommandField] = [
    CommandField(name: "claim", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "newKeyHash", offset: 24, type: .bytes16),
  ]

  static let splitRevenueFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "count", offset: 16, type: .number(byteCount: 2)),
  ]

  static let openOfferingFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "cap", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "criterion", offset: 24, type: .number(byteCount: 8)),
    CommandField(name: "unit", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "duration", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "period", offset: 48, type: .number(byteCount: 8)),
    CommandField(name: "startShare", offset: 56, type: .number(byteCount: 4)),
    CommandField(name: "share", offset: 60, type: .number(byteCount: 4)),
    CommandField(name: "returnPerMillion", offset: 64, type: .number(byteCount: 4)),
    CommandField(name: "count", offset: 68, type: .number(byteCount: 2)),
    CommandField(name: "kind", offset: 70, type: .enumeration(byteCount: 1, offeringKindNames)),
    CommandField(name: "label", offset: 72, type: .name),
  ]

  static let investFields: [CommandField] = [
    CommandField(name: "offering", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
  ]

  static let openAuctionFields: [CommandField] = [
    CommandField(name: "provider", offset: 0, type: .wideNumber),
    CommandField(name: "resource", offset: 8, type: .wideNumber),
    CommandField(name: "reserve", offset: 16, type: .number(byteCount: 8)),
    CommandField(name: "increment", offset: 24, type: .number(byteCount: 8)),
    CommandField(name: "duration", offset: 32, type: .number(byteCount: 8)),
    CommandField(name: "reveal", offset: 40, type: .number(byteCount: 8)),
    CommandField(name: "extendBy", offset: 48, type: .number(byteCount: 8)),
    CommandField(name: "start", offset: 56, type: .number(byteCount: 8)),
    CommandField(name: "period", offset: 64, type: .number(byteCount: 8)),
    CommandField(name: "forfeitPerMillion", offset: 72, type: .number(byteCount: 4)),
    CommandField(name: "flags", offset: 76, type: .flags(byteCount: 4, auctionFlagsNames)),
    CommandField(name: "label", offset: 80, type: .name),
  ]

  static let bidFields: [CommandField] = [
    CommandField(name: "auction", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "commitment", offset: 24, type: .record(digest32Fields)),
    CommandField(name: "banner", offset: 56, type: .record(bannerFields)),
  ]

  static let raiseBidFields: [CommandField] = [
    CommandField(name: "claim", offset: 0, type: .wideNumber),
    CommandField(name: "keyHash", offset: 8, type: .bytes16),
    CommandField(name: "commitment", offset: 24, type: .record(digest32Fields)),
  ]

  static let revealBidFields: [CommandField] = [
    CommandField(name: "claim", offset: 0, type: .wideNumber),
    CommandField(name: "amount", offset: 8, type: .number(byteCount: 8)),
    CommandField(name: "nonce", offset: 16, type: .bytes16),
  ]

  static let refuseBidFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "claim", offset: 16, type: .wideNumber),
  ]

  static let attachFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "agent", offset: 8, type: .number(byteCount: 4)),
    CommandField(name: "flags", offset: 12, type: .flags(byteCount: 4, agentFlagsNames)),
  ]

  static let detachFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "heardAt", offset: 8, type: .number(byteCount: 8)),
    CommandField(name: "agent", offset: 16, type: .number(byteCount: 4)),
  ]

  static let reportFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "number", offset: 8, type: .wideNumber),
    CommandField(name: "agent", offset: 16, type: .number(byteCount: 4)),
    CommandField(name: "count", offset: 20, type: .number(byteCount: 2)),
    CommandField(name: "last", offset: 22, type: .number(byteCount: 1)),
  ]

  static let provisionFields: [CommandField] = [
    CommandField(name: "resource", offset: 0, type: .wideNumber),
    CommandField(name: "lease", offset: 8, type: .wideNumber),
    CommandField(name: "epoch", offset: 16, type: .wideNumber),
    CommandField(name: "agent", offset: 24, type: .number(byteCount: 4)),
    CommandField(name: "ready", offset: 28, type: .number(byteCount: 1)),
    CommandField(name: "endpoint", offset: 32, type: .text),
  ]

  static let voucherFields: [CommandField] = [
    CommandField(name: "actor", offset: 0, type: .record(actorFields)),
    CommandField(name: "lease", offset: 16, type: .wideNumber),
    CommandField(name: "quantity", offset: 24, type: .wideNumber),
    CommandField(name: "agent", offset: 32, type: .number(byteCount: 4)),
    CommandField(name: "meter", offset: 36, type: .number(byteCount: 1)),
    CommandField(name: "count", offset: 38, type: .number(byteCount: 2)),
    CommandField(name: "stamp", offset: 40, type: .wideNumber),
    CommandField(name: "boot", offset: 48, type: .wideNumber),
  ]
}

extension CommandKind {
  /// Fields of the fixed part, in their order.
  var fields: [CommandField] {
    switch self {
    case .genesis: CommandField.genesisFields
    case .advance: CommandField.advanceFields
    case .configure: CommandField.configureFields
    case .openSession: CommandField.openSessionFields
    case .restore: CommandField.restoreFields
    case .setMint: CommandField.setMintFields
    case .setKeyset: CommandField.setKeysetFields
    case .beginSwap: CommandField.beginSwapFields
    case .endSwap: CommandField.endSwapFields
    case .beginPayout: CommandField.beginPayoutFields
    case .endPayout: CommandField.endPayoutFields
    case .reconcile: CommandField.reconcileFields
    case .resolvePayout: CommandField.resolvePayoutFields
    case .register: CommandField.registerFields
    case .update: CommandField.updateFields
    case .acquire: CommandField.acquireFields
    case .fund: CommandField.fundFields
    case .use: CommandField.useFields
    case .reserve: CommandField.reserveFields
    case .settle: CommandField.settleFields
    case .grantDebitKey: CommandField.grantDebitKeyFields
    case .release: CommandField.releaseFields
    case .revoke: CommandField.revokeFields
    case .transfer: CommandField.transferFields
    case .openChain: CommandField.openChainFields
    case .closeChain: CommandField.closeChainFields
    case .exchange: CommandField.exchangeFields
    case .issue: CommandField.issueFields
    case .withdraw: CommandField.withdrawFields
    case .rotate: CommandField.rotateFields
    case .acceptLoss: CommandField.acceptLossFields
    case .refund: CommandField.refundFields
    case .payout: CommandField.payoutFields
    case .donate: CommandField.donateFields
    case .spendDonations: CommandField.spendDonationsFields
    case .setPool: CommandField.setPoolFields
    case .match: CommandField.matchFields
    case .schedule: CommandField.scheduleFields
    case .openCampaign: CommandField.openCampaignFields
    case .pledge: CommandField.pledgeFields
    case .cancel: CommandField.cancelFields
    case .claim: CommandField.claimFields
    case .rotateClaim: CommandField.rotateClaimFields
    case .splitRevenue: CommandField.splitRevenueFields
    case .openOffering: CommandField.openOfferingFields
    case .invest: CommandField.investFields
    case .openAuction: CommandField.openAuctionFields
    case .bid: CommandField.bidFields
    case .raiseBid: CommandField.raiseBidFields
    case .revealBid: CommandField.revealBidFields
    case .refuseBid: CommandField.refuseBidFields
    case .attach: CommandField.attachFields
    case .detach: CommandField.detachFields
    case .report: CommandField.reportFields
    case .provision: CommandField.provisionFields
    case .voucher: CommandField.voucherFields
    }
  }

  /// Fields of each record that follows the fixed part.
  var recordFields: [CommandField] {
    switch self {
    case .setKeyset: CommandField.keysetKeyFields
    case .endSwap: CommandField.swapRecordFields
    case .endPayout: CommandField.payoutRecordFields
    case .reconcile: CommandField.reconcileRecordFields
    case .resolvePayout: CommandField.blankOutputFields
    case .exchange: CommandField.noteOutputFields
    case .payout: CommandField.blankOutputFields
    case .setPool: CommandField.poolMemberFields
    case .splitRevenue: CommandField.revenueShareFields
    case .openOffering: CommandField.tierFields
    case .report: CommandField.agentUsageFields
    default: []
    }
  }
}
