internal import TurnpikeCrypto
internal import WireProtocol

/// The form of a wallet as text, one item per line:
///
///     turnpike-wallet 7
///     unit NAME|-
///     broker INCARNATION
///     session HEX NEXTNUMBER
///     note TEXT
///     owner LEASE KEY RESOURCE ALIAS|- live|ended
///     debit LEASE KEY RESOURCE ALIAS|-
///     chain LEASE NUMBER WEIGHT LENGTH SECRET
///     claim ID KEY PLEDGE|SCHEDULE|MATCH|INVESTMENT RESOURCE FUNDING AMOUNT ALIAS|-
///     claim ID KEY BID RESOURCE AUCTION AMOUNT ALIAS|- KEYHASH|- BID:NONCE|- HEAD,HEAD...|-
///     pending NUMBER OPERATION LEASE|0 KEY|- BODY NOTES|ECASH|- SECRET|- ALIAS|- none|operator|provider:N BID:NONCE|MINT|-
///     lost (as pending: one whose session the broker has forgotten)
///     unresolved (as pending)
///     rejected STATUS TEXT
///     ecash STATUS|- TOKEN
///     refund PAYMENT KEY TOKENHASH|-
///     payout PAYMENT SEED AMOUNT FEE MINT TOKEN|- MELT|-
///     quarantine KEYEPOCH     (only where there is one)
///     end LINES
///
/// MINT is `NUMBER:UNIT:URL`, MELT as `WalletMelt` says. `end` counts the lines before it, so that a file that was cut short is not taken for a whole one.
/// Anything unexpected is refused: a wallet is never read by guessing. Version 2, which has no claims, version 3, which has no bids,
/// version 4, which has no ecash, version 5, which has no payouts, version 6, which has no MELT, and version 7, which has no TOKENHASH and
/// nothing `lost`, are read as well, and replaced by the first change.
extension WalletContent {
  private static let version = 8
  private static let versions = 2...version

