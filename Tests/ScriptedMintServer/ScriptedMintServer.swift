import Cashu
import EventLoop
import Glibc
import ScriptedMint

/// The program: reads its options, prints one line, serves until SIGINT or SIGTERM.
@main struct ScriptedMintServer {
  static func main() {
    guard let options = ServerOptions(Array(CommandLine.arguments.dropFirst())) else {
      print(ServerOptions.usage)
      exit(64)
    }
    do throws(LoopError) {
      try serve(options)
    } catch {
      fail("\(error)")
    }
  }

  private static func serve(_ options: ServerOptions) throws(LoopError) {
    // Blinded against nobody: its secrets are known.
    guard let curve = Bytes32([UInt8](repeating: 1, count: Bytes32.byteCount)).flatMap({ Curve(seed: $0) }),
      let mint = ScriptedMint(
        seed: options.seed, units: options.units, terms: options.terms, now: now(), curve: curve),
      let keyset = mint.activeKeyset(options.units[0])
    else { fail("no mint of these options") }
    unblockSignals()
    let loop = try Loop()
    defer { loop.close() }
    // Its tokens name the port, which is known once it listens.
    guard let wallet = wallet(options, port: options.port, curve) else { fail("no wallet") }
    let server = try MintServer(mint, wallet: wallet, options: options, clock: now, on: loop)
    if let named = Self.wallet(options, port: server.port, curve) { server.wallet = named }
    let sources = try [SignalSource.Signal.interrupt, .terminate].map { signal throws(LoopError) in
      try SignalSource(signal, on: loop) { loop.stop() }
    }
    print("url=http://127.0.0.1:\(server.port) pid=\(getpid()) keyset=\(keyset.id.hex)")
    fflush(nil)
    loop.run()
    for source in sources { source.close() }
  }

  private static func wallet(_ options: ServerOptions, port: UInt16, _ curve: Curve) -> ScriptedWallet? {
    ScriptedWallet(
      seed: "tokens of \(options.seed)", url: "http://127.0.0.1:\(port)", unit: options.units[0], curve: curve)
  }

  /// Whoever started it may have blocked what is to end it: test processes do, and the block is handed on.
  private static func unblockSignals() {
    var signals = sigset_t()
    _ = unsafe sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] { _ = unsafe sigaddset(&signals, signal) }
    _ = unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  private static func now() -> UInt64 { UInt64(clamping: time(nil)) }

  private static func fail(_ why: String) -> Never {
    print("scripted-mint: \(why)")
    exit(1)
  }
}
