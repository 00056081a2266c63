public import Cashu
public import Payments
public import WireProtocol

/// Curve work that is too long for the loop's thread: done elsewhere, in any order.
public enum EcashJob: Sendable {
  /// Judges the token of a request that waits.
  case verify(ticket: UInt64, EcashVerification)
  /// Makes what a swap says to its mint.
  case prepare(mint: UInt32, SwapPreparation)
  /// Judges what a mint signed.
  case complete(mint: UInt32, SwapCompletion)
  /// Makes what a mint is asked about the broker's own proofs.
  case prepareScan(mint: UInt32, ScanPreparation)
  /// Judges what a mint says that it signed of them.
  case completeScan(mint: UInt32, ScanCompletion)

  /// Does it.
  public func run() -> EcashJobResult {
    switch self {
    case .verify(let ticket, let verification): .verified(ticket: ticket, verification.run())
    case .prepare(let mint, let preparation): .prepared(mint: mint, preparation.run())
    case .complete(let mint, let completion): .completed(mint: mint, completion.run())
    case .prepareScan(let mint, let preparation): .scanPrepared(mint: mint, preparation.run())
    case .completeScan(let mint, let completion): .scanned(mint: mint, completion.run())
    }
  }
}

/// What came of a job.
public enum EcashJobResult: Sendable {
  /// What the token was found to be.
  case verified(ticket: UInt64, EcashVerdict)
  /// The swap, or why there is none.
  case prepared(mint: UInt32, SwapPreparation.Result)
  /// The signatures, as `SwapCompletion` gives them; nil: they are not what was asked for.
  case completed(mint: UInt32, [CompressedPoint]?)
  /// What the mint is asked; nil: the keyset is not known.
  case scanPrepared(mint: UInt32, PreparedScan?)
  /// What of it is proved to be signed.
  case scanned(mint: UInt32, [FoundProof])
}

/// A question to a mint, to be put to it now.
public struct MintCall: Sendable {
  /// Its number, for `answered`.
  public let id: UInt64
  /// Where the mint is.
  public let origin: MintOrigin
  /// What is asked.
  public let request: MintRequest
  /// How long the answer may take.
  public let timeoutMilliseconds: UInt64
}

/// What came of a call.
public enum MintAnswer: Sendable {
  /// A whole answer.
  case answered(status: Int, body: [UInt8])
  /// The mint never got a byte of the request.
  case notSent
  /// It may have done what it was asked for.
  case unknown
}

/// Something about a mint that its operator should know.
public struct MintNews: Sendable {
  /// Number of the mint.
  public var mint: UInt32
  /// What happened.
  public var what: String
  /// Whether somebody should look at it.
  public var isTrouble: Bool
}

/// A mint as an operator configures it.
public struct EcashMint: Sendable {
  /// Where it is.
  public var origin: MintOrigin
  /// Its unit.
  public var unit: Name32
  /// Rate: so many of the broker's units for `denominator` of the mint's.
  public var numerator: UInt64
  /// See `numerator`.
  public var denominator: UInt64
  /// Least that a payment is worth after fees.
  public var minimum: UInt64
  /// Most that may be credited and not swapped.
  public var exposure: UInt64
  /// Most that the broker has and takes of it; 0: any.
  public var ceiling: UInt64

  /// All fields.
  public init(
    origin: MintOrigin, unit: Name32, numerator: UInt64, denominator: UInt64, minimum: UInt64, exposure: UInt64,
    ceiling: UInt64 = 0
  ) {
    (self.origin, self.unit) = (origin, unit)
    (self.numerator, self.denominator) = (numerator, denominator)
    (self.minimum, self.exposure, self.ceiling) = (minimum, exposure, ceiling)
  }
}

/// What the engine does about ecash beside the state machine: requests whose tokens are being judged, and the mints.
///
/// Nothing here is lost with the process that matters: a request that was parked was not answered, and a line finds out at its mint
/// what it asked for.
struct EcashDesk {
  /// A request that waits for its token to be judged.
  struct Parked {
    let connection: Connection
    let frame: [UInt8]
    let refundHash: Bytes16
  }

  /// What is taken now.
  var terms: EcashTerms
  /// By ticket.
  var parked: [UInt64: Parked] = [:]
  var lastTicket: UInt64 = 0
  /// Tokens that were judged, and whose requests are to be carried out.
  var verified: [(ticket: UInt64, verdict: EcashVerdict)] = []
  /// Jobs that nobody has taken.
  var jobs: [EcashJob] = []
  /// One for each mint that is known, by number.
  var lines: [MintLine] = []
  var lastCall: UInt64 = 0
  var news: [MintNews] = []

  init(terms: EcashTerms) { self.terms = terms }

  /// Notes something for the log, unless too much waits there.
  mutating func note(_ mint: UInt32, _ what: String, isTrouble: Bool = false) {
    guard news.count < 64 else { return }
    news.append(MintNews(mint: mint, what: what, isTrouble: isTrouble))
  }
}
