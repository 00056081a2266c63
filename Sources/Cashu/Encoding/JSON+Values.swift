/// What of a proof was read so far.
struct ProofParts {
  var amount: UInt64?
  var keyset: KeysetID?
  var secret: String?
  var signature: CompressedPoint?
  var dleq: DLEQProof?
  var witness: String?

  /// The whole of it, of its own keyset or of that.
  func proof(of keyset: KeysetID?) throws(FormatError) -> Proof {
    Proof(
      amount: try amount.required(), keyset: try (self.keyset ?? keyset).required(), secret: try secret.required(),
      signature: try signature.required(), dleq: dleq, witness: witness)
  }
}

/// Values of ecash in JSON.
extension JSONReader {
  mutating func proof() throws(FormatError) -> Proof {
    var parts = ProofParts()
    try object { name, reader throws(FormatError) in
      switch name {
      case "amount": parts.amount = try reader.unsigned()
      case "id": parts.keyset = try reader.keysetID()
      case "secret": parts.secret = try reader.text(byteCountMax: CashuLimits.secretByteCountMax)
      case "C": parts.signature = try reader.point()
      case "dleq": parts.dleq = try reader.takeNull() ? nil : reader.dleq()
      case "witness":
        parts.witness = try reader.takeNull() ? nil : reader.text(byteCountMax: CashuLimits.witnessByteCountMax)
      default: break
      }
    }
    return try parts.proof(of: nil)
  }

  mutating func dleq() throws(FormatError) -> DLEQProof {
    var e: Bytes32?
    var s: Bytes32?
    var r: Bytes32?
    try object { name, reader throws(FormatError) in
      switch name {
      case "e": e = try reader.bytes32()
      case "s": s = try reader.bytes32()
      case "r": r = try reader.takeNull() ? nil : reader.bytes32()
      default: break
      }
    }
    return DLEQProof(e: try e.required(), s: try s.required(), r: r)
  }

  mutating func bytes32() throws(FormatError) -> Bytes32 {
    try Bytes32(hex: text(byteCountMax: 2 * Bytes32.byteCount)).valid()
  }

  mutating func point() throws(FormatError) -> CompressedPoint {
    try CompressedPoint(hex: text(byteCountMax: 2 * CompressedPoint.byteCount)).valid()
  }

  mutating func keysetID() throws(FormatError) -> KeysetID {
    try KeysetID(hex: text(byteCountMax: 2 * KeysetID.longByteCount)).valid()
  }
}

/// What mints answer.
extension JSONReader {
  /// What a mint answered: an object.
  static func answer(
    _ body: [UInt8], _ member: (_ name: String, inout JSONReader) throws(FormatError) -> Void
  ) throws(FormatError) {
    try read(body, byteCountMax: CashuLimits.answerByteCountMax) { reader throws(FormatError) in
      try reader.object(member)
    }
  }

  /// One of the words that a type has.
  mutating func choice<Choice: RawRepresentable<String>>() throws(FormatError) -> Choice {
    let word = try text(byteCountMax: CashuLimits.answerByteCountMax)
    // In ASCII: Unicode has other words that equal them.
    guard word.utf8.allSatisfy({ $0 < 0x80 }) else { throw .invalidValue }
    return try Choice(rawValue: word).valid()
  }

  /// A text of printable ASCII without spaces.
  mutating func plain(byteCountMax: Int) throws(FormatError) -> String {
    let text = try text(byteCountMax: byteCountMax)
    guard PrintableText.isPlain(text, byteCountMax: byteCountMax) else { throw .invalidValue }
    return text
  }
}

extension JSONWriter {
  /// A proof, with that DLEQ proof or without one.
  mutating func proof(_ proof: Proof, dleq: DLEQProof?) {
    object { writer in
      writer.name("amount")
      writer.number(proof.amount)
      writer.name("id")
      writer.text(proof.keyset.hex)
      writer.name("secret")
      writer.text(proof.secret)
      writer.name("C")
      writer.text(proof.signature.hex)
      if let dleq {
        writer.name("dleq")
        writer.object { writer in
          writer.name("e")
          writer.text(dleq.e.hex)
          writer.name("s")
          writer.text(dleq.s.hex)
          if let r = dleq.r {
            writer.name("r")
            writer.text(r.hex)
          }
        }
      }
      if let witness = proof.witness {
        writer.name("witness")
        writer.text(witness)
      }
    }
  }
}
