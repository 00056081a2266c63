import EventLoop
import Testing

extension EventLoopTests {
  /// Programs that are started: how they end, what they are given, the socket.
  @Suite struct ChildProcessTests {
    /// Runs a shell's script; what came over the socket until its end, and how it ended.
    private func run(_ script: String, sends: String? = nil) throws -> (text: String, ending: ChildProcess.Ending?) {
      let loop = try Loop()
      defer { loop.close() }
      var text = ""
      var ending: ChildProcess.Ending?
      let handler = StreamHandler(
        onData: { _, bytes in text += unsafe String(decoding: bytes, as: UTF8.self) },
        onEvent: { stream, event in if event != .closed { stream.close() } })
      let child = try ChildProcess.start(
        ["/bin/sh", "-c", script], environment: ["GREETING=hello"], control: handler, on: loop
      ) { ending = $0 }
      #expect(child.id != nil)
      if let sends {
        let bytes = Array(sends.utf8)
        #expect(unsafe bytes.withUnsafeBytes { unsafe child.control?.write($0) } == bytes.count)
      }
      loop.run()
      #expect(child.id == nil)
      return (text, ending)
    }

    @Test func `the socket is descriptor 3, the environment is what was given`() throws {
      let (text, ending) = try run("read line <&3; echo \"$GREETING $line ${PATH-}${HOME-}\" >&3", sends: "you\n")
      // A shell has a PATH of its own when it was given none.
      #expect(text.hasPrefix("hello you ") && !text.contains("$"))
      #expect(ending == .exited(0))
    }

    @Test func `its end is told`() throws {
      #expect(try run("exit 7").ending == .exited(7))
      #expect(try run("kill -TERM $$").ending == .killed(15))
    }

    @Test func `it is killed`() throws {
      let loop = try Loop()
      defer { loop.close() }
      var ending: ChildProcess.Ending?
      let child = try ChildProcess.start(["/bin/sleep", "60"], environment: [], control: nil, on: loop) { ending = $0 }
      #expect(child.control == nil)
      child.kill()
      loop.run()
      #expect(ending == .killed(9))
      child.kill()
    }

    @Test func `what cannot be started is an error`() throws {
      let loop = try Loop()
      defer { loop.close() }
      let handler = StreamHandler(onData: { _, _ in }, onEvent: { _, _ in })
      for control in [nil, handler] {
        for arguments in [["/nowhere/at/all"], [], ["/bin/true", "a\0b"], Array(repeating: "x", count: 2000)] {
          #expect(throws: LoopError.self) {
            try ChildProcess.start(arguments, environment: [], control: control, on: loop) { _ in }
          }
        }
      }
      loop.run()
    }

    @Test func `closing the loop leaves it running, and its socket ends`() throws {
      let loop = try Loop()
      var isTold = false
      let handler = StreamHandler(onData: { _, _ in }, onEvent: { _, _ in })
      // It ends by the end of its socket.
      _ = try ChildProcess.start(["/bin/sh", "-c", "read line <&3"], environment: [], control: handler, on: loop) { _ in
        isTold = true
      }
      loop.close()
      #expect(!isTold)
    }
  }
}
