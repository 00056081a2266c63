import Cashu
import EventLoop
import Foundation
import MintClient
import ScriptedMint
import Testing

/// The program `scripted-mint`, running, and a way to it.
final class ServerProcess {
  let origin: MintOrigin
  let keyset: String
  let loop: Loop
  let transport: MintTransport
  private let process: Process

  /// Starts it, and gives it to the body, on a loop of its own.
  static func with(_ arguments: [String] = [], _ body: (ServerProcess) throws -> Void) throws {
    let loop = try Loop()
    defer { loop.close() }
    let server = try ServerProcess(arguments, loop)
    defer { server.end() }
    try body(server)
    server.transport.close()
  }

  private init(_ arguments: [String], _ loop: Loop) throws {
    let (process, output) = (Process(), Pipe())
    process.executableURL = try Self.program()
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    var fields: [Substring: Substring] = [:]
    for word in line.split(whereSeparator: \.isWhitespace) {
      let parts = word.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { fields[parts[0]] = parts[1] }
    }
    #expect(fields["pid"].flatMap { Int32($0) } == process.processIdentifier, "\(line)")
    origin = try MintOrigin(String(try #require(fields["url"])))
    keyset = String(try #require(fields["keyset"]))
    var limits = MintTransportLimits()
    limits.underWayMax = 64
    (self.process, self.loop) = (process, loop)
    transport = try MintTransport(on: loop, limits: limits)
  }

  /// What was built beside the tests.
  static func program() throws -> URL {
    if let folder = ProcessInfo.processInfo.environment["TURNPIKE_BIN"] {
      return URL(filePath: folder).appending(path: "scripted-mint")
    }
    let arguments = CommandLine.arguments
    let named = arguments.firstIndex(of: "--test-bundle-path").map { arguments[$0 + 1] } ?? arguments[0]
    return URL(filePath: named).deletingLastPathComponent().appending(path: "scripted-mint")
  }

  /// Its exit status.
  @discardableResult
  func end() -> Int32 {
    process.terminate()
    process.waitUntilExit()
    return process.terminationStatus
  }

  // MARK: Requests

  /// Sends all at once and runs the loop until each has its result, in their order.
  func results(
    _ requests: [(path: String, body: [UInt8]?)], timeoutMilliseconds: UInt64 = 20_000
  ) throws -> [HTTPResult] {
    var results: [Int: HTTPResult] = [:]
    for (index, request) in requests.enumerated() {
      let http = try HTTPRequest(origin, path: request.path, body: request.body)
      let admission = transport.send(http, timeoutMilliseconds: timeoutMilliseconds) { result in
        results[index] = result
        if results.count == requests.count { self.loop.stop() }
      }
      #expect(admission == .accepted)
    }
    loop.run()
    return try requests.indices.map { try #require(results[$0]) }
  }

  func result(_ path: String, _ body: [UInt8]? = nil, timeoutMilliseconds: UInt64 = 20_000) throws -> HTTPResult {
    try results([(path, body)], timeoutMilliseconds: timeoutMilliseconds)[0]
  }

  /// What it answers to a request that it should do.
  func ask(_ path: String, _ json: JSONValue? = nil) throws -> JSONValue {
    guard case .answered(200, let body) = try result(path, json?.bytes) else { throw ServerFailure.refused(path) }
    return try #require(JSONValue(body))
  }

  /// What comes for bytes that are sent as they are, in these pieces, each a turn of the loop after the one before: until so many answers came, or the connection ended.
  func raw(_ pieces: [[UInt8]], answerCount: Int) throws -> (text: String, hasEnded: Bool) {
    var (text, hasEnded, rest) = ("", false, pieces[...])
    let port = try #require(UInt16("\(origin)".split(separator: ":").last ?? ""))
    let limit = LoopTimer(on: loop) {
      Issue.record("no answer")
      self.loop.stop()
    }
    let handler = StreamHandler(
      onData: { _, bytes in
        text += String(decoding: unsafe Array(bytes), as: UTF8.self)
        if text.components(separatedBy: "HTTP/1.1 ").count > answerCount { self.loop.stop() }
      },
      onEvent: { stream, event in
        switch event {
        case .connected: stream.startReading()
        case .endOfStream, .failed:
          hasEnded = true
          self.loop.stop()
        default: break
        }
      })
    let stream = try Stream.connect(to: .tcp(host: "127.0.0.1", port: port), on: loop, handler: handler)
    let pump = LoopTimer(on: loop) {
      guard stream.isWritable, let piece = rest.popFirst() else { return }
      _ = unsafe piece.withUnsafeBytes { unsafe stream.write($0) }
    }
    pump.start(afterMilliseconds: 0, repeatMilliseconds: 1)
    limit.start(afterMilliseconds: 10_000)
    loop.run()
    pump.close()
    limit.close()
    stream.close()
    return (text, hasEnded)
  }

  func arm(_ fault: MintFault, path: String? = nil, count: Int = 1) throws {
    var json: JSONValue = ["name": .text(fault.rawValue), "count": .integer(count)]
    if let path { json["path"] = .text(path) }
    _ = try ask("/control/fault", json)
  }
}

enum ServerFailure: Error {
  case refused(String)
}
