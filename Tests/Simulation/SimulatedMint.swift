import Cashu
import Payments
import ScriptedMint
import Sessions
import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// A mint at the other end of a network that loses, delays and distorts, and what clients have there. It lives on when the broker dies: a
/// question that was sent may be carried out after that, within the time for which a broker doubts.
///
/// A question is *travelling* until it is carried out at `deliversAt`, once, or never; its answer is under way until `answersAt`.
final class SimulatedMint {
  /// What the broker is told of a question.
  struct Reply {
    let life: Int
    let call: UInt64
    let answer: Sessions.MintAnswer
    /// Whether it says less of what the mint can do than is needed; nil: it says nothing of that.
    let lacks: Bool?
  }

  private struct Question {
    let life: Int
    let call: UInt64
    let request: MintRequest
    var fault: MintFault?
    /// It comes there twice: the first one is done, and the second one refused for no reason.
    var isDoneAndRefused = false
    /// When the mint carries it out; nil: never, or it has.
    var deliversAt: UInt64?
    var answersAt: UInt64
    /// When the broker stops waiting for an answer.
    let timesOutAt: UInt64
    var answer = Sessions.MintAnswer.unknown
    /// The broker was told what came of it.
    var isTold = false
  }

  /// How a mint is set up.
  struct Terms {
    let unit: String
    let feePPK: UInt64
    let numerator: UInt64
    let denominator: UInt64
    let minimum: UInt64
    let exposure: UInt64
    /// 0: none.
    let ceiling: UInt64
  }

  /// A swap of a broker's that was done.
  struct DoneSwap {
    /// Of the life that asked for it.
    let life: Int
    /// The Ys that it spent, and the points that it signed.
    let inputs: [CompressedPoint]
    let outputs: [CompressedPoint]
  }

  /// The longest that a question travels: less than a broker doubts (60 s).
  static let travelMillisecondsMax: UInt64 = 50_000
  /// What a transport reads of an answer, and waits for it.
  private static let answerByteCountMax = 1 << 20

  let number: Int
  let terms: Terms
  let url: String
  var mint: ScriptedMint
  /// Coins of customers who spent theirs, and the source of all.
  var wallet: ScriptedWallet
  let curve: Curve
  private var questions: [Question] = []
  /// Nobody gets through until then, on the machine's clock.
  private var downUntil: UInt64 = 0
  private var refusesUntil: UInt64 = 0
  /// Whether it ever said that something is spent that is not; and whether it ever told what is not so of what it signed, or of what is
  /// unspent, to somebody who may have asked what there is of his own.
  private(set) var hasLied = false
  private(set) var hasMisled = false
  /// Until when it has said less of what it can do than a mint must, by the broker's clock: its end, as long as it says so. Whether the
  /// broker was told so last in this life, and since when its journal has that.
  var lackedUntil: UInt64 = 0
  var isSaidToLack = false
  var lacksSince: UInt64?
  /// Nothing goes wrong with it but what may with any server.
  var isHonest = false
  /// Whether somebody has the broker's words, and spends what it has here.
  let isRobbed: Bool
  /// Some of its ecash was credited, so the broker knows its keys.
  var isKnown = false
  /// Coins that were given to customers, or paid out to them.
  var given: [Proof] = []
  /// Points that customers spent, and what they got for them.
  var spentByCustomers: Set<CompressedPoint> = []
  var customersAmount: UInt64 = 0
  /// The broker's own, that somebody else spent, and those that somebody else had signed, with what they are worth.
  var stolen: Set<CompressedPoint> = []
  var ahead: [CompressedPoint: UInt64] = [:]
  /// In which life of a broker, of all that ever asked here, something was spent.
  private(set) var spenders: [CompressedPoint: Int] = [:]
  private var doneSwaps: [DoneSwap] = []
  /// What the broker's words make of each keyset, by counter.
  var ownOutputs: [KeysetID: [OwnOutput]] = [:]

