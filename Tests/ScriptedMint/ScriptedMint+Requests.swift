public import Cashu

/// The requests, and what is done for them.
extension ScriptedMint {
  /// Does what a request asks for, and answers.
  ///
  /// - Parameters:
  ///   - method: `GET` or `POST`.
  ///   - path: What follows the mint's URL, such as `/v1/swap`.
  ///   - body: JSON, where something is posted.
  public mutating func handle(method: String, path: String, body: [UInt8] = []) -> (status: Int, body: [UInt8]) {
    let (status, json) = respond(method: method, path: path, body: body)
    return (status, json.bytes)
  }

  /// The same for a request as `Cashu` makes it.
  public mutating func handle(_ request: MintRequest) -> (status: Int, body: [UInt8]) {
    handle(method: request.body == nil ? "GET" : "POST", path: request.path, body: request.body ?? [])
  }

  mutating func respond(method: String, path: String, body: [UInt8]) -> (status: Int, json: JSONValue) {
    let parts = path.split(separator: "/", maxSplits: 8).map(String.init)
    let route = parts.first == "v1" ? Array(parts.dropFirst()) : []
    let (status, json): (Int, JSONValue)
    do throws(Refusal) {
      (status, json) = (200, try answer(method, route, body))
    } catch {
      (status, json) = (error.status, error.body)
    }
    // What is not found may have any name: it is counted as one.
    let known = route.prefix(route.first == "keys" ? 1 : 3).joined(separator: "/")
    let name = status == 404 ? "other" : "\(method) /v1/\(known)"
    totals.requestCounts[name, default: 0] += 1
    totals.statusCounts[status, default: 0] += 1
    return (status, json)
  }

  private mutating func answer(_ method: String, _ route: [String], _ body: [UInt8]) throws(Refusal) -> JSONValue {
    switch (method, route) {
    case ("GET", ["info"]): return info
    case ("GET", ["keysets"]): return ["keysets": .array(keysets.map(\.summary))]
    case ("GET", ["keys"]):
      return ["keysets": .array(keysets.filter(\.keyset.isActive).map(\.summaryWithKeys))]
    case ("GET", let route) where route.count == 2 && route[0] == "keys":
      guard let keyset = keyset(route[1]) else { throw .unknownKeyset(route[1]) }
      return ["keysets": [keyset.summaryWithKeys]]
    case ("GET", let route) where route.count == 4 && route[1...2] == ["quote", "bolt11"]:
      switch route[0] {
      case "mint": return try mintQuoteState(route[3])
      case "melt": return try meltQuoteState(route[3])
      default: throw .notFound
      }
    case ("POST", ["swap"]): return try swap(RequestBody(body))
    case ("POST", ["checkstate"]): return try checkState(RequestBody(body))
    case ("POST", ["restore"]): return try restore(RequestBody(body))
    case ("POST", ["mint", "quote", "bolt11"]): return try mintQuote(RequestBody(body))
    case ("POST", ["mint", "bolt11"]): return try mint(RequestBody(body))
    case ("POST", ["melt", "quote", "bolt11"]): return try meltQuote(RequestBody(body))
    case ("POST", ["melt", "bolt11"]): return try melt(RequestBody(body))
    default: throw .notFound
    }
  }

  // MARK: What it is

  private var info: JSONValue {
    let methods = Set(keysets.map(\.keyset.unit)).sorted().map { unit -> JSONValue in
      ["method": "bolt11", "unit": .text(unit), "method_name": "bolt11", "options": ["description": true]]
    }
    var nuts: JSONValue = [
      "4": ["methods": .array(methods), "disabled": false], "5": ["methods": .array(methods), "disabled": false],
    ]
    for number in [7, 8, 9, 10, 11, 12] { nuts[String(number)] = ["supported": true] }
    let key = keysets.first?.keyset.keys[1]
    return [
      "name": "Scripted mint", "pubkey": key.map { .text($0.hex) } ?? .null, "version": "Scripted/1", "contact": [],
      "time": .integer(now), "max_array_length": .integer(ScriptedMintLimits.arrayCountMax), "nuts": nuts,
    ]
  }

  // MARK: Coins

  private mutating func swap(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let (inputFields, outputFields) = (try body.inputs(), try body.outputs())
    let inputs = try judge(inputFields)
    let outputs = try judge(outputFields)
    try checkBalance(inputs, outputs)
    try checkLocks(inputs)
    guard !isFull else { throw .full }
    let signatures = try sign(outputs)
    spend(inputs)
    keep(signatures, of: outputs)
    guard let unit = inputs.first?.keyset.unit else { throw .noInputs }
    totals.money[unit, default: .init()].fees += Self.fee(inputs)
    totals.swapCount += 1
    lastSwap = (inputs.map(\.point), outputs.map(\.point))
    return ["signatures": .array(signatures.map(Self.json))]
  }

  private func checkState(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let states = try body.points().map { text -> JSONValue in
      let point = CompressedPoint(hex: text)
      let spent = point.flatMap { self.spent[$0] }
      let isPending = point.map { pendingInputs.contains($0) } ?? false
      let state = spent != nil ? ProofState.spent : isPending ? .pending : .unspent
      return [
        "Y": .text(text), "state": .text(state.rawValue), "witness": spent?.witness.map { .text($0) } ?? .null,
      ]
    }
    return ["states": .array(states)]
  }

  private func restore(_ body: RequestBody) throws(Refusal) -> JSONValue {
    let outputs = try body.outputs()
    guard !outputs.isEmpty else { throw .noOutputs }
    var (known, signatures): ([JSONValue], [JSONValue]) = ([], [])
    for output in outputs {
      guard let signature = CompressedPoint(hex: output.point).flatMap({ signed[$0] }) else { continue }
      known.append(output.json)
      signatures.append(Self.json(signature))
    }
    return ["outputs": .array(known), "signatures": .array(signatures)]
  }

  // MARK: What is done

  /// Signatures of outputs, in their order. Nothing is kept yet.
  func sign(_ outputs: [SignableOutput]) throws(Refusal) -> [BlindSignature] {
    var signatures: [BlindSignature] = []
    for output in outputs {
      guard let amount = UInt64(exactly: output.amount),
        let made = output.keyset.signer(output.amount)?.sign(output.point)
      else { throw .invalidOutput }
      signatures.append(
        BlindSignature(amount: amount, keyset: output.keyset.keyset.id, point: made.signature, dleq: made.dleq))
    }
    return signatures
  }

  /// Keeps signatures, so that no output is signed twice and each can be restored.
  mutating func keep(_ signatures: [BlindSignature], of outputs: [SignableOutput]) {
    for (signature, output) in zip(signatures, outputs) {
      signed[output.point] = signature
      totals.money[output.keyset.keyset.unit, default: .init()].signed += Int128(signature.amount)
    }
  }

  /// Spends proofs, for ever.
  mutating func spend(_ inputs: [SpendableInput]) {
    for input in inputs {
      let proof = SpentProof(amount: input.amount, unit: input.keyset.unit, witness: input.witness)
      spent[input.point, default: proof].spendCount += 1
      totals.money[input.keyset.unit, default: .init()].spent += input.amount
    }
  }

  static func json(_ signature: BlindSignature) -> JSONValue {
    var json: JSONValue = [
      "id": .text(signature.keyset.hex), "amount": .integer(signature.amount), "C_": .text(signature.point.hex),
    ]
    if let dleq = signature.dleq { json["dleq"] = ["e": .text(dleq.e.hex), "s": .text(dleq.s.hex)] }
    return json
  }
}
