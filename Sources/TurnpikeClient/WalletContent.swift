internal import TurnpikeCrypto
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
  /// The secret that comes to be with it: the owner key of ACQUIRE, the debit key of GRANT_DEBIT_KEY, the last word of OPEN_CHAIN;
  /// zero: none.
  public var secret: Bytes16
  /// The name that key will have.
  public var alias: String
  /// As whom it was asked: only as the same it can be asked again.
  public var identity: Identity

  package init(request: Request, secret: Bytes16, alias: String, identity: Identity = .ordinary) {
    (self.request, self.secret, self.alias, self.identity) = (request, secret, alias, identity)
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

/// What is in a wallet, and its form as text, one item per line:
///
///     turnpike-wallet 2
///     unit NAME|-
///     broker INCARNATION
///     session HEX NEXTNUMBER
///     note TEXT
///     owner LEASE KEY RESOURCE ALIAS|- live|ended
///     debit LEASE KEY RESOURCE ALIAS|-
///     chain LEASE NUMBER WEIGHT LENGTH SECRET
///     pending NUMBER OPERATION LEASE|0 KEY|- BODY NOTES|- SECRET|- ALIAS|- none|operator|provider:N
///     unresolved (as pending)
///     rejected STATUS TEXT
///     quarantine KEYEPOCH     (only where there is one)
///     end LINES
///
/// `end` counts the lines before it, so that a file that was cut short is not taken for a whole one. Anything unexpected is
/// refused: a wallet is never read by guessing.
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
  /// Requests whose outcome is not applied yet, in the order of their numbers.
  public var pending: [WalletPending] = []
  /// Requests whose outcome can no longer be learnt.
  public var unresolved: [WalletPending] = []
  /// Notes that the broker refused, with its status.
  public var rejected: [Rejected] = []

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
    return notes.count + owned.count + debitKeys.count + chains.count + rejected.count
      + requests.reduce(0) { $0 + 1 + $1.request.payment.count + $1.request.noteCountMax }
  }

  /// Whether another key than this has the name, or a request that may bring one.
  public func isTaken(alias: String, for key: LeaseKey? = nil) -> Bool {
    !alias.isEmpty
      && ((owned + debitKeys).contains { $0.alias == alias && $0.key != key }
        || (pending + unresolved).contains { $0.alias == alias })
  }

  // MARK: Text

  private static let header = "turnpike-wallet 2"

  /// The text of the file.
  public var text: String {
    var lines = [
      Self.header, "unit \(unit.isEmpty ? "-" : unit)", "broker \(incarnation)",
      "session \(sessionID.hexadecimal) \(nextNumber)",
    ]
    lines += notes.map { "note \(NoteText.encode($0))" }
    lines += owned.map { "owner \(Self.text(of: $0)) \($0.isEnded ? "ended" : "live")" }
    lines += debitKeys.map { "debit \(Self.text(of: $0))" }
    lines += chains.map { "chain \($0.lease) \($0.number) \($0.weight) \($0.length) \($0.secret.hexadecimal)" }
    lines += pending.map { "pending \(Self.text(of: $0))" }
    lines += unresolved.map { "unresolved \(Self.text(of: $0))" }
    lines += rejected.map { "rejected \($0.status.specificationName) \(NoteText.encode($0.note))" }
    if quarantineEnd > 0 { lines.append("quarantine \(quarantineEnd)") }
    lines.append("end \(lines.count)")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(of key: WalletKey) -> String {
    "\(key.key.lease) \(key.key.key.hexadecimal) \(key.resource) \(key.alias.isEmpty ? "-" : key.alias)"
  }

  private static func text(of pending: WalletPending) -> String {
    let request = pending.request
    let notes = request.payment.map { NoteText.encode($0) }.joined(separator: ",")
    return [
      "\(request.number)", request.opcode.specificationName, "\(request.key?.lease ?? 0)",
      request.key?.key.hexadecimal ?? "-", HexText.encode(request.body), notes.isEmpty ? "-" : notes,
      pending.secret.isZero ? "-" : pending.secret.hexadecimal, pending.alias.isEmpty ? "-" : pending.alias,
      pending.identity.word,
    ].joined(separator: " ")
  }

  /// The wallet of a text; throws `.wallet` with the number of the first line that is wrong.
  public init(text: String) throws(TurnpikeError) {
    guard text.hasPrefix("turnpike-wallet ") else { throw TurnpikeError(.wallet("this is not a wallet")) }
    guard text.hasPrefix(Self.header + "\n") else {
      throw TurnpikeError(.wallet("a wallet of a version this program does not know"))
    }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.popLast() == "", let last = lines.popLast(), last == "end \(lines.count)" else {
      throw TurnpikeError(.wallet("the file is cut short or was altered: its last line does not match"))
    }
    guard lines.count >= 4 else { throw TurnpikeError(.wallet("the first lines are not those of a wallet")) }
    let unit = lines[1].split(separator: " ")
    let broker = lines[2].split(separator: " ")
    let session = lines[3].split(separator: " ")
    guard unit.count == 2, unit[0] == "unit", broker.count == 2, broker[0] == "broker",
      let incarnation = UInt64(broker[1]), session.count == 3, session[0] == "session",
      let id = Bytes16(hexadecimal: session[1]), !id.isZero, let next = UInt64(session[2]), next > 0, next < 1 << 62
    else { throw TurnpikeError(.wallet("the first lines are not those of a wallet")) }
    self.unit = unit[1] == "-" ? "" : String(unit[1])
    (self.incarnation, sessionID, nextNumber) = (incarnation, id, next)
    for (index, line) in lines.enumerated().dropFirst(4) {
      guard read(line.split(separator: " ", omittingEmptySubsequences: false)) else {
        throw TurnpikeError(.wallet("line \(index + 1) is not one of a wallet"))
      }
    }
    guard pending.allSatisfy({ $0.request.number < nextNumber }) else {
      throw TurnpikeError(.wallet("a request has a number that was not drawn yet"))
    }
  }

  private mutating func read(_ words: [Substring]) -> Bool {
    switch (words.first, words.count) {
    case ("note", 2):
      guard let note = try? NoteText.decode(String(words[1])) else { return false }
      notes.append(note)
    case ("owner", 6):
      guard var key = Self.key(words), words[5] == "live" || words[5] == "ended" else { return false }
      key.isEnded = words[5] == "ended"
      owned.append(key)
    case ("debit", 5):
      guard let key = Self.key(words) else { return false }
      debitKeys.append(key)
    case ("chain", 6):
      guard let lease = UInt64(words[1]), let number = UInt32(words[2]), number > 0, let weight = UInt64(words[3]),
        weight > 0, let length = UInt32(words[4]), length > 0, length <= ClientLimits.chainLengthMax,
        let secret = Bytes16(hexadecimal: words[5])
      else { return false }
      chains.append(WalletChain(lease: lease, number: number, weight: weight, length: length, secret: secret))
    case ("pending", 10):
      guard let entry = Self.pending(words) else { return false }
      pending.append(entry)
    case ("unresolved", 10):
      guard let entry = Self.pending(words) else { return false }
      unresolved.append(entry)
    case ("rejected", 3):
      guard let status = Status.allCases.first(where: { $0.specificationName == words[1] }),
        let note = try? NoteText.decode(String(words[2]))
      else { return false }
      rejected.append(Rejected(status: status, note: note))
    case ("quarantine", 2):
      guard quarantineEnd == 0, let end = UInt32(words[1]), end > 0 else { return false }
      quarantineEnd = end
    default: return false
    }
    return true
  }

  private static func key(_ words: [Substring]) -> WalletKey? {
    guard let lease = UInt64(words[1]), let key = Bytes16(hexadecimal: words[2]), let resource = UInt64(words[3]),
      let alias = alias(words[4])
    else { return nil }
    return WalletKey(key: LeaseKey(lease: lease, key: key), resource: resource, alias: alias)
  }

  private static func pending(_ words: [Substring]) -> WalletPending? {
    guard let number = UInt64(words[1]), number > 0,
      let opcode = Opcode.allCases.first(where: { $0.specificationName == words[2] }), let lease = UInt64(words[3]),
      let body = HexText.decode(words[5]), let alias = alias(words[8]), let identity = Identity(word: words[9])
    else { return nil }
    var key: LeaseKey?
    if words[4] != "-" {
      guard let bytes = Bytes16(hexadecimal: words[4]) else { return nil }
      key = LeaseKey(lease: lease, key: bytes)
    }
    var notes: [NoteToken] = []
    if words[6] != "-" {
      for text in words[6].split(separator: ",", omittingEmptySubsequences: false) {
        guard let note = try? NoteText.decode(String(text)) else { return nil }
        notes.append(note)
      }
    }
    var secret = Bytes16()
    if words[7] != "-" {
      guard let bytes = Bytes16(hexadecimal: words[7]) else { return nil }
      secret = bytes
    }
    guard var request = Request(opcode: opcode, body: body, payment: notes, key: key), request.keepsReceipt else {
      return nil
    }
    request.number = number
    request.isHeld = true
    return WalletPending(request: request, secret: secret, alias: alias, identity: identity)
  }

  /// An alias word as it stands in the file; nil when it is none.
  private static func alias(_ word: Substring) -> String? {
    if word == "-" { return "" }
    return isAlias(word) ? String(word) : nil
  }

  /// Whether a text can be the name of a key: 1 to 31 bytes without spaces and control characters, no number, no leading "-".
  public static func isAlias(_ text: some StringProtocol) -> Bool {
    let text = String(text)
    return !text.hasPrefix("-") && UInt64(text) == nil && !text.contains(" ") && Name32(text) != nil
  }
}
