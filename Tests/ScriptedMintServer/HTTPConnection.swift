import EventLoop
import ScriptedMint

/// One connection: requests come out of it one at a time, the next one when the one before is answered.
final class HTTPConnection {
  /// A whole request.
  struct Request {
    let method: String
    let path: String
    let body: [UInt8]
  }

  private let stream: Stream
  private var input: [UInt8] = []
  /// Bytes of the input that no head ends in.
  private var scannedCount = 0
  private var output: [UInt8] = []
  private var head: HTTPRequestHead?
  private var isAnswering = false
  /// Nothing more is read: what waits is sent, and then it ends.
  private var isEnding = false

  init(_ stream: Stream) { self.stream = stream }

  // MARK: Reading

  func take(_ bytes: UnsafeRawBufferPointer) {
    guard !isEnding else { return }
    unsafe input.append(contentsOf: bytes)
    // A pipeline longer than one request of the greatest size is nobody's.
    if isAnswering, input.count > ServerLimits.headByteCountMax + ServerLimits.bodyByteCountMax { stream.close() }
  }

  /// The next request, unless one is being answered or it is not whole.
  func next() -> Request? {
    guard !isAnswering, !isEnding else { return nil }
    do throws(HTTPRequestHead.Failure) {
      if head == nil {
        head = try HTTPRequestHead(input, scannedCount: scannedCount)
        scannedCount = input.count
        if let head, head.awaitsContinue, input.count < head.byteCount + head.bodyByteCount {
          send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
        }
      }
      guard let head, input.count >= head.byteCount + head.bodyByteCount else { return nil }
      let body = Array(input[head.byteCount..<(head.byteCount + head.bodyByteCount)])
      input.removeFirst(head.byteCount + head.bodyByteCount)
      scannedCount = 0
      isAnswering = true
      return Request(method: head.method, path: head.path, body: body)
    } catch {
      isAnswering = true
      answer(status: error.rawValue, body: [])
      isEnding = true
      flush()
      return nil
    }
  }

  // MARK: Answering

  /// Answers the request that came last.
  func answer(status: Int, body: [UInt8]) {
    guard isAnswering else { return }
    let closing = head?.isLast == true
    (isAnswering, isEnding, head) = (false, isEnding || closing, nil)
    let text =
      "HTTP/1.1 \(status) \(status == 200 ? "OK" : "Refused")\r\nContent-Type: application/json\r\n"
      + "Content-Length: \(body.count)\r\n\(closing ? "Connection: close\r\n" : "")\r\n"
    send(Array(text.utf8) + body)
  }

  /// Ends without an answer.
  func breakOff() { stream.reset() }

  private func send(_ bytes: [UInt8]) {
    guard output.count + bytes.count <= ServerLimits.outputByteCountMax else { return stream.reset() }
    output += bytes
    flush()
  }

  /// Sends what can be sent now.
  func flush() {
    if !output.isEmpty { output.removeFirst(unsafe output.withUnsafeBytes { unsafe stream.write($0) }) }
    if output.isEmpty, isEnding { stream.close() }
  }
}
