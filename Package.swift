// swift-tools-version: 6.2

import PackageDescription

/// Settings of every Swift target: strict about memory, imports and existentials; a warning is an error.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

/// What each library depends on, and everything that those depend on.
nonisolated(unsafe) var behind: [String: [String]] = [:]

/// Dependencies with those behind them. The optimizer looks through them into the layout of types two modules away, but SwiftPM builds
/// a module again only when one that it declares has changed: without this an incremental build can mix two layouts of a type.
func whole(_ dependencies: [Target.Dependency]) -> [Target.Dependency] {
  var names: [String] = []
  for case .byNameItem(let name, _) in dependencies { names += [name] + behind[name, default: []] }
  var seen: Set<String> = []
  let products = dependencies.filter { if case .byNameItem = $0 { false } else { true } }
  return names.filter { seen.insert($0).inserted }.map { .byName(name: $0) } + products
}

/// A library target of our own. `dependencies` is the whole list of what it may import.
func library(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  let all = whole(dependencies)
  behind[name] = all.compactMap { if case .byNameItem(let name, _) = $0 { name } else { nil } }
  return .target(name: name, dependencies: all, path: path, swiftSettings: strict)
}

/// An executable: argument parsing and wiring only.
func executable(
  _ name: String, _ dependencies: [Target.Dependency], path: String? = nil, data: [String] = []
) -> Target {
  .executableTarget(name: name, dependencies: whole(dependencies), path: path, exclude: data, swiftSettings: strict)
}

