internal import Cashu
internal import TurnpikeCrypto
public import WireProtocol

/// What a token of ecash was found to be.
public enum EcashVerdict: Sendable {
  /// Of a mint that is taken. Whether its proofs are the mint's is proved if `ecash.isProven`; else the mint will say.
  case verified(VerifiedEcash)
  /// PAYMENT_MALFORMED, MINT_UNKNOWN, KEYSET_UNKNOWN, ECASH_INVALID or ECASH_LOCKED.
  case refused(Status)
}

/// Ecash that can be paid with, as a command says it.
public struct VerifiedEcash: Sendable {
  /// Number of its mint.
  public var mint: UInt32
  /// LOCKED and PROVEN, as they were found.
  public var flags: EcashFlags
  /// The earliest epoch of the keys that it is locked to; nil: none is. What is PROVEN is so only as long as this is provable.
  public var lockEpoch: LockEpoch?
  /// When the first of its locks ends, in seconds since 1970, as far as 32 bits tell; 0: none does.
  public var locktime: UInt32
  /// The lease whose own key some of it is locked to; 0: none.
  public var lease: UInt64
  /// Its proofs.
  public var proofs: [VerifiedProof]
  /// What is needed to spend them.
  public var sealed: [UInt8]
  /// Of the token's text (`SHA256.tokenHash`).
  public var tokenHash: Bytes16
}

/// The judging of one token of ecash (the rail CASHU): some 25 us for a proof, and 300 us for one that is locked. It may run on any
/// thread, and asks nobody.
///
///      0    1     2          4      8           24
///     +----+-----+----------+------+-----------+-----------------------------------------+
///     |rail|zero |byte count| zero |refund hash| text of a Cashu token (cashuB, cashuA)  |
///     | =3 | =0  |          |      |           |                                         |
///     +----+-----+----------+------+-----------+-----------------------------------------+
///
/// *Locked* is a proof that only this broker can spend: to a key of its own, or to that key for the lease that is paid (`LockKeys`,
/// `LockKey`). Ecash all of whose proofs are locked to keys of late (`LockEpoch.isProvable`), for long enough, and proved to be the mint's
/// (NUT-12) is PROVEN. Other locks are refused: a mint would not let the broker spend it. A proof that is locked and has no DLEQ is not refused: nobody else could spend it either, so the mint is asked.
public struct EcashVerification: Sendable {
  /// How long a lock must still hold so that ecash is taken before the mint has taken it: six hours.
  public static let settleSeconds: UInt64 = 6 * 3_600

  /// What is taken.
  public let terms: EcashTerms
  /// The token: `EcashToken` and its text.
  public let token: [UInt8]
  /// The lease that is paid, when the request names one; else 0.
  public let lease: UInt64
  /// Seconds since 1970.
  public let now: UInt64

  /// All fields.
  public init(terms: EcashTerms, token: [UInt8], lease: UInt64, now: UInt64) {
    self.terms = terms
    self.token = token
    self.lease = lease
    self.now = now
  }

  /// Judges it.
  public func run() -> EcashVerdict {
    do throws(FormatError) {
      let text = Array(token.dropFirst(EcashToken.byteCount))
      return judge(try Token(text), text)
    } catch {
      return .refused(.paymentMalformed)
    }
  }

  private func judge(_ token: Token, _ text: [UInt8]) -> EcashVerdict {
    guard
      let mint = terms.mints.first(where: { $0.unit == token.unit && $0.origin.isNamed(by: token.mint.utf8) })
    else { return .refused(.mintUnknown) }
    var proofs: [VerifiedProof] = []
    var held: [HeldProof] = []
    var (isLocked, isProven) = (false, true)
    var finder = LockFinder(terms.locks, lease: lease, curve: terms.keys.curve)
    var lockEpoch: LockEpoch?
    var earliest: UInt64?
    for proof in token.proofs {
      guard case .one(let id) = KeysetMatch(proof.keyset, among: mint.keysets.map(\.id)),
        let keyset = mint.keysets.first(where: { $0.id == id })
      else { return .refused(.keysetUnknown) }
      let exponent = proof.amount.trailingZeroBitCount
      guard proof.amount.nonzeroBitCount == 1, exponent < keyset.keys.count,
        // A mint need not stand these: who else's payments are in the swap should not feel it.
        terms.keys.curve.point(proof.signature) != nil, proof.secret.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }),
        let hashed = terms.keys.curve.hashToCurve(proof.secret), let y = terms.keys.curve.compressed(hashed)
      else { return .refused(.ecashInvalid) }
      var lock = HeldProof.Lock.none
      switch SpendingCondition(secret: proof.secret) {
      case .unlocked: isProven = false
      case .key(let key, let locktime):
        guard let found = finder.lock(to: key), let epoch = found.epoch else { return .refused(.ecashLocked) }
        lock = found
        isLocked = true
        if lockEpoch.map({ epoch.isBefore($0) }) ?? true { lockEpoch = epoch }
        if let locktime { earliest = min(earliest ?? .max, locktime) }
        let holds = locktime.map { $0 >= now && $0 - now >= Self.settleSeconds } ?? true
        if !holds || !epoch.isProvable(in: terms.locks.epoch) || !keyset.lasts(at: now) || proof.dleq == nil {
          isProven = false
        } else if !terms.keys.curve.verify(proof, hashed: hashed, key: keyset.keys[exponent]) {
          return .refused(.ecashInvalid)
        }
      case .refused: return .refused(.ecashLocked)
      }
      let (y0, y1) = y.halves
      proofs.append(VerifiedProof(y0: y0, y1: y1, keyset: keyset.number, exponent: UInt8(exponent)))
      held.append(
        HeldProof(
          keyset: keyset.number, exponent: UInt8(exponent), lock: lock, signature: proof.signature,
          secret: proof.secret))
    }
    guard let sealed = HeldProofs.seal(held, mint: mint.number, terms.keys.seal),
      sealed.count <= WireLimits.ecashByteCountMax
    else { return .refused(.paymentMalformed) }
    var flags: EcashFlags = isLocked ? .locked : []
    if isLocked && isProven { flags.insert(.proven) }
    let isOfLease = held.contains { $0.lock.lease != 0 }
    return .verified(
      VerifiedEcash(
        mint: mint.number, flags: flags, lockEpoch: lockEpoch,
        // 0 is one that ended long ago.
        locktime: earliest.map { UInt32(clamping: max($0, 1)) } ?? 0, lease: isOfLease ? lease : 0, proofs: proofs,
        sealed: sealed, tokenHash: unsafe SHA256.tokenHash(text.span.bytes)))
  }
}
