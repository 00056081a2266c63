import ArgumentParser
import EventLoop
import Glibc
import LoadGenerator
import TurnpikeClient

/// Which broker, and in whose name it is prepared.
struct BrokerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the broker listens. Repeated: connections are spread over several addresses.",
      valueName: "host:port|unix:path"))
  var broker: [String] = ["127.0.0.1:7474"]
  @Option(name: .customLong("operator"), help: ArgumentHelp("The operator's credential.", valueName: "file"))
  var operatorPath: String?
  @Option(name: .customLong("provider"), help: ArgumentHelp("A provider's credential.", valueName: "file"))
  var providerPath: String?
  @Option(
    help: ArgumentHelp("The server's process, to tell its settings, processor time and memory too.", valueName: "pid"))
  var serverPid: Int32?

  var endpoints: [Endpoint] {
    get throws { try broker.map(parseEndpoint) }
  }

  func validate() throws {
    _ = try endpoints
    if let serverPid, ServerUsage(of: serverPid) == nil {
      throw ValidationError("--server-pid \(serverPid): there is no such process")
    }
  }

  func supply() async throws -> Supply {
    guard let operatorPath, let providerPath else { throw ValidationError("--operator and --provider are needed") }
    return try await Supply(
      try endpoints[0], operatorCredential: try credential(operatorPath),
      providerCredential: try credential(providerPath))
  }

  /// A client in the operator's name.
  func operatorClient() async throws -> TurnpikeClient {
    guard let operatorPath, let address = BrokerAddress("\(try endpoints[0])") else {
      throw ValidationError("--operator is needed")
    }
    return try await .connect(to: address, credential: try credential(operatorPath))
  }

  /// The credential of --provider.
  func providerCredential() throws -> Credential {
    guard let providerPath else { throw ValidationError("--provider is needed") }
    return try credential(providerPath)
  }

  private func credential(_ path: String) throws -> Credential {
    guard let credential = Credential(text: try readText(path)) else {
      throw ValidationError("\(path): not a credential")
    }
    return credential
  }
}

/// How much of what.
struct LoadOptions: ParsableArguments {
  @Option(help: "Connections.")
  var connections = 50
  @Option(help: "Most requests under way on each connection, 1 to 1024.")
  var depth = 128
  @Option(help: "Seconds of each run.")
  var seconds = 3.0
  @Option(
    help: """
      Seconds before them that are not measured; by default a fifth as many, and 0.1 at most where fund, acquire or ticks spend \
      notes or words.
      """)
  var warmUp: Double?
  @Option(help: "Leases of the run, which live on after it. Each connection uses as many of them as it may bind.")
  var leases = 800
  @Option(help: ArgumentHelp("How a lease is chosen: in-turn, uniform, or zipf:EXPONENT.", valueName: "choice"))
  var keys = Keys(choice: .inTurn)
  @Option(help: "Notes of one run of fund or acquire; it ends when they do.")
  var notes = 1_000_000
  @Option(help: "Notes of one request, 1 to 32.")
  var tokens = 1
  @Option(help: "How long a lease lives that acquire makes, in milliseconds.")
  var leaseMs: UInt64 = 50
  @Option(help: "Words of all hash chains of one run of use-tick or use-tick16; it ends when they do.")
  var words = 12_000_000

  func validate() throws {
    try demand("--connections", connections, in: 1...LoadLimits.connectionCountMax)
    try demand("--depth", depth, in: 1...1024)
    try demand("--seconds", seconds, in: 0.001...3600)
    if let warmUp { try demand("--warm-up", warmUp, in: 0...600) }
    try demand("--leases", leases, in: 0...20_000_000)
    try demand("--notes", notes, in: 1...LoadLimits.noteCountMax)
    try demand("--tokens", tokens, in: 1...32)
    try demand("--lease-ms", leaseMs, in: 1...86_400_000)
    try demand("--words", words, in: 1...LoadLimits.wordCountMax)
    if notes < tokens { throw ValidationError("--notes must be at least --tokens: no request could be paid") }
  }

  var milliseconds: UInt64 { UInt64(seconds * 1000) }