  init?(seed: UInt64, number: Int, _ chance: inout Chance, curve: Curve) {
    let rates: [(UInt64, UInt64)] = [(1, 1), (1, 2), (2, 3), (8, 1)]
    let rate = rates[chance.below(rates.count)]
    terms = Terms(
      unit: number == 0 ? "sat" : "usd", feePPK: [0, 100, 1_000][chance.below(3)], numerator: rate.0,
      denominator: rate.1, minimum: chance.oneIn(2) ? 1 : 3, exposure: [0, 2_000, 1 << 40][chance.below(3)],
      ceiling: [0, 0, 0, 400, 4_000][chance.below(5)])
    isRobbed = chance.oneIn(5)
    url = "http://127.0.0.1:\(3_338 + number)"
    let name = "\(seed) \(number)"
    guard
      let mint = ScriptedMint(
        seed: name, units: [terms.unit], terms: ScriptedMint.Terms(keyCount: 16, inputFeePPK: terms.feePPK),
        curve: curve),
      let wallet = ScriptedWallet(seed: name + " wallet", url: url, unit: terms.unit, curve: curve)
    else { return nil }
    (self.mint, self.wallet, self.number, self.curve) = (mint, wallet, number, curve)
  }

  /// As an operator configures it; nil: never.
  var configuration: EcashMint? {
    guard let origin = try? MintOrigin(url), let unit = Name32(terms.unit) else { return nil }
    return EcashMint(
      origin: origin, unit: unit, numerator: terms.numerator, denominator: terms.denominator, minimum: terms.minimum,
      exposure: terms.exposure, ceiling: terms.ceiling)
  }

  // MARK: Questions of the broker

  /// A question leaves the broker; `isKind`: nothing goes wrong with it.
  func take(_ call: MintCall, life: Int, at now: UInt64, isKind: Bool, _ chance: inout Chance, _ coverage: Coverage) {
    var question = Question(
      life: life, call: call.id, request: call.request,
      fault: isKind || chance.below(5) > 0 ? nil : fault(for: call.request, &chance),
      deliversAt: now + chance.among(0...40), answersAt: 0, timesOutAt: now + call.timeoutMilliseconds)
    question.answersAt = (question.deliversAt ?? now) + chance.among(0...40)
    // A mint that can do less does so in quiet times too.
    if call.request.path == "/v1/info", !isHonest, chance.oneIn(8) { question.fault = chance.pick(Self.lacking) }
    if let fault = question.fault { coverage.count(fault) }
    if isKind, now >= downUntil {
      questions.append(question)
      return
    }
    if now < refusesUntil, call.request.path == "/v1/swap" {
      question.fault = .unprocessable
      question.isDoneAndRefused = chance.oneIn(4)
    }
    let isDown = now < downUntil
    switch isDown ? chance.below(2) : chance.below(24) {
    case 0:
      coverage.count(.mintUnreachable)
      (question.deliversAt, question.answer, question.answersAt) = (nil, .notSent, now + chance.among(0...5_000))
    case 1:
      coverage.count(.mintQuestionLost)
      (question.deliversAt, question.answersAt) = (nil, question.timesOutAt)
    case 2:
      // It arrives, and when it does nobody waits for it any more, or hardly.
      coverage.count(.mintQuestionLate)
      question.deliversAt = now + chance.among(1_000...Self.travelMillisecondsMax)
      question.answersAt = max(question.answersAt, question.deliversAt ?? now)
    default: break
    }
    question.answersAt = min(question.answersAt, question.timesOutAt)
    questions.append(question)
  }

  private func fault(for request: MintRequest, _ chance: inout Chance) -> MintFault? {
    let method = request.body == nil ? "GET" : "POST"
    if isHonest { return chance.pick(Self.ordinaryFaults.filter { $0.fits(method: method, path: request.path) }) }
    // Keys are asked for once only.
    if request.path.hasPrefix("/v1/keys/"), chance.oneIn(2) { return .changedKeys }
    return chance.pick(MintFault.allCases.filter { $0.fits(method: method, path: request.path) })
  }

  /// What may go wrong with any server.
  private static let ordinaryFaults: [MintFault] = [
    .lostBefore, .lostAfter, .delayed, .repeated, .serverError, .serverErrorAfter, .unprocessable, .notFound,
    .tooManyRequests, .garbage, .truncated,
  ]

  /// What of its abilities it may leave out.
  private static let lacking: [MintFault] = [.withoutStates, .withoutRestore, .withoutDLEQ]

  /// Faults by which somebody who asks what he has is told too little, or too much.
  private static let misleading: [MintFault] = [
    .statesSpent, .statesUnspent, .wrongPoint, .otherKey, .missingDLEQ, .wrongDLEQ, .wrongAmounts, .wrongKeyset,
    .tooFew, .tooMany, .reordered,
  ]

