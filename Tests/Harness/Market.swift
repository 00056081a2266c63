internal import TurnpikeCrypto
public import WireProtocol

/// A broker with something to sell: an operator who issues notes, a provider with a resource, and clients.
public final class Market {
  /// The broker.
  public let transport: any TestTransport
  /// The operator's connection.
  public private(set) var operatorClient: TestClient
  /// Provider 1's connection.
  public private(set) var provider: TestClient
  /// Its resource.
  public private(set) var resource: UInt64 = 0
  private var sessionCount: UInt64 = 100

  /// Terms that the tests count on: 10 units at 1 per unit and millisecond... of 1,000 ms periods.
  public static let terms = Terms(
    price: 1_000, period: 1_000, throttledPrice: 1_000, shortest: 1_000, longest: 3_600_000, low: 10_000,
    throttle: 5_000, grace: 60_000, provision: 0, outage: 0, meter0: 10, meter1: 0, meter2: 1 << 40, meter3: 0,
    units: 10,
    policy: [])

  /// Sets everything up; nil when the broker does not let it.
  public init?(_ transport: any TestTransport, terms: Terms = Market.terms) throws {
    self.transport = transport
    operatorClient = TestClient(try transport.connect())
    provider = TestClient(try transport.connect())
    guard
      operatorClient.authenticate(
        transport.credential(of: .operator, id: 0, generation: 0), session: Bytes16(low: 1, high: 1)) == .ok,
      provider.authenticate(
        transport.credential(of: .provider, id: 1, generation: 0), session: Bytes16(low: 2, high: 1)) == .ok,
      let name = Name32("gpu"),
      let reply = provider.call(RegisterRequest(name: name, terms: terms))?.part(RegisterReply.self)
    else { return nil }
    resource = reply.resource
  }

  /// Connects the operator and the provider to a broker that began anew, in sessions that are new as well: the old ones may be gone.
  /// Whether it lets them.
  public func reconnect() throws -> Bool {
    operatorClient = TestClient(try transport.connect())
    provider = TestClient(try transport.connect())
    sessionCount += 1
    return operatorClient.authenticate(
      transport.credential(of: .operator, id: 0, generation: 0), session: Bytes16(low: 1, high: sessionCount)) == .ok
      && provider.authenticate(
        transport.credential(of: .provider, id: 1, generation: 0), session: Bytes16(low: 2, high: sessionCount)) == .ok
  }

  /// Fresh notes of one amount.
  public func notes(_ count: UInt16, of amount: UInt64, boundTo lease: UInt64 = 0) -> [NoteToken] {
    operatorClient.call(IssueRequest(amount: amount, binding: lease, count: count))?.notes ?? []
  }

  /// A client that has said HELLO, with a session of its own unless one is given.
  public func client(session: Bytes16? = nil) throws -> TestClient {
    let client = TestClient(try transport.connect())
    sessionCount += 1
    client.hello(session: session ?? Bytes16(low: sessionCount, high: 7))
    return client
  }

  /// A lease of one unit, bought with one note, and a handle for its key.
  public func lease(
    _ client: TestClient, paying amount: UInt64 = 60_000, key: Bytes16, window: UInt16? = nil
  ) -> (id: UInt64, handle: UInt32)? {
    let reply = client.call(acquire(key: key), payment: notes(1, of: amount), window: window)?.part(AcquireReply.self)
    guard let reply, let bound = client.call(BindRequest(lease: reply.lease, key: key))?.part(BindReply.self) else {
      return nil
    }
    return (reply.lease, bound.handle)
  }

  /// ACQUIRE of one unit of the resource, for a key.
  public func acquire(key: Bytes16, units: UInt32 = 1, minimum: UInt64 = 0) -> AcquireRequest {
    AcquireRequest(resource: resource, units: units, flags: [], keyHash: SHA256.keyHash(key), minimum: minimum)
  }

  /// What the broker did that it may not do.
  public var faults: [String] { operatorClient.faults + provider.faults }
}
