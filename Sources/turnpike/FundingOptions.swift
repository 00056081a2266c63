import ArgumentParser
import TurnpikeClient

/// What is said in public of a donation, pledge, matching deposit, campaign, offering or auction.
struct LabelOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What to say in public: 1 to 31 bytes that anybody can read.", valueName: "text"),
    transform: { text in
      guard let name = Name32(text) else {
        throw ValidationError("a label is 1 to 31 bytes, without control characters")
      }
      return name
    })
  var label: Name32?

  /// Zero bytes when nothing is said.
  var name: Name32 { label ?? Name32() }
}

/// The name under which the wallet keeps a claim.
struct ClaimNameOptions: ParsableArguments {
  @Option(name: [.long, .customLong("alias")], help: "A name for the claim in this wallet.")
  var name: String?

  func validate() throws {
    if let name, !WalletContent.isAlias(name) { throw ValidationError("\(name) cannot be a name") }
  }
}

/// What a matching deposit adds to a donation: `numerator` for each `denominator`.
struct Ratio {
  var numerator: UInt32
  var denominator: UInt32

  static func parse(_ text: String) throws -> Ratio {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
    guard parts.count == 2, let numerator = parts[0], let denominator = parts[1], numerator > 0, denominator > 0 else {
      throw ValidationError("a ratio is as in 1:1 or 3:2, added to given")
    }
    return Ratio(numerator: numerator, denominator: denominator)
  }
}

/// A resource of a pool, and its share.
struct Share {
  var resource: String
  var weight: UInt32

  /// `gpu=3`; without a weight it is 1.
  static func parse(_ text: String) throws -> Share {
    guard let sign = text.lastIndex(of: "=") else { return Share(resource: text, weight: 1) }
    guard let weight = UInt32(text[text.index(after: sign)...]), weight > 0 else {
      throw ValidationError("\(text): a weight is a whole number from 1, as in gpu=3")
    }
    return Share(resource: String(text[..<sign]), weight: weight)
  }
}

/// A share of a whole, exact in millionths.
struct Percent {
  /// Millionths of all there is.
  static let whole: UInt32 = 1_000_000

  var millionths: UInt32

  static func parse(_ text: String) throws -> Percent {
    guard let millionths = PercentText.decode(text) else {
      throw ValidationError("\(text): a percentage is a number with up to four decimals, as in 12.5 or 0.0001")
    }
    return Percent(millionths: millionths)
  }
}

extension Tier {
  /// `50_000:2`.
  static func parse(_ text: String) throws -> Tier {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let rate = UInt32(parts[1]), rate > 0 else {
      throw ValidationError("\(text): a tier is an amount and a rate from 1, as in 50_000:2")
    }
    return Tier(from: try Amount.parse(String(parts[0])).value, rate: rate)
  }
}

extension RevenueShare {
  /// `2=12.5`.
  static func parse(_ text: String) throws -> RevenueShare {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let provider = UInt64(parts[0]), provider > 0 else {
      throw ValidationError("\(text): a share is the number of a provider and a percentage, as in 2=12.5")
    }
    let percent = try Percent.parse(String(parts[1]))
    guard (1...Percent.whole).contains(percent.millionths) else {
      throw ValidationError("\(text): a provider gets more than 0 and at most 100")
    }
    return RevenueShare(provider: provider, perMillion: percent.millionths)
  }
}

extension Wallet {
  /// The claim of the wallet that an id or a name stands for.
  func claim(_ name: String) throws(TurnpikeError) -> WalletClaim {
    let id = UInt64(name)
    guard let claim = content.claims.first(where: { $0.alias == name || $0.key.claim == id }) else {
      throw TurnpikeError(.invalidArgument("the wallet has no claim \(name)"))
    }
    return claim
  }
}

extension Account {
  func claim(_ name: String) async throws -> WalletClaim { try await wallet.claim(name) }
}

extension Options {
  /// The id of the claim that the wallet has under a name, without a connection of the wallet.
  func claim(_ name: String) async throws -> UInt64 { try await openWallet(creating: false).claim(name).key.claim }
}

extension TurnpikeClient {
  /// The pool that a name or id stands for.
  func pool(named name: String) async throws -> PoolDescription {
    if let id = UInt64(name) {
      return try await naming("pool \(id)") { () async throws(TurnpikeError) in try await describePool(id) }
    }
    guard let field = Name32(name) else {
      throw TurnpikeError(.invalidArgument("\(name) is not the name of a pool"))
    }
    return try await naming(name) { () async throws(TurnpikeError) in try await describePool(name: field) }
  }
}
