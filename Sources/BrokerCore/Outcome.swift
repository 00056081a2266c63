public import WireProtocol

/// What became of one command: what its reply's header says, and for a refusal what its body says.
public struct Outcome: Hashable, Sendable {
  /// OK, or why it was refused.
  public var status: Status
  /// Where the money of the request is.
  public var money: Money
  /// Whether the reply is the original one of an earlier command with the same number.
  public var isReplayed: Bool
  /// As the status says.
  public var detail: UInt64
  /// Number of the token that was refused; 0xFF: none.
  public var token: UInt8
  /// Offset within the *request's fixed part* of the field that was refused; 0xFFFF: none.
  public var field: UInt16
  /// Bytes of the fixed reply that were written.
  public var replyByteCount: Int

  /// An accepted command.
  @inline(__always) static func ok(_ money: Money, replyByteCount: Int = 0, isReplayed: Bool = false) -> Outcome {
    Outcome(
      status: .ok, money: money, isReplayed: isReplayed, detail: 0, token: 0xFF, field: 0xFFFF,
      replyByteCount: replyByteCount)
  }

  /// A refused command. `money` is set by the dispatcher, which knows whether the command moves any.
  @inline(__always)
  static func refused(_ status: Status, detail: UInt64 = 0, token: UInt8 = 0xFF, field: UInt16 = 0xFFFF) -> Outcome {
    Outcome(
      status: status, money: .notTaken, isReplayed: false, detail: detail, token: token, field: field,
      replyByteCount: 0)
  }

  /// What a command with ecash comes to, when it would be accepted with notes instead: before it changes anything.
  static let putOff = refused(.paymentPending)

  /// The same with another word on the money.
  func with(_ money: Money) -> Outcome {
    var outcome = self
    outcome.money = money
    return outcome
  }
}

/// What a read gives: the fixed reply, or why not.
public enum Answer<Reply: Sendable>: Sendable {
  case reply(Reply)
  case refused(Outcome)
}

/// Something that subscribers may want to hear of.
public enum Effect: Hashable, Sendable {
  case leaseChanged(LeaseChangedPush)
  case resourceChanged(ResourceChangedPush)
  case notice(NoticePush)
  /// A debit moved the deadline of a lease that an agent provisions, and nothing else.
  case deadlineMoved(lease: UInt64, resource: UInt64)
  /// A payment in ecash that was pending no longer is: to whoever holds the session that made it.
  case paymentSettled(PaymentSettledPush, session: UInt64)
}
