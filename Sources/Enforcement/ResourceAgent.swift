public import EventLoop
public import Logging
public import TurnpikeAgent
internal import WireProtocol

/// Joins an agent to an enforcer, for one resource: what the agent says is done, and what the enforcer says is reported. On the loop's thread.
public final class ResourceAgent {
  /// Called once, when all leases were told of for the first time.
  public var onListed: () -> Void = {}

  private let agent: Agent
  private let enforcer: any Enforcer
  private var logger: Logger
  private var wasListed = false
  /// What was reported and not answered, to be said again of another epoch.
  private var reported: [UInt64: (isReady: Bool, text: String)] = [:]

  /// Both are made for this resource, and not used elsewhere.
  public init(_ agent: Agent, _ enforcer: any Enforcer, resource: UInt64, logger: Logger) {
    self.agent = agent
    self.enforcer = enforcer
    self.logger = logger
    self.logger[metadataKey: "resource"] = "\(resource)"
    agent.delegate = self
    enforcer.reports = self
  }

  /// Begins to connect.
  public func start() throws(LoopError) { try agent.start() }

  /// After `close`: whether nothing is left that is done behind.
  public var isQuiet: Bool { enforcer.isQuiet && agent.isClosed }

  /// Everything is shut when it returns. What passed is still reported, and nothing else: no lease fails because the program ends.
  public func close() {
    enforcer.close()
    enforcer.reports = nil
    agent.finish()
  }
}

extension ResourceAgent: AgentDelegate {
  /// Says it in the log.
  public func agent(_ agent: Agent, link: AgentLink) {
    switch link {
    case .serving: logger.info("attached")
    case .lost(let reason): logger.warning("no connection", metadata: ["reason": "\(reason)"])
    }
  }

  /// Has the enforcer do it.
  public func agent(_ agent: Agent, happened event: AgentEvent) {
    // First what is to be done, then the words about it: whoever reads the log may be slow.
    switch event {
    case .provision(let lease):
      enforcer.provision(lease)
      log(.debug, "provision", lease)
    case .opened(let lease):
      enforcer.open(lease)
      log(.debug, "opened", lease)
    case .reduced(let lease):
      enforcer.reduce(lease)
      log(.debug, "reduced", lease)
    case .moved(let lease):
      enforcer.move(lease)
      log(.debug, "moved", lease)
    case .closed(let lease):
      enforcer.shut(lease)
      log(.debug, "shut", lease)
    case .ended(let lease):
      enforcer.end(lease)
      reported[lease.id] = nil
      log(.info, "ended", lease)
    case .answered(let lease, let status): answered(lease, status)
    case .noRoom(let lease): logger.error("no room for a lease: it stays shut", metadata: ["lease": "\(lease)"])
    case .listed:
      enforcer.listed { agent.find($0) != nil }
      logger.debug("listed")
      if !wasListed {
        wasListed = true
        onListed()
      }
    }
  }

  private func answered(_ lease: EnforcedLease, _ status: UInt16) {
    guard let report = reported.removeValue(forKey: lease.id) else { return }
    switch Status(rawValue: status) {
    case .ok: log(.info, report.isReady ? "ready" : "failed", lease, report.text)
    case .epochStale: say(lease.id, isReady: report.isReady, report.text)
    default: log(.warning, "the report was refused: \(status)", lease, report.text)
    }
  }

  private func log(_ level: Logger.Level, _ text: Logger.Message, _ lease: EnforcedLease, _ detail: String? = nil) {
    var metadata: Logger.Metadata = [
      "lease": "\(lease.id)", "epoch": "\(lease.epoch)", "state": "\(lease.state.specificationName)",
    ]
    if let detail { metadata["text"] = "\(detail)" }
    logger.log(level: level, text, metadata: metadata)
  }
}

extension ResourceAgent: EnforcementReports {
  /// Reports it to the broker.
  public func ready(_ lease: UInt64, endpoint: String) { say(lease, isReady: true, endpoint) }

  /// Reports it to the broker.
  public func failed(_ lease: UInt64, reason: String) { say(lease, isReady: false, reason) }

  /// Counts it for the broker.
  public func usage(_ lease: UInt64, received: UInt64, sent: UInt64) {
    do throws(AgentFailure) {
      try agent.count(lease, received: received, sent: sent)
    } catch {
      logger.debug("not counted", metadata: ["lease": "\(lease)", "reason": "\(error)"])
    }
  }

  private func say(_ lease: UInt64, isReady: Bool, _ text: String) {
    reported[lease] = (isReady, text)
    do throws(AgentFailure) {
      if isReady { try agent.reportReady(lease, endpoint: text) } else { try agent.reportFailed(lease, reason: text) }
    } catch {
      // Another agent provides it, or it is over: nobody asks this one.
      reported[lease] = nil
      logger.debug("not reported", metadata: ["lease": "\(lease)", "reason": "\(error)"])
    }
  }
}
