// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

extension Opcode {
  /// Sizes and rules of the operation.
  @inlinable @inline(__always) public var layout: OperationLayout {
    switch self {
    case .hello:
      OperationLayout(
        requestByteCount: 48,
        requestRecords: RecordLayout.none,
        replyByteCount: 80,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .authenticate:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 0,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .ping:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .register:
      OperationLayout(
        requestByteCount: 152,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .update:
      OperationLayout(
        requestByteCount: 128,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .list:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout(byteCount: 64, countOffset: 0, countMax: WireLimits.listCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .describe:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 176,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .status:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 56,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .quote:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .acquire:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .fund:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .bind:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .use:
      OperationLayout(
        requestByteCount: 32,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .optional)
    case .reserve:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .settle:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .grantDebitKey:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .check:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 72,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .release:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout(byteCount: 48, countOffset: 28, countMax: WireLimits.tokenCountMax),
        role: .anyone, keepsReceipt: true, payment: .none)
    case .revoke:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .providerOrOperator, keepsReceipt: true, payment: .none)
    case .transfer:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .subscribe:
      OperationLayout(
        requestByteCount: 32,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .openChain:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .optional)
    case .closeChain:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .checkChain:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .payment:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 64,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .question)
    case .refund:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout(byteCount: 48, countOffset: 20, countMax: WireLimits.outputCountMax),
        role: .anyone, keepsReceipt: true, payment: .none)
    case .mints:
      OperationLayout(
        requestByteCount: 0,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout(byteCount: 160, countOffset: 34, countMax: WireLimits.mintCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .payout:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout(byteCount: 40, countOffset: 4, countMax: WireLimits.payoutOutputCountMax),
        replyByteCount: 24,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .signatures:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 48,
        replyRecords: RecordLayout(byteCount: 72, countOffset: 42, countMax: WireLimits.payoutOutputCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .treasury:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 104,
        replyRecords: RecordLayout(byteCount: 64, countOffset: 100, countMax: WireLimits.keysetCountMax),
        role: .operator, keepsReceipt: false, payment: .none)
    case .exchange:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout(byteCount: 16, countOffset: 4, countMax: WireLimits.outputCountMax),
        replyByteCount: 32,
        replyRecords: RecordLayout(byteCount: 48, countOffset: 28, countMax: WireLimits.outputCountMax),
        role: .anyone, keepsReceipt: true, payment: .required)
    case .issue:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout(byteCount: 48, countOffset: 20, countMax: WireLimits.issueCountMax),
        role: .operator, keepsReceipt: true, payment: .none)
    case .withdraw:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout(byteCount: 48, countOffset: 28, countMax: WireLimits.tokenCountMax),
        role: .providerOrOperator, keepsReceipt: true, payment: .none)
    case .rotate:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .operator, keepsReceipt: true, payment: .none)
    case .acceptLoss:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .operator, keepsReceipt: true, payment: .none)
    case .brokerStatus:
      OperationLayout(
        requestByteCount: 0,
        requestRecords: RecordLayout.none,
        replyByteCount: 96,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .auditFigures:
      OperationLayout(
        requestByteCount: 0,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout(byteCount: 16, countOffset: 16, countMax: WireLimits.outputCountMax),
        role: .operator, keepsReceipt: false, payment: .none)
    case .statement:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout(byteCount: 56, countOffset: 16, countMax: WireLimits.statementCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .donate:
      OperationLayout(
        requestByteCount: 48,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .spendDonations:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .setPool:
      OperationLayout(
        requestByteCount: 48,
        requestRecords: RecordLayout(byteCount: 16, countOffset: 40, countMax: WireLimits.memberCountMax),
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .providerOrOperator, keepsReceipt: true, payment: .none)
    case .describePool:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 64,
        replyRecords: RecordLayout(byteCount: 16, countOffset: 56, countMax: WireLimits.memberCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .match:
      OperationLayout(
        requestByteCount: 80,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .schedule:
      OperationLayout(
        requestByteCount: 80,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .openCampaign:
      OperationLayout(
        requestByteCount: 72,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .pledge:
      OperationLayout(
        requestByteCount: 56,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .cancel:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .providerOrOperator, keepsReceipt: true, payment: .none)
    case .claim:
      OperationLayout(
        requestByteCount: 32,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout(byteCount: 48, countOffset: 28, countMax: WireLimits.tokenCountMax),
        role: .anyone, keepsReceipt: true, payment: .none)
    case .rotateClaim:
      OperationLayout(
        requestByteCount: 40,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .checkClaim:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 64,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .funding:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 128,
        replyRecords: RecordLayout(byteCount: 88, countOffset: 26, countMax: WireLimits.fundingEntryCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .splitRevenue:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout(byteCount: 16, countOffset: 8, countMax: WireLimits.revenueShareCountMax),
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .openOffering:
      OperationLayout(
        requestByteCount: 96,
        requestRecords: RecordLayout(byteCount: 16, countOffset: 60, countMax: WireLimits.tierCountMax),
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .invest:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .describeOffering:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 128,
        replyRecords: RecordLayout(byteCount: 40, countOffset: 92, countMax: WireLimits.tierCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .openAuction:
      OperationLayout(
        requestByteCount: 104,
        requestRecords: RecordLayout.none,
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .provider, keepsReceipt: true, payment: .none)
    case .bid:
      OperationLayout(
        requestByteCount: 248,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .raiseBid:
      OperationLayout(
        requestByteCount: 56,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .required)
    case .revealBid:
      OperationLayout(
        requestByteCount: 32,
        requestRecords: RecordLayout.none,
        replyByteCount: 24,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: true, payment: .none)
    case .refuseBid:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .providerOrOperator, keepsReceipt: true, payment: .none)
    case .describeAuction:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 192,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .describeBid:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 256,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .transcript:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout(byteCount: 72, countOffset: 4, countMax: WireLimits.transcriptCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .mailbox:
      OperationLayout(
        requestByteCount: 32,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout(byteCount: 32, countOffset: 24, countMax: WireLimits.mailboxCountMax),
        role: .anyone, keepsReceipt: false, payment: .none)
    case .attach:
      OperationLayout(
        requestByteCount: 32,
        requestRecords: RecordLayout.none,
        replyByteCount: 32,
        replyRecords: RecordLayout.none,
        role: .agent, keepsReceipt: false, payment: .none)
    case .heartbeat:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .agent, keepsReceipt: false, payment: .none)
    case .agentLeases:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout(byteCount: 56, countOffset: 0, countMax: WireLimits.agentLeaseCountMax),
        role: .agent, keepsReceipt: false, payment: .none)
    case .provision:
      OperationLayout(
        requestByteCount: 120,
        requestRecords: RecordLayout.none,
        replyByteCount: 8,
        replyRecords: RecordLayout.none,
        role: .agent, keepsReceipt: false, payment: .none)
    case .service:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 136,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .ticket:
      OperationLayout(
        requestByteCount: 8,
        requestRecords: RecordLayout.none,
        replyByteCount: 112,
        replyRecords: RecordLayout.none,
        role: .anyone, keepsReceipt: false, payment: .none)
    case .report:
      OperationLayout(
        requestByteCount: 16,
        requestRecords: RecordLayout(byteCount: 40, countOffset: 8, countMax: WireLimits.agentUsageCountMax),
        replyByteCount: 16,
        replyRecords: RecordLayout.none,
        role: .agent, keepsReceipt: false, payment: .none)
    case .voucher:
      OperationLayout(
        requestByteCount: 24,
        requestRecords: RecordLayout.none,
        replyByteCount: 40,
        replyRecords: RecordLayout(byteCount: 112, countOffset: 36, countMax: WireLimits.voucherCountMax),
        role: .anyone, keepsReceipt: true, payment: .none)
    }
  }

  /// Offset, from `offset`, of the first wrong field in the fixed part of a request, or nil.
  public func requestFault(in bytes: RawSpan, at offset: Int) -> Int? {
    switch self {
    case .hello: HelloRequest.fault(in: bytes, at: offset)
    case .authenticate: AuthenticateRequest.fault(in: bytes, at: offset)
    case .ping: PingRequest.fault(in: bytes, at: offset)
    case .register: RegisterRequest.fault(in: bytes, at: offset)
    case .update: UpdateRequest.fault(in: bytes, at: offset)
    case .list: ListRequest.fault(in: bytes, at: offset)
    case .describe: DescribeRequest.fault(in: bytes, at: offset)
    case .status: StatusRequest.fault(in: bytes, at: offset)
    case .quote: QuoteRequest.fault(in: bytes, at: offset)
    case .acquire: AcquireRequest.fault(in: bytes, at: offset)
    case .fund: FundRequest.fault(in: bytes, at: offset)
    case .bind: BindRequest.fault(in: bytes, at: offset)
    case .use: UseRequest.fault(in: bytes, at: offset)
    case .reserve: ReserveRequest.fault(in: bytes, at: offset)
    case .settle: SettleRequest.fault(in: bytes, at: offset)
    case .grantDebitKey: GrantDebitKeyRequest.fault(in: bytes, at: offset)
    case .check: CheckRequest.fault(in: bytes, at: offset)
    case .release: ReleaseRequest.fault(in: bytes, at: offset)
    case .revoke: RevokeRequest.fault(in: bytes, at: offset)
    case .transfer: TransferRequest.fault(in: bytes, at: offset)
    case .subscribe: SubscribeRequest.fault(in: bytes, at: offset)
    case .openChain: OpenChainRequest.fault(in: bytes, at: offset)
    case .closeChain: CloseChainRequest.fault(in: bytes, at: offset)
    case .checkChain: CheckChainRequest.fault(in: bytes, at: offset)
    case .payment: PaymentRequest.fault(in: bytes, at: offset)
    case .refund: RefundRequest.fault(in: bytes, at: offset)
    case .mints: MintsRequest.fault(in: bytes, at: offset)
    case .payout: PayoutRequest.fault(in: bytes, at: offset)
    case .signatures: SignaturesRequest.fault(in: bytes, at: offset)
    case .treasury: TreasuryRequest.fault(in: bytes, at: offset)
    case .exchange: ExchangeRequest.fault(in: bytes, at: offset)
    case .issue: IssueRequest.fault(in: bytes, at: offset)
    case .withdraw: WithdrawRequest.fault(in: bytes, at: offset)
    case .rotate: RotateRequest.fault(in: bytes, at: offset)
    case .acceptLoss: AcceptLossRequest.fault(in: bytes, at: offset)
    case .brokerStatus: BrokerStatusRequest.fault(in: bytes, at: offset)
    case .auditFigures: AuditFiguresRequest.fault(in: bytes, at: offset)
    case .statement: StatementRequest.fault(in: bytes, at: offset)
    case .donate: DonateRequest.fault(in: bytes, at: offset)
    case .spendDonations: SpendDonationsRequest.fault(in: bytes, at: offset)
    case .setPool: SetPoolRequest.fault(in: bytes, at: offset)
    case .describePool: DescribePoolRequest.fault(in: bytes, at: offset)
    case .match: MatchRequest.fault(in: bytes, at: offset)
    case .schedule: ScheduleRequest.fault(in: bytes, at: offset)
    case .openCampaign: OpenCampaignRequest.fault(in: bytes, at: offset)
    case .pledge: PledgeRequest.fault(in: bytes, at: offset)
    case .cancel: CancelRequest.fault(in: bytes, at: offset)
    case .claim: ClaimRequest.fault(in: bytes, at: offset)
    case .rotateClaim: RotateClaimRequest.fault(in: bytes, at: offset)
    case .checkClaim: CheckClaimRequest.fault(in: bytes, at: offset)
    case .funding: FundingRequest.fault(in: bytes, at: offset)
    case .splitRevenue: SplitRevenueRequest.fault(in: bytes, at: offset)
    case .openOffering: OpenOfferingRequest.fault(in: bytes, at: offset)
    case .invest: InvestRequest.fault(in: bytes, at: offset)
    case .describeOffering: DescribeOfferingRequest.fault(in: bytes, at: offset)
    case .openAuction: OpenAuctionRequest.fault(in: bytes, at: offset)
    case .bid: BidRequest.fault(in: bytes, at: offset)
    case .raiseBid: RaiseBidRequest.fault(in: bytes, at: offset)
    case .revealBid: RevealBidRequest.fault(in: bytes, at: offset)
    case .refuseBid: RefuseBidRequest.fault(in: bytes, at: offset)
    case .describeAuction: DescribeAuctionRequest.fault(in: bytes, at: offset)
    case .describeBid: DescribeBidRequest.fault(in: bytes, at: offset)
    case .transcript: TranscriptRequest.fault(in: bytes, at: offset)
    case .mailbox: MailboxRequest.fault(in: bytes, at: offset)
    case .attach: AttachRequest.fault(in: bytes, at: offset)
    case .heartbeat: HeartbeatRequest.fault(in: bytes, at: offset)
    case .agentLeases: AgentLeasesRequest.fault(in: bytes, at: offset)
    case .provision: ProvisionRequest.fault(in: bytes, at: offset)
    case .service: ServiceRequest.fault(in: bytes, at: offset)
    case .ticket: TicketRequest.fault(in: bytes, at: offset)
    case .report: ReportRequest.fault(in: bytes, at: offset)
    case .voucher: VoucherRequest.fault(in: bytes, at: offset)
    }
  }

  /// The same of one record of a request.
  public func requestRecordFault(in bytes: RawSpan, at offset: Int) -> Int? {
    switch self {
    case .payout: BlankOutput.fault(in: bytes, at: offset)
    case .setPool: PoolMember.fault(in: bytes, at: offset)
    case .splitRevenue: RevenueShare.fault(in: bytes, at: offset)
    case .openOffering: Tier.fault(in: bytes, at: offset)
    default: nil
    }
  }

  /// Offset, from `offset`, of the first wrong field in the fixed part of a reply, or nil.
  public func replyFault(in bytes: RawSpan, at offset: Int) -> Int? {
    switch self {
    case .hello: HelloReply.fault(in: bytes, at: offset)
    case .authenticate: AuthenticateReply.fault(in: bytes, at: offset)
    case .ping: PingReply.fault(in: bytes, at: offset)
    case .register: RegisterReply.fault(in: bytes, at: offset)
    case .update: UpdateReply.fault(in: bytes, at: offset)
    case .list: ListReply.fault(in: bytes, at: offset)
    case .describe: DescribeReply.fault(in: bytes, at: offset)
    case .status: StatusReply.fault(in: bytes, at: offset)
    case .quote: QuoteReply.fault(in: bytes, at: offset)
    case .acquire: AcquireReply.fault(in: bytes, at: offset)
    case .fund: FundReply.fault(in: bytes, at: offset)
    case .bind: BindReply.fault(in: bytes, at: offset)
    case .use: UseReply.fault(in: bytes, at: offset)
    case .reserve: ReserveReply.fault(in: bytes, at: offset)
    case .settle: SettleReply.fault(in: bytes, at: offset)
    case .grantDebitKey: GrantDebitKeyReply.fault(in: bytes, at: offset)
    case .check: CheckReply.fault(in: bytes, at: offset)
    case .release: ReleaseReply.fault(in: bytes, at: offset)
    case .revoke: RevokeReply.fault(in: bytes, at: offset)
    case .transfer: TransferReply.fault(in: bytes, at: offset)
    case .subscribe: SubscribeReply.fault(in: bytes, at: offset)
    case .openChain: OpenChainReply.fault(in: bytes, at: offset)
    case .closeChain: CloseChainReply.fault(in: bytes, at: offset)
    case .checkChain: CheckChainReply.fault(in: bytes, at: offset)
    case .payment: PaymentReply.fault(in: bytes, at: offset)
    case .refund: RefundReply.fault(in: bytes, at: offset)
    case .mints: MintsReply.fault(in: bytes, at: offset)
    case .payout: PayoutReply.fault(in: bytes, at: offset)
    case .signatures: SignaturesReply.fault(in: bytes, at: offset)
    case .treasury: TreasuryReply.fault(in: bytes, at: offset)
    case .exchange: ExchangeReply.fault(in: bytes, at: offset)
    case .issue: IssueReply.fault(in: bytes, at: offset)
    case .withdraw: WithdrawReply.fault(in: bytes, at: offset)
    case .rotate: RotateReply.fault(in: bytes, at: offset)
    case .acceptLoss: AcceptLossReply.fault(in: bytes, at: offset)
    case .brokerStatus: BrokerStatusReply.fault(in: bytes, at: offset)
    case .auditFigures: AuditFiguresReply.fault(in: bytes, at: offset)
    case .statement: StatementReply.fault(in: bytes, at: offset)
    case .donate: DonateReply.fault(in: bytes, at: offset)
    case .spendDonations: SpendDonationsReply.fault(in: bytes, at: offset)
    case .setPool: SetPoolReply.fault(in: bytes, at: offset)
    case .describePool: DescribePoolReply.fault(in: bytes, at: offset)
    case .match: MatchReply.fault(in: bytes, at: offset)
    case .schedule: ScheduleReply.fault(in: bytes, at: offset)
    case .openCampaign: OpenCampaignReply.fault(in: bytes, at: offset)
    case .pledge: PledgeReply.fault(in: bytes, at: offset)
    case .cancel: CancelReply.fault(in: bytes, at: offset)
    case .claim: ClaimReply.fault(in: bytes, at: offset)
    case .rotateClaim: RotateClaimReply.fault(in: bytes, at: offset)
    case .checkClaim: CheckClaimReply.fault(in: bytes, at: offset)
    case .funding: FundingReply.fault(in: bytes, at: offset)
    case .splitRevenue: SplitRevenueReply.fault(in: bytes, at: offset)
    case .openOffering: OpenOfferingReply.fault(in: bytes, at: offset)
    case .invest: InvestReply.fault(in: bytes, at: offset)
    case .describeOffering: DescribeOfferingReply.fault(in: bytes, at: offset)
    case .openAuction: OpenAuctionReply.fault(in: bytes, at: offset)
    case .bid: BidReply.fault(in: bytes, at: offset)
    case .raiseBid: RaiseBidReply.fault(in: bytes, at: offset)
    case .revealBid: RevealBidReply.fault(in: bytes, at: offset)
    case .refuseBid: RefuseBidReply.fault(in: bytes, at: offset)
    case .describeAuction: DescribeAuctionReply.fault(in: bytes, at: offset)
    case .describeBid: DescribeBidReply.fault(in: bytes, at: offset)
    case .transcript: TranscriptReply.fault(in: bytes, at: offset)
    case .mailbox: MailboxReply.fault(in: bytes, at: offset)
    case .attach: AttachReply.fault(in: bytes, at: offset)
    case .heartbeat: HeartbeatReply.fault(in: bytes, at: offset)
    case .agentLeases: AgentLeasesReply.fault(in: bytes, at: offset)
    case .provision: ProvisionReply.fault(in: bytes, at: offset)
    case .service: ServiceReply.fault(in: bytes, at: offset)
    case .ticket: TicketReply.fault(in: bytes, at: offset)
    case .report: ReportReply.fault(in: bytes, at: offset)
    case .voucher: VoucherReply.fault(in: bytes, at: offset)
    }
  }

  /// The same of one record of a reply.
  public func replyRecordFault(in bytes: RawSpan, at offset: Int) -> Int? {
    switch self {
    case .release: NoteToken.fault(in: bytes, at: offset)
    case .refund: NoteToken.fault(in: bytes, at: offset)
    case .signatures: PayoutSignature.fault(in: bytes, at: offset)
    case .treasury: KeysetHolding.fault(in: bytes, at: offset)
    case .exchange: NoteToken.fault(in: bytes, at: offset)
    case .issue: NoteToken.fault(in: bytes, at: offset)
    case .withdraw: NoteToken.fault(in: bytes, at: offset)
    case .auditFigures: Figure.fault(in: bytes, at: offset)
    case .statement: StatementLine.fault(in: bytes, at: offset)
    case .describePool: PoolMember.fault(in: bytes, at: offset)
    case .claim: NoteToken.fault(in: bytes, at: offset)
    case .funding: FundingEntry.fault(in: bytes, at: offset)
    case .transcript: BidLine.fault(in: bytes, at: offset)
    case .mailbox: MailboxEntry.fault(in: bytes, at: offset)
    case .agentLeases: AgentLease.fault(in: bytes, at: offset)
    case .voucher: IssuedVoucher.fault(in: bytes, at: offset)
    default: nil
    }
  }

  /// Statuses that the operation names beside the common ones.
  public var statuses: [Status] {
    switch self {
    case .hello: [.versionUnsupported, .helloTwice]
    case .authenticate: [.authenticationFailed]
    case .ping: []
    case .register: [.nameInvalid, .nameTaken, .termsInvalid, .noSpace]
    case .update: [.resourceUnknown, .termsInvalid, .amountOverflow, .termsChangePending]
    case .list: []
    case .describe: [.resourceUnknown]
    case .status: [.resourceUnknown]
    case .quote: [.resourceUnknown, .unitsInvalid, .tooShort, .tooLong, .amountOverflow]
    case .acquire:
      [
        .resourceUnknown,
        .notAuthorized,
        .keyWrong,
        .unitsInvalid,
        .agentAbsent,
        .unitsUnavailable,
        .tooShort,
        .tooLong,
        .amountOverflow,
        .noSpace,
      ]
    case .fund:
      [
        .leaseUnknown,
        .leaseEnded,
        .leaseOpen,
        .handleUnknown,
        .leasePending,
        .giftsRefused,
        .tooLong,
        .amountOverflow,
        .chainUnknown,
        .tickForged,
        .tickSpent,
        .tickAhead,
      ]
    case .bind: [.leaseUnknown, .leaseOpen, .keyWrong, .handleLimit]
    case .use:
      [
        .handleUnknown,
        .leaseUnknown,
        .leaseEnded,
        .leaseOpen,
        .leaseSuspended,
        .leasePending,
        .meterUnknown,
        .quantityInvalid,
        .useNumberStale,
        .numberConflict,
        .paymentRequired,
        .amountInvalid,
        .fundsInsufficient,
        .debitLimit,
        .amountOverflow,
        .giftsRefused,
        .tooLong,
        .chainUnknown,
        .tickForged,
        .tickSpent,
        .tickAhead,
      ]
    case .reserve:
      [
        .handleUnknown,
        .leaseUnknown,
        .leaseEnded,
        .leaseSuspended,
        .leasePending,
        .meterUnknown,
        .quantityInvalid,
        .termsInvalid,
        .fundsInsufficient,
        .debitLimit,
        .amountOverflow,
        .reservationLimit,
      ]
    case .settle: [.handleUnknown, .leaseUnknown, .reservationUnknown, .quantityInvalid]
    case .grantDebitKey: [.handleUnknown, .leaseUnknown, .leaseEnded, .leasePending, .debitKeyLimit, .keyWrong]
    case .check: [.leaseUnknown]
    case .release: [.handleUnknown, .leaseUnknown, .leaseEnded, .noSpace]
    case .revoke: [.leaseUnknown, .notAuthorized, .leaseEnded]
    case .transfer: [.handleUnknown, .leaseUnknown, .leaseEnded, .leasePending, .keyWrong]
    case .subscribe: [.leaseUnknown, .leaseEnded, .resourceUnknown, .fundingUnknown, .subscriptionLimit]
    case .openChain:
      [
        .handleUnknown,
        .leaseUnknown,
        .leaseEnded,
        .leasePending,
        .quantityInvalid,
        .amountInvalid,
        .amountOverflow,
        .leaseSuspended,
        .fundsInsufficient,
        .chainTaken,
        .chainLimit,
      ]
    case .closeChain: [.handleUnknown, .leaseUnknown, .leaseEnded, .chainUnknown]
    case .checkChain: [.leaseUnknown, .leaseEnded, .chainUnknown]
    case .payment: [.amountOverflow, .paymentUnknown]
    case .refund: [.paymentUnknown, .keyWrong, .paymentPending, .nothingDue]
    case .mints: []
    case .payout:
      [
        .mintUnknown,
        .keysetUnknown,
        .ecashInvalid,
        .quantityInvalid,
        .amountInvalid,
        .amountOverflow,
        .treasuryShort,
        .noSpace,
      ]
    case .signatures: [.paymentUnknown, .paymentPending, .nothingDue]
    case .treasury: [.mintUnknown]
    case .exchange: [.handleUnknown, .leaseUnknown, .amountInvalid, .amountOverflow, .noSpace]
    case .issue: [.amountInvalid, .amountOverflow, .quantityInvalid, .noSpace]
    case .withdraw: [.fundsInsufficient, .noSpace]
    case .rotate: [.epochLimit, .termsInvalid]
    case .acceptLoss: [.amountInvalid]
    case .brokerStatus: []
    case .auditFigures: []
    case .statement: [.resourceUnknown, .notAuthorized]
    case .donate:
      [
        .resourceUnknown,
        .leaseUnknown,
        .leaseEnded,
        .leasePending,
        .fundingUnknown,
        .fundingClosed,
        .nameInvalid,
        .giftsRefused,
        .tooLong,
        .amountOverflow,
      ]
    case .spendDonations: [.resourceUnknown, .notAuthorized, .leaseUnknown, .leasePending, .fundsInsufficient]
    case .setPool:
      [
        .fundingUnknown,
        .notAuthorized,
        .nameInvalid,
        .nameTaken,
        .resourceUnknown,
        .quantityInvalid,
        .noSpace,
      ]
    case .describePool: [.fundingUnknown]
    case .match:
      [
        .resourceUnknown,
        .keyWrong,
        .termsInvalid,
        .nameInvalid,
        .giftsRefused,
        .fundingLimit,
        .noSpace,
        .amountInvalid,
        .amountOverflow,
      ]
    case .schedule:
      [
        .resourceUnknown,
        .keyWrong,
        .quantityInvalid,
        .termsInvalid,
        .nameInvalid,
        .giftsRefused,
        .noSpace,
        .amountInvalid,
        .amountOverflow,
      ]
    case .openCampaign:
      [
        .resourceUnknown,
        .notAuthorized,
        .amountInvalid,
        .termsInvalid,
        .nameInvalid,
        .giftsRefused,
        .fundingLimit,
        .noSpace,
      ]
    case .pledge: [.fundingUnknown, .fundingClosed, .keyWrong, .nameInvalid, .noSpace, .amountInvalid, .amountOverflow]
    case .cancel: [.fundingUnknown, .notAuthorized, .fundingClosed]
    case .claim: [.fundingUnknown, .keyWrong, .nothingDue, .noSpace]
    case .rotateClaim: [.fundingUnknown, .keyWrong]
    case .checkClaim: [.fundingUnknown]
    case .funding: [.resourceUnknown]
    case .splitRevenue: [.resourceUnknown, .notAuthorized, .quantityInvalid, .sharesExceeded, .noSpace]
    case .openOffering:
      [
        .resourceUnknown,
        .notAuthorized,
        .amountInvalid,
        .amountOverflow,
        .termsInvalid,
        .quantityInvalid,
        .nameInvalid,
        .giftsRefused,
        .fundingLimit,
        .sharesExceeded,
        .noSpace,
      ]
    case .invest: [.fundingUnknown, .fundingClosed, .keyWrong, .noSpace, .amountInvalid, .capExceeded, .amountOverflow]
    case .describeOffering: [.fundingUnknown]
    case .openAuction:
      [
        .resourceUnknown,
        .notAuthorized,
        .amountInvalid,
        .termsInvalid,
        .nameInvalid,
        .giftsRefused,
        .fundingLimit,
        .periodTaken,
        .noSpace,
      ]
    case .bid:
      [
        .fundingUnknown,
        .fundingClosed,
        .keyWrong,
        .nameInvalid,
        .commitmentWrong,
        .fundingLimit,
        .noSpace,
        .amountInvalid,
        .bidTooLow,
        .amountOverflow,
      ]
    case .raiseBid:
      [
        .fundingUnknown,
        .keyWrong,
        .fundingClosed,
        .commitmentWrong,
        .fundingLimit,
        .noSpace,
        .amountInvalid,
        .bidTooLow,
        .amountOverflow,
      ]
    case .revealBid: [.fundingUnknown, .fundingClosed, .commitmentWrong, .amountInvalid]
    case .refuseBid: [.fundingUnknown, .notAuthorized, .fundingClosed]
    case .describeAuction: [.fundingUnknown]
    case .describeBid: [.fundingUnknown]
    case .transcript: [.fundingUnknown]
    case .mailbox: [.fundingUnknown, .keyWrong]
    case .attach: [.resourceUnknown, .quantityInvalid, .keyWrong, .noSpace]
    case .heartbeat: [.agentAbsent, .quantityInvalid]
    case .agentLeases: [.agentAbsent]
    case .provision: [.agentAbsent, .leaseUnknown, .leaseEnded, .notAuthorized, .epochStale, .nameInvalid]
    case .service: [.handleUnknown, .leaseUnknown]
    case .ticket: [.handleUnknown, .leaseUnknown, .leaseEnded, .leasePending, .leaseSuspended, .agentAbsent]
    case .report: [.agentAbsent, .quantityInvalid]
    case .voucher:
      [
        .handleUnknown,
        .leaseUnknown,
        .leaseEnded,
        .leasePending,
        .leaseSuspended,
        .meterUnknown,
        .quantityInvalid,
        .fundsInsufficient,
        .debitLimit,
        .amountOverflow,
        .agentAbsent,
      ]
    }
  }
}

extension PushCode {
  /// Bytes of the push's body.
  public var byteCount: Int {
    switch self {
    case .leaseChanged: 48
    case .resourceChanged: 32
    case .notice: 56
    case .lagged: 8
    case .goodbye: 16
    case .agentLeaseChanged: 56
    case .paymentSettled: 72
    }
  }

  /// Offset, from `offset`, of the first wrong field of the body, or nil.
  public func fault(in bytes: RawSpan, at offset: Int) -> Int? {
    switch self {
    case .leaseChanged: LeaseChangedPush.fault(in: bytes, at: offset)
    case .resourceChanged: ResourceChangedPush.fault(in: bytes, at: offset)
    case .notice: NoticePush.fault(in: bytes, at: offset)
    case .lagged: LaggedPush.fault(in: bytes, at: offset)
    case .goodbye: GoodbyePush.fault(in: bytes, at: offset)
    case .agentLeaseChanged: AgentLeaseChangedPush.fault(in: bytes, at: offset)
    case .paymentSettled: PaymentSettledPush.fault(in: bytes, at: offset)
    }
  }
}

extension CommandKind {
  /// Sizes and rules of the command.
  @inlinable @inline(__always) public var layout: CommandLayout {
    switch self {
    case .genesis:
      CommandLayout(
        byteCount: 152,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .advance:
      CommandLayout(
        byteCount: 8,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .configure:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .openSession:
      CommandLayout(
        byteCount: 16,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .restore:
      CommandLayout(
        byteCount: 32,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .setMint:
      CommandLayout(
        byteCount: 176,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .setKeyset:
      CommandLayout(
        byteCount: 64,
        records: RecordLayout(byteCount: 40, countOffset: 60, countMax: WireLimits.keysetKeyCountMax),
        keepsReceipt: false, payment: .none)
    case .beginSwap:
      CommandLayout(
        byteCount: 8,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .endSwap:
      CommandLayout(
        byteCount: 8,
        records: RecordLayout(byteCount: 48, countOffset: 6, countMax: WireLimits.swapOutputCountMax),
        keepsReceipt: false, payment: .none)
    case .beginPayout:
      CommandLayout(
        byteCount: 8,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .endPayout:
      CommandLayout(
        byteCount: 8,
        records: RecordLayout(byteCount: 48, countOffset: 6, countMax: WireLimits.payoutRecordCountMax),
        keepsReceipt: false, payment: .none)
    case .reconcile:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout(byteCount: 40, countOffset: 18, countMax: WireLimits.reconcileRecordCountMax),
        keepsReceipt: false, payment: .none)
    case .resolvePayout:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout(byteCount: 40, countOffset: 16, countMax: WireLimits.payoutOutputCountMax),
        keepsReceipt: false, payment: .none)
    case .register:
      CommandLayout(
        byteCount: 160,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .update:
      CommandLayout(
        byteCount: 136,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .acquire:
      CommandLayout(
        byteCount: 48,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .fund:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .use:
      CommandLayout(
        byteCount: 48,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .optional)
    case .reserve:
      CommandLayout(
        byteCount: 48,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .settle:
      CommandLayout(
        byteCount: 40,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .grantDebitKey:
      CommandLayout(
        byteCount: 56,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .release:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .revoke:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .transfer:
      CommandLayout(
        byteCount: 40,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .openChain:
      CommandLayout(
        byteCount: 56,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .optional)
    case .closeChain:
      CommandLayout(
        byteCount: 32,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .exchange:
      CommandLayout(
        byteCount: 32,
        records: RecordLayout(byteCount: 16, countOffset: 24, countMax: WireLimits.outputCountMax),
        keepsReceipt: true, payment: .required)
    case .issue:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .withdraw:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .rotate:
      CommandLayout(
        byteCount: 16,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .acceptLoss:
      CommandLayout(
        byteCount: 8,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .refund:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .payout:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout(byteCount: 40, countOffset: 4, countMax: WireLimits.payoutOutputCountMax),
        keepsReceipt: true, payment: .required)
    case .donate:
      CommandLayout(
        byteCount: 48,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .spendDonations:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .setPool:
      CommandLayout(
        byteCount: 64,
        records: RecordLayout(byteCount: 16, countOffset: 56, countMax: WireLimits.memberCountMax),
        keepsReceipt: true, payment: .none)
    case .match:
      CommandLayout(
        byteCount: 80,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .schedule:
      CommandLayout(
        byteCount: 80,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .openCampaign:
      CommandLayout(
        byteCount: 80,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .pledge:
      CommandLayout(
        byteCount: 56,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .cancel:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .claim:
      CommandLayout(
        byteCount: 32,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .rotateClaim:
      CommandLayout(
        byteCount: 40,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .splitRevenue:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout(byteCount: 16, countOffset: 16, countMax: WireLimits.revenueShareCountMax),
        keepsReceipt: true, payment: .none)
    case .openOffering:
      CommandLayout(
        byteCount: 104,
        records: RecordLayout(byteCount: 16, countOffset: 68, countMax: WireLimits.tierCountMax),
        keepsReceipt: true, payment: .none)
    case .invest:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .openAuction:
      CommandLayout(
        byteCount: 112,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .bid:
      CommandLayout(
        byteCount: 248,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .raiseBid:
      CommandLayout(
        byteCount: 56,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .required)
    case .revealBid:
      CommandLayout(
        byteCount: 32,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .refuseBid:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    case .attach:
      CommandLayout(
        byteCount: 16,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .detach:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .report:
      CommandLayout(
        byteCount: 24,
        records: RecordLayout(byteCount: 40, countOffset: 20, countMax: WireLimits.agentUsageCountMax),
        keepsReceipt: false, payment: .none)
    case .provision:
      CommandLayout(
        byteCount: 128,
        records: RecordLayout.none,
        keepsReceipt: false, payment: .none)
    case .voucher:
      CommandLayout(
        byteCount: 56,
        records: RecordLayout.none,
        keepsReceipt: true, payment: .none)
    }
  }
}
