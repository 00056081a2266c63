import Testing
import TurnpikeClient
import WireProtocol

/// Transcripts of auctions, judged without believing the broker.
@Suite struct AuctionTranscriptTests {
  private typealias Story = AuctionStory

  private static let rising = Story.open(
    [.bid(1, 100), .bid(2, 110), .raise(1, to: 200), .bid(3, 210)], wins: 3, 210, pays: 210)

  private static let sealed = Story.sealed(
    [
      .bid(1, 500, sealed: 300), .bid(2, 400, sealed: 400), .bid(3, 100, sealed: 100), .reveal(1, 300), .reveal(2, 400),
    ], wins: 2, 400, pays: 400)

  /// Equal bids: claim 2 committed first, but claim 1 raised last.
  private static let equal = Story.sealed(
    [
      .bid(1, 300, sealed: 300), .bid(2, 400, sealed: 400), .raise(1, to: 450, sealed: 400), .reveal(1, 400),
      .reveal(2, 400),
    ], wins: 2, 400, pays: 400)

  private static let many: [BidLine] = (0..<256).map { .bid($0 + 1, 1_600 + 10 * $0) }

  static let sound: [(String, AuctionStory)] = [
    ("no bids", Story.open([], wins: 0, 0, pays: 0).with { $0.state = .ended }),
    ("the highest bid wins", rising),
    ("it is sponsoring", rising.with { $0.state = .sponsoring }),
    ("it is over", rising.with { $0.state = .ended }),
    ("it is cancelled", rising.with { ($0.state, $0.winner, $0.amount, $0.price) = (.cancelled, 0, 0, 0) }),
    ("it is open", rising.with { ($0.state, $0.price, $0.least) = (.open, 0, 220) }),
    ("nobody has bid yet", Story(state: .open, least: 100)),
    ("second price", rising.with { ($0.flags, $0.price) = (.secondPrice, 200) }),
    (
      "second price of the only bid is the reserve",
      Story(flags: .secondPrice, lines: [.bid(1, 900)], winner: 1, amount: 900, price: 100)
    ),
    (
      "a refused bid counts no more, and what it bid can be bid again",
      .open([.bid(1, 100), .bid(2, 900), .refuse(2), .bid(3, 110)], wins: 3, 110, pays: 110)
    ),
    (
      "a refused winner has no successor",
      Story.open([.bid(1, 100), .bid(2, 110), .refuse(2, at: 1_000)], wins: 0, 0, pays: 0).with { $0.state = .ended }
    ),
    ("steps grow", .open(many + [.bid(999, 4_150 + 4_150 / 16)], wins: 999, 4_409, pays: 4_409)),
    ("sealed bids that were revealed", sealed),
    ("sealed, second price", sealed.with { ($0.flags, $0.price) = ([.sealed, .secondPrice], 300) }),
    ("of equal bids the first wins", equal),
    (
      "of equal bids the first wins, for as much as the second",
      equal.with { $0.flags = [.sealed, .secondPrice] }
    ),
    (
      "a bid below the reserve does not win",
      Story.sealed([.bid(1, 100, sealed: 99), .reveal(1, 99)], wins: 0, 0, pays: 0).with { $0.state = .ended }
    ),
    (
      "nobody revealed",
      Story.sealed([.bid(1, 100, sealed: 100)], wins: 0, 0, pays: 0).with { $0.state = .ended }
    ),
    ("revealing, and nothing told", sealed.with { ($0.state, $0.winner, $0.amount, $0.price) = (.revealing, 0, 0, 0) }),
    ("revealing, and the best one told", sealed.with { ($0.state, $0.price) = (.revealing, 0) }),
    (
      "refused after it was revealed",
      .sealed(sealed.lines + [.refuse(2, at: 1_300)], wins: 1, 300, pays: 300)
    ),
  ]

