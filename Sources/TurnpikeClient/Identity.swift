public import WireProtocol

/// Who a connection speaks for: nobody in particular, or the role that its credential proved. What was asked as one of them can be
/// asked again only as the same.
public struct Identity: Hashable, Sendable {
  /// The role.
  public var role: Role
  /// The provider's number, or the id of an agent's resource; 0 for anybody else.
  public var id: UInt64

  /// An ordinary client.
  public static let ordinary = Identity(role: .none, id: 0)

  /// Both.
  public init(role: Role, id: UInt64) { (self.role, self.id) = (role, id) }

  /// What a credential proves; nil: an ordinary client.
  public init(_ credential: Credential?) {
    self = credential.map { Identity(role: $0.role, id: $0.id) } ?? .ordinary
  }

  /// One word, for files: `none`, `operator`, `provider:3`, `agent:4503599627370497`.
  var word: String {
    switch role {
    case .none, .operator: role.specificationName.lowercased()
    case .provider, .agent: "\(role.specificationName.lowercased()):\(id)"
    }
  }

  init?(word: Substring) {
    switch word {
    case "none": self = .ordinary
    case "operator": self.init(role: .operator, id: 0)
    default:
      let parts = word.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let role = ["provider": Role.provider, "agent": .agent][parts[0]],
        let id = UInt64(parts[1]), id > 0
      else { return nil }
      self.init(role: role, id: id)
    }
  }
}

extension Identity: CustomStringConvertible {
  /// For people, as the end of "with ...".
  public var description: String {
    switch role {
    case .none: "no credential"
    case .operator: "the operator's credential"
    case .provider: "the credential of provider \(id)"
    case .agent: "the credential of the agents of resource \(id)"
    }
  }
}
