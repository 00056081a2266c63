import ArgumentParser
import Glibc
import TurnpikeClient

/// `turnpike top`.
struct Top: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the broker and its resources, again and again; q ends it.",
    discussion: """
      EXAMPLE
        turnpike top --interval 5s
      """)
  @OptionGroup var options: Options
  @Option(help: "Time between two looks.", transform: Span.parse)
  var interval = Span(milliseconds: 1000)
  @Flag(help: "Look once and end.")
  var once = false
  @Option(help: "Resources to show.")
  var rows = 40

  /// What one look sees.
  struct Look {
    var broker: BrokerStatusReply
    var resources: [(entry: ResourceEntry, status: Sponsored<StatusReply>)]
    var leases: [(key: WalletKey, lease: CheckReply)]
    var instant: ContinuousClock.Instant
  }

  func run() async throws {
    let client = try await options.connect()
    let isLive = !once && !Terminal.wantsJSON
    let keyboard = isLive ? Keyboard() : nil
    defer { keyboard?.restore() }
    var previous: Look?
    repeat {
      let look = try await take(client)
      if Terminal.wantsJSON {
        try Terminal.show(value(look, client.broker.unit.string))
      } else {
        let text = PlainScreen.draw(look, previous, unit: client.broker.unit.string)
        try Terminal.raw(isLive ? "\u{1B}[H\u{1B}[2J" + text : text)
      }
      previous = look
      if once { break }
    } while await wait(keyboard)
    client.close()
  }

  /// Without a terminal there is no key to wait for.
  private func wait(_ keyboard: Keyboard?) async -> Bool {
    if let keyboard { return await keyboard.waitUnlessQuit(milliseconds: interval.milliseconds) }
    return (try? await Task.sleep(for: .milliseconds(interval.milliseconds))) != nil
  }

  private func take(_ client: TurnpikeClient) async throws -> Look {
    var resources: [(entry: ResourceEntry, status: Sponsored<StatusReply>)] = []
    let broker = try await client.brokerStatus()
    for entry in try await client.resources(countMax: max(1, rows)) {
      resources.append((entry, try await client.status(resource: entry.resource)))
    }
    return Look(
      broker: broker, resources: resources, leases: try await leases(client), instant: ContinuousClock.now)
  }

  /// The leases of the wallet, if there is one and it is of this broker. It is not kept open: others need it.
  private func leases(_ client: TurnpikeClient) async throws -> [(key: WalletKey, lease: CheckReply)] {
    guard let content = await (try? options.openWallet(creating: false))?.content,
      content.incarnation == client.broker.incarnation
    else { return [] }
    var leases: [(key: WalletKey, lease: CheckReply)] = []
    for key in content.owned.prefix(max(1, rows)) {
      guard let lease = try? await client.check(lease: key.key.lease) else { continue }
      leases.append((key, lease))
    }
    return leases
  }

  private func value(_ look: Look, _ unit: String) -> Value {
    let rows = look.resources.map { row in
      Value.object([
        ("resource", .id(row.entry.resource)), ("name", .text(row.entry.name.string)),
        ("units", .count(UInt64(row.status.units))), ("unitsLeased", .count(UInt64(row.status.unitsLeased))),
        ("leases", .count(UInt64(row.status.leaseCount))),
        ("suspended", .count(UInt64(row.status.leaseCountSuspended))),
        ("earned", .amount(row.status.earned, unit: unit)), ("burnRate", .amount(row.status.burnRate, unit: unit)),
        ("period", .duration(row.entry.period)),
      ])
    }
    let leases = look.leases.map { row in
      Value.object([
        ("lease", .id(row.key.key.lease)), ("name", .text(row.key.alias)), ("resource", .id(row.lease.resource)),
        ("state", .text(row.lease.state.specificationName)), ("deadline", .instant(row.lease.deadline)),
        ("balance", .amount(Self.balance(of: row.lease), unit: unit)),
      ])
    }
    return .object([
      ("now", .instant(look.broker.now)), ("accepted", .count(look.broker.accepted)),
      ("refused", .count(look.broker.refused)), ("connections", .count(UInt64(look.broker.connections))),
      ("leases", .count(UInt64(look.broker.leases))), ("credited", .amount(look.broker.credited, unit: unit)),
      ("charged", .amount(look.broker.charged, unit: unit)), ("resources", .list(rows)),
      ("walletLeases", .list(leases)),
    ])
  }

  static func balance(of lease: CheckReply) -> UInt64 {
    let (sum, overflow) = lease.own.addingReportingOverflow(lease.given)
    return overflow ? .max : sum
  }
}

