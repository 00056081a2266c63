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

/// What a bidder must know of revealing, and the looks before a sealed bid is paid.
struct SealedBidOptions: ParsableArguments {
  @Flag(help: "Pay for a sealed bid even if there is less than a minute to reveal it in, and not to costs money.")
  var acceptShortReveal = false

  /// Time that one should have.
  private static let revealMillisecondsMin: UInt64 = 60_000

  /// Refuses, before anything is paid, a sealed bid that could not win, and one that is hard to reveal in time.
  ///
  /// - Parameters:
  ///   - bid: What it is.
  ///   - money: All that will have been paid for it.
  func check(_ bid: UInt64, paidBy money: UInt64, in auction: AuctionDescription, unit: String) throws(TurnpikeError) {
    guard auction.isSealed else { return }
    func plain(_ amount: UInt64) -> String { PlainText.encode(.amount(amount, unit: unit)) }
    guard bid >= auction.reserve else {
      throw TurnpikeError(
        .invalidArgument(
          "a bid of \(plain(bid)) could never win: the reserve of auction \(auction.auction) is \(plain(auction.reserve))"
        ))
    }
    let milliseconds = auction.decidedAt - min(auction.closesAt, auction.decidedAt)
    let forfeit = UInt64(min(auction.forfeitPerMillion, Percent.whole))
    guard forfeit > 0, milliseconds < Self.revealMillisecondsMin, !acceptShortReveal else { return }
    let lost = UInt64(Percent.whole).dividingFullWidth(money.multipliedFullWidth(by: forfeit)).quotient
    throw TurnpikeError(
      .invalidArgument(
        "a bid in auction \(auction.auction) has to be revealed within \(DurationText.encode(milliseconds)) from "
          + "\(InstantText.encode(auction.closesAt)) on, or \(PercentText.encode(forfeit)) of its money (\(plain(lost))) is "
          + "forfeit: say --accept-short-reveal if you will be there"))
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
