import SimulatedDisk
import TurnpikeCrypto
import WireProtocol

/// Requests about funding that must be refused although all else about them is right: they are paid with good notes, and show what
/// there is. What one of them does is done to somebody.
extension World {
  /// By a tenant.
  func deceive(_ client: Client) {
    let claim = chance.pick(claims.filter(\.isTold))
    switch chance.below(18) {
    case 13, 14, 15, 16, 17: deceiveInAuctions(client)
    case 11, 12:
      let closed = offerings.filter { $0.isTold && ($0.closesAt <= oracle.time.told || $0.state == .cancelled) }
      if let offering = chance.pick(closed) { invest(client, in: offering, isLate: true) }
    case 10: cancel(by: client, ofResources: resources, isForbidden: true)
    case 0, 1:
      // Who sold a claim shows the key that was sold.
      guard let sold = chance.pick(claims.filter { !$0.formerKeys.isEmpty }) else { return }
      self.claim(sold, by: client, chance.oneIn(2) ? .cancel : .again, with: sold.formerKeys.last)
    case 2:
      guard let sold = chance.pick(claims.filter { !$0.formerKeys.isEmpty }), let key = sold.formerKeys.last else {
        return
      }
      rotate(sold, by: client, key, to: SHA256.keyHash(draw()), isForbidden: true)
    case 3:
      // Another claim's key is none of this one's.
      guard let claim, let other = chance.pick(claims), other !== claim else { return }
      self.claim(claim, by: client, chance.oneIn(2) ? [] : .cancel, with: other.key)
    case 4:
      guard let claim else { return }
      let hash = chance.oneIn(2) ? Bytes16() : SHA256.keyHash(claim.key)
      rotate(claim, by: client, claim.key, to: hash, isForbidden: true)
    case 5, 6: promiseKeyless(client)
    case 7: sayWhatIsNoName(client)
    default:
      let closed = campaigns.filter { $0.isTold && ($0.closesAt <= oracle.time.told || $0.state == .cancelled) }
      if let campaign = chance.pick(closed) { pledge(client, to: campaign, isLate: true) }
    }
  }

  private func deceiveInAuctions(_ client: Client) {
    let claim = chance.pick(claims.filter { $0.isTold && $0.bid != nil })
    switch chance.below(9) {
    case 0: bid(client, .keyless)
    case 1: bid(client, .hostile)
    case 2: bid(client, .wrongCommitment)
    case 3:
      let closed = auctions.filter {
        $0.isTold && ($0.decidedAtLatest <= oracle.time.told || $0.state == .cancelled)
      }
      if let auction = chance.pick(closed) { bid(client, in: auction, .late) }
    case 4: if let claim { raise(claim, by: client, with: draw()) }
    case 5: if let claim { reveal(claim, by: client, as: 1 << 50) }
    case 6: if let claim { reveal(claim, by: client, draw()) }
    case 7: refuse(by: client, among: auctions, isForbidden: true)
    default:
      let sold = chance.pick(claims.filter { !$0.formerKeys.isEmpty })
      if let claim = sold ?? claim { lookIntoMailbox(of: claim, by: client, with: sold?.formerKeys.last ?? draw()) }
    }
  }

  private func promiseKeyless(_ client: Client) {
    switch chance.below(4) {
    case 3: invest(client, isKeyless: true)
    case 0: match(client, isKeyless: true)
    case 1: schedule(client, isKeyless: true)
    default: pledge(client, isKeyless: true)
    }
  }

  private func sayWhatIsNoName(_ client: Client) {
    switch chance.below(4) {
    case 0: donate(client, label: hostileName())
    case 1: match(client, label: hostileName())
    case 2: schedule(client, label: hostileName())
    default: pledge(client, label: hostileName())
    }
  }

  func deceiveAsRole(_ client: Client, _ resource: KnownResource) {
    if chance.oneIn(2) { return openCampaign(of: resource, by: client, label: hostileName()) }
    if chance.oneIn(2) { return openOffering(of: resource, by: client, label: hostileName()) }
    if chance.oneIn(2) { return openAuction(of: resource, by: client, label: hostileName()) }
    setPool(by: client, among: [resource], name: chance.oneIn(4) ? Name32() : hostileName())
  }

  /// A provider ends what was promised to another's resource.
  func usurp(_ client: Client) {
    let others = auctions.filter { $0.isTold && $0.resource.provider !== client }
    if chance.oneIn(3) { return refuse(by: client, among: others, isForbidden: true) }
    if chance.oneIn(3), let auction = chance.pick(others) { return cancel(auction, by: client, isForbidden: true) }
    cancel(by: client, ofResources: resources.filter { $0.provider !== client }, isForbidden: true)
  }

  /// Bytes that are no name: they would turn, hide or forge what stands beside them, or are no text at all.
  func hostileName() -> Name32 {
    let texts: [[UInt8]] = [
      // ESC, BEL, a line feed, DEL, a C1 control, a bidirectional override.
      [0x1B, 0x5B, 0x32, 0x4A], [0x41, 0x07], [0x41, 0x0A, 0x42], [0x7F], [0xC2, 0x9B], [0x41, 0xE2, 0x80, 0xAE, 0x42],
      // Half a character, a byte that begins none, one that is written too long, half of a pair.
      [0x41, 0xC3], [0xFF, 0xFE], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
      // More behind its end, nothing before it, no end.
      [0x41, 0x00, 0x42], [0x00, 0x41], [UInt8](repeating: 0x41, count: 32),
    ]
    var name = Name32()
    for (index, byte) in (chance.pick(texts) ?? [0x07]).enumerated() { name[index] = byte }
    return name
  }
}
