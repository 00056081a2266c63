/// Records that follow a fixed part.
public struct RecordLayout: Sendable {
  /// Bytes of one record; 0: there are none.
  public let byteCount: Int
  /// Offset, within the fixed part, of the 16-bit field that counts them.
  public let countOffset: Int
  /// Most that may follow.
  public let countMax: Int

  @inlinable static var none: RecordLayout { RecordLayout(byteCount: 0, countOffset: 0, countMax: 0) }

  @inlinable init(byteCount: Int, countOffset: Int, countMax: Int) {
    self.byteCount = byteCount
    self.countOffset = countOffset
    self.countMax = countMax
  }
}

/// Who may ask for an operation.
public enum RoleRule: Sendable {
  case anyone, provider, `operator`, providerOrOperator, agent
}

/// Whether a request carries a payment. `question`: it may show one that is not spent.
public enum PaymentRule: Sendable {
  case none, optional, required, question
}

/// Sizes and rules of one operation, from the schema. Inlined, so that who asks for one of them pays for that one.
public struct OperationLayout: Sendable {
  /// Bytes of the request's fixed part.
  public let requestByteCount: Int
  /// Records of the request.
  public let requestRecords: RecordLayout
  /// Bytes of the reply's fixed part.
  public let replyByteCount: Int
  /// Records of the reply.
  public let replyRecords: RecordLayout
  /// Who may ask.
  public let role: RoleRule
  /// Whether the session keeps a receipt, so that a repeat gives the original reply.
  public let keepsReceipt: Bool
  /// Whether it carries a payment.
  public let payment: PaymentRule

  @inlinable init(
    requestByteCount: Int, requestRecords: RecordLayout, replyByteCount: Int, replyRecords: RecordLayout,
    role: RoleRule, keepsReceipt: Bool, payment: PaymentRule
  ) {
    self.requestByteCount = requestByteCount
    self.requestRecords = requestRecords
    self.replyByteCount = replyByteCount
    self.replyRecords = replyRecords
    self.role = role
    self.keepsReceipt = keepsReceipt
    self.payment = payment
  }
}

/// Sizes of one command of the journal, from the schema.
public struct CommandLayout: Sendable {
  /// Bytes of the fixed part.
  public let byteCount: Int
  /// Records that follow it.
  public let records: RecordLayout
  /// Whether it has a ReceiptKey; with an optional payment: exactly when it has notes.
  public let keepsReceipt: Bool
  /// Whether notes follow.
  public let payment: PaymentRule

  @inlinable init(byteCount: Int, records: RecordLayout, keepsReceipt: Bool, payment: PaymentRule) {
    self.byteCount = byteCount
    self.records = records
    self.keepsReceipt = keepsReceipt
    self.payment = payment
  }
}
