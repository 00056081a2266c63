import WireProtocol

/// REGISTER and UPDATE: resources and their terms.
extension StateMachine {
  /// REGISTER: offers a resource.
  mutating func register(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = RegisterCommand(bytes, at: view.fixedOffset), command.provider != 0 else {
      return .refused(.malformed)
    }
    let name = command.name
    guard name.isValid else { return .refused(.nameInvalid, field: 0) }
    if let taken = resourceIndex(name) { return .refused(.nameTaken, detail: resources[taken].id) }
    if let field = Self.fault(in: command.terms) {
      return .refused(.termsInvalid, field: 32 + field)
    }
    let known = providerIndex(command.provider)
    guard !resources.isFull, known != nil || !providers.isFull else { return .refused(.noSpace) }
    var resource = Resource()
    resource.id = drawnIdentifier(UInt64(resources.count) + 1)
    resource.name = name
    guard let provider = known ?? addProvider(command.provider) else { return .refused(.noSpace) }
    resource.provider = provider
    let prices = Prices(command.terms)
    resource.prices = PriceHistory(current: prices, previous: prices, announcedAt: now, generation: 1)
    resource.take(command.terms)
    guard let index = resources.insert(resource) else { return .refused(.noSpace) }
    var funding = ResourceFunding()
    funding.id = resource.id
    // Neither is ever removed, so both have the same index.
    _ = fundings.insert(funding)
    resourceNames.insert(hash(name), index)
    effects.append(.resourceChanged(pushed(index)))
    RegisterReply(resource: resource.id).write(to: &reply)
    return .ok(.none, replyByteCount: RegisterReply.byteCount)
  }

  /// UPDATE: new terms. Prices and thresholds hold for a running lease from the deadline it has now, the rest at once.
  mutating func update(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = UpdateCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    fireAllDue()
    guard let index = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard providers[resources[index].provider].id == command.provider else { return .refused(.notAuthorized) }
    if let field = Self.fault(in: command.terms) { return .refused(.termsInvalid, field: 8 + field) }
    guard Self.rate(UInt64(resources[index].unitsLeased), command.terms.price) != nil else {
      return .refused(.amountOverflow)
    }
    let isServed = resources[index].policy.contains(.agent)
    if isServed != command.terms.policy.contains(.agent), resources[index].leaseCount > 0 {
      return .refused(.termsChangePending, detail: UInt64(resources[index].leaseCount))
    }
    let prices = Prices(command.terms)
    let before = resources[index].prices
    if prices != before.current {
      guard resources[index].previousCount == 0 else {
        return .refused(.termsChangePending, detail: UInt64(resources[index].previousCount))
      }
      resources[index].prices = PriceHistory(
        current: prices, previous: before.current, announcedAt: now, generation: before.generation &+ 1)
      resources[index].previousCount = resources[index].leaseCount - resources[index].suspendedCount
      let shortened = before.current.grace.subtractingSaturating(prices.grace)
      if resources[index].earliestEnd != .max {
        resources[index].earliestEnd = resources[index].earliestEnd.subtractingSaturating(shortened)
      }
    }
    resources[index].take(command.terms)
    effects.append(.resourceChanged(pushed(index)))
    effects.append(
      .notice(
        NoticePush(
          lease: 0, resource: resources[index].id, funding: 0, claim: 0, amount: 0, instant: now, kind: .termsChanged)))
    UpdateReply(version: resources[index].version, leases: UInt64(resources[index].previousCount)).write(to: &reply)
    return .ok(.none, replyByteCount: UpdateReply.byteCount)
  }

  /// Offset in the terms of the first value that is wrong, in their order; nil when all are right.
  private static func fault(in terms: Terms) -> UInt16? {
    let duration = UInt64(WireLimits.durationMillisMax)
    if terms.price == 0 { return 0 }
    if terms.period == 0 || terms.period > duration { return 8 }
    if terms.throttledPrice == 0 || terms.throttledPrice > terms.price { return 16 }
    if terms.shortest == 0 || terms.shortest > duration { return 24 }
    if terms.longest < terms.shortest || terms.longest > duration { return 32 }
    if terms.low < terms.throttle || terms.low > duration { return 40 }
    if terms.grace > duration { return 56 }
    if (terms.provision > 0) != terms.policy.contains(.agent) || terms.provision > duration { return 64 }
    if (terms.outage > 0) != terms.policy.contains(.agent) || terms.outage > duration { return 72 }
    return terms.units == 0 ? 104 : nil
  }

  private func pushed(_ index: UInt32) -> ResourceChangedPush {
    let prices = resources[index].prices.current
    return ResourceChangedPush(
      resource: resources[index].id, version: resources[index].version, units: resources[index].units,
      price: prices.price, period: prices.period)
  }

  // MARK: Looking up

  /// The resource with this id. Resources are numbered in the order of their table, and what a restore adds to ids is a multiple
  /// of the table's largest capacity.
  @inline(__always) func resourceIndex(_ id: UInt64) -> UInt32? {
    let index = UInt32(truncatingIfNeeded: id &- 1) & (CoreLimits.resourceCapacityMax - 1)
    return resources.holds(id, at: index) ? index : nil
  }

  /// The resource with this name.
  func resourceIndex(_ name: Name32) -> UInt32? {
    resourceNames.find(hash(name)) { resources[$0].name == name }
  }

  func hash(_ name: Name32) -> UInt32 {
    let low = UInt64(seed.hash(name.words.0, name.words.1)) | UInt64(seed.hash(name.words.1, name.words.0)) << 32
    let high = UInt64(seed.hash(name.words.2, name.words.3)) | UInt64(seed.hash(name.words.3, name.words.2)) << 32
    return seed.hash(low, high)
  }

  /// The provider with this number, if it has a resource.
  func providerIndex(_ number: UInt64) -> UInt32? {
    providerNumbers.find(seed.hash(drawn: number)) { providers[$0].id == number }
  }

  mutating func addProvider(_ number: UInt64) -> UInt32? {
    var provider = Provider()
    provider.id = number
    guard let index = providers.insert(provider) else { return nil }
    providerNumbers.insert(seed.hash(drawn: number), index)
    return index
  }
}
