import WireProtocol

/// A request whose form is right and that this connection may make; its fields are read where they lie in the frame.
struct Request {
  let opcode: Opcode
  let number: UInt64
  let window: UInt16
  /// Where its parts lie.
  let layout: FrameLayout

  /// Where the money of a refusal is: in the client's hands, if it was about money at all.
  var moneyIfRefused: Money {
    layout.hasPayment || opcode.layout.keepsReceipt || opcode == .use ? .notTaken : .none
  }

  /// Whether the session keeps a receipt of it: always, never, or (USE) when it carries a payment.
  var keepsReceipt: Bool { opcode.layout.keepsReceipt || (opcode == .use && layout.hasPayment) }
}

/// How a request ended, if its reply was not written by whoever carried it out.
struct Verdict {
  var status: Status
  var detail: UInt64 = 0
  var token = Refusal.noToken
  var field = Refusal.noField
  var money: Money?

  init(_ status: Status, detail: UInt64 = 0, token: UInt8 = Refusal.noToken, field: UInt16 = Refusal.noField, money: Money? = nil) {
    self.status = status
    self.detail = detail
    self.token = token
    self.field = field
    self.money = money
  }
}
