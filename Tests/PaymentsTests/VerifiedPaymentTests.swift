import Payments
import Testing
import TurnpikeCrypto
import WireProtocol

@Suite struct VerifiedPaymentTests {
  @Test func aPaymentHoldsItsNotesAndTheirSum() throws {
    let fixture = try NoteFixture()
    let tokens = [
      fixture.token(epoch: 1, serial: 1, amount: 10), fixture.token(epoch: 2, serial: 2, amount: 20, binding: 5),
    ]
    var payment = VerifiedPayment()
    let verdict = payment.verify(NoteFixture.block(tokens), keyring: fixture.keyring)
    let notes = (0..<payment.count).map { payment[$0] }
    let total = payment.total
    #expect(verdict.status == .ok)
    #expect(
      notes == [
        VerifiedNote(keyEpoch: 1, serial: 1, amount: 10, binding: 0),
        VerifiedNote(keyEpoch: 2, serial: 2, amount: 20, binding: 5),
      ])
    #expect(total == 30)
  }

  @Test func aPaymentIsFilledAnewEveryTime() throws {
    let fixture = try NoteFixture()
    var payment = VerifiedPayment()
    _ = payment.verify(
      NoteFixture.block([fixture.token(amount: 1), fixture.token(amount: 2)]), keyring: fixture.keyring)
    let second = payment.verify(NoteFixture.block([fixture.token(amount: 4)]), keyring: fixture.keyring)
    let (count, total) = (payment.count, payment.total)
    #expect(second.status == .ok)
    #expect(count == 1)
    #expect(total == 4)
    payment.clear()
    let cleared = payment.total
    #expect(cleared == 0)
  }

  @Test func theSameNoteTwiceIsLeftToTheStateMachine() throws {
    let fixture = try NoteFixture()
    #expect(fixture.verdict([fixture.token(), fixture.token()]).status == .ok)
  }

  @Test func asManyTokensAsAllowedAndNoMore() throws {
    let fixture = try NoteFixture()
    let tokens = (0..<33).map { fixture.token(serial: $0) }
    #expect(fixture.verdict(Array(tokens[..<32])).status == .ok)
    #expect(fixture.verdict(tokens).isRefused(.paymentMalformed))
    #expect(fixture.verdict([]).isRefused(.paymentMalformed))
  }

  @Test func theOffendingTokenIsNamed() throws {
    let fixture = try NoteFixture()
    let good = fixture.token()
    var forged = good
    forged[47] ^= 1
    var foreignEpoch = good
    foreignEpoch[4] = 9
    for index in 0..<32 {
      var tokens = [[UInt8]](repeating: good, count: 32)
      tokens[index] = forged
      #expect(fixture.verdict(tokens).isRefused(.noteForged, token: UInt8(index)))
      tokens[index] = foreignEpoch
      #expect(fixture.verdict(tokens).isRefused(.noteEpochUnknown, token: UInt8(index)))
    }
  }

  @Test func railsAreJudgedBeforeAnyTag() throws {
    let fixture = try NoteFixture()
    let note = fixture.token()
    var forged = note
    forged[40] ^= 1
    func with(rail: UInt8) -> [UInt8] { [rail] + note[1...] }
    #expect(fixture.verdict([with(rail: 0)]).isRefused(.railUnknown))
    #expect(fixture.verdict([forged, with(rail: 4)]).isRefused(.railUnknown, token: 1))
    #expect(fixture.verdict([with(rail: Rail.chain.rawValue)]).isRefused(.paymentMalformed))
    #expect(fixture.verdict([note, with(rail: Rail.chain.rawValue)]).isRefused(.railsMixed, token: 1))
    #expect(fixture.verdict([with(rail: Rail.cashu.rawValue)]).isRefused(.railUnknown))
    #expect(fixture.verdict([forged, note, with(rail: Rail.cashu.rawValue)]).isRefused(.railsMixed, token: 2))
  }

  @Test func theSumIsBoundedByAllMoney() throws {
    let fixture = try NoteFixture()
    let all = UInt64(WireLimits.moneyMax)
    #expect(fixture.verdict([fixture.token(amount: all - 1), fixture.token(amount: 1)]).status == .ok)
    #expect(
      fixture.verdict([fixture.token(amount: all), fixture.token(amount: 1)]).isRefused(.amountOverflow, token: 1))
    #expect(fixture.verdict([fixture.token(amount: all + 1)]).isRefused(.amountOverflow))
    // Beyond 64 bits, with a sum that would wrap to something small.
    let halves = [UInt64](repeating: 1 << 62, count: 5).map { fixture.token(amount: $0) }
    #expect(fixture.verdict(halves).isRefused(.amountOverflow, token: 1))
  }

  @Test func everyCutIsMalformed() throws {
    let fixture = try NoteFixture()
    let block = NoteFixture.block([fixture.token(), fixture.token(serial: 8)])
    #expect(fixture.verdict(block: block).status == .ok)
    for byteCount in 0..<block.count {
      #expect(fixture.verdict(block: Array(block[..<byteCount])).isRefused(.paymentMalformed), "\(byteCount) bytes")
    }
    #expect(fixture.verdict(block: block + [0]).isRefused(.paymentMalformed))
  }

  /// The block's own size is made to fit every cut, so that the walk over the tokens has to find it.
  @Test func everyCutOfTheTokensIsMalformed() throws {
    let fixture = try NoteFixture()
    let tokens = fixture.token() + fixture.token(serial: 8)
    for byteCount in 0..<tokens.count {
      let block = [UInt8(byteCount), 0, 2, 0] + tokens[..<byteCount]
      let verdict = fixture.verdict(block: block)
      #expect(verdict.isRefused(.paymentMalformed, token: byteCount < 48 ? 0 : 1), "\(byteCount) bytes")
    }
    let longer = [UInt8(tokens.count + 4), 0, 2, 0] + tokens + [1, 0, 48, 0]
    #expect(fixture.verdict(block: longer).isRefused(.paymentMalformed))
  }

  @Test func everyOtherSizeAndCountIsMalformed() throws {
    let fixture = try NoteFixture()
    let block = NoteFixture.block([fixture.token(), fixture.token(serial: 8)])
    for byteCount in 0...UInt16.max where byteCount != 96 {
      var altered = block
      altered[0] = UInt8(truncatingIfNeeded: byteCount)
      altered[1] = UInt8(byteCount >> 8)
      #expect(fixture.verdict(block: altered).status == .paymentMalformed)
    }
    for count in 0...UInt8.max where count != 2 {
      var altered = block
      altered[2] = count
      #expect(fixture.verdict(block: altered).status == .paymentMalformed)
    }
    for reserved in 1...UInt8.max {
      var altered = block
      altered[3] = reserved
      #expect(fixture.verdict(block: altered).status == .paymentMalformed)
    }
    for tokenByteCount in 0...UInt16.max where tokenByteCount != 48 {
      var altered = block
      altered[4 + 48 + 2] = UInt8(truncatingIfNeeded: tokenByteCount)
      altered[4 + 48 + 3] = UInt8(tokenByteCount >> 8)
      #expect(fixture.verdict(block: altered).isRefused(.paymentMalformed, token: 1))
    }
  }

  /// Blocks of random bytes, with plausible heads: nothing traps, nothing is worth anything.
  @Test func randomBlocksAreWorthNothing() throws {
    let fixture = try NoteFixture()
    var generator = SplitMix64(state: 1)
    for _ in 0..<20_000 {
      let tokenCount = Int.random(in: 0...4, using: &generator)
      var block = [UInt8(tokenCount * 48), 0, UInt8(tokenCount), 0]
      for _ in 0..<tokenCount {
        block += [1, 0, 48, 0, UInt8.random(in: 0...3, using: &generator), 0, 0, 0]
        block += (8..<48).map { _ in UInt8.random(in: 0...255, using: &generator) }
      }
      if !block.isEmpty, Bool.random(using: &generator) {
        block[Int.random(in: 0..<block.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      #expect(fixture.verdict(block: block).status != .ok)
    }
  }
}

/// Random numbers that are the same in every run.
private struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
