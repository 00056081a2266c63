import Cashu
import ScriptedMint
import Testing

/// What the mint does not do, and that nothing happens then.
@Suite struct RefusalTests {
  /// A mint with coins of 1, 4, 16, 2 locked ones, one that is spent, and one of dollars.
  private struct Scene {
    var mint: ScriptedMint
    let coins: [Proof]
    let spent: Proof
    let dollar: Proof
    let keyset, dollars: Keyset
    let signed: BlindedMessage

    init() throws {
      mint = try Fixture.mint(units: ["sat", "usd"])
      var wallet = try Fixture.wallet()
      coins = try wallet.gift(21, from: &mint).sorted { $0.amount < $1.amount }
      spent = try wallet.gift(1, from: &mint)[0]
      var other = try Fixture.wallet("dollars", unit: "usd")
      dollar = try other.gift(1, from: &mint)[0]
      keyset = try #require(mint.activeKeyset())
      dollars = try #require(mint.activeKeyset("usd"))
      signed = try Fixture.output(1, keyset: keyset.id)
      try #require(mint.refusal(of: .swap(inputs: [spent], outputs: [signed])) == nil)
    }

    func output(_ amount: UInt64) throws -> BlindedMessage { try Fixture.output(amount, keyset: keyset.id) }
  }

  private static let noPoint = CompressedPoint([2] + [UInt8](repeating: 0, count: 31) + [5])
  private static let unknown = KeysetID([0] + [UInt8](repeating: 255, count: 7))

