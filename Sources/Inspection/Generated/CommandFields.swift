// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

import WireProtocol

extension CommandField {
  static let resourcePolicyNames: [(UInt64, String)] = [
    (0, "GIFTS_REFUSED"),
    (1, "USE_SPENDS_GIVEN"),
    (2, "INVESTORS_ASKED"),
    (3, "AGENT"),
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
    CommandField(name: "unit", offset: 104, type: .name),
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
    CommandField(name: "boot", offset: 8, type: .wideNumber),
    CommandField(name: "agent", offset: 16, type: .number(byteCount: 4)),
    CommandField(name: "flags", offset: 20, type: .flags(byteCount: 4, agentFlagsNames)),
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
    case .exchange: CommandField.noteOutputFields
    case .setPool: CommandField.poolMemberFields
    case .splitRevenue: CommandField.revenueShareFields
    case .openOffering: CommandField.tierFields
    case .report: CommandField.agentUsageFields
    default: []
    }
  }
}
