import WireProtocol

/// OPEN CAMPAIGN, PLEDGE and CANCEL: all or nothing.
///
/// However many pledged, a campaign closes in one step: its pledges have its state, and nothing is done for each.
extension StateMachine {
  /// OPEN CAMPAIGN: a goal, and a time until which it must be pledged.
  mutating func openCampaign(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = OpenCampaignCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard let resource = resourceIndex(command.resource) else { return .refused(.resourceUnknown) }
    guard providers[resources[resource].provider].id == command.provider else { return .refused(.notAuthorized) }
    let moneyMax = UInt64(WireLimits.moneyMax)
    guard command.goal > 0, command.goal <= moneyMax, command.minimum <= moneyMax else {
      return .refused(.amountInvalid, detail: 1)
    }
    guard Self.isDuration(command.duration) else { return .refused(.termsInvalid, field: 24) }
    if let refusal = judgeGifts(to: resource, command.label, field: 40) { return refusal }
    let most = WireLimits.campaignCountMaxPerResource
    guard fundings[resource].campaignCount < most else { return .refused(.fundingLimit, detail: UInt64(most)) }
    let id = drawFundingIDIfRoom(campaigns.isFull)
    guard let id, let index = campaigns.insert(Campaign(id, command, at: resource, closesAt: now + command.duration))
    else { return .refused(.noSpace) }
    addFundingID(id, at: .campaign(index))
    append(campaign: index, to: resource)
    arm(campaign: index, at: campaigns[index].closesAt)
    OpenCampaignReply(campaign: id, closesAt: campaigns[index].closesAt).write(to: &reply)
    return .ok(.none, replyByteCount: OpenCampaignReply.byteCount)
  }

  private mutating func drawFundingIDIfRoom(_ isFull: Bool) -> UInt64? { isFull ? nil : drawFundingID() }

  /// PLEDGE: money for a campaign, kept apart until it closes.
  mutating func pledge(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = PledgeCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .campaign(let campaign) = findFunding(command.campaign) else { return .refused(.fundingUnknown) }
    let closesAt = campaigns[campaign].closesAt
    // Its closing may be one of too many events at this very instant.
    guard campaigns[campaign].state == .open, now < closesAt else { return .refused(.fundingClosed, detail: closesAt) }
    guard !command.keyHash.isZero else { return .refused(.keyWrong) }
    guard Self.isLabel(command.label) else { return .refused(.nameInvalid, field: 24) }
    guard !claims.isFull else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgePayment(bytes, view, to: 0) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    guard sum >= campaigns[campaign].minimum else {
      return .refused(.amountInvalid, detail: campaigns[campaign].minimum)
    }
    takePayment(bytes, view, to: .pledges)
    credited &+= sum
    let resource = campaigns[campaign].resource
    let (index, id) = addClaim(Claim(pledge: command.keyHash, sum, to: campaign, of: resource))
    append(pledge: index, to: campaign)
    fundings[resource].countDonation(sum, by: .campaign, command.label, at: now)
    PledgeReply(
      claim: id, amount: sum, pledged: campaigns[campaign].pledged, closesAt: closesAt, payment: drawPayment()
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: PledgeReply.byteCount)
  }

  /// CANCEL: ends a campaign, a matching deposit or a schedule before its time; what was put in is due.
  mutating func cancel(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = CancelCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    let amount: UInt64
    switch findFunding(command.funding) {
    case .campaign(let index):
      guard mayCancel(command.actor, campaigns[index].resource) else { return .refused(.notAuthorized) }
      guard campaigns[index].state == .open else { return .refused(.fundingClosed, detail: campaigns[index].closesAt) }
      refund(campaign: index, .cancelled)
      amount = campaigns[index].unclaimed
    case .claim(let index) where claims[index].kind != .pledge:
      guard mayCancel(command.actor, claims[index].resource) else { return .refused(.notAuthorized) }
      guard claims[index].state == .open else { return .refused(.fundingClosed) }
      end(claim: index, .cancelled)
      amount = claims[index].due
    case .claim, .pool, nil: return .refused(.fundingUnknown)
    }
    CancelReply(amount: amount).write(to: &reply)
    return .ok(.taken, replyByteCount: CancelReply.byteCount)
  }

  private func mayCancel(_ actor: Actor, _ resource: UInt32) -> Bool {
    actor.authority == .operator || actor.id == providers[resources[resource].provider].id
  }

  // MARK: Closing

  /// Closes a campaign whose time has come.
  mutating func close(campaign index: UInt32) {
    let campaign = campaigns[index]
    guard campaign.pledged >= campaign.goal else { return refund(campaign: index, .missed) }
    campaigns[index].state = .reached
    give(campaign.pledged, from: .pledges, to: campaign.resource)
    fundings[campaign.resource].count(campaign.pledged, by: .campaign)
    arm(campaign: index, at: now + CoreLimits.endedMilliseconds)
  }

