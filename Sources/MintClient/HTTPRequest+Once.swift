internal import EventLoop

extension HTTPRequest {
  /// Sends it on a loop, a thread and a connection of its own, and waits for what becomes of it: for programs that ask
  /// a mint now and then. What the caller's task is told meanwhile does not end it; its time does.
  ///
  /// - Parameters:
  ///   - timeoutMilliseconds: The time for all of it.
  ///   - authoritiesFile: As `MintTransport` has it.
  public func result(within timeoutMilliseconds: UInt64, authoritiesFile: String? = nil) async -> HTTPResult {
    let (results, told) = AsyncStream<HTTPResult>.makeStream()
    let thread: LoopThread
    do throws(LoopError) {
      thread = try LoopThread {
        told.yield(self.run(within: timeoutMilliseconds, authoritiesFile))
        told.finish()
      }
    } catch {
      return .notSent(.closed)
    }
    var result: HTTPResult?
    for await told in results { result = told }
    // It has nothing left to do.
    thread.join()
    return result ?? .notSent(.closed)
  }

  private func run(within timeoutMilliseconds: UInt64, _ authoritiesFile: String?) -> HTTPResult {
    guard let loop = try? Loop() else { return .notSent(.closed) }
    defer { loop.close() }
    var result = HTTPResult.notSent(.closed)
    do throws(HTTPFailure) {
      let transport = try MintTransport(on: loop, authoritiesFile: authoritiesFile)
      // Requests that are under way keep the loop going.
      let admission = transport.send(self, timeoutMilliseconds: timeoutMilliseconds) { result = $0 }
      if admission == .accepted { loop.run() }
      transport.close()
    } catch {
      return .notSent(error)
    }
    return result
  }
}
