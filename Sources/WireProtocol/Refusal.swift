/// Nothing to blame, and the refusals that the broker makes.
extension Refusal {
  /// `token`: no token is to blame.
  public static let noToken: UInt8 = 0xFF
  /// `field`: no field is to blame.
  public static let noField: UInt16 = 0xFFFF

  /// A refusal that blames no token, and no field unless one is named.
  public init(detail: UInt64 = 0, field: UInt16 = Refusal.noField) {
    self.init(detail: detail, token: Refusal.noToken, field: field)
  }
}