  /// Makes each pledge due to its claim key, for 30 days.
  private mutating func refund(campaign index: UInt32, _ state: FundingState) {
    ledger.transfer(.pledges, .due, campaigns[index].pledged)
    campaigns[index].unclaimed = campaigns[index].pledged
    campaigns[index].state = state
    arm(campaign: index, at: now + CoreLimits.endedMilliseconds)
  }

  /// Forgets a closed campaign: first where its unclaimed refunds go, then its pledges, a bounded number at a time, then itself.
  mutating func forget(campaign index: UInt32) {
    let campaign = campaigns[index]
    if campaign.unclaimed > 0 {
      switch campaign.rule {
      case .resource: give(campaign.unclaimed, from: .due, to: campaign.resource)
      case .operator: ledger.transfer(.due, .fees, campaign.unclaimed)
      }
      campaigns[index].unclaimed = 0
    }
    campaigns[index].isBeingForgotten = true
    for _ in 0..<CoreLimits.forgottenPledgeCountMax {
      let first = campaigns[index].firstPledge
      guard first != noIndex else { break }
      campaigns[index].firstPledge = claims[first].next
      removeClaim(first)
    }
    guard campaigns[index].firstPledge == noIndex else { return arm(campaign: index, at: now + 1) }
    remove(campaign: index)
  }

  // MARK: Lists

  private mutating func append(pledge claim: UInt32, to index: UInt32) {
    campaigns[index].pledged += claims[claim].amount
    campaigns[index].pledgeCount += 1
    let last = campaigns[index].lastPledge
    if last == noIndex { campaigns[index].firstPledge = claim } else { claims[last].next = claim }
    campaigns[index].lastPledge = claim
  }

  private mutating func append(campaign index: UInt32, to resource: UInt32) {
    fundings[resource].campaignCount += 1
    guard fundings[resource].firstCampaign != noIndex else { return fundings[resource].firstCampaign = index }
    var last = fundings[resource].firstCampaign
    while campaigns[last].next != noIndex { last = campaigns[last].next }
    campaigns[last].next = index
  }

  private mutating func remove(campaign index: UInt32) {
    let (id, resource, next) = (campaigns[index].id, campaigns[index].resource, campaigns[index].next)
    fundings[resource].campaignCount -= 1
    if fundings[resource].firstCampaign == index {
      fundings[resource].firstCampaign = next
    } else {
      var before = fundings[resource].firstCampaign
      while campaigns[before].next != index { before = campaigns[before].next }
      campaigns[before].next = next
    }
    agenda.disarm(campaignMember(index))
    removeFundingID(id, at: .campaign(index))
    campaigns.remove(index)
  }
}

/// A campaign: 112 bytes.
struct Campaign: SlotRecord {
  var id: UInt64 = 0
  var nextFree: UInt32 = 0
  /// State and rule as the protocol numbers them: the record is kept in snapshots as it lies.
  private var stateNumber: UInt8 = 0
  private var ruleNumber: UInt8 = 0
  private var forgetting: UInt8 = 0
  private let zero: UInt8 = 0
  /// Index of its resource.
  var resource: UInt32 = 0
  /// The next campaign of the resource, by id.
  var next: UInt32 = noIndex
  /// Its pledges, by id.
  var firstPledge: UInt32 = noIndex
  var lastPledge: UInt32 = noIndex
  var goal: UInt64 = 0
  var minimum: UInt64 = 0
  var pledged: UInt64 = 0
  var pledgeCount: UInt64 = 0
  /// Of the pledges, what is due and was not collected.
  var unclaimed: UInt64 = 0
  var closesAt: UInt64 = 0
  var label = Name32()

  init() {}

  init(_ id: UInt64, _ command: OpenCampaignCommand, at resource: UInt32, closesAt: UInt64) {
    (self.id, self.resource, self.closesAt) = (id, resource, closesAt)
    (goal, minimum, label) = (command.goal, command.minimum, command.label)
    (stateNumber, ruleNumber) = (FundingState.open.rawValue, command.rule.rawValue)
  }

  var state: FundingState {
    get { FundingState(rawValue: stateNumber) ?? .ended }
    set { stateNumber = newValue.rawValue }
  }

  var rule: UnclaimedRule { UnclaimedRule(rawValue: ruleNumber) ?? .resource }

  /// Whether its refunds have gone where its rule says, and its pledges are being forgotten.
  var isBeingForgotten: Bool {
    get { forgetting == 1 }
    set { forgetting = newValue ? 1 : 0 }
  }

  /// Whether each pledge that was not collected is due.
  var isRefunding: Bool { (state == .missed || state == .cancelled) && !isBeingForgotten }

  /// Whether it names a state and a rule.
  var isSound: Bool { FundingState(rawValue: stateNumber) != nil && UnclaimedRule(rawValue: ruleNumber) != nil }
}
