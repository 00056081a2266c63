import Glibc
import Testing
import TurnpikeClient
import WireProtocol

@Suite struct WalletTests {
  private func sample() throws -> WalletContent {
    var content = try WalletContent()
    content.unit = "msat"
    content.incarnation = 77
    content.nextNumber = 9
    content.notes = [note(5, serial: 1), note(7, serial: 2, binding: 4)]
    content.owned = [WalletKey(key: testKey, resource: 3, alias: "training")]
    content.debitKeys = [WalletKey(key: testKey, resource: 0, alias: "")]
    content.claims = [
      WalletClaim(
        key: ClaimKey(claim: 31, key: testKey.key), kind: .pledge, resource: 0, funding: 30, amount: 7, alias: "backup"
      ),
      WalletClaim(
        key: ClaimKey(claim: 32, key: testKey.key), kind: .match, resource: 3, funding: 0, amount: .max, alias: ""),
    ]
    var request = Request.fund(lease: 9, key: testKey.key, payment: [note(11, serial: 3), note(12, serial: 4)])
    (request.number, request.isHeld) = (8, true)
    content.pending = [
      WalletPending(request: request, secret: Bytes16(), alias: "", identity: Identity(role: .provider, id: 3))
    ]
    var acquire = Request.acquire(
      resource: 1, units: 1, keyHash: Bytes16(low: 1, high: 1), payment: [note(1, serial: 5)])
    (acquire.number, acquire.isHeld) = (7, true)
    content.unresolved = [WalletPending(request: acquire, secret: Bytes16(low: 5, high: 6), alias: "x")]
    content.rejected = [WalletContent.Rejected(status: .noteForged, note: note(3, serial: 6))]
    return content
  }

  @Test func textRoundTrips() throws {
    let content = try sample()
    #expect(try WalletContent(text: content.text) == content)
    #expect(content.balance == 12 && content.pendingAmount == 23)
  }

