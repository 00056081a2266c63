// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// Where the money of a request is. Bits 1 and 2 of the reply header's flags.
public enum Money: UInt8, CaseIterable, Sendable {
  /// The request carried and moved no money.
  case none = 0
  /// Nothing was taken: every token is as good as before.
  case notTaken = 1
  /// The money was taken, and the reply is the receipt (or says that it is no longer kept).
  case taken = 2
  /// Not known yet: repeat the request with the same number, or ask with PAYMENT.
  case notKnown = 3

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .none: "NONE"
    case .notTaken: "NOT_TAKEN"
    case .taken: "TAKEN"
    case .notKnown: "NOT_KNOWN"
    }
  }
}

/// Outcome of a request. Everything but OK is a refusal and carries a Refusal body.
public enum Status: UInt16, CaseIterable, Sendable {
  /// Done.
  case ok = 0
  /// Lengths inside the frame do not add up; `detail` is the byte count that was expected.
  case malformed = 1
  /// No such operation in this version.
  case unknownOpcode = 2
  /// A reserved flag, field or enumeration value was set; `field` is its offset in the frame.
  case reservedBits = 3
  /// The frame's length is below the header's or above the limit; `detail` is the length it stated. Last frame of the
  /// connection.
  case frameLength = 4
  /// The connection has not said HELLO. After 16 of these the connection ends.
  case helloFirst = 5
  /// The connection has already said HELLO.
  case helloTwice = 6
  /// No version in common; `detail` is the broker's newest.
  case versionUnsupported = 7
  /// The operation needs a role that this connection has not proved.
  case notAuthorized = 8
  /// The proof does not match the role key, or the key's generation is not the current one. The connection ends.
  case authenticationFailed = 9
  /// A frame of an authenticated connection has a wrong MAC, or none. Last frame of the connection; nothing of it was
  /// done.
  case macInvalid = 10
  /// The operation keeps a receipt, and HELLO named no session.
  case sessionRequired = 11
  /// Another connection resumed this session. Last frame of the connection.
  case sessionTakenOver = 12
  /// The broker keeps as many sessions with receipts as it can.
  case sessionLimit = 13
  /// The session already used this number for something else. Of USE with a payment also: its use number was charged
  /// before. This request did nothing.
  case numberConflict = 14
  /// The number lies below the session's window. If it was ever done, its money was taken and the receipt is gone.
  case receiptNotKept = 15
  /// `window` is above `windowMax` (`detail`), or 0 where a receipt is kept.
  case windowExceeded = 16
  /// The broker has as many connections as it can. Last frame of the connection.
  case connectionLimit = 17
  /// The connection has as many handles as it may.
  case handleLimit = 18
  /// The connection, or the broker, has as many subscriptions as it may.
  case subscriptionLimit = 19
  /// Nothing was received for the idle time. Last frame of the connection.
  case idle = 20
  /// A frame was begun and not finished in time. Last frame of the connection.
  case frameStalled = 21
  /// The broker is shutting down; try another time or elsewhere.
  case draining = 22
  /// The peer did not read its replies for too long. Last frame of the connection.
  case slowReader = 23
  /// The operation needs a payment, and none was attached.
  case paymentRequired = 30
  /// The operation takes no payment, and one was attached.
  case paymentNotAllowed = 31
  /// The payment block, or token number `token`, is not of its form.
  case paymentMalformed = 32
  /// Token number `token` names a rail that this broker does not take, or not for this operation.
  case railUnknown = 33
  /// One payment holds tokens of an immediate and of a pending rail, or a tick and something else.
  case railsMixed = 34
  /// Token number `token` is not a note of this broker: its tag does not match (forged, altered or from another
  /// broker).
  case noteForged = 35
  /// Token number `token` names a key epoch that this broker does not have.
  case noteEpochUnknown = 36
  /// Token number `token` was valid until its key epoch ended, at instant `detail`.
  case noteExpired = 37
  /// Token number `token` was already taken, by another request or by an earlier copy of this one.
  case noteSpent = 38
  /// Token number `token` stands in this payment twice.
  case noteRepeated = 39
  /// Token number `token` is bound to another lease, whose id is `detail`.
  case noteBound = 40
  /// An amount is zero or too small, or amounts that must be equal are not; `detail` is the amount that would be right
  /// (for one too small: the least).
  case amountInvalid = 41
  /// A sum or product of amounts is above the largest the broker can keep.
  case amountOverflow = 42
  /// The money does not suffice; `detail` is the amount that was needed.
  case fundsInsufficient = 43
  /// The lease has no open chain of this number.
  case chainUnknown = 45
  /// The lease has an open chain of this number already.
  case chainTaken = 46
  /// The lease, or the broker, has as many open chains as it may.
  case chainLimit = 47
  /// The word does not lead to the chain's last word in as many steps as its index is above it.
  case tickForged = 48
  /// The tick's index is not above the chain's last one, which is `detail`.
  case tickSpent = 49
  /// No agent is attached that could provision the resource, or that says what time it is there.
  case agentAbsent = 24
  /// An agent is still provisioning the lease: until it is ready it can be released, and nothing else. `detail` is the
  /// instant at which it fails.
  case leasePending = 25
  /// The lease has another epoch: `detail`.
  case epochStale = 26
  /// Another connection attached as this agent. Last frame of the connection.
  case agentTakenOver = 27
  /// The tick's index is above the greatest that is taken now, which is `detail`: the chain's length, or
  /// `chainStepCountMax` above its last one.
  case tickAhead = 29
  /// The broker was restored from a backup, and whether token number `token` was taken since is not known. Keep it: the
  /// operator will say. Ecash is not asked for at its mint until then.
  case restoreInProgress = 44
  /// No such resource.
  case resourceUnknown = 50
  /// No such lease (a lease that ended is forgotten after 30 days).
  case leaseUnknown = 51
  /// The lease has ended; `detail` is its state.
  case leaseEnded = 52
  /// The lease is suspended: fund it first. `detail` is the instant at which it expires.
  case leaseSuspended = 53
  /// An open lease has no owner: nothing that takes an owner's or a debit key can be done with it.
  case leaseOpen = 54
  /// Fewer units are free than were asked for; `detail` is a lower bound of the instant at which some may be.
  case unitsUnavailable = 55
  /// Zero units, or more than the resource has; `detail` is how many it has.
  case unitsInvalid = 56
  /// The payment buys less than the shortest lease, or than the minimum asked for; `detail` is the smallest amount that
  /// suffices.
  case tooShort = 57
  /// The lease would be funded further ahead than the longest lease allows; `detail` is the greatest amount that is
  /// accepted now.
  case tooLong = 58
  /// The key is neither the lease's owner key nor a debit key of it, or not the claim's; or a key hash is zero, or the
  /// one there is, where it may not be.
  case keyWrong = 59
  /// No such handle on this connection, or its key is no longer valid (the lease was transferred, the debit key
  /// withdrawn).
  case handleUnknown = 60
  /// The owner or the provider takes no gifts for this lease.
  case giftsRefused = 61
  /// The resource has no such meter (its price is zero).
  case meterUnknown = 62
  /// The quantity is zero, or more than was reserved (`detail`).
  case quantityInvalid = 63
  /// The use number is more than 63 below the last one used with this key, which is `detail`: whether it was charged is
  /// no longer kept.
  case useNumberStale = 64
  /// The debit key's limit does not allow this charge; `detail` is what it still allows now.
  case debitLimit = 65
  /// The lease, or the broker, has as many debit keys as it may.
  case debitKeyLimit = 66
  /// No such open reservation (settled, timed out, or of another key).
  case reservationUnknown = 67
  /// The lease, or the broker, has as many open reservations as it may.
  case reservationLimit = 68
  /// A price, period or duration is zero, too large or out of order; `field` is the offset of the first wrong one in
  /// the frame.
  case termsInvalid = 69
  /// The name is empty, not UTF-8, has a control character, or is not padded with zero bytes.
  case nameInvalid = 70
  /// Another resource has this name; `detail` is its id.
  case nameTaken = 71
  /// Leases still run on the terms before the current ones: `detail` of them. New terms can be announced when there are
  /// none.
  case termsChangePending = 72
  /// As many note key epochs are valid as can be; `detail` is the instant at which the oldest ends.
  case epochLimit = 73
  /// A table of the broker is full. Nothing was taken.
  case noSpace = 80
  /// No such pool, campaign, offering, auction or claim (what ended is forgotten 30 days later, what was cancelled,
  /// what shared revenue and auctions a year later), or none that this can be done with.
  case fundingUnknown = 81
  /// It takes no more money, or cannot be cancelled any more: it closed, or was ended; `detail` is its closing time, 0:
  /// it has none. Of a pool: it has no members.
  case fundingClosed = 82
  /// The resource has as many of these as it may: `detail`.
  case fundingLimit = 83
  /// The claim has nothing to pay out now (or never had, where the last note was asked for); `detail` is the instant at
  /// which something becomes due by itself, 0: none is known.
  case nothingDue = 84
  /// More than the offering takes; `detail` is the greatest amount that it still takes.
  case capExceeded = 85
  /// Shares of the resource's revenue would add up to more than all of it; `detail` is what is left, in millionths.
  case sharesExceeded = 86
  /// The bid does not reach the reserve, or is not far enough above the best one; `detail` is the least that is
  /// accepted now (of a raise: with what was bid before).
  case bidTooLow = 87
  /// A sealed bid needs a commitment, an open one has none; or what is revealed is not what was committed to.
  case commitmentWrong = 88
  /// Another auction of the resource, whose id is `detail`, is for a time within this period.
  case periodTaken = 89
  /// The mint of the ecash is being asked: `detail` is the payment's id. What the request is for is done when the money
  /// is there; a push tells of it, PAYMENT and a repeat with the same number do.
  case paymentPending = 93
  /// The ecash was taken, but what the request was for could not be done by then: `detail` is the payment's id, REFUND
  /// pays it out, PAYMENT says why.
  case paymentRefundable = 94
  /// No such payment in ecash or payout: it is no longer kept, because it ended more than 30 days ago or its place was
  /// needed.
  case paymentUnknown = 95
  /// The broker takes no ecash of this mint, or not in this unit.
  case mintUnknown = 96
  /// The mint has no such keyset, as far as the broker knows, or it is not in use.
  case keysetUnknown = 97
  /// A proof is none of the mint's, or stands there twice.
  case ecashInvalid = 98
  /// A proof was spent at its mint before.
  case ecashSpent = 99
  /// A proof is already in another payment, whose id is `detail`.
  case ecashInUse = 100
  /// The mint took the ecash for another reason not.
  case mintRefused = 101
  /// A proof is locked, and not in the one way that is taken: to this broker's key, or to its key for the lease that is
  /// paid.
  case ecashLocked = 103
  /// A swap at this mint has not ended.
  case swapUnderWay = 102
  /// What the mint has signed of the broker's own proofs in this keyset must be asked first.
  case countersUnknown = 105
  /// The broker takes no more ecash of this mint than its operator allows: `detail` is what it still takes, in the
  /// mint's unit. Nothing was taken.
  case treasuryFull = 106
  /// The broker has not so much ecash of this mint: `detail` is what it has, in the mint's unit.
  case treasuryShort = 104
  /// Another broker of the group serves this id; `detail` is its slot.
  case moved = 90
  /// This broker is not the leader of its group now.
  case notLeader = 91
  /// The outcome could not be learnt; repeat the request with the same number.
  case outcomeUnknown = 92

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .ok: "OK"
    case .malformed: "MALFORMED"
    case .unknownOpcode: "UNKNOWN_OPCODE"
    case .reservedBits: "RESERVED_BITS"
    case .frameLength: "FRAME_LENGTH"
    case .helloFirst: "HELLO_FIRST"
    case .helloTwice: "HELLO_TWICE"
    case .versionUnsupported: "VERSION_UNSUPPORTED"
    case .notAuthorized: "NOT_AUTHORIZED"
    case .authenticationFailed: "AUTHENTICATION_FAILED"
    case .macInvalid: "MAC_INVALID"
    case .sessionRequired: "SESSION_REQUIRED"
    case .sessionTakenOver: "SESSION_TAKEN_OVER"
    case .sessionLimit: "SESSION_LIMIT"
    case .numberConflict: "NUMBER_CONFLICT"
    case .receiptNotKept: "RECEIPT_NOT_KEPT"
    case .windowExceeded: "WINDOW_EXCEEDED"
    case .connectionLimit: "CONNECTION_LIMIT"
    case .handleLimit: "HANDLE_LIMIT"
    case .subscriptionLimit: "SUBSCRIPTION_LIMIT"
    case .idle: "IDLE"
    case .frameStalled: "FRAME_STALLED"
    case .draining: "DRAINING"
    case .slowReader: "SLOW_READER"
    case .paymentRequired: "PAYMENT_REQUIRED"
    case .paymentNotAllowed: "PAYMENT_NOT_ALLOWED"
    case .paymentMalformed: "PAYMENT_MALFORMED"
    case .railUnknown: "RAIL_UNKNOWN"
    case .railsMixed: "RAILS_MIXED"
    case .noteForged: "NOTE_FORGED"
    case .noteEpochUnknown: "NOTE_EPOCH_UNKNOWN"
    case .noteExpired: "NOTE_EXPIRED"
    case .noteSpent: "NOTE_SPENT"
    case .noteRepeated: "NOTE_REPEATED"
    case .noteBound: "NOTE_BOUND"
    case .amountInvalid: "AMOUNT_INVALID"
    case .amountOverflow: "AMOUNT_OVERFLOW"
    case .fundsInsufficient: "FUNDS_INSUFFICIENT"
    case .chainUnknown: "CHAIN_UNKNOWN"
    case .chainTaken: "CHAIN_TAKEN"
    case .chainLimit: "CHAIN_LIMIT"
    case .tickForged: "TICK_FORGED"
    case .tickSpent: "TICK_SPENT"
    case .agentAbsent: "AGENT_ABSENT"
    case .leasePending: "LEASE_PENDING"
    case .epochStale: "EPOCH_STALE"
    case .agentTakenOver: "AGENT_TAKEN_OVER"
    case .tickAhead: "TICK_AHEAD"
    case .restoreInProgress: "RESTORE_IN_PROGRESS"
    case .resourceUnknown: "RESOURCE_UNKNOWN"
    case .leaseUnknown: "LEASE_UNKNOWN"
    case .leaseEnded: "LEASE_ENDED"
    case .leaseSuspended: "LEASE_SUSPENDED"
    case .leaseOpen: "LEASE_OPEN"
    case .unitsUnavailable: "UNITS_UNAVAILABLE"
    case .unitsInvalid: "UNITS_INVALID"
    case .tooShort: "TOO_SHORT"
    case .tooLong: "TOO_LONG"
    case .keyWrong: "KEY_WRONG"
    case .handleUnknown: "HANDLE_UNKNOWN"
    case .giftsRefused: "GIFTS_REFUSED"
    case .meterUnknown: "METER_UNKNOWN"
    case .quantityInvalid: "QUANTITY_INVALID"
    case .useNumberStale: "USE_NUMBER_STALE"
    case .debitLimit: "DEBIT_LIMIT"
    case .debitKeyLimit: "DEBIT_KEY_LIMIT"
    case .reservationUnknown: "RESERVATION_UNKNOWN"
    case .reservationLimit: "RESERVATION_LIMIT"
    case .termsInvalid: "TERMS_INVALID"
    case .nameInvalid: "NAME_INVALID"
    case .nameTaken: "NAME_TAKEN"
    case .termsChangePending: "TERMS_CHANGE_PENDING"
    case .epochLimit: "EPOCH_LIMIT"
    case .noSpace: "NO_SPACE"
    case .fundingUnknown: "FUNDING_UNKNOWN"
    case .fundingClosed: "FUNDING_CLOSED"
    case .fundingLimit: "FUNDING_LIMIT"
    case .nothingDue: "NOTHING_DUE"
    case .capExceeded: "CAP_EXCEEDED"
    case .sharesExceeded: "SHARES_EXCEEDED"
    case .bidTooLow: "BID_TOO_LOW"
    case .commitmentWrong: "COMMITMENT_WRONG"
    case .periodTaken: "PERIOD_TAKEN"
    case .paymentPending: "PAYMENT_PENDING"
    case .paymentRefundable: "PAYMENT_REFUNDABLE"
    case .paymentUnknown: "PAYMENT_UNKNOWN"
    case .mintUnknown: "MINT_UNKNOWN"
    case .keysetUnknown: "KEYSET_UNKNOWN"
    case .ecashInvalid: "ECASH_INVALID"
    case .ecashSpent: "ECASH_SPENT"
    case .ecashInUse: "ECASH_IN_USE"
    case .mintRefused: "MINT_REFUSED"
    case .ecashLocked: "ECASH_LOCKED"
    case .swapUnderWay: "SWAP_UNDER_WAY"
    case .countersUnknown: "COUNTERS_UNKNOWN"
    case .treasuryFull: "TREASURY_FULL"
    case .treasuryShort: "TREASURY_SHORT"
    case .moved: "MOVED"
    case .notLeader: "NOT_LEADER"
    case .outcomeUnknown: "OUTCOME_UNKNOWN"
    }
  }
}

