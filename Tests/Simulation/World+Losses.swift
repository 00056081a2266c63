import BrokerCore
import Cashu
import SimulatedDisk
import WireProtocol

/// Ecash in a life that begins from a backup, at mints that did more for the life that was lost, and for lives of other backups: what of the
/// broker's own they signed, and is unspent, is the broker's again; what these lives took is nobody's payment here; and no payer is paid twice.
extension World {
  /// What the broker had by its state, and by its words at the mints, before the loss was accepted.
  struct Holdings {
    let books: BrokerBooks
    /// Unspent coins by their secrets, at each mint.
    let unspent: [Int: [String: UInt64]]
  }

  // MARK: What is known

  /// Payments in ecash that were told of, as they stand. A copy each: lives of a backup hear other things of them.
  func copyPayments() -> [KnownEcash] {
    var copies: [ObjectIdentifier: KnownToken] = [:]
    return oracle.ecash.byID.sorted { $0.key < $1.key }.map { _, payment in
      let token = copies[ObjectIdentifier(payment.token)] ?? KnownToken(in: payment.token)
      copies[ObjectIdentifier(payment.token)] = token
      return payment.copy(of: token)
    }
  }

  /// The same of payouts: also those that were asked for only.
  func copyPayouts() -> [KnownPayout] {
    oracle.payouts.all.filter { !$0.isRefused && $0.number == $0.mint.brokerNumber }.map { $0.copy(by: $0.maker) }
  }

  /// This world is that of a life that begins from a backup.
  func knowEcash(of backup: KnownBackup, lost: World) {
    for payment in backup.ecash {
      if let id = payment.id { oracle.ecash.byID[id] = payment }
      if !tokens.contains(where: { $0 === payment.token }) { tokens.append(payment.token) }
    }
    for payout in backup.payouts {
      let copy = payout.copy(by: tenants[0])
      oracle.payouts.all.append(copy)
      if let id = copy.id { oracle.payouts.byID[id] = copy }
    }
    oracle.backedUpAt = backup.madeAt
    tokenPoints = lost.tokenPoints
    for mint in mints {
      mint.recover()
      mint.isHonest = true
    }
  }

  /// Gifts and others' payments wait at mints that answer nobody any more, when a life's last backup is made: no life that is lost swaps them.
  func leaveWaiting() {
    guard backups.count < Self.backupCountMax,
      let resource = resources.first(where: { !$0.refusesGifts })
    else { return }
    for mint in mints { mint.breakDown(until: clock.uptime + 3_600_000) }
    for mint in mints where oracle.problem == nil && chance.oneIn(2) {
      if let token = token(sum(at: mint), of: mint) { _ = offer(token) }
      guard let token = token(sum(at: mint), of: mint), oracle.problem == nil else { return }
      let gift = DonateRequest(target: resource.id, kind: .resource, label: Name32())
      _ = awaitPending(
        tenants[2].ask({ _ in gift }, .donate) {
          ($0.resource, $0.ecash) = (resource, KnownEcash(token, refundKey: draw()))
        })
    }
  }

  // MARK: Before the loss is accepted

  /// Nobody asks a mint about money, no ecash is taken, and nobody is told a key to lock it to. Nil: there are no mints.
  func judgeQuarantinedEcash(of lost: World) -> Holdings? {
    guard !mints.isEmpty, oracle.problem == nil else { return nil }
    if chance.oneIn(3) {
      guard restart() else { return nil }
      coverage.count(loss: "restarted before it is accepted")
    }
    // Keysets are learned as ever.
    pass(20_000)
    askMints(tenants[0], isQuarantined: true)
    awaitAnswers()
    for mint in mints {
      refuse(token(sum(at: mint), of: mint), "a token")
      refuse(lost.token(sum(at: mint), of: mint, lock: .broker).map(KnownToken.init(in:)), "a token locked before")
    }
    guard let books = BrokerBooks(of: files, setup, wall: clock.wall, mints) else {
      oracle.blame("the state of a life that begins is not to be had")
      return nil
    }
    var unspent: [Int: [String: UInt64]] = [:]
    for mint in mints { unspent[mint.number] = unspentCoins(at: mint, books.secrets) }
    oracle.expect(moneyCallCount == 0, "mints are asked \(moneyCallCount) times about money before ACCEPT_LOSS")
    return Holdings(books: books, unspent: unspent)
  }

  private func refuse(_ token: KnownToken?, _ what: String) {
    guard let token, oracle.problem == nil else { return }
    let status = offer(token)
    oracle.expect(status == .restoreInProgress, "\(what) before ACCEPT_LOSS is \(status)")
    coverage.count(loss: token.lock == .none ? "refused" : "lock of before refused")
  }

  private func unspentCoins(at mint: SimulatedMint, _ secrets: DeterministicSecrets) -> [String: UInt64] {
    let coins = (mint.coins(of: secrets) ?? []).filter { !$0.isSpent }
    return Dictionary(uniqueKeysWithValues: coins.map { ($0.proof.secret, $0.proof.amount) })
  }

