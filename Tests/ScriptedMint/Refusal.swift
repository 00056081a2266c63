/// Why the mint does not do what it is asked: an answer, as real mints give it.
struct Refusal: Error {
  /// The status of HTTP.
  let status: Int
  /// The body.
  let body: JSONValue

  /// One with a status of its own.
  init(status: Int, body: JSONValue) { (self.status, self.body) = (status, body) }

  /// Status 400, with a number that says which of the reasons it is, and words.
  init(_ code: Int, _ detail: String) {
    self.init(status: 400, body: ["detail": .text(detail), "code": .integer(code)])
  }

  /// Status 422: the request does not have the shape that it should.
  static func shape(_ type: String, at place: [JSONValue], _ message: String, input: JSONValue = .null) -> Refusal {
    let detail: JSONValue = [
      "type": .text(type), "loc": .array(["body"] + place), "msg": .text(message), "input": input,
    ]
    return Refusal(status: 422, body: ["detail": [detail]])
  }

  static let notFound = Refusal(status: 404, body: ["detail": "Not Found"])
  static let tooManyRequests = Refusal(status: 429, body: ["detail": "Rate limit exceeded."])
  static let internalError = Refusal(status: 500, body: ["detail": "Internal Server Error"])
  static let full = Refusal(status: 503, body: ["detail": "The mint is full."])

  // MARK: Inputs

  static let invalidProof = Refusal(10001, "proofs could not be verified")
  static let noInputs = Refusal(11000, "no proofs provided.")
  static let spent = Refusal(11001, "proofs already spent")
  static let pending = Refusal(11002, "proofs are pending")
  static let duplicateInputs = Refusal(11007, "Duplicate inputs provided")
  static let severalInputUnits = Refusal(11009, "inputs have different units.")
  static let longSecret = Refusal(11000, "secret too long. max: \(ScriptedMintLimits.textCountMax)")
  static let longWitness = Refusal(11000, "input witness data too long. max: \(ScriptedMintLimits.textCountMax)")
  static let invalidPoint = Refusal(0, "The public key could not be parsed or is invalid.")
  static let notHexadecimal = Refusal(0, "non-hexadecimal number found in fromhex() arg at position 0")
  static func unknownInputKeyset(_ id: String) -> Refusal { Refusal(0, "keyset \(id) unknown") }
  static func noKey(_ amount: Int128) -> Refusal { Refusal(0, String(amount)) }

  // MARK: Outputs

  static let noOutputs = Refusal(0, "no outputs provided.")
  static let severalOutputKeysets = Refusal(11000, "outputs have different keyset ids.")
  static let unknownOutputKeyset = Refusal(11000, "keyset id unknown.")
  static let inactiveKeyset = Refusal(12002, "keyset is inactive, cannot sign messages")
  static let signed = Refusal(11003, "outputs already signed")
  static let pendingOutputs = Refusal(11004, "outputs are pending")
  static let duplicateOutputs = Refusal(11008, "Duplicate outputs provided")
  static let otherUnit = Refusal(11010, "Inputs and outputs not of same unit")
  static let invalidOutput = Refusal(11000, "invalid blinded message.")
  static let tooLargeAmount = Refusal(0, "amount too large")
  static func invalidAmount(_ amount: Int128) -> Refusal { Refusal(10000, "invalid amount: \(amount)") }

  // MARK: Sums

  static func tooMuch(inputs: Int128, outputs: Int128) -> Refusal {
    Refusal(11000, "input amounts (\(inputs)) less than output amounts (\(outputs)).")
  }
  static func unbalanced(inputs: Int128, fee: Int128, outputs: Int128) -> Refusal {
    Refusal(11000, "inputs (\(inputs)) - fees (\(fee)) vs outputs (\(outputs)) are not balanced.")
  }

  // MARK: Keysets and quotes

  static func unknownKeyset(_ id: String) -> Refusal { Refusal(12001, "keyset not found: \(id)") }
  static let unknownQuote = Refusal(0, "quote not found")
  static let unpaidQuote = Refusal(20001, "quote not paid")
  static let issuedQuote = Refusal(20002, "quote already issued")
  static let otherAmount = Refusal(11000, "amount to mint does not match quote amount")
  static let otherQuoteUnit = Refusal(11000, "quote unit does not match output unit")
  static func unknownUnit(_ unit: String) -> Refusal { Refusal(0, "'\(unit)'") }
  static func unusedUnit(_ unit: String) -> Refusal { Refusal(11013, "unit '\(unit)' not supported in any keyset.") }
  static let invalidInvoice = Refusal(0, "Bech32 string is not valid.")
  static let paymentFailed = Refusal(20004, "Lightning payment failed.")
  static let pendingMelt = Refusal(20005, "melt quote is not unpaid: pending")
  static let paidMelt = Refusal(20006, "melt quote is not unpaid: paid")
  static let paidInvoice = Refusal(20006, "Melt quote already paid or pending.")
  static let paidOwnInvoice = Refusal(20006, "mint quote already paid")
  static func tooLittle(provided: Int128, needed: Int128) -> Refusal {
    Refusal(11000, "not enough inputs provided for melt. Provided: \(provided), needed: \(needed)")
  }

  // MARK: Locks

  static let noSignature = Refusal(11000, "no signatures in proof.")
  static func malformedLock(_ what: String? = nil) -> Refusal {
    Refusal(11000, "malformed NUT-10 secret" + (what.map { ": \($0)." } ?? "."))
  }
  static func unsigned(_ count: Int, of needed: Int) -> Refusal {
    Refusal(11000, "signature threshold not met. \(count) < \(needed).")
  }
}
