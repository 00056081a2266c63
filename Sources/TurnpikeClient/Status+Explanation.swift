public import WireProtocol

extension Status {
  /// Whether it is about the ecash that was paid with.
  public var isOfEcash: Bool {
    switch self {
    case .mintUnknown, .keysetUnknown, .ecashInvalid, .ecashSpent, .ecashInUse, .ecashLocked, .mintRefused,
      .treasuryFull:
      true
    default: false
    }
  }

  /// The status in words, with what `detail` says. Amounts are in the broker's unit, instants in milliseconds since 1970.
  public func explanation(detail: UInt64) -> String {
    switch self {
    case .ok: "done"
    case .malformed: "the lengths inside the request do not add up"
    case .unknownOpcode: "this broker does not know the operation"
    case .reservedBits: "a reserved field, flag or value was set"
    case .frameLength: "the request is too long or too short"
    case .helloFirst: "the connection has not said HELLO"
    case .helloTwice: "the connection has already said HELLO"
    case .versionUnsupported: "no protocol version in common; the broker's newest is \(detail)"
    case .notAuthorized: "this needs a role that was not proved: use the credential of the provider or operator"
    case .authenticationFailed: "the credential is not the current one of this broker"
    case .macInvalid: "a message was altered on its way"
    case .sessionRequired: "this needs a session"
    case .sessionTakenOver: "another process resumed this session"
    case .sessionLimit: "the broker keeps as many sessions as it can"
    case .numberConflict: "the request's number was already used for another request"
    case .receiptNotKept: "the receipt is no longer kept; if the request was ever done, it was paid"
    case .windowExceeded: "too many requests of the session are not acknowledged"
    case .connectionLimit: "the broker has as many connections as it can"
    case .handleLimit: "the connection has as many handles as it may"
    case .subscriptionLimit: "no further subscription is possible"
    case .idle: "the connection was idle for too long"
    case .frameStalled: "a request was begun and not finished in time"
    case .draining: "the broker is shutting down"
    case .slowReader: "replies were not read for too long"
    case .agentAbsent: "no agent is there that could provide it"
    case .leasePending: "the lease waits for its agent, until \(InstantText.encode(detail))"
    case .epochStale: "the lease has another epoch: \(detail)"
    case .agentTakenOver: "another connection is this agent now"
    case .paymentRequired, .paymentNotAllowed, .paymentMalformed, .railUnknown, .railsMixed, .noteForged,
      .noteEpochUnknown, .noteExpired, .noteSpent, .noteRepeated, .noteBound, .restoreInProgress, .amountInvalid,
      .amountOverflow, .fundsInsufficient, .chainUnknown, .chainTaken, .chainLimit, .tickForged, .tickSpent, .tickAhead:
      moneyExplanation(detail)
    case .resourceUnknown: "no such resource"
    case .leaseUnknown: "no such lease"
    case .leaseEnded:
      "the lease has ended\(LeaseState(rawValue: UInt8(clamping: detail)).map { ": \($0.specificationName)" } ?? "")"
    case .leaseSuspended:
      "the lease is suspended\(detail == 0 ? "" : " and kept until \(InstantText.encode(detail))"): fund it first"
    case .leaseOpen: "an open lease has no owner"
    case .unitsUnavailable: "not as many units are free"
    case .unitsInvalid: "the resource has \(NumberText.grouped(detail)) units"
    case .tooShort: "the payment buys too little time; at least \(NumberText.grouped(detail)) is needed"
    case .tooLong: "the lease would be funded too far ahead; at most \(NumberText.grouped(detail)) is accepted now"
    case .keyWrong: "the key is not the right one"
    case .handleUnknown: "the key is no longer valid for this lease"
    case .giftsRefused: "it takes no gifts"
    case .meterUnknown: "the resource has no such meter"
    case .quantityInvalid: "the quantity is zero or too large"
    case .useNumberStale: "the use number is too far below \(detail)"
    case .debitLimit: "the debit key's limit still allows \(NumberText.grouped(detail))"
    case .debitKeyLimit: "no further debit key is possible"
    case .reservationUnknown: "no such open reservation"
    case .reservationLimit: "no further reservation is possible"
    case .termsInvalid: "a price, period or duration is zero, too large or out of order"
    case .nameInvalid: "the name is not 1 to 31 bytes of text"
    case .nameTaken: "the name is taken"
    case .termsChangePending:
      "\(NumberText.grouped(detail)) leases still run on the terms before the current ones, or live, where an agent is to come or go"
    case .epochLimit: "as many note key epochs are valid as can be"
    case .noSpace: "the broker is full"
    case .fundingUnknown, .fundingClosed, .fundingLimit, .nothingDue, .capExceeded, .sharesExceeded, .bidTooLow,
      .commitmentWrong, .periodTaken:
      fundingExplanation(detail)
    case .paymentPending, .paymentRefundable, .paymentUnknown, .mintUnknown, .keysetUnknown, .ecashInvalid, .ecashSpent,
      .ecashInUse, .ecashLocked, .mintRefused, .swapUnderWay, .treasuryShort, .treasuryFull, .countersUnknown:
      ecashExplanation(detail)
    case .moved: "another broker of the group, slot \(detail), serves this"
    case .notLeader: "this broker is not the leader of its group now"
    case .outcomeUnknown: "the outcome could not be learnt"
    }
  }

