internal import EventLoop
internal import Glibc
internal import TurnpikeAgent

/// A guardian process: it has the deadline and does what is to be done, so that this also happens when this process is stopped or killed.
/// Here are its socket and its end.
///
///     runs -- close, or a word that is none --> ends -- its process is gone --> over
///       +------------------ its process is gone --------------------------------+
///
/// `onEnd` comes once, at the end. Until then it holds itself. A guardian that reads nothing (it was stopped) is killed when
/// `orderCountMax` orders wait for it, and its command dies with it.
final class Guardian {
  /// The options of a guardian, and the command or script that it is for.
  struct Setup {
    /// `exec`, `hook` or `stop`.
    var mode: String
    /// `NAME=TEXT`.
    var options: [String]
    var command: [String]
    var environment: [String]

    func arguments(_ program: String) -> [String] { [program, mode] + options + ["--"] + command }
  }

  var onReport: (GuardianReport) -> Void = { _ in }
  /// Whether it said before that nothing is left.
  var onEnd: (_ isClean: Bool) -> Void = { _ in }

  private let orderCountMax: Int
  private var child: ChildProcess?
  private var sequence: UInt64 = 0
  private var waiting: [UInt8] = []
  private var received: [UInt8] = []
  private var isClean = false

  /// Where its program is: beside this one.
  static let program: String = {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count - 1)
    let own = String(decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (own.lastIndex(of: "/").map { String(own[...$0]) } ?? "") + "turnpike-guardian"
  }()

  /// It is not where it has to be.
  struct Missing: Error, CustomStringConvertible {
    var description: String { "\(Guardian.program) cannot be run: it belongs beside turnpike-agent" }
  }

  /// Whether one could be started.
  static func check() throws(Missing) {
    if unsafe access(program, X_OK) != 0 { throw Missing() }
  }

  /// Starts one.
  init(_ setup: Setup, orderCountMax: Int, on loop: Loop) throws(LoopError) {
    self.orderCountMax = orderCountMax
    let handler = StreamHandler(
      onData: { [weak self] _, bytes in unsafe self?.received(bytes) },
      onEvent: { [weak self] stream, event in
        switch event {
        case .writable: self?.write()
        case .closed: break
        // Its process is over, too, or will be; that is what counts.
        default: stream.close()
        }
      })
    child = try ChildProcess.start(
      setup.arguments(Self.program), environment: setup.environment, control: handler, on: loop
    ) { _ in self.processEnded() }
  }

  func order(_ order: GuardianOrder) {
    guard let child else { return }
    sequence += 1
    waiting += order.bytes(sequence: sequence)
    write()
    if waiting.count > orderCountMax * GuardianOrder.byteCount { child.kill() }
  }

  /// It ends what it guards, and then itself.
  func close() { child?.control?.close() }

  private func write() {
    guard let control = child?.control, !waiting.isEmpty else { return }
    let count = unsafe waiting.withUnsafeBytes { unsafe control.write($0) }
    waiting.removeFirst(count)
  }

  private func received(_ bytes: UnsafeRawBufferPointer) {
    unsafe received.append(contentsOf: bytes)
    var rest = received[...]
    while rest.count >= GuardianReport.byteCount {
      guard let report = GuardianReport(rest.prefix(GuardianReport.byteCount)) else {
        received = []
        return close()
      }
      rest = rest.dropFirst(GuardianReport.byteCount)
      if report.kind == .ended && report.lease == 0 { isClean = true }
      onReport(report)
    }
    received = Array(rest)
  }

  private func processEnded() {
    child?.control?.close()
    child = nil
    let onEnd = onEnd
    self.onEnd = { _ in }
    onReport = { _ in }
    onEnd(isClean)
  }
}
