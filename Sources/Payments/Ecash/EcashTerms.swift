public import Cashu

/// What ecash the broker takes, as it was when this was made: for threads that judge tokens and swaps.
public struct EcashTerms: Sendable {
  /// A mint in one unit.
  public struct Mint: Sendable {
    /// Its number here.
    public var number: UInt32
    /// Where it is.
    public var origin: MintOrigin
    /// Its unit, as tokens name it.
    public var unit: String
    /// What is known of its keysets.
    public var keysets: [KeysetTerms] = []

    /// A mint of which no keyset is known.
    public init(number: UInt32, origin: MintOrigin, unit: String) {
      self.number = number
      self.origin = origin
      self.unit = unit
    }
  }

  /// A keyset that is pinned.
  public struct KeysetTerms: Sendable {
    /// Its number here.
    public var number: UInt32
    /// Its whole id.
    public var id: KeysetID
    /// Whether the mint signs with it.
    public var isActive: Bool
    /// When it ends, in seconds since 1970; 0: never.
    public var finalExpiry: UInt64
    /// Its keys, for 1, 2, 4 and so on.
    public var keys: [MintKey]

    /// All fields.
    public init(number: UInt32, id: KeysetID, isActive: Bool, finalExpiry: UInt64 = 0, keys: [MintKey]) {
      self.number = number
      self.id = id
      self.isActive = isActive
      self.finalExpiry = finalExpiry
      self.keys = keys
    }

    /// Whether it will be there long after ecash of it is to be swapped, at this second.
    func lasts(at now: UInt64) -> Bool {
      isActive && (finalExpiry == 0 || finalExpiry > now && finalExpiry - now >= EcashTerms.lastingSeconds)
    }
  }

  /// How long a keyset must still last so that ecash of it is taken before its mint has taken it: thirty days.
  public static let lastingSeconds: UInt64 = 2_592_000

  /// The broker's secrets.
  public let keys: EcashKeys
  /// What ecash can be locked to.
  public var locks: LockKeys
  /// Mints that are known, those that are not taken any more included.
  public var mints: [Mint] = []

  /// Terms without mints.
  public init(keys: EcashKeys, locks: LockKeys) { (self.keys, self.locks) = (keys, locks) }

  /// The mint with a number.
  public func mint(_ number: UInt32) -> Mint? { mints.first { $0.number == number } }

  /// The point of a key, as a keyset has it; nil: it is none.
  public func mintKey(_ point: CompressedPoint) -> MintKey? { keys.curve.mintKey(point) }

  /// Whether a point is one of the curve.
  public func isPoint(_ point: CompressedPoint) -> Bool { keys.curve.point(point) != nil }

  /// The key of an epoch, of one that is recognized no more as well: what was taken can be spent whenever its mint answers.
  func lockKey(of epoch: LockEpoch) -> LockKey? { locks.key(of: epoch) ?? keys.lockKey(of: epoch) }

  func keyset(_ number: UInt32) -> KeysetTerms? {
    for mint in mints {
      if let keyset = mint.keysets.first(where: { $0.number == number }) { return keyset }
    }
    return nil
  }
}
