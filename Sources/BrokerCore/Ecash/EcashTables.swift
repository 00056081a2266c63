import WireProtocol

/// All that the state machine keeps of ecash: mints and their keysets, payments, proofs of others, and the broker's own.
///
/// Read on: Mint.swift, EcashEntry.swift (one payment), EcashPayments.swift (how it is taken in and credited), Swaps.swift (what
/// becomes of it at the mint), Refunds.swift and RefundKeys.swift (what becomes of its money otherwise); Payouts.swift and CoinSwaps.swift (how ecash
/// goes out again); Counters.swift and LostLives.swift (what a mint did for a life that was lost).
///
/// Invariants: an entry lies in exactly one list: of its mint, those that wait uncredited, those that wait credited, payouts that
/// wait, those of the swap under way; or one of those that ended (`EndedList`). Of each url a Y is known once. See
/// EcashInvariants.swift.
struct EcashTables: ~Copyable {
  /// Mint number n at n - 1.
  let mints: FlatMemory<Mint>
  /// Keyset number n at n - 1.
  let keysets: FlatMemory<Keyset>
  /// Keyset n's key for 2^e at (n - 1) x 64 + e.
  let keys: FlatMemory<CurvePoint>
  /// Keysets that are known: numbers 1 to this.
  var keysetCount = 0
  var entries: SlotTable<EcashEntry>
  var entryIDs: HashIndex
  /// The first entry of each refund key, and where each entry lies among those of its key (RefundKeys.swift).
  var refundKeys: HashIndex
  let keyLinks: FlatMemory<KeyLink>
  /// Proofs of payments that have not ended, and those that are kept longer (KeptProofs.swift).
  var proofs: SlotTable<TakenProof>
  var proofYs: HashIndex
  /// Those that are kept: the first that is forgotten, and the last.
  var firstKept = noIndex
  var lastKept = noIndex
  /// Payments that hold units: the first that does no longer, and the last.
  var firstHold = noIndex
  var lastHold = noIndex
  /// What is kept of payments until they are carried out and swapped.
  var pieces: PieceStore
  var treasury: SlotTable<TreasuryProof>
  /// Entries that ended, by the number of their `EndedList`.
  let ended: FlatMemory<EntryQueue>
  /// Payments in ecash and payouts that were ever taken in, and ends of them: a payout can end twice.
  var paymentCounter: UInt64 = 0
  var endCounter: UInt64 = 0
  /// Credits of payments that are not credited yet: the ledger must have room for them.
  var pendingCredit: UInt64 = 0
  /// Pieces of payouts that are pending, and of those that were TAKEN, which can be forgotten.
  var payoutPieceCount: UInt32 = 0
  var paidOutPieceCount: UInt32 = 0
  /// The first EXCHANGE in its list of those that ended whose outputs are kept, as are those of all behind it; and their pieces.
  var firstOutputs = noIndex
  var outputPieceCount: UInt32 = 0

  /// Of the command that is being judged: what its ecash is worth.
  var credit: UInt64 = 0
  /// While a payment is carried out: its id; else 0.
  var carriedOut: UInt64 = 0
  /// Where a payment's command is put together again.
  let scratch: FlatMemory<UInt64>

  init?(_ genesis: GenesisCommand, _ seed: HashSeed) {
    guard let mints = FlatMemory<Mint>(count: WireLimits.mintCountMax),
      let keysets = FlatMemory<Keyset>(count: WireLimits.keysetCountMax),
      let keys = FlatMemory<CurvePoint>(count: WireLimits.keysetCountMax * WireLimits.keysetKeyCountMax),
      let entries = SlotTable<EcashEntry>(capacity: genesis.ecashCountMax),
      let entryIDs = HashIndex(capacity: genesis.ecashCountMax),
      let refundKeys = HashIndex(capacity: genesis.ecashCountMax),
      let keyLinks = FlatMemory<KeyLink>(count: Int(genesis.ecashCountMax)),
      let proofs = SlotTable<TakenProof>(capacity: genesis.proofCountMax),
      let proofYs = HashIndex(capacity: genesis.proofCountMax),
      let pieces = PieceStore(capacity: genesis.pieceCountMax),
      let treasury = SlotTable<TreasuryProof>(capacity: genesis.treasuryCountMax),
      let ended = FlatMemory<EntryQueue>(count: EndedList.count),
      let scratch = FlatMemory<UInt64>(count: (CommandBuilder.unpaidByteCountMax + VerifiedNote.byteCount) / 8)
    else { return nil }
    self.mints = mints
    self.keysets = keysets
    self.keys = keys
    self.entries = entries
    self.entryIDs = entryIDs
    self.refundKeys = refundKeys
    self.keyLinks = keyLinks
    self.proofs = proofs
    self.proofYs = proofYs
    self.pieces = pieces
    self.treasury = treasury
    self.ended = ended
    self.scratch = scratch
    for index in 0..<WireLimits.mintCountMax { self.mints[index] = Mint() }
    for index in 0..<EndedList.count { self.ended[index] = EntryQueue() }
  }

