internal import TurnpikeCrypto
public import WireProtocol

/// What happened in an auction, chained by hashes: nothing in it can be changed without the heads that bidders were told telling.
///
///     first head:  SHA-256("turnpike auction v1" || auction (8) || reserve (8) || increment (8) || forfeitPerMillion (4) || flags (4))
///     next head:   SHA-256(head before || line as TRANSCRIPT gives it (72))
///     commitment:  SHA-256("turnpike bid v1" || auction (8) || key hash of the bid (16) || amount (8) || nonce (16))
extension StateMachine {
  /// The head of a transcript without lines.
  func firstHead(of auction: Auction) -> Digest32 {
    var message = Message("turnpike auction v1")
    message.append(auction.id)
    message.append(auction.reserve)
    message.append(auction.increment)
    message.append(UInt64(auction.flags.rawValue) << 32 | UInt64(auction.forfeitPerMillion))
    return message.digest
  }

  /// What whoever made a sealed bid committed to, if it is the one that is revealed now.
  func commitment(of auction: UInt64, _ keyHash: Bytes16, _ command: RevealBidCommand) -> Digest32 {
    var message = Message("turnpike bid v1")
    message.append(auction)
    message.append(keyHash)
    message.append(command.amount)
    message.append(command.nonce)
    return message.digest
  }

  /// Appends a line, for which there is room.
  mutating func append(
    _ kind: BidLineKind, of claim: UInt32, _ amount: UInt64, payment: UInt64 = 0, data: Digest32, to auction: UInt32
  ) {
    let told = BidLine(
      claim: claims[claim].id, amount: amount, payment: payment, instant: now, kind: kind, data: data)
    guard let index = lines.insert(TranscriptLine(told)) else { return }
    if auctions[auction].firstLine == noIndex {
      auctions[auction].firstLine = index
    } else {
      lines[auctions[auction].lastLine].next = index
    }
    auctions[auction].lastLine = index
    auctions[auction].lineCount += 1
    var message = Message("")
    message.append(auctions[auction].head.first)
    message.append(auctions[auction].head.last)
    message.append(told)
    auctions[auction].head = message.digest
  }

  /// Forgets the first line, if there is one.
  mutating func forgetFirstLine(of auction: UInt32) {
    let line = auctions[auction].firstLine
    guard line != noIndex else { return }
    auctions[auction].firstLine = lines[line].next
    if auctions[auction].firstLine == noIndex { auctions[auction].lastLine = noIndex }
    auctions[auction].forgottenLineCount += 1
    lines.remove(line)
  }

  /// TRANSCRIPT: writes lines from `offset` on, which has room for `transcriptCountMax`.
  public func transcript(
    _ request: TranscriptRequest, into records: inout MutableRawSpan, at offset: Int
  ) -> Answer<TranscriptReply> {
    guard case .auction(let index) = findFunding(request.auction) else {
      return .refused(Outcome.refused(.fundingUnknown).with(.none))
    }
    guard request.from < auctions[index].lineCount else {
      return .reply(TranscriptReply(lineCount: auctions[index].lineCount, count: 0))
    }
    var (number, count, next) = (auctions[index].forgottenLineCount, 0, auctions[index].firstLine)
    while next != noIndex, count < WireLimits.transcriptCountMax {
      if number >= request.from {
        lines[next].told.write(to: &records, at: offset + count * BidLine.byteCount)
        count += 1
      }
      (number, next) = (number + 1, lines[next].next)
    }
    return .reply(
      TranscriptReply(lineCount: auctions[index].lineCount, count: UInt16(truncatingIfNeeded: count)))
  }
}

/// A line of a transcript: 80 bytes.
struct TranscriptLine: SlotRecord {
  /// Id of the bid's claim.
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// The next line of the auction.
  var next: UInt32 = noIndex
  private var amount: UInt64 = 0
  private var payment: UInt64 = 0
  private var instant: UInt64 = 0
  private var kind: UInt64 = 0
  private var data = Digest32(first: Bytes16(), last: Bytes16())

  init() {}

  init(_ line: BidLine) {
    (id, amount, payment, instant) = (line.claim, line.amount, line.payment, line.instant)
    (kind, data) = (UInt64(line.kind.rawValue), line.data)
  }

  /// As it is told.
  var told: BidLine {
    BidLine(
      claim: id, amount: amount, payment: payment, instant: instant,
      kind: BidLineKind(rawValue: UInt8(truncatingIfNeeded: kind)) ?? .bid, data: data)
  }

  /// Whether it says what it tells.
  var isSound: Bool { kind <= UInt64(UInt8.max) && BidLineKind(rawValue: UInt8(truncatingIfNeeded: kind)) != nil }
}

/// What is hashed: at most 104 bytes.
private struct Message {
  private var bytes = InlineArray<104, UInt8>(repeating: 0)
  private var byteCount = 0

  init(_ prefix: StaticString) {
    for index in 0..<prefix.utf8CodeUnitCount { bytes[index] = unsafe prefix.utf8Start[index] }
    byteCount = prefix.utf8CodeUnitCount
  }

  mutating func append(_ value: UInt64) {
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    raw.store(value, at: byteCount)
    byteCount += 8
  }

  mutating func append(_ value: Bytes16) {
    append(value.low)
    append(value.high)
  }

  mutating func append(_ line: BidLine) {
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    line.write(to: &raw, at: byteCount)
    byteCount += BidLine.byteCount
  }

  var digest: Digest32 { unsafe SHA256.digest(of: bytes.span.bytes.extracting(first: byteCount)) }
}
