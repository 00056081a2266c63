public import Cashu

/// A Cashu mint in memory, for tests and simulations: it judges requests as Nutshell 0.21 does, gives its answers, down to the words of its refusals, and keeps the books that
/// a mint should keep.
///
/// Owns its keys, the table of spent proofs (by Y), of pending ones, of signed outputs (by B_), and the quotes. It is a value: the same seed and the same requests give the same
/// answers, to the byte, and a copy goes on by itself. It has no clock (`now` is set), no I/O and no chance. Tables grow with what is signed, up to
/// `ScriptedMintLimits.recordCountMax`.
///
/// Not in it: Lightning (invoices are texts that say an amount; whether they are paid is set), NUT-14 and SIG_ALL (such proofs are never spent),
/// NUT-17, 20 and 29.
public struct ScriptedMint: Sendable {
  /// What becomes of payments to invoices of others.
  public enum MeltOutcome: Hashable, Sendable {
    /// They are made, for a fee of 1, or none where none was reserved.
    case paid
    /// They stay under way, until `settleMelt`.
    case pending
    /// They fail, and the coins are free again.
    case failed
  }

  /// What there is of one keyset of each unit.
  public struct Terms: Hashable, Sendable {
    /// Its keys: for 1, 2, 4 and so on.
    public var keyCount = 16
    /// What spending a proof of it costs, in thousandths.
    public var inputFeePPK: UInt64 = 0
    /// The version of its id: 0, of 8 bytes, or 1.
    public var idVersion: UInt8 = 1
    /// When it ends. This mint does not mind.
    public var finalExpiry: UInt64?

    /// 16 keys, no fee.
    public init(keyCount: Int = 16, inputFeePPK: UInt64 = 0, idVersion: UInt8 = 1, finalExpiry: UInt64? = nil) {
      (self.keyCount, self.inputFeePPK) = (keyCount, inputFeePPK)
      (self.idVersion, self.finalExpiry) = (idVersion, finalExpiry)
    }

    var keys: SigningKeyset.Terms {
      SigningKeyset.Terms(
        version: idVersion, keyCount: keyCount, inputFeePPK: inputFeePPK, finalExpiry: finalExpiry)
    }
  }

  /// The time, in seconds since 1970: for locktimes and expiries.
  public var now: UInt64
  /// Whether an invoice is paid as soon as it is made.
  public var paysInvoices = true
  /// What becomes of payments from now on.
  public var meltOutcome = MeltOutcome.paid
  /// What was counted.
  public internal(set) var totals = MintTotals()
  /// Of the last swap that was done: the Ys that it spent, and the points that it signed.
  public internal(set) var lastSwap: (inputs: [CompressedPoint], outputs: [CompressedPoint]) = ([], [])

  let curve: Curve
  let seed: String
  private let terms: Terms
  private let units: [String]
  var keysets: [SigningKeyset] = []
  private var generations: [String: UInt32] = [:]
  var signed: [CompressedPoint: BlindSignature] = [:]
  var spent: [CompressedPoint: SpentProof] = [:]
  var pendingInputs: Set<CompressedPoint> = []
  var pendingOutputs: Set<CompressedPoint> = []
  var mintQuotes: [String: MintQuoteRecord] = [:]
  var meltQuotes: [String: MeltQuoteRecord] = [:]
  private var chance: SeededChance

  /// A mint with one active keyset for each unit.
  ///
  /// - Parameters:
  ///   - seed: What its keys are made of. With `abab..` (64 letters) and 64 keys they are those of the recordings.
  ///   - curve: What it computes with.
  ///   - now: The time.
  ///
  /// Nil: no unit or one twice, or no keyset of these terms.
  public init?(
    seed: String, units: [String] = ["sat"], terms: Terms = Terms(), now: UInt64 = 1_700_000_000, curve: Curve
  ) {
    (self.seed, self.terms, self.now, self.curve) = (seed, terms, now, curve)
    guard !units.isEmpty, Set(units).count == units.count else { return nil }
    self.units = units
    chance = SeededChance(text: seed)
    for unit in units {
      guard addKeyset(unit, terms) else { return nil }
      totals.money[unit] = MintTotals.Money()
    }
  }

  // MARK: Keysets

  /// The keysets, the oldest first, as the mint tells of them.
  public var allKeysets: [Keyset] { keysets.map(\.keyset) }

  /// The newest active keyset of a unit.
  public func activeKeyset(_ unit: String = "sat") -> Keyset? {
    keysets.last { $0.keyset.unit == unit && $0.keyset.isActive }?.keyset
  }

  /// Makes a new keyset of a unit; those before it sign no more, but what they signed is still good.
  ///
  /// - Parameters:
  ///   - terms: What it is like; nil: as the first one.
  ///   - keepsOld: Whether the old ones stay active.
  /// - Returns: Whether it was made: there are at most `ScriptedMintLimits.keysetCountMax`.
  @discardableResult
  public mutating func rotateKeyset(_ unit: String = "sat", terms: Terms? = nil, keepsOld: Bool = false) -> Bool {
    guard units.contains(unit), addKeyset(unit, terms ?? self.terms) else { return false }
    for index in keysets.indices.dropLast() where keysets[index].keyset.unit == unit && !keepsOld {
      keysets[index].keyset.isActive = false
    }
    return true
  }

  /// The same for each unit.
  mutating func rotateAll() {
    for unit in units { rotateKeyset(unit) }
  }

  private mutating func addKeyset(_ unit: String, _ terms: Terms) -> Bool {
    let generation = generations[unit, default: 0]
    guard keysets.count < ScriptedMintLimits.keysetCountMax,
      let keyset = SigningKeyset(seed: seed, unit: unit, generation: generation, terms: terms.keys, curve: curve)
    else { return false }
    generations[unit] = generation + 1
    keysets.append(keyset)
    return true
  }

  /// A keyset by the whole of its id, as requests have to have it.
  func keyset(_ id: String) -> SigningKeyset? { keysets.first { $0.keyset.id.hex == id } }

  /// What it signed on an output, once; nil: nothing.
  public func signature(on output: CompressedPoint) -> BlindSignature? { signed[output] }

  /// Whether something more can be kept.
  var isFull: Bool {
    signed.count + mintQuotes.count + meltQuotes.count + pendingOutputs.count >= ScriptedMintLimits.recordCountMax
  }

  /// A name that no other quote has.
  mutating func nextQuoteID() -> String {
    var digits = ""
    for _ in 0..<2 {
      let part = String(chance.next(), radix: 16)
      digits += String(repeating: "0", count: 16 - part.count) + part
    }
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
    return parts.map { String(digits.dropFirst($0.0).prefix($0.1 - $0.0)) }.joined(separator: "-")
  }
}