  /// What notes and words are spent on in the warm-up is not measured: without --warm-up it is short where they run out.
  func warmUpMilliseconds(spending: Bool) -> UInt64 {
    if let warmUp { return UInt64(warmUp * 1000) }
    return spending ? min(100, milliseconds / 5) : milliseconds / 5
  }

  /// What each note of a request of `mix` is worth: one that acquires buys at least the lease's time, and time of a long lease as well.
  func noteAmount(for operations: [Operation]) -> UInt64 {
    guard operations.contains(.acquire) else { return 1 }
    let tokens = UInt64(tokens)
    return (leaseMs * Supply.shortPrice + tokens - 1) / tokens
  }

  var settings: [String: String] {
    [
      "connections": "\(connections)", "depth": "\(depth)", "seconds": "\(seconds)", "leases": "\(leases)",
      "keys": keys.description, "notes": "\(notes)", "tokens": "\(tokens)", "leaseMilliseconds": "\(leaseMs)",
      "words": "\(words)", "warmUpMilliseconds": "\(warmUpMilliseconds(spending: false))",
      "warmUpMillisecondsSpending": "\(warmUpMilliseconds(spending: true))",
    ]
  }
}

/// `--keys`.
struct Keys: ExpressibleByArgument, CustomStringConvertible {
  var choice: KeyChoice

  init(choice: KeyChoice) { self.choice = choice }

  init?(argument: String) {
    switch argument {
    case "in-turn": choice = .inTurn
    case "uniform": choice = .uniform
    default:
      guard argument.hasPrefix("zipf:"), let exponent = Double(argument.dropFirst(5)), exponent > 0, exponent < 10
      else {
        return nil
      }
      choice = .zipf(exponent: exponent)
    }
  }

  var description: String {
    switch choice {
    case .inTurn: "in-turn"
    case .uniform: "uniform"
    case .zipf(let exponent): "zipf:\(exponent)"
    }
  }
}

/// Names are not looked up: a name could be another server each time.
func parseEndpoint(_ text: String) throws -> Endpoint {
  guard let endpoint = Endpoint(text) else { throw ValidationError("\(text): host:port or unix:path is needed") }
  if case .tcp(let host, _) = endpoint, !isNumeric(host) {
    throw ValidationError("\(text): a numeric address is needed, 127.0.0.1 say, and no name")
  }
  return endpoint
}

private func isNumeric(_ host: String) -> Bool {
  var address = in6_addr()
  // Of the network interface, behind the %, the address knows nothing.
  let text = host.prefix { $0 != "%" }
  return [AF_INET, AF_INET6].contains { unsafe inet_pton($0, String(text), &address) == 1 }
}

/// Throws which option it is that is out of its range.
func demand<Value: Comparable>(_ option: String, _ value: Value, in range: ClosedRange<Value>) throws {
  guard range.contains(value) else {
    throw ValidationError("\(option) is \(value): it must be from \(range.lowerBound) to \(range.upperBound)")
  }
}

/// A file's text, at most a megabyte of it.
func readText(_ path: String) throws -> String {
  guard let file = unsafe fopen(path, "r") else { throw ValidationError("cannot read \(path): \(lastError)") }
  defer { unsafe fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = unsafe fread(&bytes, 1, bytes.count, file)
  return String(decoding: bytes[..<count], as: UTF8.self)
}

/// Replaces a file's content.
func writeText(_ text: String, to path: String) throws {
  guard let file = unsafe fopen(path, "w") else { throw ValidationError("cannot write \(path): \(lastError)") }
  let bytes = Array(text.utf8)
  let count = unsafe fwrite(bytes, 1, bytes.count, file)
  guard unsafe fclose(file) == 0, count == bytes.count else {
    throw ValidationError("cannot write \(path): \(lastError)")
  }
}

/// Throws when a file could not be written; leaves what is there as it is.
func checkWritable(_ path: String) throws {
  let isThere = unsafe access(path, F_OK) == 0
  guard let file = unsafe fopen(path, "a") else { throw ValidationError("cannot write \(path): \(lastError)") }
  unsafe fclose(file)
  if !isThere { unsafe unlink(path) }
}

private var lastError: String { unsafe String(cString: strerror(errno)) }
