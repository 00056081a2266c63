import Testing
import TurnpikeClient
import WireProtocol

/// The notes of an EXCHANGE whose mint answered while nobody was there, and whose session is gone: REFUND gives them, once.
@Suite struct ExchangedNotesTests {
  private let key = Bytes16(low: 5, high: 6)

  /// One with EXCHANGE under way, or set aside, of which the wallet may know the payment's id.
  private func content(payment: UInt64, isSetAside: Bool = false) throws -> WalletContent {
    let ecash = try Ecash(token: EcashBroker.token(), refundKey: key)
    let outputs = [15_000, 5_000].map { NoteOutput(amount: $0, binding: 0) }
    var request = try Request.exchange([], for: outputs).paid(in: ecash)
    (request.number, request.isHeld, request.awaitsMint) = (1, true, false)
    var content = try WalletContent()
    (content.nextNumber, content.unit, content.incarnation) = (2, "msat", 1)
    var entry = WalletPending(request: request, secret: Bytes16(), alias: "")
    entry.payment = payment
    if isSetAside { content.unresolved = [entry] } else { content.pending = [entry] }
    return content
  }

  private func broker(notes: [UInt64] = [15_000, 5_000]) throws -> EcashBroker {
    let broker = try EcashBroker()
    let hash = try EcashBroker.keptHash(of: key)
    broker.set { state in
      state.payments = [EcashBroker.Payment(id: 90, hash: hash, outcome: .taken, opcode: .exchange, notes: notes)]
    }
    return broker
  }

  private func isDone(_ content: WalletContent) -> Bool {
    content.notes.map(\.amount) == [15_000, 5_000] && content.pending.isEmpty && content.unresolved.isEmpty
      && content.ecash.isEmpty && content.refunds.isEmpty
  }

  @Test(arguments: [0, 90] as [UInt64]) func theyComeWithTheNextCommand(payment: UInt64) async throws {
    let broker = try broker()
    let wallet = try broker.wallet(try content(payment: payment))
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [nil])
    #expect(isDone(await wallet.content))
    #expect(!broker.set { _ in }.contains(.exchange))
    #expect(try await broker.connect(wallet).isEmpty)
    #expect(isDone(await wallet.content))
    await broker.end(wallet)
  }

  /// The same when nobody answers at first: nothing is lost, and nothing is booked twice.
  @Test(arguments: [0, 90] as [UInt64], [Opcode.refund, .payment])
  func whoeverAsksAgainHasThem(payment: UInt64, full: Opcode) async throws {
    let broker = try broker()
    broker.set { $0.full = [full] }
    let wallet = try broker.wallet(try content(payment: payment))
    let first = try await broker.connect(wallet)
    #expect(first.count == 1)
    broker.set { $0.full = [] }
    _ = try await broker.connect(wallet)
    #expect(isDone(await wallet.content))
    await broker.end(wallet)
  }

  @Test(arguments: [0, 90] as [UInt64]) func theyAreFoundWhenItWasSetAside(payment: UInt64) async throws {
    let broker = try broker()
    let wallet = try broker.wallet(try content(payment: payment, isSetAside: true))
    #expect(try await broker.connect(wallet).isEmpty)
    let found = await wallet.findPayments()
    #expect(found.map(\.notes.amount) == [20_000] && found.allSatisfy { $0.found.error == nil })
    #expect(isDone(await wallet.content))
    await broker.end(wallet)
  }

  /// The broker needed the room of its outputs: nothing tells of the notes any more.
  @Test(arguments: [0, 90] as [UInt64]) func whatCannotBeHadIsSetAside(payment: UInt64) async throws {
    let broker = try broker(notes: [])
    let wallet = try broker.wallet(try content(payment: payment))
    #expect(try await broker.connect(wallet).map { $0.error?.money } == [.taken])
    let content = await wallet.content
    #expect(content.notes.isEmpty && content.pending.isEmpty && content.unresolved.count == 1 && content.ecash.isEmpty)
    await broker.end(wallet)
  }

  /// A payment that could not do what it was for comes back as one note, and that is told.
  @Test func oneNoteIsARefund() async throws {
    let broker = try broker()
    broker.set { $0.payments[0].outcome = .refundable }
    let wallet = try broker.wallet(try content(payment: 0))
    #expect(try await broker.connect(wallet).map { $0.error?.status } == [.paymentRefundable])
    #expect(await wallet.content.notes.map(\.amount) == [20_000])
    await broker.end(wallet)
  }
}
