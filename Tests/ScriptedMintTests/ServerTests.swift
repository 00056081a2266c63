import Cashu
import EventLoop
import Foundation
import MintClient
import ScriptedMint
import Testing

/// The mint over HTTP, as a client sees it.
@Suite(.serialized) struct ServerTests {
  /// A coin of the server's and what would spend it, as often as one likes.
  private static func token(_ server: ServerProcess, _ amount: Int, lock: LockKey? = nil) throws -> Token {
    var json: JSONValue = ["amount": .integer(amount)]
    if let lock { json["p2pk"] = .text(lock.publicKey.hex) }
    return try Token(text: try #require(try server.ask("/control/token", json)["token"]?.string))
  }

  private static func inputs(_ token: Token, _ keyset: Keyset) -> [Proof] {
    token.proofs.map { proof in
      var proof = proof
      proof.keyset = keyset.id
      return proof
    }
  }

  private static func keyset(_ server: ServerProcess) throws -> Keyset {
    guard case .answered(200, let body) = try server.result("/v1/keys") else { throw ServerFailure.refused("keys") }
    return try #require(try Keyset.all(in: body).first)
  }

  @Test func `of 64 who spend one token at once exactly one does`() throws {
    try ServerProcess.with { server in
      let keyset = try Self.keyset(server)
      #expect(keyset.id.hex == server.keyset)
      var wallet = try Fixture.wallet()
      for round in 0..<8 {
        let inputs = Self.inputs(try Self.token(server, 3), keyset)
        let blinded = try (0..<64).map { _ in try wallet.blinded([1, 2], keyset: keyset) }
        let results = try server.results(
          blinded.map {
            let request = MintRequest.swap(inputs: inputs, outputs: $0.outputs)
            return (request.path, request.body)
          })
        var winners = 0
        for (result, coins) in zip(results, blinded) {
          guard case .answered(let status, let body) = result else {
            Issue.record("\(result)")
            continue
          }
          if status == 200 {
            winners += 1
            let signatures = try BlindSignature.all(in: body, for: coins.outputs)
            #expect(coins.coins(signatures, curve: Fixture.curve)?.count == 2)
          } else {
            #expect(MintRefusal(status: status, body: body).meaning == .alreadySpent)
          }
        }
        #expect(winners == 1, "round \(round)")
      }
      let totals = try server.ask("/control/totals")
      #expect(totals["swaps"] == 8)
      #expect(totals["double_spends"] == .integer(8 * 63 * 2))
      #expect(totals["broken"] == [])
      #expect(totals["money"]?["sat"]?["outstanding"] == 24)
    }
  }

  @Test func `several hundred swaps a second`() throws {
    try ServerProcess.with { server in
      let keyset = try Self.keyset(server)
      var wallet = try Fixture.wallet()
      var requests: [(path: String, body: [UInt8]?)] = []
      for _ in 0..<256 {
        let inputs = Self.inputs(try Self.token(server, 1), keyset)
        let request = MintRequest.swap(inputs: inputs, outputs: try wallet.blinded([1], keyset: keyset).outputs)
        requests.append((request.path, request.body))
      }
      let began = ContinuousClock.now
      let results = try server.results(requests)
      let seconds = (ContinuousClock.now - began) / .seconds(1)
      let doneCount = results.count { if case .answered(200, _) = $0 { true } else { false } }
      #expect(doneCount == 256)
      print("scripted-mint: \(Int(256 / seconds)) swaps a second")
    }
  }

  @Test func `armed faults reach the client`() throws {
    try ServerProcess.with { server in
      let keyset = try Self.keyset(server)
      var wallet = try Fixture.wallet()
      for (fault, isDone) in [(MintFault.lostBefore, false), (.lostAfter, true), (.huge, true), (.serverError, false)] {
        let inputs = Self.inputs(try Self.token(server, 1), keyset)
        let blinded = try wallet.blinded([1], keyset: keyset)
        let request = MintRequest.swap(inputs: inputs, outputs: blinded.outputs)
        try server.arm(fault, path: "/v1/swap")
        // What it does not fit is answered as ever.
        _ = try server.ask("/v1/keysets")
        switch try server.result(request.path, request.body) {
        case .answered(let status, _): #expect(status == 500 && fault == .serverError)
        case .unknown(let failure): #expect(failure == (fault == .huge ? .tooLong : .connectionLost))
        case .notSent(let failure): Issue.record("\(fault): not sent, \(failure)")
        }
        let restore = MintRequest.restore(blinded.outputs)
        guard case .answered(200, let body) = try server.result(restore.path, restore.body) else {
          throw ServerFailure.refused("restore")
        }
        let restored = try RestoredSignature.all(in: body, for: blinded.outputs)
        #expect(restored.count == (isDone ? 1 : 0), "\(fault)")
      }
      _ = try server.ask("/control/fault", ["name": "delayed", "milliseconds": 600_000])
      let late = try server.result("/v1/keysets", timeoutMilliseconds: 300)
      #expect(late == .unknown(.timedOut))
      _ = try server.ask("/control/fault", ["name": "delayed", "milliseconds": 20])
      _ = try server.ask("/v1/keysets")
      #expect(try server.ask("/control/totals")["broken"] == [])
    }
  }

  @Test func `faults by chance, a delay, a fee, units, keys`() throws {
    let arguments = [
      "--fault", "server-error:0.5", "--delay", "1", "--fee", "100", "--unit", "usd", "--unit", "sat", "--keys", "5",
      "--seed", "x",
    ]
    try ServerProcess.with(arguments) { server in
      let requests = [(path: String, body: [UInt8]?)](repeating: ("/v1/keysets", nil), count: 200)
      let failedCount = try server.results(requests).count { if case .answered(500, _) = $0 { true } else { false } }
      #expect((60...140).contains(failedCount))
      let token = try Self.token(server, 5)
      #expect(token.unit == "usd")
      #expect(token.mint == "\(server.origin)")
      #expect(token.proofs.map { $0.keyset.hex } == [String](repeating: String(server.keyset.prefix(16)), count: 2))
      let status = server.end()
      #expect(status == 0)
    }
  }

  @Test func `what tests say to it`() throws {
    try ServerProcess.with { server in
      let key = try Fixture.key(4)
      let keyset = try Self.keyset(server)
      for proof in try Self.token(server, 7, lock: key).proofs {
        #expect(SpendingCondition(secret: proof.secret) == .key(key.publicKey, locktime: nil))
        let mintKey = try #require(keyset.keys[proof.amount].flatMap { Fixture.curve.mintKey($0) })
        #expect(Fixture.curve.verify(proof, key: mintKey))
      }
      let bare = try server.ask(
        "/control/token", ["amount": 2, "dleq": false, "format": "cashuA", "memo": "m", "locktime": 5])
      let token = try Token(text: try #require(bare["token"]?.string))
      #expect(bare["token"]?.string?.hasPrefix("cashuA") == true)
      #expect(token.proofs.allSatisfy { $0.dleq == nil })
      let rotated = try #require(try server.ask("/control/rotate", ["fee": 700])["keyset"]?.string)
      #expect(try Self.keyset(server).id.hex == rotated)
      #expect(try Self.keyset(server).inputFeePPK == 700)
      try server.arm(.unpaid)
      let quote = try server.ask("/v1/mint/quote/bolt11", ["amount": 4, "unit": "sat"])["quote"] ?? .null
      _ = try server.ask("/control/pay", ["quote": quote])
      #expect(try server.ask("/v1/mint/quote/bolt11/" + (quote.string ?? ""))["state"] == "PAID")
      #expect(try server.ask("/control/settle", ["paid": true])["count"] == 0)
      try server.arm(.garbage, count: 5)
      #expect(try server.ask("/control/fault", [:])["armed"] == [:])
      for (path, json) in [
        ("/control/token", ["amount": 0]), ("/control/token", ["amount": 1, "p2pk": "x"]), ("/control/nothing", [:]),
        ("/control/fault", ["name": "none"]), ("/control/fault", ["name": "garbage", "count": 0]),
        ("/control/pay", ["quote": "x"]), ("/control/settle", ["quote": "x", "paid": true]),
        ("/control/fault", ["name": "garbage", "count": 9_000_000_000_000_000_000]),
      ] as [(String, JSONValue)] {
        guard case .answered(400, _) = try server.result(path, json.bytes) else {
          Issue.record("\(path) \(json)")
          continue
        }
      }
    }
  }

  @Test(arguments: [
    ["--port"], ["--port", "70000"], ["--fault", "none:1"], ["--fault", "garbage:2"], ["--keys", "0"],
    ["--unknown", "1"],
  ])
  func `options that make no sense`(arguments: [String]) throws {
    let (process, output) = (Process(), Pipe())
    process.executableURL = try ServerProcess.program()
    process.arguments = arguments
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect([1, 64].contains(process.terminationStatus))
    #expect(text.contains("scripted-mint"))
  }
}
