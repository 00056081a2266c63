import TurnpikeClient

/// What is sold: a text, reversed, for one unit of the resource's meter 0 per call.
///
/// A caller sends the id of its lease and a debit key that it granted for it. The charge is made before the work, by this
/// server, from the caller's lease: the debit key lets it take that much and nothing else.
struct Service: Sendable {
  struct Answer: Sendable {
    var status: Int
    var body: String
  }

  let client: TurnpikeClient
  /// The resource whose leases pay here.
  let resource: UInt64
  /// What a call costs now, to be told to callers who did not pay.
  let price: UInt64

  func answer(_ request: HTTPRequest) async -> Answer {
    guard request.path.hasPrefix("/reverse/") else { return Answer(status: 404, body: "GET /reverse/TEXT") }
    let text = request.path.dropFirst("/reverse/".count)
    guard let lease = request.headers["turnpike-lease"].flatMap({ UInt64($0) }),
      let key = request.headers["turnpike-debit-key"].flatMap({ Bytes16(hexadecimal: $0) })
    else {
      return Answer(
        status: 402,
        body:
          "a call costs \(price) \(client.broker.unit.string): send Turnpike-Lease and Turnpike-Debit-Key of a lease "
          + "of resource \(resource)")
    }
    do throws(TurnpikeError) {
      // Anyone's lease can be charged with its key; only a lease of this resource pays its provider.
      guard try await client.check(lease: lease).resource == resource else {
        return Answer(status: 402, body: "lease \(lease) is not one of resource \(resource)")
      }
      let receipt = try await charge(LeaseKey(lease: lease, key: key))
      return Answer(
        status: 200,
        body: "\(String(text.reversed())) (charged \(receipt.charged), balance \(receipt.balance))")
    } catch {
      return Answer(status: error.status == nil ? 503 : 402, body: "\(error)")
    }
  }

  /// Charges one call, once. When no answer came it asks again with the same use number, which cannot charge twice.
  private func charge(_ key: LeaseKey) async throws(TurnpikeError) -> UseReply {
    do throws(TurnpikeError) {
      return try await client.use(key, quantity: 1)
    } catch {
      guard error.money == .notKnown, error.detail > 0 else { throw error }
      return try await client.use(key, quantity: 1, useNumber: error.detail)
    }
  }
}
