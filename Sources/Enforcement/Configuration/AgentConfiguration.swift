public import TurnpikeAgent
public import TurnpikeClient
internal import Yams

/// What `turnpike-agent` is told by its file: the resources of this machine, each with its broker, its key and how it is enforced.
///
///     resources:
///       - resource: 4503599627370497
///         broker: broker.example:7474
///         key-file: database.key
///         gate:
///           upstream: 127.0.0.1:5432
///
/// Every key is known, or the file is refused.
public struct AgentConfiguration: Sendable {
  /// One resource.
  public struct Resource: Sendable {
    /// The resource's id.
    public var id: UInt64
    /// Where its broker listens.
    public var broker: BrokerAddress
    /// Which agent of it this is, with its key.
    public var setup: AgentSetup
    /// How its leases are enforced.
    public var enforcer: EnforcerOptions
  }

  /// At least one.
  public var resources: [Resource]

  private static let keys = ["resource", "broker", "key-file", "agent", "provisions", "leases"]

  /// What the file says. Key files are named from the file's directory on.
  public static func load(_ path: String) throws(ConfigurationError) -> AgentConfiguration {
    let text: String
    do throws(FileContent.Failure) {
      text = try FileContent.read(path, byteCountMax: EnforcementLimits.configurationByteCountMax, isSecret: false)
    } catch {
      throw ConfigurationError(file: path, line: 1, text: error.text)
    }
    return try parse(text, file: path)
  }

  /// What a text says, whose errors name `file`.
  public static func parse(_ text: String, file: String) throws(ConfigurationError) -> AgentConfiguration {
    guard let root = try compose(text, file) else {
      throw ConfigurationError(file: file, line: 1, text: "nothing is in it")
    }
    let top = try ConfigurationSection(root, known: ["resources"], file: file, line: 1)
    var resources: [Resource] = []
    for section in try top.sections("resources", known: keys + EnforcerOptions.keys) {
      guard resources.count < EnforcementLimits.resourceCountMax else {
        throw section.error("resource", "more than \(EnforcementLimits.resourceCountMax) resources")
      }
      let resource = try resource(of: section, file)
      let isKnown = resources.contains { $0.id == resource.id && $0.setup.number == resource.setup.number }
      if isKnown { throw section.error("resource", "this agent of it stands there twice") }
      resources.append(resource)
    }
    return AgentConfiguration(resources: resources)
  }

  private static func compose(_ text: String, _ file: String) throws(ConfigurationError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw ConfigurationError(error, file: file)
    } catch {
      throw ConfigurationError(file: file, line: 1, text: "this is no YAML")
    }
  }

  private static func resource(of section: ConfigurationSection, _ file: String) throws(ConfigurationError) -> Resource
  {
    guard let id = try section.number("resource", in: 1...UInt64.max) else {
      throw section.error("resource", "is missing")
    }
    guard let broker = BrokerAddress(try section.requiredText("broker")) else {
      throw section.error("broker", "a host with a port, or unix:PATH, is wanted")
    }
    var setup = AgentSetup(credential: try credential(section, of: id, file))
    setup.number = UInt32(try section.number("agent", in: 1...8) ?? 1)
    setup.provisions = try section.flag("provisions") ?? true
    setup.leaseCapacity = Int(try section.number("leases", in: 1...UInt64(AgentLimits.leaseCountMax)) ?? 1024)
    // Gates are shut by the clock, and whenever this program does not run.
    setup.reports = true
    return Resource(id: id, broker: broker, setup: setup, enforcer: try EnforcerOptions(section))
  }

  private static func credential(
    _ section: ConfigurationSection, of id: UInt64, _ file: String
  ) throws(ConfigurationError) -> Credential {
    let name = try section.requiredText("key-file")
    let directory = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
    let path = name.hasPrefix("/") ? name : directory + name
    let text: String
    do throws(FileContent.Failure) {
      text = try FileContent.read(path, byteCountMax: EnforcementLimits.keyByteCountMax, isSecret: true)
    } catch {
      throw section.error("key-file", "\(path): \(error.text)")
    }
    guard let credential = Credential(text: text), credential.role == .agent else {
      throw section.error("key-file", "\(path) is not what \"turnpiked key --role agent\" prints")
    }
    guard credential.id == id else {
      throw section.error("key-file", "\(path) is the key of resource \(credential.id)")
    }
    return credential
  }
}

extension ConfigurationError {
  /// What the reader of YAML says.
  init(_ error: YamlError, file: String) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, text: problem)
    case .duplicatedKeysInMapping(let keys, let context):
      self.init(file: file, line: context.mark.line, text: "twice: \(keys.joined(separator: ", "))")
    case .reader(let problem, _, _, _): self.init(file: file, line: 1, text: problem)
    default: self.init(file: file, line: 1, text: "this is no YAML")
    }
  }
}
