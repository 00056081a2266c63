import Cashu
import TurnpikeCrypto
import WireProtocol

/// A token of ecash, as its owner knows it.
final class KnownToken {
  /// What is wrong with it, if anything is: then no request that it pays for is ever done.
  enum Flaw {
    case none, spent, forged, otherKey, otherLease, unknownMint, unknownUnit, tooSmall
  }

  /// To what its coins are locked.
  enum Lock: Equatable {
    case none, broker
    case lease(UInt64)
  }

  let mint: SimulatedMint
  let proofs: [Proof]
  /// Of the coins, in their order.
  let points: [CompressedPoint]
  let flaw: Flaw
  let lock: Lock
  /// Of which period the key is that it is locked to.
  let lockPeriod: UInt64?
  /// When the first of its coins' locks ends, in seconds; nil: none does.
  let locktime: UInt64?
  let sum: UInt64
  /// What it is worth at the broker.
  let credit: UInt64
  /// Its text.
  let text: [UInt8]
  /// Payments that it was offered in.
  var payments: [KnownEcash] = []
  /// Its owner spent it elsewhere, or tries to.
  var isSpentElsewhere = false
  /// Of one that a life knows which began from a backup: the same, as the life before it knew it.
  private(set) var original: KnownToken?

  init?(
    _ proofs: [Proof], of mint: SimulatedMint, url: String? = nil, unit: String? = nil, flaw: Flaw = .none,
    lock: Lock = .none, lockPeriod: UInt64? = nil
  ) {
    let token = try? Token(mint: url ?? mint.url, unit: unit ?? mint.terms.unit, proofs: proofs)
    guard let token, let text = try? token.text() else { return nil }
    (self.mint, self.proofs, self.flaw, sum) = (mint, proofs, flaw, token.amount)
    (self.lock, self.lockPeriod) = (lock, lockPeriod)
    let locktimes = proofs.compactMap { proof -> UInt64? in
      guard case .key(_, let locktime) = SpendingCondition(secret: proof.secret) else { return nil }
      return locktime
    }
    locktime = locktimes.min()
    points = proofs.compactMap { mint.point(of: $0) }
    credit = mint.credit(of: token.amount, count: proofs.count)
    self.text = Array(text.utf8)
  }

  /// As it is known to a life that begins from a backup: nobody offered it there.
  init(in restored: KnownToken) {
    (mint, proofs, points, flaw) = (restored.mint, restored.proofs, restored.points, restored.flaw)
    (lock, sum, credit, text) = (restored.lock, restored.sum, restored.credit, restored.text)
    (original, lockPeriod, locktime) = (restored, restored.lockPeriod, restored.locktime)
  }

  /// What tells it from others without its text.
  var hash: Bytes16 {
    let text = text
    return unsafe SHA256.tokenHash(text.span.bytes)
  }

  /// As it stands in a frame.
  func bytes(refundHash: Bytes16) -> [UInt8] {
    let byteCount = UInt16(clamping: EcashToken.byteCount + text.count)
    var encoded = [UInt8](repeating: 0, count: EcashToken.byteCount)
    var span = encoded.mutableSpan
    var bytes = unsafe span.mutableBytes
    EcashToken(rail: .cashu, byteCount: byteCount, refundHash: refundHash).write(to: &bytes, at: 0)
    return encoded + text
  }
}

/// A payment in ecash, from its request until it is known what became of it, and what clients were told of it.
final class KnownEcash {
  /// What nothing takes back once it was told.
  enum Outcome { case taken, refundable, notTaken }

  let token: KnownToken
  /// What shows whose refund it is.
  let refundKey: Bytes16
  /// It is locked to this lease's key: what shows whose refund it is then is the key of the lease, as it was when that was paid.
  var lease: KnownLease?
  /// What its refund is asked for with beside the key: by the key of a lease none is.
  var refundToken: Bytes16 { lease == nil ? token.hash : Bytes16() }
  /// Its id, once somebody was told.
  var id: UInt64?
  var outcome: Outcome?
  /// When the request was sent that was answered PAYMENT_PENDING last: it ended later.
  var pendingAt: UInt64?
  /// Why it was not taken, or could not do what it was for.
  var status = Status.paymentPending
  /// The note that it was paid out as.
  var refund: NoteToken?
  /// Of an EXCHANGE: what it asked for, and the notes that it made, once somebody was told.
  var outputs: [NoteOutput] = []
  var exchanged: [NoteToken] = []
  /// That note is in the purse, or was; or these.
  var isCollected = false
  /// It was not known to be over when a backup was made; and the broker tells no more of it.
  private(set) var wasOpen = false
  var isForgotten = false
  /// Nobody will ever ask again under its number.
  var isAbandoned = false

  init(_ token: KnownToken, refundKey: Bytes16) {
    (self.token, self.refundKey) = (token, refundKey)
    token.payments.append(self)
  }

  /// Whether it was an EXCHANGE that was put off and done: REFUND gives its notes.
  var isExchanged: Bool { outcome == .taken && pendingAt != nil && !outputs.isEmpty }

  /// As it was known when a backup was made.
  func copy(of token: KnownToken) -> KnownEcash {
    let copy = KnownEcash(token, refundKey: refundKey)
    (copy.id, copy.outcome, copy.status) = (id, outcome, status)
    (copy.lease, copy.isAbandoned, copy.wasOpen) = (lease, isAbandoned, outcome == nil)
    (copy.refund, copy.outputs, copy.exchanged) = (refund, outputs, exchanged)
    return copy
  }
}

extension SimulatedMint {
  /// What so many coins of a sum are worth at the broker: rounded down, after the fee of spending them.
  func credit(of sum: UInt64, count: Int) -> UInt64 {
    let net = sum - min(sum, fee(count))
    return net * terms.numerator / terms.denominator
  }

  /// The smallest sum of as few coins as there can be that is worth exactly this; nil: there is none, or not of a few coins.
  func sum(worth credit: UInt64, countMax: Int) -> UInt64? {
    let net = (credit * terms.denominator + terms.numerator - 1) / terms.numerator
    guard credit > 0, net >= terms.minimum, net * terms.numerator / terms.denominator == credit else { return nil }
    var sum = net + fee(1)
    for _ in 0..<6 {
      let count = KnownPayout.split(sum, keyCount: keyCounts.last ?? 1).count
      guard count <= countMax, sum < 1 << 16 else { return nil }
      if sum == net + fee(count) { return sum }
      sum = net + fee(count)
    }
    return nil
  }
}
