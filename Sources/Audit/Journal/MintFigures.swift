import WireProtocol

/// What an audit says of a mint: sums in its own unit, and how many payments are kept.
extension MintGlimpse {
  private func count(_ outcome: PaymentOutcome) -> Int { counts[outcome, default: 0] }

  private func payoutCount(_ outcome: PaymentOutcome) -> Int { payoutCounts[outcome, default: 0] }

  /// As a line for people.
  var text: String {
    "mint \(terms.mint), \(terms.unit.string) at \(terms.url.string): swapped in \(swappedIn), found \(found), "
      + "treasury \(held), credited and not swapped \(credited), waiting \(waiting), promised \(promised), "
      + "paid out \(paid), lost \(lost), fees \(fees); payments: \(count(.notKnown)) pending, \(count(.taken)) taken, "
      + "\(count(.refundable)) refundable, \(count(.notTaken)) not taken; payouts: "
      + "\(payoutCount(.notKnown)) pending, \(payoutCount(.taken)) paid, \(payoutCount(.refundable)) refundable, "
      + "\(uncollectedCount) of them not collected"
  }

  /// As a JSON object.
  var json: String {
    "{\"mint\":\(terms.mint),\"unit\":\(AuditReport.quoted(terms.unit.string)),"
      + "\"url\":\(AuditReport.quoted(terms.url.string)),\"swappedIn\":\(swappedIn),\"found\":\(found),"
      + "\"treasury\":\(held),\"credited\":\(credited),\"waiting\":\(waiting),"
      + "\"promised\":\(promised),\"paid\":\(paid),\"lost\":\(lost),\"fees\":\(fees),"
      + "\"payments\":{\"pending\":\(count(.notKnown)),\"taken\":\(count(.taken)),"
      + "\"refundable\":\(count(.refundable)),\"notTaken\":\(count(.notTaken))},"
      + "\"payouts\":{\"pending\":\(payoutCount(.notKnown)),\"paid\":\(payoutCount(.taken)),"
      + "\"refundable\":\(payoutCount(.refundable)),\"notCollected\":\(uncollectedCount)}}"
  }
}
