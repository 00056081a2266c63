/// What a voucher pays for, whatever becomes of the lease.
public struct VoucherUse: Hashable, Sendable {
  /// The lease that paid.
  public var lease: UInt64
  /// The voucher's number: no other one of the resource has it.
  public var serial: UInt64
  /// The last instant at which it can be taken.
  public var until: UInt64
  /// Which of the resource's meters, 0 to 3.
  public var meter: UInt8
  /// How many of the meter's units it pays for.
  public var quantity: UInt64
  /// What was paid for them.
  public var charged: UInt64
}
