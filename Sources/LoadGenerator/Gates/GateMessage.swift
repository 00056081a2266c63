/// What holders send through gates, and the service behind them sends back: 16 bytes, the sender's place and when it was sent.
package struct GateMessage: Equatable {
  package static let byteCount = 16

  package var place: UInt64
  package var sentAt: UInt64

  package init(place: UInt64, sentAt: UInt64) { (self.place, self.sentAt) = (place, sentAt) }

  package var bytes: [UInt8] {
    [place, sentAt].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }
}

/// Finds messages in a stream of bytes. Keeps at most one that was cut.
package struct GateMessages {
  private var rest: [UInt8] = []

  /// None yet.
  package init() {}

  /// The messages that are whole with these bytes.
  package mutating func take(_ bytes: UnsafeRawBufferPointer) -> [GateMessage] {
    unsafe rest.append(contentsOf: bytes)
    let count = rest.count / GateMessage.byteCount
    let messages = (0..<count).map { index in
      GateMessage(place: word(index * 2), sentAt: word(index * 2 + 1))
    }
    rest.removeFirst(count * GateMessage.byteCount)
    return messages
  }

  private func word(_ index: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(rest[index * 8 + $1]) << UInt64($1 * 8) }
  }
}
