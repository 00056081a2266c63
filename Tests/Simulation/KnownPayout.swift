import Cashu
import Payments
import ScriptedMint
import TurnpikeCrypto
import WireProtocol

/// Ecash that somebody is paid out, from his request until he has it, or his notes back, and what clients were told of it.
final class KnownPayout {
  /// What nothing takes back once it was told.
  enum Outcome { case taken, refundable }

  /// With what it is refused, whatever the broker has.
  struct Refusal {
    let status: Status
    let detail: UInt64?
    /// Whether that does not depend on the keyset that signs.
    let isCertain: Bool

    init(_ status: Status, _ detail: UInt64? = nil, isCertain: Bool = true) {
      (self.status, self.detail, self.isCertain) = (status, detail, isCertain)
    }
  }

  let mint: SimulatedMint
  /// The mint's number as it is named, which may be nobody's.
  let number: UInt32
  let maker: Client
  /// Blank outputs as they were made, and their points as they are sent: some may be spoiled.
  let blanks: BlindedCoins
  let points: [CompressedPoint]
  let refundKey: Bytes16
  let paid: UInt64
  /// Whether its points are its own.
  let isReused: Bool
  /// Of one that a life knows which began from a backup: the same, as the life before it knew it.
  private(set) var original: KnownPayout?
  /// It was not known to be over when a backup was made.
  private(set) var wasOpen = false
  /// What was told of it then, an earlier life had had signed.
  var wasSigned = false
  /// It was refused, and nothing ever comes of it.
  var isRefused = false
  /// Its id, once somebody was told.
  var id: UInt64?
  var outcome: Outcome?
  /// Why it was not paid out, and what is told beside that, or the keyset's number; nil: nobody was told.
  var status: Status?
  var detail: UInt64?
  /// The oracle's count of events when it was known to be over.
  var endedOrder = Int.max
  /// What SIGNATURES told, and the coins that it makes.
  var signatures: [UInt8]?
  var coins: [Proof]?
  /// The note that its money came back as, and whether that is in the purse, or was.
  var refund: NoteToken?
  var isCollected = false
  /// Whether its maker, who was to collect the note, was told last that there is no session for him: others have what was answered to
  /// them kept there.
  var findsNoSession = false
  /// The broker tells no more of it.
  var isForgotten = false
  /// Questions about it that its maker waits for.
  var questionCount = 0

  init(
    at mint: SimulatedMint, number: UInt32? = nil, by maker: Client, _ blanks: BlindedCoins,
    points: [CompressedPoint]? = nil, paid: UInt64, refundKey: Bytes16, isReused: Bool = false
  ) {
    (self.mint, self.number, self.maker) = (mint, number ?? mint.brokerNumber, maker)
    (self.blanks, self.points) = (blanks, points ?? blanks.outputs.map(\.point))
    (self.paid, self.refundKey, self.isReused) = (paid, refundKey, isReused)
  }

  /// As it was known when a backup was made.
  func copy(by maker: Client) -> KnownPayout {
    let copy = KnownPayout(
      at: mint, number: number, by: maker, blanks, points: points, paid: paid, refundKey: refundKey, isReused: isReused)
    (copy.original, copy.id, copy.outcome) = (original ?? self, id, outcome)
    (copy.status, copy.detail, copy.signatures) = (status, detail, signatures)
    copy.refund = refund
    if outcome != nil { copy.endedOrder = -1 }
    copy.wasOpen = outcome == nil
    return copy
  }

  var gross: UInt64 { mint.gross(of: paid) ?? 0 }
  var fee: UInt64 { mint.fee(points.count + 1) }
  var net: UInt64 { gross - min(gross, fee) }
  var isAccepted: Bool { id != nil }
  /// Its owner has what he is to have.
  var isOver: Bool { coins != nil || refund != nil }

  var records: [BlankOutput] {
    points.map {
      let (x0, x1) = $0.halves
      return BlankOutput(x0: x0, x1: x1, isOdd: $0.isOdd ? 1 : 0)
    }
  }

  /// The first thing about it that is not as it must be, in the order in which it is judged.
  var refusal: Refusal? {
    guard number == mint.brokerNumber else { return Refusal(.mintUnknown) }
    if points.isEmpty { return Refusal(.quantityInvalid) }
    if let repeated { return Refusal(.ecashInvalid, UInt64(repeated)) }
    guard let gross = mint.gross(of: paid) else { return Refusal(.amountInvalid, paid - paid % mint.step) }
    if gross > UInt64(WireLimits.ecashAmountMax) { return Refusal(.amountOverflow) }
    let least = max(mint.terms.minimum, 1) + fee
    if gross < least {
      let worth = least * mint.terms.numerator
      return Refusal(.amountInvalid, (worth + mint.terms.denominator - 1) / mint.terms.denominator)
    }
    let counts = mint.keyCounts.map { Self.split(net, keyCount: $0).count }
    if counts.contains(where: { $0 > points.count }) {
      return Refusal(.quantityInvalid, isCertain: !counts.contains { $0 <= points.count })
    }
    return nil
  }

  /// The first output that has the x of one before it.
  private var repeated: Int? {
    points.indices.first { index in points[..<index].contains { $0.x == points[index].x } }
  }

  /// The powers of two that an amount is signed in, the greatest first, by a keyset of so many keys.
  static func split(_ amount: UInt64, keyCount: Int) -> [Int] {
    let top = keyCount - 1
    let whole = Array(repeating: top, count: Int(clamping: min(amount >> UInt64(top), 4_096)))
    return whole + (0..<top).reversed().filter { amount >> UInt64($0) & 1 == 1 }
  }

  /// The coins that signatures on its first outputs make; nil: they are none.
  func coins(_ signatures: [BlindSignature]) -> [Proof]? {
    let places = signatures.enumerated().map { RestoredSignature(outputIndex: $0.offset, signature: $0.element) }
    return blanks.coins(places, among: mint.mint.allKeysets, curve: mint.curve)
  }
}

extension SimulatedMint {
  /// Its number at the broker, whose first life took all mints in their order.
  var brokerNumber: UInt32 { UInt32(clamping: number + 1) }

  /// How many keys its keysets have.
  var keyCounts: [Int] { mint.allKeysets.map(\.keys.count) }

  /// What is worth a whole number of its units are the multiples of this.
  var step: UInt64 { terms.numerator / divisor }

  private var divisor: UInt64 {
    var (some, other) = (terms.numerator, terms.denominator)
    while other > 0 { (some, other) = (other, some % other) }
    return some
  }

  /// The most in notes that is worth no more than this in its unit.
  func worth(_ gross: UInt64) -> UInt64 { gross / (terms.denominator / divisor) * step }

  /// What notes are worth in its unit; nil: no whole number.
  func gross(of paid: UInt64) -> UInt64? {
    paid.isMultiple(of: step) ? paid / step * (terms.denominator / divisor) : nil
  }
}
