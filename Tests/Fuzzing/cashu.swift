// Compiled together with Sources/Cashu by `run`, so that it gets behind base64, where most changes would only break the text.

/// One input for every reader of what wallets and mints send. None may trap, and what was read keeps its promises.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
  let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: byteCount))
  let text = String(decoding: bytes, as: UTF8.self)
  for token in [try? Token(bytes), try? Token(cbor: bytes), try? Token(json: bytes)] { if let token { check(token) } }
  for text in [text, "creqA" + String(decoding: Base64.encode(bytes), as: UTF8.self)] {
    guard let request = try? PaymentRequest(text: text) else { continue }
    precondition((try? request.text()).flatMap { try? PaymentRequest(text: $0) } == request)
  }
  if case .key(let key, let locktime) = SpendingCondition(secret: text) {
    precondition(text.contains("\"\(key.hex)\"") && !text.contains("\\"))
    precondition(locktime == nil || text.contains("\"\(locktime ?? 0)\""))
  }
  if let invoice = try? LightningInvoice(text) {
    precondition(invoice.millisatoshis != 0 && (try? LightningInvoice(invoice.text)) == invoice)
  }
  // Behind the checksum, which no change would keep.
  _ = try? InvoiceFields(bytes.map { $0 & 31 })
  _ = (try? MintInfo(bytes), try? MintQuote(bytes), try? MeltQuote(bytes), try? Keyset.all(in: bytes))
  _ = (try? KeysetSummary.all(in: bytes), try? BlindSignature.all(in: bytes, for: []))
  _ = (try? RestoredSignature.all(in: bytes, for: []), try? ProofState.all(in: bytes, for: []))
  precondition(MintRefusal(status: 400, body: bytes).detail.utf8.allSatisfy { 0x20...0x7e ~= $0 })
  return 0
}

/// What can be read can be written, and says the same again, unless it gets too long.
private func check(_ token: Token) {
  precondition(token.amount == token.proofs.reduce(0) { $0 + $1.amount })
  guard let raw = try? token.raw() else { return }
  guard let again = try? Token(raw) else { preconditionFailure() }
  precondition(again.amount == token.amount && again.mint == token.mint && again.memo == token.memo)
  precondition(Set(again.proofs.map(\.secret)) == Set(token.proofs.map(\.secret)))
}
