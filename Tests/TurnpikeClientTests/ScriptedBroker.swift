import Testing
import TurnpikeClient
import TurnpikeCrypto
import WireProtocol

/// The other end of a `ClientSession`: takes its bytes apart and answers as the test says. No sockets, no time.
struct ScriptedBroker: ~Copyable {
  struct Frame {
    var header: FrameHeader
    var body: [UInt8]
    var tokenCount: Int

    func part<Part: WireLayout>(_ type: Part.Type) -> Part? { unsafe Part(body.span.bytes, at: 0) }
  }

  var authenticator: ConnectionAuthenticator?
  /// What the session sent last, as it came.
  private(set) var received: [UInt8] = []
  static let nonce = Bytes16(low: 7, high: 8)

  /// Every request that the session wants to send now.
  mutating func requests(of session: inout ClientSession) -> [Frame] {
    var bytes: [UInt8] = []
    session.sendOutput { span in
      for offset in 0..<span.byteCount { bytes.append(span.uint8(at: offset)) }
      return span.byteCount
    }
    received = bytes
    var frames: [Frame] = []
    var offset = 0
    while offset < bytes.count {
      let length = Int(unsafe bytes.span.bytes.uint32(at: offset))
      let one = Array(bytes[offset..<offset + length])
      let layout = unsafe FrameLayout(request: one.span.bytes)
      #expect(layout.status == .ok)
      if layout.hasMAC {
        let isGenuine = unsafe authenticator?.verify(one.span.bytes)
        #expect(isGenuine == true)
      }
      frames.append(
        Frame(
          header: layout.header, body: Array(one[layout.fixedOffset..<layout.fixedOffset + layout.fixedByteCount]),
          tokenCount: layout.tokenCount))
      offset += length
    }
    return frames
  }

  /// The bytes of a reply or push.
  mutating func frame(_ opcode: UInt8, word: UInt16 = 0, number: UInt64, flags: FrameFlags = [], body: [UInt8])
    -> [UInt8]
  {
    let isSealed = authenticator != nil
    let byteCount = 16 + body.count + (isSealed ? 16 : 0)
    let allFlags = isSealed ? flags.union(.authenticated) : flags
    var bytes = [UInt8](repeating: 0, count: 16) + body + [UInt8](repeating: 0, count: isSealed ? 16 : 0)
    var storage = bytes.mutableSpan
    var raw = unsafe storage.mutableBytes
    FrameHeader(length: UInt32(byteCount), opcode: opcode, flags: allFlags, word: word, number: number).write(to: &raw)
    if isSealed { _ = authenticator?.seal(&raw) }
    return bytes
  }

  mutating func reply(
    _ request: Frame, _ part: some WireLayout, money: Money = .none, isReplayed: Bool = false
  ) -> [UInt8] {
    frame(
      request.header.opcode, number: request.header.number, flags: FrameFlags(money: money, isReplayed: isReplayed),
      body: part.bytes)
  }

  mutating func refuse(_ request: Frame, _ status: Status, money: Money, detail: UInt64 = 0) -> [UInt8] {
    refuse(request, word: status.rawValue, money: money, detail: detail)
  }

  mutating func refuse(_ request: Frame, word: UInt16, money: Money, detail: UInt64 = 0) -> [UInt8] {
    frame(
      request.header.opcode, word: word, number: request.header.number, flags: FrameFlags(money: money),
      body: Refusal(detail: detail).bytes)
  }

  mutating func push(_ code: PushCode, _ part: some WireLayout) -> [UInt8] {
    frame(code.rawValue, number: 1, body: part.bytes)
  }

  static let hello = HelloReply(
    version: 1, resumed: 0, windowMax: 1024, frameByteCountMax: 65_536, handleCountMax: 65_536,
    subscriptionCountMax: 1024, now: 1, incarnation: 1, nonce: nonce, unit: Name32("msat") ?? Name32())

  /// Connects the session and answers HELLO.
  mutating func greet(
    _ session: inout ClientSession, windowMax: UInt16 = 1024, incarnation: UInt64 = 1, resumed: UInt8 = 0
  ) {
    session.connected(now: 0)
    let requests = requests(of: &session)
    #expect(requests.map(\.header.opcode) == [Opcode.hello.rawValue])
    var hello = Self.hello
    hello.windowMax = windowMax
    hello.incarnation = incarnation
    hello.resumed = resumed
    for request in requests { session.receive(reply(request, hello)) }
  }
}

extension ClientSession {
  mutating func receive(_ bytes: [UInt8]) { unsafe receive(bytes.span.bytes, now: 0) }

  /// What ended since the last call: ticket, and the error if there was one.
  mutating func ended() -> [(ticket: UInt64, reply: Reply?, error: TurnpikeError?)] {
    takeActions().compactMap { action in
      guard case .completed(let ticket, let result) = action else { return nil }
      switch result {
      case .success(let reply): return (ticket, reply, nil)
      case .failure(let error): return (ticket, nil, error)
      }
    }
  }
}

func note(_ amount: UInt64, serial: UInt64 = 1, binding: UInt64 = 0, keyEpoch: UInt32 = 1) -> NoteToken {
  NoteToken(
    rail: .note, byteCount: 48, keyEpoch: keyEpoch, serial: serial, amount: amount, binding: binding,
    tag: Bytes16(low: serial, high: amount))
}

let testSession = Bytes16(low: 1, high: 2)
let testKey = LeaseKey(lease: 9, key: Bytes16(low: 3, high: 4))
