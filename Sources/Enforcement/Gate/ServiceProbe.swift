internal import EventLoop
internal import TurnpikeAgent

/// Whether the service behind a gate takes connections: nobody should pay for a gate in front of nothing. All that ask while one connection
/// is being tried have its answer, and a good one holds for a second.
final class ServiceProbe {
  private let service: Endpoint
  private let loop: Loop
  private var attempt: Attempt?
  private var waiting: [(LoopError?) -> Void] = []
  private var goodUntil: UInt64 = 0

  init(of service: Endpoint, on loop: Loop) {
    self.service = service
    self.loop = loop
  }

  /// Calls `answer` with what is wrong, or nil; perhaps at once.
  func ask(_ answer: @escaping (LoopError?) -> Void) {
    if AgentClock.now < goodUntil { return answer(nil) }
    waiting.append(answer)
    guard attempt == nil else { return }
    attempt = Attempt.start(to: service, on: loop, limitMilliseconds: EnforcementLimits.connectMilliseconds) {
      [weak self] result in
      self?.answered(result)
    }
  }

  /// Nobody is answered any more.
  func close() {
    waiting = []
    attempt.take()?.cancel()
  }

  private func answered(_ result: Result<Stream, LoopError>) {
    attempt = nil
    var failure: LoopError?
    switch result {
    case .success(let stream):
      stream.close()
      goodUntil = AgentClock.now + EnforcementLimits.probeMilliseconds
    case .failure(let error): failure = error
    }
    let answers = waiting
    waiting = []
    for answer in answers { answer(failure) }
  }
}
