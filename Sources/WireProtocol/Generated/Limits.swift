// Generated from proto-spec/turnpike.toml by `make generate`. Do not edit.

/// Limits of the protocol.
public enum WireLimits {
  /// Version of the protocol that this schema describes.
  public static let version: UInt8 = 1
  /// Default TCP port.
  public static let port: UInt16 = 7474
  /// Bytes of a frame header.
  public static let headerByteCount = 16
  /// Bytes of a MAC.
  public static let macByteCount = 16
  /// Largest frame a broker reads from a connection that has not said HELLO, header included.
  public static let frameByteCountMaxBeforeHello = 4_096
  /// Largest frame after HELLO, in either direction, header and MAC included. HELLO's reply states the broker's own,
  /// never larger.
  public static let frameByteCountMax = 65_536
  /// Tokens in one payment.
  public static let tokenCountMax = 32
  /// Requests of one session whose receipts are kept: the largest `window` of a request header.
  public static let windowMax = 1_024
  /// Handles (BIND) of one connection.
  public static let handleCountMax = 65_536
  /// Subscriptions of one connection.
  public static let subscriptionCountMax = 1_024
  /// Notes that one EXCHANGE makes.
  public static let outputCountMax = 256
  /// Notes that one ISSUE makes.
  public static let issueCountMax = 1_024
  /// Proofs that one RECONCILE tells of.
  public static let reconcileRecordCountMax = 100
  /// Counters that one RECONCILE goes past.
  public static let reconcileSpanMax = 400
  /// Resources in one reply to LIST.
  public static let listCountMax = 64
  /// Meters of a resource (prices per unit of use).
  public static let meterCount = 4
  /// Debit keys that one lease may have at a time.
  public static let debitKeyCountMaxPerLease = 16
  /// Open chains of one lease.
  public static let chainCountMaxPerLease = 8
  /// Steps that one tick may go on from the chain's last word: how often the broker hashes for it.
  public static let chainStepCountMax = 256
  /// Open reservations of one lease.
  public static let reservationCountMaxPerLease = 64
  /// Matching deposits of one resource that match at a time.
  public static let matchCountMaxPerResource = 8
  /// Campaigns of one resource that are kept: open ones, and those closed less than 30 days ago.
  public static let campaignCountMaxPerResource = 16
  /// Offerings of one resource that take money or share its revenue at a time.
  public static let offeringCountMaxPerResource = 4
  /// Offerings of one resource that are kept, those that ended or were cancelled included.
  public static let offeringKeptCountMaxPerResource = 16
  /// Tiers of one offering.
  public static let tierCountMax = 4
  /// Recipients in a provider's table of one resource, beside itself.
  public static let revenueShareCountMax = 4
  /// Auctions of one resource that have not ended at a time.
  public static let auctionCountMaxPerResource = 8
  /// Auctions of one resource that are kept, those that ended or were cancelled included.
  public static let auctionKeptCountMaxPerResource = 64
  /// Bids and raises of one auction.
  public static let bidCountMax = 1_024
  /// From this line of its transcript on, each bid of an open auction must be at least a sixteenth above the best one.
  public static let bidStepCount = 256
  /// Notices in one reply to MAILBOX.
  public static let mailboxCountMax = 8
  /// Lines in one reply to TRANSCRIPT.
  public static let transcriptCountMax = 64
  /// Lines in one reply to STATEMENT.
  public static let statementCountMax = 64
  /// Movements of one such minute can share a line of a statement.
  public static let statementMinuteMillis = 60_000
  /// Instalments of one scheduled pledge.
  public static let instalmentCountMax = 1_200
  /// Shortest time from one instalment to the next.
  public static let instalmentMillisMin = 1_000
  /// Resources of one pool.
  public static let memberCountMax = 32
  /// Labelled donations that FUNDING tells of: the latest.
  public static let labelCountMax = 8
  /// Records in a reply to FUNDING.
  public static let fundingEntryCountMax = 64
  /// Agents of one resource: their numbers are from 1 to this.
  public static let agentCountMaxPerResource = 8
  /// Leases in one reply to AGENT_LEASES.
  public static let agentLeaseCountMax = 64
  /// Records of one REPORT.
  public static let agentUsageCountMax = 64
  /// Vouchers of one VOUCHER.
  public static let voucherCountMax = 16
  /// Mints, each of one unit, that a broker takes ecash of: their numbers are from 1 to this.
  public static let mintCountMax = 16
  /// Keysets of all mints that a broker knows.
  public static let keysetCountMax = 256
  /// Keys of one keyset.
  public static let keysetKeyCountMax = 64
  /// Proofs in one token of ecash.
  public static let proofCountMax = 256
  /// Bytes of one token of ecash, and of what is kept of it until it is swapped.
  public static let ecashByteCountMax = 49_152
  /// Most that one token of ecash is worth, in its mint's unit.
  public static let ecashAmountMax = 281_474_976_710_656
  /// Payments in one swap at a mint.
  public static let swapPaymentCountMax = 32
  /// Proofs in one swap at a mint, but of a payment that has more by itself.
  public static let swapProofCountMax = 128
  /// Proofs of its own that a broker gets in one swap.
  public static let swapOutputCountMax = 128
  /// Payments of one refund key, of which something may be had, that REFUND without an id looks at.
  public static let refundLookCountMax = 16
  /// All payments of one refund key that it looks at.
  public static let refundWalkCountMax = 256
  /// Blank outputs of one payout.
  public static let payoutOutputCountMax = 64
  /// Proofs of the broker's own that it spends in one swap.
  public static let swapCoinCountMax = 128
  /// Outputs of one swap of the broker's own proofs: those of the payout and 128 of its own.
  public static let payoutRecordCountMax = 192
  /// Largest duration anywhere (100 years).
  public static let durationMillisMax = 3_155_760_000_000
  /// All money a broker ever has in being is at most this, so every account fits a signed 64-bit integer.
  public static let moneyMax = 9_223_372_036_854_775_807
  /// Bytes of the options block of a frame.
  public static let optionByteCountMax = 1_024
}
