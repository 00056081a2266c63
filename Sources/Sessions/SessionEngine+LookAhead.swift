internal import BrokerCore
internal import WireProtocol

/// Looking at the frames that come next, so that their memory is here when they are carried out.
extension SessionEngine {
  /// Frames that are looked at together: more would only fill the processor's queue of misses.
  private static var lookAheadCountMax: UInt32 { 8 }

  /// Looks at the whole frames from `start` on, judging nothing, and gives where the last one ends.
  func lookAhead(_ bytes: RawSpan, from start: Int, of connection: Connection) -> Int {
    var cursor = start
    var ahead: UInt32 = 0
    var namesLeases = false
    while ahead < Self.lookAheadCountMax, bytes.byteCount - cursor >= FrameHeader.byteCount {
      let length = Int(bytes.uint32(at: cursor))
      guard length >= FrameHeader.byteCount, bytes.byteCount - cursor >= length else { break }
      if hint(bytes.extracting(cursor..<cursor + length), ahead, of: connection) { namesLeases = true }
      cursor += length
      ahead += 1
    }
    if namesLeases { hintAgain(bytes.extracting(start..<cursor)) }
    return max(cursor, start + 1)
  }

  /// A second look at the same frames: those that name a lease by its id have it looked up.
  private func hintAgain(_ frames: RawSpan) {
    var cursor = 0
    while frames.byteCount - cursor >= FrameHeader.byteCount {
      let length = Int(frames.uint32(at: cursor))
      guard length >= FrameHeader.byteCount, frames.byteCount - cursor >= length else { return }
      let opcode = frames.uint8(at: cursor + FrameHeader.opcodeOffset)
      if opcode == Opcode.fund.rawValue || opcode == Opcode.check.rawValue, length >= FrameHeader.byteCount + 8 {
        machine.prefetchFoundLease(frames.uint64(at: cursor + FrameHeader.byteCount))
      }
      cursor += length
    }
  }

  /// Gives whether the frame names a lease by its id.
  @inline(__always)
  private func hint(_ frame: RawSpan, _ ahead: UInt32, of connection: Connection) -> Bool {
    let number = frame.uint64(at: FrameHeader.numberOffset)
    let at = FrameHeader.byteCount
    var notesAt = frame.byteCount
    let opcode = Opcode(rawValue: frame.uint8(at: FrameHeader.opcodeOffset))
    switch opcode {
    case .use:
      guard frame.byteCount >= at + UseRequest.byteCount, let handle = connection.handles[frame.uint32(at: at)] else {
        return false
      }
      machine.prefetchLease(at: handle.leaseIndex)
      if frame.byteCount > at + UseRequest.byteCount { machine.prefetchChains(of: handle.lease) }
      return false
    case .acquire:
      machine.prefetchGrant(ahead: ahead)
      notesAt = at + AcquireRequest.byteCount + 4
    case .fund:
      guard frame.byteCount >= at + FundRequest.byteCount else { return false }
      machine.prefetchLease(frame.uint64(at: at))
      notesAt = at + FundRequest.byteCount + 4
    case .check:
      guard frame.byteCount >= at + CheckRequest.byteCount else { return false }
      machine.prefetchLease(frame.uint64(at: at))
      return true
    case .exchange, .release: break
    default: return false
    }
    machine.prefetchReceipt(number, ofSession: connection.session, ahead: ahead)
    if frame.byteCount - notesAt >= NoteToken.byteCount {
      machine.prefetchNote(frame.uint32(at: notesAt + 4), frame.uint64(at: notesAt + 8))
    }
    return opcode == .fund
  }
}
