/// The rare thing that a world is about.
enum RandomAim: CaseIterable {
  /// Payouts where few are kept, so that those that ended are forgotten.
  case payouts
  /// Payments that are put off and carried out where few are kept, so that they are forgotten after an hour.
  case putOff
  /// EXCHANGEs that are put off and carried out where few pieces are, so that their outputs are forgotten.
  case exchanges
  /// Lives that are lost.
  case losses
  /// Proofs that are kept after their payments, and are not many.
  case keptProofs
  /// Units that are held for an ACQUIRE.
  case unitsHeld
  /// Mints that have little each.
  case shares
  /// Many mints, with many keysets.
  case keysets
}
