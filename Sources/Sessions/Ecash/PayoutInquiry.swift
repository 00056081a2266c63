internal import Cashu

/// What a mint is asked about payouts that a life which was lost may have had signed: about one at a time, each in its turn.
///
/// That all of one was signed is believed at once. That it was not is believed when it was told so several times in a row, and no
/// sooner than what the lost life may have had under way is over: else its payer would have both ecash and notes.
struct PayoutInquiry {
  /// The payout that the mint is asked about, or was last; 0: none.
  var payout: UInt64 = 0
  /// What it comes to.
  var amount: UInt64 = 0
  /// Its payer's outputs, as far as they are points. They name a keyset, of which mints take no notice: they tell the one that they signed with.
  var outputs: [BlindedMessage] = []
  /// How often in a row the mint told that it did not sign just what the payout comes to.
  var unlikeCount = 0
  /// Nothing is asked before this instant; 0: there may be nothing to be asked.
  var restsUntil: UInt64 = 0
  /// Questions in a row of which nothing came.
  var failureCount = 0
}
