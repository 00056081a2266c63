import TurnpikeCrypto
import WireProtocol

/// A frame from the broker, as a client reads it.
struct Answer {
  let header: FrameHeader
  let bytes: [UInt8]
  let layout: FrameLayout

  /// The first whole frame of a stream, which loses it.
  init?(takenFrom stream: inout [UInt8]) {
    guard let header = unsafe FrameHeader(stream.span.bytes), stream.count >= Int(header.length),
      header.length >= FrameHeader.byteCount
    else { return nil }
    let bytes = Array(stream[..<Int(header.length)])
    stream.removeFirst(Int(header.length))
    let isPush = header.opcode >= 0x80 && header.word == 0
    layout = unsafe FrameLayout(bytes.span.bytes, direction: isPush ? .push : .reply)
    self.header = header
    self.bytes = bytes
  }

  var isPush: Bool { header.opcode >= 0x80 && header.word == 0 }
  var status: Status { Status(rawValue: header.word) ?? .malformed }
  var money: Money { header.flags.money }
  var isReplayed: Bool { header.flags.contains(.replayed) }
  /// Without header, MAC and options: what must be equal in a repeated reply. What a sponsor shows is that of now.
  var body: ArraySlice<UInt8> {
    let hasOptions = header.flags.contains(.options)
    return bytes[
      FrameHeader.byteCount..<(hasOptions ? layout.optionsOffset - FrameOptions.headByteCount : layout.contentEnd)]
  }
  var refusal: Refusal? { unsafe Refusal(bytes.span.bytes, at: FrameHeader.byteCount) }

  func part<Part: WireLayout>(_: Part.Type) -> Part? { unsafe Part(bytes.span.bytes, at: FrameHeader.byteCount) }

  /// The notes it pays out.
  var notes: [NoteToken] { header.opcode == Opcode.voucher.rawValue ? [] : records(NoteToken.self) }

  func records<Record: WireLayout>(_: Record.Type) -> [Record] {
    (0..<layout.recordCount).compactMap {
      unsafe Record(bytes.span.bytes, at: layout.recordsOffset + $0 * layout.recordByteCount)
    }
  }
}
