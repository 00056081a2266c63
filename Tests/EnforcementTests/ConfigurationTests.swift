import Enforcement
import EventLoop
import Glibc
import Testing
import TurnpikeAgent
import TurnpikeClient

@Suite final class ConfigurationTests {
  private let directory: String
  private static let resource: UInt64 = 4_503

  init() throws {
    var template = Array("\(P_tmpdir)/turnpike-config-XXXXXX".utf8CString)
    directory = unsafe template.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress, let name = unsafe mkdtemp(base) else { return "" }
      return unsafe String(cString: name)
    }
    try #require(!directory.isEmpty)
    let key = String(repeating: "0a", count: 32)
    try write("good.key", "turnpike-credential 1\nrole agent\nid \(Self.resource)\ngeneration 0\nkey \(key)\n")
    try write("other.key", "turnpike-credential 1\nrole agent\nid 7\ngeneration 0\nkey \(key)\n")
    try write("provider.key", "turnpike-credential 1\nrole provider\nid \(Self.resource)\ngeneration 0\nkey \(key)\n")
    try write("open.key", "", mode: 0o604)
    try write("long.key", String(repeating: "x", count: 10_000))
  }

  deinit {
    for name in ["good.key", "other.key", "provider.key", "open.key", "long.key", "agent.yaml"] {
      _ = unsafe unlink("\(directory)/\(name)")
    }
    _ = unsafe rmdir(directory)
  }

  private func write(_ name: String, _ text: String, mode: mode_t = 0o600) throws {
    let descriptor = unsafe open("\(directory)/\(name)", O_WRONLY | O_CREAT | O_TRUNC, mode)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    _ = fchmod(descriptor, mode)
    let bytes = Array(text.utf8)
    try #require(unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  private func parse(_ text: String) throws(ConfigurationError) -> AgentConfiguration {
    try AgentConfiguration.parse(text, file: "\(directory)/agent.yaml")
  }

  private static let good = """
    resources:
      - resource: 4503
        broker: broker.example
        key-file: good.key
        gate:
          upstream: 127.0.0.1:5432
    """

  @Test func whatIsNotSaidIsAsUsual() throws {
    let resource = try #require(try parse(Self.good).resources.first)
    #expect(resource.id == Self.resource && resource.broker == .tcp(host: "broker.example", port: 7474))
    #expect(resource.setup.number == 1 && resource.setup.provisions && resource.setup.leaseCapacity == 1024)
    #expect(resource.enforcer == .gate(GateOptions(upstream: .tcp(host: "127.0.0.1", port: 5432))))
  }

  @Test func everythingCanBeSaid() throws {
    let text = """
      resources:
        - {resource: 4503, broker: "unix:/run/broker", key-file: \(directory)/good.key, agent: 8, provisions: no,
           leases: 65534, gate: {upstream: "unix:/run/db", listen: "::", ports: 20000-20999, public-host: db.example,
           throttled-bytes-per-second: 0, connections-per-lease: 1, connections: 2}}
        - resource: 4503
          broker: "[::1]:1"
          key-file: good.key
          gate: {upstream: "redis.internal:6379", listen: 10.0.0.1, ports: 80}
      """
    let resources = try parse(text).resources
    try #require(resources.count == 2)
    #expect(resources[0].setup.number == 8 && !resources[0].setup.provisions)
    #expect(resources[0].setup.leaseCapacity == 65_534 && resources[0].broker == .unix(path: "/run/broker"))
    guard case .gate(let first) = resources[0].enforcer, case .gate(let second) = resources[1].enforcer else {
      return #expect(Bool(false), "gates")
    }
    #expect(first.upstream == .unix(path: "/run/db") && first.listenHost == "::" && first.ports == 20_000...20_999)
    #expect(first.publicHost == "db.example" && first.throttledBytesPerSecond == 0)
    #expect(first.connectionCountMaxPerLease == 1 && first.connectionCountMax == 2)
    #expect(second.listenHost == "10.0.0.1" && second.publicHost == "10.0.0.1" && second.ports == 80...80)
  }

  /// What is replaced in the good one, with what; the line that is told, and a part of the words.
  @Test(arguments: [
    ("resources:", "", 2, "wanted"), (good, "", 1, "nothing is in it"), (good, "resources: []", 1, "a list is wanted"),
    (good, "resources:\n  - x", 2, "keys and values are wanted"), (good, "- a", 1, "keys and values are wanted"),
    ("broker:", "brooker:", 3, "unknown key \"brooker\""), ("resource: 4503", "resource: 0", 2, "resource: a whole"),
    ("resource: 4503", "agent: 1", 2, "resource: is missing"), ("4503", "4504", 4, "is the key of resource 4503"),
    ("4503", "99999999999999999999", 2, "a whole number"), ("broker.example", "a b:c:d", 3, "broker: a host"),
    ("broker.example", "[]", 3, "broker: a text"), ("    broker: broker.example\n", "", 2, "broker: is missing"),
    ("good.key", "none.key", 4, "none.key: No such file"), ("good.key", "open.key", 4, "everybody"),
    ("good.key", "long.key", 4, "more than 4096"), ("good.key", "provider.key", 4, "is not what"),
    ("good.key", "other.key", 4, "is the key of resource 7"), ("good.key", ".", 4, "no regular file"),
    ("    gate:", "    agent: 9\n    gate:", 5, "agent: a whole number from 1 to 8"),
    ("    gate:", "    provisions: maybe\n    gate:", 5, "provisions: yes or no"),
    ("    gate:", "    leases: 65535\n    gate:", 5, "leases: a whole number"),
    ("    gate:\n      upstream: 127.0.0.1:5432", "    agent: 1", 2, "one of these is wanted"),
    ("upstream: 127.0.0.1:5432", "upstream: 5432", 6, "upstream: a host"),
    ("upstream: 127.0.0.1:5432", "listen: 127.0.0.1", 6, "upstream: is missing"),
    ("5432", "5432\n      listen: 0.0.0.0", 6, "public-host: is wanted"),
    ("5432", "5432\n      listen: localhost", 7, "listen: a numeric address"),
    ("5432", "5432\n      ports: 2-1", 7, "ports: FIRST-LAST"),
    ("5432", "5432\n      ports: 0-1", 7, "ports: FIRST-LAST"),
    ("5432", "5432\n      ports: 1-65536", 7, "ports: FIRST-LAST"),
    ("5432", "5432\n      ports: 1-2-3", 7, "ports: FIRST"),
    ("5432", "5432\n      public-host: a b", 7, "public-host:"),
    ("5432", "5432\n      connections: 0", 7, "connections:"),
    ("5432", "5432\n      upstream: x:1", 6, "twice: upstream"), ("5432", "5432\n     x: [", 7, ""),
    (
      "5432", "5432\n  - resource: 4503\n    broker: b\n    key-file: good.key\n    gate: {upstream: \"x:1\"}", 7,
      "twice"
    ),
  ])
  func whatIsWrongIsToldWithItsLine(old: String, new: String, line: Int, words: String) throws {
    let text = Self.good.replacing(old, with: new)
    #expect(text != Self.good)
    do throws(ConfigurationError) {
      _ = try parse(text)
      Issue.record("nothing is wrong with \(text)")
    } catch {
      #expect("\(error)".hasPrefix("\(directory)/agent.yaml:\(line): "), "\(error)")
      #expect("\(error)".contains(words), "\(error)")
    }
  }

  @Test func aFileIsRead() throws {
    try write("agent.yaml", Self.good)
    #expect(try AgentConfiguration.load("\(directory)/agent.yaml").resources.count == 1)
    #expect(throws: ConfigurationError.self) { try AgentConfiguration.load("\(directory)/none.yaml") }
    #expect(throws: ConfigurationError.self) { try AgentConfiguration.load(directory) }
  }
}
