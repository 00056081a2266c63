public import Cashu

/// Answers that go wrong, one fault at a time, as whoever calls says for each request.
extension ScriptedMint {
  /// Answers a request.
  ///
  /// - Parameter fault: What goes wrong; nil: nothing. One that does not fit the request, or an answer that is a refusal anyway, changes nothing.
  public mutating func answer(
    method: String, path: String, body: [UInt8] = [], fault: MintFault? = nil
  ) -> MintAnswer {
    let isFitting = fault?.fits(method: method, path: path) == true
    guard let fault, isFitting else { return .response(handle(method: method, path: path, body: body)) }
    if let refusal = Self.refusal(fault) { return .response((refusal.status, refusal.body.bytes)) }
    let isLostBefore = fault == .lostBefore
    if isLostBefore { return .lost(isDone: false) }
    let (paysInvoices, meltOutcome) = (self.paysInvoices, self.meltOutcome)
    switch fault {
    case .rotated: rotateAll()
    case .unpaid: self.paysInvoices = false
    case .meltPending: self.meltOutcome = .pending
    case .meltFailed: self.meltOutcome = .failed
    case .repeated: _ = respond(method: method, path: path, body: body)
    default: break
    }
    var (status, json) = respond(method: method, path: path, body: body)
    (self.paysInvoices, self.meltOutcome) = (paysInvoices, meltOutcome)
    if status == 200 { spoil(&json, fault, outputs: JSONValue(body)?["outputs"]?.elements ?? []) }
    return Self.answer(status, json.bytes, fault)
  }

  /// The same for a request as `Cashu` makes it.
  public mutating func answer(_ request: MintRequest, fault: MintFault? = nil) -> MintAnswer {
    answer(
      method: request.body == nil ? "GET" : "POST", path: request.path, body: request.body ?? [], fault: fault)
  }

  /// What is said in place of doing anything.
  private static func refusal(_ fault: MintFault) -> Refusal? {
    switch fault {
    case .serverError: .internalError
    case .unprocessable: .shape("missing", at: ["outputs"], "Field required")
    case .notFound: .notFound
    case .tooManyRequests: .tooManyRequests
    case .saysPending: .pending
    case .saysSpent: .spent
    case .saysSigned: .signed
    default: nil
    }
  }

  private static func answer(_ status: Int, _ body: [UInt8], _ fault: MintFault) -> MintAnswer {
    switch fault {
    case .lostAfter: return .lost(isDone: true)
    case .delayed: return .late(status: status, body: body)
    case .serverErrorAfter:
      return .response((Refusal.internalError.status, Refusal.internalError.body.bytes))
    case .garbage:
      return .response((200, Array("<!DOCTYPE html><title>Welcome</title><p>It works.\n".utf8)))
    case .truncated: return .response((status, Array(body.prefix(body.count / 2))))
    case .huge:
      // JSON all the same, and all that was asked for is in it.
      let space = [UInt8](repeating: 0x20, count: ScriptedMintLimits.hugeByteCount)
      return .response((status, body + space))
    default: return .response((status, body))
    }
  }

  // MARK: Lies in an answer

  private func spoil(_ json: inout JSONValue, _ fault: MintFault, outputs: [JSONValue]) {
    for name in ["signatures", "change"] {
      guard let signatures = json[name]?.elements, !signatures.isEmpty else { continue }
      // A restored signature stands beside its own output.
      let outputs = json["outputs"]?.elements ?? outputs
      json[name] = .array(spoiled(signatures, fault, outputs))
    }
    if let states = json["states"]?.elements {
      let state = fault == .statesSpent ? ProofState.spent : fault == .statesUnspent ? .unspent : nil
      json["states"] = .array(
        states.map { told in
          var told = told
          if let state { told["state"] = .text(state.rawValue) }
          return told
        })
    }
    if let number = fault.missingNUT, var nuts = json["nuts"] {
      nuts.remove(String(number))
      json["nuts"] = nuts
    }
    if let keysets = json["keysets"]?.elements {
      json["keysets"] = .array(keysets.map { spoiled(keyset: $0, fault) })
    }
  }

  private func spoiled(_ signatures: [JSONValue], _ fault: MintFault, _ outputs: [JSONValue]) -> [JSONValue] {
    switch fault {
    case .tooFew: return signatures.dropLast()
    case .tooMany: return signatures + signatures.suffix(1)
    case .reordered: return signatures.reversed()
    default: break
    }
    return signatures.enumerated().map { index, signature in
      var signature = signature
      let output = outputs.indices.contains(index) ? outputs[index]["B_"]?.string : nil
      switch fault {
      case .wrongPoint:
        if let point = falseSigner?.publicKey.compressed { signature["C_"] = .text(point.hex) }
      case .otherKey:
        guard let point = output.flatMap({ CompressedPoint(hex: $0) }), let made = falseSigner?.sign(point) else {
          break
        }
        signature["C_"] = .text(made.signature.hex)
        signature["dleq"] = ["e": .text(made.dleq.e.hex), "s": .text(made.dleq.s.hex)]
      case .missingDLEQ: signature.remove("dleq")
      case .wrongDLEQ:
        let dleq = signature["dleq"]
        signature["dleq"] = ["e": dleq?["s"] ?? .null, "s": dleq?["e"] ?? .null]
      case .wrongAmounts: signature["amount"] = .integer((signature["amount"]?.wholeNumber ?? 0) * 2)
      case .wrongKeyset: signature["id"] = Self.falseID(signature["id"])
      default: break
      }
      return signature
    }
  }

  private func spoiled(keyset: JSONValue, _ fault: MintFault) -> JSONValue {
    var keyset = keyset
    switch fault {
    case .changedKeys:
      guard let keys = keyset["keys"]?.members, let point = falseSigner?.publicKey.compressed else { break }
      keyset["keys"] = .object(keys.map { JSONValue.Member(name: $0.name, value: .text(point.hex)) })
    case .changedFee: keyset["input_fee_ppk"] = .integer((keyset["input_fee_ppk"]?.wholeNumber ?? 0) + 100)
    default: break
    }
    return keyset
  }

  /// A key that is in none of the keysets.
  private var falseSigner: BlindSigner? {
    ExtendedKey(seed: Array(seed.utf8), curve: curve).flatMap { BlindSigner(secret: $0.secret, curve: curve) }
  }

  /// An id that differs in its last digit.
  private static func falseID(_ id: JSONValue?) -> JSONValue {
    let text = id?.string ?? ""
    return .text(text.dropLast() + (text.last == "0" ? "1" : "0"))
  }
}

extension MintAnswer {
  fileprivate static func response(_ answer: (status: Int, body: [UInt8])) -> MintAnswer {
    .response(status: answer.status, body: answer.body)
  }
}
