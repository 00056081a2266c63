internal import Broker
internal import EventLoop
internal import Glibc
internal import Journal
internal import Logging
internal import Sessions
internal import Payments
public import TurnpikeCrypto
public import WireProtocol

/// A whole broker on a thread of its own, in a directory of its own, and blocking sockets to it.
@safe public final class SocketTransport: TestTransport {
  /// Nothing that a test waits for takes longer.
  static let receiveSeconds = 10

  private let directory: String
  private let isUnix: Bool
  private let log: LogCapture?
  private let change: @Sendable (inout BrokerChange) -> Void
  private let key: MasterKeyFile
  private var thread: LoopThread?
  private var stopper = Wakeup<Bool>(capacity: 4)
  /// Where it listens; "error" and why, when a broker that may fail did not start.
  public private(set) var address = ""
  /// The journal of a broker that has one.
  public let journalPath: String?

  /// Starts a broker and waits until it listens.
  public init(
    isUnix: Bool, hasJournal: Bool = true, mayFail: Bool = false, log: LogCapture? = nil,
    change: @escaping @Sendable (inout BrokerChange) -> Void = { _ in }
  ) throws {
    directory = try Self.makeDirectory()
    self.isUnix = isUnix
    self.log = log
    self.change = change
    key = try MasterKeyFile.loadOrCreate(path: directory + "/master.key")
    journalPath = hasJournal ? directory + "/journal" : nil
    if let journalPath { _ = unsafe mkdir(journalPath, 0o700) }
    try start(mayFail: mayFail)
  }

  /// Stops the broker in order and starts another one on what it kept.
  public func restart() throws {
    stop()
    try waitForLock()
    try start(mayFail: false)
  }

  /// The lock goes when the kernel has closed the directory's last descriptor, which on a busy machine may be after the thread's end.
  private func waitForLock() throws {
    guard let journalPath else { return }
    let descriptor = unsafe Glibc.open(journalPath, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer { _ = Glibc.close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw HarnessError(call: "flock", number: errno) }
    }
  }

  /// Removes the key file: the next start makes another.
  public func forgetKey() throws {
    _ = unsafe unlink(directory + "/master.key")
    _ = try MasterKeyFile.loadOrCreate(path: directory + "/master.key")
  }

  private func start(mayFail: Bool) throws {
    var pipe: [Int32] = [0, 0]
    guard unsafe Glibc.pipe(&pipe) == 0 else { throw HarnessError(call: "pipe", number: errno) }
    let (reading, writing) = (pipe[0], pipe[1])
    stopper = Wakeup<Bool>(capacity: 4)
    thread = try Self.start(
      keyPath: directory + "/master.key", journalPath: journalPath, socketPath: isUnix ? directory + "/socket" : nil,
      log: log, change: change, stopper: stopper, report: writing)
    address = Self.readLine(from: reading)
    _ = Glibc.close(reading)
    guard mayFail || !(address.isEmpty || address.hasPrefix("error")) else {
      throw HarnessError(call: "broker: \(address)", number: 0)
    }
  }

  deinit {
    stop()
    HarnessFile.removeDirectory(directory)
  }

  /// A credential of the broker's key file.
  public func credential(of role: Role, id: UInt64, generation: UInt32) -> RoleCredential {
    key.keys.credential(RoleIdentity(role: role, id: id, generation: generation))
  }

  /// A key of the broker's key file.
  public func roleKey(of role: Role, id: UInt64) -> [UInt8] {
    key.keys.roleKey(RoleIdentity(role: role, id: id, generation: 0)).withBytes { bytes in
      (0..<bytes.byteCount).map { bytes.uint8(at: $0) }
    }
  }

  /// Shuts the broker down in order, without waiting.
  public func beginShutDown() { _ = stopper.send(false) }

  /// Shuts it down and waits until it has gone.
  public func stop() {
    guard let thread = thread.take() else { return }
    _ = stopper.send(true)
    thread.join()
  }

  // MARK: The broker's thread

  private static func start(
    keyPath: String, journalPath: String?, socketPath: String?, log: LogCapture?,
    change: @escaping @Sendable (inout BrokerChange) -> Void, stopper: Wakeup<Bool>, report: Int32
  ) throws -> LoopThread {
    try LoopThread {
      run(
        keyPath: keyPath, journalPath: journalPath, socketPath: socketPath, log: log, change: change, stopper: stopper,
        report: report)
    }
  }

