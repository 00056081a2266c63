import WireProtocol

/// SET POOL, and how a donation to a pool is shared.
extension StateMachine {
  /// SET POOL: makes a pool, or replaces its name and members.
  mutating func setPool(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = SetPoolCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    var known: UInt32?
    if command.pool != 0 {
      guard case .pool(let index) = findFunding(command.pool) else { return .refused(.fundingUnknown) }
      guard pools[index].isOf(command.actor) else { return .refused(.notAuthorized) }
      known = index
    }
    guard command.name.isValid else { return .refused(.nameInvalid, field: 8) }
    if let taken = poolIndex(command.name), taken != known { return .refused(.nameTaken, detail: pools[taken].id) }
    var pool = known.map { pools[$0] } ?? Pool()
    if let refusal = setMembers(of: &pool, bytes, view, command.actor) { return refusal }
    if known == nil, pools.isFull { return .refused(.noSpace) }
    if let index = known {
      poolNames.remove(hash(pools[index].name), index)
    } else {
      pool.id = drawFundingID()
      pool.setMaker(command.actor)
    }
    pool.name = command.name
    guard let index = known ?? pools.insert(pool) else { return .refused(.noSpace) }
    if known == nil { addFundingID(pool.id, at: .pool(index)) }
    pools[index] = pool
    poolNames.insert(hash(pool.name), index)
    SetPoolReply(pool: pool.id).write(to: &reply)
    return .ok(.none, replyByteCount: SetPoolReply.byteCount)
  }

  /// Judges the members that a command names, and takes them over.
  private func setMembers(
    of pool: inout Pool, _ bytes: RawSpan, _ view: CommandView, _ actor: Actor
  ) -> Outcome? {
    pool.removeMembers()
    for record in 0..<view.recordCount {
      guard let member = PoolMember(bytes, at: view.recordOffset(record)) else { return .refused(.malformed) }
      guard let resource = resourceIndex(member.resource) else { return .refused(.resourceUnknown) }
      guard actor.authority == .operator || providers[resources[resource].provider].id == actor.id else {
        return .refused(.notAuthorized)
      }
      guard member.weight > 0, pool.add(resource, member.weight) else { return .refused(.quantityInvalid) }
    }
    return nil
  }

  /// The pool with this name.
  func poolIndex(_ name: Name32) -> UInt32? { poolNames.find(hash(name)) { pools[$0].name == name } }

  /// Shares a donation, which lies among the donations, by largest remainder: each member gets its exact share rounded down, and
  /// the units that are left go one each to those who lost most by that; of equal ones, to the first.
  mutating func share(_ sum: UInt64, of index: UInt32, _ label: Name32) {
    pools[index].donated &+= sum
    pools[index].donationCount &+= 1
    let pool = pools[index]
    var weights: UInt64 = 0
    for member in 0..<pool.memberCount { weights += UInt64(pool[member].weight) }
    var shares = InlineArray<32, UInt64>(repeating: 0)
    var remainders = InlineArray<32, UInt64>(repeating: 0)
    var left = sum
    for member in 0..<pool.memberCount {
      let product = sum.multipliedFullWidth(by: UInt64(pool[member].weight))
      // A weight is not above their sum, so the share is not above the donation.
      (shares[member], remainders[member]) = weights.dividingFullWidth(product)
      left -= shares[member]
    }
    // Fewer units than members are left.
    while left > 0 {
      var most = 0
      for member in 1..<max(pool.memberCount, 1) where remainders[member] > remainders[most] { most = member }
      shares[most] += 1
      remainders[most] = 0
      left -= 1
    }
    for member in 0..<pool.memberCount where shares[member] > 0 {
      let resource = pool[member].resource
      give(shares[member], from: .donations, to: resource, for: pool.id)
      fundings[resource].count(shares[member], by: .pool)
      fundings[resource].countDonation(shares[member], by: .pool, label, at: now)
    }
  }
}

/// Resources that share what is donated to them together.
struct Pool: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  private var makerAuthority: UInt32 = 0
  /// Provider that made it; 0: the operator did.
  private var maker: UInt64 = 0
  var name = Name32()
  /// What was donated to it, and how often; both wrap.
  var donated: UInt64 = 0
  var donationCount: UInt64 = 0
  private var storedMemberCount: UInt64 = 0
  private var members = InlineArray<32, Member>(repeating: Member())

  /// A resource, by its index, and its weight.
  struct Member {
    var resource: UInt32 = 0
    var weight: UInt32 = 0
  }

  var memberCount: Int { Int(storedMemberCount) }
  /// Whether its count is such as the memory that follows has, and each member has a weight: to divide by.
  var isSound: Bool {
    guard storedMemberCount <= UInt64(WireLimits.memberCountMax) else { return false }
    for member in 0..<memberCount where members[member].weight == 0 { return false }
    return true
  }

  subscript(member: Int) -> Member { members[member] }

  mutating func removeMembers() {
    storedMemberCount = 0
    members = InlineArray(repeating: Member())
  }

  /// Adds a member; false when the resource is one already.
  mutating func add(_ resource: UInt32, _ weight: UInt32) -> Bool {
    for member in 0..<memberCount where members[member].resource == resource { return false }
    guard memberCount < WireLimits.memberCountMax else { return false }
    members[memberCount] = Member(resource: resource, weight: weight)
    storedMemberCount += 1
    return true
  }

  /// Notes who makes it.
  mutating func setMaker(_ actor: Actor) {
    makerAuthority = UInt32(actor.authority.rawValue)
    maker = actor.id
  }

  /// Whether `actor` made it.
  func isOf(_ actor: Actor) -> Bool { makerAuthority == UInt32(actor.authority.rawValue) && maker == actor.id }
}
