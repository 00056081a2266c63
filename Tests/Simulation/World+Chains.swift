import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// What owners do with hash chains.
extension World {
  func openChain(_ lease: KnownLease) {
    let number = UInt32(1 + chance.below(6))
    guard lease.chains[number] == nil else { return tick(lease) }
    var payment: [NoteToken] = []
    var (length, weight) = (UInt32(chance.among(2...40)), chance.among(1...40))
    if chance.oneIn(2), let note = notes(1, for: lease).first {
      // Exactly what the note is worth.
      payment = [note]
      length = UInt32((2...40).last { note.amount % $0 == 0 } ?? 1)
      weight = note.amount / UInt64(length)
    }
    let chain = KnownChain(lease: lease.id, number: number, weight: weight, length: length, last: draw())
    let root = chain.word(0)
    // Nobody opens another of that number until it is known what became of this one.
    lease.chains[number] = chain
    lease.owner.ask(
      { OpenChainRequest(handle: $0, chain: number, weight: weight, length: length, root: root) }, .openChain
    ) { errand in
      (errand.payment, errand.key, errand.changes, errand.chain) = (payment, lease.ownerKey, lease, chain)
      errand.isHasty = chance.oneIn(10)
      errand.then = { if $0.status == .ok { chain.isOpen = true } else { lease.chains[number] = nil } }
    }
  }

  /// USE or FUND, paid by the next words of a chain.
  func tick(_ lease: KnownLease) {
    let open = lease.chains.values.filter { !$0.isClosing && $0.shown < $0.length }.sorted { $0.number < $1.number }
    guard let chain = chance.pick(open) else { return }
    chain.shown += UInt32(chance.among(1...UInt64(min(4, chain.length - chain.shown))))
    let token = chain.tick(chain.shown)
    if chance.oneIn(4) {
      lease.owner.ask({ _ in FundRequest(lease: lease.id, handle: 0) }, .fund) { errand in
        (errand.tick, errand.changes, errand.chain) = (token, lease, chain)
      }
      return
    }
    let key = lease.ownerKey
    let number = lease.useNumbers[key, default: 0] + 1
    lease.useNumbers[key] = number
    let quantity = chance.among(1...3)
    lease.owner.ask({ UseRequest(handle: $0, meter: 0, quantity: quantity, useNumber: number, lease: 0) }, .use) {
      errand in
      (errand.tick, errand.key, errand.changes, errand.chain) = (token, key, lease, chain)
      errand.useNumber = number
    }
  }

  func closeChain(_ lease: KnownLease) {
    let open = lease.chains.values.filter { !$0.isClosing }.sorted { $0.number < $1.number }
    guard let chain = chance.pick(open) else { return }
    chain.isClosing = true
    lease.owner.ask({ CloseChainRequest(handle: $0, chain: chain.number) }, .closeChain) { errand in
      (errand.key, errand.changes, errand.chain) = (lease.ownerKey, lease, chain)
      errand.isHasty = chance.oneIn(10)
      errand.then = { answer in
        if answer.status == .ok || answer.status == .chainUnknown {
          lease.chains[chain.number] = nil
        } else {
          chain.isClosing = false
        }
      }
    }
  }

  func checkChain(_ lease: KnownLease, by client: Client) {
    guard let chain = chance.pick(lease.chains.values.sorted { $0.number < $1.number }) else { return }
    client.ask({ _ in CheckChainRequest(lease: lease.id, chain: chain.number) }, .checkChain) { errand in
      errand.chain = chain
      errand.chainFloor = chain.taken
    }
  }
}

/// What is told of chains.
extension Oracle {
  /// A tick was taken by FUND: it credits what lies between some word that was taken before, and its own.
  func ticked(_ errand: Errand, credited: UInt64? = nil) {
    guard let chain = errand.chain, let tick = errand.tick else { return }
    if let credited {
      let most = UInt64(tick.index - min(errand.chainFloor, tick.index)) * chain.weight
      expect(
        credited > 0 && credited <= most && credited % chain.weight == 0,
        "word \(tick.index) of a chain of \(chain.weight) each credited \(credited), and word \(errand.chainFloor) was taken before"
      )
    }
    chain.taken = max(chain.taken, tick.index)
  }

  func opened(_ errand: Errand, _ answer: Answer, _ paid: UInt64) {
    guard let lease = errand.changes, let chain = errand.chain, let reply = answer.part(OpenChainReply.self) else {
      return
    }
    expect(reply.deposit == chain.deposit, "a chain of \(chain.deposit) took a deposit of \(reply.deposit)")
    expect(paid == 0 || paid == chain.deposit, "a chain of \(chain.deposit) was opened with \(paid)")
    if paid > 0 { credit(paid, to: lease, errand) }
  }

  func closed(_ errand: Errand, _ answer: Answer) {
    guard let chain = errand.chain, let reply = answer.part(CloseChainReply.self) else { return }
    expect(
      reply.index >= chain.taken && reply.index <= chain.shown,
      "a chain is closed at word \(reply.index); \(chain.taken) were told to be taken, \(chain.shown) shown")
    expect(
      reply.returned + UInt64(reply.index) * chain.weight == chain.deposit,
      "a chain of \(chain.deposit) gave back \(reply.returned) at word \(reply.index) of \(chain.weight) each")
  }

  func checkedChain(_ errand: Errand, _ answer: Answer) {
    guard let chain = errand.chain, let reply = answer.part(CheckChainReply.self) else { return }
    // Another chain of that number, opened since.
    guard reply.length == chain.length, reply.weight == chain.weight,
      reply.word == chain.word(min(reply.index, chain.length))
    else { return expect(chain.isClosing, "word \(reply.index) of a chain is none of it") }
    expect(
      reply.index >= errand.chainFloor && reply.index <= chain.shown,
      "a chain is at word \(reply.index); \(errand.chainFloor) were told to be taken, \(chain.shown) shown")
  }
}
