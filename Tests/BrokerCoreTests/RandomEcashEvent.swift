/// What becomes of ecash that no status tells, and must come up often enough.
enum RandomEcashEvent: String, CaseIterable {
  /// Payouts that ended.
  case paid, treasuryShort, keysetUnknown, mintRefused
  /// A payout that was paid and is forgotten before its time; one whose note was collected, and while one that was paid
  /// before that is kept.
  case forgotten, collectedForgotten, paidSpared
  /// The note of one that was not paid: collected, asked for once more, never collected, so that others have its place.
  case collected, collectedAgain, lapsed
  /// REFUND without an id gives a note: of the oldest payment of its key, of a later one; it says that one is pending; it gives a note
  /// once more.
  case foundByKey, passedByKey, pendingByKey, collectedByKey
  /// What alone kept a payout out: as many as there may be, of its mint or of all; the bytes of those that wait.
  case mintFull, allFull, bytesFull
  /// A payout is to be paid with one coin that is not of the largest; with several.
  case smallCoin, severalCoins
  /// Swaps of coins for fewer of them that were signed, of keysets in use and of others.
  case gathered, retired
  /// Somebody else had spent coins: of a payout, of another swap.
  case spentOfPayout, spentOfOthers
  /// The mint had signed outputs before: of a swap of payments, of coins.
  case behind, coinsBehind
  /// Payments of a swap are to be swapped by themselves.
  case apart
  /// A life that is lost leaves a swap of payments, of coins; it had a payout signed, or had not.
  case swapLost, coinSwapLost, signedBefore, notSignedBefore
  /// A payment that a lost life had swapped is made good; too little was found for that.
  case madeGood, notMadeGood
  /// One is passed over as long as it is not known which payouts the lost life had signed.
  case leftUntilAsked
  /// An EXCHANGE that was put off has no session any more.
  case sessionGone
  /// RECONCILE takes in coins, takes some away, does both; tells that a counter is known without anything else.
  case found, spentByOthers, foundAndSpent, nothingFound
  /// A proof is refused that is kept of a payment that ended, of one that nothing is told of any more; one is taken that was
  /// kept, one that is in use at another mint.
  case kept, keptLonger, keptNoLonger, elsewhere
  /// One is refused that is in use at the same address in another unit; one that is due to be forgotten.
  case sameAddress, overdue
  /// An ACQUIRE that is put off holds units, or none since a tenth is held; one is refused for nothing but what is held.
  case held, heldEnough, heldAway
  /// A hold ends with the time, with its payment's credit or end, with a life.
  case heldTooLong, heldUntilEnd, heldUntilLife
  /// A payment is refused for nothing but its mint's share: of payments, of proofs, of pieces; half of these, since it is not
  /// proven; the part that locked ones have.
  case paymentShare, proofShare, pieceShare, paymentHalf, proofHalf, pieceHalf, lockedShare
  /// Nothing but its mint's share of proofs of the broker's own keeps a swap out; of keysets, one that is new.
  case coinShare, keysetShare
  /// What a mint says is found is more than there may be. What waits alone is as much as is taken of what is not proven.
  case foundTooMuch, waitingFull
  /// A payment is worth more than one swap signs: when it comes, when it is to be swapped; a swap is full for that.
  case tooManyOutputs, passedOver, outputsFull
  /// Those that somebody who needs the place has forgotten before their time: a payment that was put off and carried out, one
  /// whose note was collected.
  case takenForgotten, paymentForgotten
  /// REFUND gives the notes of an EXCHANGE once more, by its id, by its key alone.
  case exchangedAgain, exchangedByKey
  /// Its outputs are forgotten, and it is not; it is forgotten, too; it is spared, where another is forgotten that ended later.
  case outputsForgotten, exchangeForgotten, exchangeSpared
  /// Coins of keysets that are in use and end soon are spent.
  case endingSoon
}
