internal import Cashu

/// A proof that the broker holds for a payment until it is swapped: what is needed to spend it.
struct HeldProof: Equatable {
  /// Which key unlocks it.
  enum Lock: Equatable {
    case none
    case broker(LockEpoch)
    case lease(UInt64, LockEpoch)

    /// Of the key; nil: there is none.
    var epoch: LockEpoch? {
      switch self {
      case .none: nil
      case .broker(let epoch), .lease(_, let epoch): epoch
      }
    }

    /// The lease whose key it is; 0: none.
    var lease: UInt64 { if case .lease(let lease, _) = self { lease } else { 0 } }

    /// As it is written: 0 none, 1 broker, 2 lease.
    var kind: UInt8 {
      switch self {
      case .none: 0
      case .broker: 1
      case .lease: 2
      }
    }

    init?(kind: UInt8, _ epoch: LockEpoch, lease: UInt64) {
      switch (kind, lease) {
      case (0, 0) where epoch == LockEpoch(life: 0, period: 0): self = .none
      case (1, 0): self = .broker(epoch)
      case (2, 1...): self = .lease(lease, epoch)
      default: return nil
      }
    }
  }

  var keyset: UInt32
  var exponent: UInt8
  var lock: Lock
  var signature: CompressedPoint
  var secret: String
}

/// The proofs of one payment as the journal keeps them: sealed, so that no byte of it can spend anything.
///
///     each:  keyset 4 | exponent 1 | lock 1 | life 4 | period 4 | lease 8 | C 33 | byte count of the secret 2 | secret
///
/// The lock is 0 (none), 1 (a key of the broker) or 2 (of a lease), and life and period are of that key. What says nothing is 0.
enum HeldProofs {
  private static let fixedByteCount = 4 + 1 + 1 + 4 + 4 + 8 + CompressedPoint.byteCount + 2

  /// Sealed for one mint; nil: there are none, or too much.
  static func seal(_ proofs: [HeldProof], mint: UInt32, _ seal: Seal) -> [UInt8]? {
    var bytes: [UInt8] = []
    for proof in proofs {
      bytes += littleEndian(UInt64(proof.keyset), 4)
      bytes += [proof.exponent, proof.lock.kind]
      bytes += littleEndian(UInt64(proof.lock.epoch?.life ?? 0), 4)
      bytes += littleEndian(UInt64(proof.lock.epoch?.period ?? 0), 4)
      bytes += littleEndian(proof.lock.lease, 8)
      bytes += proof.signature.bytes
      let secret = Array(proof.secret.utf8)
      guard secret.count <= CashuLimits.secretByteCountMax else { return nil }
      bytes += littleEndian(UInt64(secret.count), 2) + secret
    }
    return seal.seal(bytes, associatedData: littleEndian(UInt64(mint), 4))
  }

  /// What was sealed for the mint; nil: it was not.
  static func open(_ sealed: [UInt8], mint: UInt32, _ seal: Seal) -> [HeldProof]? {
    guard let bytes = seal.open(sealed, associatedData: littleEndian(UInt64(mint), 4)) else { return nil }
    var proofs: [HeldProof] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      guard rest.count >= fixedByteCount else { return nil }
      let keyset = number(rest.prefix(4))
      let exponent = rest[rest.startIndex + 4]
      let epoch = LockEpoch(
        life: UInt32(truncatingIfNeeded: number(rest.dropFirst(6).prefix(4))),
        period: UInt32(truncatingIfNeeded: number(rest.dropFirst(10).prefix(4))))
      let lock = HeldProof.Lock(
        kind: rest[rest.startIndex + 5], epoch, lease: number(rest.dropFirst(14).prefix(8)))
      let signature = CompressedPoint(rest.dropFirst(22).prefix(CompressedPoint.byteCount))
      let byteCount = Int(number(rest.dropFirst(fixedByteCount - 2).prefix(2)))
      rest = rest.dropFirst(fixedByteCount)
      guard let lock, let signature, exponent < 64, byteCount <= CashuLimits.secretByteCountMax,
        rest.count >= byteCount,
        let secret = String(validating: rest.prefix(byteCount), as: UTF8.self),
        proofs.count < CashuLimits.proofCountMax
      else { return nil }
      proofs.append(
        HeldProof(
          keyset: UInt32(truncatingIfNeeded: keyset), exponent: exponent, lock: lock, signature: signature,
          secret: secret))
      rest = rest.dropFirst(byteCount)
    }
    return proofs
  }

  private static func littleEndian(_ value: UInt64, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var (value, shift) = (UInt64(0), UInt64(0))
    for byte in bytes {
      value |= UInt64(byte) << shift
      shift += 8
    }
    return value
  }
}