/// What a connection proves to be.
public enum Role: UInt8, CaseIterable, Sendable {
  /// An ordinary client: no identity.
  case none = 0
  /// Runs the broker; role id 0.
  case `operator` = 1
  /// Owns resources; the role id is the provider's number, from 1.
  case provider = 2
  /// Enforces the leases of a resource; the role id is the resource's id.
  case agent = 3

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .none: "NONE"
    case .operator: "OPERATOR"
    case .provider: "PROVIDER"
    case .agent: "AGENT"
    }
  }
}

/// What kind of money a token is. A closed list with room for more.
public enum Rail: UInt8, CaseIterable, Sendable {
  /// The operator's own MAC'd bearer note: immediate.
  case note = 1
  /// A tick of a hash chain (PayWord) that was opened on the lease: immediate. Only to FUND and USE, one in a payment,
  /// alone.
  case chain = 2
  /// Bitcoin-backed ecash of a mint that the broker takes (Cashu): pending, or immediate where only the broker can
  /// spend it. One token in a payment, alone.
  case cashu = 3

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .note: "NOTE"
    case .chain: "CHAIN"
    case .cashu: "CASHU"
    }
  }
}

/// How the notes of a key epoch are tagged. The layout is the same.
public enum TagAlgorithm: UInt8, CaseIterable, Sendable {
  /// HMAC-SHA256, first 16 bytes.
  case hmacSha256_128 = 0
  /// SipHash-2-4 with 128-bit output.
  case siphash2_4_128 = 1

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .hmacSha256_128: "HMAC_SHA256_128"
    case .siphash2_4_128: "SIPHASH_2_4_128"
    }
  }
}