/// - Parameter data: Files in its folder that tests read from there.
func tests(_ name: String, _ dependencies: [Target.Dependency], data: [String] = []) -> Target {
  .testTarget(name: name, dependencies: whole(dependencies), exclude: data, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let histogram = Target.Dependency.product(name: "Histogram", package: "hdrhistogram-swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
  name: "turnpike",
  products: [
    .library(name: "TurnpikeClient", targets: ["TurnpikeClient"]),
    .library(name: "TurnpikeAgent", targets: ["TurnpikeAgent"]),
    .executable(name: "turnpiked", targets: ["turnpiked"]),
    .executable(name: "turnpike", targets: ["turnpike"]),
    .executable(name: "turnpike-agent", targets: ["turnpike-agent"]),
    .executable(name: "turnpike-load", targets: ["turnpike-load"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
    .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CSecp256k1", pkgConfig: "libsecp256k1", providers: [.apt(["libsecp256k1-dev"])]),
    .systemLibrary(name: "CQRCode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CCrypto", dependencies: ["CLibcrypto"]),
    .systemLibrary(name: "CPrefetch"),

    // For devices, and to be dropped into any build: C alone, with nothing of ours but the protocol's header.
    .target(
      name: "CTurnpikeAgent", exclude: ["README.md"], cSettings: [.define("TURNPIKE_AGENT_TELLS_MOVES", to: "1")]),

    library("WireProtocol", []),
    // Not "Crypto": TurnpikeClient is to be usable beside swift-crypto, whose module has that name.
    library("TurnpikeCrypto", ["WireProtocol", "CCrypto"]),
    library("Cashu", ["CSecp256k1", "CCrypto"]),
    library("BrokerCore", ["WireProtocol", "CPrefetch", "TurnpikeCrypto"]),
    library("Payments", ["WireProtocol", "TurnpikeCrypto", "CCrypto", "Cashu"]),
    library("Journal", ["CXXHash"]),
    library("Replay", ["WireProtocol", "BrokerCore", "Journal"]),
    library("Inspection", ["WireProtocol", "Journal", "Replay"]),
    library(
      "Sessions",
      ["WireProtocol", "CPrefetch", "BrokerCore", "Payments", "Cashu", "TurnpikeCrypto", "Journal", "CXXHash"]),
    library("Audit", ["WireProtocol", "TurnpikeCrypto"]),
    library("EventLoop", ["CLibuv"]),
    library("MintClient", ["CCurl", "Cashu", "EventLoop"]),
    library(
      "Broker",
      [
        "Sessions", "Replay", "BrokerCore", "Payments", "Cashu", "MintClient", "TurnpikeCrypto", "Journal",
        "WireProtocol", "EventLoop", logging,
      ]),
    library("TurnpikeClient", ["WireProtocol", "EventLoop", "TurnpikeCrypto", "CCrypto", "Cashu"]),
    library(
      "TurnpikeAgent", ["CTurnpikeAgent", "CCrypto", "WireProtocol", "TurnpikeCrypto", "EventLoop", "TurnpikeClient"]),
    library("Enforcement", ["TurnpikeAgent", "TurnpikeClient", "WireProtocol", "EventLoop", logging, yams]),

    executable(
      "turnpiked",
      [
        "Broker", "Sessions", "Audit", "Inspection", "Journal", "Replay", "Payments", "Cashu", "TurnpikeCrypto",
        "WireProtocol", "EventLoop", argumentParser, logging,
      ]),
    executable("turnpike", ["TurnpikeClient", "MintClient", "Cashu", "CQRCode", argumentParser]),
    executable(
      "turnpike-agent",
      ["Enforcement", "TurnpikeAgent", "TurnpikeClient", "WireProtocol", "EventLoop", argumentParser, logging]),
    library(
      "LoadGenerator",
      [
        "TurnpikeClient", "TurnpikeCrypto", "WireProtocol", "EventLoop", histogram,
      ]),
    executable("turnpike-load", ["LoadGenerator", "TurnpikeClient", "EventLoop", histogram, argumentParser]),
    executable("paid-api", ["TurnpikeClient", argumentParser], path: "Examples/paid-api"),

    tests("WireProtocolTests", ["WireProtocol"]),
    tests("BrokerCoreTests", ["BrokerCore", "WireProtocol", "Audit", "TurnpikeCrypto"], data: ["Golden"]),
    tests("PaymentsTests", ["Payments", "Cashu", "ScriptedMint", "TurnpikeCrypto", "WireProtocol", "CCrypto"]),
    tests("CashuTests", ["Cashu", "ScriptedMint"], data: ["Vectors"]),
    // A disk in memory that fails, tears, loses and lies.
    library("SimulatedDisk", ["Journal"], path: "Tests/SimulatedDisk"),
    tests("JournalTests", ["Journal", "CXXHash", "SimulatedDisk"], data: ["Golden"]),
    tests("ReplayTests", ["Replay", "BrokerCore", "Journal", "WireProtocol", "SimulatedDisk"]),
    tests("InspectionTests", ["Inspection", "Journal", "WireProtocol"]),
    tests("EventLoopTests", ["EventLoop"]),
    tests("MintClientTests", ["MintClient", "Cashu", "CCurl", "EventLoop"]),
    // A mint of Cashu that does what a test says, in memory; and the same over HTTP.
    library("ScriptedMint", ["Cashu"], path: "Tests/ScriptedMint"),
    executable("scripted-mint", ["ScriptedMint", "Cashu", "EventLoop"], path: "Tests/ScriptedMintServer"),
    tests("ScriptedMintTests", ["ScriptedMint", "Cashu", "MintClient", "EventLoop", "scripted-mint"]),
    // How fast tokens of ecash are judged: scripts/bench-cashu.
    executable(
      "ecash-speed", ["ScriptedMint", "Payments", "Cashu", "TurnpikeCrypto", "WireProtocol"], path: "Tests/EcashSpeed"),
    // A broker to test, in memory or over sockets, and a client that does nothing by itself.
    library(
      "Harness",
      [
        "Broker", "Sessions", "BrokerCore", "Payments", "TurnpikeCrypto", "Journal", "WireProtocol", "EventLoop",
        logging,
      ], path: "Tests/Harness"),
    tests(
      "SessionsTests",
      [
        "Sessions", "BrokerCore", "Payments", "Cashu", "ScriptedMint", "TurnpikeCrypto", "Journal", "WireProtocol",
        "Harness",
      ]),
    tests("BrokerTests", ["TurnpikeCrypto", "WireProtocol", "Harness"]),
    tests(
      "TurnpikeAgentTests",
      ["TurnpikeAgent", "TurnpikeClient", "TurnpikeCrypto", "WireProtocol", "EventLoop", "Harness"]),
    tests("EnforcementTests", ["Enforcement", "TurnpikeAgent", "TurnpikeClient", "EventLoop", "WireProtocol"]),
    tests(
      "TurnpikeClientTests",
      ["TurnpikeClient", "TurnpikeCrypto", "Cashu", "ScriptedMint", "EventLoop", "Broker", "WireProtocol"]),
    // The broker's parts in a world without a clock, a network, a disk or chance of its own.
    executable(
      "Simulation",
      [
        "SimulatedDisk", "ScriptedMint", "Sessions", "Replay", "BrokerCore", "Payments", "Cashu", "TurnpikeCrypto",
        "Journal", "WireProtocol", "Audit",
      ], path: "Tests/Simulation"),
    // The engine from memory, the same instructions at every run: what scripts/cost counts.
    executable(
      "DataPath", ["Harness", "Sessions", "BrokerCore", "Payments", "TurnpikeCrypto", "Journal", "WireProtocol"],
      path: "Tests/DataPath", data: ["thresholds.toml", "hot-functions.txt", "planted.c"]),
    tests("LoadGeneratorTests", ["LoadGenerator", "EventLoop", histogram]),
    tests("TidyTests", []),
  ]
)
