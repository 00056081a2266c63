internal import Cashu

/// A proof that the broker holds for a payment until it is swapped: what is needed to spend it.
struct HeldProof: Equatable {
  /// Which key unlocks it.
  enum Lock: Equatable {
    case none
    case broker
    case lease(UInt64)
  }

  var keyset: UInt32
  var exponent: UInt8
  var lock: Lock
  var signature: CompressedPoint
  var secret: String
}

/// The proofs of one payment as the journal keeps them: sealed, so that no byte of it can spend anything.
///
///     each:  keyset 4 | exponent 1 | lock 1 (0 none, 1 broker, 2 lease) | lease 8 | C 33 | byte count of the secret 2 | secret
enum HeldProofs {
  private static let fixedByteCount = 4 + 1 + 1 + 8 + CompressedPoint.byteCount + 2

  /// Sealed for one mint; nil: there are none, or too much.
  static func seal(_ proofs: [HeldProof], mint: UInt32, _ seal: Seal) -> [UInt8]? {
    var bytes: [UInt8] = []
    for proof in proofs {
      bytes += littleEndian(UInt64(proof.keyset), 4)
      bytes.append(proof.exponent)
      switch proof.lock {
      case .none: bytes += [0] + littleEndian(0, 8)
      case .broker: bytes += [1] + littleEndian(0, 8)
      case .lease(let lease): bytes += [2] + littleEndian(lease, 8)
      }
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
      let lock: HeldProof.Lock
      let lease = number(rest.dropFirst(6).prefix(8))
      switch rest[rest.startIndex + 5] {
      case 0: lock = .none
      case 1: lock = .broker
      case 2: lock = .lease(lease)
      default: return nil
      }
      let exponent = rest[rest.startIndex + 4]
      let signature = CompressedPoint(rest.dropFirst(14).prefix(CompressedPoint.byteCount))
      let byteCount = Int(number(rest.dropFirst(fixedByteCount - 2).prefix(2)))
      rest = rest.dropFirst(fixedByteCount)
      guard let signature, exponent < 64, rest.count >= byteCount else { return nil }
      proofs.append(
        HeldProof(
          keyset: UInt32(truncatingIfNeeded: keyset), exponent: exponent, lock: lock, signature: signature,
          secret: String(decoding: rest.prefix(byteCount), as: UTF8.self)))
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
