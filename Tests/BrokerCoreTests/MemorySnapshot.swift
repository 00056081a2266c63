import BrokerCore

/// A snapshot in memory: what was written can be read once.
struct MemorySnapshot: SnapshotSink, SnapshotSource {
  var bytes: [UInt8] = []
  private(set) var offset = 0

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    unsafe self.bytes.append(contentsOf: bytes)
  }

  mutating func read(into bytes: UnsafeMutableRawBufferPointer) -> Bool {
    guard bytes.count <= self.bytes.count - offset else { return false }
    let range = offset..<offset + bytes.count
    unsafe self.bytes[range].withUnsafeBytes { unsafe bytes.copyMemory(from: $0) }
    offset = range.upperBound
    return true
  }

  init(_ machine: borrowing StateMachine) { machine.writeSnapshot(to: &self) }

  init(bytes: [UInt8]) { self.bytes = bytes }
}
