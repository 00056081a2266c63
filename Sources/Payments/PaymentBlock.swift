public import WireProtocol

/// The head of the payment block of a request, and the walk over its tokens.
///
///      0            2             3           4
///     +------------+-------------+-----------+-------------------------------+
///     | byte count | token count | zero      | tokens, back to back          |
///     | of tokens  | 1 to 32     |           |                               |
///     +------------+-------------+-----------+-------------------------------+
///     each token:  rail (1)  zero (1)  byte count of the token, these four included (2)  ...
///
/// It knows sizes and rails only; what a token is worth is its rail's to say.
struct PaymentBlock {
  /// Bytes of the head.
  static let headByteCount = 4
  /// Bytes that every token begins with.
  static let tokenHeadByteCount = 4

  /// Tokens that follow: 1 to `WireLimits.tokenCountMax`.
  let tokenCount: Int
  /// Bytes of those tokens.
  let tokensByteCount: Int

  /// Bytes of the whole block.
  var byteCount: Int { Self.headByteCount + tokensByteCount }

  /// The head that `bytes` begin with: nil when it is cut short, has the reserved byte set, or counts no tokens or too
  /// many.
  init?(_ bytes: RawSpan) {
    guard bytes.byteCount >= Self.headByteCount else { return nil }
    tokensByteCount = Int(bytes.uint16(at: 0))
    tokenCount = Int(bytes.uint8(at: 2))
    guard (1...WireLimits.tokenCountMax).contains(tokenCount), bytes.uint8(at: 3) == 0 else { return nil }
  }

  /// Whether the first token of `bytes`, which begin with a payment block, is a tick of a hash chain.
  static func beginsWithTick(_ bytes: RawSpan) -> Bool {
    bytes.byteCount > headByteCount && bytes.uint8(at: headByteCount) == Rail.chain.rawValue
  }

  /// The token of ecash that is all of `bytes`, a payment block and nothing else: `EcashToken` and its text. Else why not.
  static func ecash(_ bytes: RawSpan) -> (token: Range<Int>?, verdict: PaymentVerdict) {
    guard let block = PaymentBlock(bytes), bytes.byteCount == block.byteCount else {
      return (nil, .block(.paymentMalformed))
    }
    guard block.tokenCount == 1 else { return (nil, .token(1, .railsMixed)) }
    guard let token = EcashToken(bytes, at: headByteCount), Int(token.byteCount) == block.tokensByteCount,
      token.rail == .cashu, !token.refundHash.isZero
    else { return (nil, .token(0, .paymentMalformed)) }
    return (headByteCount..<bytes.byteCount, .accepted)
  }

  /// Whether `bytes`, which must be this block and nothing else, is well formed: every token is whole and of its rail's
  /// size, together they fill the block exactly, and all are notes, or there is one tick.
  func check(_ bytes: RawSpan) -> PaymentVerdict {
    guard bytes.byteCount == byteCount else { return .block(.paymentMalformed) }
    var offset = Self.headByteCount
    for token in 0..<tokenCount {
      guard bytes.byteCount - offset >= Self.tokenHeadByteCount else { return .token(token, .paymentMalformed) }
      guard let rail = Rail(rawValue: bytes.uint8(at: offset)) else { return .token(token, .railUnknown) }
      // Every token before this one is a note, which is immediate; a tick stands alone.
      guard token == 0 || rail == .note else { return .token(token, .railsMixed) }
      if rail == .chain { return checkTick(bytes) }
      guard rail == .note else { return .token(token, .railUnknown) }
      guard NoteRail.hasNoteHeader(bytes, at: offset), bytes.byteCount - offset >= NoteToken.byteCount else {
        return .token(token, .paymentMalformed)
      }
      offset += NoteToken.byteCount
    }
    return offset == bytes.byteCount ? .accepted : .block(.paymentMalformed)
  }

  private func checkTick(_ bytes: RawSpan) -> PaymentVerdict {
    guard tokenCount == 1 else { return .token(1, .railsMixed) }
    guard bytes.byteCount == Self.headByteCount + TickToken.byteCount,
      bytes.uint16(at: Self.headByteCount + 2) == UInt16(TickToken.byteCount),
      TickToken(bytes, at: Self.headByteCount) != nil
    else { return .token(0, .paymentMalformed) }
    return .accepted
  }
}

/// Whether a payment is authentic, and if not, which token is to blame.
public struct PaymentVerdict: Equatable, Sendable {
  /// OK, or why the payment was refused.
  public let status: Status
  /// Number of the offending token, from 0; 0 also where the block as a whole is at fault.
  public let token: UInt8
  /// What the status says; else 0.
  public var detail: UInt64 = 0

  static let accepted = PaymentVerdict(status: .ok, token: 0)

  static func block(_ status: Status) -> PaymentVerdict { PaymentVerdict(status: status, token: 0) }

  static func token(_ index: Int, _ status: Status) -> PaymentVerdict {
    PaymentVerdict(status: status, token: UInt8(truncatingIfNeeded: index))
  }
}
