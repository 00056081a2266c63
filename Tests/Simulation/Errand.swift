import WireProtocol

/// A key of a lease, as a client holds it.
struct HeldKey: Hashable {
  let lease: UInt64
  let key: Bytes16
}

/// One request of a client, from its first sending until its outcome is known; repeated with the same number as often as it
/// takes. Also what the oracle noted when it was sent first.
final class Errand {
  enum Impostor { case ofKept, ofForgotten }

  let opcode: Opcode
  let number: UInt64
  /// The fixed part, for a handle of the connection it is sent on.
  let part: (UInt32) -> any WireRequest
  var records: [any WireLayout] = []
  var payment: [NoteToken] = []
  /// The ecash that pays for it, in place of notes; and whether the broker was asking its mint when it answered last.
  var ecash: KnownEcash?
  var isPending = false
  /// Of REFUND, and of PAYMENT by its id: the payment.
  var refundOf: KnownEcash?
  /// Of PAYOUT, and of what is asked about one, or collected: the payout.
  var payout: KnownPayout?
  /// Of TREASURY: the mint, and what was told before.
  var mint: SimulatedMint?
  var treasuryFloor = Oracle.KnownTreasury()
  /// Its notes are for one purpose only, and in nobody's purse.
  var isHoard = false
  /// It was not known to be over when that was asked.
  var wasPending = false
  /// The tick that pays for it, of `chain`.
  var tick: TickToken?
  var chain: KnownChain?
  /// The greatest index of it that was told to be taken when it was sent first.
  var chainFloor: UInt32 = 0
  /// Whose handle it needs.
  var key: HeldKey?
  /// The lease that it may change.
  var changes: KnownLease?
  /// The lease that it asks about.
  var asks: KnownLease?
  /// The resource that it is about.
  var resource: KnownResource?
  /// What the client does with the reply.
  var then: (Answer) -> Void = { _ in }
  /// Of USE.
  var useNumber: UInt64?
  /// Of TRANSFER: the new key and its holder.
  var heir: (key: Bytes16, client: Client)?
  /// The claim, campaign, offering, auction or pool that it is about, or makes.
  var claim: KnownClaim?
  var campaign: KnownCampaign?
  var offering: KnownOffering?
  var auction: KnownAuction?
  var pool: KnownPool?
  /// Of SET_POOL.
  var version: KnownPool.Version?
  /// Of SPLIT_REVENUE.
  var table: KnownTable.Version?
  /// Of TRANSCRIPT: the first line that it asks for.
  var lineFrom = 0
  /// Of STATEMENT: the line after which it asks.
  var lineAfter: UInt64 = 0
  /// Of CLAIM, ROTATE_CLAIM, RAISE_BID and MAILBOX: the key that it shows; of CLAIM: its flags.
  var claimKey = Bytes16()
  var claimFlags: ClaimFlags = []
  /// Of PROVISION, its lease, the state that it reports, and the text.
  var service: KnownService?
  var isReady = false
  var endpoint = Text96()
  /// Of what an agent asks: who, and the leases that were told to be over when it was sent last.
  var agent: KnownAgent?
  var overServices: Set<UInt64> = []
  /// The agent's number when it was sent; of REPORT: what it tells, and nil of a repeat.
  var agentNumber: UInt32 = 0
  var report: KnownReport?
  /// Of SERVICE: what was known to be reported when it was sent last.
  var trafficFloor = GateTraffic()
  /// Of VOUCHER.
  var voucher: VoucherRequest?
  /// It means nothing on another connection.
  var isOfConnection = false
  /// It waits for something else.
  var isHeld: () -> Bool = { false }
  /// Of ACQUIRE.
  var units: UInt32 = 0
  /// Of SPEND_DONATIONS.
  var amount: UInt64 = 0
  /// What it says in public.
  var label = Name32()
  /// It takes money out of the donation purse of `resource`.
  var takesPurse = false
  /// It is paid for with good notes, or names what there is, and must be refused all the same.
  var isForbidden = false
  /// Something about it is not what it should be.
  var isMischief = false
  /// Its number is that of another request, whose receipt its session keeps, or one that it no longer keeps.
  var impostor: Impostor?
  /// It is done, or abandoned.
  var onEnd: () -> Void = {}
  /// Whether it is sent without a handle that it needs, to see what is said.
  var isHasty = false

  var sendCount = 0
  /// What it said when it was sent last: numbers from this one on are still wanted.
  var floor: UInt64 = 0
  var isDone = false
  /// The first OK that came.
  var receipt: [UInt8]?

  // What the oracle knew when it was sent first.

  /// The broker's time, when it was sent first and last; and when it was done, at the earliest.
  var firstSentAt: UInt64 = 0
  var sentAt: UInt64 = 0
  var earliest = UInt64.max
  /// The oracle's count of events, when it was sent last.
  var order = 0
  /// That count when it was sent first.
  var firstOrder = 0
  /// Of what it is about: the sums of FUNDING, or what was pledged or given, at the least; what is in the purse, at the least; and
  /// a stamp, where nothing is under way that changes either, or the members of the pool.
  var sums = FundingSums([])
  var sumFloor: UInt64 = 0
  var countFloor: UInt64 = 0
  var purseFloor: UInt64 = 0
  /// Of campaigns and offerings, by their ids.
  var pledgeFloors: [UInt64: (sum: UInt64, count: UInt64)] = [:]
  /// Of auctions, by their ids: a stamp of their lines, where nothing was under way.
  var auctionStamps: [UInt64: Int] = [:]
  /// What an investment was told to have got at least, and each tier of its offering; and how many CLAIMs of it had been sent, where
  /// none was under way.
  var gotFloor: UInt64 = 0
  var tierFloors: [UInt64] = []
  /// What was left of its start-up phase, at the most.
  var startLeftMost: UInt64 = 0
  var claimStamp: Int?
  /// A stamp of the lines of the auction that it is about, where nothing was under way that adds one.
  var bookStamp: Int?
  /// A stamp of the resource's table, where nothing was under way that changes it.
  var tableStamp: Int?
  var quietStamp: Int?
  /// Whether its claim was about to change hands, and had something due.
  var wasRotating = false
  var wasDue = false
  /// The greatest epoch of its resource.
  var epochFloor: UInt64 = 0
  /// The epoch of its lease, and whether that, or the payment that it asks about, had ended.
  var leaseEpoch: UInt64 = 0
  var wasEnded = false
  /// The stamp of its lease, and whether nothing was under way for it.
  var stamp = 0
  var wasQuiet = false

  init(_ opcode: Opcode, number: UInt64, _ part: @escaping (UInt32) -> any WireRequest) {
    self.opcode = opcode
    self.number = number
    self.part = part
  }

  var keepsReceipt: Bool { opcode.layout.keepsReceipt || (opcode == .use && isPaid) }

  var paid: UInt64 { ecash?.token.credit ?? payment.reduce(0) { $0 + $1.amount } }
  var isPaid: Bool { ecash != nil || !payment.isEmpty }

  /// The auction that it is about, perhaps by way of a bid.
  var itsAuction: KnownAuction? { auction ?? claim?.bid?.auction }

  /// Whether it adds a line to a transcript.
  var addsLine: Bool { opcode == .bid || opcode == .raiseBid || opcode == .revealBid || opcode == .refuseBid }

  /// Whether the broker changes anything for it.
  var isCommand: Bool { keepsReceipt || opcode == .use || opcode == .provision }
}
