import ArgumentParser
import Glibc
import Payments
import TurnpikeCrypto
import WireProtocol

/// `turnpiked key`: gives an operator, a provider or the agents of a resource the key that proves them.
struct Key: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the credential of an operator, a provider or the agents of a resource.",
    discussion: """
      Whoever has the printed text has the role: keep it in a file that only its holder can read. A broker that runs learns of
      --rotate when it gets SIGHUP or is started.

      EXAMPLES
        turnpiked key --role provider --id 7 > provider-7
        turnpiked key --role agent --id 4503599627370497 > agents-of-gpu
      """,
    aliases: ["credential"])

  /// A role that has a key.
  enum RoleName: String, ExpressibleByArgument, CaseIterable {
    case `operator`, provider, agent

    var role: Role {
      switch self {
      case .operator: .operator
      case .provider: .provider
      case .agent: .agent
      }
    }
  }

  @OptionGroup var data: DataDirectory
  @Option(help: "Whose key: operator, provider or agent.")
  var role: RoleName
  @Option(help: ArgumentHelp("The provider's number, from 1; of agents the id of their resource.", valueName: "n"))
  var id: UInt64 = 0
  @Flag(help: "Make the keys that the holder has worthless first.")
  var rotate = false

  func validate() throws {
    switch role {
    case .operator: if id != 0 { throw ValidationError("--id: the operator has none") }
    case .provider: if id == 0 { throw ValidationError("--id: name the provider's number, from 1") }
    case .agent: if id == 0 { throw ValidationError("--id: name the resource's id") }
    }
  }

  func run() throws {
    try data.make(withJournal: false)
    try data.requireKeyOfJournal()
    let holder = RoleHolder(role: role.role, id: id)
    let text: String
    do {
      var file = try MasterKeyFile.loadOrCreate(path: data.keyPath)
      if rotate { _ = try file.raiseGeneration(of: holder) }
      let identity = file.identity(of: holder)
      let digits = file.keys.roleKey(identity).withBytes { bytes in
        (0..<bytes.byteCount).map { Self.hexadecimal(bytes.uint8(at: $0)) }.joined()
      }
      text = "turnpike-credential 1\nrole \(role)\nid \(id)\ngeneration \(identity.generation)\nkey \(digits)"
    } catch {
      throw CleanExit.fault("\(data.keyPath): \(error)")
    }
    guard writeLine(text) else {
      throw CleanExit.fault("cannot write the output: \(unsafe String(cString: strerror(errno)))")
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }
}
