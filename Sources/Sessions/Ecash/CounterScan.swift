internal import Cashu
internal import Payments
internal import WireProtocol

/// How far a mint was asked about the broker's own proofs in one keyset whose counter is not known.
///
/// A batch at a time: first which of the coins that the broker has are spent (NUT-07); then what was signed on the outputs
/// from the counter on (NUT-09), until so many in a row are not that there is nothing beyond, and which of that is spent.
/// What a batch brings, and how far it moves the counter, is recorded before the next one; a batch that does neither leaves
/// no trace. A signature counts only with its proof (NUT-12); of what is spent a mint can say anything, of its own ecash.
struct CounterScan {
  /// What is to be asked, or made, next.
  enum Step: Equatable {
    /// What the mint is asked, by a job.
    case preparation
    /// What it signed.
    case restoration
    /// Judging of that, by a job.
    case completion
    /// What is spent.
    case states
  }

  /// The keyset's counter: what is below it is known.
  var first: UInt32
  /// The broker's coins from here on, up to `coinsUntil`, are to be asked about. Those beyond were found by this scan.
  var coinsFrom: UInt32 = 0
  let coinsUntil: UInt32
  /// So many outputs from `first` on are not signed.
  var unsignedCount: UInt32 = 0
  /// What is being asked about.
  var batch: PreparedScan?
  /// What of it the mint says that it signed, and what of that is proved.
  var restored: [RestoredSignature] = []
  var found: [FoundProof] = []

  /// Not asked before this instant.
  var restsUntil: UInt64 = 0
  /// Questions in a row of which nothing came.
  var failureCount = 0
  /// How often in a row not all of the same batch was proved.
  var unprovenCount = 0
  /// Batches that moved the counter and brought nothing.
  var barrenBatchCount = 0
  /// Whether it was told that there is no room.
  var isFull = false
  /// For the log.
  var foundCount = 0
  var goneCount = 0

  init(first: UInt32) { (self.first, coinsUntil) = (first, first) }

  /// Whether the batch is of coins that the broker has.
  var isOfCoins: Bool { batch?.counters.first.map { $0 < first } ?? false }

  /// Whether nothing was signed beyond what is known.
  var isAtEnd: Bool { unsignedCount >= EcashLimits.scanUnsignedCountMax }

  /// Counters of the next batch; empty: there are no more.
  ///
  /// - Parameter coins: Counters of the broker's coins in the keyset, ascending.
  func nextCounters(coins: some Sequence<UInt32>) -> [UInt32] {
    let known = Array(
      coins.lazy.filter { $0 >= coinsFrom && $0 < coinsUntil }.prefix(WireLimits.reconcileRecordCountMax))
    guard known.isEmpty else { return known }
    let start = min(UInt64(first) + UInt64(unsignedCount), DeterministicSecrets.counterEndOfVersion0)
    let end = min(start + UInt64(WireLimits.reconcileRecordCountMax), DeterministicSecrets.counterEndOfVersion0)
    return (start..<end).map { UInt32(truncatingIfNeeded: $0) }
  }

  /// What a step asks the mint; nil: it asks nothing.
  func request(for step: Step) -> MintRequest? {
    switch step {
    case .restoration: batch.map { .restore($0.outputs) }
    case .states: isOfCoins ? batch.map { .checkState($0.ys) } : .checkState(found.map(\.y))
    case .preparation, .completion: nil
    }
  }

  /// The batch is done, and another one is next.
  mutating func endBatch() {
    if isOfCoins, let last = batch?.counters.last { coinsFrom = last + 1 }
    batch = nil
    restored = []
    found = []
    failureCount = 0
    unprovenCount = 0
    restsUntil = 0
  }
}