  /// Carries out what has arrived, and gives what the broker hears now.
  func pass(to now: UInt64, clock seconds: UInt64, _ chance: inout Chance) -> [Reply] {
    mint.now = max(mint.now, seconds)
    for index in questions.indices {
      guard let deliversAt = questions[index].deliversAt, deliversAt <= now else { continue }
      questions[index].deliversAt = nil
      carryOut(index, &chance)
    }
    var replies: [Reply] = []
    for index in questions.indices where !questions[index].isTold && questions[index].answersAt <= now {
      questions[index].isTold = true
      replies.append(
        Reply(
          life: questions[index].life, call: questions[index].call, answer: questions[index].answer,
          lacks: lacks(questions[index])))
    }
    questions.removeAll { $0.isTold && $0.deliversAt == nil }
    return replies
  }

  /// Whether it may tell next that it can do too little.
  var mayLack: Bool { questions.contains { !$0.isTold && $0.fault.map(Self.lacking.contains) ?? false } }

  /// What the broker is told by an answer of what the mint can do: whether that is too little.
  private func lacks(_ question: Question) -> Bool? {
    guard question.request.path == "/v1/info", case .answered(200, let body) = question.answer,
      let info = try? MintInfo(body)
    else { return nil }
    return !info.supported.isSuperset(of: [7, 9, 12])
  }

  private func carryOut(_ index: Int, _ chance: inout Chance) {
    let (request, fault) = (questions[index].request, questions[index].fault)
    if let fault, [.saysSpent, .statesSpent].contains(fault) { hasLied = true }
    if let fault, Self.misleading.contains(fault), request.path != "/v1/swap" { hasMisled = true }
    let swapCount = mint.totals.swapCount
    if questions[index].isDoneAndRefused { _ = mint.answer(request, fault: nil) }
    let answer = mint.answer(request, fault: fault)
    if mint.totals.swapCount > swapCount { swapIsDone(in: questions[index].life) }
    guard questions[index].isTold == false else { return }
    switch answer {
    case .response(let status, let body):
      guard body.count <= Self.answerByteCountMax else { return }
      questions[index].answer = .answered(status: status, body: body)
    case .late(let status, let body):
      let answersAt = questions[index].answersAt + chance.among(1_000...40_000)
      guard answersAt < questions[index].timesOutAt else { return timeOut(index) }
      questions[index].answersAt = answersAt
      questions[index].answer = .answered(status: status, body: body)
    case .lost: timeOut(index)
    }
  }

  private func swapIsDone(in life: Int) {
    let (inputs, outputs) = mint.lastSwap
    doneSwaps.append(DoneSwap(life: life, inputs: inputs, outputs: outputs))
    for input in inputs where spenders[input] == nil { spenders[input] = life }
  }

  private func timeOut(_ index: Int) { questions[index].answersAt = questions[index].timesOutAt }

  /// Swaps of the broker's that are under way, as they were asked for: each was not carried out yet, or was.
  func swapsUnderWay(of life: Int) -> [(body: [UInt8], isDone: Bool)] {
    let swaps = questions.filter { $0.life == life && $0.request.path == "/v1/swap" && !$0.isTold }
    return swaps.map { ($0.request.body ?? [], $0.deliversAt == nil) }
  }

  /// Those that were done since this was called last.
  func takeDoneSwaps() -> [DoneSwap] {
    defer { doneSwaps = [] }
    return doneSwaps
  }

  /// Takes no swap for a while, and does not say why.
  func refuse(until instant: UInt64) { refusesUntil = max(refusesUntil, instant) }

  /// Nobody gets through for a while.
  func breakDown(until instant: UInt64) { downUntil = max(downUntil, instant) }
  func recover() { (downUntil, refusesUntil) = (0, 0) }

  /// Keys of a keyset that has few: amounts take more coins than of others.
  static let fewKeyCount = 12

  /// It begins to sign with other keys.
  func rotate(hasFewKeys: Bool = false) {
    let few = ScriptedMint.Terms(keyCount: Self.fewKeyCount, inputFeePPK: terms.feePPK)
    mint.rotateKeyset(terms.unit, terms: hasFewKeys ? few : nil)
  }

  /// A thousandth of what spending coins costs, for each; rounded up.
  func fee(_ count: Int) -> UInt64 { (UInt64(count) * terms.feePPK + 999) / 1_000 }
}
