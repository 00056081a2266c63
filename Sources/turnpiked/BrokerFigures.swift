import Foundation
import WireProtocol

/// A broker's own balances, as `turnpike audit` prints them in JSON.
struct BrokerFigures {
  /// Commands applied when they were taken.
  var sequence: UInt64
  /// Every balance, and the counters beside them.
  var figures: [Figure] = []

  /// Throws when the text is anything else.
  init(json: [UInt8]) throws {
    let printed = try JSONDecoder().decode(Printed.self, from: Data(json))
    sequence = printed.sequence
    for figure in printed.figures {
      guard let account = Account.allCases.first(where: { $0.specificationName == figure.account }) else {
        throw CocoaError(.coderInvalidValue)
      }
      figures.append(Figure(account: account, keyEpoch: figure.keyEpoch, balance: figure.balance))
    }
  }

  private struct Printed: Decodable {
    struct Line: Decodable {
      var account: String
      var keyEpoch: UInt32
      var balance: Int64
    }

    var sequence: UInt64
    var figures: [Line]
  }
}
