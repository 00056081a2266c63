/// The 16 bytes that begin every frame.
///
///      0        4        5       6       8               16
///     +--------+--------+-------+-------+----------------+
///     | length | opcode | flags | word  | number         |
///     +--------+--------+-------+-------+----------------+
///
/// `length` is of the whole frame, header and MAC included. `word` is the `window` of a request, the status of a reply, and
/// zero in a push. `number` is above zero: the request's number, echoed in its reply; in pushes the connection's push count.
/// Holds whatever was received; `FrameLayout` judges it.
public struct FrameHeader: Hashable, Sendable {
  /// Bytes of a header.
  public static let byteCount = WireLimits.headerByteCount
  /// Offsets of the fields, as refusals name them.
  public static let opcodeOffset = 4
  /// Offset of `flags`.
  public static let flagsOffset = 5
  /// Offset of `word`.
  public static let wordOffset = 6
  /// Offset of `number`.
  public static let numberOffset = 8

  /// Bytes of the whole frame.
  public var length: UInt32
  /// Operation or push.
  public var opcode: UInt8
  /// Flags, unknown ones included.
  public var flags: FrameFlags
  /// Request: window. Reply: status. Push: 0.
  public var word: UInt16
  /// Number of the request or push.
  public var number: UInt64

  /// All fields.
  public init(length: UInt32, opcode: UInt8, flags: FrameFlags, word: UInt16, number: UInt64) {
    self.length = length
    self.opcode = opcode
    self.flags = flags
    self.word = word
    self.number = number
  }

  /// Reads a header at `offset`; nil when fewer than 16 bytes are there.
  public init?(_ bytes: RawSpan, at offset: Int = 0) {
    guard offset >= 0, bytes.byteCount &- offset >= Self.byteCount else { return nil }
    let part = bytes.extracting(offset..<offset &+ Self.byteCount)
    length = part.uint32(at: 0)
    opcode = part.uint8(at: Self.opcodeOffset)
    flags = FrameFlags(rawValue: part.uint8(at: Self.flagsOffset))
    word = part.uint16(at: Self.wordOffset)
    number = part.uint64(at: Self.numberOffset)
  }

  /// Writes the header at `offset`, where 16 bytes of room must be.
  public func write(to bytes: inout MutableRawSpan, at offset: Int = 0) {
    precondition(offset >= 0 && bytes.byteCount &- offset >= Self.byteCount)
    unsafe bytes.put(length, at: offset)
    unsafe bytes.put(opcode, at: offset &+ Self.opcodeOffset)
    unsafe bytes.put(flags.rawValue, at: offset &+ Self.flagsOffset)
    unsafe bytes.put(word, at: offset &+ Self.wordOffset)
    unsafe bytes.put(number, at: offset &+ Self.numberOffset)
  }

  /// Whether a frame of this length may be read at all, on a connection whose limit is `byteCountMax`.
  public func isLengthValid(byteCountMax: Int) -> Bool {
    length >= UInt32(truncatingIfNeeded: Self.byteCount) && Int(length) <= byteCountMax
  }
}

extension FrameFlags {
  /// Where the money is, of a reply.
  public var money: Money {
    get {
      switch (rawValue >> 1) & 3 {
      case 0: .none
      case 1: .notTaken
      case 2: .taken
      default: .notKnown
      }
    }
    set { self = FrameFlags(rawValue: rawValue & ~(3 << 1) | newValue.rawValue << 1) }
  }

  /// The flags of a reply that says where the money is.
  public init(money: Money, isReplayed: Bool = false) {
    self.init(rawValue: money.rawValue << 1 | (isReplayed ? FrameFlags.replayed.rawValue : 0))
  }
}
