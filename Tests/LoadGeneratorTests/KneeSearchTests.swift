import LoadGenerator
import Testing

@Suite struct KneeSearchTests {
  /// The rates that are tried on a server which bears up to `limit`.
  private func search(from first: Double, to last: Double, limit: Double) -> (KneeSearch, rates: [Double]) {
    var search = KneeSearch(from: first, to: last)
    var rates: [Double] = []
    while let rate = search.rate {
      rates.append(rate)
      search.note(isBorne: rate <= limit)
    }
    return (search, rates)
  }

  @Test func aKneeLiesBetweenARateThatIsBorneAndOneThatIsNot() {
    let (found, rates) = search(from: 100, to: 10_000, limit: 700)
    #expect(rates == [100, 200, 400, 800, 600, 700, 750, 725])
    #expect(found.knee == 700)
    #expect(found.stepCount == 8)
  }

  @Test func nothingBorneIsNoKnee() {
    let (found, rates) = search(from: 100, to: 10_000, limit: 50)
    #expect(rates == [100])
    #expect(found.knee == nil && found.borne == nil)
    #expect(found.stepCount == 1)
  }

  @Test func theLastRateIsTriedAndIsNoKneeWhenBorne() {
    let (found, rates) = search(from: 100, to: 500, limit: 10_000)
    #expect(rates == [100, 200, 400, 500])
    #expect(found.knee == nil && found.borne == 500)
    #expect(found.stepCount == 4)
    #expect(search(from: 100, to: 100, limit: 100).rates == [100])
  }
}