  private static func run(
    keyPath: String, journalPath: String?, socketPath: String?, log: LogCapture?,
    change: (inout BrokerChange) -> Void, stopper: Wakeup<Bool>, report: Int32
  ) {
    defer { _ = Glibc.close(report) }
    do {
      let loop = try Loop()
      defer { loop.close() }
      var options = BrokerOptions()
      options.endpoints = [socketPath.map { .unix(path: $0) } ?? .tcp(host: "127.0.0.1", port: 0)]
      options.journal = journalPath.map { JournalPlace(path: $0) }
      options.journal?.segmentByteCount = 1 << 20
      options.unit = Name32("msat") ?? Name32()
      options.limits.lingerMilliseconds = 100
      options.capacity.leaseCountMax = 1 << 14
      options.capacity.receiptCountMax = 1 << 16
      options.capacity.noteCountMax = 1 << 20
      var changed = BrokerChange(options: options)
      change(&changed)
      var logger = log?.logger ?? Logger(label: "test")
      if log == nil { logger.logLevel = .critical }
      let broker = try Broker(
        changed.options, key: try MasterKeyFile.load(path: keyPath), logger: logger, on: loop)
      broker.onStopped = {
        stopper.close()
        loop.stop()
      }
      try stopper.attach(to: loop) { _ in broker.shutDown() }
      writeLine(broker.endpoints.first?.description ?? "error", to: report)
      loop.run()
    } catch {
      writeLine("error \(error)", to: report)
    }
  }

  private static func writeLine(_ text: String, to descriptor: Int32) {
    let bytes = Array((text + "\n").utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
  }

  private static func readLine(from descriptor: Int32) -> String {
    var text: [UInt8] = []
    var byte: UInt8 = 0
    while unsafe read(descriptor, &byte, 1) == 1, byte != UInt8(ascii: "\n") { text.append(byte) }
    return String(decoding: text, as: UTF8.self)
  }

  private static func makeDirectory() throws -> String {
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? P_tmpdir
    var template = Array((parent + "/turnpike-broker-XXXXXX").utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer -> String? in
      guard let base = buffer.baseAddress, let name = unsafe mkdtemp(base) else { return nil }
      return unsafe String(cString: name)
    }
    guard let made else { throw HarnessError(call: "mkdtemp", number: errno) }
    return made
  }

  // MARK: Connections

  /// A new connection.
  public func connect() throws -> any TestConnection { try SocketConnection(address) }
}

/// What a test may change of the broker's options.
public struct BrokerChange {
  var options: BrokerOptions
  /// Makes it listen at one more address.
  public mutating func listenAlso(at address: String) {
    if let endpoint = Endpoint(address) { options.endpoints.append(endpoint) }
  }

  /// Makes it write a snapshot after each segment of the journal, and drop what is covered.
  public mutating func followEverySegment() {
    options.journal?.tailMilliseconds = 0
    options.journal?.dropsCovered = true
  }

  /// Makes it slow requests down whenever a segment comes to be full while a snapshot is written.
  public mutating func slowDownAtOnce() { options.journal?.lagMilliseconds = 0 }

  /// Makes it use the journal in this directory.
  public mutating func useJournal(at path: String) { options.journal?.path = path }

  /// Limits of its sessions.
  public var connectionCountMax: Int {
    get { options.limits.connectionCountMax }
    set { options.limits.connectionCountMax = newValue }
  }
}

/// A blocking socket.
@safe public final class SocketConnection: TestConnection {
  private var descriptor: Int32

  /// Connects to `host:port` or `unix:path`.
  init(_ address: String) throws {
    if address.hasPrefix("unix:") {
      descriptor = try Self.connectUnix(String(address.dropFirst(5)))
    } else {
      descriptor = try Self.connectTCP(UInt16(address.split(separator: ":").last ?? "") ?? 0)
    }
    var time = timeval(tv_sec: SocketTransport.receiveSeconds, tv_usec: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close() }

  private static func connectTCP(_ port: UInt16) throws -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw HarnessError(call: "connect", number: errno) }
    return descriptor
  }

  private static func connectUnix(_ path: String) throws -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
      unsafe buffer.copyBytes(from: Array(path.utf8).prefix(buffer.count - 1))
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    let status = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw HarnessError(call: "connect", number: errno) }
    return descriptor
  }

  /// Sends bytes, all of them.
  public func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw HarnessError(call: "send", number: errno) }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits for bytes; empty at the end of the stream or after `SocketTransport.receiveSeconds`.
  public func receive() throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64 * 1024)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
    guard count > 0 else { return [] }
    bytes.removeSubrange(count...)
    return bytes
  }

  /// Closes it at once.
  public func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }
}
