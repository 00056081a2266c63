import BrokerCore
import Testing
import WireProtocol

/// Gifts to resources, leases and pools: where they go, and that nobody takes them out again.
@Suite struct DonationTests {
  private static func donate(
    _ bench: Bench, _ amount: UInt64, to target: UInt64, _ kind: DonationTarget = .resource, label: String? = nil
  ) throws -> Applied {
    let note = try bench.note(amount)
    let label = try label.map { try #require(Name32($0)) } ?? Name32()
    return bench.apply(DonateCommand(target: target, kind: kind, label: label), notes: [note])
  }

  private static func open(_ bench: Bench, _ resource: UInt64, _ amount: UInt64 = 100) throws -> AcquireReply {
    let note = try bench.note(amount)
    return try bench.apply(
      AcquireCommand(provider: 1, resource: resource, units: 1, flags: .open, keyHash: Bytes16(), minimum: 0),
      notes: [note]
    ).reply(AcquireReply.self)
  }

  // MARK: Resources

  @Test func aGiftWaitsForThePublicLeaseAndThenFundsIt() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let first = try Self.donate(bench, 500, to: resource, label: "a friend").reply(DonateReply.self)
    #expect(first.credited == 500 && first.lease == 0 && first.deadline == 0 && first.payment != 0)
    #expect(bench.figure(.donationPurses) == 500)
    let lease = try Self.open(bench, resource)
    #expect(lease.balance == 600 && lease.deadline == Bench.start + 6_000)
    #expect(bench.figure(.donationPurses) == 0 && bench.figure(.pursesGiven) == 600)
    let second = try Self.donate(bench, 400, to: resource).reply(DonateReply.self)
    #expect(second.lease == lease.lease && second.deadline == Bench.start + 10_000)
    let (funding, entries) = try bench.funding(resource)
    #expect(funding.lease == lease.lease && funding.balance == 1_000 && funding.donations == 0)
    #expect(funding.donationCount == 2 && funding.plain == 900)
    #expect(entries.map(\.label.string) == ["a friend"] && entries.first?.amount == 500)
  }

  @Test func giftsGoBeyondTheLongestLeaseAndReviveASuspendedOne() throws {
    let bench = try Bench()
    let resource = try bench.register(Bench.terms(longest: 2_000, grace: 1_000_000))
    let lease = try Self.open(bench, resource)
    bench.advance(by: 1_500)
    #expect(bench.check(lease.lease)?.state == .suspended)
    let reply = try Self.donate(bench, 10_000, to: resource).reply(DonateReply.self)
    #expect(reply.deadline == bench.machine.now + 100_000)
    #expect(bench.check(lease.lease)?.state == .active && bench.check(lease.lease)?.epoch == 2)
    #expect(try bench.fund(lease.lease, 1).outcome.status == .tooLong)
  }

