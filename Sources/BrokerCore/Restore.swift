public import WireProtocol

/// How many payments were known before the first restore that may have lost some, as long as there was none.
let noPayments = UInt64.max

/// RESTORE and ACCEPT LOSS: a life that begins anew from a backup, when what the last one did after the backup may be lost.
///
/// Whatever the lost life gave away must mean nothing else in the new one. Each life has a number, its *incarnation*, which is
/// the second in which it began: what a life can draw in the seconds until the next one is the distance between the two.
extension StateMachine {
  /// Ids that a life draws of a kind in a second, at most.
  private static let idsPerSecond: UInt64 = 1 << 20
  /// Fencing epochs that a life draws of a resource in a second, at most.
  private static let epochsPerSecond: UInt64 = 1 << 32

  /// What the counters of ids are added to: it sets this life's ids apart from those of all others.
  @inline(__always) var idBase: UInt64 { (incarnation &- genesis.incarnation) &* Self.idsPerSecond }

  /// An id of this life.
  @inline(__always) func drawnIdentifier(_ counter: UInt64) -> UInt64 { identifier(idBase &+ counter) }

  /// RESTORE: the first command after a backup. Everything is judged before anything changes, but for key epochs that have ended.
  ///
  /// - Key epochs: a new one begins, with the number of the incarnation, which no ROTATE of a lost life can have drawn.
  ///   LOSSY: notes of all earlier ones are quarantined.
  /// - Ids and fencing epochs continue above all that a lost life can have drawn.
  /// - LOSSY: sealed bids forfeit nothing, for they may have been revealed. Sessions are dropped: a receipt kept for a number would
  ///   answer what the lost life did under it otherwise. When nothing is lost they are the only way to the notes of a reply that was,
  ///   and stay.
  mutating func restore(_ bytes: RawSpan, _ view: CommandView) -> Outcome {
    guard let command = RestoreCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    fireAllDue()
    guard command.incarnation > max(incarnation, UInt64(keyEpoch)), command.incarnation <= UInt64(UInt32.max) else {
      return .refused(.termsInvalid, field: 0)
    }
    guard let validity = Self.epochValidity(command.validity) else { return .refused(.termsInvalid, field: 8) }
    let distance = command.incarnation - incarnation
    guard hasIDs(after: distance) else { return .refused(.noSpace) }
    // What is due until now is not, so that nothing is forfeit for what is lost; but an epoch that has ended leaves its place.
    endEpochs(at: min(command.now, CoreLimits.instantMax))
    guard let place = epochs.placeForNext(leaving: 0) else {
      return .refused(.epochLimit, detail: epochs.nextEnd ?? 0)
    }
    beginEpoch(UInt32(command.incarnation), command.algorithm, at: place, validity)
    if command.flags.contains(.lossy) {
      epochs.quarantinedBelow = UInt32(command.incarnation)
      while sessions.count > 0 { _ = sessions.dropIdle() }
      excuseSealedBids()
      if paymentsKnown == noPayments { paymentsKnown = paymentCounter }
      losses.add(UInt32(command.incarnation))
      forgetCounters()
      doubtEcash()
    }
    endHolds(through: .max)
    ledger.statement.close()
    loseAgents(at: command.now)
    paymentsBefore = paymentCounter
    incarnation = command.incarnation
    for index in 0..<resources.count { resources[index].epochCounter += distance * Self.epochsPerSecond }
    for index in 0..<leases.highWater where leases[index].id != 0 {
      leases[index].epoch += distance * Self.epochsPerSecond
    }
    // In the lost life it may have lived on: that it ended must not look older than that.
    for index in 0..<endedLeases.highWater where endedLeases[index].id != 0 {
      endedLeases[index].epoch += distance * Self.epochsPerSecond
    }
    return .ok(.none)
  }

  /// Whether no counter ends in a life that begins `distance` seconds after this one.
  private func hasIDs(after distance: UInt64) -> Bool {
    let counters = [
      UInt64(resources.count), leaseCounter, sessionCounter, debitKeyCounter, reservationCounter, fundingCounter,
      paymentCounter, voucherCounter, ecash.paymentCounter,
    ]
    let base = idBase.addingSaturating(distance * Self.idsPerSecond)
    guard base.addingSaturating(counters.max() ?? 0) < CoreLimits.ecashMark - 1 else { return false }
    for index in 0..<resources.count
    where resources[index].epochCounter.addingReportingOverflow(distance * Self.epochsPerSecond).overflow {
      return false
    }
    return true
  }

  /// ACCEPT LOSS: the operator takes it on that notes which a lost life took are taken once more.
  mutating func acceptLoss(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = AcceptLossCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    endEpochs()
    let sum = quarantinedAmount
    guard command.amount >= sum else { return .refused(.amountInvalid, detail: sum) }
    epochs.quarantinedBelow = 0
    AcceptLossReply(amount: sum).write(to: &reply)
    return .ok(.none, replyByteCount: AcceptLossReply.byteCount)
  }

  /// Whether notes of this key epoch are refused because a restore may have forgotten that they were taken. An epoch that is not
  /// known here can be one that the lost life began.
  public func isQuarantined(_ keyEpoch: UInt32) -> Bool { keyEpoch != 0 && keyEpoch < epochs.quarantinedBelow }

  /// What the notes that are refused so are worth: the most that can be taken twice.
  public var quarantinedAmount: UInt64 {
    var sum: UInt64 = 0
    // Money in being is bounded, so this does not overflow.
    for place in 0..<CoreLimits.epochCountMax where isQuarantined(epochs[place].number) {
      sum &+= UInt64(clamping: ledger[.outstanding(place)])
    }
    return sum
  }

  /// PAYMENT by id: whether a payment with this id was taken. Of one that a lost life may have taken nobody knows.
  public func payment(_ id: UInt64) -> PaymentOutcome {
    let counter = id & CoreLimits.counterMask
    guard id >> 52 == UInt64(slot), counter > 0, counter <= idBase &+ paymentCounter else { return .notTaken }
    return counter <= min(paymentsKnown, paymentsBefore) || counter > idBase &+ paymentsBefore ? .taken : .notKnown
  }
}
