internal import Cashu
internal import EventLoop
internal import Logging
internal import MintClient
internal import Sessions

/// What the engine wants done about ecash: curve work on threads of its own, and questions to mints over HTTP.
final class MintService {
  private let workers: EcashWorkers
  private let transport: MintTransport
  private let logger: Logger
  private let onAnswer: (UInt64, MintAnswer) -> Void

  /// - Parameters:
  ///   - onResult: Called on the loop with what came of a job.
  ///   - onAnswer: Called on the loop with what came of a call.
  init(
    on loop: Loop, authoritiesFile: String?, logger: Logger, onResult: @escaping (EcashJobResult) -> Void,
    onAnswer: @escaping (UInt64, MintAnswer) -> Void
  ) throws(BrokerError) {
    self.logger = logger
    self.onAnswer = onAnswer
    do throws(LoopError) {
      workers = try EcashWorkers(on: loop, onResult: onResult)
    } catch { throw .loop(error) }
    do throws(HTTPFailure) {
      transport = try MintTransport(on: loop, authoritiesFile: authoritiesFile)
    } catch {
      workers.close()
      throw .ecash("\(error)")
    }
  }

  /// Ends threads and connections.
  func close() {
    transport.close()
    workers.close()
  }

  /// Hands out what there is to be worked out, and to be asked. At the end of a turn.
  func serve(_ engine: inout SessionEngine) {
    while workers.hasRoom, let job = engine.nextEcashJob() { workers.submit(job) }
    while let call = engine.nextMintCall() {
      if !ask(call) { engine.answered(call.id, .notSent) }
    }
    for news in engine.takeMintNews() {
      logger.log(level: news.isTrouble ? .warning : .info, "mint \(news.mint): \(news.what)")
    }
  }

  private func ask(_ call: MintCall) -> Bool {
    guard let request = try? HTTPRequest(call.origin, path: call.request.path, body: call.request.body) else {
      return false
    }
    let admission = transport.send(request, timeoutMilliseconds: call.timeoutMilliseconds) { [weak self] result in
      switch result {
      case .answered(let status, let body): self?.onAnswer(call.id, .answered(status: status, body: body))
      case .notSent: self?.onAnswer(call.id, .notSent)
      case .unknown: self?.onAnswer(call.id, .unknown)
      }
    }
    return admission == .accepted
  }
}
