internal import TurnpikeCrypto
internal import WireProtocol

/// Requests of those who fund, and of providers whose resources are funded.
extension SessionEngine {
  mutating func fundingCommand(
    _ request: borrowing Request, _ frame: RawSpan, of connection: Connection
  ) -> Verdict {
    switch request.opcode {
    case .spendDonations, .setPool, .openCampaign, .cancel, .splitRevenue, .openOffering, .openAuction, .refuseBid:
      fundedCommand(request, frame, of: connection)
    case .claim, .rotateClaim, .raiseBid, .revealBid: claimCommand(request, frame, of: connection)
    default: funderCommand(request, frame, of: connection)
    }
  }

  /// Anyone's, who pays.
  private mutating func funderCommand(
    _ request: borrowing Request, _ frame: RawSpan, of connection: Connection
  ) -> Verdict {
    let at = request.layout.fixedOffset
    switch request.opcode {
    case .donate:
      guard let donate = DonateRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        DonateCommand(target: donate.target, kind: donate.kind, label: donate.label), request, frame, of: connection)
    case .match:
      guard let match = MatchRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        MatchCommand(
          resource: match.resource, keyHash: match.keyHash, numerator: match.numerator, denominator: match.denominator,
          cap: match.cap, duration: match.duration, label: match.label),
        request, frame, of: connection)
    case .schedule:
      guard let schedule = ScheduleRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        ScheduleCommand(
          resource: schedule.resource, keyHash: schedule.keyHash, count: schedule.count, first: schedule.first,
          interval: schedule.interval, label: schedule.label),
        request, frame, of: connection)
    case .invest:
      guard let invest = InvestRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        InvestCommand(offering: invest.offering, keyHash: invest.keyHash), request, frame, of: connection)
    case .bid:
      guard let bid = BidRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        BidCommand(auction: bid.auction, keyHash: bid.keyHash, commitment: bid.commitment, banner: bid.banner),
        request, frame, of: connection)
    default:
      guard let pledge = PledgeRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        PledgeCommand(campaign: pledge.campaign, keyHash: pledge.keyHash, label: pledge.label), request, frame,
        of: connection)
    }
  }

  /// Whoever shows the key of a claim: the command has its hash. REVEAL BID shows its nonce.
  private mutating func claimCommand(
    _ request: borrowing Request, _ frame: RawSpan, of connection: Connection
  ) -> Verdict {
    let at = request.layout.fixedOffset
    switch request.opcode {
    case .claim:
      guard let claim = ClaimRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        ClaimCommand(claim: claim.claim, keyHash: SHA256.keyHash(claim.key), flags: claim.flags), request, frame,
        of: connection, noteCountMax: 1)
    case .raiseBid:
      guard let raise = RaiseBidRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        RaiseBidCommand(claim: raise.claim, keyHash: SHA256.keyHash(raise.key), commitment: raise.commitment), request,
        frame, of: connection)
    case .revealBid:
      guard let reveal = RevealBidRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        RevealBidCommand(claim: reveal.claim, amount: reveal.amount, nonce: reveal.nonce), request, frame,
        of: connection)
    default:
      guard let rotate = RotateClaimRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        RotateClaimCommand(
          claim: rotate.claim, keyHash: SHA256.keyHash(rotate.key), newKeyHash: rotate.keyHash),
        request, frame, of: connection)
    }
  }

  /// A provider's or the operator's.
  private mutating func fundedCommand(
    _ request: borrowing Request, _ frame: RawSpan, of connection: Connection
  ) -> Verdict {
    let at = request.layout.fixedOffset
    let actor = connection.roleActor
    switch request.opcode {
    case .spendDonations:
      guard let spend = SpendDonationsRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        SpendDonationsCommand(provider: actor.id, resource: spend.resource, amount: spend.amount), request, frame,
        of: connection)
    case .setPool:
      guard let set = SetPoolRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        SetPoolCommand(actor: actor, pool: set.pool, name: set.name, count: set.count), request, frame, of: connection)
    case .openCampaign:
      guard let open = OpenCampaignRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        OpenCampaignCommand(
          provider: actor.id, resource: open.resource, goal: open.goal, minimum: open.minimum, duration: open.duration,
          rule: open.rule, label: open.label),
        request, frame, of: connection)
    case .splitRevenue:
      guard let split = SplitRevenueRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        SplitRevenueCommand(provider: actor.id, resource: split.resource, count: split.count), request, frame,
        of: connection)
    case .openOffering:
      guard let open = OpenOfferingRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        OpenOfferingCommand(
          provider: actor.id, resource: open.resource, cap: open.cap, criterion: open.criterion, unit: open.unit,
          duration: open.duration, period: open.period, startShare: open.startShare, share: open.share,
          returnPerMillion: open.returnPerMillion, count: open.count, kind: open.kind, label: open.label),
        request, frame, of: connection)
    case .openAuction:
      guard let open = OpenAuctionRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(
        OpenAuctionCommand(
          provider: actor.id, resource: open.resource, reserve: open.reserve, increment: open.increment,
          duration: open.duration, reveal: open.reveal, extendBy: open.extendBy, start: open.start,
          period: open.period, forfeitPerMillion: open.forfeitPerMillion, flags: open.flags, label: open.label),
        request, frame, of: connection)
    case .refuseBid:
      guard let refuse = RefuseBidRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(RefuseBidCommand(actor: actor, claim: refuse.claim), request, frame, of: connection)
    default:
      guard let cancel = CancelRequest(frame, at: at) else { return Verdict(.malformed) }
      return execute(CancelCommand(actor: actor, funding: cancel.funding), request, frame, of: connection)
    }
  }
}
