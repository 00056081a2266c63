import ArgumentParser
import TurnpikeClient

/// `turnpike wallet ...`.
struct WalletCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wallet", abstract: "Shows and changes the wallet.",
    subcommands: [
      Balance.self, List.self, Receive.self, Send.self, Pending.self, Recover.self, NewKey.self, AddOwner.self,
      AddKey.self,
    ], defaultSubcommand: Balance.self)

  /// `turnpike wallet balance`.
  struct Balance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "How much is in it.")
    @OptionGroup var options: Options

    func run() async throws {
      let content = await (try options.openWallet()).content
      let bound = content.notes.reduce(UInt64(0)) { $1.binding == 0 ? $0 : $0 + $1.amount }
      Terminal.show(
        .object([
          ("balance", .amount(content.balance, unit: content.unit)), ("bound", .amount(bound, unit: content.unit)),
          ("pending", .amount(content.pendingAmount, unit: content.unit)),
          ("notes", .count(UInt64(content.notes.count))),
          ("leases", .count(UInt64(content.owned.count))), ("unfinished", .count(UInt64(content.pending.count))),
        ]))
    }
  }

  /// `turnpike wallet list`.
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "What is in it: notes, leases, keys.",
      discussion: "Keys and the texts of notes are money: they are shown with --secrets only.")
    @OptionGroup var options: Options
    @Flag(help: "Show keys and the texts of notes.")
    var secrets = false

    func run() async throws {
      let content = await (try options.openWallet()).content
      let rejected = content.rejected.map { item in
        Value.object([
          ("status", .text(item.status.specificationName)), ("amount", .amount(item.note.amount, unit: content.unit)),
        ])
      }
      Terminal.show(
        .object([
          ("notes", .notes(content.notes, unit: content.unit, showing: secrets)),
          ("leases", .list(content.owned.map { value($0) })), ("debitKeys", .list(content.debitKeys.map { value($0) })),
          ("rejected", .list(rejected)),
        ]))
    }

    private func value(_ key: WalletKey) -> Value {
      var fields: [(String, Value)] = [
        ("lease", .id(key.key.lease)), ("name", .text(key.alias)), ("resource", .id(key.resource)),
      ]
      if secrets { fields.append(("key", .text(key.key.key.hexadecimal))) }
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
        """)
    @OptionGroup var options: Options
    @Argument(help: "Notes: texts that begin with tpnote1.")
    var notes: [String]
    @Flag(help: "Do not ask the broker.")
    var offline = false

    func run() async throws {
      var texts = notes
      if texts == ["-"] {
        texts = []
        while let line = readLine() { texts += line.split(separator: " ").map(String.init) }
      }
      let received = try texts.map { try NoteToken(text: $0) }
      let sum = received.reduce(UInt64(0)) { $0.addingReportingOverflow($1.amount).partialValue }
      let wallet: Wallet
      if offline {
        wallet = try options.openWallet()
        try await wallet.receive(received)
      } else {
        let account = try await options.connectWallet()
        wallet = account.wallet
        try await wallet.receive(received)
        try await wallet.renew(received.filter { $0.binding == 0 })
      }
      let content = await wallet.content
      Terminal.show(
        .object([
          ("received", .amount(sum, unit: content.unit)), ("balance", .amount(content.balance, unit: content.unit)),
        ]))
      await wallet.disconnect()
    }
  }

  /// `turnpike wallet send`.
  struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Takes notes out of the wallet and shows their texts, to be given away.",
      discussion:
        "Whoever has the texts has the money, and the wallet no longer does: store the output before using it.")
    @OptionGroup var options: Options
    @Argument(help: "How much; by default all unbound notes (with --all).")
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
        wallet = try options.openWallet()
        notes = await wallet.content.notes.filter { $0.binding == 0 }
      }
      // Shown first: a note on paper and in the wallet can be spent once; one in neither place is lost.
      if Terminal.wantsJSON {
        Terminal.show(
          .object([
            ("amount", .amount(notes.reduce(0) { $0 + $1.amount }, unit: await wallet.content.unit)),
            ("notes", .list(notes.map { .text($0.text) })),
          ]))
      } else {
        Terminal.show(.list(notes.map { .text($0.text) }))
      }
      try await wallet.remove(notes)
      await wallet.disconnect()
    }
  }

  /// `turnpike wallet pending`.
  struct Pending: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Requests whose outcome is not known yet, and those whose outcome can no longer be learnt.")
    @OptionGroup var options: Options

    func run() async throws {
      let content = await (try options.openWallet()).content
      let values = content.pending.map { value($0, "unfinished", content.unit) }
      Terminal.show(.list(values + content.unresolved.map { value($0, "unresolved", content.unit) }))
    }

    private func value(_ pending: WalletPending, _ kind: String, _ unit: String) -> Value {
      let sum = pending.request.payment.reduce(UInt64(0)) { $0 + $1.amount }
      return .object([
        ("number", .count(pending.request.number)), ("kind", .text(kind)),
        ("operation", .text(pending.request.opcode.specificationName)),
        ("amount", .amount(sum, unit: unit)), ("lease", .text(pending.request.key.map { "\($0.lease)" } ?? "")),
      ])
    }
  }

  /// `turnpike wallet recover`.
  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Finishes the requests whose outcome is not known yet.",
      discussion: "Every command that connects with the wallet does this first.")
    @OptionGroup var options: Options

    func run() async throws {
      let wallet = try options.openWallet()
      let (_, recovered) = try await wallet.connect(
        to: options.address, credential: options.readCredential(),
        timeout: .milliseconds(options.timeout.milliseconds))
      let content = await wallet.content
      Terminal.show(
        .object([
          ("finished", .count(UInt64(recovered.count { $0.error == nil }))),
          ("unfinished", .count(UInt64(content.pending.count))),
          ("balance", .amount(content.balance, unit: content.unit)),
        ]))
      for item in recovered where item.error != nil { Terminal.printError(Options.sentence(item)) }
      await wallet.disconnect()
      if !content.pending.isEmpty, let error = recovered.compactMap(\.error).last { throw error }
    }
  }

  /// `turnpike wallet new-key`.
  struct NewKey: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "new-key", abstract: "Makes a key and its hash, for a lease that somebody will transfer.")
    @OptionGroup var options: Options

    func run() throws {
      let key = try Bytes16.secret()
      Terminal.show(.object([("key", .text(key.hexadecimal)), ("hash", .text(key.keyHash.hexadecimal))]))
    }
  }

  /// `turnpike wallet add-owner`.
  struct AddOwner: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-owner", abstract: "Takes a lease into the wallet by its id and owner key.")
    @OptionGroup var options: Options
    @Argument(help: "The lease.")
    var lease: UInt64
    @Argument(help: "Its owner key, 32 hexadecimal digits.")
    var key: String
    @Option(help: "A name for the lease in this wallet.")
    var name: String?

    func run() async throws {
      guard let bytes = Bytes16(hexadecimal: key) else { throw ValidationError("this is not a key: \(key)") }
      let account = try await options.connectWallet()
      let owner = LeaseKey(lease: lease, key: bytes)
      let bound = try await account.client.bind(owner)
      guard bound.authority == .owner else { throw ValidationError("this is not the owner key") }
      let resource = try await account.client.check(lease: lease).resource
      try await account.wallet.add(ownerKey: owner, resource: resource, alias: name ?? "")
      Terminal.show(.object([("lease", .id(lease)), ("state", .text(bound.state.specificationName))]))
      await account.wallet.disconnect()
    }
  }

  /// `turnpike wallet add-key`.
  struct AddKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add-key", abstract: "Takes a debit key, granted by a lease's owner, into the wallet.")
    @OptionGroup var options: Options
    @Argument(help: "The lease.")
    var lease: UInt64
    @Argument(help: "The debit key, 32 hexadecimal digits.")
    var key: String
    @Option(help: "A name for it in this wallet.")
    var name: String?

    func run() async throws {
      guard let bytes = Bytes16(hexadecimal: key) else { throw ValidationError("this is not a key: \(key)") }
      let wallet = try options.openWallet()
      try await wallet.add(debitKey: LeaseKey(lease: lease, key: bytes), alias: name ?? "")
      Terminal.show(.object([("lease", .id(lease)), ("name", .text(name ?? ""))]))
    }
  }
}
