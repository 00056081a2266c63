public import WireProtocol

/// Why a request has no receipt, and where its money is.
///
/// `money` is the field to look at first: `none` (the request moved no money), `notTaken` (every note is as good as before),
/// `taken` (the broker has it), `notKnown` (repeat the request with the same `number`, or ask with
/// `TurnpikeClient.payment(showing:)`; a `Wallet` does that by itself).
public struct TurnpikeError: Error, Hashable, Sendable {
  /// What went wrong.
  public enum Reason: Hashable, Sendable {
    /// The broker answered with a refusal.
    case refused(Status)
    /// The broker answered with a refusal of a later version, which this one has no word for.
    case refusedByUnknown(status: UInt16)
    /// No connection could be made: the system's words.
    case cannotConnect(String)
    /// The deadline of the request passed before its reply came.
    case deadlineExceeded
    /// The caller's task was cancelled.
    case cancelled
    /// The client was closed.
    case closed
    /// The broker ended the connection for good, for this reason.
    case goodbye(Status)
    /// This is another broker than the one the session is with, or that broker began anew: their incarnations.
    case anotherBroker(expected: UInt64, found: UInt64)
    /// What the broker sent is not the protocol.
    case protocolViolation(String)
    /// More requests wait than a client keeps.
    case tooManyRequests
    /// The outcome of this request of the session is not known yet, and no broker keeps receipts that far behind: repeat it first.
    case waitsFor(request: UInt64)
    /// An argument that no broker would take.
    case invalidArgument(String)
    /// The wallet's file, or what is in it.
    case wallet(String)
    /// The credential's file, or what is in it.
    case credential(String)
    /// What a mint that was asked said or did, after its URL.
    case mint(String)
    /// The operating system gave no thread, descriptor or random bytes.
    case system(String)
  }

  /// What went wrong.
  public var reason: Reason
  /// Where the money of the request is.
  public var money: Money
  /// The operation, when one was asked for.
  public var operation: Opcode?
  /// The request's number in its session; 0 when it has none.
  public var number: UInt64
  /// As the status says; 0 else. Of a USE whose outcome is not known: its use number.
  public var detail: UInt64
  /// Which token of the payment was at fault.
  public var token: Int?
  /// Which field was at fault, as an offset in the frame.
  public var field: Int?
  /// What the caller named that the broker does not know, for people.
  public var subject: String?

  /// An error with the details that are known.
  public init(
    _ reason: Reason, money: Money = .none, operation: Opcode? = nil, number: UInt64 = 0, detail: UInt64 = 0,
    token: Int? = nil, field: Int? = nil
  ) {
    self.reason = reason
    self.money = money
    self.operation = operation
    self.number = number
    self.detail = detail
    self.token = token
    self.field = field
  }

  /// Whether the broker itself said no, so that `money` is its word.
  public var isRefusal: Bool {
    switch reason {
    case .refused, .refusedByUnknown: true
    default: false
    }
  }

  /// The broker's status, when it refused or said goodbye.
  public var status: Status? {
    switch reason {
    case .refused(let status), .goodbye(let status): status
    default: nil
    }
  }
}

extension TurnpikeError: CustomStringConvertible {
  /// One line for people: what happened, and where the money is.
  public var description: String {
    var text = operation.map { "\($0.specificationName): " } ?? ""
    if let subject { text += "\(subject): " }
    switch reason {
    case .refused(let status): text += "\(words(of: status)) [\(status.specificationName)]"
    case .refusedByUnknown(let status): text += "refused with status \(status), which this version does not know"
    case .cannotConnect(let why): text += "cannot connect: \(why)"
    case .deadlineExceeded: text += "no answer before the deadline"
    case .cancelled: text += "cancelled"
    case .closed: text += "the client was closed"
    case .goodbye(let status):
      text += "the broker ended the connection: \(status.explanation(detail: detail)) [\(status.specificationName)]"
    case .anotherBroker(let expected, let found):
      text += "this is another broker, or it was restored: its incarnation is \(found), and not \(expected)"
    case .protocolViolation(let what): text += "the broker does not speak the protocol: \(what)"
    case .tooManyRequests: text += "too many requests wait for their replies"
    case .waitsFor(let request): text += "the outcome of request \(request) has to be learnt first"
    case .invalidArgument(let what): text += what
    case .wallet(let what): text += "wallet: \(what)"
    case .credential(let what): text += "credential: \(what)"
    case .mint(let what): text += "the mint \(what)"
    case .system(let what): text += "system: \(what)"
    }
    if let token, status?.isOfEcash != true { text += "; note number \(token + 1) of the payment" }
    if operation == .payout, status == .paymentPending {
      return text + "; the notes were taken, and the ecash of payout \(detail) is not here yet"
    }
    return text + money.sentence
  }
}

