import WireProtocol

/// Every generated layout by name, and its values as the vectors state them.
enum LayoutValues {
  static let byName: [String: any WireLayout.Type] = {
    let layouts: [any WireLayout.Type] = [
      HelloRequest.self, AuthenticateRequest.self, PingRequest.self, RegisterRequest.self, UpdateRequest.self,
      ListRequest.self, DescribeRequest.self, StatusRequest.self, QuoteRequest.self, AcquireRequest.self,
      FundRequest.self, BindRequest.self, UseRequest.self, ReserveRequest.self, SettleRequest.self,
      GrantDebitKeyRequest.self, CheckRequest.self, ReleaseRequest.self, RevokeRequest.self, TransferRequest.self,
      SubscribeRequest.self, PaymentRequest.self, ExchangeRequest.self, IssueRequest.self, WithdrawRequest.self,
      OpenChainRequest.self, CloseChainRequest.self, CheckChainRequest.self,
      RotateRequest.self, AcceptLossRequest.self, BrokerStatusRequest.self, AuditFiguresRequest.self,
      StatementRequest.self, StatementReply.self, AttachRequest.self, AttachReply.self, AttachCommand.self,
      HeartbeatRequest.self, HeartbeatReply.self, AgentLeasesRequest.self, AgentLeasesReply.self,
      ProvisionRequest.self, ProvisionReply.self, ProvisionCommand.self, ServiceRequest.self, ServiceReply.self,
      TicketRequest.self, TicketReply.self, DetachCommand.self, AgentLeaseChangedPush.self, AgentLease.self,
      ReportRequest.self, ReportReply.self, ReportCommand.self, AgentUsage.self, VoucherRequest.self, VoucherReply.self,
      VoucherCommand.self, UseVoucher.self, IssuedVoucher.self,
      HelloReply.self, AuthenticateReply.self, PingReply.self, RegisterReply.self, UpdateReply.self,
      ListReply.self, DescribeReply.self, StatusReply.self, QuoteReply.self, AcquireReply.self,
      FundReply.self, BindReply.self, UseReply.self, ReserveReply.self, SettleReply.self,
      GrantDebitKeyReply.self, CheckReply.self, ReleaseReply.self, RevokeReply.self, TransferReply.self,
      SubscribeReply.self, PaymentReply.self, ExchangeReply.self, IssueReply.self, WithdrawReply.self,
      OpenChainReply.self, CloseChainReply.self, CheckChainReply.self,
      RotateReply.self, AcceptLossReply.self, BrokerStatusReply.self, AuditFiguresReply.self,
      LeaseChangedPush.self, ResourceChangedPush.self, NoticePush.self, LaggedPush.self, GoodbyePush.self,
      GenesisCommand.self, AdvanceCommand.self, ConfigureCommand.self, OpenSessionCommand.self,
      RegisterCommand.self, UpdateCommand.self, AcquireCommand.self, FundCommand.self, UseCommand.self,
      ReserveCommand.self, SettleCommand.self, GrantDebitKeyCommand.self, ReleaseCommand.self, RevokeCommand.self,
      TransferCommand.self, ExchangeCommand.self, IssueCommand.self, WithdrawCommand.self, RotateCommand.self,
      RestoreCommand.self, AcceptLossCommand.self, OpenChainCommand.self, CloseChainCommand.self,
      DonateRequest.self, SpendDonationsRequest.self, SetPoolRequest.self, DescribePoolRequest.self, MatchRequest.self,
      ScheduleRequest.self, OpenCampaignRequest.self, PledgeRequest.self, CancelRequest.self, ClaimRequest.self,
      RotateClaimRequest.self, CheckClaimRequest.self, FundingRequest.self,
      DonateReply.self, SpendDonationsReply.self, SetPoolReply.self, DescribePoolReply.self, MatchReply.self,
      ScheduleReply.self, OpenCampaignReply.self, PledgeReply.self, CancelReply.self, ClaimReply.self,
      RotateClaimReply.self, CheckClaimReply.self, FundingReply.self,
      DonateCommand.self, SpendDonationsCommand.self, SetPoolCommand.self, MatchCommand.self, ScheduleCommand.self,
      OpenCampaignCommand.self, PledgeCommand.self, CancelCommand.self, ClaimCommand.self, RotateClaimCommand.self,
      SplitRevenueRequest.self, SplitRevenueReply.self, SplitRevenueCommand.self, OpenOfferingRequest.self,
      OpenOfferingReply.self, OpenOfferingCommand.self, InvestRequest.self, InvestReply.self, InvestCommand.self,
      DescribeOfferingRequest.self, DescribeOfferingReply.self,
      OpenAuctionRequest.self, OpenAuctionReply.self, OpenAuctionCommand.self, BidRequest.self, BidReply.self,
      BidCommand.self, RaiseBidRequest.self, RaiseBidReply.self, RaiseBidCommand.self, RevealBidRequest.self,
      RevealBidReply.self, RevealBidCommand.self, RefuseBidRequest.self, RefuseBidReply.self, RefuseBidCommand.self,
      DescribeAuctionRequest.self, DescribeAuctionReply.self, DescribeBidRequest.self, DescribeBidReply.self,
      TranscriptRequest.self, TranscriptReply.self, MailboxRequest.self, MailboxReply.self,
      Refusal.self, NoteToken.self, NoteOutput.self, ResourceEntry.self, Figure.self,
      PoolMember.self, FundingEntry.self, RevenueShare.self, Tier.self, TierFigures.self,
      BidLine.self, MailboxEntry.self,
      MintsRequest.self, MintsReply.self, MintOffer.self, RefundRequest.self, RefundReply.self, RefundCommand.self,
      PaymentSettledPush.self, SetMintCommand.self, SetKeysetCommand.self, KeysetKey.self, BeginSwapCommand.self,
      EndSwapCommand.self, SwapRecord.self,
      PayoutRequest.self, PayoutReply.self, PayoutCommand.self, BlankOutput.self, SignaturesRequest.self,
      SignaturesReply.self, PayoutSignature.self, TreasuryRequest.self, TreasuryReply.self, KeysetHolding.self,
      BeginPayoutCommand.self, EndPayoutCommand.self, PayoutRecord.self, ReconcileCommand.self, ReconcileRecord.self,
      ResolvePayoutCommand.self,
    ]
    return Dictionary(uniqueKeysWithValues: layouts.map { (String(describing: $0), $0) })
  }()

