import Cashu

/// A proof that was spent.
struct SpentProof: Sendable {
  let amount: Int128
  let unit: String
  let witness: String?
  /// Times that it was spent: counted, and not only kept from happening, so that the invariants can tell.
  var spendCount = 0
  /// Times that it was refused after that.
  var refusedCount = 0
}

/// A quote for coins (NUT-04).
struct MintQuoteRecord: Sendable {
  let id: String
  let invoice: String
  let amount: Int128
  let unit: String
  var isPaid = false
  var isIssued = false
}

/// A quote for paying an invoice (NUT-05), and what was put into it.
struct MeltQuoteRecord: Sendable {
  let id: String
  let invoice: String
  let amount: Int128
  let feeReserve: Int128
  let unit: String
  let expiry: UInt64
  var state = MeltQuote.State.unpaid
  var preimage: String?
  var change: [BlindSignature] = []
  /// While it is pending: what it will spend and sign.
  var inputs: [SpendableInput] = []
  var outputs: [SignableOutput] = []
}