extension TurnpikeError {
  /// What a refusal means, where it means more of this operation than of any.
  private func words(of status: Status) -> String {
    switch (status, operation) {
    case (.notAuthorized, _): neededRole
    case (.keyWrong, .claim), (.keyWrong, .rotateClaim): "the key is not the claim's"
    case (.leaseUnknown, .spendDonations): "the resource has no public lease now"
    case (.amountInvalid, .pledge): "a pledge to this campaign is \(NumberText.grouped(detail)) at least"
    case (.amountInvalid, .match): "the broker takes \(NumberText.grouped(detail)) at least"
    case (.amountInvalid, .schedule): "the broker takes \(NumberText.grouped(detail)) at least for so many instalments"
    case (.amountInvalid, .invest):
      detail == 0
        ? "less than the offering's unit"
        : "too little, or no multiple of the offering's unit; the nearest is \(NumberText.grouped(detail))"
    case (.amountInvalid, .openOffering): "an amount is zero or too large, or the unit is above the cap"
    case (.quantityInvalid, .openOffering): "there are no tiers, one is zero, or they are out of order"
    case (.quantityInvalid, .splitRevenue): "a share or provider is zero, stands there twice, or is the resource's own"
    case (.termsInvalid, .openOffering): "a duration, share or return is zero or too large, or not one of its kind"
    case (.amountInvalid, .openAuction): "the reserve or the increment is zero or too large"
    case (.amountInvalid, .bid), (.amountInvalid, .raiseBid):
      "the broker takes \(NumberText.grouped(detail)) at least"
    case (.amountInvalid, .revealBid): "the bid is zero, or more than its money, which is \(NumberText.grouped(detail))"
    case (.termsInvalid, .openAuction):
      "a duration or the forfeit is zero or too large, or not one of its kind, or the period begins before it is decided"
    case (.fundingLimit, .bid), (.fundingLimit, .raiseBid):
      "the auction has \(NumberText.grouped(detail)) bids and raises, as many as it may"
    case (.bidTooLow, .raiseBid):
      "that raise is too low; with what was bid before at least \(NumberText.grouped(detail)) is accepted now"
    case (.commitmentWrong, .bid), (.commitmentWrong, .raiseBid):
      "a sealed auction takes sealed bids only, and an open one takes none"
    case (.commitmentWrong, .revealBid): "that is not what was committed to"
    case (.fundingClosed, .revealBid):
      "a sealed bid is revealed once, after its auction closed and before \(InstantText.encode(detail))"
    case (.fundingClosed, .refuseBid): "a bid is refused until its period begins, and once"
    case (.amountInvalid, .payout):
      detail == 0
        ? "that is no whole number of the mint's unit, or too little"
        : "that is no whole number of the mint's unit, or too little; \(NumberText.grouped(detail)) can be paid out"
    case (.paymentRefundable, .payout): "it could not be paid out"
    case (.keyWrong, .refund): "it is another's: what was locked to a lease is given back to the lease's owner"
    // Of notes it names one.
    case (.restoreInProgress, .payout) where token == nil:
      "the broker was restored from a backup, and pays nothing out until its operator has accepted what that lost"
    case (.nothingDue, .refund): "it was taken for what it was for, or was not taken"
    case (.quantityInvalid, .payout): "it takes more coins than blank outputs"
    case (.keysetUnknown, .payout): "the mint signs nothing now"
    case (.mintRefused, .payout): "the mint would not sign it"
    case (.fundingClosed, .donate): "the pool has no resources"
    case (.fundingClosed, .cancel): "it is not open any more"
    default: status.explanation(detail: detail)
    }
  }

  private var neededRole: String {
    switch operation {
    case .issue, .rotate, .acceptLoss, .auditFigures, .statement, .treasury: "this needs the operator's credential"
    case .register, .update, .acquire, .spendDonations, .openCampaign, .openOffering, .splitRevenue, .openAuction:
      "this needs the credential of the resource's provider"
    default: Status.notAuthorized.explanation(detail: detail)
    }
  }
}

extension Money {
  /// Where the money is, as the end of a line.
  var sentence: String {
    switch self {
    case .none: ""
    case .notTaken: "; no money was taken"
    case .taken: "; the money was taken"
    case .notKnown: "; whether the money was taken is not known yet"
    }
  }
}
