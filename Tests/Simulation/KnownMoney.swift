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
    var outstanding: Int64 { issuedAmount - takenAmount }
  }

  private(set) var epochs: [UInt32: Epoch] = [:]
  /// Issued by the operator in all.
  var float: Int64 = 0
  private var notes: [Serial: UInt64] = [:]
  private var takenBy: [Serial: ObjectIdentifier] = [:]

  /// Notes were paid out; gives what is wrong with that.
  mutating func made(_ tokens: [NoteToken]) -> String? {
    for token in tokens {
      guard notes.updateValue(token.amount, forKey: Serial(token)) == nil else {
        return "note \(token.serial) of key epoch \(token.keyEpoch) was made twice"
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
      guard notes[Serial(token)] == token.amount else { return "note \(token.serial) was credited and never made" }
      epochs[token.keyEpoch, default: Epoch()].takenCount += 1
      epochs[token.keyEpoch, default: Epoch()].takenAmount += Int64(clamping: token.amount)
    }
    return nil
  }

  func isTaken(_ token: NoteToken) -> Bool { takenBy[Serial(token)] != nil }

  /// What AUDIT_FIGURES says against what was told; `isSettled`: nothing is under way, so all of it must be equal.
  func compare(_ figures: [Figure], isSettled: Bool) -> String? {
    let sum = figures.filter { $0.account.rawValue < 32 }.reduce(Int64(0)) { $0 &+ $1.balance }
    if sum != 0 { return "the accounts sum to \(sum)" }
    for figure in figures where figure.account != .operatorFloat && figure.balance < 0 {
      return "\(figure.account) is \(figure.balance)"
    }
    guard isSettled else { return nil }
    func balance(_ account: Account, _ keyEpoch: UInt32 = 0) -> Int64 {
      figures.first { $0.account == account && $0.keyEpoch == keyEpoch }?.balance ?? 0
    }
    if balance(.operatorFloat) != -float { return "OPERATOR_FLOAT is \(balance(.operatorFloat)), told was \(-float)" }
    for keyEpoch in epochs.keys.sorted() {
      guard let epoch = epochs[keyEpoch] else { continue }
      let pairs: [(Account, Int64)] = [
        (.notesOutstanding, epoch.outstanding), (.notesIssuedCount, epoch.issuedCount),
        (.notesIssuedAmount, epoch.issuedAmount), (.notesTakenCount, epoch.takenCount),
        (.notesTakenAmount, epoch.takenAmount),
      ]
      for (account, told) in pairs where balance(account, keyEpoch) != told {
        return "\(account) of key epoch \(keyEpoch) is \(balance(account, keyEpoch)), clients were told \(told)"
      }
    }
    return nil
  }
}
