internal import CCrypto
internal import TurnpikeCrypto
public import WireProtocol

/// The keys of the note epochs that are valid now.
///
/// Owns up to `epochCountMax` keys, newest epoch first, at one address, and overwrites them with zeros when it ends.
/// Epochs come and go at a start and at ROTATE; finding the key of a note of the newest epoch is one comparison.
/// `NoteRail` verifies and writes notes with it.
@safe
public struct NoteKeyring: ~Copyable {
  /// Epochs that can be valid at a time.
  public static let epochCountMax = 8

  private struct Epoch {
    var number: UInt32
    var algorithm: TagAlgorithm
  }

  private let epochs: UnsafeMutablePointer<Epoch>
  /// The key of the epoch at the same index: the two states of HMAC, or the SipHash key in the first 16 bytes.
  private let keys: UnsafeMutablePointer<tp_hmac_key>
  /// Epochs that are in use.
  public private(set) var count = 0

  /// A keyring without epochs.
  public init() {
    unsafe epochs = UnsafeMutablePointer<Epoch>.allocate(capacity: Self.epochCountMax)
    unsafe epochs.initialize(
      repeating: Epoch(number: 0, algorithm: .hmacSha256_128), count: Self.epochCountMax)
    unsafe keys = UnsafeMutablePointer<tp_hmac_key>.allocate(capacity: Self.epochCountMax)
    unsafe keys.initialize(repeating: tp_hmac_key(), count: Self.epochCountMax)
  }

  deinit {
    unsafe tp_cleanse(keys, Self.epochCountMax * MemoryLayout<tp_hmac_key>.stride)
    unsafe keys.deallocate()
    unsafe epochs.deallocate()
  }

  /// Derives and adds the key of `epoch` of the broker that began at the instant `genesis`. False, and nothing changed, when the
  /// keyring is full or has the epoch already.
  public mutating func add(
    epoch: UInt32, algorithm: TagAlgorithm, genesis: UInt64, from derivation: borrowing KeyDerivation
  ) -> Bool {
    guard count < Self.epochCountMax, index(of: epoch) == nil else { return false }
    var position = 0
    while unsafe position < count && epochs[position].number > epoch { position += 1 }
    for index in stride(from: count, to: position, by: -1) {
      unsafe epochs[index] = epochs[index - 1]
      unsafe keys[index] = keys[index - 1]
    }
    unsafe epochs[position] = Epoch(number: epoch, algorithm: algorithm)
    unsafe keys[position] = tp_hmac_key()
    let key = unsafe keys + position
    derivation.noteKey(epoch: epoch, algorithm: algorithm, genesis: genesis).withBytes { secret in
      unsafe secret.withUnsafeBytes { bytes in
        switch algorithm {
        case .hmacSha256_128:
          unsafe tp_hmac_init(key, bytes.baseAddress, bytes.count)
        case .siphash2_4_128:
          unsafe UnsafeMutableRawBufferPointer(start: key, count: Int(TP_TAG_BYTE_COUNT))
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(TP_TAG_BYTE_COUNT))))
        }
      }
    }
    count += 1
    return true
  }

  /// Forgets the key of `epoch`: its notes are unknown from now on. False when it was not there.
  public mutating func remove(epoch: UInt32) -> Bool {
    guard let removed = index(of: epoch) else { return false }
    for index in removed..<count - 1 {
      unsafe epochs[index] = epochs[index + 1]
      unsafe keys[index] = keys[index + 1]
    }
    count -= 1
    unsafe tp_cleanse(keys + count, MemoryLayout<tp_hmac_key>.stride)
    return true
  }

  /// The epochs whose keys it has, newest first.
  public var numbers: [UInt32] {
    var numbers: [UInt32] = []
    for index in 0..<count { unsafe numbers.append(epochs[index].number) }
    return numbers
  }

  /// Where the key of `epoch` lies, for `writeTag`; nil when the epoch is unknown.
  func index(of epoch: UInt32) -> Int? {
    var index = 0
    while index < count {
      if unsafe epochs[index].number == epoch { return index }
      index += 1
    }
    return nil
  }

  /// Writes the 16-byte tag of the `byteCount` bytes at `body` to `out`, with the key that `index(of:)` found.
  func writeTag(
    of body: UnsafeRawPointer, byteCount: Int, keyIndex: Int, to out: UnsafeMutableRawPointer
  ) {
    switch unsafe epochs[keyIndex].algorithm {
    case .hmacSha256_128: unsafe tp_hmac128(keys + keyIndex, body, byteCount, out)
    case .siphash2_4_128: unsafe tp_siphash128(keys + keyIndex, body, byteCount, out)
    }
  }
}
