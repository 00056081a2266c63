import TurnpikeClient

/// What has to be on the broker before a run: a resource, leases, notes. Made with the operator's and a provider's credential.
struct Preparation {
  static let resourceName = "turnpike-load"
  /// Per millisecond and unit: a note of 50 of these buys a lease of 50 ms, whose units are soon free again.
  static let pricePerMillisecond: UInt64 = 1000
  static let acquireAmount: UInt64 = 50 * pricePerMillisecond
  /// A lease of a day: ten million of them are a tenth of the money that there can be.
  static let lastingAmount: UInt64 = 86_400_000 * pricePerMillisecond
  /// More than a year of time and use.
  static let leaseAmount: UInt64 = 40_000_000_000_000

  let operatorClient: TurnpikeClient
  let resource: UInt64

  /// Connects both roles and offers the resource, if it is not offered already.
  init(_ address: BrokerAddress, operatorCredential: Credential, providerCredential: Credential) async throws {
    operatorClient = try await .connect(to: address, credential: operatorCredential)
    guard let name = Name32(Self.resourceName) else { throw TurnpikeError(.invalidArgument(Self.resourceName)) }
    do throws(TurnpikeError) {
      resource = try await operatorClient.describe(name: name).resource
    } catch {
      guard error.status == .resourceUnknown else { throw error }
      let provider = try await TurnpikeClient.connect(to: address, credential: providerCredential)
      let terms = Terms(
        price: Self.pricePerMillisecond, period: 1, throttledPrice: Self.pricePerMillisecond, shortest: 1,
        longest: UInt64(WireLimits.durationMillisMax), low: 0, throttle: 0, grace: 0, meter0: 1, meter1: 0, meter2: 0,
        meter3: 0, units: 1_000_000_000, policy: [])
      resource = try await provider.register(name: name, terms: terms)
      provider.close()
    }
  }

  /// Leases that outlive the runs, `count` of each connection.
  func leases(connections: Int, count: Int) async throws -> [[LeaseKey]] {
    let client = operatorClient
    var keys: [[LeaseKey]] = []
    var notes: [NoteToken] = []
    for _ in 0..<connections {
      var row: [LeaseKey] = []
      for _ in 0..<count {
        if notes.isEmpty {
          let left = (connections - keys.count) * count - row.count
          let batch = UInt16(clamping: min(left, WireLimits.issueCountMax))
          notes = try await client.issue(amount: Self.leaseAmount, count: batch).notes
        }
        let key = try Bytes16.secret()
        let lease = try await client.acquire(resource: resource, ownerKey: key, payment: [notes.removeLast()])
        row.append(LeaseKey(lease: lease.lease, key: key))
      }
      keys.append(row)
    }
    return keys
  }

  /// Fresh notes of `amount` each.
  func notes(count: Int, amount: UInt64) async throws -> PaidWorkload.Notes {
    let notes = PaidWorkload.Notes(count: count)
    var done = 0
    while done < count {
      let batch = UInt16(clamping: min(count - done, WireLimits.issueCountMax))
      for note in try await operatorClient.issue(amount: amount, count: batch).notes {
        notes.put(note, at: done)
        done += 1
      }
    }
    return notes
  }
}
