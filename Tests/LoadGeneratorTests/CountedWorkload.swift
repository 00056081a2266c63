import LoadGenerator

/// The bare server's frames, so many of them.
struct CountedWorkload: Workload, ~Copyable {
  var bare: BareWorkload
  var left: Int

  var name: String { bare.name }
  var requestByteCountMax: Int { bare.requestByteCountMax }

  func greeting(of connection: Int) -> [UInt8] { [] }

  mutating func takeGreeting(_ bytes: [UInt8], of connection: Int) -> GreetingVerdict { .accepted }

  mutating func writeRequest(of connection: Int, to bytes: UnsafeMutableRawPointer) -> Int {
    guard left > 0 else { return 0 }
    left -= 1
    return unsafe bare.writeRequest(of: connection, to: bytes)
  }

  mutating func takeReplies(in bytes: UnsafeRawBufferPointer, of connection: Int, into meter: Meter) -> Int {
    unsafe bare.takeReplies(in: bytes, of: connection, into: meter)
  }

  func statusName(_ status: Int) -> String { bare.statusName(status) }
}
