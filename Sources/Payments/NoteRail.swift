internal import CCrypto
public import WireProtocol

/// The rail of the operator's own notes: bearer money that is worth its amount to whoever shows it first.
///
///      0    1     2          4         8         16        24         32        48
///     +----+-----+----------+---------+---------+---------+----------+---------+
///     |rail|zero |byte count|key epoch| serial  | amount  | binding  |   tag   |
///     | =1 | =0  |   = 48   |         |         |         |          |         |
///     +----+-----+----------+---------+---------+---------+----------+---------+
///     tag = algorithm of the epoch(key of the epoch, bytes 0 to 31)
///
/// This proves authenticity only: whether a note is spent, expired, repeated or bound elsewhere is judged by the state
/// machine. Nothing here allocates or keeps state.
public enum NoteRail {
  /// Bytes that the tag covers, which is also where it lies.
  static let tagOffset = NoteToken.byteCount - WireLimits.macByteCount
  private static let keyEpochOffset = 4

  /// What a token was found to be.
  public enum Verdict: Equatable, Sendable {
    /// Made with a key of this broker.
    case authentic(VerifiedNote)
    /// PAYMENT_MALFORMED, NOTE_EPOCH_UNKNOWN, NOTE_FORGED or AMOUNT_INVALID.
    case refused(Status)
  }

  /// Whether the 48 bytes of `token` are a note of this broker. Of a token whose tag is wrong nothing is used but the
  /// number of the epoch, which names the key. Tags are compared in constant time.
  public static func verify(_ token: RawSpan, keyring: borrowing NoteKeyring) -> Verdict {
    guard token.byteCount == NoteToken.byteCount, hasNoteHeader(token, at: 0) else {
      return .refused(.paymentMalformed)
    }
    guard let keyIndex = keyring.index(of: token.uint32(at: keyEpochOffset)) else {
      return .refused(.noteEpochUnknown)
    }
    let isAuthentic = unsafe token.withUnsafeBytes { bytes in
      var tag = (UInt64(0), UInt64(0))
      guard let start = bytes.baseAddress else { return false }
      return unsafe withUnsafeMutablePointer(to: &tag) { tag in
        unsafe keyring.writeTag(of: start, byteCount: tagOffset, keyIndex: keyIndex, to: tag)
        return unsafe tp_equal(tag, start + tagOffset, WireLimits.macByteCount)
      }
    }
    guard isAuthentic, let note = NoteToken(token) else { return .refused(.noteForged) }
    // The broker makes no such note; the check stands so that the state machine may rely on it.
    guard note.amount > 0 else { return .refused(.amountInvalid) }
    return .authentic(
      VerifiedNote(keyEpoch: note.keyEpoch, serial: note.serial, amount: note.amount, binding: note.binding))
  }

  /// Writes the 48 bytes of `note`, tag included, at `offset`. Equal notes give equal bytes, so a repeated reply pays out
  /// the very same notes. False, and nothing usable written, when the epoch is unknown or there is no room.
  public static func write(
    _ note: VerifiedNote, to bytes: inout MutableRawSpan, at offset: Int, keyring: borrowing NoteKeyring
  ) -> Bool {
    guard offset >= 0, bytes.byteCount &- offset >= NoteToken.byteCount,
      let keyIndex = keyring.index(of: note.keyEpoch)
    else { return false }
    NoteToken(
      rail: .note, byteCount: UInt16(NoteToken.byteCount), keyEpoch: note.keyEpoch, serial: note.serial,
      amount: note.amount, binding: note.binding, tag: Bytes16()
    ).write(to: &bytes, at: offset)
    unsafe bytes.withUnsafeMutableBytes { output in
      guard let start = output.baseAddress else { return }
      unsafe keyring.writeTag(
        of: start + offset, byteCount: tagOffset, keyIndex: keyIndex, to: start + offset + tagOffset)
    }
    return true
  }

  /// Whether the four bytes at `offset`, which the caller has checked to be there, begin a note.
  static func hasNoteHeader(_ bytes: RawSpan, at offset: Int) -> Bool {
    bytes.uint8(at: offset) == Rail.note.rawValue && bytes.uint8(at: offset + 1) == 0
      && bytes.uint16(at: offset + 2) == UInt16(NoteToken.byteCount)
  }
}
