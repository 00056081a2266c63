internal import BrokerCore
internal import WireProtocol

/// How far the frames of a connection were looked at, in bytes of what is walked.
struct Horizon {
  /// Before it, twice.
  var near = 0
  /// Before it, once.
  var far = 0
  /// The first frame that is carried out after the next look.
  var next = 0
}

/// Looking at the frames that come, so that their memory is here when they are carried out.
///
/// In groups: before one is carried out, the one behind it is looked at for the second time, and the one behind that for the first.
/// So what a look asked for has as long to come as it takes to carry a group out.
extension SessionEngine {
  /// Frames of a group.
  private static var groupCount: UInt32 { 8 }

  /// Looks at whole frames, judging nothing. `start` is where the next one is that is carried out.
  func lookAhead(_ bytes: RawSpan, from start: Int, _ horizon: inout Horizon, of connection: Connection) {
    if horizon.far <= start {
      horizon.near = start
      horizon.far = look(bytes, from: start, 0, of: connection)
    }
    if horizon.near <= start { lookAgain(bytes, &horizon, Self.groupCount, of: connection) }
    horizon.next = max(horizon.near, start + 1)
    lookAgain(bytes, &horizon, 2 * Self.groupCount, of: connection)
  }

  /// Looks at the group behind the horizon, and again at the one before it. `ahead` is how many frames are before the former.
  private func lookAgain(_ bytes: RawSpan, _ horizon: inout Horizon, _ ahead: UInt32, of connection: Connection) {
    let end = look(bytes, from: horizon.far, ahead, of: connection)
    hintAgain(bytes.extracting(horizon.near..<horizon.far), of: connection)
    (horizon.near, horizon.far) = (horizon.far, end)
  }

  /// Looks at a group for the first time, and gives where it ends.
  private func look(_ bytes: RawSpan, from start: Int, _ ahead: UInt32, of connection: Connection) -> Int {
    var cursor = start
    var index: UInt32 = 0
    while index < Self.groupCount, bytes.byteCount - cursor >= FrameHeader.byteCount {
      let length = Int(bytes.uint32(at: cursor))
      guard length >= FrameHeader.byteCount, bytes.byteCount - cursor >= length else { break }
      hint(bytes.extracting(cursor..<cursor + length), ahead + index, of: connection)
      cursor += length
      index += 1
    }
    return cursor
  }

  /// Asks for what the frame names.
  @inline(__always)
  private func hint(_ frame: RawSpan, _ ahead: UInt32, of connection: Connection) {
    let number = frame.uint64(at: FrameHeader.numberOffset)
    let at = FrameHeader.byteCount
    var notesAt = frame.byteCount
    switch Opcode(rawValue: frame.uint8(at: FrameHeader.opcodeOffset)) {
    case .use:
      guard frame.byteCount >= at + UseRequest.byteCount else { return }
      connection.handles.prefetch(frame.uint32(at: at))
      return
    case .acquire:
      machine.prefetchGrant(ahead: ahead)
      notesAt = at + AcquireRequest.byteCount + 4
    case .fund:
      guard frame.byteCount >= at + FundRequest.byteCount else { return }
      machine.prefetchLease(frame.uint64(at: at))
      notesAt = at + FundRequest.byteCount + 4
    case .check:
      guard frame.byteCount >= at + CheckRequest.byteCount else { return }
      machine.prefetchLease(frame.uint64(at: at))
      return
    case .exchange, .release: break
    default: return
    }
    machine.prefetchReceipt(number, ofSession: connection.session, ahead: ahead)
    if frame.byteCount - notesAt >= NoteToken.byteCount {
      machine.prefetchNote(frame.uint32(at: notesAt + 4), frame.uint64(at: notesAt + 8))
    }
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