  /// The record that follows a fixed part, by the name of the layout.
  static func record(of layout: String) -> (any WireLayout.Type)? {
    switch layout {
    case "ListReply": ResourceEntry.self
    case "AuditFiguresReply": Figure.self
    case "StatementReply": StatementLine.self
    case "ExchangeRequest", "ExchangeCommand": NoteOutput.self
    case "ReleaseReply", "ExchangeReply", "IssueReply", "WithdrawReply", "ClaimReply", "RefundReply": NoteToken.self
    case "MintsReply": MintOffer.self
    case "SetKeysetCommand": KeysetKey.self
    case "EndSwapCommand": SwapRecord.self
    case "PayoutRequest", "PayoutCommand": BlankOutput.self
    case "SignaturesReply": PayoutSignature.self
    case "TreasuryReply": KeysetHolding.self
    case "EndPayoutCommand": PayoutRecord.self
    case "ReconcileCommand": ReconcileRecord.self
    case "ResolvePayoutCommand": BlankOutput.self
    case "SetPoolRequest", "SetPoolCommand", "DescribePoolReply": PoolMember.self
    case "FundingReply": FundingEntry.self
    case "SplitRevenueRequest", "SplitRevenueCommand": RevenueShare.self
    case "OpenOfferingRequest", "OpenOfferingCommand": Tier.self
    case "DescribeOfferingReply": TierFigures.self
    case "TranscriptReply": BidLine.self
    case "MailboxReply": MailboxEntry.self
    case "AgentLeasesReply": AgentLease.self
    case "ReportRequest", "ReportCommand": AgentUsage.self
    case "VoucherReply": IssuedVoucher.self
    default: nil
    }
  }

  /// Field by field; the fields of a nested record with its name before them.
  static func describe(_ value: Any, prefix: String = "") -> [String: String] {
    var out: [String: String] = [:]
    for child in Mirror(reflecting: value).children {
      guard let label = child.label else { continue }
      if let text = text(child.value) {
        out[prefix + label] = text
      } else {
        out.merge(describe(child.value, prefix: prefix + label + ".")) { first, _ in first }
      }
    }
    return out
  }

  private static func text(_ value: Any) -> String? {
    switch value {
    case let number as any FixedWidthInteger: "\(number)"
    case let bytes as Bytes16: hexadecimal(bytes)
    case let name as any PaddedText: name.string
    case let flags as any OptionSet: "\(flags.rawValue)"
    case let status as Status: status.specificationName
    case let role as Role: role.specificationName
    case let rail as Rail: rail.specificationName
    case let outcome as SwapOutcome: outcome.specificationName
    case let algorithm as TagAlgorithm: algorithm.specificationName
    case let state as LeaseState: state.specificationName
    case let authority as Authority: authority.specificationName
    case let cause as ChangeCause: cause.specificationName
    case let kind as NoticeKind: kind.specificationName
    case let outcome as PaymentOutcome: outcome.specificationName
    case let account as Account: account.specificationName
    case let kind as CommandKind: kind.specificationName
    case let target as DonationTarget: target.specificationName
    case let kind as ClaimKind: kind.specificationName
    case let kind as OfferingKind: kind.specificationName
    case let state as FundingState: state.specificationName
    case let rule as UnclaimedRule: rule.specificationName
    case let kind as FundingEntryKind: kind.specificationName
    case let kind as BidLineKind: kind.specificationName
    default: nil
    }
  }

  static func hexadecimal(_ bytes: Bytes16) -> String {
    var out = ""
    for word in [bytes.low, bytes.high] {
      for index in 0..<8 {
        let byte = UInt8(truncatingIfNeeded: word >> UInt64(8 * index))
        out += (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return out
  }

  /// The layout at `offset`, or nil when its reader refuses it.
  static func read(_ type: any WireLayout.Type, _ bytes: RawSpan, at offset: Int) -> (any WireLayout)? {
    func open<Layout: WireLayout>(_ type: Layout.Type, _ bytes: RawSpan, _ offset: Int) -> (any WireLayout)? {
      Layout(bytes, at: offset)
    }
    return open(type, bytes, offset)
  }
}
