import ArgumentParser
import TurnpikeClient

/// `turnpike chain`.
struct ChainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chain",
    abstract: "Hash chains: prepaid money of a lease that is let go word by word.",
    discussion: """
      A chain is opened on a lease that the wallet owns. Each word shown with `turnpike use --chain` or `turnpike stream` \
      releases some of it into the lease's purse; what no word has released comes back when the chain is closed, and when the \
      lease ends. The last word that was shown proves the most that the broker can ever have taken.

      EXAMPLES
        turnpike chain open training --words 1000 --weight 5
        turnpike use training --quantity 1 --chain 1
        turnpike chain close training 1
      """,
    subcommands: [Open.self, List.self, CheckOne.self, Close.self])

  /// A chain by the name of its lease and its number.
  struct Place: ParsableArguments {
    @Argument(help: "The lease.")
    var lease: String
    @Argument(help: "The chain's number.")
    var number: UInt32
  }

  /// `turnpike chain open`.
  struct Open: AsyncParsableCommand, SpendsMoney {
    static let configuration = CommandConfiguration(
      abstract: "Opens a chain, with notes of the wallet or with money of the lease's purse.",
      discussion: """
        The deposit is words x weight; ecash must be worth exactly that, after its mint's fees.

        EXAMPLES
          turnpike chain open training --words 1000 --weight 5
          turnpike chain open training --words 60 --weight 100 --from-purse
        """)
    @OptionGroup var options: Options
    @Argument(help: "The lease.")
    var lease: String
    @Option(help: "How many words it has.")
    var words: UInt32
    @Option(help: "What each is worth.", transform: Amount.parse)
    var weight: Amount
    @Option(help: "Its number; by default the lowest that is free.")
    var number: UInt32 = 0
    @Flag(help: "Take the deposit out of the lease's purse: its deadline comes nearer.")
    var fromPurse = false
    @OptionGroup var ecash: EcashOptions

    func validate() throws {
      guard !fromPurse || ecash.pay == nil else { throw ValidationError("say either --from-purse or --pay") }
    }

    func run() async throws {
      let account = try await options.connectWallet()
      let owner = try await account.key(lease, ownerOnly: true)
      let deposit: ChainDeposit =
        if case .ecash(let ecash) = try await account.tender(ecash, amount: nil) {
          .ecash(ecash)
        } else {
          fromPurse ? .purse : .notes
        }
      let (chain, receipt) = try await account.wallet.openChain(
        owner, number: number, weight: weight.value, length: words, from: deposit)
      try Terminal.show(
        .object([
          ("lease", .id(chain.lease)), ("chain", .count(UInt64(chain.number))),
          ("deposit", account.amount(receipt.deposit)), ("balance", account.amount(receipt.balance)),
          ("deadline", .instant(receipt.deadline)),
        ]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike chain list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "The chains of the wallet.",
      discussion: """
        EXAMPLE
          turnpike chain list
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let content = await (try options.openWallet(creating: false)).content
      let chains = content.chains.map {
        Value.object([
          ("lease", .id($0.lease)), ("chain", .count(UInt64($0.number))), ("words", .count(UInt64($0.length))),
          ("weight", .amount($0.weight, unit: content.unit)),
        ])
      }
      if chains.isEmpty, !Terminal.wantsJSON { return try Terminal.show(.text("the wallet has no chains")) }
      try Terminal.show(.list(chains))
    }
  }

  /// `turnpike chain check`.
  struct CheckOne: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Tells how far a chain was used; of one of the wallet, proved by its word.",
      discussion: """
        EXAMPLE
          turnpike chain check training 1
        """)
    @OptionGroup var options: Options
    @OptionGroup var place: Place

    func run() async throws {
      let account = try await options.connectWallet()
      let lease = try await account.lease(place.lease)
      let reply = try await account.client.checkChain(lease: lease, number: place.number)
      let isOwn = await account.wallet.content.chains.contains { $0.lease == lease && $0.number == place.number }
      if isOwn { _ = try await account.wallet.chain(place.number, of: lease) }
      try Terminal.show(
        .object([
          ("lease", .id(lease)), ("chain", .count(UInt64(place.number))), ("shown", .count(UInt64(reply.index))),
          ("words", .count(UInt64(reply.length))), ("weight", account.amount(reply.weight)),
          ("left", account.amount(UInt64(reply.length - min(reply.index, reply.length)) &* reply.weight)),
          ("proved", .flag(isOwn)),
        ]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike chain close`.
  struct Close: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Closes a chain; what no word has released goes back to the lease's purse.",
      discussion: """
        EXAMPLE
          turnpike chain close training 1
        """)
    @OptionGroup var options: Options
    @OptionGroup var place: Place

    func run() async throws {
      let account = try await options.connectWallet()
      let owner = try await account.key(place.lease, ownerOnly: true)
      let reply = try await account.wallet.closeChain(owner, number: place.number)
      try Terminal.show(
        .object([
          ("returned", account.amount(reply.returned)), ("shown", .count(UInt64(reply.index))),
          ("balance", account.amount(reply.balance)),
        ]))
      await account.wallet.disconnect()
    }
  }
}

/// `turnpike stream`.
struct Stream: AsyncParsableCommand, SpendsMoney {
  static let configuration = CommandConfiguration(
    abstract: "Pays for a lease second by second, while it runs.",
    discussion: """
      Opens a hash chain for as long as it shall last, and shows a word at each interval, which pays for the next one. When it \
      ends, also by Ctrl-C, the chain is closed, and what was not paid is back in the lease's purse. If it is killed, the broker \
      has what was shown and no more; `turnpike chain close` gets the rest back.

      EXAMPLES
        turnpike stream training --for 10m
        turnpike stream training --for 1h --every 10s --from-purse
      """)
  @OptionGroup var options: Options
  @Argument(help: "The lease.")
  var lease: String
  @Option(name: .customLong("for"), help: "How long at most: the deposit pays for so much.", transform: Span.parse)
  var duration: Span
  @Option(help: "Time between two payments.", transform: Span.parse)
  var every = Span(milliseconds: 1_000)
  @Flag(
    help: "Take the deposit out of the lease's purse: its deadline comes nearer, and goes away again with each payment."
  )
  var fromPurse = false

  func validate() throws {
    guard every.milliseconds > 0, duration.milliseconds >= every.milliseconds else {
      throw ValidationError("--for is at least --every, which is at least 1ms")
    }
    guard wordCount <= UInt64(ClientLimits.chainLengthMax) else { throw ValidationError("that is too many payments") }
  }

  private var wordCount: UInt64 {
    let (count, rest) = duration.milliseconds.quotientAndRemainder(dividingBy: every.milliseconds)
    return count + (rest > 0 ? 1 : 0)
  }

  func run() async throws {
    // Ticks are safe to repeat by themselves and need nothing of the wallet, which is free for other commands meanwhile.
    let payer = try await options.connect()
    var (owner, chain) = try await open()
    Interrupt.take()
    let failure = await pay(&chain, by: payer)
    payer.close()
    do {
      try await close(owner, chain)
    } catch {
      if let failure { Terminal.printError("turnpike: \(failure)") }
      Terminal.printError(
        "turnpike: what was not paid is still in the chain; \"turnpike chain close \(chain.lease) \(chain.number)\" gets it back"
      )
      throw error
    }
    guard var failure else { return }
    // Whether the last tick was taken is in the account that was given of the chain.
    failure.money = .none
    throw failure
  }

  private func open() async throws -> (owner: LeaseKey, chain: PaymentChain) {
    let account = try await options.connectWallet()
    let owner = try await account.key(lease, ownerOnly: true)
    let price = try await account.client.price(ofLease: owner.lease, milliseconds: every.milliseconds)
    let (chain, _) = try await account.wallet.openChain(
      owner, weight: max(price, 1), length: UInt32(wordCount), from: fromPurse ? .purse : .notes)
    await account.wallet.disconnect()
    return (owner, chain)
  }

  private func close(_ owner: LeaseKey, _ chain: PaymentChain) async throws {
    let account = try await options.connectWallet()
    let closed = try await account.wallet.closeChain(owner, number: chain.number)
    try Terminal.show(
      .object([
        ("lease", .id(owner.lease)), ("payments", .count(UInt64(closed.index))),
        ("paid", account.amount(UInt64(closed.index) &* chain.weight)), ("returned", account.amount(closed.returned)),
        ("balance", account.amount(closed.balance)),
      ]))
    await account.wallet.disconnect()
    guard closed.index <= chain.index else {
      throw TurnpikeError(
        .protocolViolation("it took \(closed.index) words of chain \(chain.number), and was shown \(chain.index)"),
        money: .taken)
    }
  }

  /// Shows a word for each interval that begins; what was missed is paid with the next one. Gives why it ended early.
  private func pay(_ chain: inout PaymentChain, by payer: TurnpikeClient) async -> TurnpikeError? {
    let start = ContinuousClock.now
    var paid: UInt64 = 0
    while paid < wordCount {
      let interval = Duration.milliseconds(Int64(clamping: every.milliseconds))
      let begun = min(UInt64(max(0, (ContinuousClock.now - start) / interval)) + 1, wordCount)
      guard let tick = chain.tick(UInt32(min(begun - paid, UInt64(WireLimits.chainStepCountMax)))) else { return nil }
      do {
        let reply = try await payer.fund(lease: chain.lease, tick: tick)
        if !Terminal.wantsJSON {
          Terminal.printError(
            "word \(tick.index) of \(chain.length): \(NumberText.grouped(UInt64(tick.index) &* chain.weight)) \(payer.broker.unit.string) paid, until "
              + InstantText.encode(reply.deadline))
        }
      } catch {
        return error
      }
      paid = UInt64(tick.index)
      guard paid < wordCount, Interrupt.wait(until: start + interval * Double(paid)) else { break }
    }
    return nil
  }
}
