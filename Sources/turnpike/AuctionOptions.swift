import ArgumentParser
import TurnpikeClient

/// What a resource shows while its sponsor's period lasts.
struct BannerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("What to show if it wins: 1 to 95 bytes that anybody can read.", valueName: "text"),
    transform: parse)
  var text: Text96?
  @Option(
    help: ArgumentHelp("Where to lead whoever asks: 1 to 95 bytes.", valueName: "link"), transform: parse)
  var link: Text96?

  /// Nil: nothing is shown.
  var banner: Banner? {
    text == nil && link == nil ? nil : Banner(text: text ?? Text96(), link: link ?? Text96())
  }

  private static func parse(_ text: String) throws -> Text96 {
    guard let field = Text96(text) else {
      throw ValidationError("the text and the link of a banner are 1 to 95 bytes, without control characters")
    }
    return field
  }
}

extension Banner {
  /// What it says, as fields; what is not said is left out. A link is a text like any other: no terminal makes it one to be followed.
  var fields: [(String, Value)] {
    [("sponsorText", text), ("sponsorLink", link)].filter { !$0.1.isZero }.map { ($0.0, .text($0.1.string)) }
  }
}

extension TurnpikeClient {
  /// An auction, named in the error when there is none.
  func auction(_ id: UInt64) async throws -> AuctionDescription {
    try await naming("auction \(id)") { () async throws(TurnpikeError) in try await describeAuction(id) }
  }
}