/// States of a lease.
public enum LeaseState: UInt8, CaseIterable, Sendable {
  /// Its money is held, and an agent is provisioning: no access yet, and nothing is charged.
  case pending = 1
  /// Full access.
  case active = 2
  /// Full access; funded time left is at most the low-water mark.
  case low = 3
  /// Reduced access; funded time left is at most the throttle threshold.
  case throttled = 4
  /// No access; the balance buys nothing more. State is kept for the grace time.
  case suspended = 5
  /// Ended: the grace time passed without money.
  case expired = 6
  /// Ended by its owner.
  case released = 7
  /// Ended by its provider or the operator.
  case revoked = 8
  /// The agent could not provision it, in time or at all, or not any longer: what was not used is due to its owner.
  case failed = 9

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .pending: "PENDING"
    case .active: "ACTIVE"
    case .low: "LOW"
    case .throttled: "THROTTLED"
    case .suspended: "SUSPENDED"
    case .expired: "EXPIRED"
    case .released: "RELEASED"
    case .revoked: "REVOKED"
    case .failed: "FAILED"
    }
  }
}

/// In whose name something is done.
public enum Authority: UInt8, CaseIterable, Sendable {
  /// Anyone.
  case none = 0
  /// Holder of the lease's owner key.
  case owner = 1
  /// Holder of a debit key that the owner granted.
  case debitKey = 2
  /// A provider.
  case provider = 3
  /// The operator.
  case `operator` = 4

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .none: "NONE"
    case .owner: "OWNER"
    case .debitKey: "DEBIT_KEY"
    case .provider: "PROVIDER"
    case .operator: "OPERATOR"
    }
  }
}

/// Why a lease changed.
public enum ChangeCause: UInt8, CaseIterable, Sendable {
  /// ACQUIRE.
  case granted = 1
  /// FUND, a payment on USE, or a gift.
  case funded = 2
  /// A boundary in time was passed.
  case time = 3
  /// A debit (USE, RESERVE) moved it to a lower state.
  case used = 4
  /// RELEASE by the owner.
  case released = 5
  /// REVOKE by provider or operator.
  case revoked = 6
  /// TRANSFER to a new owner key.
  case transferred = 7
  /// Reserved money came back.
  case settled = 8
  /// The agent reported it ready, or at another endpoint.
  case provisioned = 9
  /// The agent reported that it failed.
  case failed = 10
  /// The agent was lost for longer than `outage`.
  case agentLost = 11
  /// Time of an outage was given back.
  case credited = 12

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .granted: "GRANTED"
    case .funded: "FUNDED"
    case .time: "TIME"
    case .used: "USED"
    case .released: "RELEASED"
    case .revoked: "REVOKED"
    case .transferred: "TRANSFERRED"
    case .settled: "SETTLED"
    case .provisioned: "PROVISIONED"
    case .failed: "FAILED"
    case .agentLost: "AGENT_LOST"
    case .credited: "CREDITED"
    }
  }
}

/// What a NOTICE tells funders and holders.
public enum NoticeKind: UInt8, CaseIterable, Sendable {
  /// Funds run low; `amount` brings the lease back to ACTIVE.
  case low = 1
  /// Access is reduced; `amount` brings the lease back to ACTIVE.
  case throttled = 2
  /// No access; `amount` brings the lease back to ACTIVE, until `instant` (its end).
  case suspended = 3
  /// The lease expired; `amount` is what its owner can collect with RELEASE, until `instant`.
  case expired = 4
  /// The lease was revoked, or failed; `amount` can be collected by its owner with RELEASE, until `instant`.
  case refundReady = 5
  /// The resource announced new terms; each lease takes them at the deadline it had at `instant`.
  case termsChanged = 6
  /// The campaign reached its goal: `amount` was given to the resource.
  case campaignReached = 7
  /// The campaign missed its goal, or was cancelled: each pledge is due to its claim, `amount` in all, until `instant`.
  case campaignMissed = 8
  /// Another bid is better than this claim's: `amount` is the least that is accepted now, until `instant`.
  case outbid = 9
  /// The bid of this claim won: it pays `amount` for the period that begins at `instant`.
  case won = 10
  /// `amount` is due to the claim, or to those of the offering or auction in all, until `instant`.
  case refunded = 11
  /// The offering got `amount` of the revenue since `instant`; each claim can collect its part.
  case payoutReady = 12
  /// The resource's public lease runs low, and its provider has investors asked: `amount` brings it back to ACTIVE,
  /// `instant` is its deadline (suspended: its end).
  case moreFunding = 13

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .low: "LOW"
    case .throttled: "THROTTLED"
    case .suspended: "SUSPENDED"
    case .expired: "EXPIRED"
    case .refundReady: "REFUND_READY"
    case .termsChanged: "TERMS_CHANGED"
    case .campaignReached: "CAMPAIGN_REACHED"
    case .campaignMissed: "CAMPAIGN_MISSED"
    case .outbid: "OUTBID"
    case .won: "WON"
    case .refunded: "REFUNDED"
    case .payoutReady: "PAYOUT_READY"
    case .moreFunding: "MORE_FUNDING"
    }
  }
}