/// The screen of `turnpike top`.
enum PlainScreen {
  static func draw(_ look: Top.Look, _ previous: Top.Look?, unit: String) -> String {
    let broker = look.broker
    let name = SafeText.plain(unit)
    var lines = [
      "turnpike  \(InstantText.encode(broker.now))  up \(DurationText.encode(broker.now - min(broker.now, broker.startedAt)))"
        + "  \(broker.connections) connections  \(broker.sessions) sessions  sequence \(broker.sequence)"
        + " (\(broker.sequence - min(broker.sequence, broker.durable)) not durable)",
      "requests  \(PlainText.grouped(broker.accepted)) accepted\(rate(look, previous) { $0.broker.accepted })"
        + "  \(PlainText.grouped(broker.refused)) refused\(rate(look, previous) { $0.broker.refused })",
      "money     credited \(PlainText.grouped(broker.credited)) \(name)\(rate(look, previous) { $0.broker.credited })"
        + "  charged \(PlainText.grouped(broker.charged)) \(name)\(rate(look, previous) { $0.broker.charged })",
      "leases    \(broker.leases) of \(broker.leaseCountMax)  ended \(broker.ended)", "",
    ]
    let rows = look.resources.map { row in
      Value.object([
        ("resource", .text(row.entry.name.string)),
        ("units", .text("\(row.status.unitsLeased)/\(row.status.units) \(bar(row.status))")),
        ("leases", .count(UInt64(row.status.leaseCount))),
        ("suspended", .count(UInt64(row.status.leaseCountSuspended))),
        ("perSecond", .text(perSecond(row.status.burnRate, row.entry.period))),
        ("earned", .amount(row.status.earned, unit: unit)),
        ("donations", .amount(row.status.donations, unit: unit)),
      ])
    }
    lines.append(PlainText.encode(.list(rows)))
    if !look.leases.isEmpty { lines += ["", PlainText.encode(.list(leases(look, unit)))] }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func leases(_ look: Top.Look, _ unit: String) -> [Value] {
    look.leases.map { key, lease in
      let left = lease.deadline > look.broker.now ? lease.deadline - look.broker.now : 0
      let resource = look.resources.first { $0.entry.resource == lease.resource }?.entry.name.string
      return .object([
        ("lease", .id(key.key.lease)), ("name", .text(key.alias)), ("of", .text(resource ?? "\(lease.resource)")),
        ("state", .text(lease.state.specificationName)), ("left", .duration(left)),
        ("balance", .amount(Top.balance(of: lease), unit: unit)),
      ])
    }
  }

  private static func rate(_ look: Top.Look, _ previous: Top.Look?, _ value: (Top.Look) -> UInt64) -> String {
    guard let previous else { return "" }
    let elapsed = (look.instant - previous.instant) / .seconds(1)
    let (now, before) = (value(look), value(previous))
    guard elapsed > 0, now >= before else { return "" }
    return " (\(PlainText.grouped(UInt64(Double(now - before) / elapsed)))/s)"
  }

  private static func bar(_ status: Sponsored<StatusReply>) -> String {
    Bar.draw(UInt64(status.unitsLeased), of: UInt64(status.units), width: 10)
  }

  /// Money per second with three digits behind the point.
  private static func perSecond(_ burnRate: UInt64, _ periodMilliseconds: UInt64) -> String {
    guard periodMilliseconds > 0 else { return "-" }
    let thousandths = UInt64(Double(burnRate) * 1_000_000 / Double(periodMilliseconds))
    let fraction = String(thousandths % 1000)
    return PlainText.grouped(thousandths / 1000) + "." + String(repeating: "0", count: 3 - fraction.count) + fraction
  }
}

/// The terminal's keys, one at a time and not echoed, until `restore`.
@safe final class Keyboard {
  /// The terminal as it was, and as it is meanwhile. Pointers, because the type's members belong to whichever C module saw
  /// them first; the local modes are the fourth 32-bit word of Linux's layout.
  private let saved = UnsafeMutablePointer<termios>.allocate(capacity: 2)
  private static let localModesOffset = 12
  private let isTerminal: Bool

  init() {
    isTerminal = unsafe tcgetattr(STDIN_FILENO, saved) == 0
    guard isTerminal else { return }
    let raw = unsafe saved + 1
    unsafe raw.initialize(from: saved, count: 1)
    let modes = unsafe UnsafeMutableRawPointer(raw) + Self.localModesOffset
    let changed = unsafe modes.load(as: UInt32.self) & ~UInt32(ICANON | ECHO)
    unsafe modes.storeBytes(of: changed, as: UInt32.self)
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, raw)
  }

  deinit { unsafe saved.deallocate() }

  func restore() {
    if isTerminal { _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, saved) }
  }

  /// Waits; false when q was pressed.
  func waitUnlessQuit(milliseconds: UInt64) async -> Bool {
    guard isTerminal else { return (try? await Task.sleep(for: .milliseconds(milliseconds))) != nil }
    let clock = ContinuousClock()
    let end = clock.now + .milliseconds(milliseconds)
    while clock.now < end {
      var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let left = (end - clock.now) / .milliseconds(1)
      guard unsafe poll(&descriptor, 1, Int32(max(1, min(left, 1000)))) > 0 else { continue }
      var key: UInt8 = 0
      let count = unsafe read(STDIN_FILENO, &key, 1)
      if count <= 0 || key == UInt8(ascii: "q") || key == UInt8(ascii: "Q") { return false }
    }
    return true
  }
}
