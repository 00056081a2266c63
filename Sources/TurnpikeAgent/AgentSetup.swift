public import TurnpikeClient

/// Which agent it is, and how much it keeps.
public struct AgentSetup: Sendable {
  /// What `turnpiked key --role agent --id RESOURCE` prints: it names the resource.
  public var credential: Credential
  /// Which of the resource's agents this is, 1 to 8.
  public var number: UInt32
  /// Whether it also provides what is leased.
  public var provisions: Bool
  /// Leases that it keeps, 1 to `AgentLimits.leaseCountMax`. Their memory, 72 bytes for each (120 with `reports`), is taken at once.
  public var leaseCapacity: Int
  /// How long ago a ticket may have been given.
  public var ticketAgeMilliseconds: UInt64 = 60 * 60 * 1000
  /// How often all leases are asked for.
  public var listingMilliseconds: UInt64 = 5 * 60 * 1000
  /// Whether it reports what `count` is told of, and for how long gates were shut in outages, which pays time back: only for who shuts
  /// them by the clock, and whose gates are shut whenever it does not run.
  public var reports = false
  /// How often what was counted is reported.
  public var reportMilliseconds: UInt32 = 10_000
  /// Vouchers that it can have taken of those whose time is not over, 0 to `AgentLimits.voucherCountMax`. Their memory, 16 bytes for each,
  /// is taken at once.
  public var voucherCapacity = 1024

  /// A setup of these, and else as usual.
  public init(credential: Credential, number: UInt32 = 1, provisions: Bool = true, leaseCapacity: Int = 1024) {
    self.credential = credential
    self.number = number
    self.provisions = provisions
    self.leaseCapacity = leaseCapacity
  }
}
