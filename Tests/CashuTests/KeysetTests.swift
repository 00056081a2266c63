import Cashu
import Testing

@Suite("Keysets")
struct KeysetTests {
  private let id: KeysetID
  private let keys: [UInt64: CompressedPoint]

  init() throws {
    let recorded = try FormatVectors.mint().keyset
    id = try #require(KeysetID(hex: recorded.id))
    var keys: [UInt64: CompressedPoint] = [:]
    for (amount, key) in recorded.keys {
      let point = try #require(CompressedPoint(hex: key))
      keys[try #require(UInt64(amount))] = point
    }
    self.keys = keys
  }

  private func keyset(
    id: KeysetID? = nil, unit: String = "sat", fee: UInt64 = 0, expiry: UInt64? = nil,
    keys: [UInt64: CompressedPoint]? = nil
  ) throws(FormatError) -> Keyset {
    try Keyset(
      id: id ?? self.id, unit: unit, isActive: true, inputFeePPK: fee, finalExpiry: expiry, keys: keys ?? self.keys)
  }

  @Test("The id is that of the keys, the unit, the fee and the expiry")
  func derivation() throws {
    #expect(try keyset().amounts.count == 64)
    // The same mint with a fee of 100, as it told it.
    let withFee = try #require(KeysetID(hex: "01a0ad9d7d0bf7ec650bcf365ab888f8a20b8f8f78fe0298c74aeeedb9435d6869"))
    #expect(FormatVectors.error { () throws(FormatError) in _ = try keyset(id: withFee) } == .mismatch)
    for (unit, fee, expiry) in [("msat", 0, nil), ("sat", 1, nil), ("sat", 0, 0), ("sat", 0, 1)]
      as [(String, UInt64, UInt64?)]
    {
      #expect(
        FormatVectors.error { () throws(FormatError) in _ = try keyset(unit: unit, fee: fee, expiry: expiry) }
          == .mismatch)
    }
    var edited = keys
    edited[4] = keys[8]
    #expect(FormatVectors.error { () throws(FormatError) in _ = try keyset(keys: edited) } == .mismatch)
    edited[4] = nil
    #expect(FormatVectors.error { () throws(FormatError) in _ = try keyset(keys: edited) } == .mismatch)
    #expect(FormatVectors.error { () throws(FormatError) in _ = try keyset(id: id.shortened) } == .mismatch)
    #expect(FormatVectors.error { () throws(FormatError) in _ = try keyset(keys: [:]) } == .invalidValue)
    for amount: UInt64 in [0, 3, .max] {
      var odd = keys
      odd[amount] = keys[1]
      #expect(FormatVectors.error { () throws(FormatError) in _ = try keyset(keys: odd) } == .invalidValue)
    }
  }

  @Test("Fees are rounded up once")
  func fees() {
    let lines: [([(ppk: UInt64, count: Int)], UInt64?)] = [
      ([], 0), ([(0, 5)], 0), ([(100, 0)], 0), ([(100, 1)], 1), ([(100, 10)], 1), ([(100, 11)], 2), ([(1_000, 3)], 3),
      ([(1, 1)], 1), ([(100, 5), (200, 2)], 1), ([(100, 5), (200, 3)], 2), ([(999, 1), (1, 1)], 1),
      ([(.max, 1)], 18_446_744_073_709_552), ([(.max, 2)], nil), ([(.max, 1), (1, 1)], nil), ([(1, -1)], nil),
      ([(1 << 62, .max)], nil),
    ]
    for (inputs, fee) in lines { #expect(Keyset.fee(inputs: inputs) == fee) }
  }

  @Test("Amounts are split into as few coins as there can be")
  func splits() throws {
    let whole = try keyset()
    #expect(whole.fee(inputCount: 1_000) == 0)
    #expect(whole.split(0) == [])
    #expect(whole.split(13) == [8, 4, 1])
    #expect(whole.split(.max)?.count == 64)
    #expect(whole.split(.max, countMax: 63) == nil)
    #expect(
      whole.split(1, countMax: 0) == nil && whole.split(1, countMax: -1) == nil && whole.split(0, countMax: 0) == [])
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      let amount = UInt64.random(in: 0...(.max), using: &generator) >> UInt64.random(in: 0...63, using: &generator)
      let coins = try #require(whole.split(amount))
      #expect(coins.reduce(0, +) == amount && coins.count == amount.nonzeroBitCount && coins == coins.sorted(by: >))
    }
    // One of version 00, of the amounts 4 and 8 alone.
    let few = keys.filter { $0.key == 4 || $0.key == 8 }
    let old = try #require(KeysetID(hex: "0013bbd7d3d245d4"))
    let keyset = try keyset(id: old, keys: few)
    #expect(keyset.split(20) == [8, 8, 4] && keyset.split(6) == nil && keyset.split(3) == nil)
    #expect(
      keyset.split(8 * 256) == Array(repeating: 8, count: 256) && keyset.split(8 * 256 + 4) == nil
        && keyset.split(.max) == nil)
    #expect(keyset.split(1 << 63) == nil && keyset.split(.max - 3, countMax: .max) == nil)
  }

  @Test("A short id stands for the one keyset that begins with it, or for none")
  func matches() throws {
    let twin = try #require(KeysetID(id.bytes.dropLast() + [0]))
    let other = try #require(KeysetID(hex: "01a0ad9d7d0bf7ec650bcf365ab888f8a20b8f8f78fe0298c74aeeedb9435d6869"))
    let old = try #require(KeysetID(hex: "009a1f293253e41e"))
    let unknown = try #require(KeysetID(hex: "0122222222222222"))
    let lines: [(KeysetID, [KeysetID], KeysetMatch)] = [
      (id.shortened, [old, other, id], .one(id)), (id, [old, other, id], .one(id)), (old, [old, other, id], .one(old)),
      (id.shortened, [id, id], .one(id)), (id.shortened, [id, twin], .ambiguous), (id, [id, twin], .one(id)),
      (unknown, [old, other, id], .unknown), (id, [], .unknown), (id.shortened, [id.shortened], .unknown),
      (id, [twin, id.shortened], .unknown),
    ]
    for (asked, known, match) in lines { #expect(KeysetMatch(asked, among: known) == match) }
    #expect(id.shortened.hex == "012290c05cc54619" && old.shortened == old && id.shortened.shortened == id.shortened)
  }
}
