import WireProtocol

/// The double-entry ledger: money moves by `post` only, so the accounts sum to zero by construction. Every movement is a `transfer`,
/// which also writes it down in the statement; a payment is a `post` for each note, and one `record`.
///
/// Accounts are numbered: 1 to 31 are those of the protocol, then one of outstanding and one of expired notes for each place
/// of a key epoch. Neither money in being nor what was ever issued exceeds 2^63 - 1, which ISSUE judges; no account can therefore
/// overflow, and `isBroken` says that one would have.
struct Ledger: ~Copyable {
  /// Number of an account.
  struct Entry: Hashable {
    let number: Int
    init(_ account: Account) { number = Int(account.rawValue) }
    private init(number: Int) { self.number = number }

    static let float = Entry(.operatorFloat)
    static let own = Entry(.pursesOwn)
    static let given = Entry(.pursesGiven)
    static let reservations = Entry(.reservations)
    static let donations = Entry(.donationPurses)
    static let refunds = Entry(.refundsDue)
    static let earnings = Entry(.providerEarnings)
    static let fees = Entry(.operatorFees)
    static let deposits = Entry(.chainDeposits)
    static let matching = Entry(.matchingDeposits)
    static let scheduled = Entry(.scheduledPledges)
    static let pledges = Entry(.campaignPledges)
    static let due = Entry(.claimsDue)
    static let investments = Entry(.investments)
    static let investors = Entry(.investorEarnings)
    static let bids = Entry(.bids)
    static let held = Entry(.held)
    static let ecash = Entry(.ecash)
    static let payouts = Entry(.payouts)
    /// Expired notes of key epochs that are no longer kept.
    static let expiredEarlier = Entry(.notesExpired)
    /// Notes outstanding of the key epoch at `place`.
    @inline(__always) static func outstanding(_ place: Int) -> Entry { Entry(number: firstEpochEntry + place) }
    /// Expired notes of the key epoch at `place`.
    static func expired(_ place: Int) -> Entry { Entry(number: firstEpochEntry + CoreLimits.epochCountMax + place) }

    /// Number of the protocol's account that it is, or a part of.
    @inline(__always) fileprivate var account: UInt16 {
      if number < Ledger.firstEpochEntry { return UInt16(truncatingIfNeeded: number) }
      let isOutstanding = number < Ledger.firstEpochEntry + CoreLimits.epochCountMax
      return (isOutstanding ? Account.notesOutstanding : .notesExpired).rawValue
    }
  }

  /// Accounts of key epochs are numbered from here on.
  static let firstEpochEntry = 32
  /// Numbers of accounts are below it.
  static let entryCount = 48
  private let balances: FlatMemory<Int64>
  /// What moved, line by line.
  var statement: Statement
  /// Whether a transfer was ever refused for overflow: never, or the core is wrong.
  private(set) var isBroken = false

  init?(_ genesis: GenesisCommand) {
    guard let balances = FlatMemory<Int64>(count: Self.entryCount), let statement = Statement(genesis) else {
      return nil
    }
    self.balances = balances
    self.statement = statement
  }

  /// The balance of one account.
  subscript(entry: Entry) -> Int64 { balances[entry.number] }
  /// The balance of account number `number`.
  func balance(number: Int) -> Int64 { number >= 0 && number < Self.entryCount ? balances[number] : 0 }

  /// Moves money, and writes down that it did.
  @inline(__always)
  mutating func transfer(_ amount: UInt64, _ from: Entry, _ to: Entry, _ resource: UInt32, _ subject: UInt64) {
    record(amount, from, to, resource, subject)
    post(amount, from, to)
  }

  /// Writes a movement down, which is made of one `post` or of several.
  @inline(__always)
  mutating func record(_ amount: UInt64, _ from: Entry, _ to: Entry, _ resource: UInt32, _ subject: UInt64) {
    guard amount > 0 else { return }
    statement.add(amount, Statement.Key(from.account, to.account, resource, subject))
  }

  /// Moves money.
  @inline(__always) mutating func post(_ amount: UInt64, _ from: Entry, _ to: Entry) {
    guard amount > 0, from != to else { return }
    let (less, fromOverflow) = balances[from.number].subtractingReportingOverflow(Int64(truncatingIfNeeded: amount))
    let (more, toOverflow) = balances[to.number].addingReportingOverflow(Int64(truncatingIfNeeded: amount))
    guard !fromOverflow, !toOverflow, amount <= WireLimits.moneyMax else {
      isBroken = true
      return
    }
    balances[from.number] = less
    balances[to.number] = more
  }

  /// Writes every balance.
  func write<Sink>(to writer: inout SnapshotWriter<Sink>) {
    writer.write(.ledger, balances, count: Self.entryCount)
  }

  /// Reads what `write` wrote; false when it is damaged.
  mutating func read<Source>(from reader: inout SnapshotReader<Source>) -> Bool {
    reader.read(.ledger, into: balances)?.count == UInt64(Self.entryCount) && checkInvariants() == nil
  }

  /// Money in being.
  var inBeing: UInt64 { (0 - balances[Entry.float.number] - balances[Entry.ecash.number]).magnitude }

  /// What is wrong, or nil.
  func checkInvariants() -> String? {
    if isBroken { return "ledger: a transfer overflowed" }
    if let problem = statement.checkInvariants() { return problem }
    let (float, ecash) = (balances[Entry.float.number], balances[Entry.ecash.number])
    guard float <= 0, float > .min else { return "ledger: what was issued is out of bounds" }
    var sum: UInt64 = 0
    for number in 0..<Self.entryCount where number != Entry.float.number && number != Entry.ecash.number {
      guard balances[number] >= 0 else { return "ledger: account \(number) is below zero" }
      sum = sum.addingSaturating(balances[number].magnitude)
    }
    let (inBeing, overflow) = (0 - float).subtractingReportingOverflow(ecash)
    guard !overflow, inBeing >= 0, sum == inBeing.magnitude else {
      return "ledger: accounts sum to \(sum), which is not what came in"
    }
    return nil
  }
}
