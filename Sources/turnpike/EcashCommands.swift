import ArgumentParser
import Cashu
import TurnpikeClient

/// `turnpike mints`.
struct Mints: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells whose ecash (Cashu) the broker takes, at which rates, and what to lock it to.",
    discussion: """
      NUMBER is what --mint and --payout want. RATE is so many of the broker's unit for so many of the mint's, after the mint's fees. LOCK is the key that ecash is locked to so \
      that nobody but this broker can spend it: it can be taken at once then, without asking the mint. It is another one every 30 \
      days, so lock and pay soon. With --lease it is the key of that lease, and of nothing else. MINIMUM is the least that is taken or paid out, after fees; FEE PER THOUSAND what the mint takes \
      for a thousand coins that are spent, in its unit.

      EXAMPLES
        turnpike mints
        cashu send 21 --dleq --timelock 0 --lock P2PK:02...
      """)
  /// Where mints are told, and no key.
  static let takesNoneNow =
    "the broker was restored, and takes no ecash until its operator has accepted what that lost (turnpike accept-loss)"

  @OptionGroup var options: Options
  @Option(help: "Tell the key of this lease.")
  var lease: String?

  func run() async throws {
    let (client, lease) = try await options.connect(lease)
    let mints = try await client.mints()
    let unit = client.broker.unit.string
    let lock = try mints.lock(lease)
    if lock == nil, !mints.offers.isEmpty { Terminal.printError(Self.takesNoneNow) }
    try Terminal.show(
      .object([
        ("lock", .text(lock.map { "P2PK:\($0.hex)" } ?? "")), ("lease", .optionalID(lease ?? 0)),
        (
          "mints",
          .list(
            mints.offers.map { offer in
              .object([
                ("url", .text(offer.url.string)), ("unit", .text(offer.unit.string)),
                ("rate", .text("\(offer.numerator) \(unit) = \(offer.denominator) \(offer.unit.string)")),
                ("minimum", .amount(offer.minimum, unit: offer.unit.string)),
                ("feePerThousand", .count(UInt64(offer.feePerThousand))), ("number", .count(UInt64(offer.mint))),
              ])
            })
        ),
      ]))
    client.close()
  }
}

extension Options {
  /// A connection, and the id of a lease that lives, which may be named as the wallet names it.
  func connect(_ lease: String?) async throws -> (TurnpikeClient, lease: UInt64?) {
    guard let lease else { return (try await connect(), nil) }
    var named = UInt64(lease)
    if named == nil {
      let account = try await connectWallet(creating: false)
      named = try await account.lease(lease)
      await account.wallet.disconnect()
    }
    let client = try await connect()
    if let named { try await client.checkLives(lease: named) }
    return (client, named)
  }
}

extension AcceptedMints {
  /// What ecash is locked to that only this broker can spend, or only for that lease. Nil: the broker takes none, or none now.
  func lock(_ lease: UInt64?) throws -> CompressedPoint? {
    guard let text = lockKey else { return nil }
    guard let key = CompressedPoint(hex: text) else {
      throw TurnpikeError(.protocolViolation("the lock is no key"))
    }
    guard let lease else { return key }
    // Nothing secret is computed with.
    guard let curve = Bytes32([UInt8](repeating: 1, count: Bytes32.byteCount)).flatMap({ Curve(seed: $0) }),
      let leaseKey = curve.leaseKey(key, lease: lease)
    else { throw TurnpikeError(.protocolViolation("the lock is no key")) }
    return leaseKey
  }
}