  private func pass(_ milliseconds: UInt64) {
    let end = clock.uptime + milliseconds
    while clock.uptime < end, oracle.problem == nil {
      clock.pass(500)
      step(isBusy: false)
    }
  }

  /// The machine stops, and the broker starts again: perhaps elsewhere, and nothing is lost by that.
  private func restart() -> Bool {
    if let broker { noteDeath(broker) }
    crash()
    broker = nil
    for client in clients { lose(client, mayReadOn: false) }
    links = []
    clock.pass(chance.among(1...3_000))
    if chance.oneIn(3) { _ = moveToOtherDisk() }
    return begin(crashAtCall: nil, isCalm: true)
  }

  // MARK: Afterwards

  /// The mints are asked, until nothing moves.
  func judgeEcash(after before: Holdings, _ backup: KnownBackup, of lost: World) {
    areMintsHard = chance.oneIn(2)
    let wasHard = areMintsHard
    if chance.oneIn(2) {
      for _ in 0..<chance.below(50) where oracle.problem == nil { step(isBusy: false) }
      guard oracle.problem == nil, restart() else { return }
      coverage.count(loss: "restarted after")
    }
    if wasHard { pass(30_000) }
    areMintsHard = false
    awaitSwaps()
    follow(backup)
    awaitSwaps()
    judgePayments(backup, wasHard: wasHard)
    judgePayouts(backup)
    useWords(lost)
    guard oracle.problem == nil else { return }
    askTreasuries(isSettled: false)
    awaitAnswers()
    stop()
    guard oracle.problem == nil, let books = BrokerBooks(of: files, setup, wall: clock.wall, mints) else {
      return oracle.blame("the state of a life that ended is not to be had")
    }
    for mint in mints {
      guard
        let (from, to) = before.books.parts[mint.number].flatMap({ from in books.parts[mint.number].map { (from, $0) } }
        )
      else { return }
      compare(from, to, at: mint, unspent: before.unspent[mint.number] ?? [:], books.secrets)
    }
  }

  /// Everybody asks what became of his.
  private func follow(_ backup: KnownBackup) {
    for payment in backup.ecash { ask(about: payment, by: tenants[2]) }
    for payout in oracle.payouts.byID.values.sorted(by: { $0.id ?? 0 < $1.id ?? 0 }) {
      askState(of: payout, by: tenants[0])
      if payout.signatures != nil { askSignatures(of: payout, by: tenants[3]) }
      if payout.wasOpen || payout.signatures == nil && payout.outcome == .taken { openPayouts.append(payout) }
    }
    for _ in 0..<6_000 where oracle.problem == nil {
      step(isBusy: false)
      if openPayouts.isEmpty, clients.allSatisfy(\.isIdle) { return }
    }
    oracle.blame("payouts of before a restore are not over: \(openPayouts.map { $0.id ?? 0 })")
  }

  /// A payment that waited is over, and was not taken only where somebody else has its ecash.
  private func judgePayments(_ backup: KnownBackup, wasHard: Bool) {
    for payment in backup.ecash where payment.wasOpen {
      let token = payment.token
      let what = "payment \(payment.id ?? 0), which waited when a backup was made,"
      let isElse = token.points.contains { token.mint.spentByCustomers.contains($0) || isOfLost($0, token.mint) }
      coverage.count(loss: "payment waited")
      switch payment.outcome {
      // Forgotten, to make room.
      case nil: oracle.expect(payment.isForgotten, "\(what) waits for ever")
      case .taken: coverage.count(loss: "taken")
      case .refundable: coverage.count(loss: payment.status == .ecashSpent ? "made good" : "refundable")
      case .notTaken where payment.status == .ecashSpent:
        oracle.expect(isElse || token.flaw != .none, "\(what) is ECASH_SPENT, and nobody else spent it")
        if token.flaw == .none { coverage.count(loss: "spent by the lost life") }
      case .notTaken:
        oracle.expect(token.flaw != .none || wasHard || isElse, "\(what) is \(payment.status)")
      }
    }
  }

  /// Another life than this one had it spent.
  private func isOfLost(_ point: CompressedPoint, _ mint: SimulatedMint) -> Bool {
    mint.spenders[point].map { $0 < lifeBase } ?? false
  }

  /// Nobody has his money back and signatures as well, of whichever life.
  private func judgePayouts(_ backup: KnownBackup) {
    for payout in oracle.payouts.byID.values where payout.wasOpen {
      let what = "payout \(payout.id ?? 0) of \(payout.net), which waited when a backup was made,"
      coverage.count(loss: "payout open")
      guard payout.refund != nil else {
        oracle.expect(payout.coins != nil, "\(what) is not over")
        coverage.count(loss: payout.wasSigned ? "signed before" : "signed now")
        continue
      }
      coverage.count(loss: "payout refundable")
      oracle.expect(
        payout.isReused || payout.original?.coins == nil && payout.mint.signatures(on: payout.blanks).isEmpty,
        "\(what) came back, and the mint signed some of its outputs")
    }
  }

