import ArgumentParser
import Dispatch
import Glibc
import TurnpikeClient

/// A small paid API server: its callers pay for each call from their own lease, with a debit key that they granted.
///
///     curl -H "Turnpike-Lease: 1234" -H "Turnpike-Debit-Key: 00..ff" localhost:8402/reverse/hello
@main
struct PaidAPI: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paid-api", abstract: "Sells reversed texts, one unit of a resource's meter 0 a call.")

  @Option(help: "Where the broker listens: host:port or unix:path.") var broker = "127.0.0.1:7474"
  @Option(help: "Port to listen on, on the loopback address; 0 takes a free one.") var port: UInt16 = 8402
  @Argument(help: "Name of the resource whose leases pay.") var resource: String

  /// Calls that are answered at a time. Further ones wait in the listener's backlog.
  private static let connectionCountMax = 32

  func run() async throws {
    guard let address = BrokerAddress(broker) else { throw ValidationError("\(broker) is no address") }
    guard let name = Name32(resource) else { throw ValidationError("\(resource) is no name") }
    let client = try await TurnpikeClient.connect(to: address)
    let offer = try await client.describe(name: name)
    let service = Service(client: client, resource: offer.resource, price: offer.terms.meter0)
    guard let listener = HTTPListener(port: port) else { throw ValidationError("cannot listen on port \(port)") }
    // Written at once, also into a pipe: whoever started the server waits for this line.
    let line = Array("listening on 127.0.0.1:\(listener.port)\n".utf8)
    _ = unsafe write(STDOUT_FILENO, line, line.count)

    // Sockets block, so they have threads of their own; what waits for the broker does not.
    let sockets = DispatchQueue(label: "sockets", attributes: .concurrent)
    let places = DispatchSemaphore(value: Self.connectionCountMax)
    while let connection = await sockets.run({ listener.accept() }) {
      await sockets.run { places.wait() }
      Task {
        let answer =
          if let request = await sockets.run({ connection.readRequest() }) {
            await service.answer(request)
          } else {
            Service.Answer(status: 400, body: "GET /reverse/TEXT")
          }
        await sockets.run {
          connection.write(answer)
          connection.close()
        }
        places.signal()
      }
    }
  }
}

extension DispatchQueue {
  /// Runs what blocks on a thread of this queue, and waits without blocking.
  fileprivate func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
    await withCheckedContinuation { continuation in
      async { continuation.resume(returning: body()) }
    }
  }
}
