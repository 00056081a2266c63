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

  func supply() async throws -> Supply {
    guard let operatorPath, let providerPath else { throw ValidationError("--operator and --provider are needed") }
    guard let operatorCredential = Credential(text: try readText(operatorPath)),
      let providerCredential = Credential(text: try readText(providerPath))
    else { throw ValidationError("not a credential") }
    return try await Supply(
      try endpoints[0], operatorCredential: operatorCredential, providerCredential: providerCredential)
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
  @Option(help: "Seconds before them that are not measured; by default a fifth as many.")
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
    guard (1...LoadLimits.connectionCountMax).contains(connections), (1...1024).contains(depth), seconds > 0,
      seconds <= 3600,
      (0...20_000_000).contains(leases), (1...LoadLimits.noteCountMax).contains(notes), (1...32).contains(tokens),
      (1...86_400_000).contains(leaseMs), (1...LoadLimits.wordCountMax).contains(words), warmUp ?? 0 >= 0,
      warmUp ?? 0 <= 600
    else { throw ValidationError("an option is out of range") }
  }

  var milliseconds: UInt64 { UInt64(seconds * 1000) }
  var warmUpMilliseconds: UInt64 { UInt64((warmUp ?? seconds / 5) * 1000) }

  var settings: [String: String] {
    [
      "connections": "\(connections)", "depth": "\(depth)", "seconds": "\(seconds)", "leases": "\(leases)",
      "keys": keys.description, "notes": "\(notes)", "tokens": "\(tokens)", "leaseMilliseconds": "\(leaseMs)",
      "words": "\(words)",
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

func parseEndpoint(_ text: String) throws -> Endpoint {
  guard let endpoint = Endpoint(text) else { throw ValidationError("\(text): a numeric address is needed") }
  return endpoint
}

/// A file's text, at most a megabyte of it.
func readText(_ path: String) throws -> String {
  guard let file = unsafe fopen(path, "r") else { throw ValidationError("cannot read \(path)") }
  defer { unsafe fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 1 << 20)
  let count = unsafe fread(&bytes, 1, bytes.count, file)
  return String(decoding: bytes[..<count], as: UTF8.self)
}

/// Replaces a file's content.
func writeText(_ text: String, to path: String) throws {
  guard let file = unsafe fopen(path, "w") else { throw ValidationError("cannot write \(path)") }
  let bytes = Array(text.utf8)
  let count = unsafe fwrite(bytes, 1, bytes.count, file)
  guard unsafe fclose(file) == 0, count == bytes.count else { throw ValidationError("cannot write \(path)") }
}
