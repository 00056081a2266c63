public import WireProtocol

/// Notes, lease keys and unfinished requests of one holder, in a file that a crash cannot lose money from.
///
/// Every request that moves money or keeps a receipt is written to the file, with its number and its notes, before it is sent, and
/// taken out of it together with what it brought. A request that was not finished when the process ended is sent again at the next
/// `connect`, in the same session with the same number, so it is done once and its receipt is not lost.
///
/// One process at a time has a wallet open. A wallet is for the notes of one broker.
public actor Wallet {
  private let file: WalletFile
  /// What is in it now.
  public private(set) var content: WalletContent
  private var client: TurnpikeClient?

  /// Opens the wallet at a path, or makes a new one there if `creating`; waits up to 10 s for another process that has it open.
  public init(path: String, creating: Bool = true) throws(TurnpikeError) {
    let file = try WalletFile(path: path)
    if let text = try file.load() {
      content = try WalletContent(text: text)
    } else {
      guard creating else { throw TurnpikeError(.wallet("there is no wallet at \(path)")) }
      content = try WalletContent()
      try file.save(content.text)
    }
    self.file = file
  }

  /// What became of a request of an earlier process.
  public struct Recovered: Hashable, Sendable {
    /// The request.
    public var pending: WalletPending
    /// Nil: done, and its receipt is applied. Else why not; `money` says where its notes are now.
    public var error: TurnpikeError?
  }

  /// Connects in the wallet's session, and finishes what an earlier process began.
  ///
  /// - Returns: The client, for requests that move no money of the wallet, and what was finished.
  public func connect(
    to address: BrokerAddress, credential: Credential? = nil,
    timeout: Duration = .milliseconds(ClientLimits.timeoutMilliseconds)
  ) async throws(TurnpikeError) -> (client: TurnpikeClient, recovered: [Recovered]) {
    let state = SessionState(
      id: content.sessionID, nextNumber: content.nextNumber, unacknowledged: content.pending.map(\.request.number))
    let client = try await TurnpikeClient.connect(to: address, credential: credential, session: state, timeout: timeout)
    let unit = client.broker.unit.string
    guard content.unit.isEmpty || content.unit == unit else {
      throw TurnpikeError(.wallet("its notes are in \(content.unit), and this broker's unit is \(unit)"))
    }
    self.client = client
    if content.unit.isEmpty, WalletContent.isAlias(unit) { try change { $0.unit = unit } }
    var recovered: [Recovered] = []
    for pending in content.pending { recovered.append(await recover(pending, client)) }
    return (client, recovered)
  }

  /// Ends the connection. Requests that wait stay in the file.
  public func disconnect() {
    client.take()?.close()
  }

  private func change(_ body: (inout WalletContent) -> Void) throws(TurnpikeError) {
    var changed = content
    body(&changed)
    try file.save(changed.text)
    content = changed
  }

  // MARK: Requests

  /// Sends a request under the wallet's protection and applies its outcome: its notes leave the balance now; the reply's notes
  /// and keys enter it with the reply. `secret` is the key that comes to be with it, and `alias` its name.
  ///
  /// When the error's `money` is `notKnown`, the request stays in the file and is finished by the next `connect`.
  public func perform(_ request: Request, secret: Bytes16 = Bytes16(), alias: String = "") async throws(TurnpikeError)
    -> Reply
  {
    guard let client else { throw TurnpikeError(.closed, money: request.money(wasSent: false)) }
    guard request.keepsReceipt else { return try await client.perform(request) }
    guard alias.isEmpty || WalletContent.isAlias(alias) else {
      throw TurnpikeError(.invalidArgument("\(alias) cannot be a name: 1 to 31 bytes, no spaces, not a number"))
    }
    guard content.pending.count < ClientLimits.walletPendingCountMax else {
      throw TurnpikeError(.wallet("too many requests are unfinished"))
    }
    var request = request
    request.number = content.nextNumber
    request.isHeld = true
    let pending = WalletPending(request: request, secret: secret, alias: alias)
    try change { content in
      content.nextNumber += 1
      content.notes.removeAll { request.payment.contains($0) }
      content.pending.append(pending)
    }
    let reply: Reply
    do {
      reply = try await client.perform(request)
    } catch {
      try settle(pending, error, isRepeat: false)
      throw error
    }
    do {
      try apply(reply, to: pending)
    } catch {
      // The broker has done it and the file does not say so yet: the next start asks for the receipt again.
      throw TurnpikeError(error.reason, money: .notKnown, operation: request.opcode, number: request.number)
    }
    client.acknowledge(request.number)
    return reply
  }

  /// Sends a request of an earlier process again. That process may have sent it: only the broker's own word about this number
  /// says that it was not done.
  private func recover(_ pending: WalletPending, _ client: TurnpikeClient) async -> Recovered {
    do {
      let reply = try await client.perform(pending.request)
      try apply(reply, to: pending)
      client.acknowledge(pending.request.number)
      return Recovered(pending: pending)
    } catch {
      do {
        var error = error
        if error.operation == .bind {
          if error.status == .keyWrong || error.status == .leaseUnknown {
            error = try await ask(client, about: pending, error)
          } else {
            error.money = .notKnown
          }
        } else if case .refused = error.reason {
          try settle(pending, error, isRepeat: true)
        } else {
          error.money = .notKnown
        }
        return Recovered(pending: pending, error: error)
      } catch let failure {
        return Recovered(pending: pending, error: failure)
      }
    }
  }

  /// The broker no longer knows the request's key, which the request itself may have brought about. Notes can be asked after.
  private func ask(
    _ client: TurnpikeClient, about pending: WalletPending, _ refusal: TurnpikeError
  ) async throws(TurnpikeError) -> TurnpikeError {
    var error = refusal
    let notes = pending.request.payment
    var spent: UInt32 = 0
    if !notes.isEmpty { spent = try await client.payment(showing: notes).spent }
    try change { content in
      content.pending.removeAll { $0.request.number == pending.request.number }
      for (index, note) in notes.enumerated() where spent >> UInt32(index) & 1 == 0 { content.notes.append(note) }
      switch pending.request.opcode {
      case .transfer where refusal.status == .keyWrong: content.forget(pending.request.key)
      default:
        if notes.isEmpty || spent != 0 { content.unresolved.append(pending) }
      }
    }
    error.money = spent != 0 ? .taken : notes.isEmpty ? .none : .notTaken
    client.acknowledge(pending.request.number)
    return error
  }

  /// Books a refusal: the notes come back, unless the broker has them or nobody knows yet.
  private func settle(_ pending: WalletPending, _ error: TurnpikeError, isRepeat: Bool) throws(TurnpikeError) {
    // A second time, "already spent" is most likely this very request, whose receipt is gone.
    let isOwnDoing = isRepeat && error.status == .noteSpent
    switch error.money {
    case .notKnown: return
    case .none, .notTaken: try change { $0.giveBack(pending, error, isUnresolved: isOwnDoing) }
    case .taken: try change { $0.giveBack(pending, error, isUnresolved: true) }
    }
    client?.acknowledge(pending.request.number)
  }

  private func apply(_ reply: Reply, to pending: WalletPending) throws(TurnpikeError) {
    var changed = content
    try changed.apply(reply, to: pending)
    try file.save(changed.text)
    content = changed
  }

  // MARK: Notes

  /// Adds notes that were received. Whoever gave them can still spend them: `renew` makes them one's own.
  public func receive(_ notes: [NoteToken]) throws(TurnpikeError) {
    guard content.notes.count + notes.count <= ClientLimits.walletNoteCountMax else {
      throw TurnpikeError(.wallet("no room for more notes"))
    }
    try change { content in for note in notes { content.add(note) } }
  }

  /// Takes notes out to be given away. From then on nobody else knows of them.
  public func remove(_ notes: [NoteToken]) throws(TurnpikeError) {
    try change { content in content.notes.removeAll { notes.contains($0) } }
  }

  /// Notes of exactly this sum, at most 32, for a payment to `lease` (0: to anything). Splits and merges as needed.
  public func notes(worth amount: UInt64, for lease: UInt64 = 0) async throws(TurnpikeError) -> [NoteToken] {
    for _ in 0..<64 {
      switch NoteSelection(amount: amount, lease: lease, from: content.notes) {
      case .exact(let notes): return notes
      case .exchange(let notes, let outputs): _ = try await exchange(notes, for: outputs)
      case .insufficient(let available):
        throw TurnpikeError(
          .wallet("\(amount) \(content.unit) are needed, and \(available) are there"), money: .notTaken)
      }
    }
    throw TurnpikeError(.wallet("the notes are too small to be paid with"), money: .notTaken)
  }

  /// Makes other notes of the same sum.
  public func exchange(
    _ notes: [NoteToken], for outputs: [UInt64], boundTo lease: UInt64 = 0
  ) async throws(TurnpikeError) -> NotesReceipt {
    let request = Request.exchange(notes, for: outputs.map { NoteOutput(amount: $0, binding: lease) })
    return try NotesReceipt(await perform(request))
  }

  /// Exchanges notes for new ones of the same amounts, which nobody else has seen. Notes that the broker refuses are set aside.
  public func renew(_ notes: [NoteToken]) async throws(TurnpikeError) {
    var rest = notes[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(WireLimits.tokenCountMax))
      rest = rest.dropFirst(part.count)
      _ = try await exchange(part, for: part.map(\.amount))
    }
  }

  /// Remembers a debit key that was received from a lease's owner.
  public func add(debitKey key: LeaseKey, alias: String) throws(TurnpikeError) {
    guard alias.isEmpty || WalletContent.isAlias(alias) else {
      throw TurnpikeError(.invalidArgument("\(alias) cannot be a name"))
    }
    try change { $0.debitKeys.append(WalletKey(key: key, resource: 0, alias: alias)) }
  }

  /// Remembers the owner key of a lease that was transferred to this holder.
  public func add(ownerKey key: LeaseKey, resource: UInt64, alias: String) throws(TurnpikeError) {
    guard alias.isEmpty || WalletContent.isAlias(alias) else {
      throw TurnpikeError(.invalidArgument("\(alias) cannot be a name"))
    }
    try change { content in
      content.owned.removeAll { $0.key.lease == key.lease }
      content.owned.append(WalletKey(key: key, resource: resource, alias: alias))
    }
  }
}
