import WireProtocol

/// What a payout is, beside a payment in ecash. Sums are in the mint's unit.
struct ModelPayout: Hashable {
  /// What the notes are worth.
  var gross: UInt64
  /// What is paid out of it.
  var net: UInt64
  /// The payer's outputs.
  var blanks: [BlankOutput]
  /// Signatures on the first of them, and the number of their keyset; none and 0 until the mint has signed.
  var signatures: [KeysetKey] = []
  var keyset: UInt32 = 0
  /// Whether it waited when a life began after something may have been lost, and the mint was not asked about it since.
  var isUnasked = false

  /// Pieces that its outputs are kept in, or what was made of them.
  var pieceCount: Int {
    ModelEcash.pieces(BlankOutput.byteCount * (signatures.isEmpty ? blanks.count : signatures.count))
  }
}

/// Proofs of the broker's own that are being spent at their mint.
struct ModelCoinSwap: Hashable {
  /// The payout that they are for; nil: it is to make fewer of them.
  var payout: UInt64?
  var keyset: UInt32
  /// In the order of (keyset, counter).
  var coins: [ModelTreasuryProof]
  /// What the mint keeps of them.
  var fee: UInt128
  /// What the payout's first outputs become.
  var blankExponents: [UInt8] = []
  /// What the broker gets back.
  var outputs: [ModelSwap.Output] = []

  var sum: UInt128 { coins.reduce(0) { $0 + $1.amount } }
}
