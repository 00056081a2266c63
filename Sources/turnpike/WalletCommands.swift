import ArgumentParser
import Cashu
import TurnpikeClient

/// `turnpike wallet ...`.
struct WalletCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wallet", abstract: "Shows and changes the wallet.",
    discussion: """
      EXAMPLE
        turnpike wallet
      """,
    subcommands: [
      Balance.self, List.self, Receive.self, Send.self, Pending.self, Recover.self, SetAside.self, NewKey.self,
      AddOwner.self, AddKey.self, AcceptRestore.self, BeginAnew.self, Ecash.self,
    ], defaultSubcommand: Balance.self)

  /// `turnpike wallet balance`.
  struct Balance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "How much is in it.",
      discussion: """
        EXAMPLE
          turnpike wallet balance --wallet other-wallet
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let content = await (try options.openWallet(creating: false)).content
      let bound = content.notes.filter { $0.binding != 0 }.amount
      try Terminal.show(
        .object([
          ("balance", .amount(content.balance, unit: content.unit)), ("bound", .amount(bound, unit: content.unit)),
          ("pending", .amount(content.pendingAmount, unit: content.unit)),
          ("quarantined", .amount(content.quarantined.amount, unit: content.unit)),
          ("notes", .count(UInt64(content.notes.count))),
          ("leases", .count(UInt64(content.owned.count))), ("claims", .count(UInt64(content.claims.count))),
          ("unfinished", .count(UInt64(content.pending.count))),
          ("ecash", .count(UInt64(content.ecash.count))), ("refunds", .count(UInt64(content.refunds.count))),
          ("payouts", .count(UInt64(content.payouts.count))),
        ]))
    }
  }

  /// `turnpike wallet list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What is in it: notes, leases, keys, claims.",
      discussion: """
        Keys and the texts of notes are money: they are shown with --secrets only.

        EXAMPLE
          turnpike wallet list --secrets
        """)
    @OptionGroup var options: Options
    @Flag(help: "Show keys and the texts of notes.")
    var secrets = false

    func run() async throws {
      let content = await (try options.openWallet(creating: false)).content
      let rejected = content.rejected.map { item in
        Value.object([
          ("status", .text(item.status.specificationName)), ("amount", .amount(item.note.amount, unit: content.unit)),
        ])
      }
      try Terminal.show(
        .object([
          ("notes", .notes(content.notes, unit: content.unit, showing: secrets)),
          ("leases", .list(content.owned.map { value($0, isEnded: $0.isEnded) })),
          ("debitKeys", .list(content.debitKeys.map { value($0) })),
          ("claims", .list(content.claims.map { value($0, content.unit) })),
          ("rejected", .list(rejected)),
        ]))
    }

    private func value(_ key: WalletKey, isEnded: Bool? = nil) -> Value {
      var fields: [(String, Value)] = [
        ("lease", .id(key.key.lease)), ("name", .text(key.alias)), ("resource", .id(key.resource)),
      ]
      if let isEnded { fields.append(("ended", .flag(isEnded))) }
      if secrets { fields.append(("key", .text(key.key.key.hexadecimal))) }
      return .object(fields)
    }

    private func value(_ claim: WalletClaim, _ unit: String) -> Value {
      var fields: [(String, Value)] = [
        ("claim", .id(claim.key.claim)), ("name", .text(claim.alias)), ("kind", .text(claim.kind.specificationName)),
        ("amount", .amount(claim.amount, unit: unit)),
      ]
      if secrets { fields.append(("key", .text(claim.key.key.hexadecimal))) }
      return .object(fields)
    }
  }

  /// `turnpike wallet receive`.
  struct Receive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes notes, as texts, into the wallet.",
      discussion: """
        The notes are exchanged for new ones at once, since whoever gave them could spend them as well. With --offline they \
        are not. "-" reads texts from standard input.

        EXAMPLE
          turnpike wallet receive - < notes
        """)
    @OptionGroup var options: Options
    @Argument(help: "Notes: texts that begin with tpnote1.")
    var notes: [String]
    @Flag(help: "Do not ask the broker.")
    var offline = false

    func run() async throws {
      let received = try SecretText.notes(notes)
      let wallet: Wallet
      if offline {
        wallet = try options.openWallet()
        try await wallet.receive(received)
      } else {
        let account = try await options.connectWallet()
        wallet = account.wallet
        try await wallet.receiveChecked(received)
      }
      let content = await wallet.content
      try Terminal.show(
        .object([
          ("received", .amount(received.amount, unit: content.unit)),
          ("balance", .amount(content.balance, unit: content.unit)),
        ]))
      await wallet.disconnect()
    }
  }

  /// `turnpike wallet send`.
  struct Send: AsyncParsableCommand, SpendsMoney {
    static let configuration = CommandConfiguration(
      abstract: "Takes notes out of the wallet and shows their texts, to be given away.",
      discussion: """
        Whoever has the texts has the money, and the wallet no longer does: store the output before using it.

        EXAMPLE
          turnpike wallet send 5_000 > notes
        """)
    @OptionGroup var options: Options
    @Argument(help: "How much; by default all unbound notes (with --all).", transform: Amount.parse)
    var amount: Amount?
    @Flag(help: "Every unbound note.")
    var all = false

    func validate() throws {
      guard (amount == nil) == all else { throw ValidationError("say either an amount or --all") }
    }

    func run() async throws {
      let wallet: Wallet
      let notes: [NoteToken]
      if let amount {
        let account = try await options.connectWallet()
        wallet = account.wallet
        notes = try await wallet.notes(worth: amount.value)
      } else {
        wallet = try options.openWallet(creating: false)
        notes = await wallet.content.notes.filter { $0.binding == 0 }
      }
      // Delivered first: a note on paper and in the wallet can be spent once; one in neither place is lost.
      let texts = Value.list(notes.map { .text($0.text) })
      if Terminal.wantsJSON {
        let amount = Value.amount(notes.amount, unit: await wallet.content.unit)
        try Terminal.deliver(.object([("amount", amount), ("notes", texts)]))
      } else {
        try Terminal.deliver(texts)
      }
      try await wallet.remove(notes)
      await wallet.disconnect()
    }
  }

  /// `turnpike wallet pending`.
  struct Pending: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Requests whose outcome is not known yet, and those whose outcome can no longer be learnt.",
      discussion: """
        EXAMPLE
          turnpike wallet pending
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let content = await (try options.openWallet(creating: false)).content
      let values =
        content.pending.map { value($0, "unfinished", content.unit) }
        + content.unresolved.map { value($0, "unresolved", content.unit) }
      if values.isEmpty, !Terminal.wantsJSON { return try Terminal.show(.text("nothing is unfinished")) }
      try Terminal.show(.list(values))
    }

    /// What is paid in ecash has an amount of its mint's unit, and the mint.
    private func value(_ pending: WalletPending, _ kind: String, _ unit: String) -> Value {
      let token = pending.request.ecash.flatMap { try? Token(text: $0.token) }
      return .object([
        ("number", .count(pending.request.number)), ("kind", .text(kind)),
        ("operation", .text(pending.request.opcode.specificationName)),
        ("amount", .amount(token?.amount ?? pending.request.payment.amount, unit: token?.unit ?? unit)),
        ("mint", .text(token?.mint ?? "")),
        ("lease", .text(pending.request.key.map { "\($0.lease)" } ?? "")), ("payment", .optionalID(pending.payment)),
        ("needs", .text("\(pending.identity)")),
      ])
    }
  }

  /// `turnpike wallet recover`.
  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Finishes the requests whose outcome is not known yet.",
      discussion: """
        Every command that connects with the wallet does this first. This one also asks after the notes of requests that were \
        set aside, and takes them back where they are not spent.

        EXAMPLE
          turnpike wallet recover
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let wallet = try options.openWallet()
      let (_, recovered) = try await wallet.connect(
        to: options.address, credential: options.readCredential(),
        timeout: .milliseconds(options.timeout.milliseconds))
      let takenBack = try await wallet.takeBack()
      let content = await wallet.content
      try Terminal.show(
        .object([
          ("finished", .count(UInt64(recovered.count { $0.error == nil }))),
          ("unfinished", .count(UInt64(content.pending.count))),
          ("takenBack", .amount(takenBack, unit: content.unit)),
          ("balance", .amount(content.balance, unit: content.unit)),
        ]))
      for item in recovered where item.error != nil { Terminal.printError(Options.sentence(item)) }
      await wallet.disconnect()
      if !content.pending.isEmpty, let error = recovered.compactMap(\.error).last { throw error }
    }
  }

  /// `turnpike wallet set-aside`.
  struct SetAside: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set-aside", abstract: "Gives up an unfinished request: its outcome will not be asked for again.",
      discussion: """
        For a request that cannot be finished, because its credential is gone, say. It stays in the wallet as unresolved, with \
        its notes and keys; what it brought, if it was done, is lost. If it was not, `turnpike wallet recover` takes the notes back.

        EXAMPLE
          turnpike wallet set-aside 17
        """)
    @OptionGroup var options: Options
    @Argument(help: "The request's number, as `turnpike wallet pending` shows it.")
    var number: UInt64

    func run() async throws {
      let wallet = try options.openWallet(creating: false)
      try await wallet.setAside(number)
      try Terminal.show(.object([("unfinished", .count(UInt64(await wallet.content.pending.count)))]))
    }
  }

  /// `turnpike wallet accept-restore`.
  struct AcceptRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "accept-restore", abstract: "Goes on with a broker that was restored from a backup.",
      discussion: """
        A wallet needs it only where the broker does not know its session any more. Notes and keys stay. Requests whose \
        outcome is not known are not sent again, since the broker may have forgotten their receipts, and would do them a \
        second time: they stay in the wallet as unresolved, out of the balance, until `turnpike wallet recover` finds that \
        their notes are not spent. Until its operator accepts the loss, the broker may refuse notes of before \
        (RESTORE_IN_PROGRESS): they lose nothing by it, and others are paid with meanwhile.

        EXAMPLE
          turnpike wallet accept-restore
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let count = try await (try options.openWallet(creating: false)).acceptRestore()
      try Terminal.show(.object([("setAside", .count(UInt64(count)))]))
    }
  }

  /// `turnpike wallet begin-anew`.
  struct BeginAnew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "begin-anew", abstract: "Begins an empty wallet, for another broker or another life of one.",
      discussion: """
        Notes and keys of a broker are worth nothing to any other, and nothing to itself after it began anew. The wallet as it \
        was is kept beside the new one.

        EXAMPLE
          turnpike wallet begin-anew
        """)
    @OptionGroup var options: Options

    func run() async throws {
      let kept = try await (try options.openWallet(creating: false)).beginAnew()
      try Terminal.show(.object([("kept", .text(kept))]))
    }
  }

  /// `turnpike wallet new-key`.
  struct NewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new-key", abstract: "Makes a key and its hash, for a lease that somebody will transfer.",
      discussion: """
        EXAMPLE
          turnpike wallet new-key > key
        """)
    @OptionGroup var options: Options

    func run() throws {
      let key = try Bytes16.secret()
      try Terminal.deliver(.object([("key", .text(key.hexadecimal)), ("hash", .text(key.keyHash.hexadecimal))]))
    }
  }

  /// `turnpike wallet add-owner`.
  struct AddOwner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-owner", abstract: "Takes a lease into the wallet by its id and owner key.",
      discussion: """
        EXAMPLE
          turnpike wallet add-owner 17 @key --name training
        """)
    @OptionGroup var options: Options
    @Argument(help: "The lease.")
    var lease: UInt64
    @Argument(help: "Its owner key: \(SecretText.keyForms).")
    var key: String
    @Option(help: "A name for the lease in this wallet.")
    var name: String?

    func run() async throws {
      let bytes = try SecretText.key(key, what: "the owner key")
      let account = try await options.connectWallet()
      try await account.check(newName: name)
      let owner = LeaseKey(lease: lease, key: bytes)
      let bound = try await account.client.bind(owner)
      guard bound.authority == .owner else { throw ValidationError("this is not the owner key") }
      let resource = try await account.client.check(lease: lease).resource
      try await account.wallet.add(ownerKey: owner, resource: resource, alias: name ?? "")
      try Terminal.show(.object([("lease", .id(lease)), ("state", .text(bound.state.specificationName))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike wallet add-key`.
  struct AddKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-key", abstract: "Takes a debit key, granted by a lease's owner, into the wallet.",
      discussion: """
        EXAMPLE
          turnpike wallet add-key 17 - --name shop
        """)
    @OptionGroup var options: Options
    @Argument(help: "The lease.")
    var lease: UInt64
    @Argument(help: "The debit key: \(SecretText.keyForms).")
    var key: String
    @Option(help: "A name for it in this wallet.")
    var name: String?

    func run() async throws {
      let bytes = try SecretText.key(key, what: "the debit key")
      let wallet = try options.openWallet()
      try await wallet.add(debitKey: LeaseKey(lease: lease, key: bytes), alias: name ?? "")
      try Terminal.show(.object([("lease", .id(lease)), ("name", .text(name ?? ""))]))
    }
  }
}