/// What a donation is for.
public enum DonationTarget: UInt8, CaseIterable, Sendable {
  /// A resource: its public lease, or while there is none its donation purse.
  case resource = 1
  /// A lease, as a gift.
  case lease = 2
  /// A pool: each of its resources gets its share.
  case pool = 3

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .resource: "RESOURCE"
    case .lease: "LEASE"
    case .pool: "POOL"
    }
  }
}

/// By which way given money came to a resource.
public enum FundingModel: UInt8, CaseIterable, Sendable {
  /// DONATE to it or to one of its leases.
  case plain = 1
  /// DONATE to a pool.
  case pool = 2
  /// A sponsor's deposit that matched donations.
  case matched = 3
  /// Instalments of scheduled pledges.
  case scheduled = 4
  /// Pledges to campaigns.
  case campaign = 5
  /// Investments.
  case invested = 6
  /// What winners of auctions paid for their periods.
  case sponsored = 7

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .plain: "PLAIN"
    case .pool: "POOL"
    case .matched: "MATCHED"
    case .scheduled: "SCHEDULED"
    case .campaign: "CAMPAIGN"
    case .invested: "INVESTED"
    case .sponsored: "SPONSORED"
    }
  }
}

/// What a claim is on.
public enum ClaimKind: UInt8, CaseIterable, Sendable {
  /// A pledge to a campaign: due when it is missed.
  case pledge = 1
  /// A scheduled pledge: what was not paid out is due when it is cancelled, by its holder, the provider or the
  /// operator.
  case schedule = 2
  /// A matching deposit: what was not matched is due at its end, or when it is cancelled.
  case match = 3
  /// An investment: its part of what the offering gets of the revenue is due as it comes.
  case investment = 4
  /// A bid in an auction: what does not pay for the period is due at its end.
  case bid = 5

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .pledge: "PLEDGE"
    case .schedule: "SCHEDULE"
    case .match: "MATCH"
    case .investment: "INVESTMENT"
    case .bid: "BID"
    }
  }
}

/// What investors get.
public enum OfferingKind: UInt8, CaseIterable, Sendable {
  /// A share of the revenue for a period.
  case revenue = 1
  /// A share of the revenue until each tier got its fixed return; then it retires.
  case fixed = 2
  /// A share of the revenue without end.
  case ownership = 3

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .revenue: "REVENUE"
    case .fixed: "FIXED"
    case .ownership: "OWNERSHIP"
    }
  }
}

/// States of campaigns, offerings, auctions and claims. A pledge has the state of its campaign, an investment that of
/// its offering; a bid is OPEN until its auction is decided, then AWARDED and SPONSORING if it won, else ENDED, and
/// CANCELLED when it was refused or its auction cancelled.
public enum FundingState: UInt8, CaseIterable, Sendable {
  /// It takes money, or its money is at work.
  case open = 1
  /// The goal was reached: the money funds the resource.
  case reached = 2
  /// The goal was missed: each pledge is due to its claim key.
  case missed = 3
  /// All of it was paid out, or its time is over.
  case ended = 4
  /// Ended early: what was left is due to the claim key.
  case cancelled = 5
  /// Of an offering: it closed, and shares revenue.
  case sharing = 6
  /// Of an auction with sealed bids: it takes no more, and bids are revealed.
  case revealing = 7
  /// Of an auction: it has a winner, whose period is to come.
  case awarded = 8
  /// Of an auction: its winner's period is now.
  case sponsoring = 9

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .open: "OPEN"
    case .reached: "REACHED"
    case .missed: "MISSED"
    case .ended: "ENDED"
    case .cancelled: "CANCELLED"
    case .sharing: "SHARING"
    case .revealing: "REVEALING"
    case .awarded: "AWARDED"
    case .sponsoring: "SPONSORING"
    }
  }
}

/// Whose a missed campaign's refunds are that nobody claimed for 30 days.
public enum UnclaimedRule: UInt8, CaseIterable, Sendable {
  /// The resource's: a gift that counts as no donation.
  case resource = 0
  /// The operator's, as fees.
  case `operator` = 1

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .resource: "RESOURCE"
    case .operator: "OPERATOR"
    }
  }
}

/// What an entry of FUNDING tells of.
public enum FundingEntryKind: UInt8, CaseIterable, Sendable {
  /// A labelled donation: `detail` is its FundingModel, `instant` when it came.
  case donation = 1
  /// A matching deposit: `amount` is left of `goal`, `detail` its ratio (numerator << 32 | denominator), `count` the
  /// most it adds to one donation, `instant` its end.
  case match = 2
  /// A campaign: `amount` was pledged of `goal` in `count` pledges of at least `detail`, `instant` is its closing time.
  case campaign = 3
  /// An offering: OPEN: `amount` was raised of `goal` by `count` investments, `instant` is its closing time. SHARING,
  /// ENDED: `amount` was raised, `goal` is what it got of the revenue so far, `instant` its end (0: none). `detail` is
  /// its share of the revenue now, in millionths, and above it (from bit 32) its OfferingKind. CANCELLED as OPEN.
  case offering = 4
  /// A recipient of the provider's table: `id` is the number of the provider that gets `detail` millionths of the
  /// revenue.
  case recipient = 5
  /// An auction that has not ended: `goal` is its reserve, `amount` the best bid (of sealed bids 0 until it is decided;
  /// then the price), `count` how many bids it has, `detail` the instant at which its period begins, `instant` when its
  /// state changes by itself.
  case auction = 6

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .donation: "DONATION"
    case .match: "MATCH"
    case .campaign: "CAMPAIGN"
    case .offering: "OFFERING"
    case .recipient: "RECIPIENT"
    case .auction: "AUCTION"
    }
  }
}

/// What a line of a transcript tells.
public enum BidLineKind: UInt8, CaseIterable, Sendable {
  /// A new bid: `amount` is its money, `data` of a sealed bid its commitment, else zero.
  case bid = 1
  /// Money was added to a bid: `amount` is all of it, `data` as of BID.
  case raise = 2
  /// A sealed bid was revealed: `amount` is the bid, `data` the nonce and the key hash of its commitment.
  case reveal = 3
  /// The provider or the operator refused a bid: it counts no more. `amount` and `data` are zero.
  case refuse = 4

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .bid: "BID"
    case .raise: "RAISE"
    case .reveal: "REVEAL"
    case .refuse: "REFUSE"
    }
  }
}

/// Options of a frame. A reader skips the types that it does not know.
public enum OptionType: UInt8, CaseIterable, Sendable {
  /// Replies to DESCRIBE, STATUS, ACQUIRE and FUNDING: what the sponsor of the resource says now. 1 to 95 bytes of
  /// text.
  case bannerText = 1
  /// The same replies: where the sponsor's link leads. 1 to 95 bytes of text; nothing says that it is safe to follow.
  case bannerLink = 2

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .bannerText: "BANNER_TEXT"
    case .bannerLink: "BANNER_LINK"
    }
  }
}

