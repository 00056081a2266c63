import Testing
import TurnpikeClient
import WireProtocol

/// Offerings as a client opens them and is told of them, shares in words, and what refusals mean.
@Suite struct OfferingTests {
  private var terms: OfferingTerms {
    var terms = OfferingTerms(kind: .fixed, cap: 1_000, share: 400_000, durationMilliseconds: 7)
    (terms.unit, terms.startShare, terms.criterion, terms.returnPerMillion) = (10, 100_000, 50, 1_500_000)
    terms.periodMilliseconds = 8
    terms.tiers = [Tier(from: 10, rate: 1), Tier(from: 100, rate: 3)]
    terms.label = Name32("hall") ?? Name32()
    return terms
  }

  @Test func requestHasAllTerms() throws {
    let request = Request.openOffering(resource: 3, terms: terms)
    let read = unsafe OpenOfferingRequest(request.body.span.bytes, at: 0)
    let fixed = try #require(read)
    #expect(fixed.resource == 3 && fixed.cap == 1_000 && fixed.unit == 10 && fixed.criterion == 50)
    #expect(fixed.startShare == 100_000 && fixed.share == 400_000 && fixed.returnPerMillion == 1_500_000)
    #expect(fixed.duration == 7 && fixed.period == 8 && fixed.kind == .fixed && fixed.label.string == "hall")
    #expect(fixed.count == 2 && request.payment.isEmpty)
    let second = unsafe Tier(request.body.span.bytes, at: OpenOfferingRequest.byteCount + Tier.byteCount)
    #expect(second == Tier(from: 100, rate: 3))
    #expect(Request(opcode: .openOffering, body: request.body) == request)
  }

  @Test func moreTiersThanThereCanBeAreNoRequest() {
    var terms = terms
    terms.tiers = (1...UInt64(WireLimits.tierCountMax) + 1).map { Tier(from: $0, rate: 1) }
    let request = Request.openOffering(resource: 3, terms: terms)
    #expect(Request(opcode: .openOffering, body: request.body) == nil)
  }

  @Test func plainTermsTakeAnyInvestment() {
    let plain = OfferingTerms(kind: .ownership, cap: 1_000, share: 1, durationMilliseconds: 7)
    #expect(plain.unit == 1 && plain.tiers == [Tier(from: 1, rate: 1)] && plain.label.isZero)
    #expect(plain.criterion == 0 && plain.periodMilliseconds == 0 && plain.returnPerMillion == 0)
  }

  @Test func descriptionTellsTermsAndTiers() throws {
    let tiers = [
      TierFigures(from: 1, amount: 50, earned: 75, target: 75, rate: 1, retired: 1),
      TierFigures(from: 100, amount: 100, earned: 149, target: 150, rate: 3, retired: 0),
    ]
    let fixed = DescribeOfferingReply(
      resource: 3, cap: 1_000, criterion: 50, startLeft: 20, unit: 10, raised: 150, claims: 3, earned: 225,
      closesAt: 77, endsAt: 88, startShare: 100_000, share: 400_000, returnPerMillion: 1_500_000,
      count: UInt16(tiers.count), kind: .fixed, state: .sharing, label: Name32("hall") ?? Name32())
    let body = tiers.reduce(fixed.bytes) { $0 + $1.bytes }
    let told = try OfferingDescription(
      Reply(opcode: .describeOffering, number: 0, isReplayed: false, money: .none, body: body))
    #expect(told.resource == 3 && told.kind == .fixed && told.state == .sharing && told.label.string == "hall")
    #expect(told.cap == 1_000 && told.unit == 10 && told.raised == 150 && told.investmentCount == 3)
    #expect(told.earned == 225 && told.closesAt == 77 && told.endsAt == 88)
    #expect(told.share == 400_000 && told.startShare == 100_000 && told.returnPerMillion == 1_500_000)
    #expect(told.criterion == 50 && told.startLeft == 20 && told.tiers == tiers)
  }

  @Test(
    arguments: [
      ("0", 0), ("100", 1_000_000), ("100%", 1_000_000), ("12.5", 125_000), ("12.50%", 125_000), ("0.0001", 1),
      ("33.3333", 333_333), ("007", 70_000), ("429496.7295", .max),
    ] as [(String, UInt32)])
  func percentagesAreExactInMillionths(text: String, millionths: UInt32) {
    #expect(PercentText.decode(text) == millionths)
    #expect(PercentText.decode(PercentText.encode(UInt64(millionths))) == millionths)
  }

  @Test(arguments: [
    "", "%", ".", "1.", ".5", "1.00001", "1.50000", "-1", "+1", "1,5", "1.5.5", "1 ", "1%%", "1_000", "1e2", "٣",
    "429496.7296", "99999999999999999999",
  ])
  func otherTextIsNoPercentage(text: String) {
    #expect(PercentText.decode(text) == nil)
  }

  @Test func sharesAreWrittenWithTheDecimalsTheyNeed() {
    let shares: [UInt64] = [0, 1, 100, 12_340, 125_000, 1_000_000]
    #expect(shares.map { PercentText.encode($0) } == ["0%", "0.0001%", "0.01%", "1.234%", "12.5%", "100%"])
    #expect(PercentText.encode(.max) == "1844674407370955.1615%")
  }

  @Test(
    arguments: [
      (Opcode.invest, Status.capExceeded, 5_000, "INVEST: the offering takes only 5_000 more [CAP_EXCEEDED]"),
      (.invest, .capExceeded, 0, "INVEST: the offering takes no more [CAP_EXCEEDED]"),
      (
        .invest, .amountInvalid, 1_000,
        "INVEST: too little, or no multiple of the offering's unit; the nearest is 1_000 [AMOUNT_INVALID]"
      ),
      (.invest, .amountInvalid, 0, "INVEST: less than the offering's unit [AMOUNT_INVALID]"),
      (
        .splitRevenue, .sharesExceeded, 125_000,
        "SPLIT_REVENUE: that is more than all of the resource's revenue; 12.5% are left [SHARES_EXCEEDED]"
      ),
      (.match, .amountInvalid, 1_000, "MATCH: the broker takes 1_000 at least [AMOUNT_INVALID]"),
    ] as [(Opcode, Status, UInt64, String)])
  func refusalsSayWhatWouldDo(opcode: Opcode, status: Status, detail: UInt64, text: String) {
    #expect(TurnpikeError(.refused(status), operation: opcode, detail: detail).description == text)
  }

  @Test func sharingIsTheProvidersToDo() {
    for opcode: Opcode in [.openOffering, .splitRevenue] {
      let error = TurnpikeError(.refused(.notAuthorized), operation: opcode)
      #expect(error.description.contains("the resource's provider"))
    }
  }
}
