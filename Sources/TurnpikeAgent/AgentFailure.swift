internal import CTurnpikeAgent
internal import WireProtocol

/// Why a call came to nothing. Those from `clockWrong` to `goodbye` end the connection, and gates stay as the clock says.
public enum AgentFailure: Error, Hashable, Sendable {
  /// The caller's mistake; nothing was done.
  case argumentWrong
  /// Not in this state; nothing was done. Of a report: another agent provides the lease.
  case notNow
  /// No such lease is known.
  case leaseUnknown
  /// There were no random bytes, or there was no memory for a key.
  case noSecret
  /// The system gave no thread or timer.
  case noSystem
  /// The agent was closed.
  case closed

  /// The clock was 0, or went back: every gate is shut, until the program is started anew.
  case clockWrong
  /// A length that no frame has. Whoever speaks there is no broker.
  case frameLength
  /// A frame does not fit the buffer.
  case frameTooLong
  /// A frame is not as the specification says.
  case frameWrong
  /// A frame has no MAC, or a wrong one.
  case macWrong
  /// A reply to nothing that was asked, a push out of its order, or a lease counted from a stamp that was never told.
  case replyWrong
  /// Nothing was answered for too long.
  case replyLate
  /// The broker refused what an agent cannot do without.
  case refused(status: UInt16)
  /// The broker ended the connection.
  case goodbye(status: UInt16)

  /// A ticket, or a voucher, of another resource or agent, or of a start before this one.
  case ticketNotOurs
  /// A ticket, or a voucher, that this broker did not give.
  case ticketForged
  /// One that was given longer ago than is allowed, or after what the clock says.
  case ticketStamp
  /// One whose time is over, or that gives none.
  case ticketOver
  /// A ticket that later news overrules.
  case ticketFenced
  /// The answer to the challenge is wrong.
  case proofWrong
  /// A voucher that was taken before.
  case voucherTaken
  /// There is no room to note that the voucher was taken: it may be taken later.
  case vouchersFull

  /// Nil when it is none.
  init?(_ result: turnpike_result, brokerStatus: UInt16) {
    switch result {
    case TURNPIKE_RESULT_OK: return nil
    case TURNPIKE_RESULT_ARGUMENT_WRONG: self = .argumentWrong
    case TURNPIKE_RESULT_NOT_NOW: self = .notNow
    case TURNPIKE_RESULT_LEASE_UNKNOWN: self = .leaseUnknown
    case TURNPIKE_RESULT_FRAME_LENGTH: self = .frameLength
    case TURNPIKE_RESULT_FRAME_TOO_LONG: self = .frameTooLong
    case TURNPIKE_RESULT_FRAME_WRONG: self = .frameWrong
    case TURNPIKE_RESULT_MAC_WRONG: self = .macWrong
    case TURNPIKE_RESULT_REPLY_WRONG: self = .replyWrong
    case TURNPIKE_RESULT_REPLY_LATE: self = .replyLate
    case TURNPIKE_RESULT_REFUSED: self = .refused(status: brokerStatus)
    case TURNPIKE_RESULT_GOODBYE: self = .goodbye(status: brokerStatus)
    case TURNPIKE_RESULT_TICKET_NOT_OURS: self = .ticketNotOurs
    case TURNPIKE_RESULT_TICKET_FORGED: self = .ticketForged
    case TURNPIKE_RESULT_TICKET_STAMP: self = .ticketStamp
    case TURNPIKE_RESULT_TICKET_OVER: self = .ticketOver
    case TURNPIKE_RESULT_TICKET_FENCED: self = .ticketFenced
    case TURNPIKE_RESULT_PROOF_WRONG: self = .proofWrong
    case TURNPIKE_RESULT_VOUCHER_TAKEN: self = .voucherTaken
    case TURNPIKE_RESULT_VOUCHERS_FULL: self = .vouchersFull
    // What is not known shuts every gate, as a broken clock does.
    default: self = .clockWrong
    }
  }
}

extension AgentFailure: CustomStringConvertible {
  /// In words.
  public var description: String {
    switch self {
    case .argumentWrong: "an argument is wrong"
    case .notNow: "not in this state"
    case .leaseUnknown: "no such lease"
    case .noSecret: "the system gave no random bytes or no memory for a key"
    case .noSystem: "the system gave no thread or timer"
    case .closed: "the agent was closed"
    case .clockWrong: "the clock went back: every gate is shut until the agent is started anew"
    case .frameLength: "this is no broker: a length that no frame has"
    case .frameTooLong: "a frame that is too long"
    case .frameWrong: "a frame that is not as it should be"
    case .macWrong: "a message was altered on its way, or the credential is not this broker's"
    case .replyWrong: "an answer to nothing that was asked"
    case .replyLate: "the broker answers nothing"
    case .refused(let status): "the broker refused: \(Self.name(status))"
    case .goodbye(let status): "the broker ended the connection: \(Self.name(status))"
    case .ticketNotOurs: "a ticket or voucher for another agent, or of a start before this one"
    case .ticketForged: "a ticket or voucher that the broker did not give"
    case .ticketStamp: "a ticket that is too old, or a ticket or voucher that is not good yet"
    case .ticketOver: "a ticket or voucher whose time is over"
    case .ticketFenced: "a ticket that is no longer true"
    case .proofWrong: "a wrong answer to the challenge"
    case .voucherTaken: "a voucher that was taken before"
    case .vouchersFull: "there is no room to note that the voucher was taken"
    }
  }

  private static func name(_ status: UInt16) -> String { Status(rawValue: status)?.specificationName ?? "\(status)" }
}