/// What became of a payment.
public enum PaymentOutcome: UInt8, CaseIterable, Sendable {
  /// All of it was taken.
  case taken = 1
  /// None of it was taken.
  case notTaken = 2
  /// Not known yet.
  case notKnown = 3
  /// Some of the tokens shown were taken, by different payments: `spent` says which.
  case partlyTaken = 4
  /// Of ecash: it was taken, and what it was for could not be done. REFUND pays it out.
  case refundable = 5

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .taken: "TAKEN"
    case .notTaken: "NOT_TAKEN"
    case .notKnown: "NOT_KNOWN"
    case .partlyTaken: "PARTLY_TAKEN"
    case .refundable: "REFUNDABLE"
    }
  }
}

/// Accounts of the double-entry ledger (1 to 31, whose balances sum to zero) and counters beside it (from 32).
public enum Account: UInt16, CaseIterable, Sendable {
  /// What ISSUE created: minus the money in being.
  case operatorFloat = 1
  /// Per key epoch: notes issued and not yet taken.
  case notesOutstanding = 2
  /// Per key epoch: what was outstanding when it ended.
  case notesExpired = 3
  /// Own money in the purses of leases.
  case pursesOwn = 4
  /// Given money in the purses of leases.
  case pursesGiven = 5
  /// Money held by RESERVE.
  case reservations = 6
  /// Donation purses of resources: gifts that wait for a public lease.
  case donationPurses = 7
  /// Own money of ended leases, kept for their owners.
  case refundsDue = 8
  /// What providers earned and have not withdrawn, and units of revenue that wait to be whole shares.
  case providerEarnings = 9
  /// The operator's fees, not withdrawn.
  case operatorFees = 10
  /// What is left in open chains: own money of leases that no tick has paid yet.
  case chainDeposits = 11
  /// What is left of sponsors' deposits that match donations.
  case matchingDeposits = 12
  /// Instalments of scheduled pledges that are still to come.
  case scheduledPledges = 13
  /// Pledges to open campaigns.
  case campaignPledges = 14
  /// What holders of claim keys can collect: refunds.
  case claimsDue = 15
  /// Investments in offerings that have not closed.
  case investments = 16
  /// Revenue of investors that they have not collected.
  case investorEarnings = 17
  /// Money of bids in auctions that are not decided, and prices of periods to come.
  case bids = 18
  /// Money of leases that an agent is provisioning.
  case held = 19
  /// Minus what came in as ecash, and plus what went out, at the rates of then.
  case ecash = 20
  /// Notes that were paid in for ecash that their owners wait for.
  case payouts = 21
  /// Per key epoch: notes made.
  case notesIssuedCount = 32
  /// Per key epoch: their amounts.
  case notesIssuedAmount = 33
  /// Per key epoch: notes taken, which is the number of bits set.
  case notesTakenCount = 34
  /// Per key epoch: their amounts.
  case notesTakenAmount = 35
  /// Per key epoch from before a restore: what of its outstanding notes is refused with RESTORE_IN_PROGRESS, which is
  /// all. 0 once the operator accepted the loss.
  case notesQuarantined = 36

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .operatorFloat: "OPERATOR_FLOAT"
    case .notesOutstanding: "NOTES_OUTSTANDING"
    case .notesExpired: "NOTES_EXPIRED"
    case .pursesOwn: "PURSES_OWN"
    case .pursesGiven: "PURSES_GIVEN"
    case .reservations: "RESERVATIONS"
    case .donationPurses: "DONATION_PURSES"
    case .refundsDue: "REFUNDS_DUE"
    case .providerEarnings: "PROVIDER_EARNINGS"
    case .operatorFees: "OPERATOR_FEES"
    case .chainDeposits: "CHAIN_DEPOSITS"
    case .matchingDeposits: "MATCHING_DEPOSITS"
    case .scheduledPledges: "SCHEDULED_PLEDGES"
    case .campaignPledges: "CAMPAIGN_PLEDGES"
    case .claimsDue: "CLAIMS_DUE"
    case .investments: "INVESTMENTS"
    case .investorEarnings: "INVESTOR_EARNINGS"
    case .bids: "BIDS"
    case .held: "HELD"
    case .ecash: "ECASH"
    case .payouts: "PAYOUTS"
    case .notesIssuedCount: "NOTES_ISSUED_COUNT"
    case .notesIssuedAmount: "NOTES_ISSUED_AMOUNT"
    case .notesTakenCount: "NOTES_TAKEN_COUNT"
    case .notesTakenAmount: "NOTES_TAKEN_AMOUNT"
    case .notesQuarantined: "NOTES_QUARANTINED"
    }
  }
}

/// How a swap ended.
public enum SwapOutcome: UInt8, CaseIterable, Sendable {
  /// The mint took the proofs and signed the broker's.
  case signed = 1
  /// The mint took none of the proofs.
  case refused = 2
  /// The mint took none of the proofs, for a reason that is no payment's fault.
  case putBack = 3
  /// The same, since it had signed the broker's outputs before: where its counter stands is not known any more.
  case behind = 4
  /// The mint took none of the proofs, which took long to find out: each payment is swapped by itself from now on.
  case apart = 5

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .signed: "SIGNED"
    case .refused: "REFUSED"
    case .putBack: "PUT_BACK"
    case .behind: "BEHIND"
    case .apart: "APART"
    }
  }
}

