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
    var leadsOn = false
    while ahead < Self.lookAheadCountMax, bytes.byteCount - cursor >= FrameHeader.byteCount {
      let length = Int(bytes.uint32(at: cursor))
      guard length >= FrameHeader.byteCount, bytes.byteCount - cursor >= length else { break }
      if hint(bytes.extracting(cursor..<cursor + length), ahead, of: connection) { leadsOn = true }
      cursor += length
      ahead += 1
    }
    if leadsOn { hintAgain(bytes.extracting(start..<cursor), of: connection) }
    return max(cursor, start + 1)
  }

  /// Asks for what the frame names, and gives whether that will say where more of its memory is.
  @inline(__always)
  private func hint(_ frame: RawSpan, _ ahead: UInt32, of connection: Connection) -> Bool {
    let number = frame.uint64(at: FrameHeader.numberOffset)
    let at = FrameHeader.byteCount
    var notesAt = frame.byteCount
    let opcode = Opcode(rawValue: frame.uint8(at: FrameHeader.opcodeOffset))
    switch opcode {
    case .use:
      guard frame.byteCount >= at + UseRequest.byteCount else { return false }
      connection.handles.prefetch(frame.uint32(at: at))
      return true
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

  /// A second look at the same frames, when what the first asked for is here: a handle says where its lease lies, and so does the
  /// place where an id is looked for.
  private func hintAgain(_ frames: RawSpan, of connection: Connection) {
    var cursor = 0
    let at = FrameHeader.byteCount
    while frames.byteCount - cursor >= at {
      let length = Int(frames.uint32(at: cursor))
      guard length >= at, frames.byteCount - cursor >= length else { return }
      let frame = frames.extracting(cursor..<cursor + length)
      cursor += length
      switch Opcode(rawValue: frame.uint8(at: FrameHeader.opcodeOffset)) {
      case .use:
        guard length >= at + UseRequest.byteCount, let handle = connection.handles[frame.uint32(at: at)] else {
          continue
        }
        machine.prefetchLease(at: handle.leaseIndex)
        if length > at + UseRequest.byteCount { machine.prefetchChains(of: handle.lease) }
      case .fund, .check:
        if length >= at + 8 { machine.prefetchFoundLease(frame.uint64(at: at)) }
      default: continue
      }
    }
  }
}
