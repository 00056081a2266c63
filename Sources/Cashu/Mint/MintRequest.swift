/// What is said to a mint over HTTP: everything it needs, and nothing of how it is sent. Paths begin after the mint's
/// base URL.
///
/// Inputs never carry their DLEQ proof: with the blinding factor in it a mint recognizes whom it once signed a coin
/// for. Keyset ids of inputs and outputs have to be whole: mints know no short ones.
public struct MintRequest: Hashable, Sendable {
  /// The path, of characters that a URL may have as they are.
  public let path: String
  /// JSON to be posted; nil: it is a GET.
  public let body: [UInt8]?

  private init(_ path: String, body: [UInt8]? = nil) { (self.path, self.body) = (path, body) }

  private init(_ path: String, members: (inout JSONWriter) -> Void) {
    self.init(path, body: JSONWriter.text { $0.object(members) })
  }

  /// Who the mint is and what it can do (NUT-06); answered with a `MintInfo`.
  public static let info = MintRequest("/v1/info")

  /// All keysets without their keys (NUT-02); answered with `KeysetSummary.all`.
  public static let keysets = MintRequest("/v1/keysets")

  /// The keys of all active keysets (NUT-01); answered with `Keyset.all`.
  public static let activeKeys = MintRequest("/v1/keys")

  /// The keys of one keyset; answered with `Keyset.all`, of one.
  public static func keys(_ keyset: KeysetID) -> MintRequest { MintRequest("/v1/keys/" + keyset.hex) }

  /// New coins for old ones (NUT-03); answered with `BlindSignature.all`.
  public static func swap(inputs: [Proof], outputs: [BlindedMessage]) -> MintRequest {
    MintRequest("/v1/swap") { writer in
      writer.inputs(inputs)
      writer.outputs(outputs)
    }
  }

  /// Whether proofs are spent, by the points of their secrets (NUT-07); answered with `ProofState.all`.
  public static func checkState(_ points: [CompressedPoint]) -> MintRequest {
    MintRequest("/v1/checkstate") { writer in
      writer.name("Ys")
      writer.array { writer in
        for point in points { writer.text(point.hex) }
      }
    }
  }

  /// What the mint once signed of these (NUT-09); answered with `RestoredSignature.all`.
  public static func restore(_ outputs: [BlindedMessage]) -> MintRequest {
    MintRequest("/v1/restore") { $0.outputs(outputs) }
  }

  /// An invoice, to have coins for that amount when it is paid (NUT-04, NUT-23); answered with a `MintQuote`.
  public static func mintQuote(amount: UInt64, unit: String, description: String? = nil) -> MintRequest {
    MintRequest("/v1/mint/quote/bolt11") { writer in
      writer.name("amount")
      writer.number(amount)
      writer.name("unit")
      writer.text(unit)
      if let description {
        writer.name("description")
        writer.text(description)
      }
    }
  }

  /// How that stands; answered with a `MintQuote`.
  public static func mintQuoteState(_ quote: QuoteID) -> MintRequest {
    MintRequest("/v1/mint/quote/bolt11/" + quote.text)
  }

  /// The coins of a quote that was paid; answered with `BlindSignature.all`.
  public static func mint(_ quote: QuoteID, outputs: [BlindedMessage]) -> MintRequest {
    MintRequest("/v1/mint/bolt11") { writer in
      writer.name("quote")
      writer.text(quote.text)
      writer.outputs(outputs)
    }
  }

  /// What it would cost that the mint pays an invoice (NUT-05, NUT-23); answered with a `MeltQuote`.
  public static func meltQuote(invoice: String, unit: String) -> MintRequest {
    MintRequest("/v1/melt/quote/bolt11") { writer in
      writer.name("request")
      writer.text(invoice)
      writer.name("unit")
      writer.text(unit)
    }
  }

  /// How that stands; answered with a `MeltQuote`.
  public static func meltQuoteState(_ quote: QuoteID) -> MintRequest {
    MintRequest("/v1/melt/quote/bolt11/" + quote.text)
  }

  /// Pays the invoice with coins; answered with a `MeltQuote`. What is left of the fee's reserve comes back in blank
  /// outputs (NUT-08), whose amounts the mint chooses.
  public static func melt(_ quote: QuoteID, inputs: [Proof], blankOutputs: [BlindedMessage]) -> MintRequest {
    MintRequest("/v1/melt/bolt11") { writer in
      writer.name("quote")
      writer.text(quote.text)
      writer.inputs(inputs)
      if !blankOutputs.isEmpty { writer.outputs(blankOutputs) }
    }
  }
}

/// A quote's id. Who knows it can take what was paid for, so it is a secret; the mint chooses it, so it may be
/// anything, and is only taken when it can stand in a path as it is.
public struct QuoteID: Hashable, Sendable {
  /// Its characters: letters, digits, `-`, `_`, `.`, `~`, and more than dots.
  public let text: String

  /// nil: it could be more than a name in a path.
  public init?(_ text: String) {
    let isName = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        true
      default: false
      }
    }
    guard isName, text.utf8.count <= CashuLimits.quoteIDByteCountMax,
      text.utf8.contains(where: { $0 != UInt8(ascii: ".") })
    else { return nil }
    self.text = text
  }
}

extension JSONWriter {
  fileprivate mutating func inputs(_ inputs: [Proof]) {
    name("inputs")
    array { writer in
      for proof in inputs { writer.proof(proof, dleq: nil) }
    }
  }

  fileprivate mutating func outputs(_ outputs: [BlindedMessage]) {
    name("outputs")
    array { writer in
      for output in outputs {
        writer.object { writer in
          writer.name("amount")
          writer.number(output.amount)
          writer.name("id")
          writer.text(output.keyset.hex)
          writer.name("B_")
          writer.text(output.point.hex)
        }
      }
    }
  }
}