  static let faults: [(String, AuctionStory, String)] = [
    ("altered", rising.lying { $0[1].amount += 1 }, "the lines do not lead to the head"),
    ("altered instant", rising.lying { $0[3].instant += 1 }, "the lines do not lead to the head"),
    ("swapped", rising.lying { $0.swapAt(0, 1) }, "the lines do not lead to the head"),
    ("left out", rising.lying { $0.remove(at: 1) }, "the lines do not lead to the head"),
    ("cut short", rising.with { $0.lineCount = 5 }, "there are 4 lines, and the broker says 5"),
    (
      "another reserve", rising.with { ($0.head, $0.reserve) = ($0.heads.last, 90) },
      "the lines do not lead to the head"
    ),
    (
      "swapped with the head", rising.with { $0.lines.swapAt(0, 1) }, "line 1: 100 was accepted where 120 was the least"
    ),
    ("back in time", rising.with { $0.lines[2].instant = 9 }, "line 2: it is from before"),
    ("below the reserve", .open([.bid(1, 99)], wins: 1, 99, pays: 99), "line 0: 99 was accepted where 100"),
    (
      "below the step", .open([.bid(1, 100), .bid(2, 109)], wins: 2, 109, pays: 109),
      "line 1: 109 was accepted where 110"
    ),
    ("below the larger step", .open(many + [.bid(999, 4_408)], wins: 999, 4_408, pays: 4_408), "line 256: 4408 was"),
    (
      "too late", .open([.bid(1, 100, at: 1_000)], wins: 1, 100, pays: 100),
      "line 0: it is from after the auction closed"
    ),
    ("twice", .open([.bid(1, 100), .bid(1, 110)], wins: 1, 110, pays: 110), "line 1: claim 1 was made twice"),
    ("raise of nothing", .open([.raise(1, to: 100)], wins: 1, 100, pays: 100), "line 0: claim 1 is no bid that counts"),
    (
      "raise that adds nothing",
      .sealed([.bid(1, 200, sealed: 1), .raise(1, to: 200, sealed: 1)], wins: 0, 0, pays: 0),
      "line 1: a raise of claim 1 added nothing"
    ),
    (
      "raise of a refused one", .open([.bid(1, 100), .refuse(1), .raise(1, to: 200)], wins: 1, 200, pays: 200),
      "line 2: claim 1 is no bid that counts"
    ),
    ("open, and committed", .open([.bid(1, 100, sealed: 100)], wins: 1, 100, pays: 100), "line 0: it has a commitment"),
    ("sealed, and not committed", .sealed([.bid(1, 100)], wins: 0, 0, pays: 0), "line 0: it has no commitment"),
    ("no payment", rising.with { $0.lines[0].payment = 0 }, "line 0: it has no payment"),
    (
      "wrong amount revealed", sealed.with { $0.lines[3].amount = 299 },
      "line 3: claim 1 was revealed as something else"
    ),
    ("wrong nonce", sealed.with { $0.lines[3].data.first.low ^= 1 }, "line 3: claim 1 was revealed as something else"),
    ("wrong key", sealed.with { $0.lines[3].data.last.low ^= 1 }, "line 3: claim 1 was revealed as something else"),
    (
      "old commitment revealed", equal.with { $0.lines[3] = .reveal(1, 300) },
      "line 3: claim 1 was revealed as something"
    ),
    (
      "more than its money", .sealed([.bid(1, 100, sealed: 101), .reveal(1, 101)], wins: 1, 101, pays: 101),
      "line 1: claim 1 was revealed as 101, and its money is 100"
    ),
    ("revealed early", sealed.with { $0.lines[3].instant = 999 }, "line 3: claim 1 was not to be revealed then"),
    ("revealed late", sealed.with { $0.lines[4].instant = 1_500 }, "line 4: claim 2 was not to be revealed then"),
    ("revealed twice", sealed.with { $0.lines[4] = .reveal(1, 300) }, "line 4: claim 1 was not to be revealed then"),
    (
      "revealed in the open", .open([.bid(1, 100), .reveal(1, 100)], wins: 1, 100, pays: 100),
      "line 1: claim 1 was not to"
    ),
    ("refused twice", .open([.bid(1, 100), .refuse(1), .refuse(1)], wins: 0, 0, pays: 0), "line 2: claim 1 is no bid"),
    (
      "refused in its period", .open([.bid(1, 100), .refuse(1, at: 2_000)], wins: 0, 0, pays: 0),
      "line 1: it is from after"
    ),
    (
      "a loser refused after it was decided",
      .open([.bid(1, 100), .bid(2, 110), .refuse(1, at: 1_000)], wins: 2, 110, pays: 110),
      "line 2: claim 1 was refused and had not won"
    ),
    (
      "something after the winner was refused",
      .open([.bid(1, 100), .bid(2, 110), .refuse(2, at: 1_000), .refuse(1, at: 1_001)], wins: 0, 0, pays: 0),
      "line 3: it is from after the winner was refused"
    ),
    (
      "a refused winner wins",
      .open([.bid(1, 100), .refuse(1, at: 1_000)], wins: 1, 100, pays: 100).with {
        $0.state = .ended
      }, "the best bid is none, and the broker says claim 1"
    ),
    (
      "a refused bid wins", .open([.bid(1, 100), .bid(2, 110), .refuse(2)], wins: 2, 110, pays: 110),
      "the best bid is claim 1, and the broker says claim 2"
    ),
    (
      "a refused winner has a successor",
      .open([.bid(1, 100), .bid(2, 110), .refuse(2, at: 1_000)], wins: 1, 100, pays: 100),
      "it has no winner, and is not ended"
    ),
    (
      "wrong winner", rising.with { ($0.winner, $0.amount) = (1, 200) },
      "the best bid is claim 3, and the broker says claim 1"
    ),
    (
      "no winner", rising.with { ($0.winner, $0.state) = (0, .ended) },
      "the best bid is claim 3, and the broker says none"
    ),
    ("wrong of equal ones", equal.with { $0.winner = 1 }, "the best bid is claim 2, and the broker says claim 1"),
    ("wrong amount", rising.with { $0.amount = 211 }, "the best bid is 210, and the broker says 211"),
    ("wrong price", rising.with { $0.price = 209 }, "the price is 210, and the broker says 209"),
    ("first price for second", rising.with { $0.flags = .secondPrice }, "the price is 200, and the broker says 210"),
    ("a price too early", rising.with { ($0.state, $0.least) = (.open, 220) }, "there is a price before it is decided"),
    ("wrong least", rising.with { ($0.state, $0.price, $0.least) = (.open, 0, 221) }, "the least bid now is 220"),
    (
      "wrong best while revealing", sealed.with { ($0.state, $0.winner, $0.price) = (.revealing, 1, 0) },
      "the best bid is"
    ),
    ("wrong count", rising.with { $0.bidCount = 4 }, "there are 3 bids, and the broker says 4"),
    ("no state of an auction", rising.with { $0.state = .sharing }, "no auction can be SHARING"),
  ]

