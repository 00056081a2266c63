import Audit
import WireProtocol

/// What comes between a command that was put off and its payment, so that it cannot be carried out any more.
extension RandomCommands {
  /// A command after which the one that was put off would be refused, if its kind and the world allow of one.
  mutating func obstacle(to made: Made, _ model: ReferenceModel) -> Made? {
    let bytes = unsafe made.bytes.span.bytes
    guard let view = CommandView(bytes) else { return nil }
    let at = view.fixedOffset
    switch made.kind {
    case .acquire: return AcquireCommand(bytes, at: at).flatMap { dearer($0.resource, model) }
    case .fund: return FundCommand(bytes, at: at).map { revoked($0.lease, model) }
    case .use: return UseCommand(bytes, at: at).map { revoked($0.lease, model) }
    case .openChain: return OpenChainCommand(bytes, at: at).map { revoked($0.lease, model) }
    case .exchange: return ExchangeCommand(bytes, at: at).flatMap { transferred($0.lease, model) }
    case .donate: return DonateCommand(bytes, at: at).flatMap { obstacle(to: $0, model) }
    case .match: return MatchCommand(bytes, at: at).flatMap { withoutGifts($0.resource, model) }
    case .schedule: return ScheduleCommand(bytes, at: at).flatMap { withoutGifts($0.resource, model) }
    case .pledge: return PledgeCommand(bytes, at: at).map { cancelled($0.campaign, model) }
    case .invest: return InvestCommand(bytes, at: at).map { cancelled($0.offering, model) }
    case .bid: return BidCommand(bytes, at: at).map { cancelled($0.auction, model) }
    case .raiseBid:
      return RaiseBidCommand(bytes, at: at).map {
        withReceipt(RefuseBidCommand(actor: Self.operatorActor, claim: $0.claim), model)
      }
    default: return nil
    }
  }

  private mutating func obstacle(to command: DonateCommand, _ model: ReferenceModel) -> Made? {
    switch command.kind {
    case .lease: return revoked(command.target, model)
    case .resource: return withoutGifts(command.target, model)
    case .pool:
      guard let pool = model.poolGlimpse(command.target) else { return nil }
      let actor = pool.maker.map { Actor(authority: .provider, generation: 0, id: $0) } ?? Self.operatorActor
      return withReceipt(SetPoolCommand(actor: actor, pool: pool.id, name: pool.name, count: 0), model)
    }
  }

  private mutating func revoked(_ lease: UInt64, _ model: ReferenceModel) -> Made {
    withReceipt(RevokeCommand(actor: Self.operatorActor, lease: lease), model)
  }

  private mutating func cancelled(_ funding: UInt64, _ model: ReferenceModel) -> Made {
    withReceipt(CancelCommand(actor: Self.operatorActor, funding: funding), model)
  }

  private mutating func transferred(_ lease: UInt64, _ model: ReferenceModel) -> Made? {
    guard let glimpse = model.glimpse(lease) else { return nil }
    let actor = Actor(authority: .owner, generation: glimpse.generation, id: 0)
    return withReceipt(
      TransferCommand(actor: actor, lease: lease, keyHash: Bytes16(low: random.next(), high: 3)), model)
  }

  private mutating func dearer(_ resource: UInt64, _ model: ReferenceModel) -> Made? {
    guard let known = model.describe(resource), known.terms.price < .max / 2 else { return nil }
    var terms = known.terms
    terms.price *= 2
    return withReceipt(UpdateCommand(provider: known.provider, resource: resource, terms: terms), model)
  }

  private mutating func withoutGifts(_ resource: UInt64, _ model: ReferenceModel) -> Made? {
    guard let known = model.describe(resource) else { return nil }
    var terms = known.terms
    terms.policy.insert(.giftsRefused)
    giftless.insert(resource)
    return withReceipt(UpdateCommand(provider: known.provider, resource: resource, terms: terms), model)
  }

  /// Takes back that a resource takes no gifts, or no other would come up any more.
  mutating func withGiftsAgain(_ model: ReferenceModel) -> Made? {
    guard let resource = random.pick(giftless.sorted()), let known = model.describe(resource) else { return nil }
    giftless.remove(resource)
    var terms = known.terms
    terms.policy.remove(.giftsRefused)
    return withReceipt(UpdateCommand(provider: known.provider, resource: resource, terms: terms), model)
  }
}
