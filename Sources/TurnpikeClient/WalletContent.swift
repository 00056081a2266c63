public import WireProtocol

/// A lease whose owner key, or a debit key of which, a wallet holds.
public struct WalletKey: Hashable, Sendable {
  /// The lease and its key.
  public var key: LeaseKey
  /// The lease's resource; 0 when it is not known.
  public var resource: UInt64
  /// The name the holder gave it; empty: none. No spaces, at most 31 bytes.
  public var alias: String
  /// Of an owner key: the lease was released, and what its open reservations give back can still be collected.
  public var isEnded = false

  /// All of a lease that lives.
  public init(key: LeaseKey, resource: UInt64 = 0, alias: String = "") {
    (self.key, self.resource, self.alias) = (key, resource, alias)
  }
}

/// A request whose outcome a wallet has not yet applied. Its notes are in nobody's balance meanwhile.
public struct WalletPending: Hashable, Sendable {
  /// The request, its number included.
  public var request: Request
  /// The secret that comes to be with it: the owner key of ACQUIRE, the debit key of GRANT_DEBIT_KEY, the last word of OPEN_CHAIN, the
  /// claim key of PLEDGE, SCHEDULE, MATCH, INVEST, BID and ROTATE_CLAIM, the seed of PAYOUT; zero: none.
  public var secret: Bytes16
  /// What BID or RAISE_BID makes a sealed bid; nil: it is not sealed.
  public var seal: BidSeal?
  /// Where the ecash of PAYOUT is of; nil for all others.
  public var mint: PayoutMint?
  /// The name that key will have.
  public var alias: String
  /// As whom it was asked: only as the same it can be asked again.
  public var identity: Identity
  /// The payment in ecash that it waits for; 0: none, or it is not known yet.
  public var payment: UInt64 = 0
  /// Whether the broker has forgotten the session that it was drawn in: it may have been done there, and a refusal of a repeat,
  /// which is another request to the broker, says nothing of that. Of those that were set aside it is not known.
  public var isLost = false

  package init(
    request: Request, secret: Bytes16, alias: String, seal: BidSeal? = nil, mint: PayoutMint? = nil,
    identity: Identity = .ordinary
  ) {
    (self.request, self.secret, self.alias) = (request, secret, alias)
    (self.seal, self.mint, self.identity) = (seal, mint, identity)
  }
}

/// A hash chain that the wallet opened: what its words follow from. How far they were shown the broker tells, and proves.
public struct WalletChain: Hashable, Sendable {
  /// The lease that it pays.
  public var lease: UInt64
  /// Its number among the chains of that lease.
  public var number: UInt32
  /// What each step is worth.
  public var weight: UInt64
  /// Its steps.
  public var length: UInt32
  /// Its last word.
  public var secret: Bytes16

  package init(lease: UInt64, number: UInt32, weight: UInt64, length: UInt32, secret: Bytes16) {
    (self.lease, self.number, self.weight, self.length, self.secret) = (lease, number, weight, length, secret)
  }
}

/// What is in a wallet. `text` is its form in the file.
public struct WalletContent: Hashable, Sendable {
  /// Unit of the broker's money; empty: no broker was met yet.
  public var unit = ""
  /// Number of that broker's life, in which alone the notes are worth something; 0: no broker was met yet.
  public var incarnation: UInt64 = 0
  /// The session of all requests.
  public var sessionID: Bytes16
  /// Its first unused number.
  public var nextNumber: UInt64 = 1
  /// Notes, in no request.
  public var notes: [NoteToken] = []
  /// Leases that the holder owns.
  public var owned: [WalletKey] = []
  /// Debit keys, granted or received.
  public var debitKeys: [WalletKey] = []
  /// Hash chains that are open, as far as is known.
  public var chains: [WalletChain] = []
  /// Claims, until the holder gives or throws them away.
  public var claims: [WalletClaim] = []
  /// Requests whose outcome is not applied yet, in the order of their numbers.
  public var pending: [WalletPending] = []
  /// Requests whose outcome can no longer be learnt.
  public var unresolved: [WalletPending] = []
  /// Notes that the broker refused, with its status.
  public var rejected: [Rejected] = []
  /// Ecash that was not taken.
  public var ecash: [WalletEcash] = []
  /// Payments in ecash that are to be refunded.
  public var refunds: [WalletRefund] = []
  /// Payouts, until the holder says that their ecash arrived.
  public var payouts: [WalletPayout] = []

  /// Notes of lower key epochs were in quarantine when the broker was asked last; 0: none was.
  public var quarantineEnd: UInt32 = 0

  /// A note that the broker refused.
  public struct Rejected: Hashable, Sendable {
    /// Why.
    public var status: Status
    /// The note.
    public var note: NoteToken

    package init(status: Status, note: NoteToken) {
      (self.status, self.note) = (status, note)
    }
  }

  /// An empty wallet with a session of its own.
  public init() throws(TurnpikeError) {
    sessionID = try .secret()
  }

  /// Sum of all notes.
  public var balance: UInt64 { notes.amount }

  /// Those of the notes that the broker is not known to refuse for now.
  public var spendable: [NoteToken] { notes.filter { $0.keyEpoch >= quarantineEnd } }

  /// Those that it refused when it was asked last, because it was restored from a backup: nothing has happened to them.
  public var quarantined: [NoteToken] { notes.filter { $0.keyEpoch < quarantineEnd } }

  /// Sum of the notes in requests whose outcome is not applied.
  public var pendingAmount: UInt64 { pending.flatMap(\.request.payment).amount }

  /// What counts against `ClientLimits.walletItemCountMax`: what there is, and what requests under way may bring.
  var itemCount: Int {
    let requests = pending + unresolved
    return notes.count + owned.count + debitKeys.count + chains.count + claims.count + rejected.count
      + ecash.count + refunds.count + payouts.count
      + requests.reduce(0) { $0 + 1 + $1.request.payment.count + $1.request.noteCountMax }
  }

  /// Whether another key than this has the name, or a request that may bring one.
  public func isTaken(alias: String, for key: LeaseKey? = nil) -> Bool {
    !alias.isEmpty
      && ((owned + debitKeys).contains { $0.alias == alias && $0.key != key }
        || claims.contains { $0.alias == alias } || (pending + unresolved).contains { $0.alias == alias })
  }

  /// Whether a text can be the name of a key: 1 to 31 bytes without spaces and control characters, no number, no leading "-".
  public static func isAlias(_ text: some StringProtocol) -> Bool {
    let text = String(text)
    return !text.hasPrefix("-") && UInt64(text) == nil && !text.contains(" ") && Name32(text) != nil
  }
}
