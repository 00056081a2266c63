import BrokerCore
import WireProtocol

extension Bench {
  /// DESCRIBE AUCTION; nil: unknown.
  func auction(_ id: UInt64) -> DescribeAuctionReply? {
    guard case .reply(let reply) = machine.describeAuction(id) else { return nil }
    return reply
  }

  /// TRANSCRIPT, as many lines as one reply has.
  func transcript(_ id: UInt64, from: UInt32 = 0) -> [BidLine] {
    var bytes = [UInt8](repeating: 0, count: WireLimits.transcriptCountMax * BidLine.byteCount)
    var mutable = bytes.mutableSpan
    var span = unsafe mutable.mutableBytes
    guard
      case .reply(let reply) = machine.transcript(TranscriptRequest(auction: id, from: from), into: &span, at: 0)
    else { return [] }
    return (0..<Int(reply.count)).compactMap { index in
      unsafe BidLine(bytes.span.bytes, at: index * BidLine.byteCount)
    }
  }
}