/// `turnpike request`.
struct RequestPayment: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request",
    abstract: "Makes a payment request (NUT-18) for time on a resource or a lease, which a Cashu wallet can pay.",
    discussion: """
      The amount is what the time costs now at the dearest mint of that unit, rounded up to the unit, and what the mint takes \
      for as few coins as make it; a wallet that pays with more coins buys a little less time. What is paid is locked to the broker, or with --lease to that lease, unless --unlocked. The request names no way back: the \
      token that the wallet makes is paid with by hand, with --pay. On a terminal the request is shown as a QR code as well.

      EXAMPLES
        turnpike request gpu --for 2h
        turnpike acquire gpu --pay -
        turnpike request --lease training --for 30m --unit usd --qr
      """)
  @OptionGroup var options: Options
  @Argument(help: "The resource's name or id.")
  var resource: String?
  @Option(help: "For this lease instead.")
  var lease: String?
  @Option(name: .customLong("for"), help: "How much time.", transform: Span.parse)
  var duration: Span
  @Option(help: "Units of the resource.")
  var units: UInt32 = 1
  @Option(help: "Unit of the mint; by default that of the first one.")
  var unit: String?
  @Flag(help: "Ask for ecash that is not locked, for wallets that cannot lock it.")
  var unlocked = false
  @Flag(help: "Show the QR code, also where nobody is looking.")
  var qr = false

  func validate() throws {
    guard (resource == nil) != (lease == nil) else { throw ValidationError("say either a resource or --lease") }
  }

  func run() async throws {
    let (client, id) = try await options.connect(lease)
    let price = if let id { try await extensionPrice(id, client) } else { try await leasePrice(client) }
    let mints = try await client.mints()
    try show(price, mints, id, unit: client.broker.unit.string)
    client.close()
  }

  private func extensionPrice(_ id: UInt64, _ client: TurnpikeClient) async throws -> UInt64 {
    try await client.price(ofLease: id, milliseconds: duration.milliseconds)
  }

  private func leasePrice(_ client: TurnpikeClient) async throws -> UInt64 {
    let name = resource ?? ""
    let id = try await client.resource(named: name)
    return try await naming("\(name) for \(duration)") { () async throws(TurnpikeError) in
      try await client.quote(resource: id, units: units, durationMilliseconds: duration.milliseconds).amount
    }
  }

  private func show(_ price: UInt64, _ mints: AcceptedMints, _ id: UInt64?, unit: String) throws {
    let lock = try mints.lock(id)
    guard lock != nil || mints.offers.isEmpty else { throw TurnpikeError(.invalidArgument(Mints.takesNoneNow)) }
    let asked = try PriceInEcash(price, in: self.unit, mints.offers)
    let what = (resource ?? "lease \(id ?? 0)") + " for \(duration)"
    let text = try asked.request(for: what, lock: unlocked ? nil : lock)
    if qr || Terminal.isScreen {
      guard let code = QRCode(text) else {
        throw TurnpikeError(.invalidArgument("the request is too long for a QR code"))
      }
      try Terminal.raw(code.lines(inColours: Terminal.isScreen))
    }
    try Terminal.show(
      .object([
        ("request", .text(text)), ("amount", .amount(asked.amount, unit: asked.unit)),
        ("price", .amount(price, unit: unit)), ("locked", .flag(!unlocked)),
      ]))
  }
}

/// A price in a unit of ecash, which is enough at each of its mints, paid with as few coins as make it.
private struct PriceInEcash {
  let amount: UInt64
  let unit: String
  private let mints: [String]

  /// - Parameter unit: Nil: that of the first mint.
  init(_ price: UInt64, in unit: String?, _ offers: [MintOffer]) throws {
    let offers = offers.filter { $0.unit.string == unit ?? offers.first?.unit.string }
    guard let first = offers.first else {
      throw TurnpikeError(.invalidArgument("the broker takes no ecash\(unit.map { " in \($0)" } ?? "")"))
    }
    let amounts = offers.compactMap { $0.price(of: price).flatMap($0.withFee) }
    guard amounts.count == offers.count, let amount = amounts.max() else {
      throw TurnpikeError(.invalidArgument("that much time is more than ecash can buy"))
    }
    (self.amount, self.unit, mints) = (amount, first.unit.string, offers.map(\.url.string))
  }

