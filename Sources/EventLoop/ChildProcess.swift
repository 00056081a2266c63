internal import CLibuv

/// A program that this process started and waits for, and the socket that joins both: descriptor 3 of the child, a `Stream` here. Of other
/// descriptors it has stderr, and /dev/null in place of stdin and stdout.
///
/// **States.** It runs from `start` on, until `ended` is called, once. Letting go of it or closing it does not end it: ending the stream
/// tells it to, `kill()` makes it. Keeps `run()` going while it runs.
@safe public final class ChildProcess: HandleOwner {
  /// How it ended.
  public enum Ending: Equatable, Sendable {
    /// By itself, with this status.
    case exited(Int32)
    /// By this signal.
    case killed(Int32)
  }

  private let loop: Loop
  private let memory = unsafe HandleMemory<uv_process_t>()
  private var ended: (Ending) -> Void
  private var isRunning = false
  /// Its socket; nil when it was started without one. Whoever started it closes it.
  public private(set) var control: Stream?

  private init(on loop: Loop, ended: @escaping (Ending) -> Void) {
    self.loop = loop
    self.ended = ended
  }

  /// Starts the program that the first argument names (a path), with these variables (`NAME=TEXT`) and no others.
  ///
  /// - Parameters:
  ///   - control: What is to hear of the socket; nil: there is none.
  ///   - ended: Called from the loop, once, never from within this call.
  public static func start(
    _ arguments: [String], environment: [String], control: StreamHandler?, on loop: Loop,
    ended: @escaping (Ending) -> Void
  ) throws(LoopError) -> ChildProcess {
    var texts: [UInt8] = []
    for text in arguments + environment {
      if text.utf8.contains(0) { throw LoopError.invalidArgument }
      texts += Array(text.utf8) + [0]
    }
    guard !arguments.isEmpty, arguments.count + environment.count <= EventLoopLimits.childTextCountMax,
      texts.count <= EventLoopLimits.childTextByteCountMax
    else { throw LoopError.invalidArgument }
    let child = ChildProcess(on: loop, ended: ended)
    let start = { (socket: UnsafeMutablePointer<turnpike_socket>?) -> Int32 in
      unsafe child.spawn(&texts, arguments.count, environment.count, socket)
    }
    do throws(LoopError) {
      if let control {
        child.control = unsafe try Stream.paired(on: loop, handler: control) { unsafe start($0) }
      } else {
        try LoopError.check(start(nil))
      }
    } catch {
      // libuv wants the handle of a failed start closed, too.
      child.close()
      throw error
    }
    child.isRunning = true
    child.control?.startReading()
    return child
  }

  private func spawn(
    _ texts: inout [UInt8], _ argumentCount: Int, _ variableCount: Int,
    _ control: UnsafeMutablePointer<turnpike_socket>?
  ) -> Int32 {
    let status = unsafe texts.withUnsafeMutableBytes { bytes in
      unsafe turnpike_spawn(
        loop.raw, memory.pointer, control, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), argumentCount,
        variableCount
      ) { process, status, signal in
        unsafe owner(process?.pointee.data, as: ChildProcess.self)?.end(
          signal != 0 ? .killed(signal) : .exited(Int32(truncatingIfNeeded: status)))
      }
    }
    unsafe memory.adopt(by: self)
    return status
  }

  /// Its number, for as long as `ended` was not called.
  public var id: Int32? { isRunning ? unsafe memory.pointer.pointee.pid : nil }

  /// Ends it at once (SIGKILL); `ended` follows.
  public func kill() {
    if isRunning { _ = unsafe uv_process_kill(memory.pointer, Int32(SIGKILL)) }
  }

  /// Hears nothing of it any more. It goes on.
  public func close() {
    isRunning = false
    ended = { _ in }
    unsafe memory.close()
  }

  private func end(_ ending: Ending) {
    guard isRunning else { return }
    loop.openTurn()
    let ended = ended
    close()
    ended(ending)
  }
}