  /// Index of a mint that is known.
  func mint(_ number: UInt32) -> Int? {
    guard number >= 1, number <= UInt32(WireLimits.mintCountMax) else { return nil }
    return mints[Int(number) - 1].isKnown ? Int(number) - 1 : nil
  }

  /// Index of a keyset of this mint.
  func keyset(_ number: UInt32, of mint: UInt32) -> Int? {
    guard number >= 1, number <= UInt32(keysetCount), keysets[Int(number) - 1].mint == mint else { return nil }
    return Int(number) - 1
  }

  /// Index of the keyset of a mint that signs; of several the one that ends last, and of those the last.
  func activeKeyset(of mint: UInt32) -> Int? {
    var found: Int?
    for index in 0..<keysetCount where keysets[index].mint == mint && keysets[index].isActive == 1 {
      if let best = found, keysets[best].endRank > keysets[index].endRank { continue }
      found = index
    }
    return found
  }

  /// How many mints are known.
  var mintCount: UInt32 { UInt32((0..<WireLimits.mintCountMax).count { mints[$0].isKnown }) }

  /// How many keysets of a mint are known.
  func keysetCount(of mint: UInt32) -> Int { (0..<keysetCount).count { keysets[$0].mint == mint } }

  /// How many coins of a mint there are.
  func coinCount(of mint: UInt32) -> Int {
    var count = 0
    for index in 0..<keysetCount where keysets[index].mint == mint { count += Int(keysets[index].coinCount) }
    return count
  }

  /// Payouts of all mints that take places.
  var payoutCount: UInt32 {
    var count: UInt32 = 0
    for mint in 0..<WireLimits.mintCountMax { count += mints[mint].payoutCount }
    return count
  }

  /// What the coins of a mint are worth, those included that its swap under way spends.
  func held(at mint: Int) -> UInt64 {
    var amount: UInt64 = 0
    for index in 0..<keysetCount where Int(keysets[index].mint) == mint + 1 { amount &+= keysets[index].coinAmount }
    return amount
  }

  /// How many more coins of the broker's own there will be when all swaps under way have ended well, for which places are kept.
  var expectedProofCount: Int {
    var count = 0
    for mint in 0..<WireLimits.mintCountMax where mints[mint].swap.isUnderWay {
      count += max(0, Int(mints[mint].swap.outputCount) - coinCount(of: mints[mint].swap))
    }
    return count
  }

  /// How many coins a swap spends.
  private func coinCount(of swap: MintSwap) -> Int {
    var (coin, count) = (swap.firstCoin, 0)
    while coin != noIndex { (coin, count) = (treasury[coin].nextFree, count + 1) }
    return count
  }
}

/// A list of entries, linked both ways: any of them is taken out at once.
struct EntryQueue {
  var first = noIndex
  var last = noIndex

  mutating func append(_ index: UInt32, in entries: borrowing SlotTable<EcashEntry>) {
    insert(index, before: noIndex, in: entries)
  }

  mutating func prepend(_ index: UInt32, in entries: borrowing SlotTable<EcashEntry>) {
    insert(index, before: first, in: entries)
  }

  /// Puts an entry where its id belongs, among others that are in the order of theirs.
  mutating func insertOrdered(_ index: UInt32, in entries: borrowing SlotTable<EcashEntry>) {
    let id = entries[index].id
    if last == noIndex || entries[last].id < id { return append(index, in: entries) }
    var after = first
    while after != noIndex, entries[after].id < id { after = entries[after].next }
    insert(index, before: after, in: entries)
  }

  private mutating func insert(
    _ index: UInt32, before after: UInt32, in entries: borrowing SlotTable<EcashEntry>
  ) {
    let before = after == noIndex ? last : entries[after].previous
    entries[index].previous = before
    entries[index].next = after
    if before == noIndex { first = index } else { entries[before].next = index }
    if after == noIndex { last = index } else { entries[after].previous = index }
  }

  /// Takes out one of its entries.
  mutating func remove(_ index: UInt32, in entries: borrowing SlotTable<EcashEntry>) {
    let (before, after) = (entries[index].previous, entries[index].next)
    if before == noIndex { first = after } else { entries[before].next = after }
    if after == noIndex { last = before } else { entries[after].previous = before }
  }
}
