/// What holders send through gates, and the service behind them sends back: 16 bytes, the sender's place and when it was sent.
struct GateMessage: Equatable {
  static let byteCount = 16

  var place: UInt64
  var sentAt: UInt64

  var bytes: [UInt8] {
    [place, sentAt].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
  }
}

/// Finds messages in a stream of bytes. Keeps at most one that was cut.
struct GateMessages {
  private var rest: [UInt8] = []

  /// The messages that are whole with these bytes.
  mutating func take(_ bytes: UnsafeRawBufferPointer) -> [GateMessage] {
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