  /// Cut short anywhere, or with any line changed, it is refused and not misread.
  @Test func damagedTextIsRefused() throws {
    let text = try sample().text
    for count in 0..<text.utf8.count {
      #expect(throws: TurnpikeError.self) { try WalletContent(text: String(text.prefix(count))) }
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for index in lines.indices.dropLast() {
      var changed = lines
      changed[index] += "x"
      // Still a name.
      if lines[index].hasPrefix("unit") || ["training", "backup", " x"].contains(where: { lines[index].hasSuffix($0) })
      {
        continue
      }
      #expect(throws: TurnpikeError.self) { try WalletContent(text: changed.joined(separator: "\n")) }
      changed.remove(at: index)
      #expect(throws: TurnpikeError.self) { try WalletContent(text: changed.joined(separator: "\n")) }
    }
  }

  @Test func fileIsLockedPrivateAndReplacedWhole() async throws {
    let path = "\(temporaryDirectory())/turnpike-wallet-\(UInt64.random(in: 0 ... .max))"
    defer { for suffix in ["", ".new", ".lock"] { _ = unsafe unlink(path + suffix) } }
    do {
      let wallet = try Wallet(path: path)
      try await wallet.receive([note(5, serial: 1), note(5, serial: 1)])
      #expect(await wallet.content.balance == 5)
      var status = stat()
      #expect(unsafe stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      #expect(unsafe access(path + ".new", F_OK) != 0)
      let lock = unsafe open(path + ".lock", O_RDWR)
      #expect(flock(lock, LOCK_EX | LOCK_NB) != 0)
      close(lock)
    }
    let again = try Wallet(path: path, creating: false)
    #expect(await again.content.balance == 5)
  }

  @Test func refusalsGiveNotesBackAndSetBadOnesAside() throws {
    var content = try sample()
    let entry = content.pending[0]
    let spent = TurnpikeError(.refused(.noteSpent), money: .notTaken, token: 1)
    content.giveBack(entry, spent)
    #expect(content.pending.isEmpty)
    #expect(content.notes.contains(note(11, serial: 3)))
    #expect(content.rejected.last?.note == note(12, serial: 4))
    var other = try sample()
    other.setAside(other.pending[0])
    #expect(other.unresolved.count == 2 && other.notes.count == 2)
  }

  @Test func receiptsAreBooked() throws {
    var content = try sample()
    var request = Request.acquire(resource: 77, units: 1, keyHash: testKey.key.keyHash, payment: [note(5, serial: 1)])
    request.number = 6
    let entry = WalletPending(request: request, secret: testKey.key, alias: "new")
    content.pending.append(entry)
    let receipt = AcquireReply(lease: 1234, epoch: 1, deadline: 2, balance: 5, payment: 6)
    try content.apply(reply(.acquire, receipt.bytes), to: entry)
    #expect(content.owned.last == WalletKey(key: LeaseKey(lease: 1234, key: testKey.key), resource: 77, alias: "new"))
    let release = WalletPending(request: .release(testKey), secret: Bytes16(), alias: "")
    let change = ReleaseReply(change: 4, given: 0, firstSerial: 50, keyEpoch: 1, count: 1)
    try content.apply(reply(.release, change.bytes + note(4, serial: 50).bytes), to: release)
    #expect(content.notes.contains(note(4, serial: 50)))
    // The key stays until nothing can come any more.
    #expect(content.owned.first { $0.key == testKey }?.isEnded == true)
    #expect(try WalletContent(text: content.text) == content)
  }

  private func reply(_ opcode: Opcode, _ body: [UInt8]) -> Reply {
    Reply(opcode: opcode, number: 1, isReplayed: false, money: .taken, body: body)
  }

  private func temporaryDirectory() -> String {
    guard let value = unsafe getenv("TMPDIR") else { return "/tmp" }
    return unsafe String(cString: value)
  }

  @Test(arguments: [(0, 0), (1, 1), (3, 7), (40, 13), (200, 4096)] as [(Int, UInt64)])
  func selectionEndsInAnExactPayment(count: Int, amount: UInt64) {
    var generator = SplitMix(state: amount)
    var serial: UInt64 = 1000
    var notes = (0..<count).map { note(1 + generator.next() % 60, serial: UInt64($0)) }
    let sum = notes.reduce(0) { $0 + $1.amount }
    for _ in 0..<64 {
      switch NoteSelection(amount: amount, lease: 0, from: notes) {
      case .exact(let chosen):
        #expect(chosen.reduce(0) { $0 + $1.amount } == amount && chosen.count <= 32)
        return
      case .insufficient(let available):
        #expect(available == sum && sum < amount)
        return
      case .exchange(let chosen, let outputs):
        #expect(chosen.reduce(0) { $0 + $1.amount } == outputs.reduce(0, +))
        #expect(chosen.count <= 32 && !outputs.contains(0))
        notes.removeAll { chosen.contains($0) }
        for output in outputs {
          notes.append(note(output, serial: serial))
          serial += 1
        }
      }
    }
    Issue.record("no end")
  }

  @Test func credentialTextIsStrict() throws {
    let text = "turnpike-credential 1\nrole provider\nid 3\ngeneration 1\nkey \(String(repeating: "0f", count: 32))\n"
    let credential = try #require(Credential(text: text))
    #expect(credential.role == .provider && credential.id == 3 && credential.generation == 1)
    for bad in [
      text.replacing("provider", with: "operator"), text.replacing("key 0f", with: "key 0"), text + "x", "",
      text.replacing("credential 1", with: "credential 2"), text.replacing("id 3\n", with: ""),
    ] { #expect(Credential(text: bad) == nil) }
  }

  @Test(arguments: ["127.0.0.1:7474", "[::1]:7", "broker.example:80", "unix:/run/x"])
  func addresses(text: String) {
    #expect(BrokerAddress(text)?.description == text)
    #expect(BrokerAddress("host")?.description == "host:7474")
    for bad in ["", ":1", "unix:", "a:b", "::1", "host:99999"] { #expect(BrokerAddress(bad) == nil) }
  }
}
