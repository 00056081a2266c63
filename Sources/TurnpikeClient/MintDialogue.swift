internal import Cashu

/// What a wallet asks of one mint, and how it reads the answers. Whatever is no answer to the question is an error, in
/// the mint's name.
struct MintDialogue {
  let mint: PayoutMint
  let ask: MintAsker

  func outcome(
    of request: MintRequest, timeoutMilliseconds: UInt64 = ClientLimits.timeoutMilliseconds
  ) async -> MintOutcome {
    await ask(
      MintQuestion(
        url: mint.url, path: request.path, body: request.body, timeoutMilliseconds: max(1, timeoutMilliseconds)))
  }

  /// What is read of the answer to a question that changes nothing.
  func answer<Value>(
    to request: MintRequest, _ read: ([UInt8]) throws(FormatError) -> Value
  ) async throws(TurnpikeError) -> Value {
    let body: [UInt8]
    switch await outcome(of: request) {
    case .answered(200, let answer): body = answer
    case .answered(let status, let answer): throw failure(Self.words(status, answer))
    case .notSent(let why), .unknown(let why): throw failure("does not answer: \(why)")
    }
    do throws(FormatError) {
      return try read(body)
    } catch {
      throw failure("answers \(request.path) with something else (\(error))")
    }
  }

  /// What a mint says where it does not do what it was asked.
  static func words(_ status: Int, _ body: [UInt8]) -> String {
    "says \(status): \(MintRefusal(status: status, body: body).detail)"
  }

  func failure(_ what: String) -> TurnpikeError { TurnpikeError(.mint("\(mint.url) \(what)")) }

  // MARK: Questions

  /// All keysets in the mint's unit, the newest last as a rule, without their keys.
  func keysets() async throws(TurnpikeError) -> [KeysetSummary] {
    let all = try await answer(to: .keysets) { body throws(FormatError) in try KeysetSummary.all(in: body) }
    return all.filter { $0.unit == mint.unit }
  }

  /// A keyset with its keys, of which its id is made.
  func keyset(_ id: KeysetID) async throws(TurnpikeError) -> Keyset {
    let told = try await answer(to: .keys(id)) { body throws(FormatError) in try Keyset.all(in: body) }
    guard let keyset = told.first(where: { $0.id == id && $0.unit == mint.unit }) else {
      throw failure("tells no keys of keyset \(id.hex)")
    }
    return keyset
  }

  /// Whether the mint gives back what is left of a fee's reserve (NUT-08).
  func returnsChange() async throws(TurnpikeError) -> Bool {
    try await answer(to: .info) { body throws(FormatError) in try MintInfo(body) }.supported.contains(8)
  }

  /// How it stands with a quote.
  func state(of quote: QuoteID) async throws(TurnpikeError) -> MeltQuote {
    let told = try await answer(to: .meltQuoteState(quote)) { body throws(FormatError) in try MeltQuote(body) }
    guard told.id == quote else { throw failure("tells of another quote than it was asked for") }
    return told
  }

  func states(of points: [CompressedPoint]) async throws(TurnpikeError) -> [ProofState] {
    try await answer(to: .checkState(points)) { body throws(FormatError) in try ProofState.all(in: body, for: points) }
  }

  func restored(_ outputs: [BlindedMessage]) async throws(TurnpikeError) -> [RestoredSignature] {
    try await answer(to: .restore(outputs)) { body throws(FormatError) in
      try RestoredSignature.all(in: body, for: outputs)
    }
  }
}
