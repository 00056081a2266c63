import Foundation
import ScriptedMint
import Testing

/// The program's HTTP, told by bytes.
@Suite(.serialized) struct HTTPTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `requests come in any pieces and one after the other`() throws {
    try ServerProcess.with { server in
      let one = "GET /v1/keysets HTTP/1.1\r\nHost: x\r\n\r\n"
      let other = "POST /v1/checkstate HTTP/1.1\r\ncontent-length:  9\r\n\r\n{\"Ys\":[]}"
      let (text, hasEnded) = try server.raw([Self.bytes(one + other + one)], answerCount: 3)
      #expect(text.components(separatedBy: "HTTP/1.1 200 OK\r\n").count == 4)
      #expect(text.contains("\r\n\r\n{\"states\":[]}HTTP/1.1"))
      #expect(!hasEnded)
      let all = Self.bytes(other + one)
      for cut in stride(from: 1, to: all.count, by: 7) {
        let (text, _) = try server.raw([Array(all[..<cut]), Array(all[cut...])], answerCount: 2)
        #expect(text.components(separatedBy: "HTTP/1.1 200 OK\r\n").count == 3, "cut at \(cut)")
      }
      let (drips, _) = try server.raw(all.map { [$0] }, answerCount: 2)
      #expect(drips.components(separatedBy: "HTTP/1.1 200 OK\r\n").count == 3)
    }
  }

  @Test func `connections end when they should`() throws {
    try ServerProcess.with { server in
      for (request, answer) in [
        ("GET /v1/info HTTP/1.0\r\n\r\n", "200"), ("GET /v1/info HTTP/1.1\r\nConnection: close\r\n\r\n", "200"),
        ("GET /v1/info\r\n\r\n", "400"), ("GET v1/info HTTP/1.1\r\n\r\n", "400"), ("\r\n\r\n", "400"),
        ("GET /v1/info HTTP/2.0\r\n\r\n", "400"), ("GET /v1/info HTTP/1.1\r\nno colon\r\n\r\n", "400"),
        ("POST /v1/swap HTTP/1.1\r\nContent-Length: x\r\n\r\n", "400"),
        ("POST /v1/swap HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"),
        ("POST /v1/swap HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", "400"),
        ("POST /v1/swap HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n", "413"),
        ("POST /v1/swap HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "501"),
        ("GET /v1/info HTTP/1.1\r\nX: " + String(repeating: "x", count: 20_000), "413"),
      ] {
        let (text, hasEnded) = try server.raw([Self.bytes(request)], answerCount: .max - 1)
        #expect(text.hasPrefix("HTTP/1.1 \(answer) "), "\(request.prefix(60)): \(text.prefix(60))")
        #expect(hasEnded)
      }
      let path = String(repeating: "/v1", count: 1_000)
      let (text, _) = try server.raw([Self.bytes("GET \(path) HTTP/1.1\r\n\r\n")], answerCount: 1)
      #expect(text.hasPrefix("HTTP/1.1 404 "))
      let (query, _) = try server.raw([Self.bytes("GET /v1/keysets?x=/v1/info HTTP/1.1\r\n\r\n")], answerCount: 1)
      #expect(query.contains("\"keysets\""))
      let asks = "POST /v1/checkstate HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
      let (goOn, _) = try server.raw([Self.bytes(asks)], answerCount: 1)
      #expect(goOn == "HTTP/1.1 100 Continue\r\n\r\n")
    }
  }

  @Test func `garbage does it no harm`() throws {
    try ServerProcess.with { server in
      var chance = SeededChance(seed: 5)
      let request = Self.bytes("POST /v1/checkstate HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"Ys\":[]}")
      for _ in 0..<200 {
        var spoilt = request
        for _ in 0..<Int.random(in: 1...4, using: &chance) {
          spoilt[Int.random(in: 0..<spoilt.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
        }
        // What lets it wait for more is ended by the request after it.
        let rest = [UInt8](repeating: 0x0a, count: 20_000)
        _ = try server.raw([spoilt, rest], answerCount: 1)
      }
      #expect(try server.ask("/control/totals")["broken"] == [])
    }
  }
}