  /// What lives before took is taken no more; what is new is, and goes out again.
  private func useWords(_ lost: World) {
    askMints(tenants[0])
    awaitAnswers()
    if let key = lockKeys.last?.key {
      oracle.expect(!lost.lockKeys.contains(key), "ecash is to be locked to a key of a life that is lost")
    }
    for mint in mints where oracle.problem == nil {
      if let locked = token(sum(at: mint), of: mint, lock: .broker, forEver: true), offer(locked) == .ok {
        coverage.count(loss: "credited")
      }
      let taken = lost.tokens.filter { token in
        token.mint === mint && token.lock == .broker && token.points.allSatisfy { isOfLost($0, mint) }
      }
      for token in taken.suffix(2) { refuseTaken(token) }
      guard let token = token(sum(at: mint), of: mint) else { continue }
      let status = offer(token)
      awaitAnswers()
      let outcome = token.payments.last?.outcome
      let isRefused = [.treasuryFull, .noSpace].contains(status)
      oracle.expect(outcome == .taken || isRefused, "a new token after a restore is \(status), \(outcome ?? .notTaken)")
      if outcome == .taken { coverage.count(loss: "new token taken") }
      exportSome(from: mint)
    }
    for _ in 0..<6_000 where oracle.problem == nil && !openPayouts.isEmpty { step(isBusy: false) }
    oracle.expect(openPayouts.isEmpty, "payouts after a restore are not over")
    awaitAnswers()
    awaitSwaps()
  }

  private func refuseTaken(_ token: KnownToken) {
    let copy = KnownToken(in: token)
    let status = offer(copy)
    oracle.expect(status != .ok, "a token that a lost life took is credited at once")
    awaitAnswers()
    let outcome = copy.payments.last?.outcome
    oracle.expect(
      outcome == .notTaken || status == .ecashInUse,
      "a token that a lost life took is \(outcome.map { "\($0)" } ?? "open")")
    if outcome == .notTaken { coverage.count(loss: "taken by the lost life and refused") }
  }

  private func exportSome(from mint: SimulatedMint) {
    let reply = answer(operatorClient, TreasuryRequest(mint: mint.brokerNumber), isGood: true) { $0.mint = mint }
    guard let held = reply?.part(TreasuryReply.self)?.held, held > 2 * mint.fee(20) + 8 else { return }
    export(held / 2, from: mint)
    for _ in 0..<2_000 where oracle.problem == nil && operatorClient.errands.contains(where: { _ in true }) {
      step(isBusy: false)
    }
    coverage.count(loss: "new payout")
  }

  // MARK: The books

  /// What the state says that it has is what the mint says that the words have; and what was found and lost is what there was and was not.
  private func compare(
    _ from: BrokerBooks.Part, _ to: BrokerBooks.Part, at mint: SimulatedMint, unspent: [String: UInt64],
    _ secrets: DeterministicSecrets
  ) {
    let what = "after a restore, at mint \(mint.number),"
    oracle.note("\(what) \(from.totals), then \(to.totals)")
    let own = Dictionary(uniqueKeysWithValues: to.coins.map { ($0.secret, $0.amount) })
    let now = unspentCoins(at: mint, secrets)
    let isMisled = mint.hasLied || mint.hasMisled && !mint.ahead.isEmpty
    oracle.expect(to.unknownCount == 0, "\(what) \(to.unknownCount) keysets are not known")
    oracle.expect(
      own == now || isMisled,
      "\(what) the broker has \(own.values.reduce(0, +)) in \(own.count) coins, and its words \(now.values.reduce(0, +)) in \(now.count)"
    )
    oracle.expect(
      to.totals.held == own.values.reduce(0, +) && to.totals.promised == 0,
      "\(what) held are \(to.totals.held), and promised \(to.totals.promised)")
    oracle.expect(mint.canSpend(to.coins), "\(what) not all coins of the broker are good")
    let had = Dictionary(uniqueKeysWithValues: from.coins.map { ($0.secret, $0.amount) })
    let found = unspent.filter { had[$0.key] == nil }.values.reduce(0, +)
    let gone = had.filter { unspent[$0.key] == nil }.values.reduce(0, +)
    let most = gone + from.totals.credited + (isMisled ? from.totals.waiting : 0)
    let (didFind, didLose) = (to.totals.found - from.totals.found, to.totals.lost - from.totals.lost)
    oracle.expect(
      isMisled ? didFind <= found : didFind == found, "\(what) \(didFind) were found, and there were \(found)")
    oracle.expect(
      didLose <= most && (isMisled || didLose >= gone),
      "\(what) \(didLose) were lost, and gone \(gone), with \(from.totals.credited) credited")
    let told = oracle.treasuries[mint.number]
    oracle.expect(
      told?.found == to.totals.found && told?.lost == to.totals.lost,
      "\(what) TREASURY told \(told?.found ?? 0) found and \(told?.lost ?? 0) lost")
    if didFind > 0 { coverage.count(loss: "found") }
    if gone > 0 { coverage.count(loss: "coins gone") }
  }
}