  func request(for what: String, lock: CompressedPoint?) throws -> String {
    do {
      return try PaymentRequest(
        amount: amount, unit: unit, isSingleUse: true, mints: mints, description: what,
        lock: lock.map { PaymentRequest.Lock(key: $0) }
      ).text()
    } catch {
      throw TurnpikeError(.protocolViolation("a mint or unit that no request can name: \(error)"))
    }
  }
}

/// `turnpike refunds`.
struct Refunds: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collects as notes what could not be done: ecash that was taken for something else, and payouts.",
    discussion: """
      Every command that connects with the wallet does this for payments that the wallet knows of. This one also asks after those \
      of requests that were set aside because nobody told what became of them, by their refund keys: what was done comes into the \
      wallet too. And what others paid with ecash that was locked to a lease of the wallet, where the lease ended before its mint answered.

      EXAMPLES
        turnpike refunds
        turnpike refunds --payout 1
      """)
  @OptionGroup var options: Options
  @OptionGroup var payout: PayoutOptions

  func run() async throws {
    let account = try await options.connectWallet(creating: false, collecting: false)
    try await payout.check(account.client)
    let found = await account.wallet.findPayments()
    for (item, notes) in found where notes.isEmpty { Terminal.printError(Options.sentence(item)) }
    let before = await account.wallet.content.notes
    try await account.wallet.lookAfterLeases()
    let gifts = await account.wallet.content.notes.filter { !before.contains($0) }
    let others = (found.map(\.notes) + [gifts]).filter { !$0.isEmpty }
    let lost: [Wallet.CollectedRefund] = others.map { (0, $0.amount, $0) }
    let collected = try await lost + account.wallet.collectRefunds()
    let paid = try await account.payOut(collected.flatMap(\.notes), payout)
    let content = await account.wallet.content
    try paid.show([
      (
        "collected",
        .list(collected.map { .object([("payment", .optionalID($0.payment)), ("amount", account.amount($0.amount))]) })
      ),
      ("left", .count(UInt64(content.refunds.count))), ("walletBalance", account.amount(content.balance)),
    ])
    await account.wallet.disconnect()
  }
}

extension WalletCommand {
  /// `turnpike wallet ecash`.
  struct Ecash: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ecash that was not taken: the wallet keeps its tokens until they are paid with or taken out.",
      discussion: """
        A token is money of whoever shows it to its mint first. STATUS is why the broker did not take it.

        EXAMPLES
          turnpike wallet ecash
          turnpike wallet ecash --take > tokens
        """)
    @OptionGroup var options: Options
    @Flag(help: "Show the tokens, and take out those that are not of requests that were set aside.")
    var take = false

    func run() async throws {
      let wallet = try options.openWallet(creating: false)
      let content = await wallet.content
      let set = content.unresolved.compactMap { $0.request.ecash }.map { ($0.token, "unresolved") }
      let kept = content.ecash.map { ($0.token, $0.status?.specificationName ?? "") }
      // Delivered first, as notes are.
      try Terminal.deliver(
        .list(
          (kept + set).map { token, status in
            let read = try? Token(text: token)
            return .object([
              ("mint", .text(read?.mint ?? "")), ("amount", .amount(read?.amount ?? 0, unit: read?.unit ?? "")),
              ("status", .text(status)), ("token", .text(take ? token : "(a secret)")),
            ])
          }))
      if take { try await wallet.remove(ecash: content.ecash.map(\.token)) }
    }
  }
}

extension MintOffer {
  /// An amount of which so much is left when the mint has swapped it in as few coins as make it, and little more; nil: there is none.
  fileprivate func withFee(_ net: UInt64) -> UInt64? {
    var amount = net
    while true {
      let fee = (UInt64(amount.nonzeroBitCount) * UInt64(feePerThousand) + 999) / 1_000
      let (enough, isOver) = net.addingReportingOverflow(fee)
      guard !isOver else { return nil }
      guard amount < enough else { return amount }
      amount = enough
    }
  }
}
