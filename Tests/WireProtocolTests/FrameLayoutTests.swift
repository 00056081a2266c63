import Testing
import WireProtocol

/// The walk of frames whose parts are built by hand.
struct FrameLayoutTests {
  @Test func walksEveryPart() throws {
    var bytes = [UInt8](repeating: 0xEE, count: 512)
    let value: [UInt8] = [1, 2, 3]
    let token = [UInt8](repeating: 7, count: 48)
    let length = try build(&bytes) { builder, span in
      builder.append(ExchangeRequest(handle: 9, count: 2), to: &span)
      builder.append(NoteOutput(amount: 5, binding: 0), to: &span)
      builder.append(NoteOutput(amount: 6, binding: 1), to: &span)
      builder.append(token: unsafe token.span.bytes, to: &span)
      builder.append(token: unsafe token.span.bytes, to: &span)
      builder.append(option: 200, value: unsafe value.span.bytes, to: &span)
      return builder.finish(opcode: Opcode.exchange.rawValue, word: 1, number: 3, in: &span)
    }
    let raw = unsafe bytes.span.bytes
    #expect(length == 16 + 8 + 32 + 4 + 96 + 4 + 7)
    let layout = FrameLayout(request: raw.extracting(0..<length))
    #expect(layout.status == .ok)
    #expect(layout.recordsOffset == 24 && layout.recordCount == 2 && layout.recordByteCount == 16)
    #expect(layout.paymentOffset == 56 && layout.paymentByteCount == 100 && layout.tokenCount == 2)
    #expect(layout.optionsOffset == 160 && layout.optionsByteCount == 7 && layout.contentEnd == length)
    var options = FrameOptions(layout)
    let first = options.next(in: raw)
    let option = try #require(first)
    let second = options.next(in: raw)
    #expect(option.type == 200 && option.valueByteCount == 3 && option.valueOffset == 164)
    #expect(second == nil && options.isAtEnd)
  }

  @Test func aBuilderWithoutRoomGivesNothing() {
    var bytes = [UInt8](repeating: 0, count: 40)
    var typed = bytes.mutableSpan
    var span = unsafe typed.mutableBytes
    var builder = FrameBuilder()
    builder.append(DescribeRequest(resource: 1, name: Name32()), to: &span)
    let length = builder.finish(opcode: Opcode.describe.rawValue, word: 0, number: 1, in: &span)
    #expect(length == nil && builder.isOverrun)
  }

  @Test func refusalOfAnUnknownOperationIsReadable() throws {
    var bytes = [UInt8](repeating: 0, count: 32)
    var typed = bytes.mutableSpan
    var span = unsafe typed.mutableBytes
    var builder = FrameBuilder(flags: FrameFlags(money: .none))
    builder.append(Refusal(field: 4), to: &span)
    let length = builder.finish(opcode: 0x7F, word: Status.unknownOpcode.rawValue, number: 5, in: &span)
    #expect(length == 32)
    let raw = unsafe bytes.span.bytes
    let layout = FrameLayout(fromBroker: raw)
    #expect(layout.status == .ok && layout.fixedByteCount == Refusal.byteCount)
    let refusal = Refusal(raw, at: layout.fixedOffset)
    #expect(refusal == Refusal(field: 4))
  }

  private func build(
    _ bytes: inout [UInt8], _ body: (inout FrameBuilder, inout MutableRawSpan) -> Int?
  ) throws -> Int {
    var typed = bytes.mutableSpan
    var span = unsafe typed.mutableBytes
    var builder = FrameBuilder()
    let length = body(&builder, &span)
    return try #require(length)
  }
}
