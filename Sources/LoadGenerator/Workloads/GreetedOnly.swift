import TurnpikeClient
import WireProtocol

/// Connections that say HELLO and then nothing.
struct GreetedOnly: Workload, ~Copyable {
  let name = "connect"
  let requestByteCountMax = 64

  func greeting(of connection: Int) -> [UInt8] { hello(session: Bytes16()) }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict {
    wholeFrames(bytes).first?.verdict ?? .unfinished
  }

  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int { 0 }

  mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int { 0 }

  func statusName(_ status: Int) -> String { turnpikeStatusName(status) }
}
