public import WireProtocol

/// Notes, lease keys, claim keys and unfinished requests of one holder, in a file that a crash cannot lose money from.
///
/// Every request that moves money or keeps a receipt is written to the file, with its number and its notes, before it is sent, and
/// taken out of it together with what it brought. A request that was not finished when the process ended is sent again at the next
/// `connect` as the same identity, in the same session with the same number, so it is done once and its receipt is not lost.
///
/// One process at a time has a wallet open. A wallet is for the notes of one life of one broker, and refuses any other.
public actor Wallet {
  private let file: WalletFile
  /// What is in it now.
  public private(set) var content: WalletContent
  private(set) var client: TurnpikeClient?
  /// How long a payment in ecash is waited for; see `awaitMints`.
  var mintWait = Duration.milliseconds(ClientLimits.mintWaitMilliseconds)
  var tellsPending: (@Sendable (UInt64) -> Void)?
  /// How long a request to a mint that was not heard of may be on its way, in milliseconds.
  var mintDoubtMilliseconds = ClientLimits.mintDoubtMilliseconds

  /// Opens the wallet at a path, or makes a new one there if `creating`; waits up to 10 s for another process that has it open.
  public init(path: String, creating: Bool = true) throws(TurnpikeError) {
    let file = try WalletFile.locked(path, creating: creating)
    if let text = try file.load() {
      do throws(TurnpikeError) {
        content = try WalletContent(text: text)
      } catch {
        guard case .wallet(let what) = error.reason else { throw error }
        throw TurnpikeError(.wallet("\(path): \(what)"))
      }
    } else {
      content = try WalletContent()
      try file.save(content.text)
    }
    self.file = file
  }

  /// Connects in the wallet's session, and finishes what an earlier process began.
  ///
  /// - Returns: The client, for requests that move no money of the wallet, and what was finished.
  public func connect(
    to address: BrokerAddress, credential: Credential? = nil,
    timeout: Duration = .milliseconds(ClientLimits.timeoutMilliseconds)
  ) async throws(TurnpikeError) -> (client: TurnpikeClient, recovered: [Recovered]) {
    let state = SessionState(
      id: content.sessionID, nextNumber: content.nextNumber, unacknowledged: content.pending.map(\.request.number),
      incarnation: content.incarnation)
    let client = try await TurnpikeClient.connect(to: address, credential: credential, session: state, timeout: timeout)
    let unit = client.broker.unit.string
    guard content.unit.isEmpty || content.unit == unit else {
      client.close()
      throw TurnpikeError(.wallet("its notes are in \(content.unit), and this broker's unit is \(unit)"))
    }
    self.client = client
    if content.incarnation != client.broker.incarnation {
      try change { content in
        if WalletContent.isAlias(unit) { content.unit = unit }
        content.incarnation = client.broker.incarnation
      }
    }
    if client.broker.resumed == 0, content.pending.contains(where: { !$0.isLost }) {
      // Whatever is asked from now on makes the session one that the broker knows again.
      try change { $0.loseSession() }
    }
    var recovered: [Recovered] = []
    for pending in content.pending { recovered.append(await recover(pending, client)) }
    for key in content.owned where key.isEnded { try? await forgetUnlessOwed(key.key, client) }
    return (client, recovered)
  }

  /// Ends the connection. Requests that wait stay in the file.
  public func disconnect() {
    client.take()?.close()
  }

  /// Goes on with a broker that was restored from a backup and has lost the session with its receipts, so that a request sent
  /// again would be a new one and be paid twice: those that are unfinished are set aside as unresolved, and a new session begins at
  /// the next `connect`. Where the session goes on, nothing was lost, and `connect` needs no word of the holder. Notes and keys stay; the broker may refuse notes of before for a while (RESTORE_IN_PROGRESS).
  ///
  /// - Returns: How many requests were set aside.
  public func acceptRestore() throws(TurnpikeError) -> Int {
    disconnect()
    let count = content.pending.count
    let fresh = try WalletContent()
    try change { content in
      for pending in content.pending { content.setAside(pending) }
      (content.sessionID, content.nextNumber, content.incarnation) = (fresh.sessionID, fresh.nextNumber, 0)
    }
    return count
  }

  /// Begins anew with an empty wallet, for another broker or another life of one. The file as it was is kept beside it.
  ///
  /// - Returns: Where the old wallet is now.
  public func beginAnew() throws(TurnpikeError) -> String {
    disconnect()
    let empty = try WalletContent()
    let kept = try file.keepCopy()
    try file.save(empty.text)
    content = empty
    return kept
  }

  func change(_ body: (inout WalletContent) throws(TurnpikeError) -> Void) throws(TurnpikeError) {
    var changed = content
    try body(&changed)
    try file.save(changed.text)
    content = changed
  }

  // MARK: Requests

  /// Sends a request under the wallet's protection and applies its outcome: its notes leave the balance now; the reply's notes
  /// and keys enter it with the reply. `secret` is the key that comes to be with it, `alias` its name, `seal` what a sealed bid is, and `mint` where
  /// the ecash of PAYOUT is of, whose seed is its secret.
  ///
  /// When the error's `money` is `notKnown`, the request stays in the file and is finished by the next `connect`.
  public func perform(
    _ request: Request, secret: Bytes16 = Bytes16(), alias: String = "", seal: BidSeal? = nil, mint: PayoutMint? = nil
  ) async throws(TurnpikeError) -> Reply {
    guard let client else { throw TurnpikeError(.closed, money: request.money(wasSent: false)) }
    guard request.keepsReceipt else { return try await client.perform(request) }
    guard request.opcode != .payout || (mint != nil && !secret.isZero) else {
      throw TurnpikeError(.invalidArgument("a payout is made by payOut, which keeps its secrets"), money: .notTaken)
    }
    do {
      try check(alias: alias, for: request.key.map { LeaseKey(lease: $0.lease, key: secret) })
      try checkRoom(for: request, client)
    } catch {
      throw TurnpikeError(error.reason, money: request.money(wasSent: false), operation: request.opcode)
    }
    var request = request
    request.number = content.nextNumber
    (request.isHeld, request.awaitsMint) = (true, false)
    let pending = WalletPending(
      request: request, secret: secret, alias: alias, seal: seal, mint: mint, identity: client.identity)
    try change { $0.begin(pending) }
    let reply: Reply
    do {
      reply = try await send(pending, client)
    } catch {
      throw try await settle(pending, error, client)
    }
    do {
      try await apply(reply, to: pending, client)
    } catch {
      // The broker has done it and the file does not say so yet: the next start asks for the receipt again.
      throw TurnpikeError(error.reason, money: .notKnown, operation: request.opcode, number: request.number)
    }
    return reply
  }

  /// A name is refused before anything is sent when it would stand for two keys.
  func check(alias: String, for key: LeaseKey?) throws(TurnpikeError) {
    guard alias.isEmpty || WalletContent.isAlias(alias) else {
      throw TurnpikeError(.invalidArgument("\(alias) cannot be a name: 1 to 31 bytes, no spaces, not a number"))
    }
    guard !content.isTaken(alias: alias, for: key) else {
      throw TurnpikeError(.invalidArgument("the wallet already has a key named \(alias)"))
    }
  }

  /// What a request may bring has to find room, and its number has to be in reach of the first that is unfinished. REFUND always has
  /// room: what it brings takes the place of what it is for, and a full wallet is emptied by it.
  private func checkRoom(for request: Request, _ client: TurnpikeClient) throws(TurnpikeError) {
    let isRefund = request.opcode == .refund
    guard isRefund || content.pending.count < ClientLimits.walletPendingCountMax else {
      throw TurnpikeError(.wallet("too many requests are unfinished"))
    }
    // What makes fewer notes of many always has room.
    let isMerge = request.noteCountMax < request.payment.count
    guard isRefund || isMerge || content.itemCount + 1 + request.noteCountMax <= ClientLimits.walletItemCountMax else {
      throw TurnpikeError(.wallet("it has no room for what this may bring"))
    }
    let windowMax = UInt64(min(Int(client.broker.windowMax), WireLimits.windowMax))
    if let first = content.pending.map(\.request.number).min(), content.nextNumber - first >= windowMax {
      throw TurnpikeError(.waitsFor(request: first))
    }
  }

  /// Books a receipt. What a repeated RELEASE, CLAIM or REFUND pays out may have been spent since: such notes are not counted again.
  func apply(_ reply: Reply, to pending: WalletPending, _ client: TurnpikeClient) async throws(TurnpikeError) {
    var spent: [NoteToken] = []
    if reply.isReplayed, [.release, .claim, .refund].contains(reply.opcode) {
      let notes = try reply.records(NoteToken.self)
      spent = zip(notes, try await outcomes(of: notes, client)).filter(\.1.isFatal).map(\.0)
    }
    let claim = try await claimTakenOver(by: pending, client)
    try change { content throws(TurnpikeError) in
      try content.apply(reply, to: pending, spent: spent, claim: claim)
    }
    acknowledge(pending, client)
    if reply.opcode == .release, let key = pending.request.key { try? await forgetUnlessOwed(key, client) }
  }

  /// Looks which leases of the wallet have ended without its doing, and collects what was locked to them and came to nothing.
  public func lookAfterLeases() async throws(TurnpikeError) {
    guard let client else { throw TurnpikeError(.closed) }
    for key in content.owned.map(\.key) {
      do {
        let lease = try await client.check(lease: key.lease)
        guard [.released, .expired, .revoked].contains(lease.state), lease.own == 0 else { continue }
      } catch {
        guard error.status == .leaseUnknown else { throw error }
      }
      try change { content in
        for index in content.owned.indices where content.owned[index].key == key { content.owned[index].isEnded = true }
      }
      try await forgetUnlessOwed(key, client)
    }
  }

  /// Drops the owner key of a released lease once its reservations are over, there is no refund to collect, and no mint is asked for what
  /// was locked to it.
  private func forgetUnlessOwed(_ key: LeaseKey, _ client: TurnpikeClient) async throws(TurnpikeError) {
    do {
      let lease = try await client.check(lease: key.lease)
      guard lease.reserved == 0, lease.own == 0 else { return }
    } catch {
      guard error.status == .leaseUnknown else { throw error }
    }
    guard try await !collectGifts(to: key, client) else { return }
    try change { $0.forget(key) }
  }
}