  private func moneyExplanation(_ detail: UInt64) -> String {
    switch self {
    case .paymentRequired: "a payment is needed"
    case .paymentNotAllowed: "no payment is taken for this"
    case .paymentMalformed: "the payment is not of its form"
    case .railUnknown: "this broker does not take this kind of money for this"
    case .railsMixed: "one payment holds kinds of money that cannot be together"
    case .chainUnknown: "the lease has no open chain of this number"
    case .chainTaken: "the lease has an open chain of this number already"
    case .chainLimit: "no further chain is possible"
    case .tickForged: "the word is not one of the chain"
    case .tickSpent: "word \(detail) of the chain was shown already"
    case .tickAhead: "the chain can be paid with up to word \(detail) now"
    case .noteForged: "the note is not one of this broker, or of a life of it that is lost"
    case .noteEpochUnknown: "the note's key epoch is not one of this broker"
    case .noteExpired: "the note has expired"
    case .noteSpent: "the note was already spent"
    case .noteRepeated: "the note stands in the payment twice"
    case .restoreInProgress:
      "the broker was restored from a backup, and whether the money was spent since is not known: keep it until the operator says"
    case .noteBound: "the note is bound to lease \(detail)"
    case .amountInvalid:
      detail == 0 ? "the amount is zero or does not match" : "the right amount is \(NumberText.grouped(detail))"
    case .amountOverflow: "the amount is larger than the broker can keep"
    default: "the money does not suffice; \(NumberText.grouped(detail)) is needed"
    }
  }

  private func ecashExplanation(_ detail: UInt64) -> String {
    switch self {
    case .paymentPending: "the mint is being asked about payment \(detail)"
    case .paymentRefundable:
      "the ecash was taken, but what it was for can no longer be done\(detail == 0 ? "" : ": payment \(detail) can be refunded")"
    case .paymentUnknown: "no such payment in ecash or payout, or none that is kept any more"
    case .mintUnknown: "this broker takes no ecash of that mint, or not in that unit"
    case .keysetUnknown: "the mint's keyset is not known here, or not in use"
    case .ecashInvalid: "the ecash is none of its mint's"
    case .ecashSpent: "the ecash was spent before"
    case .ecashInUse: "the ecash is in payment \(detail) already"
    case .ecashLocked: "the ecash is locked, and not to this broker, or to this lease here"
    case .treasuryFull: "the broker takes only \(NumberText.grouped(detail)) more of the mint's unit"
    case .treasuryShort: "the broker has only \(NumberText.grouped(detail)) of the mint's unit to pay out"
    case .swapUnderWay: "a swap at this mint has not ended"
    case .countersUnknown: "what the mint has signed of the broker's own proofs must be asked first"
    default: "the mint did not take the ecash"
    }
  }

  private func fundingExplanation(_ detail: UInt64) -> String {
    switch self {
    case .fundingUnknown: "no such pool, campaign, offering, auction or claim"
    case .fundingClosed:
      "it takes no more money\(detail == 0 ? "" : ": its closing time is \(InstantText.encode(detail)), or it was ended")"
    case .capExceeded: "the offering takes \(detail == 0 ? "no more" : "only \(NumberText.grouped(detail)) more")"
    case .sharesExceeded: "that is more than all of the resource's revenue; \(PercentText.encode(detail)) are left"
    case .bidTooLow: "that bid is too low; at least \(NumberText.grouped(detail)) is accepted now"
    case .commitmentWrong:
      "a sealed bid needs a commitment, an open one has none, and only what was committed to is revealed"
    case .periodTaken: "auction \(detail) is for a time within this period"
    case .fundingLimit: "the resource has \(NumberText.grouped(detail)) of these, as many as it may"
    default: "nothing is due on the claim\(detail == 0 ? "" : " before \(InstantText.encode(detail))")"
    }
  }
}
