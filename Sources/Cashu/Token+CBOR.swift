/// Tokens of version 4: a map with the mint `m`, the unit `u`, a memo `d`, and groups `t`, each of a keyset `i` and its
/// proofs `p`. A proof has its amount `a`, secret `s`, signature `c`, and may have a DLEQ proof `d` and a witness `w`.
/// What else is there is not for us.
extension Token {
  init(cbor bytes: [UInt8]) throws(FormatError) {
    var mint: String?
    var unit: String?
    var memo: String?
    var proofs: [Proof] = []
    try CBORReader.read(bytes) { reader throws(FormatError) in
      try reader.map { name, reader throws(FormatError) in
        switch name {
        case "m": mint = try reader.text(byteCountMax: CashuLimits.mintURLByteCountMax)
        case "u": unit = try reader.text(byteCountMax: CashuLimits.unitByteCountMax)
        case "d":
          memo = try reader.takeNull() ? nil : reader.text(byteCountMax: CashuLimits.memoByteCountMax)
        case "t":
          try reader.array(countMax: CashuLimits.proofCountMax) { reader throws(FormatError) in
            proofs += try Self.group(&reader)
          }
        default: break
        }
      }
    }
    try self.init(mint: mint.required(), unit: unit.required(), memo: memo, proofs: proofs)
  }

  private static func group(_ reader: inout CBORReader) throws(FormatError) -> [Proof] {
    var keyset: KeysetID?
    // Which keyset they are of may be told after them.
    var parts: [ProofParts] = []
    try reader.map { name, reader throws(FormatError) in
      switch name {
      case "i": keyset = try KeysetID(reader.data()).valid()
      case "p":
        try reader.array(countMax: CashuLimits.proofCountMax) { reader throws(FormatError) in
          parts.append(try ProofParts(&reader))
        }
      default: break
      }
    }
    var proofs: [Proof] = []
    for part in parts { proofs.append(try part.proof(of: keyset)) }
    return proofs
  }

  /// The token as a map, proofs in groups by keyset: in the order in which keysets come first.
  func cbor(includesDLEQ: Bool) -> [UInt8] {
    var keysets: [KeysetID] = []
    var groups: [KeysetID: [Proof]] = [:]
    for proof in proofs {
      let short = proof.keyset.shortened
      if groups[short] == nil { keysets.append(short) }
      groups[short, default: []].append(proof)
    }
    var writer = CBORWriter()
    writer.map(count: memo == nil ? 3 : 4)
    writer.text("m")
    writer.text(mint)
    writer.text("u")
    writer.text(unit)
    if let memo {
      writer.text("d")
      writer.text(memo)
    }
    writer.text("t")
    writer.array(count: keysets.count)
    for keyset in keysets {
      let proofs = groups[keyset] ?? []
      writer.map(count: 2)
      writer.text("i")
      writer.data(keyset.bytes)
      writer.text("p")
      writer.array(count: proofs.count)
      for proof in proofs { writer.proof(proof, includesDLEQ: includesDLEQ) }
    }
    return writer.bytes
  }
}

extension CBORWriter {
  fileprivate mutating func proof(_ proof: Proof, includesDLEQ: Bool) {
    let dleq = includesDLEQ ? proof.dleq : nil
    map(count: 3 + (dleq == nil ? 0 : 1) + (proof.witness == nil ? 0 : 1))
    text("a")
    number(proof.amount)
    text("s")
    text(proof.secret)
    text("c")
    data(proof.signature.bytes)
    if let dleq {
      text("d")
      map(count: dleq.r == nil ? 2 : 3)
      text("e")
      data(dleq.e.bytes)
      text("s")
      data(dleq.s.bytes)
      if let r = dleq.r {
        text("r")
        data(r.bytes)
      }
    }
    if let witness = proof.witness {
      text("w")
      text(witness)
    }
  }
}

extension ProofParts {
  fileprivate init(_ reader: inout CBORReader) throws(FormatError) {
    var parts = ProofParts()
    try reader.map { name, reader throws(FormatError) in
      switch name {
      case "a": parts.amount = try reader.unsigned()
      case "s": parts.secret = try reader.text(byteCountMax: CashuLimits.secretByteCountMax)
      case "c": parts.signature = try CompressedPoint(reader.data()).valid()
      case "d":
        parts.dleq = try reader.takeNull() ? nil : reader.dleq()
      case "w":
        parts.witness = try reader.takeNull() ? nil : reader.text(byteCountMax: CashuLimits.witnessByteCountMax)
      default: break
      }
    }
    self = parts
  }
}

extension CBORReader {
  fileprivate mutating func dleq() throws(FormatError) -> DLEQProof {
    var e: Bytes32?
    var s: Bytes32?
    var r: Bytes32?
    try map { name, reader throws(FormatError) in
      switch name {
      case "e": e = try Bytes32(reader.data()).valid()
      case "s": s = try Bytes32(reader.data()).valid()
      case "r":
        r = try reader.takeNull() ? nil : Bytes32(reader.data()).valid()
      default: break
      }
    }
    return DLEQProof(e: try e.required(), s: try s.required(), r: r)
  }
}
