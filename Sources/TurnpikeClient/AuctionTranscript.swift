public import WireProtocol

/// All that happened in an auction, up to one moment, beside what the broker says of it then: enough to find the winner and the price
/// anew without believing the broker, and to see that what one was told before was not changed since.
public struct AuctionTranscript: Hashable, Sendable {
  /// Something that cannot be, in words.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Number of its line, from 0; nil: it is not in one line.
    public var line: Int?
    /// What is wrong.
    public var what: String

    /// One line for people.
    public var description: String { line.map { "line \($0): \(what)" } ?? what }
  }

  /// The rules of the auction, and how it stands by the broker's word.
  public var auction: AuctionDescription
  /// What happened, in order.
  public var lines: [BidLine]

  /// What the broker told.
  public init(of auction: AuctionDescription, lines: [BidLine]) { (self.auction, self.lines) = (auction, lines) }

  /// Its head before the first line, and after each.
  public var heads: [Digest32] {
    var message = HashedMessage("turnpike auction v1")
    message.append(auction.auction)
    message.append(auction.reserve)
    message.append(auction.increment)
    message.append(auction.forfeitPerMillion)
    message.append(auction.flags.rawValue)
    var heads = [message.digest]
    for line in lines {
      var message = HashedMessage(heads[heads.count - 1])
      message.append(line)
      heads.append(message.digest)
    }
    return heads
  }

  /// The first thing that is wrong, as if each line were judged when it came; nil: the transcript is what it should be, and the
  /// winner and the price are those that follow from it.
  ///
  /// - Parameter keptHeads: What a bidder was told of its head before: the first 16 bytes each time.
  public func fault(keptHeads: [Bytes16] = []) -> Fault? {
    do throws(Fault) {
      try judgeChain(keptHeads)
      var course = AuctionCourse(auction)
      for (index, line) in lines.enumerated() {
        do throws(Fault) {
          try course.take(line)
        } catch {
          throw Fault(line: index, what: error.what)
        }
      }
      try course.judgeOutcome()
      return nil
    } catch {
      return error
    }
  }

  private func judgeChain(_ keptHeads: [Bytes16]) throws(Fault) {
    guard lines.count == Int(auction.lineCount) else {
      throw Fault(what: "there are \(lines.count) lines, and the broker says \(auction.lineCount)")
    }
    let heads = heads
    guard heads.last == auction.head else {
      throw Fault(what: "the lines do not lead to the head that the broker tells")
    }
    let known = Set(heads.map(\.first))
    guard let lost = keptHeads.first(where: { !known.contains($0) }) else { return }
    throw Fault(what: "the head \(lost.hexadecimal), which the broker told before, is not that of any line")
  }
}
