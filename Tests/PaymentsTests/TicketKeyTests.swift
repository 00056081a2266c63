import Testing
import TurnpikeCrypto
import WireProtocol

/// Tickets, by the numbers of the specification.
@Suite struct TicketKeyTests {
  @Test func theNumbersOfTheSpecification() {
    let bytes = (0..<32).map { UInt8($0) }
    guard let secret = unsafe SecretKey(bytes.span.bytes) else {
      Issue.record("32 bytes are a key")
      return
    }
    let identity = RoleIdentity(role: .agent, id: 4_503_599_627_370_497, generation: 0)
    let key = TicketKey(RoleCredential(identity: identity, key: secret))
    let bootNonce = Bytes16(low: 0xA7A6_A5A4_A3A2_A1A0, high: 0xAFAE_ADAC_ABAA_A9A8)
    let ticket = LeaseTicket(
      resource: 4_503_599_627_370_497, lease: 4_503_599_627_370_498, epoch: 7, sequence: 1, bootNonce: bootNonce,
      stamp: 1_000, until: 61_000, agent: 1, units: 2, state: .active, tag: Bytes16())
    let (issued, holderKey) = key.issue(ticket)
    #expect(issued.tag == Bytes16(low: 0xF858_03FF_4D9C_DB9B, high: 0x6A1B_CFB9_9F3A_D106))
    #expect(holderKey == Bytes16(low: 0x5798_E752_2D73_5A63, high: 0xE23A_1ED2_A36B_C090))
    let challenge = Bytes16(low: 0x1716_1514_1312_1110, high: 0x1F1E_1D1C_1B1A_1918)
    let proof = TicketKey.proof(holderKey: holderKey, challenge: challenge)
    #expect(proof == Bytes16(low: 0x585E_8F09_597A_68A6, high: 0x772C_980B_C687_B7C1))
    #expect(key.holderKey(of: issued) == holderKey && key.holderKey(of: ticket) == nil)
  }
}
