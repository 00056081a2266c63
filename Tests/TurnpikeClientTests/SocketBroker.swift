import EventLoop
import Glibc
import Testing
import TurnpikeClient
import WireProtocol

/// A broker's end of a unix socket, in a folder of its own: takes whole requests, of one connection at a time, and sends what a test
/// answers to each.
final class SocketBroker: Sendable {
  /// Of a request's frame its answer; nil: the connection ends.
  typealias Answer =
    @Sendable (_ frame: [UInt8], _ layout: FrameLayout, _ opcode: Opcode, _ broker: inout ScriptedBroker) -> [UInt8]?

  let folder: String
  private let listener: Int32
  /// Ends when the thread does.
  private let life: (stream: AsyncStream<Never>, continuation: AsyncStream<Never>.Continuation)

  init() throws {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    folder = "\(base)/turnpike-broker-\(UInt64.random(in: 0 ... .max))"
    #expect(unsafe mkdir(folder, 0o700) == 0)
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    life = AsyncStream.makeStream(of: Never.self)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = Array((folder + "/socket").utf8)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in unsafe bytes.copyBytes(from: path) }
    let isBound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    #expect(isBound == 0 && listen(listener, 8) == 0)
  }

  /// Begins to answer, on a thread of its own.
  func start(_ answer: @escaping Answer) throws {
    _ = try LoopThread { [self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { break }
        var broker = ScriptedBroker()
        while let frame = Self.frame(of: connection) {
          let layout = unsafe FrameLayout(request: frame.span.bytes)
          guard layout.status == .ok, let opcode = Opcode(rawValue: layout.header.opcode),
            let bytes = answer(frame, layout, opcode, &broker),
            unsafe write(connection, bytes, bytes.count) == bytes.count
          else { break }
        }
        close(connection)
      }
      life.continuation.finish()
    }
  }

  /// What was finished by connecting a wallet.
  @discardableResult
  func connect(_ wallet: Wallet) async throws -> [Wallet.Recovered] {
    try await wallet.connect(to: .unix(path: folder + "/socket")).recovered
  }

  /// A wallet of a file's text.
  func wallet(_ text: some Collection<UInt8>, named name: String = "wallet") throws -> Wallet {
    let path = "\(folder)/\(name)"
    let file = unsafe open(path, O_WRONLY | O_CREAT, 0o600)
    let text = Array(text)
    #expect(unsafe write(file, text, text.count) == text.count)
    close(file)
    return try Wallet(path: path, creating: false)
  }

  /// The text of a wallet's file.
  func text(of name: String = "wallet") -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let file = unsafe open("\(folder)/\(name)", O_RDONLY)
    let count = unsafe read(file, &bytes, bytes.count)
    close(file)
    return Array(bytes.prefix(max(0, count)))
  }

  /// Ends the thread, once nobody is connected, and takes the folder away.
  func end() async {
    _ = shutdown(listener, Int32(SHUT_RDWR))
    for await _ in life.stream {}
    close(listener)
    for name in ["wallet", "wallet.lock", "crashed", "crashed.lock", "socket"] {
      _ = unsafe unlink("\(folder)/\(name)")
    }
    #expect(unsafe rmdir(folder) == 0)
  }

  private static func frame(of connection: Int32) -> [UInt8]? {
    guard let head = bytes(4, of: connection) else { return nil }
    let byteCount = Int(unsafe head.span.bytes.uint32(at: 0))
    guard byteCount >= FrameHeader.byteCount, let rest = bytes(byteCount - 4, of: connection) else { return nil }
    return head + rest
  }

  private static func bytes(_ count: Int, of connection: Int32) -> [UInt8]? {
    var all: [UInt8] = []
    while all.count < count {
      var part = [UInt8](repeating: 0, count: count - all.count)
      let got = unsafe read(connection, &part, part.count)
      guard got > 0 else { return nil }
      all += part.prefix(got)
    }
    return all
  }
}
