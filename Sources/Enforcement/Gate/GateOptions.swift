public import EventLoop

/// How a gate stands in front of a service.
public struct GateOptions: Hashable, Sendable {
  /// The service. A host may be a name; it is looked up for each connection.
  public var upstream: Endpoint
  /// The numeric address at which it listens.
  public var listenHost: String
  /// The ports that it may take, one for each lease; nil: any free ones.
  public var ports: ClosedRange<UInt16>?
  /// The host as holders of leases see it: the endpoint of a lease is this and its port.
  public var publicHost: String
  /// Bytes a second, of both ways together and for each unit, of a lease that is throttled.
  public var throttledBytesPerSecond: UInt64
  /// Connections of one lease at a time.
  public var connectionCountMaxPerLease: Int
  /// Connections of all its leases at a time.
  public var connectionCountMax: Int

  /// A gate in front of this service, and else as usual: on the loopback interface, at any ports.
  public init(upstream: Endpoint) {
    self.upstream = upstream
    listenHost = "127.0.0.1"
    publicHost = "127.0.0.1"
    throttledBytesPerSecond = EnforcementLimits.throttledBytesPerSecond
    connectionCountMaxPerLease = EnforcementLimits.connectionCountPerLease
    connectionCountMax = EnforcementLimits.connectionCount
  }
}
