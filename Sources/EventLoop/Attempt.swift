internal import CLibuv

/// One attempt to connect to an endpoint whose host may be a name: looks it up when it is no numeric address, tries what that gives in
/// order, and gives up after a time. Tells its result once, from the loop; its timer keeps it alive until then, or until `cancel()`.
@safe public final class Attempt {
  private let loop: Loop
  private var completion: ((Result<Stream, LoopError>) -> Void)?
  private var handler: StreamHandler?
  private var stream: Stream?
  private var timer: LoopTimer?
  /// Addresses that are still to be tried.
  private var rest: [Endpoint]
  private var wasLookedUp = false

  /// Begins to connect.
  ///
  /// - Parameter completion: Gets the stream, open and not reading, to be given a handler of its own by `Stream.handOver(to:)` before
  ///   the call returns; or why the last address failed.
  @discardableResult
  public static func start(
    to endpoint: Endpoint, on loop: Loop, limitMilliseconds: UInt64,
    completion: @escaping (Result<Stream, LoopError>) -> Void
  ) -> Attempt {
    let attempt = Attempt(endpoint, loop, completion)
    attempt.begin(limitMilliseconds)
    return attempt
  }

  private init(_ endpoint: Endpoint, _ loop: Loop, _ completion: @escaping (Result<Stream, LoopError>) -> Void) {
    self.loop = loop
    self.completion = completion
    rest = [endpoint]
  }

  private func begin(_ limitMilliseconds: UInt64) {
    handler = StreamHandler(
      onData: { _, _ in }, onEvent: { [weak self] stream, event in self?.handle(event, of: stream) })
    let timer = LoopTimer(on: loop) { self.lapse() }
    self.timer = timer
    timer.start(afterMilliseconds: limitMilliseconds)
    if let error = tryNext() { failLater(error) }
  }

  /// Ends it; nothing is told any more.
  public func cancel() {
    completion = nil
    let stream = self.stream
    letGo()
    stream?.close()
  }

  /// Begins with the next address. Gives an error when there is none, or none that can be begun with.
  private func tryNext(after failure: LoopError = .invalidArgument) -> LoopError? {
    guard let handler, let endpoint = rest.first else { return failure }
    rest.removeFirst()
    do throws(LoopError) {
      stream = try Stream.connect(to: endpoint, on: loop, handler: handler)
      return nil
    } catch {
      guard !wasLookedUp, error == .invalidArgument, case .tcp(let host, let port) = endpoint else {
        return tryNext(after: error)
      }
      wasLookedUp = true
      return look(up: host, port)
    }
  }

  private func look(up host: String, _ port: UInt16) -> LoopError? {
    do throws(LoopError) {
      try NameLookup.start(host: host, port: port, on: loop) { result in
        guard self.completion != nil else { return }
        switch result {
        case .success(let found):
          self.rest = found
          if let error = self.tryNext() { self.finish(.failure(error)) }
        case .failure(let error): self.finish(.failure(error))
        }
      }
      return nil
    } catch {
      return error
    }
  }

  private func handle(_ event: StreamEvent, of stream: Stream) {
    guard stream === self.stream else { return }
    switch event {
    case .connected: finish(.success(stream))
    case .failed(let error):
      self.stream = nil
      stream.close()
      if let next = tryNext(after: error) { finish(.failure(next)) }
    case .closed: finish(.failure(.timedOut))
    case .writable, .endOfStream: break
    }
  }

  private func lapse() {
    let stream = self.stream
    self.stream = nil
    stream?.close()
    finish(.failure(.timedOut))
  }

  /// The result comes from the loop, never from within `start`.
  private func failLater(_ error: LoopError) {
    let timer = LoopTimer(on: loop) { self.finish(.failure(error)) }
    self.timer?.close()
    self.timer = timer
    timer.start(afterMilliseconds: 0)
  }

  private func finish(_ result: Result<Stream, LoopError>) {
    let completion = self.completion.take()
    letGo()
    completion?(result)
  }

  private func letGo() {
    timer.take()?.close()
    handler = nil
    stream = nil
  }
}
