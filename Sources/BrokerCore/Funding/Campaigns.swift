import WireProtocol

/// OPEN CAMPAIGN and PLEDGE: all or nothing.
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
    guard !campaigns.isFull else { return .refused(.noSpace) }
    let id = drawFundingID()
    guard let index = campaigns.insert(Campaign(id, command, at: resource, closesAt: now + command.duration)) else {
      return .refused(.noSpace)
    }
    addFundingID(id, at: .campaign(index))
    append(campaign: index, to: resource)
    arm(campaign: index, at: campaigns[index].closesAt)
    OpenCampaignReply(campaign: id, closesAt: campaigns[index].closesAt).write(to: &reply)
    return .ok(.none, replyByteCount: OpenCampaignReply.byteCount)
  }

  /// PLEDGE: money for a campaign, kept apart until it closes.
  mutating func pledge(_ bytes: RawSpan, _ view: CommandView, _ reply: inout MutableRawSpan) -> Outcome {
    guard let command = PledgeCommand(bytes, at: view.fixedOffset) else { return .refused(.malformed) }
    guard case .campaign(let campaign) = findFunding(command.campaign) else { return .refused(.fundingUnknown) }
    let closesAt = campaigns[campaign].closesAt
    guard campaigns[campaign].isOpen(at: now) else { return .refused(.fundingClosed, detail: closesAt) }
    guard !command.keyHash.isZero else { return .refused(.keyWrong) }
    guard Self.isLabel(command.label) else { return .refused(.nameInvalid, field: 24) }
    guard !claims.isFull else { return .refused(.noSpace) }
    let sum: UInt64
    switch judgeClaimPayment(bytes, view) {
    case .bad(let outcome): return outcome
    case .good(let good): sum = good
    }
    guard sum >= campaigns[campaign].minimum else {
      return .refused(.amountInvalid, detail: campaigns[campaign].minimum)
    }
    if view.hasEcash { return .putOff }
    let resource = campaigns[campaign].resource
    let (index, id) = addClaim(Claim(.pledge, command.keyHash, sum, in: campaign, of: resource))
    takePayment(bytes, view, to: .pledges, of: resource, for: id)
    credited &+= sum
    campaigns[campaign].claims = appended(index, to: campaigns[campaign].claims)
    campaigns[campaign].pledged += sum
    fundings[resource].countDonation(sum, by: .campaign, command.label, at: now)
    PledgeReply(
      claim: id, amount: sum, pledged: campaigns[campaign].pledged, closesAt: closesAt, payment: drawPayment()
    ).write(to: &reply)
    return .ok(.taken, replyByteCount: PledgeReply.byteCount)
  }

  // MARK: Closing

  /// Closes a campaign whose time has come.
  mutating func close(campaign index: UInt32) {
    let campaign = campaigns[index]
    guard campaign.pledged >= campaign.goal else { return refund(campaign: index, .missed) }
    campaigns[index].state = .reached
    give(campaign.pledged, from: .pledges, to: campaign.resource, for: campaign.id)
    fundings[campaign.resource].count(campaign.pledged, by: .campaign)
    notify(.campaignReached, of: campaign.resource, campaign.id, campaign.pledged, until: now)
    arm(campaign: index, at: now + CoreLimits.endedMilliseconds)
  }

  /// Makes each pledge due to its claim key, for 30 days.
  mutating func refund(campaign index: UInt32, _ state: FundingState) {
    move(campaigns[index].pledged, .pledges, .due, of: campaigns[index].resource, for: campaigns[index].id)
    campaigns[index].unclaimed = campaigns[index].pledged
    campaigns[index].state = state
    let forfeitAt = now + CoreLimits.endedMilliseconds
    arm(campaign: index, at: forfeitAt)
    notify(
      .campaignMissed, of: campaigns[index].resource, campaigns[index].id, campaigns[index].pledged, until: forfeitAt)
  }

  /// Forgets a closed campaign: first where its unclaimed refunds go, then its pledges, a bounded number at a time, then itself.
  mutating func forget(campaign index: UInt32) {
    let campaign = campaigns[index]
    if campaign.unclaimed > 0 {
      switch campaign.rule {
      case .resource: give(campaign.unclaimed, from: .due, to: campaign.resource, for: campaign.id)
      case .operator: move(campaign.unclaimed, .due, .fees, of: campaign.resource, for: campaign.id)
      }
      campaigns[index].unclaimed = 0
    }
    campaigns[index].isBeingForgotten = true
    campaigns[index].claims = forgetFirst(of: campaigns[index].claims)
    guard campaigns[index].claims.first == noIndex else { return arm(campaign: index, at: now + 1) }
    remove(campaign: index)
  }

  // MARK: Lists

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
  var claims = ClaimList()
  var goal: UInt64 = 0
  var minimum: UInt64 = 0
  var pledged: UInt64 = 0
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

  /// Whether it takes pledges: its closing may be one of too many events that are due.
  func isOpen(at now: UInt64) -> Bool { state == .open && now < closesAt }

  var rule: UnclaimedRule { UnclaimedRule(rawValue: ruleNumber) ?? .resource }

  /// Whether its refunds have gone where its rule says, and its pledges are being forgotten.
  var isBeingForgotten: Bool {
    get { forgetting == 1 }
    set { forgetting = newValue ? 1 : 0 }
  }

  /// Whether each pledge that was not collected is due.
  var isRefunding: Bool { (state == .missed || state == .cancelled) && !isBeingForgotten }

  /// Whether it names a state and a rule, and nothing is due of it but refunds.
  var isSound: Bool {
    guard FundingState(rawValue: stateNumber) != nil, UnclaimedRule(rawValue: ruleNumber) != nil, forgetting <= 1,
      isRefunding ? unclaimed <= pledged : unclaimed == 0
    else { return false }
    return switch state {
    case .open: !isBeingForgotten
    case .reached, .missed, .cancelled: true
    case .ended, .sharing, .revealing, .awarded, .sponsoring: false
    }
  }
}
