import Cashu
import Testing

/// Locks that can't be read in two ways, and everything else.
@Suite("Spending conditions")
struct SpendingConditionTests {
  private static let k = "02d73ba648bdc92709139f27e32683db672533552e33e4b1abcb185c62152499be"

  @Test("Locks of the real wallet are taken, and those that are none are not")
  func recorded() throws {
    let vectors = try FormatVectors.mint()
    let key = try #require(CompressedPoint(hex: vectors.p2pk_pubkey))
    for coin in vectors.p2pk_proofs { #expect(SpendingCondition(secret: coin.secret) == .key(key, locktime: nil)) }
    for coin in vectors.proofs { #expect(SpendingCondition(secret: coin.secret) == .unlocked) }
    #expect(vectors.p2pk_not_plain.count >= 7)
    for lock in vectors.p2pk_not_plain {
      if case .key = SpendingCondition(secret: lock.secret) { Issue.record("\(lock.why)") }
    }
    #expect(SpendingCondition(secret: vectors.p2pk_not_plain[0].secret) == .unlocked)
  }

  @Test("Locks that are written are read, and are what the wallet writes")
  func made() throws {
    let vectors = try FormatVectors.mint()
    let key = try #require(CompressedPoint(hex: vectors.p2pk_pubkey))
    let nonce = try #require(Bytes32(hex: "863b1f3e3d5e58cd0e7256c1fc07be7a26c98d6d8ffdd5e20b277b90a40ffed0"))
    #expect(P2PKSecret.text(nonce: nonce, key: key) == vectors.p2pk_proofs[0].secret)
    for locktime: UInt64 in [0, 1, 1_795_387_516, 1 << 63 - 1] {
      let text = try #require(P2PKSecret.text(nonce: nonce, key: key, locktime: locktime))
      #expect(SpendingCondition(secret: text) == .key(key, locktime: locktime))
    }
    #expect(P2PKSecret.text(nonce: nonce, key: key, locktime: 1 << 63) == nil)
    let witness = try #require(vectors.p2pk_proofs[0].witness)
    let digits = Array(witness.dropFirst(16).dropLast(3))
    let signature = stride(from: 0, to: 128, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    #expect(P2PKSecret.witness(signature: signature) == witness)
    #expect(P2PKSecret.witness(signature: signature.dropLast()) == nil)
  }

  @Test(
    "What every mint reads alike",
    arguments: [
      (#"["P2PK",{"nonce":"n","data":"K"}]"#, nil), (#"["P2PK",{"data":"K","nonce":"n","tags":[]}]"#, nil),
      (#"["P2PK", {"data": "K", "nonce": "n", "tags": [["sigflag", "SIG_INPUTS"]]}]"#, nil),
      (#"["P2PK",{"tags":[["locktime","1795387516"]],"nonce":"n","data":"K"}]"#, 1_795_387_516),
      (
        #"[ "P2PK" , { "tags" : [ [ "locktime" , "0" ] , [ "sigflag" , "SIG_INPUTS" ] ] , "nonce" : "n" , "data" : "K" } ]"#,
        0
      ),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","9223372036854775807"]]}]"#, 9_223_372_036_854_775_807),
    ] as [(String, UInt64?)])
  func taken(secret: String, locktime: UInt64?) throws {
    let key = try #require(CompressedPoint(hex: Self.k))
    #expect(
      SpendingCondition(secret: secret.replacing("\"K\"", with: "\"\(Self.k)\"")) == .key(key, locktime: locktime))
  }

  @Test(
    "No lock for anybody",
    arguments: [
      "a", "P2PK", "\"P2PK\"", "null", "1", " ", "\0", "caf\u{e9}", "\u{feff}", String(repeating: "a", count: 1_024),
    ])
  func plain(secret: String) { #expect(SpendingCondition(secret: secret) == .unlocked) }

  @Test(
    "Dead, somebody else's, or not the same for all",
    arguments: [
      ("", .empty), (String(repeating: "a", count: 1_025), .tooLong),
      // Not JSON, or more than JSON.
      ("[", .malformed), ("{", .malformed), ("[]", .malformed), ("{}", .malformed), ("x[", .malformed),
      ("[P2PK]", .malformed), ("['P2PK',{}]", .malformed),
      (#" ["P2PK",{"nonce":"n","data":"K"}]"#, .malformed), (#"["P2PK",{"nonce":"n","data":"K"}] "#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K"}]x"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K"}]]"#, .malformed), (#"["P2PK",{"nonce":"n","data":"K"}][]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K"}"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K",}]"#, .malformed), (#"["P2PK",{"nonce":"n","data":"K"},]"#, .malformed),
      (#"["P2PK" {"nonce":"n","data":"K"}]"#, .malformed),
      (#"["P2PK",{"nonce":"n";"data":"K"}]"#, .malformed), (#"["P2PK",{nonce:"n","data":"K"}]"#, .malformed),
      (#"["P2PK",{"nonce":NaN,"data":"K"}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K"}/**/]"#, .malformed),
      // Not its shape.
      (#"["P2PK"]"#, .malformed), (#"["P2PK",{"nonce":"n","data":"K"},1]"#, .malformed), (#"["P2PK","K"]"#, .malformed),
      (#"["P2PK",[]]"#, .malformed), (#"["P2PK",null]"#, .malformed),
      (#"[{"nonce":"n","data":"K"},"P2PK"]"#, .malformed), (#"{"P2PK":{"nonce":"n","data":"K"}}"#, .malformed),
      (#"{"kind":"P2PK","nonce":"n","data":"K"}"#, .malformed),
      (#"[["P2PK"],{"nonce":"n","data":"K"}]"#, .malformed), (#"[1,{"nonce":"n","data":"K"}]"#, .malformed),
      (#"[["P2PK",{"nonce":"n","data":"K"}]]"#, .malformed),
      // Members twice, or more of them.
      (#"["P2PK",{"nonce":"n","data":"K","data":"K"}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","nonce":"n","data":"K"}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[],"tags":[]}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","extra":1}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","Data":"K"}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","":""}]"#, .malformed),
      // Characters.
      (#"["P2PK",{"nonce":"n","data":"K","d\u0061ta":"K"}]"#, .characters),
      (#"["P2PK",{"nonce":"\u0000","data":"K"}]"#, .characters),
      (#"["P2P\u004b",{"nonce":"n","data":"K"}]"#, .characters),
      ("[\"P2PK\",{\"nonce\":\"n\0\",\"data\":\"K\"}]", .characters),
      ("\u{feff}[\"P2PK\",{\"nonce\":\"n\",\"data\":\"K\"}]", .characters),
      ("[\"P2P\u{212a}\",{\"nonce\":\"n\",\"data\":\"K\"}]", .characters),
      ("[\"P2PK\",\n{\"nonce\":\"n\",\"data\":\"K\"}]", .characters),
      ("[\"P2PK\",\t{\"nonce\":\"n\",\"data\":\"K\"}]", .characters),
      ("[\"P2PK\",\u{a0}{\"nonce\":\"n\",\"data\":\"K\"}]", .characters),
      ("[\"P2PK\",{\"nonce\":\"é\",\"data\":\"K\"}]", .characters),
      ("[\"P2PK\",{\"nonce\":\"\u{7f}\",\"data\":\"K\"}]", .characters),
      ("[\"P2PK\",{\"nonce\":\"\u{202e}\",\"data\":\"K\"}]", .characters),
      // Kinds.
      (#"["HTLC",{"nonce":"n","data":"K"}]"#, .kind), (#"["p2pk",{"nonce":"n","data":"K"}]"#, .kind),
      (#"["P2PK ",{"nonce":"n","data":"K"}]"#, .kind), (#"["",{"nonce":"n","data":"K"}]"#, .kind),
      (#"["P2BK",{"nonce":"n","data":"K"}]"#, .kind), (#"["DLC",{"nonce":"n","data":"K"}]"#, .kind),
      // Nonces.
      (#"["P2PK",{"data":"K"}]"#, .nonce), (#"["P2PK",{"nonce":"","data":"K"}]"#, .nonce),
      (#"["P2PK",{"nonce":null,"data":"K"}]"#, .malformed), (#"["P2PK",{"nonce":1,"data":"K"}]"#, .malformed),
      // Keys.
      (#"["P2PK",{"nonce":"n"}]"#, .key), (#"["P2PK",{"nonce":"n","data":""}]"#, .key),
      (#"["P2PK",{"nonce":"n","data":"U"}]"#, .key), (#"["P2PK",{"nonce":"n","data":"X"}]"#, .key),
      (#"["P2PK",{"nonce":"n","data":"K0"}]"#, .key), (#"["P2PK",{"nonce":"n","data":"0xK"}]"#, .key),
      (#"["P2PK",{"nonce":"n","data":" K"}]"#, .key), (#"["P2PK",{"nonce":"n","data":["K"]}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"04"}]"#, .key), (#"["P2PK",{"nonce":"n","data":null}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K,K"}]"#, .key),
      // Tags.
      (#"["P2PK",{"nonce":"n","data":"K","tags":null}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":{}}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":"x"}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":["sigflag","SIG_INPUTS"]}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[[]]}]"#, .tag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag"]]}]"#, .tag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag","SIG_INPUTS","SIG_ALL"]]}]"#, .tag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag",""]]}]"#, .tag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime",1]]}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[[["sigflag"],"SIG_INPUTS"]]}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag",null]]}]"#, .malformed),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag","SIG_INPUTS"],["sigflag","SIG_INPUTS"]]}]"#, .duplicateTag),
      (
        #"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","1"],["sigflag","SIG_INPUTS"],["locktime","2"]]}]"#,
        .duplicateTag
      ),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["pubkeys","K"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["pubkeys","K","K"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["n_sigs","1"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["refund","K"],["locktime","1"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["n_sigs_refund","1"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["Sigflag","SIG_INPUTS"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["x","y"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["","y"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag ","SIG_INPUTS"]]}]"#, .unknownTag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag","SIG_ALL"]]}]"#, .signatureFlag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag","sig_inputs"]]}]"#, .signatureFlag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag","SIG_INPUTS "]]}]"#, .signatureFlag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["sigflag","SIG_OUTPUTS"]]}]"#, .signatureFlag),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","-1"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","01"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","+1"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","1.0"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","1e9"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime"," 1"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","0x1"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","-0"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","9223372036854775808"]]}]"#, .locktime),
      (#"["P2PK",{"nonce":"n","data":"K","tags":[["locktime","1_000"]]}]"#, .locktime),
    ] as [(String, LockRefusal)])
  func refused(secret: String, reason: LockRefusal) {
    let secret = secret.replacing("K0", with: Self.k + "0").replacing("0xK", with: "0x" + Self.k).replacing(
      "\"K\"", with: "\"\(Self.k)\""
    )
    .replacing("\"U\"", with: "\"\(Self.k.uppercased())\"").replacing("\"X\"", with: "\"\(Self.k.dropFirst(2))\"")
    #expect(SpendingCondition(secret: secret) == .refused(reason), "\(secret)")
  }

  @Test("Deep nesting ends at a limit")
  func deep() {
    for text in [
      String(repeating: "[", count: 1_024), String(repeating: "{\"a\":", count: 200),
      "[\"P2PK\"," + String(repeating: "[", count: 1_000),
    ] {
      #expect(SpendingCondition(secret: text) == .refused(.malformed))
    }
  }

  @Test("No change of one byte and no prefix of a lock is a lock of another key or time")
  func mutations() throws {
    let key = try #require(CompressedPoint(hex: Self.k))
    let nonce = try #require(Bytes32([UInt8](repeating: 7, count: 32)))
    let secret = Array(try #require(P2PKSecret.text(nonce: nonce, key: key, locktime: 1_795_387_516)).utf8)
    let data = String(decoding: secret, as: UTF8.self).replacing(nonce.hex, with: "")
    #expect(data.contains(Self.k))
    var locks = 0
    for at in secret.indices {
      #expect(SpendingCondition(secret: String(decoding: secret[..<at], as: UTF8.self)) != .key(key, locktime: nil))
      for byte in UInt8.min...UInt8.max where byte != secret[at] {
        var changed = secret
        changed[at] = byte
        guard case .key(let other, let locktime) = SpendingCondition(secret: String(decoding: changed, as: UTF8.self))
        else { continue }
        locks += 1
        // Then it was a digit of the nonce, the key or the time, and it is told.
        let isKeyChanged = other != key
        let isTimeChanged = locktime != 1_795_387_516
        let text = String(decoding: changed, as: UTF8.self)
        #expect(text.contains(other.hex) && text.contains("\"\(locktime ?? 0)\""))
        #expect(!(isKeyChanged && isTimeChanged))
      }
    }
    #expect(locks > 1_000)
  }
}
