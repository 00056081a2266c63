import ArgumentParser
import Glibc
import TurnpikeClient

/// The command line of a Turnpike broker's clients, providers and operators.
@main
struct Turnpike: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "turnpike",
    abstract: "Leases resources for money that travels in the request.",
    discussion: """
      Amounts are whole numbers of the broker's unit (`turnpike ping` tells it); 1_000_000 may be written for 1000000. \
      Durations have a suffix: 500ms, 90s, 15m, 2h, 1h30m, 7d. Resources are named by id or name, leases by id, by the \
      name given to them with --name, or by their resource's name when the wallet owns just one lease of it, claims by id \
      or by the name given to them with --name.

      Whoever sees a key, a note or a token of ecash can use it: keys and tokens are read from a file (@FILE) or standard \
      input (-) as well, notes from standard input, and a wallet is for its owner only. A wallet is of one life of one broker and sends nothing to any other.

      EXAMPLES
        turnpike resources list
        turnpike wallet receive tpnote1...
        turnpike acquire gpu --for 2h --name training
        turnpike acquire gpu --pay @token
        turnpike fund training --for 30m
        turnpike use training --quantity 3
        turnpike stream training --for 10m
        turnpike release training
        turnpike payout 21_000 --mint 1 --to change
        turnpike melt lnbc250u1... --mint 1
        turnpike donate library 5_000 --label Ada
        turnpike status library
        turnpike statement library
        turnpike bid 4503599627370498 12_000 --text "Example Ltd keeps this running" --name june
        turnpike claim mailbox
        turnpike top

      ENVIRONMENT
        TURNPIKE_BROKER      as --broker
        TURNPIKE_WALLET      as --wallet
        TURNPIKE_CREDENTIAL  as --credential

      EXIT STATUS
        0  done
        1  something else went wrong
        2  the command line is wrong
        3  refused; no money was taken
        4  refused; the money was taken
        5  the outcome is not known yet: the wallet keeps the request and finishes it at its next use
        6  no connection to the broker
        7  the wallet or a file cannot be used, or the wallet is of another broker
      """,
    version: "0.1.0",
    subcommands: [
      Ping.self, Broker.self, Audit.self, Rotate.self, AcceptLoss.self, Issue.self, Withdraw.self, Payment.self,
      Exchange.self, Mints.self, RequestPayment.self, Refunds.self, Payout.self, Payouts.self, Melt.self, Treasury.self,
    ],
    groupedSubcommands: [
      CommandGroup(
        name: "Lease",
        subcommands: [
          Acquire.self, Fund.self, Check.self, Watch.self, Release.self, Transfer.self, Revoke.self, Bind.self,
          Use.self,
          Service.self, Ticket.self, Voucher.self, Reserve.self, Settle.self, GrantKey.self, Stream.self,
          ChainCommand.self,
        ]),
      CommandGroup(
        name: "Resource",
        subcommands: [
          Resources.self, StatusOf.self, StatementOf.self, Quote.self, Register.self, Update.self, Top.self,
        ]),
      CommandGroup(
        name: "Funding",
        subcommands: [
          Donate.self, Pledge.self, Match.self, Invest.self, Claims.self, Campaigns.self, Offerings.self, Bids.self,
          Auctions.self, Pools.self,
          Revenue.self, SpendDonations.self,
        ]),
      CommandGroup(name: "Money", subcommands: [WalletCommand.self, Split.self, Merge.self]),
    ])

  static func main() async {
    var spends = false
    do {
      var command = try parseAsRoot(Options.moved(Array(CommandLine.arguments.dropFirst())))
      spends = type(of: command) is any SpendsMoney.Type
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch var error as TurnpikeError where spends && error.money == .none {
      // Whatever went wrong before the request that pays: nothing was paid.
      error.money = .notTaken
      Failure.exit(with: error, keepsEcash: await PaidEcash.isKept())
    } catch {
      Failure.exit(with: error, keepsEcash: await PaidEcash.isKept())
    }
  }
}

/// A command that pays or charges: its failures always say where the money is.
protocol SpendsMoney {}