  /// The text of the file.
  public var text: String {
    var lines = [
      "turnpike-wallet \(Self.version)", "unit \(unit.isEmpty ? "-" : unit)", "broker \(incarnation)",
      "session \(sessionID.hexadecimal) \(nextNumber)",
    ]
    lines += notes.map { "note \(NoteText.encode($0))" }
    lines += owned.map { "owner \(Self.text(of: $0)) \($0.isEnded ? "ended" : "live")" }
    lines += debitKeys.map { "debit \(Self.text(of: $0))" }
    lines += chains.map { "chain \($0.lease) \($0.number) \($0.weight) \($0.length) \($0.secret.hexadecimal)" }
    lines += claims.map { "claim \($0.text)" }
    lines += pending.map { "\($0.isLost ? "lost" : "pending") \(Self.text(of: $0))" }
    lines += unresolved.map { "unresolved \(Self.text(of: $0))" }
    lines += rejected.map { "rejected \($0.status.specificationName) \(NoteText.encode($0.note))" }
    lines += ecash.map { "ecash \($0.status?.specificationName ?? "-") \($0.token)" }
    lines += refunds.map { "refund \($0.payment) \($0.key.hexadecimal) \(Self.text(ofHash: $0.token))" }
    lines += payouts.map { "payout \($0.text)" }
    if quarantineEnd > 0 { lines.append("quarantine \(quarantineEnd)") }
    lines.append("end \(lines.count)")
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(ofHash hash: Bytes16) -> String { hash.isZero ? "-" : hash.hexadecimal }

  private static func text(of key: WalletKey) -> String {
    "\(key.key.lease) \(key.key.key.hexadecimal) \(key.resource) \(key.alias.isEmpty ? "-" : key.alias)"
  }

  private static func text(of pending: WalletPending) -> String {
    let request = pending.request
    let notes = request.payment.map { NoteText.encode($0) }.joined(separator: ",")
    return [
      "\(request.number)", request.opcode.specificationName, "\(request.key?.lease ?? 0)",
      request.key?.key.hexadecimal ?? "-", HexText.encode(request.body),
      pending.ecashWord ?? (notes.isEmpty ? "-" : notes),
      pending.secret.isZero ? "-" : pending.secret.hexadecimal, pending.alias.isEmpty ? "-" : pending.alias,
      pending.identity.word, pending.seal?.text ?? pending.mint?.text ?? "-",
    ].joined(separator: " ")
  }

  /// The wallet of a text; throws `.wallet` with the number of the first line that is wrong.
  public init(text: String) throws(TurnpikeError) {
    guard text.hasPrefix("turnpike-wallet ") else { throw TurnpikeError(.wallet("this is not a wallet")) }
    guard let version = Self.versions.first(where: { text.hasPrefix("turnpike-wallet \($0)\n") }) else {
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
      guard read(line.split(separator: " ", omittingEmptySubsequences: false), version) else {
        throw TurnpikeError(.wallet("line \(index + 1) is not one of a wallet"))
      }
    }
    guard pending.allSatisfy({ $0.request.number < nextNumber }) else {
      throw TurnpikeError(.wallet("a request has a number that was not drawn yet"))
    }
  }

  private mutating func read(_ words: [Substring], _ version: Int) -> Bool {
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
    case ("claim", 8) where version >= 3, ("claim", 11) where version >= 4:
      guard let claim = WalletClaim(words: words.dropFirst()) else { return false }
      claims.append(claim)
    case ("pending", version < 4 ? 10 : 11):
      guard let entry = Self.pending(words) else { return false }
      pending.append(entry)
    case ("lost", 11) where version >= 8:
      guard var entry = Self.pending(words) else { return false }
      entry.isLost = true
      pending.append(entry)
    case ("unresolved", version < 4 ? 10 : 11):
      guard let entry = Self.pending(words) else { return false }
      unresolved.append(entry)
    case ("rejected", 3):
      guard let status = Status.allCases.first(where: { $0.specificationName == words[1] }),
        let note = try? NoteText.decode(String(words[2]))
      else { return false }
      rejected.append(Rejected(status: status, note: note))
    case ("ecash", 3) where version >= 5:
      guard let ecash = try? Ecash(token: words[2], refundKey: Bytes16()), ecash.token == words[2] else { return false }
      let status = Status.allCases.first { $0.specificationName == words[1] }
      guard words[1] == "-" || status != nil else { return false }
      self.ecash.append(WalletEcash(token: ecash.token, status: status))
    case ("refund", version < 8 ? 3 : 4) where version >= 5:
      guard let payment = UInt64(words[1]), payment > 0, let key = Bytes16(hexadecimal: words[2]) else { return false }
      var refund = WalletRefund(payment: payment, key: key)
      if words.count > 3, words[3] != "-" {
        guard let token = Bytes16(hexadecimal: words[3]), !token.isZero else { return false }
        refund.token = token
      }
      refunds.append(refund)
    case ("payout", version < 7 ? 7 : 8) where version >= 6:
      guard let payout = WalletPayout(words: words.dropFirst()) else { return false }
      payouts.append(payout)
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
      var body = HexText.decode(words[5]), let alias = alias(words[8]), let identity = Identity(word: words[9])
    else { return nil }
    var key: LeaseKey?
    if words[4] != "-" {
      guard let bytes = Bytes16(hexadecimal: words[4]) else { return nil }
      key = LeaseKey(lease: lease, key: bytes)
    }
    var notes: [NoteToken] = []
    var tender: (ecash: Ecash, payment: UInt64)?
    if words[6].hasPrefix(WalletPending.ecashPrefix) {
      guard let told = WalletPending.ecash(word: words[6]) else { return nil }
      tender = told
    } else if words[6] != "-" {
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
    var seal: BidSeal?
    var mint: PayoutMint?
    if opcode == .payout {
      guard words.count > 10, let told = PayoutMint(text: words[10]), !secret.isZero else { return nil }
      mint = told
    } else if words.count > 10, words[10] != "-" {
      guard let sealed = BidSeal(text: words[10]) else { return nil }
      seal = sealed
    }
    // Before version 8 REFUND had no token.
    if opcode == .refund, body.count == RefundRequest.byteCount - 16 { body += [UInt8](repeating: 0, count: 16) }
    guard var request = Request(opcode: opcode, body: body, payment: notes, key: key) else { return nil }
    if let tender {
      guard let paid = try? request.paid(in: tender.ecash) else { return nil }
      (request, request.awaitsMint) = (paid, false)
    }
    guard request.keepsReceipt else { return nil }
    request.number = number
    request.isHeld = true
    var pending = WalletPending(
      request: request, secret: secret, alias: alias, seal: seal, mint: mint, identity: identity)
    pending.payment = tender?.payment ?? 0
    return pending
  }

  /// An alias word as it stands in the file; nil when it is none.
  static func alias(_ word: Substring) -> String? {
    if word == "-" { return "" }
    return isAlias(word) ? String(word) : nil
  }
}
