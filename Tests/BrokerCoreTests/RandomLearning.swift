import Audit
import WireProtocol

/// What the generator learns from the commands that were carried out.
extension RandomCommands {
  /// Learns from what became of a command.
  mutating func learn(_ made: Made, _ outcome: ModelOutcome, _ model: ReferenceModel) {
    learnOfEcash(made, outcome, model)
    learnOfPayouts(made, outcome, model)
    learnOfRoom(made, outcome, model)
    guard outcome.status == .ok, !outcome.isReplayed else { return }
    wallet.took(made.notes)
    learn(made, reply: outcome.reply, model)
  }

  /// Learns from the fixed reply to a command that was carried out.
  mutating func learn(_ made: Made, reply: [UInt8], _ model: ReferenceModel) {
    let bytes = unsafe reply.span.bytes
    switch made.kind {
    case .register: if let reply = RegisterReply(bytes) { resources.append(reply.resource) }
    case .acquire: if let reply = AcquireReply(bytes) { leases.append(reply.lease) }
    case .issue: if let reply = IssueReply(bytes) { keep(made.outputs, reply.firstSerial, reply.keyEpoch) }
    case .exchange: if let reply = ExchangeReply(bytes) { keep(made.outputs, reply.firstSerial, reply.keyEpoch) }
    case .release:
      if let reply = ReleaseReply(bytes), reply.count == 1 {
        keep([NoteOutput(amount: reply.change, binding: 0)], reply.firstSerial, reply.keyEpoch)
      }
    case .setPool: if let reply = SetPoolReply(bytes), !pools.contains(reply.pool) { pools.append(reply.pool) }
    case .openCampaign: if let reply = OpenCampaignReply(bytes) { campaigns.append(reply.campaign) }
    case .match: if let reply = MatchReply(bytes) { claims.append(reply.claim) }
    case .schedule: if let reply = ScheduleReply(bytes) { claims.append(reply.claim) }
    case .pledge: if let reply = PledgeReply(bytes) { claims.append(reply.claim) }
    case .openOffering: if let reply = OpenOfferingReply(bytes) { offerings.append(reply.offering) }
    case .invest: if let reply = InvestReply(bytes) { claims.append(reply.claim) }
    case .openAuction: if let reply = OpenAuctionReply(bytes) { auctions.append(reply.auction) }
    case .bid: if let reply = BidReply(bytes) { claims.append(reply.claim) }
    case .claim:
      if let reply = ClaimReply(bytes) {
        keep([NoteOutput(amount: reply.amount, binding: 0)], reply.firstSerial, reply.keyEpoch)
      }
    case .refund:
      if let reply = RefundReply(bytes) {
        keep([NoteOutput(amount: reply.amount, binding: 0)], reply.firstSerial, reply.keyEpoch)
      }
    case .withdraw:
      if let reply = WithdrawReply(bytes) {
        keep([NoteOutput(amount: reply.amount, binding: 0)], reply.firstSerial, reply.keyEpoch)
      }
    case .advance: wallet.retire(model.endedKeyEpochs)
    default: break
    }
  }

  private mutating func keep(_ outputs: [NoteOutput], _ firstSerial: UInt64, _ keyEpoch: UInt32) {
    for (index, output) in outputs.enumerated() {
      wallet.add(
        VerifiedNote(
          keyEpoch: keyEpoch, serial: firstSerial + UInt64(index), amount: output.amount, binding: output.binding))
    }
  }
}