  @Test(arguments: sound) func soundTranscriptsAreValid(name: String, story: AuctionStory) throws {
    let transcript = try story.transcript()
    #expect(transcript.fault() == nil, "\(name)")
    #expect(transcript.heads == story.heads)
    #expect(transcript.fault(keptHeads: story.heads.map(\.first)) == nil)
  }

  @Test(arguments: faults) func firstFaultIsTold(name: String, story: AuctionStory, words: String) throws {
    let fault = try story.transcript().fault()?.description ?? "nothing"
    #expect(fault.hasPrefix(words), "\(name): \(fault)")
  }

  @Test func headThatWasToldBeforeMustBeOnTheChain() throws {
    let transcript = try Self.rising.transcript()
    let other = Bytes16(low: 1, high: 2)
    let fault = transcript.fault(keptHeads: [Self.rising.heads[2].first, other])
    #expect(fault?.line == nil && fault?.description.contains(other.hexadecimal) == true)
  }

  /// Made with another program.
  @Test func hashesAreThoseOfTheSpecification() throws {
    let seal = BidSeal(amount: 4, nonce: Bytes16(low: 5, high: 6))
    #expect(
      hexadecimal(seal.commitment(auction: 1, keyHash: Bytes16(low: 2, high: 3)))
        == "4c1d9e479abecd4f11363b914ed959eb6c6e3267bf0908616b64f9bf5b9c3e9b")
    let line = BidLine(
      claim: 20, amount: 150, payment: 30, instant: 40, kind: .bid,
      data: Digest32(first: Bytes16(low: 1, high: 2), last: Bytes16(low: 3, high: 4)))
    let story = AuctionStory(flags: [.sealed, .secondPrice], lines: [line])
    #expect(
      try story.transcript().heads.map(hexadecimal) == [
        "b3e5a27ca196f191ad21cb381819ce4b635541461e8f4f3ff7505192ca9502a1",
        "9f022d2b71283d106b1920873286246ede4290a726b6e8d7e1a45f81f7bfb547",
      ])
  }

  private func hexadecimal(_ digest: Digest32) -> String { digest.first.hexadecimal + digest.last.hexadecimal }
}
