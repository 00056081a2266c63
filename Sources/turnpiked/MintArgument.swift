import ArgumentParser
import Cashu
import Sessions
import WireProtocol

/// A mint on the command line: `URL,unit=sat,rate=1000,minimum=1,exposure=10000,ceiling=1000000`.
struct MintArgument: ExpressibleByArgument {
  let mint: EcashMint
  /// Whether a rate was named.
  let hasRate: Bool

  init?(argument: String) {
    var parts = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !parts.isEmpty, let origin = try? MintOrigin(parts.removeFirst()), let unit = Name32("sat") else {
      return nil
    }
    var mint = EcashMint(origin: origin, unit: unit, numerator: 1_000, denominator: 1, minimum: 1, exposure: 0)
    var hasRate = false
    for part in parts {
      let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
      guard pair.count == 2 else { return nil }
      switch pair[0] {
      case "unit":
        guard let unit = Name32(pair[1]), pair[1].utf8.count <= CashuLimits.unitByteCountMax else { return nil }
        mint.unit = unit
      case "rate":
        let terms = pair[1].split(separator: "/", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(terms.count), let numerator = terms[0], numerator > 0,
          let denominator = terms.count == 2 ? terms[1] : 1, denominator > 0
        else { return nil }
        (mint.numerator, mint.denominator, hasRate) = (numerator, denominator, true)
      case "minimum":
        guard let minimum = UInt64(pair[1]) else { return nil }
        mint.minimum = minimum
      case "exposure":
        guard let exposure = UInt64(pair[1]) else { return nil }
        mint.exposure = exposure
      case "ceiling":
        guard let ceiling = UInt64(pair[1]) else { return nil }
        mint.ceiling = ceiling
      default: return nil
      }
    }
    self.mint = mint
    self.hasRate = hasRate
  }

  /// What is wrong with some of them together, when the broker's unit is this one; nil: the one it has, or msat.
  static func whyNot(_ mints: [MintArgument], unit: String?) -> String? {
    for argument in mints where !argument.hasRate {
      guard argument.mint.unit.string == "sat", unit ?? "msat" == "msat" else {
        return "\(argument.mint.origin): name a rate, such as rate=1000"
      }
    }
    return nil
  }
}
