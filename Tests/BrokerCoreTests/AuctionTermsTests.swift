import BrokerCore
import Testing
import TurnpikeCrypto
import WireProtocol

/// Terms, periods, transcripts and banners of auctions.
extension AuctionTests {
  @Test func termsThatCannotBeAreRefused() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let table: [(Status, UInt16?, AuctionFlags, (inout OpenAuctionCommand) -> Void)] = [
      (.resourceUnknown, nil, [], { $0.resource += 1 }), (.notAuthorized, nil, [], { $0.provider = 2 }),
      (.amountInvalid, nil, [], { $0.reserve = 0 }), (.amountInvalid, nil, [], { $0.reserve = .max }),
      (.amountInvalid, nil, [], { $0.increment = 0 }), (.termsInvalid, 24, [], { $0.duration = 0 }),
      (.termsInvalid, 24, [], { $0.duration = .max }), (.termsInvalid, 32, [], { $0.reveal = 1 }),
      (.termsInvalid, 32, .sealed, { $0.reveal = 0 }), (.termsInvalid, 40, .sealed, { $0.extendBy = 1 }),
      (.termsInvalid, 40, [], { $0.extendBy = .max }), (.termsInvalid, 48, [], { $0.start = 0 }),
      (.termsInvalid, 48, .sealed, { $0.start = 2 * Self.hour - 1 }), (.termsInvalid, 48, [], { $0.start = .max }),
      (.termsInvalid, 56, [], { $0.period = 0 }), (.termsInvalid, 56, [], { $0.period = .max }),
      (.termsInvalid, 64, [], { $0.forfeitPerMillion = 1 }),
      (.termsInvalid, 64, .sealed, { $0.forfeitPerMillion = 1_000_001 }),
      (.nameInvalid, 72, [], { $0.label = Name32(words: (0x1B41, 0, 0, 0)) }),
    ]
    for (status, field, flags, change) in table {
      var command = Self.terms(resource, flags: flags)
      change(&command)
      let outcome = bench.apply(command).outcome
      #expect(outcome.status == status && field.map { $0 == outcome.field } ?? true, "\(command)")
    }
    var longest = Self.terms(resource)
    let most = UInt64(WireLimits.durationMillisMax)
    (longest.duration, longest.start, longest.period, longest.extendBy) = (most, most, most, most)
    #expect(bench.apply(longest).status == .ok)
  }

  @Test func periodsOfOneResourceFollowOneAnother() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let first = try Self.open(bench, Self.terms(resource))
    var terms = Self.terms(resource)
    for start in [3 * Self.hour + 1, 2 * Self.hour + 1] {
      terms.start = start
      let outcome = bench.apply(terms).outcome
      #expect(outcome.status == .periodTaken && outcome.detail == first)
    }
    // The earliest has the greatest id: what ends and what begins in one millisecond happens in the order of ids.
    var ids = [first]
    for start in [4 * Self.hour, 2 * Self.hour] {
      terms.start = start
      ids.append(try Self.open(bench, terms))
    }
    for (number, id) in ids.enumerated() { _ = try Self.bid(bench, id, UInt64(100 + number)) }
    bench.advance(to: Bench.start + 2 * Self.hour)
    for text in ["paid by 102", "paid by 100", "paid by 101"] {
      #expect(bench.machine.banner(of: resource)?.text == Text96(text))
      bench.advance(by: Self.hour)
    }
    #expect(bench.machine.banner(of: resource) == nil && bench.figure(.donationPurses) == 303)
  }

  @Test func aResourceHasABoundedNumberOfAuctions() throws {
    let bench = try Bench(Bench.genesis(fundings: 128))
    let resource = try bench.register()
    for number in 0..<64 {
      var terms = Self.terms(resource)
      if number % 8 == 0 { bench.advance(by: 20 * Self.hour) }
      terms.start += UInt64(number % 8) * Self.hour
      #expect(bench.apply(terms).status == .ok)
      terms.start += 50 * Self.hour
      if number % 8 == 7 { #expect(bench.apply(terms).outcome.detail == 8) }
    }
    bench.advance(by: 20 * Self.hour)
    #expect(bench.apply(Self.terms(resource)).outcome.detail == 64)
    bench.advance(by: Self.year)
    bench.session = bench.openSession(Bytes16(low: 1, high: 1))
    #expect(bench.apply(Self.terms(resource)).status == .ok)
  }

  @Test func anyoneCanCheckTheTranscript() throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register(), flags: .secondPrice))
    let bids = try [100, 150, 400].map { try Self.tryBid(bench, auction, $0).reply(BidReply.self) }
    let raised = try Self.raise(bench, bids[0].claim, 400).reply(RaiseBidReply.self)
    #expect(Self.refuse(bench, bids[2].claim).status == .ok)
    let lines = bench.transcript(auction)
    #expect(
      lines.map(\.kind) == [.bid, .bid, .bid, .raise, .refuse] && lines.map(\.amount) == [100, 150, 400, 500, 0])
    var head = Self.digest(Array("turnpike auction v1".utf8), [auction, 100, 10, 1 << 32])
    var heads: [Bytes16] = []
    for line in lines {
      var bytes = [UInt8](repeating: 0, count: 104)
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      head.write(to: &raw, at: 0)
      line.write(to: &raw, at: 32)
      head = unsafe SHA256.digest(of: bytes.span.bytes)
      heads.append(head.first)
    }
    #expect(Array(heads.prefix(4)) == bids.map(\.head) + [raised.head] && bench.auction(auction)?.head == head)
    #expect(bench.transcript(auction, from: 3) == Array(lines[3...]))
    bench.advance(by: Self.hour)
    #expect(bench.auction(auction)?.winner == bids[0].claim && bench.auction(auction)?.price == 150)
  }

  @Test func hostileBannersAreRefusedAndOthersKeptAsTheyAre() throws {
    let bench = try Bench()
    let auction = try Self.open(bench, Self.terms(try bench.register()))
    var escape = Text96()
    escape[0] = 0x1B
    var unpadded = Text96("x") ?? Text96()
    unpadded[95] = 0x41
    var override = Text96()
    for (index, byte) in "a\u{202E}b".utf8.enumerated() { override[index] = byte }
    for (index, text) in [escape, unpadded, override].enumerated() {
      for banner in [Banner(text: text, link: Text96()), Banner(text: Text96(), link: text)] {
        let note = try bench.note(500)
        let command = BidCommand(auction: auction, keyHash: Self.key, commitment: Self.nothing, banner: banner)
        let outcome = bench.apply(command, notes: [note]).outcome
        #expect(outcome.status == .nameInvalid && outcome.field == (banner.text.isZero ? 152 : 56), "\(index)")
      }
    }
    let hostile = Self.banner("<script>alert('x')</script>'; DROP TABLE", "javascript:alert(1)")
    let note = try bench.note(500)
    let bid = BidCommand(auction: auction, keyHash: Self.key, commitment: Self.nothing, banner: hostile)
    let claim = try bench.apply(bid, notes: [note]).reply(BidReply.self).claim
    guard case .reply(let reply) = bench.machine.describeBid(claim) else { throw BenchError.unanswered }
    #expect(reply.banner == hostile && reply.amount == 500)
  }

  @Test func aSnapshotKeepsAuctions() throws {
    let bench = try Bench()
    let resource = try bench.register()
    let auction = try Self.open(bench, Self.terms(resource))
    _ = try Self.bid(bench, auction, 100)
    bench.advance(by: 3 * Self.hour)
    let sealed = try Self.open(bench, Self.terms(resource, flags: .sealed))
    _ = try Self.tryBid(bench, sealed, 300, commitment: Self.commitment(sealed, 300, Self.key))
    var snapshot = MemorySnapshot(bench.machine)
    guard let copy = StateMachine.read(snapshot: &snapshot) else { throw BenchError.genesisRefused }
    let (digest, fault, banner) = (copy.digest(), copy.checkInvariants(), copy.banner(of: resource))
    let (expected, shown) = (bench.machine.digest(), bench.machine.banner(of: resource))
    #expect(digest == expected && fault == nil && banner != nil && banner == shown)
  }
}
