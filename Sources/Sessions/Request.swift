import WireProtocol

/// A request that lies in a frame, from where its fields are read.
///
/// Lent and not copied: reading at once in one piece what was just written in many waits for all of the writing. (The compiler still moves it
/// once, after the walk.)
struct Request: ~Copyable {
  /// Where its parts lie, and whether its form is right.
  private(set) var layout = FrameLayout()

  /// The request of a whole frame.
  @inline(__always) init(_ frame: RawSpan) { layout.walk(frame, .request) }

  /// Of an operation that there is, when the form is right.
  @inline(__always) var opcode: Opcode { layout.opcode ?? .ping }
  var number: UInt64 { layout.header.number }
  var window: UInt16 { layout.header.word }
  /// Whether the session keeps a receipt of it.
  var keepsReceipt: Bool { opcode.keepsReceipt(layout) }
}

extension Opcode {
  /// Whether the session keeps a receipt of a request: always, never, or (USE) when notes pay for it. A tick has an index of its
  /// own, which makes it safe to repeat.
  func keepsReceipt(_ frame: FrameLayout) -> Bool {
    layout.keepsReceipt || (self == .use && frame.hasPayment && !frame.beginsWithTick)
  }

  /// Whether a refusal must say where the money is, also when no payment was attached.
  var movesMoney: Bool {
    switch self {
    case .acquire, .fund, .use, .reserve, .settle, .release, .revoke, .openChain, .closeChain, .exchange, .issue,
      .withdraw, .donate, .spendDonations, .match, .schedule, .pledge, .invest, .bid, .raiseBid, .revealBid,
      .refuseBid, .cancel, .claim, .voucher, .refund, .payout:
      true
    case .hello, .authenticate, .ping, .register, .update, .list, .describe, .status, .quote, .bind, .grantDebitKey,
      .check, .transfer, .subscribe, .checkChain, .payment, .mints, .signatures, .treasury, .rotate, .acceptLoss,
      .brokerStatus, .auditFigures, .setPool, .describePool, .openCampaign, .rotateClaim, .checkClaim, .funding,
      .splitRevenue, .openOffering, .describeOffering, .openAuction, .describeAuction, .describeBid, .transcript,
      .mailbox, .statement, .attach, .heartbeat, .agentLeases, .provision, .service, .ticket, .report:
      false
    }
  }
}

/// How a request ended, if its reply was not written by whoever carried it out.
struct Verdict {
  var status: Status
  var detail: UInt64 = 0
  var token = Refusal.noToken
  var field = Refusal.noField
  var money: Money?

  init(
    _ status: Status, detail: UInt64 = 0, token: UInt8 = Refusal.noToken, field: UInt16 = Refusal.noField,
    money: Money? = nil
  ) {
    self.status = status
    self.detail = detail
    self.token = token
    self.field = field
    self.money = money
  }
}