/// Kinds of commands.
public enum CommandKind: UInt8, CaseIterable, Sendable {
  /// First command of a journal: what never changes.
  case genesis = 1
  /// Time: max(previous, clock). Fires at most `advanceTimerCountMax` timers.
  case advance = 2
  /// Changes what an operator may change at a start.
  case configure = 3
  /// A session's first request that keeps a receipt.
  case openSession = 4
  /// The broker's life begins anew from a backup. No request leads to it.
  case restore = 5
  /// A mint whose ecash is taken, in one unit. No request leads to it.
  case setMint = 6
  /// A keyset of a mint. No request leads to it.
  case setKeyset = 7
  /// Payments that wait are to be swapped at their mint. No request leads to it.
  case beginSwap = 8
  /// What the mint made of a swap. No request leads to it.
  case endSwap = 9
  /// Proofs of the broker's own are to be spent at their mint: for the payout that waits longest, or for fewer proofs.
  /// No request leads to it.
  case beginPayout = 10
  /// What the mint made of that. No request leads to it.
  case endPayout = 11
  /// What a mint says of the broker's own proofs in a keyset whose counter is not known: those that it signed and the
  /// broker has not, and those that it has and that were spent. No request leads to it.
  case reconcile = 12
  /// What a mint signed on the blank outputs of a payout that may have been carried out by a life that was lost. No
  /// request leads to it.
  case resolvePayout = 13
  /// REGISTER.
  case register = 16
  /// UPDATE.
  case update = 17
  /// ACQUIRE.
  case acquire = 33
  /// FUND.
  case fund = 34
  /// USE. It has a ReceiptKey when, and only when, it has notes (a tick is not one).
  case use = 36
  /// RESERVE.
  case reserve = 37
  /// SETTLE.
  case settle = 38
  /// GRANT_DEBIT_KEY.
  case grantDebitKey = 39
  /// RELEASE.
  case release = 41
  /// REVOKE.
  case revoke = 42
  /// TRANSFER.
  case transfer = 43
  /// OPEN_CHAIN.
  case openChain = 45
  /// CLOSE_CHAIN.
  case closeChain = 46
  /// EXCHANGE.
  case exchange = 49
  /// ISSUE.
  case issue = 50
  /// WITHDRAW.
  case withdraw = 51
  /// ROTATE.
  case rotate = 52
  /// ACCEPT_LOSS.
  case acceptLoss = 53
  /// REFUND.
  case refund = 54
  /// PAYOUT.
  case payout = 55
  /// DONATE.
  case donate = 80
  /// SPEND_DONATIONS.
  case spendDonations = 81
  /// SET_POOL.
  case setPool = 82
  /// MATCH.
  case match = 84
  /// SCHEDULE.
  case schedule = 85
  /// OPEN_CAMPAIGN.
  case openCampaign = 86
  /// PLEDGE.
  case pledge = 87
  /// CANCEL.
  case cancel = 88
  /// CLAIM.
  case claim = 89
  /// ROTATE_CLAIM.
  case rotateClaim = 90
  /// SPLIT_REVENUE.
  case splitRevenue = 96
  /// OPEN_OFFERING.
  case openOffering = 97
  /// INVEST.
  case invest = 98
  /// OPEN_AUCTION.
  case openAuction = 99
  /// BID.
  case bid = 100
  /// RAISE_BID.
  case raiseBid = 101
  /// REVEAL_BID.
  case revealBid = 102
  /// REFUSE_BID.
  case refuseBid = 103
  /// ATTACH.
  case attach = 112
  /// The connection of an agent ended, or nothing was heard of it for too long. No request leads to it.
  case detach = 113
  /// REPORT.
  case report = 114
  /// PROVISION.
  case provision = 115
  /// VOUCHER.
  case voucher = 116

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .genesis: "GENESIS"
    case .advance: "ADVANCE"
    case .configure: "CONFIGURE"
    case .openSession: "OPEN_SESSION"
    case .restore: "RESTORE"
    case .setMint: "SET_MINT"
    case .setKeyset: "SET_KEYSET"
    case .beginSwap: "BEGIN_SWAP"
    case .endSwap: "END_SWAP"
    case .beginPayout: "BEGIN_PAYOUT"
    case .endPayout: "END_PAYOUT"
    case .reconcile: "RECONCILE"
    case .resolvePayout: "RESOLVE_PAYOUT"
    case .register: "REGISTER"
    case .update: "UPDATE"
    case .acquire: "ACQUIRE"
    case .fund: "FUND"
    case .use: "USE"
    case .reserve: "RESERVE"
    case .settle: "SETTLE"
    case .grantDebitKey: "GRANT_DEBIT_KEY"
    case .release: "RELEASE"
    case .revoke: "REVOKE"
    case .transfer: "TRANSFER"
    case .openChain: "OPEN_CHAIN"
    case .closeChain: "CLOSE_CHAIN"
    case .exchange: "EXCHANGE"
    case .issue: "ISSUE"
    case .withdraw: "WITHDRAW"
    case .rotate: "ROTATE"
    case .acceptLoss: "ACCEPT_LOSS"
    case .refund: "REFUND"
    case .payout: "PAYOUT"
    case .donate: "DONATE"
    case .spendDonations: "SPEND_DONATIONS"
    case .setPool: "SET_POOL"
    case .match: "MATCH"
    case .schedule: "SCHEDULE"
    case .openCampaign: "OPEN_CAMPAIGN"
    case .pledge: "PLEDGE"
    case .cancel: "CANCEL"
    case .claim: "CLAIM"
    case .rotateClaim: "ROTATE_CLAIM"
    case .splitRevenue: "SPLIT_REVENUE"
    case .openOffering: "OPEN_OFFERING"
    case .invest: "INVEST"
    case .openAuction: "OPEN_AUCTION"
    case .bid: "BID"
    case .raiseBid: "RAISE_BID"
    case .revealBid: "REVEAL_BID"
    case .refuseBid: "REFUSE_BID"
    case .attach: "ATTACH"
    case .detach: "DETACH"
    case .report: "REPORT"
    case .provision: "PROVISION"
    case .voucher: "VOUCHER"
    }
  }
}

