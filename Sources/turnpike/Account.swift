import TurnpikeClient

/// A wallet and its connection: what most commands work with.
struct Account {
  let wallet: Wallet
  let client: TurnpikeClient

  var unit: String { client.broker.unit.string }

  /// An amount in the broker's unit.
  func amount(_ value: UInt64) -> Value { .amount(value, unit: unit) }

  /// Refuses a new name before anything is sent when it stands for something already.
  func check(newName name: String?) async throws {
    guard let name else { return }
    if await wallet.content.isTaken(alias: name) {
      throw TurnpikeError(.invalidArgument("the wallet already has a key named \(name)"))
    }
    if let resource = Name32(name), (try? await client.describe(name: resource)) != nil {
      throw TurnpikeError(.invalidArgument("\(name) is the name of a resource: take another one"))
    }
  }

  /// The id that a resource's name or id stands for.
  func resource(_ name: String) async throws -> UInt64 { try await client.resource(named: name) }

  /// The lease that an id, a name or the name of its resource stands for.
  func lease(_ name: String) async throws -> UInt64 {
    if let id = UInt64(name) { return id }
    return try await key(name, ownerOnly: false).lease
  }

  /// The same of one that lives.
  func livingLease(_ name: String) async throws -> UInt64 {
    let id = try await lease(name)
    try await client.checkLives(lease: id)
    return id
  }

  /// The key of a lease that is in the wallet.
  func key(_ name: String, ownerOnly: Bool) async throws -> LeaseKey {
    let content = await wallet.content
    let keys = ownerOnly ? content.owned : content.owned + content.debitKeys
    let id = UInt64(name)
    if let key = keys.first(where: { $0.alias == name || $0.key.lease == id }) { return key.key }
    guard id == nil else { throw TurnpikeError(.invalidArgument("the wallet has no key of lease \(name)")) }
    guard let resource = try? await resource(name) else {
      throw TurnpikeError(.invalidArgument("neither a lease of the wallet nor a resource is named \(name)"))
    }
    let candidates = content.owned.filter { $0.resource == resource && !$0.isEnded }
    guard candidates.count == 1, let only = candidates.first else {
      throw TurnpikeError(.invalidArgument("the wallet owns \(candidates.count) leases of \(name): name one by its id"))
    }
    return only.key
  }
}

extension TurnpikeClient {
  /// The id that a resource's name or id stands for.
  func resource(named name: String) async throws -> UInt64 {
    if let id = UInt64(name) { return id }
    guard let name = Name32(name) else {
      throw TurnpikeError(.invalidArgument("\(name) is not the name of a resource"))
    }
    return try await naming("\(name.string)") { () async throws(TurnpikeError) in try await describe(name: name) }
      .resource
  }

  /// Refuses a lease that never was or has ended: what is locked or bound to it is of use to nobody.
  func checkLives(lease id: UInt64) async throws(TurnpikeError) {
    try await naming("lease \(id)") { () async throws(TurnpikeError) in
      let state = try await check(lease: id).state
      if [.expired, .released, .revoked, .failed].contains(state) {
        throw TurnpikeError(.refused(.leaseEnded), detail: UInt64(state.rawValue))
      }
    }
  }

  /// Price of some more time on the lease of `id`, rounded up.
  func price(ofLease id: UInt64, milliseconds: UInt64) async throws -> UInt64 {
    let lease = try await naming("lease \(id)") { () async throws(TurnpikeError) in try await check(lease: id) }
    let terms = try await describe(resource: lease.resource).terms
    let (rate, overflow) = UInt64(lease.units).multipliedReportingOverflow(by: terms.price)
    let product = rate.multipliedFullWidth(by: milliseconds)
    guard !overflow, terms.period > 0, product.high < terms.period else {
      throw TurnpikeError(.invalidArgument("that much time is more than money can buy"))
    }
    let (quotient, remainder) = terms.period.dividingFullWidth(product)
    return remainder == 0 ? quotient : quotient.addingReportingOverflow(1).partialValue
  }
}

/// Runs a question that a command asks first; when the broker refuses it, the error names what it was about.
func naming<Answer>(
  _ subject: String, _ ask: () async throws(TurnpikeError) -> Answer
) async throws(TurnpikeError) -> Answer {
  do {
    return try await ask()
  } catch {
    var error = error
    if error.isRefusal { (error.subject, error.operation) = (subject, nil) }
    throw error
  }
}
