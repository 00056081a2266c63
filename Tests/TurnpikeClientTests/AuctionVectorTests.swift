import Foundation
import Testing
import TurnpikeClient
import WireProtocol

/// proto-spec/vectors/auctions.json: hashes that another program made from the specification's words.
@Suite struct AuctionVectorTests {
  private struct Vectors: Decodable {
    struct Commitment: Decodable {
      let name: String
      let auction: String
      let keyHash: String
      let amount: String
      let nonce: String
      let commitment: String
    }

    struct Transcript: Decodable {
      struct Line: Decodable {
        let kind: String
        let bytes: String
        let head: String
      }

      let name: String
      let auction: String
      let reserve: String
      let increment: String
      let forfeitPerMillion: UInt32
      let flags: UInt32
      let closesAt: String
      let decidedAt: String
      let startsAt: String
      let firstHead: String
      let lines: [Line]
      let winner: String
      let amount: String
      let price: String
    }

    let commitments: [Commitment]
    let transcripts: [Transcript]

    static func load() throws -> Vectors {
      let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../proto-spec/vectors/auctions.json")
      return try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: path))
    }
  }

  @Test func commitmentsAreThoseOfTheVectors() throws {
    let vectors = try Vectors.load().commitments
    #expect(vectors.count >= 4)
    for vector in vectors {
      let nonce = try #require(Bytes16(hexadecimal: vector.nonce))
      let seal = BidSeal(amount: try Self.number(vector.amount), nonce: nonce)
      let keyHash = try #require(Bytes16(hexadecimal: vector.keyHash))
      let commitment = seal.commitment(auction: try Self.number(vector.auction), keyHash: keyHash)
      #expect(commitment.first.hexadecimal + commitment.last.hexadecimal == vector.commitment, "\(vector.name)")
    }
  }

  @Test func headsAndWinnersAreThoseOfTheVectors() throws {
    let vectors = try Vectors.load().transcripts
    #expect(vectors.count >= 5)
    for vector in vectors {
      let lines = try vector.lines.map { line in
        let bytes = Self.octets(line.bytes)
        try #require(bytes.count == BidLine.byteCount, "\(vector.name)")
        let told = unsafe BidLine(bytes.span.bytes, at: 0)
        #expect(told?.kind.specificationName == line.kind, "\(vector.name)")
        return try #require(told, "\(vector.name)")
      }
      let transcript = AuctionTranscript(of: try Self.description(vector, lines), lines: lines)
      let heads = transcript.heads.map { $0.first.hexadecimal + $0.last.hexadecimal }
      #expect(heads == [vector.firstHead] + vector.lines.map(\.head), "\(vector.name)")
      let fault = transcript.fault()
      #expect(fault == nil, "\(vector.name)")
    }
  }

  /// As the broker that told these lines would describe the auction after its end.
  private static func description(_ vector: Vectors.Transcript, _ lines: [BidLine]) throws -> AuctionDescription {
    let head = vector.lines.last?.head ?? vector.firstHead
    let startsAt = try number(vector.startsAt)
    let reply = DescribeAuctionReply(
      resource: 3, reserve: try number(vector.reserve), increment: try number(vector.increment), least: 0,
      winner: try number(vector.winner), amount: try number(vector.amount), price: try number(vector.price), held: 0,
      closesAt: try number(vector.closesAt), decidedAt: try number(vector.decidedAt), startsAt: startsAt,
      endsAt: startsAt + 1, extendBy: 0, forfeitPerMillion: vector.forfeitPerMillion,
      flags: AuctionFlags(rawValue: vector.flags), bidCount: UInt32(lines.count { $0.kind == .bid }),
      lineCount: UInt32(lines.count), state: .ended,
      head: Digest32(
        first: try #require(Bytes16(hexadecimal: head.prefix(32))),
        last: try #require(Bytes16(hexadecimal: head.suffix(32)))),
      label: Name32())
    return try AuctionDescription(
      auction: try number(vector.auction),
      Reply(opcode: .describeAuction, number: 0, isReplayed: false, money: .none, body: reply.bytes))
  }

  private static func number(_ text: String) throws -> UInt64 { try #require(UInt64(text)) }

  private static func octets(_ text: String) -> [UInt8] {
    stride(from: 0, to: text.utf8.count, by: 2).compactMap { UInt8(text.dropFirst($0).prefix(2), radix: 16) }
  }
}