/// Operations.
public enum Opcode: UInt8, CaseIterable, Sendable {
  /// Opens the conversation: version, session, and the nonce of a role to be proved. First frame of a connection.
  case hello = 1
  /// Proves the role that HELLO named. Its reply, and every frame after it in both directions, ends in a MAC.
  case authenticate = 2
  /// Asks for a sign of life and the broker's time.
  case ping = 3
  /// Offers a resource.
  case register = 16
  /// Announces new terms. New leases have them at once, a live lease from the deadline it had at the announcement;
  /// units, longest, shortest, meters and policies hold at once for all. No deadline moves earlier.
  case update = 17
  /// Lists resources in the order of their ids, a page at a time.
  case list = 18
  /// Tells the terms of a resource, by id or by name.
  case describe = 19
  /// Tells how a resource is doing: units, leases, money.
  case status = 20
  /// Tells what a lease costs now. A quote binds nobody: state the shortest time you want in ACQUIRE.
  case quote = 32
  /// Takes a lease, with the money in the request. An open lease needs the resource's provider.
  case acquire = 33
  /// Adds money to a lease. With a handle of its owner it is the owner's own money, otherwise a gift; a tick's is
  /// always the owner's.
  case fund = 34
  /// Proves an owner key or a debit key once, and gives a handle for it on this connection.
  case bind = 35
  /// Debits a use: quantity x the meter's price. Without a payment, and with a tick, its own use number makes it safe
  /// to repeat; with notes it keeps a receipt and needs a session.
  case use = 36
  /// Holds money of the purse for a cost not known in advance. At its time-out all of it goes back to the purse.
  case reserve = 37
  /// Charges the actual quantity of a reservation, at the price of its RESERVE; the rest goes back to the purse.
  /// Quantity 0 gives all of it back.
  case settle = 38
  /// Lets the holder of another key debit this lease, within limits. Granting a key hash again replaces its limits and
  /// keeps what was spent; a total of 0 withdraws it.
  case grantDebitKey = 39
  /// Tells the state of a lease, to anyone.
  case check = 40
  /// Ends a lease and pays its unused own money out as a note; what is left of gifts goes to the resource's donation
  /// purse. Of a lease that ended otherwise, it collects what is due to the owner.
  case release = 41
  /// Ends a lease. Its own money is kept for its owner, who collects it with RELEASE within 30 days.
  case revoke = 42
  /// Hands a lease, with its own money, to a new owner key. Handles of the old key and all debit keys end.
  case transfer = 43
  /// Asks for pushes about a lease, about a resource and all that belongs to it, about a campaign, an offering or an
  /// auction and its claims, or about a claim. Ends with the connection.
  case subscribe = 44
  /// Opens a prepaid hash chain on a lease: `length` words of `weight` each, of which each tick releases some into the
  /// purse. The deposit, length x weight, is the payment's sum exactly, or without a payment own money of the purse.
  case openChain = 45
  /// Closes a chain: what no tick has paid goes back to the purse.
  case closeChain = 46
  /// Tells how far a chain was used.
  case checkChain = 47
  /// Tells what became of a payment: by its id, or by showing its tokens, which are not spent.
  case payment = 48
  /// Pays out, as a note, ecash that was taken and could not do what it was for; again later the same note (REPLAYED).
  /// Of an EXCHANGE that was put off and done then: its notes, once more (REPLAYED).
  case refund = 55
  /// The mints whose ecash the broker takes, and the key that ecash can be locked to so that only this broker can spend
  /// it.
  case mints = 56
  /// Takes notes and pays them out as ecash of a mint, on blank outputs of the payer's own: nobody but he can spend
  /// what becomes of them. PAYMENT and a push tell when the mint has signed, SIGNATURES what; what cannot be paid out,
  /// REFUND gives back.
  case payout = 57
  /// What the mint signed of a payout. It is worth nothing to anybody else.
  case signatures = 58
  /// What the broker has of a mint's ecash, and how that mint does.
  case treasury = 59
  /// Takes notes and makes others of the same sum: split, merge, renew, bind. To take notes bound to a lease, show a
  /// handle of its owner key.
  case exchange = 49
  /// Creates notes, which the operator sells or gives away.
  case issue = 50
  /// Pays out what the provider (or, in fees, the operator) has earned, as a note.
  case withdraw = 51
  /// Begins a new note key epoch. Notes of the one before stay valid for the validity time from now.
  case rotate = 52
  /// Ends the quarantine of notes that a restore began: what was taken after the backup can be taken once more.
  case acceptLoss = 53
  /// Tells how the broker is doing, to anyone.
  case brokerStatus = 64
  /// Gives every balance of the ledger, and the counters beside it.
  case auditFigures = 65
  /// Tells the lines of the ledger that concern a resource, or, to the operator, all of them, from the one after a line
  /// on.
  case statement = 66
  /// Gives money to a resource, a lease or a pool. Nobody can take it out again: it buys access for everyone, or for
  /// the lease.
  case donate = 80
  /// Moves money of a resource's donation purse into its public lease.
  case spendDonations = 81
  /// Makes a pool, or says which resources share it from now on. A provider's pool holds resources of its own, the
  /// operator's any.
  case setPool = 82
  /// Tells who shares a pool, by its id or by its name.
  case describePool = 83
  /// Puts down a deposit that matches each donation to a resource, numerator : denominator, while it lasts. What is not
  /// matched by its end goes back to the claim key.
  case match = 84
  /// Pledges money that goes to a resource in equal instalments. What has not been paid can be taken back with the
  /// claim key.
  case schedule = 85
  /// Opens an all-or-nothing campaign: when its goal is reached at its closing time, the pledges fund the resource;
  /// when not, each goes back to its claim key.
  case openCampaign = 86
  /// Pledges money to a campaign.
  case pledge = 87
  /// Ends a campaign, an offering or an auction before its time: each pledge, investment or bid goes back. Or a
  /// matching deposit or a schedule: what is left of it is due to its claim key.
  case cancel = 88
  /// Pays out what is due on a claim, as a note: a refund, or revenue. When nothing is due, the note that it was paid
  /// out as last, once more (REPLAYED).
  case claim = 89
  /// Gives a claim a new key: that is how it changes hands.
  case rotateClaim = 90
  /// Tells how a claim stands, to anyone.
  case checkClaim = 91
  /// Tells how a resource is funded: by whom, by which ways, and what is under way.
  case funding = 92
  /// Says who shares a resource's revenue from now on, beside its provider and investors. Replaces what was said
  /// before.
  case splitRevenue = 96
  /// Offers shares of a resource's revenue for money. What is invested funds the resource when the offering closes.
  case openOffering = 97
  /// Invests in an offering.
  case invest = 98
  /// Tells the terms of an offering and how it stands.
  case describeOffering = 99
  /// Opens an auction: whoever wins it sponsors the resource for a period, and shows a banner.
  case openAuction = 100
  /// Bids in an auction: the payment is the bid, or of a sealed one the most that it can be.
  case bid = 101
  /// Adds money to a bid.
  case raiseBid = 102
  /// Reveals a sealed bid. What was paid above it is due to its claim at once.
  case revealBid = 103
  /// Refuses a bid, for its banner say, until its period begins: all its money is due to its claim.
  case refuseBid = 104
  /// Tells the rules of an auction and how it stands.
  case describeAuction = 105
  /// Tells how a bid stands, and what it would show.
  case describeBid = 106
  /// Tells what happened in an auction, line by line: enough to find its winner anew.
  case transcript = 107
  /// Tells the notices that are kept for a claim: the latest of each kind that concerns it.
  case mailbox = 93
  /// Makes this connection that of an agent of the resource: every change of its leases is pushed (AGENT_LEASE_CHANGED)
  /// until it ends. Whoever was this agent before is told AGENT_TAKEN_OVER.
  case attach = 112
  /// Tells that the agent is there, and what its clock says.
  case heartbeat = 113
  /// Lists the leases of the agent's resource in the order of their ids, a page at a time.
  case agentLeases = 114
  /// Reports what became of provisioning a lease: READY begins its time and captures its money; FAILED ends it, and
  /// what was not used is due to its owner. Repeating it is harmless.
  case provision = 115
  /// Tells the holder of a lease where it is provided.
  case service = 116
  /// Gives the holder of a lease a ticket: what an agent that the broker cannot be asked through can check by itself.
  case ticket = 117
  /// Tells what passed through gates, and for how long they were shut while the agent was lost, which leases get back.
  /// Its own number makes it safe to repeat.
  case report = 118
  /// Debits uses of a lease, as USE does, and gives a voucher for each: what an agent that serves the use can check by
  /// itself.
  case voucher = 119

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .hello: "HELLO"
    case .authenticate: "AUTHENTICATE"
    case .ping: "PING"
    case .register: "REGISTER"
    case .update: "UPDATE"
    case .list: "LIST"
    case .describe: "DESCRIBE"
    case .status: "STATUS"
    case .quote: "QUOTE"
    case .acquire: "ACQUIRE"
    case .fund: "FUND"
    case .bind: "BIND"
    case .use: "USE"
    case .reserve: "RESERVE"
    case .settle: "SETTLE"
    case .grantDebitKey: "GRANT_DEBIT_KEY"
    case .check: "CHECK"
    case .release: "RELEASE"
    case .revoke: "REVOKE"
    case .transfer: "TRANSFER"
    case .subscribe: "SUBSCRIBE"
    case .openChain: "OPEN_CHAIN"
    case .closeChain: "CLOSE_CHAIN"
    case .checkChain: "CHECK_CHAIN"
    case .payment: "PAYMENT"
    case .refund: "REFUND"
    case .mints: "MINTS"
    case .payout: "PAYOUT"
    case .signatures: "SIGNATURES"
    case .treasury: "TREASURY"
    case .exchange: "EXCHANGE"
    case .issue: "ISSUE"
    case .withdraw: "WITHDRAW"
    case .rotate: "ROTATE"
    case .acceptLoss: "ACCEPT_LOSS"
    case .brokerStatus: "BROKER_STATUS"
    case .auditFigures: "AUDIT_FIGURES"
    case .statement: "STATEMENT"
    case .donate: "DONATE"
    case .spendDonations: "SPEND_DONATIONS"
    case .setPool: "SET_POOL"
    case .describePool: "DESCRIBE_POOL"
    case .match: "MATCH"
    case .schedule: "SCHEDULE"
    case .openCampaign: "OPEN_CAMPAIGN"
    case .pledge: "PLEDGE"
    case .cancel: "CANCEL"
    case .claim: "CLAIM"
    case .rotateClaim: "ROTATE_CLAIM"
    case .checkClaim: "CHECK_CLAIM"
    case .funding: "FUNDING"
    case .splitRevenue: "SPLIT_REVENUE"
    case .openOffering: "OPEN_OFFERING"
    case .invest: "INVEST"
    case .describeOffering: "DESCRIBE_OFFERING"
    case .openAuction: "OPEN_AUCTION"
    case .bid: "BID"
    case .raiseBid: "RAISE_BID"
    case .revealBid: "REVEAL_BID"
    case .refuseBid: "REFUSE_BID"
    case .describeAuction: "DESCRIBE_AUCTION"
    case .describeBid: "DESCRIBE_BID"
    case .transcript: "TRANSCRIPT"
    case .mailbox: "MAILBOX"
    case .attach: "ATTACH"
    case .heartbeat: "HEARTBEAT"
    case .agentLeases: "AGENT_LEASES"
    case .provision: "PROVISION"
    case .service: "SERVICE"
    case .ticket: "TICKET"
    case .report: "REPORT"
    case .voucher: "VOUCHER"
    }
  }
}

/// Pushes.
public enum PushCode: UInt8, CaseIterable, Sendable {
  /// A lease changed: to those who subscribed to it, or to its resource.
  case leaseChanged = 128
  /// A resource announced new terms.
  case resourceChanged = 129
  /// A message to funders and holders.
  case notice = 130
  /// Pushes were dropped because this connection did not read: ask CHECK and STATUS anew.
  case lagged = 131
  /// Last frame of a connection that the broker ends: why. Requests not answered before it: repeat them on a new
  /// connection.
  case goodbye = 132
  /// A lease of an agent's resource began, changed or ended.
  case agentLeaseChanged = 133
  /// A payment in ecash, or a payout, is no longer pending: to the connection of the session that made it. The same as
  /// PAYMENT tells of it.
  case paymentSettled = 134

