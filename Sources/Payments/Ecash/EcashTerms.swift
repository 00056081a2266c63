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
    /// Its keys, for 1, 2, 4 and so on.
    public var keys: [MintKey]

    /// All fields.
    public init(number: UInt32, id: KeysetID, isActive: Bool, keys: [MintKey]) {
      self.number = number
      self.id = id
      self.isActive = isActive
      self.keys = keys
    }
  }

  /// The broker's secrets.
  public let keys: EcashKeys
  /// Mints that are known, those that are not taken any more included.
  public var mints: [Mint] = []

  /// Terms without mints.
  public init(keys: EcashKeys) { self.keys = keys }

  /// The mint with a number.
  public func mint(_ number: UInt32) -> Mint? { mints.first { $0.number == number } }

  /// The point of a key, as a keyset has it; nil: it is none.
  public func mintKey(_ point: CompressedPoint) -> MintKey? { keys.curve.mintKey(point) }

  func keyset(_ number: UInt32) -> KeysetTerms? {
    for mint in mints {
      if let keyset = mint.keysets.first(where: { $0.number == number }) { return keyset }
    }
    return nil
  }
}
