public import EventLoop
public import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// Leases that outlive the runs. Their ids follow each other, and their owner keys from one seed: nothing is kept of a single one.
public struct LeaseSupply: Sendable {
  /// How many.
  public let count: Int
  private let first: UInt64
  private let seed: Bytes16

  init(first: UInt64, count: Int, seed: Bytes16) { (self.first, self.count, self.seed) = (first, count, seed) }

  /// No leases.
  public static let none = LeaseSupply(first: 0, count: 0, seed: Bytes16())

  @inline(__always) func lease(_ index: Int) -> UInt64 { first &+ UInt64(truncatingIfNeeded: index) }

  /// Whoever sees one key knows them all: the money in these leases is a load test's.
  func key(_ index: Int) -> Bytes16 { Bytes16(low: seed.low ^ UInt64(truncatingIfNeeded: index), high: seed.high) }
}

/// Fresh notes side by side, 48 bytes each, as they travel.
@safe public final class NoteSupply: @unchecked Sendable {
  /// How many there are.
  public let count: Int
  // Written before the run, by the one task that makes it.
  private let memory: Fixed<UInt8>

  init(count: Int) {
    self.count = count
    memory = Fixed(repeating: 0, count: count * NoteToken.byteCount)
  }

  fileprivate func put(_ note: NoteToken, at index: Int) {
    guard index < count else { return }
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: memory.base, count: memory.count)
    var raw = unsafe buffer.mutableBytes
    note.write(to: &raw, at: index * NoteToken.byteCount)
  }

  @inline(__always)
  @unsafe func bytes(at index: Int) -> UnsafeRawPointer {
    unsafe UnsafeRawPointer(memory.base) + index * NoteToken.byteCount
  }
}

/// What has to be on a broker before a run: resources, leases, notes. Made with the operator's and a provider's credential.
public struct Supply: Sendable {
  /// A resource whose leases are long, at one unit of money a second; a unit of use costs one too.
  public static let lastingName = "load-lasting"
  /// A lease's first payment: more than thirty years, so that ten million of them are a thousandth of the money there can be.
  public static let lastingAmount: UInt64 = 1_000_000_000
  /// A resource whose leases are short, at a thousand a millisecond.
  public static let shortName = "load-short"
  /// Price of a millisecond there.
  public static let shortPrice: UInt64 = 1000

  /// The operator's connection.
  public let operatorClient: TurnpikeClient
  /// A provider's connection.
  public let providerClient: TurnpikeClient
  /// The lasting resource.
  public let lasting: UInt64
  /// The short one.
  public let short: UInt64
  private let endpoint: Endpoint

  /// Connects both roles and offers the resources, where they are not offered already.
  public init(_ endpoint: Endpoint, operatorCredential: Credential, providerCredential: Credential) async throws {
    self.endpoint = endpoint
    guard let address = BrokerAddress("\(endpoint)") else { throw TurnpikeError(.invalidArgument("\(endpoint)")) }
    operatorClient = try await .connect(to: address, credential: operatorCredential)
    providerClient = try await .connect(to: address, credential: providerCredential)
    lasting = try await Self.resource(Self.lastingName, price: 1, period: 1000, operatorClient, providerClient)
    short = try await Self.resource(Self.shortName, price: Self.shortPrice, period: 1, operatorClient, providerClient)
  }

  /// Ends the connections.
  public func close() {
    operatorClient.close()
    providerClient.close()
  }

  private static func resource(
    _ text: String, price: UInt64, period: UInt64, _ asker: TurnpikeClient, _ provider: TurnpikeClient
  ) async throws -> UInt64 {
    guard let name = Name32(text) else { throw TurnpikeError(.invalidArgument(text)) }
    do throws(TurnpikeError) {
      return try await asker.describe(name: name).resource
    } catch {
      guard error.status == .resourceUnknown else { throw error }
      let terms = Terms(
        price: price, period: period, throttledPrice: price, shortest: 1, longest: UInt64(WireLimits.durationMillisMax),
        low: 0, throttle: 0, grace: 0, provision: 0, outage: 0, meter0: 1, meter1: 0, meter2: 0, meter3: 0, units: .max, policy: []
      )
      return try await provider.register(name: name, terms: terms)
    }
  }

  /// Fresh notes of `amount` each.
  public func notes(count: Int, amount: UInt64) async throws -> NoteSupply {
    try await notes(count: count) { _ in amount }
  }

  /// Fresh notes, in batches; `amount` tells that of the batch which begins with a note.
  func notes(count: Int, amount: (Int) -> UInt64) async throws -> NoteSupply {
    let notes = NoteSupply(count: count)
    var done = 0
    while done < count {
      let batch = UInt16(clamping: min(count - done, WireLimits.issueCountMax))
      for note in try await operatorClient.issue(amount: amount(done), count: batch).notes {
        notes.put(note, at: done)
        done += 1
      }
    }
    return notes
  }

  /// `count` leases of the lasting resource, in a row.
  public func leases(count: Int) async throws -> LeaseSupply {
    guard count > 0 else { return .none }
    let seed = try Bytes16.secret()
    let whole = LeaseSupply(first: 0, count: count, seed: seed)
    let note = try await operatorClient.issue(amount: Self.lastingAmount, count: 1).notes
    let first = try await operatorClient.acquire(resource: lasting, ownerKey: whole.key(0), payment: note).lease
    let leases = LeaseSupply(first: first, count: count, seed: seed)
    var done = 1
    while done < count {
      let batch = min(count - done, 1_000_000)
      let notes = try await notes(count: batch, amount: Self.lastingAmount)
      let work = try AcquireInTurn(leases, from: done, count: batch, of: lasting, notes: notes)
      try work.run(at: endpoint, .closed(depth: AcquireInTurn.depth))
      done += batch
    }
    try await check(leases)
    return leases
  }

  /// The ids follow each other only if nobody else acquires meanwhile: then the last one has the last key.
  private func check(_ leases: LeaseSupply) async throws {
    let last = leases.count - 1
    _ = try await operatorClient.bind(LeaseKey(lease: leases.lease(last), key: leases.key(last)))
  }

  /// `count` leases of the short resource that end within a second of each other, no sooner than `leadMilliseconds` after they are all
  /// there. They are acquired at a constant rate, with less and less money. And the deadline of the first, among the earliest.
  func endingLeases(count: Int, leadMilliseconds: UInt64) async throws -> (leases: LeaseSupply, firstDeadline: UInt64) {
    let seed = try Bytes16.secret()
    let whole = LeaseSupply(first: 0, count: count, seed: seed)
    let rate = Double(LoadLimits.endingLeaseRate)
    let batch = WireLimits.issueCountMax
    let notes = try await notes(count: count) { index in
      let wait = UInt64(Double(count - index) / rate * 1000)
      return (leadMilliseconds + wait + UInt64(index / batch * 7919 % 1000)) * Self.shortPrice
    }
    let longest = leadMilliseconds + UInt64(Double(count) / rate * 1000)
    let note = try await operatorClient.issue(amount: longest * Self.shortPrice, count: 1).notes
    let first = try await operatorClient.acquire(resource: short, ownerKey: whole.key(0), payment: note)
    let leases = LeaseSupply(first: first.lease, count: count, seed: seed)
    let work = try AcquireInTurn(leases, from: 1, count: count - 1, of: short, notes: notes)
    try work.run(at: endpoint, .open(rate: rate, depth: AcquireInTurn.depth))
    try await check(leases)
    return (leases, first.deadline)
  }
}
