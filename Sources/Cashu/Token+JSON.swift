/// Tokens of version 3, deprecated and still sent: JSON with a list `token`, each of a mint and its proofs. More than
/// one entry is taken as long as the mint is the same. A unit that is missing is `sat`, as wallets have it.
extension Token {
  init(json bytes: [UInt8]) throws(FormatError) {
    var mint: String?
    var unit: String?
    var memo: String?
    var proofs: [Proof] = []
    try JSONReader.read(bytes, byteCountMax: CashuLimits.tokenByteCountMax) { reader throws(FormatError) in
      try reader.object { name, reader throws(FormatError) in
        switch name {
        case "token":
          try reader.array(countMax: CashuLimits.proofCountMax) { reader throws(FormatError) in
            let entry = try Self.entry(&reader)
            guard mint == nil || mint.map({ $0.utf8.elementsEqual(entry.mint.utf8) }) == true else {
              throw .severalMints
            }
            mint = entry.mint
            proofs += entry.proofs
            guard proofs.count <= CashuLimits.proofCountMax else { throw .tooLarge }
          }
        case "unit":
          unit = try reader.takeNull() ? nil : reader.text(byteCountMax: CashuLimits.unitByteCountMax)
        case "memo":
          memo = try reader.takeNull() ? nil : reader.text(byteCountMax: CashuLimits.memoByteCountMax)
        default: break
        }
      }
    }
    try self.init(mint: mint.required(), unit: unit ?? "sat", memo: memo, proofs: proofs)
  }

  private static func entry(_ reader: inout JSONReader) throws(FormatError) -> (mint: String, proofs: [Proof]) {
    var mint: String?
    var proofs: [Proof] = []
    try reader.object { name, reader throws(FormatError) in
      switch name {
      case "mint": mint = try reader.text(byteCountMax: CashuLimits.mintURLByteCountMax)
      case "proofs":
        try reader.array(countMax: CashuLimits.proofCountMax) { reader throws(FormatError) in
          proofs.append(try reader.proof())
        }
      default: break
      }
    }
    return (try mint.required(), proofs)
  }

  /// The token as an object.
  func json(includesDLEQ: Bool) -> [UInt8] {
    JSONWriter.text { writer in
      writer.object { writer in
        writer.name("token")
        writer.array { writer in
          writer.object { writer in
            writer.name("mint")
            writer.text(mint)
            writer.name("proofs")
            writer.array { writer in
              for proof in proofs { writer.proof(proof, dleq: includesDLEQ ? proof.dleq : nil) }
            }
          }
        }
        writer.name("unit")
        writer.text(unit)
        if let memo {
          writer.name("memo")
          writer.text(memo)
        }
      }
    }
  }
}
