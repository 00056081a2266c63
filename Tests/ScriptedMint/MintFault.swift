/// What goes wrong with one answer. The raw values are what the program takes (`--fault`, `/control/fault`).
public enum MintFault: String, CaseIterable, Hashable, Sendable {
  // MARK: The answer

  /// The request never gets there.
  case lostBefore = "lost-before"
  /// It is done, and its answer never comes.
  case lostAfter = "lost-after"
  /// It is done, and its answer comes late.
  case delayed
  /// It comes there twice, as through a proxy that tries again: it is done, and answered as the second one is.
  case repeated
  /// Status 500, and nothing is done.
  case serverError = "server-error"
  /// Status 500, though it is done.
  case serverErrorAfter = "server-error-after"
  /// Status 422 with a list, and nothing is done.
  case unprocessable
  /// Status 404, and nothing is done.
  case notFound = "not-found"
  /// Status 429, and nothing is done.
  case tooManyRequests = "too-many-requests"
  /// It is done, and the answer is a page for people.
  case garbage
  /// It is done, and the answer ends in its middle.
  case truncated
  /// It is done, and the answer has more bytes than anybody reads.
  case huge

  // MARK: Lies

  /// Proofs are said to be pending, and nothing is done.
  case saysPending = "says-pending"
  /// Proofs are said to be spent, and nothing is done.
  case saysSpent = "says-spent"
  /// Outputs are said to be signed, and nothing is done.
  case saysSigned = "says-signed"
  /// `/v1/checkstate` has all proofs spent.
  case statesSpent = "states-spent"
  /// `/v1/checkstate` has all proofs unspent.
  case statesUnspent = "states-unspent"

  // MARK: Signatures

  /// Points that are no signatures.
  case wrongPoint = "wrong-point"
  /// Signed and proved with another key than the one that is announced.
  case otherKey = "other-key"
  /// No DLEQ proof.
  case missingDLEQ = "missing-dleq"
  /// A DLEQ proof that is none.
  case wrongDLEQ = "wrong-dleq"
  /// Amounts that were not asked for.
  case wrongAmounts = "wrong-amounts"
  /// The id of another keyset.
  case wrongKeyset = "wrong-keyset"
  /// The last one is missing.
  case tooFew = "too-few"
  /// One more, the last again.
  case tooMany = "too-many"
  /// In another order.
  case reordered

  // MARK: What it can do

  /// `/v1/info` does not say that it tells what is spent (NUT-07).
  case withoutStates = "without-states"
  /// `/v1/info` does not say that it tells what it signed (NUT-09).
  case withoutRestore = "without-restore"
  /// `/v1/info` does not say that it proves what it signed (NUT-12).
  case withoutDLEQ = "without-dleq"

  // MARK: Keysets

  /// Right before the request keysets are rotated: old ones sign no more.
  case rotated
  /// Keysets are told with other keys under the same id.
  case changedKeys = "changed-keys"
  /// Keysets are told with another fee under the same id.
  case changedFee = "changed-fee"

  // MARK: Lightning

  /// An invoice that nobody pays.
  case unpaid
  /// The payment stays under way.
  case meltPending = "melt-pending"
  /// The payment fails.
  case meltFailed = "melt-failed"

  /// The NUT of which `/v1/info` does not say that it is supported; nil: it says all.
  var missingNUT: Int? {
    switch self {
    case .withoutStates: 7
    case .withoutRestore: 9
    case .withoutDLEQ: 12
    default: nil
    }
  }

  /// Whether it makes a difference to such a request.
  public func fits(method: String, path: String) -> Bool {
    switch self {
    case .saysPending, .saysSpent: ["/v1/swap", "/v1/melt/bolt11"].contains(path)
    case .saysSigned: ["/v1/swap", "/v1/mint/bolt11"].contains(path)
    case .statesSpent, .statesUnspent: path == "/v1/checkstate"
    case .wrongPoint, .otherKey, .missingDLEQ, .wrongDLEQ, .wrongAmounts, .wrongKeyset, .tooFew, .tooMany, .reordered:
      ["/v1/swap", "/v1/mint/bolt11", "/v1/restore", "/v1/melt/bolt11"].contains(path)
    case .withoutStates, .withoutRestore, .withoutDLEQ: path == "/v1/info"
    case .rotated: method == "POST"
    case .changedKeys: path == "/v1/keys" || path.hasPrefix("/v1/keys/")
    case .changedFee: path == "/v1/keysets" || path == "/v1/keys" || path.hasPrefix("/v1/keys/")
    case .unpaid: method == "POST" && path == "/v1/mint/quote/bolt11"
    case .meltPending, .meltFailed: path == "/v1/melt/bolt11"
    default: true
    }
  }
}

/// What comes of a request.
public enum MintAnswer: Hashable, Sendable {
  /// An answer.
  case response(status: Int, body: [UInt8])
  /// An answer, after a while.
  case late(status: Int, body: [UInt8])
  /// None: and whether the mint took notice of the request.
  case lost(isDone: Bool)
}