  /// Name in the specification.
  public var specificationName: String {
    switch self {
    case .leaseChanged: "LEASE_CHANGED"
    case .resourceChanged: "RESOURCE_CHANGED"
    case .notice: "NOTICE"
    case .lagged: "LAGGED"
    case .goodbye: "GOODBYE"
    case .agentLeaseChanged: "AGENT_LEASE_CHANGED"
    case .paymentSettled: "PAYMENT_SETTLED"
    }
  }
}

/// Flags of a frame header.
public struct FrameFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt8
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Requests: a payment block follows the records. Replies and pushes: reserved.
  @inlinable public static var payment: FrameFlags { FrameFlags(rawValue: 1 << 0) }
  /// Replies: low bit of Money. Otherwise reserved.
  @inlinable public static var moneyLow: FrameFlags { FrameFlags(rawValue: 1 << 1) }
  /// Replies: high bit of Money. Otherwise reserved.
  @inlinable public static var moneyHigh: FrameFlags { FrameFlags(rawValue: 1 << 2) }
  /// Replies: the original reply to an earlier request with this number. Otherwise reserved.
  @inlinable public static var replayed: FrameFlags { FrameFlags(rawValue: 1 << 3) }
  /// An options block follows (the payment block, if there is one).
  @inlinable public static var options: FrameFlags { FrameFlags(rawValue: 1 << 4) }
  /// The frame ends in a 16-byte MAC.
  @inlinable public static var authenticated: FrameFlags { FrameFlags(rawValue: 1 << 7) }
  /// Every bit that has a meaning.
  public static let known: UInt8 = 0x9f
}

/// Policies of a resource.
public struct ResourcePolicy: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Leases of this resource take money from their owners only.
  @inlinable public static var giftsRefused: ResourcePolicy { ResourcePolicy(rawValue: 1 << 0) }
  /// USE and RESERVE may spend given money (first), not only own.
  @inlinable public static var useSpendsGiven: ResourcePolicy { ResourcePolicy(rawValue: 1 << 1) }
  /// When its public lease comes to need money, subscribers to its offerings and their claims are told (MORE_FUNDING).
  @inlinable public static var investorsAsked: ResourcePolicy { ResourcePolicy(rawValue: 1 << 2) }
  /// An agent provisions its leases: ACQUIRE makes one that is PENDING, and none while no such agent is attached.
  /// Changed only while the resource has no leases.
  @inlinable public static var agent: ResourcePolicy { ResourcePolicy(rawValue: 1 << 3) }
  /// An ACQUIRE whose ecash its mint has not answered for holds its units for 30 seconds, where no more than a tenth of
  /// all units are held so.
  @inlinable public static var unitsHeld: ResourcePolicy { ResourcePolicy(rawValue: 1 << 4) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x1f
}

/// Options of ACQUIRE.
public struct AcquireFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// An open lease: nobody owns it. The resource's provider only; the key hash is zero.
  @inlinable public static var open: AcquireFlags { AcquireFlags(rawValue: 1 << 0) }
  /// The owner takes no gifts for this lease.
  @inlinable public static var giftsRefused: AcquireFlags { AcquireFlags(rawValue: 1 << 1) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x03
}

/// Options of CLAIM.
public struct ClaimFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// End a scheduled pledge or a matching deposit first: what is left of it becomes due.
  @inlinable public static var cancel: ClaimFlags { ClaimFlags(rawValue: 1 << 0) }
  /// Pay nothing: give the note once more that the claim was paid out as last.
  @inlinable public static var again: ClaimFlags { ClaimFlags(rawValue: 1 << 1) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x03
}

/// Rules of an auction.
public struct AuctionFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The winner pays as much as the second best bid, at least the reserve; else its own bid.
  @inlinable public static var secondPrice: AuctionFlags { AuctionFlags(rawValue: 1 << 0) }
  /// Bids are commitments until they are revealed: else anyone sees them.
  @inlinable public static var sealed: AuctionFlags { AuctionFlags(rawValue: 1 << 1) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x03
}

/// What an agent does.
public struct AgentFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// It provisions leases. Without it, it only enforces them.
  @inlinable public static var provisions: AgentFlags { AgentFlags(rawValue: 1 << 0) }
  /// It reports for how long gates were shut while it was lost, until REPORT says that this was all. Without it nothing
  /// of that time is given back.
  @inlinable public static var reports: AgentFlags { AgentFlags(rawValue: 1 << 1) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x03
}

/// What a subscription wants.
public struct SubscriptionMask: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt8
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// LEASE_CHANGED and RESOURCE_CHANGED.
  @inlinable public static var changes: SubscriptionMask { SubscriptionMask(rawValue: 1 << 0) }
  /// NOTICE.
  @inlinable public static var notices: SubscriptionMask { SubscriptionMask(rawValue: 1 << 1) }
  /// Every bit that has a meaning.
  public static let known: UInt8 = 0x03
}

/// Flags of a command.
public struct CommandFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt8
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A ReceiptKey follows the header.
  @inlinable public static var receipt: CommandFlags { CommandFlags(rawValue: 1 << 0) }
  /// A VerifiedTick ends it, and it has no notes. FUND and USE only.
  @inlinable public static var tick: CommandFlags { CommandFlags(rawValue: 1 << 1) }
  /// An EcashPayment, its VerifiedProofs and its sealed bytes end it, and it has no notes.
  @inlinable public static var ecash: CommandFlags { CommandFlags(rawValue: 1 << 2) }
  /// Every bit that has a meaning.
  public static let known: UInt8 = 0x07
}

/// Of a mint.
public struct MintFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// Its ecash is taken.
  @inlinable public static var enabled: MintFlags { MintFlags(rawValue: 1 << 0) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x01
}

/// Of a keyset.
public struct KeysetFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt32
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// The mint signs with it.
  @inlinable public static var active: KeysetFlags { KeysetFlags(rawValue: 1 << 0) }
  /// Every bit that has a meaning.
  public static let known: UInt32 = 0x01
}

/// Of a payment in ecash.
public struct EcashFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt16
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// A proof is locked to a key of this broker: what was once taken must never be taken again, whatever the mint says.
  @inlinable public static var locked: EcashFlags { EcashFlags(rawValue: 1 << 0) }
  /// LOCKED too: every proof is the mint's, as its DLEQ proves, and only this broker can spend it. It is credited at
  /// once.
  @inlinable public static var proven: EcashFlags { EcashFlags(rawValue: 1 << 1) }
  /// Not to be swapped together with others.
  @inlinable public static var alone: EcashFlags { EcashFlags(rawValue: 1 << 2) }
  /// Every bit that has a meaning.
  public static let known: UInt16 = 0x07
}

/// Flags of RECONCILE.
public struct ReconcileFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt8
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// The mint signed nothing beyond: the counter is known again.
  @inlinable public static var last: ReconcileFlags { ReconcileFlags(rawValue: 1 << 0) }
  /// Every bit that has a meaning.
  public static let known: UInt8 = 0x01
}

/// Flags of RESTORE.
public struct RestoreFlags: OptionSet, Hashable, Sendable {
  /// The bits as they are sent.
  public let rawValue: UInt8
  /// The flags of `rawValue`, unknown ones included.
  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
  /// Commands after the backup may be lost: notes of earlier key epochs are quarantined, sessions are dropped.
  @inlinable public static var lossy: RestoreFlags { RestoreFlags(rawValue: 1 << 0) }
  /// Every bit that has a meaning.
  public static let known: UInt8 = 0x01
}
