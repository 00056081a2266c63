import Foundation
import Payments
import Testing
import TurnpikeCrypto
import WireProtocol

/// The words of chains, and what a tick must be to be taken.
@Suite struct ChainRailTests {
  private static let chain = HashChain(lease: 77, number: 3)
  private static let last = Bytes16(low: 0x1234, high: 0x5678)
  private static let length: UInt32 = 1_000

  private static func word(_ index: UInt32) -> Bytes16 { chain.word(length - index, before: last, at: length) }

  private static func head(at index: UInt32) -> ChainRail.Head {
    ChainRail.Head(place: 9, index: index, length: length, word: word(index))
  }

  private static func token(_ index: UInt32, chain: UInt32 = 3, word: Bytes16? = nil) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xee, count: TickToken.byteCount)
    bytes.withMutableSpan { span in
      TickToken(
        rail: .chain, byteCount: UInt16(TickToken.byteCount), chain: chain, index: index, word: word ?? Self.word(index)
      ).write(to: &span, at: 0)
    }
    return bytes
  }

  private static func verdict(
    _ token: [UInt8], head: ChainRail.Head?, lease: UInt64 = 77
  ) -> (PaymentVerdict, VerifiedTick?) {
    var payment = VerifiedPayment()
    guard let tick = NoteFixture.block([token]).withSpan({ VerifiedPayment.tick(of: $0) }) else {
      fatalError("the form of the token is right, whatever it says")
    }
    let verdict = payment.verify(tick, on: lease, head: head)
    return (verdict, payment.tick)
  }

  // MARK: Words

  struct Vectors: Decodable {
    struct Chain: Decodable {
      let name: String
      let lease: String
      let chain: UInt32
      let length: UInt32
      let words: [String: String]
    }
    let chains: [Chain]
  }

  @Test func wordsAreThoseOfTheVectors() throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../../proto-spec/vectors/chains.json")
    let vectors = try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: path))
    #expect(vectors.chains.count >= 5)
    for vector in vectors.chains {
      let chain = HashChain(lease: try #require(UInt64(vector.lease)), number: vector.chain)
      func word(_ index: UInt32) throws -> Bytes16 {
        let hexadecimal = try #require(vector.words["\(index)"])
        let octets = stride(from: 0, to: 32, by: 2).compactMap {
          UInt8(hexadecimal.dropFirst($0).prefix(2), radix: 16)
        }
        return octets.withSpan { $0.bytes16(at: 0) }
      }
      let last = try word(vector.length)
      for index in vector.words.keys.compactMap({ UInt32($0) }) {
        let computed = chain.word(vector.length - index, before: last, at: vector.length)
        #expect(computed == (try word(index)), "\(vector.name), word \(index)")
      }
    }
  }

  @Test func noStepsChangeNothing() {
    #expect(Self.chain.word(0, before: Self.last, at: 5) == Self.last)
    #expect(Self.chain.word(0, before: Self.last, at: 0) == Self.last)
  }

  // MARK: Ticks

  @Test(arguments: [UInt32(1), 2, 17, 256])
  func aWordThatLeadsToTheHeadIsAuthentic(steps: UInt32) {
    let (verdict, tick) = Self.verdict(Self.token(100 + steps), head: Self.head(at: 100))
    #expect(verdict.status == .ok)
    #expect(
      tick
        == VerifiedTick(chain: 3, index: 100 + steps, word: Self.word(100 + steps), from: 100, chainIndex: 9))
  }

  @Test func aWordTooFarAheadIsNotHashedFor() {
    let (verdict, tick) = Self.verdict(Self.token(357), head: Self.head(at: 100))
    #expect(verdict.status == .tickAhead && verdict.detail == 356 && tick == nil)
    let (beyond, _) = Self.verdict(Self.token(1_000, word: Self.last), head: Self.head(at: 900))
    #expect(beyond.status == .ok)
    let (none, _) = Self.verdict(Self.token(1_001, word: Self.last), head: Self.head(at: 900))
    #expect(none.status == .tickAhead && none.detail == 1_000)
    let (far, _) = Self.verdict(Self.token(.max, word: Self.last), head: Self.head(at: 900))
    #expect(far.status == .tickAhead)
  }

  @Test func whatIsNotTheWordIsForged() {
    #expect(Self.verdict(Self.token(101, word: Self.word(102)), head: Self.head(at: 100)).0.status == .tickForged)
    #expect(Self.verdict(Self.token(102, word: Self.word(101)), head: Self.head(at: 100)).0.status == .tickForged)
    #expect(Self.verdict(Self.token(101), head: Self.head(at: 100), lease: 78).0.status == .tickForged)
    #expect(Self.verdict(Self.token(101, chain: 4), head: Self.head(at: 100)).0.status == .tickForged)
    for bit in 0..<128 {
      var token = Self.token(101)
      token[16 + bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(Self.verdict(token, head: Self.head(at: 100)).0.status == .tickForged, "bit \(bit)")
    }
  }

  /// Whether it was done before is not for the rail to say.
  @Test func aWordThatWasShownIsPassedOn() {
    let (verdict, tick) = Self.verdict(Self.token(100), head: Self.head(at: 100))
    #expect(verdict.status == .ok && tick?.from == 100 && tick?.index == 100)
    let (unknown, other) = Self.verdict(Self.token(5), head: nil)
    #expect(unknown.status == .ok && other?.from == 5 && other?.chainIndex == .max)
  }

  // MARK: The block

  @Test func aTickStandsAlone() throws {
    let fixture = try NoteFixture()
    let (tick, note) = (Self.token(1), fixture.token())
    func chain(_ block: [UInt8]) -> UInt32? { block.withSpan { VerifiedPayment.tick(of: $0)?.chain } }
    #expect(chain(NoteFixture.block([tick])) == 3)
    #expect(chain(NoteFixture.block([tick, tick])) == nil)
    #expect(chain(NoteFixture.block([note])) == nil)
    #expect(fixture.verdict([tick]).isRefused(.railUnknown))
    #expect(fixture.verdict([tick, tick]).isRefused(.railsMixed, token: 1))
    #expect(fixture.verdict([tick, note]).isRefused(.railsMixed, token: 1))
    #expect(fixture.verdict([note, tick]).isRefused(.railsMixed, token: 1))
  }

  @Test func theFormIsExact() throws {
    let fixture = try NoteFixture()
    for offset in [1, 2, 3, 12, 13, 14, 15] {
      var token = Self.token(1)
      token[offset] ^= 1
      #expect(fixture.verdict([token]).isRefused(.paymentMalformed), "byte \(offset)")
    }
    #expect(fixture.verdict([Array(Self.token(1).dropLast())]).isRefused(.paymentMalformed))
    #expect(fixture.verdict([Self.token(1) + [0]]).isRefused(.paymentMalformed))
  }
}