  @Test func theNewestOpenLeaseIsThePublicOne() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let (first, second) = (try Self.open(bench, resource), try Self.open(bench, resource))
    #expect(try Self.donate(bench, 10, to: resource).reply(DonateReply.self).lease == second.lease)
    #expect(bench.revoke(second.lease).outcome.status == .ok)
    #expect(try Self.donate(bench, 10, to: resource).reply(DonateReply.self).lease == 0)
    #expect(bench.check(first.lease)?.given == 100)
    #expect(bench.figure(.donationPurses) == 120)
  }

  @Test func whatIsRefusedTakesNothing() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let refusing = try bench.register(Bench.terms(policy: .giftsRefused), name: "refusing")
    #expect(try Self.donate(bench, 1, to: resource + 9).outcome.status == .resourceUnknown)
    #expect(try Self.donate(bench, 1, to: refusing).outcome.status == .giftsRefused)
    #expect(try Self.donate(bench, 1, to: resource, .lease).outcome.status == .leaseUnknown)
    #expect(try Self.donate(bench, 1, to: resource, .pool).outcome.status == .fundingUnknown)
    let note = try bench.note(1)
    let evil = bench.apply(
      DonateCommand(target: resource, kind: .resource, label: Name32(words: (0x1B, 0, 0, 0))), notes: [note])
    #expect(evil.outcome.status == .nameInvalid && evil.outcome.field == 16 && evil.money == .notTaken)
    #expect(bench.figure(.donationPurses) == 0)
  }

  @Test func aGiftToALeaseIsNobodysToTakeBack() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let lease = try bench.acquire(resource, 1_000).lease
    let reply = try Self.donate(bench, 300, to: lease, .lease, label: "for you").reply(DonateReply.self)
    #expect(reply.lease == lease && reply.credited == 300)
    let released = try bench.release(lease).reply(ReleaseReply.self)
    #expect(released.change == 1_000 && released.given == 300)
    #expect(bench.figure(.donationPurses) == 300)
    #expect(try bench.funding(resource).0.plain == 300)
  }

  @Test func onlyTheProviderSpendsWhatWaits() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let lease = try Self.open(bench, resource)
    let private_ = try bench.acquire(resource, 1_000).lease
    _ = try Self.donate(bench, 300, to: private_, .lease)
    _ = bench.release(private_)
    func spend(_ amount: UInt64, provider: UInt64 = 1) -> Applied {
      bench.apply(SpendDonationsCommand(provider: provider, resource: resource, amount: amount))
    }
    #expect(spend(1, provider: 2).outcome.status == .notAuthorized)
    #expect(spend(301).outcome.status == .fundsInsufficient && spend(301).outcome.detail == 301)
    let reply = try spend(100).reply(SpendDonationsReply.self)
    #expect(reply.left == 200 && reply.lease == lease.lease && reply.balance == 200)
    #expect(try spend(0).reply(SpendDonationsReply.self).amount == 200)
    #expect(spend(0).outcome.status == .fundsInsufficient)
    _ = bench.revoke(lease.lease)
    #expect(spend(0).outcome.status == .leaseUnknown)
  }

  // MARK: Pools

  private static func pool(_ bench: Bench, _ members: [(UInt64, UInt32)], id: UInt64 = 0, name: String = "pool") throws
    -> Applied
  {
    let name = try #require(Name32(name))
    return bench.apply(
      SetPoolCommand(
        actor: Actor(authority: .operator, generation: 0, id: 0), pool: id, name: name,
        count: UInt16(members.count)),
      members: members.map { PoolMember(resource: $0.0, weight: $0.1) })
  }

  @Test func aPoolSharesByLargestRemainder() throws {
    let bench = try Bench()
    let resources = try (1...3).map { try bench.register(name: "r\($0)") }
    let id = try Self.pool(bench, [(resources[0], 1), (resources[1], 1), (resources[2], 1)]).reply(SetPoolReply.self)
      .pool
    // 100 / 3: 33 each, and one more to the first of three equal remainders.
    #expect(try Self.donate(bench, 100, to: id, .pool).reply(DonateReply.self).credited == 100)
    #expect(try resources.map { try bench.funding($0).0.donations } == [34, 33, 33])
    // Weights 1, 2, 4 of 10: 1.43, 2.86, 5.71: the second and the third lost most.
    _ = try Self.pool(bench, [(resources[0], 1), (resources[1], 2), (resources[2], 4)], id: id)
    _ = try Self.donate(bench, 10, to: id, .pool)
    #expect(try resources.map { try bench.funding($0).0.donations } == [35, 36, 39])
    // A single unit goes to one; the others get nothing, which is no gift.
    _ = try Self.donate(bench, 1, to: id, .pool)
    #expect(try resources.map { try bench.funding($0).0.donationCount } == [2, 2, 3])
    // The largest amount there can be, by the largest weights.
    _ = try Self.pool(bench, [(resources[0], .max), (resources[1], .max), (resources[2], .max)], id: id)
    let most = UInt64(Int64.max) - 111
    _ = try Self.donate(bench, most, to: id, .pool)
    #expect(bench.figure(.donationPurses) == Int64.max)
  }

  @Test func poolsAreTheirMakers() throws {
    let bench = try Bench()
    let (mine, others) = (try bench.register(), try bench.register(name: "other", provider: 2))
    let provider = Actor(authority: .provider, generation: 0, id: 1)
    func set(_ actor: Actor, _ id: UInt64, _ name: String, _ members: [PoolMember]) throws -> Outcome {
      let name = try #require(Name32(name))
      return bench.apply(
        SetPoolCommand(actor: actor, pool: id, name: name, count: UInt16(members.count)), members: members
      ).outcome
    }
    #expect(try set(provider, 0, "p", [PoolMember(resource: others, weight: 1)]).status == .notAuthorized)
    #expect(try set(provider, 0, "p", [PoolMember(resource: mine, weight: 0)]).status == .quantityInvalid)
    let twice = [PoolMember(resource: mine, weight: 1), PoolMember(resource: mine, weight: 2)]
    #expect(try set(provider, 0, "p", twice).status == .quantityInvalid)
    #expect(try set(provider, 0, "p", [PoolMember(resource: 77, weight: 1)]).status == .resourceUnknown)
    let made = try Self.pool(bench, [(mine, 1), (others, 1)], name: "p").reply(SetPoolReply.self).pool
    #expect(try set(provider, 0, "p", []).status == .nameTaken)
    #expect(try set(provider, made, "q", []).status == .notAuthorized)
    // No members: it takes nothing any more.
    #expect(try Self.pool(bench, [], id: made, name: "p").outcome.status == .ok)
    #expect(try Self.donate(bench, 5, to: made, .pool).outcome.status == .fundingClosed)
  }
}

extension Bench {
  /// FUNDING of a resource, with its entries.
  func funding(_ resource: UInt64) throws -> (FundingReply, [FundingEntry]) {
    var bytes = [UInt8](repeating: 0, count: WireLimits.fundingEntryCountMax * FundingEntry.byteCount)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    guard case .reply(let reply) = machine.funding(resource, into: &span, at: 0) else { throw BenchError.unanswered }
    let entries = (0..<Int(reply.count)).compactMap { index in
      unsafe FundingEntry(bytes.span.bytes, at: index * FundingEntry.byteCount)
    }
    return (reply, entries)
  }

  /// CHECK CLAIM; nil: unknown.
  func claim(_ id: UInt64) -> CheckClaimReply? {
    guard case .reply(let reply) = machine.checkClaim(id) else { return nil }
    return reply
  }
}
