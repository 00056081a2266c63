internal import EventLoop
internal import Synchronization
@_exported public import WireProtocol

/// A session that can be resumed: what a client has to remember of it to lose no receipt.
public struct SessionState: Hashable, Sendable {
  /// Secret and random.
  public var id: Bytes16
  /// First number that was never used; from 1.
  public var nextNumber: UInt64
  /// Numbers below it whose receipts are still wanted.
  public var unacknowledged: [UInt64]
  /// The life of the broker it is with; 0: any. With another one, nothing is sent.
  public var incarnation: UInt64

  /// A session that was used before.
  public init(id: Bytes16, nextNumber: UInt64 = 1, unacknowledged: [UInt64] = [], incarnation: UInt64 = 0) {
    (self.id, self.nextNumber, self.unacknowledged, self.incarnation) = (id, nextNumber, unacknowledged, incarnation)
  }

  /// A session of its own.
  public static func fresh() throws(TurnpikeError) -> SessionState { SessionState(id: try .secret()) }
}

/// A client of one broker. It may be used from any task; requests are pipelined on one connection and may be answered in any
/// order.
///
/// A lost connection is made again, with growing waits, and every request that was not answered is sent again with its number, so
/// that it is done once. Keys of leases are proved again on the new connection, and subscriptions renewed. A request ends with
/// its reply, or with a `TurnpikeError` that says where its money is, at the latest at its time-out.
///
/// Every method throws `TurnpikeError`: `.refused(status)` when the broker refused; `.deadlineExceeded` or `.cannotConnect` when
/// no reply came in time; `.cancelled` when the task was cancelled; `.closed` after `close()`.
public final class TurnpikeClient: Sendable {
  private let wakeup: Wakeup<DriverMessage>
  private let thread: Mutex<LoopThread?>
  private let nextID = Atomic<UInt64>(1)
  /// What the broker told of itself when the first connection was made: its unit of money, limits, incarnation.
  public let broker: HelloReply
  /// What a request is given that is not given a time-out of its own.
  public let timeout: Duration
  /// Who its connections speak for.
  public let identity: Identity

  private init(
    _ wakeup: Wakeup<DriverMessage>, _ thread: consuming sending LoopThread, _ broker: HelloReply, _ timeout: Duration,
    _ identity: Identity
  ) {
    self.identity = identity
    self.timeout = timeout
    self.wakeup = wakeup
    self.thread = Mutex(consume thread)
    self.broker = broker
  }

  /// Connects, or throws `.cannotConnect` after the first attempt; later losses are made good without being told.
  ///
  /// - Parameters:
  ///   - address: Where the broker listens.
  ///   - credential: Makes the connection a provider's or the operator's.
  ///   - session: A session to resume; nil: one of its own.
  ///   - timeout: What each request is given, reconnects included.
  public static func connect(
    to address: BrokerAddress, credential: Credential? = nil, session: SessionState? = nil,
    timeout: Duration = .milliseconds(ClientLimits.timeoutMilliseconds)
  ) async throws(TurnpikeError) -> TurnpikeClient {
    let state = if let session { session } else { try SessionState.fresh() }
    let wakeup = Wakeup<DriverMessage>(capacity: ClientLimits.requestCountMax * 2)
    let configuration = Driver.Configuration(address: address, credential: credential, session: state)
    let thread: LoopThread
    do {
      thread = try LoopThread { Driver.run(configuration, wakeup) }
    } catch {
      throw TurnpikeError(.system(error.message))
    }
    let result = await withCheckedContinuation { continuation in
      if case .accepted = wakeup.send(.connect(continuation)) { return }
      continuation.resume(returning: .failure(TurnpikeError(.system("no event loop"))))
    }
    switch result {
    case .success(let broker): return TurnpikeClient(wakeup, thread, broker, timeout, Identity(credential))
    case .failure(let error):
      _ = wakeup.send(.close)
      thread.join()
      throw error
    }
  }

  deinit { close() }

  /// Ends the connection and every request that waits, and the client's thread. Requests that were sent may have been done.
  public func close() {
    _ = wakeup.send(.close)
    let thread = self.thread.withLock { $0.take() }
    if let thread { thread.join() }
  }

  /// Sends a request and waits for its reply. The typed methods are made of this; a program that keeps its requests over a crash
  /// uses it directly, as `Wallet` does.
  public func perform(
    _ request: Request, timeout: Duration? = nil
  ) async throws(TurnpikeError) -> Reply {
    let ticket = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { answer in
        let message = DriverMessage.perform(
          request, ticket: ticket, timeoutMilliseconds: (timeout ?? self.timeout).clampedMilliseconds, answer)
        switch wakeup.send(message) {
        case .accepted: break
        case .full: answer.resume(returning: .failure(notSent(request, .tooManyRequests)))
        case .closed: answer.resume(returning: .failure(notSent(request, .closed)))
        }
      }
    } onCancel: {
      _ = wakeup.send(.cancel(ticket: ticket))
    }
    return try result.get()
  }

  private func notSent(_ request: Request, _ reason: TurnpikeError.Reason) -> TurnpikeError {
    TurnpikeError(reason, money: request.money(wasSent: false), operation: request.opcode, number: request.number)
  }

  /// Lets the broker free the receipt of a request that had `isHeld`, once its outcome is safe.
  public func acknowledge(_ number: UInt64) {
    _ = wakeup.send(.acknowledge(number: number))
  }

  /// All pushes from now on, in order. A reader that is late is told by `.lagged` how many it missed.
  public func pushes() -> AsyncStream<Push> {
    let id = nextID.wrappingAdd(1, ordering: .relaxed).oldValue
    let (stream, continuation) = AsyncStream<Push>.makeStream(
      bufferingPolicy: .bufferingOldest(ClientLimits.pushCountMax))
    let wakeup = self.wakeup
    continuation.onTermination = { _ in _ = wakeup.send(.removePushes(id: id)) }
    if case .accepted = wakeup.send(.addPushes(id: id, continuation)) { return stream }
    continuation.finish()
    return stream
  }
}

extension Duration {
  /// Whole milliseconds, at least 0, rounded up.
  var clampedMilliseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    let (milliseconds, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
    if overflow { return .max }
    return milliseconds.addingReportingOverflow(UInt64((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
      .partialValue
  }
}
