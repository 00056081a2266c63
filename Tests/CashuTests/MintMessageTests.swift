import Cashu
import Foundation
import Testing

/// What is said to a mint and what it answers, beside what was recorded of a real one.
@Suite("Messages of a mint")
struct MintMessageTests {
  @Test("Requests are what the real mint was asked")
  func requests() throws {
    for name in ["swap", "swap_p2pk", "fee_paid"] {
      let recorded = try FormatVectors.exchange(name)
      let request = MintRequest.swap(
        inputs: try FormatVectors.inputs(recorded.asked), outputs: try FormatVectors.outputs(recorded.asked))
      #expect(recorded.request == "POST \(request.path)")
      #expect(try FormatVectors.object(request.body) == recorded.asked)
      #expect(!String(decoding: try #require(request.body), as: UTF8.self).contains("dleq"))
    }
    for name in ["melt", "melt_pending"] {
      let recorded = try FormatVectors.exchange(name)
      let quote = try FormatVectors.quote(recorded.asked)
      let blank = recorded.asked?["outputs"] == nil ? [] : try FormatVectors.outputs(recorded.asked)
      let request = MintRequest.melt(quote, inputs: try FormatVectors.inputs(recorded.asked), blankOutputs: blank)
      #expect(recorded.request == "POST \(request.path)")
      #expect(try FormatVectors.object(request.body) == recorded.asked)
    }
    let mint = try FormatVectors.exchange("mint")
    let quote = try FormatVectors.quote(mint.asked)
    #expect(
      try FormatVectors.object(MintRequest.mint(quote, outputs: FormatVectors.outputs(mint.asked)).body) == mint.asked)
    let restore = try FormatVectors.exchange("restore")
    #expect(try FormatVectors.object(MintRequest.restore(FormatVectors.outputs(restore.asked)).body) == restore.asked)
    let check = try FormatVectors.exchange("checkstate_spent")
    let points = try #require(check.asked?["Ys"] as? [String]).compactMap { CompressedPoint(hex: $0) }
    #expect(try FormatVectors.object(MintRequest.checkState(points).body) == check.asked)
    let asked = try FormatVectors.exchange("mint_quote").asked
    #expect(try FormatVectors.object(MintRequest.mintQuote(amount: 21, unit: "sat").body) == asked)
    let melt = try FormatVectors.exchange("melt_quote").asked
    let invoice = try #require(melt?["request"] as? String)
    #expect(try FormatVectors.object(MintRequest.meltQuote(invoice: invoice, unit: "sat").body) == melt)
    #expect("GET \(MintRequest.mintQuoteState(quote).path)" == (try FormatVectors.exchange("mint_quote_state").request))
    #expect(MintRequest.meltQuoteState(quote).path == "/v1/melt/quote/bolt11/\(quote.text)")
    #expect(MintRequest.keysets.path == "/v1/keysets" && MintRequest.keysets.body == nil)
    let keyset = try #require(KeysetID(hex: "009A1F293253E41E"))
    #expect(MintRequest.keys(keyset).path == "/v1/keys/009a1f293253e41e")
    let greatest = MintRequest.mintQuote(amount: .max, unit: "sat", description: "\"\\\u{1}é")
    #expect(
      greatest.body == Array(#"{"amount":18446744073709551615,"unit":"sat","description":"\"\\\u0001é"}"#.utf8))
  }

