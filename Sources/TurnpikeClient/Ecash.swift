internal import TurnpikeCrypto
public import WireProtocol

/// Ecash that pays for a request (the rail CASHU): a Cashu token, and the secret that its payer collects it with where it was taken
/// and could not do what it was for.
///
/// A token is money: whoever shows it to its mint first has it. It is kept as it is sent, since a repeat has to be the same, and read
/// by the broker alone.
public struct Ecash: Hashable, Sendable {
  /// The text, `cashuA...` or `cashuB...`, without anything around it.
  public let token: String
  /// Secret and random.
  public let refundKey: Bytes16

  /// Of a token as it was copied, with `cashu:` and white space around it or without.
  ///
  /// - Parameter refundKey: Nil: a new one.
  public init(token text: some StringProtocol, refundKey: Bytes16? = nil) throws(TurnpikeError) {
    let isSpace = { (byte: UInt8) in byte == 0x20 || 0x09...0x0d ~= byte }
    var token = text.utf8.drop(while: isSpace)
    for scheme in ["cashu://", "cashu:"] where token.starts(with: scheme.utf8) {
      token = token.dropFirst(scheme.utf8.count)
      break
    }
    let bytes = Array(token.prefix { !isSpace($0) })
    guard token.dropFirst(bytes.count).allSatisfy(isSpace),
      bytes.starts(with: "cashuA".utf8) || bytes.starts(with: "cashuB".utf8), bytes.allSatisfy(Self.isBase64)
    else { throw TurnpikeError(.invalidArgument("that is no Cashu token: one begins with cashuA or cashuB")) }
    guard bytes.count <= Self.byteCountMax else {
      throw TurnpikeError(.invalidArgument("the token is too long: \(bytes.count) bytes"))
    }
    self.token = String(decoding: bytes, as: UTF8.self)
    self.refundKey = if let refundKey { refundKey } else { try .secret() }
  }

  /// What tells the token from others without its text.
  public var tokenHash: Bytes16 { unsafe SHA256.tokenHash(Array(token.utf8).span.bytes) }

  /// Bytes of a token that a payment's 16-bit lengths can tell.
  static let byteCountMax = Int(UInt16.max) - EcashToken.byteCount

  private static func isBase64(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "+"),
      UInt8(ascii: "/"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// Bytes of the payment's token.
  var byteCount: Int { EcashToken.byteCount + token.utf8.count }

  /// Writes the payment's token.
  func write(to bytes: inout MutableRawSpan, at offset: Int) {
    EcashToken(rail: .cashu, byteCount: UInt16(clamping: byteCount), refundHash: refundKey.keyHash)
      .write(to: &bytes, at: offset)
    for (index, byte) in token.utf8.enumerated() { bytes.store(byte, at: offset + EcashToken.byteCount + index) }
  }
}

/// What a wallet pays a request with.
public enum Tender: Hashable, Sendable {
  /// So much in notes of the wallet, in the broker's unit. It splits and merges them as needed.
  case amount(UInt64)
  /// All that ecash is worth here, after its mint's fees.
  case ecash(Ecash)
}

extension Request {
  /// The same, paid in ecash in the place of notes; `.invalidArgument` where nothing is paid, or the frame would be too long.
  public func paid(in ecash: Ecash) throws(TurnpikeError) -> Request {
    switch opcode.layout.payment {
    case .optional: break
    case .required where opcode != .payout: break
    default:
      throw TurnpikeError(
        .invalidArgument("\(opcode.specificationName) is not paid in ecash"), money: .notTaken)
    }
    var request = self
    (request.payment, request.tick, request.ecash) = ([], nil, ecash)
    let excess = request.frameByteCount(isAuthenticated: true) - WireLimits.frameByteCountMax
    guard excess <= 0 else {
      throw TurnpikeError(
        .invalidArgument(
          "the token is \(excess) bytes too long to be sent: have its wallet make one of fewer and larger coins"),
        money: .notTaken, operation: opcode)
    }
    return request
  }

  /// REFUND: of a payment in ecash that was taken and could not do what it was for; of payment 0: of the one that key and token lead to.
  ///
  /// - Parameter token: `Ecash.tokenHash` of what was paid with; zero: of a payout.
  public static func refund(payment: UInt64, key: Bytes16, token: Bytes16) -> Request {
    Request(.refund, RefundRequest(payment: payment, key: key, token: token))
  }

  /// MINTS.
  public static func mints() -> Request { Request(.mints, empty: ()) }
}
