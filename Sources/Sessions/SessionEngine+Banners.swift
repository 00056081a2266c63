internal import BrokerCore
internal import WireProtocol

/// What a sponsor shows, in the options of replies that tell of its resource.
extension SessionEngine {
  /// Bytes of an options block with both parts of a banner.
  private static var bannerByteCountMax: Int { FrameOptions.headByteCount * 3 + 2 * (Text96.fieldByteCount - 1) }

  /// Bytes that a banner may need behind a reply.
  var bannerRoom: Int { machine.hasSponsors ? Self.bannerByteCountMax : 0 }

  /// Answers with a fixed part, and what the sponsor of a resource shows now.
  mutating func answer<Reply: WireReply>(
    _ request: borrowing Request, _ answer: Answer<Reply>, on resource: (Reply) -> UInt64, to connection: Connection
  ) -> Verdict {
    guard bannerRoom > 0, case .reply(let part) = answer else {
      return self.answer(request, answer, to: connection)
    }
    let byteCountMax = Reply.byteCount + bannerRoom
    let room = unsafe roomForFrame(byteCountMax, of: connection)
    var body = unsafe Self.body(of: room, byteCountMax).mutableBytes
    part.write(to: &body, at: 0)
    let optionsByteCount = writeBanner(of: resource(part), to: &body, at: Reply.byteCount)
    unsafe finishFrame(
      in: room, opcode: request.opcode.rawValue, flags: optionsByteCount > 0 ? .options : [],
      word: Status.ok.rawValue, number: request.number, bodyByteCount: Reply.byteCount + optionsByteCount,
      of: connection)
    return Verdict(.ok)
  }

  /// As `writeBanner(of:)`, of the resource that a lease was taken of.
  @inline(never) func writeBanner(
    ofAcquired request: borrowing Request, _ frame: RawSpan, to body: inout MutableRawSpan, at offset: Int
  ) -> Int {
    guard let acquire = AcquireRequest(frame, at: request.layout.fixedOffset) else { return 0 }
    return writeBanner(of: acquire.resource, to: &body, at: offset)
  }

  /// Writes the options block with what the sponsor of a resource shows now, and gives its byte count; 0: it has none. Not a part of
  /// what runs for every request.
  @inline(never) func writeBanner(of resource: UInt64, to body: inout MutableRawSpan, at offset: Int) -> Int {
    guard let banner = machine.banner(of: resource), !banner.text.isZero || !banner.link.isZero else { return 0 }
    var end = offset + FrameOptions.headByteCount
    for (type, text) in [(OptionType.bannerText, banner.text), (.bannerLink, banner.link)] where !text.isZero {
      let byteCount = text.byteCount
      body.store(type.rawValue, at: end)
      body.store(UInt8(0), at: end + 1)
      body.store(UInt16(byteCount), at: end + 2)
      for index in 0..<byteCount { body.store(text[index], at: end + FrameOptions.headByteCount + index) }
      end += FrameOptions.headByteCount + byteCount
    }
    body.store(UInt16(end - offset - FrameOptions.headByteCount), at: offset)
    body.store(UInt16(0), at: offset + 2)
    return end - offset
  }
}
