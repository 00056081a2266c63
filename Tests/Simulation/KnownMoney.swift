import WireProtocol

/// All notes that clients ever held, and what receipts say became of them; a ledger of what was told.
struct KnownMoney {
  struct Serial: Hashable {
    var keyEpoch: UInt32
    var serial: UInt64

    init(_ note: NoteToken) { (keyEpoch, serial) = (note.keyEpoch, note.serial) }
  }

  struct Epoch {
    var issuedCount: Int64 = 0
    var issuedAmount: Int64 = 0
    var takenCount: Int64 = 0
    var takenAmount: Int64 = 0
    /// The last instant at which they are taken, once somebody was told.
    var validUntil: UInt64?
    var outstanding: Int64 { issuedAmount - takenAmount }
  }

  /// A year: for how long notes of a key epoch are taken after it.
  private static let validity: UInt64 = 31_557_600_000

  private var moves: [(keyEpoch: UInt32, instant: UInt64)] = []
  private(set) var epochs: [UInt32: Epoch] = [:]
  /// Issued by the operator in all.
  var float: Int64 = 0
  private var notes: [Serial: (amount: UInt64, maker: String)] = [:]
  private var takenBy: [Serial: ObjectIdentifier] = [:]

  /// Of ecash that was credited and spent at once: notes that nobody was told of.
  private var ecash: (count: Int64, amount: Int64) = (0, 0)

  mutating func tookEcash(_ amount: UInt64) { ecash = (ecash.count + 1, ecash.amount + Int64(clamping: amount)) }

  /// Notes were paid out; gives what is wrong with that.
  mutating func made(_ tokens: [NoteToken], by maker: String) -> String? {
    for token in tokens {
      if let other = notes.updateValue((token.amount, maker), forKey: Serial(token)) {
        return "note \(token.serial) of key epoch \(token.keyEpoch) was made by \(other.maker) and by \(maker)"
      }
      epochs[token.keyEpoch, default: Epoch()].issuedCount += 1
      epochs[token.keyEpoch, default: Epoch()].issuedAmount += Int64(clamping: token.amount)
    }
    return nil
  }

  /// Notes were taken for a request; gives what is wrong with that.
  mutating func took(_ tokens: [NoteToken], for errand: Errand) -> String? {
    for token in tokens {
      if let other = takenBy.updateValue(ObjectIdentifier(errand), forKey: Serial(token)) {
        return other == ObjectIdentifier(errand)
          ? "a request was counted twice" : "note \(token.serial) was credited twice"
      }
      guard notes[Serial(token)]?.amount == token.amount else {
        return "note \(token.serial) was credited and never made"
      }
      epochs[token.keyEpoch, default: Epoch()].takenCount += 1
      epochs[token.keyEpoch, default: Epoch()].takenAmount += Int64(clamping: token.amount)
    }
    return nil
  }

  /// The broker is a new life of itself, whose notes are of this epoch.
  mutating func moved(to keyEpoch: UInt32, at instant: UInt64) { moves.append((keyEpoch, instant)) }

  /// The last instant at which notes of an epoch are taken, as far as anybody can know.
  func validUntil(_ keyEpoch: UInt32) -> UInt64? {
    epochs[keyEpoch]?.validUntil ?? moves.first { keyEpoch < $0.keyEpoch }.map { $0.instant + Self.validity }
  }

  mutating func rotated(to reply: RotateReply) {
    epochs[reply.keyEpoch - 1, default: Epoch()].validUntil = reply.validUntil
  }

  /// What AUDIT_FIGURES says against what was told; `isSettled`: nothing is under way, so all of it must be equal.
  func compare(_ figures: [Figure], isSettled: Bool, isUncertain: Bool = false) -> String? {
    let sum = figures.filter { $0.account.rawValue < 32 }.reduce(Int64(0)) { $0 &+ $1.balance }
    if sum != 0 { return "the accounts sum to \(sum)" }
    for figure in figures where ![.operatorFloat, .ecash].contains(figure.account) && figure.balance < 0 {
      return "\(figure.account) is \(figure.balance)"
    }
    guard isSettled else { return nil }
    func balance(_ account: Account, _ keyEpoch: UInt32 = 0) -> Int64 {
      figures.first { $0.account == account && $0.keyEpoch == keyEpoch }?.balance ?? 0
    }
    if balance(.operatorFloat) != -float { return "OPERATOR_FLOAT is \(balance(.operatorFloat)), told was \(-float)" }
    var forgotten: Int64 = 0
    var unseen: (count: Int64, amount: Int64) = (0, 0)
    var isForgetful = false
    for keyEpoch in Set(figures.map(\.keyEpoch)).union(epochs.keys).subtracting([0]).sorted() {
      let epoch = epochs[keyEpoch] ?? Epoch()
      // One that ended makes place for a new one in the end; what nobody paid in is kept together.
      guard figures.contains(where: { $0.keyEpoch == keyEpoch }) else {
        forgotten += epoch.outstanding
        isForgetful = true
        continue
      }
      let unpaid = balance(.notesOutstanding, keyEpoch) + balance(.notesExpired, keyEpoch)
      if unpaid != epoch.outstanding {
        return "notes of key epoch \(keyEpoch) that were not taken: \(unpaid), clients were told \(epoch.outstanding)"
      }
      // What is beyond that was made of ecash, and taken at once.
      let extra = (
        count: balance(.notesIssuedCount, keyEpoch) - epoch.issuedCount,
        amount: balance(.notesIssuedAmount, keyEpoch) - epoch.issuedAmount
      )
      unseen = (unseen.count + extra.count, unseen.amount + extra.amount)
      let pairs: [(Account, Int64)] = [
        (.notesIssuedCount, epoch.issuedCount + max(0, extra.count)),
        (.notesIssuedAmount, epoch.issuedAmount + max(0, extra.amount)),
        (.notesTakenCount, epoch.takenCount + extra.count), (.notesTakenAmount, epoch.takenAmount + extra.amount),
      ]
      for (account, told) in pairs where balance(account, keyEpoch) != told {
        return "\(account) of key epoch \(keyEpoch) is \(balance(account, keyEpoch)), clients were told \(told)"
      }
    }
    guard isForgetful || isUncertain ? unseen.count <= ecash.count && unseen.amount <= ecash.amount : unseen == ecash
    else {
      return "\(unseen.count) notes of \(unseen.amount) were made of nothing that clients know, of ecash \(ecash)"
    }
    let expired = balance(.notesExpired)
    return expired == forgotten ? nil : "notes that were not taken in time: \(expired), clients were told \(forgotten)"
  }
}