  @Test("Signatures belong to the outputs that were sent")
  func signatures() throws {
    for name in ["swap", "swap_p2pk", "mint", "fee_paid"] {
      let recorded = try FormatVectors.exchange(name)
      var outputs = try FormatVectors.outputs(recorded.asked)
      let signatures = try BlindSignature.all(in: recorded.answer, for: outputs)
      #expect(signatures.count == outputs.count && signatures.allSatisfy { $0.dleq != nil && $0.dleq?.r == nil })
      func error() -> FormatError? {
        FormatVectors.error { () throws(FormatError) in _ = try BlindSignature.all(in: recorded.answer, for: outputs) }
      }
      outputs[0].amount <<= 1
      #expect(error() == .mismatch)
      outputs[0].amount >>= 1
      outputs[0].keyset = try #require(KeysetID(hex: "009a1f293253e41e"))
      #expect(error() == .mismatch)
      outputs.removeFirst()
      #expect(error() == .mismatch)
    }
    let point = "02c6ff217ddc70894790c93bec8a4c9d6a75f8f4a5fac25924463445c68b07b938"
    let id = "009a1f293253e41e"
    let hash = String(repeating: "aB", count: 32)
    let output = BlindedMessage(
      amount: .max, keyset: try #require(KeysetID(hex: id)), point: try #require(CompressedPoint(hex: point)))
    let good = #""id":"\#(id)","amount":18446744073709551615,"C_":"\#(point)""#
    let lines: [(String, FormatError?)] = [
      (#"{"signatures":[{\#(good)}]}"#, nil), (#"{"signatures":[{\#(good),"dleq":null}]}"#, nil),
      (#"{"signatures":[{\#(good),"dleq":{"e":"\#(hash)","s":"\#(hash)","r":"\#(hash)"}}],"more":0.1}"#, nil),
      (#"{"signatures":[]}"#, .mismatch), (#"{"signatures":[{\#(good)},{\#(good)}]}"#, .mismatch),
      (#"{"signatures":{}}"#, .wrongType), ("{}", .missing), ("[]", .wrongType), ("", .syntax),
      (#"{"signatures":[{\#(good),"dleq":{"e":"\#(hash)"}}]}"#, .missing),
      (#"{"signatures":[{\#(good),"dleq":{"e":"\#(hash.dropLast())","s":"\#(hash)"}}]}"#, .invalidValue),
      (#"{"signatures":[{\#(good),"id":"\#(id)"}]}"#, .duplicate),
      (#"{"signatures":[{"id":"\#(id)","C_":"\#(point)"}]}"#, .missing),
      (#"{"signatures":[{"id":"\#(id)","amount":"1","C_":"\#(point)"}]}"#, .wrongType),
      (#"{"signatures":[{"id":"\#(id)","amount":1,"C_":"00\#(point.dropFirst(2))"}]}"#, .invalidValue),
      (#"{"signatures":[{"id":"\#(id)","amount":1,"C_":"\#(point)00"}]}"#, .tooLarge),
      (#"{"signatures":[\#(Array(repeating: "{\(good)}", count: 1_001).joined(separator: ","))]}"#, .tooLarge),
    ]
    for (text, expected) in lines {
      let error = FormatVectors.error { () throws(FormatError) in
        let all = try BlindSignature.all(in: Array(text.utf8), for: [output])
        guard all.count == 1, all[0].amount == .max, all[0].dleq?.r == nil else { throw .invalidValue }
      }
      #expect(error == expected, "\(text.prefix(200))")
    }
  }

  @Test("States are told in the order of the request")
  func states() throws {
    for (name, state) in [
      ("checkstate_unspent", .unspent), ("checkstate_spent", .spent), ("checkstate_pending", .pending),
      ("checkstate_p2pk_spent_shows_witness", .spent),
    ] as [(String, ProofState)] {
      let recorded = try FormatVectors.exchange(name)
      let points = try #require(recorded.asked?["Ys"] as? [String]).compactMap { CompressedPoint(hex: $0) }
      let states = try ProofState.all(in: recorded.answer, for: points)
      #expect(states.count == points.count && states.contains(state))
    }
    let a = CompressedPoint(isOdd: false, x: try #require(Bytes32([UInt8](repeating: 1, count: 32))))
    let b = CompressedPoint(isOdd: true, x: a.x)
    let lines: [(String, [CompressedPoint], [ProofState]?)] = [
      (#"[{"Y":"B","state":"SPENT"},{"Y":"A","state":"UNSPENT","witness":null}]"#, [a, b], [.unspent, .spent]),
      (#"[{"Y":"A","state":"PENDING"}]"#, [a], [.pending]), ("[]", [], []), (#"[{"Y":"A","state":"SPENT"}]"#, [b], nil),
      (#"[{"Y":"A","state":"SPENT"}]"#, [a, b], nil), (#"[{"Y":"A","state":"SPENT"}]"#, [a, a], nil),
      (#"[{"Y":"A","state":"SPENT"},{"Y":"A","state":"UNSPENT"}]"#, [a, b], nil),
      (#"[{"Y":"A","state":"SPENT"},{"Y":"B","state":"SPENT"}]"#, [a], nil), ("null", [], nil),
      (#"[{"Y":"A","state":"spent"}]"#, [a], nil), (#"[{"Y":"A","state":"LOST"}]"#, [a], nil),
      (#"[{"Y":"A"}]"#, [a], nil),
      (#"[{"Y":"A","state":"\u0055NSPENT"}]"#, [a], [.unspent]),
      (#"[{"Y":"A","state":"SPENT","state":"UNSPENT"}]"#, [a], nil),
      (#"[{"Y":"A","state":true}]"#, [a], nil), (#"[{"state":"SPENT"}]"#, [a], nil),
    ]
    for (text, points, states) in lines {
      let body = #"{"states":\#(text)}"#.replacing("\"A\"", with: "\"\(a.hex)\"").replacing(
        "\"B\"", with: "\"\(b.hex)\"")
      #expect((try? ProofState.all(in: Array(body.utf8), for: points)) == states, "\(text)")
    }
  }

  @Test("What was signed before is matched with what was asked")
  func restored() throws {
    let recorded = try FormatVectors.exchange("restore")
    // The mint never signed the last of them.
    let asked = try FormatVectors.outputs(recorded.asked)
    let restored = try RestoredSignature.all(in: recorded.answer, for: asked)
    #expect(restored.map(\.outputIndex) == Array(asked.indices.dropLast()))
    let outputs = Array(asked.dropLast())
    let swapped = try BlindSignature.all(in: FormatVectors.exchange("swap").answer, for: outputs)
    #expect(restored.map(\.signature) == swapped)
    // More was asked, in another order.
    var more = Array(outputs.reversed())
    more.insert(BlindedMessage(amount: 1, keyset: outputs[0].keyset, point: swapped[0].point), at: 0)
    let indices = try RestoredSignature.all(in: recorded.answer, for: more).map(\.outputIndex)
    #expect(indices == (1...outputs.count).reversed().map { $0 })
    func error(_ body: [UInt8], _ outputs: [BlindedMessage]) -> FormatError? {
      FormatVectors.error { () throws(FormatError) in _ = try RestoredSignature.all(in: body, for: outputs) }
    }
    #expect(error(recorded.answer, Array(outputs.dropFirst())) == .mismatch)
    #expect(error(Array(#"{"outputs":[],"signatures":[]}"#.utf8), outputs) == nil)
    #expect(error(Array(#"{"signatures":[]}"#.utf8), outputs) == .missing)
    let one = #"{"B_":"\#(outputs[0].point.hex)"}"#
    let signature = #"{"id":"\#(outputs[0].keyset.hex)","amount":1,"C_":"\#(swapped[0].point.hex)"}"#
    let twice = #"{"outputs":[\#(one),\#(one)],"signatures":[\#(signature),\#(signature)]}"#
    #expect(error(Array(twice.utf8), outputs) == .mismatch)
    #expect(error(Array(#"{"outputs":[\#(one)],"signatures":[]}"#.utf8), outputs) == .mismatch)
    #expect(error(Array(#"{"outputs":[\#(one)],"signatures":[\#(signature)]}"#.utf8), outputs) == nil)
  }

  @Test("Keysets, with their keys and without")
  func keysets() throws {
    let keysetText = try FormatVectors.mint().keyset.id
    let id = try #require(KeysetID(hex: keysetText))
    let summaries = try KeysetSummary.all(in: FormatVectors.exchange("keysets").answer)
    #expect(
      summaries.map(\.id) == [id] && summaries[0].isActive && summaries[0].unit == "sat"
        && summaries[0].inputFeePPK == 0)
    let fees = try KeysetSummary.all(in: FormatVectors.exchange("fee_keysets").answer)
    #expect(fees.map(\.inputFeePPK) == [100] && fees[0].finalExpiry == nil)
    let keysets = try Keyset.all(in: FormatVectors.exchange("keys_by_id").answer)
    #expect(keysets.map(\.id) == [id] && keysets[0].amounts.count == 64 && keysets[0].isActive)
    // What can't be used is left out, and does not hide the rest.
    let odd = #"""
      {"keysets":[{"id":"L3zxxRB/I8uE","unit":"sat","active":false},{"id":"0222222222222222","unit":"sat","active":true,"keys":{"1":"x"}},
      {"id":"009a1f293253e41e","unit":"a unit nobody knows","active":true},{"id":"0122222222222222","unit":"sat","active":true},
      {"id":"009a1f293253e41e","unit":"eur","active":false,"input_fee_ppk":null,"final_expiry":18446744073709551615,"more":[]}]}
      """#
    let left = try KeysetSummary.all(in: Array(odd.utf8))
    #expect(left.map(\.unit) == ["eur"] && left[0].finalExpiry == .max && !left[0].isActive)
    let key = "03a40f20667ed53513075dc51e715ff2046cad64eb68960632269ba7f0210e38bc"
    let lines: [(String, FormatError)] = [
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"1":"\#(key)"}}"#, .mismatch),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"1":"\#(key)","1":"\#(key)"}}"#, .duplicate),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"01":"\#(key)"}}"#, .invalidValue),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"+1":"\#(key)"}}"#, .invalidValue),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"18446744073709551616":"\#(key)"}}"#, .invalidValue),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"3":"\#(key)"}}"#, .invalidValue),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{"1":"\#(key.dropLast())"}}"#, .invalidValue),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":{}}"#, .invalidValue),
      (#"{"id":"009a1f293253e41e","unit":"sat"}"#, .missing),
      (#"{"id":"009a1f293253e41e","keys":{"1":"\#(key)"}}"#, .missing),
      (#"{"unit":"sat","keys":{"1":"\#(key)"}}"#, .missing),
      (#"{"id":"009a1f293253e41e","unit":"sat","keys":[]}"#, .wrongType),
      (#"{"id":"009a1f293253e41e","unit":"sat","input_fee_ppk":-1,"keys":{}}"#, .wrongType),
    ]
    for (text, expected) in lines {
      let body = Array(#"{"keysets":[\#(text)]}"#.utf8)
      #expect(FormatVectors.error { () throws(FormatError) in _ = try Keyset.all(in: body) } == expected, "\(text)")
    }
    let twice =
      #"{"keysets":[{"id":"009a1f293253e41e","unit":"sat","active":true},{"id":"009A1f293253e41e","unit":"eur","active":true}]}"#
    #expect(
      FormatVectors.error { () throws(FormatError) in _ = try KeysetSummary.all(in: Array(twice.utf8)) } == .duplicate)
  }
}
