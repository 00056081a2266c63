public import WireProtocol

/// Who a connection speaks for: nobody in particular, or the role that its credential proved. What was asked as one of them can be
/// asked again only as the same.
public struct Identity: Hashable, Sendable {
  /// The role.
  public var role: Role
  /// The provider's number; 0 for anybody else.
  public var id: UInt64

  /// An ordinary client.
  public static let ordinary = Identity(role: .none, id: 0)

  /// Both.
  public init(role: Role, id: UInt64) { (self.role, self.id) = (role, id) }

  /// What a credential proves; nil: an ordinary client.
  public init(_ credential: Credential?) {
    self = credential.map { Identity(role: $0.role, id: $0.id) } ?? .ordinary
  }

  /// One word, for files: `none`, `operator`, `provider:3`.
  var word: String { role == .provider ? "provider:\(id)" : role.specificationName.lowercased() }

  init?(word: Substring) {
    switch word {
    case "none": self = .ordinary
    case "operator": self.init(role: .operator, id: 0)
    case _ where word.hasPrefix("provider:"):
      guard let id = UInt64(word.dropFirst("provider:".count)), id > 0 else { return nil }
      self.init(role: .provider, id: id)
    default: return nil
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
    }
  }
}
