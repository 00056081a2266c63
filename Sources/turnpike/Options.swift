import ArgumentParser
import Glibc
import TurnpikeClient

/// Options of every command, and the connections they make.
struct Options: ParsableArguments {
  @Option(
    help: ArgumentHelp("Where the broker listens.", valueName: "host:port|unix:path"),
    transform: { text in
      guard let address = BrokerAddress(text) else { throw ValidationError("\(text) is not host:port or unix:path") }
      return address
    })
  var broker: BrokerAddress?

  @Option(help: ArgumentHelp("The wallet's file; by default ~/.turnpike/wallet.", valueName: "file"))
  var wallet: String?

  @Option(help: ArgumentHelp("Credential of a provider or the operator.", valueName: "file"))
  var credential: String?

  @Option(
    help: ArgumentHelp("How long a request may take, reconnects included; by default 30s.", valueName: "duration"),
    transform: Span.parse)
  var timeout = Span(milliseconds: 30_000)

  @Flag(help: "JSON, also on a terminal.")
  var json = false

  func validate() throws {
    if json { Terminal.forceJSON() }
  }

  /// Options may stand before the command as well: these move behind it.
  static func moved(_ words: [String]) -> [String] {
    var rest = words[...]
    var leading: [String] = []
    while let word = rest.first {
      if word == "--json" || ["--broker=", "--wallet=", "--credential=", "--timeout="].contains(where: word.hasPrefix) {
        leading.append(rest.removeFirst())
      } else if ["--broker", "--wallet", "--credential", "--timeout"].contains(word), rest.count > 1 {
        leading += [rest.removeFirst(), rest.removeFirst()]
      } else {
        break
      }
    }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return rest[..<end] + leading + rest[end...]
  }

  private static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  var address: BrokerAddress {
    get throws {
      if let broker { return broker }
      guard let text = Self.environment("TURNPIKE_BROKER") else {
        return .tcp(host: "127.0.0.1", port: WireLimits.port)
      }
      guard let address = BrokerAddress(text) else {
        throw ValidationError("TURNPIKE_BROKER is not host:port or unix:path: \(text)")
      }
      return address
    }
  }

  /// The credential of the file that was named, if one was.
  func readCredential() throws -> Credential? {
    guard let path = credential ?? Self.environment("TURNPIKE_CREDENTIAL") else { return nil }
    guard let credential = Credential(text: try TextFile.read(path)) else {
      throw TurnpikeError(.credential("\(path) is not a credential"))
    }
    return credential
  }

  /// A connection without a wallet.
  func connect() async throws -> TurnpikeClient {
    try await TurnpikeClient.connect(
      to: address, credential: readCredential(), timeout: .milliseconds(timeout.milliseconds))
  }

  /// The wallet, not connected; a command that only looks makes none.
  func openWallet(creating: Bool = true) throws -> Wallet {
    if let path = wallet ?? Self.environment("TURNPIKE_WALLET") { return try Wallet(path: path, creating: creating) }
    guard let home = Self.environment("HOME") else { throw TurnpikeError(.wallet("no HOME; use --wallet")) }
    guard creating else { return try Wallet(path: home + "/.turnpike/wallet", creating: false) }
    guard unsafe mkdir(home + "/.turnpike", 0o700) == 0 || errno == EEXIST else {
      throw TurnpikeError(.wallet("cannot make \(home)/.turnpike"))
    }
    return try Wallet(path: home + "/.turnpike/wallet")
  }

  /// Whether a wallet was named, or is where one would be.
  var hasWallet: Bool {
    if wallet ?? Self.environment("TURNPIKE_WALLET") != nil { return true }
    guard let home = Self.environment("HOME") else { return false }
    return unsafe access(home + "/.turnpike/wallet", F_OK) == 0
  }

  /// The wallet, connected; what an earlier process left is finished first, and told. A command for what is in it makes none.
  ///
  /// - Parameter collecting: Whether payouts are gone on with, and refunds that are due collected.
  func connectWallet(creating: Bool = true, collecting: Bool = true) async throws -> Account {
    try await connect(try openWallet(creating: creating), collecting: collecting)
  }

  /// The same of a wallet that is open.
  func connect(_ wallet: Wallet, collecting: Bool = true) async throws -> Account {
    let (client, recovered) = try await wallet.connect(
      to: address, credential: readCredential(), timeout: .milliseconds(timeout.milliseconds))
    for item in recovered { Terminal.printError(Self.sentence(item)) }
    let account = Account(wallet: wallet, client: client)
    if collecting {
      await account.continuePayouts()
      await account.collectRefunds()
    }
    return account
  }

  static func sentence(_ item: Wallet.Recovered) -> String {
    let name = "\(item.pending.request.opcode.specificationName) (request \(item.pending.request.number))"
    if let error = item.error {
      let hint = Failure.hint(for: error, keepsEcash: item.pending.request.ecash != nil)
      return "turnpike: unfinished \(name): \(error)\(hint)"
    }
    return "turnpike: finished \(name) of an earlier command"
  }
}

/// Small text files: credentials and keys.
enum TextFile {
  static func read(_ path: String) throws -> String {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw TurnpikeError(.credential("cannot read \(path): " + (unsafe String(cString: strerror(errno)))))
    }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < 1 << 24 {
      let count = unsafe Glibc.read(file, &chunk, chunk.count)
      if count <= 0 { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// An amount of money, in the broker's unit.
struct Amount {
  var value: UInt64

  static func parse(_ text: String) throws -> Amount {
    guard let value = UInt64(text.filter { $0 != "_" }), value > 0, value <= WireLimits.moneyMax else {
      throw ValidationError("an amount is a whole number from 1 to \(NumberText.grouped(UInt64(WireLimits.moneyMax)))")
    }
    return Amount(value: value)
  }
}

/// A duration with a suffix.
struct Span: CustomStringConvertible {
  var milliseconds: UInt64

  var description: String { DurationText.encode(milliseconds) }

  static func parse(_ text: String) throws -> Span {
    guard let milliseconds = DurationText.decode(text) else {
      let hint = UInt64(text) == nil ? "" : ": \(text)s is seconds, \(text)m minutes, \(text)h hours"
      throw ValidationError("a duration has a suffix, as in 500ms, 90s, 10m, 2h, 1h30m, 7d\(hint)")
    }
    return Span(milliseconds: milliseconds)
  }
}