/// What the program ends with when it fails: the one place that knows the exit statuses.
enum Failure {
  /// - Parameter keepsEcash: Whether the wallet keeps the ecash that was to pay.
  static func exit(with error: any Error, keepsEcash: Bool = false) -> Never {
    if let error = error as? TurnpikeError {
      report(error, keepsEcash: keepsEcash)
      Glibc.exit(status(of: error))
    }
    if error is OutputError {
      Terminal.printError("turnpike: \(error)")
      Glibc.exit(1)
    }
    let code = Turnpike.exitCode(for: error)
    let message = Turnpike.fullMessage(for: error)
    if code.isSuccess {
      if !message.isEmpty { print(message) }
      Glibc.exit(0)
    }
    if !message.isEmpty { Terminal.printError(SafeText.withoutSecrets(message)) }
    Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
  }

  private static func report(_ error: TurnpikeError, keepsEcash: Bool) {
    let text = "\(error)" + hint(for: error, keepsEcash: keepsEcash)
    guard Terminal.wantsJSON else { return Terminal.printError("turnpike: " + SafeText.plain(text)) }
    var fields: [(String, Value)] = [("error", .text(text)), ("money", .text(error.money.specificationName))]
    if let status = error.status { fields.append(("status", .text(status.specificationName))) }
    if let operation = error.operation { fields.append(("operation", .text(operation.specificationName))) }
    if error.status != nil { fields.append(("detail", .count(error.detail))) }
    if case .mint = error.reason, error.detail > 0 { fields.append(("payout", .id(error.detail))) }
    if let token = error.token { fields.append(("token", .count(UInt64(token)))) }
    Terminal.printError(JSONText.encode(.object(fields)))
  }

  static func hint(for error: TurnpikeError, keepsEcash: Bool = false) -> String {
    switch error.reason {
    case .mint where error.detail > 0 && error.money == .notTaken:
      "; payout \(error.detail) has the ecash: `turnpike melt INVOICE --payout \(error.detail)` tries again"
    case .mint where error.detail > 0 && error.money == .notKnown:
      "; `turnpike payouts` goes on with payout \(error.detail), which has the ecash: do not pay the invoice otherwise"
    case .mint where error.detail > 0: "; `turnpike payouts` asks for the change of payout \(error.detail)"
    case _ where error.operation == .payout && error.money == .notKnown: "; `turnpike payouts` goes on with it"
    case .refused where error.operation == .payout && error.money == .taken:
      "; `turnpike refunds` takes the notes into the wallet"
    case .refused(.paymentPending) where error.operation == .signatures: ""
    case .refused(.paymentUnknown) where error.operation == .signatures:
      "; `turnpike payouts --secrets` has what to ask the mint with"
    case .refused(.paymentPending): "; `turnpike payment \(error.detail)` tells of it, and finishes it"
    case .refused(.paymentRefundable) where error.money == .notTaken: "; the wallet has it back, as a note"
    case .refused(.paymentRefundable):
      "; `turnpike payment \(error.detail)` tells why, and `turnpike refunds` takes the money into the wallet"
    case _ where keepsEcash && error.money == .notTaken: "; the wallet keeps the token: `turnpike wallet ecash`"
    case .anotherBroker(let expected, let found) where found > expected:
      "; if it was restored from a backup, `turnpike wallet accept-restore` goes on with it, else `turnpike wallet begin-anew` "
        + "keeps the wallet aside and begins an empty one"
    case .anotherBroker: "; `turnpike wallet begin-anew` keeps the wallet aside and begins an empty one"
    case .waitsFor(let number): "; see `turnpike wallet pending` and `turnpike wallet set-aside \(number)`"
    default: ""
    }
  }

  static func status(of error: TurnpikeError) -> Int32 {
    switch error.reason {
    case .wallet where error.money != .notKnown: return 7
    case .credential, .anotherBroker: return 7
    case .invalidArgument: return 2
    case .mint where error.money == .notTaken: return 3
    case .cannotConnect where error.money != .notKnown: return 6
    case .goodbye where error.money != .notKnown: return 6
    default: break
    }
    switch error.money {
    case .notKnown: return 5
    case .taken: return 4
    case .none, .notTaken:
      if error.isRefusal { return 3 }
      return error.reason == .deadlineExceeded ? 6 : 1
    }
  }
}