  @Test func `swaps that are refused`() throws {
    var scene = try Scene()
    let (one, four, keyset) = (scene.coins[0], scene.coins[1], scene.keyset)
    let (output, noPoint, unknown) = (try scene.output(1), try #require(Self.noPoint), try #require(Self.unknown))
    func changed(_ change: (inout Proof) -> Void) -> [Proof] {
      var coin = one
      change(&coin)
      return [coin]
    }
    func sent(_ change: (inout BlindedMessage) -> Void) -> [BlindedMessage] {
      var sent = output
      change(&sent)
      return [sent]
    }
    let long = String(repeating: "s", count: 1_025)
    let cases: [(why: String, inputs: [Proof], outputs: [BlindedMessage], code: UInt64)] = [
      ("no inputs", [], [output], 11000), ("no outputs", [one], [], 0),
      ("an unknown keyset", changed { $0.keyset = unknown }, [output], 0),
      ("a short id", changed { $0.keyset = keyset.id.shortened }, [output], 0),
      ("a secret that was not signed", changed { $0.secret = "x" }, [output], 10001),
      ("a raised amount", changed { $0.amount = 2 }, [try scene.output(2)], 10001),
      ("an amount without a key", changed { $0.amount = 3 }, [output], 0),
      ("C is another's", changed { $0.signature = four.signature }, [output], 10001),
      ("C is no point", changed { $0.signature = noPoint }, [output], 0),
      ("a long secret", changed { $0.secret = long }, [output], 11000),
      ("a long witness", changed { $0.witness = long }, [output], 11000),
      ("an input twice", [one, one], [try scene.output(2)], 11007),
      ("an output twice", [one, scene.spent], [output, output], 11001),
      ("an output twice only", [one, four], [output, output], 11008),
      ("a spent input", [scene.spent], [output], 11001), ("one of two is spent", [one, scene.spent], [output], 11001),
      ("a signed output", [one], [scene.signed], 11003),
      ("an unknown keyset for outputs", [one], sent { $0.keyset = unknown }, 11000),
      ("a short id for outputs", [one], sent { $0.keyset = keyset.id.shortened }, 11000),
      ("an amount of 0", [one], [output] + sent { $0.amount = 0 }, 11008),
      ("an output of 0", [one], sent { $0.amount = 0 }, 10000),
      ("an output without a key", [one, four], [try scene.output(5)], 0),
      ("an output beyond 63 bits", [one], [try scene.output(1 << 63)], 0),
      ("B_ is no point", [one], sent { $0.point = noPoint }, 11000),
      ("less", [four], [output], 11000), ("more", [one], [try scene.output(2)], 11000),
      ("two units", [one, scene.dollar], [try scene.output(2)], 11009),
      ("another unit", [one], sent { $0.keyset = scene.dollars.id }, 11010),
      ("two keysets for outputs", [four], [try scene.output(2)] + sent { $0.keyset = scene.dollars.id }, 11000),
    ]
    let before = scene.mint.totals.money
    for (why, inputs, outputs, code) in cases {
      let refusal = scene.mint.refusal(of: .swap(inputs: inputs, outputs: outputs))
      #expect(refusal?.status == 400, "\(why)")
      #expect(refusal?.code == code, "\(why): \(refusal?.detail ?? "done")")
    }
    #expect(scene.mint.totals.money == before)
    #expect(try scene.mint.states(of: scene.coins).allSatisfy { $0 == .unspent })
    #expect(scene.mint.checkInvariants() == [])
    // And after all that it does what is right.
    #expect(scene.mint.refusal(of: .swap(inputs: [one], outputs: [output])) == nil)
  }

  @Test(arguments: [
    ("GET", "/v1/nothing", "", 404), ("GET", "/", "", 404), ("GET", "", "", 404), ("GET", "/v1", "", 404),
    ("PUT", "/v1/swap", "{}", 404), ("GET", "/v1/swap", "", 404), ("GET", "/v1/keys/00ffffffffffffff", "", 400),
    ("GET", "/v1/mint/quote/bolt11/x", "", 400), ("GET", "/v1/melt/quote/bolt11/x", "", 400),
    ("GET", "/v1/none/quote/bolt11/x", "", 404), ("POST", "/v1/swap", "", 422), ("POST", "/v1/swap", "{", 422),
    ("POST", "/v1/swap", "[]", 422), ("POST", "/v1/swap", "{\"inputs\":[]}", 422),
    ("POST", "/v1/swap", "{\"inputs\":{},\"outputs\":[]}", 422),
    ("POST", "/v1/swap", "{\"inputs\":[1],\"outputs\":[]}", 422),
    ("POST", "/v1/swap", "{\"inputs\":[{\"amount\":1.5,\"id\":\"\",\"secret\":\"\",\"C\":\"\"}],\"outputs\":[]}", 422),
    ("POST", "/v1/swap", "{\"inputs\":[{\"amount\":1,\"id\":\"\",\"secret\":\"\",\"C\":\"\"}],\"outputs\":[]}", 400),
    ("POST", "/v1/checkstate", "{\"Ys\":[1]}", 422), ("POST", "/v1/checkstate", "{\"Ys\":[\"zz\"]}", 200),
    ("POST", "/v1/restore", "{\"outputs\":[]}", 400),
    ("POST", "/v1/mint/quote/bolt11", "{\"amount\":0,\"unit\":\"sat\"}", 422),
    ("POST", "/v1/mint/quote/bolt11", "{\"amount\":9223372036854775808,\"unit\":\"sat\"}", 400),
    ("POST", "/v1/mint/quote/bolt11", "{\"amount\":1,\"unit\":\"eur\"}", 400),
    ("POST", "/v1/mint/quote/bolt11", "{\"amount\":1,\"unit\":\"chf\"}", 400),
    ("POST", "/v1/mint/bolt11", "{\"quote\":\"x\",\"outputs\":[]}", 400),
    ("POST", "/v1/melt/quote/bolt11", "{\"request\":\"lnbc1garbage\",\"unit\":\"sat\"}", 400),
    ("POST", "/v1/melt/quote/bolt11", "{\"request\":\"lnbc1qqqqqqqq\",\"unit\":\"sat\"}", 400),
    ("POST", "/v1/melt/quote/bolt11", "{\"request\":\"lnbc99999999999999999999n1qqqqqqqq\",\"unit\":\"sat\"}", 400),
    ("POST", "/v1/melt/bolt11", "{\"quote\":\"x\",\"inputs\":[]}", 400),
  ])
  func `requests that are refused as they stand`(method: String, path: String, body: String, status: Int) throws {
    var mint = try Fixture.mint()
    let answer = mint.handle(method: method, path: path, body: Array(body.utf8))
    #expect(answer.status == status)
    #expect(JSONValue(answer.body)?.members != nil)
    #expect(mint.checkInvariants() == [])
  }

  @Test func `arrays and bodies beyond their limits`() throws {
    var mint = try Fixture.mint()
    let points = JSONValue.array([JSONValue](repeating: .text("02"), count: 1_001))
    #expect(
      mint.handle(method: "POST", path: "/v1/checkstate", body: (["Ys": points] as JSONValue).bytes).status == 422)
    let allowed = JSONValue.array([JSONValue](repeating: .text("02"), count: 1_000))
    #expect(
      mint.handle(method: "POST", path: "/v1/checkstate", body: (["Ys": allowed] as JSONValue).bytes).status == 200)
    let long = [UInt8](repeating: 0x20, count: 1 << 20) + Array("{\"Ys\":[]}".utf8)
    #expect(mint.handle(method: "POST", path: "/v1/checkstate", body: long).status == 422)
    let deep =
      [UInt8](repeating: UInt8(ascii: "["), count: 1 << 19) + [UInt8](repeating: UInt8(ascii: "]"), count: 1 << 19)
    #expect(mint.handle(method: "POST", path: "/v1/swap", body: deep).status == 422)
  }

  /// Whatever is sent, it answers, and nothing happens.
  @Test func `spoilt requests do nothing`() throws {
    var (mint, wallet) = (try Fixture.mint(), try Fixture.wallet())
    let coins = try wallet.gift(3, from: &mint)
    let outputs = try coins.map { try Fixture.output($0.amount, keyset: $0.keyset) }
    let body = try #require(MintRequest.swap(inputs: coins, outputs: outputs).body)
    var chance = SeededChance(seed: 11)
    for _ in 0..<3_000 {
      var spoilt = body
      for _ in 0..<Int.random(in: 1...3, using: &chance) {
        let place = Int.random(in: 0..<spoilt.count, using: &chance)
        switch Int.random(in: 0..<3, using: &chance) {
        case 0: spoilt[place] = UInt8.random(in: 0...255, using: &chance)
        case 1: spoilt.remove(at: place)
        default: spoilt.insert(UInt8.random(in: 0x20...0x7e, using: &chance), at: place)
        }
      }
      var copy = mint
      let (status, _) = copy.handle(method: "POST", path: "/v1/swap", body: spoilt)
      // Where it is done all the same, what was spoilt meant nothing, or it is another output.
      #expect([200, 400, 422].contains(status))
      #expect(copy.checkInvariants() == [])
    }
  }
}
